//! A map that knows which of its groups of cookies expire next, and which were used least recently.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::date::UnixMicros;

/// Cookies that are kept together: those of a site, or those of one of its partitions.
pub(super) trait Group: Default {
    fn is_empty(&self) -> bool;

    /// Returns the bounds that the group is scheduled by.
    fn bounds(&self) -> Bounds;
}

/// When a group needs attention at the earliest. [`UnixMicros::MAX`] is never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// No cookie expires before this time.
    pub(super) expiry: UnixMicros,
    /// Every cookie was used at this time or later.
    pub(super) access: UnixMicros,
}

impl Bounds {
    pub(super) const NEVER: Self = Self { expiry: UnixMicros::MAX, access: UnixMicros::MAX };

    pub(super) fn min(self, other: Self) -> Self {
        Self { expiry: self.expiry.min(other.expiry), access: self.access.min(other.access) }
    }
}

/// Groups of cookies by their key, none of them empty.
#[derive(Clone, Debug)]
pub(super) struct Scheduled<G> {
    groups: HashMap<Arc<str>, G>,
    expiries: BTreeSet<(UnixMicros, Arc<str>)>,
    accesses: BTreeSet<(UnixMicros, Arc<str>)>,
}

impl<G> Default for Scheduled<G> {
    fn default() -> Self {
        Self { groups: HashMap::new(), expiries: BTreeSet::new(), accesses: BTreeSet::new() }
    }
}

impl<G: Group> Scheduled<G> {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(super) fn get(&self, key: &str) -> Option<&G> {
        self.groups.get(key)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &G> {
        self.groups.values()
    }

    pub(super) fn keys(&self) -> Vec<Arc<str>> {
        self.groups.keys().cloned().collect()
    }

    /// Returns the bounds of all groups together.
    pub(super) fn bounds(&self) -> Bounds {
        let first = |times: &BTreeSet<(UnixMicros, Arc<str>)>| {
            times.first().map_or(UnixMicros::MAX, |(time, _)| *time)
        };
        Bounds { expiry: first(&self.expiries), access: first(&self.accesses) }
    }

    /// Returns the group whose cookies expire next, and the time before which none does.
    pub(super) fn next_to_expire(&self) -> Option<(UnixMicros, Arc<str>)> {
        self.expiries.first().cloned()
    }

    /// Returns the group that seems to have the least recently used cookie.
    pub(super) fn least_recently_used(&self) -> Option<Arc<str>> {
        self.accesses.first().map(|(_, key)| key.clone())
    }

    /// Returns the groups that may have cookies that have expired.
    pub(super) fn due(&self, now: UnixMicros) -> impl Iterator<Item = &G> {
        let due = self.expiries.iter().take_while(move |(time, _)| *time <= now);
        due.filter_map(|(_, key)| self.groups.get(key))
    }

    /// Changes a group, or a new one if there is none.
    pub(super) fn change_or_insert<R>(&mut self, key: &str, change: impl FnOnce(&mut G) -> R) -> R {
        if !self.groups.contains_key(key) {
            self.groups.insert(key.into(), G::default());
        }
        // OK because the group is there.
        self.change(key, change).expect("a group that was inserted")
    }

    /// Changes a group, if there is one. A group that is empty then is dropped.
    pub(super) fn change<R>(&mut self, key: &str, change: impl FnOnce(&mut G) -> R) -> Option<R> {
        let group = self.groups.get_mut(key)?;
        let before = group.bounds();
        let result = change(group);
        let (after, is_empty) = (group.bounds(), group.is_empty());
        if is_empty {
            self.reschedule(key, before, Bounds::NEVER);
            self.groups.remove(key);
        } else if before != after {
            self.reschedule(key, before, after);
        }
        Some(result)
    }

    fn reschedule(&mut self, key: &str, before: Bounds, after: Bounds) {
        let Some((key, _)) = self.groups.get_key_value(key) else { return };
        let set = |times: &mut BTreeSet<_>, before, after| {
            if before != after {
                let mut entry = (before, key.clone());
                times.remove(&entry);
                if after != UnixMicros::MAX {
                    entry.0 = after;
                    times.insert(entry);
                }
            }
        };
        set(&mut self.expiries, before.expiry, after.expiry);
        set(&mut self.accesses, before.access, after.access);
    }
}
