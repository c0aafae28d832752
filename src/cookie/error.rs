//! Why a cookie cannot be sent.

use std::fmt;

use thiserror::Error;

use super::prefix::{Prefix, Requirement};
use crate::bytes::{escape_char, escape_text};
use crate::date::DateError;
use crate::encoding::ValueError;
use crate::host::DomainHint;
use crate::limits::LimitError;

/// Why a cookie cannot be sent: which cookie, and what is wrong with it.
///
/// The message shows the name with invisible characters escaped, and cut after 64 bytes. It never
/// shows a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieError {
    /// The cookie's name as the message shows it.
    pub name: String,
    /// What is wrong.
    pub kind: CookieErrorKind,
}

/// What is wrong with a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CookieErrorKind {
    /// The name is empty. Such a cookie is sent back without its `=`, and can be taken for another
    /// one.
    #[error("the name is empty")]
    NameEmpty,

    /// The name is not a token (RFC 9110, section 5.6.2).
    #[error(
        "the name has `{}` at byte {offset}; a name may have letters, digits and any of \
         `!#$%&'*+-.^_`|~`",
        escape_char(*.found)
    )]
    NameInvalid {
        /// The position in the name, in bytes from 0.
        offset: usize,
        /// The character there.
        found: char,
    },

    /// No browser stores a cookie with such a name, so that none can be removed: the name has a
    /// control character, `;`, `=`, or white space at an end.
    #[error(
        "the name has `{}` at byte {offset}; no browser stores a name with `=`, `;`, a control \
         character, or white space at an end",
        escape_char(*.found)
    )]
    NameNotStorable {
        /// The position in the name, in bytes from 0.
        offset: usize,
        /// The character there.
        found: char,
    },

    /// The value is not a cookie-value, and [`Encoding::Raw`](crate::Encoding::Raw) does not encode
    /// it.
    #[error("{0}")]
    Value(ValueError),

    /// The `Path` does not start with `/`: browsers would use the default path instead.
    #[error("`Path` does not start with `/`")]
    PathStart,

    /// The `Path` has a control character, `;`, a character that is not ASCII, or a space at its
    /// end, which browsers trim.
    #[error("`Path` has `{}` at byte {offset}; percent-encode it", escape_char(*.found))]
    PathInvalid {
        /// The position in the path, in bytes from 0.
        offset: usize,
        /// The character there.
        found: char,
    },

    /// The `Domain` is empty.
    #[error("`Domain` is empty; leave it out to reach this host alone")]
    DomainEmpty,

    /// The `Domain` is an IP address, or a name that ends in a number, which user agents read as one.
    #[error("`Domain` is an IP address; leave it out")]
    DomainIpAddress,

    /// The `Domain` ends in a dot, which makes it another host.
    #[error("`Domain` ends in a dot; leave the dot out")]
    DomainTrailingDot,

    /// The `Domain` is not ASCII.
    #[error("`Domain` is not ASCII; write the host name's A-label (`xn--...`)")]
    DomainNonAscii,

    /// The `Domain` is not made of letters, digits, `_`, and hyphens and dots between them.
    #[error(
        "`Domain` is not a valid host name: unexpected `{}` at byte {offset}{}",
        escape_char(*.found),
        InParentheses(*hint)
    )]
    DomainInvalid {
        /// The position in the domain without its leading dot, in bytes from 0.
        offset: usize,
        /// The character there.
        found: char,
        /// What is most likely wrong.
        hint: Option<DomainHint>,
    },

    /// A label of the `Domain` is over 63 bytes.
    #[error(
        "`Domain` is not a valid host name: its label at byte {offset} is {actual} bytes, over the limit of 63"
    )]
    DomainLabelTooLong {
        /// The position of the label in the domain without its leading dot, in bytes from 0.
        offset: usize,
        /// The bytes of the label.
        actual: usize,
    },

    /// The `Domain` is over 253 bytes.
    #[error("`Domain` is not a valid host name: {actual} bytes, over the limit of 253")]
    DomainTooLong {
        /// The bytes of the domain.
        actual: usize,
    },

    /// The name starts with a prefix in another case. Browsers recognize it, but servers that look
    /// for the prefix would not.
    #[error("the prefix must be written `{prefix}`")]
    PrefixCase {
        /// The prefix that the name starts with.
        prefix: Prefix,
    },

    /// The cookie does not meet a requirement of its name's prefix.
    #[error("the prefix `{prefix}` requires {requirement}")]
    Prefix {
        /// The prefix.
        prefix: Prefix,
        /// What the cookie does not meet.
        requirement: Requirement,
    },

    /// `SameSite=None` without `Secure`.
    #[error("`SameSite=None` requires `Secure`")]
    SameSiteNone,

    /// `Partitioned` without `Secure`.
    #[error("`Partitioned` requires `Secure`")]
    Partitioned,

    /// `Expires` cannot be written.
    #[error("`Expires` cannot be written: {0}")]
    Expires(DateError),

    /// The cookie or one of its attributes is too large, or there is no room for it.
    #[error("{0}")]
    Limit(LimitError),
}

struct InParentheses(Option<DomainHint>);

impl fmt::Display for InParentheses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl CookieError {
    /// Creates the error of the cookie named `name`.
    #[cold]
    pub(crate) fn new(name: &str, kind: CookieErrorKind) -> Self {
        Self { name: escape_text(name), kind }
    }

    /// Returns whether browsers drop a cookie for this fault, without telling the server.
    /// Otherwise they store it, perhaps differently from what was intended, unless it has another
    /// fault: only the first one is reported.
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        self.kind.is_dropped_by_browsers()
    }
}

impl CookieErrorKind {
    /// Returns whether browsers drop a cookie for this fault, without telling the server.
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        let is_dropped = |found: char| found.is_ascii_control() && found != '\t';
        match self {
            Self::NameInvalid { found, .. }
            | Self::NameNotStorable { found, .. }
            | Self::PathInvalid { found, .. } => is_dropped(*found),
            Self::Value(error) => error.is_control,
            Self::DomainTrailingDot
            | Self::DomainNonAscii
            | Self::DomainInvalid { .. }
            | Self::DomainLabelTooLong { .. }
            | Self::DomainTooLong { .. }
            | Self::Prefix { .. }
            | Self::SameSiteNone
            | Self::Partitioned => true,
            Self::Limit(error) => error.is_dropped_by_browsers(),
            Self::NameEmpty
            | Self::PathStart
            | Self::DomainEmpty
            | Self::DomainIpAddress
            | Self::PrefixCase { .. }
            | Self::Expires(_) => false,
        }
    }
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            CookieErrorKind::NameEmpty => f.write_str("the cookie's name is empty"),
            kind => write!(f, "cookie `{}`: {kind}", self.name),
        }
    }
}

/// Everything that went wrong is in the message; there is no further source.
impl std::error::Error for CookieError {}
