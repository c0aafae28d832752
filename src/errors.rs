//! Every error of the crate, on one page.
//!
//! Each message says what is wrong and where: which cookie, which attribute or byte, the actual
//! size and the limit, and the remedy if there is one. Messages are in lower case, without a full
//! stop. None shows a cookie's value. Names are shown with invisible characters escaped, and cut
//! after 64 bytes.
//!
//! | error | returned by |
//! | --- | --- |
//! | [`CookieError`] | [`CookieJar::set`], [`CookieJar::remove`] and [`Cookie::write_to`], for a cookie that cannot be sent |
//! | [`LimitError`] | reading a request, for a size or a count over its limit; also within [`CookieErrorKind`] |
//! | [`SetCookieError`] | [`Cookie::parse`] and [`SetCookie::parse`], for a `Set-Cookie` header that user agents refuse |
//! | [`PairError`] | [`write_pair`], for a pair that a `Cookie` header cannot carry |
//! | [`ValueError`] | [`Encoding::encode`], for a value that cannot be written raw |
//! | [`ValueParseError`] | [`CookieJar::parse`], for a value that is not of the type |
//! | `JsonError` | writing and reading values in JSON, with the feature `json` |
//! | [`ParseSameSiteError`] | [`SameSite`](crate::SameSite)'s `FromStr` |
//! | [`DateError`] | [`date::parse`] and [`date::imf_fixdate`] |
//! | `KeyError`, `OpenError`, `SealError`, `RenewError` | sealing and opening values, with the features `signed` and `encrypted` |
//! | `CookiesError` | the handle `Cookies` of the feature `tower` |
//! | [`ContextError`] | [`RequestContext::parse`], for a URL that cookies cannot come from |
//! | `FileError`, and `EntryError` for one entry | reading and writing files of cookies, with the feature `store` |
//! | `BackendError` | a store whose cookies are in an engine, with the feature `store` |
//! | `RecordError` | reading the bytes of a stored cookie, with the feature `store` |
//! | `SqliteError` | opening and using a database, with the feature `sqlite` |
//! | `RedisError` | connecting to a server and using it, with the feature `redis` |
//! | [`Error`](enum@Error) | any of the errors above, for `?` |
//!
//! A received pair that cannot be read is not an error, and never affects the other pairs: see
//! [`Skipped`].
//!
//! [`CookieJar::set`]: crate::CookieJar::set
//! [`CookieJar::parse`]: crate::CookieJar::parse
//! [`CookieJar::remove`]: crate::CookieJar::remove
//! [`Cookie::write_to`]: crate::Cookie::write_to
//! [`Cookie::parse`]: crate::Cookie::parse
//! [`SetCookie::parse`]: crate::header::SetCookie::parse
//! [`RequestContext::parse`]: crate::RequestContext::parse
//! [`write_pair`]: crate::header::write_pair
//! [`Encoding::encode`]: crate::Encoding::encode
//! [`date::parse`]: crate::date::parse
//! [`date::imf_fixdate`]: crate::date::imf_fixdate

use thiserror::Error;

pub use crate::cookie::{CookieError, CookieErrorKind, ParseSameSiteError};
pub use crate::date::DateError;
pub use crate::encoding::ValueError;
pub use crate::header::{PairError, SetCookieError, SkipReason, Skipped};
pub use crate::host::DomainHint;
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub use crate::jar::RenewError;
pub use crate::jar::ValueParseError;
#[cfg(feature = "json")]
pub use crate::json::{JsonError, JsonErrorKind};
pub use crate::limits::LimitError;
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub use crate::protect::{KeyError, OpenError, OpenErrorKind, SealError, SealErrorKind};
#[cfg(feature = "store")]
pub use crate::store::backend::{ApplyError, BackendError, BackendErrorKind, RecordError};
#[cfg(feature = "redis")]
pub use crate::store::backend::{RedisError, RedisErrorKind};
#[cfg(feature = "sqlite")]
pub use crate::store::backend::{SqliteError, SqliteErrorKind};
#[cfg(feature = "store")]
pub use crate::store::file::{EntryError, FileError, NotHeldReason};
#[cfg(feature = "tower")]
pub use crate::tower::CookiesError;
pub use crate::user_agent::ContextError;

/// Any error of the crate, so that `?` works for all of them in one function.
///
/// # Examples
///
/// ```
/// fn greet(cookie_header: &str) -> Result<String, gingersnap::Error> {
///     let mut jar = gingersnap::CookieJar::from_cookie_header(cookie_header)?;
///     jar.set(("greeted", "yes"))?;
///     Ok(jar.set_cookie_headers().collect())
/// }
/// assert_eq!(greet("a=1").unwrap(), "greeted=yes; Path=/");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A cookie cannot be sent.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// A size or a count is over its limit.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// User agents refuse a `Set-Cookie` header.
    #[error(transparent)]
    SetCookie(#[from] SetCookieError),
    /// A `Cookie` header cannot carry a pair.
    #[error(transparent)]
    Pair(#[from] PairError),
    /// A value cannot be written raw.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A cookie's value is not of the type that was asked for.
    #[error("cookie `{name}`: the value cannot be parsed")]
    ValueParse {
        /// The cookie's name as the message shows it.
        name: String,
    },
    /// A value cannot be written or read as JSON.
    ///
    /// Requires the feature `json`.
    #[cfg(feature = "json")]
    #[error(transparent)]
    Json(JsonError),
    /// A text is not a `SameSite`.
    #[error(transparent)]
    SameSite(#[from] ParseSameSiteError),
    /// A date cannot be read or written.
    #[error(transparent)]
    Date(#[from] DateError),
    /// A URL makes no request context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// A handle has no cookies, or a cookie cannot be set through it.
    ///
    /// Requires the feature `tower`.
    #[cfg(feature = "tower")]
    #[error(transparent)]
    Cookies(CookiesError),
    /// A secret cannot be a key.
    ///
    /// Requires the feature `signed` or `encrypted`.
    #[cfg(any(feature = "signed", feature = "encrypted"))]
    #[error(transparent)]
    Key(KeyError),
    /// A sealed cookie does not open.
    ///
    /// Requires the feature `signed` or `encrypted`.
    #[cfg(any(feature = "signed", feature = "encrypted"))]
    #[error(transparent)]
    Open(OpenError),
    /// A cookie cannot be sealed and set.
    ///
    /// Requires the feature `signed` or `encrypted`.
    #[cfg(any(feature = "signed", feature = "encrypted"))]
    #[error(transparent)]
    Seal(SealError),
}

// Written out, so that the documentation shows the features.

#[cfg(feature = "json")]
impl From<JsonError> for Error {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

#[cfg(feature = "tower")]
impl From<CookiesError> for Error {
    fn from(error: CookiesError) -> Self {
        Self::Cookies(error)
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

/// Drops the source, whose message may show the value.
impl<E> From<ValueParseError<E>> for Error {
    fn from(error: ValueParseError<E>) -> Self {
        Self::ValueParse { name: error.name }
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl From<RenewError> for Error {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::Open(error) => Self::Open(error),
            RenewError::Seal(error) => Self::Seal(error),
        }
    }
}
