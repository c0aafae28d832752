//! How long a cookie is stored (RFC 6265bis, section 5.5).

use std::time::{Duration, SystemTime};

use crate::header::SetCookie;

/// "The limit SHOULD NOT be greater than 400 days (34560000 seconds) in the future."
const MAX_LIFETIME: Duration = Duration::from_secs(400 * 86_400);

/// How long a cookie is stored that is received now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until the user agent's session ends.
    Session,
    /// Until a time.
    Until {
        expires: SystemTime,
        /// Whether more than 400 days were asked for.
        is_cut: bool,
    },
    /// Not at all: the cookie is a removal.
    Expired,
}

impl Lifetime {
    /// Returns the lifetime of a cookie. `Max-Age` has precedence over `Expires`. A cookie expires
    /// at its time, not after it.
    pub(crate) fn new(cookie: &SetCookie<'_>, now: SystemTime) -> Self {
        match (cookie.max_age(), cookie.expires()) {
            (Some(Duration::ZERO), _) => Self::Expired,
            (Some(max_age), _) => Self::after(max_age, now),
            (None, Some(expires)) => match expires.duration_since(now) {
                Ok(Duration::ZERO) | Err(_) => Self::Expired,
                Ok(left) => Self::after(left, now),
            },
            (None, None) => Self::Session,
        }
    }

    /// A lifetime that the system's clock cannot represent ends now.
    fn after(left: Duration, now: SystemTime) -> Self {
        let expires = now.checked_add(left.min(MAX_LIFETIME)).unwrap_or(now);
        Self::Until { expires, is_cut: left > MAX_LIFETIME }
    }
}
