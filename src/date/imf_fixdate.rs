//! The IMF-fixdate, written and read eight octets at a time.

use std::fmt;

use super::DateError;
use super::cookie_date::{Parts, month};

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
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "moved, it would be read in larger parts than it was written in: 10 ns"
    )]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "behind 1601 nothing is negative, and a remainder is less than its divisor"
    )]
    pub(crate) fn from_seconds(seconds: i64) -> Result<Self, DateError> {
        Self::check(seconds)?;
        let of_1601 = (seconds - FIRST) as u64;
        let (days, of_day) = ((of_1601 / DAY) as u32, (of_1601 % DAY) as u32);
        let (year, month, day) = civil(days);
        // OK because each index is less than 100, and the last year 9999.
        let two = |number: u32| u64::from(DIGITS[number as usize]);
        let second = two(of_day % 60);

        // Eight octets at a time: what is written in smaller parts can't be read in larger ones
        // before it has reached the cache.
        let words = [
            WEEKDAYS[days as usize % 7] | two(day) << 40,
            MONTHS[month as usize % 16] | two(year / 100) << 32 | two(year % 100) << 48,
            word(*b" \0\0:\0\0:\0")
                | two(of_day / 3600) << 8
                | two(of_day / 60 % 60) << 32
                | second << 56,
            word(*b"\0 GMT   ") | second >> 8,
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

/// The first second of 1601, a Monday, from 1970.
const FIRST: i64 = -11_644_473_600;

const DAY: u64 = 86_400;

/// Year, month and day of the day that is so many days after 1601-01-01; January and February are
/// months 13 and 14.
///
/// This is the algorithm of Neri and Schneider (Euclidean affine functions and their application to
/// calendar algorithms, 2022), in which years begin on the first of March, so that a leap day is
/// their last. `time` counts the days of a date, and says which dates there are, as fast as anyone;
/// but the way back goes through its packed `Date`, and that is 5 of the 34 ns of writing one.
const fn civil(days: u32) -> (u32, u32, u32) {
    /// From the first of March of the year 0.
    const DAYS_BEFORE_1601: u32 = 584_694;
    let quarters = 4 * (days + DAYS_BEFORE_1601) + 3;
    let (century, of_century) = (quarters / 146_097, (quarters % 146_097) | 3);
    // Divides by 1461: the quotient is in the upper half, and the remainder as a fraction below it.
    let years = 2_939_745 * of_century as u64;
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    let (year, day_of_year) = ((years >> 32) as u32, years as u32 / 2_939_745 / 4);
    let months = 2_141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xFFFF) / 2_141);
    (100 * century + year + (month > 12) as u32, month, day + 1)
}

/// How dates begin, from Monday on.
const WEEKDAYS: [u64; 7] = [
    word(*b"Mon, \0\0 "),
    word(*b"Tue, \0\0 "),
    word(*b"Wed, \0\0 "),
    word(*b"Thu, \0\0 "),
    word(*b"Fri, \0\0 "),
    word(*b"Sat, \0\0 "),
    word(*b"Sun, \0\0 "),
];

/// Months by their number, from March on; 16 of them need no check.
const MONTHS: [u64; 16] = [
    0,
    0,
    0,
    word(*b"Mar \0\0\0\0"),
    word(*b"Apr \0\0\0\0"),
    word(*b"May \0\0\0\0"),
    word(*b"Jun \0\0\0\0"),
    word(*b"Jul \0\0\0\0"),
    word(*b"Aug \0\0\0\0"),
    word(*b"Sep \0\0\0\0"),
    word(*b"Oct \0\0\0\0"),
    word(*b"Nov \0\0\0\0"),
    word(*b"Dec \0\0\0\0"),
    word(*b"Jan \0\0\0\0"),
    word(*b"Feb \0\0\0\0"),
    0,
];

/// The numbers under 100, as two digits.
const DIGITS: [u16; 100] = {
    let mut digits = [0; 100];
    let mut number = 0;
    while number < 100 {
        digits[number as usize] = u16::from_le_bytes([b'0' + number / 10, b'0' + number % 10]);
        number += 1;
    }
    digits
};

const fn word(octets: [u8; 8]) -> u64 {
    u64::from_le_bytes(octets)
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

#[cfg(test)]
mod tests {
    use time::{Date, Month};

    use super::*;

    #[test]
    fn every_day_has_the_date_that_time_gives_it() {
        let mut date = Date::from_calendar_date(1601, Month::January, 1).expect("a Monday");
        for days in 0.. {
            let (year, month, day) = civil(days);
            let month = if month > 12 { month - 12 } else { month };
            let month_of_time = u8::from(date.month());
            assert_eq!(
                (year, month, day),
                (date.year().unsigned_abs(), month_of_time.into(), date.day().into())
            );
            let Some(next) = date.next_day() else { break };
            date = next;
        }
        assert_eq!(date, Date::MAX);
    }
}
