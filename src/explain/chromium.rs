//! How Chromium reads `Max-Age` and `Expires`, which is not always what the standard says. This is what
//! Chromium 156 was seen to do; `tests/browser/` holds it against the browser.

use std::time::{Duration, SystemTime};

use crate::bytes::DATE_DELIMITER;
use crate::date;

/// Reads `Max-Age`: an integer of 64 bits with an optional sign. Of one that overflows, what follows
/// the digits does not count.
pub(super) fn max_age(value: &[u8]) -> Option<Duration> {
    let (is_negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits[..end].iter().fold(0u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    let largest = i64::MAX.unsigned_abs() + u64::from(is_negative);
    let is_read = end == digits.len() && end > 0 || number >= largest;
    is_read.then(|| Duration::from_secs(if is_negative { 0 } else { number }))
}

/// The parts of a date, as Chromium finds them.
#[derive(Default)]
struct Parts<'a> {
    time: Option<[u32; 3]>,
    day: Option<u32>,
    /// A token that starts with the name of a month.
    month: Option<&'a str>,
    year: Option<u32>,
}

/// Reads `Expires`. A time before 1601 or after 9999 counts as the first or the last second between.
pub(super) fn expires(date: &[u8]) -> Option<SystemTime> {
    let mut parts = Parts::default();
    for token in date.split(|byte| DATE_DELIMITER.contains(*byte)) {
        parts.read(token);
    }
    let ([hour, minute, second], day, month) = (parts.time?, parts.day?, parts.month?);
    let year = match parts.year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    // Whether the day exists is checked in a year of the same calendar.
    let checked = if (1601..=9999).contains(&year) { year } else { 2000 + year % 400 };
    let date = format!("{day} {month} {checked} {hour}:{minute}:{second}");
    let time = date::parse(date).ok()?;
    match year {
        0..1601 => date::parse("1 Jan 1601 0:0:0").ok(),
        10_000.. => date::parse("31 Dec 9999 23:59:59").ok(),
        _ => Some(time),
    }
}

impl<'a> Parts<'a> {
    /// Reads a token as the first part whose form it has and that has not been found yet. Unlike in the
    /// standard, a number is digits only, and a token with a `:` is a time or nothing.
    fn read(&mut self, token: &'a [u8]) {
        let Some(first) = token.first() else { return };
        if !first.is_ascii_digit() {
            self.month = self.month.or_else(|| month(token));
        } else if token.contains(&b':') {
            self.time = self.time.or_else(|| time(token));
        } else if let Some(number) = number(token) {
            if self.day.is_none() && token.len() <= 2 {
                self.day = Some(number);
            } else if self.year.is_none() && token.len() <= 5 {
                self.year = Some(number);
            }
        }
    }
}

fn month(token: &[u8]) -> Option<&str> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = str::from_utf8(token.get(..3)?).ok()?;
    MONTHS.iter().any(|month| month.eq_ignore_ascii_case(name)).then_some(name)
}

fn time(token: &[u8]) -> Option<[u32; 3]> {
    let mut fields = token.split(|byte| *byte == b':').map(number);
    let time = [fields.next()??, fields.next()??, fields.next()??];
    fields.next().is_none().then_some(time)
}

fn number(token: &[u8]) -> Option<u32> {
    let is_number = token.iter().all(u8::is_ascii_digit);
    str::from_utf8(token).ok().filter(|_| is_number)?.parse().ok()
}
