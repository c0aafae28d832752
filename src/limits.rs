//! Limits on sizes and counts, and the error of exceeding one.

use thiserror::Error;

/// The limits that a jar checks. Sizes are in bytes on the wire, that is, after encoding.
///
/// | limit | default | what it limits; what happens above it |
/// | --- | --- | --- |
/// | [`cookie_bytes`](Self::cookie_bytes) | 4096 | name and value of one cookie; browsers drop the cookie |
/// | [`attribute_bytes`](Self::attribute_bytes) | 1024 | the value of one attribute; browsers ignore the attribute |
/// | [`cookies`](Self::cookies) | 150 | the number of cookies that the browser will send back |
/// | [`cookie_header_bytes`](Self::cookie_header_bytes) | 8190 | the `Cookie` header that the browser will send back; most servers and proxies refuse a longer one |
/// | [`response_bytes`](Self::response_bytes) | none | all `Set-Cookie` headers of the response; the buffers of proxies are often 4 or 8 KB |
/// | [`received_bytes`](Self::received_bytes) | 65,536 | all `Cookie` headers of a request |
/// | [`received_pairs`](Self::received_pairs) | 3,000 | the pairs in them, skipped ones included |
///
/// # Examples
///
/// ```
/// use gingersnap::Limits;
///
/// const TIGHT: Limits = Limits::SPEC.with_cookie_header_bytes(4096);
/// assert_eq!((TIGHT.cookies(), TIGHT.cookie_header_bytes()), (50, 4096));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    cookie_bytes: u32,
    attribute_bytes: u32,
    cookies: u32,
    cookie_header_bytes: u32,
    response_bytes: Option<u32>,
    received_bytes: u32,
    received_pairs: u32,
}

impl Limits {
    /// What today's browsers and servers accept. This is the default.
    pub const DEFAULT: Self = Self {
        cookie_bytes: 4096,
        attribute_bytes: 1024,
        cookies: 150,
        cookie_header_bytes: 8190,
        response_bytes: None,
        received_bytes: 65_536,
        received_pairs: 3_000,
    };

    /// [`DEFAULT`](Self::DEFAULT) with 50 cookies, the number that the standard asks every user
    /// agent to store for a site (RFC 6265bis, section 6.1).
    pub const SPEC: Self = Self::DEFAULT.with_cookies(50);

    /// Returns the limit on one cookie's name and value together, in bytes; the `=` does not count.
    /// Browsers drop a cookie of more than 4096 bytes (RFC 6265bis, section 5.6).
    #[must_use]
    pub const fn cookie_bytes(&self) -> u32 {
        self.cookie_bytes
    }

    /// Sets the limit on one cookie's name and value together, in bytes.
    #[must_use]
    pub const fn with_cookie_bytes(mut self, limit: u32) -> Self {
        self.cookie_bytes = limit;
        self
    }

    /// Returns the limit on one attribute's value, in bytes. Browsers ignore an attribute of more
    /// than 1024 bytes (RFC 6265bis, section 5.6).
    #[must_use]
    pub const fn attribute_bytes(&self) -> u32 {
        self.attribute_bytes
    }

    /// Sets the limit on one attribute's value, in bytes.
    #[must_use]
    pub const fn with_attribute_bytes(mut self, limit: u32) -> Self {
        self.attribute_bytes = limit;
        self
    }

    /// Returns the limit on the number of cookies seen at one request: those received, skipped
    /// pairs included, and those that the response adds.
    ///
    /// Today's browsers store up to 180 cookies for a site and then delete all but 150. One request
    /// does not show the site's cookies for other paths and hosts.
    #[must_use]
    pub const fn cookies(&self) -> u32 {
        self.cookies
    }

    /// Sets the limit on the number of cookies.
    #[must_use]
    pub const fn with_cookies(mut self, limit: u32) -> Self {
        self.cookies = limit;
        self
    }

    /// Returns the limit on the `Cookie` header that the browser will send back, in bytes: all
    /// pairs, joined by `; `.
    #[must_use]
    pub const fn cookie_header_bytes(&self) -> u32 {
        self.cookie_header_bytes
    }

    /// Sets the limit on the `Cookie` header that the browser will send back, in bytes.
    #[must_use]
    pub const fn with_cookie_header_bytes(mut self, limit: u32) -> Self {
        self.cookie_header_bytes = limit;
        self
    }

    /// Returns the limit on all `Set-Cookie` headers of the response together, in bytes, as lines of
    /// HTTP/1.1: the header's name, `: `, its value and CRLF. By default there is none. The buffers
    /// of proxies for all headers of a response are often 4 or 8 KB.
    #[must_use]
    pub const fn response_bytes(&self) -> Option<u32> {
        self.response_bytes
    }

    /// Sets the limit on all `Set-Cookie` headers of the response together, in bytes, or drops it
    /// with `None`. Removals are never refused for it.
    #[must_use]
    pub const fn with_response_bytes(mut self, limit: Option<u32>) -> Self {
        self.response_bytes = limit;
        self
    }

    /// Returns the limit on all `Cookie` headers of a request together, in bytes.
    #[must_use]
    pub const fn received_bytes(&self) -> u32 {
        self.received_bytes
    }

    /// Sets the limit on all `Cookie` headers of a request together, in bytes. More than 2^31 - 1 are
    /// never accepted.
    #[must_use]
    pub const fn with_received_bytes(mut self, limit: u32) -> Self {
        self.received_bytes = limit;
        self
    }

    /// Returns the limit on the number of pairs in all `Cookie` headers of a request, skipped pairs
    /// included.
    #[must_use]
    pub const fn received_pairs(&self) -> u32 {
        self.received_pairs
    }

    /// Sets the limit on the number of pairs in all `Cookie` headers of a request.
    #[must_use]
    pub const fn with_received_pairs(mut self, limit: u32) -> Self {
        self.received_pairs = limit;
        self
    }

    /// Returns these limits, with those on one cookie raised to what browsers store: a cookie that
    /// a browser may hold can always be removed.
    pub(crate) fn at_least_browser_limits(self) -> Self {
        Self {
            cookie_bytes: self.cookie_bytes.max(Self::DEFAULT.cookie_bytes),
            attribute_bytes: self.attribute_bytes.max(Self::DEFAULT.attribute_bytes),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A size or a count that exceeds its limit. Sizes are in bytes on the wire.
///
/// A browser that holds too many cookies keeps sending its cookies until it is told to delete them. Respond
/// with [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA), which deletes the cookies of the whole site, sign-ins included:
///
/// ```
/// # #[cfg(feature = "http")] {
/// use gingersnap::CookieJar;
/// use gingersnap::errors::{CookieErrorKind, LimitError};
/// use gingersnap::header::CLEAR_SITE_DATA;
/// use http::{Response, StatusCode};
///
/// fn too_many_cookies(error: &LimitError) -> Response<String> {
///     Response::builder()
///         .status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
///         .header(CLEAR_SITE_DATA.0, CLEAR_SITE_DATA.1)
///         .body(error.to_string())
///         .unwrap()
/// }
///
/// let full = "t=; ".repeat(150); // what a sibling host can set
/// let mut jar = CookieJar::from_cookie_header(&full).unwrap();
/// let error = jar.set(("color", "red")).unwrap_err();
/// let CookieErrorKind::Limit(limit) = error.kind else { panic!("not a limit") };
/// assert_eq!(too_many_cookies(&limit).status(), 431);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LimitError {
    /// The cookie's name and value exceed [`Limits::cookie_bytes`].
    #[error("name and value are {actual} bytes, over the limit of {limit}")]
    CookieBytes {
        /// The bytes of name and value, encoded.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The value of an attribute exceeds [`Limits::attribute_bytes`].
    #[error("`{attribute}` is {actual} bytes, over the limit of {limit}")]
    AttributeBytes {
        /// The attribute: `Path` or `Domain`.
        attribute: &'static str,
        /// The bytes of the attribute's value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// With this cookie, the browser would send more than [`Limits::cookies`].
    ///
    /// Any sibling host can fill a browser with small cookies until every new cookie meets this
    /// error. If the received cookies alone are as many, the way out is that of
    /// [`ReceivedBytes`](Self::ReceivedBytes).
    #[error("the browser would send {actual} cookies, over the limit of {limit}")]
    Cookies {
        /// How many cookies the next request would carry.
        actual: usize,
        /// How many cookies this request carried.
        received: usize,
        /// The limit.
        limit: usize,
    },

    /// With this cookie, the `Cookie` header of the next request would exceed
    /// [`Limits::cookie_header_bytes`].
    ///
    /// Any sibling host can fill a browser with two large cookies until every new cookie meets this
    /// error. If the received cookies alone are as large, the way out is that of
    /// [`ReceivedBytes`](Self::ReceivedBytes).
    #[error("the `Cookie` header would be {actual} bytes, over the limit of {limit}")]
    CookieHeaderBytes {
        /// The bytes of the next request's `Cookie` header.
        actual: usize,
        /// The bytes of this request's cookies, as one `Cookie` header.
        received: usize,
        /// The limit.
        limit: usize,
    },

    /// With this cookie, all `Set-Cookie` headers of the response would exceed
    /// [`Limits::response_bytes`].
    #[error(
        "the response's `Set-Cookie` headers would be {actual} bytes, over the limit of {limit}"
    )]
    ResponseBytes {
        /// The bytes of all `Set-Cookie` headers.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The request's `Cookie` headers exceed [`Limits::received_bytes`].
    ///
    /// Any sibling host can fill a browser with cookies until every request meets this error. The
    /// way out is a response with the status `431 Request Header Fields Too Large` and the header
    /// [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA), which deletes the site's cookies.
    #[error("the request's `Cookie` headers are {actual} bytes, over the limit of {limit}")]
    ReceivedBytes {
        /// The bytes of all `Cookie` headers.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The request's `Cookie` headers hold more pairs than [`Limits::received_pairs`].
    ///
    /// The way out is that of [`ReceivedBytes`](Self::ReceivedBytes).
    #[error("the request's `Cookie` headers hold {actual} pairs, over the limit of {limit}")]
    ReceivedPairs {
        /// The pairs of all `Cookie` headers, skipped ones included.
        actual: usize,
        /// The limit.
        limit: usize,
    },
}

impl LimitError {
    /// Returns whether the cookies of the request, rather than what the response sets, take most of
    /// what exceeds the limit: then the way out is to delete them with the header
    /// [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA).
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, errors::CookieErrorKind};
    ///
    /// let header = "a=; ".repeat(150);
    /// let mut jar = CookieJar::from_cookie_header(&header)?;
    /// let error = jar.set(("visits", "1")).unwrap_err();
    /// assert!(matches!(error.kind, CookieErrorKind::Limit(limit) if limit.is_caused_by_request()));
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[must_use]
    pub const fn is_caused_by_request(&self) -> bool {
        match self {
            Self::ReceivedBytes { .. } | Self::ReceivedPairs { .. } => true,
            Self::Cookies { actual, received, .. }
            | Self::CookieHeaderBytes { actual, received, .. } => *received > *actual / 2,
            _ => false,
        }
    }

    /// Returns whether browsers drop such a cookie: one of more than 4096 bytes. Exceeding any
    /// other limit does not make a browser drop the cookie.
    #[must_use]
    pub const fn is_dropped_by_browsers(&self) -> bool {
        matches!(self, Self::CookieBytes { actual, .. } if *actual > Limits::DEFAULT.cookie_bytes as usize)
    }
}
