//! The jar and the request context on the types of the `http` crate.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use crate::jar::{CookieJar, Policy};
use crate::limits::LimitError;
use crate::user_agent::{ContextError, RequestContext};

impl Policy {
    /// Reads the `Cookie` headers of a request, as [`CookieJar::from_headers`].
    ///
    /// Requires the feature `http`.
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::from_headers`].
    pub fn jar_from_headers(self, headers: &HeaderMap) -> Result<CookieJar<'_>, LimitError> {
        self.jar_from_cookie_headers(headers.get_all(COOKIE))
    }
}

impl<'h> CookieJar<'h> {
    /// Reads the `Cookie` headers of a request, all of them: HTTP/2 and HTTP/3 split the header.
    ///
    /// Requires the feature `http`.
    ///
    /// The jar borrows the headers. Split a request first if its body is needed, too:
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use http::Request;
    ///
    /// let request = Request::builder().header("cookie", "color=red").body("a body")?;
    /// let (parts, body) = request.into_parts();
    /// let jar = CookieJar::from_headers(&parts.headers)?;
    /// assert_eq!((jar.get("color"), body), (Some("red"), "a body"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LimitError::ReceivedBytes`] and [`LimitError::ReceivedPairs`]. A browser that holds so many
    /// cookies keeps sending them until it is told to delete them; respond like this:
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use gingersnap::errors::LimitError;
    /// use gingersnap::header::CLEAR_SITE_DATA;
    /// use http::{HeaderMap, Response, StatusCode};
    ///
    /// fn too_many_cookies(error: &LimitError) -> Response<String> {
    ///     Response::builder()
    ///         .status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    ///         .header(CLEAR_SITE_DATA.0, CLEAR_SITE_DATA.1)
    ///         .body(error.to_string())
    ///         .unwrap()
    /// }
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("cookie", "a=; ".repeat(3_001).parse()?);
    /// let error = CookieJar::from_headers(&headers).unwrap_err();
    /// assert_eq!(too_many_cookies(&error).status(), 431);
    /// # Ok::<(), http::header::InvalidHeaderValue>(())
    /// ```
    pub fn from_headers(headers: &'h HeaderMap) -> Result<Self, LimitError> {
        Policy::new().jar_from_headers(headers)
    }

    /// Appends one `Set-Cookie` header for each change, in order. Existing headers are kept.
    ///
    /// Requires the feature `http`.
    ///
    /// Append to the headers of the response itself. Copying a second `HeaderMap` into them with
    /// `extend` replaces headers of the same name, and so does a `HeaderMap` in a tuple that axum
    /// turns into a response: of two of them, the first one's cookies are lost.
    ///
    /// The jar is consumed, so that nothing is sent twice. The values are marked as sensitive:
    /// `Debug` of the headers does not show them, and HPACK does not index them.
    ///
    /// # Examples
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
        for header in self.set_cookie_headers() {
            // OK because a checked cookie has no control characters.
            let mut value = HeaderValue::from_str(header).expect("a header that was checked");
            value.set_sensitive(true);
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Reads the URL of a request, as [`RequestContext::from_parts`]. As the URL Standard has it, `\\` in the
/// path is read as `/`, and text that is not ASCII is percent-encoded.
///
/// Requires the feature `http`.
///
/// # Examples
///
/// ```
/// use gingersnap::RequestContext;
/// use http::Uri;
///
/// let uri = Uri::from_static("https://shop.example:8443/cart/items?page=2");
/// let context = RequestContext::try_from(&uri)?;
/// assert_eq!((context.host(), context.path()), ("shop.example", "/cart/items"));
/// assert!(RequestContext::try_from(&Uri::from_static("/cart")).is_err()); // no scheme, and no host
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
impl<'u> TryFrom<&'u Uri> for RequestContext<'u> {
    type Error = ContextError;

    fn try_from(uri: &'u Uri) -> Result<Self, ContextError> {
        let scheme = uri.scheme_str().ok_or(ContextError::NoScheme)?;
        let (host, path) = (uri.host().unwrap_or_default(), uri.path());
        if path.is_ascii() && !path.contains('\\') {
            return Self::from_parts(scheme, host, path);
        }
        let path = utf8_percent_encode(path, CONTROLS).to_string().replace('\\', "/");
        Ok(RequestContext::from_parts(scheme, host, &path)?.into_owned())
    }
}
