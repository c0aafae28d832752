//! `CookieJar`.

use std::fmt;

use super::changes::Changes;
use super::gate::Totals;
use super::received::{Came, Received};
use super::{Budget, Change, Policy};
use crate::header::Skipped;
use crate::limits::LimitError;

/// Bytes that each `Set-Cookie` field costs besides its value: `Set-Cookie: ` and CRLF.
const FIELD_LINE: usize = 14;

/// A dictionary of cookies that answers for both directions: what the request brought, and what
/// the response changes.
///
/// It borrows the request's headers only ([`into_owned`](Self::into_owned) copies them). `set` and
/// `remove` copy what they need. Values are plain text: they are decoded when read and encoded when
/// set, as the [`Policy`] says. `Debug` shows names alone.
///
/// A name that this response changed is read from the changes alone, the latest first; nothing of
/// that name that came in shows. The jar doesn't know the request's URL, so it can't tell which of
/// several cookies of one name the browser means; it has all of them, in the order that they came
/// ([`get_all`](Self::get_all)), and security must not rest on that order.
///
/// ```
/// use std::time::Duration;
/// use gingersnap::{Cookie, CookieJar};
///
/// let mut jar = CookieJar::from_cookie_header("color=red; visits=41")?;
/// let visits = jar.get("visits").and_then(|v| v.parse().ok()).unwrap_or(0_u32).saturating_add(1);
/// jar.set(Cookie::new("visits", visits.to_string()).with_max_age(Duration::from_secs(86_400)))?;
/// jar.remove("color")?;
///
/// assert_eq!(jar.get("visits"), Some("42")); // it sees its own changes
/// assert_eq!(jar.get("color"), None);
/// let fields: Vec<&str> = jar.set_cookie_headers().collect();
/// assert_eq!(fields, [
///     "visits=42; Max-Age=86400; Path=/",
///     "color=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
/// ]);
/// # Ok::<(), gingersnap::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct CookieJar<'h> {
    pub(super) policy: Policy,
    pub(super) received: Received<'h>,
    pub(super) changes: Changes,
    pub(super) totals: Totals,
}

/// A cookie of the jar.
#[derive(Clone, Copy)]
pub(super) enum Held<'j> {
    Set(Change<'j>),
    Came(Came<'j>),
}

impl<'j> Held<'j> {
    fn value(self) -> &'j str {
        match self {
            Self::Set(change) => change.value(),
            Self::Came(came) => came.value(),
        }
    }

    pub(super) fn raw(self) -> &'j str {
        match self {
            Self::Set(change) => change.raw(),
            Self::Came(came) => came.raw(),
        }
    }
}

impl CookieJar<'static> {
    /// A jar into which nothing came.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<'h> CookieJar<'h> {
    /// A jar of one `Cookie` field.
    ///
    /// # Errors
    ///
    /// [`LimitError::ReceivedBytes`] and [`LimitError::ReceivedPairs`]: never a silent truncation.
    pub fn from_cookie_header<F: AsRef<[u8]> + ?Sized>(field: &'h F) -> Result<Self, LimitError> {
        Policy::new().jar_from_cookie_header(field)
    }

    /// A jar of several `Cookie` fields, which are one list. They are walked more than once: an
    /// iterator of a `Vec` by reference is cheaper to clone than one that owns it, and for a
    /// `HeaderMap` there is [`from_headers`](Self::from_headers).
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::CookieJar;
    ///
    /// let jar = CookieJar::from_cookie_headers(["a=1; b=2", "c=3"])?;
    /// assert_eq!(jar.len(), 3);
    /// # Ok::<(), gingersnap::errors::LimitError>(())
    /// ```
    pub fn from_cookie_headers<F, I>(fields: I) -> Result<Self, LimitError>
    where
        F: AsRef<[u8]> + ?Sized + 'h,
        I: IntoIterator<Item = &'h F, IntoIter: Clone>,
    {
        Policy::new().jar_from_cookie_headers(fields)
    }

    #[inline]
    pub(super) fn of(policy: Policy, received: Received<'h>) -> Self {
        let (cookies, bytes) = received.totals();
        Self { policy, received, changes: Changes::default(), totals: Totals { cookies, bytes } }
    }

    /// The same jar, which outlives its request.
    #[must_use]
    pub fn into_owned(self) -> CookieJar<'static> {
        CookieJar {
            policy: self.policy,
            received: self.received.into_owned(),
            changes: self.changes,
            totals: self.totals,
        }
    }

    /// The jar's limits and encoding.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The value of the cookie of this name, as plain text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.first(name, Came::value, Held::value)
    }

    /// The value of the cookie of this name as it came, or as it will be sent.
    #[must_use]
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.first(name, Came::raw, Held::raw)
    }

    /// The values of all cookies of this name: those of the changes, the latest first, or else
    /// those that came in, in order.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name).map(Held::value)
    }

    /// Whether there is a cookie of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.first(name, |_| (), |_| ()).is_some()
    }

    /// How many cookies there are, each as often as [`iter`](Self::iter) has it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.received.standing().count() + self.set_changes().count()
    }

    /// Whether there are no cookies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.received.standing().next().is_none() && self.set_changes().next().is_none()
    }

    /// Names and plain values: what came in and stands, in order, then what was set, the latest
    /// first. Of each name, the first is what [`get`](Self::get) says.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let received = self.received.standing().map(|came| (came.name(), came.value()));
        received.chain(self.set_changes().map(|change| (change.name(), change.value())))
    }

    /// The pairs that came in and can't be read: why, and where.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        self.received.skipped()
    }

    /// The first cookie of a name, as one of these has it. Most jars are read before anything is
    /// changed, and then it goes through fewer hands.
    #[inline]
    fn first<'j, T>(
        &'j self,
        name: &str,
        came: impl Fn(Came<'j>) -> T,
        held: impl Fn(Held<'j>) -> T,
    ) -> Option<T> {
        if self.changes.len() == 0 {
            self.received.first_of(name).map(came)
        } else {
            self.all(name).next().map(held)
        }
    }

    /// All cookies of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = Held<'_>> {
        let changed = self.changes.named(name).filter(|change| !change.is_removal()).map(Held::Set);
        changed.chain(self.received.standing_of(name).map(Held::Came))
    }

    /// The changes that set a cookie, the latest first.
    fn set_changes(&self) -> impl Iterator<Item = Change<'_>> {
        self.changes.iter().rev().filter(|change| !change.is_removal())
    }

    /// The changes, in the order of the calls.
    #[must_use]
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = Change<'_>> {
        self.changes.iter()
    }

    /// The values of the `Set-Cookie` fields to send, one for each change, in order. Append each as
    /// a field of its own.
    #[must_use]
    pub fn set_cookie_headers(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.changes.iter().map(Change::set_cookie_header)
    }

    /// The same, as strings of exactly their size. It takes the jar, so that nothing is sent twice.
    pub fn into_set_cookie_headers(self) -> impl Iterator<Item = String> {
        self.changes.into_set_cookie_headers()
    }

    /// What the next request will carry, what this response adds, and which cookie is the largest.
    ///
    /// ```
    /// use gingersnap::CookieJar;
    ///
    /// let mut jar = CookieJar::from_cookie_header("color=red; visits=41")?;
    /// jar.set(("cart", "7,9"))?;
    /// assert_eq!(
    ///     jar.budget().to_string(),
    ///     "3 of 150 cookies and 32 of 8190 bytes with the next request, 32 bytes of Set-Cookie \
    ///      in this response; the largest is `cart` with 10",
    /// );
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[must_use]
    pub fn budget(&self) -> Budget<'_> {
        let received = self.received.largest().into_iter();
        let set = self.set_changes().map(|change| (change.name(), change.bytes()));
        Budget {
            cookies: self.totals.cookies,
            cookie_header_bytes: self.totals.cookie_header_bytes(),
            response_bytes: self.set_cookie_headers().map(|field| field.len() + FIELD_LINE).sum(),
            largest: received.chain(set).max_by_key(|&(_, bytes)| bytes),
            limits: *self.policy.limits(),
        }
    }
}

impl fmt::Debug for CookieJar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(|(name, _)| name).collect();
        f.debug_struct("CookieJar")
            .field("names", &names)
            .field("skipped", &self.skipped().len())
            .field("changes", &self.changes.len())
            .finish()
    }
}
