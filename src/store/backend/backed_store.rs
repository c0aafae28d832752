//! `BackedStore`: a cookie store whose cookies are in an engine.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::engine::Backend;
use super::error::BackendError;
use super::part::{changes, join};
use super::part_store::{ATTEMPTS, Access, PartScope, PartStore, too_many_conflicts};
use super::turns::Turns;
use crate::cookie::Cookie;
use crate::date::UnixMicros;
use crate::explain::{Verdict, explain_beside};
use crate::host::canonical_host;
#[cfg(feature = "encrypted")]
use crate::protect::Keyring;
use crate::store::change_feed::Listeners;
use crate::store::recorder::Recorder;
use crate::store::site_cookies::{Exchange, SiteCookies};
use crate::store::{ChangeFeed, Outcome, StoreLimits, StoredCookie};
use crate::user_agent::{Identity, NotSent, RequestContext, Retrieval, UserAgent};

/// A cookie store whose cookies are in an engine, which other processes and machines can use at the
/// same time: see [the module](super).
///
/// Requires the feature `store`.
///
/// A clone uses the same engine, cache and change feeds. With another user agent or keyring, it gets a
/// cache of its own.
///
/// Tasks that change one site at once through clones of a store take turns. Poll each future until it is
/// done, or drop it: a future that is kept and not polled can have the turn, and others wait for it.
#[derive(Clone)]
pub struct BackedStore {
    parts: PartStore,
    agent: UserAgent,
    limits: StoreLimits,
    listeners: Arc<Listeners>,
    turns: Arc<Turns>,
    /// In microseconds.
    access_interval: i64,
}

impl BackedStore {
    /// Creates a store with an engine, without a cache.
    #[must_use]
    pub fn new(engine: impl Backend + 'static) -> Self {
        Self {
            parts: PartStore::new(engine),
            agent: UserAgent::default(),
            limits: StoreLimits::default(),
            listeners: Arc::default(),
            turns: Arc::default(),
            access_interval: 60_000_000,
        }
    }

    /// Sets the user agent that the store is part of. All stores that share an engine need the same
    /// settings and the same list of public suffixes, since cookies are found by their site.
    #[must_use]
    pub fn with_user_agent(mut self, agent: UserAgent) -> Self {
        self.agent = agent;
        self.parts.leave_cache();
        self
    }

    /// Sets the limits. The limit for the cookies of all sites together does not apply to an engine.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Caches up to `max_parts` [parts of sites](super#parts), but at least the two of a request, for
    /// `time_to_live`. In that time, operations that only read do not ask the engine again.
    ///
    /// A request may then lack a cookie that another process has received, or send one that another
    /// process has removed. Changes through this store are visible at once, and operations that change
    /// cookies always ask the engine. Without this call, or if one of the numbers is zero, there is no
    /// cache.
    #[must_use]
    pub fn with_cache(mut self, max_parts: usize, time_to_live: Duration) -> Self {
        self.parts.set_cache(max_parts, time_to_live);
        self
    }

    /// Sets how much time must pass before a cookie's time of last use is written to the engine again;
    /// one minute if this is not called. Times of last use only decide which cookies are evicted.
    #[must_use]
    pub fn with_access_interval(mut self, interval: Duration) -> Self {
        self.access_interval = i64::try_from(interval.as_micros()).unwrap_or(i64::MAX);
        self
    }

    /// Seals the values of cookies before they leave the process, with the primary key of a keyring, and
    /// opens them with all of its keys.
    ///
    /// Requires the feature `encrypted`.
    ///
    /// A value is bound to the cookie's name, domain, path, partition, flags and expiry, which stay
    /// readable. Whoever can write to the engine can put back an earlier value of the same cookie, and
    /// delete cookies.
    ///
    /// A cookie whose value does not open is not sent, and stays in the engine until it expires or is
    /// replaced. Its key may have left the keyring, or the cookie was stored without a keyring. A store
    /// without a keyring would send sealed values as they are, so all stores that share an engine need one.
    #[cfg(feature = "encrypted")]
    #[must_use]
    pub fn with_keyring(mut self, keyring: Keyring) -> Self {
        self.parts.set_keyring(keyring);
        self
    }

    /// Returns the user agent that the store is part of.
    #[must_use]
    pub const fn user_agent(&self) -> &UserAgent {
        &self.agent
    }

    /// Returns the limits.
    #[must_use]
    pub const fn limits(&self) -> &StoreLimits {
        &self.limits
    }

    /// Stores the cookies of a response's `Set-Cookie` headers, and returns what became of each; like
    /// [`CookieStore::receive`](crate::store::CookieStore::receive).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read or written.
    pub async fn receive<H: AsRef<[u8]>>(
        &self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
        now: impl Into<SystemTime>,
    ) -> Result<Vec<Outcome>, BackendError> {
        let headers = set_cookie_headers.into_iter().map(|header| header.as_ref().to_vec());
        let headers: Vec<Vec<u8>> = headers.collect();
        if headers.is_empty() {
            return Ok(Vec::new());
        }
        self.change_for_request(context, now.into(), |site, exchange, recorder| {
            headers.iter().map(|header| site.receive(header, exchange, recorder)).collect()
        })
        .await
    }

    /// Stores the cookies of a response's `Set-Cookie` headers at the current time.
    ///
    /// # Errors
    ///
    /// Those of [`receive`](Self::receive).
    pub async fn receive_now<H: AsRef<[u8]>>(
        &self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
    ) -> Result<Vec<Outcome>, BackendError> {
        self.receive(context, set_cookie_headers, SystemTime::now()).await
    }

    /// Stores a cookie that is given by hand, as if a response had set it; like
    /// [`CookieStore::insert`](crate::store::CookieStore::insert).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read or written.
    pub async fn insert(
        &self,
        context: &RequestContext<'_>,
        cookie: &Cookie<'_>,
        now: impl Into<SystemTime>,
    ) -> Result<Outcome, BackendError> {
        self.change_for_request(context, now.into(), |site, exchange, recorder| {
            site.insert(cookie, exchange, recorder)
        })
        .await
    }

    async fn change_for_request<R: Send>(
        &self,
        context: &RequestContext<'_>,
        now: SystemTime,
        store: impl Fn(&mut SiteCookies, &Exchange<'_>, &mut Recorder<'_>) -> R + Send + Sync,
    ) -> Result<R, BackendError> {
        let partition = self.agent.partition_of(context);
        let exchange = self.exchange(context, now);
        let partitions = [None, Some(partition.as_str())];
        self.change(
            context.host(),
            PartScope::Parts(&partitions),
            exchange.now,
            |site, recorder| store(site, &exchange, recorder),
        )
        .await
    }

    /// Returns the `Cookie` header of a request, or `None` if no cookie is sent; like
    /// [`CookieStore::cookie_header`](crate::store::CookieStore::cookie_header).
    ///
    /// It is no error if the engine cannot be written: then it does not know that the cookies were used.
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn cookie_header(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        let exchange = self.exchange(context, now.into());
        let partition = self.agent.partition_of(context);
        let partitions = [None, Some(partition.as_str())];
        let interval = self.access_interval;
        let site = self.agent.site_of(context.host());
        let send = |site: &mut SiteCookies, recorder: &mut Recorder<'_>, used: &mut Vec<_>| {
            let retrieval = Retrieval::new(context, &self.agent);
            site.expire(exchange.now, recorder);
            let before: Vec<UnixMicros> = site.all().map(last_accessed).collect();
            let selection = site.select(&retrieval, &exchange, recorder);
            let with_times = site.all().zip(before);
            let is_due = |(cookie, before): &(&StoredCookie, UnixMicros)| {
                let after = last_accessed(cookie);
                after != *before && after.as_micros().saturating_sub(before.as_micros()) >= interval
            };
            used.extend(with_times.filter(is_due).map(|(cookie, _)| cookie.clone()));
            let mut header = Vec::new();
            site.selected(&selection).push_to(&mut header).then_some(header)
        };
        self.run(site, PartScope::Parts(&partitions), exchange.now, Access::Read, send).await
    }

    /// Returns the `Cookie` header of a request at the current time.
    ///
    /// # Errors
    ///
    /// Those of [`cookie_header`](Self::cookie_header).
    pub async fn cookie_header_now(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        self.cookie_header(context, SystemTime::now()).await
    }

    /// Returns the first cookie of a name that would be sent with a request; like
    /// [`CookieStore::get`](crate::store::CookieStore::get).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn get(
        &self,
        context: &RequestContext<'_>,
        name: impl AsRef<[u8]>,
        now: impl Into<SystemTime>,
    ) -> Result<Option<StoredCookie>, BackendError> {
        let (name, now) = (name.as_ref().to_vec(), UnixMicros::from(now.into()));
        let site = self.read_for_request(context, now).await?;
        let retrieval = Retrieval::new(context, &self.agent);
        Ok(site.first_sent(&retrieval, context, &self.agent, &name, now).cloned())
    }

    /// Explains what would become of a `Set-Cookie` header beside the stored cookies; like
    /// [`CookieStore::explain`](crate::store::CookieStore::explain).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn explain<'a, H: AsRef<[u8]> + ?Sized + Sync>(
        &self,
        set_cookie_header: &'a H,
        context: &'a RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Result<Verdict<'a>, BackendError> {
        let now = now.into();
        let exchange = self.exchange(context, now);
        let site = self.read_for_request(context, exchange.now).await?;
        let header = set_cookie_header.as_ref();
        Ok(explain_beside(header, context, &self.agent, now, |cookie, identity, refuse| {
            site.check(cookie, identity, &exchange, refuse);
        }))
    }

    /// Returns each cookie of a request's site, and why it is not sent with the request; like
    /// [`CookieStore::why_not_sent`](crate::store::CookieStore::why_not_sent).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn why_not_sent(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Result<Vec<(StoredCookie, Vec<NotSent>)>, BackendError> {
        let exchange = self.exchange(context, now.into());
        let site = self.agent.site_of(context.host());
        let site = self.read(site, PartScope::All, exchange.now).await?;
        let retrieval = Retrieval::new(context, &self.agent);
        let cookies = site.why_not_sent(&retrieval, &exchange).into_iter();
        Ok(cookies.map(|(cookie, why)| (cookie.clone(), why)).collect())
    }

    /// Returns the cookies of a host's site that have not expired; like
    /// [`CookieStore::iter_site`](crate::store::CookieStore::iter_site).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn site_cookies(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
    ) -> Result<Vec<StoredCookie>, BackendError> {
        let now = UnixMicros::from(now.into());
        let host = canonical_host(host);
        let site = self.read(self.agent.site_of(&host), PartScope::All, now).await?;
        Ok(site.iter(now).cloned().collect())
    }

    /// Removes the cookie with an identity, unless it has expired, and returns it.
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read or written.
    pub async fn remove(
        &self,
        identity: &Identity<'_>,
        now: impl Into<SystemTime>,
    ) -> Result<Option<StoredCookie>, BackendError> {
        let now = UnixMicros::from(now.into());
        let scope = [identity.partition()];
        self.change(identity.domain(), PartScope::Parts(&scope), now, |site, recorder| {
            site.remove(identity, now, recorder)
        })
        .await
    }

    /// Removes all cookies of a host's site, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read or written.
    pub async fn remove_site(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
    ) -> Result<usize, BackendError> {
        self.remove_if(host, now, |_| true).await
    }

    /// Removes the cookies of a host's site for which `condition` returns true, and returns how many
    /// there were. If others change the site meanwhile, the condition is asked again.
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read or written.
    pub async fn remove_if(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
        condition: impl Fn(&StoredCookie) -> bool + Send + Sync,
    ) -> Result<usize, BackendError> {
        let now = UnixMicros::from(now.into());
        let host = canonical_host(host);
        self.change(&host, PartScope::All, now, |site, recorder| {
            site.remove_if(now, &condition, recorder)
        })
        .await
    }

    /// Returns a feed of the changes that are made through this store from now on, with room for
    /// `capacity` changes; like [`CookieStore::subscribe`](crate::store::CookieStore::subscribe).
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> ChangeFeed {
        self.listeners.subscribe(capacity)
    }

    fn exchange<'x>(&'x self, context: &'x RequestContext<'x>, now: SystemTime) -> Exchange<'x> {
        Exchange { context, agent: &self.agent, limits: &self.limits, now: now.into() }
    }

    /// Runs an operation that changes parts of a host's site, and starts it again after each conflict.
    async fn change<R: Send>(
        &self,
        host: &str,
        scope: PartScope<'_>,
        now: UnixMicros,
        change: impl Fn(&mut SiteCookies, &mut Recorder<'_>) -> R + Send + Sync,
    ) -> Result<R, BackendError> {
        let site = self.agent.site_of(host);
        let change = |site: &mut SiteCookies, recorder: &mut Recorder<'_>, _: &mut Vec<_>| {
            change(site, recorder)
        };
        self.run(site, scope, now, Access::Change, change).await
    }

    /// Runs an operation on parts of a site. The operation adds the cookies whose time of last use must be
    /// written to its last argument.
    async fn run<R: Send>(
        &self,
        site: &str,
        scope: PartScope<'_>,
        now: UnixMicros,
        access: Access,
        operation: impl Fn(&mut SiteCookies, &mut Recorder<'_>, &mut Vec<StoredCookie>) -> R
        + Send
        + Sync,
    ) -> Result<R, BackendError> {
        let mut turn = None;
        for attempt in 0..ATTEMPTS {
            // At the first attempt, others hardly ever change the same site.
            if attempt > 0 && turn.is_none() {
                turn = self.turns.wait(site).await;
            }
            match self.try_run(site, scope, now, access, &operation).await {
                Ok(Some(result)) => return Ok(result),
                Ok(None) => {}
                Err(error) => {
                    if let Some(turn) = turn {
                        turn.call_off();
                    }
                    return Err(error);
                }
            }
        }
        Err(too_many_conflicts(site))
    }

    /// Runs an operation once. Returns `None` after a conflict, unless the operation only reads.
    async fn try_run<R: Send>(
        &self,
        site: &str,
        scope: PartScope<'_>,
        now: UnixMicros,
        access: Access,
        operation: &(
             impl Fn(&mut SiteCookies, &mut Recorder<'_>, &mut Vec<StoredCookie>) -> R + Send + Sync
         ),
    ) -> Result<Option<R>, BackendError> {
        let parts = self.parts.load(site, scope, &self.agent, now, access).await?;
        let (result, changed, recorded) = {
            let mut cookies = join(&parts);
            let listeners = Listeners::default();
            let feed = listeners.subscribe(usize::MAX);
            let mut used = Vec::new();
            let result = operation(&mut cookies, &mut Recorder::new(&listeners), &mut used);
            let recorded = feed.drain();
            (result, changes(&parts, &recorded, &used), recorded)
        };
        let is_made = changed.is_empty()
            || match self.parts.apply(site, changed, now).await {
                Err(_) if access == Access::Read => false,
                is_made => is_made?,
            };
        if is_made {
            for change in recorded {
                self.listeners.tell(|| change);
            }
        }
        Ok((is_made || access == Access::Read).then_some(result))
    }

    /// Returns the cookies of parts of a site, for reading.
    async fn read(
        &self,
        site: &str,
        scope: PartScope<'_>,
        now: UnixMicros,
    ) -> Result<SiteCookies, BackendError> {
        Ok(join(&self.parts.load(site, scope, &self.agent, now, Access::Read).await?))
    }

    /// Returns the cookies of the parts of a site that a request concerns, for reading.
    async fn read_for_request(
        &self,
        context: &RequestContext<'_>,
        now: UnixMicros,
    ) -> Result<SiteCookies, BackendError> {
        let partition = self.agent.partition_of(context);
        let scope = [None, Some(partition.as_str())];
        self.read(self.agent.site_of(context.host()), PartScope::Parts(&scope), now).await
    }
}

fn last_accessed(cookie: &StoredCookie) -> UnixMicros {
    cookie.times().accessed
}

impl fmt::Debug for BackedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackedStore")
            .field("user_agent", &self.agent)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
