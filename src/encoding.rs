//! How a value is written: percent-encoded, or as it is.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use thiserror::Error;

use crate::bytes::{CONTROL, COOKIE_OCTET, needs_no_encoding};

/// How values are written in a header and read from it.
///
/// Names are never encoded or decoded: `__%48ost-sid` is not `__Host-sid`.
///
/// # Examples
///
/// ```
/// use gingersnap::Encoding;
///
/// assert_eq!(Encoding::Percent.encode("50 % off; ünique")?, "50%20%25%20off%3B%20%C3%BCnique");
/// assert_eq!(Encoding::Percent.decode("50%20%25"), "50 %");
/// assert_eq!(Encoding::Percent.decode("50 % off"), "50 % off"); // malformed: returned unchanged
/// assert_eq!(Encoding::Raw.encode("eyJhIjoxfQ==")?, "eyJhIjoxfQ==");
/// assert!(Encoding::Raw.encode("a b").is_err());
/// # Ok::<(), gingersnap::errors::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// Writes `%` and every byte that is not a cookie-octet as `%XX`, so that any string can be a
    /// value and is read back unchanged. This is the default.
    #[default]
    Percent,

    /// Writes values as they are. They must match
    /// `cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )`
    /// (RFC 6265bis, section 4.1.1); the quotes are part of the value.
    Raw,
}

/// A byte that a value written with [`Encoding::Raw`] cannot contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {offset} of the value is not allowed unencoded; use `Encoding::Percent`")]
pub struct ValueError {
    /// The position of the byte in the value, from 0.
    pub offset: usize,
    /// Whether the byte is a control character other than HTAB, for which browsers drop the whole
    /// cookie.
    pub is_control: bool,
}

/// What `utf8_percent_encode` encodes besides the bytes over 0x7F: all that are not cookie-octets,
/// and `%`.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

impl Encoding {
    /// Returns the value as it is written in a header.
    ///
    /// # Errors
    ///
    /// With [`Raw`](Self::Raw), a value that is not a cookie-value. `Percent` never fails.
    pub fn encode(self, value: &str) -> Result<Cow<'_, str>, ValueError> {
        match self {
            Self::Percent => Ok(Self::percent_encoded(value)),
            Self::Raw => check_raw(value).map(|()| Cow::Borrowed(value)),
        }
    }

    /// Returns a value as [`Percent`](Self::Percent) writes it.
    pub(crate) fn percent_encoded(value: &str) -> Cow<'_, str> {
        utf8_percent_encode(value, ENCODED).into()
    }

    /// Returns the value that a header's text stands for.
    ///
    /// With [`Percent`](Self::Percent), a text with a `%` that is not followed by two hexadecimal
    /// digits, or that does not decode to UTF-8, is returned whole and unchanged.
    #[must_use]
    pub fn decode(self, value: &str) -> Cow<'_, str> {
        match self {
            Self::Percent if memchr(b'%', value.as_bytes()).is_some() => {
                percent_decode(value).map_or(Cow::Borrowed(value), Cow::Owned)
            }
            _ => Cow::Borrowed(value),
        }
    }

    /// Returns how many bytes the value is when it is written.
    #[inline]
    pub(crate) fn encoded_len(self, value: &str) -> Result<usize, ValueError> {
        match self {
            _ if needs_no_encoding(value.as_bytes()) => Ok(value.len()),
            Self::Percent => Ok(utf8_percent_encode(value, ENCODED).map(str::len).sum()),
            Self::Raw => check_raw(value).map(|()| value.len()),
        }
    }

    /// Appends a value as [`Percent`](Self::Percent) writes it.
    pub(crate) fn push_percent_encoded(value: &str, out: &mut String) {
        out.extend(utf8_percent_encode(value, ENCODED));
    }
}

/// Decodes a percent-encoded value, or returns `None` if a `%` lacks its digits or the result is not
/// UTF-8.
///
/// The crate `percent-encoding` leaves a malformed `%` as it is and decodes the rest; here a value
/// is decoded whole or not at all. Counting each `%` first gives the exact size.
fn percent_decode(value: &str) -> Option<String> {
    let escapes = memchr_iter(b'%', value.as_bytes()).count();
    let mut decoded = Vec::with_capacity(value.len().checked_sub(2 * escapes)?);
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Returns the value of a hexadecimal digit.
const fn hex_digit(digit: u8) -> Option<u8> {
    Some(match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        b'a'..=b'f' => digit - b'a' + 10,
        _ => return None,
    })
}

/// Checks that `value` is a cookie-value.
#[cold]
fn check_raw(value: &str) -> Result<(), ValueError> {
    // "DQUOTE *cookie-octet DQUOTE"
    let (inner, start) = match value.as_bytes() {
        [b'"', inner @ .., b'"'] => (inner, 1),
        bytes => (bytes, 0),
    };
    match COOKIE_OCTET.first_outside(inner) {
        None => Ok(()),
        Some(at) => Err(ValueError { offset: start + at, is_control: CONTROL.contains(inner[at]) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_check_and_the_set_agree_at_every_position() {
        for byte in 0..=0x7F_u8 {
            let character = char::from(byte).to_string();
            let is_kept = utf8_percent_encode(&character, ENCODED).to_string() == character;
            for (length, at) in (0..70).flat_map(|length| (0..length).map(move |at| (length, at))) {
                let value = "x".repeat(at) + &character + &"x".repeat(length - 1 - at);
                let found = needs_no_encoding(value.as_bytes());
                assert_eq!(found, is_kept, "{byte:#x} at {at} of {length}");
            }
        }
        assert!(needs_no_encoding(b""));
        assert!(!needs_no_encoding("é".as_bytes()));
        assert!(!needs_no_encoding("ééééééééé".as_bytes()));
    }
}
