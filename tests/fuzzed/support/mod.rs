//! What several laws share.

pub(crate) mod cookies;
pub(crate) mod files;
pub(crate) mod rules;
pub(crate) mod steps;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the check of an input reached. A law that never reaches a branch says nothing about it: the seeds of
/// a law must reach all that it requires.
pub(crate) type Reached = BTreeSet<&'static str>;

/// Fri, 15 Jan 2027 08:00:00 GMT
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// Returns where a part of some bytes is in them.
pub(crate) fn range_in(bytes: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - bytes.as_ptr().addr();
    let range = start..start + part.len();
    assert_eq!(bytes.get(range.clone()).map(<[u8]>::as_ptr), Some(part.as_ptr()));
    range
}
