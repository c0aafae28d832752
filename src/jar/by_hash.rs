//! An index by name of a list that grows at its end.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::iter;

use foldhash::fast::RandomState;

/// For each name, which entries of a list may bear it: those whose names have its hash, each of
/// which leads to the one before it. Nobody can foresee the hashes, so a hostile request can't make
/// them equal.
#[derive(Clone)]
pub(super) struct ByHash {
    /// The last entry of each hash.
    last: HashMap<u64, u32, RandomState>,
    /// The entry before each that has the same hash.
    before: Vec<Option<u32>>,
}

impl ByHash {
    /// The index of an empty list, with room for so many entries.
    pub(super) fn with_room(entries: usize) -> Self {
        let last = HashMap::with_capacity_and_hasher(entries, RandomState::default());
        Self { last, before: Vec::with_capacity(entries) }
    }

    /// The entries that may bear a name, the last first.
    pub(super) fn bearers(&self, name: &str) -> impl Iterator<Item = usize> {
        let last = self.last.get(&self.hash(name)).copied();
        iter::successors(last, |&entry| self.before[entry as usize]).map(|entry| entry as usize)
    }

    /// Adds the next entry of the list.
    pub(super) fn push(&mut self, name: &str) {
        // OK because more entries would take more memory than there is.
        let entry = u32::try_from(self.before.len()).expect("under 2^32 entries");
        let before = self.last.insert(self.hash(name), entry);
        self.before.push(before);
    }

    /// Takes an entry out. The others stay where they are.
    pub(super) fn take(&mut self, entry: usize, name: &str) {
        let before = self.before[entry].take();
        // Whatever leads to it leads to the one before it now.
        let behind = self.bearers(name).take_while(|other| *other != entry).last();
        match (behind, before) {
            (Some(behind), before) => self.before[behind] = before,
            (None, Some(before)) => drop(self.last.insert(self.hash(name), before)),
            (None, None) => drop(self.last.remove(&self.hash(name))),
        }
    }

    fn hash(&self, name: &str) -> u64 {
        self.last.hasher().hash_one(name)
    }
}
