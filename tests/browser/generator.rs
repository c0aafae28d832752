//! Random `Set-Cookie` headers: what servers send, what they send by mistake, and noise. The same seed
//! gives the same headers, but for the dates, which are near the day of the run.

use std::time::{Duration, SystemTime};

use gingersnap::date;

use crate::headers::ADDRESS;
use crate::splitmix::Random;

/// A header, and the host that sends it.
pub(crate) struct Sample {
    pub(crate) header: Vec<u8>,
    pub(crate) host: String,
}

/// Returns a header for the host with a number. Such hosts have no site in common, so that their
/// cookies stay apart. Only the first header before the cookies are cleared can come from the address,
/// for there is one.
pub(crate) fn sample(random: &mut Random, number: usize, is_first: bool) -> Sample {
    let host = match random.below(100) {
        0..30 if is_first => ADDRESS.to_owned(),
        0..15 => format!("app.s{number}.test"),
        _ => format!("app.s{number}.localhost"),
    };
    let mut header = pair(random);
    for _ in 0..random.below(6) {
        let attribute = attribute(random, &host);
        header.extend([spaces(random), ";", spaces(random)].concat().bytes());
        header.extend(attribute);
    }
    if random.percent(8) {
        mutate(random, &mut header);
    }
    Sample { header, host }
}

/// White space as it is around separators, most often as it should be.
fn spaces(random: &mut Random) -> &'static str {
    random.pick(&["", "", "", "", "", "", " ", " ", "  ", "\t"])
}

/// Changes a byte of a header, or adds or removes one. NUL, CR and LF end a header or a response.
fn mutate(random: &mut Random, header: &mut Vec<u8>) {
    let mut at = random.below(header.len() + 1);
    while header.get(at).is_some_and(|byte| matches!(byte, 0x80..=0xBF)) {
        at -= 1; // to where a character starts
    }
    let byte = match random.below(4) {
        0 => b"\x01\x08\x0B\x0C\x1F\x7F\t\t"[random.below(8)],
        1 => b";;==, \"'"[random.below(8)],
        _ => u8::try_from(0x20 + random.below(0x5F)).expect("ASCII"),
    };
    if random.percent(50) || header.is_empty() {
        header.insert(at, byte);
    } else if random.percent(50) && at < header.len() && header[at].is_ascii() {
        header[at] = byte;
    } else {
        header.retain({
            let mut position = 0;
            move |byte| {
                position += 1;
                position != at + 1 || !byte.is_ascii()
            }
        });
    }
}

/// The cookie's name and value.
fn pair(random: &mut Random) -> Vec<u8> {
    let mut name = match random.below(12) {
        0 => String::new(),
        1..=2 => {
            let prefixes = [
                "__Host-",
                "__Secure-",
                "__Http-",
                "__Host-Http-",
                "__host-",
                "__SECURE-",
                "__Host",
            ];
            format!("{}{}", random.pick(&prefixes), random.pick(&["a", "sid", ""]))
        }
        4 => text(random, 6),
        _ => random.pick(&["a", "sid", "Path", "secure", "a b", "$Version", "ä"]).to_owned(),
    };
    name.retain(|character| character != '=' && character != ';');
    let mut value = match random.below(12) {
        0 => String::new(),
        1..=3 => text(random, 12),
        4 => format!("\"{}\"", text(random, 5)),
        5 => random.pick(&["__Host-a", "__Secure-a=1", "=", "a=1", "==", "\""]).to_owned(),
        _ => random.pick(&["1", "31d4", "a%20b", "a b", "1, b=2", "1 Path=/ Secure"]).to_owned(),
    };
    value.retain(|character| character != ';');
    if random.percent(2) {
        let length = (4095 + random.below(3)).saturating_sub(name.len() + value.len());
        value.extend(std::iter::repeat_n('x', length));
    }
    let mut pair = [spaces(random), &name, spaces(random)].concat().into_bytes();
    if !random.percent(4) {
        pair.push(b'=');
    }
    pair.extend([spaces(random), &value].concat().bytes());
    if random.percent(3) {
        pair.extend(b"\xFF\x80");
    }
    pair
}

/// Any text, without what ends a header.
fn text(random: &mut Random, longest: usize) -> String {
    let length = random.below(longest + 1);
    let character = |random: &mut Random| match random.below(60) {
        0 => random.pick(&["\t", "\u{1}", "\u{7f}"]).to_owned(),
        1..=3 => random.pick(&["ä", "\u{a0}", "漢", "\u{2003}"]).to_owned(),
        _ => char::from(u8::try_from(0x20 + random.below(0x5F)).expect("ASCII")).to_string(),
    };
    (0..length).map(|_| character(random)).collect()
}

/// An attribute, with its value.
fn attribute(random: &mut Random, host: &str) -> Vec<u8> {
    let (name, value) = match random.below(19) {
        0..=2 => ("Path", Some(path(random))),
        3..=5 => ("Domain", Some(domain(random, host))),
        6..=8 => ("Expires", Some(expires(random))),
        9..=10 => ("Max-Age", Some(max_age(random))),
        11..=12 => ("SameSite", Some(same_site(random))),
        13..=15 => ("Secure", flag(random)),
        16 => ("HttpOnly", flag(random)),
        17 => ("Partitioned", flag(random)),
        _ => {
            let names = ["Priority", "Comment", "Version", "Http-Only", "", "x", "Secure HttpOnly"];
            (random.pick(&names), Some(text(random, 8)))
        }
    };
    let mut attribute = any_case(random, name);
    match value {
        Some(value) => {
            attribute += &[spaces(random), "=", spaces(random), &value].concat();
            let is_padded = random.percent(2);
            if is_padded {
                let length = (1023 + random.below(4)).saturating_sub(value.trim().len());
                attribute.extend(std::iter::repeat_n('9', length));
            }
        }
        None if random.percent(10) => attribute.push('='),
        None => {}
    }
    attribute.retain(|character| character != ';');
    attribute.into_bytes()
}

/// A name as it is, or in another case.
fn any_case(random: &mut Random, name: &str) -> String {
    match random.below(4) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        _ => name.to_owned(),
    }
}

fn flag(random: &mut Random) -> Option<String> {
    random.percent(20).then(|| random.pick(&["false", "0", "true", ""]).to_owned())
}

fn path(random: &mut Random) -> String {
    let paths = [
        "/", "/", "/", "/dir", "/dir/", "/x", "x", "", "//", "/a b", "/ä", "\"/\"", "/a,b", "/%2F",
        "/?a=b", "/ Secure",
    ];
    match random.below(8) {
        0 => format!("/{}", text(random, 6)),
        _ => random.pick(&paths).to_owned(),
    }
}

fn domain(random: &mut Random, host: &str) -> String {
    let (_, parent) = host.split_once('.').expect("a host of several labels");
    let (_, top) = parent.rsplit_once('.').expect("three labels");
    match random.below(24) {
        0..=4 => host.to_owned(),
        5..=11 => parent.to_owned(),
        12..=13 => format!(".{parent}"),
        14..=15 => any_case(random, parent),
        16 => format!("{}{parent}", random.pick(&["..", "sub.app.", "*.", "%61pp.", "a"])),
        17 => format!("{host}{}", random.pick(&[".", ":80", "/", "x", " x"])),
        18 => top.to_owned(),
        19 => format!("\"{host}\""),
        20 => text(random, 4),
        _ => random.pick(&["", ".", "other.localhost", "0.0.1", "127.1", "[::1]"]).to_owned(),
    }
}

fn same_site(random: &mut Random) -> String {
    let values =
        ["Strict", "Lax", "None", "None", "Other", "", "\"Lax\"", "no_restriction", "Default"];
    let value = random.pick(&values);
    any_case(random, value)
}

fn max_age(random: &mut Random) -> String {
    let values = [
        "7200",
        "7200",
        "7200",
        "0",
        "-1",
        "-0",
        "",
        "-",
        "+",
        "+7200",
        "+0",
        "--1",
        "7200.5",
        "7200s",
        "0x7200",
        "1e9",
        "\"7200\"",
        "7 200",
        "34560000",
        "34560001",
        "99999999999999999999",
        "99999999999999999999s",
        "-99999999999999999999",
        "-99999999999999999999s",
        "9223372036854775807s",
        "007200",
        "seven",
    ];
    random.pick(&values).to_owned()
}

/// A date: that of a day within two years or long ago, in one of the forms of servers or as parts in
/// any order, some of which are wrong.
fn expires(random: &mut Random) -> String {
    let days = u64::try_from(random.below(730)).expect("64 bits");
    let time = SystemTime::now() + Duration::from_secs((days + 2) * 86_400);
    let date = date::imf_fixdate(time).expect("a year of four digits").to_string();
    let parts: Vec<&str> = date.split(' ').collect();
    let &[weekday, day, month, year, time, zone] = &*parts else { panic!("{date} is no date") };
    match random.below(10) {
        0..=1 => date,
        2 => format!("{weekday} {day}-{month}-{} {time} {zone}", &year[2..]),
        3 => format!("{} {month} {day} {time} {year}", weekday.trim_end_matches(',')),
        4 => random
            .pick(&[
                "0",
                "-1",
                "",
                "Session",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "2027-01-31T10:00:00Z",
            ])
            .to_owned(),
        _ => {
            let mut parts = vec![
                near(random, day, &["0", "00", "32", "1", "011", "+1"]),
                near(random, month, &["Foo", "february", "Ma", "JAN", "12"]),
                near(
                    random,
                    year,
                    &["27", "69", "70", "999", "1600", "1601", "02027", "10000", "5"],
                ),
                near(
                    random,
                    time,
                    &["1:2:3", "10:00", "24:00:00", "10:60:00", "10:000:00", "10:00:"],
                ),
            ];
            if random.percent(30) {
                parts.push(near(random, zone, &["11", "2028", "10:00:00", "Feb", "2x", "1:2"]));
            }
            for at in (1..parts.len()).rev() {
                if random.percent(40) {
                    parts.swap(at, random.below(at + 1));
                }
            }
            parts.join(random.pick(&[" ", " ", " ", "-", "/", ", ", "\t", "  "]))
        }
    }
}

/// A part of a date as it should be, another one, or one with something in front or behind it.
fn near(random: &mut Random, part: &str, others: &[&str]) -> String {
    match random.below(12) {
        0..=7 => part.to_owned(),
        8..=9 => random.pick(others).to_owned(),
        10 => format!("{part}{}", random.pick(&["x", "0", ":", ".5", "ä", ":1"])),
        _ => format!("{}{part}", random.pick(&["0", "x", ":", "\"", "ä"])),
    }
}
