//! The IMF-fixdate, the form in which servers write dates (RFC 9110, section 5.6.7).

use std::fmt;

use time::Date;

use super::error::DateError;
use super::unix_time::JULIAN_DAY_OF_1970;

/// A date as it is written in `Expires`: 29 bytes of ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImfFixdate(AlignedText);

/// The date, followed by three spaces.
///
/// The only safe way back to `&str` is `str::from_utf8`, which reads 16 bytes at a time where they
/// are aligned: 3 ns instead of 14.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(16))]
struct AlignedText([u8; 32]);

impl ImfFixdate {
    /// The length of an IMF-fixdate, in bytes.
    pub(crate) const LEN: usize = 29;

    /// Returns the date as text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        // OK because `from_unix_seconds` writes only ASCII.
        let text = str::from_utf8(&self.0.0).expect("an IMF-fixdate is ASCII");
        &text[..Self::LEN]
    }

    /// Checks that the time `seconds` after 1970 is in the years 1601 to 9999.
    pub(crate) const fn check(seconds: i64) -> Result<(), DateError> {
        match seconds {
            -11_644_473_600..=253_402_300_799 => Ok(()),
            _ => Err(DateError::OutOfRange { seconds }),
        }
    }

    /// Returns the date that is `seconds` after 1970.
    ///
    /// `IMF-fixdate = day-name "," SP date1 SP time-of-day SP GMT`
    #[inline]
    pub(crate) fn from_unix_seconds(seconds: i64) -> Result<Self, DateError> {
        Self::check(seconds)?;
        let out_of_range = DateError::OutOfRange { seconds };
        let days = i32::try_from(seconds.div_euclid(86_400)).map_err(|_| out_of_range)?;
        let date = Date::from_julian_day(JULIAN_DAY_OF_1970 + days).map_err(|_| out_of_range)?;
        let second_of_day = u32::try_from(seconds.rem_euclid(86_400)).map_err(|_| out_of_range)?;
        let (year, month, day) = date.to_calendar_date();

        let mut text = *b"Sun, 00 Jan 0000 00:00:00 GMT   ";
        // 1970-01-01 was a Thursday.
        text[..3].copy_from_slice(WEEKDAYS[(days + 3).rem_euclid(7) as usize]);
        text[5..7].copy_from_slice(&two_digits(day.into()));
        text[8..11].copy_from_slice(MONTHS[month as usize - 1]);
        text[12..14].copy_from_slice(&two_digits(year.unsigned_abs() / 100));
        text[14..16].copy_from_slice(&two_digits(year.unsigned_abs()));
        text[17..19].copy_from_slice(&two_digits(second_of_day / 3600));
        text[20..22].copy_from_slice(&two_digits(second_of_day / 60 % 60));
        text[23..25].copy_from_slice(&two_digits(second_of_day % 60));
        Ok(Self(AlignedText(text)))
    }
}

/// Returns the last two digits of a number.
const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

/// The names of the weekdays, from Monday on.
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// The names of the months, from January on.
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

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
