//! Prefixes and removals: rules 7 and 8 (RFC 6265bis, sections 4.1.3 and 3.1).

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::errors::{CookieError, LimitError};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, Prefix, Requirement, SameSite};

const GONE: &str = "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";

#[test]
fn rule_07_each_prefix_asks_for_its_attributes() {
    use Requirement::{HttpOnly, NoDomain, RootPath, Secure};
    let table: [(&str, Prefix, &[Requirement]); 4] = [
        ("__Secure-", Prefix::Secure, &[Secure]),
        ("__Host-", Prefix::Host, &[Secure, NoDomain, RootPath]),
        ("__Http-", Prefix::Http, &[Secure, HttpOnly]),
        ("__Host-Http-", Prefix::HostHttp, &[Secure, HttpOnly, NoDomain, RootPath]),
    ];
    for (text, prefix, needed) in table {
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
            let missing = needed.iter().find(|needed| match needed {
                Secure => !secure,
                HttpOnly => !http_only,
                NoDomain => domain,
                RootPath => path != Some("/"),
                other => panic!("a requirement that the rule doesn't have: {other}"),
            });
            let written = cookie.to_set_cookie(Encoding::Percent);
            match missing {
                None => assert!(written.is_ok(), "{cookie:?}: {written:?}"),
                Some(&requirement) => {
                    let cookie = name.clone();
                    assert_eq!(written, Err(CookieError::Prefix { cookie, prefix, requirement }));
                }
            }
            assert_eq!(CookieJar::new().set(&cookie).is_ok(), missing.is_none(), "{cookie:?}");
        }
    }
}

#[test]
fn rule_07_the_prefix_alone_is_a_name_with_it() {
    for name in ["__Secure-", "__Host-", "__Http-", "__Host-Http-"] {
        let error = Cookie::new(name, "v").to_set_cookie(Encoding::Raw).unwrap_err();
        assert!(matches!(error, CookieError::Prefix { .. }), "{error}");
    }
    let host = Cookie::host("", "v").to_set_cookie(Encoding::Raw);
    assert_eq!(host.as_deref(), Ok("__Host-=v; Path=/; Secure; HttpOnly; SameSite=Lax"));
    // The preset has what the longest prefix asks for, too.
    let host = Cookie::host("Http-sid", "v").to_set_cookie(Encoding::Raw);
    assert_eq!(host.as_deref(), Ok("__Host-Http-sid=v; Path=/; Secure; HttpOnly; SameSite=Lax"));
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
        let error = CookieError::PrefixCase { cookie: name.to_owned(), prefix };
        assert_eq!(cookie.to_set_cookie(Encoding::Percent), Err(error.clone()));
        assert_eq!(CookieJar::new().set(cookie), Err(error));
    }
}

#[test]
fn rule_07_what_only_looks_like_a_prefix_asks_for_nothing() {
    for name in ["__Hos-t", "_Host-a", "Host-a", "__Host", "a__Host-b", "__Host_a", "__Httpx-"] {
        assert_eq!(Prefix::of(name), None, "{name}");
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
        assert_eq!(Prefix::of(name), prefix, "{name:?}");
        assert_eq!(Prefix::of(name.as_bytes()), prefix, "{name:?}");
    }
}

/// The removal is these fields, none of which the check on what is set refuses for its attributes.
#[track_caller]
fn removes(jar: &CookieJar, expected: &[String]) {
    assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), expected);
    // Browsers hold no cookie over 4096 bytes.
    for field in jar.set_cookie_headers().filter(|field| field.len() < 4096) {
        let cookie = Cookie::parse(field).expect("browsers read the removal");
        assert!(cookie.is_removal(), "{field}");
        assert_eq!(cookie.value(), "");
        // A browser that keeps prefixes takes it.
        let named = cookie.clone().with_session_lifetime().with_value("v");
        if named.name().is_ascii() && Prefix::of(named.name()).is_some() {
            let prefixed = named.to_set_cookie(Encoding::Percent);
            let case = matches!(prefixed, Err(CookieError::PrefixCase { .. }));
            assert!(case || prefixed.is_ok(), "{prefixed:?}");
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
        // What makes it storable where the cookie itself would not be.
        (Cookie::new("a", "b").with_same_site(SameSite::None), "; Path=/; Secure; SameSite=None"),
        (Cookie::new("a", "b").with_partitioned(true), "; Path=/; Secure; Partitioned"),
        (
            Cookie::new("a", "b").with_secure(true).with_http_only(true),
            "; Path=/; Secure; HttpOnly",
        ),
        (Cookie::new("a", "b").with_same_site(SameSite::Strict), "; Path=/; SameSite=Strict"),
        // A value, or an `Expires`, that could not be written is not written.
        (Cookie::new("a", "v".repeat(9_999)), "; Path=/"),
        (Cookie::new("a", "\r\n;"), "; Path=/"),
        (Cookie::new("a", "b").with_expires(UNIX_EPOCH - Duration::from_secs(1 << 40)), "; Path=/"),
    ];
    for (cookie, attributes) in cases {
        let expected = [format!("a{GONE}{attributes}")];
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(&cookie), Ok(()));
        removes(&jar, &expected);
        // In a jar that has set it, or got it, too.
        let mut jar = CookieJar::from_cookie_header("a=1").unwrap();
        let _ = jar.set(&cookie);
        assert_eq!(jar.remove(cookie), Ok(()));
        removes(&jar, &expected);
        assert_eq!((jar.get("a"), jar.len(), jar.budget().cookies()), (None, 0, 0));
    }
}

#[test]
fn rule_08_a_removal_has_what_its_prefix_asks_for() {
    for (name, flags) in [
        ("__Secure-a", "; Secure"),
        ("__Host-a", "; Secure"),
        ("__Http-a", "; Secure; HttpOnly"),
        ("__Host-Http-a", "; Secure; HttpOnly"),
        // A browser holds the promise of a name in any case.
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
    // By cookie, one that no browser could hold is refused.
    for cookie in [Cookie::host("a", "").with_path("/x"), Cookie::host("a", "").with_domain("b.c")]
    {
        let error = CookieJar::new().remove(cookie).unwrap_err();
        assert!(matches!(error, CookieError::Prefix { .. }), "{error}");
    }
}

#[test]
fn rule_08_by_name_every_pending_change_is_removed_where_it_was_set() {
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

    // What was set at `Path=/` of this host alone is removed once.
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
    let fields: Vec<_> = jar.set_cookie_headers().filter(|field| *field != set).collect();
    assert_eq!(fields, removed);
    assert_eq!(jar.set_cookie_headers().filter(|field| *field == set).count(), 1);
}

#[test]
fn rule_08_to_set_what_is_past_is_to_remove() {
    let past = UNIX_EPOCH - Duration::from_secs(1);
    for cookie in [
        Cookie::new("a", "b").with_max_age(Duration::ZERO),
        Cookie::new("a", "b").with_expires(UNIX_EPOCH),
        Cookie::new("a", "b").with_expires(past),
        // `Max-Age` beats `Expires`.
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
fn rule_08_every_name_that_came_in_can_be_removed() {
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
    let field: Vec<_> = names.iter().map(|name| format!("{name}=v")).collect();
    let field = field.join("; ");
    // Whatever the limits.
    let none = Limits::DEFAULT
        .with_attribute_bytes(0)
        .with_cookie_bytes(0)
        .with_cookies(0)
        .with_cookie_header_bytes(0);
    for limits in [Limits::DEFAULT, none] {
        let policy = Policy::new().with_limits(limits);
        for name in names {
            let mut jar = policy.jar_from_cookie_header(&field).unwrap();
            assert_eq!(jar.remove(name), Ok(()), "{name:?}");
            assert!(!jar.contains(name));
            assert_eq!(jar.len(), names.len() - 1);
            let flags = if Prefix::of(name).is_some() { "; Secure" } else { "" };
            removes(&jar, &[format!("{name}{GONE}; Path=/{flags}")]);
        }
        let mut jar = policy.jar_from_cookie_header(&field).unwrap();
        jar.remove_all();
        assert!(jar.is_empty());
        assert_eq!((jar.changes().count(), jar.budget().cookies()), (names.len(), 0));
    }
}

#[test]
fn rule_08_names_that_no_browser_could_hold_are_not_removed() {
    let byte = |cookie: &str, offset, byte| CookieError::NameByte {
        cookie: cookie.to_owned(),
        offset,
        byte,
    };
    let size = |actual| LimitError::Cookie { cookie: "n".repeat(64) + "…", actual, limit: 4096 };
    for (name, error) in [
        ("", CookieError::EmptyName),
        ("a=b", byte("a=b", 1, b'=')),
        ("a;b", byte("a;b", 1, b';')),
        ("a\nb", byte("a\\nb", 1, b'\n')),
        ("\0", byte("\\x00", 0, 0)),
        ("\x7F", byte("\\x7f", 0, 0x7F)),
        (" a", byte(" a", 0, b' ')),
        ("a ", byte("a ", 1, b' ')),
        ("\ta", byte("\\ta", 0, b'\t')),
        ("a\t", byte("a\\t", 1, b'\t')),
        (&"n".repeat(4097), size(4097).into()),
    ] {
        let mut jar = CookieJar::new();
        assert_eq!(jar.remove(name), Err(error.clone()), "{name:?}");
        assert_eq!(jar.remove(Cookie::new(name, "")), Err(error), "{name:?}");
        assert_eq!(jar.changes().count(), 0);
    }
    assert_eq!(CookieJar::new().remove("n".repeat(4096).as_str()), Ok(()));
}

#[test]
fn rule_08_what_was_set_under_wider_limits_can_be_removed() {
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
fn rule_07_a_prefix_in_the_wrong_case_that_browsers_drop_is_said_to_be_dropped() {
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
