//! How a value travels: percent-encoded, or as it is.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use thiserror::Error;

use crate::byte::{CONTROL, COOKIE_OCTET, Class};
use crate::scan::ends;

/// How values are written to the wire and read from it.
///
/// Names are never encoded nor decoded: `__%48ost-sid` is not `__Host-sid`.
///
/// ```
/// use gingersnap::Encoding;
///
/// assert_eq!(Encoding::Percent.encode("50 % off; ünique")?, "50%20%25%20off%3B%20%C3%BCnique");
/// assert_eq!(Encoding::Percent.decode("50%20%25"), "50 %");
/// assert_eq!(Encoding::Percent.decode("50 % off"), "50 % off"); // malformed: as it was
/// assert_eq!(Encoding::Raw.encode("eyJhIjoxfQ==")?, "eyJhIjoxfQ==");
/// assert!(Encoding::Raw.encode("a b").is_err());
/// # Ok::<(), gingersnap::errors::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// What isn't a cookie-octet, and `%`, is written as `%XX`. Any string goes in, and the same
    /// string comes back. The default.
    #[default]
    Percent,

    /// Values are written as they are, and must be
    /// `cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )`
    /// (RFC 6265bis, section 4.1.1). The DQUOTEs are part of the value.
    Raw,
}

/// A byte that a value can't hold when it is written [`Raw`](Encoding::Raw).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {offset} of the value isn't a cookie-octet")]
pub struct ValueError {
    /// Where in the value the byte stands, from 0.
    pub offset: usize,
    /// Whether it is a control byte (HTAB apart), for which browsers drop the whole cookie.
    pub control: bool,
}

/// What `utf8_percent_encode` encodes beside the bytes over 7F: all but cookie-octets, and `%`.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

/// What isn't encoded.
const PLAIN: Class = COOKIE_OCTET.without(b"%");

impl Encoding {
    /// The value as it is written.
    ///
    /// # Errors
    ///
    /// With [`Raw`](Self::Raw), a value that isn't a cookie-value.
    pub fn encode(self, value: &str) -> Result<Cow<'_, str>, ValueError> {
        match self {
            Self::Percent if is_plain(value) => Ok(Cow::Borrowed(value)),
            Self::Percent => Ok(utf8_percent_encode(value, ENCODED).into()),
            Self::Raw => check_raw(value).map(|()| Cow::Borrowed(value)),
        }
    }

    /// The value that was written so. With [`Percent`](Self::Percent), one that has a `%` without
    /// two hexadecimal digits, or that isn't UTF-8 when decoded, comes back whole as it was.
    #[must_use]
    pub fn decode(self, value: &str) -> Cow<'_, str> {
        match self {
            Self::Percent if memchr(b'%', value.as_bytes()).is_some() => {
                decode(value).map_or(Cow::Borrowed(value), Cow::Owned)
            }
            _ => Cow::Borrowed(value),
        }
    }
}

/// Whether no byte is to be encoded: a quick answer for most values. All but the shortest are
/// looked at in blocks from both ends, which meet or overlap, and longer ones in others between.
fn is_plain(value: &str) -> bool {
    let bytes = value.as_bytes();
    let nearest = match bytes.len() {
        33.. => ends::<32>(bytes).map(|ends| distance(ends.as_flattened())),
        16.. => ends::<16>(bytes).map(|ends| distance(ends.as_flattened())),
        _ => ends::<8>(bytes).map(|ends| distance(ends.as_flattened())),
    };
    match nearest {
        None => PLAIN.holds(bytes),
        Some(nearest) if bytes.len() <= 64 => nearest > 0,
        Some(nearest) => nearest.min(distance(bytes.as_chunks::<32>().0.as_flattened())) > 0,
    }
}

/// How far the nearest byte is from one that is to be encoded; zero where one is. A least distance
/// is arithmetic without branches, which becomes 28 vector instructions for 16 bytes; comparisons
/// joined by "or" are taken one byte at a time.
#[inline]
fn distance(bytes: &[u8]) -> u8 {
    let of = |byte: u8| {
        let within = (0x7F - 0x21_u8).saturating_sub(byte.wrapping_sub(0x21));
        let inside = (byte ^ b'"').min(byte ^ b'%').min(byte ^ b',').min(byte ^ b';');
        within.min(inside).min(byte ^ b'\\')
    };
    bytes.iter().fold(u8::MAX, |least, &byte| least.min(of(byte)))
}

impl Encoding {
    /// Bytes of the value as it is written.
    #[inline]
    pub(crate) fn encoded_bytes(self, value: &str) -> Result<usize, ValueError> {
        match self {
            Self::Percent if is_plain(value) => Ok(value.len()),
            Self::Percent => Ok(utf8_percent_encode(value, ENCODED).map(str::len).sum()),
            Self::Raw => check_raw(value).map(|()| value.len()),
        }
    }

    /// Writes a value of [`Percent`](Self::Percent) that isn't plain.
    #[cold]
    pub(crate) fn write_encoded(value: &str, out: &mut String) {
        out.extend(utf8_percent_encode(value, ENCODED));
    }
}

/// A value that was written so, if it was; a `%` without its digits, or bytes that aren't UTF-8,
/// say that it wasn't. The crate `percent-encoding` leaves such a `%` as it is, but a value is
/// decoded whole or not at all; one pass does both, into a string of exactly its size.
fn decode(value: &str) -> Option<String> {
    let percents = memchr_iter(b'%', value.as_bytes()).count();
    let mut plain = Vec::with_capacity(value.len().checked_sub(2 * percents)?);
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(plain).ok()
}

/// The value of a hexadecimal digit.
const fn hex(digit: u8) -> Option<u8> {
    Some(match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        b'a'..=b'f' => digit - b'a' + 10,
        _ => return None,
    })
}

/// Whether `value` is a cookie-value.
fn check_raw(value: &str) -> Result<(), ValueError> {
    // Byte by byte only what may be refused, or holds a `%`.
    if is_plain(value) {
        return Ok(());
    }
    // "DQUOTE *cookie-octet DQUOTE"
    let (inner, start) = match value.as_bytes() {
        [b'"', inner @ .., b'"'] => (inner, 1),
        bytes => (bytes, 0),
    };
    match COOKIE_OCTET.first_outside(inner) {
        None => Ok(()),
        Some(at) => Err(ValueError { offset: start + at, control: CONTROL.contains(inner[at]) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_what_the_set_does_not_encode() {
        for byte in 0..=0x7F_u8 {
            let value = char::from(byte).to_string();
            let plain = COOKIE_OCTET.contains(byte) && byte != b'%';
            assert_eq!(
                utf8_percent_encode(&value, ENCODED).to_string() == value,
                plain,
                "{byte:#x}"
            );
            for (length, at) in (0..135).flat_map(|length| (0..length).map(move |at| (length, at)))
            {
                let [before, behind] = [at, length - 1 - at].map(|bytes| "x".repeat(bytes));
                let value = before + &value + &behind;
                assert_eq!(is_plain(&value), plain, "{byte:#x} at {at} of {length}");
            }
        }
        assert!(is_plain(""));
        assert!(!is_plain("é"));
    }
}
