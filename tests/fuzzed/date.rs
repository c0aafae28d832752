//! Any bytes are read as a cookie-date as the standard says, and any time is written so that it reads the
//! same.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::date::{self, DateError};

use crate::cookie_date::{Parts, days_of_month};
use crate::support::Reached;

/// 1601-01-01T00:00:00Z
const FIRST: i64 = -11_644_473_600;
/// 9999-12-31T23:59:59Z
const LAST: i64 = 253_402_300_799;

/// What the seeds must reach: a date that is read, each reason not to read one, and times that can and cannot
/// be written.
pub const REQUIRED: &[&str] = &[
    "read",
    "NoTime",
    "NoDay",
    "NoMonth",
    "NoYear",
    "Year",
    "TimeOfDay",
    "Day",
    "written",
    "not written",
];

/// Checks the law for one date, and for the time whose seconds from 1970 the first bytes are.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::from([read(bytes)]);
    if let Some(first) = bytes.first_chunk() {
        let seconds = i64::from_le_bytes(*first);
        // The number itself, which nearly always is out of range, and one that is in range or close to it.
        let any = seconds.clamp(i64::MIN / 4, i64::MAX / 4);
        let close = FIRST - 1000 + seconds.rem_euclid(LAST - FIRST + 2000);
        reached.extend([write(any), write(close)]);
    }
    reached
}

/// Reads a date, and returns what that reached.
fn read(bytes: &[u8]) -> &'static str {
    let parts = Parts::find(bytes);
    let read = date::parse(bytes);
    assert_eq!(read.ok(), parts.unix_seconds().map(time), "{parts:?}");
    match read {
        Ok(time) => {
            let written = date::imf_fixdate(time).expect("a date that was read");
            assert_eq!(date::parse(written.as_str()), Ok(time));
            "read"
        }
        Err(DateError::NoTime) => {
            assert_eq!(parts.time, None);
            "NoTime"
        }
        Err(DateError::NoDay) => {
            assert_eq!(parts.day, None);
            "NoDay"
        }
        Err(DateError::NoMonth) => {
            assert_eq!(parts.month, None);
            "NoMonth"
        }
        Err(DateError::NoYear) => {
            assert_eq!(parts.year, None);
            "NoYear"
        }
        Err(DateError::Year { year }) => {
            assert_eq!(parts.year, Some(year.into()));
            assert!(year < 1601);
            "Year"
        }
        Err(DateError::TimeOfDay { hour, minute, second }) => {
            assert_eq!(parts.time, Some([hour, minute, second].map(i64::from)));
            assert!(hour > 23 || minute > 59 || second > 59);
            "TimeOfDay"
        }
        Err(DateError::Day { year, month, day }) => {
            let found = (Some(year.into()), Some(month.into()), Some(day.into()));
            assert_eq!((parts.year, parts.month, parts.day), found);
            assert!(day == 0 || i64::from(day) > days_of_month(year.into(), month.into()));
            "Day"
        }
        Err(error) => panic!("unexpected error: {error}"),
    }
}

/// Writes a time, and returns what that reached.
fn write(seconds: i64) -> &'static str {
    let Ok(written) = date::imf_fixdate(time(seconds) + Duration::from_nanos(999_999_999)) else {
        assert!(!(FIRST..=LAST).contains(&seconds));
        return "not written";
    };
    assert!((FIRST..=LAST).contains(&seconds));
    let text = written.as_str();
    assert_eq!(Parts::find(text.as_bytes()).unix_seconds(), Some(seconds), "{text}");
    assert_eq!(date::parse(text), Ok(time(seconds)));
    // 1970-01-01 was a Thursday.
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let weekday = usize::try_from(seconds.div_euclid(86_400).rem_euclid(7)).expect("a weekday");
    assert!(text.starts_with(weekdays[weekday]), "{text}");
    // `IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT SP "GMT"`
    let shape: Vec<u8> = text.bytes().map(shape).collect();
    assert_eq!(str::from_utf8(&shape), Ok("Aaa, 00 Aaa 0000 00:00:00 AAA"), "{text}");
    assert!(text.ends_with(" GMT"), "{text}");
    "written"
}

/// Returns which kind of byte it is.
fn shape(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' => b'A',
        b'a'..=b'z' => b'a',
        other => other,
    }
}

fn time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}
