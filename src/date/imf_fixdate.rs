//! The IMF-fixdate, written eight bytes at a time.

use std::fmt;

use super::DateError;
use super::calendar::civil;

/// A date as it stands in `Expires`: 29 bytes of ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImfFixdate(Text);

/// The date's bytes, and three spaces. `str::from_utf8` looks at 16 bytes at a time where they
/// are aligned, and there is no other safe way back to text: so it is 3 ns instead of 14.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(16))]
struct Text([u8; 32]);

impl ImfFixdate {
    /// Bytes of an IMF-fixdate.
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

        // Eight bytes at a time: what is written in smaller parts can't be read in larger ones
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
        for (bytes, word) in text.0.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
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
pub(super) const FIRST: i64 = -11_644_473_600;

/// Seconds of a day.
pub(super) const DAY: u64 = 86_400;

/// How dates begin, from Monday on.
pub(super) const WEEKDAYS: [u64; 7] = [
    word(*b"Mon, \0\0 "),
    word(*b"Tue, \0\0 "),
    word(*b"Wed, \0\0 "),
    word(*b"Thu, \0\0 "),
    word(*b"Fri, \0\0 "),
    word(*b"Sat, \0\0 "),
    word(*b"Sun, \0\0 "),
];

/// Months by their number, from March on; 16 of them need no check.
pub(super) const MONTHS: [u64; 16] = [
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

pub(super) const fn word(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}
