//! Writing cookies, beside `cookie` and `biscotti`, as a browser reads what they write.

use std::fmt::Write;
use std::time::SystemTime;

use gingersnap::errors::{CookieErrorKind, LimitError};
use gingersnap::header::SetCookie;
use gingersnap::{Cookie, Encoding, SameSite};
use proptest::prelude::*;

use crate::classes::{Class, Difference, Right, compare};
use crate::strategies;

const NONE: &str = "`cookie` and `biscotti` write it";

const CLASSES: &[Class<Cookie<'static>>] = &[
    Class {
        name: "empty name",
        example: || Cookie::new("", "__Host-sid=1"),
        here: "refuses the cookie",
        there: NONE,
        right: Right::Here,
        rule: 1,
    },
    Class {
        name: "name that is no token",
        example: || Cookie::new("a; Secure", "1"),
        here: "refuses the cookie",
        there: "`cookie` and `biscotti` encode the name, or write it as it is and so an attribute",
        right: Right::Here,
        rule: 1,
    },
    Class {
        name: "name with `%` or another sign",
        example: || Cookie::new("a|b", "1"),
        here: "writes the name as it is",
        there: "`cookie` and `biscotti` encode signs that a name can have",
        right: Right::Here,
        rule: 11,
    },
    Class {
        name: "value that is no cookie-value",
        example: || Cookie::new("a", "1; Secure").with_encoding(Encoding::Raw),
        here: "refuses the cookie if its value is not to be encoded",
        there: "`cookie` and `biscotti` write the value as it is, and so an attribute",
        right: Right::Here,
        rule: 2,
    },
    Class {
        name: "path",
        example: || Cookie::new("a", "1").with_path("/; Domain=evil.example"),
        here: "refuses a path that browsers ignore or cut",
        there: NONE,
        right: Right::Here,
        rule: 3,
    },
    Class {
        name: "domain",
        example: || Cookie::new("a", "1").with_domain("a.example; Path=/x"),
        here: "refuses a domain that no host matches",
        there: NONE,
        right: Right::Here,
        rule: 3,
    },
    Class {
        name: "prefix",
        example: || Cookie::new("__Host-a", "1"),
        here: "refuses a cookie that does not meet the requirements of its prefix",
        there: NONE,
        right: Right::Here,
        rule: 7,
    },
    Class {
        name: "`SameSite=None` without `Secure`",
        example: || Cookie::new("a", "1").with_same_site(SameSite::None),
        here: "refuses the cookie, which browsers drop",
        there: "`cookie` and `biscotti` add `Secure` if it was not set, and write the cookie if it was set to false",
        right: Right::Both,
        rule: 6,
    },
    Class {
        name: "`Partitioned` without `Secure`",
        example: || Cookie::new("a", "1").with_partitioned(true),
        here: "refuses the cookie, which browsers drop",
        there: "`cookie` and `biscotti` add `Secure`",
        right: Right::Both,
        rule: 6,
    },
    Class {
        name: "date out of range",
        example: || {
            let year_1600 = std::time::Duration::from_secs(11_644_473_601);
            Cookie::new("a", "1").with_expires(SystemTime::UNIX_EPOCH - year_1600)
        },
        here: "refuses the cookie",
        there: "`cookie` and `biscotti` write the date, which browsers ignore",
        right: Right::Here,
        rule: 4,
    },
    Class {
        name: "over 4096 bytes",
        example: || Cookie::new("a", "v".repeat(4096)),
        here: "refuses the cookie, which browsers drop",
        there: NONE,
        right: Right::Here,
        rule: 17,
    },
    Class {
        name: "value that grows over 4096 bytes",
        example: || Cookie::new("a", "=".repeat(2000)),
        here: "encodes the signs that no value can have",
        there: "`cookie` and `biscotti` encode more, here `=`, so that browsers drop the cookie",
        right: Right::Here,
        rule: 2,
    },
    Class {
        name: "attribute over 1024 bytes",
        example: || Cookie::new("a", "1").with_path("/".repeat(1025)),
        here: "refuses the cookie, whose path browsers ignore",
        there: NONE,
        right: Right::Here,
        rule: 18,
    },
];

/// A name and a value as a server reads them back.
type Pair = (String, String);

fn written_by_cookie(cookie: &Cookie<'_>, encoding: Encoding) -> Option<String> {
    let mut built = cookie::Cookie::new(cookie.name().to_owned(), cookie.value().to_owned());
    // Flags that are off are left out.
    built.set_secure(cookie.is_secure().then_some(true));
    built.set_http_only(cookie.is_http_only().then_some(true));
    built.set_partitioned(cookie.is_partitioned().then_some(true));
    if let Some(path) = cookie.path() {
        built.set_path(path.to_owned());
    }
    if let Some(domain) = cookie.domain() {
        built.set_domain(domain.to_owned());
    }
    if let Some(max_age) = cookie.max_age() {
        let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        built.set_max_age(time::Duration::seconds(seconds));
    }
    if let Some(expires) = cookie.expires() {
        built.set_expires(time::OffsetDateTime::from_unix_timestamp(unix_seconds(expires)).ok()?);
    }
    built.set_same_site(match cookie.same_site() {
        SameSite::Strict => Some(cookie::SameSite::Strict),
        SameSite::Lax => Some(cookie::SameSite::Lax),
        SameSite::None => Some(cookie::SameSite::None),
        SameSite::Unset => None,
    });
    let mut text = String::new();
    match encoding {
        Encoding::Percent => write!(text, "{}", built.encoded()),
        _ => write!(text, "{built}"),
    }
    .ok()?;
    Some(text)
}

fn written_by_biscotti(cookie: &Cookie<'_>, encoding: Encoding) -> Option<String> {
    let mut built =
        biscotti::ResponseCookie::new(cookie.name().to_owned(), cookie.value().to_owned())
            .set_secure(cookie.is_secure().then_some(true))
            .set_http_only(cookie.is_http_only().then_some(true))
            .set_partitioned(cookie.is_partitioned().then_some(true));
    if let Some(path) = cookie.path() {
        built = built.set_path(path.to_owned());
    }
    if let Some(domain) = cookie.domain() {
        built = built.set_domain(domain.to_owned());
    }
    if let Some(max_age) = cookie.max_age() {
        let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        built = built.set_max_age(biscotti::time::SignedDuration::from_secs(seconds));
    }
    if let Some(expires) = cookie.expires() {
        let time = jiff::Timestamp::from_second(unix_seconds(expires)).ok()?;
        built = built.set_expires(time.to_zoned(jiff::tz::TimeZone::UTC));
    }
    built = built.set_same_site(match cookie.same_site() {
        SameSite::Strict => Some(biscotti::SameSite::Strict),
        SameSite::Lax => Some(biscotti::SameSite::Lax),
        SameSite::None => Some(biscotti::SameSite::None),
        SameSite::Unset => None,
    });
    let mut config = biscotti::ProcessorConfig::default();
    config.percent_encode = encoding == Encoding::Percent;
    let mut cookies = biscotti::ResponseCookies::new();
    cookies.insert(built);
    cookies.header_values(&biscotti::Processor::from(config)).next()
}

/// Returns the seconds since 1970, as they are written.
fn unix_seconds(time: SystemTime) -> i64 {
    let seconds =
        |duration: std::time::Duration| i64::try_from(duration.as_secs()).expect("a date");
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => -seconds(before.duration()),
    }
}

/// Returns name and value as a server reads them back, and the rest as a browser does.
fn read(header: &str, encoding: Encoding) -> Option<(Pair, String)> {
    let read = SetCookie::parse(header).ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pair = (text(read.name()), encoding.decode(&text(read.value())).into_owned());
    let max_age = read.max_age().map(|age| age.as_secs().min(i64::MAX.unsigned_abs()));
    let flags = (read.is_secure(), read.is_http_only(), read.is_partitioned(), read.same_site());
    Some((pair, format!("{:?}", (read.domain(), read.path(), max_age, read.expires(), flags))))
}

fn class_of_refusal(kind: &CookieErrorKind) -> Option<&'static str> {
    Some(match kind {
        CookieErrorKind::NameEmpty => "empty name",
        CookieErrorKind::NameInvalid { .. } => "name that is no token",
        CookieErrorKind::Value(_) => "value that is no cookie-value",
        CookieErrorKind::PathStart | CookieErrorKind::PathInvalid { .. } => "path",
        CookieErrorKind::DomainEmpty
        | CookieErrorKind::DomainIpAddress
        | CookieErrorKind::DomainTrailingDot
        | CookieErrorKind::DomainNonAscii
        | CookieErrorKind::DomainInvalid { .. }
        | CookieErrorKind::DomainLabelTooLong { .. }
        | CookieErrorKind::DomainTooLong { .. } => "domain",
        CookieErrorKind::Prefix { .. } | CookieErrorKind::PrefixCase { .. } => "prefix",
        CookieErrorKind::SameSiteNone => "`SameSite=None` without `Secure`",
        CookieErrorKind::Partitioned => "`Partitioned` without `Secure`",
        CookieErrorKind::Expires(_) => "date out of range",
        CookieErrorKind::Limit(LimitError::CookieBytes { .. }) => "over 4096 bytes",
        CookieErrorKind::Limit(LimitError::AttributeBytes { .. }) => "attribute over 1024 bytes",
        _ => return None,
    })
}

fn differences(cookie: &Cookie<'static>) -> Vec<Difference> {
    let mut found = Vec::new();
    let encoding = cookie.encoding().unwrap_or_default();
    let here = cookie.to_set_cookie(encoding);
    for (peer, there) in [
        ("cookie", written_by_cookie(cookie, encoding)),
        ("biscotti", written_by_biscotti(cookie, encoding)),
    ] {
        let (here, there) = match (&here, there) {
            (Ok(here), Some(there)) => (here, there),
            (Err(_), None) => continue,
            (Ok(_), None) => {
                found.push(Difference::new(None, peer, &here, &"refuses"));
                continue;
            }
            (Err(error), there) => {
                found.push(Difference::new(class_of_refusal(&error.kind), peer, error, &there));
                continue;
            }
        };
        let both = (read(here, encoding), read(&there, encoding));
        let difference = |class| Difference::new(class, peer, here, &there);
        match both {
            (Some((pair, rest)), Some((other_pair, other_rest))) => {
                if rest != other_rest || pair.1 != other_pair.1 {
                    found.push(difference(None));
                }
                if pair.0 != other_pair.0 {
                    let is_encoded = encoding.decode(&other_pair.0) == pair.0;
                    let class = is_encoded.then_some("name with `%` or another sign");
                    found.push(difference(class));
                }
            }
            (Some(_), None) => {
                let written = there.split(';').next().unwrap_or_default();
                let is_large = written.len() - "=".len() > 4096;
                found.push(difference(is_large.then_some("value that grows over 4096 bytes")));
            }
            _ => found.push(difference(None)),
        }
    }
    found
}

#[test]
fn cookies_are_written_as_by_others_or_as_the_table_says() {
    let encoding = prop_oneof![3 => Just(Encoding::Percent), 1 => Just(Encoding::Raw)];
    let cookies = (strategies::cookie(), encoding)
        .prop_map(|(cookie, encoding)| cookie.with_encoding(encoding));
    compare(&cookies, CLASSES, differences);
}
