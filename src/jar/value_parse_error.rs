//! Why a cookie's value cannot be parsed.

use thiserror::Error;

/// A cookie's value that [`CookieJar::parse`](crate::CookieJar::parse) cannot parse. The message
/// does not show the value; that of `source` may.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cookie `{name}`: the value cannot be parsed")]
#[non_exhaustive]
pub struct ValueParseError<E> {
    /// The cookie's name as the message shows it.
    pub name: String,
    /// Why, as the parsed type says.
    pub source: E,
}
