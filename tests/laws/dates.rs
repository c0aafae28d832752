//! Dates, compared with the `time` crate and with rule 21, step by step.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::date::{self, DateError};
use proptest::prelude::*;
use proptest::sample::select;
use time::format_description::{self, FormatItem};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use crate::{check_property, cookie_date};

/// 1601-01-01T00:00:00Z
const FIRST: i64 = -11_644_473_600;
/// 9999-12-31T23:59:59Z
const LAST: i64 = 253_402_300_799;

const IMF_FIXDATE: &str =
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT";
/// Formats of dates that the `time` crate reads as rule 21 does.
const FORMATS: [&str; 6] = [
    IMF_FIXDATE,
    "[weekday], [day]-[month repr:short]-[year] [hour]:[minute]:[second] GMT",
    "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]",
    "[day padding:none] [month repr:long] [year] [hour padding:none]:[minute]:[second]",
    "[year] [hour]:[minute]:[second] [day] [month repr:short]",
    "[hour]:[minute]:[second];[month repr:long];[day];[year]",
];

fn parse_format(format: &str) -> Vec<FormatItem<'_>> {
    format_description::parse_borrowed::<1>(format).expect("a format that `time` knows")
}

fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

#[test]
fn first_and_last_days_of_all_months_are_written_and_read_as_by_the_time_crate() {
    let imf_fixdate = parse_format(IMF_FIXDATE);
    let mut written = 0;
    for year in 1601..=9999 {
        for month in (1..=12).map(|month| Month::try_from(month).expect("a month")) {
            for day in [1, month.length(year)] {
                let date = Date::from_calendar_date(year, month, day).expect("a day that exists");
                let second = u8::try_from((year + i32::from(day)) % 60).expect("under 60");
                let time = Time::from_hms(23, 59, second).expect("a time that exists");
                let moment = date.with_time(time).assume_utc();
                let ours = date::imf_fixdate(system_time(moment.unix_timestamp())).unwrap();
                let theirs = moment.format(&imf_fixdate).unwrap();
                assert_eq!(ours.as_str(), theirs);
                assert_eq!(date::parse(&theirs), Ok(system_time(moment.unix_timestamp())));
                written += 1;
            }
        }
    }
    assert_eq!(written, (9999 - 1601 + 1) * 24);
}

#[test]
fn any_second_from_1601_to_9999_is_written_and_read_as_by_the_time_crate() {
    let formats = FORMATS.map(parse_format);
    let imf_fixdate = parse_format(IMF_FIXDATE);
    check_property(800, 1, &(FIRST..=LAST, 0..999_999_999_u32), |(seconds, nanos), relevant| {
        relevant.add();
        let moment = OffsetDateTime::from_unix_timestamp(seconds).expect("in range");
        let time = system_time(seconds) + Duration::from_nanos(nanos.into());
        let ours = date::imf_fixdate(time).expect("in range");
        let written = moment.format(&imf_fixdate).expect("a date that `time` writes");
        prop_assert_eq!(ours.as_str(), &written);
        for format in &formats {
            let text = moment.format(format).expect("a date that `time` writes");
            let theirs = PrimitiveDateTime::parse(&text, format).expect("a date that `time` reads");
            let theirs = theirs.assume_utc().unix_timestamp();
            prop_assert_eq!(date::parse(&text), Ok(system_time(theirs)), "{}", text);
        }
        Ok(())
    });
}

#[test]
fn any_time_outside_the_years_1601_to_9999_is_refused() {
    let outside = prop_oneof![i64::MIN / 4..FIRST, LAST + 1..i64::MAX / 4];
    check_property(200, 1, &outside, |seconds, relevant| {
        relevant.add();
        let written = date::imf_fixdate(system_time(seconds));
        prop_assert_eq!(written, Err(DateError::OutOfRange { seconds }));
        Ok(())
    });
}

/// Pieces of cookie-dates, valid and invalid ones.
const PIECES: &[&str] = &[
    " ",
    " ",
    " ",
    ",",
    "-",
    ":",
    "/",
    "\t",
    "x",
    "0",
    "1",
    "6",
    "31",
    "32",
    "69",
    "70",
    "94",
    "99",
    "006",
    "1600",
    "1601",
    "1994",
    "9999",
    "10000",
    "Nov",
    "nov",
    "NOVEMBER",
    "Feb",
    "Fe",
    "29",
    "08:49:37",
    "8:4:3",
    "23:59:59",
    "24:00:00",
    "08:49",
    "008:49:37",
    "08:49:370",
    "12:34:56x",
    "Sun",
    "GMT",
    "\u{E9}",
    "٣",
];

#[test]
fn any_bytes_are_read_as_rule_21_says() {
    let all_parts = (0..=32_u8, select(&["Nov", "feb", "JUNe", "Mrz"][..]), 0..=10_050_u16)
        .prop_flat_map(|(day, month, year)| {
            let time =
                (0..=25_u8, 0..=61_u8, 0..=61_u8).prop_map(|(h, m, s)| format!("{h}:{m}:{s}"));
            time.prop_flat_map(move |time| {
                let parts = vec![day.to_string(), month.to_owned(), year.to_string(), time];
                Just(parts).prop_shuffle().prop_map(|parts| parts.join(" "))
            })
        });
    let pieces =
        proptest::collection::vec(select(PIECES), 0..14).prop_map(|pieces| pieces.concat());
    let dates = prop_oneof![
        3 => all_parts.prop_map(String::into_bytes),
        3 => pieces.prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ];
    check_property(3_000, 10, &dates, |bytes, relevant| {
        let expected = cookie_date::Parts::find(&bytes).unix_seconds();
        if expected.is_some() {
            relevant.add();
        }
        let text = bytes.escape_ascii().to_string();
        prop_assert_eq!(date::parse(&bytes).ok(), expected.map(system_time), "{}", text);
        Ok(())
    });
}
