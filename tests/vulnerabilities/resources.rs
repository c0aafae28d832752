//! A request or a response cannot exhaust memory, time or the stack, nor lock a user out.
//!
//! No test here measures a time. Those with large inputs check that what comes out is right;
//! `tests/linear.rs` counts the instructions that such inputs take.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::LimitError;
use gingersnap::explain::Prediction;
use gingersnap::header::{
    SetCookie, SetCookieEdit, decode_python_quoted, find, pairs, split_set_cookie_list,
};
use gingersnap::{Cookie, CookieJar, Encoding, RequestContext, date, explain};

use crate::unlimited;

/// The size of a large input, in bytes.
const LARGE: usize = 1 << 18;

/// Returns a text of this size from a repeated piece.
fn large(piece: &str) -> String {
    piece.repeat(LARGE / piece.len())
}

/// Reads a `Cookie` header in all ways, and returns how many pairs it has.
fn read_all(header: &str) -> usize {
    let jar = unlimited().jar_from_cookie_header(header).expect("there is no limit");
    assert_eq!(find(header, "absent"), None);
    assert!(!jar.contains("absent"));
    let count = pairs(header).count();
    assert!(jar.len() + jar.skipped().len() >= count);
    count
}

/// Go: a request with very many cookies took memory for each of them before any limit applied.
#[test]
fn cve_2025_58186_many_cookies_are_refused_before_they_take_memory() {
    for (header, is_bytes) in
        [("a=1;".repeat(3_001), false), ("=;".repeat(3_001), false), ("a=1;".repeat(1 << 18), true)]
    {
        let jar = CookieJar::from_cookie_header(&header);
        match jar.expect_err("over the limit") {
            LimitError::ReceivedPairs { limit, .. } => assert!(limit == 3_000 && !is_bytes),
            LimitError::ReceivedBytes { actual, limit } => {
                assert!(actual == header.len() && limit == 65_536 && is_bytes);
            }
            error => panic!("{error}"),
        }
    }
    // Many headers are one list.
    let headers = vec!["a=1; b=2"; 1_501];
    assert!(CookieJar::from_cookie_headers(headers).is_err());
    #[cfg(feature = "store")]
    {
        use gingersnap::store::{CookieStore, StoreLimits};
        let mut store = CookieStore::new();
        let headers = (0..10_000).map(|n| format!("n{n}=1"));
        store.receive(&crate::client::at("https://shop.example/"), headers, crate::client::now());
        let max = StoreLimits::DEFAULT.site_cookies() as usize;
        assert!(store.len(crate::client::now()) <= max);
    }
}

/// Python's `http.cookies`: each backslash of a quoted value was searched for from the start again.
#[test]
fn cve_2024_7592_quoted_values_take_linear_time() {
    for (piece, decoded) in [("\\\"", "\""), ("\\073", ";"), ("\\\\", "\\"), ("\\1", "1")] {
        let quoted = format!("\"{}\"", large(piece));
        let expected = decoded.repeat(LARGE / piece.len());
        assert!(decode_python_quoted(&quoted) == expected.as_bytes(), "{piece}");
        assert_eq!(read_all(&format!("a={quoted}")), 1);
    }
}

/// Tornado: the same, in the `Cookie` headers of every request.
#[test]
fn cve_2024_52804_cookie_headers_take_linear_time() {
    for piece in ["\\\"", "a=\"\\073\"; ", "\"", "a=\"; ", "\\", "a=b,", "a=[]"] {
        let header = large(piece);
        let count = header.split(';').filter(|part| !part.trim().is_empty()).count();
        assert_eq!(read_all(&header), count, "{piece}");
    }
}

/// tough-cookie: many semicolons in a `Set-Cookie` header made a regular expression backtrack.
#[test]
fn cve_2016_1000232_semicolons_take_linear_time() {
    for piece in [";", "; ", ";=", "; ;", ";\t;x"] {
        let header = format!("a=1{}", large(piece));
        let read = SetCookie::parse(&header).expect("a header");
        assert_eq!((read.name(), read.value(), read.path()), (&b"a"[..], &b"1"[..], None));
        let edit = SetCookieEdit::new(&*header).expect("a header").with_secure(true).into_bytes();
        assert_eq!(edit.len(), header.len() + "; Secure".len());
    }
}

/// tough-cookie: so did many spaces.
#[test]
fn cve_2017_15010_spaces_take_linear_time() {
    let spaces = large(" ");
    for header in
        [format!("a={spaces}x"), format!("a{spaces}=x"), format!("{spaces}a=x; Path={spaces}/")]
    {
        match SetCookie::parse(&header) {
            Ok(read) => assert_eq!((read.name(), read.value()), (&b"a"[..], &b"x"[..])),
            Err(error) => assert!(error.to_string().contains("over the limit of 4096"), "{error}"),
        }
        assert_eq!(read_all(&header.replace("; Path=", "")), 1);
        let header = header.replace(';', ",");
        assert_eq!(split_set_cookie_list(&header).count(), 1);
    }
}

/// Fiber: each attribute that could not be read made it read all of those before again.
#[test]
fn fiber_4658_attributes_that_cannot_be_read_take_linear_time() {
    for piece in ["; Max-Age=x", "; Expires=x", "; Path", "; Domain=", "; SameSite=x", "; x=y"] {
        let header = format!("a=1{}; Secure", large(piece));
        let read = SetCookie::parse(&header).expect("a header");
        assert!(read.is_secure() && read.max_age().is_none() && read.domain().is_none());
        assert_eq!(SetCookieEdit::new(&*header).expect("a header").cookie().name(), b"a");
        let context = RequestContext::parse("https://shop.example/").expect("a URL");
        assert!(!explain(&header, &context, UNIX_EPOCH).is_refused());
    }
}

/// Python's `http.cookiejar`: a date with many spaces before a wrong character took cubic time.
#[test]
fn bpo_38804_dates_take_linear_time() {
    for date in [
        format!("1-c-1{}!", large(" ")),
        large("1 "),
        large("1:1:1 "),
        large("jan "),
        large("9"),
        format!("Sun, 06 Nov 1994 08:49:37{} GMT", large("\t")),
    ] {
        let is_date = date.starts_with("Sun");
        assert_eq!(date::parse(&date).is_ok(), is_date);
        let header = format!("a=1; Expires={date}");
        assert_eq!(SetCookie::parse(&header).expect("a header").expires(), None);
    }
}

/// The crate `time`: nested comments of a date exhausted the stack.
#[test]
fn rustsec_2026_0009_nesting_takes_no_stack() {
    assert!(date::parse(large("(")).is_err());
    assert!(date::parse(format!("06 Nov 1994 08:49:37 {}", large("("))).is_ok());
    #[cfg(feature = "json")]
    for piece in ["[", "{\"a\":"] {
        let header = format!("a={}", Encoding::Percent.encode(&large(piece)).expect("a value"));
        let jar = unlimited().jar_from_cookie_header(&header).expect("there is no limit");
        assert!(jar.get_json::<serde_json::Value>("a").is_err());
        #[cfg(feature = "store")]
        {
            use gingersnap::store::CookieStore;
            use gingersnap::store::file::Format;
            for format in [Format::Json, Format::CookieList, Format::Playwright] {
                let text = format!("[{{\"name\":{}", large(piece));
                let mut store = CookieStore::new();
                assert!(store.read(format, text.as_bytes(), crate::client::now()).is_err());
            }
        }
    }
}

/// curl: a cookie with a control character was stored and sent, and servers refused every request
/// with it. Firefox (CVE-2023-5723) forgot 0x7F in names.
#[test]
fn cve_2022_35252_a_control_character_does_not_lock_the_user_out() {
    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    for byte in (0..0x20).chain([0x7F]).filter(|byte| *byte != b'\t').map(char::from) {
        for header in [
            format!("a{byte}=1"),
            format!("a=1{byte}"),
            format!("a=1; Path=/{byte}"),
            format!("a=1; x{byte}"),
        ] {
            assert!(SetCookie::parse(&header).is_err(), "{header:?}");
            assert!(explain(&header, &context, UNIX_EPOCH).is_refused(), "{header:?}");
            #[cfg(feature = "store")]
            {
                let mut store = gingersnap::store::CookieStore::new();
                crate::client::receive(&mut store, "https://shop.example/", &header);
                assert!(store.is_empty(crate::client::now()), "{header:?}");
            }
        }
        #[cfg(feature = "store")]
        {
            use gingersnap::store::file::Format;
            let lines = format!(
                "shop.example\tFALSE\t/\tFALSE\t0\ta{byte}b\t1\nshop.example\tFALSE\t/\tFALSE\t0\tc\t1{byte}2\n"
            );
            let (mut store, _) = crate::client::read(Format::CookiesTxt, lines);
            let sent = crate::client::sends(&mut store, "https://shop.example/");
            assert!(!sent.contains(byte), "{sent:?}");
        }
        // On a server, one such pair costs no other, and can be removed.
        let header = format!("sid=1; bad={byte}x; theme=dark");
        let mut jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!((jar.get("sid"), jar.get("theme")), (Some("1"), Some("dark")));
        assert_eq!((jar.len(), jar.skipped().len()), (2, 1));
        jar.remove_all();
        assert!(jar.set_cookie_headers().any(|header| header.starts_with("bad=; ")), "{byte:?}");
    }
}

/// The crate `cookie`: a `Max-Age` that no duration holds made the parser panic.
#[test]
fn rustsec_2017_0005_a_huge_max_age_neither_panics_nor_wraps() {
    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    let digits = "9".repeat(1_000);
    for age in ["9223372036854775807", "9223372036854775808", "18446744073709551616", &digits] {
        let header = format!("a=1; Max-Age={age}");
        let read = SetCookie::parse(&header).expect("a header");
        let max_age = read.max_age().expect("a lifetime");
        assert!(max_age >= Duration::from_secs(i64::MAX as u64), "{max_age:?}");
        // Cut, not extended, and written again without an error.
        let cookie = Cookie::parse(&header).expect("text");
        assert!(cookie.to_set_cookie(Encoding::Raw).is_ok());
        for seconds in [0, 1_800_000_000, 1 << 40, i64::MAX as u64] {
            let Some(now) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else { continue };
            let verdict = explain(&header, &context, now);
            let expires = verdict.prediction().and_then(Prediction::expires);
            let lifetime = expires.expect("an expiry").duration_since(now).unwrap_or_default();
            assert!(lifetime <= Duration::from_secs(400 * 86_400), "{seconds}: {lifetime:?}");
            #[cfg(feature = "store")]
            {
                let mut store = gingersnap::store::CookieStore::new();
                store.receive(&context, [&header], now);
                _ = store.cookie_header(&context, now);
            }
        }
        let removal =
            SetCookie::parse(format!("a=1; Max-Age=-{age}").as_bytes()).map(|read| read.max_age());
        assert_eq!(removal, Ok(Some(Duration::ZERO)));
    }
    let written = Cookie::new("a", "1").with_max_age(Duration::MAX).to_set_cookie(Encoding::Raw);
    let written = written.expect("a lifetime");
    assert_eq!(SetCookie::parse(&written).map(|read| read.name().len()), Ok(1));
    // Times at the ends of what the system can express.
    for seconds in [1 << 40, 1 << 50, i64::MAX as u64] {
        let span = Duration::from_secs(seconds);
        for time in
            [UNIX_EPOCH.checked_add(span), UNIX_EPOCH.checked_sub(span)].into_iter().flatten()
        {
            assert!(Cookie::new("a", "1").with_expires(time).to_set_cookie(Encoding::Raw).is_err());
            _ = explain("a=1; Max-Age=60; Expires=Fri, 31 Dec 9999 23:59:59 GMT", &context, time);
        }
    }
}

/// Several clients: a year, day or hour that no calendar has overflowed, or was taken for another one.
#[test]
fn a_date_that_does_not_exist_neither_overflows_nor_extends_a_lifetime() {
    for date in [
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 06 Nov 999999999999999999999 08:49:37 GMT",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 2030 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 06 Nov 1994 999999999999:49:37 GMT",
        "Sun, 06 Nov 1600 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "-1",
        "0",
        "",
    ] {
        assert!(date::parse(date).is_err(), "{date}");
        let header = format!("a=1; Expires={date}");
        assert_eq!(SetCookie::parse(&header).expect("a header").expires(), None, "{date}");
    }
}

/// Apache httpd: a cookie with neither a name nor a value crashed the server's log.
#[test]
fn cve_2012_0021_a_cookie_without_name_and_value_is_skipped() {
    for header in ["=", ";", "=;", " = ", ";=;=; ", "", " ", "\t;\t", "==", "=; a=1"] {
        let jar = CookieJar::from_cookie_header(header).expect("a header");
        assert_eq!(jar.get("a").is_some(), header.ends_with("a=1"), "{header:?}");
        assert!(pairs(header).flatten().all(|(name, _)| name == b"a"), "{header:?}");
    }
    for header in ["=", ";", "=; Path=/", "; Secure", "", " ", "\t=\t;"] {
        assert!(SetCookie::parse(header).is_err(), "{header:?}");
    }
}

/// aiohttp: each bad cookie of a request was a line in the log.
#[test]
fn cve_2025_69230_bad_pairs_are_few_and_short_records() {
    let header = "secret\x01=\x01; ".repeat(3_000);
    let jar = CookieJar::from_cookie_header(&header).expect("within the limits");
    assert_eq!((jar.len(), jar.skipped().len()), (0, 3_000));
    for skipped in jar.skipped() {
        let line = skipped.to_string();
        assert!(line.len() < 120 && !line.contains("secret"), "{line}");
    }
    assert!(CookieJar::from_cookie_header(&"\x01;".repeat(3_001)).is_err());
}

/// curl: a server could set so many large cookies that every request to it, or to its siblings, failed.
#[cfg(feature = "store")]
#[test]
fn cve_2022_32205_the_header_of_a_request_is_bounded() {
    use gingersnap::store::{CookieStore, StoreLimits};

    use crate::client::{at, now};
    let headers = || (0..1_000).map(|n| format!("n{n}={}; Domain=shop.example", "v".repeat(4_000)));
    let evil = at("https://evil.shop.example/");
    let limits = StoreLimits::DEFAULT;
    for (limits, max) in [
        // As much as browsers send.
        (limits, limits.site_cookies() as usize * 4_100),
        // What most servers accept.
        (limits.with_site_bytes(8_000), 8_190),
    ] {
        let mut store = CookieStore::new().with_limits(limits);
        store.receive(&evil, headers(), now());
        let header = store.cookie_header(&at("https://shop.example/"), now()).unwrap_or_default();
        assert!(header.len() <= max, "{}", header.len());
        // A site that has too much affects no other one.
        store.receive(&at("https://news.example/"), ["a=1"], now());
        assert_eq!(store.cookie_header(&at("https://news.example/"), now()), Some(b"a=1".to_vec()));
    }
}

/// A server can tell a browser that has too many cookies how to get rid of them.
#[test]
fn cookies_that_leave_no_room_are_told_from_a_fault_of_the_server() {
    let header =
        (0..149).map(|n| format!("n{n}={}", "v".repeat(40))).collect::<Vec<_>>().join("; ");
    let mut jar = CookieJar::from_cookie_header(&header).expect("within the limits");
    jar.set(("first", "1")).expect("there is room for one");
    let error = jar.set(("second", "1")).expect_err("there is no room");
    let gingersnap::errors::CookieErrorKind::Limit(error) = error.kind else { panic!("{error}") };
    assert!(error.is_caused_by_request());
    // What the browser has can still be changed and removed.
    jar.set(("n0", "1")).expect("a cookie that is there");
    jar.remove_all();
    jar.set(("second", "1")).expect("there is room now");
}

/// The latest time that the store reads does not depend on the clock of the system.
#[test]
fn times_before_1970_are_times() {
    let before = UNIX_EPOCH - Duration::from_secs(86_400 * 365 * 300);
    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    for now in [before, SystemTime::UNIX_EPOCH] {
        let verdict = explain("a=1; Max-Age=60", &context, now);
        let expires = verdict.prediction().and_then(Prediction::expires);
        assert_eq!(expires, Some(now + Duration::from_secs(60)));
    }
}
