//! What a server produces: rules 1 to 6 (RFC 6265bis, section 4.1). Prefixes and removals, rules 7
//! and 8, are in `rules_remove.rs`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::{CookieError, DateError, LimitError, ValueError};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};

/// The cookie is written so: by itself, and by a jar where it isn't a removal.
#[track_caller]
fn writes(cookie: &Cookie, encoding: Encoding, expected: &str) {
    assert_eq!(cookie.to_set_cookie(encoding).as_deref(), Ok(expected));
    let mut field = "before".to_owned();
    cookie.write_to(&mut field, encoding).expect("it was written before");
    assert_eq!(field, "before".to_owned() + expected);
    if !cookie.is_removal() {
        let mut jar = Policy::new().with_encoding(encoding).empty_jar();
        assert_eq!(jar.set(cookie), Ok(()));
        assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), [expected]);
    }
}

/// The cookie is refused so, by itself and by a jar, which both stay as they were.
#[track_caller]
fn refuses(cookie: &Cookie, encoding: Encoding, expected: &CookieError) {
    let mut field = "before".to_owned();
    assert_eq!(cookie.write_to(&mut field, encoding).as_ref(), Err(expected));
    assert_eq!(field, "before");
    let mut jar = Policy::new().with_encoding(encoding).empty_jar();
    assert_eq!(jar.set(cookie).as_ref(), Err(expected));
    assert_eq!(jar.set_cookie_headers().count(), 0);
}

/// All of these are written with this attribute, after `a=b; `.
#[track_caller]
fn writes_all<T: Copy>(with: impl Fn(T) -> Cookie<'static>, cases: &[(T, &str)]) {
    for &(part, attribute) in cases {
        let expected = format!("a=b; {attribute}");
        writes(&with(part), Encoding::Percent, expected.trim_end_matches("; "));
    }
}

/// All of these are refused.
#[track_caller]
fn refuses_all<T: Copy>(with: impl Fn(T) -> Cookie<'static>, cases: &[(T, CookieError)]) {
    for (part, error) in cases {
        refuses(&with(*part), Encoding::Percent, error);
    }
}

fn a() -> String {
    "a".to_owned()
}

/// `tchar` as RFC 9110, section 5.6.2, lists it.
fn is_tchar(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

/// `cookie-octet` as RFC 6265bis, section 4.1.1, puts it: "US-ASCII characters excluding CTLs,
/// whitespace, DQUOTE, comma, semicolon, and backslash".
fn is_cookie_octet(char: char) -> bool {
    char.is_ascii_graphic() && !"\",;\\".contains(char)
}

#[test]
fn rule_01_a_name_is_a_token() {
    for char in (0..=0x7F).map(char::from) {
        for (name, offset) in
            [(format!("{char}"), 0), (format!("{char}n"), 0), (format!("n{char}"), 1)]
        {
            let cookie = Cookie::new(name.as_str(), "v");
            if is_tchar(char) {
                writes(&cookie, Encoding::Percent, &format!("{name}=v; Path=/"));
                writes(&cookie, Encoding::Raw, &format!("{name}=v; Path=/"));
            } else {
                let refused = cookie.to_set_cookie(Encoding::Percent).unwrap_err();
                let CookieError::NameByte { offset: at, byte, .. } = refused else {
                    panic!("{name:?} is refused for its byte, not as {refused:?}");
                };
                assert_eq!((at, byte), (offset, char as u8), "{name:?}");
                assert_eq!(CookieJar::new().set(cookie), Err(refused));
            }
        }
    }
}

#[test]
fn rule_01_names_that_pose() {
    refuses(&Cookie::new("", "v"), Encoding::Percent, &CookieError::EmptyName);
    refuses(&Cookie::new("", ""), Encoding::Raw, &CookieError::EmptyName);
    refuses_all(
        |name| Cookie::new(name, "b"),
        &[
            ("a=b", CookieError::NameByte { cookie: "a=b".into(), offset: 1, byte: b'=' }),
            ("a; x", CookieError::NameByte { cookie: "a; x".into(), offset: 1, byte: b';' }),
            (
                "a\r\nX-Evil: 1",
                CookieError::NameByte { cookie: "a\\r\\nX-Evil: 1".into(), offset: 1, byte: b'\r' },
            ),
            (" a", CookieError::NameByte { cookie: " a".into(), offset: 0, byte: b' ' }),
            ("a\t", CookieError::NameByte { cookie: "a\\t".into(), offset: 1, byte: b'\t' }),
            ("é", CookieError::NameByte { cookie: "\\xc3\\xa9".into(), offset: 0, byte: 0xC3 }),
            (
                "\u{2003}__Host-a",
                CookieError::NameByte {
                    cookie: "\\xe2\\x80\\x83__Host-a".into(),
                    offset: 0,
                    byte: 0xE2,
                },
            ),
        ],
    );
    // Attributes' names, and the `$` of old, are names like any other.
    for name in ["Path", "Secure", "expires", "$Version", "%41", "__Hos-t"] {
        writes(&Cookie::new(name, "v"), Encoding::Percent, &format!("{name}=v; Path=/"));
    }
}

#[test]
fn rule_02_a_raw_value_is_cookie_bytes() {
    for char in (0..=0x7F).map(char::from) {
        for (value, offset) in
            [(format!("{char}v"), 0), (format!("v{char}w"), 1), (format!("\"v{char}\""), 2)]
        {
            let cookie = Cookie::new("a", value.as_str());
            if is_cookie_octet(char) {
                writes(&cookie, Encoding::Raw, &format!("a={value}; Path=/"));
            } else {
                let control = char.is_ascii_control() && char != '\t';
                let source = ValueError { offset, control };
                refuses(&cookie, Encoding::Raw, &CookieError::Value { cookie: a(), source });
            }
        }
    }
}

#[test]
fn rule_02_quotes_are_part_of_a_raw_value() {
    for value in ["", "\"\"", "\"v\"", "\"=\"", "v=\u{7E}!"] {
        writes(&Cookie::new("a", value), Encoding::Raw, &format!("a={value}; Path=/"));
    }
    for (value, offset) in [
        ("\"", 0),
        ("\"\"\"", 1),
        ("\"v", 0),
        ("v\"", 1),
        ("\"v\"w", 0),
        ("\"v\"\"", 2),
        ("\"v;\"", 2),
        ("v ", 1),
        ("é", 0),
        ("vé", 1),
        ("v\r\nX-Evil: 1", 1),
        ("v; Domain=evil.example", 1),
    ] {
        let error = CookieError::Value {
            cookie: a(),
            source: ValueError { offset, control: value.contains('\r') },
        };
        refuses(&Cookie::new("a", value), Encoding::Raw, &error);
    }
}

#[test]
fn rule_02_what_is_no_cookie_octet_is_percent_encoded() {
    for char in (0..=0x7F).map(char::from) {
        let expected = if is_cookie_octet(char) && char != '%' {
            format!("a=v{char}w; Path=/")
        } else {
            format!("a=v%{:02X}w; Path=/", u32::from(char))
        };
        writes(&Cookie::new("a", format!("v{char}w")), Encoding::Percent, &expected);
    }
    for (value, expected) in [
        ("", ""),
        ("é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80"),
        ("\"v\"", "%22v%22"),
        ("v\r\nX-Evil: 1", "v%0D%0AX-Evil:%201"),
        ("v; Domain=evil.example", "v%3B%20Domain=evil.example"),
        ("%41", "%2541"),
        ("\u{2028}\u{85}", "%E2%80%A8%C2%85"),
    ] {
        let field = format!("a={expected}; Path=/");
        writes(&Cookie::new("a", value), Encoding::Percent, &field);
    }
}

#[test]
fn rule_03_a_path_is_av_bytes_from_its_slash_on() {
    for char in (0..=0x7F).map(char::from) {
        let cookie = Cookie::new("a", "b").with_path(format!("/x{char}y"));
        if matches!(char, ' '..=':' | '<'..='~') {
            writes(&cookie, Encoding::Percent, &format!("a=b; Path=/x{char}y"));
        } else {
            let error = CookieError::PathByte { cookie: a(), offset: 2, byte: char as u8 };
            refuses(&cookie, Encoding::Percent, &error);
        }
    }
    let byte = |offset, byte| CookieError::PathByte { cookie: a(), offset, byte };
    let start = CookieError::PathStart { cookie: a() };
    refuses_all(
        |path| Cookie::new("a", "b").with_path(path),
        &[
            ("", start.clone()),
            ("x", start.clone()),
            (" /", start.clone()),
            ("\t/", start.clone()),
            ("*", start.clone()),
            ("http://example.com/", start),
            ("/ ", byte(1, b' ')),
            ("/x ", byte(2, b' ')),
            ("/x  ", byte(3, b' ')),
            ("/x\t", byte(2, b'\t')),
            ("/é", byte(1, 0xC3)),
            ("/; Domain=evil.example", byte(1, b';')),
            ("/\r\nX-Evil: 1", byte(1, b'\r')),
            ("/\0", byte(1, 0)),
            ("/\x7F", byte(1, 0x7F)),
        ],
    );
    writes_all(
        |path| Cookie::new("a", "b").with_path(path),
        &[
            ("/", "Path=/"),
            ("//", "Path=//"),
            ("/a b", "Path=/a b"),
            ("/%20", "Path=/%20"),
            ("/a/../b?c#d", "Path=/a/../b?c#d"),
            ("/=,\"", "Path=/=,\""),
        ],
    );
    writes(&Cookie::new("a", "b").with_default_path(), Encoding::Percent, "a=b");
}

#[test]
fn rule_03_a_domain_is_letter_digit_hyphen_labels() {
    let label = "l".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "l".repeat(61));
    assert_eq!(longest.len(), 253);
    for (domain, written) in [
        ("example.com", "example.com"),
        (".example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        (".EXAMPLE.Com", "example.com"),
        ("localhost", "localhost"),
        ("a", "a"),
        ("1.example", "1.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a_b.example", "a_b.example"),
        ("_dmarc.example", "_dmarc.example"),
        ("a--b.example", "a--b.example"),
        (&label, &label),
        (&longest, &longest),
    ] {
        let cookie = Cookie::new("a", "b").with_default_path().with_domain(domain);
        writes(&cookie, Encoding::Percent, &format!("a=b; Domain={written}"));
    }
}

#[test]
fn rule_03_a_domain_that_is_none() {
    let label = |offset| CookieError::DomainLabel { cookie: a(), offset };
    let ip = CookieError::DomainIpAddress { cookie: a() };
    let dot = CookieError::DomainTrailingDot { cookie: a() };
    let ascii = CookieError::DomainNonAscii { cookie: a() };
    let empty = CookieError::DomainEmpty { cookie: a() };
    refuses_all(
        |domain| Cookie::new("a", "b").with_domain(domain),
        &[
            ("", empty.clone()),
            (".", empty),
            ("127.0.0.1", ip.clone()),
            (".127.0.0.1", ip.clone()),
            ("255.255.255.255", ip.clone()),
            ("[::1]", ip.clone()),
            ("::1", ip.clone()),
            ("2001:db8::1", ip),
            ("example.com.", dot.clone()),
            ("com.", dot),
            ("bücher.example", ascii.clone()),
            ("exämple.com", ascii.clone()),
            ("example。com", ascii),
            ("..example.com", label(0)),
            ("..", CookieError::DomainTrailingDot { cookie: a() }),
            ("example..com", label(8)),
            ("-example.com", label(0)),
            ("example-.com", label(7)),
            ("a.-", label(2)),
            ("exa mple.com", label(3)),
            (" example.com", label(0)),
            ("example.com ", label(11)),
            ("*.example.com", label(0)),
            ("example.com/", label(11)),
            ("example.com; Path=/x", label(11)),
            ("example.com\r\nX-Evil: 1", label(11)),
            ("localhost:8080", label(9)),
            ("127.0.0.1:8080", label(9)),
            ("[example.com]", label(0)),
            ("example.com\r\n", label(11)),
            ("a\0b", label(1)),
        ],
    );
    let long = "l".repeat(64);
    refuses(&Cookie::new("a", "b").with_domain(&long), Encoding::Percent, &label(63));
    let long = format!("x.{}", "l".repeat(64));
    refuses(&Cookie::new("a", "b").with_domain(&long), Encoding::Percent, &label(65));
    let label_63 = "l".repeat(63);
    let long = format!("{label_63}.{label_63}.{label_63}.{}", "l".repeat(62));
    refuses(&Cookie::new("a", "b").with_domain(&long), Encoding::Percent, &label(253));
}

#[test]
fn rule_03_a_domain_in_a_const_loses_its_dot_too() {
    const DOTTED: Cookie = Cookie::from_static_at("a", Some(".example.com"), "/");
    const PLAIN: Cookie = Cookie::from_static_at("a", Some("example.com"), "/");
    assert_eq!(DOTTED, PLAIN);
    writes(&DOTTED, Encoding::Percent, "a=; Domain=example.com; Path=/");
    let dots = Cookie::from_static_at("a", Some("..example.com"), "/");
    refuses(&dots, Encoding::Percent, &CookieError::DomainLabel { cookie: a(), offset: 0 });
}

#[test]
fn rule_03_a_domain_in_a_const_is_written_in_lower_case() {
    for domain in ["EXAMPLE.COM", "example.Com", "a.Shop-1.example.com", "A_b.example"] {
        let cookie = Cookie::from_static_at("a", Some(domain), "/");
        let expected = format!("a=; Domain={}; Path=/", domain.to_ascii_lowercase());
        writes(&cookie, Encoding::Percent, &expected);
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(&cookie), Ok(()));
        let removed = jar.set_cookie_headers().next().unwrap_or_default();
        assert!(removed.contains(&expected["a=; ".len()..]), "{removed}");
    }
}

/// The time so many seconds from 1970.
fn at(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

/// 1601-01-01T00:00:00Z
const FIRST: i64 = -11_644_473_600;
/// 9999-12-31T23:59:59Z
const LAST: i64 = 253_402_300_799;

#[test]
fn rule_04_expires_is_an_imf_fixdate() {
    for (seconds, expected) in [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
        (FIRST, "Mon, 01 Jan 1601 00:00:00 GMT"),
        (LAST, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        let cookie = Cookie::new("a", "b").with_default_path().with_expires(at(seconds));
        let field = cookie.to_set_cookie(Encoding::Percent);
        assert_eq!(field, Ok(format!("a=b; Expires={expected}")));
    }
}

#[test]
fn rule_04_expires_is_rounded_down_to_a_second() {
    let half = Duration::from_millis(500);
    for (time, expected) in [
        (at(784_111_777) + half, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (at(0) - half, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (at(-1) - half, "Wed, 31 Dec 1969 23:59:58 GMT"),
        (at(LAST) + half, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        let field = Cookie::new("a", "b").with_expires(time).to_set_cookie(Encoding::Percent);
        assert_eq!(field, Ok(format!("a=b; Expires={expected}; Path=/")));
    }
}

#[test]
fn rule_04_expires_outside_the_years_1601_to_9999_is_refused() {
    let past = [FIRST - 1, FIRST - 86_400, -62_135_596_801, -1_000_000_000_000];
    for seconds in past.into_iter().chain([LAST + 1, 1_000_000_000_000]) {
        let source = DateError::OutOfRange { seconds };
        let error = CookieError::Expires { cookie: a(), source };
        refuses(&Cookie::new("a", "b").with_expires(at(seconds)), Encoding::Percent, &error);
        // With a `Max-Age`, too, which doesn't make it fit to print.
        for max_age in [0, 1] {
            let cookie = Cookie::new("a", "b").with_expires(at(seconds));
            let cookie = cookie.with_max_age(Duration::from_secs(max_age));
            refuses(&cookie, Encoding::Percent, &error);
        }
    }
    let before = at(FIRST) - Duration::from_nanos(1);
    let source = DateError::OutOfRange { seconds: FIRST - 1 };
    let error = CookieError::Expires { cookie: a(), source };
    refuses(&Cookie::new("a", "b").with_expires(before), Encoding::Percent, &error);
}

#[test]
fn rule_04_max_age_is_digits() {
    writes_all(
        |age| Cookie::new("a", "b").with_default_path().with_max_age(age),
        &[
            (Duration::ZERO, "Max-Age=0"),
            (Duration::from_secs(1), "Max-Age=1"),
            (Duration::from_secs(63_072_000), "Max-Age=63072000"),
            (Duration::from_secs(u64::MAX), "Max-Age=18446744073709551615"),
            // Rounded up: half a second must not become a removal.
            (Duration::from_nanos(1), "Max-Age=1"),
            (Duration::from_millis(500), "Max-Age=1"),
            (Duration::from_millis(1_001), "Max-Age=2"),
            (Duration::MAX, "Max-Age=18446744073709551615"),
        ],
    );
}

#[test]
fn rule_05_one_attribute_of_a_kind_and_one_field_a_cookie() {
    let twice = Cookie::new("a", "b")
        .with_path("/x")
        .with_path("/y")
        .with_domain("x.example")
        .with_domain("y.example")
        .with_max_age(Duration::from_secs(1))
        .with_max_age(Duration::from_secs(2))
        .with_expires(at(1))
        .with_expires(at(LAST))
        .with_secure(true)
        .with_secure(true)
        .with_http_only(true)
        .with_partitioned(true)
        .with_same_site(SameSite::Strict)
        .with_same_site(SameSite::Lax);
    writes(
        &twice,
        Encoding::Percent,
        "a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=2; Domain=y.example; Path=/y; \
         Secure; HttpOnly; SameSite=Lax; Partitioned",
    );
    let undone = twice
        .with_session_lifetime()
        .with_host_only()
        .with_default_path()
        .with_partitioned(false)
        .with_secure(false)
        .with_http_only(false)
        .with_same_site(SameSite::Unset);
    writes(&undone, Encoding::Percent, "a=b");

    let mut jar = CookieJar::new();
    jar.set(("a", "1,2")).unwrap();
    jar.set(("b", "x, c=3")).unwrap();
    let fields: Vec<_> = jar.set_cookie_headers().collect();
    assert_eq!(fields, ["a=1%2C2; Path=/", "b=x%2C%20c=3; Path=/"]);
}

#[test]
fn rule_05_one_field_an_identity() {
    let mut jar = CookieJar::new();
    jar.set(("a", "1")).unwrap();
    jar.set(("b", "2")).unwrap();
    jar.set(("a", "3")).unwrap();
    // The later change of one identity takes the last place.
    assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), ["b=2; Path=/", "a=3; Path=/"]);
    // Another case, path, domain or partition is another identity.
    jar.set(("A", "4")).unwrap();
    jar.set(Cookie::new("a", "5").with_path("/x")).unwrap();
    jar.set(Cookie::new("a", "6").with_domain("example.com")).unwrap();
    jar.set(Cookie::new("a", "7").with_secure(true).with_partitioned(true)).unwrap();
    jar.set(Cookie::new("a", "8").with_default_path()).unwrap();
    assert_eq!(jar.set_cookie_headers().count(), 7);
    // The same domain, written otherwise.
    jar.set(Cookie::new("a", "9").with_domain(".Example.COM")).unwrap();
    assert_eq!(jar.set_cookie_headers().count(), 7);
    assert_eq!(jar.set_cookie_headers().next_back(), Some("a=9; Domain=example.com; Path=/"));
}

#[test]
fn rule_06_same_site_none_and_partitioned_need_secure() {
    let cookie = || Cookie::new("a", "b");
    let none = CookieError::SameSiteNone { cookie: a() };
    refuses(&cookie().with_same_site(SameSite::None), Encoding::Percent, &none);
    let partitioned = CookieError::Partitioned { cookie: a() };
    refuses(&cookie().with_partitioned(true), Encoding::Percent, &partitioned);
    let both = cookie().with_partitioned(true).with_same_site(SameSite::None);
    refuses(&both, Encoding::Percent, &none);
    let expected = "a=b; Path=/; Secure; SameSite=None; Partitioned";
    writes(&both.with_secure(true), Encoding::Percent, expected);
    for (same_site, expected) in [
        (SameSite::Strict, "a=b; Path=/; SameSite=Strict"),
        (SameSite::Lax, "a=b; Path=/; SameSite=Lax"),
        (SameSite::Unset, "a=b; Path=/"),
    ] {
        writes(&cookie().with_same_site(same_site), Encoding::Percent, expected);
    }
}

#[test]
fn a_cookie_is_at_most_4096_bytes() {
    let fits = Cookie::new("name", "v".repeat(4092));
    writes(&fits, Encoding::Percent, &format!("name={}; Path=/", "v".repeat(4092)));
    let limit = 4096;
    let error = |cookie: &str, actual| LimitError::Cookie { cookie: cookie.into(), actual, limit };
    let over = Cookie::new("name", "v".repeat(4093));
    refuses(&over, Encoding::Raw, &error("name", 4097).into());
    // What counts is what goes over the wire: 1365 of three bytes each, and the name.
    let expected = format!("a={}; Path=/", "%3B".repeat(1365));
    writes(&Cookie::new("a", ";".repeat(1365)), Encoding::Percent, &expected);
    let over = Cookie::new("ab", ";".repeat(1365));
    refuses(&over, Encoding::Percent, &error("ab", 4097).into());
    let name = "n".repeat(4096);
    writes(&Cookie::new(name.as_str(), ""), Encoding::Percent, &format!("{name}=; Path=/"));
    let shown = "n".repeat(64) + "…";
    refuses(&Cookie::new(name.as_str(), "v"), Encoding::Percent, &error(&shown, 4097).into());
    // A jar holds to its own policy.
    let mut jar = Policy::new().with_limits(Limits::DEFAULT.with_cookie_bytes(3)).empty_jar();
    assert_eq!(jar.set(("ab", "c")), Ok(()));
    let limit = LimitError::Cookie { cookie: "ab".into(), actual: 4, limit: 3 };
    assert_eq!(jar.set(("ab", "cd")), Err(limit.into()));
}

#[test]
fn an_attribute_is_at_most_1024_bytes() {
    let path = |bytes: usize| "/".to_owned() + &"p".repeat(bytes - 1);
    let fits = Cookie::new("a", "b").with_path(path(1024));
    writes(&fits, Encoding::Percent, &format!("a=b; Path={}", path(1024)));
    let over = Cookie::new("a", "b").with_path(path(1025));
    let attribute = "Path";
    let error = LimitError::Attribute { cookie: a(), attribute, actual: 1025, limit: 1024 };
    refuses(&over, Encoding::Percent, &error.into());
    let limits = Limits::DEFAULT.with_attribute_bytes(10);
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    assert_eq!(jar.set(Cookie::new("a", "b").with_domain(".host.local")), Ok(()));
    let error = LimitError::Attribute { cookie: a(), attribute: "Domain", actual: 11, limit: 10 };
    assert_eq!(jar.set(Cookie::new("a", "b").with_domain("other.local")), Err(error.into()));
}
