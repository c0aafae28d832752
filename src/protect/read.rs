//! The views that read.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::error::OpenError;
use super::head::{Head, KeyId, Seconds};
use super::keyring::Keyring;
use super::scheme::{Scheme, Unopened};
use crate::byte::shown;
use crate::jar::CookieJar;

/// By how much the clocks of two machines may differ, in seconds.
const LEEWAY: u64 = 60;

/// The signed or the encrypted cookies of a jar, to read: see [`CookieJar::signed`] and
/// [`CookieJar::encrypted`].
///
/// Each way to read has a form that takes the time, and one that asks the system's clock.
#[derive(Clone, Copy)]
pub struct View<'j> {
    pub(super) jar: &'j CookieJar<'j>,
    pub(super) keyring: &'j Keyring,
    pub(super) scheme: &'static Scheme,
}

/// A sealed value, opened, with what was sealed beside it.
///
/// `Debug` masks the value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened<'j> {
    /// The plain value.
    pub value: Cow<'j, str>,
    /// When it was sealed, in whole seconds.
    pub issued_at: SystemTime,
    /// When it expires, in whole seconds; `None` is never.
    pub expires_at: Option<SystemTime>,
    /// Whether it is time to set it again: it was sealed with a retired key, or more than half of
    /// the time from its issue to its expiry is over.
    pub needs_renewal: bool,
}

impl<'j> View<'j> {
    /// The cookie of this name, now; `None` is missing. See [`get_at`](Self::get_at).
    ///
    /// # Errors
    ///
    /// Those of [`get_at`](Self::get_at).
    pub fn get(&self, name: &str) -> Result<Option<Opened<'j>>, OpenError> {
        self.get_at(name, SystemTime::now())
    }

    /// The cookie of this name as it is at a time; `None` is missing.
    ///
    /// Where several have the name, it is the first that opens: see
    /// [there](super#several-cookies-of-one-name).
    ///
    /// # Errors
    ///
    /// [`OpenError`] where there are cookies of this name and none opens. It is that of the one
    /// that came closest, and the first of those.
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
    /// assert_eq!(error.to_string(), "cookie `ticket` expired 0 seconds ago");
    /// assert_eq!(tickets.get_at("token", now)?, None); // missing
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_at(
        &self,
        name: &str,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        self.first(name, now.into(), None)
    }

    /// The cookie of this name, now, if it was sealed no longer ago than `max_age`; `None` is
    /// missing. See [`get_within_at`](Self::get_within_at).
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

    /// The cookie of this name as it is at a time, if it was sealed no longer ago than `max_age`:
    /// for what asks for a fresher cookie than the rest, such as a change of password. `None` is
    /// missing.
    ///
    /// # Errors
    ///
    /// [`OpenError::TooOld`], and those of [`get_at`](Self::get_at).
    pub fn get_within_at(
        &self,
        name: &str,
        max_age: Duration,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        self.first(name, now.into(), Some(max_age))
    }

    /// The first cookie of a name that opens.
    fn first(
        &self,
        name: &str,
        now: SystemTime,
        max_age: Option<Duration>,
    ) -> Result<Option<Opened<'j>>, OpenError> {
        let now = Seconds::of(now);
        let mut closest: Option<OpenError> = None;
        for text in self.jar.get_all_raw(name) {
            match self.open(name, text, now, max_age) {
                Ok(opened) => return Ok(Some(opened)),
                Err(error) => {
                    if closest.as_ref().is_none_or(|other| error.progress() > other.progress()) {
                        closest = Some(error);
                    }
                }
            }
        }
        closest.map_or(Ok(None), Err)
    }

    fn open(
        &self,
        name: &str,
        text: &'j str,
        now: Seconds,
        max_age: Option<Duration>,
    ) -> Result<Opened<'j>, OpenError> {
        let purpose = self.scheme.purpose;
        let cookie = || shown(name.as_bytes());
        let malformed = || OpenError::Malformed { cookie: cookie(), purpose };
        let head = Head::read(text, purpose).ok_or_else(malformed)?;
        let mut found = None;
        for (key, retired) in self.keyring.opening(head.key) {
            let opened = (self.scheme.open)(key, &head, name, text);
            let done = opened.is_ok();
            found = Some(opened.map(|value| (value, retired)));
            if done {
                break;
            }
        }
        let (value, retired) = match found {
            Some(Ok(found)) => found,
            Some(Err(Unopened::Malformed)) => return Err(malformed()),
            Some(Err(Unopened::Tampered)) => {
                return Err(OpenError::Tampered { cookie: cookie() });
            }
            None => {
                let key = KeyId::read(head.key).ok_or_else(malformed)?;
                return Err(OpenError::UnknownKey { cookie: cookie(), key });
            }
        };
        check_times(&head, now, max_age, cookie)?;
        Ok(Opened {
            value,
            issued_at: head.issued.time(),
            expires_at: head.expires.map(Seconds::time),
            needs_renewal: retired || head.is_past_half(now),
        })
    }
}

/// Whether what was opened is of this time. Only now can its times be trusted.
fn check_times(
    head: &Head,
    now: Seconds,
    max_age: Option<Duration>,
    cookie: impl Fn() -> String,
) -> Result<(), OpenError> {
    let ahead = head.issued.since(now);
    if ahead > LEEWAY {
        let ahead = Duration::from_secs(ahead);
        return Err(OpenError::IssuedInFuture { cookie: cookie(), ahead });
    }
    if let Some(expires) = head.expires
        && expires <= now
    {
        let ago = Duration::from_secs(now.since(expires));
        return Err(OpenError::Expired { cookie: cookie(), ago });
    }
    let age = Duration::from_secs(now.since(head.issued));
    match max_age {
        Some(max_age) if age > max_age => Err(OpenError::TooOld { cookie: cookie(), age, max_age }),
        _ => Ok(()),
    }
}

impl Opened<'_> {
    /// The same, owning its value: the jar can be changed while it is held.
    #[must_use]
    pub fn into_owned(self) -> Opened<'static> {
        Opened { value: Cow::Owned(self.value.into_owned()), ..self }
    }
}

impl fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .field("needs_renewal", &self.needs_renewal)
            .finish()
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("purpose", &self.scheme.purpose)
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}
