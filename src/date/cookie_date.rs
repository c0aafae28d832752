//! The cookie-date algorithm (RFC 6265bis, section 5.1.1).

use time::{Date, Month};

use super::{DAY, DAY_OF_1970, DateError};
use crate::byte::DATE_DELIMITER;

/// Seconds from 1970 to a cookie-date, wherever its parts stand.
///
/// "Process each date-token sequentially in the order the date-tokens appear in the cookie-date": a
/// token sets the first part of which it has the form and which isn't set yet. Of the four forms,
/// all but the month begin with digits.
#[inline(never)]
pub(super) fn read(date: &[u8]) -> Result<i64, DateError> {
    let mut parts = Parts { time: [0; 3], day: 0, month: 0, year: 0 };
    // A bit for each part that is set. What follows the last of them can't set one again.
    let mut set = 0_u8;
    let mut at = 0;
    while set != ALL
        && let Some(&first) = date.get(at)
    {
        if DATE_DELIMITER.contains(first) {
            at += 1;
            continue;
        }
        if first.is_ascii_digit() {
            let (number, digits) = leading_digits(&date[at..]);
            at += digits;
            // `day-of-month = 1*2DIGIT [ non-digit *OCTET ]`,
            // `year = 2*4DIGIT [ non-digit *OCTET ]`
            let time = match number.to_le_bytes() {
                [hour, _] if digits <= 2 && set & TIME == 0 && date.get(at) == Some(&b':') => {
                    minute_and_second(date, at + 1).map(|[m, s]| [hour, m, s])
                }
                _ => None,
            };
            if let Some(time) = time {
                parts.time = time;
                set |= TIME;
            } else if digits <= 2 && set & DAY_OF_MONTH == 0 {
                parts.day = number.to_le_bytes()[0];
                set |= DAY_OF_MONTH;
            } else if (2..=4).contains(&digits) && set & YEAR == 0 {
                parts.year = number;
                set |= YEAR;
            }
        } else if set & MONTH == 0
            && let Some(month) = month(&date[at..])
        {
            parts.month = month;
            set |= MONTH;
        }
        while date.get(at).is_some_and(|&byte| !DATE_DELIMITER.contains(byte)) {
            at += 1;
        }
    }
    // Step 5 of the algorithm, its first four items.
    match set {
        ALL => parts.seconds(),
        _ if set & TIME == 0 => Err(DateError::NoTime),
        _ if set & DAY_OF_MONTH == 0 => Err(DateError::NoDay),
        _ if set & MONTH == 0 => Err(DateError::NoMonth),
        _ => Err(DateError::NoYear),
    }
}

const TIME: u8 = 1;
const DAY_OF_MONTH: u8 = 2;
const MONTH: u8 = 4;
const YEAR: u8 = 8;
const ALL: u8 = TIME | DAY_OF_MONTH | MONTH | YEAR;

/// The parts of a cookie-date, as they were read.
struct Parts {
    time: [u8; 3],
    day: u8,
    month: u8,
    year: u16,
}

impl Parts {
    /// The rest of the algorithm.
    #[inline]
    fn seconds(self) -> Result<i64, DateError> {
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
        let days = i64::from(date.to_julian_day() - DAY_OF_1970);
        let [hour, minute, second] = [hour, minute, second].map(i64::from);
        Ok(days * DAY + hour * 3600 + minute * 60 + second)
    }
}

/// The number that `bytes` begin with, and how many digits it has; it counts for up to four.
fn leading_digits(bytes: &[u8]) -> (u16, usize) {
    let mut number = 0u16;
    let mut digits = 0;
    for byte in bytes.iter().take_while(|byte| byte.is_ascii_digit()) {
        number = number.wrapping_mul(10).wrapping_add(u16::from(byte - b'0'));
        digits += 1;
    }
    (number, digits)
}

/// What follows the hour of a time:
/// `time = hms-time [ non-digit *OCTET ]`, `hms-time = time-field ":" time-field ":" time-field`,
/// `time-field = 1*2DIGIT`
#[inline(never)] // It would take the registers of the loop that calls it: a tenth of its time.
fn minute_and_second(date: &[u8], at: usize) -> Option<[u8; 2]> {
    let bytes = date.get(at..)?;
    let (minute, digits @ (1 | 2)) = leading_digits(bytes) else { return None };
    let bytes = bytes[digits..].strip_prefix(b":")?;
    let (second, 1 | 2) = leading_digits(bytes) else { return None };
    Some([u8::try_from(minute).ok()?, u8::try_from(second).ok()?])
}

/// `month = ( "jan" / "feb" / ... / "dec" ) *OCTET`, in any case. January is 1.
#[inline]
fn month(token: &[u8]) -> Option<u8> {
    // Upper case becomes lower case, and what isn't a letter doesn't become one.
    let letters = token.first_chunk::<3>()?.map(|byte| byte | 0x20);
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
