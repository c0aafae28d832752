//! The parts of a `Set-Cookie` field, before they become a cookie.
//!
//! A cookie is over 100 bytes, and one that has just been put together can't be moved before it has
//! reached the cache. So a field is first read into its parts and flags, and the cookie is made of
//! them where it stays; errors are made out of the way. As text, the whole field is checked to be
//! UTF-8, once, and what begins and ends at a `;`, `=` or white space is UTF-8, too.

use std::borrow::Cow;
use std::ops::Range;

use super::attribute::{Attribute, Ignored, max_age};
use super::piece::{Piece, Pieces, Segment, has_bare_ends};
use crate::cookie::{SameSite, lower_cased};
use crate::date;
use crate::scan::{any, text};

/// What the pieces of a field say, before anything is refused, each part as bytes or as text.
#[derive(Default)]
pub(super) struct Parts<T> {
    pub(super) name: T,
    pub(super) value: T,
    /// The last `Domain`, as it came.
    pub(super) domain: T,
    /// The last `Path`; empty for the default path.
    pub(super) path: T,
    /// Seconds.
    pub(super) max_age: u64,
    /// Seconds since 1970.
    pub(super) expires: i64,
    /// The attributes that are there and aren't ignored: a bit each. Flags that were written one by
    /// one couldn't be moved two at a time before they reach the cache.
    there: u32,
    pub(super) same_site: SameSite,
}

impl<T: Copy + Default + AsRef<[u8]>> Parts<T> {
    /// Reads a field with a cookie of any size, and attributes up to a size. `part` is what stands at
    /// a span of it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "parts that are returned go through memory: 5 ns")]
    pub(super) fn read(
        field: &[u8],
        attribute_bytes: usize,
        part: impl Fn(Range<usize>) -> T,
    ) -> Self {
        let mut pieces = Pieces::of(field);
        let (name, value) = first_pair(field, pieces.next_segment());
        let mut parts = Self { name: part(name), value: part(value), ..Self::default() };
        while let Some(segment) = pieces.next_segment() {
            let plain = plain_attribute(field, segment);
            if let Some((attribute, value)) = plain.or_else(|| odd_attribute(field, segment)) {
                // What is ignored says nothing.
                _ = parts.take(attribute, part(value), attribute_bytes);
            }
        }
        parts
    }

    /// Takes what an attribute says, whose value has a limit in bytes. The last of a kind counts.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the parts would be kept in memory: 10 ns")]
    fn take(&mut self, attribute: Attribute, value: T, limit: usize) -> Result<(), Ignored> {
        let bytes = value.as_ref();
        // "If the attribute-value is longer than 1024 bytes, ignore the cookie-av string"
        if bytes.len() > limit {
            return Err(Ignored::TooLong(attribute));
        }
        match attribute {
            Attribute::Expires => {
                self.expires = date::parse_seconds(bytes).map_err(Ignored::Expires)?;
            }
            Attribute::MaxAge => self.max_age = max_age(bytes).ok_or(Ignored::MaxAge)?,
            Attribute::Domain => self.domain = value,
            // "If attribute-value is empty or if the first character of attribute-value is not
            // %x2F ("/"), let cookie-path be the default-path."
            Attribute::Path if bytes.starts_with(b"/") => self.path = value,
            Attribute::Path => self.path = T::default(),
            Attribute::SameSite => self.same_site = SameSite::from_value(bytes),
            Attribute::Secure | Attribute::HttpOnly | Attribute::Partitioned => {}
        }
        self.there |= bit(attribute);
        Ok(())
    }
}

impl<T: AsRef<[u8]>> Parts<T> {
    /// Whether there is such an attribute, and it isn't ignored. A `Domain` and a `Path` that are there
    /// can be empty all the same.
    #[inline]
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.there & bit(attribute) != 0
    }

    /// Bytes of name and value.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        self.name.as_ref().len() + self.value.as_ref().len()
    }
}

const fn bit(attribute: Attribute) -> u32 {
    1 << attribute as u32
}

/// Where the name and the value stand.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what it returns would go through memory")]
fn first_pair(field: &[u8], segment: Option<Segment>) -> (Range<usize>, Range<usize>) {
    match segment {
        Some(Segment { start, equals, end })
            if is_bare(field, start..equals) && is_bare(field, equals + 1..end) =>
        {
            (start..equals, equals + 1..end)
        }
        _ => odd_pair(field, segment),
    }
}

/// Whether this is a span of the field, of which nothing is to be trimmed.
#[inline]
fn is_bare(field: &[u8], span: Range<usize>) -> bool {
    field.get(span).is_some_and(has_bare_ends)
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
    is_bare(field, value.clone()).then_some((attribute, value))
}

/// Any attribute, and where its value stands.
#[cold]
fn odd_attribute(field: &[u8], segment: Segment) -> Option<(Attribute, Range<usize>)> {
    let Piece { name, value } = segment.trimmed(field);
    Some((Attribute::of(&field[name])?, value.unwrap_or_default()))
}

/// Which attribute this is, where it isn't ignored.
pub(crate) fn taken(name: &[u8], value: &[u8], limit: usize) -> Result<Attribute, Ignored> {
    let attribute = Attribute::of(name).ok_or(Ignored::Unknown)?;
    Parts::default().take(attribute, value, limit)?;
    Ok(attribute)
}

/// A `Domain` that isn't ASCII.
pub(crate) struct NonAscii;

/// A `Domain` without its leading dot, in lower case; none where that is empty.
#[inline]
pub(crate) fn read_domain(domain: &[u8]) -> Result<Option<Cow<'_, str>>, NonAscii> {
    if is_plain(domain) {
        let domain = text(domain).ok_or(NonAscii)?;
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
        && !any(domain, |byte| byte >> 7 | u8::from(byte.is_ascii_uppercase()))
}
