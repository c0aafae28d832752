//! The iterators of a jar.

use std::fmt;
use std::ops::Range;

use super::changes::Changes;
use super::request_cookies::RequestCookies;

/// The names and plain values of a jar's cookies; returned by
/// [`CookieJar::iter`](crate::CookieJar::iter).
#[derive(Clone)]
pub struct Iter<'j> {
    received: &'j RequestCookies<'j>,
    received_left: Range<usize>,
    changes: &'j Changes,
    changes_left: Range<usize>,
}

impl<'j> Iter<'j> {
    pub(super) fn new(received: &'j RequestCookies<'j>, changes: &'j Changes) -> Self {
        Self {
            received,
            received_left: 0..received.len(),
            changes,
            changes_left: 0..changes.position_count(),
        }
    }
}

impl<'j> Iterator for Iter<'j> {
    type Item = (&'j str, &'j str);

    fn next(&mut self) -> Option<Self::Item> {
        let received = self.received;
        let unchanged = self.received_left.find_map(|index| received.unchanged_at(index));
        if let Some(cookie) = unchanged {
            return Some((cookie.name(), cookie.value()));
        }
        let changes = self.changes;
        let mut latest_first = self.changes_left.by_ref().rev();
        latest_first
            .find_map(|position| changes.at(position).filter(|change| !change.is_removal()))
            .map(|change| (change.name(), change.value()))
    }
}

impl fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(|(name, _)| name)).finish()
    }
}

/// The values of the `Set-Cookie` headers to send, in order; returned by
/// [`CookieJar::set_cookie_headers`](crate::CookieJar::set_cookie_headers).
#[derive(Clone)]
pub struct SetCookieHeaders<'j> {
    changes: &'j Changes,
    left: Range<usize>,
}

impl<'j> SetCookieHeaders<'j> {
    pub(super) fn new(changes: &'j Changes) -> Self {
        Self { changes, left: 0..changes.position_count() }
    }
}

impl<'j> Iterator for SetCookieHeaders<'j> {
    type Item = &'j str;

    fn next(&mut self) -> Option<&'j str> {
        let changes = self.changes;
        let change = self.left.find_map(|position| changes.at(position))?;
        Some(change.set_cookie_header())
    }
}

impl DoubleEndedIterator for SetCookieHeaders<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let changes = self.changes;
        let change = self.left.by_ref().rev().find_map(|position| changes.at(position))?;
        Some(change.set_cookie_header())
    }
}

/// Lists the changes; `Debug` of a [`Change`](crate::Change) masks the value.
impl fmt::Debug for SetCookieHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = self.left.clone().filter_map(|position| self.changes.at(position));
        f.debug_list().entries(changes).finish()
    }
}
