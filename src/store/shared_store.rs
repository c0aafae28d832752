//! `SharedStore`: a cookie store for several threads.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::SystemTime;

use super::change_feed::{ChangeFeed, Listeners};
use super::cookie_store::CookieStore;
use super::cookies_for::CookiesFor;
use super::import::{Imported, Record};
use super::outcome::Outcome;
use super::recorder::Recorder;
use super::scheduled::Group;
use super::site_cookies::{Exchange, SiteCookies};
use super::store_limits::StoreLimits;
use super::stored_cookie::StoredCookie;
use super::stripe::Stripe;
use crate::cookie::Cookie;
use crate::date::UnixMicros;
use crate::explain::{Verdict, explain_beside};
use crate::host::canonical_host;
use crate::user_agent::{Identity, NotSent, RequestContext, Retrieval, UserAgent};

/// A [`CookieStore`] that several threads use at once.
///
/// Requires the feature `store`.
///
/// It is locked by site: no operation waits while another site's cookies are worked on. Only finding a
/// site and scheduling what expires are shared, by each of 64 parts of the sites. Cookies are
/// returned as copies, so that no lock outlives a call.
///
/// What has expired leaves memory little by little, with the operations on other sites, and no reader
/// ever sees it. A limit over all sites is exact up to the operations that are going on; the cookie
/// that is evicted is the least recently used one of a part of the sites.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use std::time::SystemTime;
/// use gingersnap::RequestContext;
/// use gingersnap::store::SharedStore;
///
/// let store = SharedStore::new();
/// thread::scope(|scope| {
///     for site in ["https://a.example/", "https://b.example/"] {
///         let store = &store;
///         scope.spawn(move || {
///             let context = RequestContext::parse(site).expect("a URL");
///             store.receive_now(&context, ["sid=31d4"]);
///         });
///     }
/// });
/// assert_eq!(store.len(SystemTime::now()), 2);
/// ```
pub struct SharedStore {
    agent: UserAgent,
    limits: StoreLimits,
    stripes: Box<[Stripe]>,
    hash: RandomState,
    listeners: Listeners,
}

/// How many stripes there are.
const STRIPES: usize = 64;

/// How many sites are tried when a cookie is evicted, in case some are being worked on.
const EVICTION_TRIES: usize = 8;

impl SharedStore {
    /// Creates an empty store, with the [default](UserAgent::new) user agent and
    /// [limits](StoreLimits::DEFAULT). For others, see [`CookieStore::into_shared`].
    #[must_use]
    pub fn new() -> Self {
        CookieStore::new().into_shared()
    }

    /// Returns the user agent.
    #[must_use]
    pub const fn user_agent(&self) -> &UserAgent {
        &self.agent
    }

    /// Returns the limits.
    #[must_use]
    pub const fn limits(&self) -> &StoreLimits {
        &self.limits
    }

    /// Stores the cookies of a response; as [`CookieStore::receive`].
    pub fn receive<H: AsRef<[u8]>>(
        &self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
        now: impl Into<SystemTime>,
    ) -> Vec<Outcome> {
        // Read before the site is locked, since the iterator is the caller's code.
        let headers: Vec<H> = set_cookie_headers.into_iter().collect();
        let headers: Vec<&[u8]> = headers.iter().map(AsRef::as_ref).collect();
        self.store(context, now.into(), |site, exchange, recorder| {
            headers.iter().map(|header| site.receive(header, exchange, recorder)).collect()
        })
    }

    /// Stores the cookies of a response that arrives now; as [`receive`](Self::receive).
    pub fn receive_now<H: AsRef<[u8]>>(
        &self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
    ) -> Vec<Outcome> {
        self.receive(context, set_cookie_headers, SystemTime::now())
    }

    /// Stores a cookie by hand; as [`CookieStore::insert`].
    pub fn insert(
        &self,
        context: &RequestContext<'_>,
        cookie: &Cookie<'_>,
        now: impl Into<SystemTime>,
    ) -> Outcome {
        self.store(context, now.into(), |site, exchange, recorder| {
            site.insert(cookie, exchange, recorder)
        })
    }

    fn store<R>(
        &self,
        context: &RequestContext<'_>,
        now: SystemTime,
        store: impl FnOnce(&mut SiteCookies, &Exchange<'_>, &mut Recorder<'_>) -> R,
    ) -> R {
        let now = UnixMicros::from(now);
        let exchange = Exchange { context, agent: &self.agent, limits: &self.limits, now };
        self.change_or_add_site(context.host(), now, |site, recorder| {
            store(site, &exchange, recorder)
        })
    }

    /// Stores a cookie from a file; as [`CookieStore::import`].
    pub(super) fn import(&self, record: &Record<'_>, now: UnixMicros) -> Imported {
        if let Err(imported) = record.check(&self.agent, now) {
            return imported;
        }
        self.change_or_add_site(&record.domain, now, |site, recorder| {
            record.put_into(site, &self.limits, now, recorder)
        })
    }

    /// Changes the site of a host, or a new one, then drops what has expired and what exceeds the limit
    /// over all.
    fn change_or_add_site<R>(
        &self,
        host: &str,
        now: UnixMicros,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>) -> R,
    ) -> R {
        let key = self.agent.site_of(host);
        let stripe = self.stripe(key);
        let (key, site) = stripe.find_or_add(key);
        let result = self.change(stripe, &key, site, change);
        self.expire(stripe, now);
        self.evict();
        result
    }

    /// Changes the site of a host, if there is one.
    fn change_site<R>(
        &self,
        host: &str,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>) -> R,
    ) -> Option<R> {
        let key = self.agent.site_of(host);
        let stripe = self.stripe(key);
        let (key, site) = stripe.find(key)?;
        Some(self.change(stripe, &key, site, change))
    }

    fn stripe(&self, key: &str) -> &Stripe {
        let index = self.hash.hash_one(key) % STRIPES as u64;
        // OK because there are `STRIPES` of them.
        &self.stripes[usize::try_from(index).unwrap_or_default()]
    }

    /// Changes a site, and waits for its lock.
    fn change<R>(
        &self,
        stripe: &Stripe,
        key: &Arc<str>,
        site: Arc<Mutex<SiteCookies>>,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>) -> R,
    ) -> R {
        let locked = site.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, is_empty) = self.change_locked(stripe, key, locked, change);
        drop(site);
        if is_empty {
            stripe.drop_if_empty(key);
        }
        result
    }

    /// Changes a site unless it is being worked on, and returns whether it was changed.
    fn try_change(
        &self,
        stripe: &Stripe,
        key: &str,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>),
    ) -> bool {
        let Some((key, site)) = stripe.find(key) else { return false };
        let locked = match site.try_lock() {
            Ok(locked) => locked,
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let ((), is_empty) = self.change_locked(stripe, &key, locked, change);
        drop(site);
        if is_empty {
            stripe.drop_if_empty(&key);
        }
        true
    }

    /// Changes a site and unlocks it, counts and schedules what has changed, and returns whether the
    /// site is empty now.
    fn change_locked<R>(
        &self,
        stripe: &Stripe,
        key: &Arc<str>,
        mut site: MutexGuard<'_, SiteCookies>,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>) -> R,
    ) -> (R, bool) {
        let before = site.bounds();
        let mut recorder = Recorder::new(&self.listeners);
        let result = change(&mut site, &mut recorder);
        stripe.update(key, before, site.bounds(), &recorder);
        (result, site.is_empty())
    }

    /// Removes what has expired in a stripe, and in the one whose turn it is. A site that is being
    /// worked on is left to whoever does that.
    fn expire(&self, stripe: &Stripe, now: UnixMicros) {
        let turn = stripe.next_turn() % STRIPES;
        for stripe in [stripe, &self.stripes[turn]] {
            for key in stripe.due(now) {
                self.try_change(stripe, &key, |site, recorder| site.expire(now, recorder));
            }
        }
    }

    /// Evicts the least recently used cookies of the fullest stripe while there are too many in all.
    fn evict(&self) {
        let Some(max) = self.limits.total_cookies() else { return };
        if self.held() <= max as usize {
            return;
        }
        while self.held() > self.limits.total_cookies_kept() as usize {
            let fullest = self.stripes.iter().max_by_key(|stripe| stripe.held());
            let Some(stripe) = fullest else { return };
            let evict = |key: &Arc<str>| self.try_change(stripe, key, SiteCookies::evict_oldest);
            if !stripe.least_recently_used(EVICTION_TRIES).iter().any(evict) {
                // All of them are being worked on; the next operation evicts.
                return;
            }
        }
    }

    /// Returns how many cookies are in memory.
    fn held(&self) -> usize {
        self.stripes.iter().map(Stripe::held).sum()
    }

    /// Returns the `Cookie` header of a request; as [`CookieStore::cookie_header`].
    #[must_use]
    pub fn cookie_header(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Option<Vec<u8>> {
        let mut header = Vec::new();
        self.write_cookie_header(context, now, &mut header).then_some(header)
    }

    /// Returns the `Cookie` header of a request that is sent now; as
    /// [`cookie_header`](Self::cookie_header).
    #[must_use]
    pub fn cookie_header_now(&self, context: &RequestContext<'_>) -> Option<Vec<u8>> {
        self.cookie_header(context, SystemTime::now())
    }

    /// Appends the `Cookie` header of a request to `header`, and returns whether a cookie is sent; as
    /// [`CookieStore::write_cookie_header`].
    pub fn write_cookie_header(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
        header: &mut Vec<u8>,
    ) -> bool {
        let is_sent = self.select(context, now.into(), |cookies| cookies.push_to(header));
        is_sent.unwrap_or_default()
    }

    /// Returns the cookies that are sent with a request; as [`CookieStore::cookies_for`].
    #[must_use]
    pub fn cookies_for(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Vec<StoredCookie> {
        let cookies = self.select(context, now.into(), |cookies| cookies.cloned().collect());
        cookies.unwrap_or_default()
    }

    fn select<R>(
        &self,
        context: &RequestContext<'_>,
        now: SystemTime,
        take: impl FnOnce(CookiesFor<'_>) -> R,
    ) -> Option<R> {
        let now = UnixMicros::from(now);
        let retrieval = Retrieval::new(context, &self.agent);
        let key = retrieval.site().name;
        let exchange = Exchange { context, agent: &self.agent, limits: &self.limits, now };
        let result = self.change_site(key, |site, recorder| {
            let selection = site.select(&retrieval, &exchange, recorder);
            take(site.selected(&selection))
        });
        self.expire(self.stripe(key), now);
        result
    }

    /// Returns the first cookie of a name that would be sent with a request; as [`CookieStore::get`].
    #[must_use]
    pub fn get(
        &self,
        context: &RequestContext<'_>,
        name: impl AsRef<[u8]>,
        now: impl Into<SystemTime>,
    ) -> Option<StoredCookie> {
        let (name, now) = (name.as_ref(), UnixMicros::from(now.into()));
        let retrieval = Retrieval::new(context, &self.agent);
        self.change_site(context.host(), |site, _| {
            site.first_sent(&retrieval, context, &self.agent, name, now).cloned()
        })?
    }

    /// Returns what the store would do with a `Set-Cookie` header, and why; as
    /// [`CookieStore::explain`].
    #[must_use]
    pub fn explain<'a, H: AsRef<[u8]> + ?Sized>(
        &self,
        set_cookie_header: &'a H,
        context: &'a RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Verdict<'a> {
        let (agent, now, header) = (&self.agent, now.into(), set_cookie_header.as_ref());
        let exchange = Exchange { context, agent, limits: &self.limits, now: now.into() };
        explain_beside(header, context, agent, now, |cookie, identity, refuse| {
            self.change_site(context.host(), |site, _| {
                site.check(cookie, identity, &exchange, refuse);
            });
        })
    }

    /// Returns the cookies of a request's site, each with the reasons why it would not be sent; as
    /// [`CookieStore::why_not_sent`].
    #[must_use]
    pub fn why_not_sent(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Vec<(StoredCookie, Vec<NotSent>)> {
        let now = UnixMicros::from(now.into());
        let retrieval = Retrieval::new(context, &self.agent);
        let exchange = Exchange { context, agent: &self.agent, limits: &self.limits, now };
        let cookies = self.change_site(context.host(), |site, _| {
            let cookies = site.why_not_sent(&retrieval, &exchange);
            cookies.into_iter().map(|(cookie, reasons)| (cookie.clone(), reasons)).collect()
        });
        cookies.unwrap_or_default()
    }

    /// Calls a function with each cookie that has not expired, in no particular order. The sites are
    /// copied one after the other, and no lock is held while the function runs.
    pub fn for_each(&self, now: impl Into<SystemTime>, mut function: impl FnMut(&StoredCookie)) {
        let now = now.into();
        for site in self.sites() {
            self.site_cookies(&site, now).iter().for_each(&mut function);
        }
    }

    /// Returns the cookies of a host's site that have not expired; as
    /// [`CookieStore::iter_site`].
    #[must_use]
    pub fn site_cookies(&self, host: &str, now: impl Into<SystemTime>) -> Vec<StoredCookie> {
        let now = UnixMicros::from(now.into());
        let host = canonical_host(host);
        let cookies = self.change_site(&host, |site, _| site.iter(now).cloned().collect());
        cookies.unwrap_or_default()
    }

    /// Returns the cookies of a host that have not expired; as [`CookieStore::iter_host`].
    #[must_use]
    pub fn host_cookies(&self, host: &str, now: impl Into<SystemTime>) -> Vec<StoredCookie> {
        let mut cookies = self.site_cookies(host, now);
        let host = canonical_host(host);
        cookies.retain(|cookie| cookie.is_sent_to_host(&host));
        cookies
    }

    /// Returns how many cookies there are that have not expired.
    #[must_use]
    pub fn len(&self, now: impl Into<SystemTime>) -> usize {
        self.sum(now.into(), |_| 1)
    }

    /// Returns whether there is no cookie that has not expired.
    #[must_use]
    pub fn is_empty(&self, now: impl Into<SystemTime>) -> bool {
        self.len(now) == 0
    }

    /// Returns the bytes of the names, values, domains, paths and partitions of the cookies that have
    /// not expired.
    #[must_use]
    pub fn text_bytes(&self, now: impl Into<SystemTime>) -> usize {
        self.sum(now.into(), StoredCookie::text_bytes)
    }

    fn sum(&self, now: SystemTime, number: impl Fn(&StoredCookie) -> usize) -> usize {
        let now = UnixMicros::from(now);
        let sum_of = |site: Arc<str>| {
            self.change_site(&site, |site, _| site.iter(now).map(&number).sum::<usize>())
        };
        self.sites().into_iter().filter_map(sum_of).sum()
    }

    /// Removes the cookie with an identity, and returns it.
    pub fn remove(
        &self,
        identity: &Identity<'_>,
        now: impl Into<SystemTime>,
    ) -> Option<StoredCookie> {
        let now = UnixMicros::from(now.into());
        self.change_site(identity.domain(), |site, recorder| site.remove(identity, now, recorder))?
    }

    /// Removes the cookies of a host's site, and returns how many there were.
    pub fn remove_site(&self, host: &str, now: impl Into<SystemTime>) -> usize {
        let now = UnixMicros::from(now.into());
        self.remove_if_in(&canonical_host(host), now, |_| true)
    }

    /// Removes the cookies that were created in a range of times, and returns how many there were; as
    /// [`CookieStore::remove_created`].
    pub fn remove_created(
        &self,
        times: impl RangeBounds<SystemTime>,
        now: impl Into<SystemTime>,
    ) -> usize {
        let bounds: (Bound<SystemTime>, Bound<SystemTime>) =
            (times.start_bound().cloned(), times.end_bound().cloned());
        self.remove_if(now, |cookie| bounds.contains(&cookie.created()))
    }

    /// Removes the cookies that end with the session, and returns how many there were.
    pub fn end_session(&self) -> usize {
        // A cookie of the session never expires.
        self.remove_if_anywhere(UnixMicros::MIN, StoredCookie::is_session)
    }

    /// Removes all cookies.
    pub fn clear(&self) {
        self.remove_if_anywhere(UnixMicros::MIN, |_| true);
    }

    /// Removes the cookies that a condition is true for, and returns how many there were. The condition
    /// runs under the lock of the cookie's site, and must not use the store.
    pub fn remove_if(
        &self,
        now: impl Into<SystemTime>,
        condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        let now = UnixMicros::from(now.into());
        self.remove_if_anywhere(now, condition)
    }

    fn remove_if_anywhere(
        &self,
        now: UnixMicros,
        mut condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        self.sites().iter().map(|site| self.remove_if_in(site, now, &mut condition)).sum()
    }

    fn remove_if_in(
        &self,
        host: &str,
        now: UnixMicros,
        condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        let removed =
            self.change_site(host, |site, recorder| site.remove_if(now, condition, recorder));
        removed.unwrap_or_default()
    }

    /// Returns the sites that there are now.
    fn sites(&self) -> Vec<Arc<str>> {
        self.stripes.iter().flat_map(Stripe::keys).collect()
    }

    /// Returns a feed of the changes from now on, which holds up to `capacity` of them; as
    /// [`CookieStore::subscribe`].
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> ChangeFeed {
        self.listeners.subscribe(capacity)
    }

    /// Returns a copy, each site as it is at one moment.
    #[must_use]
    pub fn snapshot(&self) -> CookieStore {
        let sites = self.sites().into_iter().filter_map(|key| {
            let site = self.change_site(&key, |site, _| site.clone())?;
            Some((key, site))
        });
        CookieStore::from_sites(self.agent.clone(), self.limits, sites)
    }
}

impl CookieStore {
    /// Returns a store for several threads, with the same cookies, user agent and limits. The feeds of
    /// this store end.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::store::{CookieStore, StoreLimits};
    ///
    /// let store = CookieStore::new().with_limits(StoreLimits::CHROMIUM).into_shared();
    /// assert_eq!(store.limits(), &StoreLimits::CHROMIUM);
    /// ```
    #[must_use]
    pub fn into_shared(self) -> SharedStore {
        self.into()
    }
}

impl Default for SharedStore {
    fn default() -> Self {
        Self::new()
    }
}

/// Takes the cookies, the user agent and the limits of a store. Its feeds end.
impl From<CookieStore> for SharedStore {
    fn from(store: CookieStore) -> Self {
        let (agent, limits, sites) = store.into_sites();
        let shared = Self {
            agent,
            limits,
            stripes: std::iter::repeat_with(Stripe::default).take(STRIPES).collect(),
            hash: RandomState::new(),
            listeners: Listeners::default(),
        };
        for (key, cookies) in sites {
            shared.stripe(&key).insert(key, cookies);
        }
        shared
    }
}

impl fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedStore").field("cookies", &self.held()).finish_non_exhaustive()
    }
}
