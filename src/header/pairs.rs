//! The `Cookie` field, read (RFC 6265bis, section 4.2; what browsers send, section 5.8.3).

use std::fmt;
use std::ops::Range;

use crate::octet::is_wsp;
use crate::scan::{Marks, has_control};

/// Walks the pairs of one `Cookie` field, in order: each a name and a value, as octets, as they
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
    let field = field.as_ref();
    Pairs { field, walk: Walk::new(field) }
}

/// Walks the pairs of one `Cookie` field as text. A pair that isn't UTF-8 is skipped, too.
///
/// ```
/// let pairs: Vec<_> = gingersnap::header::text_pairs("color=red; visits=3").flatten().collect();
/// assert_eq!(pairs, [("color", "red"), ("visits", "3")]);
/// ```
pub fn text_pairs<F: AsRef<[u8]> + ?Sized>(field: &F) -> TextPairs<'_> {
    let pairs = pairs(field);
    TextPairs { text: str::from_utf8(pairs.field).ok(), pairs }
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
    (0..).zip(fields).flat_map(|(field, octets)| {
        pairs(octets).map(move |pair| pair.map_err(|skipped| Skipped { field, ..skipped }))
    })
}

/// The value of the first pair of this name in one `Cookie` field.
///
/// ```
/// use gingersnap::header;
///
/// assert_eq!(header::find("color=red; visits=3", "visits"), Some(&b"3"[..]));
/// assert_eq!(header::find("color=red; visits=3", "Visits"), None);
/// ```
pub fn find<F: AsRef<[u8]> + ?Sized>(field: &F, name: impl AsRef<[u8]>) -> Option<&[u8]> {
    let name = name.as_ref();
    pairs(field).flatten().find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// A pair that was skipped: why, and where. It never holds the pair itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Skipped {
    /// Which `Cookie` field, from 0.
    pub field: usize,
    /// Where in the field the pair starts, in octets from 0.
    pub offset: usize,
    /// How many octets the pair has.
    pub octets: usize,
    /// Why.
    pub reason: SkipReason,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, offset, octets, reason } = self;
        write!(f, "a pair of {octets} octets, at octet {offset} of Cookie field {field}, {reason}")
    }
}

/// Why a pair was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// It holds a control octet other than HTAB.
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
            Self::Control => "holds a control octet",
            Self::NoEquals => "has no `=`",
            Self::EmptyName => "has an empty name",
            Self::NotUtf8 => "isn't UTF-8",
        })
    }
}

/// The iterator of [`pairs`].
#[derive(Clone)]
pub struct Pairs<'a> {
    field: &'a [u8],
    walk: Walk,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), Skipped>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let field = self.field;
        let pair = self.walk.next(field)?;
        Some(pair.map(|Spans { name, value }| (&field[name], &field[value])))
    }
}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The walk ends one octet behind the field.
        write!(f, "Pairs(<{} octets>)", self.field.len().saturating_sub(self.walk.at))
    }
}

/// The iterator of [`text_pairs`].
#[derive(Clone)]
pub struct TextPairs<'a> {
    pairs: Pairs<'a>,
    /// The whole field as text, where all of it is.
    text: Option<&'a str>,
}

impl<'a> Iterator for TextPairs<'a> {
    type Item = Result<(&'a str, &'a str), Skipped>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let field = self.pairs.field;
        let pair = self.pairs.walk.next(field)?;
        Some(pair.and_then(|Spans { name, value }| match self.text {
            Some(text) => Ok((&text[name], &text[value])),
            None => {
                match (str::from_utf8(&field[name.clone()]), str::from_utf8(&field[value.clone()]))
                {
                    (Ok(name), Ok(value)) => Ok((name, value)),
                    _ => Err(Skipped::at(name.start..value.end, SkipReason::NotUtf8)),
                }
            }
        }))
    }
}

impl fmt::Debug for TextPairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text{:?}", self.pairs)
    }
}

impl Skipped {
    /// A pair that stands at `span` of field 0.
    pub(crate) fn at(span: Range<usize>, reason: SkipReason) -> Self {
        Self { field: 0, offset: span.start, octets: span.len(), reason }
    }
}

/// Where in its field a pair stands. The name is never empty.
pub(crate) struct Spans {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// A place in a field: what both iterators, and the jar, step with.
#[derive(Clone)]
pub(crate) struct Walk {
    /// Where the next segment starts.
    at: usize,
    /// The `;` and `=` from there on.
    marks: Marks,
    /// No octet of the field is a control octet.
    clean: bool,
}

impl Walk {
    /// The start of `field`.
    #[inline]
    pub(crate) fn new(field: &[u8]) -> Self {
        Self { at: 0, marks: Marks::new(field), clean: !has_control(field) }
    }

    /// The next pair of `field` that isn't blank.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what it returns would go through memory: 20 % of a walk"
    )]
    pub(crate) fn next(&mut self, field: &[u8]) -> Option<Result<Spans, Skipped>> {
        while self.at < field.len() {
            let start = self.at;
            let equals = self.marks.next(field);
            let mut end = equals;
            while field.get(end) == Some(&b'=') {
                end = self.marks.next(field);
            }
            self.at = end + 1;
            let name = trim(field, start..equals);
            if self.clean && equals < end && !name.is_empty() {
                return Some(Ok(Spans { name, value: trim(field, equals + 1..end) }));
            }
            let segment = trim(field, start..end);
            if !segment.is_empty() {
                return Some(self.judge(field, segment, equals));
            }
        }
        None
    }

    /// What is to be said of a trimmed segment that has no `=`, nothing before it, or perhaps a
    /// control octet.
    #[cold]
    fn judge(&self, field: &[u8], segment: Range<usize>, equals: usize) -> Result<Spans, Skipped> {
        if !self.clean && has_control(&field[segment.clone()]) {
            return Err(Skipped::at(segment, SkipReason::Control));
        }
        if equals >= segment.end {
            return Err(Skipped::at(segment, SkipReason::NoEquals));
        }
        if equals == segment.start {
            return Err(Skipped::at(segment, SkipReason::EmptyName));
        }
        let value = trim(field, equals + 1..segment.end);
        Ok(Spans { name: trim(field, segment.start..equals), value })
    }
}

/// A span of `field` without SP and HTAB at its ends.
#[inline]
fn trim(field: &[u8], Range { mut start, mut end }: Range<usize>) -> Range<usize> {
    while start < end && is_wsp(field[start]) {
        start += 1;
    }
    while start < end && is_wsp(field[end - 1]) {
        end -= 1;
    }
    start..end
}
