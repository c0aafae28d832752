//! The attributes of a `Set-Cookie` field (RFC 6265bis, section 5.6).

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
    ///
    /// A name is looked up by its first four bytes and its last four, of which no two attributes have
    /// both: a name of 4 to 8 bytes is compared in one step.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call costs as much as what it does")]
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        let key = key(name)?;
        let (known, bytes, attribute) = BY_SLOT[slot(key)];
        if key != known || name.len() != bytes {
            return None;
        }
        // What the key leaves out, or doesn't tell apart.
        match attribute {
            Self::MaxAge => name[3] == b'-',
            Self::Partitioned => name[4..7].eq_ignore_ascii_case(b"iti"),
            _ => true,
        }
        .then_some(attribute)
    }
}

/// The first four bytes of a name, and the last four, in lower case. Of all bytes, 0x20 makes a
/// lower-case letter of its upper-case form and of itself alone.
#[inline]
const fn key(name: &[u8]) -> Option<u64> {
    let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) else { return None };
    let (first, last) = (u32::from_le_bytes(*first) as u64, u32::from_le_bytes(*last) as u64);
    Some(first | last << 32 | 0x2020_2020_2020_2020)
}

/// The place of a key in a table. Of the odd numbers, 1567 is the first that gives each a place of
/// its own.
#[inline]
const fn slot(key: u64) -> usize {
    (key.wrapping_mul(1567) >> 61) as usize
}

/// The attributes, with the keys and the bytes of their names, by the slots of their keys.
static BY_SLOT: [(u64, usize, Attribute); 8] = {
    let mut table = [(0, 0, Attribute::Expires); 8];
    let mut at = 0;
    while at < Attribute::ALL.len() {
        let attribute = Attribute::ALL[at];
        let name = attribute.as_str().as_bytes();
        // OK because it is said while the crate is built.
        let Some(key) = key(name) else { panic!("each attribute has four bytes") };
        assert!(table[slot(key)].0 == 0, "each attribute has a slot of its own");
        table[slot(key)] = (key, name.len(), attribute);
        at += 1;
    }
    table
};

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

/// `["-"] 1*DIGIT`, in seconds; below zero is zero, and what overflows the most there is.
pub(super) fn max_age(value: &[u8]) -> Option<u64> {
    let (negative, digits) = match value {
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
    match (digits, negative) {
        ([], _) => None,
        (_, true) => Some(0),
        (_, false) => Some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_of_a_name_is_compared() {
        for attribute in Attribute::ALL {
            let name = attribute.as_str().as_bytes();
            assert_eq!(Attribute::of(name), Some(attribute));
            for (at, byte) in (0..name.len()).flat_map(|at| (0..=u8::MAX).map(move |o| (at, o))) {
                let mut other = name.to_vec();
                other[at] = byte;
                let same = byte.eq_ignore_ascii_case(&name[at]);
                assert_eq!(Attribute::of(&other), same.then_some(attribute), "{byte:#x} at {at}");
            }
            for at in 0..=name.len() {
                let longer = [&name[..at], b"e", &name[at..]].concat();
                assert_eq!(Attribute::of(&longer), None);
                assert_eq!(Attribute::of(&name[..at]), (at == name.len()).then_some(attribute));
            }
        }
    }
}
