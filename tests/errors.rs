//! The page of errors: what each says, to the letter; which of them browsers act on; and that none
//! shows a value.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Debug;
use std::time::{Duration, UNIX_EPOCH};

use gingersnap::errors::{CookieError, DateError, LimitError, SetCookieError, ValueError};
use gingersnap::header::{self, SetCookie, write_pair};
use gingersnap::{
    Cookie, CookieJar, Encoding, Error, Limits, Policy, Removal, SameSite, Sender, date,
};

/// What stands in every value here, and in no message.
const SECRET: &str = "S3CR3T";

#[track_caller]
fn shows_no_value(shown: &(impl Debug + ?Sized)) {
    for shown in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

/// The error says this, and no value.
#[track_caller]
fn says(error: impl Into<Error>, expected: &str) {
    let error = error.into();
    assert_eq!(error.to_string(), expected);
    shows_no_value(&error);
    // One line, in lower case and without a full stop.
    assert!(!expected.ends_with('.') && !expected.contains(['\n', '\r']), "{expected}");
    assert!(expected.starts_with(|first: char| !first.is_uppercase()), "{expected}");
    assert!(!expected.contains(SECRET), "{expected}");
}

fn cookie() -> Cookie<'static> {
    Cookie::new("sid", SECRET)
}

/// The cookie is refused so, written or set; and browsers drop it, or not.
#[track_caller]
fn refused(cookie: &Cookie, encoding: Encoding, expected: &str, dropped: bool) -> CookieError {
    let error = cookie.to_set_cookie(encoding).expect_err("a cookie to refuse");
    says(error.clone(), expected);
    assert_eq!(error.is_dropped_by_browsers(), dropped, "{error}");
    shows_no_value(cookie);
    let mut jar = Policy::new().with_encoding(encoding).empty_jar();
    assert_eq!(jar.set(cookie), Err(error.clone()));
    error
}

/// Each cookie that isn't fit to send, what is said of it, and whether browsers drop it.
fn unfit() -> Vec<(Cookie<'static>, &'static str, bool)> {
    vec![
        (cookie().with_name(""), "a cookie's name is empty", false),
        (
            cookie().with_name("a b"),
            "cookie `a b` has ` ` at byte 1 of its name, which a token can't hold",
            false,
        ),
        (
            cookie().with_name("a\r\nb"),
            r"cookie `a\r\nb` has `\r` at byte 1 of its name, which a token can't hold",
            true,
        ),
        (
            cookie().with_name("é"),
            r"cookie `\xc3\xa9` has `\xc3` at byte 0 of its name, which a token can't hold",
            false,
        ),
        (cookie().with_path("x"), "cookie `sid` has a Path that doesn't start with `/`", false),
        (
            cookie().with_path("/é"),
            r"cookie `sid` has `\xc3` at byte 1 of its Path; percent-encode it",
            false,
        ),
        (
            cookie().with_path("/\0"),
            r"cookie `sid` has `\x00` at byte 1 of its Path; percent-encode it",
            true,
        ),
        (
            cookie().with_domain(""),
            "cookie `sid` has an empty Domain; leave it out to reach this host alone",
            false,
        ),
        (
            cookie().with_domain("127.0.0.1"),
            "cookie `sid` has an IP address as its Domain; leave the Domain out",
            false,
        ),
        (
            cookie().with_domain("example.com."),
            "cookie `sid` has a Domain that ends in a dot; write it without",
            true,
        ),
        (
            cookie().with_domain("é.example"),
            "cookie `sid` has a Domain that isn't ASCII; write its A-label (`xn--...`)",
            true,
        ),
        (
            cookie().with_domain("a..example"),
            "cookie `sid` has a Domain that is no host name, from byte 2 on",
            true,
        ),
        (
            cookie().with_name("__host-a").with_secure(true),
            "cookie `__host-a` must have its prefix written as `__Host-`",
            false,
        ),
        // Without what the prefix asks for, browsers drop it in any case of letters.
        (
            cookie().with_name("__host-a"),
            "cookie `__host-a` must have Secure for its prefix `__Host-`",
            true,
        ),
        (
            cookie().with_name("__Http-a").with_secure(true),
            "cookie `__Http-a` must have HttpOnly for its prefix `__Http-`",
            true,
        ),
        (
            cookie().with_name("__Host-a").with_secure(true).with_domain("a.b"),
            "cookie `__Host-a` must have no Domain for its prefix `__Host-`",
            true,
        ),
        (
            cookie().with_name("__Host-a").with_secure(true).with_path("/x"),
            "cookie `__Host-a` must have Path=/ for its prefix `__Host-`",
            true,
        ),
        (
            cookie().with_same_site(SameSite::None),
            "cookie `sid` needs Secure for SameSite=None",
            true,
        ),
        (cookie().with_partitioned(true), "cookie `sid` needs Secure for Partitioned", true),
        (
            cookie().with_expires(UNIX_EPOCH + Duration::from_secs(253_402_300_800)),
            "cookie `sid` can't have its Expires written: a time 253402300800 seconds from 1970 is outside the years 1601 to 9999",
            false,
        ),
        (
            cookie().with_value(SECRET.repeat(700)),
            "cookie `sid` is 4203 bytes (name and value), over the limit of 4096",
            true,
        ),
        (
            cookie().with_path("/".repeat(1025)),
            "cookie `sid` has a Path of 1025 bytes, over the limit of 1024",
            false,
        ),
    ]
}

#[test]
fn a_cookie_that_is_not_fit_to_send() {
    for (cookie, expected, dropped) in unfit() {
        refused(&cookie, Encoding::Percent, expected, dropped);
    }
    // Values are encoded, unless they are to be raw.
    for (value, expected, dropped) in [
        (
            "S3CR3T; S3CR3T",
            "cookie `sid` can't be written raw: byte 6 of the value isn't a cookie-octet",
            false,
        ),
        (
            "S3CR3T\n",
            "cookie `sid` can't be written raw: byte 6 of the value isn't a cookie-octet",
            true,
        ),
        (
            "\"S3CR3T",
            "cookie `sid` can't be written raw: byte 0 of the value isn't a cookie-octet",
            false,
        ),
    ] {
        let error = refused(&cookie().with_value(value), Encoding::Raw, expected, dropped);
        let source = error.source().expect("the error of the value");
        assert!(source.is::<ValueError>());
    }
}

#[test]
fn names_are_escaped_and_cut() {
    let name = "\u{1b}[31m".to_owned() + &"n".repeat(5_000);
    let error = cookie().with_name(name).to_set_cookie(Encoding::Percent).unwrap_err();
    let shown = r"\x1b[31m".to_owned() + &"n".repeat(56);
    let expected =
        format!(r"cookie `{shown}…` has `\x1b` at byte 0 of its name, which a token can't hold");
    says(error, &expected);
}

#[test]
fn a_limit_of_a_jar() {
    let limits = Limits::DEFAULT.with_cookies(2).with_cookie_header_bytes(40).with_cookie_bytes(20);
    let policy = Policy::new().with_limits(limits);
    let check = |error: CookieError, expected: &str| {
        says(error.clone(), expected);
        assert!(!error.is_dropped_by_browsers(), "{error}");
    };
    let mut jar = policy.jar_from_cookie_header("a=1; b=2").unwrap();
    let error = jar.set(cookie()).unwrap_err();
    check(error, "cookie `sid` makes 3 cookies, over the limit of 2");
    let mut jar = policy.jar_from_cookie_header("a=S3CR3T-S3CR3T-S3CR3T-S3CR3T").unwrap();
    let error = jar.set(cookie()).unwrap_err();
    let expected =
        "cookie `sid` makes the Cookie field 41 bytes with every request, over the limit of 40";
    check(error, expected);
    // A tighter limit than the browsers' is not theirs.
    let error = jar.set(cookie().with_value(SECRET.repeat(3))).unwrap_err();
    check(error, "cookie `sid` is 21 bytes (name and value), over the limit of 20");

    let limits = Limits::DEFAULT.with_received_bytes(20).with_received_pairs(2);
    let policy = Policy::new().with_limits(limits);
    for (field, expected) in [
        (
            "a=S3CR3T; b=S3CR3T; c=",
            "the request's Cookie fields are 22 bytes, over the limit of 20",
        ),
        ("a=S3CR3T; b; =", "the request's Cookie fields hold 3 pairs, over the limit of 2"),
    ] {
        let error = policy.jar_from_cookie_header(field).unwrap_err();
        says(error.clone(), expected);
        assert!(!error.is_dropped_by_browsers());
    }
}

#[test]
fn a_name_that_no_browser_holds() {
    let mut jar = CookieJar::new();
    says(jar.remove("").unwrap_err(), "a cookie's name is empty");
    says(
        jar.remove("a=b").unwrap_err(),
        "cookie `a=b` has `=` at byte 1 of its name, which a token can't hold",
    );
}

#[test]
fn a_set_cookie_field_that_is_refused() {
    let long = format!("sid={}", SECRET.repeat(700));
    let cases: [(&[u8], &str); 8] = [
        (b"sid=S3CR3T\x00", r"the Set-Cookie field has the control byte `\x00` at byte 10"),
        (b"=; S3CR3T", "the Set-Cookie field has neither a name nor a value"),
        (long.as_bytes(), "cookie `sid` is 4203 bytes (name and value), over the limit of 4096"),
        (b"sid=S3CR3T; Domain=\xFFS3CR3T", "the Domain of cookie `sid` isn't ASCII"),
        (b"\xFF=S3CR3T", r"the name of cookie `\xff` isn't UTF-8"),
        (b"sid=S3CR3T\xFF", "the value of cookie `sid` isn't UTF-8"),
        (b"S3CR3T\xFF", "the value of cookie `` isn't UTF-8"),
        (b"sid=S3CR3T; Path=/\xFF", "the Path of cookie `sid` isn't UTF-8"),
    ];
    for (field, expected) in cases {
        says(Cookie::parse(field).unwrap_err(), expected);
    }
}

#[test]
fn a_pair_that_can_not_be_written() {
    let mut field = Vec::new();
    let mut write = |name: &str, value: &str| write_pair(&mut field, name, value).unwrap_err();
    says(write("", SECRET), "a cookie's name is empty");
    says(
        write("a=b", SECRET),
        "cookie `a=b` has `=` at byte 1 of its name, which a Cookie field can't carry",
    );
    says(
        write("sid", "S3CR3T; S3CR3T"),
        "byte 6 of the value of cookie `sid` can't stand in a Cookie field",
    );
}

#[test]
fn a_value_that_can_not_be_raw() {
    let error = Encoding::Raw.encode("S3CR3T,").unwrap_err();
    assert_eq!(error, ValueError { offset: 6, control: false });
    says(error, "byte 6 of the value isn't a cookie-octet");
}

#[test]
fn a_date_that_can_not_be_read_or_written() {
    for (date, expected) in [
        ("6 Nov 1994", "the date has no time of day"),
        ("Nov 1994 08:49:37", "the date has no day of the month"),
        ("6 1994 08:49:37", "the date has no month"),
        ("6 Nov 08:49:37", "the date has no year"),
        ("6 Nov 1600 08:49:37", "the year 1600 is before 1601"),
        ("6 Nov 100 08:49:37", "the year 100 is before 1601"),
        ("6 Nov 1994 8:60:07", "the time of day 08:60:07 doesn't exist"),
        ("30 Feb 2001 08:49:37", "the day 2001-02-30 doesn't exist"),
        ("0 Jan 2001 08:49:37", "the day 2001-01-00 doesn't exist"),
    ] {
        says(date::parse(date).unwrap_err(), expected);
    }
    let time = UNIX_EPOCH - Duration::from_secs(11_644_473_601);
    says(
        date::imf_fixdate(time).unwrap_err(),
        "a time -11644473601 seconds from 1970 is outside the years 1601 to 9999",
    );
}

#[test]
fn parts_of_a_url_that_make_no_sender() {
    for (scheme, host, expected) in [
        ("ftp", "a.example", "the scheme `ftp` is none of http, https, ws and wss"),
        ("a\n", "a.example", r"the scheme `a\n` is none of http, https, ws and wss"),
        ("https", "", "the host is empty"),
        ("https", "é.example", "the host isn't ASCII; write its A-label (`xn--...`)"),
        ("https", "a.example:80", "the host has `:` at byte 9, which no host holds"),
    ] {
        says(Sender::new(scheme, host, "/").unwrap_err(), expected);
    }
}

#[test]
fn a_pair_that_was_skipped() {
    let field = b"a=1; S3CR3T; =S3CR3T; b=S3CR3T\n; c=S3CR3T\xFF";
    let jar = CookieJar::from_cookie_header(field).unwrap();
    let shown: Vec<_> = jar.skipped().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "a pair of 6 bytes, at byte 5 of Cookie field 0, has no `=`",
            "a pair of 7 bytes, at byte 13 of Cookie field 0, has an empty name",
            "a pair of 9 bytes, at byte 22 of Cookie field 0, holds a control byte",
            "a pair of 9 bytes, at byte 33 of Cookie field 0, isn't UTF-8",
        ]
    );
    shows_no_value(jar.skipped());
}

#[test]
fn nothing_that_holds_a_value_shows_it() {
    let field = "sid=S3CR3T; a=S3%43R3T; =S3CR3T; b=S3CR3T; S3CR3T";
    let mut jar = CookieJar::from_cookie_header(field).unwrap();
    jar.set(("new", SECRET)).unwrap();
    jar.set(("encoded", "S3CR3T S3CR3T")).unwrap();
    jar.set(Cookie::host("sid", SECRET)).unwrap();
    jar.remove(cookie().with_path("/x")).unwrap();
    // The values are there.
    assert_eq!((jar.get("a"), jar.get("encoded")), (Some(SECRET), Some("S3CR3T S3CR3T")));
    shows_no_value(&jar);
    shows_no_value(&jar.clone().into_owned());
    shows_no_value(&jar.changes().collect::<Vec<_>>());
    shows_no_value(&jar.changes().map(gingersnap::Change::cookie).collect::<Vec<_>>());
    shows_no_value(&jar.budget());
    assert!(!jar.budget().to_string().contains(SECRET));
    shows_no_value(jar.policy());
    shows_no_value(jar.skipped());

    shows_no_value(&header::pairs(field));
    shows_no_value(&header::text_pairs(field));
    shows_no_value(&SetCookie::parse("sid=S3CR3T; Secure").unwrap());
    shows_no_value(&SetCookie::parse("S3CR3T").unwrap());
    shows_no_value(&SetCookie::parse("S3CR3T").unwrap().to_cookie().unwrap());
    shows_no_value(&cookie());
    shows_no_value(&Removal::from(cookie()));
    shows_no_value(&Removal::from(&cookie()));
    shows_no_value(&Cookie::parse("sid=S3CR3T; Expires=6 Nov 1994 08:49:37").unwrap());
}

#[cfg(feature = "http")]
#[test]
fn headers_that_hold_a_value_do_not_show_it() {
    let mut jar = CookieJar::new();
    jar.set(cookie()).unwrap();
    let mut headers = http::HeaderMap::new();
    jar.append_to(&mut headers);
    assert_eq!(headers["set-cookie"], "sid=S3CR3T; Path=/");
    shows_no_value(&headers);
}

/// The variants of an enum, as its source has them.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let start = format!("pub enum {name} {{");
    let body = source.split_once(&start).expect("the enum").1;
    let body = body.split_once("\n}").expect("its end").0;
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect()
}

/// Of each enum, every variant has its text pinned above: this file names each by what makes it.
#[test]
fn every_variant_is_here() {
    fn made<T: Debug>(errors: impl IntoIterator<Item = T>) -> BTreeSet<String> {
        let first = |shown: String| shown.chars().take_while(char::is_ascii_alphanumeric).collect();
        errors.into_iter().map(|error| first(format!("{error:?}"))).collect()
    }
    let unfit = unfit().into_iter().map(|(cookie, ..)| cookie);
    let mut cookie_errors: Vec<CookieError> =
        unfit.map(|cookie| cookie.to_set_cookie(Encoding::Percent).unwrap_err()).collect();
    cookie_errors.push(cookie().with_value(";").to_set_cookie(Encoding::Raw).unwrap_err());
    assert_eq!(made(cookie_errors), variants(include_str!("../src/cookie/fit.rs"), "CookieError"));

    let tight = Limits::DEFAULT.with_cookies(0).with_attribute_bytes(0);
    let set = |limits| Policy::new().with_limits(limits).empty_jar().set(cookie());
    let limit = |limits| match set(limits) {
        Err(CookieError::Limit(error)) => error,
        other => panic!("{other:?}"),
    };
    let none = Limits::DEFAULT.with_received_bytes(9).with_received_pairs(0);
    let none = Policy::new().with_limits(none);
    let limit_errors: [LimitError; 6] = [
        limit(tight),
        limit(tight.with_attribute_bytes(1)),
        limit(tight.with_cookie_bytes(1)),
        limit(Limits::DEFAULT.with_cookie_header_bytes(1)),
        none.jar_from_cookie_header("a=b; c=d; ").unwrap_err(),
        none.jar_from_cookie_header("a=b").unwrap_err(),
    ];
    assert_eq!(made(limit_errors), variants(include_str!("../src/limits.rs"), "LimitError"));

    let long = "v".repeat(4097);
    let fields = ["\0", "", "a=b; Domain=é", &long];
    let mut set_cookie_errors: Vec<SetCookieError> =
        fields.iter().map(|field| Cookie::parse(*field).unwrap_err()).collect();
    set_cookie_errors.push(Cookie::parse(b"\xFF").unwrap_err());
    let source = include_str!("../src/header/set_cookie.rs");
    assert_eq!(made(set_cookie_errors), variants(source, "SetCookieError"));

    let pairs = [("", ""), ("=", ""), ("a", ";")];
    let pair_errors =
        pairs.map(|(name, value)| write_pair(&mut Vec::new(), name, value).unwrap_err());
    assert_eq!(made(pair_errors), variants(include_str!("../src/header/pair.rs"), "PairError"));

    let dates = [
        "6 Nov 1994",
        "Nov 1994 1:1:1",
        "6 1994 1:1:1",
        "6 Nov 1:1:1",
        "6 Nov 100 1:1:1",
        "6 Nov 1994 1:1:99",
        "99 Nov 1994 1:1:1",
    ];
    let mut date_errors = dates.map(|date| date::parse(date).unwrap_err()).to_vec();
    let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
    date_errors.push(date::imf_fixdate(far).unwrap_err());
    assert_eq!(made(date_errors), variants(include_str!("../src/date/mod.rs"), "DateError"));

    let skipped = CookieJar::from_cookie_header(b"a; =a; a=\0; a=\xFF").unwrap();
    let reasons = skipped.skipped().iter().map(|skipped| skipped.reason);
    assert_eq!(made(reasons), variants(include_str!("../src/header/pairs.rs"), "SkipReason"));

    let senders = [("x", ""), ("https", ""), ("https", "é"), ("https", "/")];
    let sender_errors = senders.map(|(scheme, host)| Sender::new(scheme, host, "").unwrap_err());
    let source = include_str!("../src/verdict/sender.rs");
    assert_eq!(made(sender_errors), variants(source, "SenderError"));

    let any = [
        Error::from(CookieError::EmptyName),
        LimitError::ReceivedPairs { actual: 2, limit: 1 }.into(),
        SetCookieError::Empty.into(),
        write_pair(&mut Vec::new(), "", "").unwrap_err().into(),
        ValueError { offset: 0, control: false }.into(),
        DateError::NoDay.into(),
        Sender::new("x", "", "").unwrap_err().into(),
    ];
    assert_eq!(made(any), variants(include_str!("../src/errors.rs"), "Error"));
}

#[test]
fn any_error_is_one_error() {
    // With the same text, and the same source behind it.
    let value = ValueError { offset: 0, control: false };
    let error = CookieError::Value { cookie: "sid".to_owned(), source: value };
    let any = Error::from(error.clone());
    assert_eq!(any.to_string(), error.to_string());
    assert_eq!(any.source().map(ToString::to_string), Some(value.to_string()));
    let limit = LimitError::ReceivedPairs { actual: 2, limit: 1 };
    assert_eq!(CookieError::from(limit.clone()).to_string(), limit.to_string());
    assert_eq!(Error::from(CookieError::from(limit.clone())).to_string(), limit.to_string());
}
