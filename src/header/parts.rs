//! The parts of a `Set-Cookie` field, before they become a cookie.
//!
//! A cookie is over 100 octets, and one that has just been put together can't be moved before it has
//! reached the cache. So a field is first read into spans and flags, and the cookie is made of them
//! where it stays; errors are made out of the way. As text, the whole field is checked to be UTF-8,
//! once, and what begins and ends at a `;`, `=` or white space is UTF-8, too.

use std::borrow::Cow;
use std::ops::Range;

use super::attribute::{Attribute, Ignored, max_age};
use super::piece::{Piece, Pieces, Segment, has_bare_ends};
use crate::cookie::{SameSite, lower_cased};
use crate::date;
use crate::scan::any;

/// What the pieces of a field say, and where it stands, before anything is refused.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    /// The last `Domain`, as it came.
    pub(super) domain: Range<usize>,
    /// The last `Path`; empty for the default path.
    pub(super) path: Range<usize>,
    /// Seconds.
    pub(super) max_age: u64,
    /// Seconds since 1970.
    pub(super) expires: i64,
    /// The attributes that are there and aren't ignored: a bit each. Flags that were written one by
    /// one couldn't be moved two at a time before they reach the cache.
    there: u32,
    pub(super) same_site: SameSite,
}

impl Parts {
    /// Reads a field with a cookie of any size, and attributes up to a size.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "parts that are returned go through memory: 5 ns")]
    pub(super) fn read(field: &[u8], attribute_octets: usize) -> Self {
        let mut pieces = Pieces::of(field);
        let first = pieces.next_segment();
        let (name, value) = match first {
            Some(Segment { start, equals, end })
                if is_plain_pair(field, start..equals, equals + 1..end) =>
            {
                (start..equals, equals + 1..end)
            }
            _ => odd_pair(field, first),
        };
        let mut parts = Self { name, value, ..Self::default() };
        while let Some(segment) = pieces.next_segment() {
            // What is ignored says nothing.
            _ = match plain_attribute(field, segment) {
                Some((attribute, value)) => parts.take(attribute, field, value, attribute_octets),
                None => parts.take_odd(field, segment, attribute_octets),
            };
        }
        parts
    }

    /// Takes what an attribute says, whose value stands at a span of its field and has a limit in
    /// octets. The last of a kind counts.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the parts would be kept in memory: 10 ns")]
    fn take(
        &mut self,
        attribute: Attribute,
        field: &[u8],
        span: Range<usize>,
        limit: usize,
    ) -> Result<(), Ignored> {
        let value = field.get(span.clone()).unwrap_or_default();
        // "If the attribute-value is longer than 1024 octets, ignore the cookie-av string"
        if value.len() > limit {
            return Err(Ignored::TooLong(attribute));
        }
        match attribute {
            Attribute::Expires => {
                self.expires = date::parse_seconds(value).map_err(Ignored::Expires)?;
            }
            Attribute::MaxAge => self.max_age = max_age(value).ok_or(Ignored::MaxAge)?,
            Attribute::Domain => self.domain = span,
            // "If attribute-value is empty or if the first character of attribute-value is not
            // %x2F ("/"), let cookie-path be the default-path."
            Attribute::Path => self.path = if value.starts_with(b"/") { span } else { 0..0 },
            Attribute::SameSite => self.same_site = SameSite::from_value(value),
            Attribute::Secure | Attribute::HttpOnly | Attribute::Partitioned => {}
        }
        self.there |= bit(attribute);
        Ok(())
    }

    /// Takes what any attribute says.
    #[cold]
    fn take_odd(&mut self, field: &[u8], segment: Segment, limit: usize) -> Result<(), Ignored> {
        let Piece { name, value } = segment.trimmed(field);
        let attribute = Attribute::of(&field[name]).ok_or(Ignored::Unknown)?;
        self.take(attribute, field, value.unwrap_or_default(), limit)
    }

    /// Whether there is such an attribute.
    #[inline]
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.there & bit(attribute) != 0
    }

    /// Whether there is neither a name nor a value.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.value.is_empty()
    }

    /// Octets of name and value.
    #[inline]
    pub(super) fn octets(&self) -> usize {
        self.name.len() + self.value.len()
    }
}

const fn bit(attribute: Attribute) -> u32 {
    1 << attribute as u32
}

/// Whether nothing is to be trimmed from a name and a value.
#[inline]
fn is_plain_pair(field: &[u8], name: Range<usize>, value: Range<usize>) -> bool {
    let bare = |span| field.get(span).is_some_and(has_bare_ends);
    bare(name) && bare(value)
}

/// Any name and value.
#[cold]
fn odd_pair(field: &[u8], segment: Option<Segment>) -> (Range<usize>, Range<usize>) {
    // "If the name-value-pair string lacks a %x3D ("=") character, then the name string is empty,
    // and the value string is the value of name-value-pair."
    match segment.map(|segment| segment.trimmed(field)) {
        Some(Piece { name, value: Some(value) }) => (name, value),
        Some(Piece { name: value, value: None }) => (0..0, value),
        None => (0..0, 0..0),
    }
}

/// An attribute, where it has a name that is known, and nothing is to be trimmed but one SP before
/// that; and where its value stands.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what it returns would go through memory: 15 ns")]
fn plain_attribute(
    field: &[u8],
    Segment { start, equals, end }: Segment,
) -> Option<(Attribute, Range<usize>)> {
    let start = start + usize::from(field.get(start) == Some(&b' '));
    let attribute = Attribute::of(field.get(start..equals)?)?;
    let value = end.min(equals + 1)..end;
    has_bare_ends(field.get(value.clone())?).then_some((attribute, value))
}

/// Why an attribute is ignored, if it is; or which it is.
pub(crate) fn taken(name: &[u8], value: &[u8], limit: usize) -> Result<Attribute, Ignored> {
    let attribute = Attribute::of(name).ok_or(Ignored::Unknown)?;
    Parts::default().take(attribute, value, 0..value.len(), limit)?;
    Ok(attribute)
}

/// A part of a field that is text. None begins or ends within a char.
#[inline]
pub(super) fn part<'a>(field: &'a str, span: &Range<usize>) -> &'a str {
    field.get(span.clone()).unwrap_or_default()
}

/// A `Domain` that isn't ASCII.
pub(crate) struct NonAscii;

/// A `Domain` without its leading dot, in lower case; none where that is empty.
#[inline]
pub(crate) fn read_domain(domain: &[u8]) -> Result<Option<Cow<'_, str>>, NonAscii> {
    if is_plain(domain) {
        let domain = str::from_utf8(domain).map_err(|_| NonAscii)?;
        Ok((!domain.is_empty()).then_some(Cow::Borrowed(domain)))
    } else {
        read_odd_domain(domain)
    }
}

#[cold]
fn read_odd_domain(domain: &[u8]) -> Result<Option<Cow<'_, str>>, NonAscii> {
    let domain = str::from_utf8(domain).map_err(|_| NonAscii)?;
    match domain.strip_prefix('.').unwrap_or(domain) {
        "" => Ok(None),
        domain if !domain.is_ascii() => Err(NonAscii),
        domain => Ok(Some(lower_cased(domain.into()))),
    }
}

/// Whether a `Domain` is to be kept as it is.
#[inline]
pub(super) fn is_plain(domain: &[u8]) -> bool {
    domain.first() != Some(&b'.')
        && !any(domain, |octet| octet >> 7 | u8::from(octet.is_ascii_uppercase()))
}
