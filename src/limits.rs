//! How much is too much: sizes and counts, and the error of going over one.

use thiserror::Error;

/// The limits that a jar holds to, all in bytes on the wire (after encoding) or in cookies.
///
/// | limit | default | what is over it |
/// | --- | --- | --- |
/// | [`cookie_bytes`](Self::cookie_bytes) | 4096 | name and value of one cookie; browsers drop it |
/// | [`attribute_bytes`](Self::attribute_bytes) | 1024 | one attribute's value; browsers ignore it |
/// | [`cookies`](Self::cookies) | 150 | cookies that the browser will send back |
/// | [`cookie_header_bytes`](Self::cookie_header_bytes) | 8190 | the `Cookie` field that it will send, as most servers and proxies limit it |
/// | [`received_bytes`](Self::received_bytes) | 65,536 | all `Cookie` fields of a request |
/// | [`received_pairs`](Self::received_pairs) | 3,000 | the pairs in them, skipped ones too |
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
    received_bytes: u32,
    received_pairs: u32,
}

impl Limits {
    /// What today's browsers and servers bear; the default.
    pub const DEFAULT: Self = Self {
        cookie_bytes: 4096,
        attribute_bytes: 1024,
        cookies: 150,
        cookie_header_bytes: 8190,
        received_bytes: 65_536,
        received_pairs: 3_000,
    };

    /// As [`DEFAULT`](Self::DEFAULT), with the 50 cookies that the standard asks every user agent
    /// to keep of one site (RFC 6265bis, section 6.1).
    pub const SPEC: Self = Self::DEFAULT.with_cookies(50);

    /// Bytes of one cookie's name and value together, the `=` not counted. Browsers keep no
    /// cookie over 4096 (RFC 6265bis, section 5.6).
    #[must_use]
    pub const fn cookie_bytes(&self) -> u32 {
        self.cookie_bytes
    }

    /// Another limit for bytes of one cookie's name and value.
    #[must_use]
    pub const fn with_cookie_bytes(mut self, limit: u32) -> Self {
        self.cookie_bytes = limit;
        self
    }

    /// Bytes of one attribute's value. Browsers ignore an attribute over 1024 (RFC 6265bis,
    /// section 5.6).
    #[must_use]
    pub const fn attribute_bytes(&self) -> u32 {
        self.attribute_bytes
    }

    /// Another limit for bytes of one attribute's value.
    #[must_use]
    pub const fn with_attribute_bytes(mut self, limit: u32) -> Self {
        self.attribute_bytes = limit;
        self
    }

    /// Cookies seen at one request: what came in, skipped pairs too, and what the response adds.
    /// Today's browsers keep up to 180 of a site, and cut back to 150; those of sibling paths and
    /// hosts can't be seen from one request.
    #[must_use]
    pub const fn cookies(&self) -> u32 {
        self.cookies
    }

    /// Another limit for the number of cookies.
    #[must_use]
    pub const fn with_cookies(mut self, limit: u32) -> Self {
        self.cookies = limit;
        self
    }

    /// Bytes of the `Cookie` field that the browser will send back: all pairs, joined by `; `.
    #[must_use]
    pub const fn cookie_header_bytes(&self) -> u32 {
        self.cookie_header_bytes
    }

    /// Another limit for bytes of the `Cookie` field to come.
    #[must_use]
    pub const fn with_cookie_header_bytes(mut self, limit: u32) -> Self {
        self.cookie_header_bytes = limit;
        self
    }

    /// Bytes received in all `Cookie` fields of a request.
    #[must_use]
    pub const fn received_bytes(&self) -> u32 {
        self.received_bytes
    }

    /// Another limit for bytes received.
    #[must_use]
    pub const fn with_received_bytes(mut self, limit: u32) -> Self {
        self.received_bytes = limit;
        self
    }

    /// Pairs received in all `Cookie` fields of a request, kept or skipped.
    #[must_use]
    pub const fn received_pairs(&self) -> u32 {
        self.received_pairs
    }

    /// Another limit for pairs received.
    #[must_use]
    pub const fn with_received_pairs(mut self, limit: u32) -> Self {
        self.received_pairs = limit;
        self
    }
}

impl Limits {
    /// These limits, but no tighter on one cookie than browsers are: what a browser may hold.
    pub(crate) fn of_what_is_held(self) -> Self {
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

/// A size or a count over its limit. Sizes are bytes on the wire.
///
/// A cookie is named as errors show names: escaped, and cut at 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LimitError {
    /// The cookie's name and value are over [`Limits::cookie_bytes`].
    #[error("cookie `{cookie}` is {actual} bytes (name and value), over the limit of {limit}")]
    Cookie {
        /// The cookie's name.
        cookie: String,
        /// Bytes of name and value, encoded.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// An attribute's value is over [`Limits::attribute_bytes`].
    #[error("cookie `{cookie}` has a {attribute} of {actual} bytes, over the limit of {limit}")]
    Attribute {
        /// The cookie's name.
        cookie: String,
        /// The attribute: `Path` or `Domain`.
        attribute: &'static str,
        /// Bytes of the attribute's value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// With this cookie, the browser would hold more than [`Limits::cookies`].
    #[error("cookie `{cookie}` makes {actual} cookies, over the limit of {limit}")]
    Cookies {
        /// The cookie's name.
        cookie: String,
        /// How many cookies the next request would carry.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// With this cookie, the `Cookie` field of the next request would be over
    /// [`Limits::cookie_header_bytes`].
    #[error(
        "cookie `{cookie}` makes the Cookie field {actual} bytes with every request, over the limit of {limit}"
    )]
    Field {
        /// The cookie's name.
        cookie: String,
        /// Bytes of the next request's `Cookie` field.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The request's `Cookie` fields are over [`Limits::received_bytes`].
    ///
    /// Any sibling host can fill a browser with cookies until this error meets every request. The
    /// way out is a response of `431 Request Header Fields Too Large` with
    /// `Clear-Site-Data: "cookies"`, which empties the browser's jar for the site.
    #[error("the request's Cookie fields are {actual} bytes, over the limit of {limit}")]
    ReceivedBytes {
        /// Bytes of all `Cookie` fields.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The request's `Cookie` fields hold more pairs than [`Limits::received_pairs`].
    ///
    /// The way out is that of [`ReceivedBytes`](Self::ReceivedBytes).
    #[error("the request's Cookie fields hold {actual} pairs, over the limit of {limit}")]
    ReceivedPairs {
        /// Pairs of all `Cookie` fields, kept or skipped.
        actual: usize,
        /// The limit.
        limit: usize,
    },
}

impl LimitError {
    /// Whether browsers drop such a cookie: one of more than 4096 bytes. The other limits are
    /// those of servers, or count what a browser keeps at first.
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        matches!(self, Self::Cookie { actual, .. } if *actual > Limits::DEFAULT.cookie_bytes as usize)
    }
}
