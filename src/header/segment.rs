//! How both headers are split: at each `;`, inside quotes or not, then at the first `=`. SP and HTAB
//! are trimmed from what is between (RFC 6265bis, sections 4.2.1 and 5.6).

use std::ops::Range;

use crate::bytes::{Separators, is_trimmed, trim_end, trim_start};

/// What is between two `;`, as positions in the header. Nothing is trimmed yet.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: usize,
    /// The first `=`, or the end if there is none.
    pub(crate) equals: usize,
    pub(crate) end: usize,
}

/// A trimmed name and value, and where they are in the header. If there is no `=`, the value is
/// empty, at the end of the name.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'h> {
    pub(crate) name: &'h [u8],
    pub(crate) name_start: usize,
    pub(crate) value: &'h [u8],
    pub(crate) value_start: usize,
}

impl<'h> Pair<'h> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 20 % longer")]
    fn new(header: &'h [u8], name: Range<usize>, value: Range<usize>) -> Option<Self> {
        let (name_start, value_start) = (name.start, value.start);
        Some(Self { name: header.get(name)?, name_start, value: header.get(value)?, value_start })
    }

    #[inline]
    pub(crate) const fn name_range(&self) -> Range<usize> {
        self.name_start..self.name_start + self.name.len()
    }

    #[inline]
    pub(crate) const fn value_range(&self) -> Range<usize> {
        self.value_start..self.value_start + self.value.len()
    }

    /// Returns the range of name, `=` and value.
    pub(crate) const fn range(&self) -> Range<usize> {
        self.name_start..self.value_start + self.value.len()
    }
}

/// The segments of a header, in order. An empty header has one, which is empty.
#[derive(Clone)]
pub(crate) struct Segments<'h> {
    header: &'h [u8],
    /// Where the next segment starts; after the end of the header if there is none.
    next_start: usize,
    /// The `;` and `=` from there on.
    separators: Separators,
}

impl<'h> Segments<'h> {
    #[inline]
    pub(crate) fn new(header: &'h [u8]) -> Self {
        Self { header, next_start: 0, separators: Separators::new(header) }
    }

    pub(crate) const fn header(&self) -> &'h [u8] {
        self.header
    }

    /// Returns how many bytes have not been split yet.
    pub(crate) const fn bytes_left(&self) -> usize {
        self.header.len().saturating_sub(self.next_start)
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 20 % longer")]
    fn next(&mut self) -> Option<Segment> {
        let header = self.header;
        let start = self.next_start;
        if start > header.len() {
            return None;
        }
        let equals = self.separators.next(header);
        let mut end = equals;
        while header.get(end) == Some(&b'=') {
            end = self.separators.next(header);
        }
        self.next_start = end + 1;
        Some(Segment { start, equals, end })
    }
}

impl Segment {
    pub(crate) const fn has_equals(self) -> bool {
        self.equals < self.end
    }

    /// Returns name and value if nothing is to be trimmed but one SP before the name, as in nearly
    /// all headers. Control characters below SP at the ends also count as something to trim.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 20 % longer")]
    pub(crate) fn pair_without_trimming(self, header: &[u8]) -> Option<Pair<'_>> {
        let name_start = self.start + usize::from(header.get(self.start) == Some(&b' '));
        let value_start = self.end.min(self.equals.wrapping_add(1));
        let pair = Pair::new(header, name_start..self.equals, value_start..self.end)?;
        (is_trimmed(pair.name) && is_trimmed(pair.value)).then_some(pair)
    }

    /// Returns name and value, trimmed.
    #[inline]
    pub(crate) fn trimmed_pair(self, header: &[u8]) -> Pair<'_> {
        match self.pair_without_trimming(header) {
            Some(pair) => pair,
            None => self.trim(header),
        }
    }

    #[cold]
    fn trim(self, header: &[u8]) -> Pair<'_> {
        let Self { start, equals, end } = self;
        // If a name is only white space, its empty range is just before the `=`. If a value is, its
        // empty range is just after it.
        let name_start = trim_start(header, start..equals);
        let name = name_start..trim_end(header, name_start..equals);
        let value = if self.has_equals() {
            let value_end = trim_end(header, equals + 1..end);
            trim_start(header, equals + 1..value_end)..value_end
        } else {
            name.end..name.end
        };
        // OK because a segment is a part of its header.
        Pair::new(header, name, value).expect("ranges of the header")
    }
}
