//! The attributes of a `Set-Cookie` field (RFC 6265bis, section 5.6).

use std::fmt;

use crate::cookie::SameSite;
use crate::date::{self, DateError};

/// An attribute that the standard knows (RFC 6265bis, section 4.1.2), or `Partitioned`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// `Expires`: a date.
    Expires,
    /// `Max-Age`: seconds.
    MaxAge,
    /// `Domain`: a host.
    Domain,
    /// `Path`.
    Path,
    /// `Secure`, without a value.
    Secure,
    /// `HttpOnly`, without a value.
    HttpOnly,
    /// `SameSite`: `Strict`, `Lax` or `None`.
    SameSite,
    /// `Partitioned`, without a value.
    Partitioned,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Attribute {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Expires,
        Self::MaxAge,
        Self::Domain,
        Self::Path,
        Self::Secure,
        Self::HttpOnly,
        Self::SameSite,
        Self::Partitioned,
    ];

    /// The attribute's name as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expires => "Expires",
            Self::MaxAge => "Max-Age",
            Self::Domain => "Domain",
            Self::Path => "Path",
            Self::Secure => "Secure",
            Self::HttpOnly => "HttpOnly",
            Self::SameSite => "SameSite",
            Self::Partitioned => "Partitioned",
        }
    }

    /// "If the attribute-name case-insensitively matches the string ..."
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call costs as much as what it does")]
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        let found = match (name.len(), key(name)?) {
            (4, PATH) => Self::Path,
            (6, SECURE) => Self::Secure,
            (6, DOMAIN) => Self::Domain,
            (7, EXPIRES) => Self::Expires,
            (7, MAX_AGE) if name[3] == b'-' => Self::MaxAge,
            (8, HTTP_ONLY) => Self::HttpOnly,
            (8, SAME_SITE) => Self::SameSite,
            (11, PARTITIONED) if name.eq_ignore_ascii_case(b"partitioned") => Self::Partitioned,
            _ => return None,
        };
        Some(found)
    }
}

/// The first four octets of a name, and the last four, in lower case: a name of 4 to 8 octets is
/// compared in one step. Of all octets, 0x20 makes a lower-case letter of its upper-case form and of
/// itself alone.
#[inline]
const fn key(name: &[u8]) -> Option<u64> {
    let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) else { return None };
    let (first, last) = (u32::from_le_bytes(*first) as u64, u32::from_le_bytes(*last) as u64);
    Some(first | last << 32 | 0x2020_2020_2020_2020)
}

const PATH: u64 = key_of(Attribute::Path);
const SECURE: u64 = key_of(Attribute::Secure);
const DOMAIN: u64 = key_of(Attribute::Domain);
const EXPIRES: u64 = key_of(Attribute::Expires);
const MAX_AGE: u64 = key_of(Attribute::MaxAge);
const HTTP_ONLY: u64 = key_of(Attribute::HttpOnly);
const SAME_SITE: u64 = key_of(Attribute::SameSite);
const PARTITIONED: u64 = key_of(Attribute::Partitioned);

const fn key_of(attribute: Attribute) -> u64 {
    match key(attribute.as_str().as_bytes()) {
        Some(key) => key,
        None => panic!("no attribute has a name of less than 4 octets"),
    }
}

/// What an attribute says to a user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Seconds since 1970.
    Expires(i64),
    /// Seconds.
    MaxAge(u64),
    /// Its value, as it came.
    Domain,
    /// Its value.
    Path,
    /// A `Path` that stands for the default path.
    DefaultPath,
    SameSite(SameSite),
    Secure,
    HttpOnly,
    Partitioned,
}

/// Why an attribute is ignored: it says nothing, and an earlier one of its kind stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ignored {
    /// The standard doesn't know it.
    Unknown,
    /// Its value is over the limit.
    TooLong(Attribute),
    /// It is an `Expires` that can't be read.
    Expires(DateError),
    /// It is a `Max-Age` that isn't a number of seconds.
    MaxAge,
}

impl Said {
    /// Which attribute says it.
    pub(crate) fn attribute(self) -> Attribute {
        match self {
            Self::Expires(_) => Attribute::Expires,
            Self::MaxAge(_) => Attribute::MaxAge,
            Self::Domain => Attribute::Domain,
            Self::Path | Self::DefaultPath => Attribute::Path,
            Self::Secure => Attribute::Secure,
            Self::HttpOnly => Attribute::HttpOnly,
            Self::SameSite(_) => Attribute::SameSite,
            Self::Partitioned => Attribute::Partitioned,
        }
    }

    /// Reads an attribute, whose value has a limit in octets.
    #[inline]
    pub(crate) fn read(name: &[u8], value: &[u8], limit: usize) -> Result<Self, Ignored> {
        Self::of(Attribute::of(name).ok_or(Ignored::Unknown)?, value, limit)
    }

    /// What a value says as that of an attribute.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what it returns would go through memory: 15 ns")]
    pub(crate) fn of(attribute: Attribute, value: &[u8], limit: usize) -> Result<Self, Ignored> {
        // "If the attribute-value is longer than 1024 octets, ignore the cookie-av string"
        if value.len() > limit {
            return Err(Ignored::TooLong(attribute));
        }
        match attribute {
            Attribute::Expires => {
                date::parse_seconds(value).map(Self::Expires).map_err(Ignored::Expires)
            }
            Attribute::MaxAge => max_age(value).map(Self::MaxAge).ok_or(Ignored::MaxAge),
            Attribute::Domain => Ok(Self::Domain),
            // "If attribute-value is empty or if the first character of attribute-value is not
            // %x2F ("/"), let cookie-path be the default-path."
            Attribute::Path if value.starts_with(b"/") => Ok(Self::Path),
            Attribute::Path => Ok(Self::DefaultPath),
            Attribute::Secure => Ok(Self::Secure),
            Attribute::HttpOnly => Ok(Self::HttpOnly),
            Attribute::SameSite => Ok(Self::SameSite(SameSite::from_value(value))),
            Attribute::Partitioned => Ok(Self::Partitioned),
        }
    }
}

/// `["-"] 1*DIGIT`, in seconds; below zero is zero, and what overflows the most there is.
fn max_age(value: &[u8]) -> Option<u64> {
    let (negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut number = 0u64;
    for octet in digits {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    match (digits, negative) {
        ([], _) => None,
        (_, true) => Some(0),
        (_, false) => Some(number),
    }
}
