//! `Turns`: which task of a process changes a site next.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot::{Receiver, Sender, channel};

/// The tasks of a process that change a site at once, and in what order they do so.
///
/// A change that meets another one starts again. Of many tasks, each would start again for each of the
/// others, and a task that is always a little later than the others would never be done.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Who waits, by site. A site whose turn nobody has is not there.
    waiting: Mutex<HashMap<String, VecDeque<Sender<Turn>>>>,
}

/// The turn of a task at a site. The next one has it when this is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<(Arc<Turns>, String)>);

impl Turns {
    /// Waits for the turn at a site. Returns `None` if it was [called off](Turn::call_off).
    pub(super) async fn wait(self: &Arc<Self>, site: &str) -> Option<Turn> {
        match self.join(site) {
            Ok(turn) => Some(turn),
            Err(turn) => turn.await.ok(),
        }
    }

    fn join(self: &Arc<Self>, site: &str) -> Result<Turn, Receiver<Turn>> {
        let mut waiting = self.lock();
        if let Some(waiting) = waiting.get_mut(site) {
            let (sender, turn) = channel();
            waiting.push_back(sender);
            return Err(turn);
        }
        waiting.insert(site.to_owned(), VecDeque::new());
        Ok(Turn(Some((Arc::clone(self), site.to_owned()))))
    }

    /// Returns who is next at a site, or that nobody has the turn from now on.
    fn next(&self, site: &str) -> Option<Sender<Turn>> {
        let mut waiting = self.lock();
        let next = waiting.get_mut(site).and_then(VecDeque::pop_front);
        if next.is_none() {
            waiting.remove(site);
        }
        next
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Sender<Turn>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Lets all who wait go on at once. If the engine fails, they learn it together, and not one after
    /// the other, each after a time limit.
    pub(super) fn call_off(mut self) {
        if let Some((turns, site)) = self.0.take() {
            let waiting = turns.lock().remove(&site);
            // It wakes them, when nothing is locked any more.
            drop(waiting);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut held = self.0.take();
        while let Some((turns, site)) = held {
            let Some(next) = turns.next(&site) else { return };
            // One that does not wait any more returns the turn.
            held = next.send(Self(Some((turns, site)))).err().and_then(|mut turn| turn.0.take());
        }
    }
}
