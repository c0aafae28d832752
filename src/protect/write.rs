//! The views that write.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::error::SealError;
use super::head::{Head, Seconds};
use super::keyring::Keyring;
use super::scheme::{NoRandomness, Scheme};
use crate::byte::shown;
use crate::cookie::{Cookie, CookieError};
use crate::jar::{CookieJar, Removal};

/// The signed or the encrypted cookies of a jar, to set and remove: see [`CookieJar::signed_mut`]
/// and [`CookieJar::encrypted_mut`].
pub struct ViewMut<'j, 'h> {
    pub(super) jar: &'j mut CookieJar<'h>,
    pub(super) keyring: &'j Keyring,
    pub(super) scheme: &'static Scheme,
    /// Seconds.
    pub(super) lifetime: Option<u64>,
}

impl ViewMut<'_, '_> {
    /// With a lifetime for the values that it sets: they open no longer than that, however long the
    /// browser keeps the cookie. Whole seconds, rounded up.
    ///
    /// A cookie's own `Max-Age` or `Expires` is sealed in any case; the earlier of the two counts.
    ///
    /// ```
    /// # #[cfg(feature = "encrypted")] {
    /// use std::time::{Duration, SystemTime};
    /// use gingersnap::CookieJar;
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// let hour = Duration::from_secs(3600);
    /// jar.encrypted_mut(&keyring).with_lifetime(hour).set(("user", "Zoë"))?; // a session cookie
    ///
    /// let error = jar.encrypted(&keyring).get_at("user", SystemTime::now() + hour).unwrap_err();
    /// assert_eq!(error.to_string(), "cookie `user` expired 0 seconds ago");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Duration) -> Self {
        let whole = lifetime.subsec_nanos() == 0;
        let seconds = lifetime.as_secs();
        self.lifetime = Some(if whole { seconds } else { seconds.saturating_add(1) });
        self
    }

    /// Seals a cookie's value, as of now, and sets it. See [`set_at`](Self::set_at).
    ///
    /// # Errors
    ///
    /// Those of [`set_at`](Self::set_at).
    pub fn set<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<(), SealError> {
        self.set_at(cookie, SystemTime::now())
    }

    /// Seals a cookie's value, as of a time, and sets it as [`CookieJar::set`] does. One that
    /// [is a removal](Cookie::is_removal) is removed.
    ///
    /// The jar itself shows the sealed value from then on; its views show the plain one.
    ///
    /// # Errors
    ///
    /// [`SealError::TooLarge`] where the sealed value is too large for a cookie;
    /// [`SealError::Cookie`] for what [`CookieJar::set`] refuses; [`SealError::NoRandomness`]. The
    /// jar stays as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "encrypted")] {
    /// use gingersnap::CookieJar;
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// let error = jar.encrypted_mut(&keyring).set(("cart", "x".repeat(3100))).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cookie `cart` has 3100 bytes of plain value, which are 4198 when encrypted; \
    ///      with its name it is 4202, over the limit of 4096",
    /// );
    /// assert!(error.is_dropped_by_browsers());
    /// # }
    /// # Ok::<(), gingersnap::errors::KeyError>(())
    /// ```
    pub fn set_at<'c>(
        &mut self,
        cookie: impl Into<Cookie<'c>>,
        now: impl Into<SystemTime>,
    ) -> Result<(), SealError> {
        let mut cookie = cookie.into();
        if cookie.is_removal() {
            return Ok(self.jar.set(cookie)?);
        }
        let len = self.check_size(&cookie)?;
        let key = self.keyring.sealing();
        let issued = Seconds::of(now.into());
        let head = Head { key: key.written_id, issued, expires: self.expiry(&cookie, issued) };
        let sealed = (self.scheme.seal)(key, &head, cookie.name(), cookie.value(), len)
            .map_err(|NoRandomness| SealError::NoRandomness { cookie: name(&cookie) })?;
        cookie.value = sealed.into();
        Ok(self.jar.set_written(&cookie)?)
    }

    /// Removes a cookie, whether it opens or not: as [`CookieJar::remove`].
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::remove`].
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        self.jar.remove(removal)
    }

    /// Bytes of the sealed value; refuses one that is too large, before it is sealed.
    fn check_size(&self, cookie: &Cookie<'_>) -> Result<usize, SealError> {
        let sealed = (self.scheme.sealed_len)(cookie.value());
        let actual = cookie.name().len() + sealed;
        let limit = self.jar.policy().limits().cookie_bytes() as usize;
        if actual > limit {
            return Err(SealError::TooLarge {
                cookie: name(cookie),
                purpose: self.scheme.purpose,
                plain: cookie.value().len(),
                sealed,
                actual,
                limit,
            });
        }
        Ok(sealed)
    }

    /// When a cookie's value expires: as the browser reckons it, or sooner by the lifetime.
    fn expiry(&self, cookie: &Cookie<'_>, issued: Seconds) -> Option<Seconds> {
        let own = match (cookie.max_age(), cookie.expires()) {
            (Some(max_age), _) => Some(issued.after(max_age.as_secs())),
            (None, expires) => expires.map(Seconds::of),
        };
        let given = self.lifetime.map(|seconds| issued.after(seconds));
        own.into_iter().chain(given).min()
    }
}

fn name(cookie: &Cookie<'_>) -> String {
    shown(cookie.name().as_bytes())
}

impl fmt::Debug for ViewMut<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewMut")
            .field("purpose", &self.scheme.purpose)
            .field("keyring", &self.keyring)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
