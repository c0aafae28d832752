//! What the next request will carry.

use std::fmt;

use super::totals::Size;
use crate::bytes::escape_text;
use crate::limits::Limits;

/// The size and number of a jar's cookies, beside its limits; returned by
/// [`CookieJar::budget`](crate::CookieJar::budget).
///
/// A request does not tell the domains and paths of its cookies. So what the next request will carry,
/// to a URL that all of the cookies are sent to, is known between two bounds: a change may replace a
/// received cookie of its name, or be a cookie beside it. The bounds are equal if no received name
/// was changed. A cookie with the default path counts as another one than a cookie with a `Path`, even
/// if that is the default path of the request.
///
/// `Display` writes one line for a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget<'j> {
    pub(super) at_least: Size,
    pub(super) at_most: Size,
    pub(super) response_bytes: usize,
    pub(super) largest: Option<(&'j str, usize)>,
    pub(super) limits: Limits,
}

impl<'j> Budget<'j> {
    /// Returns how many cookies the next request will carry at least, skipped pairs included: each
    /// change replaces a received cookie of its name, as it does if no name is used with several
    /// domains or paths. Limits are checked against this number.
    #[must_use]
    pub const fn cookies(&self) -> usize {
        self.at_least.cookies
    }

    /// Returns how many cookies the next request will carry at most: as if each change had another
    /// domain or path than the received cookies of its name.
    #[must_use]
    pub const fn max_cookies(&self) -> usize {
        self.at_most.cookies
    }

    /// Returns the length of the next request's `Cookie` header in bytes, all pairs joined by `; `,
    /// at least: each change replaces a received cookie of its name, the longest first. Limits are
    /// checked against this number.
    #[must_use]
    pub const fn cookie_header_bytes(&self) -> usize {
        self.at_least.cookie_header_bytes()
    }

    /// Returns the length of the next request's `Cookie` header in bytes at most: no change replaces
    /// a received cookie.
    #[must_use]
    pub const fn max_cookie_header_bytes(&self) -> usize {
        self.at_most.cookie_header_bytes()
    }

    /// Returns how many bytes of `Set-Cookie` headers this response adds, as lines of HTTP/1.1: the
    /// header's name, `: `, its value and CRLF. The buffers of proxies for all headers of a response
    /// are often 4 to 8 KB.
    #[must_use]
    pub const fn response_bytes(&self) -> usize {
        self.response_bytes
    }

    /// Returns the largest cookie of the next request: its name, and the bytes of its name, `=` and
    /// value.
    #[must_use]
    pub const fn largest(&self) -> Option<(&'j str, usize)> {
        self.largest
    }

    /// Returns the jar's limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl fmt::Display for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} cookies and {} of {} bytes with the next request, {} bytes of `Set-Cookie` in this response",
            self.cookies(),
            self.limits.cookies(),
            self.cookie_header_bytes(),
            self.limits.cookie_header_bytes(),
            self.response_bytes,
        )?;
        match self.largest {
            Some((name, bytes)) => {
                write!(f, "; the largest is `{}` with {bytes}", escape_text(name))
            }
            None => Ok(()),
        }
    }
}
