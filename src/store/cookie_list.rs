//! The cookies of one site and partition.

use super::recorder::Recorder;
use super::schedule::Bounds;
use super::scheduled::Group;
use super::store_limits::StoreLimits;
use super::stored_cookie::StoredCookie;
use crate::date::UnixMicros;
use crate::user_agent::Identity;

/// The cookies of one site and partition, in the order in which they are sent.
#[derive(Clone, Debug)]
pub(super) struct CookieList {
    cookies: Vec<StoredCookie>,
    /// The bytes of all texts.
    text_bytes: usize,
    bounds: Bounds,
}

impl Default for CookieList {
    fn default() -> Self {
        Self { cookies: Vec::new(), text_bytes: 0, bounds: Bounds::NEVER }
    }
}

impl Group for CookieList {
    fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    fn bounds(&self) -> Bounds {
        self.bounds
    }
}

/// Puts cookies in the order in which they are sent.
impl FromIterator<StoredCookie> for CookieList {
    fn from_iter<I: IntoIterator<Item = StoredCookie>>(cookies: I) -> Self {
        let mut cookies: Vec<_> = cookies.into_iter().collect();
        cookies.sort_by_key(StoredCookie::place);
        let text_bytes = cookies.iter().map(StoredCookie::text_bytes).sum();
        let mut list = Self { cookies, text_bytes, bounds: Bounds::NEVER };
        list.update_bounds();
        list
    }
}

impl CookieList {
    pub(super) fn as_slice(&self) -> &[StoredCookie] {
        &self.cookies
    }

    pub(super) fn iter_mut(&mut self) -> std::slice::IterMut<'_, StoredCookie> {
        self.cookies.iter_mut()
    }

    /// Returns the cookie with an identity, and its position.
    pub(super) fn find(&self, identity: &Identity<'_>) -> Option<(usize, &StoredCookie)> {
        self.cookies.iter().enumerate().find(|(_, cookie)| cookie.has_identity(identity))
    }

    /// Adds a cookie that the list does not have.
    pub(super) fn insert(&mut self, cookie: StoredCookie) {
        let position = self.cookies.partition_point(|other| other.place() <= cookie.place());
        self.count(&cookie);
        self.cookies.insert(position, cookie);
    }

    /// Replaces the cookie at a position by one with the same identity and creation time, and returns
    /// the old one.
    pub(super) fn replace(&mut self, position: usize, mut cookie: StoredCookie) -> StoredCookie {
        self.count(&cookie);
        // OK because the position is that of a cookie.
        std::mem::swap(&mut self.cookies[position], &mut cookie);
        self.text_bytes -= cookie.text_bytes();
        cookie
    }

    fn count(&mut self, cookie: &StoredCookie) {
        self.text_bytes += cookie.text_bytes();
        let times = cookie.times();
        let expiry = times.expires.unwrap_or(UnixMicros::MAX);
        self.bounds = self.bounds.min(Bounds { expiry, access: times.accessed });
    }

    pub(super) fn remove(&mut self, position: usize) -> StoredCookie {
        let cookie = self.cookies.remove(position);
        self.text_bytes -= cookie.text_bytes();
        if self.cookies.is_empty() {
            self.bounds = Bounds::NEVER;
        }
        cookie
    }

    /// Removes the cookies that a condition is true for, and gives them to `removed`.
    pub(super) fn remove_if(
        &mut self,
        mut condition: impl FnMut(&StoredCookie) -> bool,
        mut removed: impl FnMut(StoredCookie),
    ) {
        for cookie in self.cookies.extract_if(.., |cookie| condition(cookie)) {
            self.text_bytes -= cookie.text_bytes();
            removed(cookie);
        }
        self.update_bounds();
    }

    /// Computes the bounds anew: exact ones, which only get inexact as cookies are used and removed.
    fn update_bounds(&mut self) {
        let times = || self.cookies.iter().map(StoredCookie::times);
        self.bounds = Bounds {
            expiry: times().filter_map(|times| times.expires).min().unwrap_or(UnixMicros::MAX),
            access: times().map(|times| times.accessed).min().unwrap_or(UnixMicros::MAX),
        };
    }

    /// Removes the cookies that have expired.
    pub(super) fn expire(&mut self, now: UnixMicros, recorder: &mut Recorder<'_>) {
        if self.bounds.expiry <= now {
            self.remove_if(|cookie| cookie.has_expired(now), |cookie| recorder.expired(cookie));
        }
    }

    /// Removes cookies until the list is within the limits, the least recently used first, and those
    /// without `Secure` before the others.
    pub(super) fn evict(&mut self, limits: &StoreLimits, recorder: &mut Recorder<'_>) {
        let mut excess = 0;
        if self.cookies.len() > limits.site_cookies() as usize {
            excess = self.cookies.len() - limits.site_cookies_kept() as usize;
        }
        while excess > 0 || self.text_bytes > limits.site_bytes() {
            let order = |cookie: &StoredCookie| (cookie.is_secure(), last_use(cookie));
            let Some(position) = self.position_of_min(order) else { break };
            recorder.evicted(self.remove(position));
            excess = excess.saturating_sub(1);
        }
    }

    /// Removes the least recently used cookie, or finds that the list's bound was too low, corrects
    /// it and removes nothing.
    pub(super) fn evict_oldest(&mut self, recorder: &mut Recorder<'_>) {
        let bound = self.bounds.access;
        self.update_bounds();
        if self.bounds.access == bound
            && let Some(position) = self.position_of_min(last_use)
        {
            recorder.evicted(self.remove(position));
        }
    }

    /// Returns the position of the first cookie by an order.
    fn position_of_min<O: Ord>(&self, order: impl Fn(&StoredCookie) -> O) -> Option<usize> {
        let cookies = self.cookies.iter().enumerate();
        cookies.min_by_key(|(_, cookie)| order(cookie)).map(|(position, _)| position)
    }
}

/// Returns when a cookie was used last; of several that were sent together, the older one is first.
fn last_use(cookie: &StoredCookie) -> (UnixMicros, UnixMicros) {
    (cookie.times().accessed, cookie.times().created)
}
