//! Values as they are written, past the jar's encoding: what sealed cookies need.

use std::borrow::Cow;

use super::CookieJar;
use super::cookie_jar::Held;
use crate::cookie::{Cookie, CookieError};
use crate::header::Line;

impl CookieJar<'_> {
    /// The values of all cookies of this name as they came, or as they will be sent; in the order
    /// of [`get_all`](Self::get_all).
    pub(crate) fn get_all_raw(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name).map(Held::raw)
    }

    /// Sets a cookie whose value is written already: it goes out as it is, and reads as it will
    /// when it comes back.
    pub(crate) fn set_written(&mut self, cookie: &Cookie<'_>) -> Result<(), CookieError> {
        let line = Line::written(cookie, self.policy.limits())?;
        // What decodes is another text than it was.
        match self.policy.encoding().decode(cookie.value()) {
            Cow::Owned(plain) => self.change(&line, Some(&plain), false),
            Cow::Borrowed(_) => self.change(&line, None, false),
        }
    }
}
