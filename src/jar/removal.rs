//! What a removal can name.

use std::borrow::Cow;

use crate::cookie::Cookie;

/// A cookie to remove: by its name, or by the cookie that set it.
///
/// Made from `&str`, `&String`, [`Cookie`] and `&Cookie`; see
/// [`CookieJar::remove`](super::CookieJar::remove).
#[derive(Clone, Debug)]
pub struct Removal<'r>(pub(super) Target<'r>);

/// What is removed.
#[derive(Clone, Debug)]
pub(super) enum Target<'r> {
    /// What has the name, at `Path=/`, host-only, and where this response set it.
    Name(Cow<'r, str>),
    /// What has the name, domain, path and partition of the cookie.
    Cookie(Box<Cookie<'r>>),
}

impl<'r> From<&'r str> for Removal<'r> {
    fn from(name: &'r str) -> Self {
        Self(Target::Name(Cow::Borrowed(name)))
    }
}

impl<'r> From<&'r String> for Removal<'r> {
    fn from(name: &'r String) -> Self {
        Self::from(name.as_str())
    }
}

impl<'r> From<Cookie<'r>> for Removal<'r> {
    fn from(cookie: Cookie<'r>) -> Self {
        Self(Target::Cookie(Box::new(cookie)))
    }
}

impl<'r> From<&'r Cookie<'_>> for Removal<'r> {
    fn from(cookie: &'r Cookie<'_>) -> Self {
        Self::from(cookie.as_borrowed())
    }
}
