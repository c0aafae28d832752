//! The keys of the server, and how they rotate.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use gingersnap::errors::KeyError;
use gingersnap::protect::{Key, Keyring};

/// How many earlier keys still open cookies. A real server keeps a key as long as the cookies live that
/// it sealed.
const MAX_RETIRED: usize = 3;

/// The keys that requests share.
pub(crate) struct Keys(Mutex<State>);

struct State {
    primary: Key,
    /// The latest first.
    retired: VecDeque<Key>,
    keyring: Keyring,
}

impl Keys {
    pub(crate) fn new(primary: Key) -> Self {
        let keyring = Keyring::new(&primary);
        Self(Mutex::new(State { primary, retired: VecDeque::new(), keyring }))
    }

    /// Returns the present keyring. A clone shares its keys.
    pub(crate) fn keyring(&self) -> Keyring {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keyring.clone()
    }

    /// Makes a new key the primary one. The latest earlier keys only open; the oldest is dropped. In
    /// production, this is a change of the configuration, by someone who may see the keys.
    pub(crate) fn rotate(&self) -> Result<(), KeyError> {
        let key = Key::generate()?;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let previous = std::mem::replace(&mut state.primary, key);
        state.retired.push_front(previous);
        state.retired.truncate(MAX_RETIRED);
        let primary = Keyring::new(&state.primary);
        state.keyring = state.retired.iter().fold(primary, Keyring::with_retired);
        Ok(())
    }
}
