//! A list of pairs, as spans of the text that they stand in.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::memchr;

use crate::encoding::Encoding;
use crate::header::Spans;

/// The pairs that came in, in order.
#[derive(Clone)]
pub(super) enum Pairs {
    /// No value holds a `%`, as in most requests, or none is to be decoded.
    Plain(Vec<Pair>),
    Encoded(Vec<(Pair, Decoded)>),
}

/// The plain value, where the value was encoded: decoded when it is first asked for, since most
/// requests ask for a few of their cookies.
pub(super) type Decoded = OnceLock<Option<Box<str>>>;

/// Where a pair stands in the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Pair {
    /// Marked where the response changed this name: the changes answer for it.
    pub(super) name: Span,
    /// Marked where a change stands for this very pair in the projection of the next request.
    pub(super) raw: Span,
}

/// Where a part stands in the text, and one bit more.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    /// The highest bit is the mark.
    start: u32,
    bytes: u32,
}

/// What may be received whatever the limit: of 32 bits, a span has one for its mark.
pub(super) const MOST: usize = (1 << 31) - 1;

const MARK: u32 = 1 << 31;

impl Span {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "what is received is at most `MOST` bytes")]
    const fn of(start: usize, bytes: usize) -> Self {
        Self { start: start as u32, bytes: bytes as u32 }
    }

    pub(super) const fn range(self) -> Range<usize> {
        let start = (self.start & !MARK) as usize;
        start..start + self.len()
    }

    const fn len(self) -> usize {
        self.bytes as usize
    }

    pub(super) const fn is_marked(self) -> bool {
        self.start & MARK != 0
    }

    pub(super) fn mark(&mut self) {
        self.start |= MARK;
    }
}

impl Pair {
    /// The pair of a field that starts at `base` of the text.
    #[inline]
    pub(super) fn of(spans: &Spans<'_>, base: usize) -> Self {
        Self {
            name: Span::of(base + spans.name_at, spans.name.len()),
            raw: Span::of(base + spans.value_at, spans.value.len()),
        }
    }

    /// Whether it bears `name`, in the text that it stands in.
    #[inline]
    pub(super) fn is_named(&self, name: &[u8], text: &[u8]) -> bool {
        // Most others differ in length, and most of the rest in their last byte.
        self.name.len() == name.len()
            && text
                .get(self.name.range())
                .is_some_and(|own| own.last() == name.last() && own == name)
    }

    /// Bytes of name, `=` and value.
    pub(super) const fn bytes(&self) -> usize {
        self.name.len() + 1 + self.raw.len()
    }
}

impl Default for Pairs {
    fn default() -> Self {
        Self::Plain(vec![])
    }
}

impl Pairs {
    #[inline]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Plain(pairs) => pairs.len(),
            Self::Encoded(pairs) => pairs.len(),
        }
    }

    #[inline]
    pub(super) fn at(&self, index: usize) -> &Pair {
        match self {
            Self::Plain(pairs) => &pairs[index],
            Self::Encoded(pairs) => &pairs[index].0,
        }
    }

    pub(super) fn at_mut(&mut self, index: usize) -> &mut Pair {
        match self {
            Self::Plain(pairs) => &mut pairs[index],
            Self::Encoded(pairs) => &mut pairs[index].0,
        }
    }

    /// The index of the first pair of a name.
    #[inline]
    pub(super) fn first_of(&self, name: &[u8], text: &[u8]) -> Option<usize> {
        match self {
            Self::Plain(pairs) => pairs.iter().position(|pair| pair.is_named(name, text)),
            Self::Encoded(pairs) => pairs.iter().position(|(pair, _)| pair.is_named(name, text)),
        }
    }

    /// Adds pairs, the first with room for so many.
    pub(super) fn extend(&mut self, more: &[Pair], room: impl FnOnce() -> usize) {
        match self {
            Self::Plain(pairs) => {
                make_room(pairs, room);
                pairs.extend_from_slice(more);
            }
            Self::Encoded(pairs) => {
                make_room(pairs, room);
                pairs.extend(more.iter().map(|pair| (*pair, Decoded::new())));
            }
        }
    }
}

/// Makes room for so many entries before the first.
pub(super) fn make_room<T>(list: &mut Vec<T>, room: impl FnOnce() -> usize) {
    if list.capacity() == 0 {
        *list = Vec::with_capacity(room());
    }
}

/// The plain value of an encoded one.
pub(super) fn decoded<'r>(raw: &'r str, plain: &'r Decoded) -> &'r str {
    if memchr(b'%', raw.as_bytes()).is_none() {
        return raw;
    }
    let plain = plain.get_or_init(|| match Encoding::Percent.decode(raw) {
        Cow::Owned(plain) => Some(plain.into_boxed_str()),
        Cow::Borrowed(_) => None,
    });
    plain.as_deref().unwrap_or(raw)
}
