//! Dates, beside the `time` crate's format descriptions as `cookie` uses them.

use std::hint::black_box;
use std::time::SystemTime;

use gingersnap::date;
use gingersnap_benches::inputs::{IMF_FIXDATE, OTHER_DATES};
use time::format_description::BorrowedFormatItem as Item;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::COOKIE;
use crate::harness::{Op, Row};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![parse("an IMF-fixdate", IMF_FIXDATE, 2.0)];
    rows.extend(OTHER_DATES.map(|(label, date)| parse(&format!("a date, {label}"), date, 2.0)));
    rows.push(print());
    rows
}

fn parse(label: &str, text: &'static str, target: f64) -> Row {
    let theirs = parse_as_cookie(text).expect("a date that cookie reads");
    assert_eq!(date::parse(text), Ok(SystemTime::from(theirs)));

    Row::new(format!("parse {label}"), Op::new(move || date::parse(black_box(text))))
        .against(COOKIE, target, Op::new(move || parse_as_cookie(black_box(text))))
        .allocating(0)
}

fn print() -> Row {
    let theirs = parse_as_cookie(IMF_FIXDATE).expect("a date that cookie reads");
    let ours = SystemTime::from(theirs);
    assert_eq!(theirs.format(IMF).ok().as_deref(), Some(IMF_FIXDATE));
    assert_eq!(date::imf_fixdate(ours).as_ref().map(date::ImfFixdate::as_str), Ok(IMF_FIXDATE));

    let print = Op::new(move || {
        if let Ok(date) = date::imf_fixdate(black_box(ours)) {
            black_box(date.as_str());
        }
    });
    Row::new("print an IMF-fixdate", print)
        .against(COOKIE, 2.0, Op::new(move || black_box(theirs).format(IMF)))
        .within(None, Op::new(|| black_box(IMF_FIXDATE).to_owned()))
        .allocating(0)
}

// The formats that `cookie` 0.18.2 reads. Its own are private.

const IMF: &[Item<'_>] = &[
    Item::Optional(&Item::Compound(format_description!("[weekday repr:short], "))),
    Item::Compound(format_description!(
        "[day] [month repr:short] [year padding:none] [hour]:[minute]:[second] GMT"
    )),
];

const RFC_850: &[Item<'_>] = &[
    Item::Optional(&Item::Compound(format_description!("[weekday], "))),
    Item::Compound(format_description!(
        "[day]-[month repr:short]-[year padding:none] [hour]:[minute]:[second] GMT"
    )),
];

const ASCTIME: &[Item<'_>] = &[
    Item::Optional(&Item::Compound(format_description!("[weekday repr:short] "))),
    Item::Compound(format_description!(
        "[month repr:short] [day padding:space] [hour]:[minute]:[second] [year padding:none]"
    )),
];

const HYPHENS: &[Item<'_>] = &[
    Item::Optional(&Item::Compound(format_description!("[weekday repr:short], "))),
    Item::Compound(format_description!(
        "[day]-[month repr:short]-[year padding:none] [hour]:[minute]:[second] GMT"
    )),
];

fn parse_as_cookie(text: &str) -> Option<OffsetDateTime> {
    parse_format(text, IMF)
        .or_else(|| parse_rfc_850(text))
        .or_else(|| parse_format(text, ASCTIME))
        .or_else(|| parse_format(text, HYPHENS))
}

fn parse_rfc_850(text: &str) -> Option<OffsetDateTime> {
    let year_end = text.len().checked_sub("00:00:00 GMT".len())?;
    let year = text.as_bytes().get(year_end.checked_sub(4)?..year_end)?;
    let two_digits =
        matches!(year, [b'-', y1, y2, b' '] if y1.is_ascii_digit() && y2.is_ascii_digit());
    if two_digits { parse_format(text, RFC_850) } else { None }
}

fn parse_format(text: &str, format: &[Item<'_>]) -> Option<OffsetDateTime> {
    let date = PrimitiveDateTime::parse(text, format).ok()?;
    let date = match date.year() {
        year @ 0..=69 => date.replace_year(year + 2000).ok()?,
        year @ 70..=99 => date.replace_year(year + 1900).ok()?,
        _ => date,
    };
    Some(date.assume_utc())
}
