//! Cookies as a table.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use clap::builder::styling::Style;
use gingersnap::SameSite;
use gingersnap::store::StoredCookie;

use crate::output::escaped;

const COLUMNS: [&str; 6] = ["DOMAIN", "PATH", "NAME", "VALUE", "LEFT", "FLAGS"];

/// The width up to which the cells of a column are filled up. One long cell would make each row as long.
const MAX_WIDTH: usize = 80;

const TITLE: Style = Style::new().bold();

/// Returns the cookies as a table.
pub(super) fn table(cookies: &[&StoredCookie], shows_values: bool, now: SystemTime) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(cookies.iter().map(|cookie| row(cookie, shows_values, now)));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default().min(MAX_WIDTH)
    };
    let widths: [_; COLUMNS.len()] = std::array::from_fn(width);
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    let mut text = String::new();
    for (number, line) in lines.enumerate() {
        let style = if number == 0 { TITLE } else { Style::new() };
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    text
}

fn row(cookie: &StoredCookie, shows_values: bool, now: SystemTime) -> [String; COLUMNS.len()] {
    let dot = if cookie.is_host_only() { "" } else { "." };
    let value = cookie.value();
    [
        format!("{dot}{}", escaped(cookie.domain().as_bytes())),
        escaped(cookie.path()),
        escaped(cookie.name()),
        if shows_values { escaped(value) } else { format!("({} bytes)", value.len()) },
        lifetime(cookie, now),
        flags(cookie),
    ]
}

/// Returns how long a cookie lives, such as `3 days`.
fn lifetime(cookie: &StoredCookie, now: SystemTime) -> String {
    let Some(expires) = cookie.expires() else { return "session".to_owned() };
    let seconds = expires.duration_since(now).unwrap_or(Duration::ZERO).as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn flags(cookie: &StoredCookie) -> String {
    let same_site = cookie.same_site();
    let flags = [
        cookie.is_secure().then(|| "Secure".to_owned()),
        cookie.is_http_only().then(|| "HttpOnly".to_owned()),
        (same_site != SameSite::Unset).then(|| format!("SameSite={same_site}")),
        cookie.partition().map(|partition| format!("in {}", escaped(partition.as_bytes()))),
    ];
    flags.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
