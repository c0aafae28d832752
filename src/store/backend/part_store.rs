//! `PartStore`: loads and writes the parts of sites.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::engine::{Applied, Backend, DynBackend, Loaded, Update};
use super::error::{BackendError, BackendErrorKind};
use super::part::{Part, PartChange};
#[cfg(feature = "encrypted")]
use super::sealing;
use super::site_cache::SiteCache;
use crate::date::UnixMicros;
use crate::host::Host;
#[cfg(feature = "encrypted")]
use crate::protect::Keyring;
use crate::store::StoredCookie;
use crate::store::cookie_list::CookieList;
use crate::user_agent::{UserAgent, check_import_rules};

/// Loads and writes the parts of sites: an engine, a cache in front of it, and the keys that seal the
/// values in it.
#[derive(Clone)]
pub(super) struct PartStore {
    engine: Arc<dyn DynBackend>,
    cache: Arc<Mutex<SiteCache>>,
    #[cfg(feature = "encrypted")]
    keyring: Option<Arc<Keyring>>,
}

/// How often something is tried while others change the site. Each conflict means that another operation
/// has succeeded, so of N workers that change one site all the time, about one attempt in N succeeds. With
/// 8 of them, one operation in 10,000 took 74 attempts, as that predicts; 1,000 attempts leave a wide margin.
pub(super) const ATTEMPTS: u32 = 1000;

/// The parts of a site that an operation concerns.
#[derive(Clone, Copy)]
pub(super) enum PartScope<'p> {
    Parts(&'p [Option<&'p str>]),
    All,
}

/// What an operation does with the cookies that it loads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Reads them, and at most writes times of last use and deletes expired cookies. They may come from
    /// the cache. Neither a conflict nor an engine that cannot be written, as with a full disk, affects the
    /// result.
    Read,
    /// Changes them, or finds that there is nothing to change. They come from the engine, and after a
    /// conflict the operation starts again.
    Change,
}

impl PartStore {
    pub(super) fn new(engine: impl Backend + 'static) -> Self {
        Self {
            engine: Arc::new(engine),
            cache: Arc::default(),
            #[cfg(feature = "encrypted")]
            keyring: None,
        }
    }

    /// Starts a cache of its own: the shared one has what a store with other settings uses.
    pub(super) fn leave_cache(&mut self) {
        let cache = self.lock_cache().new_with_same_size();
        self.cache = Arc::new(Mutex::new(cache));
    }

    pub(super) fn set_cache(&mut self, max_parts: usize, time_to_live: Duration) {
        self.cache = Arc::new(Mutex::new(SiteCache::new(max_parts, time_to_live)));
    }

    #[cfg(feature = "encrypted")]
    pub(super) fn set_keyring(&mut self, keyring: Keyring) {
        self.keyring = Some(Arc::new(keyring));
        self.leave_cache();
    }

    /// Writes changes to the engine and the cache. Returns false if others have changed the parts since
    /// they were loaded.
    pub(super) async fn apply(
        &self,
        site: &str,
        changed: Vec<PartChange>,
        now: UnixMicros,
    ) -> Result<bool, BackendError> {
        let (updates, parts): (Vec<Update>, Vec<Part>) =
            changed.into_iter().map(|change| (change.update, change.part)).unzip();
        #[cfg(feature = "encrypted")]
        let updates = self.seal(site, updates, now)?;
        let start = self.lock_cache().begin_writing(site, &parts);
        let applied = self.engine.apply(site, &updates, now.to_system_time()).await;
        let mut cache = self.lock_cache();
        let is_latest = cache.end_writing(site, &parts, start);
        let versions = match applied.map_err(|error| BackendError::apply(site, error))? {
            Applied::Done(versions) => versions,
            Applied::Conflict => return Ok(false),
        };
        if is_latest {
            for (part, version) in parts.into_iter().zip(versions) {
                cache.put_written(site, Part { version, ..part }, now);
            }
        }
        Ok(true)
    }

    /// Seals the values that leave the process, if there is a keyring.
    #[cfg(feature = "encrypted")]
    fn seal(
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

    /// Opens the value of a loaded cookie, if there is a keyring.
    #[cfg(feature = "encrypted")]
    fn open(&self, cookie: StoredCookie) -> Option<StoredCookie> {
        match &self.keyring {
            Some(keyring) => sealing::open(&cookie, keyring),
            None => Some(cookie),
        }
    }

    /// Returns parts of a site, or all of them, from the cache or the engine.
    pub(super) async fn load(
        &self,
        site: &str,
        scope: PartScope<'_>,
        agent: &UserAgent,
        now: UnixMicros,
        access: Access,
    ) -> Result<Vec<Part>, BackendError> {
        if let PartScope::Parts(partitions) = scope {
            return self.load_parts(site, partitions, agent, now, access).await;
        }
        for _ in 0..ATTEMPTS {
            let known = self.partitions(site).await?;
            let known_parts = known.iter().map(|partition| Some(&**partition));
            let partitions: Vec<_> = std::iter::once(None).chain(known_parts).collect();
            let parts = self.load_parts(site, &partitions, agent, now, access).await?;
            // A partition that appeared before the parts were loaded may have changed together with one
            // of them, so that they are not the site at one moment.
            let known: HashSet<&String> = known.iter().collect();
            if self.partitions(site).await?.iter().all(|partition| known.contains(partition)) {
                return Ok(parts);
            }
        }
        Err(too_many_conflicts(site))
    }

    async fn load_parts(
        &self,
        site: &str,
        partitions: &[Option<&str>],
        agent: &UserAgent,
        now: UnixMicros,
        access: Access,
    ) -> Result<Vec<Part>, BackendError> {
        let start = {
            let mut cache = self.lock_cache();
            if access == Access::Read {
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
            let (found, asked) = (loaded.len(), partitions.len());
            let fault = format!("the engine returned {found} parts of {asked}");
            return Err(BackendError::load(site, fault.into()));
        }
        let parts: Vec<Part> = partitions
            .iter()
            .zip(loaded)
            .map(|(partition, Loaded { version, cookies })| {
                let count = cookies.len();
                let cookies = cookies.into_iter();
                #[cfg(feature = "encrypted")]
                let cookies = cookies.filter_map(|cookie| self.open(cookie));
                let cookies = allowed(cookies, site, *partition, agent);
                Part {
                    partition: partition.map(str::to_owned),
                    version,
                    has_unusable: cookies.as_slice().len() < count,
                    cookies: Arc::new(cookies),
                }
            })
            .collect();
        let mut cache = self.lock_cache();
        for part in &parts {
            cache.put_loaded(site, part.clone(), start, now);
        }
        Ok(parts)
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, BackendError> {
        let partitions = self.engine.partitions(site).await;
        partitions.map_err(|error| BackendError::load(site, error))
    }

    fn lock_cache(&self) -> MutexGuard<'_, SiteCache> {
        // Only code of the cache itself runs under the lock, and it does not panic.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the loaded cookies that break no rule: an engine is trusted no more than a file.
fn allowed(
    cookies: impl Iterator<Item = StoredCookie>,
    site: &str,
    partition: Option<&str>,
    agent: &UserAgent,
) -> CookieList {
    // Most cookies of a site have the same domain. Checking it for each took a third of the time of loading.
    let mut allowed_domain = None;
    let mut is_domain_allowed = |domain: &str| {
        let is_allowed = allowed_domain.as_deref() == Some(domain)
            || (is_canonical(domain) && agent.site_of(domain) == site);
        if is_allowed {
            allowed_domain.get_or_insert_with(|| domain.to_owned());
        }
        is_allowed
    };
    let is_allowed = |cookie: &StoredCookie| {
        let mut is_refused = false;
        let (value, flags) = (cookie.value(), cookie.flags());
        let mut refuse = |_| is_refused = true;
        check_import_rules(&cookie.identity(), value, flags, agent, &mut refuse);
        // In every cookie that a store makes, the path is absolute.
        !is_refused
            && cookie.path().starts_with(b"/")
            && cookie.partition() == partition
            && is_domain_allowed(cookie.domain())
    };
    cookies.filter(is_allowed).collect()
}

/// Returns whether a domain is a canonical host, as in every cookie that a store makes.
fn is_canonical(domain: &str) -> bool {
    Host::parse(domain).is_ok_and(|host| host.as_str() == domain)
}

pub(super) fn too_many_conflicts(site: &str) -> BackendError {
    BackendError::new(site, BackendErrorKind::TooManyConflicts { attempts: ATTEMPTS })
}
