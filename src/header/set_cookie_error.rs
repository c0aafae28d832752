//! Why a `Set-Cookie` header cannot be read.

use std::fmt;

use thiserror::Error;

/// Why a user agent refuses a `Set-Cookie` header, or why it cannot be read as text. The message
/// never shows the value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetCookieError {
    /// There is a control character other than HTAB, anywhere in the header.
    #[error("the `Set-Cookie` header has the control character `{}` at byte {offset}", byte.escape_ascii())]
    Control {
        /// The position in the header, in bytes from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// There is neither a name nor a value.
    #[error("the `Set-Cookie` header has neither a name nor a value")]
    Empty,

    /// Name and value are over 4096 bytes.
    #[error("cookie `{name}`: name and value are {actual} bytes, over the limit of {limit}")]
    TooLarge {
        /// The cookie's name as the message shows it.
        name: String,
        /// The bytes of name and value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The `Domain` is not ASCII.
    #[error("cookie `{name}`: `Domain` is not ASCII")]
    DomainNonAscii {
        /// The cookie's name as the message shows it.
        name: String,
    },

    /// A part is not UTF-8, and text was asked for ([`Cookie::parse`](crate::Cookie::parse)).
    #[error("cookie `{name}`: the {part} is not UTF-8")]
    NotUtf8 {
        /// The cookie's name as the message shows it.
        name: String,
        /// The part.
        part: SetCookiePart,
    },
}

/// A part of a `Set-Cookie` header that can be read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetCookiePart {
    /// The cookie's name.
    Name,
    /// The cookie's value.
    Value,
    /// The value of the `Path` attribute.
    Path,
}

impl fmt::Display for SetCookiePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Name => "name",
            Self::Value => "value",
            Self::Path => "`Path`",
        })
    }
}
