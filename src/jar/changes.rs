//! What the response changes, in order.

use std::cmp::Ordering;
use std::ops::Range;
use std::{fmt, mem};

use super::sorted_positions::SortedPositions;
use crate::cookie::Cookie;
use crate::header::{SetCookie, SetCookieWriter};
use crate::limits::Limits;

/// The changes of a jar.
///
/// A finished `Set-Cookie` header is nearly all that a change consists of; what else is asked of it
/// is read back from the header.
#[derive(Clone, Default)]
pub(super) struct Changes {
    /// The headers, one after the other. With a string for each, setting fifty took 1.5 times as
    /// long.
    text: String,
    /// In the order of the calls, with those that later changes replaced.
    entries: Vec<ChangeEntry>,
    /// How many entries are not replaced.
    live: usize,
    /// The bytes of the headers that are not replaced.
    header_bytes: usize,
    /// The entries by what identifies their cookies, the latest of each only, if there are
    /// more than [`MAX_LINEAR_SEARCH`].
    by_identity: Option<Box<SortedPositions>>,
}

/// The bytes that each `Set-Cookie` header takes besides its value: `Set-Cookie: ` and CRLF.
const HEADER_LINE_BYTES: usize = 14;

/// Up to this many entries are searched linearly, which takes no longer than using an index.
const MAX_LINEAR_SEARCH: usize = 64;

/// What is kept of a change besides its header.
#[derive(Clone)]
struct ChangeEntry {
    /// The range of the header in the text: name, `=`, value, attributes.
    header: Range<usize>,
    name_len: usize,
    /// The length of the value as it is written.
    value_len: usize,
    /// The value that the next request will yield, if it differs from the one written.
    plain_value: Option<Box<str>>,
    /// `None` for the usual scope: host-only, `Path=/` and no partition.
    scope: Option<Box<Scope>>,
    is_removal: bool,
    is_replaced: bool,
}

/// What identifies a cookie besides its name.
#[derive(Clone, PartialEq, Eq)]
struct Scope {
    domain: Option<Box<str>>,
    path: Option<Box<str>>,
    is_partitioned: bool,
}

/// A scope that borrows, for comparisons.
type ScopeRef<'a> = (Option<&'a str>, Option<&'a str>, bool);

const USUAL_SCOPE: ScopeRef<'static> = (None, Some("/"), false);

fn scope_of<'a>(cookie: &'a Cookie<'_>) -> ScopeRef<'a> {
    (cookie.domain(), cookie.path(), cookie.is_partitioned())
}

impl ChangeEntry {
    fn name<'j>(&self, text: &'j str) -> &'j str {
        let start = self.header.start;
        text.get(start..start + self.name_len).unwrap_or_default()
    }

    #[inline]
    fn is_named(&self, name: &str, text: &str) -> bool {
        let (start, len) = (self.header.start, self.name_len);
        let (name, text) = (name.as_bytes(), text.as_bytes());
        // Most other names differ in their length, and most of the rest in their last byte.
        len == name.len()
            && text
                .get(start..start + len)
                .is_some_and(|own| own.last() == name.last() && own == name)
    }

    fn scope(&self) -> ScopeRef<'_> {
        self.scope.as_ref().map_or(USUAL_SCOPE, |scope| {
            (scope.domain.as_deref(), scope.path.as_deref(), scope.is_partitioned)
        })
    }
}

impl Changes {
    /// Returns the changes, in the order of the calls.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Change<'_>> + Clone {
        let live = self.entries.iter().filter(|entry| !entry.is_replaced);
        live.map(|entry| self.change(entry))
    }

    /// Returns how many positions [`at`](Self::at) has.
    pub(super) fn position_count(&self) -> usize {
        self.entries.len()
    }

    /// Returns the change at a position, unless it was replaced.
    #[inline]
    pub(super) fn at(&self, position: usize) -> Option<Change<'_>> {
        let entry = self.entries.get(position).filter(|entry| !entry.is_replaced)?;
        Some(self.change(entry))
    }

    /// Returns the finished headers, in order.
    pub(super) fn into_set_cookie_headers(self) -> impl Iterator<Item = String> {
        let Self { text, entries, .. } = self;
        let live = entries.into_iter().filter(|entry| !entry.is_replaced);
        live.map(move |entry| text[entry.header].to_owned()) // OK: its range of this text.
    }

    /// Returns how many changes there are.
    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Returns the bytes of all headers together, as lines of HTTP/1.1.
    pub(super) fn response_bytes(&self) -> usize {
        self.header_bytes + self.live * HEADER_LINE_BYTES
    }

    /// Returns the same with a header added, in place of the one at `earlier`.
    pub(super) fn response_bytes_with(&self, header_len: usize, earlier: Option<usize>) -> usize {
        let earlier = earlier.and_then(|position| self.entries.get(position));
        let replaced = earlier.map_or(0, |entry| entry.header.len() + HEADER_LINE_BYTES);
        self.response_bytes() + header_len + HEADER_LINE_BYTES - replaced
    }

    /// Returns the changes of one name, the latest first.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = Change<'_>> {
        let compare = |position| self.name_at(position).cmp(name);
        let indexed = self.by_identity.as_ref().map(|index| index.equal(compare));
        let mut indexed = indexed.unwrap_or_default().to_vec();
        indexed.sort_unstable();
        let searched = if self.by_identity.is_some() { 0 } else { self.entries.len() };
        let is_named = move |position: &usize| {
            self.entries.get(*position).is_some_and(|entry| entry.is_named(name, &self.text))
        };
        let searched = (0..searched).rev().filter(is_named);
        let indexed = indexed.into_iter().rev().map(|position| position as usize);
        searched.chain(indexed).filter_map(|position| self.at(position))
    }

    /// Returns the change of a cookie, with its position.
    #[inline]
    pub(super) fn find(&self, cookie: &Cookie<'_>) -> Option<(usize, Change<'_>)> {
        let (name, scope) = (cookie.name(), scope_of(cookie));
        let position = match &self.by_identity {
            None => self.entries.iter().rposition(|entry| {
                entry.is_named(name, &self.text) && !entry.is_replaced && entry.scope() == scope
            })?,
            Some(index) => {
                let equal = index.equal(|position| self.compare(position, name, scope));
                *equal.first()? as usize
            }
        };
        Some((position, self.at(position)?))
    }

    /// Compares what identifies the cookie at a position with a name and a scope.
    fn compare(&self, position: usize, name: &str, scope: ScopeRef<'_>) -> Ordering {
        let own_scope = || self.entries.get(position).map_or(USUAL_SCOPE, ChangeEntry::scope);
        self.name_at(position).cmp(name).then_with(|| own_scope().cmp(&scope))
    }

    fn name_at(&self, position: usize) -> &str {
        self.entries.get(position).map_or("", |entry| entry.name(&self.text))
    }

    #[inline]
    fn change<'j>(&'j self, entry: &'j ChangeEntry) -> Change<'j> {
        // OK because each entry has a range of the text.
        Change { entry, header: &self.text[entry.header.clone()] }
    }

    /// Appends a change, in place of the one at `earlier`.
    #[inline]
    pub(super) fn push(
        &mut self,
        writer: &SetCookieWriter<'_>,
        plain_value: Option<&str>,
        is_removal: bool,
        earlier: Option<usize>,
    ) {
        if let Some(entry) = earlier.and_then(|position| self.entries.get_mut(position)) {
            entry.is_replaced = true;
            self.header_bytes -= entry.header.len();
            self.live -= 1;
        }
        self.reserve(writer);
        let start = self.text.len();
        writer.write_to(&mut self.text);
        let cookie = writer.0.cookie;
        let scope = scope_of(cookie);
        self.entries.push(ChangeEntry {
            header: start..self.text.len(),
            name_len: cookie.name().len(),
            value_len: writer.0.value_len,
            plain_value: plain_value.map(Box::from),
            scope: (scope != USUAL_SCOPE).then(|| box_scope(scope)),
            is_removal,
            is_replaced: false,
        });
        self.live += 1;
        self.header_bytes += self.text.len() - start;
        if self.entries.len() > 2 * self.live + 8 {
            self.compact();
        } else if self.by_identity.is_some() || self.entries.len() > MAX_LINEAR_SEARCH {
            self.update_index();
        }
    }

    /// Makes room for a change, and for some more.
    #[inline]
    fn reserve(&mut self, writer: &SetCookieWriter<'_>) {
        if self.entries.capacity() == 0 {
            // Most responses change fewer cookies.
            self.entries.reserve_exact(8);
            self.text.reserve_exact(writer.len().max(512));
        } else if self.entries.len() == self.entries.capacity() {
            // Moving what is there is a large part of setting many cookies, so the room grows by a
            // factor of eight; long text, which grows by itself, by 64 KB at most.
            self.entries.reserve_exact(7 * self.entries.len());
            self.text.reserve_exact((7 * self.text.len()).min(0x1_0000));
        }
    }

    /// Drops what was replaced, once it is more than what is left.
    #[cold]
    fn compact(&mut self) {
        let room = String::with_capacity(self.text.capacity());
        let old_text = mem::replace(&mut self.text, room);
        self.entries.retain(|entry| !entry.is_replaced);
        for entry in &mut self.entries {
            let start = self.text.len();
            self.text.push_str(&old_text[entry.header.clone()]); // OK: its range of this text.
            entry.header = start..self.text.len();
        }
        self.by_identity = None;
        if self.entries.len() > MAX_LINEAR_SEARCH {
            self.update_index();
        }
    }

    /// Adds the last entry to the index, or creates the index of all entries.
    #[cold]
    fn update_index(&mut self) {
        let Some(last) = self.entries.len().checked_sub(1) else { return };
        let mut index = self.by_identity.take().unwrap_or_default();
        let first = if index.is_empty() { 0 } else { last };
        for (position, entry) in self.entries.iter().enumerate().skip(first) {
            if !entry.is_replaced {
                let (name, scope) = (entry.name(&self.text), entry.scope());
                index.insert_or_replace(position, |other| self.compare(other, name, scope));
            }
        }
        self.by_identity = Some(index);
    }
}

#[cold]
fn box_scope((domain, path, is_partitioned): ScopeRef<'_>) -> Box<Scope> {
    Box::new(Scope { domain: domain.map(Box::from), path: path.map(Box::from), is_partitioned })
}

/// A change of a jar: a cookie that the response sets or removes.
#[derive(Clone, Copy)]
pub struct Change<'j> {
    entry: &'j ChangeEntry,
    header: &'j str,
}

impl<'j> Change<'j> {
    /// Returns the cookie's name.
    #[must_use]
    pub fn name(self) -> &'j str {
        self.header.get(..self.entry.name_len).unwrap_or_default()
    }

    /// Returns the value that the next request will yield; empty for a removal.
    #[must_use]
    pub fn value(self) -> &'j str {
        self.entry.plain_value.as_deref().unwrap_or_else(|| self.encoded_value())
    }

    /// Returns the cookie's value as it is written.
    pub(super) fn encoded_value(self) -> &'j str {
        self.header.get(self.entry.name_len + 1..self.pair_len()).unwrap_or_default()
    }

    /// Returns the bytes of name, `=` and value.
    pub(super) fn pair_len(self) -> usize {
        self.entry.name_len + 1 + self.entry.value_len
    }

    /// Returns whether the cookie is removed.
    #[must_use]
    pub const fn is_removal(self) -> bool {
        self.entry.is_removal
    }

    /// Returns the cookie with its attributes as a browser will read them, and the [value](Self::value)
    /// that the next request will yield.
    #[must_use]
    pub fn cookie(self) -> Cookie<'j> {
        const NO_LIMITS: Limits =
            Limits::DEFAULT.with_cookie_bytes(u32::MAX).with_attribute_bytes(u32::MAX);
        let cookie = SetCookie::parse_with_limits(self.header.as_bytes(), &NO_LIMITS)
            .and_then(|cookie| cookie.to_cookie());
        // OK because what was checked before it was written can be read back.
        let cookie = cookie.expect("a header that was checked");
        Cookie { encoding: None, ..cookie.with_value(self.value()) }
    }

    /// Returns the finished `Set-Cookie` header.
    #[must_use]
    pub fn set_cookie_header(self) -> &'j str {
        self.header
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("removal", &self.is_removal())
            .field("cookie", &self.cookie())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::ValidCookie;
    use crate::encoding::Encoding;

    fn push(changes: &mut Changes, cookie: &Cookie<'_>) {
        let valid = ValidCookie::check_set(cookie, Encoding::Percent, &Limits::DEFAULT).unwrap();
        changes.push(&SetCookieWriter(valid), None, false, None);
    }

    #[test]
    fn each_part_of_the_identity_tells_changes_apart() {
        let cookies = [
            Cookie::new("a", "1"),
            Cookie::new("b", "2"),
            Cookie::new("a", "3").with_path("/x"),
            Cookie::new("a", "4").with_default_path(),
            Cookie::new("a", "5").with_domain("example.com"),
            Cookie::new("a", "6").with_secure(true).with_partitioned(true),
        ];
        // Searched, and looked up in the index.
        for others in [0, 2 * MAX_LINEAR_SEARCH] {
            let mut changes = Changes::default();
            for other in 0..others {
                push(&mut changes, &Cookie::new(format!("other{other}"), ""));
            }
            for cookie in &cookies {
                push(&mut changes, cookie);
            }
            for (at, cookie) in cookies.iter().enumerate() {
                let found = changes.find(cookie).map(|(position, _)| position);
                assert_eq!(found, Some(others + at), "{cookie:?}");
            }
            assert!(changes.find(&Cookie::new("c", "")).is_none());
        }
    }

    #[test]
    fn replaced_changes_are_dropped_in_time() {
        for others in [0, 2 * MAX_LINEAR_SEARCH] {
            let mut changes = Changes::default();
            for other in 0..others {
                push(&mut changes, &Cookie::new(format!("other{other}"), ""));
            }
            for value in 0..1_000 {
                let cookie = Cookie::new("a", value.to_string());
                let valid =
                    ValidCookie::check_set(&cookie, Encoding::Percent, &Limits::DEFAULT).unwrap();
                let earlier = changes.find(&cookie).map(|(position, _)| position);
                changes.push(&SetCookieWriter(valid), None, false, earlier);
                assert!(changes.entries.len() <= 2 * changes.live + 9);
            }
            assert_eq!(changes.len(), others + 1);
            let last = changes.iter().next_back().map(Change::value);
            assert_eq!(last, Some("999"));
        }
    }
}
