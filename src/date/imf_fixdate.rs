//! The IMF-fixdate, written and read eight octets at a time.

use std::fmt;

use time::Date;

use super::cookie_date::{Parts, month};
use super::{DAY, DAY_OF_1970, DateError};

/// A date as it stands in `Expires`: 29 octets of ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImfFixdate(Text);

/// The date's octets, and three spaces. `str::from_utf8` looks at 16 octets at a time where they
/// are aligned, and there is no other safe way back to text: so it is 3 ns instead of 14.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(16))]
struct Text([u8; 32]);

impl ImfFixdate {
    /// Octets of an IMF-fixdate.
    pub(crate) const LEN: usize = 29;

    /// The date as text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        // OK because `from_seconds` writes ASCII alone.
        let text = str::from_utf8(&self.0.0).expect("an IMF-fixdate is ASCII");
        &text[..Self::LEN]
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
    #[inline]
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
        let [hour, minute, second] = [of_day / 3600, of_day / 60 % 60, of_day % 60].map(digits);
        let [century, year] = [year / 100, year % 100].map(digits);
        let day = digits(day.into());

        // Eight octets at a time: what is written in smaller parts can't be read in larger ones
        // before it has reached the cache.
        let word = u64::from_le_bytes;
        let words = [
            word(*b"\0\0\0, 00 ") + letters(weekday) + (day << 40),
            word(*b"\0\0\0 0000") + letters(month) + (century << 32) + (year << 48),
            word(*b" 00:00:0") + (hour << 8) + (minute << 32) + (second << 56),
            word(*b"0 GMT   ") + (second >> 8),
        ];
        let mut text = Text([0; 32]);
        for (octets, word) in text.0.as_chunks_mut().0.iter_mut().zip(words) {
            *octets = word.to_le_bytes();
        }
        Ok(Self(text))
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

/// What a number under 100 adds to the octets `00`.
const fn digits(number: u32) -> u64 {
    (number / 10 + ((number % 10) << 8)) as u64
}

/// Three letters as the first octets of a word.
const fn letters([a, b, c]: [u8; 3]) -> u64 {
    u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0])
}

/// What the algorithm finds in `Sun, 06 Nov 1994 08:49:37 GMT`: the date that servers write is read
/// without looking for its parts, in words of 8 octets.
#[inline]
pub(super) fn read(date: &[u8]) -> Option<Parts> {
    const DAY: Form = Form::of(*b"aaa, 00 ");
    const MONTH: Form = Form::of(*b"aaa 0000");
    const HOUR: Form = Form::of(*b" 00:00:0");
    const SECOND: Form = Form::of(*b"0:00 GMT");
    let date: &[u8; 29] = date.try_into().ok()?;
    let [_, _, _, _, _, day, _, _] = DAY.numbers(date, 0)?;
    let [_, _, _, _, century, _, year, _] = MONTH.numbers(date, 8)?;
    let [_, hour, _, _, minute, _, _, _] = HOUR.numbers(date, 16)?;
    let [_, _, second, _, _, _, _, _] = SECOND.numbers(date, 21)?;
    // Anything else than a weekday could be a part of the date.
    if !is_weekday([date[0], date[1], date[2]]) {
        return None;
    }
    Some(Parts {
        time: [hour, minute, second],
        day,
        month: month(&date[8..])?,
        year: u16::from(century) * 100 + u16::from(year),
    })
}

/// Eight octets of which some are digits, some are given, and some may be anything.
struct Form {
    /// The octets given, and `0` where a digit stands.
    octets: u64,
    /// All bits of each octet that is given.
    given: u64,
    /// The lowest bit of each octet that is a digit.
    digits: u64,
}

impl Form {
    /// Of an example, with `0` for any digit and `a` for anything.
    const fn of(example: [u8; 8]) -> Self {
        let (mut given, mut digits) = (0, 0);
        let mut i = 0;
        while i < 8 {
            match example[i] {
                b'0' => digits |= 1 << (8 * i),
                b'a' => {}
                _ => given |= 0xFF << (8 * i),
            }
            i += 1;
        }
        Self { octets: u64::from_le_bytes(example), given, digits }
    }

    /// Where the octets from `at` on have this form: the number that each digit makes with the one
    /// behind it.
    #[inline]
    fn numbers(&self, date: &[u8; 29], at: usize) -> Option<[u8; 8]> {
        let word = u64::from_le_bytes(*date[at..].first_chunk()?);
        let differing = word ^ self.octets;
        let digits = differing & (self.digits * 0xFF);
        // A digit over 9 has its highest bit set, or gets it by adding 118.
        let over = (digits | digits.wrapping_add(self.digits * 118)) & (self.digits << 7);
        (differing & self.given == 0 && over == 0)
            .then(|| (digits * 10 + (digits >> 8)).to_le_bytes())
    }
}

/// Whether these are the first letters of a weekday's name.
fn is_weekday(letters: [u8; 3]) -> bool {
    matches!(&letters, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun")
}
