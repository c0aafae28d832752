//! The jar as an extractor and as a part of a response, for axum.
//!
//! Requires the feature `axum`.
//!
//! **A jar that a handler does not return loses its changes.** Return it, or use
//! `tower::CookieLayer` (feature `tower`), which sends all changes, also when the handler returns an
//! error. A jar without changes sends nothing.
//!
//! ```
//! use axum::{Router, routing::get};
//! use gingersnap::axum::CookieJar;
//!
//! async fn visits(mut jar: CookieJar) -> Result<(CookieJar, String), gingersnap::Error> {
//!     let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
//!     jar.set(("visits", visits.to_string()))?;
//!     Ok((jar, format!("visit {visits}")))
//! }
//!
//! let app: Router = Router::new().route("/", get(visits));
//! ```
//!
//! # Signed and encrypted cookies
//!
//! A `Keyring` is an ordinary `State`. A larger state implements `FromRef` for it, as for any other part
//! of a state. Treat a cookie that does not open as if there were none: with `?`, a visitor whose cookie
//! was changed, has expired or was sealed with a key that is gone gets status 400 for every request until
//! the browser deletes the cookie.
//!
//! ```
//! # #[cfg(feature = "signed")] {
//! use axum::{Router, extract::State, routing::get};
//! use gingersnap::CookieTemplate;
//! use gingersnap::axum::CookieJar;
//! use gingersnap::protect::{Key, Keyring};
//!
//! const SCORE: CookieTemplate = CookieTemplate::new("score").with_http_only(true);
//!
//! async fn play(
//!     State(keyring): State<Keyring>,
//!     mut jar: CookieJar,
//! ) -> Result<(CookieJar, String), gingersnap::Error> {
//!     let opened = jar.signed(&keyring).get(SCORE.name()).ok().flatten();
//!     let score = opened.and_then(|opened| opened.value.parse().ok()).unwrap_or(0_u32);
//!     let score = score.saturating_add(1);
//!     jar.signed_mut(&keyring).set(SCORE.with_value(score.to_string()))?;
//!     Ok((jar, format!("score {score}")))
//! }
//!
//! let keyring = Keyring::new(&Key::generate()?); // in production, a key from a secret store
//! let app: Router = Router::new().route("/", get(play)).with_state(keyring);
//! # }
//! # Ok::<(), gingersnap::Error>(())
//! ```
//!
//! # Beside other headers
//!
//! `CookieJar` and `tower::Cookies` append `Set-Cookie` headers, and never replace one. **The headers that
//! axum itself takes in a tuple do replace**: after the jar, a `HeaderMap`, or an array such as
//! `[(SET_COOKIE, "a=1")]`, drops the jar's cookies, and the second of two `HeaderMap`s drops those of
//! the first. Put the jar last before the body, or use axum's `AppendHeaders`:
//!
//! ```
//! use axum::http::header::SET_COOKIE;
//! use axum::response::{AppendHeaders, IntoResponse};
//! use gingersnap::CookieJar;
//!
//! let mut jar = CookieJar::new();
//! jar.set(("b", "2"))?;
//! let c = AppendHeaders([(SET_COOKIE, "c=3")]);
//! let response = ([(SET_COOKIE, "a=1")], jar, c, "the page").into_response();
//! assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 3);
//! # Ok::<(), gingersnap::Error>(())
//! ```
//!
//! # Settings
//!
//! The extractor uses the [`Policy`] in the request's extensions, where `.layer(Extension(policy))` puts
//! it, and the default policy if there is none.
//!
//! # Errors as responses
//!
//! Every error of a handler is a response, so that `?` works. None has a cookie's name or value in its
//! body.
//!
//! | error | status |
//! | --- | --- |
//! | the request's cookies are over a limit, or leave no room for others ([`LimitError::is_caused_by_request`]) | 431, with `Clear-Site-Data: "cookies"` |
//! | a received cookie that does not open, or is not of its type | 400 |
//! | any other, which is the server's own fault | 500 |
//!
//! [`CLEAR_SITE_DATA`] deletes all cookies of the site, and so signs the user out; without it, a browser
//! sends the same cookies again and again. Where that is not wanted, [`keep_cookies`] removes the header
//! from all responses of a router, or `map_err` makes another response of one error.

use std::convert::Infallible;
use std::future::{Ready, ready};

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::StatusCode;
use http::header::Entry;
use http::request::Parts;
use thiserror::Error;

use crate::cookie::{CookieError, CookieErrorKind};
use crate::header::CLEAR_SITE_DATA;
use crate::jar::Policy;
use crate::limits::LimitError;

/// A jar that owns its text: the extractor of a request's cookies.
///
/// Requires the feature `axum`.
pub type CookieJar = crate::jar::CookieJar<'static>;

/// Why a request has no jar.
///
/// Requires the feature `axum`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CookieRejection {
    /// The request's cookies are over a limit.
    #[error(transparent)]
    Received(#[from] LimitError),
    /// The router has a `CookieLayer`: use its `Cookies` handle instead. Otherwise, two jars that do not
    /// see each other's changes would write to one response.
    #[error("a `CookieLayer` handles the request's cookies; use its `Cookies` handle")]
    LayerInUse,
}

impl<S: Send + Sync> FromRequestParts<S> for CookieJar {
    type Rejection = CookieRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, CookieRejection> {
        #[cfg(feature = "tower")]
        if parts.extensions.get::<crate::tower::Cookies>().is_some() {
            return Err(CookieRejection::LayerInUse);
        }
        let policy = parts.extensions.get::<Policy>().copied().unwrap_or_default();
        Ok(policy.jar_from_headers(&parts.headers)?.into_owned())
    }
}

/// Appends the changes to the response's headers. `Set-Cookie` headers that are there stay.
impl IntoResponseParts for crate::jar::CookieJar<'_> {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        self.append_to(parts.headers_mut());
        Ok(parts)
    }
}

/// An empty response with the changes.
impl IntoResponse for crate::jar::CookieJar<'_> {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

#[cfg(feature = "tower")]
impl<S: Send + Sync> FromRequestParts<S> for crate::tower::Cookies {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        parts.extensions.get::<Self>().cloned().ok_or(MissingLayer)
    }
}

/// Why a request has no `Cookies` handle: the router has no `CookieLayer`.
///
/// Requires the features `axum` and `tower`.
#[cfg(feature = "tower")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the router has no `CookieLayer`, which makes the `Cookies` handle")]
pub struct MissingLayer;

#[cfg(feature = "tower")]
impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl IntoResponse for CookieRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Received(error) => error.into_response(),
            Self::LayerInUse => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl IntoResponse for LimitError {
    fn into_response(self) -> Response {
        if !self.is_caused_by_request() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        // The text must also be true if `keep_cookies` removes the header.
        let body = "The browser sends too many cookies, or too large ones. Reload the page. If that does \
            not help, delete the cookies of this site.\n";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        let mut response = (status, [CLEAR_SITE_DATA], body).into_response();
        response.extensions_mut().insert(ClearsCookies);
        response
    }
}

/// Marks a response to which this module has added [`CLEAR_SITE_DATA`].
#[derive(Clone)]
struct ClearsCookies;

/// Removes [`CLEAR_SITE_DATA`] from a response that this module made of an error: the status stays 431,
/// and the user stays signed in. What others have added to the header stays.
///
/// Requires the feature `axum`.
///
/// Use it with `axum::middleware::map_response`. It applies to the errors of extractors and handlers, on
/// all routes that were added to the router before it:
///
/// ```
/// use axum::{Router, middleware::map_response, routing::get};
/// use gingersnap::axum::{CookieJar, keep_cookies};
///
/// async fn color(jar: CookieJar) -> String {
///     jar.get("color").unwrap_or("red").to_owned()
/// }
///
/// let app: Router = Router::new().route("/", get(color)).layer(map_response(keep_cookies));
/// ```
pub fn keep_cookies(mut response: Response) -> Ready<Response> {
    let (name, value) = CLEAR_SITE_DATA;
    if response.extensions_mut().remove::<ClearsCookies>().is_some()
        && let Entry::Occupied(entry) = response.headers_mut().entry(name)
    {
        let mut others: Vec<_> = entry.remove_entry_mult().1.collect();
        // Only the first one is this module's own.
        if let Some(own) = others.iter().position(|other| other == value) {
            others.remove(own);
        }
        for other in others {
            response.headers_mut().append(name, other);
        }
    }
    ready(response)
}

impl IntoResponse for CookieError {
    fn into_response(self) -> Response {
        match self.kind {
            CookieErrorKind::Limit(limit) => limit.into_response(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[cfg(feature = "tower")]
impl IntoResponse for crate::tower::CookiesError {
    fn into_response(self) -> Response {
        match self {
            Self::Received(limit) => limit.into_response(),
            Self::Cookie(error) => error.into_response(),
            Self::Sent | Self::InUse => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[cfg(feature = "json")]
impl IntoResponse for crate::errors::JsonError {
    fn into_response(self) -> Response {
        use crate::errors::JsonErrorKind;
        match self.kind {
            JsonErrorKind::NotWritten => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            _ => StatusCode::BAD_REQUEST.into_response(),
        }
    }
}

impl IntoResponse for crate::errors::Error {
    fn into_response(self) -> Response {
        use crate::errors::Error;
        match self {
            Error::Cookie(error) => error.into_response(),
            Error::Limit(error) => error.into_response(),
            Error::ValueParse { .. } => StatusCode::BAD_REQUEST.into_response(),
            #[cfg(feature = "json")]
            Error::Json(error) => error.into_response(),
            #[cfg(any(feature = "signed", feature = "encrypted"))]
            Error::Open(_) => StatusCode::BAD_REQUEST.into_response(),
            #[cfg(any(feature = "signed", feature = "encrypted"))]
            Error::Seal(error) => error.into_response(),
            #[cfg(feature = "tower")]
            Error::Cookies(error) => error.into_response(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl IntoResponse for crate::protect::SealError {
    fn into_response(self) -> Response {
        match self.kind {
            crate::protect::SealErrorKind::Cookie(CookieErrorKind::Limit(limit)) => {
                limit.into_response()
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
