//! The header that tells a browser to delete its cookies.

/// The name and the value of the header that tells a browser to delete all cookies of the site:
/// `Clear-Site-Data: "cookies"` (W3C, *Clear Site Data*).
///
/// It deletes the cookies of the whole registrable domain: those of all its hosts, sign-ins included, and
/// those that no removal can name because nobody knows their path or domain any more. So it is the way
/// out for a browser whose cookies leave no room for others ([`LimitError::is_caused_by_request`]), but
/// not a way to remove one cookie. Which cookies with `Partitioned` it deletes depends on the browser.
///
/// Browsers obey it only over a secure connection, or from `localhost` and `127.0.0.1`.
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
