//! The cookies that were received with the request.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::{memchr, memchr_iter};

use super::pair_list::{MAX_HEADER_BYTES, PairList, ReceivedPair};
use super::sorted_positions::SortedPositions;
use super::totals::Size;
use crate::bytes::{as_text, contains_control};
use crate::encoding::Encoding;
use crate::header::{Pair, PairWalker, Segments, SkipReason, Skipped};
use crate::limits::{LimitError, Limits};

/// The pairs of a request's `Cookie` headers, as positions in their text: one copy of the text lets
/// them outlive the request.
#[derive(Clone, Default)]
pub(super) struct RequestCookies<'h> {
    /// All headers, one after the other. Each byte that is not UTF-8 is replaced by a `?`; no
    /// readable pair contains a replaced byte.
    text: Cow<'h, str>,
    /// The readable pairs, and the skipped ones whose name can be read.
    pairs: PairList,
    /// The bytes of all names, `=` and values of `pairs`.
    pair_bytes: usize,
    skipped: Vec<Skipped>,
    /// The skipped pairs without a readable name: how many they are, and their bytes.
    nameless: (usize, usize),
    /// The pairs by name, and those of one name from the longest to the shortest. Made at the first
    /// change, if there are more than [`MAX_LINEAR_SEARCH`].
    by_name: Option<Box<SortedPositions>>,
}

/// Up to this many pairs are searched linearly, which takes no longer than using an index.
const MAX_LINEAR_SEARCH: usize = 128;

/// How many pairs are collected on the stack. Nearly all requests have fewer, and the list is then
/// allocated with exactly the right size, which saves 8 % of the time for a jar of 8 cookies.
const STAGED: usize = 16;

/// Collects pairs up to a limit, and counts the others.
struct Collector {
    pairs: PairList,
    pair_bytes: usize,
    staged: [ReceivedPair; STAGED],
    staged_len: usize,
    /// How many pairs were dropped since there are more than the limit.
    dropped: usize,
    skipped: Vec<Skipped>,
    nameless: (usize, usize),
    limit: usize,
}

impl Collector {
    fn new(pairs: PairList, limit: usize) -> Self {
        Self {
            pairs,
            pair_bytes: 0,
            staged: [ReceivedPair::default(); STAGED],
            staged_len: 0,
            dropped: 0,
            skipped: vec![],
            nameless: (0, 0),
            limit,
        }
    }

    /// Returns how many pairs there were.
    fn count(&self) -> usize {
        self.pairs.len() + self.staged_len + self.dropped + self.nameless.0
    }

    #[inline]
    fn push(&mut self, pair: ReceivedPair, capacity: impl FnOnce() -> usize) {
        if self.staged_len == STAGED {
            if self.pairs.len() + STAGED <= self.limit {
                self.pairs.extend(&self.staged, capacity);
            } else {
                self.dropped += STAGED;
            }
            self.staged_len = 0;
        }
        self.staged[self.staged_len] = pair; // OK because it is less than `STAGED`.
        self.staged_len += 1;
        self.pair_bytes += pair.len();
    }

    /// Adds a pair that was skipped, and the pair itself if its name can be read.
    #[cold]
    fn push_skipped(
        &mut self,
        skipped: Skipped,
        header: &[u8],
        base: usize,
        capacity: impl Fn() -> usize,
    ) {
        if self.count() < self.limit {
            if self.skipped.is_empty() {
                self.skipped.reserve_exact(capacity());
            }
            self.skipped.push(skipped);
        }
        match unreadable_pair(header, &skipped, base) {
            Some(pair) => self.push(pair, capacity),
            None => self.nameless = (self.nameless.0 + 1, self.nameless.1 + skipped.len),
        }
    }
}

impl<'h> RequestCookies<'h> {
    /// Reads all headers as one list.
    #[inline]
    pub(super) fn read(
        headers: &[&'h [u8]],
        limits: &Limits,
        encoding: Encoding,
    ) -> Result<Self, LimitError> {
        let actual = headers.iter().map(|header| header.len()).sum();
        let limit = (limits.received_bytes() as usize).min(MAX_HEADER_BYTES);
        if actual > limit {
            return Err(LimitError::ReceivedBytes { actual, limit });
        }
        let text = join(headers, actual);
        let is_encoded = encoding == Encoding::Percent
            && headers.iter().any(|header| memchr(b'%', header).is_some());
        let pairs = if is_encoded { PairList::Encoded(vec![]) } else { PairList::Plain(vec![]) };
        let limit = limits.received_pairs() as usize;
        let segments = |header: &&[u8]| memchr_iter(b';', header).count() + 1;
        let max_pairs = || headers.iter().map(segments).sum::<usize>().min(limit);

        let mut collector = Collector::new(pairs, limit);
        let mut base = 0;
        for (index, header) in headers.iter().enumerate() {
            let is_text = matches!(text, Cow::Borrowed(_)) || as_text(header).is_some();
            let mut walker = PairWalker::new(header);
            while let Some(pair) = walker.next(
                |pair| is_text.then(|| ReceivedPair::new(&pair, base)),
                |pair| check_text(&pair).map(|()| ReceivedPair::new(&pair, base)),
            ) {
                match pair {
                    Ok(pair) => collector.push(pair, max_pairs),
                    Err(skipped) => {
                        let skipped = Skipped { header: index, ..skipped };
                        collector.push_skipped(skipped, header, base, max_pairs);
                    }
                }
            }
            base += header.len();
        }
        let actual = collector.count();
        if actual > limit {
            return Err(LimitError::ReceivedPairs { actual, limit });
        }
        let Collector { mut pairs, pair_bytes, staged, staged_len, skipped, nameless, .. } =
            collector;
        pairs.extend(staged.get(..staged_len).unwrap_or_default(), || staged_len);
        Ok(Self { text, pairs, pair_bytes, skipped, nameless, by_name: None })
    }

    /// Returns the same cookies with text of their own.
    pub(super) fn into_owned(self) -> RequestCookies<'static> {
        RequestCookies {
            text: Cow::Owned(self.text.into_owned()),
            pairs: self.pairs,
            pair_bytes: self.pair_bytes,
            skipped: self.skipped,
            nameless: self.nameless,
            by_name: self.by_name,
        }
    }

    /// Returns how many indices [`unchanged_at`](Self::unchanged_at) has.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns how many cookies were received, skipped pairs included, and their bytes without what
    /// joins them.
    #[inline]
    pub(super) fn size(&self) -> Size {
        Size {
            cookies: self.pairs.len() + self.nameless.0,
            pair_bytes: self.pair_bytes + self.nameless.1,
        }
    }

    /// Returns the cookie at an index, unless its value cannot be read or the response changed a
    /// cookie of its name.
    #[inline]
    pub(super) fn unchanged_at(&self, index: usize) -> Option<RequestCookie<'_>> {
        let pair = self.pairs.get(index)?;
        let is_shown = !pair.is_name_changed() && !pair.is_unreadable();
        is_shown.then_some(RequestCookie { cookies: self, index, pair: *pair })
    }

    /// Returns the readable cookies whose names the response did not change, in order.
    pub(super) fn unchanged(&self) -> impl Iterator<Item = RequestCookie<'_>> {
        (0..self.pairs.len()).filter_map(|index| self.unchanged_at(index))
    }

    /// Returns those of one name, in order.
    pub(super) fn unchanged_named(&self, name: &str) -> impl Iterator<Item = RequestCookie<'_>> {
        // The index has the longest first.
        let mut indexed = self.indexed(name).unwrap_or_default().to_vec();
        indexed.sort_unstable();
        let searched = if self.by_name.is_some() { 0 } else { self.pairs.len() };
        let is_named = move |index: &usize| {
            self.pairs.get(*index).is_some_and(|pair| pair.is_named(name, &self.text))
        };
        let searched = (0..searched).filter(is_named);
        let indices = searched.chain(indexed.into_iter().map(|index| index as usize));
        indices.filter_map(|index| self.unchanged_at(index))
    }

    /// Returns the first readable cookie of a name, if nothing was changed yet.
    #[inline]
    pub(super) fn first_named(&self, name: &str) -> Option<RequestCookie<'_>> {
        let index = self.pairs.position(name, &self.text)?;
        self.unchanged_at(index)
    }

    /// Returns whether a cookie of this name was received, its value readable or not.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.pairs.any(|pair| pair.is_named(name, &self.text))
    }

    /// Returns the largest cookie that no change is taken to replace (the last of several): its
    /// name, and the bytes of its name, `=` and value.
    pub(super) fn largest(&self) -> Option<(&str, usize)> {
        let pairs = (0..self.pairs.len()).filter_map(|index| self.pairs.get(index));
        let largest = pairs.filter(|pair| !pair.is_replaced()).max_by_key(|pair| pair.len())?;
        Some((self.text.get(largest.name()).unwrap_or_default(), largest.len()))
    }

    /// Returns the longest pair of this name that no change is taken to replace yet, and its length.
    #[inline]
    pub(super) fn longest_unreplaced(&mut self, name: &str) -> Option<(usize, usize)> {
        if self.pairs.len() == 0 {
            return None;
        }
        if self.pairs.len() > MAX_LINEAR_SEARCH && self.by_name.is_none() {
            self.by_name = Some(Box::new(self.sort_by_name()));
        }
        let Some(indexed) = self.indexed(name) else {
            return self.pairs.longest_unreplaced(name, &self.text);
        };
        // The longest is replaced first, so that the replaced ones are in front.
        let is_replaced =
            |index: &u32| self.pairs.get(*index as usize).is_some_and(ReceivedPair::is_replaced);
        let index = *indexed.get(indexed.partition_point(is_replaced))? as usize;
        Some((index, self.pairs.get(index)?.len()))
    }

    /// Marks all cookies of a name as changed, and the pair at `replaced` as replaced.
    #[inline]
    pub(super) fn mark_changed(&mut self, name: &str, replaced: usize) {
        let Some(pair) = self.pairs.get_mut(replaced) else { return };
        pair.mark_replaced();
        if pair.is_name_changed() {
            return;
        }
        if let Some(indexed) = self.indexed(name).map(<[u32]>::to_vec) {
            for index in indexed {
                if let Some(pair) = self.pairs.get_mut(index as usize) {
                    pair.mark_name_changed();
                }
            }
        } else {
            self.pairs.for_each_named(name, &self.text, ReceivedPair::mark_name_changed);
        }
    }

    /// Returns the names that were received, each once.
    pub(super) fn names(&self) -> Vec<&str> {
        let pairs = (0..self.pairs.len()).filter_map(|index| self.pairs.get(index));
        let mut names: Vec<_> = pairs.filter_map(|pair| self.text.get(pair.name())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the indices of the pairs of one name, the longest first, if there is an index.
    fn indexed(&self, name: &str) -> Option<&[u32]> {
        let compare = |index: usize| self.name_at(index).cmp(name);
        self.by_name.as_ref().map(|positions| positions.equal(compare))
    }

    #[cold]
    fn sort_by_name(&self) -> SortedPositions {
        let len = |index| self.pairs.get(index).map_or(0, ReceivedPair::len);
        SortedPositions::new(self.pairs.len(), |a, b| -> Ordering {
            let by_name = self.name_at(a).cmp(self.name_at(b));
            by_name.then_with(|| len(b).cmp(&len(a))).then_with(|| a.cmp(&b))
        })
    }

    fn name_at(&self, index: usize) -> &str {
        self.pairs.get(index).and_then(|pair| self.text.get(pair.name())).unwrap_or_default()
    }
}

/// Checks that a pair is UTF-8, for headers that are not UTF-8 as a whole.
fn check_text(pair: &Pair<'_>) -> Result<(), Skipped> {
    if str::from_utf8(pair.name).is_ok() && str::from_utf8(pair.value).is_ok() {
        Ok(())
    } else {
        Err(Skipped::new(pair.range(), SkipReason::NotUtf8))
    }
}

/// Returns a pair that was skipped if its name can be read: it counts as a cookie of that name.
#[cold]
fn unreadable_pair(header: &[u8], skipped: &Skipped, base: usize) -> Option<ReceivedPair> {
    if matches!(skipped.reason, SkipReason::NoEquals | SkipReason::EmptyName) {
        return None;
    }
    let pair = header.get(skipped.offset..skipped.offset + skipped.len)?;
    let segment = Segments::new(pair).next()?;
    let pair = segment.has_equals().then(|| segment.trimmed_pair(pair))?;
    let is_readable =
        !pair.name.is_empty() && str::from_utf8(pair.name).is_ok() && !contains_control(pair.name);
    is_readable.then(|| ReceivedPair::new(&pair, base + skipped.offset).with_unreadable_value())
}

/// Returns the headers one after the other, as text of the same length.
fn join<'h>(headers: &[&'h [u8]], len: usize) -> Cow<'h, str> {
    if let [header] = headers
        && let Some(text) = as_text(header)
    {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(len);
    for chunk in headers.iter().flat_map(|header| header.utf8_chunks()) {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

/// A cookie that was received.
#[derive(Clone, Copy)]
pub(super) struct RequestCookie<'r> {
    cookies: &'r RequestCookies<'r>,
    index: usize,
    pair: ReceivedPair,
}

impl<'r> RequestCookie<'r> {
    pub(super) fn name(self) -> &'r str {
        self.cookies.text.get(self.pair.name()).unwrap_or_default()
    }

    /// Returns the value as it was received.
    #[inline]
    pub(super) fn encoded_value(self) -> &'r str {
        self.cookies.text.get(self.pair.value()).unwrap_or_default()
    }

    /// Returns the value as plain text.
    #[inline]
    pub(super) fn value(self) -> &'r str {
        self.cookies.pairs.decode(self.index, self.encoded_value())
    }
}
