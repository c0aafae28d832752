//! How both fields are split: at each `;`, inside DQUOTEs or not, then at the first `=`; and SP and
//! HTAB are trimmed from what is between them (RFC 6265bis, sections 4.2.1 and 5.6).

use std::ops::Range;

use crate::octet::is_wsp;
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
        if self.at > field.len() {
            return None;
        }
        let equals = self.marks.next(field);
        let mut end = equals;
        while field.get(end) == Some(&b'=') {
            end = self.marks.next(field);
        }
        let start = trim_start(field, self.at..end);
        self.at = end + 1;
        Some(if equals < end {
            let end = trim_end(field, equals + 1..end);
            Piece {
                name: start..trim_end(field, start..equals),
                value: Some(trim_start(field, equals + 1..end)..end),
            }
        } else {
            Piece { name: start..trim_end(field, start..end), value: None }
        })
    }
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
