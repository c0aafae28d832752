//! What came in with the request.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr, memchr_iter};

use super::Policy;
use super::by_name::ByName;
use crate::encoding::Encoding;
use crate::header::{Skipped, Spans, Walk};
use crate::limits::LimitError;

/// The pairs of a request's `Cookie` fields, as spans of their text: one copy makes them outlive
/// the request.
#[derive(Clone, Default)]
pub(super) struct Received<'h> {
    /// The one field, or all of them one behind the other.
    text: Cow<'h, str>,
    /// How its values are to be read.
    encoding: Encoding,
    pairs: Vec<Pair>,
    /// Of names, `=` and values.
    octets: usize,
    skipped: Vec<Skipped>,
    by_name: ByName,
}

/// A pair that came in.
#[derive(Clone)]
struct Pair {
    /// In the text.
    name: Span,
    /// In the text.
    raw: Span,
    /// The plain value, where the value was encoded: decoded when it is first asked for, since most
    /// requests ask for a few of their cookies.
    plain: OnceLock<Option<Box<str>>>,
    /// The response changed this name: the changes answer for it.
    changed: bool,
    /// A change stands for this very pair in the projection of the next request.
    replaced: bool,
}

#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is received is at most `MOST` octets"
    )]
    const fn of(range: &Range<usize>, base: usize) -> Self {
        Self { start: (base + range.start) as u32, end: (base + range.end) as u32 }
    }

    const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    const fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

impl Pair {
    /// Whether it bears `name`, in the text that it stands in.
    #[inline]
    fn is_named(&self, name: &str, text: &str) -> bool {
        self.name.len() == name.len() && text.as_bytes()[self.name.range()] == *name.as_bytes()
    }

    /// Octets of name, `=` and value.
    const fn octets(&self) -> usize {
        self.name.len() + 1 + self.raw.len()
    }
}

/// What may be received whatever the limit: spans are 32 bits.
const MOST: usize = 1 << 31;

impl<'h> Received<'h> {
    /// Reads all fields as one list.
    pub(super) fn read(
        fields: impl Iterator<Item = &'h [u8]> + Clone,
        policy: &Policy,
    ) -> Result<Self, LimitError> {
        let octets = fields.clone().map(<[u8]>::len).sum();
        let limit = (policy.limits().received_octets() as usize).min(MOST);
        if octets > limit {
            return Err(LimitError::ReceivedOctets { actual: octets, limit });
        }
        let limit = policy.limits().received_pairs() as usize;
        let segments: usize = fields.clone().map(|f| memchr_iter(b';', f).count() + 1).sum();
        let room = segments.min(limit);
        let mut received = Self { encoding: policy.encoding(), ..Self::default() };
        let mut actual = 0;
        for (index, field) in fields.enumerate() {
            let base = received.text.len();
            let utf8 = received.add_text(field, octets);
            let mut walk = Walk::new(field);
            while let Some(pair) = walk.next(
                |segment| segment.plain(field).filter(|_| utf8),
                |spans| if utf8 { Ok(spans) } else { spans.as_text().map(|_| spans) },
            ) {
                actual += 1;
                if actual > limit {
                    continue; // to count them all
                }
                match pair {
                    Ok(spans) => received.add_pair(&spans, base, room),
                    Err(skipped) => {
                        make_room(&mut received.skipped, room);
                        received.skipped.push(Skipped { field: index, ..skipped });
                    }
                }
            }
        }
        if actual > limit {
            return Err(LimitError::ReceivedPairs { actual, limit });
        }
        Ok(received)
    }

    /// Adds a field to the text, which will have so many `octets` in all, octet for octet, and says
    /// whether all of it is UTF-8. Where it isn't, `?` stands for what isn't ASCII; those pairs are
    /// skipped.
    fn add_text(&mut self, field: &'h [u8], octets: usize) -> bool {
        let utf8 = str::from_utf8(field);
        match utf8 {
            Ok(field) if self.text.is_empty() => self.text = Cow::Borrowed(field),
            Ok(field) => self.owned_text(octets).push_str(field),
            Err(_) => {
                let text = self.owned_text(octets);
                for segment in field.split_inclusive(|&octet| octet == b';') {
                    match str::from_utf8(segment) {
                        Ok(segment) => text.push_str(segment),
                        Err(_) => text.extend(
                            segment.iter().map(|&o| if o.is_ascii() { o as char } else { '?' }),
                        ),
                    }
                }
            }
        }
        utf8.is_ok()
    }

    /// The text, to add to, with room for all fields: HTTP/2 sends one for each pair.
    fn owned_text(&mut self, octets: usize) -> &mut String {
        if let Cow::Borrowed(first) = self.text {
            let mut text = String::with_capacity(octets);
            text.push_str(first);
            self.text = Cow::Owned(text);
        }
        self.text.to_mut()
    }

    /// Adds a pair of the field whose text starts at `base`, the first with room for all.
    #[inline]
    fn add_pair(&mut self, spans: &Spans<'_>, base: usize, room: usize) {
        make_room(&mut self.pairs, room);
        let name = Span::of(&(spans.name_at..spans.name_at + spans.name.len()), base);
        let raw = Span::of(&(spans.value_at..spans.value_at + spans.value.len()), base);
        self.octets += name.len() + 1 + raw.len();
        let plain = OnceLock::new();
        self.pairs.push(Pair { name, raw, plain, changed: false, replaced: false });
    }

    /// The same, owning its text.
    pub(super) fn into_owned(self) -> Received<'static> {
        Received {
            text: Cow::Owned(self.text.into_owned()),
            encoding: self.encoding,
            pairs: self.pairs,
            octets: self.octets,
            skipped: self.skipped,
            by_name: self.by_name,
        }
    }

    /// What was skipped.
    pub(super) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The pairs whose names no change touched, in order.
    pub(super) fn standing(&self) -> impl Iterator<Item = Came<'_>> {
        self.pairs.iter().filter(|pair| !pair.changed).map(|pair| Came { received: self, pair })
    }

    /// Those of one name.
    #[inline]
    pub(super) fn standing_of(&self, name: &str) -> impl Iterator<Item = Came<'_>> {
        let standing = self.named(name).filter(|(_, pair)| !pair.changed);
        standing.map(|(_, pair)| Came { received: self, pair })
    }

    /// The first of a name, where nothing was changed yet.
    pub(super) fn first_of(&self, name: &str) -> Option<Came<'_>> {
        let pair = self.pairs.iter().find(|pair| pair.is_named(name, &self.text))?;
        Some(Came { received: self, pair })
    }

    /// Whether a pair of this name came in.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// The pairs for which no change stands: name, and octets of name, `=` and value.
    pub(super) fn not_replaced(&self) -> impl Iterator<Item = (&str, usize)> {
        let pairs = self.pairs.iter().filter(|pair| !pair.replaced);
        pairs.map(|pair| (&self.text[pair.name.range()], pair.octets()))
    }

    /// How many cookies came in, skipped pairs too, and their octets without what joins them.
    pub(super) fn totals(&self) -> (usize, usize) {
        let skipped: usize = self.skipped.iter().map(|skipped| skipped.octets).sum();
        (self.pairs.len() + self.skipped.len(), self.octets + skipped)
    }

    /// The first pair of this name for which no change stands yet, with its octets.
    pub(super) fn next_of(&mut self, name: &str) -> Option<(usize, usize)> {
        if self.pairs.is_empty() {
            return None;
        }
        let Self { text, pairs, by_name, .. } = self;
        by_name.build_once(pairs.len(), |index| &text[pairs[index].name.range()]);
        let mut pairs = self.named(name).filter(|(_, pair)| !pair.replaced);
        pairs.next().map(|(index, pair)| (index, pair.octets()))
    }

    /// Leaves this name to the changes. One of them stands for the pair at `replaced`.
    pub(super) fn change(&mut self, name: &str, replaced: Option<usize>) {
        if let Some(index) = replaced {
            self.pairs[index].replaced = true;
        }
        let Self { text, pairs, by_name, .. } = self;
        match by_name.bearers(name, |index| &text[pairs[index].name.range()]) {
            Some(run) => run.iter().for_each(|&index| pairs[index as usize].changed = true),
            None => pairs
                .iter_mut()
                .filter(|pair| pair.is_named(name, text))
                .for_each(|pair| pair.changed = true),
        }
    }

    /// The names that came in, each once.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = (0..self.pairs.len()).map(|index| self.name(index)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The pairs of one name, in order, each with its place.
    #[inline]
    fn named(&self, name: &str) -> impl Iterator<Item = (usize, &Pair)> {
        let (all, run) = match self.by_name.bearers(name, |index| self.name(index)) {
            Some(run) => (&[][..], run),
            None => (&self.pairs[..], &[][..]),
        };
        let run = run.iter().map(|&index| (index as usize, &self.pairs[index as usize]));
        all.iter().enumerate().chain(run).filter(move |(_, pair)| pair.is_named(name, &self.text))
    }

    fn name(&self, index: usize) -> &str {
        &self.text[self.pairs[index].name.range()]
    }
}

/// Makes room for so many entries before the first.
#[inline]
fn make_room<T>(list: &mut Vec<T>, room: usize) {
    if list.capacity() == 0 {
        list.reserve_exact(room);
    }
}

/// A pair that came in and stands.
#[derive(Clone, Copy)]
pub(super) struct Came<'r> {
    received: &'r Received<'r>,
    pair: &'r Pair,
}

impl<'r> Came<'r> {
    pub(super) fn name(self) -> &'r str {
        &self.received.text[self.pair.name.range()]
    }

    pub(super) fn raw(self) -> &'r str {
        &self.received.text[self.pair.raw.range()]
    }

    pub(super) fn value(self) -> &'r str {
        let raw = self.raw();
        if memchr(b'%', raw.as_bytes()).is_none() {
            return raw; // as most are
        }
        let plain = self.pair.plain.get_or_init(|| match self.received.encoding.decode(raw) {
            Cow::Owned(plain) => Some(plain.into_boxed_str()),
            Cow::Borrowed(_) => None,
        });
        plain.as_deref().unwrap_or(raw)
    }
}
