//! `BackedStore`: a cookie store whose cookies are in an engine.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::engine::{Applied, Backend, DynBackend, Loaded, Update};
use super::error::{BackendError, BackendErrorKind};
use super::part::{Part, PartChange, changes, join};
#[cfg(feature = "encrypted")]
use super::sealing;
use super::site_cache::SiteCache;
use crate::cookie::Cookie;
use crate::date::UnixMicros;
use crate::explain::{Verdict, explain_beside};
use crate::host::canonical_host;
#[cfg(feature = "encrypted")]
use crate::protect::Keyring;
use crate::store::change_feed::Listeners;
use crate::store::cookie_list::CookieList;
use crate::store::recorder::Recorder;
use crate::store::site_cookies::{Exchange, SiteCookies};
use crate::store::{ChangeFeed, Outcome, StoreLimits, StoredCookie};
use crate::user_agent::{
    Identity, NotSent, RequestContext, Retrieval, UserAgent, check_import_rules,
};

/// A cookie store whose cookies are in an engine, which other processes and machines can use at the
/// same time: see [the module](super).
///
/// Requires the feature `store`.
///
/// All copies are one store, with one cache.
#[derive(Clone)]
pub struct BackedStore {
    engine: Arc<dyn DynBackend>,
    agent: UserAgent,
    limits: StoreLimits,
    cache: Arc<Mutex<SiteCache>>,
    listeners: Arc<Listeners>,
    /// Microseconds.
    access_interval: i64,
    #[cfg(feature = "encrypted")]
    keyring: Option<Arc<Keyring>>,
}

/// How often an operation starts again when others change the site meanwhile. Each time, one of the
/// others has finished.
const ATTEMPTS: u32 = 100;

/// The parts of a site that an operation is about.
#[derive(Clone, Copy)]
enum Scope<'p> {
    Parts(&'p [Option<&'p str>]),
    All,
}

/// What an operation does with the cookies that it loads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// It reads them, and at most writes times of use and deletes what has expired. They may come from
    /// the cache, and if others change them meanwhile, the result stands.
    Read,
    /// It changes them, or says that there was nothing to change. They come from the engine, and if
    /// others change them meanwhile, it starts again.
    Change,
}

impl BackedStore {
    /// Creates a store with an engine, without a cache.
    #[must_use]
    pub fn new(engine: impl Backend + 'static) -> Self {
        Self {
            engine: Arc::new(engine),
            agent: UserAgent::default(),
            limits: StoreLimits::default(),
            cache: Arc::default(),
            listeners: Arc::default(),
            access_interval: 60_000_000,
            #[cfg(feature = "encrypted")]
            keyring: None,
        }
    }

    /// Sets the user agent that the store is part of. All stores that share an engine need the same
    /// one, with the same list of public suffixes: cookies are found by their site.
    #[must_use]
    pub fn with_user_agent(mut self, agent: UserAgent) -> Self {
        self.agent = agent;
        self
    }

    /// Sets the limits. That of all cookies together does not apply to an engine.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Keeps at most so many parts of sites in memory, but at least the two that a request is about, each
    /// for a time: until then, the engine is not asked again by what only reads.
    ///
    /// Within that time, a request may lack a cookie that another process received, or send one that it
    /// removed. What is changed through this store shows at once, and what changes cookies always asks
    /// the engine. Zero means that the engine is always asked, as without this call.
    #[must_use]
    pub fn with_cache(mut self, max_parts: usize, time_to_live: Duration) -> Self {
        self.cache = Arc::new(Mutex::new(SiteCache::new(max_parts, time_to_live)));
        self
    }

    /// Sets how much time must pass before the use of a cookie is written to the engine again; a
    /// minute if this is not called. These times only decide what is evicted.
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
    /// delete cookies. A cookie whose value does not open, because its key is not on the keyring any
    /// more or nobody sealed it, is not sent and stays in the engine until it expires or is replaced.
    /// Values that are in the engine already must have been sealed, too.
    #[cfg(feature = "encrypted")]
    #[must_use]
    pub fn with_keyring(mut self, keyring: Keyring) -> Self {
        self.keyring = Some(Arc::new(keyring));
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

    /// Stores the cookies of a response's `Set-Cookie` headers, and returns what became of each; as
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
        self.store(context, now.into(), |site, exchange, recorder| {
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

    /// Stores a cookie that is given by hand, as if a response had set it; as
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
        self.store(context, now.into(), |site, exchange, recorder| {
            site.insert(cookie, exchange, recorder)
        })
        .await
    }

    async fn store<R: Send>(
        &self,
        context: &RequestContext<'_>,
        now: SystemTime,
        store: impl Fn(&mut SiteCookies, &Exchange<'_>, &mut Recorder<'_>) -> R + Send + Sync,
    ) -> Result<R, BackendError> {
        let partition = self.agent.partition_of(context);
        let exchange = self.exchange(context, now);
        let partitions = [None, Some(partition.as_str())];
        self.change(context.host(), Scope::Parts(&partitions), exchange.now, |site, recorder| {
            store(site, &exchange, recorder)
        })
        .await
    }

    /// Returns the `Cookie` header of a request, or `None` if no cookie is sent; as
    /// [`CookieStore::cookie_header`](crate::store::CookieStore::cookie_header).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read, or a time of use cannot be written.
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
        self.run(site, Scope::Parts(&partitions), exchange.now, Purpose::Read, send).await
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

    /// Returns the first cookie of a name that would be sent with a request; as
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
        let site = self.read_request(context, now).await?;
        let retrieval = Retrieval::new(context, &self.agent);
        Ok(site.first_sent(&retrieval, context, &self.agent, &name, now).cloned())
    }

    /// Explains what would become of a `Set-Cookie` header beside the stored cookies; as
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
        let site = self.read_request(context, exchange.now).await?;
        let header = set_cookie_header.as_ref();
        Ok(explain_beside(header, context, &self.agent, now, |cookie, identity, refuse| {
            site.check(cookie, identity, &exchange, refuse);
        }))
    }

    /// Returns each cookie of a request's site, and why it is not sent with the request; as
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
        let site = self.read(site, Scope::All, exchange.now).await?;
        let retrieval = Retrieval::new(context, &self.agent);
        let cookies = site.why_not_sent(&retrieval, &exchange).into_iter();
        Ok(cookies.map(|(cookie, why)| (cookie.clone(), why)).collect())
    }

    /// Returns the cookies of a host's site that have not expired; as
    /// [`CookieStore::iter_site`](crate::store::CookieStore::iter_site).
    ///
    /// # Errors
    ///
    /// [`BackendError`] if the engine cannot be read.
    pub async fn site(
        &self,
        host: &str,
        now: impl Into<SystemTime>,
    ) -> Result<Vec<StoredCookie>, BackendError> {
        let now = UnixMicros::from(now.into());
        let host = canonical_host(host);
        let site = self.read(self.agent.site_of(&host), Scope::All, now).await?;
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
        self.change(identity.domain(), Scope::Parts(&scope), now, |site, recorder| {
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

    /// Removes the cookies of a host's site that a condition is true for, and returns how many there
    /// were.
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
        self.change(&host, Scope::All, now, |site, recorder| {
            site.remove_if(now, &condition, recorder)
        })
        .await
    }

    /// Returns a feed of the changes that are made through this store from now on, with room for so
    /// many; as [`CookieStore::subscribe`](crate::store::CookieStore::subscribe).
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> ChangeFeed {
        self.listeners.subscribe(capacity)
    }

    fn exchange<'x>(&'x self, context: &'x RequestContext<'x>, now: SystemTime) -> Exchange<'x> {
        Exchange { context, agent: &self.agent, limits: &self.limits, now: now.into() }
    }

    /// Changes parts of a host's site, again and again until nobody else changes them meanwhile.
    async fn change<R: Send>(
        &self,
        host: &str,
        scope: Scope<'_>,
        now: UnixMicros,
        change: impl Fn(&mut SiteCookies, &mut Recorder<'_>) -> R + Send + Sync,
    ) -> Result<R, BackendError> {
        let site = self.agent.site_of(host);
        let change = |site: &mut SiteCookies, recorder: &mut Recorder<'_>, _: &mut Vec<_>| {
            change(site, recorder)
        };
        self.run(site, scope, now, Purpose::Change, change).await
    }

    /// Runs an operation on parts of a site. It gives the cookies whose use is to be written to its last
    /// argument.
    async fn run<R: Send>(
        &self,
        site: &str,
        scope: Scope<'_>,
        now: UnixMicros,
        purpose: Purpose,
        operation: impl Fn(&mut SiteCookies, &mut Recorder<'_>, &mut Vec<StoredCookie>) -> R
        + Send
        + Sync,
    ) -> Result<R, BackendError> {
        for _ in 0..ATTEMPTS {
            let parts = self.load_scope(site, scope, now, purpose).await?;
            let (result, changed, recorded) = {
                let mut cookies = join(&parts);
                let listeners = Listeners::default();
                let feed = listeners.subscribe(usize::MAX);
                let mut used = Vec::new();
                let result = operation(&mut cookies, &mut Recorder::new(&listeners), &mut used);
                let recorded = feed.drain();
                (result, changes(&parts, &recorded, &used), recorded)
            };
            if changed.is_empty() || self.apply(site, changed, now).await? {
                for change in recorded {
                    self.listeners.tell(|| change);
                }
                return Ok(result);
            }
            if purpose == Purpose::Read {
                return Ok(result);
            }
        }
        Err(too_many_conflicts(site))
    }

    /// Writes changes to the engine and the cache. Returns false if others changed the parts meanwhile.
    async fn apply(
        &self,
        site: &str,
        changed: Vec<PartChange>,
        now: UnixMicros,
    ) -> Result<bool, BackendError> {
        let (updates, parts): (Vec<Update>, Vec<Part>) =
            changed.into_iter().map(|change| (change.update, change.part)).unzip();
        #[cfg(feature = "encrypted")]
        let updates = self.sealed(site, updates, now)?;
        let began = self.lock_cache().begin_writing(site, &parts);
        let applied = self.engine.apply(site, &updates, now.to_system_time()).await;
        let mut cache = self.lock_cache();
        let is_only = cache.end_writing(site, &parts, began);
        let versions = match applied.map_err(|error| BackendError::apply(site, error))? {
            Applied::Done(versions) => versions,
            Applied::Conflict => return Ok(false),
        };
        if is_only {
            for (part, version) in parts.into_iter().zip(versions) {
                cache.put_written(site, Part { version, ..part }, now);
            }
        }
        Ok(true)
    }

    /// Seals the values that leave the process, if there is a keyring.
    #[cfg(feature = "encrypted")]
    fn sealed(
        &self,
        site: &str,
        mut updates: Vec<Update>,
        now: UnixMicros,
    ) -> Result<Vec<Update>, BackendError> {
        let Some(keyring) = &self.keyring else { return Ok(updates) };
        for cookie in updates.iter_mut().flat_map(|update| &mut update.put) {
            *cookie = sealing::seal(cookie, keyring, now)
                .map_err(|_| BackendError::new(site, BackendErrorKind::NotSealed))?;
        }
        Ok(updates)
    }

    /// Opens the value of a cookie that was loaded, if there is a keyring.
    #[cfg(feature = "encrypted")]
    fn opened(&self, cookie: StoredCookie) -> Option<StoredCookie> {
        match &self.keyring {
            Some(keyring) => sealing::open(&cookie, keyring),
            None => Some(cookie),
        }
    }

    /// Returns parts of a site, or all of them, from the cache or the engine.
    async fn load_scope(
        &self,
        site: &str,
        scope: Scope<'_>,
        now: UnixMicros,
        purpose: Purpose,
    ) -> Result<Vec<Part>, BackendError> {
        if let Scope::Parts(partitions) = scope {
            return self.load(site, partitions, now, purpose).await;
        }
        for _ in 0..ATTEMPTS {
            let known = self.partitions(site).await?;
            let known_parts = known.iter().map(|partition| Some(&**partition));
            let partitions: Vec<_> = std::iter::once(None).chain(known_parts).collect();
            let parts = self.load(site, &partitions, now, purpose).await?;
            // One that appeared before the others were loaded may have changed together with them.
            if self.partitions(site).await?.iter().all(|partition| known.contains(partition)) {
                return Ok(parts);
            }
        }
        Err(too_many_conflicts(site))
    }

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
        now: UnixMicros,
        purpose: Purpose,
    ) -> Result<Vec<Part>, BackendError> {
        let began = {
            let mut cache = self.lock_cache();
            if purpose == Purpose::Read {
                let cached = partitions.iter().map(|partition| cache.get(site, *partition, now));
                if let Some(parts) = cached.collect() {
                    return Ok(parts);
                }
            }
            cache.begin_loading()
        };
        let loaded = self.engine.load(site, partitions).await;
        let loaded = loaded.map_err(|error| BackendError::load(site, error))?;
        if loaded.len() != partitions.len() {
            let fault = format!("{} parts for {}", loaded.len(), partitions.len());
            return Err(BackendError::load(site, fault.into()));
        }
        let parts: Vec<Part> = partitions
            .iter()
            .zip(loaded)
            .map(|(partition, loaded)| self.part(site, *partition, loaded))
            .collect();
        let mut cache = self.lock_cache();
        for part in &parts {
            cache.put_loaded(site, part.clone(), began, now);
        }
        Ok(parts)
    }

    /// Returns a part of a site that was loaded, without what does not open or cannot be there by the
    /// rules: the engine is trusted no more than a file.
    fn part(&self, site: &str, partition: Option<&str>, loaded: Loaded) -> Part {
        let belongs = |cookie: &StoredCookie| {
            let mut is_refused = false;
            let (value, flags) = (cookie.value(), cookie.flags());
            let mut refuse = |_| is_refused = true;
            check_import_rules(&cookie.identity(), value, flags, &self.agent, &mut refuse);
            !is_refused
                && cookie.partition() == partition
                && self.agent.site_of(cookie.domain()) == site
        };
        let count = loaded.cookies.len();
        let cookies = loaded.cookies.into_iter();
        #[cfg(feature = "encrypted")]
        let cookies = cookies.filter_map(|cookie| self.opened(cookie));
        let cookies: CookieList = cookies.filter(belongs).collect();
        Part {
            partition: partition.map(str::to_owned),
            version: loaded.version,
            has_others: cookies.as_slice().len() < count,
            cookies: Arc::new(cookies),
        }
    }

    /// Returns the cookies of parts of a site, for reading.
    async fn read(
        &self,
        site: &str,
        scope: Scope<'_>,
        now: UnixMicros,
    ) -> Result<SiteCookies, BackendError> {
        Ok(join(&self.load_scope(site, scope, now, Purpose::Read).await?))
    }

    /// Returns the cookies of the parts of a site that a request is about, for reading.
    async fn read_request(
        &self,
        context: &RequestContext<'_>,
        now: UnixMicros,
    ) -> Result<SiteCookies, BackendError> {
        let partition = self.agent.partition_of(context);
        let scope = [None, Some(partition.as_str())];
        self.read(self.agent.site_of(context.host()), Scope::Parts(&scope), now).await
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, BackendError> {
        let partitions = self.engine.partitions(site).await;
        partitions.map_err(|error| BackendError::load(site, error))
    }

    fn lock_cache(&self) -> MutexGuard<'_, SiteCache> {
        // It is changed by code of this crate alone.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_many_conflicts(site: &str) -> BackendError {
    BackendError::new(site, BackendErrorKind::TooManyConflicts { attempts: ATTEMPTS })
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
