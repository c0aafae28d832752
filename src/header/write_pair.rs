//! The `Cookie` header, written.

use thiserror::Error;

use crate::bytes::{CONTROL, escape_name, is_whitespace};

/// Appends a pair to a `Cookie` header, after `; ` if the header is not empty.
///
/// Name and value are written as they are: a pair that was read from a header can be written to
/// another, whether a strict server would have produced it or not. What is written is read back as
/// the same pair. [`Encoding::encode`](crate::Encoding::encode) turns any text into a value.
///
/// # Errors
///
/// A pair that would not be read back as the same: an empty name, a name with `=`, a control
/// character other than HTAB, a `;`, and SP or HTAB at an end. The header stays as it was.
///
/// # Examples
///
/// ```
/// use gingersnap::header::{self, write_pair};
///
/// // All cookies of a request except those of a tracker.
/// let mut header = Vec::new();
/// for (name, value) in header::pairs("sid=31d4; _ga=GA1.2; theme=dark").flatten() {
///     if !name.starts_with(b"_ga") {
///         write_pair(&mut header, name, value)?;
///     }
/// }
/// assert_eq!(header, b"sid=31d4; theme=dark");
/// # Ok::<(), gingersnap::errors::PairError>(())
/// ```
pub fn write_pair(
    header: &mut Vec<u8>,
    name: impl AsRef<[u8]>,
    value: impl AsRef<[u8]>,
) -> Result<(), PairError> {
    let (name, value) = (name.as_ref(), value.as_ref());
    check_name(name)?;
    if let Some((offset, _)) = first_invalid(value, is_excluded) {
        return Err(PairError::Value { name: escape_name(name), offset });
    }
    header.reserve(name.len() + value.len() + 3);
    if !header.is_empty() {
        header.extend_from_slice(b"; ");
    }
    header.extend_from_slice(name);
    header.push(b'=');
    header.extend_from_slice(value);
    Ok(())
}

/// Checks that a name would be read back as the same.
pub(super) fn check_name(name: &[u8]) -> Result<(), PairError> {
    if name.is_empty() {
        return Err(PairError::NameEmpty);
    }
    match first_invalid(name, |byte| is_excluded(byte) || byte == b'=') {
        Some((offset, byte)) => Err(PairError::Name { name: escape_name(name), offset, byte }),
        None => Ok(()),
    }
}

fn is_excluded(byte: u8) -> bool {
    CONTROL.contains(byte) || byte == b';'
}

/// Returns the first byte that would not be read back, and its position: an excluded one, or white
/// space at an end.
fn first_invalid(bytes: &[u8], is_excluded: impl Fn(u8) -> bool) -> Option<(usize, u8)> {
    let inside = bytes.iter().copied().enumerate().find(|&(_, byte)| is_excluded(byte));
    inside.or_else(|| match bytes {
        [first, ..] if is_whitespace(*first) => Some((0, *first)),
        [before @ .., last] if is_whitespace(*last) => Some((before.len(), *last)),
        _ => None,
    })
}

/// Why a pair cannot be written to a `Cookie` header. The message never shows the value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PairError {
    /// The name is empty.
    #[error("the cookie's name is empty")]
    NameEmpty,

    /// The name has `=`, `;`, a control character, or white space at an end.
    #[error(
        "cookie `{name}`: a `Cookie` header cannot carry a name with `{}` at byte {offset}",
        byte.escape_ascii()
    )]
    Name {
        /// The cookie's name as the message shows it.
        name: String,
        /// The position in the name, in bytes from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The value has `;`, a control character, or white space at an end.
    #[error("cookie `{name}`: a `Cookie` header cannot carry byte {offset} of the value")]
    Value {
        /// The cookie's name as the message shows it.
        name: String,
        /// The position in the value, in bytes from 0.
        offset: usize,
    },
}
