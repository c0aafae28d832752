//! `SealedCookiesMut`: the view that seals values.

use std::fmt;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use super::sealed_cookies::SealedCookies;
use crate::cookie::{Cookie, CookieError, rounded_up_seconds};
use crate::encoding::Encoding;
use crate::jar::cookie_jar::CookieJar;
use crate::jar::removal::Removal;
use crate::protect::{
    Keyring, OpenError, Opened, Purpose, SealError, SealErrorKind, Seconds, seal, sealed_len,
};

/// The signed or the encrypted cookies of a jar, to set, renew and remove: returned by
/// `CookieJar::signed_mut` and `CookieJar::encrypted_mut`.
///
/// Requires the feature `signed` or `encrypted`.
pub struct SealedCookiesMut<'j, 'h> {
    pub(super) jar: &'j mut CookieJar<'h>,
    pub(super) keyring: &'j Keyring,
    pub(super) purpose: Purpose,
    /// In seconds.
    pub(super) lifetime: Option<u64>,
}

/// Why a cookie was not renewed: it does not open, or it cannot be sealed again.
///
/// Requires the feature `signed` or `encrypted`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum RenewError {
    /// The cookie does not open.
    Open(#[from] OpenError),
    /// The cookie cannot be sealed again.
    Seal(#[from] SealError),
}

impl SealedCookiesMut<'_, '_> {
    /// Sets a lifetime for the values that this view seals, rounded up to whole seconds. A value does not
    /// open after its lifetime, however long the browser keeps the cookie.
    ///
    /// Nor does it open after the cookie's `Max-Age` has passed, or its `Expires` if it has no `Max-Age`.
    ///
    /// # Examples
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
    /// assert_eq!(error.to_string(), "cookie `user`: expired 0 seconds ago");
    /// # }
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(rounded_up_seconds(lifetime));
        self
    }

    /// Seals a cookie's value and sets the cookie, at the current time. See [`set_at`](Self::set_at).
    ///
    /// # Errors
    ///
    /// Those of [`set_at`](Self::set_at).
    pub fn set<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<(), SealError> {
        self.set_at(cookie, SystemTime::now())
    }

    /// Seals a cookie's value at a given time, and sets the cookie as [`CookieJar::set`] does. A
    /// cookie that [is a removal](Cookie::is_removal) is removed.
    ///
    /// From then on, [`CookieJar::get`] returns the sealed value, and a view returns the plain one.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the sealed value is too large for a cookie, if [`CookieJar::set`] refuses the
    /// cookie, or if the system's random source fails. The jar stays as it was.
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
    ///     "cookie `cart`: a value of 3100 bytes is 4198 bytes when encrypted; \
    ///      with the name it is 4202, over the limit of 4096",
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
        self.set_sealed(cookie.into(), Seconds::from_time(now.into()))
    }

    /// Opens the cookie with the name of `cookie`, and seals it again if it is due
    /// ([`Opened::needs_renewal`]). Returns the opened value, or `None` if there is no cookie.
    ///
    /// `cookie` gives the name and the attributes; its own value is ignored.
    ///
    /// # Errors
    ///
    /// Those of [`renew_at`](Self::renew_at).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "encrypted")] {
    /// use std::time::Duration;
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use gingersnap::protect::Keyring;
    ///
    /// const USER: CookieTemplate =
    ///     CookieTemplate::host_prefixed("__Host-user").with_max_age(Duration::from_secs(3600));
    ///
    /// /// A user who is never away for half an hour stays signed in.
    /// fn user(jar: &mut CookieJar, keyring: &Keyring) -> Result<Option<String>, gingersnap::Error> {
    ///     let user = jar.encrypted_mut(keyring).renew(USER.with_value(""))?;
    ///     Ok(user.map(|user| user.value.into_owned()))
    /// }
    /// # }
    /// ```
    pub fn renew<'c>(
        &mut self,
        cookie: impl Into<Cookie<'c>>,
    ) -> Result<Option<Opened<'static>>, RenewError> {
        self.renew_at(cookie, SystemTime::now())
    }

    /// Opens the cookie with the name of `cookie` at a given time, and seals it again if it is due,
    /// as [`renew`](Self::renew) does.
    ///
    /// # Errors
    ///
    /// [`RenewError::Open`] if the cookie does not open, and [`RenewError::Seal`] if it cannot be
    /// sealed again. The jar stays as it was.
    pub fn renew_at<'c>(
        &mut self,
        cookie: impl Into<Cookie<'c>>,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'static>>, RenewError> {
        let (cookie, now) = (cookie.into(), now.into());
        let view = SealedCookies { jar: self.jar, keyring: self.keyring, purpose: self.purpose };
        let Some(opened) = view.get_at(cookie.name(), now)?.map(Opened::into_owned) else {
            return Ok(None);
        };
        if opened.needs_renewal {
            self.set_sealed(cookie.with_value(&*opened.value), Seconds::from_time(now))?;
        }
        Ok(Some(opened))
    }

    /// Removes a cookie, whether it opens or not, as [`CookieJar::remove`] does.
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::remove`].
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        self.jar.remove(removal)
    }

    fn set_sealed(&mut self, cookie: Cookie<'_>, now: Seconds) -> Result<(), SealError> {
        if cookie.is_removal() {
            return Ok(self.jar.set(cookie)?);
        }
        self.check_size(&cookie).map_err(|kind| SealError::new(cookie.name(), kind))?;
        let sealed = self.seal(&cookie, now)?;
        // A sealed value has only bytes that a cookie can hold, so it is not encoded.
        Ok(self.jar.set(cookie.with_value(sealed).with_encoding(Encoding::Raw))?)
    }

    /// Returns the sealed value of a cookie.
    pub(super) fn seal(&self, cookie: &Cookie<'_>, now: Seconds) -> Result<String, SealError> {
        let expires = self.expiry(cookie, now);
        let (name, value) = (cookie.name(), cookie.value());
        seal(self.keyring, self.purpose, name, value, now, expires)
            .map_err(|kind| SealError::new(name, kind))
    }

    /// Refuses a value that is too large before it is sealed.
    fn check_size(&self, cookie: &Cookie<'_>) -> Result<(), SealErrorKind> {
        let sealed = sealed_len(self.purpose, cookie.value());
        let actual = cookie.name().len() + sealed;
        let limit = self.jar.policy().limits().cookie_bytes() as usize;
        if actual > limit {
            let (purpose, plain) = (self.purpose, cookie.value().len());
            return Err(SealErrorKind::TooLarge { purpose, plain, sealed, actual, limit });
        }
        Ok(())
    }

    /// Returns when a value expires: when the browser drops the cookie, or when the view's lifetime ends,
    /// whichever is first.
    fn expiry(&self, cookie: &Cookie<'_>, now: Seconds) -> Option<Seconds> {
        let of_cookie = match (cookie.max_age(), cookie.expires()) {
            (Some(max_age), _) => Some(now.plus(max_age.as_secs())),
            (None, expires) => expires.map(Seconds::from_time),
        };
        let of_view = self.lifetime.map(|seconds| now.plus(seconds));
        of_cookie.into_iter().chain(of_view).min()
    }
}

impl fmt::Debug for SealedCookiesMut<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedCookiesMut")
            .field("purpose", &self.purpose)
            .field("keyring", &self.keyring)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
