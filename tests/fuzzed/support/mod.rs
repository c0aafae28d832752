//! What several laws share.

pub(crate) mod files;
pub(crate) mod ready;
pub(crate) mod rules;
pub(crate) mod steps;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Fri, 15 Jan 2027 08:00:00 GMT
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}
