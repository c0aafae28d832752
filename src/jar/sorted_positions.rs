//! An index for lists too long to search at each change.

use std::cmp::Ordering;

/// The positions of a list's entries in the order of a key, so that the entries of a name are found
/// by binary search.
///
/// Adding an entry moves four bytes for each entry after it, which a hostile request cannot make
/// slow: 3,000 entries are 12 KB. No hash is involved.
#[derive(Clone, Default)]
pub(super) struct SortedPositions(Vec<u32>);

impl SortedPositions {
    /// Sorts the positions of a list of `len` entries.
    pub(super) fn new(len: usize, compare: impl Fn(usize, usize) -> Ordering) -> Self {
        let mut positions: Vec<u32> = (0..len).map(to_u32).collect();
        positions.sort_unstable_by(|a, b| compare(*a as usize, *b as usize));
        Self(positions)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the positions for which `compare` returns `Equal`. It compares an entry with what is
    /// looked for.
    pub(super) fn equal(&self, compare: impl Fn(usize) -> Ordering) -> &[u32] {
        let start = self.0.partition_point(|position| compare(*position as usize).is_lt());
        let rest = self.0.get(start..).unwrap_or_default();
        let len = rest.partition_point(|position| compare(*position as usize).is_le());
        rest.get(..len).unwrap_or_default()
    }

    /// Adds a position, in place of the one for which `compare` returns `Equal`, if there is one.
    pub(super) fn insert_or_replace(
        &mut self,
        position: usize,
        compare: impl Fn(usize) -> Ordering,
    ) {
        match self.0.binary_search_by(|other| compare(*other as usize)) {
            Ok(at) => self.0[at] = to_u32(position), // OK because it was found there.
            Err(at) => self.0.insert(at, to_u32(position)),
        }
    }
}

fn to_u32(position: usize) -> u32 {
    // OK because a list of 2^32 entries would need more memory than there is.
    u32::try_from(position).expect("fewer than 2^32 entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_their_key() {
        let keys = ["b", "a", "c", "b", "b"];
        let sorted = SortedPositions::new(keys.len(), |a, b| keys[a].cmp(keys[b]).then(a.cmp(&b)));
        let find = |key: &str| sorted.equal(|position| keys[position].cmp(key)).to_vec();
        assert_eq!(find("a"), [1]);
        assert_eq!(find("b"), [0, 3, 4]);
        assert_eq!(find("c"), [2]);
        assert_eq!([find(""), find("ab"), find("d")], [const { Vec::<u32>::new() }; 3]);
    }

    #[test]
    fn an_entry_takes_the_place_of_an_equal_one() {
        let keys = ["b", "a", "b"];
        let mut sorted = SortedPositions::default();
        for (position, key) in keys.iter().enumerate() {
            sorted.insert_or_replace(position, |other| keys[other].cmp(key));
        }
        assert_eq!(sorted.0, [1, 2]);
    }
}
