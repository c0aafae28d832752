//! What a `Set-Cookie` header says, before anything is refused (RFC 6265bis, section 5.6).

use std::borrow::Cow;
use std::ops::Range;

use super::attribute::{Attribute, Ignored, parse_max_age};
use super::segment::Segments;
use crate::cookie::{Attributes, Flags, SameSite, lower_case};
use crate::date;

/// The parts of a `Set-Cookie` header, as positions in it, and its attributes.
///
/// Both the cookie of bytes and the cookie of text are made from it.
#[derive(Default)]
pub(super) struct RawSetCookie {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    /// The last `Domain`; empty if there is none.
    pub(super) domain: Range<usize>,
    /// The last `Path`; empty for the default path.
    pub(super) path: Range<usize>,
    /// Seconds.
    pub(super) max_age: Option<u64>,
    /// Seconds since 1970.
    pub(super) expires: Option<i64>,
    pub(super) flags: Flags,
}

impl RawSetCookie {
    /// Reads a header. Attributes of more than `attribute_bytes` are ignored.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a result returned through memory takes 10 % longer")]
    pub(super) fn parse(header: &[u8], attribute_bytes: usize) -> Self {
        let mut segments = Segments::new(header);
        let mut raw = Self::default();
        if let Some(first) = segments.next() {
            let pair = first.trimmed_pair(header);
            // "If the name-value-pair string lacks a %x3D ("=") character, then the name string is
            // empty, and the value string is the value of name-value-pair."
            (raw.name, raw.value) = if first.has_equals() {
                (pair.name_range(), pair.value_range())
            } else {
                (0..0, pair.name_range())
            };
        }
        for segment in segments {
            let pair = segment.trimmed_pair(header);
            // An attribute that is ignored has no effect.
            let _ = raw.apply(pair.name, pair.value, pair.value_start, attribute_bytes);
        }
        raw
    }

    /// Applies an attribute. The last of a kind counts.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "keeps the parts in registers, which saves 10 % of the time"
    )]
    fn apply(
        &mut self,
        name: &[u8],
        value: &[u8],
        value_start: usize,
        attribute_bytes: usize,
    ) -> Result<Attribute, Ignored> {
        let attribute = Attribute::from_name(name).ok_or(Ignored::Unknown)?;
        // "If the attribute-value is longer than 1024 octets, ignore the cookie-av string"
        if value.len() > attribute_bytes {
            return Err(Ignored::TooLong(attribute));
        }
        let value_range = value_start..value_start + value.len();
        match attribute {
            Attribute::Expires => {
                self.expires = Some(date::parse_seconds(value).map_err(Ignored::Expires)?);
            }
            Attribute::MaxAge => {
                self.max_age = Some(parse_max_age(value).ok_or(Ignored::MaxAge)?);
            }
            Attribute::Domain => self.domain = value_range,
            // "If attribute-value is empty or if the first character of attribute-value is not
            // %x2F ("/"), let cookie-path be the default-path."
            Attribute::Path if value.starts_with(b"/") => self.path = value_range,
            Attribute::Path => self.path = 0..0,
            Attribute::SameSite => {
                self.flags = self.flags.with_same_site(SameSite::from_attribute_value(value));
            }
            // Sections 5.6.5 and 5.6.6, and CHIPS: whatever the value is.
            Attribute::Secure => self.flags = self.flags.with_secure(true),
            Attribute::HttpOnly => self.flags = self.flags.with_http_only(true),
            Attribute::Partitioned => self.flags = self.flags.with_partitioned(true),
        }
        Ok(attribute)
    }

    /// Returns the attributes, with the domain and the path that were read from the header; an empty
    /// path is the default path.
    #[inline]
    pub(super) fn attributes<D, P: AsRef<[u8]>>(
        &self,
        domain: Option<D>,
        path: P,
    ) -> Attributes<D, P> {
        Attributes {
            domain,
            path: (!path.as_ref().is_empty()).then_some(path),
            max_age: self.max_age,
            expires: self.expires,
            flags: self.flags,
        }
    }

    /// Returns the length of name and value, in bytes.
    pub(super) fn pair_len(&self) -> usize {
        self.name.len() + self.value.len()
    }
}

/// Returns which attribute a name and a value are, unless they are ignored.
pub(crate) fn read_attribute(
    name: &[u8],
    value: &[u8],
    attribute_bytes: usize,
) -> Result<Attribute, Ignored> {
    RawSetCookie::default().apply(name, value, 0, attribute_bytes)
}

/// A `Domain` that is not ASCII.
pub(crate) struct NonAsciiDomain;

/// Returns a `Domain` without its one leading dot, in lower case, or `None` if that is empty.
pub(crate) fn parse_domain(domain: &[u8]) -> Result<Option<Cow<'_, str>>, NonAsciiDomain> {
    let domain = domain.strip_prefix(b".").unwrap_or(domain);
    match str::from_utf8(domain) {
        Ok("") => Ok(None),
        Ok(domain) if domain.is_ascii() => Ok(Some(lower_case(domain.into()))),
        _ => Err(NonAsciiDomain),
    }
}
