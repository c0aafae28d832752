//! Prefixes and removals: rules 7 and 8 (RFC 6265bis, sections 4.1.3 and 3.1).

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::errors::{CookieErrorKind, LimitError};
use gingersnap::{
    Cookie, CookieJar, CookieTemplate, Encoding, Limits, Policy, Prefix, Requirement, SameSite,
};

/// What follows the name in the header of a removal.
const GONE: &str = "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";

#[test]
fn rule_07_each_prefix_requires_its_attributes() {
    use Requirement::{HttpOnly, NoDomain, RootPath, Secure};
    let table: [(&str, Prefix, &[Requirement]); 4] = [
        ("__Secure-", Prefix::Secure, &[Secure]),
        ("__Host-", Prefix::Host, &[Secure, NoDomain, RootPath]),
        ("__Http-", Prefix::Http, &[Secure, HttpOnly]),
        ("__Host-Http-", Prefix::HostHttp, &[Secure, HttpOnly, NoDomain, RootPath]),
    ];
    for (text, prefix, required) in table {
        let name = text.to_owned() + "sid";
        for bits in 0..24_u8 {
            let (secure, http_only, domain) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
            let path = [None, Some("/"), Some("/x")][usize::from(bits / 8)];
            let mut cookie =
                Cookie::new(name.as_str(), "v").with_secure(secure).with_http_only(http_only);
            cookie = if domain { cookie.with_domain("example.com") } else { cookie };
            cookie = match path {
                Some(path) => cookie.with_path(path),
                None => cookie.with_default_path(),
            };
            let missing = required.iter().find(|required| match required {
                Secure => !secure,
                HttpOnly => !http_only,
                NoDomain => domain,
                RootPath => path != Some("/"),
                other => panic!("a requirement that the rule does not have: {other}"),
            });
            let written = cookie.to_set_cookie(Encoding::Percent);
            match missing {
                None => assert!(written.is_ok(), "{cookie:?}: {written:?}"),
                Some(&requirement) => {
                    let error = written.unwrap_err();
                    assert_eq!(error.name, name);
                    assert_eq!(error.kind, CookieErrorKind::Prefix { prefix, requirement });
                }
            }
            assert_eq!(CookieJar::new().set(&cookie).is_ok(), missing.is_none(), "{cookie:?}");
        }
    }
}

#[test]
fn rule_07_a_name_that_is_a_prefix_alone_has_its_requirements() {
    for name in ["__Secure-", "__Host-", "__Http-", "__Host-Http-"] {
        let error = Cookie::new(name, "v").to_set_cookie(Encoding::Raw).unwrap_err();
        assert!(matches!(error.kind, CookieErrorKind::Prefix { .. }), "{error}");
    }
    // The preset meets the requirements of the longest prefix, too.
    for name in ["__Host-sid", "__Host-Http-sid"] {
        let cookie = CookieTemplate::host_prefixed(name).with_value("v");
        let expected = format!("{name}=v; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(cookie.to_set_cookie(Encoding::Raw), Ok(expected));
    }
}

#[test]
#[should_panic(expected = "must start with `__Host-`")]
fn rule_07_the_preset_takes_no_other_prefix() {
    let _ = CookieTemplate::host_prefixed("__Http-sid");
}

#[test]
fn rule_07_a_server_writes_the_prefix_in_its_case() {
    for (name, prefix) in [
        ("__host-sid", Prefix::Host),
        ("__HOST-sid", Prefix::Host),
        ("__secure-sid", Prefix::Secure),
        ("__hTTP-sid", Prefix::Http),
        ("__Host-http-sid", Prefix::HostHttp),
        ("__host-Http-sid", Prefix::HostHttp),
    ] {
        let cookie = Cookie::new(name, "v").with_secure(true).with_http_only(true);
        let error = cookie.to_set_cookie(Encoding::Percent).unwrap_err();
        assert_eq!(error.name, name);
        assert_eq!(error.kind, CookieErrorKind::PrefixCase { prefix });
        assert_eq!(CookieJar::new().set(cookie), Err(error));
    }
}

#[test]
fn rule_07_a_name_that_only_looks_like_a_prefix_has_no_requirements() {
    for name in ["__Hos-t", "_Host-a", "Host-a", "__Host", "a__Host-b", "__Host_a", "__Httpx-"] {
        assert_eq!(Prefix::from_name(name), None, "{name}");
        let written = Cookie::new(name, "v").to_set_cookie(Encoding::Percent);
        assert_eq!(written, Ok(format!("{name}=v; Path=/")));
    }
    for (name, prefix) in [
        ("__Host-Http", Some(Prefix::Host)),
        ("__Host-Http-", Some(Prefix::HostHttp)),
        ("__Host-Secure-", Some(Prefix::Host)),
        ("__sEcUrE-x", Some(Prefix::Secure)),
        (" __Host-a", None),
        ("__%48ost-sid", None),
        ("", None),
    ] {
        assert_eq!(Prefix::from_name(name), prefix, "{name:?}");
        assert_eq!(Prefix::from_name(name.as_bytes()), prefix, "{name:?}");
    }
}

/// Checks that the jar's headers are these, and that browsers accept each of them as a removal.
#[track_caller]
fn removes(jar: &CookieJar, expected: &[String]) {
    assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), expected);
    // Browsers store no cookie over 4096 bytes.
    for header in jar.set_cookie_headers().filter(|header| header.len() < 4096) {
        let cookie = Cookie::parse(header).expect("browsers read the removal");
        assert!(cookie.is_removal(), "{header}");
        assert_eq!(cookie.value(), "");
        // The attributes meet the requirements of the name's prefix.
        let named = cookie.clone().with_session_lifetime().with_value("v");
        if named.name().is_ascii() && Prefix::from_name(named.name()).is_some() {
            let prefixed = named.to_set_cookie(Encoding::Percent);
            if let Err(error) = prefixed {
                assert!(matches!(error.kind, CookieErrorKind::PrefixCase { .. }), "{error}");
            }
        }
    }
}

#[test]
fn rule_08_a_removal_names_the_identity_and_is_long_past() {
    let cases = [
        (Cookie::new("a", "b"), "; Path=/"),
        (Cookie::new("a", "b").with_default_path(), ""),
        (Cookie::new("a", "b").with_path("/x"), "; Path=/x"),
        (Cookie::new("a", "b").with_domain(".Example.com"), "; Domain=example.com; Path=/"),
        (
            Cookie::new("a", "b").with_max_age(Duration::from_secs(9)).with_expires(UNIX_EPOCH),
            "; Path=/",
        ),
        // `Secure` is added where browsers would not store the header without it.
        (Cookie::new("a", "b").with_same_site(SameSite::None), "; Path=/; Secure; SameSite=None"),
        (Cookie::new("a", "b").with_partitioned(true), "; Path=/; Secure; Partitioned"),
        (
            Cookie::new("a", "b").with_secure(true).with_http_only(true),
            "; Path=/; Secure; HttpOnly",
        ),
        (Cookie::new("a", "b").with_same_site(SameSite::Strict), "; Path=/; SameSite=Strict"),
        // A value or an `Expires` that could not be written does not matter.
        (Cookie::new("a", "v".repeat(9_999)), "; Path=/"),
        (Cookie::new("a", "\r\n;"), "; Path=/"),
        (Cookie::new("a", "b").with_expires(UNIX_EPOCH - Duration::from_secs(1 << 40)), "; Path=/"),
    ];
    for (cookie, attributes) in cases {
        let expected = [format!("a{GONE}{attributes}")];
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(&cookie), Ok(()));
        removes(&jar, &expected);
        // The same in a jar that has set the cookie, or has received it.
        let mut jar = CookieJar::from_cookie_header("a=1").unwrap();
        let _ = jar.set(&cookie);
        assert_eq!(jar.remove(cookie), Ok(()));
        removes(&jar, &expected);
        assert_eq!((jar.get("a"), jar.len(), jar.budget().cookies()), (None, 0, 0));
    }
}

#[test]
fn rule_08_a_removal_meets_the_requirements_of_its_prefix() {
    for (name, flags) in [
        ("__Secure-a", "; Secure"),
        ("__Host-a", "; Secure"),
        ("__Http-a", "; Secure; HttpOnly"),
        ("__Host-Http-a", "; Secure; HttpOnly"),
        // Browsers recognize a prefix in any case.
        ("__secure-a", "; Secure"),
        ("__HOST-HTTP-a", "; Secure; HttpOnly"),
    ] {
        let expected = [format!("{name}{GONE}; Path=/{flags}")];
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(name), Ok(()));
        removes(&jar, &expected);
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(Cookie::new(name, "")), Ok(()));
        removes(&jar, &expected);
    }
    // A cookie that no browser could store is refused.
    let host = CookieTemplate::host_prefixed("__Host-a");
    for template in [host.with_path("/x"), host.with_domain("b.c")] {
        let error = CookieJar::new().remove(template).unwrap_err();
        assert!(matches!(error.kind, CookieErrorKind::Prefix { .. }), "{error}");
    }
}

#[test]
fn rule_08_removing_a_name_removes_every_cookie_that_was_set_with_it() {
    let mut jar = CookieJar::from_cookie_header("a=1; b=2").unwrap();
    jar.set(Cookie::new("a", "x").with_path("/x").with_http_only(true)).unwrap();
    jar.set(Cookie::new("b", "y")).unwrap();
    jar.set(Cookie::new("a", "z").with_domain("example.com")).unwrap();
    jar.remove("a").unwrap();
    removes_but(
        &jar,
        "b=y; Path=/",
        &[
            format!("a{GONE}; Path=/x; HttpOnly"),
            format!("a{GONE}; Domain=example.com; Path=/"),
            format!("a{GONE}; Path=/"),
        ],
    );
    assert_eq!((jar.get("a"), jar.get("b"), jar.len()), (None, Some("y"), 1));

    // A cookie at `Path=/` of this host alone is removed once.
    let mut jar = CookieJar::new();
    jar.set(Cookie::new("a", "x").with_http_only(true)).unwrap();
    jar.remove("a").unwrap();
    removes(&jar, &[format!("a{GONE}; Path=/; HttpOnly")]);
    jar.remove("a").unwrap();
    removes(&jar, &[format!("a{GONE}; Path=/; HttpOnly")]);
    jar.set(("a", "y")).unwrap();
    assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), ["a=y; Path=/"]);
}

#[track_caller]
fn removes_but(jar: &CookieJar, set: &str, removed: &[String]) {
    let headers: Vec<_> = jar.set_cookie_headers().filter(|header| *header != set).collect();
    assert_eq!(headers, removed);
    assert_eq!(jar.set_cookie_headers().filter(|header| *header == set).count(), 1);
}

#[test]
fn rule_08_setting_a_cookie_that_is_past_removes_it() {
    let past = UNIX_EPOCH - Duration::from_secs(1);
    for cookie in [
        Cookie::new("a", "b").with_max_age(Duration::ZERO),
        Cookie::new("a", "b").with_expires(UNIX_EPOCH),
        Cookie::new("a", "b").with_expires(past),
        // `Max-Age` takes precedence over `Expires`.
        Cookie::new("a", "b")
            .with_max_age(Duration::ZERO)
            .with_expires(UNIX_EPOCH + Duration::from_secs(1 << 36)),
    ] {
        assert!(cookie.is_removal());
        let mut jar = CookieJar::from_cookie_header("a=1").unwrap();
        assert_eq!(jar.set(cookie), Ok(()));
        removes(&jar, &[format!("a{GONE}; Path=/")]);
        assert!(!jar.contains("a"));
    }
    for cookie in [
        Cookie::new("a", "b").with_max_age(Duration::from_nanos(1)),
        Cookie::new("a", "b").with_max_age(Duration::from_secs(1)).with_expires(past),
        Cookie::new("a", "b").with_expires(UNIX_EPOCH + Duration::from_secs(1)),
    ] {
        assert!(!cookie.is_removal());
        let mut jar = CookieJar::new();
        assert_eq!(jar.set(cookie), Ok(()));
        assert_eq!(jar.get("a"), Some("b"));
    }
}

#[test]
fn rule_08_every_name_that_was_received_can_be_removed() {
    let long = "n".repeat(5_000);
    let prefixed = "__hoST-".to_owned() + &long;
    let names = [
        "a",
        "a,b",
        "a b",
        "a\tb",
        "\"q\"",
        "é",
        "\u{2003}a",
        "__host-x",
        "[\\]",
        &long,
        &prefixed,
    ];
    let header: Vec<_> = names.iter().map(|name| format!("{name}=v")).collect();
    let header = header.join("; ");
    // The limits do not matter.
    let none = Limits::DEFAULT
        .with_attribute_bytes(0)
        .with_cookie_bytes(0)
        .with_cookies(0)
        .with_cookie_header_bytes(0);
    for limits in [Limits::DEFAULT, none] {
        let policy = Policy::new().with_limits(limits);
        for name in names {
            let mut jar = policy.jar_from_cookie_header(&header).unwrap();
            assert_eq!(jar.remove(name), Ok(()), "{name:?}");
            assert!(!jar.contains(name));
            assert_eq!(jar.len(), names.len() - 1);
            let flags = if Prefix::from_name(name).is_some() { "; Secure" } else { "" };
            removes(&jar, &[format!("{name}{GONE}; Path=/{flags}")]);
        }
        let mut jar = policy.jar_from_cookie_header(&header).unwrap();
        jar.remove_all();
        assert!(jar.is_empty());
        assert_eq!((jar.changes().count(), jar.budget().cookies()), (names.len(), 0));
    }
}

#[test]
fn rule_08_names_that_no_browser_stores_cannot_be_removed() {
    let not_storable = |offset, found| CookieErrorKind::NameNotStorable { offset, found };
    let over = |actual| CookieErrorKind::Limit(LimitError::CookieBytes { actual, limit: 4096 });
    for (name, shown, expected) in [
        ("", "", CookieErrorKind::NameEmpty),
        ("a=b", "a=b", not_storable(1, '=')),
        ("a;b", "a;b", not_storable(1, ';')),
        ("a\nb", "a\\nb", not_storable(1, '\n')),
        ("\0", "\\x00", not_storable(0, '\0')),
        ("\x7F", "\\x7f", not_storable(0, '\x7F')),
        (" a", " a", not_storable(0, ' ')),
        ("a ", "a ", not_storable(1, ' ')),
        ("\ta", "\\ta", not_storable(0, '\t')),
        ("a\t", "a\\t", not_storable(1, '\t')),
        (&"n".repeat(4097), &("n".repeat(64) + "…"), over(4097)),
    ] {
        let mut jar = CookieJar::new();
        let error = jar.remove(name).unwrap_err();
        assert_eq!((error.name.as_str(), &error.kind), (shown, &expected), "{name:?}");
        assert_eq!(jar.remove(Cookie::new(name, "")), Err(error), "{name:?}");
        assert_eq!(jar.changes().count(), 0);
    }
    assert_eq!(CookieJar::new().remove("n".repeat(4096).as_str()), Ok(()));
}

#[test]
fn rule_08_limits_below_those_of_browsers_do_not_stop_a_removal() {
    let narrow = Limits::DEFAULT.with_cookie_bytes(10).with_attribute_bytes(10);
    let (name, path) = ("n".repeat(4096), "/".repeat(1024));
    let mut jar = Policy::new().with_limits(narrow).empty_jar();
    assert_eq!(jar.remove(Cookie::new(&name, "").with_path(&path)), Ok(()));
    removes(&jar, &[format!("{name}{GONE}; Path={path}")]);
}

#[test]
fn rule_08_a_cookie_that_was_set_under_wider_limits_can_be_removed() {
    let wide = Limits::DEFAULT.with_cookie_bytes(9_000).with_attribute_bytes(9_000);
    let policy = Policy::new().with_limits(wide.with_cookie_header_bytes(99_999));
    let name = "n".repeat(5_000);
    let path = "/".repeat(2_000);
    let mut jar = policy.empty_jar();
    jar.set((name.as_str(), "v")).unwrap();
    jar.set(Cookie::new("a", "v").with_path(&path)).unwrap();
    let mut all = jar.clone();
    all.remove_all();
    assert_eq!((all.len(), all.changes().count()), (0, 3));
    assert_eq!(jar.remove(&name), Ok(()));
    assert_eq!(jar.remove("a"), Ok(()));
    removes(
        &jar,
        &[
            format!("{name}{GONE}; Path=/"),
            format!("a{GONE}; Path={path}"),
            format!("a{GONE}; Path=/"),
        ],
    );
}

#[test]
fn rule_07_an_error_says_whether_browsers_drop_a_prefix_in_the_wrong_case() {
    let dropped = |cookie: &Cookie<'_>| {
        let error =
            cookie.to_set_cookie(Encoding::Percent).expect_err("a prefix in the wrong case");
        error.is_dropped_by_browsers()
    };
    assert!(dropped(&Cookie::new("__secure-a", "")));
    assert!(dropped(&Cookie::new("__hOsT-a", "").with_secure(true).with_default_path()));
    assert!(!dropped(&Cookie::new("__secure-a", "").with_secure(true)));
    assert!(!dropped(&Cookie::new("__hOsT-a", "").with_secure(true)));
}
