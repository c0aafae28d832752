//! Dates: the cookie-date that user agents read, and the IMF-fixdate that servers write.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thiserror::Error;
use time::{Date, Month, OffsetDateTime};

use crate::octet::DATE_DELIMITER;

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
pub fn imf_fixdate(time: impl Into<SystemTime>) -> Result<ImfFixdate, DateError> {
    ImfFixdate::from_seconds(seconds(time.into()))
}

/// A date as it stands in `Expires`: 29 octets of ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImfFixdate([u8; Self::LEN]);

impl ImfFixdate {
    /// Octets of an IMF-fixdate.
    pub(crate) const LEN: usize = 29;

    /// The date as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // OK because `from_seconds` writes ASCII alone.
        str::from_utf8(&self.0).expect("an IMF-fixdate is ASCII")
    }

    /// Whether the date that is so many seconds after 1970 can be said.
    pub(crate) const fn check(seconds: i64) -> Result<(), DateError> {
        match seconds {
            -11_644_473_600..=253_402_300_799 => Ok(()),
            _ => Err(DateError::OutOfRange { seconds }),
        }
    }

    /// The date that is so many seconds after 1970.
    ///
    /// `IMF-fixdate = day-name "," SP date1 SP time-of-day SP GMT`
    #[expect(
        clippy::cast_possible_truncation,
        reason = "remainders are in the range of their divisor"
    )]
    pub(crate) fn from_seconds(seconds: i64) -> Result<Self, DateError> {
        Self::check(seconds)?;
        let days = seconds.div_euclid(DAY) as i32;
        let date = Date::from_julian_day(days + DAY_OF_1970)
            .map_err(|_| DateError::OutOfRange { seconds })?;
        let (year, month, day) = date.to_calendar_date();
        let year = year.unsigned_abs();
        // 1970 began on a Thursday.
        let weekday = WEEKDAYS[(days + 3).rem_euclid(7) as usize];
        let month = MONTHS[usize::from(u8::from(month) - 1)];
        let of_day = seconds.rem_euclid(DAY) as u32;
        let [w1, w2, w3] = weekday;
        let [d1, d2] = two_digits(day.into());
        let [m1, m2, m3] = month;
        let [[y1, y2], [y3, y4]] = [two_digits(year / 100), two_digits(year % 100)];
        let [h1, h2] = two_digits(of_day / 3600);
        let [i1, i2] = two_digits(of_day / 60 % 60);
        let [s1, s2] = two_digits(of_day % 60);
        Ok(Self([
            w1, w2, w3, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', h1, h2,
            b':', i1, i2, b':', s1, s2, b' ', b'G', b'M', b'T',
        ]))
    }
}

impl fmt::Display for ImfFixdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ImfFixdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImfFixdate").field(&self.as_str()).finish()
    }
}

const WEEKDAYS: [[u8; 3]; 7] = [*b"Mon", *b"Tue", *b"Wed", *b"Thu", *b"Fri", *b"Sat", *b"Sun"];

const MONTHS: [[u8; 3]; 12] = [
    *b"Jan", *b"Feb", *b"Mar", *b"Apr", *b"May", *b"Jun", *b"Jul", *b"Aug", *b"Sep", *b"Oct",
    *b"Nov", *b"Dec",
];

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A number under 100 as two digits.
#[expect(clippy::cast_possible_truncation, reason = "each is a digit")]
const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

/// Whole seconds from 1970 to `time`, rounded down.
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
pub(crate) fn parse_seconds(date: &[u8]) -> Result<i64, DateError> {
    if let Some(found) = Found::in_imf_fixdate(date) {
        return found.finish();
    }
    let mut found = Found::default();
    for token in date.split(|&octet| DATE_DELIMITER.contains(octet)) {
        found.take(token);
    }
    found.finish()
}

/// The parts of a cookie-date that the tokens so far have set.
#[derive(Default)]
struct Found {
    time: Option<[u8; 3]>,
    day: Option<u8>,
    month: Option<u8>,
    year: Option<u16>,
}

impl Found {
    /// What the algorithm finds in `Sun, 06 Nov 1994 08:49:37 GMT`: the date that servers write is
    /// read without looking for its parts.
    fn in_imf_fixdate(date: &[u8]) -> Option<Self> {
        let [w1, w2, w3, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', rest @ ..] = date else {
            return None;
        };
        let [y1, y2, y3, y4, b' ', h1, h2, b':', i1, i2, b':', s1, s2, b' ', b'G', b'M', b'T'] =
            rest
        else {
            return None;
        };
        // The algorithm passes over a word, unless it is a month.
        let weekday = [*w1, *w2, *w3];
        if !weekday.iter().all(u8::is_ascii_alphabetic) || month(&weekday).is_some() {
            return None;
        }
        let two = |tens: &u8, ones: &u8| {
            let [tens, ones] = [tens, ones].map(|digit| digit.wrapping_sub(b'0'));
            (tens <= 9 && ones <= 9).then(|| tens * 10 + ones)
        };
        Some(Self {
            time: Some([two(h1, h2)?, two(i1, i2)?, two(s1, s2)?]),
            day: Some(two(d1, d2)?),
            month: Some(month(&[*m1, *m2, *m3])?),
            year: Some(u16::from(two(y1, y2)?) * 100 + u16::from(two(y3, y4)?)),
        })
    }

    /// "Process each date-token sequentially in the order the date-tokens appear in the
    /// cookie-date": it sets the first part of which it has the form and which isn't set yet. Of
    /// the four forms, all but the month begin with digits.
    fn take(&mut self, token: &[u8]) {
        let (number, digits) = leading_digits(token);
        match (digits, u8::try_from(number)) {
            (0, _) => self.month = self.month.or_else(|| month(token)),
            (1 | 2, Ok(hour)) if self.time.is_none() && token.get(digits) == Some(&b':') => {
                self.time = minute_and_second(&token[digits + 1..]).map(|[m, s]| [hour, m, s]);
                if self.time.is_none() {
                    self.take_number(number, digits);
                }
            }
            _ => self.take_number(number, digits),
        }
    }

    /// `day-of-month = 1*2DIGIT [ non-digit *OCTET ]`, `year = 2*4DIGIT [ non-digit *OCTET ]`
    fn take_number(&mut self, number: u16, digits: usize) {
        match (digits, u8::try_from(number)) {
            (1 | 2, Ok(day)) if self.day.is_none() => self.day = Some(day),
            (2..=4, _) if self.year.is_none() => self.year = Some(number),
            _ => {}
        }
    }

    /// Steps 3 to 6 of the algorithm.
    fn finish(self) -> Result<i64, DateError> {
        let [hour, minute, second] = self.time.ok_or(DateError::NoTime)?;
        let day = self.day.ok_or(DateError::NoDay)?;
        let month = self.month.ok_or(DateError::NoMonth)?;
        let year = match self.year.ok_or(DateError::NoYear)? {
            // "If the year-value is greater than or equal to 70 and less than or equal to 99,
            // increment the year-value by 1900."
            year @ 70..=99 => year + 1900,
            // "If the year-value is greater than or equal to 0 and less than or equal to 69,
            // increment the year-value by 2000."
            year @ 0..=69 => year + 2000,
            year => year,
        };
        if year < 1601 {
            return Err(DateError::Year { year });
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DateError::TimeOfDay { hour, minute, second });
        }
        let date = Month::try_from(month)
            .and_then(|month| Date::from_calendar_date(i32::from(year), month, day))
            .map_err(|_| DateError::Day { year, month, day })?;
        let days = i64::from(date.to_julian_day() - DAY_OF_1970);
        let [hour, minute, second] = [hour, minute, second].map(i64::from);
        Ok(days * DAY + hour * 3600 + minute * 60 + second)
    }
}

/// The Julian day of 1970-01-01.
const DAY_OF_1970: i32 = OffsetDateTime::UNIX_EPOCH.date().to_julian_day();

/// The number that `octets` begin with, and how many digits it has; it counts for up to four.
fn leading_digits(octets: &[u8]) -> (u16, usize) {
    let mut number = 0u16;
    let mut digits = 0;
    for octet in octets.iter().take_while(|octet| octet.is_ascii_digit()) {
        number = number.wrapping_mul(10).wrapping_add(u16::from(octet - b'0'));
        digits += 1;
    }
    (number, digits)
}

/// What follows the hour of a time:
/// `time = hms-time [ non-digit *OCTET ]`, `hms-time = time-field ":" time-field ":" time-field`,
/// `time-field = 1*2DIGIT`
fn minute_and_second(octets: &[u8]) -> Option<[u8; 2]> {
    let (minute, digits @ (1 | 2)) = leading_digits(octets) else { return None };
    let octets = octets[digits..].strip_prefix(b":")?;
    let (second, 1 | 2) = leading_digits(octets) else { return None };
    Some([u8::try_from(minute).ok()?, u8::try_from(second).ok()?])
}

/// `month = ( "jan" / "feb" / ... / "dec" ) *OCTET`, in any case. January is 1.
fn month(token: &[u8]) -> Option<u8> {
    // Of all octets, this makes a lower-case letter of its upper-case form and of itself alone.
    let letters = token.first_chunk::<3>()?.map(|octet| octet | 0x20);
    Some(match &letters {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}
