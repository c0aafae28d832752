//! Why a date cannot be read or written.

use thiserror::Error;

/// Why a cookie-date cannot be read, or a time cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// There is no time of day (`hh:mm:ss`).
    #[error("the date has no time of day")]
    NoTime,
    /// There is no day of the month (one or two digits).
    #[error("the date has no day of the month")]
    NoDay,
    /// There is no month (its first three letters).
    #[error("the date has no month")]
    NoMonth,
    /// There is no year (two to four digits).
    #[error("the date has no year")]
    NoYear,
    /// The year is before 1601.
    #[error("the year {year} is before 1601")]
    Year {
        /// The year as read.
        year: u16,
    },
    /// The hour is over 23, or the minute or second is over 59.
    #[error("the time of day {hour:02}:{minute:02}:{second:02} does not exist")]
    TimeOfDay {
        /// The hour as read.
        hour: u8,
        /// The minute as read.
        minute: u8,
        /// The second as read.
        second: u8,
    },
    /// The month has no such day.
    #[error("the day {year:04}-{month:02}-{day:02} does not exist")]
    Day {
        /// The year as read.
        year: u16,
        /// The month as read, 1 to 12.
        month: u8,
        /// The day as read.
        day: u8,
    },
    /// The time is outside the years 1601 to 9999: browsers ignore earlier ones, and an IMF-fixdate
    /// has four digits for the year.
    #[error("a time {seconds} seconds after 1970 is outside the years 1601 to 9999")]
    OutOfRange {
        /// The seconds since 1970-01-01T00:00:00Z.
        seconds: i64,
    },
}
