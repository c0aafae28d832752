//! How long a cookie lives: both attributes in whole seconds.

use std::time::{Duration, SystemTime};

use super::Cookie;
use crate::date::{seconds, system_time};

impl Cookie<'_> {
    /// How long after it was received the cookie expires: `Max-Age`, in whole seconds.
    #[must_use]
    pub const fn max_age(&self) -> Option<Duration> {
        match self.max_age {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => None,
        }
    }

    /// When the cookie expires: `Expires`, in whole seconds. `Max-Age` beats it.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires.map(system_time)
    }

    /// With this `Max-Age`, rounded up to whole seconds: half a second must not become a removal.
    /// Zero is one. Browsers cut what is over 400 days.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        let seconds = max_age.as_secs();
        let whole = max_age.subsec_nanos() == 0;
        self.max_age = Some(if whole { seconds } else { seconds.saturating_add(1) });
        self
    }

    /// With this `Expires`, rounded down to whole seconds. `SystemTime`, and the times of `time`,
    /// `chrono` and `jiff`, all do. Browsers cut what is over 400 days from now.
    ///
    /// Prefer `Max-Age`, which needs no clock.
    #[must_use]
    pub fn with_expires(mut self, expires: impl Into<SystemTime>) -> Self {
        self.expires = Some(seconds(expires.into()));
        self
    }

    /// With neither `Max-Age` nor `Expires`: the cookie ends with the browser's session.
    #[must_use]
    pub const fn with_session_lifetime(mut self) -> Self {
        self.max_age = None;
        self.expires = None;
        self
    }

    /// Whether a user agent that receives this cookie removes it instead, whatever its clock says:
    /// `Max-Age` is zero, or, without a `Max-Age`, `Expires` is at or before 1970.
    #[must_use]
    pub const fn is_removal(&self) -> bool {
        match (self.max_age, self.expires) {
            (Some(max_age), _) => max_age == 0,
            (None, Some(expires)) => expires <= 0,
            (None, None) => false,
        }
    }

    /// This cookie as its removal: no value, `Max-Age=0` and `Expires` in 1970.
    pub(crate) fn into_removal(self) -> Self {
        let mut removal = self.with_value("");
        removal.max_age = Some(0);
        removal.expires = Some(0);
        removal
    }
}
