//! Conversions between `SystemTime` and whole seconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// The Julian day of 1970-01-01.
pub(super) const JULIAN_DAY_OF_1970: i32 = OffsetDateTime::UNIX_EPOCH.date().to_julian_day();

/// Returns the whole seconds from 1970 to `time`, rounded down.
#[inline]
pub(crate) fn to_unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let rounded_up = before.as_secs() + u64::from(before.subsec_nanos() > 0);
            0i64.checked_sub_unsigned(rounded_up).unwrap_or(i64::MIN)
        }
    }
}

/// Returns the time that is `seconds` after 1970, or 1970 if the system's clock cannot represent it.
#[inline]
pub(crate) fn from_unix_seconds(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}
