//! Which groups of cookies expire next, and which were used least recently.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::date::UnixMicros;

/// When a group of cookies needs attention at the earliest. [`UnixMicros::MAX`] is never.
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

/// The bounds of groups of cookies, by time.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    expiries: BTreeSet<(UnixMicros, Arc<str>)>,
    accesses: BTreeSet<(UnixMicros, Arc<str>)>,
}

impl Schedule {
    /// Replaces the bounds of a group.
    pub(super) fn update(&mut self, group: &Arc<str>, before: Bounds, after: Bounds) {
        update(&mut self.expiries, group, before.expiry, after.expiry);
        update(&mut self.accesses, group, before.access, after.access);
    }

    /// Returns the bounds of all groups together.
    pub(super) fn bounds(&self) -> Bounds {
        let first = |times: &BTreeSet<(UnixMicros, Arc<str>)>| {
            times.first().map_or(UnixMicros::MAX, |(time, _)| *time)
        };
        Bounds { expiry: first(&self.expiries), access: first(&self.accesses) }
    }

    /// Returns the groups that may have cookies that have expired.
    pub(super) fn due(&self, now: UnixMicros) -> impl Iterator<Item = &Arc<str>> {
        self.expiries.iter().take_while(move |(time, _)| *time <= now).map(|(_, group)| group)
    }

    /// Returns the groups in the order in which they seem to have been used, the least recently used
    /// one first.
    pub(super) fn by_access(&self) -> impl Iterator<Item = &Arc<str>> {
        self.accesses.iter().map(|(_, group)| group)
    }
}

fn update(
    times: &mut BTreeSet<(UnixMicros, Arc<str>)>,
    group: &Arc<str>,
    before: UnixMicros,
    after: UnixMicros,
) {
    if before == after {
        return;
    }
    let mut entry = (before, group.clone());
    if before != UnixMicros::MAX {
        times.remove(&entry);
    }
    if after != UnixMicros::MAX {
        entry.0 = after;
        times.insert(entry);
    }
}
