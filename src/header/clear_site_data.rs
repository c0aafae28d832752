//! The header that tells a browser to delete its cookies.

/// The name and the value of the header that tells a browser to delete all cookies of the site:
/// `Clear-Site-Data: "cookies"` (W3C, *Clear Site Data*, sections 3.1 and 3.2).
///
/// It also deletes what a removal cannot name because its path, domain or partition is not known. It
/// deletes the cookies of the whole registrable domain, those of all its hosts and sign-ins included, so
/// it is the way out for a browser whose cookies leave no room for others
/// ([`LimitError::is_caused_by_request`]), and part of signing out everywhere, but not a way to remove
/// one cookie. Browsers obey it over a secure connection only, and to `localhost`.
///
/// [`LimitError::is_caused_by_request`]: crate::errors::LimitError::is_caused_by_request
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "http")] {
/// use gingersnap::header::CLEAR_SITE_DATA;
/// use http::{HeaderValue, Response};
///
/// let mut response = Response::new("Good bye!");
/// let (name, value) = CLEAR_SITE_DATA;
/// response.headers_mut().insert(name, HeaderValue::from_static(value));
/// assert_eq!(response.headers()["clear-site-data"], r#""cookies""#);
/// # }
/// ```
pub const CLEAR_SITE_DATA: (&str, &str) = ("clear-site-data", r#""cookies""#);
