//! Why a value cannot be sealed or opened.

use std::time::Duration;

use thiserror::Error;

use super::key_id::KeyId;
use super::purpose::Purpose;
use crate::bytes::escape_text;
use crate::cookie::{CookieError, CookieErrorKind};
use crate::limits::Limits;

/// Why a cookie does not open: which cookie, and why. It can still be removed, and the others are
/// not affected.
///
/// Requires the feature `signed` or `encrypted`.
///
/// To a server, all of these mean that there is no such cookie; which one it is helps in the log.
/// The message never shows a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cookie `{name}`: {kind}")]
#[non_exhaustive]
pub struct OpenError {
    /// The cookie's name as the message shows it.
    pub name: String,
    /// Why the cookie does not open.
    pub kind: OpenErrorKind,
}

/// Why a cookie does not open. [`Expired`](Self::Expired), [`TooOld`](Self::TooOld) and
/// [`UnknownKey`](Self::UnknownKey) happen to honest users; the others should not.
///
/// Requires the feature `signed` or `encrypted`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// The value does not have [the format](super#the-format-version-1): it was never sealed, was
    /// sealed for the other purpose, or was cut.
    #[error("not {} {purpose} value", purpose.article())]
    Malformed {
        /// What the value was opened as.
        purpose: Purpose,
    },

    /// The key that the value was sealed with is not on the keyring: it was dropped, or is not
    /// deployed yet.
    #[error("sealed with the key {key}, which is not on the keyring")]
    UnknownKey {
        /// The id of the key.
        key: KeyId,
    },

    /// The value, its times or its name are not those that were sealed.
    #[error("tampered with")]
    Tampered,

    /// A cookie of a value [of several cookies](super#values-over-4-kb) is missing: the browser dropped
    /// it, or does not send it here.
    #[error("the cookie `.{index}` of the value is missing")]
    MissingChunk {
        /// The number at the end of the missing cookie's name.
        index: u32,
    },

    /// A cookie of a value [of several cookies](super#values-over-4-kb) belongs to another value of
    /// that name.
    #[error("the cookie `.{index}` belongs to another value")]
    ForeignChunk {
        /// The number at the end of the cookie's name.
        index: u32,
    },

    /// The value was sealed more than 60 seconds in the future: a machine's clock is wrong.
    #[error("sealed {} seconds in the future; a clock is wrong", ahead.as_secs())]
    IssuedInFuture {
        /// How far in the future.
        ahead: Duration,
    },

    /// The value is older than `get_within` allows.
    #[error("{} seconds old, over the limit of {}", age.as_secs(), max_age.as_secs())]
    TooOld {
        /// How long ago the value was sealed.
        age: Duration,
        /// How long ago that may be.
        max_age: Duration,
    },

    /// The sealed expiry has passed, whatever the browser thinks of it.
    #[error("expired {} seconds ago", ago.as_secs())]
    Expired {
        /// How long ago.
        ago: Duration,
    },
}

impl OpenError {
    pub(crate) fn new(name: &str, kind: OpenErrorKind) -> Self {
        Self { name: escape_text(name), kind }
    }
}

impl OpenErrorKind {
    /// Returns how close the value came to opening, from 0.
    pub(crate) const fn progress(&self) -> u8 {
        match self {
            Self::Malformed { .. } => 0,
            Self::MissingChunk { .. } | Self::ForeignChunk { .. } => 1,
            Self::UnknownKey { .. } => 2,
            Self::Tampered => 3,
            Self::IssuedInFuture { .. } => 4,
            Self::Expired { .. } => 5,
            Self::TooOld { .. } => 6,
        }
    }
}

/// Why a cookie is not sealed and set: which cookie, and why. The jar stays as it was.
///
/// Requires the feature `signed` or `encrypted`.
///
/// The message never shows a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cookie `{name}`: {kind}")]
#[non_exhaustive]
pub struct SealError {
    /// The cookie's name as the message shows it.
    pub name: String,
    /// Why the cookie is not set.
    pub kind: SealErrorKind,
}

/// Why a cookie is not sealed and set.
///
/// Requires the feature `signed` or `encrypted`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealErrorKind {
    /// The name and the sealed value exceed [`Limits::cookie_bytes`](crate::Limits::cookie_bytes).
    #[error(
        "a value of {plain} bytes is {sealed} bytes when {purpose}; with the name it is {actual}, \
         over the limit of {limit}"
    )]
    TooLarge {
        /// What the value was to be sealed for.
        purpose: Purpose,
        /// The bytes of the plain value.
        plain: usize,
        /// The bytes of the sealed value.
        sealed: usize,
        /// The bytes of the name and the sealed value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The cookie cannot be sent.
    #[error("{0}")]
    Cookie(CookieErrorKind),

    /// The system's random source failed.
    #[error("not sealed: the system has no randomness")]
    NoRandomness,
}

impl From<CookieError> for SealError {
    fn from(error: CookieError) -> Self {
        Self { name: error.name, kind: SealErrorKind::Cookie(error.kind) }
    }
}

impl SealError {
    pub(crate) fn new(name: &str, kind: SealErrorKind) -> Self {
        Self { name: escape_text(name), kind }
    }

    /// Returns whether browsers drop such a cookie without telling the server; as
    /// [`CookieError::is_dropped_by_browsers`](crate::errors::CookieError::is_dropped_by_browsers).
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        match &self.kind {
            SealErrorKind::TooLarge { actual, .. } => {
                *actual > Limits::DEFAULT.cookie_bytes() as usize
            }
            SealErrorKind::Cookie(kind) => kind.is_dropped_by_browsers(),
            SealErrorKind::NoRandomness => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_drop_a_sealed_cookie_of_more_than_4096_bytes() {
        for (actual, is_dropped) in [(4096, false), (4097, true)] {
            let (plain, sealed, limit) = (1, 2, 100);
            let purpose = Purpose::Signed;
            let kind = SealErrorKind::TooLarge { purpose, plain, sealed, actual, limit };
            assert_eq!(SealError::new("a", kind).is_dropped_by_browsers(), is_dropped);
        }
    }
}
