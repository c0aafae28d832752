//! How long a cookie lives (RFC 6265bis, section 5.5).

use std::time::{Duration, SystemTime};

use crate::header::SetCookie;

/// "The limit SHOULD NOT be greater than 400 days (34560000 seconds) in the future."
const MOST: Duration = Duration::from_secs(400 * 86_400);

/// How long a cookie lives that is received now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until the user agent's session ends.
    Session,
    /// Until then.
    Until {
        expires: SystemTime,
        /// More was asked for than 400 days.
        cut: bool,
    },
    /// It is removed at once.
    Over,
}

impl Lifetime {
    /// `Max-Age` beats `Expires`. A cookie expires at its time, not behind it.
    pub(crate) fn of(cookie: &SetCookie<'_>, now: SystemTime) -> Self {
        match (cookie.max_age(), cookie.expires()) {
            (Some(Duration::ZERO), _) => Self::Over,
            (Some(max_age), _) => Self::after(max_age, now),
            (None, Some(expires)) => match expires.duration_since(now) {
                Ok(Duration::ZERO) | Err(_) => Self::Over,
                Ok(left) => Self::after(left, now),
            },
            (None, None) => Self::Session,
        }
    }

    /// So long after now, and 400 days at most. What the system's clock can't hold ends now.
    fn after(left: Duration, now: SystemTime) -> Self {
        let expires = now.checked_add(left.min(MOST)).unwrap_or(now);
        Self::Until { expires, cut: left > MOST }
    }
}
