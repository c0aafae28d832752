//! The parts of a `Set-Cookie` field, before they become a cookie.
//!
//! A cookie is over 100 octets, and one that has just been put together can't be moved before it has
//! reached the cache. So a field is first read into spans and flags, and the cookie is made of them
//! where it stays; errors are made out of the way. As text, the whole field is checked to be UTF-8,
//! once, and what begins and ends at a `;`, `=` or white space is UTF-8, too.

use std::borrow::Cow;
use std::ops::Range;

use super::attribute::{Attribute, Ignored, Said};
use super::piece::{Piece, Pieces, Segment, has_bare_ends};
use crate::cookie::{SameSite, lower_cased};
use crate::scan::any;

/// What the pieces of a field say, and where it stands, before anything is refused.
#[derive(Clone)]
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
    /// The attributes that are there, of those that are told apart by nothing else: a bit each. Flags
    /// that were written one by one couldn't be moved two at a time before they reach the cache.
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
        let mut parts = Self {
            name,
            value,
            domain: 0..0,
            path: 0..0,
            max_age: 0,
            expires: 0,
            there: 0,
            same_site: SameSite::Unset,
        };
        while let Some(segment) = pieces.next_segment() {
            let (said, value) = match plain_attribute(field, segment, attribute_octets) {
                Some(plain) => plain,
                None => odd_attribute(field, segment, attribute_octets),
            };
            // The last of a kind counts.
            match said {
                Ok(Said::Expires(seconds)) => {
                    parts.expires = seconds;
                    parts.there |= bit(Attribute::Expires);
                }
                Ok(Said::MaxAge(seconds)) => {
                    parts.max_age = seconds;
                    parts.there |= bit(Attribute::MaxAge);
                }
                Ok(Said::Domain) => parts.domain = value,
                Ok(Said::Path) => parts.path = value,
                Ok(Said::DefaultPath) => parts.path = 0..0,
                Ok(Said::SameSite(same_site)) => parts.same_site = same_site,
                Ok(Said::Secure) => parts.there |= bit(Attribute::Secure),
                Ok(Said::HttpOnly) => parts.there |= bit(Attribute::HttpOnly),
                Ok(Said::Partitioned) => parts.there |= bit(Attribute::Partitioned),
                Err(_) => {}
            }
        }
        parts
    }

    /// Whether there is such an attribute, which isn't a `Domain`, a `Path` or a `SameSite`.
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
    limit: usize,
) -> Option<(Result<Said, Ignored>, Range<usize>)> {
    let start = start + usize::from(field.get(start) == Some(&b' '));
    let attribute = Attribute::of(field.get(start..equals.min(end))?)?;
    let span = if equals < end { equals + 1..end } else { end..end };
    let value = field.get(span.clone())?;
    let plain = value.is_empty() || has_bare_ends(value);
    plain.then(|| (Said::of(attribute, value, limit), span))
}

/// Any attribute, and where its value stands.
#[cold]
fn odd_attribute(
    field: &[u8],
    segment: Segment,
    limit: usize,
) -> (Result<Said, Ignored>, Range<usize>) {
    let Piece { name, value } = segment.trimmed(field);
    let value = value.unwrap_or(0..0);
    (Said::read(&field[name], &field[value.clone()], limit), value)
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
