//! A file of cookies says no more than the cookies that were written to it.

use gingersnap::Cookie;
use gingersnap::errors::EntryError;
use gingersnap::store::file::Format;
use gingersnap::store::{CookieStore, StoredCookie};

use crate::client::{at, now, read, receive, sends, stores};

const TXT: Format = Format::CookiesTxt;

/// All formats.
const FORMATS: &[Format] = &[
    TXT,
    #[cfg(feature = "json")]
    Format::Json,
    #[cfg(feature = "json")]
    Format::Playwright,
    #[cfg(feature = "json")]
    Format::CookieList,
];

/// Returns the cookies of a store as text, sorted.
fn contents(store: &CookieStore) -> Vec<String> {
    let mut cookies: Vec<_> = store
        .iter(now())
        .map(|cookie| {
            let text = [cookie.path(), cookie.name(), cookie.value()].map(<[u8]>::escape_ascii);
            let [path, name, value] = text;
            format!("{}{path} {name}={value}", cookie.domain())
        })
        .collect();
    cookies.sort();
    cookies
}

/// curl: a line that was longer than a buffer was read as two, and the second one was a cookie of
/// another host.
#[test]
fn cve_2016_8615_a_line_of_any_length_is_one_line() {
    let victim = "victim.example\tFALSE\t/\tFALSE\t0\tsid\tevil";
    for cut in (4_080..4_104).chain(4_990..5_010).chain([1 << 13, 1 << 14, 1 << 16, 1 << 20]) {
        let start = "evil.example\tFALSE\t/\tFALSE\t0\ta\t";
        let line = format!("{start}{}{victim}", "x".repeat(cut - start.len()));
        let text = format!("{line}\n#{line}\nnext.example\tFALSE\t/\tFALSE\t0\tb\t1\n");
        let (store, report) = read(TXT, text);
        assert_eq!(store.iter_host("victim.example", now()).count(), 0, "{cut}");
        assert_eq!(store.iter_host("next.example", now()).count(), 1, "{cut}");
        assert_eq!((report.stored, report.skipped.len()), (1, 1), "{cut}");
    }
}

/// Wget: a value with a line break was a line of its own in the file, for any host.
#[test]
fn cve_2018_0494_a_cookie_cannot_start_a_new_entry() {
    let line = "victim.example\tTRUE\t/\tFALSE\t0\tsid\tevil";
    let mut store = CookieStore::new();
    for end in ["\n", "\r\n", "\r", "\0", "\u{B}", "\u{C}"] {
        for header in [
            format!("a=1{end}{line}"),
            format!("a{end}{line}=1"),
            format!("a=1; Path=/{end}{line}"),
            format!("a=1; Domain=shop.example{end}{line}"),
        ] {
            let outcome = receive(&mut store, "https://shop.example/", &header);
            assert!(!outcome.is_stored(), "{header:?}");
        }
        let cookie = Cookie::new("a", format!("1{end}{line}"));
        let cookie = cookie.with_encoding(gingersnap::Encoding::Raw);
        assert!(!store.insert(&at("https://shop.example/"), &cookie, now()).is_stored());
        #[cfg(feature = "json")]
        for key in ["name", "value", "path", "domain"] {
            let mut entry =
                serde_json::json!({"name": "a", "value": "1", "domain": "shop.example"});
            entry[key] = format!("/{end}{line}").into();
            let text = serde_json::json!([entry]).to_string();
            let (store, report) = read(Format::CookieList, text);
            assert!(store.is_empty(now()) && report.skipped.len() == 1, "{key} {end:?}");
        }
    }
    assert!(store.is_empty(now()));

    // What is stored and looks like a part of a file is written as one entry, or reported.
    let strange = [
        "#HttpOnly_victim.example=1",
        "#=1",
        "a=#",
        "# a=b",
        "a=\u{2028}b",
        "a=\u{85}b",
        "a=1\t2",
        "a\tb=1",
        "=nameless",
        "a=\"},{\\\"name\\\":\\\"sid\\\"",
        "a=TRUE",
        "a= x",
        "\u{FEFF}a=1",
        "a=1; Path=/x\ty",
        "a=1; Path=/ # y",
        "a=victim.example TRUE / FALSE 0 sid evil",
        "victim.example TRUE / FALSE 0 sid=evil",
    ];
    for header in strange {
        let mut store = CookieStore::new();
        stores(&mut store, "https://shop.example/", header);
        stores(&mut store, "https://z.example/", "z=1");
        for format in FORMATS {
            let (text, report) = store.write(*format, now());
            let (copy, read_report) = read(*format, &text);
            assert!(read_report.skipped.is_empty(), "{format}: {header}");
            let mut expected = contents(&store);
            expected.retain(|cookie| cookie == "z.example/ z=1" || report.not_held.is_empty());
            assert_eq!(contents(&copy), expected, "{format}: {header}");
            assert_eq!(copy.iter_host("victim.example", now()).count(), 0);
        }
    }
}

/// Firefox: a path or name with the separator of the file was read back as another cookie, and a path
/// could be of any length.
#[test]
fn mfsa_2007_14_separators_and_long_paths_are_not_written_to_a_file() {
    let mut store = CookieStore::new();
    let long = format!("a=1; Path=/{}", "x".repeat(1_024));
    stores(&mut store, "https://shop.example/", long);
    assert_eq!(store.iter(now()).next().map(StoredCookie::path), Some(&b"/"[..]));
    let mut store = CookieStore::new();
    for header in ["a=1; Path=/\tTRUE\t0", "b\tTRUE=1", "c=1\tTRUE"] {
        stores(&mut store, "http://shop.example/", header);
    }
    let (text, report) = store.write(TXT, now());
    assert_eq!((report.written, report.not_held.len()), (0, 3));
    assert!(read(TXT, text).0.is_empty(now()));
}

/// `HTTPie`: the cookies of a session file belonged to no host, and were sent to each.
#[test]
fn cve_2022_0430_an_entry_without_a_domain_belongs_to_no_host() {
    for domain in
        ["", " ", ".", "..", "*", "*.example", "/", "http://shop.example", "shop.example:80"]
    {
        let line = format!("{domain}\tTRUE\t/\tFALSE\t0\tsid\t1");
        let text = format!("{line}\nz.example\tFALSE\t/\tFALSE\t0\tz\t1\n");
        belongs_to_no_host(TXT, &text, domain);
        #[cfg(feature = "json")]
        for key in ["domain", "Domain", "host"] {
            let mut entry = serde_json::json!({"name": "sid", "value": "1", "hostOnly": false});
            entry[key] = domain.into();
            let last = serde_json::json!({"name": "z", "value": "1", "domain": "z.example"});
            let text = serde_json::json!([entry, last]).to_string();
            belongs_to_no_host(Format::CookieList, &text, domain);
        }
    }
}

/// Asserts that the cookie `sid` of a file is sent to no host, and that `z` is sent to `z.example`.
#[track_caller]
fn belongs_to_no_host(format: Format, text: &str, domain: &str) {
    let (mut store, report) = read(format, text);
    for url in
        ["https://shop.example/", "https://a.example/", "https://example/", "http://192.0.2.1/"]
    {
        assert_eq!(sends(&mut store, url), "", "{format}: {domain:?}");
    }
    assert_eq!(sends(&mut store, "https://z.example/"), "z=1");
    // `*` and `.` are hosts, to which such a cookie is sent.
    let is_host = domain.starts_with(['*', '.']);
    assert!(report.skipped.len() == 1 || is_host, "{format}: {domain:?}: {:?}", contents(&store));
    for skipped in &report.skipped {
        let error = &skipped.error;
        let is_about_domain = matches!(
            error,
            EntryError::Domain | EntryError::Missing { .. } | EntryError::Refused(_)
        );
        assert!(is_about_domain, "{format}: {domain:?}: {error:?}");
    }
}

/// aiohttp, as Guzzle: a file did not say which cookies are for their host only.
#[test]
fn cve_2026_54279_host_only_cookies_stay_host_only_in_a_file() {
    let mut store = CookieStore::new();
    for header in ["host=1", "host=2; Path=/a", "empty=1; Domain=", "all=1; Domain=shop.example"] {
        stores(&mut store, "https://shop.example/a", header);
    }
    for format in FORMATS {
        let (text, report) = store.write(*format, now());
        assert_eq!(report.written, 4);
        let (mut copy, _) = read(*format, &text);
        assert_eq!(sends(&mut copy, "https://child.shop.example/a"), "all=1", "{format}");
        let sent = sends(&mut copy, "https://shop.example/a");
        assert_eq!(sent.split("; ").count(), 4, "{format}: {sent}");
        // Nor after it was written and read once more.
        let (text, _) = copy.write(*format, now());
        let (mut copy, _) = read(*format, &text);
        assert_eq!(sends(&mut copy, "https://child.shop.example/a"), "all=1", "{format}");
    }
}

/// aiohttp: what was loaded in bulk was not checked as a response is.
#[test]
fn aiohttp_13168_a_file_is_checked_as_a_response_is() {
    for line in [
        ".shop.example\tTRUE\t/\tTRUE\t0\t__Host-sid\tevil",
        "shop.example\tFALSE\t/x\tTRUE\t0\t__Host-sid\tevil",
        "shop.example\tFALSE\t/\tFALSE\t0\t__Host-sid\tevil",
        "shop.example\tFALSE\t/\tFALSE\t0\t__secure-sid\tevil",
        "shop.example\tFALSE\t/\tTRUE\t0\t__Http-sid\tevil",
        ".com\tTRUE\t/\tFALSE\t0\tsid\tevil",
        ".CO.UK\tTRUE\t/\tFALSE\t0\tsid\tevil",
        "shop.example\tFALSE\t/\tFALSE\t0\tsid\ta;b",
        "shop.example\tFALSE\t/\tFALSE\t0\ts=d\ta",
    ] {
        let (store, report) = read(TXT, format!("{line}\n"));
        assert!(store.is_empty(now()), "{line}");
        assert!(matches!(report.skipped[0].error, EntryError::Refused(_)), "{line}");
    }
    #[cfg(feature = "json")]
    for more in [
        r#""name":"__Host-sid","domain":".shop.example","secure":true"#,
        r#""name":"__Secure-sid","domain":"shop.example""#,
        r#""name":"sid","domain":".com""#,
        r#""name":"sid","domain":"com","hostOnly":false"#,
        r#""name":"s;d","domain":"shop.example""#,
        r#""name":"","domain":"shop.example""#,
    ] {
        let entry = format!(r#"[{{"value":"__Host-x=1","path":"/",{more}}}]"#);
        for format in [Format::CookieList, Format::Playwright] {
            let (store, report) = read(format, &entry);
            assert!(store.is_empty(now()), "{entry}: {:?}", contents(&store));
            assert!(matches!(report.skipped[0].error, EntryError::Refused(_)), "{entry}");
        }
    }
}
