//! Dates: the cookie-date that user agents read, and the IMF-fixdate that servers write.

mod cookie_date;
mod error;
mod imf_fixdate;
#[cfg(feature = "store")]
mod unix_micros;
mod unix_time;

use std::time::SystemTime;

pub use error::DateError;
pub use imf_fixdate::ImfFixdate;

pub(crate) use cookie_date::parse_seconds;
#[cfg(feature = "store")]
pub(crate) use unix_micros::UnixMicros;
pub(crate) use unix_time::{from_unix_seconds, to_unix_seconds};

/// Reads a date as user agents do: the cookie-date algorithm of RFC 6265bis, section 5.1.1.
///
/// The algorithm accepts nearly every form of date that servers send, always as UTC, from the year
/// 1601 to 9999.
///
/// # Errors
///
/// A missing part, a year before 1601, and a time of day or a day that does not exist.
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
    parse_seconds(date.as_ref()).map(from_unix_seconds)
}

/// Returns a time as an IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section
/// 5.6.7), rounded down to a whole second.
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
#[inline]
pub fn imf_fixdate(time: impl Into<SystemTime>) -> Result<ImfFixdate, DateError> {
    ImfFixdate::from_unix_seconds(to_unix_seconds(time.into()))
}
