//! `MemoryBackend`: an engine in the memory of the process.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::engine::{Applied, ApplyError, Backend, Loaded, Update, Version};
use crate::store::StoredCookie;

/// An engine in the memory of the process: for tests, and as an example for engines of your own. For the
/// cookies of one process, a [`SharedStore`](crate::store::SharedStore) is faster.
///
/// Requires the feature `store`.
#[derive(Debug, Default)]
pub struct MemoryBackend {
    sites: Mutex<HashMap<String, Parts>>,
}

/// The parts of a site, by partition.
type Parts = BTreeMap<Option<String>, MemoryPart>;

#[derive(Debug)]
struct MemoryPart {
    version: Version,
    cookies: BTreeMap<Vec<u8>, StoredCookie>,
}

impl MemoryBackend {
    /// Creates an engine without cookies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Parts>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryPart {
    /// Creates a part with a version that no part had before.
    fn new() -> Self {
        Self { version: Version(RandomState::new().hash_one(0)), cookies: BTreeMap::new() }
    }
}

impl Backend for MemoryBackend {
    type Error = Infallible;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, Infallible> {
        let sites = self.lock();
        let part = |partition: Option<&str>| {
            sites.get(site).and_then(|parts| parts.get(&partition.map(str::to_owned)))
        };
        let loaded = |part: &MemoryPart| Loaded {
            version: part.version,
            cookies: part.cookies.values().cloned().collect(),
        };
        let absent = || Loaded { version: Version::ABSENT, cookies: Vec::new() };
        Ok(partitions
            .iter()
            .map(|partition| part(*partition).map_or_else(absent, loaded))
            .collect())
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, Infallible> {
        let sites = self.lock();
        let parts = sites.get(site).into_iter().flat_map(BTreeMap::keys);
        Ok(parts.flatten().cloned().collect())
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        _: SystemTime,
    ) -> Result<Applied, ApplyError<Infallible>> {
        let mut sites = self.lock();
        let version = |partition| {
            let part = sites.get(site).and_then(|parts| parts.get(partition));
            part.map_or(Version::ABSENT, |part| part.version)
        };
        if updates.iter().any(|update| version(&update.partition) != update.expected) {
            return Ok(Applied::Conflict);
        }
        let parts = sites.entry(site.to_owned()).or_default();
        let mut versions = Vec::new();
        for update in updates {
            let part = parts.entry(update.partition.clone()).or_insert_with(MemoryPart::new);
            for key in &update.delete {
                part.cookies.remove(key);
            }
            let put = update.put.iter().map(|cookie| (cookie.key(), cookie.clone()));
            part.cookies.extend(put);
            part.version.0 = part.version.0.wrapping_add(1).max(1);
            let version = part.version;
            if update.is_emptied {
                parts.remove(&update.partition);
            }
            versions.push(if update.is_emptied { Version::ABSENT } else { version });
        }
        if parts.is_empty() {
            sites.remove(site);
        }
        Ok(Applied::Done(versions))
    }
}
