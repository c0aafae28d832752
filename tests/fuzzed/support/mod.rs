//! What several laws share.

pub(crate) mod files;
pub(crate) mod rules;
pub(crate) mod steps;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the check of an input reached. A law that never reaches a branch says nothing about it: the seeds of
/// a law must reach all that it requires.
pub(crate) type Reached = BTreeSet<&'static str>;

/// Fri, 15 Jan 2027 08:00:00 GMT
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}
