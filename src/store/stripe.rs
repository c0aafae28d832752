//! A part of the sites of a shared store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::recorder::Recorder;
use super::schedule::{Bounds, Schedule};
use super::scheduled::Group;
use super::site_cookies::SiteCookies;
use crate::date::UnixMicros;

/// A part of the sites of a shared store. Threads wait for each other here only to add, find or drop a
/// site.
///
/// Locks are taken in this order: a site, the map, the schedule. Nobody locks two sites, or waits for
/// a site while holding the map or the schedule.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Stripe {
    sites: RwLock<HashMap<Arc<str>, Arc<Mutex<SiteCookies>>>>,
    /// Only whoever holds the lock of a site changes its bounds here.
    schedule: Mutex<Schedule>,
    /// How many cookies are in memory.
    held: AtomicUsize,
    /// How many operations there were on its sites. One counter for all stripes would be written by
    /// every thread in each operation.
    turns: AtomicUsize,
}

impl Stripe {
    /// Returns a site, and its key.
    pub(super) fn find(&self, key: &str) -> Option<(Arc<str>, Arc<Mutex<SiteCookies>>)> {
        let sites = self.sites.read().unwrap_or_else(PoisonError::into_inner);
        sites.get_key_value(key).map(|(key, site)| (key.clone(), site.clone()))
    }

    /// Returns a site, and its key. The site is added if it is missing.
    pub(super) fn find_or_add(&self, key: &str) -> (Arc<str>, Arc<Mutex<SiteCookies>>) {
        if let Some(found) = self.find(key) {
            return found;
        }
        let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have added it meanwhile.
        if let Some((key, site)) = sites.get_key_value(key) {
            return (key.clone(), site.clone());
        }
        let (key, site) = (Arc::<str>::from(key), Arc::<Mutex<SiteCookies>>::default());
        sites.insert(key.clone(), site.clone());
        (key, site)
    }

    /// Adds a site with its cookies, which the stripe does not have.
    pub(super) fn insert(&self, key: Arc<str>, site: SiteCookies) {
        self.held.fetch_add(site.all().count(), Ordering::Relaxed);
        self.schedule().update(&key, Bounds::NEVER, site.bounds());
        let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        sites.insert(key, Arc::new(Mutex::new(site)));
    }

    /// Drops a site that is empty, unless another thread holds it. If that does not drop it, it stays
    /// empty until it is used again. Whoever calls this has let go of the site.
    pub(super) fn drop_if_empty(&self, key: &str) {
        let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        let site = sites.get_mut(key).and_then(Arc::get_mut);
        let site = site.map(|site| site.get_mut().unwrap_or_else(PoisonError::into_inner));
        if site.is_some_and(|site| site.is_empty()) {
            sites.remove(key);
        }
    }

    /// Returns the keys of the sites that there are now.
    pub(super) fn keys(&self) -> Vec<Arc<str>> {
        let sites = self.sites.read().unwrap_or_else(PoisonError::into_inner);
        sites.keys().cloned().collect()
    }

    /// Returns the sites that may have cookies that have expired.
    pub(super) fn due(&self, now: UnixMicros) -> Vec<Arc<str>> {
        self.schedule().due(now).cloned().collect()
    }

    /// Returns the sites that seem to have been used least recently, up to a number of them.
    pub(super) fn least_recently_used(&self, count: usize) -> Vec<Arc<str>> {
        self.schedule().by_access().take(count).cloned().collect()
    }

    /// Counts and schedules what has changed in a site whose lock is held.
    pub(super) fn update(
        &self,
        key: &Arc<str>,
        before: Bounds,
        after: Bounds,
        recorder: &Recorder<'_>,
    ) {
        let (added, removed) = (recorder.added.cookies, recorder.removed.cookies);
        if added != removed {
            // A caller's list of public suffixes that panics can leave a number that is too small.
            let update = |held: usize| Some((held + added).saturating_sub(removed));
            // OK because there is always an update.
            let _ = self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        }
        if before != after {
            self.schedule().update(key, before, after);
        }
    }

    /// Counts an operation, and returns how many there were before. This tells which stripe's turn it is
    /// to drop what has expired.
    pub(super) fn next_turn(&self) -> usize {
        self.turns.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns how many cookies are in memory.
    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
