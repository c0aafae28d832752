//! One cookie cannot pose as another: names are compared as they were received.

use std::panic::catch_unwind;

use gingersnap::header::{PairEdit, SetCookie, SetCookieEdit, SkipReason, edit_pairs, find, pairs};
use gingersnap::{Cookie, CookieJar, CookieTemplate, Encoding, RequestContext, explain};

use crate::proxy::CookieScope;

/// White space other than SP and HTAB, and what some programs trim besides.
fn spaces() -> impl Iterator<Item = char> {
    let all = ('\u{80}'..='\u{FFFF}').filter(|character| character.is_whitespace());
    all.chain(['\u{FEFF}', '\u{180E}', '\u{200B}', '\u{AD}'])
}

/// Asserts that the pairs of names that only look like `name` are never taken for it.
#[track_caller]
fn stay_distinct<'n>(name: &str, others: impl IntoIterator<Item = &'n str>) {
    for other in others {
        assert_ne!(other, name);
        let header = format!("{other}=evil; {name}=good; {other}=evil");
        let jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!(jar.get_all(name).collect::<Vec<_>>(), ["good"], "{other:?}");
        assert_eq!(jar.get_all(other).collect::<Vec<_>>(), ["evil"; 2], "{other:?}");
        assert_eq!(find(&header, name), Some(&b"good"[..]), "{other:?}");
        let alone = format!("{other}=evil");
        let jar = CookieJar::from_cookie_header(&alone).expect("a header");
        assert!(!jar.contains(name) && jar.get_raw(name).is_none(), "{other:?}");
        // Nothing that is done to `name` is done to the other one.
        let edited = edit_pairs(&header, |found| {
            if found == name.as_bytes() { PairEdit::Drop } else { PairEdit::Keep }
        });
        assert_eq!(edited, Ok(format!("{other}=evil; {other}=evil").into_bytes()));
        let mut jar = CookieJar::from_cookie_header(&header).expect("a header").into_owned();
        jar.remove(name).expect("a name");
        assert_eq!(jar.get_all(other).count(), 2, "{other:?}");
        let read = SetCookie::parse(&alone).expect("a header that browsers read");
        assert_eq!(read.name(), other.as_bytes());
    }
}

/// Hono: names were trimmed of NBSP, which browsers keep.
#[test]
fn cve_2026_39410_names_with_nbsp_stay_distinct() {
    let names: Vec<String> =
        spaces().flat_map(|space| [format!("{space}sid"), format!("sid{space}")]).collect();
    stay_distinct("sid", names.iter().map(String::as_str));
    // The same in Latin-1, which is no text here.
    for header in [&b"\xA0sid=evil; sid=good"[..], b"sid\x85=evil; sid=good"] {
        let jar = CookieJar::from_cookie_header(header).expect("a header");
        assert_eq!(jar.get_all("sid").collect::<Vec<_>>(), ["good"]);
        assert_eq!(find(header, "sid"), Some(&b"good"[..]));
    }
    #[cfg(feature = "store")]
    {
        use gingersnap::store::file::Format;
        let line = "shop.example\tFALSE\t/\tFALSE\t0\t\u{A0}sid\u{A0}\tevil\n";
        let (store, _) = crate::client::read(Format::CookiesTxt, line);
        let names: Vec<_> =
            store.iter(crate::client::now()).map(gingersnap::store::StoredCookie::name).collect();
        assert_eq!(names, ["\u{A0}sid\u{A0}".as_bytes()]);
    }
}

/// Django and others: a name with Unicode white space in front became one with `__Host-`.
#[test]
fn unicode_white_space_in_front_makes_no_prefix() {
    let context = RequestContext::parse("https://evil.shop.example/").expect("a URL");
    let names: Vec<String> = spaces().map(|space| format!("{space}__Host-sid")).collect();
    stay_distinct("__Host-sid", names.iter().map(String::as_str));
    for name in &names {
        // Browsers store it, without the protection of the prefix, and under its whole name.
        let header = format!("{name}=evil; Domain=shop.example");
        let verdict = explain(&header, &context, std::time::SystemTime::now());
        let prediction = verdict.prediction().expect("browsers store it");
        assert_eq!(prediction.identity().name(), name.as_bytes());
        #[cfg(feature = "store")]
        {
            let mut store = gingersnap::store::CookieStore::new();
            crate::client::stores(&mut store, "https://evil.shop.example/", &header);
            let sent = crate::client::sends(&mut store, "https://shop.example/");
            assert_eq!(sent, format!("{name}=evil"));
            assert!(
                !CookieJar::from_cookie_header(&sent).expect("a header").contains("__Host-sid")
            );
        }
        // A proxy does not make it the protected one.
        let scope = CookieScope { prefix: "/app".to_owned(), ..CookieScope::default() };
        let sent = format!("{name}=evil; proxied-{name}=evil");
        assert_eq!(scope.cookie(sent.as_bytes()), Ok(format!("{name}=evil").into_bytes()));
    }
}

/// Werkzeug: a pair that starts with `=` was read as the pair that follows.
#[test]
fn cve_2023_23934_a_nameless_pair_is_not_the_pair_in_its_value() {
    for header in
        ["=__Host-sid=evil", " = __Host-sid=evil", "==__Host-sid=evil", "\t=\t__Host-sid=evil"]
    {
        let skipped = pairs(header).next().expect("a pair").expect_err("it has no name");
        assert_eq!(skipped.reason, SkipReason::EmptyName);
        assert_eq!(find(header, "__Host-sid"), None);
        let jar = CookieJar::from_cookie_header(header).expect("a header");
        assert!(!jar.contains("__Host-sid") && jar.is_empty());
        let renamed = edit_pairs(header, |name| {
            assert_eq!(name, b"");
            PairEdit::Keep
        });
        assert_eq!(renamed, Ok(header.as_bytes().to_vec()));
    }
}

/// Chromium: a cookie without a name was stored although its value is sent as if it had a prefix.
#[test]
fn cve_2022_2860_a_nameless_cookie_with_a_prefix_is_refused() {
    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    for value in [
        "__Host-sid=1",
        "__Secure-sid=1",
        "__Http-sid=1",
        "__Host-Http-sid=1",
        "__HOST-sid=1",
        "__host-",
        "__Secure-",
    ] {
        for header in [format!("={value}; Secure; HttpOnly; Path=/"), format!("= {value}; Secure")]
        {
            let verdict = explain(&header, &context, std::time::SystemTime::now());
            assert!(verdict.is_refused(), "{header}");
            #[cfg(feature = "store")]
            {
                use gingersnap::user_agent::Reason;
                let mut store = gingersnap::store::CookieStore::new();
                let outcome = crate::client::receive(&mut store, "https://shop.example/", &header);
                let reasons = outcome.reasons();
                assert!(
                    matches!(reasons, [Reason::NamelessPrefix { .. }]),
                    "{header}: {reasons:?}"
                );
            }
        }
        #[cfg(feature = "store")]
        {
            use gingersnap::store::file::Format;
            let line = format!("shop.example\tFALSE\t/\tTRUE\t0\t\t{value}\n");
            let (store, report) = crate::client::read(Format::CookiesTxt, line);
            assert!(store.is_empty(crate::client::now()) && report.skipped.len() == 1, "{value}");
        }
    }
}

/// The example of a proxy in this repository, before its first release: an upstream that must not set
/// `sid` set a cookie without a name, which browsers send back as `sid`.
#[test]
fn a_nameless_cookie_does_not_set_a_name_that_an_upstream_must_not_set() {
    let scope = CookieScope { foreign: vec!["sid".to_owned()], ..CookieScope::default() };
    for header in ["sid=evil", "=sid=evil", " = sid=evil; Path=/", "=\tsid =evil", "=sid="] {
        assert!(scope.set_cookie(header.as_bytes(), "/").is_err(), "{header}");
    }
    for header in ["bare", "=bare", "bare; Path=/", "=a=b", "=Sid=1", "a=sid=1", "==sid", "=sid"] {
        assert_eq!(scope.set_cookie(header.as_bytes(), "/").expect("it is set"), header.as_bytes());
    }
}

/// PHP, as ASP.NET Core (CVE-2020-1045) and Ruby (CVE-2021-41819): names were percent-decoded.
#[test]
fn cve_2020_7070_names_are_not_percent_decoded() {
    let names = ["__%48ost-sid", "%5F_Host-sid", "%5f%5fHost-sid", "__Host%2Dsid", "__Host-%73id"];
    stay_distinct("__Host-sid", names);
    let scope = CookieScope { prefix: "/app".to_owned(), ..CookieScope::default() };
    for name in names.into_iter().filter(|name| !name.starts_with("__Host-")) {
        // Browsers see no prefix, and so must a proxy.
        let header = format!("{name}=1; Path=/app/");
        let header = scope.set_cookie(header.as_bytes(), "/").expect("a cookie");
        assert_eq!(SetCookie::parse(&header).expect("a header").name(), name.as_bytes());
    }
}

/// Rack: a percent-encoded name overwrote the cookie of the plain name.
#[test]
fn cve_2020_8184_an_encoded_name_does_not_replace_the_plain_one() {
    for header in
        ["s%69d=evil; sid=good", "sid=good; s%69d=evil", "s%69d=evil; sid=good; s%69d=evil"]
    {
        let mut jar = CookieJar::from_cookie_header(header).expect("a header");
        assert_eq!(jar.get("sid"), Some("good"));
        // A change of one name is no change of the other.
        jar.set(("s%69d", "new")).expect("a cookie");
        assert_eq!((jar.get("sid"), jar.get("s%69d")), (Some("good"), Some("new")));
        jar.remove("s%69d").expect("a name");
        assert_eq!((jar.get("sid"), jar.get("s%69d")), (Some("good"), None));
    }
}

/// ASP.NET Core: names were percent-encoded when they were written, so that they had to be decoded.
#[test]
fn cve_2020_1045_a_name_that_needs_encoding_is_refused() {
    for name in ["sid[1]", "s id", "sid,", "s\u{e9}d", "sid;", "s/id", "sid\"", "@sid", "(sid)"] {
        for encoding in [Encoding::Percent, Encoding::Raw] {
            assert!(Cookie::new(name, "1").to_set_cookie(encoding).is_err(), "{name}");
        }
    }
    // `%` is a character of names like any other.
    let header = Cookie::new("s%69d", "1").to_set_cookie(Encoding::Percent);
    assert_eq!(header.as_deref(), Ok("s%69d=1; Path=/"));
}

/// PHP, and again as CVE-2024-2756: ` `, `.` and `[` in names became `_`.
#[test]
fn cve_2022_31629_names_are_not_mangled() {
    let names =
        ["..Host-sid", "_.Host-sid", "_[Host-sid", "_ Host-sid", "[_Host-sid", "_\tHost-sid"];
    stay_distinct("__Host-sid", names);
    stay_distinct("a_b", ["a.b", "a b", "a[b", "a[b]", "a-b", "A_b"]);
}

/// Firefox: prefixes were compared case-sensitively, although some servers compare names without case.
#[test]
fn cve_2024_5699_prefixes_are_checked_in_any_case() {
    let context = RequestContext::parse("https://evil.shop.example/").expect("a URL");
    for name in ["__HOST-sid", "__host-sid", "__hOsT-sid", "__SECURE-sid", "__secure-sid"] {
        let header = format!("{name}=evil; Domain=shop.example");
        assert!(explain(&header, &context, std::time::SystemTime::now()).is_refused(), "{name}");
        // A server writes the prefix as the standard does, and reads it in this case only.
        let cookie = Cookie::new(name, "1").with_secure(true);
        assert!(cookie.to_set_cookie(Encoding::Percent).is_err(), "{name}");
        let scope = CookieScope { prefix: "/app".to_owned(), ..CookieScope::default() };
        let marked = scope.set_cookie(header.as_bytes(), "/").expect("a cookie");
        assert!(marked.starts_with(b"proxied-"), "{name}");
    }
    stay_distinct("__Host-sid", ["__HOST-sid", "__host-sid", "__Host-SID"]);
}

/// csrf-csrf: the default name had `Host__` instead of `__Host-`, which protects nothing.
#[test]
fn ws_2022_0330_a_misspelled_prefix_does_not_compile() {
    for name in ["Host__sid", "__host-sid", "__Host_sid", "_Host-sid", "__Host-", ""] {
        assert!(catch_unwind(|| CookieTemplate::host_prefixed(name)).is_err(), "{name}");
    }
    assert_eq!(CookieTemplate::host_prefixed("__Host-sid").name(), "__Host-sid");
}

/// tough-cookie: a cookie of the domain `__proto__` changed what every object has.
#[test]
fn cve_2023_26136_proto_is_an_ordinary_name_and_host() {
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"] {
        assert!(!CookieJar::new().contains(name));
        let header = format!("{name}=1");
        let mut jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!((jar.get(name), jar.get("polluted"), jar.len()), (Some("1"), None, 1));
        jar.remove(name).expect("a name");
        assert!(!jar.contains(name));
    }
    #[cfg(feature = "store")]
    {
        use crate::client::{receive, sends, stores};
        let mut store = gingersnap::store::CookieStore::new();
        let outcome = receive(&mut store, "https://shop.example/", "polluted=1; Domain=__proto__");
        assert!(!outcome.is_stored());
        stores(&mut store, "https://__proto__/", "polluted=1; Domain=__proto__; Path=/notauth");
        assert_eq!(sends(&mut store, "https://shop.example/notauth"), "");
        assert_eq!(sends(&mut store, "https://__proto__/notauth"), "polluted=1");
        stores(&mut store, "https://shop.example/", "a=1; Path=/__proto__");
        assert_eq!(sends(&mut store, "https://shop.example/"), "");
    }
}

/// The edit of a header never reads another name than a browser does.
#[test]
fn an_edit_reads_the_name_that_browsers_read() {
    for header in ["\u{A0}sid=1", "s%69d=1", "=sid=1", "\"sid\"=1", "$sid=1", "sid\u{2003}=1"] {
        let edit = SetCookieEdit::new(header).expect("a header");
        assert_ne!(edit.cookie().name(), b"sid", "{header}");
    }
}
