//! The pieces of a `Set-Cookie` field, and the attributes among them (RFC 6265bis, section 5.6).

use memchr::memchr;

use crate::cookie::SameSite;
use crate::date::{self, DateError};
use crate::octet::trim_wsp;

/// The pieces of a field between its `;`: each what stands before the first `=` and what stands
/// behind it, if there is one, both trimmed.
#[derive(Clone)]
pub(crate) struct Pieces<'a>(Option<&'a [u8]>);

impl<'a> Pieces<'a> {
    pub(crate) fn of(field: &'a [u8]) -> Self {
        Self(Some(field))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0?;
        let (piece, rest) = match memchr(b';', rest) {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        self.0 = rest;
        Some(match memchr(b'=', piece) {
            Some(at) => (trim_wsp(&piece[..at]), Some(trim_wsp(&piece[at + 1..]))),
            None => (trim_wsp(piece), None),
        })
    }
}

/// An attribute that the standard knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Expires,
    MaxAge,
    Domain,
    Path,
    Secure,
    HttpOnly,
    SameSite,
    Partitioned,
}

impl Attribute {
    /// "If the attribute-name case-insensitively matches the string ..."
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        let (attribute, full): (_, &[u8]) = match name.len() {
            4 => (Self::Path, b"path"),
            6 if name[0].eq_ignore_ascii_case(&b's') => (Self::Secure, b"secure"),
            6 => (Self::Domain, b"domain"),
            7 if name[0].eq_ignore_ascii_case(&b'e') => (Self::Expires, b"expires"),
            7 => (Self::MaxAge, b"max-age"),
            8 if name[0].eq_ignore_ascii_case(&b'h') => (Self::HttpOnly, b"httponly"),
            8 => (Self::SameSite, b"samesite"),
            11 => (Self::Partitioned, b"partitioned"),
            _ => return None,
        };
        name.eq_ignore_ascii_case(full).then_some(attribute)
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
