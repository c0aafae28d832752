//! An index by name, for jars too large to walk at each change.

use std::ops::Range;

/// Up to how many entries walking them all is as fast as the index.
const SMALL: usize = 128;

/// The indices of a list's entries, sorted by their names, and by themselves where names are equal:
/// what bears a name is one run, found by binary search. A change moves four bytes for each entry
/// behind it at most, so a hostile request can't make changes slow.
///
/// It isn't kept while the list is small.
#[derive(Clone, Debug, Default)]
pub(super) struct ByName(Vec<u32>);

impl ByName {
    /// Indexes a list of `len` entries, unless it is small.
    pub(super) fn build<'n>(&mut self, len: usize, name_of: impl Fn(usize) -> &'n [u8]) {
        self.0.clear();
        if len > SMALL {
            self.0.extend((0..len).map(entry));
            self.0.sort_by(|&a, &b| name_of(a as usize).cmp(name_of(b as usize)));
        }
    }

    /// Indexes a list that stays as it is, unless that was done.
    pub(super) fn build_once<'n>(&mut self, len: usize, name_of: impl Fn(usize) -> &'n [u8]) {
        if len > SMALL && !self.is_built() {
            self.build(len, name_of);
        }
    }

    /// Whether there is an index.
    pub(super) fn is_built(&self) -> bool {
        !self.0.is_empty()
    }

    /// The entries that bear `name`, in order; `None` where there is no index.
    pub(super) fn bearers<'n>(
        &self,
        name: &[u8],
        name_of: impl Fn(usize) -> &'n [u8],
    ) -> Option<&[u32]> {
        self.is_built().then(|| &self.0[self.run(name, name_of)])
    }

    fn run<'n>(&self, name: &[u8], name_of: impl Fn(usize) -> &'n [u8]) -> Range<usize> {
        let is = |index: &u32| name_of(*index as usize) == name;
        let start = self.0.partition_point(|&index| name_of(index as usize) < name);
        let rest = &self.0[start..];
        // Most names are borne once.
        let count = match rest {
            [one, other, ..] if !is(other) => usize::from(is(one)),
            _ => rest.partition_point(is),
        };
        start..start + count
    }
}

/// An index as it is kept.
fn entry(index: usize) -> u32 {
    // OK because a list of 2^32 entries would take more memory than there is: each has 16 bytes.
    u32::try_from(index).expect("a list under 2^32 entries")
}
