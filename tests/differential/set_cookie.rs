//! Reading `Set-Cookie` headers, beside `cookie`, whose reading `cookie_store` uses.

use std::time::{Duration, SystemTime};

use gingersnap::errors::SetCookieError;
use gingersnap::header::SetCookie;
use gingersnap::{SameSite, date};
use proptest::prelude::*;

use crate::classes::{Class, Difference, Right, compare};
use crate::{dates, strategies, whitespace};

const CLASSES: &[Class<String>] = &[
    Class {
        name: "control character",
        example: || "a=1\x01".to_owned(),
        here: "refuses the cookie",
        there: "`cookie` reads it",
        right: Right::Here,
        rule: 15,
    },
    Class {
        name: "over 4096 bytes",
        example: || format!("a={}", "v".repeat(4096)),
        here: "refuses the cookie",
        there: "`cookie` reads it",
        right: Right::Here,
        rule: 17,
    },
    Class {
        name: "domain that is not ASCII",
        example: || "a=1; Domain=é.example".to_owned(),
        here: "refuses the cookie",
        there: "`cookie` reads it",
        right: Right::Here,
        rule: 24,
    },
    Class {
        name: "no name",
        example: || "a".to_owned(),
        here: "reads a value without a name",
        there: "`cookie` refuses the cookie",
        right: Right::Here,
        rule: 16,
    },
    Class {
        name: "other white space",
        example: || "\u{2003}a=1".to_owned(),
        here: "trims space and tab",
        there: "`cookie` trims all white space of Unicode",
        right: Right::Here,
        rule: 16,
    },
    Class {
        name: "attribute over 1024 bytes",
        example: || format!("a=1; Path=/{}", "p".repeat(1024)),
        here: "ignores the attribute",
        there: "`cookie` reads it",
        right: Right::Here,
        rule: 18,
    },
    Class {
        name: "case of a domain",
        example: || "a=1; Domain=Shop.Example".to_owned(),
        here: "reads the domain in lower case",
        there: "`cookie` leaves it as it is",
        right: Right::Here,
        rule: 24,
    },
    Class {
        name: "empty domain",
        example: || "a=1; Domain=shop.example; Domain=".to_owned(),
        here: "reads the last `Domain`: the host only",
        there: "`cookie` reads the last `Domain` that is not empty",
        right: Right::Here,
        rule: 24,
    },
    Class {
        name: "domain of a dot",
        example: || "a=1; Domain=.".to_owned(),
        here: "reads the host only",
        there: "`cookie` reads a domain that is empty or a dot",
        right: Right::Here,
        rule: 24,
    },
    Class {
        name: "path without `/` at its start",
        example: || "a=1; Path=x".to_owned(),
        here: "reads no path: the default path counts",
        there: "`cookie` reads it, and leaves to others that the default path counts",
        right: Right::Both,
        rule: 25,
    },
    Class {
        name: "attribute without `=`",
        example: || "a=1; Path=/x; Path".to_owned(),
        here: "reads an empty attribute",
        there: "`cookie` ignores it",
        right: Right::Here,
        rule: 16,
    },
    Class {
        name: "empty `Max-Age`",
        example: || "a=1; Max-Age=".to_owned(),
        here: "ignores the attribute",
        there: "`cookie` reads the longest time",
        right: Right::Here,
        rule: 22,
    },
    Class {
        name: "`Max-Age=-` without digits",
        example: || "a=1; Max-Age=-".to_owned(),
        here: "ignores the attribute",
        there: "`cookie` reads 0",
        right: Right::Here,
        rule: 22,
    },
    Class {
        name: "date",
        example: || "a=1; Expires=1994 6 November, 8:49:37".to_owned(),
        here: "reads the dates that browsers read",
        there: "`cookie` does not; see the table of dates",
        right: Right::Here,
        rule: 21,
    },
    Class {
        name: "unknown `SameSite`",
        example: || "a=1; SameSite=Strict; SameSite=x".to_owned(),
        here: "reads the last one: not set",
        there: "`cookie` reads the last one that it knows",
        right: Right::Here,
        rule: 26,
    },
];

/// What both crates read.
#[derive(Debug)]
struct Read {
    name: String,
    value: String,
    domain: Option<String>,
    path: Option<String>,
    max_age: Option<u64>,
    expires: Option<SystemTime>,
    flags: [bool; 3],
    same_site: SameSite,
}

/// Seconds as far as `cookie` can count them. Both cut them to 400 days.
fn seconds(max_age: Duration) -> u64 {
    max_age.as_secs().min(i64::MAX.unsigned_abs())
}

fn read_here(header: &str) -> Result<Read, SetCookieError> {
    let read = SetCookie::parse(header)?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a part of a text");
    Ok(Read {
        name: text(read.name()),
        value: text(read.value()),
        domain: read.domain().map(str::to_owned),
        path: read.path().map(text),
        max_age: read.max_age().map(seconds),
        expires: read.expires(),
        flags: [read.is_secure(), read.is_http_only(), read.is_partitioned()],
        same_site: read.same_site(),
    })
}

fn read_by_cookie(header: &str) -> Option<Read> {
    let read = cookie::Cookie::parse(header).ok()?;
    let flags = [read.secure(), read.http_only(), read.partitioned()];
    Some(Read {
        name: read.name().to_owned(),
        value: read.value().to_owned(),
        domain: read.domain().map(str::to_owned),
        path: read.path().map(str::to_owned),
        max_age: read.max_age().map(|age| age.whole_seconds().unsigned_abs()),
        expires: read.expires_datetime().map(SystemTime::from),
        flags: flags.map(|flag| flag == Some(true)),
        same_site: match read.same_site() {
            Some(cookie::SameSite::Strict) => SameSite::Strict,
            Some(cookie::SameSite::Lax) => SameSite::Lax,
            Some(cookie::SameSite::None) => SameSite::None,
            None => SameSite::Unset,
        },
    })
}

/// Returns the values of an attribute; `None` is one without `=`.
fn attributes<'h>(header: &'h str, name: &'static str) -> impl Iterator<Item = Option<&'h str>> {
    header.split(';').skip(1).filter_map(move |piece| {
        let (found, value) = match piece.split_once('=') {
            Some((found, value)) => (found, Some(whitespace::trim(value))),
            None => (piece, None),
        };
        whitespace::trim(found).eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Returns the class of a header whose attribute is read differently.
pub(crate) fn class_of_attribute(header: &str, name: &'static str) -> Option<&'static str> {
    if header.split(';').any(whitespace::piece_has_other) {
        return Some("other white space");
    }
    let values = || attributes(header, name);
    if values().flatten().any(|value| value.len() > 1024) {
        return Some("attribute over 1024 bytes");
    }
    let last = values().last()?;
    match name {
        "expires" => {
            let differs = |value: &str| date::parse(value).ok() != dates::read_by_cookie(value);
            values().flatten().any(differs).then_some("date")
        }
        "max-age" => {
            let has = |value: &str| values().any(|found| found == Some(value));
            match () {
                () if has("") => Some("empty `Max-Age`"),
                () if has("-") => Some("`Max-Age=-` without digits"),
                () => None,
            }
        }
        "secure" | "httponly" | "partitioned" => None,
        _ if last.is_none() => Some("attribute without `=`"),
        "domain" => match last? {
            "" => Some("empty domain"),
            "." => Some("domain of a dot"),
            domain => domain
                .contains(|char: char| char.is_ascii_uppercase())
                .then_some("case of a domain"),
        },
        "path" => (!last?.starts_with('/')).then_some("path without `/` at its start"),
        "samesite" => {
            let is_known = ["strict", "lax", "none"].contains(&&*last?.to_ascii_lowercase());
            (!is_known).then_some("unknown `SameSite`")
        }
        _ => None,
    }
}

fn differences(header: &String) -> Vec<Difference> {
    let is_other = header.split(';').any(whitespace::piece_has_other);
    let other = is_other.then_some("other white space");
    let (here, there) = match (read_here(header), read_by_cookie(header)) {
        (Ok(here), Some(there)) => (here, there),
        (Err(_), None) => return Vec::new(),
        (Ok(here), None) => {
            let class = if here.name.is_empty() { Some("no name") } else { other };
            return vec![Difference::new(class, header, &here, &"refuses")];
        }
        (Err(error), there) => {
            let class = match error {
                SetCookieError::Control { .. } => Some("control character"),
                SetCookieError::TooLarge { .. } => Some("over 4096 bytes"),
                SetCookieError::DomainNonAscii { .. } => Some("domain that is not ASCII"),
                _ => None,
            };
            return vec![Difference::new(class, header, &error, &there)];
        }
    };
    let mut found = Vec::new();
    let mut check = |differs: bool, class: Option<&'static str>, what| {
        if differs {
            found.push(Difference::new(class, &format!("{what} of {header:?}"), &here, &there));
        }
    };
    check((&here.name, &here.value) != (&there.name, &there.value), other, "name and value");
    let class = |name| class_of_attribute(header, name);
    for (flag, name) in ["secure", "httponly", "partitioned"].into_iter().enumerate() {
        check(here.flags[flag] != there.flags[flag], class(name), name);
    }
    check(here.domain != there.domain, class("domain"), "domain");
    check(here.path != there.path, class("path"), "path");
    check(here.max_age != there.max_age, class("max-age"), "max-age");
    check(here.expires != there.expires, class("expires"), "expires");
    check(here.same_site != there.same_site, class("samesite"), "same-site");
    found
}

/// Generates headers that are text, which is all that `cookie` reads.
pub(crate) fn header() -> impl Strategy<Value = String> {
    let dates = dates::date_text().prop_map(|date| format!("a=1; Expires={date}; Secure"));
    let attribute = prop_oneof![
        2 => "(Domain|Path|Max-Age|SameSite)",
        8 => "(Domain|domain)=(\\.?[Ss]hop\\.example|\\.|\\.\\.|| |é\\.example)",
        8 => "Path=(/|/x|x|| /y |\u{a0}/)",
        8 => "Max-Age=(-|-?[0-9]{0,20}|\\+1|1 0)",
        8 => "SameSite=(Strict|lax|NONE|x|)",
        1 => Just(format!("Path=/{}", "p".repeat(1024))),
    ];
    let attributes = proptest::collection::vec(attribute, 1..4)
        .prop_map(|attributes| "a=1; ".to_owned() + &attributes.join("; "));
    let large = (4090..4100_usize).prop_map(|bytes| format!("a={}", "v".repeat(bytes)));
    prop_oneof![
        4 => strategies::set_cookie_header()
            .prop_map(|header| String::from_utf8_lossy(&header).into_owned()),
        4 => attributes,
        2 => dates,
        1 => large,
    ]
}

#[test]
fn set_cookie_headers_are_read_as_by_others_or_as_the_table_says() {
    compare(&header(), CLASSES, differences);
}
