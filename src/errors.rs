//! Every error of the crate, in one page.
//!
//! Each says what is wrong and where, in lower case and without a full stop: which cookie (escaped,
//! and cut at 64 bytes), which attribute or byte, the actual size and the limit. None holds a
//! cookie's value.
//!
//! | error | comes from |
//! | --- | --- |
//! | [`CookieError`] | [`CookieJar::set`], [`CookieJar::remove`], [`Cookie::write_to`]: a cookie that isn't fit to send |
//! | [`LimitError`] | a size or a count over its limit: reading a request, and within the two around it here |
//! | [`SetCookieError`] | [`Cookie::parse`], [`SetCookie::parse`]: a `Set-Cookie` field that user agents refuse |
//! | [`PairError`] | [`write_pair`]: a pair that can't stand in a `Cookie` field |
//! | [`ValueError`] | [`Encoding::encode`]: a value that can't be written raw |
//! | [`DateError`] | [`date::parse`], [`date::imf_fixdate`] |
//! | [`SenderError`] | [`Sender::new`]: parts of a URL that cookies can't come from |
//! | [`Error`](enum@Error) | any of those above, for `?` |
//! | [`Reason`] | [`explain`]: why a user agent refuses a cookie |
//! | `KeyError`, `OpenError`, `SealError` | `protect`, with the features `signed` and `encrypted`: a key, and cookies that don't open or can't be sealed |
//!
//! A pair of a request that can't be read is no error, and never costs the others: see [`Skipped`].
//!
//! [`CookieJar::set`]: crate::CookieJar::set
//! [`CookieJar::remove`]: crate::CookieJar::remove
//! [`Cookie::write_to`]: crate::Cookie::write_to
//! [`Cookie::parse`]: crate::Cookie::parse
//! [`SetCookie::parse`]: crate::header::SetCookie::parse
//! [`write_pair`]: crate::header::write_pair
//! [`Encoding::encode`]: crate::Encoding::encode
//! [`date::parse`]: crate::date::parse
//! [`date::imf_fixdate`]: crate::date::imf_fixdate
//! [`Sender::new`]: crate::Sender::new
//! [`explain`]: crate::explain

use thiserror::Error;

pub use crate::cookie::CookieError;
pub use crate::date::DateError;
pub use crate::encoding::ValueError;
pub use crate::header::{PairError, SetCookieError, SkipReason, Skipped};
pub use crate::limits::LimitError;
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub use crate::protect::{KeyError, OpenError, SealError};
pub use crate::verdict::{Reason, SenderError};

/// Any error of the crate's core.
///
/// ```
/// fn greet(field: &str) -> Result<String, gingersnap::Error> {
///     let mut jar = gingersnap::CookieJar::from_cookie_header(field)?;
///     jar.set(("greeted", "yes"))?;
///     Ok(jar.set_cookie_headers().collect())
/// }
/// assert_eq!(greet("a=1").unwrap(), "greeted=yes; Path=/");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A cookie isn't fit to send.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// A size or a count is over its limit.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// A user agent refuses a `Set-Cookie` field.
    #[error(transparent)]
    SetCookie(#[from] SetCookieError),
    /// A pair can't stand in a `Cookie` field.
    #[error(transparent)]
    Pair(#[from] PairError),
    /// A value can't be written raw.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A date can't be read or written.
    #[error(transparent)]
    Date(#[from] DateError),
    /// Parts of a URL make no sender.
    #[error(transparent)]
    Sender(#[from] SenderError),
}
