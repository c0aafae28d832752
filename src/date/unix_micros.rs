//! Times in microseconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A time in microseconds since 1970, rounded down: 8 bytes, where `SystemTime` has 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnixMicros(i64);

impl UnixMicros {
    pub(crate) const MIN: Self = Self(i64::MIN);
    pub(crate) const MAX: Self = Self(i64::MAX);
    /// The end of the year 9999. Later times are taken for it, so that there are later ones still.
    pub(crate) const LATEST: Self = Self(253_402_300_799_999_999);

    pub(crate) const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub(crate) const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns the next microsecond.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Returns the time, or 1970 if the system's clock cannot represent it.
    pub(crate) fn to_system_time(self) -> SystemTime {
        let distance = Duration::from_micros(self.0.unsigned_abs());
        let time = if self.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.unwrap_or(UNIX_EPOCH)
    }
}

impl From<SystemTime> for UnixMicros {
    fn from(time: SystemTime) -> Self {
        let micros = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let rounded_up = before.as_nanos().div_ceil(1000);
                i64::try_from(rounded_up).map_or(i64::MIN, |micros| -micros)
            }
        };
        Self(micros).min(Self::LATEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_down() {
        let nanos = Duration::from_nanos;
        for (time, micros) in [
            (UNIX_EPOCH, 0),
            (UNIX_EPOCH + nanos(1999), 1),
            (UNIX_EPOCH - nanos(1), -1),
            (UNIX_EPOCH - nanos(1000), -1),
            (UNIX_EPOCH - nanos(1001), -2),
        ] {
            assert_eq!(UnixMicros::from(time), UnixMicros(micros));
        }
        assert_eq!(UnixMicros::from_micros(-5).as_micros(), -5);
        assert_eq!(UnixMicros::from_micros(-5).next(), UnixMicros(-4));
        let time = UNIX_EPOCH - nanos(5000);
        assert_eq!(UnixMicros::from(time).to_system_time(), time);
    }
}
