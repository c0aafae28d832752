//! `SiteCache`: parts of sites that were loaded a short time ago.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::part::Part;
use crate::date::UnixMicros;

/// A cache of parts of sites, limited in number and age.
///
/// There are two generations: when the younger one is full, the older one is dropped. A part that is
/// used moves to the younger one. No part is in both.
///
/// Tasks overtake each other, so a part that was loaded may arrive here after a later state was
/// written. Events are numbered for that reason: a loaded part is cached only if no write to its site has
/// begun or ended since its loading began.
#[derive(Debug, Default)]
pub(super) struct SiteCache {
    max: usize,
    /// In microseconds.
    time_to_live: i64,
    young: HashMap<Key, Cached>,
    old: HashMap<Key, Cached>,
    last_event: Event,
    /// The last beginning or end of a write, for each group of sites with the same hash modulo 32.
    last_writes: [Event; 32],
    hashes: RandomState,
}

/// A site and a partition.
type Key = (String, Option<String>);

/// The number of an event: a load or a write began, or a write ended.
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

    /// Returns an empty cache of the same size.
    pub(super) fn new_with_same_size(&self) -> Self {
        Self { max: self.max, time_to_live: self.time_to_live, ..Self::default() }
    }

    /// Returns a part of a site, if it is cached and not too old.
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
        // The age is negative if the clock was set back.
        (0..self.time_to_live).contains(&age).then(|| cached.part.clone())
    }

    /// Notes that a load begins. Returns the event, for [`put_loaded`](Self::put_loaded).
    pub(super) fn begin_loading(&mut self) -> Event {
        self.last_event += 1;
        self.last_event
    }

    /// Caches a part of a site that was loaded, unless a later state is known.
    pub(super) fn put_loaded(&mut self, site: &str, part: Part, start: Event, now: UnixMicros) {
        let key = key(site, part.partition.as_deref());
        let known = self.young.get(&key).or_else(|| self.old.get(&key));
        let is_later = known.is_none_or(|known| known.event < start);
        if is_later && *self.last_write(site) < start {
            self.insert(key, Cached { part, time: now, event: start });
        }
    }

    /// Notes that a write of parts of a site begins, and drops them from the cache. Returns the event, for
    /// [`end_writing`](Self::end_writing).
    pub(super) fn begin_writing(&mut self, site: &str, parts: &[Part]) -> Event {
        self.note_write(site, parts);
        self.last_event
    }

    /// Notes that a write ended, whether it succeeded or not, and drops the parts from the cache. Returns
    /// whether no other write to the site began or ended meanwhile.
    pub(super) fn end_writing(&mut self, site: &str, parts: &[Part], start: Event) -> bool {
        self.note_write(site, parts) == start
    }

    /// Caches a part that was just written, if [`end_writing`](Self::end_writing) returned true.
    pub(super) fn put_written(&mut self, site: &str, part: Part, now: UnixMicros) {
        let key = key(site, part.partition.as_deref());
        self.insert(key, Cached { part, time: now, event: self.last_event });
    }

    /// Drops parts from the cache and numbers a write to their site. Returns the number before.
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
        let index = self.hashes.hash_one(site) % self.last_writes.len() as u64;
        // OK because the index is below the length.
        &mut self.last_writes[usize::try_from(index).unwrap_or(0)]
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
