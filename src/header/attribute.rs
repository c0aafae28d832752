//! The attributes of a `Set-Cookie` header (RFC 6265bis, section 5.6).

use std::fmt;

use crate::date::DateError;

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
    /// All attributes.
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

    /// Returns the attribute's name as it is written.
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

    /// Returns the attribute of a name, compared case-insensitively.
    #[inline]
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        // A comparison of arrays takes one step for names of this size.
        match name.len() {
            4 if is(name, b"path") => Some(Self::Path),
            6 if is(name, b"secure") => Some(Self::Secure),
            6 if is(name, b"domain") => Some(Self::Domain),
            7 if is(name, b"max-age") => Some(Self::MaxAge),
            7 if is(name, b"expires") => Some(Self::Expires),
            8 if is(name, b"httponly") => Some(Self::HttpOnly),
            8 if is(name, b"samesite") => Some(Self::SameSite),
            11 if is(name, b"partitioned") => Some(Self::Partitioned),
            _ => None,
        }
    }
}

/// Returns whether the first `N` bytes of a name are `lower_case`, compared case-insensitively. The
/// caller checks the length.
#[inline]
fn is<const N: usize>(name: &[u8], lower_case: &[u8; N]) -> bool {
    name.first_chunk().is_some_and(|name| name.map(|byte| byte.to_ascii_lowercase()) == *lower_case)
}

/// Why an attribute is ignored, so that an earlier one of its kind keeps its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ignored {
    /// The standard does not know it.
    Unknown,
    /// Its value is over the limit.
    TooLong(Attribute),
    /// It is an `Expires` that cannot be read.
    Expires(DateError),
    /// It is a `Max-Age` that is not a number of seconds.
    MaxAge,
}

/// Reads `Max-Age = ["-"] 1*DIGIT`, in seconds. A negative number counts as zero, and one that
/// overflows as the largest there is.
pub(super) fn parse_max_age(value: &[u8]) -> Option<u64> {
    let (is_negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut number = 0u64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    match (digits, is_negative) {
        ([], _) => None,
        (_, true) => Some(0),
        (_, false) => Some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_name_is_compared() {
        for attribute in Attribute::ALL {
            let name = attribute.as_str().as_bytes();
            assert_eq!(Attribute::from_name(name), Some(attribute));
            for (at, byte) in
                (0..name.len()).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte)))
            {
                let mut other = name.to_vec();
                other[at] = byte;
                let same = byte.eq_ignore_ascii_case(&name[at]);
                assert_eq!(
                    Attribute::from_name(&other),
                    same.then_some(attribute),
                    "{byte:#x} at {at}"
                );
            }
            for at in 0..=name.len() {
                let longer = [&name[..at], b"e", &name[at..]].concat();
                assert_eq!(Attribute::from_name(&longer), None);
                assert_eq!(
                    Attribute::from_name(&name[..at]),
                    (at == name.len()).then_some(attribute)
                );
            }
        }
    }
}
