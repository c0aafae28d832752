//! The views of a jar that seal and open values.

use std::fmt;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use super::cookie_jar::{CookieJar, Entry};
use super::removal::Removal;
use crate::cookie::{Cookie, CookieError, rounded_up_seconds};
use crate::encoding::Encoding;
use crate::protect::{
    Keyring, OpenError, OpenErrorKind, Opened, Purpose, SealError, SealErrorKind, Seconds, open,
    seal, sealed_len,
};

impl<'h> CookieJar<'h> {
    /// Returns a view of the jar that opens signed values: see the module
    /// [`protect`](crate::protect).
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::from_cookie_header("theme=dark")?;
    /// let error = jar.signed(&keyring).get("theme").unwrap_err(); // nobody signed it
    /// assert_eq!(error.to_string(), "cookie `theme`: not a signed value");
    ///
    /// jar.signed_mut(&keyring).set(("theme", "light"))?;
    /// let theme = jar.signed(&keyring).get("theme")?.expect("a cookie");
    /// assert_eq!(theme.value, "light");
    /// assert!(jar.get("theme").unwrap().contains(".light.")); // readable
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[cfg(feature = "signed")]
    #[doc(alias = "get_signed_cookie")]
    #[must_use]
    pub const fn signed<'j>(&'j self, keyring: &'j Keyring) -> SealedCookies<'j> {
        SealedCookies { jar: self, keyring, purpose: Purpose::Signed }
    }

    /// Returns a view of the jar that signs the values it sets: see the module
    /// [`protect`](crate::protect).
    #[cfg(feature = "signed")]
    #[doc(alias = "set_signed_cookie")]
    #[must_use]
    pub const fn signed_mut<'j>(&'j mut self, keyring: &'j Keyring) -> SealedCookiesMut<'j, 'h> {
        SealedCookiesMut { jar: self, keyring, purpose: Purpose::Signed, lifetime: None }
    }

    /// Returns a view of the jar that opens encrypted values: see the module
    /// [`protect`](crate::protect).
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;
    ///
    /// let user = jar.encrypted(&keyring).get(USER.name())?.expect("a cookie");
    /// assert_eq!(user.value, "Zoë");
    /// assert!(jar.get(USER.name()).unwrap().starts_with("1e")); // the jar shows the sealed value
    /// assert!(jar.encrypted(&keyring).get("user")?.is_none()); // another name
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[cfg(feature = "encrypted")]
    #[doc(alias = "private")]
    #[must_use]
    pub const fn encrypted<'j>(&'j self, keyring: &'j Keyring) -> SealedCookies<'j> {
        SealedCookies { jar: self, keyring, purpose: Purpose::Encrypted }
    }

    /// Returns a view of the jar that encrypts the values it sets: see the module
    /// [`protect`](crate::protect).
    #[cfg(feature = "encrypted")]
    #[doc(alias = "private_mut")]
    #[must_use]
    pub const fn encrypted_mut<'j>(&'j mut self, keyring: &'j Keyring) -> SealedCookiesMut<'j, 'h> {
        SealedCookiesMut { jar: self, keyring, purpose: Purpose::Encrypted, lifetime: None }
    }
}

/// The signed or the encrypted cookies of a jar, to read: returned by `CookieJar::signed` and
/// `CookieJar::encrypted`.
///
/// Each method has a form that takes the time, and one that reads the system's clock.
#[derive(Clone, Copy)]
pub struct SealedCookies<'j> {
    jar: &'j CookieJar<'j>,
    keyring: &'j Keyring,
    purpose: Purpose,
}

impl<'j> SealedCookies<'j> {
    /// Returns the cookie named `name`, or `None` if there is none. It borrows from the jar;
    /// [`Opened::into_owned`] lets the jar be changed while it is used.
    ///
    /// # Errors
    ///
    /// Those of [`get_at`](Self::get_at).
    pub fn get(&self, name: &str) -> Result<Option<Opened<'j>>, OpenError> {
        self.get_at(name, SystemTime::now())
    }

    /// Returns the cookie named `name` at a given time, or `None` if there is none.
    ///
    /// If several cookies have the name, it is the first that opens: see
    /// [there](crate::protect#several-cookies-of-one-name).
    ///
    /// # Errors
    ///
    /// [`OpenError`] if there are cookies of this name and none opens: that of the cookie that failed
    /// at the latest check, or the first of several.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "signed")] {
    /// use std::time::{Duration, SystemTime};
    /// use gingersnap::{Cookie, CookieJar};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let now = SystemTime::now();
    /// let later = |seconds| now + Duration::from_secs(seconds);
    ///
    /// let mut jar = CookieJar::new();
    /// let ticket = Cookie::new("ticket", "7").with_max_age(Duration::from_secs(600));
    /// jar.signed_mut(&keyring).set_at(ticket, now)?;
    ///
    /// let tickets = jar.signed(&keyring);
    /// assert!(!tickets.get_at("ticket", later(300))?.unwrap().needs_renewal);
    /// assert!(tickets.get_at("ticket", later(301))?.unwrap().needs_renewal);
    /// let error = tickets.get_at("ticket", later(600)).unwrap_err();
    /// assert_eq!(error.to_string(), "cookie `ticket`: expired 0 seconds ago");
    /// assert_eq!(tickets.get_at("token", now)?, None);
    /// # }
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    pub fn get_at(
        &self,
        name: &str,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        self.first(name, now.into(), None)
    }

    /// Returns the cookie named `name` if it was sealed at most `max_age` ago, or `None` if there is
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`get_within_at`](Self::get_within_at).
    pub fn get_within(
        &self,
        name: &str,
        max_age: Duration,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        self.get_within_at(name, max_age, SystemTime::now())
    }

    /// Returns the cookie named `name` at a given time if it was sealed at most `max_age` before: for
    /// what requires a fresher cookie than the rest, such as a change of password. Returns `None` if
    /// there is none.
    ///
    /// # Errors
    ///
    /// An [`OpenError`] of the kind `TooOld`, and those of [`get_at`](Self::get_at).
    pub fn get_within_at(
        &self,
        name: &str,
        max_age: Duration,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        self.first(name, now.into(), Some(max_age))
    }

    /// Returns the first cookie of a name that opens.
    fn first(
        &self,
        name: &str,
        now: SystemTime,
        max_age: Option<Duration>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        let now = Seconds::from_time(now);
        let mut closest: Option<OpenErrorKind> = None;
        for sealed in self.jar.entries_named(name).map(Entry::encoded_value) {
            match open(self.keyring, self.purpose, name, sealed, now, max_age) {
                Ok(opened) => return Ok(Some(opened)),
                Err(kind) => match &closest {
                    Some(other) if kind.progress() <= other.progress() => {}
                    _ => closest = Some(kind),
                },
            }
        }
        closest.map_or(Ok(None), |kind| Err(OpenError::new(name, kind)))
    }
}

impl fmt::Debug for SealedCookies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedCookies")
            .field("purpose", &self.purpose)
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}

/// The signed or the encrypted cookies of a jar, to set, renew and remove: returned by
/// `CookieJar::signed_mut` and `CookieJar::encrypted_mut`.
pub struct SealedCookiesMut<'j, 'h> {
    jar: &'j mut CookieJar<'h>,
    keyring: &'j Keyring,
    purpose: Purpose,
    /// Seconds.
    lifetime: Option<u64>,
}

/// Why a cookie was not renewed: it does not open, or it cannot be sealed again.
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
    /// Sets a lifetime for the values that this view seals: they stop opening after it, however long
    /// the browser keeps the cookie. Whole seconds, rounded up.
    ///
    /// A value stops opening, too, when the cookie's `Max-Age` ends, or its `Expires` if it has no
    /// `Max-Age`.
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
    /// From then on, the jar itself shows the sealed value, and its views show the plain one.
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

    /// Opens the cookie with the name of `cookie`, and seals it again if it is time
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

    /// Opens the cookie with the name of `cookie` at a given time, and seals it again if it is time,
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

    /// Removes a cookie, whether it opens or not; as [`CookieJar::remove`].
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::remove`].
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        self.jar.remove(removal)
    }

    fn set_sealed(&mut self, cookie: Cookie<'_>, now: Seconds) -> Result<(), SealError> {
        let seal_error = |cookie: &Cookie<'_>, kind| SealError::new(cookie.name(), kind);
        let refused = |error: CookieError| SealError {
            name: error.name,
            kind: SealErrorKind::Cookie(error.kind),
        };
        if cookie.is_removal() {
            return self.jar.set(cookie).map_err(refused);
        }
        self.check_size(&cookie).map_err(|kind| seal_error(&cookie, kind))?;
        let expires = self.expiry(&cookie, now);
        let (name, value) = (cookie.name(), cookie.value());
        let sealed = seal(self.keyring, self.purpose, name, value, now, expires)
            .map_err(|kind| seal_error(&cookie, kind))?;
        // What is sealed is not to be encoded once more.
        let sealed = cookie.with_value(sealed).with_encoding(Encoding::Raw);
        self.jar.set(sealed).map_err(refused)
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

    /// Returns when a value expires: as the browser computes it, or sooner by the lifetime.
    fn expiry(&self, cookie: &Cookie<'_>, now: Seconds) -> Option<Seconds> {
        let own = match (cookie.max_age(), cookie.expires()) {
            (Some(max_age), _) => Some(now.plus(max_age.as_secs())),
            (None, expires) => expires.map(Seconds::from_time),
        };
        let given = self.lifetime.map(|seconds| now.plus(seconds));
        own.into_iter().chain(given).min()
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
