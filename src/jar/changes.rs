//! What the response changes, in order.

use super::by_name::ByName;
use crate::cookie::Cookie;
use crate::header::SetCookie;

/// The changes of a jar. A finished field is all that one is: what else is asked of it is read back
/// from there.
#[derive(Clone, Default)]
pub(super) struct Changes {
    /// In the order of the calls; `None` where a later change took the place of an earlier one.
    slots: Vec<Option<Entry>>,
    live: usize,
    by_name: ByName,
}

/// One change.
#[derive(Clone)]
pub(super) struct Entry {
    /// What most other names don't have in common with this one.
    key: u32,
    /// What most other scopes don't have in common with this one.
    scope_key: u32,
    /// The `Set-Cookie` field: name, `=`, value, attributes.
    pub(super) field: String,
    /// Octets of the name.
    name: usize,
    /// Octets of the value as it is written.
    value: usize,
    /// The plain value, where it is written otherwise.
    plain: Option<Box<str>>,
    pub(super) removal: bool,
}

/// A name's length and ends: they tell most names apart without a look at their octets.
fn key(name: &str) -> u32 {
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    let ends = [name.as_bytes().first(), name.as_bytes().last()].map(|end| *end.unwrap_or(&0));
    u32::from(length) << 16 | u32::from(u16::from_le_bytes(ends))
}

impl Entry {
    /// A field whose value has so many octets as it is written.
    pub(super) fn new(
        name: &str,
        scope: &Scope<'_>,
        value: usize,
        plain: Option<&str>,
        field: String,
        removal: bool,
    ) -> Self {
        Self {
            key: key(name),
            scope_key: scope.key(),
            field,
            name: name.len(),
            value,
            plain: plain.map(Box::from),
            removal,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.field[..self.name]
    }

    #[inline]
    fn is_named(&self, key: u32, name: &str) -> bool {
        self.key == key && self.name() == name
    }

    pub(super) fn raw(&self) -> &str {
        &self.field[self.name + 1..self.octets()]
    }

    pub(super) fn value(&self) -> &str {
        self.plain.as_deref().unwrap_or_else(|| self.raw())
    }

    /// Octets of name, `=` and value.
    pub(super) fn octets(&self) -> usize {
        self.name + 1 + self.value
    }

    /// The field as a user agent reads it.
    fn read(&self) -> SetCookie<'_> {
        // OK because the gate lets through what reads back alone.
        SetCookie::read(self.field.as_bytes(), usize::MAX).expect("a field that was checked")
    }

    /// The cookie, with its plain value.
    pub(super) fn cookie(&self) -> Cookie<'_> {
        // OK because the field is made of text.
        self.read().to_cookie().expect("a field that is text").with_value(self.value())
    }

    /// Whether it has the identity of a cookie of its name, whose domain is normalised.
    fn is_at(&self, scope: &Scope<'_>) -> bool {
        let own = self.read();
        own.domain() == scope.domain
            && own.path() == scope.path.map(str::as_bytes)
            && own.partitioned() == scope.partitioned
    }
}

/// What beside its name makes a cookie another one.
pub(super) struct Scope<'a> {
    /// Normalised.
    pub(super) domain: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    pub(super) partitioned: bool,
}

impl Scope<'_> {
    /// Tells most scopes apart without reading their fields: FNV-1a of their octets.
    fn key(&self) -> u32 {
        let [path, domain] = [self.path, self.domain].map(|text| text.unwrap_or_default().bytes());
        let octets = path.chain(domain).chain([self.partitioned.into()]);
        octets.fold(0x811C_9DC5, |key, octet| (key ^ u32::from(octet)).wrapping_mul(0x0100_0193))
    }
}

impl Changes {
    /// The changes that count, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.slots.iter().flatten()
    }

    /// The finished fields, in order.
    pub(super) fn into_fields(self) -> impl Iterator<Item = String> {
        self.slots.into_iter().flatten().map(|entry| entry.field)
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Those of one name, in order, each with its slot.
    #[inline]
    pub(super) fn named(&self, name: &str) -> impl DoubleEndedIterator<Item = (usize, &Entry)> {
        let key = key(name);
        let (all, run) = match self.by_name.bearers(name, |slot| name_at(&self.slots, slot)) {
            Some(run) => (&[][..], run),
            None => (&self.slots[..], &[][..]),
        };
        let run = run.iter().map(|&slot| (slot as usize, &self.slots[slot as usize]));
        let candidates = all.iter().enumerate().chain(run);
        candidates
            .filter_map(|(slot, entry)| Some((slot, entry.as_ref()?)))
            .filter(move |(_, entry)| entry.is_named(key, name))
    }

    /// The change of an identity.
    pub(super) fn find(&self, name: &str, scope: &Scope<'_>) -> Option<(usize, &Entry)> {
        let key = scope.key();
        self.named(name).find(|(_, entry)| entry.scope_key == key && entry.is_at(scope))
    }

    /// Takes a change out.
    pub(super) fn take(&mut self, slot: usize) -> Option<Entry> {
        let name = name_at(&self.slots, slot);
        self.by_name.take(slot, name, |slot| name_at(&self.slots, slot));
        self.live -= usize::from(self.slots[slot].is_some());
        self.slots[slot].take()
    }

    /// Adds a change behind all others.
    pub(super) fn push(&mut self, entry: Entry) {
        // What was taken out is forgotten when it is more than what is left.
        if self.slots.len() > 2 * self.live + 8 {
            self.slots.retain(Option::is_some);
            self.by_name.build(self.slots.len(), |slot| name_at(&self.slots, slot));
        }
        if self.slots.capacity() == 0 {
            self.slots.reserve(8); // most responses change fewer cookies
        }
        self.slots.push(Some(entry));
        self.live += 1;
        let last = self.slots.len() - 1;
        self.by_name.push(last, name_at(&self.slots, last), |slot| name_at(&self.slots, slot));
    }
}

fn name_at(slots: &[Option<Entry>], slot: usize) -> &str {
    slots[slot].as_ref().map_or("", Entry::name)
}

/// A change of a jar: a cookie that the response sets or removes.
#[derive(Clone, Copy)]
pub struct Change<'j>(pub(super) &'j Entry);

impl<'j> Change<'j> {
    /// The cookie's name.
    #[must_use]
    pub fn name(self) -> &'j str {
        self.0.name()
    }

    /// The cookie's plain value; empty for a removal.
    #[must_use]
    pub fn value(self) -> &'j str {
        self.0.value()
    }

    /// Whether the cookie is removed.
    #[must_use]
    pub const fn is_removal(self) -> bool {
        self.0.removal
    }

    /// The cookie with its attributes, as a browser will read them.
    #[must_use]
    pub fn cookie(self) -> Cookie<'j> {
        self.0.cookie()
    }

    /// The `Set-Cookie` field, finished.
    #[must_use]
    pub fn field(self) -> &'j str {
        &self.0.field
    }
}

impl std::fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change")
            .field("removal", &self.is_removal())
            .field("cookie", &self.cookie())
            .finish()
    }
}
