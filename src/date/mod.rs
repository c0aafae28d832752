//! Dates: the cookie-date that user agents read, and the IMF-fixdate that servers write.

mod calendar;
mod cookie_date;
mod imf_fixdate;
mod imf_reader;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thiserror::Error;
use time::OffsetDateTime;

pub use imf_fixdate::ImfFixdate;

/// Why a cookie-date can't be read, or a time can't be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// No `hh:mm:ss`.
    #[error("the date has no time of day")]
    NoTime,
    /// No day of the month: one or two digits.
    #[error("the date has no day of the month")]
    NoDay,
    /// No month: its first three letters.
    #[error("the date has no month")]
    NoMonth,
    /// No year: two to four digits.
    #[error("the date has no year")]
    NoYear,
    /// A year before 1601.
    #[error("the year {year} is before 1601")]
    Year {
        /// The year as read.
        year: u16,
    },
    /// An hour over 23, or a minute or second over 59.
    #[error("the time of day {hour:02}:{minute:02}:{second:02} doesn't exist")]
    TimeOfDay {
        /// The hour as read.
        hour: u8,
        /// The minute as read.
        minute: u8,
        /// The second as read.
        second: u8,
    },
    /// A day that its month doesn't have.
    #[error("the day {year:04}-{month:02}-{day:02} doesn't exist")]
    Day {
        /// The year as read.
        year: u16,
        /// The month as read, 1 to 12.
        month: u8,
        /// The day as read.
        day: u8,
    },
    /// A time outside the years 1601 to 9999, which an IMF-fixdate can't say.
    #[error("a time {seconds} seconds from 1970 is outside the years 1601 to 9999")]
    OutOfRange {
        /// Seconds since 1970-01-01T00:00:00Z.
        seconds: i64,
    },
}

/// Reads a date as user agents do: the cookie-date algorithm of RFC 6265bis, section 5.1.1.
///
/// It takes nearly every shape of date seen in the wild, always as UTC, from the year 1601 to 9999.
///
/// # Errors
///
/// A missing part, a year before 1601, a time of day or a day that doesn't exist.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use gingersnap::date;
///
/// let time = UNIX_EPOCH + Duration::from_secs(784_111_777);
/// assert_eq!(date::parse("Sun, 06 Nov 1994 08:49:37 GMT"), Ok(time));
/// assert_eq!(date::parse("Sunday, 06-Nov-94 08:49:37 GMT"), Ok(time));
/// assert_eq!(date::parse("Nov 6 08:49:37 1994"), Ok(time));
/// assert_eq!(date::parse("tomorrow"), Err(date::DateError::NoTime));
/// ```
pub fn parse(date: impl AsRef<[u8]>) -> Result<SystemTime, DateError> {
    parse_seconds(date.as_ref()).map(system_time)
}

/// Writes a time as `Sun, 06 Nov 1994 08:49:37 GMT`: an IMF-fixdate (RFC 9110, section 5.6.7),
/// rounded down to a whole second.
///
/// # Errors
///
/// [`DateError::OutOfRange`] for a time outside the years 1601 to 9999.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use gingersnap::date;
///
/// let time = UNIX_EPOCH + Duration::from_millis(784_111_777_900);
/// assert_eq!(date::imf_fixdate(time)?.as_str(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// # Ok::<(), date::DateError>(())
/// ```
#[inline(always)]
#[expect(clippy::inline_always, reason = "as for `ImfFixdate::from_seconds`")]
pub fn imf_fixdate(time: impl Into<SystemTime>) -> Result<ImfFixdate, DateError> {
    ImfFixdate::from_seconds(seconds(time.into()))
}

/// Whole seconds from 1970 to `time`, rounded down.
#[inline]
pub(crate) fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let whole = before.as_secs() + u64::from(before.subsec_nanos() > 0);
            0i64.checked_sub_unsigned(whole).unwrap_or(i64::MIN)
        }
    }
}

/// The time that is so many seconds after 1970. What the system's clock can't hold becomes 1970.
#[inline]
pub(crate) fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

/// Seconds from 1970 to a cookie-date.
#[inline]
pub(crate) fn parse_seconds(date: &[u8]) -> Result<i64, DateError> {
    match imf_reader::read(date) {
        Some(seconds) => Ok(seconds),
        None => cookie_date::read(date),
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The Julian day of 1970-01-01.
const DAY_OF_1970: i32 = OffsetDateTime::UNIX_EPOCH.date().to_julian_day();
