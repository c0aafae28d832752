//! The `Cookie` field, read (RFC 6265bis, section 4.2; what browsers send, section 5.8.3).

use std::fmt;
use std::ops::Range;

use ascii::AsciiStr;

use super::piece::{Piece, Pieces, Segment, Spans};
use crate::scan::{has_control, is_printable, text};

/// Walks the pairs of one `Cookie` field, in order: each a name and a value, as bytes, as they
/// came.
///
/// Pairs are split at `;`, inside DQUOTEs or not, then at the first `=`, and trimmed of SP and HTAB.
/// Nothing is decoded and no quote is stripped. A pair that can't be read is an `Err` that says why
/// and where; it never costs the others. Blank segments are passed over. Nothing is allocated.
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
pub fn pairs<F: AsRef<[u8]> + ?Sized>(field: &F) -> Pairs<'_> {
    Pairs(Walk::new(field.as_ref()))
}

/// Walks the pairs of one `Cookie` field as text. A pair that isn't UTF-8 is skipped, too.
///
/// ```
/// let pairs: Vec<_> = gingersnap::header::text_pairs("color=red; visits=3").flatten().collect();
/// assert_eq!(pairs, [("color", "red"), ("visits", "3")]);
/// ```
pub fn text_pairs<F: AsRef<[u8]> + ?Sized>(field: &F) -> TextPairs<'_> {
    let field = field.as_ref();
    let walk = Walk::new(field);
    // To fail is slow: it looks for where.
    let ascii = if walk.is_ascii() { AsciiStr::from_ascii(field).ok() } else { None };
    TextPairs { walk, ascii }
}

/// Walks the pairs of several `Cookie` fields as those of one list: HTTP/2 and HTTP/3 split them.
///
/// ```
/// use gingersnap::header;
///
/// let fields = ["a=1; b=2", "c=3; d"];
/// let (kept, skipped): (Vec<_>, Vec<_>) = header::pairs_of(&fields).partition(Result::is_ok);
/// assert_eq!(kept.len(), 3);
/// assert_eq!(skipped[0].unwrap_err().field, 1);
/// ```
pub fn pairs_of<'a, F, I>(fields: I) -> impl Iterator<Item = <Pairs<'a> as Iterator>::Item>
where
    F: AsRef<[u8]> + ?Sized + 'a,
    I: IntoIterator<Item = &'a F>,
{
    (0..).zip(fields).flat_map(|(field, bytes)| {
        pairs(bytes).map(move |pair| pair.map_err(|skipped| Skipped { field, ..skipped }))
    })
}

/// A pair that was skipped: why, and where. It never holds the pair itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Skipped {
    /// Which `Cookie` field, from 0.
    pub field: usize,
    /// Where in the field the pair starts, in bytes from 0.
    pub offset: usize,
    /// How many bytes the pair has.
    pub bytes: usize,
    /// Why.
    pub reason: SkipReason,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, offset, bytes, reason } = self;
        write!(f, "a pair of {bytes} bytes, at byte {offset} of Cookie field {field}, {reason}")
    }
}

/// Why a pair was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// It holds a control byte other than HTAB.
    Control,
    /// It has no `=`: the bare value of a nameless cookie.
    NoEquals,
    /// Nothing stands before its `=`.
    EmptyName,
    /// It isn't UTF-8, and text was asked for.
    NotUtf8,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Control => "holds a control byte",
            Self::NoEquals => "has no `=`",
            Self::EmptyName => "has an empty name",
            Self::NotUtf8 => "isn't UTF-8",
        })
    }
}

/// The iterator of [`pairs`].
#[derive(Clone)]
pub struct Pairs<'a>(Walk<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), Skipped>;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what it returns would go through memory: 30 % of a walk"
    )]
    fn next(&mut self) -> Option<Self::Item> {
        let field = self.0.pieces.field;
        self.0.next(
            |segment| segment.plain(field).map(|Spans { name, value, .. }| (name, value)),
            |Spans { name, value, .. }| Ok((name, value)),
        )
    }
}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pairs(<{} bytes>)", self.0.bytes_left())
    }
}

/// The iterator of [`text_pairs`].
#[derive(Clone)]
pub struct TextPairs<'a> {
    walk: Walk<'a>,
    /// The whole field, where it is ASCII; or else each pair is made text by itself.
    ascii: Option<&'a AsciiStr>,
}

impl<'a> Iterator for TextPairs<'a> {
    type Item = Result<(&'a str, &'a str), Skipped>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let ascii = self.ascii;
        self.walk.next(|segment| segment.plain_ascii(ascii?), |spans| spans.as_text())
    }
}

impl fmt::Debug for TextPairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextPairs(<{} bytes>)", self.walk.bytes_left())
    }
}

impl<'a> Spans<'a> {
    /// The pair as text, where it is UTF-8.
    pub(crate) fn as_text(&self) -> Result<(&'a str, &'a str), Skipped> {
        if let (Some(name), Some(value)) = (text(self.name), text(self.value)) {
            return Ok((name, value));
        }
        Err(Skipped::at(self.name_at..self.value_at + self.value.len(), SkipReason::NotUtf8))
    }
}

impl Skipped {
    /// A pair that stands at `span` of field 0.
    fn at(span: Range<usize>, reason: SkipReason) -> Self {
        Self { field: 0, offset: span.start, bytes: span.len(), reason }
    }
}

/// The pairs of a field that aren't blank: what both iterators, and the jar, step with.
#[derive(Clone)]
pub(crate) struct Walk<'a> {
    pieces: Pieces<'a>,
    /// All bytes of the field are printable ASCII.
    ascii: bool,
    /// No byte of the field is a control byte.
    clean: bool,
}

impl<'a> Walk<'a> {
    #[inline]
    pub(crate) fn new(field: &'a [u8]) -> Self {
        let ascii = is_printable(field);
        Self { pieces: Pieces::of(field), ascii, clean: ascii || !has_control(field) }
    }

    /// Whether all bytes of the field are ASCII, and printable: nearly all fields are so.
    pub(crate) fn is_ascii(&self) -> bool {
        self.ascii
    }

    fn bytes_left(&self) -> usize {
        self.pieces.field.len().saturating_sub(self.pieces.at)
    }

    /// What a segment is that isn't plain; `None` where it is blank. It takes no `self`, nor any
    /// other struct, which would then be kept in memory for it.
    #[cold]
    #[inline(never)]
    fn judge(
        field: &[u8],
        clean: bool,
        start: usize,
        equals: usize,
        end: usize,
    ) -> Option<Result<Spans<'_>, Skipped>> {
        let segment = Segment { start, equals, end };
        if clean {
            if let Some(word) = segment.plain_word(field) {
                return Some(Err(Skipped::at(word, SkipReason::NoEquals)));
            }
            // as text, of a field that isn't ASCII
            if let Some(pair) = segment.plain(field) {
                return Some(Ok(pair));
            }
        }
        let piece = segment.trimmed(field);
        let whole = piece.whole();
        let Piece { name, value } = piece;
        if value.is_none() && name.is_empty() {
            return None;
        }
        if !clean && has_control(&field[whole.clone()]) {
            return Some(Err(Skipped::at(whole, SkipReason::Control)));
        }
        Some(match value {
            None => Err(Skipped::at(whole, SkipReason::NoEquals)),
            Some(_) if name.is_empty() => Err(Skipped::at(whole, SkipReason::EmptyName)),
            Some(value) => {
                let (name_at, value_at) = (name.start, value.start);
                Ok(Spans { name: &field[name], name_at, value: &field[value], value_at })
            }
        })
    }
}

impl<'a> Walk<'a> {
    /// The next pair: as `plain` has it, if it does, or else as `other` has what is trimmed.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what it returns would go through memory: 20 % of a walk"
    )]
    pub(crate) fn next<T>(
        &mut self,
        plain: impl Fn(Segment) -> Option<T>,
        other: impl Fn(Spans<'a>) -> Result<T, Skipped>,
    ) -> Option<Result<T, Skipped>> {
        loop {
            let segment = self.pieces.next_segment()?;
            let Segment { start, equals, end } = segment;
            if start == end {
                continue; // a run of `;`
            }
            if self.clean
                && let Some(pair) = plain(segment)
            {
                return Some(Ok(pair));
            }
            if let Some(judged) = Self::judge(self.pieces.field, self.clean, start, equals, end) {
                return Some(judged.and_then(other));
            }
        }
    }
}
