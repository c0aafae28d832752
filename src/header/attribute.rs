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
    #[inline]
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        // Of all octets, 0x20 makes a lower-case letter of its upper-case form and of itself alone;
        // a whole name is one comparison.
        fn lower<const N: usize>(name: &[u8]) -> [u8; N] {
            name.first_chunk::<N>().map_or([0; N], |name| name.map(|octet| octet | 0x20))
        }
        match name.len() {
            4 if lower(name) == *b"path" => Some(Self::Path),
            6 if lower(name) == *b"secure" => Some(Self::Secure),
            6 if lower(name) == *b"domain" => Some(Self::Domain),
            7 if lower(name) == *b"expires" => Some(Self::Expires),
            7 if lower(name) == *b"max-age" && name[3] == b'-' => Some(Self::MaxAge),
            8 if lower(name) == *b"httponly" => Some(Self::HttpOnly),
            8 if lower(name) == *b"samesite" => Some(Self::SameSite),
            11 if lower(name) == *b"partitioned" => Some(Self::Partitioned),
            _ => None,
        }
    }
}

/// What an attribute says to a user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    /// Seconds since 1970.
    Expires(i64),
    /// Seconds.
    MaxAge(u64),
    /// As it came.
    Domain(&'a [u8]),
    /// `None` is the default path.
    Path(Option<&'a [u8]>),
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

impl<'a> Said<'a> {
    /// Which attribute says it.
    pub(crate) fn attribute(self) -> Attribute {
        match self {
            Self::Expires(_) => Attribute::Expires,
            Self::MaxAge(_) => Attribute::MaxAge,
            Self::Domain(_) => Attribute::Domain,
            Self::Path(_) => Attribute::Path,
            Self::Secure => Attribute::Secure,
            Self::HttpOnly => Attribute::HttpOnly,
            Self::SameSite(_) => Attribute::SameSite,
            Self::Partitioned => Attribute::Partitioned,
        }
    }

    /// Reads an attribute, whose value has a limit in octets.
    #[inline]
    pub(crate) fn read(name: &[u8], value: &'a [u8], limit: usize) -> Result<Self, Ignored> {
        let attribute = Attribute::of(name).ok_or(Ignored::Unknown)?;
        // "If the attribute-value is longer than 1024 octets, ignore the cookie-av string"
        if value.len() > limit {
            return Err(Ignored::TooLong(attribute));
        }
        match attribute {
            Attribute::Expires => {
                date::parse_seconds(value).map(Self::Expires).map_err(Ignored::Expires)
            }
            Attribute::MaxAge => max_age(value).map(Self::MaxAge).ok_or(Ignored::MaxAge),
            Attribute::Domain => Ok(Self::Domain(value)),
            // "If attribute-value is empty or if the first character of attribute-value is not
            // %x2F ("/"), let cookie-path be the default-path."
            Attribute::Path => Ok(Self::Path(value.starts_with(b"/").then_some(value))),
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
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if negative {
        return Some(0);
    }
    let number = digits.iter().fold(0u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(number)
}
