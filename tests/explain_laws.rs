//! What holds of the verdict on any header.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::SetCookieError;
use gingersnap::explain::Action;
use gingersnap::header::SetCookie;
use gingersnap::user_agent::{Reason, Warning};
use gingersnap::{Cookie, CookieJar, Encoding, RequestContext, SameSite, Verdict, explain};
use proptest::prelude::*;

/// Wed, 10 Jun 2026 07:06:40 GMT
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_781_075_200)
}

fn contexts() -> impl Strategy<Value = RequestContext<'static>> {
    let schemes = prop::sample::select(vec!["http", "https", "wss"]);
    let hosts =
        prop::sample::select(vec!["example.com", "a.b.example.com", "127.0.0.1", "[::1]", "a."]);
    let paths = prop::sample::select(vec!["", "/", "/a", "/a/b", "/a/b/"]);
    (schemes, hosts, paths, any::<bool>()).prop_map(|(scheme, host, path, cross_site)| {
        let context = RequestContext::from_parts(scheme, host, path).expect("a host");
        let other = RequestContext::parse("https://other.example/").expect("a URL");
        if cross_site { context.with_initiator(&other) } else { context }
    })
}

/// Pieces of headers, and any bytes between them.
fn headers() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&[u8]> = vec![
        b"; ",
        b";",
        b"=",
        b" ",
        b"\t",
        b"\"",
        b", ",
        b"%3D",
        b"%3B",
        b"\r\n",
        b"\x7F",
        b"\xFF",
        "é".as_bytes(),
        "\u{2003}".as_bytes(),
        b"a",
        b"sid",
        b"Set-Cookie:",
        b"__Host-",
        b"__secure-",
        b"__Http-",
        b"__Host-Http-",
        b"Domain",
        b"Path",
        b"Secure",
        b"HttpOnly",
        b"SameSite",
        b"Partitioned",
        b"Expires",
        b"Max-Age",
        b"Max_Age",
        b"example.com",
        b".example.com",
        b"a.",
        b"127.0.0.1",
        b"/",
        b"/a",
        b"None",
        b"Lax",
        b"0",
        b"-1",
        b"34560001",
        b"9999999999999999999999",
        b"Thu, 01 Jan 1970 00:00:00 GMT",
        b"Fri, 31 Dec 9999 23:59:59 GMT",
        b"; Secure",
        b"; Path=/",
    ];
    let long = (1015..4100_usize).prop_map(|length| vec![b'x'; length]);
    let piece = prop_oneof![
        60 => prop::sample::select(words).prop_map(<[u8]>::to_vec),
        4 => prop::collection::vec(any::<u8>(), 0..4),
        1 => long,
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Whether the reading of a header refuses it for this reason, whoever sends it.
fn is_of_reading(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Control { .. } | Reason::Empty | Reason::TooLarge { .. } | Reason::DomainNonAscii
    )
}

fn ranges(verdict: &Verdict<'_>) -> Vec<std::ops::Range<usize>> {
    let reasons = verdict.reasons().iter().map(|found| found.range.clone());
    let warnings = verdict.warnings().iter().map(|found| found.range.clone());
    reasons.chain(warnings).chain(verdict.lifetime_range()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4096,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn parts_are_of_the_header(header in headers(), context in contexts()) {
        let verdict = explain(&header, &context, now());
        let text = str::from_utf8(&header);
        for range in ranges(&verdict) {
            prop_assert!(header.get(range.clone()).is_some());
            if let Ok(text) = text {
                prop_assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
            }
            prop_assert!(!range.is_empty() || header.is_empty(), "{verdict}");
        }
        let sorted = |mut ranges: Vec<usize>| { let was = ranges.clone(); ranges.sort_unstable(); was == ranges };
        prop_assert!(sorted(verdict.reasons().iter().map(|found| found.range.start).collect()));
        prop_assert!(sorted(verdict.warnings().iter().map(|found| found.range.start).collect()));
    }

    #[test]
    fn it_refuses_for_a_reason_alone(header in headers(), context in contexts()) {
        let verdict = explain(&header, &context, now());
        prop_assert_eq!(verdict.is_refused(), !verdict.reasons().is_empty());
        prop_assert_eq!(matches!(verdict.action(), Action::Refuse), verdict.is_refused());
        for (at, found) in verdict.reasons().iter().enumerate() {
            prop_assert!(!verdict.reasons()[..at].contains(found), "twice: {}", verdict);
        }
    }

    #[test]
    fn the_parser_refuses_for_the_same_reasons(header in headers(), context in contexts()) {
        let verdict = explain(&header, &context, now());
        let of_reading: Vec<_> =
            verdict.reasons().iter().filter(|found| is_of_reading(&found.kind)).collect();
        let Err(error) = SetCookie::parse(&header) else {
            prop_assert_eq!(of_reading, Vec::<&_>::new());
            return Ok(());
        };
        let found = of_reading.iter().any(|found| match (&error, &found.kind) {
            (SetCookieError::Control { offset, byte }, Reason::Control { byte: first, .. }) => {
                (*offset, byte) == (found.range.start, first)
            }
            (SetCookieError::TooLarge { actual, limit, .. }, found) => {
                *found == Reason::TooLarge { actual: *actual, limit: *limit }
            }
            (SetCookieError::Empty, found) => *found == Reason::Empty,
            (SetCookieError::DomainNonAscii { .. }, found) => *found == Reason::DomainNonAscii,
            _ => false,
        });
        prop_assert!(found, "{error} is not in {verdict}");
    }

    #[test]
    fn what_is_stored_is_what_the_parser_reads(header in headers(), context in contexts()) {
        let verdict = explain(&header, &context, now());
        let Some(stored) = verdict.prediction() else { return Ok(()) };
        let read = SetCookie::parse(&header).expect("a header that is stored");
        prop_assert_eq!((stored.identity().name(), stored.value()), (read.name(), read.value()));
        prop_assert_eq!(stored.identity().is_host_only(), read.domain().is_none());
        prop_assert_eq!(stored.identity().domain(), read.domain().unwrap_or(context.host()));
        prop_assert_eq!(stored.identity().path(), read.path().unwrap_or(context.default_path().as_bytes()));
        prop_assert_eq!(
            (stored.is_secure(), stored.is_http_only(), stored.identity().is_partitioned(), stored.same_site()),
            (read.is_secure(), read.is_http_only(), read.is_partitioned(), read.same_site())
        );
        let session = read.max_age().is_none() && read.expires().is_none();
        prop_assert_eq!(stored.expires().is_none(), session);
        if let Some(expires) = stored.expires() {
            prop_assert!(expires > now() && expires <= now() + Duration::from_secs(34_560_000));
        }
    }

    /// The range of the attribute that decides reads as that attribute, by itself.
    #[test]
    fn the_deciding_attribute_decides(header in headers(), context in contexts()) {
        let verdict = explain(&header, &context, now());
        let read = SetCookie::parse(&header);
        let (Some(range), Ok(read)) = (verdict.lifetime_range(), read) else { return Ok(()) };
        let alone = [b"a=; ", &header[range]].concat();
        let alone = SetCookie::parse(&alone).expect("one attribute");
        prop_assert_eq!(alone.max_age(), read.max_age());
        prop_assert!(alone.max_age().is_some() || alone.expires() == read.expires());
    }

    #[test]
    fn it_shows_no_value(before in "[a-z;=\", ]{0,5}", after in "[;=\", ]{0,3}", context in contexts()) {
        let header = format!("{before}hunter2{after}");
        let verdict = explain(&header, &context, now());
        // What comes before may make it a name, or an attribute's value.
        if SetCookie::parse(&header).is_ok_and(|read| read.value().windows(7).any(|w| w == b"hunter2")) {
            let shown = format!("{verdict} {verdict:?}");
            prop_assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn a_browser_stores_what_the_jar_accepts(cookie in cookies()) {
        let host = cookie.domain().unwrap_or("shop.example").to_owned();
        let Ok(context) = RequestContext::from_parts("https", &host, "/") else { return Ok(()) };
        let mut jar = CookieJar::new();
        if jar.set(cookie).is_err() {
            return Ok(());
        }
        let header = jar.set_cookie_headers().next().expect("a header");
        let verdict = explain(header, &context, now());
        prop_assert_eq!(verdict.reasons(), &[], "{}", header);
        let expired = SetCookie::parse(header).is_ok_and(|read| match read.max_age() {
            Some(max_age) => max_age.is_zero(),
            None => read.expires().is_some_and(|expires| expires <= now()),
        });
        prop_assert_eq!(verdict.prediction().is_none(), expired, "{}", header);
    }

    /// What the crate writes has all its separators, whatever its words are.
    #[test]
    fn a_header_of_the_jar_lacks_no_separator(cookie in cookies_of_words(), is_raw: bool) {
        let encoding = if is_raw { Encoding::Raw } else { Encoding::Percent };
        let Ok(header) = cookie.to_set_cookie(encoding) else { return Ok(()) };
        let context = RequestContext::parse("https://shop.example/cart").expect("a URL");
        for found in explain(&header, &context, now()).warnings() {
            let is_about_separators = matches!(
                found.kind,
                Warning::MissingSemicolon { .. }
                    | Warning::Colon { .. }
                    | Warning::AttributeFirst { .. }
                    | Warning::SecondCookie
                    | Warning::Unknown { .. }
            );
            prop_assert!(!is_about_separators, "{}: {}", header, found.kind);
        }
    }
}

/// Cookies whose names, values and paths consist of attributes and separators. A path has no space,
/// as in a URL: `Path=/ Secure` could have lost a `;`.
fn cookies_of_words() -> impl Strategy<Value = Cookie<'static>> {
    let names = vec!["a", "Path", "secure", "Domain", "SameSite", "max-age", "__Host-Path"];
    let words = vec![
        "Path",
        "Path=/",
        "Secure",
        "HttpOnly",
        "Domain:",
        "Expires",
        "Max-Age=1",
        "SameSite=None",
        "b=2",
        "a",
        "=",
        ":",
        ",",
        " ",
        ", ",
        "; ",
        "\"",
        "/",
        "\t",
    ];
    let text = |words: Vec<&'static str>| {
        prop::collection::vec(prop::sample::select(words), 0..6).prop_map(|words| words.concat())
    };
    let in_path = words.iter().copied().filter(|word| !word.contains([' ', '\t'])).collect();
    let path = prop::option::of(text(in_path).prop_map(|path| format!("/{path}")));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let times = (any::<bool>(), any::<bool>(), any::<bool>());
    (prop::sample::select(names), text(words), path, flags, times).prop_map(
        |(name, value, path, (secure, http_only, none), (max_age, expires, domain))| {
            let mut cookie = Cookie::new(name, value).with_secure(secure).with_http_only(http_only);
            if let Some(path) = path {
                cookie = cookie.with_path(path);
            }
            if none {
                cookie = cookie.with_same_site(SameSite::None).with_secure(true);
            }
            if max_age {
                cookie = cookie.with_max_age(Duration::from_secs(60));
            }
            if expires {
                cookie = cookie.with_expires(now() + Duration::from_secs(60));
            }
            if domain { cookie.with_domain("shop.example") } else { cookie }
        },
    )
}

fn cookies() -> impl Strategy<Value = Cookie<'static>> {
    let names = prop_oneof![
        "[a-z]{1,3}",
        "(__Host-|__Secure-|__Http-|__Host-Http-|__host-)[a-z]{0,2}",
        "\\PC{0,4}"
    ];
    let domains = prop::option::weighted(
        0.3,
        prop_oneof!["[a-z_-]{1,5}\\.example", "\\PC{0,4}", Just("127.0.0.1".to_owned())],
    );
    let paths = prop::option::weighted(0.9, prop_oneof![Just("/".to_owned()), "/\\PC{0,4}"]);
    let same_site = prop::sample::select(vec![
        SameSite::Strict,
        SameSite::Lax,
        SameSite::None,
        SameSite::Unset,
    ]);
    let flags = (prop::bool::weighted(0.7), any::<bool>(), prop::bool::weighted(0.2));
    let max_age = prop::option::weighted(0.3, 0..40_000_000_u64);
    let expires = prop::option::weighted(0.3, 0..4_000_000_000_u64);
    (names, any::<String>(), domains, paths, same_site, flags, max_age, expires).prop_map(
        |(name, value, domain, path, same_site, (secure, http_only, partitioned), age, expires)| {
            let mut cookie = Cookie::new(name, value)
                .with_secure(secure)
                .with_http_only(http_only)
                .with_partitioned(partitioned)
                .with_same_site(same_site);
            cookie = match path {
                Some(path) => cookie.with_path(path),
                None => cookie.with_default_path(),
            };
            if let Some(domain) = domain {
                cookie = cookie.with_domain(domain);
            }
            if let Some(age) = age {
                cookie = cookie.with_max_age(Duration::from_secs(age));
            }
            if let Some(expires) = expires {
                cookie = cookie.with_expires(UNIX_EPOCH + Duration::from_secs(expires));
            }
            cookie
        },
    )
}
