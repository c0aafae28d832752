//! The jar, and the sender of a field, on the types of the `http` crate.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};

use crate::jar::{CookieJar, Policy};
use crate::limits::LimitError;
use crate::verdict::{Sender, SenderError};

impl Policy {
    /// A jar of a request's `Cookie` fields; as [`CookieJar::from_headers`].
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::from_headers`].
    pub fn jar_from_headers(self, headers: &HeaderMap) -> Result<CookieJar<'_>, LimitError> {
        let fields = headers.get_all(COOKIE);
        let mut each = fields.iter();
        match (each.next(), each.next()) {
            (None, _) => Ok(self.empty_jar()),
            // Nearly all requests have one field, which needs no list.
            (Some(field), None) => self.jar_from_cookie_header(field),
            _ => {
                let list: Vec<_> = fields.iter().collect();
                // A list that is moved would be copied each time that it is walked.
                self.jar_from_cookie_headers(list.iter().copied())
            }
        }
    }
}

impl<'h> CookieJar<'h> {
    /// A jar of a request's `Cookie` fields, all of them: HTTP/2 and HTTP/3 split them.
    ///
    /// # Errors
    ///
    /// [`LimitError::ReceivedBytes`] and [`LimitError::ReceivedPairs`]. A browser that is this
    /// full stays so until it is told to clear its cookies; answer it so:
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use gingersnap::errors::LimitError;
    /// use http::{HeaderMap, Response, StatusCode};
    ///
    /// fn way_out(error: &LimitError) -> Response<String> {
    ///     Response::builder()
    ///         .status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    ///         .header("clear-site-data", r#""cookies""#)
    ///         .body(error.to_string())
    ///         .unwrap()
    /// }
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("cookie", "a=; ".repeat(3_001).parse()?);
    /// let response = CookieJar::from_headers(&headers).map_err(|error| way_out(&error));
    /// assert_eq!(response.unwrap_err().status(), 431);
    /// # Ok::<(), http::header::InvalidHeaderValue>(())
    /// ```
    pub fn from_headers(headers: &'h HeaderMap) -> Result<Self, LimitError> {
        Policy::new().jar_from_headers(headers)
    }

    /// Appends one `Set-Cookie` field for each change, in order, and what was there stays. It takes
    /// the jar, so that nothing is sent twice. The values are marked sensitive: `Debug` of the
    /// headers doesn't show them, and HPACK doesn't index them.
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use http::{Response, header::SET_COOKIE};
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(("color", "red"))?;
    ///
    /// let mut response = Response::new(());
    /// jar.append_to(response.headers_mut());
    /// assert_eq!(response.headers()[SET_COOKIE], "color=red; Path=/");
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    pub fn append_to(self, headers: &mut HeaderMap) {
        for field in self.set_cookie_headers() {
            // OK because the gate lets no control byte but HTAB through.
            let mut value = HeaderValue::from_str(field).expect("a field that was checked");
            value.set_sensitive(true);
            headers.append(SET_COOKIE, value);
        }
    }
}

/// The sender at a URL; as [`Sender::new`]. A port and a query are left out.
///
/// ```
/// use gingersnap::Sender;
/// use http::Uri;
///
/// let uri = Uri::from_static("https://shop.example:8443/cart/items?page=2");
/// assert_eq!(Sender::try_from(&uri)?, Sender::new("https", "shop.example", "/cart/items")?);
/// assert!(Sender::try_from(&Uri::from_static("/cart")).is_err()); // whose?
/// # Ok::<(), gingersnap::errors::SenderError>(())
/// ```
impl TryFrom<&Uri> for Sender {
    type Error = SenderError;

    fn try_from(uri: &Uri) -> Result<Self, SenderError> {
        let scheme = uri.scheme_str().unwrap_or_default();
        Self::new(scheme, uri.host().unwrap_or_default(), uri.path())
    }
}
