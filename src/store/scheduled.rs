//! Groups of cookies, with a schedule of what expires next and what was used least recently.

use std::collections::HashMap;
use std::sync::Arc;

use super::schedule::{Bounds, Schedule};
use crate::date::UnixMicros;

/// Cookies that are kept together: those of a site, or those of one of its partitions.
pub(super) trait Group: Default {
    fn is_empty(&self) -> bool;

    /// Returns the bounds that the group is scheduled by.
    fn bounds(&self) -> Bounds;
}

/// Groups of cookies by their key, none of them empty.
#[derive(Clone, Debug)]
pub(super) struct Scheduled<G> {
    groups: HashMap<Arc<str>, G>,
    schedule: Schedule,
}

impl<G> Default for Scheduled<G> {
    fn default() -> Self {
        Self { groups: HashMap::new(), schedule: Schedule::default() }
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

    /// Returns the keys, in the order of [`groups`](Self::groups).
    pub(super) fn keys(&self) -> Vec<Arc<str>> {
        self.groups.keys().cloned().collect()
    }

    /// Returns the keys and the groups.
    pub(super) fn into_groups(self) -> impl Iterator<Item = (Arc<str>, G)> {
        self.groups.into_iter()
    }

    /// Returns the bounds of all groups together.
    pub(super) fn bounds(&self) -> Bounds {
        self.schedule.bounds()
    }

    /// Returns the groups that may have cookies that have expired.
    pub(super) fn due(&self, now: UnixMicros) -> impl Iterator<Item = &G> {
        self.schedule.due(now).filter_map(|key| self.groups.get(key))
    }

    /// Changes each group that may have cookies that have expired.
    pub(super) fn change_due(&mut self, now: UnixMicros, mut expire: impl FnMut(&mut G)) {
        let due: Vec<Arc<str>> = self.schedule.due(now).cloned().collect();
        for key in due {
            self.change(&key, &mut expire);
        }
    }

    /// Changes the group that seems to have the least recently used cookie, and returns whether there
    /// is a group.
    pub(super) fn change_least_recently_used(&mut self, evict: impl FnOnce(&mut G)) -> bool {
        let Some(key) = self.schedule.by_access().next().cloned() else { return false };
        self.change(&key, evict).is_some()
    }

    /// Changes a group, or a new one if there is none. A group that is empty then is dropped.
    pub(super) fn change_or_insert<R>(&mut self, key: &str, change: impl FnOnce(&mut G) -> R) -> R {
        if let Some(group) = self.groups.get_mut(key) {
            let before = group.bounds();
            let result = change(group);
            let after = (group.bounds(), group.is_empty());
            self.update(key, before, after);
            return result;
        }
        let mut group = G::default();
        let result = change(&mut group);
        if !group.is_empty() {
            let key = Arc::from(key);
            self.schedule.update(&key, Bounds::NEVER, group.bounds());
            self.groups.insert(key, group);
        }
        result
    }

    /// Changes a group, if there is one. A group that is empty then is dropped.
    pub(super) fn change<R>(&mut self, key: &str, change: impl FnOnce(&mut G) -> R) -> Option<R> {
        let group = self.groups.get_mut(key)?;
        let before = group.bounds();
        let result = change(group);
        let after = (group.bounds(), group.is_empty());
        self.update(key, before, after);
        Some(result)
    }

    /// Schedules a group that was changed, and drops it if it is empty.
    fn update(&mut self, key: &str, before: Bounds, (after, is_empty): (Bounds, bool)) {
        if (before != after || is_empty)
            && let Some((key, _)) = self.groups.get_key_value(key)
        {
            self.schedule.update(key, before, after);
        }
        if is_empty {
            self.groups.remove(key);
        }
    }
}
