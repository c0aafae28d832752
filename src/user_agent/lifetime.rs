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

    fn after(left: Duration, now: SystemTime) -> Self {
        let expires = end_of(left.min(MAX_LIFETIME), now);
        Self::Until { expires, is_cut: left > MAX_LIFETIME }
    }
}

/// Returns the end of a lifetime; now, if the system's clock cannot represent it.
fn end_of(lifetime: Duration, now: SystemTime) -> SystemTime {
    now.checked_add(lifetime).unwrap_or(now)
}

/// Returns the latest time until which a cookie is stored.
#[cfg(feature = "store")]
pub(crate) fn latest_expiry(now: SystemTime) -> SystemTime {
    end_of(MAX_LIFETIME, now)
}
