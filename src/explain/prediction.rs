//! What a user agent stores.

use std::fmt;
use std::time::SystemTime;

use crate::cookie::{Flags, SameSite};
use crate::date;
use crate::user_agent::{Identity, NotSent, RequestContext, Retrieval, StoredScope, UserAgent};

/// What a user agent does with a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action<'a> {
    /// It stores the cookie, in place of one with the same identity.
    Store(Prediction<'a>),
    /// It removes the cookie with this identity, if it has one: the new one has expired already.
    Remove(Identity<'a>),
    /// It ignores the header.
    Refuse,
}

/// The cookie that a user agent stores. `Debug` masks the value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Prediction<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) value: &'a [u8],
    pub(super) expires: Option<SystemTime>,
    pub(super) flags: Flags,
}

impl<'a> Prediction<'a> {
    /// Returns the name, domain and path, and whether the cookie is partitioned.
    #[must_use]
    pub const fn identity(&self) -> &Identity<'a> {
        &self.identity
    }

    /// Returns the value as it was received: nothing is decoded, and quotes are part of it.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// Returns when the cookie expires, at most 400 days from now, or `None` for the end of the
    /// session.
    #[must_use]
    pub const fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Returns whether the cookie is sent over secure connections only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.flags.is_secure()
    }

    /// Returns whether scripts cannot read the cookie.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.flags.is_http_only()
    }

    /// Returns on which requests of other sites the cookie is sent. The standard treats `Unset` like
    /// `Lax`; some browsers treat it like `None`.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.flags.same_site()
    }

    /// Returns why the cookie would not be sent with a request; nothing if it would.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::user_agent::NotSent;
    /// use gingersnap::{RequestContext, UserAgent, explain};
    ///
    /// let (agent, now) = (UserAgent::new(), SystemTime::now());
    /// let login = RequestContext::parse("https://shop.example/account/login")?;
    /// let verdict = explain("sid=31d4; Secure", &login, now);
    /// let cookie = verdict.prediction().expect("nothing is wrong with it");
    ///
    /// let page = RequestContext::parse("https://shop.example/account/orders")?;
    /// assert_eq!(cookie.why_not_sent(&page, &agent, now), []);
    /// let other = RequestContext::parse("http://shop.example/")?;
    /// let reasons = cookie.why_not_sent(&other, &agent, now);
    /// assert_eq!(reasons, [NotSent::OtherPath, NotSent::NotSecure]);
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    #[must_use]
    pub fn why_not_sent(
        &self,
        context: &RequestContext<'_>,
        agent: &UserAgent,
        now: impl Into<SystemTime>,
    ) -> Vec<NotSent> {
        let now = now.into();
        let partition = self.identity.partition();
        Retrieval::new(context, agent).why_not(&StoredScope {
            domain: self.identity.domain().as_bytes(),
            is_host_only: self.identity.is_host_only(),
            path: self.identity.path(),
            flags: self.flags,
            has_expired: self.expires.is_some_and(|expires| expires <= now),
            is_in_partition: partition.is_some_and(|own| own == agent.partition_of(context)),
        })
    }
}

/// Writes, for instance, ``cookie `sid` for shop.example only, under /cart, until the session ends;
/// Secure, HttpOnly``.
impl fmt::Display for Prediction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, until ", self.identity)?;
        match self.expires.map(date::imf_fixdate) {
            None => f.write_str("the session ends")?,
            Some(Ok(date)) => date.fmt(f)?,
            Some(Err(_)) => f.write_str("a time after the year 9999")?,
        }
        let same_site = self.same_site().as_str().map(|value| format!("SameSite={value}"));
        let flags = [
            self.is_secure().then_some("Secure"),
            self.is_http_only().then_some("HttpOnly"),
            same_site.as_deref(),
            self.identity.is_partitioned().then_some("Partitioned"),
        ];
        let mut separator = "; ";
        for flag in flags.into_iter().flatten() {
            write!(f, "{separator}{flag}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Prediction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prediction")
            .field("identity", &self.identity)
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("expires", &self.expires.map(date::imf_fixdate))
            .field("secure", &self.is_secure())
            .field("http_only", &self.is_http_only())
            .field("same_site", &self.same_site())
            .finish()
    }
}
