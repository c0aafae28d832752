//! The changes of a store, for those who listen.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use super::stored_cookie::StoredCookie;

/// A change of a store.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreChange {
    /// A cookie was stored.
    Stored(StoredCookie),
    /// A cookie was stored in place of one with the same identity.
    Replaced {
        /// The cookie that was there.
        old: StoredCookie,
        /// The cookie that is there now.
        new: StoredCookie,
    },
    /// A cookie was removed: by a response, by hand, or at the end of the session.
    Removed(StoredCookie),
    /// A cookie that had expired was dropped.
    Expired(StoredCookie),
    /// A cookie was dropped because a limit was exceeded.
    Evicted(StoredCookie),
    /// This many changes are missing here: the listener was too slow for its queue.
    Missed(u64),
}

/// The changes of a store since the feed was made or last read; returned by
/// [`CookieStore::subscribe`](super::CookieStore::subscribe).
///
/// Requires the feature `store`.
///
/// The changes of one site are in order. The feed never delays the store: when its queue is full,
/// later changes are counted instead, and [`StoreChange::Missed`] says how many there were. Dropping
/// the feed ends it.
pub struct ChangeFeed {
    queue: Arc<Queue>,
}

struct Queue {
    changes: Mutex<Changes>,
    capacity: usize,
}

#[derive(Default)]
struct Changes {
    queued: VecDeque<StoreChange>,
    missed: u64,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ChangeFeed {
    /// Returns the next change, or `None` if there is none now.
    #[must_use]
    pub fn try_next(&self) -> Option<StoreChange> {
        let mut changes = self.queue.lock();
        changes.queued.pop_front().or_else(|| {
            let missed = std::mem::take(&mut changes.missed);
            (missed > 0).then_some(StoreChange::Missed(missed))
        })
    }

    /// Returns all changes that there are now.
    #[must_use]
    pub fn drain(&self) -> Vec<StoreChange> {
        let Changes { queued, missed } = std::mem::take(&mut *self.queue.lock());
        let missed = (missed > 0).then_some(StoreChange::Missed(missed));
        queued.into_iter().chain(missed).collect()
    }
}

impl fmt::Debug for ChangeFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeFeed")
            .field("queued", &self.queue.lock().queued.len())
            .finish_non_exhaustive()
    }
}

/// Those who listen to a store. A copy of a store has none.
#[derive(Default)]
pub(super) struct Listeners {
    /// Whether anybody may listen: a store without listeners pays for no more than this look.
    are_there: AtomicBool,
    queues: RwLock<Vec<Weak<Queue>>>,
}

impl Listeners {
    pub(super) fn subscribe(&self, capacity: usize) -> ChangeFeed {
        let queue = Arc::new(Queue { changes: Mutex::default(), capacity });
        let mut queues = self.queues.write().unwrap_or_else(PoisonError::into_inner);
        queues.retain(|queue| queue.strong_count() > 0);
        queues.push(Arc::downgrade(&queue));
        self.are_there.store(true, Ordering::Release);
        ChangeFeed { queue }
    }

    /// Tells everybody who listens about a change.
    pub(super) fn tell(&self, change: impl FnOnce() -> StoreChange) {
        if self.are_there.load(Ordering::Acquire) {
            self.push(&change());
        }
    }

    #[cold]
    fn push(&self, change: &StoreChange) {
        let queues = self.queues.read().unwrap_or_else(PoisonError::into_inner);
        let mut is_anybody_there = false;
        for queue in queues.iter().filter_map(Weak::upgrade) {
            is_anybody_there = true;
            let mut changes = queue.lock();
            if changes.missed > 0 || changes.queued.len() >= queue.capacity {
                changes.missed += 1;
            } else {
                changes.queued.push_back(change.clone());
            }
        }
        if !is_anybody_there {
            // A feed that is made meanwhile waits for the lock, and sets this again.
            self.are_there.store(false, Ordering::Release);
        }
    }
}

impl Clone for Listeners {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listeners")
    }
}
