//! What a removal can name.

use std::borrow::Cow;

use crate::cookie::{Cookie, CookieTemplate};

/// A cookie to remove: by its name, or by the cookie or template that set it.
///
/// `&str`, `&String`, [`CookieTemplate`], [`Cookie`] and `&Cookie` convert into it; see
/// [`CookieJar::remove`](crate::CookieJar::remove). Cookies whose domain or path is not known can
/// only be deleted all together, with [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA).
#[derive(Clone, Debug)]
pub struct Removal<'r>(pub(super) RemovalTarget<'r>);

/// What is removed.
#[derive(Clone, Debug)]
pub(super) enum RemovalTarget<'r> {
    /// The cookies with this name that are host-only at `Path=/`, or that this response set.
    Name(Cow<'r, str>),
    /// The cookie with this name, domain, path and partition.
    Cookie(Box<Cookie<'r>>),
}

#[cfg(feature = "encrypted")]
impl Removal<'_> {
    pub(super) fn name(&self) -> &str {
        match &self.0 {
            RemovalTarget::Name(name) => name,
            RemovalTarget::Cookie(cookie) => cookie.name(),
        }
    }

    /// Returns a removal of another name.
    pub(super) fn with_name(&self, name: String) -> Removal<'_> {
        let name = Cow::Owned(name);
        Removal(match &self.0 {
            RemovalTarget::Name(_) => RemovalTarget::Name(name),
            RemovalTarget::Cookie(cookie) => {
                RemovalTarget::Cookie(Box::new(Cookie { name, ..cookie.as_borrowed() }))
            }
        })
    }
}

impl<'r> From<&'r str> for Removal<'r> {
    fn from(name: &'r str) -> Self {
        Self(RemovalTarget::Name(Cow::Borrowed(name)))
    }
}

impl<'r> From<&'r String> for Removal<'r> {
    fn from(name: &'r String) -> Self {
        Self::from(name.as_str())
    }
}

impl<'r> From<Cookie<'r>> for Removal<'r> {
    fn from(cookie: Cookie<'r>) -> Self {
        Self(RemovalTarget::Cookie(Box::new(cookie)))
    }
}

impl<'r> From<&'r Cookie<'_>> for Removal<'r> {
    fn from(cookie: &'r Cookie<'_>) -> Self {
        Self::from(cookie.as_borrowed())
    }
}

impl From<CookieTemplate> for Removal<'_> {
    fn from(template: CookieTemplate) -> Self {
        Self::from(template.with_value(""))
    }
}
