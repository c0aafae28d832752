//! Checks of `OpenError` for the tests of sealed cookies.

use std::time::Duration;

use gingersnap::errors::{OpenError, OpenErrorKind};

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns which kind of error it is.
pub(crate) fn kind(error: &OpenError) -> &'static str {
    match &error.kind {
        OpenErrorKind::Malformed { .. } => "malformed",
        OpenErrorKind::UnknownKey { .. } => "unknown key",
        OpenErrorKind::Tampered => "tampered",
        OpenErrorKind::MissingChunk { .. } => "missing chunk",
        OpenErrorKind::ForeignChunk { .. } => "foreign chunk",
        OpenErrorKind::IssuedInFuture { .. } => "future",
        OpenErrorKind::Expired { .. } => "expired",
        OpenErrorKind::TooOld { .. } => "too old",
        _ => "unknown",
    }
}

/// Asserts that a cookie does not open, for this reason.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, OpenError>, why: &str) {
    let error = result.expect_err("it opens");
    assert_eq!(kind(&error), why, "{error}");
}
