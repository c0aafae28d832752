//! Dates, beside `cookie`, which `cookie_store` uses, and the dates that `biscotti` writes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::classes::{Class, Difference, Right, compare};

/// The start of the year 1601.
const FIRST: i64 = -11_644_473_600;

const READING: &[Class<String>] = &[
    Class {
        name: "format that HTTP does not have",
        example: || "1994 6 November, 8:49:37".to_owned(),
        here: "reads the parts in any order, as browsers do",
        there: "`cookie` reads the three formats of HTTP and two that are like them",
        right: Right::Here,
        rule: 21,
    },
    Class {
        name: "year before 1601",
        example: || "Mon, 01 Jan 1600 00:00:00 GMT".to_owned(),
        here: "ignores the date",
        there: "`cookie` reads it",
        right: Right::Here,
        rule: 21,
    },
    Class {
        name: "year of one digit",
        example: || "Sat, 06 Nov 4 08:49:37 GMT".to_owned(),
        here: "ignores the date",
        there: "`cookie` reads the year 2004",
        right: Right::Here,
        rule: 21,
    },
    Class {
        name: "year with a sign",
        example: || "Mon, 01 Jan -01 00:00:00 GMT".to_owned(),
        here: "reads `-` as a delimiter, and the year 2001",
        there: "`cookie` reads a year before 1601",
        right: Right::Here,
        rule: 21,
    },
];

fn at(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

pub(crate) fn read_by_cookie(text: &str) -> Option<SystemTime> {
    let header = format!("a=b; Expires={text}");
    let cookie = cookie::Cookie::parse(header).ok()?;
    cookie.expires_datetime().map(SystemTime::from)
}

fn differences(text: &String) -> Vec<Difference> {
    let (here, there) = (date::parse(text), read_by_cookie(text));
    if here.ok() == there {
        return Vec::new();
    }
    let class = match (&here, there) {
        (Ok(_), None) => Some("format that HTTP does not have"),
        (Err(date::DateError::Year { .. }), Some(_)) => Some("year before 1601"),
        (Err(date::DateError::NoYear), Some(_)) => Some("year of one digit"),
        (Ok(_), Some(there))
            if there < at(FIRST) && (text.contains(" -") || text.contains("--")) =>
        {
            Some("year with a sign")
        }
        _ => None,
    };
    vec![Difference::new(class, text, &here, &there)]
}

/// Generates dates in the formats of HTTP and others, of years that exist and do not.
pub(crate) fn date_text() -> impl Strategy<Value = String> {
    let year = prop_oneof![
        4 => (1970..2100_u32).prop_map(|year| year.to_string()),
        2 => (0..=99_u32).prop_map(|year| format!("{year:02}")),
        1 => select(&["69", "70", "1600", "1601"][..]).prop_map(str::to_owned),
        1 => "-?[0-9]{1,5}",
    ];
    let day = prop_oneof![
        4 => (1..=31_u32).prop_map(|day| format!("{day:02}")),
        1 => "[ 0-9][0-9]?|[0-9]{3}",
    ];
    let time = prop_oneof![
        4 => (0..24_u32, 0..60_u32, 0..60_u32).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}")),
        1 => "[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?",
    ];
    let month =
        select(&["Jan", "Feb", "Mar", "Jun", "Sep", "Nov", "Dec", "nov", "November", "X"][..]);
    let weekday = select(&["Mon, ", "Sun ", "Sunday, ", "", "xyz, "][..]);
    let zone = select(&[" GMT", " GMT", " GMT", "", " UTC", " +0100"][..]);
    let order = 0..5_u8;
    (weekday, day, month, year, time, zone, order).prop_map(
        |(weekday, day, month, year, time, zone, order)| match order {
            0 | 1 => format!("{weekday}{day} {month} {year} {time}{zone}"),
            2 => format!("{weekday}{day}-{month}-{year} {time}{zone}"),
            3 => format!("{weekday}{month} {day} {time} {year}"),
            _ => format!("{weekday}{year} {month}, {day} {time}{zone}"),
        },
    )
}

#[test]
fn dates_are_read_as_by_others_or_as_the_table_says() {
    let any = vec(select(&["6", "Nov", "1994", "08:49:37", "GMT", " ", "-", ",", "é"][..]), 0..9)
        .prop_map(|pieces| pieces.concat());
    compare(&prop_oneof![5 => date_text(), 1 => any], READING, differences);
}

const WRITING: &[Class<i64>] = &[Class {
    name: "year that no date has",
    example: || FIRST - 1,
    here: "refuses the years before 1601, which browsers ignore, and after 9999",
    there: "`cookie` and `biscotti` write them",
    right: Right::Here,
    rule: 4,
}];

fn written_by_cookie(seconds: i64) -> Option<String> {
    use std::fmt::Write;
    let time = time::OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let cookie = cookie::Cookie::build(("a", "")).expires(time).build();
    let mut text = String::new();
    write!(text, "{cookie}").ok()?;
    text.strip_prefix("a=; Expires=").map(str::to_owned)
}

fn written_by_biscotti(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let cookie = biscotti::ResponseCookie::new("a", "").set_expires(time);
    cookie.to_string().strip_prefix("a=; Expires=").map(str::to_owned)
}

fn differences_in_writing(seconds: i64) -> Vec<Difference> {
    let here = date::imf_fixdate(at(seconds)).ok().map(|date| date.as_str().to_owned());
    let others =
        [("cookie", written_by_cookie(seconds)), ("biscotti", written_by_biscotti(seconds))];
    let differ = others.into_iter().filter(|(_, there)| *there != here);
    differ
        .map(|(name, there)| {
            let class = here.is_none().then_some("year that no date has");
            Difference::new(class, name, &here, &there)
        })
        .collect()
}

#[test]
fn dates_are_written_as_by_others_or_as_the_table_says() {
    let seconds = prop_oneof![
        4 => FIRST..=253_402_300_799_i64,
        1 => -60_000_000_000..300_000_000_000_i64,
    ];
    compare(&seconds, WRITING, |seconds| differences_in_writing(*seconds));
}
