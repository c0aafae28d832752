//! What came in with the request.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::Policy;
use super::by_name::ByName;
use super::pairs::{MOST, Pair, Pairs, Span, decoded, make_room};
use crate::encoding::Encoding;
use crate::header::{Skipped, Walk};
use crate::limits::LimitError;
use crate::scan::text;

/// The pairs of a request's `Cookie` fields, as spans of their text: one copy makes them outlive
/// the request.
#[derive(Clone, Default)]
pub(super) struct Received<'h> {
    /// The one field, or all of them one behind the other. The pairs in it are UTF-8.
    text: Cow<'h, [u8]>,
    pairs: Pairs,
    /// Of names, `=` and values.
    bytes: usize,
    skipped: Vec<Skipped>,
    by_name: ByName,
}

/// How many segments a field has, blank ones too.
fn segments(field: &[u8]) -> usize {
    memchr_iter(b';', field).count() + 1
}

/// How many pairs are kept before there is a list of them. Nearly all requests have fewer, and
/// their list is then made with the right size.
const FEW: usize = 16;

impl<'h> Received<'h> {
    /// Reads all fields as one list.
    #[inline]
    pub(super) fn read(
        fields: impl Iterator<Item = &'h [u8]> + Clone,
        policy: &Policy,
    ) -> Result<Self, LimitError> {
        let length = fields.clone().map(<[u8]>::len).sum();
        let limit = (policy.limits().received_bytes() as usize).min(MOST);
        if length > limit {
            return Err(LimitError::ReceivedBytes { actual: length, limit });
        }
        let limit = policy.limits().received_pairs() as usize;
        let room = || fields.clone().map(segments).sum::<usize>().min(limit);
        let mut pairs = match policy.encoding() {
            Encoding::Percent if fields.clone().any(|field| memchr(b'%', field).is_some()) => {
                Pairs::Encoded(vec![])
            }
            _ => Pairs::Plain(vec![]),
        };
        let mut skipped = vec![];
        let mut few = [Pair::default(); FEW];
        let (mut kept, mut others, mut bytes, mut base) = (0, 0, 0, 0);
        for (index, field) in fields.clone().enumerate() {
            let mut walk = Walk::new(field);
            let is_utf8 = walk.is_ascii() || str::from_utf8(field).is_ok();
            while let Some(pair) = walk.next(
                |segment| if is_utf8 { Some(Pair::of(&segment.plain(field)?, base)) } else { None },
                |spans| spans.as_text().map(|_| Pair::of(&spans, base)),
            ) {
                match pair {
                    Ok(pair) => {
                        if kept == FEW {
                            // Over the limit, they are counted alone.
                            if others + FEW <= limit {
                                pairs.extend(&few, room);
                            }
                            others += FEW;
                            kept = 0;
                        }
                        few[kept] = pair;
                        kept += 1;
                        bytes += pair.bytes();
                    }
                    Err(pair) => {
                        if others + kept < limit {
                            make_room(&mut skipped, room);
                            skipped.push(Skipped { field: index, ..pair });
                        }
                        others += 1;
                    }
                }
            }
            base += field.len();
        }
        // Those that are kept in `few` still, and all others.
        let actual = others + kept;
        if actual > limit {
            return Err(LimitError::ReceivedPairs { actual, limit });
        }
        pairs.extend(&few[..kept], move || kept);
        let text = joined(fields, length);
        Ok(Self { text, pairs, bytes, skipped, by_name: ByName::default() })
    }

    /// The same, owning its text.
    pub(super) fn into_owned(self) -> Received<'static> {
        Received {
            text: Cow::Owned(self.text.into_owned()),
            pairs: self.pairs,
            bytes: self.bytes,
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
        let indices = (0..self.pairs.len()).filter(|index| !self.pairs.at(*index).name.is_marked());
        indices.map(|index| self.came(index))
    }

    /// Those of one name.
    #[inline]
    pub(super) fn standing_of(&self, name: &str) -> impl Iterator<Item = Came<'_>> {
        let standing = self.named(name).filter(|index| !self.pairs.at(*index).name.is_marked());
        standing.map(|index| self.came(index))
    }

    /// The first of a name, where nothing was changed yet.
    #[inline]
    pub(super) fn first_of(&self, name: &str) -> Option<Came<'_>> {
        Some(self.came(self.pairs.first_of(name.as_bytes(), &self.text)?))
    }

    /// Whether a pair of this name came in.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// The largest pair for which no change stands, the last of several: name, and bytes of name,
    /// `=` and value.
    pub(super) fn largest(&self) -> Option<(&str, usize)> {
        let indices = (0..self.pairs.len()).filter(|index| !self.pairs.at(*index).raw.is_marked());
        let index = indices.max_by_key(|index| self.pairs.at(*index).bytes())?;
        Some((self.came(index).name(), self.pairs.at(index).bytes()))
    }

    /// How many cookies came in, skipped pairs too, and their bytes without what joins them.
    #[inline]
    pub(super) fn totals(&self) -> (usize, usize) {
        let skipped: usize = self.skipped.iter().map(|skipped| skipped.bytes).sum();
        (self.pairs.len() + self.skipped.len(), self.bytes + skipped)
    }

    /// The first pair of this name for which no change stands yet, with its bytes.
    #[inline]
    pub(super) fn next_of(&mut self, name: &str) -> Option<(usize, usize)> {
        if self.pairs.len() == 0 {
            return None;
        }
        let Self { text, pairs, by_name, .. } = self;
        by_name.build_once(pairs.len(), |index| &text[pairs.at(index).name.range()]);
        let index = self.named(name).find(|index| !self.pairs.at(*index).raw.is_marked())?;
        Some((index, self.pairs.at(index).bytes()))
    }

    /// Leaves this name to the changes. One of them stands for the pair at `replaced`.
    #[inline]
    pub(super) fn change(&mut self, name: &str, replaced: Option<usize>) {
        if self.pairs.len() == 0 {
            return;
        }
        if let Some(index) = replaced {
            self.pairs.at_mut(index).raw.mark();
        }
        let Self { text, pairs, by_name, .. } = self;
        match by_name.bearers(name.as_bytes(), |index| &text[pairs.at(index).name.range()]) {
            Some(run) => run.iter().for_each(|&index| pairs.at_mut(index as usize).name.mark()),
            None => {
                for index in 0..pairs.len() {
                    let pair = pairs.at_mut(index);
                    if pair.is_named(name.as_bytes(), text) {
                        pair.name.mark();
                    }
                }
            }
        }
    }

    /// The names that came in, each once.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> =
            (0..self.pairs.len()).map(|index| self.came(index).name()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The indices of the pairs of one name, in order.
    #[inline]
    fn named(&self, name: &str) -> impl Iterator<Item = usize> {
        let name_of = |index| &self.text[self.pairs.at(index).name.range()];
        let (all, run) = match self.by_name.bearers(name.as_bytes(), name_of) {
            Some(run) => (0..0, run),
            None => (0..self.pairs.len(), &[][..]),
        };
        let candidates = all.chain(run.iter().map(|&index| index as usize));
        candidates.filter(move |index| self.pairs.at(*index).is_named(name.as_bytes(), &self.text))
    }

    #[inline]
    fn came(&self, index: usize) -> Came<'_> {
        Came { received: self, index }
    }

    /// What stands at a span of a pair.
    #[inline]
    fn text(&self, span: Span) -> &str {
        // OK because a pair that isn't UTF-8 is skipped.
        text(&self.text[span.range()]).expect("a pair that was checked")
    }
}

/// The fields one behind the other, of so many bytes in all: HTTP/2 sends one for each pair.
#[inline]
fn joined<'h>(fields: impl Iterator<Item = &'h [u8]> + Clone, bytes: usize) -> Cow<'h, [u8]> {
    let mut full = fields.filter(|field| !field.is_empty());
    let first = full.next().unwrap_or_default();
    if full.clone().next().is_none() {
        return Cow::Borrowed(first);
    }
    let mut text = Vec::with_capacity(bytes);
    text.extend_from_slice(first);
    full.for_each(|field| text.extend_from_slice(field));
    Cow::Owned(text)
}

/// A pair that came in and stands.
#[derive(Clone, Copy)]
pub(super) struct Came<'r> {
    received: &'r Received<'r>,
    index: usize,
}

impl<'r> Came<'r> {
    pub(super) fn name(self) -> &'r str {
        self.received.text(self.received.pairs.at(self.index).name)
    }

    #[inline]
    pub(super) fn raw(self) -> &'r str {
        self.received.text(self.received.pairs.at(self.index).raw)
    }

    #[inline]
    pub(super) fn value(self) -> &'r str {
        match &self.received.pairs {
            Pairs::Plain(_) => self.raw(),
            Pairs::Encoded(pairs) => decoded(self.raw(), &pairs[self.index].1),
        }
    }
}
