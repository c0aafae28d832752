//! What a server produces: rules 1 to 6 (RFC 6265bis, section 4.1). Prefixes and removals, rules 7
//! and 8, are in `rules_remove.rs`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::{CookieErrorKind, DateError, DomainHint, LimitError, ValueError};
use gingersnap::{Cookie, CookieJar, CookieTemplate, Encoding, Limits, Policy, SameSite};

/// Checks that the cookie is written like this: by itself, and by a jar unless it is a removal.
#[track_caller]
fn writes(cookie: &Cookie, encoding: Encoding, expected: &str) {
    assert_eq!(cookie.to_set_cookie(encoding).as_deref(), Ok(expected));
    let mut header = "before".to_owned();
    cookie.write_to(&mut header, encoding).expect("it was written before");
    assert_eq!(header, "before".to_owned() + expected);
    if !cookie.is_removal() {
        let mut jar = Policy::new().with_encoding(encoding).empty_jar();
        assert_eq!(jar.set(cookie), Ok(()));
        assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), [expected]);
        let line = u32::try_from("Set-Cookie: \r\n".len() + expected.len()).expect("a short line");
        for (bytes, fits) in [(line, true), (line - 1, false)] {
            let limits = Limits::DEFAULT.with_response_bytes(Some(bytes));
            let policy = Policy::new().with_encoding(encoding).with_limits(limits);
            assert_eq!(policy.empty_jar().set(cookie).is_ok(), fits, "{expected}");
        }
    }
}

/// Checks that the cookie is refused for this, by itself and by a jar, and that both stay as they
/// were.
#[track_caller]
fn refuses(cookie: &Cookie, encoding: Encoding, expected: &CookieErrorKind) {
    let mut header = "before".to_owned();
    let error = cookie.write_to(&mut header, encoding).expect_err("it is refused");
    assert_eq!(&error.kind, expected, "{cookie:?}");
    assert_eq!(header, "before");
    let mut jar = Policy::new().with_encoding(encoding).empty_jar();
    assert_eq!(jar.set(cookie), Err(error));
    assert_eq!(jar.set_cookie_headers().count(), 0);
}

/// Checks that all of these are written with this attribute, after `a=b; `.
#[track_caller]
fn writes_all<T: Copy>(with: impl Fn(T) -> Cookie<'static>, cases: &[(T, &str)]) {
    for &(part, attribute) in cases {
        let expected = format!("a=b; {attribute}");
        writes(&with(part), Encoding::Percent, expected.trim_end_matches("; "));
    }
}

/// Checks that all of these are refused.
#[track_caller]
fn refuses_all<T: Copy>(with: impl Fn(T) -> Cookie<'static>, cases: &[(T, CookieErrorKind)]) {
    for (part, error) in cases {
        refuses(&with(*part), Encoding::Percent, error);
    }
}

fn invalid_value(offset: usize, is_control: bool) -> CookieErrorKind {
    CookieErrorKind::Value(ValueError { offset, is_control })
}

/// `tchar` as RFC 9110, section 5.6.2, lists it.
fn is_tchar(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

/// `cookie-octet` as RFC 6265bis, section 4.1.1, has it: "US-ASCII characters excluding CTLs,
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
                assert_eq!(refused.kind, CookieErrorKind::NameInvalid { offset, found: char });
                let shown = name.as_bytes().escape_ascii().to_string();
                assert_eq!(refused.name, shown.replace("\\\"", "\"").replace("\\'", "'"));
                assert_eq!(CookieJar::new().set(cookie), Err(refused));
            }
        }
    }
}

#[test]
fn rule_01_names_that_pose_as_others_are_refused() {
    refuses(&Cookie::new("", "v"), Encoding::Percent, &CookieErrorKind::NameEmpty);
    refuses(&Cookie::new("", ""), Encoding::Raw, &CookieErrorKind::NameEmpty);
    let invalid = |offset, found| CookieErrorKind::NameInvalid { offset, found };
    refuses_all(
        |name| Cookie::new(name, "b"),
        &[
            ("a=b", invalid(1, '=')),
            ("a; x", invalid(1, ';')),
            ("a\r\nX-Evil: 1", invalid(1, '\r')),
            (" a", invalid(0, ' ')),
            ("a\t", invalid(1, '\t')),
            ("é", invalid(0, 'é')),
            ("größe", invalid(2, 'ö')),
            ("\u{2003}__Host-a", invalid(0, '\u{2003}')),
        ],
    );
    // Names of attributes, and names with a `$`, are names like any other.
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
                let is_control = char.is_ascii_control() && char != '\t';
                refuses(&cookie, Encoding::Raw, &invalid_value(offset, is_control));
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
        let error = invalid_value(offset, value.contains('\r'));
        refuses(&Cookie::new("a", value), Encoding::Raw, &error);
    }
}

#[test]
fn rule_02_other_characters_are_percent_encoded() {
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
        let header = format!("a={expected}; Path=/");
        writes(&Cookie::new("a", value), Encoding::Percent, &header);
    }
}

#[test]
fn rule_02_a_value_can_be_encoded_by_hand() {
    for (value, percent, raw) in [
        ("", "", Some("")),
        ("31d4", "31d4", Some("31d4")),
        ("a b;", "a%20b%3B", None),
        ("50%", "50%25", Some("50%")),
        ("16 bytes and more: ü", "16%20bytes%20and%20more:%20%C3%BC", None),
    ] {
        assert_eq!(Encoding::Percent.encode(value).as_deref(), Ok(percent));
        assert_eq!(Encoding::Raw.encode(value).ok().as_deref(), raw);
    }
}

#[test]
fn rule_03_a_path_is_av_bytes_from_its_slash_on() {
    for char in (0..=0x7F).map(char::from) {
        let cookie = Cookie::new("a", "b").with_path(format!("/x{char}y"));
        if matches!(char, ' '..=':' | '<'..='~') {
            writes(&cookie, Encoding::Percent, &format!("a=b; Path=/x{char}y"));
        } else {
            let error = CookieErrorKind::PathInvalid { offset: 2, found: char };
            refuses(&cookie, Encoding::Percent, &error);
        }
    }
    let invalid = |offset, found| CookieErrorKind::PathInvalid { offset, found };
    let start = CookieErrorKind::PathStart;
    refuses_all(
        |path| Cookie::new("a", "b").with_path(path),
        &[
            ("", start.clone()),
            ("x", start.clone()),
            (" /", start.clone()),
            ("\t/", start.clone()),
            ("*", start.clone()),
            ("http://example.com/", start),
            ("/ ", invalid(1, ' ')),
            ("/x ", invalid(2, ' ')),
            ("/x  ", invalid(3, ' ')),
            ("/x\t", invalid(2, '\t')),
            ("/é", invalid(1, 'é')),
            ("/; Domain=evil.example", invalid(1, ';')),
            ("/\r\nX-Evil: 1", invalid(1, '\r')),
            ("/\0", invalid(1, '\0')),
            ("/\x7F", invalid(1, '\x7F')),
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
fn rule_03_a_domain_that_is_no_host_name_is_refused() {
    let empty = CookieErrorKind::DomainEmpty;
    let ip = CookieErrorKind::DomainIpAddress;
    let dot = CookieErrorKind::DomainTrailingDot;
    let ascii = CookieErrorKind::DomainNonAscii;
    let invalid = |offset, found| CookieErrorKind::DomainInvalid { offset, found, hint: None };
    let with_hint =
        |offset, found, hint| CookieErrorKind::DomainInvalid { offset, found, hint: Some(hint) };
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
            ("2001:db8::1", ip.clone()),
            // Browsers read a host that ends in a number as an IPv4 address.
            ("127.1", ip.clone()),
            ("0x7f.1", ip.clone()),
            ("example.123", ip.clone()),
            ("example.0x1f", ip.clone()),
            ("1", ip),
            ("example.com.", dot.clone()),
            ("com.", dot.clone()),
            ("..", dot),
            ("bücher.example", ascii.clone()),
            ("exämple.com", ascii.clone()),
            ("example。com", ascii),
            ("..example.com", invalid(0, '.')),
            ("example..com", invalid(8, '.')),
            ("-example.com", invalid(0, '-')),
            ("example-.com", invalid(7, '-')),
            ("a.-", invalid(2, '-')),
            ("exa mple.com", invalid(3, ' ')),
            (" example.com", invalid(0, ' ')),
            ("example.com ", invalid(11, ' ')),
            ("*.example.com", with_hint(0, '*', DomainHint::Wildcard)),
            ("example.com/", with_hint(11, '/', DomainHint::Url)),
            ("example.com; Path=/x", with_hint(11, ';', DomainHint::Url)),
            ("example.com\r\nX-Evil: 1", with_hint(11, '\r', DomainHint::Port)),
            ("localhost:8080", with_hint(9, ':', DomainHint::Port)),
            ("127.0.0.1:8080", with_hint(9, ':', DomainHint::Port)),
            ("https://example.com", with_hint(5, ':', DomainHint::Url)),
            ("[example.com]", invalid(0, '[')),
            ("example.com\r\n", invalid(11, '\r')),
            ("a\0b", invalid(1, '\0')),
        ],
    );
}

#[test]
fn rule_03_a_domain_has_at_most_253_bytes_and_63_in_a_label() {
    let cookie = |domain: &str| Cookie::new("a", "b").with_domain(domain.to_owned());
    let label = "l".repeat(64);
    for (domain, offset) in [(label.clone(), 0), (format!("x.{label}"), 2)] {
        let error = CookieErrorKind::DomainLabelTooLong { offset, actual: 64 };
        refuses(&cookie(&domain), Encoding::Percent, &error);
    }
    let label = "l".repeat(63);
    let domain = format!("{label}.{label}.{label}.{}", "l".repeat(62));
    let error = CookieErrorKind::DomainTooLong { actual: 254 };
    refuses(&cookie(&domain), Encoding::Percent, &error);
}

#[test]
fn rule_03_the_domain_of_a_template_is_written_like_any_other() {
    const DOTTED: CookieTemplate = CookieTemplate::new("a").with_domain(".example.com");
    const PLAIN: CookieTemplate = CookieTemplate::new("a").with_domain("example.com");
    assert_eq!(DOTTED.with_value(""), PLAIN.with_value(""));
    writes(&DOTTED.with_value(""), Encoding::Percent, "a=; Domain=example.com; Path=/");
    let dots = CookieTemplate::new("a").with_domain("..example.com");
    let error = CookieErrorKind::DomainInvalid { offset: 0, found: '.', hint: None };
    refuses(&dots.with_value(""), Encoding::Percent, &error);

    for domain in ["EXAMPLE.COM", "example.Com", "a.Shop-1.example.com", "A_b.example"] {
        let template = CookieTemplate::new("a").with_domain(domain);
        let expected = format!("a=; Domain={}; Path=/", domain.to_ascii_lowercase());
        writes(&template.with_value(""), Encoding::Percent, &expected);
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(template), Ok(()));
        let removed = jar.set_cookie_headers().next().unwrap_or_default();
        assert!(removed.contains(&expected["a=; ".len()..]), "{removed}");
    }
}

/// Returns the time this many seconds from 1970.
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
        let header = cookie.to_set_cookie(Encoding::Percent);
        assert_eq!(header, Ok(format!("a=b; Expires={expected}")));
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
        let header = Cookie::new("a", "b").with_expires(time).to_set_cookie(Encoding::Percent);
        assert_eq!(header, Ok(format!("a=b; Expires={expected}; Path=/")));
    }
}

#[test]
fn rule_04_expires_outside_the_years_1601_to_9999_is_refused() {
    let past = [FIRST - 1, FIRST - 86_400, -62_135_596_801, -1_000_000_000_000];
    for seconds in past.into_iter().chain([LAST + 1, 1_000_000_000_000]) {
        let error = CookieErrorKind::Expires(DateError::OutOfRange { seconds });
        refuses(&Cookie::new("a", "b").with_expires(at(seconds)), Encoding::Percent, &error);
        // A `Max-Age` beside it changes nothing.
        for max_age in [0, 1] {
            let cookie = Cookie::new("a", "b").with_expires(at(seconds));
            let cookie = cookie.with_max_age(Duration::from_secs(max_age));
            refuses(&cookie, Encoding::Percent, &error);
        }
    }
    let before = at(FIRST) - Duration::from_nanos(1);
    let error = CookieErrorKind::Expires(DateError::OutOfRange { seconds: FIRST - 1 });
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
fn rule_05_one_attribute_of_a_kind_and_one_header_a_cookie() {
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
    let headers: Vec<_> = jar.set_cookie_headers().collect();
    assert_eq!(headers, ["a=1%2C2; Path=/", "b=x%2C%20c=3; Path=/"]);
}

#[test]
fn a_cookie_shows_all_but_its_value() {
    let cookie = Cookie::new("a", "12345")
        .with_domain("x.example")
        .with_max_age(Duration::from_secs(1))
        .with_expires(at(0))
        .with_secure(true)
        .with_same_site(SameSite::Lax)
        .with_encoding(Encoding::Raw);
    assert_eq!(cookie.encoding(), Some(Encoding::Raw));
    assert_eq!(cookie.max_age(), Some(Duration::from_secs(1)));
    let attributes = "encoding: Some(Raw), domain: Some(\"x.example\"), path: Some(\"/\"), \
                      max_age: Some(1s), expires: Some(Ok(ImfFixdate(\"Thu, 01 Jan 1970 00:00:00 GMT\"))), \
                      secure: true, http_only: false, partitioned: false, same_site: Lax";
    let shown = format!("{cookie:?}");
    assert_eq!(shown, format!("Cookie {{ name: \"a\", value: <5 bytes>, {attributes} }}"));

    let template = CookieTemplate::new("a").with_domain("x.example").with_secure(true);
    assert_eq!(template.name(), "a");
    let shown = format!("{template:?}");
    assert!(shown.starts_with("CookieTemplate { name: \"a\", encoding: None, domain:"), "{shown}");
}

#[test]
fn rule_05_one_header_an_identity() {
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
    let none = CookieErrorKind::SameSiteNone;
    refuses(&cookie().with_same_site(SameSite::None), Encoding::Percent, &none);
    let partitioned = CookieErrorKind::Partitioned;
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
    let error = |actual| CookieErrorKind::Limit(LimitError::CookieBytes { actual, limit });
    let over = Cookie::new("name", "v".repeat(4093));
    refuses(&over, Encoding::Raw, &error(4097));
    // What counts is what goes over the wire: 1365 of three bytes each, and the name.
    let expected = format!("a={}; Path=/", "%3B".repeat(1365));
    writes(&Cookie::new("a", ";".repeat(1365)), Encoding::Percent, &expected);
    let over = Cookie::new("ab", ";".repeat(1365));
    refuses(&over, Encoding::Percent, &error(4097));
    let name = "n".repeat(4096);
    writes(&Cookie::new(name.as_str(), ""), Encoding::Percent, &format!("{name}=; Path=/"));
    let over = Cookie::new(name.as_str(), "v");
    refuses(&over, Encoding::Percent, &error(4097));
    let shown = over.to_set_cookie(Encoding::Percent).unwrap_err().name;
    assert_eq!(shown, "n".repeat(64) + "…");
    // A jar uses the limits of its own policy.
    let mut jar = Policy::new().with_limits(Limits::DEFAULT.with_cookie_bytes(3)).empty_jar();
    assert_eq!(jar.set(("ab", "c")), Ok(()));
    let error = jar.set(("ab", "cd")).unwrap_err();
    let limit = LimitError::CookieBytes { actual: 4, limit: 3 };
    assert_eq!((error.name.as_str(), error.kind), ("ab", CookieErrorKind::Limit(limit)));
}

#[test]
fn an_attribute_is_at_most_1024_bytes() {
    let path = |bytes: usize| "/".to_owned() + &"p".repeat(bytes - 1);
    let fits = Cookie::new("a", "b").with_path(path(1024));
    writes(&fits, Encoding::Percent, &format!("a=b; Path={}", path(1024)));
    let over = Cookie::new("a", "b").with_path(path(1025));
    let attribute = "Path";
    let error = LimitError::AttributeBytes { attribute, actual: 1025, limit: 1024 };
    refuses(&over, Encoding::Percent, &CookieErrorKind::Limit(error));
    let limits = Limits::DEFAULT.with_attribute_bytes(10);
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    assert_eq!(jar.set(Cookie::new("a", "b").with_domain(".host.local")), Ok(()));
    let error = jar.set(Cookie::new("a", "b").with_domain("other.local")).unwrap_err();
    let limit = LimitError::AttributeBytes { attribute: "Domain", actual: 11, limit: 10 };
    assert_eq!(error.kind, CookieErrorKind::Limit(limit));
}

#[test]
fn a_response_exceeds_its_limit_by_removals_only() {
    let limits = Limits::DEFAULT.with_response_bytes(Some(60));
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    for name in ["n0", "n1", "n2", "n3", "n4"] {
        assert_eq!(jar.remove(name), Ok(()));
    }
    let before = jar.budget().response_bytes();
    assert!(before > 60, "{before} bytes");
    // A change that makes the response smaller is not refused.
    assert_eq!(jar.set(("n0", "v")), Ok(()));
    let smaller = jar.budget().response_bytes();
    assert!(smaller < before, "{smaller} bytes");
    let error = jar.set(("other", "v")).unwrap_err();
    let actual = smaller + "Set-Cookie: other=v; Path=/\r\n".len();
    let limit = LimitError::ResponseBytes { actual, limit: 60 };
    assert_eq!(error.kind, CookieErrorKind::Limit(limit));
    assert_eq!(jar.budget().response_bytes(), smaller);
}
