//! Properties of files that hold for any cookies and any bytes. `PROPTEST_CASES` sets the number of
//! cases.

use gingersnap::RequestContext;
use gingersnap::store::file::{Format, NotHeldReason};
use gingersnap::store::{CookieStore, StoredCookie};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{FORMATS, config, now, read, shown_cookie};

fn formats() -> impl Strategy<Value = Format> {
    select(FORMATS)
}

/// Stores that have received any cookies.
fn stores() -> impl Strategy<Value = CookieStore> {
    let urls = select(vec![
        "https://shop.example/cart/list",
        "https://www.shop.example/",
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://[2001:db8::1]/x/",
        "https://.dot.example/",
        "https://dot.example./",
        "http://localhost/",
    ]);
    let names = prop_oneof![
        Just(Vec::new()),
        select(vec!["a", "b", "#c", "__Host-d", "__Secure-e", "é", "\"", "TRUE", "a b", "a\tb"])
            .prop_map(|name| name.as_bytes().to_vec()),
        vec(any::<u8>(), 1..4),
    ];
    let values = prop_oneof![
        select(vec!["", "1", "\"x y\"", "a\tb", "c=d", "#", "TRUE", "😀"])
            .prop_map(|value| value.as_bytes().to_vec()),
        vec(any::<u8>(), 0..6),
    ];
    let attributes = vec(
        select(vec![
            "Secure",
            "HttpOnly",
            "Partitioned",
            "Domain=shop.example",
            "Path=/",
            "Path=/cart",
            "Path=/x y\u{e9}",
            "Path=/a\tb",
            "SameSite=Lax",
            "SameSite=Strict",
            "SameSite=None",
            "Max-Age=1",
            "Max-Age=99999999999",
            "Expires=Fri, 15 Jan 2027 08:00:01 GMT",
        ]),
        0..6,
    );
    // A part of a second, so that times have microseconds.
    let cookie = (urls, names, values, attributes, 0..1_000_000_u64);
    vec(cookie, 0..12).prop_map(|cookies| {
        let mut store = CookieStore::new();
        for (url, name, value, attributes, micros) in cookies {
            let header =
                [&name[..], b"=", &value, b"; ", attributes.join("; ").as_bytes()].concat();
            let context = RequestContext::parse(url).expect("a URL");
            let at = now() - std::time::Duration::from_micros(micros);
            let _ = store.receive(&context, [header], at);
        }
        store
    })
}

/// Returns what a format holds of a cookie, as text.
fn held(format: Format, cookie: &StoredCookie) -> String {
    let mut text = shown_cookie(cookie);
    if format == Format::CookiesTxt {
        for word in [" Strict", " Lax", " None"] {
            text = text.replace(word, "");
        }
    }
    text
}

fn all_held(format: Format, store: &CookieStore) -> Vec<String> {
    let mut all: Vec<_> = store.iter(now()).map(|cookie| held(format, cookie)).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(config(1))]

    /// What is written and read back is the same, as far as the format can hold it.
    #[test]
    fn cookies_are_read_as_they_were_written(format in formats(), store in stores()) {
        let (text, report) = store.write(format, now());
        prop_assert_eq!(report.written + report.not_held.len(), store.len(now()));
        let mut held_by_format = store.clone();
        for not_held in &report.not_held {
            prop_assert!(held_by_format.remove(&not_held.cookie.as_identity(), now()).is_some());
            // Only a host that starts with a dot is taken for a domain.
            let identity = not_held.cookie.as_identity();
            prop_assert!(
                not_held.reason != NotHeldReason::NotReadBack || identity.domain().starts_with('.')
            );
        }
        let (copy, copied) = read(format, &text);
        prop_assert_eq!((copied.entries, copied.skipped.len()), (report.written, 0), "{:?}", copied);
        // A cookie may expire within the second that a format cuts off.
        prop_assert_eq!(copied.stored + copied.expired, copied.entries);
        if copied.expired == 0 {
            prop_assert_eq!(all_held(format, &copy), all_held(format, &held_by_format));
            // Written again, it is the same text.
            prop_assert_eq!(copy.write(format, now()).0, text);
        }
        if format.to_string() == "gingersnap JSON" {
            let times = |store: &CookieStore| {
                let mut all: Vec<_> = store.iter(now()).cloned().collect();
                all.sort_by_key(|cookie| (cookie.domain().to_owned(), cookie.created()));
                all.into_iter().map(|c| (c.created(), c.updated(), c.last_accessed(), c.expires())).collect::<Vec<_>>()
            };
            prop_assert_eq!(times(&copy), times(&store));
        }
    }

    /// Any bytes are read without a panic, and the numbers of the report are right. What is stored
    /// can be sent.
    #[test]
    fn any_bytes_are_read(format in formats(), bytes in files()) {
        let mut store = CookieStore::new();
        let Ok(report) = store.read(format, &bytes, now()) else {
            prop_assert!(store.is_empty(now()));
            return Ok(());
        };
        prop_assert_eq!(report.entries, report.stored + report.expired + report.skipped.len());
        prop_assert!(store.len(now()) <= report.stored);
        let numbers: Vec<_> = report.skipped.iter().map(|skipped| skipped.number).collect();
        prop_assert!(numbers.is_sorted_by(|a, b| a < b) && !numbers.contains(&0));
        if format == Format::CookiesTxt {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            prop_assert!(report.entries <= lines && numbers.iter().all(|number| *number <= lines));
        }
        for cookie in store.iter(now()) {
            let texts = [cookie.name(), cookie.value(), cookie.path()];
            for byte in texts.concat() {
                prop_assert!(byte == b'\t' || !byte.is_ascii_control(), "{:?}", cookie);
                prop_assert!(byte != b';', "{:?}", cookie);
            }
            prop_assert!(!cookie.domain().bytes().any(|byte| byte.is_ascii_control()));
            prop_assert!(!cookie.name().contains(&b'='));
            prop_assert!(cookie.name().len() + cookie.value().len() <= 4096);
            let latest = now() + std::time::Duration::from_secs(400 * 86_400);
            prop_assert!(cookie.expires().is_none_or(|expires| expires <= latest));
        }
        // What was read can be written, and is the same then.
        let (text, written) = store.write(format, now());
        if written.not_held.is_empty() {
            prop_assert_eq!(read(format, &text).0.len(now()), store.len(now()));
        }
    }
}

/// Pieces of `cookies.txt`.
#[rustfmt::skip]
const TEXT_PIECES: &[&str] = &[
    "a.example", ".b.example", "[::1]", "::1", "com", "TRUE", "FALSE", "true", "/", "/x", "name", "é",
    "0", "-1", "1e400", "1800000060", "\t", "\t", "\t", "\t", "\t", "\n", "\n", "\r\n", " ", "=", ";",
    "\0", "\u{FEFF}", "#", "#HttpOnly_", "x\tTRUE\t/\tFALSE\t0\tn\tv\n", "a.example\tFALSE\t/\tTRUE\t0\tn\t",
];

/// Pieces of JSON.
#[rustfmt::skip]
const JSON_PIECES: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "\\u0000", "\\ud800", "]}",
    "\"name\":", "\"value\":", "\"domain\":", "\"a.example\"", "\"expires\":", "\"partitionKey\":",
    "\"sameSite\":\"None\"", "\"secure\":true", "\"cookies\":[", "{\"cookies\":[", "\"format\":",
    "\"gingersnap cookies\"", "\"version\":1", "{\"name\":\"a\",\"value\":\"b\",\"domain\":\".x.example\"",
];

const DOCUMENT_START: &str = r#"{"format":"gingersnap cookies","version":1,"cookies":["#;

/// Files that look like cookie files, more or less.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let any_of = |pieces| vec(select::<&str>(pieces), 0..40).prop_map(|pieces| pieces.concat());
    let entries = vec(json_entries(), 0..4).prop_map(|entries| entries.join(","));
    let document = entries.clone().prop_map(|entries| format!("{DOCUMENT_START}{entries}]}}"));
    let list = entries.prop_map(|entries| format!("[{entries}]"));
    let text = prop_oneof![any_of(TEXT_PIECES), any_of(JSON_PIECES), document, list];
    prop_oneof![
        4 => text.prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..200),
    ]
}

/// Entries that the format of this crate and the lists of others have in common.
fn json_entries() -> impl Strategy<Value = String> + Clone {
    let name = prop_oneof![vec(any::<u8>(), 0..5), Just(vec![b'n'; 4090])];
    (
        select(vec!["a.example", ".b.example", "::1", "com", "x y", ""]),
        select(vec!["/", "/x", "x", ""]),
        (name, vec(any::<u8>(), 0..8)),
        select(vec!["0", "1e999", "9e15", "-1", "1", "1800000001.5", "253402300799", "\"1\""]),
    )
        .prop_map(|(domain, path, (name, value), expires)| {
            let hex = |bytes: &[u8]| {
                let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                digits.concat()
            };
            let (name, value) = (hex(&name), hex(&value));
            format!(
                "{{\"domain\":\"{domain}\",\"path\":\"{path}\",\"name\":\"{name}\",\
                 \"value\":\"{value}\",\"name_hex\":\"{name}\",\"value_hex\":\"{value}\",\
                 \"expires\":{expires},\"secure\":true}}",
            )
        })
}
