//! `SiteCache`: parts of sites that were loaded a short time ago.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::part::Part;
use crate::date::UnixMicros;

/// A bounded number of parts of sites, each for a limited time.
///
/// There are two generations: when the younger one is full, the older one is dropped. What is used
/// moves to the younger one. No part is in both.
///
/// What is put here was loaded or written some time before, and the tasks of a process overtake each
/// other. So that an earlier state never replaces a later one, all that happens is numbered: a part that
/// was loaded counts only if nothing of its site was written since the loading began.
#[derive(Debug, Default)]
pub(super) struct SiteCache {
    max: usize,
    /// Microseconds.
    time_to_live: i64,
    young: HashMap<Key, Cached>,
    old: HashMap<Key, Cached>,
    last_event: Event,
    /// When sites were last written, or began to be: each number is for all sites with the same hash.
    writes: [Event; 32],
    hashes: RandomState,
}

/// A site and a partition.
type Key = (String, Option<String>);

/// The number of something that happened: a loading or writing that began, or a writing that ended.
pub(super) type Event = u64;

#[derive(Clone, Debug)]
struct Cached {
    part: Part,
    time: UnixMicros,
    event: Event,
}

impl SiteCache {
    pub(super) fn new(max: usize, time_to_live: Duration) -> Self {
        let time_to_live = i64::try_from(time_to_live.as_micros()).unwrap_or(i64::MAX);
        Self { max, time_to_live, ..Self::default() }
    }

    /// Returns a part of a site, if it was put here recently enough.
    pub(super) fn get(
        &mut self,
        site: &str,
        partition: Option<&str>,
        now: UnixMicros,
    ) -> Option<Part> {
        if self.young.is_empty() && self.old.is_empty() {
            return None;
        }
        let key = key(site, partition);
        if let Some(cached) = self.old.remove(&key) {
            self.insert(key.clone(), cached);
        }
        let cached = self.young.get(&key)?;
        let age = now.as_micros().checked_sub(cached.time.as_micros())?;
        // A clock that was set back says nothing about the age.
        (0..self.time_to_live).contains(&age).then(|| cached.part.clone())
    }

    /// Notes that parts are about to be loaded. Returns the event, for [`put_loaded`](Self::put_loaded).
    pub(super) fn begin_loading(&mut self) -> Event {
        self.last_event += 1;
        self.last_event
    }

    /// Puts a part of a site here that was loaded, unless something later is known.
    pub(super) fn put_loaded(&mut self, site: &str, part: Part, began: Event, now: UnixMicros) {
        let key = key(site, part.partition.as_deref());
        let known = self.young.get(&key).or_else(|| self.old.get(&key));
        let is_later = known.is_none_or(|known| known.event < began);
        if is_later && *self.last_write(site) < began {
            self.insert(key, Cached { part, time: now, event: began });
        }
    }

    /// Notes that parts of a site are about to be written, and forgets them. Returns the event, for
    /// [`end_writing`](Self::end_writing).
    pub(super) fn begin_writing(&mut self, site: &str, parts: &[Part]) -> Event {
        self.note_write(site, parts);
        self.last_event
    }

    /// Notes that parts of a site were written, or may have been, and forgets them. Returns whether
    /// nothing else of the site was written meanwhile.
    pub(super) fn end_writing(&mut self, site: &str, parts: &[Part], began: Event) -> bool {
        self.note_write(site, parts) == began
    }

    /// Puts a part of a site here that was just written, and nothing else meanwhile.
    pub(super) fn put_written(&mut self, site: &str, part: Part, now: UnixMicros) {
        let key = key(site, part.partition.as_deref());
        self.insert(key, Cached { part, time: now, event: self.last_event });
    }

    /// Returns the event of the last write before this one.
    fn note_write(&mut self, site: &str, parts: &[Part]) -> Event {
        for part in parts {
            let key = key(site, part.partition.as_deref());
            self.young.remove(&key);
            self.old.remove(&key);
        }
        self.last_event += 1;
        let event = self.last_event;
        std::mem::replace(self.last_write(site), event)
    }

    fn last_write(&mut self, site: &str) -> &mut Event {
        let index = self.hashes.hash_one(site) % self.writes.len() as u64;
        // OK because the index is below the length.
        &mut self.writes[usize::try_from(index).unwrap_or(0)]
    }

    fn insert(&mut self, key: Key, cached: Cached) {
        if self.max == 0 || self.time_to_live == 0 {
            return;
        }
        self.old.remove(&key);
        let half = (self.max / 2).max(1);
        if self.young.len() >= half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, cached);
    }
}

fn key(site: &str, partition: Option<&str>) -> Key {
    (site.to_owned(), partition.map(str::to_owned))
}
