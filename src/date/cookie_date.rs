//! The cookie-date algorithm (RFC 6265bis, section 5.1.1).

use time::{Date, Month};

use super::error::DateError;
use super::unix_time::JULIAN_DAY_OF_1970;
use crate::bytes::DATE_DELIMITER;

/// Returns the seconds from 1970 to a cookie-date.
#[inline]
pub(crate) fn parse_seconds(date: &[u8]) -> Result<i64, DateError> {
    // Nearly all dates are IMF-fixdates, whose parts have fixed positions: 20 ns instead of 45.
    match imf_fixdate_parts(date).map(DateParts::into_unix_seconds) {
        Some(Ok(seconds)) => Ok(seconds),
        // The general algorithm also gives the errors.
        _ => find_parts(date)?.into_unix_seconds(),
    }
}

/// The parts of a date, as read.
#[derive(Default)]
struct DateParts {
    /// Hour, minute and second.
    time: [u8; 3],
    day: u8,
    /// 1 for January.
    month: u8,
    year: u16,
}

/// Returns the parts of a date in the form `Sun, 06 Nov 1994 08:49:37 GMT`.
#[inline]
fn imf_fixdate_parts(date: &[u8]) -> Option<DateParts> {
    #[rustfmt::skip]
    let &[
        w1, w2, w3, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ',
        hour1, hour2, b':', minute1, minute2, b':', second1, second2, b' ', b'G', b'M', b'T',
    ] = date else {
        return None;
    };
    // Another word could be taken for a month by the general algorithm.
    if !matches!(&[w1, w2, w3], b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun") {
        return None;
    }
    Some(DateParts {
        time: [
            two_digits(hour1, hour2)?,
            two_digits(minute1, minute2)?,
            two_digits(second1, second2)?,
        ],
        day: two_digits(d1, d2)?,
        month: month_number([m1, m2, m3])?,
        year: u16::from(two_digits(y1, y2)?) * 100 + u16::from(two_digits(y3, y4)?),
    })
}

/// Returns the number that two digits stand for.
const fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Some((tens - b'0') * 10 + (ones - b'0'))
    } else {
        None
    }
}

/// The parts of a date that have been found, a bit for each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Found(u8);

impl Found {
    const TIME: u8 = 1;
    const DAY: u8 = 2;
    const MONTH: u8 = 4;
    const YEAR: u8 = 8;
    const ALL: Self = Self(Self::TIME | Self::DAY | Self::MONTH | Self::YEAR);

    const fn lacks(self, part: u8) -> bool {
        self.0 & part == 0
    }
}

/// Finds the parts of a date, in whatever order they are.
///
/// "Process each date-token sequentially in the order the date-tokens appear in the cookie-date": a
/// token gives the first part whose form it has and that has not been found yet. Of the four forms,
/// all but the month begin with a digit.
fn find_parts(date: &[u8]) -> Result<DateParts, DateError> {
    let mut parts = DateParts::default();
    let mut found = Found(0);
    let mut at = 0;
    // Once all parts have been found, the rest of the date means nothing.
    while found != Found::ALL
        && let Some(&first) = date.get(at)
    {
        if DATE_DELIMITER.contains(first) {
            at += 1;
            continue;
        }
        let token = &date[at..]; // OK because `at` is the position of `first`.
        if first.is_ascii_digit() {
            at += read_number(token, &mut parts, &mut found);
        } else if found.lacks(Found::MONTH)
            && let Some(&letters) = token.first_chunk()
            && let Some(month) = month_number(letters)
        {
            // `month = ( "jan" / "feb" / ... / "dec" ) *OCTET`
            parts.month = month;
            found.0 |= Found::MONTH;
        }
        while date.get(at).is_some_and(|&byte| !DATE_DELIMITER.contains(byte)) {
            at += 1;
        }
    }
    // "Abort this algorithm and fail to parse the cookie-date if: at least one of the
    // found-day-of-month, found-month, found-year, or found-time flags is not set"
    if found.lacks(Found::TIME) {
        Err(DateError::NoTime)
    } else if found.lacks(Found::DAY) {
        Err(DateError::NoDay)
    } else if found.lacks(Found::MONTH) {
        Err(DateError::NoMonth)
    } else if found.lacks(Found::YEAR) {
        Err(DateError::NoYear)
    } else {
        Ok(parts)
    }
}

/// Reads a token that begins with a digit, and returns how many digits it begins with.
fn read_number(token: &[u8], parts: &mut DateParts, found: &mut Found) -> usize {
    let (number, digits) = leading_digits(token);
    let [low_byte, _] = number.to_le_bytes();
    if digits <= 2
        && found.lacks(Found::TIME)
        && let Some([minute, second]) = minute_and_second(&token[digits..])
    {
        parts.time = [low_byte, minute, second];
        found.0 |= Found::TIME;
    } else if digits <= 2 && found.lacks(Found::DAY) {
        // `day-of-month = 1*2DIGIT [ non-digit *OCTET ]`
        parts.day = low_byte;
        found.0 |= Found::DAY;
    } else if (2..=4).contains(&digits) && found.lacks(Found::YEAR) {
        // `year = 2*4DIGIT [ non-digit *OCTET ]`
        parts.year = number;
        found.0 |= Found::YEAR;
    }
    digits
}

/// Returns the number that `bytes` begin with, and how many digits it has. The number counts for up
/// to four digits; of more, only their count is used.
fn leading_digits(bytes: &[u8]) -> (u16, usize) {
    let mut number = 0u16;
    let mut digits = 0;
    for byte in bytes.iter().take_while(|byte| byte.is_ascii_digit()) {
        number = number.wrapping_mul(10).wrapping_add(u16::from(byte - b'0'));
        digits += 1;
    }
    (number, digits)
}

/// Reads what follows the hour of a time:
/// `time = hms-time [ non-digit *OCTET ]`, `hms-time = time-field ":" time-field ":" time-field`,
/// `time-field = 1*2DIGIT`
#[inline(never)] // Inlined, it takes registers of the loop above: a tenth of its time.
fn minute_and_second(bytes: &[u8]) -> Option<[u8; 2]> {
    let bytes = bytes.strip_prefix(b":")?;
    let (minute, digits @ (1 | 2)) = leading_digits(bytes) else { return None };
    let bytes = bytes.get(digits..)?.strip_prefix(b":")?;
    let (second, 1 | 2) = leading_digits(bytes) else { return None };
    Some([u8::try_from(minute).ok()?, u8::try_from(second).ok()?])
}

/// Returns the month that three letters stand for, compared case-insensitively; January is 1.
#[inline]
const fn month_number([first, second, third]: [u8; 3]) -> Option<u8> {
    // Setting 0x20 turns upper case into lower case, and nothing else into a letter.
    Some(match &[first | 0x20, second | 0x20, third | 0x20] {
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

impl DateParts {
    /// Checks the parts, and returns the seconds from 1970.
    #[inline]
    fn into_unix_seconds(self) -> Result<i64, DateError> {
        let Self { time: [hour, minute, second], day, month, year } = self;
        let year = match year {
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
        let days = i64::from(date.to_julian_day() - JULIAN_DAY_OF_1970);
        let [hour, minute, second] = [hour, minute, second].map(i64::from);
        Ok(days * 86_400 + hour * 3600 + minute * 60 + second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &[u8; 29] = b"Sun, 06 Nov 1994 08:49:37 GMT";

    /// What the general algorithm makes of a date.
    fn general(date: &[u8]) -> Result<i64, DateError> {
        find_parts(date)?.into_unix_seconds()
    }

    #[test]
    fn a_date_with_any_byte_changed_reads_as_the_general_algorithm_says() {
        for at in 0..DATE.len() {
            for byte in 0..=u8::MAX {
                let mut date = *DATE;
                date[at] = byte;
                assert_eq!(parse_seconds(&date), general(&date), "{}", date.escape_ascii());
            }
        }
    }

    #[test]
    fn all_weekdays_months_and_days_take_the_fast_path() {
        let fast = |date: &[u8]| imf_fixdate_parts(date).map(DateParts::into_unix_seconds);
        for weekday in [*b"Mon", *b"Tue", *b"Wed", *b"Thu", *b"Fri", *b"Sat", *b"Sun"] {
            let mut date = *DATE;
            date[..3].copy_from_slice(&weekday);
            assert_eq!(fast(&date), Some(Ok(784_111_777)));
        }
        for month in
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        {
            for day in 0..=32_u8 {
                let mut date = *DATE;
                date[5..7].copy_from_slice(&[b'0' + day / 10, b'0' + day % 10]);
                date[8..11].copy_from_slice(month.as_bytes());
                assert_eq!(fast(&date), Some(general(&date)), "{}", date.escape_ascii());
            }
        }
    }
}
