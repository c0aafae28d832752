//! `CookieStore`: the cookies of a client.

use std::ops::{Bound, RangeBounds};
use std::sync::Arc;
use std::time::SystemTime;

use super::change_feed::{ChangeFeed, Listeners};
use super::cookies_for::CookiesFor;
use super::outcome::Outcome;
use super::recorder::{Recorder, Totals};
use super::scheduled::Scheduled;
use super::site_cookies::{Exchange, SiteCookies};
use super::store_limits::StoreLimits;
use super::stored_cookie::StoredCookie;
use crate::cookie::Cookie;
use crate::date::UnixMicros;
use crate::explain::{Verdict, explain_beside};
use crate::host::canonical_host;
use crate::user_agent::{Identity, NotSent, RequestContext, Retrieval, UserAgent};

/// The cookies that a client has received, and sends back: a browser's cookie store.
///
/// Requires the feature `store`.
///
/// The store follows RFC 6265bis, sections 5.7 and 5.8. It is kept by site: each operation looks at
/// the cookies of one site, however many there are in all. Names and values are bytes, and are sent
/// as they were received. For several threads, there is [`SharedStore`](super::SharedStore).
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::RequestContext;
/// use gingersnap::store::CookieStore;
///
/// let mut store = CookieStore::new();
/// let login = RequestContext::parse("https://shop.example/login")?;
/// let outcomes = store.receive(&login, ["sid=31d4; Path=/; Secure; HttpOnly"], SystemTime::now());
/// assert!(outcomes[0].is_stored());
///
/// let cart = RequestContext::parse("https://shop.example/cart")?;
/// assert_eq!(store.cookie_header(&cart, SystemTime::now()), Some(b"sid=31d4".to_vec()));
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CookieStore {
    agent: UserAgent,
    limits: StoreLimits,
    sites: Scheduled<SiteCookies>,
    totals: Totals,
    listeners: Listeners,
}

impl CookieStore {
    /// Creates an empty store, with the [default](UserAgent::new) user agent and
    /// [limits](StoreLimits::DEFAULT).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a store of sites.
    pub(super) fn from_sites(
        agent: UserAgent,
        limits: StoreLimits,
        sites: impl IntoIterator<Item = (Arc<str>, SiteCookies)>,
    ) -> Self {
        let mut store = Self::new().with_user_agent(agent).with_limits(limits);
        for (key, cookies) in sites {
            cookies.all().for_each(|cookie| store.totals.add(cookie));
            store.sites.change_or_insert(&key, |site| *site = cookies);
        }
        store
    }

    /// Returns the user agent, the limits and the sites.
    pub(super) fn into_sites(
        self,
    ) -> (UserAgent, StoreLimits, impl Iterator<Item = (Arc<str>, SiteCookies)>) {
        (self.agent, self.limits, self.sites.into_groups())
    }

    /// Sets the user agent: the list of public suffixes, whether loopback is trusted, and whether
    /// cookies are accepted. Only for an empty store, since a site depends on the list.
    ///
    /// # Panics
    ///
    /// If the store has cookies, expired or not.
    #[must_use]
    pub fn with_user_agent(mut self, agent: UserAgent) -> Self {
        assert!(self.sites.is_empty(), "the user agent is set before cookies are stored");
        self.agent = agent;
        self
    }

    /// Sets the limits. They are applied when a cookie is stored.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
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

    /// Stores the cookies of a response, given the values of its `Set-Cookie` headers, in order; a
    /// response of any status, and each response before a redirect.
    ///
    /// Returns what was done with each header.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::RequestContext;
    /// use gingersnap::store::{CookieStore, Outcome};
    /// use gingersnap::user_agent::Reason;
    ///
    /// let mut store = CookieStore::new();
    /// let context = RequestContext::parse("https://shop.example/")?;
    /// let headers = ["lang=de", "embed=1; SameSite=None"];
    /// let outcomes = store.receive(&context, headers, SystemTime::now());
    /// assert_eq!(outcomes[0], Outcome::Stored);
    /// assert_eq!(outcomes[1].reasons(), [Reason::SameSiteNone]);
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    pub fn receive<H: AsRef<[u8]>>(
        &mut self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
        now: impl Into<SystemTime>,
    ) -> Vec<Outcome> {
        // The iterator and the headers are the caller's, and may panic: before anything changes.
        let headers: Vec<H> = set_cookie_headers.into_iter().collect();
        for header in &headers {
            let _ = header.as_ref();
        }
        self.store(context, now.into(), |site, exchange, recorder| {
            headers.iter().map(|header| site.receive(header.as_ref(), exchange, recorder)).collect()
        })
    }

    /// Stores the cookies of a response that arrives now; as [`receive`](Self::receive).
    pub fn receive_now<H: AsRef<[u8]>>(
        &mut self,
        context: &RequestContext<'_>,
        set_cookie_headers: impl IntoIterator<Item = H>,
    ) -> Vec<Outcome> {
        self.receive(context, set_cookie_headers, SystemTime::now())
    }

    /// Stores a cookie by hand, under the same rules as if a response to `context` had set it; the
    /// host need not have been visited. The value is stored as it is written: encoded by the
    /// cookie's own encoding, or as it is if it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::{Cookie, RequestContext};
    /// use gingersnap::store::CookieStore;
    ///
    /// let mut store = CookieStore::new();
    /// let api = RequestContext::parse("https://api.example/")?;
    /// let token = Cookie::new("__Host-token", "b27b").with_secure(true);
    /// assert!(store.insert(&api, &token, SystemTime::now()).is_stored());
    /// assert_eq!(store.cookie_header(&api, SystemTime::now()), Some(b"__Host-token=b27b".to_vec()));
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    pub fn insert(
        &mut self,
        context: &RequestContext<'_>,
        cookie: &Cookie<'_>,
        now: impl Into<SystemTime>,
    ) -> Outcome {
        self.store(context, now.into(), |site, exchange, recorder| {
            site.insert(cookie, exchange, recorder)
        })
    }

    /// Stores something at the site of a request, then evicts what exceeds the limit over all.
    fn store<R>(
        &mut self,
        context: &RequestContext<'_>,
        now: SystemTime,
        store: impl FnOnce(&mut SiteCookies, &Exchange<'_>, &mut Recorder<'_>) -> R,
    ) -> R {
        let now = UnixMicros::from(now);
        let (agent, limits) = (self.agent.clone(), self.limits);
        let exchange = Exchange { context, agent: &agent, limits: &limits, now };
        self.change_site(context.host(), now, |site, recorder| store(site, &exchange, recorder))
    }

    /// Changes the site of a host, or a new one, then drops what has expired and what exceeds the limit
    /// over all.
    pub(super) fn change_site<R>(
        &mut self,
        host: &str,
        now: UnixMicros,
        change: impl FnOnce(&mut SiteCookies, &mut Recorder<'_>) -> R,
    ) -> R {
        let mut recorder = Recorder::new(&self.listeners);
        let site = self.agent.site_of(host);
        let result = self.sites.change_or_insert(site, |site| change(site, &mut recorder));
        self.totals.apply(&recorder);
        self.expire(now);
        self.evict();
        result
    }

    /// Removes the cookies of all sites that have expired.
    fn expire(&mut self, now: UnixMicros) {
        let mut recorder = Recorder::new(&self.listeners);
        self.sites.change_due(now, |site| site.expire(now, &mut recorder));
        self.totals.apply(&recorder);
    }

    /// Evicts the least recently used cookies while there are too many in all.
    fn evict(&mut self) {
        let Some(max) = self.limits.total_cookies() else { return };
        if self.totals.cookies <= max as usize {
            return;
        }
        while self.totals.cookies > self.limits.total_cookies_kept() as usize {
            let mut recorder = Recorder::new(&self.listeners);
            if !self.sites.change_least_recently_used(|site| site.evict_oldest(&mut recorder)) {
                break;
            }
            self.totals.apply(&recorder);
        }
    }

    /// Returns the `Cookie` header of a request, or `None` if no cookie is sent. Marks the cookies as
    /// used.
    ///
    /// The header has the cookies in the order of RFC 6265bis, section 5.8.3: those with longer paths
    /// first, then those that were created earlier.
    #[must_use]
    pub fn cookie_header(
        &mut self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Option<Vec<u8>> {
        let mut header = Vec::new();
        self.write_cookie_header(context, now, &mut header).then_some(header)
    }

    /// Returns the `Cookie` header of a request that is sent now; as
    /// [`cookie_header`](Self::cookie_header).
    #[must_use]
    pub fn cookie_header_now(&mut self, context: &RequestContext<'_>) -> Option<Vec<u8>> {
        self.cookie_header(context, SystemTime::now())
    }

    /// Appends the `Cookie` header of a request to `header`, and returns whether a cookie is sent.
    /// Marks the cookies as used.
    pub fn write_cookie_header(
        &mut self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
        header: &mut Vec<u8>,
    ) -> bool {
        self.cookies_for(context, now).push_to(header)
    }

    /// Returns the cookies that are sent with a request, in the order in which they are sent. Marks
    /// them as used.
    pub fn cookies_for(
        &mut self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> CookiesFor<'_> {
        let now = UnixMicros::from(now.into());
        let mut recorder = Recorder::new(&self.listeners);
        let retrieval = Retrieval::new(context, &self.agent);
        let site = retrieval.site().name;
        let exchange = Exchange { context, agent: &self.agent, limits: &self.limits, now };
        let selection =
            self.sites.change(site, |site| site.select(&retrieval, &exchange, &mut recorder));
        self.totals.apply(&recorder);
        self.expire(now);
        match (self.sites.get(site), selection) {
            (Some(site), Some(selection)) => site.selected(&selection),
            _ => CookiesFor::empty(),
        }
    }

    /// Returns the first cookie of a name that would be sent with a request, without marking it as
    /// used.
    #[must_use]
    pub fn get(
        &self,
        context: &RequestContext<'_>,
        name: impl AsRef<[u8]>,
        now: impl Into<SystemTime>,
    ) -> Option<&StoredCookie> {
        let now = UnixMicros::from(now.into());
        let retrieval = Retrieval::new(context, &self.agent);
        let site = self.sites.get(retrieval.site().name)?;
        site.first_sent(&retrieval, context, &self.agent, name.as_ref(), now)
    }

    /// Returns what the store would do with a `Set-Cookie` header, and why; as
    /// [`explain_as`](crate::explain::explain_as), and beside the cookies that the store has.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::RequestContext;
    /// use gingersnap::store::CookieStore;
    /// use gingersnap::user_agent::Reason;
    ///
    /// let (mut store, now) = (CookieStore::new(), SystemTime::now());
    /// let secure = RequestContext::parse("https://shop.example/")?;
    /// store.receive(&secure, ["sid=31d4; Secure"], now);
    ///
    /// let insecure = RequestContext::parse("http://shop.example/")?;
    /// let verdict = store.explain("sid=planted", &insecure, now);
    /// assert_eq!(verdict.reasons()[0].kind, Reason::HidesSecure);
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    #[must_use]
    pub fn explain<'a, H: AsRef<[u8]> + ?Sized>(
        &self,
        set_cookie_header: &'a H,
        context: &'a RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Verdict<'a> {
        let (agent, now) = (&self.agent, now.into());
        let exchange = Exchange { context, agent, limits: &self.limits, now: now.into() };
        let site = self.sites.get(agent.site_of(context.host()));
        explain_beside(
            set_cookie_header.as_ref(),
            context,
            agent,
            now,
            |cookie, identity, refuse| {
                if let Some(site) = site {
                    site.check(cookie, identity, &exchange, refuse);
                }
            },
        )
    }

    /// Returns the cookies of a request's site that have not expired, each with the reasons why it
    /// would not be sent; without a reason, it would.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::RequestContext;
    /// use gingersnap::store::CookieStore;
    /// use gingersnap::user_agent::NotSent;
    ///
    /// let (mut store, now) = (CookieStore::new(), SystemTime::now());
    /// let www = RequestContext::parse("https://www.shop.example/")?;
    /// store.receive(&www, ["sid=31d4; Path=/cart"], now);
    ///
    /// let api = RequestContext::parse("https://api.shop.example/")?;
    /// let (cookie, reasons) = &store.why_not_sent(&api, now)[0];
    /// assert_eq!((cookie.name(), &reasons[..]), (&b"sid"[..], &[NotSent::OtherHost, NotSent::OtherPath][..]));
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    #[must_use]
    pub fn why_not_sent(
        &self,
        context: &RequestContext<'_>,
        now: impl Into<SystemTime>,
    ) -> Vec<(&StoredCookie, Vec<NotSent>)> {
        let now = UnixMicros::from(now.into());
        let retrieval = Retrieval::new(context, &self.agent);
        let exchange = Exchange { context, agent: &self.agent, limits: &self.limits, now };
        let site = self.sites.get(retrieval.site().name);
        site.map(|site| site.why_not_sent(&retrieval, &exchange)).unwrap_or_default()
    }

    /// Returns all cookies that have not expired, in no particular order.
    pub fn iter(&self, now: impl Into<SystemTime>) -> impl Iterator<Item = &StoredCookie> {
        let now = UnixMicros::from(now.into());
        self.sites.groups().flat_map(move |site| site.iter(now))
    }

    /// Returns the cookies of a host's site that have not expired: the host's registrable domain and
    /// all hosts below it.
    pub fn iter_site(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
    ) -> impl Iterator<Item = &StoredCookie> {
        let now = UnixMicros::from(now.into());
        let site = self.sites.get(self.agent.site_of(&canonical_host(host)));
        site.into_iter().flat_map(move |site| site.iter(now))
    }

    /// Returns the cookies of a host that have not expired: those that are sent to it, whatever the
    /// path and the kind of request.
    pub fn iter_host(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
    ) -> impl Iterator<Item = &StoredCookie> {
        let canonical = canonical_host(host).into_owned();
        self.iter_site(host, now).filter(move |cookie| cookie.is_sent_to_host(&canonical))
    }

    /// Returns how many cookies there are that have not expired.
    #[must_use]
    pub fn len(&self, now: impl Into<SystemTime>) -> usize {
        self.totals(now.into()).cookies
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
        self.totals(now.into()).text_bytes
    }

    /// Returns the totals without the cookies that have expired, which are still in memory if nothing
    /// was stored or sent since.
    fn totals(&self, now: SystemTime) -> Totals {
        let now = UnixMicros::from(now);
        let mut totals = self.totals;
        for site in self.sites.due(now) {
            site.expired(now).for_each(|cookie| totals.subtract(cookie));
        }
        totals
    }

    /// Removes the cookie with an identity, and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::RequestContext;
    /// use gingersnap::store::CookieStore;
    /// use gingersnap::user_agent::Identity;
    ///
    /// let (mut store, now) = (CookieStore::new(), SystemTime::now());
    /// let shop = RequestContext::parse("https://shop.example/")?;
    /// store.receive(&shop, ["sid=31d4", "lang=de"], now);
    ///
    /// let removed = store.remove(&Identity::host_only("sid", "shop.example", "/"), now);
    /// assert!(removed.is_some());
    /// // A cookie that was looked up is copied first, because it is borrowed from the store.
    /// let lang = store.get(&shop, "lang", now).cloned().expect("it is there");
    /// assert_eq!(store.remove(&lang.identity(), now), Some(lang));
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    pub fn remove(
        &mut self,
        identity: &Identity<'_>,
        now: impl Into<SystemTime>,
    ) -> Option<StoredCookie> {
        let now = UnixMicros::from(now.into());
        self.expire(now);
        let site = self.agent.site_of(identity.domain());
        let mut recorder = Recorder::new(&self.listeners);
        let removed = self.sites.change(site, |site| site.remove(identity, now, &mut recorder));
        self.totals.apply(&recorder);
        removed.flatten()
    }

    /// Removes the cookies of a host's site, and returns how many there were.
    pub fn remove_site(&mut self, host: &str, now: impl Into<SystemTime>) -> usize {
        let now = UnixMicros::from(now.into());
        self.expire(now);
        let site = self.agent.site_of(&canonical_host(host)).to_owned();
        self.remove_if_in(&site, now, |_| true)
    }

    /// Removes the cookies that were created in a range of times, and returns how many there were.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use gingersnap::store::CookieStore;
    ///
    /// let mut store = CookieStore::new();
    /// let last_hour = SystemTime::now() - Duration::from_secs(3600)..;
    /// assert_eq!(store.remove_created(last_hour, SystemTime::now()), 0);
    /// ```
    pub fn remove_created(
        &mut self,
        times: impl RangeBounds<SystemTime>,
        now: impl Into<SystemTime>,
    ) -> usize {
        let bounds: (Bound<SystemTime>, Bound<SystemTime>) =
            (times.start_bound().cloned(), times.end_bound().cloned());
        self.remove_if(now, |cookie| bounds.contains(&cookie.created()))
    }

    /// Removes the cookies that end with the session, and returns how many there were.
    pub fn end_session(&mut self) -> usize {
        // A cookie of the session never expires.
        self.remove_if_anywhere(UnixMicros::MIN, StoredCookie::is_session)
    }

    /// Removes all cookies.
    pub fn clear(&mut self) {
        self.remove_if_anywhere(UnixMicros::MIN, |_| true);
    }

    /// Removes the cookies that a condition is true for, and returns how many there were.
    pub fn remove_if(
        &mut self,
        now: impl Into<SystemTime>,
        condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        let now = UnixMicros::from(now.into());
        self.expire(now);
        self.remove_if_anywhere(now, condition)
    }

    fn remove_if_anywhere(
        &mut self,
        now: UnixMicros,
        mut condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        self.sites.keys().iter().map(|site| self.remove_if_in(site, now, &mut condition)).sum()
    }

    fn remove_if_in(
        &mut self,
        site: &str,
        now: UnixMicros,
        condition: impl FnMut(&StoredCookie) -> bool,
    ) -> usize {
        let mut recorder = Recorder::new(&self.listeners);
        let removed = self.sites.change(site, |site| site.remove_if(now, condition, &mut recorder));
        self.totals.apply(&recorder);
        removed.unwrap_or_default()
    }

    /// Returns a feed of the changes from now on, which holds up to `capacity` of them.
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> ChangeFeed {
        self.listeners.subscribe(capacity)
    }
}
