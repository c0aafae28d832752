//! What one operation of a store changed.

use super::change_feed::{Listeners, StoreChange};
use super::stored_cookie::StoredCookie;

/// Counts what one operation changes in a site, and tells those who listen.
pub(super) struct Recorder<'l> {
    listeners: &'l Listeners,
    pub(super) added: Totals,
    pub(super) removed: Totals,
}

/// A number of cookies, and the bytes of their texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) cookies: usize,
    pub(super) text_bytes: usize,
}

impl Totals {
    pub(super) const fn add(&mut self, cookie: &StoredCookie) {
        self.cookies += 1;
        self.text_bytes += cookie.text_bytes();
    }

    pub(super) const fn subtract(&mut self, cookie: &StoredCookie) {
        self.cookies -= 1;
        self.text_bytes -= cookie.text_bytes();
    }

    /// Applies what an operation has added and removed.
    pub(super) const fn apply(&mut self, recorder: &Recorder<'_>) {
        let Self { cookies: added, text_bytes: added_bytes } = recorder.added;
        let Self { cookies: removed, text_bytes: removed_bytes } = recorder.removed;
        // A caller's list of public suffixes that panics can leave numbers that are too small.
        self.cookies = (self.cookies + added).saturating_sub(removed);
        self.text_bytes = (self.text_bytes + added_bytes).saturating_sub(removed_bytes);
    }
}

impl<'l> Recorder<'l> {
    pub(super) fn new(listeners: &'l Listeners) -> Self {
        Self { listeners, added: Totals::default(), removed: Totals::default() }
    }

    pub(super) fn stored(&mut self, cookie: &StoredCookie) {
        self.added.add(cookie);
        self.listeners.tell(|| StoreChange::Stored(cookie.clone()));
    }

    pub(super) fn replaced(&mut self, old: &StoredCookie, new: &StoredCookie) {
        self.added.add(new);
        self.removed.add(old);
        self.listeners.tell(|| StoreChange::Replaced { old: old.clone(), new: new.clone() });
    }

    pub(super) fn removed(&mut self, cookie: &StoredCookie) {
        self.removed.add(cookie);
        self.listeners.tell(|| StoreChange::Removed(cookie.clone()));
    }

    pub(super) fn expired(&mut self, cookie: StoredCookie) {
        self.removed.add(&cookie);
        self.listeners.tell(|| StoreChange::Expired(cookie));
    }

    pub(super) fn evicted(&mut self, cookie: StoredCookie) {
        self.removed.add(&cookie);
        self.listeners.tell(|| StoreChange::Evicted(cookie));
    }
}
