//! The cookie-date algorithm (rule 21; RFC 6265bis, section 5.1.1), transcribed step by step and grammar by
//! grammar. It is slow and plain, and shares nothing with the crate.

/// The parts of a cookie-date that were found, each as a number.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Hour, minute and second.
    pub(crate) time: Option<[i64; 3]>,
    pub(crate) day: Option<i64>,
    /// 1 for January.
    pub(crate) month: Option<i64>,
    /// The year, after two digits were completed.
    pub(crate) year: Option<i64>,
}

impl Parts {
    /// Step 1: divides the date into tokens. Step 2: tries each token as each part that has not been found,
    /// in the order of the standard. Steps 3 and 4: completes a year of two digits.
    pub(crate) fn find(date: &[u8]) -> Self {
        let mut parts = Self::default();
        for token in date.split(|&byte| is_delimiter(byte)) {
            if let (None, Some(time)) = (parts.time, time(token)) {
                parts.time = Some(time);
            } else if let (None, Some(day)) = (parts.day, number(token, 1, 2)) {
                parts.day = Some(day);
            } else if let (None, Some(month)) = (parts.month, month(token)) {
                parts.month = Some(month);
            } else if let (None, Some(year)) = (parts.year, number(token, 2, 4)) {
                parts.year = Some(year);
            }
        }
        parts.year = parts.year.map(|year| match year {
            70..=99 => year + 1900,
            0..=69 => year + 2000,
            _ => year,
        });
        parts
    }

    /// Steps 5 and 6: returns the seconds from 1970, or `None` if a part was not found or is out of range,
    /// or if there is no such date.
    pub(crate) fn unix_seconds(&self) -> Option<i64> {
        let Self { time: Some([hour, minute, second]), day, month, year } = *self else {
            return None;
        };
        let (day, month, year) = (day?, month?, year?);
        let exists = (1..=31).contains(&day)
            && year >= 1601
            && hour <= 23
            && minute <= 59
            && second <= 59
            && day <= days_of_month(year, month);
        exists.then(|| {
            let days = days_before_year(year) - days_before_year(1970)
                + (1..month).map(|month| days_of_month(year, month)).sum::<i64>()
                + day
                - 1;
            ((days * 24 + hour) * 60 + minute) * 60 + second
        })
    }
}

/// `delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E`
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// `time = hms-time [ non-digit *OCTET ]`, `hms-time = time-field ":" time-field ":" time-field`,
/// `time-field = 1*2DIGIT`
fn time(token: &[u8]) -> Option<[i64; 3]> {
    let (hour, rest) = digits(token, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?, 1, 2)?;
    let (second, rest) = digits(rest.strip_prefix(b":")?, 1, 2)?;
    is_end(rest).then_some([hour, minute, second])
}

/// `day-of-month = 1*2DIGIT [ non-digit *OCTET ]` and `year = 2*4DIGIT [ non-digit *OCTET ]`
fn number(token: &[u8], min: usize, max: usize) -> Option<i64> {
    let (number, rest) = digits(token, min, max)?;
    is_end(rest).then_some(number)
}

/// `month = ( "jan" / "feb" / ... / "dec" ) *OCTET`, in any case
fn month(token: &[u8]) -> Option<i64> {
    let names =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = token.get(..3)?.to_ascii_lowercase();
    (1..).zip(names).find(|(_, name)| name.as_bytes() == start).map(|(number, _)| number)
}

/// Reads `min*maxDIGIT`, and returns the number and what follows it.
fn digits(bytes: &[u8], min: usize, max: usize) -> Option<(i64, &[u8])> {
    let count = bytes.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(count);
    let number = digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    (count >= min).then_some((number, rest))
}

/// `[ non-digit *OCTET ]`
fn is_end(rest: &[u8]) -> bool {
    !rest.first().is_some_and(u8::is_ascii_digit)
}

fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days from the year 1 to a year, in the Gregorian calendar.
fn days_before_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before / 4 - before / 100 + before / 400
}
