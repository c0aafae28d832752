//! What the response changes, in order.

use std::hash::{BuildHasher, Hash};
use std::ops::Range;
use std::{fmt, mem};

use foldhash::fast::FixedState;

use super::by_hash::ByHash;

use crate::cookie::{Cookie, lower_cased};
use crate::header::{Line, SetCookie};

/// The changes of a jar. A finished field is nearly all that one is: what else is asked of it is
/// read back from there.
#[derive(Clone, Default)]
pub(super) struct Changes {
    /// The fields, one behind the other: what is allocated one by one is freed one by one, and fifty
    /// fields took half as long again.
    text: String,
    /// In the order of the calls; `None` where a later change took the place of an earlier one.
    slots: Vec<Option<Entry>>,
    live: usize,
    /// Which keys of names there may be.
    names: Filter,
    /// The slots of each name, where there are more than are looked through.
    index: Option<Box<ByHash>>,
}

/// Up to how many slots looking through them all is as fast as an index of their names.
const FEW: usize = 64;

/// What is kept of one change beside its field.
#[derive(Clone)]
struct Entry {
    keys: Keys,
    /// Where its field stands in the text: name, `=`, value, attributes.
    field: Range<usize>,
    /// Bytes of the name.
    name: u32,
    /// Bytes of the value as it is written.
    value: u32,
    /// The plain value, where it is written otherwise.
    plain: Option<Box<str>>,
    removal: bool,
}

impl Entry {
    fn name<'j>(&self, text: &'j str) -> &'j str {
        &text[self.field.start..self.field.start + self.name as usize]
    }
}

/// What tells most cookies apart: a key of the name, and one of all else that makes a cookie this
/// one and no other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    name: u32,
    scope: u32,
}

impl Keys {
    #[inline]
    pub(super) fn of(cookie: &Cookie<'_>) -> Self {
        let is_usual =
            cookie.path() == Some("/") && cookie.domain.is_none() && !cookie.is_partitioned();
        let scope = if is_usual { 0 } else { Self::scope(cookie) };
        Self { name: key(cookie.name()), scope }
    }

    fn scope(cookie: &Cookie<'_>) -> u32 {
        let domain = cookie.domain().map(|domain| lower_cased(domain.into()));
        key((domain, cookie.path(), cookie.is_partitioned()))
    }
}

/// What most others don't have in common with this one. It isn't secret: what depends on it alone is
/// bounded, since names can come from a hostile request.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a half of the hash is enough")]
fn key(of: impl Hash) -> u32 {
    FixedState::default().hash_one(of) as u32
}

/// A bit for each key, which other keys may share.
#[derive(Clone, Copy, Default)]
struct Filter([u64; 4]);

impl Filter {
    #[inline]
    fn add(&mut self, key: u32) {
        let (word, bit) = Self::place(key);
        self.0[word] |= bit;
    }

    #[inline]
    fn may_hold(&self, key: u32) -> bool {
        let (word, bit) = Self::place(key);
        self.0[word] & bit != 0
    }

    /// By the key's first byte.
    #[inline]
    const fn place(key: u32) -> (usize, u64) {
        ((key >> 30) as usize, 1 << (key >> 24 & 63))
    }
}

impl Changes {
    /// The changes that count, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Change<'_>> {
        self.slots.iter().flatten().map(|entry| self.change(entry))
    }

    /// The finished fields, in order.
    pub(super) fn into_set_cookie_headers(self) -> impl Iterator<Item = String> {
        let Self { text, slots, .. } = self;
        slots.into_iter().flatten().map(move |entry| text[entry.field].to_owned())
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Those of one name, the latest first.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = Change<'_>> {
        let key = key(name);
        let keyed = self.candidates(name).filter(move |entry| entry.keys.name == key);
        keyed.map(|entry| self.change(entry)).filter(move |change| change.name() == name)
    }

    /// The change of a cookie, which has these keys, with its slot.
    #[inline]
    pub(super) fn find(&self, cookie: &Cookie<'_>, keys: Keys) -> Option<(usize, Change<'_>)> {
        if self.names.may_hold(keys.name) { self.look_for(cookie, keys) } else { None }
    }

    /// A loop of its own: through the iterator of `candidates` it takes 14 instructions for a slot, and
    /// 4 here.
    #[cold]
    fn look_for(&self, cookie: &Cookie<'_>, keys: Keys) -> Option<(usize, Change<'_>)> {
        let slot = match &self.index {
            None => self.slots.iter().rposition(|entry| self.is(entry.as_ref(), cookie, keys)),
            Some(index) => {
                let mut bearers = index.bearers(cookie.name());
                bearers.find(|slot| self.is(self.slots[*slot].as_ref(), cookie, keys))
            }
        }?;
        Some((slot, self.change(self.slots[slot].as_ref()?)))
    }

    #[inline]
    fn is(&self, entry: Option<&Entry>, cookie: &Cookie<'_>, keys: Keys) -> bool {
        let Some(entry) = entry else { return false };
        entry.keys == keys && self.change(entry).is(cookie)
    }

    /// Those that may bear a name, the latest first.
    fn candidates(&self, name: &str) -> impl Iterator<Item = &Entry> {
        let few = if self.index.is_some() { 0 } else { self.slots.len() };
        let indexed = self.index.iter().flat_map(|index| index.bearers(name));
        let slots = (0..few).rev().chain(indexed);
        slots.filter_map(|slot| self.slots[slot].as_ref())
    }

    #[inline]
    fn change<'j>(&'j self, entry: &'j Entry) -> Change<'j> {
        Change { entry, field: &self.text[entry.field.clone()] }
    }

    /// Takes a change out.
    pub(super) fn take(&mut self, slot: usize) {
        let Some(entry) = self.slots[slot].take() else { return };
        self.live -= 1;
        if let Some(index) = &mut self.index {
            index.take(slot, entry.name(&self.text));
        }
    }

    /// Adds a change behind all others.
    #[inline]
    pub(super) fn push(&mut self, keys: Keys, line: &Line<'_>, plain: Option<&str>, removal: bool) {
        // What was taken out is forgotten when it is more than what is left.
        if self.slots.len() > 2 * self.live + 8 {
            self.forget();
        }
        self.make_room(line);
        let start = self.text.len();
        line.write_to(&mut self.text);
        // OK because both are within limits of 32 bits, or came in, which is less.
        let bytes = |bytes: usize| u32::try_from(bytes).expect("bytes within the limits");
        let [name, value] = [line.cookie().name().len(), line.value_bytes()].map(bytes);
        self.names.add(keys.name);
        self.slots.push(Some(Entry {
            keys,
            field: start..self.text.len(),
            name,
            value,
            plain: plain.map(Box::from),
            removal,
        }));
        self.live += 1;
        match &mut self.index {
            Some(index) => index.push(line.cookie().name()),
            None if self.slots.len() > FEW => self.index = Some(self.indexed().into()),
            None => {}
        }
    }

    /// Makes room for a change, and for some more.
    #[inline]
    fn make_room(&mut self, line: &Line<'_>) {
        if self.slots.capacity() == 0 {
            // Most responses change fewer cookies.
            self.slots = Vec::with_capacity(8);
            self.text = String::with_capacity(line.bytes().max(512));
        } else if self.slots.len() == self.slots.capacity() {
            // By eight, since to move what is there takes a good part of setting many cookies; but for
            // text that is long already, which grows by itself.
            self.slots.reserve_exact(7 * self.slots.len());
            self.text.reserve_exact((7 * self.text.len()).min(0x1_0000));
        }
    }

    /// Forgets what was taken out.
    #[cold]
    fn forget(&mut self) {
        let room = String::with_capacity(self.text.capacity());
        let all = mem::replace(&mut self.text, room);
        self.slots.retain(Option::is_some);
        for entry in self.slots.iter_mut().flatten() {
            let start = self.text.len();
            self.text.push_str(&all[entry.field.clone()]);
            entry.field = start..self.text.len();
        }
        self.index = (self.slots.len() > FEW).then(|| self.indexed().into());
    }

    #[cold]
    fn indexed(&self) -> ByHash {
        let mut index = ByHash::with_room(self.slots.capacity());
        self.slots.iter().for_each(|slot| match slot {
            Some(entry) => index.push(entry.name(&self.text)),
            None => index.push(""),
        });
        index
    }
}

/// A change of a jar: a cookie that the response sets or removes.
#[derive(Clone, Copy)]
pub struct Change<'j> {
    entry: &'j Entry,
    field: &'j str,
}

impl<'j> Change<'j> {
    /// The cookie's name.
    #[must_use]
    pub fn name(self) -> &'j str {
        &self.field[..self.entry.name as usize]
    }

    /// The cookie's plain value; empty for a removal.
    #[must_use]
    pub fn value(self) -> &'j str {
        self.entry.plain.as_deref().unwrap_or_else(|| self.raw())
    }

    /// The cookie's value as it is written.
    pub(super) fn raw(self) -> &'j str {
        &self.field[self.entry.name as usize + 1..self.bytes()]
    }

    /// Bytes of name, `=` and value.
    pub(super) fn bytes(self) -> usize {
        self.entry.name as usize + 1 + self.entry.value as usize
    }

    /// Whether the cookie is removed.
    #[must_use]
    pub const fn is_removal(self) -> bool {
        self.entry.removal
    }

    /// The cookie with its attributes, as a browser will read them.
    #[must_use]
    pub fn cookie(self) -> Cookie<'j> {
        // OK because the field is made of text.
        self.read().to_cookie().expect("a field that is text").with_value(self.value())
    }

    /// The `Set-Cookie` field, finished.
    #[must_use]
    pub fn set_cookie_header(self) -> &'j str {
        self.field
    }

    /// The field as a user agent reads it.
    fn read(self) -> SetCookie<'j> {
        // OK because the gate lets through what reads back alone.
        SetCookie::read(self.field.as_bytes(), usize::MAX).expect("a field that was checked")
    }

    /// Whether it is of this cookie: name, domain, path and partition are equal.
    #[inline(never)] // so that the loop that asks it, nearly never, stays small: 5 % of 50 changes
    fn is(self, cookie: &Cookie<'_>) -> bool {
        self.name() == cookie.name() && {
            let own = self.read();
            let domain = cookie.domain().map(|domain| lower_cased(domain.into()));
            own.domain() == domain.as_deref()
                && own.path() == cookie.path().map(str::as_bytes)
                && own.is_partitioned() == cookie.is_partitioned()
        }
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
    use crate::encoding::Encoding;
    use crate::limits::Limits;

    fn push(changes: &mut Changes, cookie: &Cookie<'_>, keys: Keys) {
        let line = Line::to_set(cookie, Encoding::Percent, &Limits::DEFAULT).unwrap();
        changes.push(keys, &line, None, false);
    }

    #[test]
    fn changes_of_equal_keys_are_told_apart() {
        let cookies = [
            Cookie::new("a", "1"),
            Cookie::new("b", "2"),
            Cookie::new("a", "3").with_path("/x"),
            Cookie::new("a", "4").with_default_path(),
            Cookie::new("a", "5").with_domain("example.com"),
            Cookie::new("a", "6").with_secure(true).with_partitioned(true),
        ];
        let keys = Keys { name: 1, scope: 1 };
        // Looked through, and looked up in an index.
        for others in [0, 2 * FEW] {
            let mut changes = Changes::default();
            for other in 0..others {
                let cookie = Cookie::new(format!("other{other}"), "");
                push(&mut changes, &cookie, Keys::of(&cookie));
            }
            for cookie in &cookies {
                push(&mut changes, cookie, keys);
            }
            for (at, cookie) in cookies.iter().enumerate() {
                let found = changes.find(cookie, keys).map(|(slot, _)| slot);
                assert_eq!(found, Some(others + at), "{cookie:?}");
            }
            assert!(changes.find(&Cookie::new("c", ""), keys).is_none());
        }
    }
}
