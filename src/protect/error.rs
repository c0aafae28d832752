//! Why a value can't be sealed or opened.

use std::time::Duration;

use thiserror::Error;

use super::head::{KeyId, Purpose};
use crate::cookie::CookieError;
use crate::limits::Limits;

/// Why a cookie doesn't open. It can still be removed, and the others are unharmed.
///
/// A cookie is named as errors show names: escaped, and cut at 64 bytes. Values are never shown.
/// To a server all of these mean that there is no such cookie; which one it is helps in the log:
/// [`Expired`](Self::Expired), [`TooOld`](Self::TooOld) and [`UnknownKey`](Self::UnknownKey) happen
/// to honest users, the others hardly.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The value isn't of [the format](super#the-format-version-1): it was never sealed, or for the
    /// other purpose, or it was cut.
    #[error("cookie `{cookie}` isn't {} {purpose} cookie", article(*.purpose))]
    Malformed {
        /// The cookie's name.
        cookie: String,
        /// What it was opened as.
        purpose: Purpose,
    },

    /// The key that it was sealed with isn't on the keyring: it was dropped, or isn't here yet.
    #[error("cookie `{cookie}` was sealed with the key {key}, which isn't on the keyring")]
    UnknownKey {
        /// The cookie's name.
        cookie: String,
        /// The key that the value asks for.
        key: KeyId,
    },

    /// The value, its times or its name aren't those that were sealed.
    #[error("cookie `{cookie}` was tampered with")]
    Tampered {
        /// The cookie's name.
        cookie: String,
    },

    /// It was sealed more than 60 seconds in the future: a machine's clock is wrong.
    #[error("cookie `{cookie}` was issued {} seconds in the future", ahead.as_secs())]
    IssuedInFuture {
        /// The cookie's name.
        cookie: String,
        /// How far in the future.
        ahead: Duration,
    },

    /// It is older than [`get_within`](super::View::get_within) allows.
    #[error(
        "cookie `{cookie}` is {} seconds old, over the limit of {}",
        age.as_secs(),
        max_age.as_secs()
    )]
    TooOld {
        /// The cookie's name.
        cookie: String,
        /// How long ago it was sealed.
        age: Duration,
        /// How long ago that may be.
        max_age: Duration,
    },

    /// Its sealed expiry has come, whatever the browser thinks of it.
    #[error("cookie `{cookie}` expired {} seconds ago", ago.as_secs())]
    Expired {
        /// The cookie's name.
        cookie: String,
        /// How long ago.
        ago: Duration,
    },
}

impl OpenError {
    /// How close it came to opening, from 0.
    pub(super) const fn progress(&self) -> u8 {
        match self {
            Self::Malformed { .. } => 0,
            Self::UnknownKey { .. } => 1,
            Self::Tampered { .. } => 2,
            Self::IssuedInFuture { .. } => 3,
            Self::Expired { .. } => 4,
            Self::TooOld { .. } => 5,
        }
    }
}

const fn article(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Signed => "a",
        Purpose::Encrypted => "an",
    }
}

/// Why a cookie isn't set. The jar stays as it was.
///
/// A cookie is named as errors show names: escaped, and cut at 64 bytes. Values are never shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// Sealed, its name and value are over [`Limits::cookie_bytes`].
    #[error(
        "cookie `{cookie}` has {plain} bytes of plain value, which are {sealed} when {purpose}; \
         with its name it is {actual}, over the limit of {limit}"
    )]
    TooLarge {
        /// The cookie's name.
        cookie: String,
        /// What it was to be sealed for.
        purpose: Purpose,
        /// Bytes of the plain value.
        plain: usize,
        /// Bytes of the sealed value.
        sealed: usize,
        /// Bytes of the name and the sealed value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The cookie isn't fit to send.
    #[error(transparent)]
    Cookie(#[from] CookieError),

    /// The system's random source failed.
    #[error("cookie `{cookie}` isn't sealed: the system has no randomness")]
    NoRandomness {
        /// The cookie's name.
        cookie: String,
    },
}

impl SealError {
    /// Whether a browser that met such a cookie would not keep it, though nothing tells the server;
    /// as [`CookieError::is_dropped_by_browsers`].
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        match self {
            Self::TooLarge { actual, .. } => *actual > Limits::DEFAULT.cookie_bytes() as usize,
            Self::Cookie(error) => error.is_dropped_by_browsers(),
            Self::NoRandomness { .. } => false,
        }
    }
}
