//! What the next request will carry.

use std::fmt;

use crate::limits::Limits;

/// What a jar's cookies cost, against its limits: see
/// [`CookieJar::budget`](super::CookieJar::budget).
///
/// `Display` is a line fit for a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget<'j> {
    pub(super) cookies: usize,
    pub(super) cookie_header_bytes: usize,
    pub(super) response_bytes: usize,
    pub(super) largest: Option<(&'j str, usize)>,
    pub(super) limits: Limits,
}

impl<'j> Budget<'j> {
    /// How many cookies the next request will carry, skipped pairs too.
    #[must_use]
    pub const fn cookies(&self) -> usize {
        self.cookies
    }

    /// How many bytes its `Cookie` field will have: all pairs, joined by `; `.
    #[must_use]
    pub const fn cookie_header_bytes(&self) -> usize {
        self.cookie_header_bytes
    }

    /// How many bytes of `Set-Cookie` this response adds, as lines of HTTP/1.1: `Set-Cookie: `,
    /// the field and CRLF. Proxies' buffers for all of a response's fields are often 4 to 8 KB.
    #[must_use]
    pub const fn response_bytes(&self) -> usize {
        self.response_bytes
    }

    /// The largest cookie of the next request: its name, and the bytes of its name, `=` and value.
    #[must_use]
    pub const fn largest(&self) -> Option<(&'j str, usize)> {
        self.largest
    }

    /// The limits against which these figures stand.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl fmt::Display for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} cookies and {} of {} bytes with the next request, {} bytes of Set-Cookie in this response",
            self.cookies,
            self.limits.cookies(),
            self.cookie_header_bytes,
            self.limits.cookie_header_bytes(),
            self.response_bytes,
        )?;
        match self.largest {
            Some((name, bytes)) => {
                let name = crate::byte::shown(name.as_bytes());
                write!(f, "; the largest is `{name}` with {bytes}")
            }
            None => Ok(()),
        }
    }
}
