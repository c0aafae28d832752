//! `SealedCookies`: the view that opens values.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::jar::cookie_jar::{CookieJar, Entry};
use crate::protect::{Keyring, OpenError, OpenErrorKind, Opened, Purpose, Seconds, open};

/// The signed or the encrypted cookies of a jar, to read: returned by `CookieJar::signed` and
/// `CookieJar::encrypted`.
///
/// Requires the feature `signed` or `encrypted`.
///
/// Each method has a form that takes the time, and one that reads the system's clock.
#[derive(Clone, Copy)]
pub struct SealedCookies<'j> {
    pub(super) jar: &'j CookieJar<'j>,
    pub(super) keyring: &'j Keyring,
    pub(super) purpose: Purpose,
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
    /// [several cookies of one name](crate::protect#several-cookies-of-one-name).
    ///
    /// # Errors
    ///
    /// [`OpenError`] if there are cookies of this name and none opens. Of several errors, it is that of
    /// the cookie that passed the most checks, and of the first of these.
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
        let sealed_values = self.jar.entries_named(name).map(Entry::encoded_value);
        first_that_opens(name, sealed_values, |sealed| {
            open(self.keyring, self.purpose, name, sealed, now, max_age)
        })
    }
}

/// Returns the first of several values of one name that opens. If none does, the error is that of the
/// value that came closest.
pub(super) fn first_that_opens<'j, V>(
    name: &str,
    values: impl IntoIterator<Item = V>,
    open: impl Fn(V) -> Result<Opened<'j>, OpenErrorKind>,
) -> Result<Option<Opened<'j>>, OpenError> {
    let mut closest: Option<OpenErrorKind> = None;
    for value in values {
        match open(value) {
            Ok(opened) => return Ok(Some(opened)),
            Err(kind) => match &closest {
                Some(other) if kind.progress() <= other.progress() => {}
                _ => closest = Some(kind),
            },
        }
    }
    closest.map_or(Ok(None), |kind| Err(OpenError::new(name, kind)))
}

impl fmt::Debug for SealedCookies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedCookies")
            .field("purpose", &self.purpose)
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}
