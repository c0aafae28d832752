//! The `Cookie` field, written.

use thiserror::Error;

use crate::byte::{CONTROL, is_wsp, shown};

/// Adds a pair to a `Cookie` field, after `; ` where the field isn't empty.
///
/// Name and value are written as they are: a pair that was read from a field can be written to
/// another, whether a strict server would have produced it or not. What is written reads back as
/// the same pair. [`Encoding::encode`](crate::Encoding::encode) takes any text as a value.
///
/// # Errors
///
/// A pair that would not read back as the same: an empty name, a name with `=`, a control byte
/// other than HTAB, a `;`, and SP or HTAB at an end. The field stays as it was.
///
/// # Examples
///
/// ```
/// use gingersnap::header::{self, write_pair};
///
/// // All cookies of a request but those of a tracker.
/// let mut field = Vec::new();
/// for (name, value) in header::pairs("sid=31d4; _ga=GA1.2; theme=dark").flatten() {
///     if !name.starts_with(b"_ga") {
///         write_pair(&mut field, name, value)?;
///     }
/// }
/// assert_eq!(field, b"sid=31d4; theme=dark");
/// # Ok::<(), gingersnap::errors::PairError>(())
/// ```
pub fn write_pair(
    field: &mut Vec<u8>,
    name: impl AsRef<[u8]>,
    value: impl AsRef<[u8]>,
) -> Result<(), PairError> {
    let (name, value) = (name.as_ref(), value.as_ref());
    if name.is_empty() {
        return Err(PairError::EmptyName);
    }
    let shown = || shown(name);
    if let Some(offset) = first_wrong(name, |byte| byte == b'=') {
        return Err(PairError::Name { cookie: shown(), offset, byte: name[offset] });
    }
    if let Some(offset) = first_wrong(value, |_| false) {
        return Err(PairError::Value { cookie: shown(), offset });
    }
    field.reserve(name.len() + value.len() + 3);
    if !field.is_empty() {
        field.extend_from_slice(b"; ");
    }
    field.extend_from_slice(name);
    field.push(b'=');
    field.extend_from_slice(value);
    Ok(())
}

/// Where a part would not read back as it is.
fn first_wrong(part: &[u8], besides: impl Fn(u8) -> bool) -> Option<usize> {
    let inside = part.iter().position(|&o| CONTROL.contains(o) || o == b';' || besides(o));
    let outer = || match part {
        [first, ..] if is_wsp(*first) => Some(0),
        [before @ .., last] if is_wsp(*last) => Some(before.len()),
        _ => None,
    };
    inside.or_else(outer)
}

/// Why a pair can't stand in a `Cookie` field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PairError {
    /// The name is empty.
    #[error("a cookie's name is empty")]
    EmptyName,

    /// The name holds `=`, `;`, a control byte, or white space at an end.
    #[error("cookie `{cookie}` has `{}` at byte {offset} of its name, which a Cookie field can't carry", byte.escape_ascii())]
    Name {
        /// The cookie's name.
        cookie: String,
        /// Where in the name, from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The value holds `;`, a control byte, or white space at an end.
    #[error("byte {offset} of the value of cookie `{cookie}` can't stand in a Cookie field")]
    Value {
        /// The cookie's name.
        cookie: String,
        /// Where in the value, from 0.
        offset: usize,
    },
}
