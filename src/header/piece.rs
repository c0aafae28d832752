//! How both fields are split: at each `;`, inside DQUOTEs or not, then at the first `=`; and SP and
//! HTAB are trimmed from what is between them (RFC 6265bis, sections 4.2.1 and 5.6).

use std::ops::Range;

use ascii::AsciiStr;

use crate::byte::is_wsp;
use crate::scan::Marks;

/// Where in its field a piece stands: what is before its first `=` and what is behind it, if there
/// is one, both trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) name: Range<usize>,
    pub(crate) value: Option<Range<usize>>,
}

impl Piece {
    /// Name, `=` and value.
    #[inline]
    pub(crate) fn whole(&self) -> Range<usize> {
        self.name.start..self.value.as_ref().map_or(self.name.end, |value| value.end)
    }
}

/// The pieces of a field, in order. An empty field has one, which is empty.
#[derive(Clone)]
pub(crate) struct Pieces<'a> {
    pub(crate) field: &'a [u8],
    /// Where the next piece starts; behind the end of the field where there is none.
    pub(crate) at: usize,
    /// The `;` and `=` from there on.
    marks: Marks,
}

impl<'a> Pieces<'a> {
    #[inline]
    pub(crate) fn of(field: &'a [u8]) -> Self {
        Self { field, at: 0, marks: Marks::new(field) }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what it returns would go through memory: 20 % of a walk"
    )]
    fn next(&mut self) -> Option<Piece> {
        let field = self.field;
        self.next_segment().map(|segment| segment.trimmed(field))
    }
}

impl Pieces<'_> {
    /// The next piece, untrimmed.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what it returns would go through memory: 20 % of a walk"
    )]
    pub(crate) fn next_segment(&mut self) -> Option<Segment> {
        let field = self.field;
        let start = self.at;
        if start > field.len() {
            return None;
        }
        let equals = self.marks.next(field);
        let mut end = equals;
        while field.get(end) == Some(&b'=') {
            end = self.marks.next(field);
        }
        self.at = end + 1;
        Some(Segment { start, equals, end })
    }
}

/// A piece as it stands between two `;`.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: usize,
    /// The first `=`; where there is none, the end.
    pub(crate) equals: usize,
    pub(crate) end: usize,
}

/// A pair, and where in its field it stands. The name is never empty.
pub(crate) struct Spans<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) name_at: usize,
    pub(crate) value: &'a [u8],
    pub(crate) value_at: usize,
}

impl Segment {
    /// Name and value, where nothing is to be trimmed but one SP before the name, and where both
    /// start.
    #[inline]
    pub(crate) fn plain(self, field: &[u8]) -> Option<Spans<'_>> {
        let (name_at, value_at) = self.starts(field);
        let name = field.get(name_at..self.equals)?;
        let value = field.get(value_at..self.end)?;
        let plain = !name.is_empty() && has_bare_ends(name) && has_bare_ends(value);
        plain.then_some(Spans { name, name_at, value, value_at })
    }

    /// The same as text, of a field that is ASCII: what is a slice of that is text without a check.
    #[inline]
    pub(crate) fn plain_ascii(self, field: &AsciiStr) -> Option<(&str, &str)> {
        let (name_at, value_at) = self.starts(field.as_bytes());
        let part = |span| Some(<&AsciiStr>::from(field.as_slice().get(span)?).as_str());
        let (name, value) = (part(name_at..self.equals)?, part(value_at..self.end)?);
        let plain =
            !name.is_empty() && has_bare_ends(name.as_bytes()) && has_bare_ends(value.as_bytes());
        plain.then_some((name, value))
    }

    #[inline]
    fn starts(self, field: &[u8]) -> (usize, usize) {
        let name = self.start + usize::from(field.get(self.start) == Some(&b' '));
        (name, self.equals.wrapping_add(1))
    }

    /// Where a word without `=` stands, of which nothing is to be trimmed but one SP before it.
    #[inline]
    pub(crate) fn plain_word(self, field: &[u8]) -> Option<Range<usize>> {
        let span = self.starts(field).0..self.end;
        let word = field.get(span.clone())?;
        (self.equals == self.end && !word.is_empty() && has_bare_ends(word)).then_some(span)
    }

    /// Name and value, where there is one, trimmed.
    #[inline]
    pub(crate) fn trimmed(self, field: &[u8]) -> Piece {
        let Self { equals, end, .. } = self;
        let (name_at, value_at) = self.starts(field);
        if equals >= end {
            return Piece { name: trimmed(field, name_at..end, name_of), value: None };
        }
        let value = trimmed(field, value_at..end, value_of);
        Piece { name: trimmed(field, name_at..equals, name_of), value: Some(value) }
    }
}

/// A span, without white space at its ends; `trim` is for those few that have any.
#[inline]
fn trimmed(
    field: &[u8],
    span: Range<usize>,
    trim: fn(&[u8], Range<usize>) -> Range<usize>,
) -> Range<usize> {
    match field.get(span.clone()) {
        Some(part) if has_bare_ends(part) => span,
        _ => trim(field, span),
    }
}

/// Trimmed, of white space alone what is left stands at the end.
#[cold]
fn name_of(field: &[u8], Range { start, end }: Range<usize>) -> Range<usize> {
    let start = trim_start(field, start..end);
    start..trim_end(field, start..end)
}

/// Trimmed, of white space alone what is left stands at the start.
#[cold]
fn value_of(field: &[u8], Range { start, end }: Range<usize>) -> Range<usize> {
    let end = trim_end(field, start..end);
    trim_start(field, start..end)..end
}

/// Whether there is no white space at an end, nor a control byte.
#[inline]
pub(crate) fn has_bare_ends(part: &[u8]) -> bool {
    let bare = |byte: &u8| *byte > b' ';
    part.first().is_none_or(bare) && part.last().is_none_or(bare)
}

/// Where a span of `field` starts, SP and HTAB apart.
#[inline]
pub(crate) fn trim_start(field: &[u8], Range { mut start, end }: Range<usize>) -> usize {
    while start < end && is_wsp(field[start]) {
        start += 1;
    }
    start
}

/// Where a span of `field` ends, SP and HTAB apart.
#[inline]
pub(crate) fn trim_end(field: &[u8], Range { start, mut end }: Range<usize>) -> usize {
    while start < end && is_wsp(field[end - 1]) {
        end -= 1;
    }
    end
}
