//! The errors: the exact text of each, whether browsers drop such a cookie, and that none shows a
//! value.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Debug;
use std::time::{Duration, UNIX_EPOCH};

use gingersnap::errors::{
    CookieError, CookieErrorKind, DateError, LimitError, ParseSameSiteError, SetCookieError,
    ValueError,
};
use gingersnap::header::{self, SetCookie, write_pair};
use gingersnap::{
    Cookie, CookieJar, Encoding, Error, Limits, Policy, Removal, RequestContext, SameSite, date,
};

/// A part of every value here, and of no message.
const SECRET: &str = "S3CR3T";

#[track_caller]
fn shows_no_value(shown: &(impl Debug + ?Sized)) {
    for shown in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

/// Checks that this is the text of the error, and that the text follows the conventions.
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

/// Checks that the cookie is refused with this text, written or set, and whether the error says that
/// browsers drop it.
#[track_caller]
fn is_refused(cookie: &Cookie, encoding: Encoding, expected: &str, dropped: bool) {
    let error = cookie.to_set_cookie(encoding).expect_err("the cookie is refused");
    says(error.clone(), expected);
    assert_eq!(error.is_dropped_by_browsers(), dropped, "{error}");
    shows_no_value(cookie);
    let mut jar = Policy::new().with_encoding(encoding).empty_jar();
    assert_eq!(jar.set(cookie), Err(error));
}

/// A cookie that cannot be sent, the text of the error, and whether browsers drop the cookie.
type Invalid = (Cookie<'static>, &'static str, bool);

fn invalid_domains() -> Vec<Invalid> {
    vec![
        (
            cookie().with_domain(""),
            "cookie `sid`: `Domain` is empty; leave it out to reach this host alone",
            false,
        ),
        (
            cookie().with_domain("127.0.0.1"),
            "cookie `sid`: `Domain` is an IP address; leave it out",
            false,
        ),
        (
            cookie().with_domain("example.com."),
            "cookie `sid`: `Domain` ends in a dot; leave the dot out",
            true,
        ),
        (
            cookie().with_domain("é.example"),
            "cookie `sid`: `Domain` is not ASCII; write the host name's A-label (`xn--...`)",
            true,
        ),
        (
            cookie().with_domain("a..example"),
            "cookie `sid`: `Domain` is not a valid host name: unexpected `.` at byte 2",
            true,
        ),
        (
            cookie().with_domain("a.example:80"),
            "cookie `sid`: `Domain` is not a valid host name: unexpected `:` at byte 9 (a domain has no port)",
            true,
        ),
        (
            cookie().with_domain("x.".to_owned() + &"l".repeat(64)),
            "cookie `sid`: `Domain` is not a valid host name: its label at byte 2 is 64 bytes, over the limit of 63",
            true,
        ),
        (
            cookie().with_domain("a.".repeat(127) + "b"),
            "cookie `sid`: `Domain` is not a valid host name: 255 bytes, over the limit of 253",
            true,
        ),
    ]
}

fn invalid_cookies() -> Vec<Invalid> {
    let year_10000 = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    vec![
        (cookie().with_name(""), "the cookie's name is empty", false),
        (cookie().with_name("a b"), NAME_WITH_SPACE, false),
        (cookie().with_name("a\r\nb"), NAME_WITH_CR, true),
        (cookie().with_name("größe"), NAME_WITH_UMLAUT, false),
        (cookie().with_path("x"), "cookie `sid`: `Path` does not start with `/`", false),
        (
            cookie().with_path("/é"),
            "cookie `sid`: `Path` has `é` at byte 1; percent-encode it",
            false,
        ),
        (
            cookie().with_path("/\0"),
            r"cookie `sid`: `Path` has `\x00` at byte 1; percent-encode it",
            true,
        ),
        (
            cookie().with_name("__host-a").with_secure(true),
            "cookie `__host-a`: the prefix must be written `__Host-`",
            false,
        ),
        // Browsers drop a cookie that does not meet the requirements, in any case of letters.
        (
            cookie().with_name("__host-a"),
            "cookie `__host-a`: the prefix `__Host-` requires `Secure`",
            true,
        ),
        (
            cookie().with_name("__Http-a").with_secure(true),
            "cookie `__Http-a`: the prefix `__Http-` requires `HttpOnly`",
            true,
        ),
        (
            cookie().with_name("__Host-a").with_secure(true).with_domain("a.b"),
            "cookie `__Host-a`: the prefix `__Host-` requires no `Domain`",
            true,
        ),
        (
            cookie().with_name("__Host-a").with_secure(true).with_path("/x"),
            "cookie `__Host-a`: the prefix `__Host-` requires `Path=/`",
            true,
        ),
        (
            cookie().with_same_site(SameSite::None),
            "cookie `sid`: `SameSite=None` requires `Secure`",
            true,
        ),
        (cookie().with_partitioned(true), "cookie `sid`: `Partitioned` requires `Secure`", true),
        (
            cookie().with_expires(year_10000),
            "cookie `sid`: `Expires` cannot be written: a time 253402300800 seconds after 1970 is outside the years 1601 to 9999",
            false,
        ),
        (
            cookie().with_value(SECRET.repeat(700)),
            "cookie `sid`: name and value are 4203 bytes, over the limit of 4096",
            true,
        ),
        (
            cookie().with_path("/".repeat(1025)),
            "cookie `sid`: `Path` is 1025 bytes, over the limit of 1024",
            false,
        ),
    ]
}

const NAME_WITH_SPACE: &str = "cookie `a b`: the name has ` ` at byte 1; a name may have letters, digits and any of `!#$%&'*+-.^_`|~`";
const NAME_WITH_CR: &str = r"cookie `a\r\nb`: the name has `\r` at byte 1; a name may have letters, digits and any of `!#$%&'*+-.^_`|~`";
const NAME_WITH_UMLAUT: &str = "cookie `größe`: the name has `ö` at byte 2; a name may have letters, digits and any of `!#$%&'*+-.^_`|~`";

#[test]
fn a_cookie_that_cannot_be_sent() {
    for (cookie, expected, dropped) in invalid_cookies().into_iter().chain(invalid_domains()) {
        is_refused(&cookie, Encoding::Percent, expected, dropped);
    }
    // A raw value is not encoded.
    for (value, offset, dropped) in
        [("S3CR3T; S3CR3T", 6, false), ("S3CR3T\n", 6, true), ("\"S3CR3T", 0, false)]
    {
        let expected = format!(
            "cookie `sid`: byte {offset} of the value is not allowed unencoded; use `Encoding::Percent`"
        );
        is_refused(&cookie().with_value(value), Encoding::Raw, &expected, dropped);
    }
}

#[test]
fn names_are_escaped_and_cut() {
    let name = "\u{1b}[31m".to_owned() + &"n".repeat(5_000);
    let error = cookie().with_name(name).to_set_cookie(Encoding::Percent).unwrap_err();
    assert_eq!(error.name, r"\x1b[31m".to_owned() + &"n".repeat(56) + "…");
    let expected = format!(
        r"cookie `{}`: the name has `\x1b` at byte 0; a name may have letters, digits and any of `!#$%&'*+-.^_`|~`",
        error.name
    );
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
    check(error, "cookie `sid`: the browser would send 3 cookies, over the limit of 2");
    let mut jar = policy.jar_from_cookie_header("a=S3CR3T-S3CR3T-S3CR3T-S3CR3T").unwrap();
    let error = jar.set(cookie()).unwrap_err();
    let expected = "cookie `sid`: the `Cookie` header would be 41 bytes, over the limit of 40";
    check(error, expected);
    // A limit below the browsers' limit is the server's own.
    let error = jar.set(cookie().with_value(SECRET.repeat(3))).unwrap_err();
    check(error, "cookie `sid`: name and value are 21 bytes, over the limit of 20");

    let limits = Limits::DEFAULT.with_response_bytes(Some(30));
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    let expected =
        "cookie `sid`: the response's `Set-Cookie` headers would be 32 bytes, over the limit of 30";
    check(jar.set(cookie()).unwrap_err(), expected);

    let limits = Limits::DEFAULT.with_received_bytes(20).with_received_pairs(2);
    let policy = Policy::new().with_limits(limits);
    for (header, expected) in [
        (
            "a=S3CR3T; b=S3CR3T; c=",
            "the request's `Cookie` headers are 22 bytes, over the limit of 20",
        ),
        ("a=S3CR3T; b; =", "the request's `Cookie` headers hold 3 pairs, over the limit of 2"),
    ] {
        let error = policy.jar_from_cookie_header(header).unwrap_err();
        says(error, expected);
        assert!(!error.is_dropped_by_browsers());
    }
}

#[test]
fn a_limit_is_exceeded_because_of_the_request_if_most_of_it_was_received() {
    let limit = 100;
    for (error, is_caused_by_request) in [
        (LimitError::ReceivedBytes { actual: 101, limit }, true),
        (LimitError::ReceivedPairs { actual: 101, limit }, true),
        (LimitError::Cookies { actual: 101, received: 50, limit }, false),
        (LimitError::Cookies { actual: 101, received: 51, limit }, true),
        (LimitError::CookieHeaderBytes { actual: 101, received: 50, limit }, false),
        (LimitError::CookieHeaderBytes { actual: 101, received: 51, limit }, true),
        (LimitError::CookieBytes { actual: 101, limit }, false),
        (LimitError::ResponseBytes { actual: 101, limit }, false),
    ] {
        assert_eq!(error.is_caused_by_request(), is_caused_by_request, "{error:?}");
    }
}

#[test]
fn a_cookie_that_cannot_be_removed() {
    let mut jar = CookieJar::new();
    says(jar.remove("").unwrap_err(), "the cookie's name is empty");
    says(
        jar.remove("a=b").unwrap_err(),
        "cookie `a=b`: the name has `=` at byte 1; no browser stores a name with `=`, `;`, a control character, or white space at an end",
    );
}

#[test]
fn a_set_cookie_header_that_is_refused() {
    let long = format!("sid={}", SECRET.repeat(700));
    let cases: [(&[u8], &str); 8] = [
        (b"sid=S3CR3T\x00", r"the `Set-Cookie` header has the control character `\x00` at byte 10"),
        (b"=; S3CR3T", "the `Set-Cookie` header has neither a name nor a value"),
        (long.as_bytes(), "cookie `sid`: name and value are 4203 bytes, over the limit of 4096"),
        (b"sid=S3CR3T; Domain=\xFFS3CR3T", "cookie `sid`: `Domain` is not ASCII"),
        (b"\xFF=S3CR3T", r"cookie `\xff`: the name is not UTF-8"),
        (b"sid=S3CR3T\xFF", "cookie `sid`: the value is not UTF-8"),
        (b"S3CR3T\xFF", "cookie ``: the value is not UTF-8"),
        (b"sid=S3CR3T; Path=/\xFF", "cookie `sid`: the `Path` is not UTF-8"),
    ];
    for (header, expected) in cases {
        says(Cookie::parse(header).unwrap_err(), expected);
    }
}

#[test]
fn a_pair_that_cannot_be_written() {
    let mut header = Vec::new();
    let mut write = |name: &str, value: &str| write_pair(&mut header, name, value).unwrap_err();
    says(write("", SECRET), "the cookie's name is empty");
    says(
        write("a=b", SECRET),
        "cookie `a=b`: a `Cookie` header cannot carry a name with `=` at byte 1",
    );
    says(
        write("sid", "S3CR3T; S3CR3T"),
        "cookie `sid`: a `Cookie` header cannot carry byte 6 of the value",
    );
}

#[test]
fn a_value_that_cannot_be_raw() {
    let error = Encoding::Raw.encode("S3CR3T,").unwrap_err();
    assert_eq!(error, ValueError { offset: 6, is_control: false });
    says(error, "byte 6 of the value is not allowed unencoded; use `Encoding::Percent`");
}

#[test]
fn a_value_that_cannot_be_parsed() {
    let jar = CookieJar::from_cookie_header("visits=S3CR3T").unwrap();
    let error = jar.parse::<u32>("visits").unwrap_err();
    assert_eq!(error.to_string(), "cookie `visits`: the value cannot be parsed");
    let source = error.source().expect("the error of the type");
    assert_eq!(source.to_string(), "invalid digit found in string");
    shows_no_value(&error);
    says(error, "cookie `visits`: the value cannot be parsed");
}

#[test]
fn a_same_site_that_does_not_exist() {
    let error = "Laxer".parse::<SameSite>().unwrap_err();
    says(error, "`SameSite` must be one of `Strict`, `Lax`, `None` and `Unset`");
    for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset] {
        assert_eq!(same_site.to_string().to_uppercase().parse(), Ok(same_site));
    }
}

#[test]
fn a_date_that_cannot_be_read_or_written() {
    for (date, expected) in [
        ("6 Nov 1994", "the date has no time of day"),
        ("Nov 1994 08:49:37", "the date has no day of the month"),
        ("6 1994 08:49:37", "the date has no month"),
        ("6 Nov 08:49:37", "the date has no year"),
        ("6 Nov 1600 08:49:37", "the year 1600 is before 1601"),
        ("6 Nov 100 08:49:37", "the year 100 is before 1601"),
        ("6 Nov 1994 8:60:07", "the time of day 08:60:07 does not exist"),
        ("30 Feb 2001 08:49:37", "the day 2001-02-30 does not exist"),
        ("0 Jan 2001 08:49:37", "the day 2001-01-00 does not exist"),
    ] {
        says(date::parse(date).unwrap_err(), expected);
    }
    let time = UNIX_EPOCH - Duration::from_secs(11_644_473_601);
    says(
        date::imf_fixdate(time).unwrap_err(),
        "a time -11644473601 seconds after 1970 is outside the years 1601 to 9999",
    );
}

/// URLs that are no request context, with the text of the error.
const INVALID_URLS: &[(&str, &str)] = &[
    ("a.example/", "the URL does not start with a scheme and `://`"),
    ("ftp://a.example/", "the scheme `ftp` is not one of http, https, ws and wss"),
    ("https://a.example/ x", "the URL has ` ` at byte 18; percent-encode it"),
    (
        "https://é.example/",
        "the URL is not ASCII from byte 8 on; percent-encode the path, and write the host's A-label (`xn--...`)",
    ),
    ("https://a.example:65536/", "the port is not a number up to 65535"),
    ("https:///", "the host is empty"),
    ("https://a^b/", "the host has `^` at byte 1, which no host has"),
    ("https://1.2.3.256/", "the host ends in a number, but is no IPv4 address"),
];

#[test]
fn a_url_that_is_no_request_context() {
    for (url, expected) in INVALID_URLS {
        says(RequestContext::parse(url).unwrap_err(), expected);
    }
    let error = RequestContext::from_parts("https", "é.example", "/").unwrap_err();
    says(error, "the host is not ASCII; write its A-label (`xn--...`)");
}

#[test]
fn a_pair_that_was_skipped() {
    let header = b"a=1; S3CR3T; =S3CR3T; b=S3CR3T\n; c=S3CR3T\xFF";
    let jar = CookieJar::from_cookie_header(header).unwrap();
    let shown: Vec<_> = jar.skipped().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "a pair of 6 bytes at byte 5 of `Cookie` header 0 has no `=`",
            "a pair of 7 bytes at byte 13 of `Cookie` header 0 has an empty name",
            "a pair of 9 bytes at byte 22 of `Cookie` header 0 has a control character",
            "a pair of 9 bytes at byte 33 of `Cookie` header 0 is not UTF-8",
        ]
    );
    shows_no_value(jar.skipped());
}

#[test]
fn debug_output_shows_no_values() {
    let header = "sid=S3CR3T; a=S3%43R3T; =S3CR3T; b=S3CR3T; S3CR3T";
    let mut jar = CookieJar::from_cookie_header(header).unwrap();
    jar.set(("new", SECRET)).unwrap();
    jar.set(("encoded", "S3CR3T S3CR3T")).unwrap();
    jar.set(cookie().with_http_only(true)).unwrap();
    jar.remove(cookie().with_path("/x")).unwrap();
    // The jar has the values.
    assert_eq!((jar.get("a"), jar.get("encoded")), (Some(SECRET), Some("S3CR3T S3CR3T")));
    shows_no_value(&jar);
    shows_no_value(&jar.clone().into_owned());
    shows_no_value(&jar.changes().collect::<Vec<_>>());
    shows_no_value(&jar.changes().map(gingersnap::Change::cookie).collect::<Vec<_>>());
    shows_no_value(&jar.budget());
    assert!(!jar.budget().to_string().contains(SECRET));
    shows_no_value(jar.policy());
    shows_no_value(jar.skipped());

    shows_no_value(&header::pairs(header));
    shows_no_value(&header::text_pairs(header));
    shows_no_value(&SetCookie::parse("sid=S3CR3T; Secure").unwrap());
    shows_no_value(&SetCookie::parse("S3CR3T").unwrap());
    shows_no_value(&SetCookie::parse("S3CR3T").unwrap().to_cookie().unwrap());
    shows_no_value(&cookie());
    // Two headers that were joined by a comma.
    for joined in ["a=1; Path=/, sid=S3CR3T", "a=1; Domain=b.example, sid=S3CR3T; Secure"] {
        shows_no_value(&SetCookie::parse(joined).unwrap());
        shows_no_value(&Cookie::parse(joined).unwrap());
        let context = RequestContext::parse("https://a.example/").unwrap();
        let verdict = gingersnap::explain::explain(joined, &context, UNIX_EPOCH);
        assert!(!verdict.to_string().to_lowercase().contains("s3cr3t"), "{verdict}");
        assert!(!format!("{verdict:?}").to_lowercase().contains("s3cr3t"), "{verdict:?}");
    }
    shows_no_value(&Removal::from(cookie()));
    shows_no_value(&Removal::from(&cookie()));
    shows_no_value(&Cookie::parse("sid=S3CR3T; Expires=6 Nov 1994 08:49:37").unwrap());
}

#[cfg(feature = "http")]
#[test]
fn debug_output_of_http_headers_shows_no_values() {
    let mut jar = CookieJar::new();
    jar.set(cookie()).unwrap();
    let mut headers = http::HeaderMap::new();
    jar.append_to(&mut headers);
    assert_eq!(headers["set-cookie"], "sid=S3CR3T; Path=/");
    shows_no_value(&headers);
}

/// Returns the names of an enum's variants, read from its source.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let file = syn::parse_file(source).expect("a Rust file");
    let variants = file.items.iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == name => Some(&item.variants),
        _ => None,
    });
    variants.expect("the enum").iter().map(|variant| variant.ident.to_string()).collect()
}

/// Returns the names of the variants that these errors are.
fn variants_of<T: Debug>(errors: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    let first_word =
        |shown: String| shown.chars().take_while(char::is_ascii_alphanumeric).collect();
    errors.into_iter().map(|error| first_word(format!("{error:?}"))).collect()
}

fn limit_errors() -> Vec<LimitError> {
    let limit = |limits: Limits| {
        let mut jar = Policy::new().with_limits(limits).empty_jar();
        match jar.set(cookie()).unwrap_err().kind {
            CookieErrorKind::Limit(error) => error,
            other => panic!("{other:?}"),
        }
    };
    let received = Limits::DEFAULT.with_received_bytes(9).with_received_pairs(0);
    let received = Policy::new().with_limits(received);
    vec![
        limit(Limits::DEFAULT.with_cookies(0)),
        limit(Limits::DEFAULT.with_attribute_bytes(0)),
        limit(Limits::DEFAULT.with_cookie_bytes(1)),
        limit(Limits::DEFAULT.with_cookie_header_bytes(1)),
        limit(Limits::DEFAULT.with_response_bytes(Some(1))),
        received.jar_from_cookie_header("a=b; c=d; ").unwrap_err(),
        received.jar_from_cookie_header("a=b").unwrap_err(),
    ]
}

#[test]
fn every_variant_of_a_cookies_error_has_its_text_here() {
    let mut errors: Vec<CookieErrorKind> = invalid_cookies()
        .into_iter()
        .chain(invalid_domains())
        .map(|(cookie, ..)| cookie.to_set_cookie(Encoding::Percent).unwrap_err().kind)
        .collect();
    errors.push(cookie().with_value(";").to_set_cookie(Encoding::Raw).unwrap_err().kind);
    errors.push(CookieJar::new().remove("a=b").unwrap_err().kind);
    let source = include_str!("../src/cookie/error.rs");
    assert_eq!(variants_of(errors), variants(source, "CookieErrorKind"));
    let source = include_str!("../src/limits.rs");
    assert_eq!(variants_of(limit_errors()), variants(source, "LimitError"));
}

#[test]
fn every_variant_of_a_headers_error_has_its_text_here() {
    let long = "v".repeat(4097);
    let mut set_cookie_errors: Vec<SetCookieError> = ["\0", "", "a=b; Domain=é", &long]
        .iter()
        .map(|header| Cookie::parse(*header).unwrap_err())
        .collect();
    set_cookie_errors.push(Cookie::parse(b"\xFF").unwrap_err());
    let source = include_str!("../src/header/set_cookie_error.rs");
    assert_eq!(variants_of(set_cookie_errors), variants(source, "SetCookieError"));

    let pairs = [("", ""), ("=", ""), ("a", ";")];
    let pair_errors =
        pairs.map(|(name, value)| write_pair(&mut Vec::new(), name, value).unwrap_err());
    let source = include_str!("../src/header/write_pair.rs");
    assert_eq!(variants_of(pair_errors), variants(source, "PairError"));

    let jar = CookieJar::from_cookie_header(b"a; =a; a=\0; a=\xFF").unwrap();
    let reasons = jar.skipped().iter().map(|skipped| skipped.reason);
    let source = include_str!("../src/header/skipped.rs");
    assert_eq!(variants_of(reasons), variants(source, "SkipReason"));
}

#[test]
fn every_variant_of_the_other_errors_has_its_text_here() {
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
    let source = include_str!("../src/date/error.rs");
    assert_eq!(variants_of(date_errors), variants(source, "DateError"));

    let mut context_errors: Vec<_> =
        INVALID_URLS.iter().map(|(url, _)| RequestContext::parse(url).unwrap_err()).collect();
    context_errors.push(RequestContext::from_parts("https", "é", "/").unwrap_err());
    let source = include_str!("../src/user_agent/context_error.rs");
    assert_eq!(variants_of(context_errors), variants(source, "ContextError"));
}

/// Returns an error of each kind that does not depend on a feature, with its text and the text of
/// its source.
fn any_errors() -> Vec<(Error, String, Option<String>)> {
    fn any<E: std::error::Error + Clone>(error: E) -> (Error, String, Option<String>)
    where
        Error: From<E>,
    {
        let source = error.source().map(ToString::to_string);
        (Error::from(error.clone()), error.to_string(), source)
    }
    let jar = CookieJar::from_cookie_header("visits=S3CR3T").unwrap();
    vec![
        any::<CookieError>(CookieJar::new().set(("", "")).unwrap_err()),
        any(LimitError::ReceivedPairs { actual: 2, limit: 1 }),
        any(SetCookieError::Empty),
        any(write_pair(&mut Vec::new(), "", "").unwrap_err()),
        any(ValueError { offset: 0, is_control: false }),
        any(ParseSameSiteError),
        any(DateError::NoDay),
        any(RequestContext::parse("").unwrap_err()),
        (jar.parse::<u32>("visits").unwrap_err().into(), PARSE_ERROR.to_owned(), None),
    ]
}

const PARSE_ERROR: &str = "cookie `visits`: the value cannot be parsed";

#[test]
fn any_error_converts_to_one_error_with_the_same_text_and_source() {
    let mut all: Vec<Error> = Vec::new();
    for (any, text, source) in any_errors() {
        assert_eq!(any.to_string(), text);
        assert_eq!(any.source().map(ToString::to_string), source);
        // A message never repeats that of its source.
        assert!(source.is_none_or(|source| !text.contains(&source)));
        all.push(any);
    }
    let mut expected = variants(include_str!("../src/errors.rs"), "Error");
    // The tests of sealing, of the middleware and of JSON have these.
    for elsewhere in ["Key", "Open", "Seal", "Cookies", "Json"] {
        assert!(expected.remove(elsewhere));
    }
    assert_eq!(variants_of(all), expected);
}
