//! What the store and a file had when they last met, to tell which of them has changed a cookie.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::store::import::Record;

/// What the store and the file had when they last met.
///
/// Only hashes are kept, with keys that nobody else knows: of the identity 128 bits, so that no two
/// cookies are taken for one, and of the rest 64 bits.
#[derive(Clone, Default)]
pub(super) struct Base {
    identity_hashers: [RandomState; 2],
    contents_hasher: RandomState,
    states: HashMap<CookieKey, State>,
}

/// A hash of a cookie's identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CookieKey([u64; 2]);

/// A hash of what a cookie has beside its identity.
pub(super) type Contents = u64;

/// The contents of a cookie on both sides; `None` where it is missing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) store: Option<Contents>,
    pub(super) file: Option<Contents>,
}

/// Which side has changed a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// None, or both in the same way.
    Neither,
    Store,
    File,
    Both,
}

impl State {
    /// Returns which side has changed a cookie since this state.
    pub(super) fn changed(self, now: Self) -> Changed {
        match (now.store != self.store, now.file != self.file) {
            _ if now.store == now.file => Changed::Neither,
            (false, false) => Changed::Neither,
            (true, false) => Changed::Store,
            (false, true) => Changed::File,
            // What was removed by one side and changed by the other is kept.
            (true, true) if now.file.is_none() => Changed::Store,
            (true, true) if now.store.is_none() => Changed::File,
            (true, true) => Changed::Both,
        }
    }
}

impl Base {
    pub(super) fn key(&self, record: &Record<'_>) -> CookieKey {
        let identity = (
            &record.name,
            &record.domain,
            record.is_host_only,
            &record.path,
            record.partition.as_deref(),
        );
        CookieKey(self.identity_hashers.each_ref().map(|hasher| hasher.hash_one(identity)))
    }

    /// Returns a hash of what a format holds of a cookie. The last access does not count: a cookie that
    /// was sent has not changed.
    pub(super) fn contents(&self, record: &Record<'_>) -> Contents {
        let contents = (&record.value, record.flags, record.expires, record.updated);
        self.contents_hasher.hash_one(contents)
    }

    pub(super) fn state(&self, key: CookieKey) -> State {
        self.states.get(&key).copied().unwrap_or_default()
    }

    /// Returns the cookies that either side had.
    pub(super) fn keys(&self) -> impl Iterator<Item = CookieKey> {
        self.states.keys().copied()
    }

    /// Replaces all states.
    pub(super) fn set_states(&mut self, states: impl IntoIterator<Item = (CookieKey, State)>) {
        let states = states.into_iter().filter(|(_, state)| *state != State::default());
        self.states = states.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_side_has_changed() {
        let state = |[store, file]: [u64; 2]| State {
            store: Some(store).filter(|store| *store > 0),
            file: Some(file).filter(|file| *file > 0),
        };
        for (before, now, changed) in [
            ([1, 1], [1, 1], Changed::Neither),
            ([1, 1], [2, 1], Changed::Store),
            ([1, 1], [1, 2], Changed::File),
            ([1, 1], [2, 3], Changed::Both),
            ([1, 1], [2, 2], Changed::Neither),
            // Added.
            ([0, 0], [1, 0], Changed::Store),
            ([0, 0], [0, 1], Changed::File),
            ([0, 0], [1, 2], Changed::Both),
            // Removed.
            ([1, 1], [0, 1], Changed::Store),
            ([1, 1], [1, 0], Changed::File),
            ([1, 1], [0, 0], Changed::Neither),
            ([1, 1], [0, 2], Changed::File),
            ([1, 1], [2, 0], Changed::Store),
            // Different before, such as a time of expiry that the store has cut.
            ([1, 2], [1, 2], Changed::Neither),
            ([1, 2], [3, 2], Changed::Store),
            ([1, 2], [0, 2], Changed::Store),
            ([0, 2], [0, 2], Changed::Neither),
            ([1, 0], [1, 0], Changed::Neither),
        ] {
            assert_eq!(state(before).changed(state(now)), changed, "{before:?} {now:?}");
        }
    }
}
