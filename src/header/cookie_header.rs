//! The `Cookie` header, read (RFC 6265bis, section 4.2; what browsers send, section 5.8.3).

use std::fmt;

use super::segment::{Pair, Segment, Segments};
use super::skipped::{SkipReason, Skipped};
use crate::bytes::{as_text, contains_control};

/// Returns the pairs of one `Cookie` header in order, each a name and a value, as the bytes that
/// were received.
///
/// The header is split at each `;`, inside quotes or not, and each part at its first `=`. SP and HTAB
/// are trimmed.
/// Nothing is decoded and no quote is stripped. A pair that cannot be read is an `Err` that says why
/// and where; it never affects the others. Empty segments are passed over. Nothing is allocated.
///
/// # Examples
///
/// ```
/// use gingersnap::header::{self, SkipReason};
///
/// let mut pairs = header::pairs("color=red; =nameless; visits=3");
/// assert_eq!(pairs.next(), Some(Ok((&b"color"[..], &b"red"[..]))));
/// let skipped = pairs.next().unwrap().unwrap_err();
/// assert_eq!((skipped.reason, skipped.offset), (SkipReason::EmptyName, 11));
/// assert_eq!(pairs.next(), Some(Ok((&b"visits"[..], &b"3"[..]))));
/// assert_eq!(pairs.next(), None);
/// ```
pub fn pairs<H: AsRef<[u8]> + ?Sized>(header: &H) -> Pairs<'_> {
    Pairs(PairWalker::new(header.as_ref()))
}

/// Returns the pairs of one `Cookie` header as text. A pair that is not UTF-8 is an `Err`, too.
///
/// # Examples
///
/// ```
/// let pairs: Vec<_> = gingersnap::header::text_pairs("color=red; visits=3").flatten().collect();
/// assert_eq!(pairs, [("color", "red"), ("visits", "3")]);
/// ```
pub fn text_pairs<H: AsRef<[u8]> + ?Sized>(header: &H) -> TextPairs<'_> {
    let header = header.as_ref();
    TextPairs { walker: PairWalker::new(header), text: as_text(header) }
}

/// Returns the pairs of several `Cookie` headers as those of one list: HTTP/2 and HTTP/3 split the
/// header.
///
/// # Examples
///
/// ```
/// use gingersnap::header;
///
/// let headers = ["a=1; b=2", "c=3; d"];
/// let (kept, skipped): (Vec<_>, Vec<_>) = header::pairs_of(&headers).partition(Result::is_ok);
/// assert_eq!(kept.len(), 3);
/// assert_eq!(skipped[0].unwrap_err().header, 1);
/// ```
pub fn pairs_of<'h, H, I>(headers: I) -> impl Iterator<Item = <Pairs<'h> as Iterator>::Item>
where
    H: AsRef<[u8]> + ?Sized + 'h,
    I: IntoIterator<Item = &'h H>,
{
    headers.into_iter().enumerate().flat_map(|(index, header)| {
        pairs(header).map(move |pair| pair.map_err(|skipped| Skipped { header: index, ..skipped }))
    })
}

/// The iterator that [`pairs`] returns.
#[derive(Clone)]
pub struct Pairs<'h>(PairWalker<'h>);

impl<'h> Iterator for Pairs<'h> {
    type Item = Result<(&'h [u8], &'h [u8]), Skipped>;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 30 % longer")]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(|pair| Some((pair.name, pair.value)), |pair| Ok((pair.name, pair.value)))
    }
}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pairs(<{} bytes>)", self.0.segments.bytes_left())
    }
}

/// The iterator that [`text_pairs`] returns.
#[derive(Clone)]
pub struct TextPairs<'h> {
    walker: PairWalker<'h>,
    /// The whole header, if it is UTF-8; otherwise each pair is checked by itself.
    text: Option<&'h str>,
}

impl<'h> Iterator for TextPairs<'h> {
    type Item = Result<(&'h str, &'h str), Skipped>;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 30 % longer")]
    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        // A range between separators, which are ASCII, never splits a character.
        self.walker.next(
            |pair| Some((text?.get(pair.name_range())?, text?.get(pair.value_range())?)),
            |pair| match (str::from_utf8(pair.name), str::from_utf8(pair.value)) {
                (Ok(name), Ok(value)) => Ok((name, value)),
                _ => Err(Skipped::new(pair.range(), SkipReason::NotUtf8)),
            },
        )
    }
}

impl fmt::Debug for TextPairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextPairs(<{} bytes>)", self.walker.segments.bytes_left())
    }
}

/// Walks through the pairs of a `Cookie` header. Both public iterators and the jar are built on it.
#[derive(Clone)]
pub(crate) struct PairWalker<'h> {
    segments: Segments<'h>,
    /// Whether the header has a control character. If not, no pair needs a check.
    has_control: bool,
}

impl<'h> PairWalker<'h> {
    #[inline]
    pub(crate) fn new(header: &'h [u8]) -> Self {
        Self { segments: Segments::new(header), has_control: contains_control(header) }
    }

    pub(crate) const fn header(&self) -> &'h [u8] {
        self.segments.header()
    }

    /// Returns the next pair: converted by `convert` if it needs no trimming and `convert` returns
    /// something, and otherwise by `convert_slowly`.
    ///
    /// The conversion happens in here, since a pair that is returned goes through memory, and
    /// reading a header takes 30 % longer. There are two, so that the fast path has no calls.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 30 % longer")]
    pub(crate) fn next<T>(
        &mut self,
        convert: impl Fn(Pair<'h>) -> Option<T>,
        convert_slowly: impl Fn(Pair<'h>) -> Result<T, Skipped>,
    ) -> Option<Result<T, Skipped>> {
        loop {
            let segment = self.segments.next()?;
            let Segment { start, equals, end } = segment;
            if start == end {
                continue; // `;;`
            }
            if !self.has_control
                && segment.has_equals()
                && let Some(pair) = segment.pair_without_trimming(self.header())
                && !pair.name.is_empty()
                && let Some(converted) = convert(pair)
            {
                return Some(Ok(converted));
            }
            if let Some(pair) = classify(self.header(), self.has_control, start, equals, end) {
                return Some(pair.and_then(convert_slowly));
            }
        }
    }
}

/// Classifies any segment: a pair (rules 10, 12 and 14 of `docs/rules.md`), or the reason to skip it,
/// or `None` if it is blank.
///
/// It takes numbers, so that the caller need not keep a struct in memory for it.
#[cold]
#[inline(never)]
fn classify(
    header: &[u8],
    has_control: bool,
    start: usize,
    equals: usize,
    end: usize,
) -> Option<Result<Pair<'_>, Skipped>> {
    let segment = Segment { start, equals, end };
    let pair = segment.trimmed_pair(header);
    if !segment.has_equals() && pair.name.is_empty() {
        return None;
    }
    let skipped = |reason| Some(Err(Skipped::new(pair.range(), reason)));
    if has_control && header.get(pair.range()).is_some_and(contains_control) {
        skipped(SkipReason::Control)
    } else if !segment.has_equals() {
        skipped(SkipReason::NoEquals)
    } else if pair.name.is_empty() {
        skipped(SkipReason::EmptyName)
    } else {
        Some(Ok(pair))
    }
}
