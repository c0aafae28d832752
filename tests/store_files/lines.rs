//! `cookies.txt`: which lines are read, and what is written.

use gingersnap::errors::{EntryError, FileError, NotHeldReason};
use gingersnap::store::CookieStore;
use gingersnap::store::file::Format;
use gingersnap::user_agent::Reason;
use gingersnap::{Prefix, Requirement};

use crate::{NOW, now, read, receive, shown};

const TXT: Format = Format::CookiesTxt;

#[test]
fn lines_are_read_as_they_occur() {
    let day = NOW + 86_400;
    for (line, cookie) in [
        ("shop.example\tFALSE\t/\tFALSE\t0\tsid\t31d4", "shop.example/ sid=31d4"),
        (".shop.example\tTRUE\t/\tTRUE\t0\tsid\t31d4", ".shop.example/ sid=31d4 Secure"),
        ("#HttpOnly_shop.example\tFALSE\t/\tTRUE\t0\ta\tb", "shop.example/ a=b Secure HttpOnly"),
        ("#HttpOnly_.shop.example\tTRUE\t/\tFALSE\t0\ta\tb", ".shop.example/ a=b HttpOnly"),
        ("shop.example\tFALSE\t/\tTRUE\t0\t__Host-a\tb", "shop.example/ __Host-a=b Secure"),
        // The flag decides, not the dot.
        (".shop.example\tFALSE\t/\tFALSE\t0\ta\tb", "shop.example/ a=b"),
        ("shop.example\tTRUE\t/\tFALSE\t0\ta\tb", ".shop.example/ a=b"),
        ("shop.example\ttrue\t/\tFalse\t0\ta\tb", ".shop.example/ a=b"),
        ("Shop.Example\tFALSE\t/\tFALSE\t0\ta\tb", "shop.example/ a=b"),
        // The default path of a URL can have a `;`.
        ("shop.example\tFALSE\t/a;b\tFALSE\t0\ta\tb", "shop.example/a;b a=b"),
        // The expiry.
        (&format!("shop.example\tFALSE\t/\tFALSE\t{day}\ta\tb"), "shop.example/ a=b 86400"),
        (&format!("shop.example\tFALSE\t/\tFALSE\t{day}.75\ta\tb"), "shop.example/ a=b 86400"),
        (&format!("shop.example\tFALSE\t/\tFALSE\t{day}000\ta\tb"), "shop.example/ a=b 86400"),
        ("shop.example\tFALSE\t/\tFALSE\t253402300799\ta\tb", "shop.example/ a=b 34560000"),
        ("shop.example\tFALSE\t/\tFALSE\t99999999999999999999\ta\tb", "shop.example/ a=b 34560000"),
        ("shop.example\tFALSE\t/\tFALSE\t\ta\tb", "shop.example/ a=b"),
        ("shop.example\tFALSE\t/\tFALSE\t-1\ta\tb", "shop.example/ a=b"),
        ("shop.example\tFALSE\t/\tFALSE\t0.0\ta\tb", "shop.example/ a=b"),
        // The value.
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\t", "shop.example/ a="),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta", "shop.example/ a="),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\tb c  d", "shop.example/ a=b c  d"),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\t\"b=c\"", "shop.example/ a=\\\"b=c\\\""),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\tb \r", "shop.example/ a=b"),
        ("shop.example\tFALSE\t/\tFALSE\t0\t\tb", "shop.example/ =b"),
        ("shop.example\tFALSE\t\tFALSE\t0\ta\tb", "shop.example/ a=b"),
        ("shop.example\tFALSE\t/x y\tFALSE\t0\ta\tb", "shop.example/x y a=b"),
        // Spaces for tabs.
        ("shop.example FALSE / FALSE 0 a b", "shop.example/ a=b"),
        ("  shop.example   FALSE  / FALSE\t0 a b c", "shop.example/ a=b c"),
        ("shop.example FALSE / FALSE 0 a", "shop.example/ a="),
        ("shop.example FALSE\t/\tFALSE\t0\ta\tb", "shop.example/ a=b"),
        // Addresses.
        ("::1\tFALSE\t/\tFALSE\t0\ta\tb", "[::1]/ a=b"),
        ("[::1]\tFALSE\t/\tFALSE\t0\ta\tb", "[::1]/ a=b"),
        ("127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb", "127.0.0.1/ a=b"),
    ] {
        let (store, report) = read(TXT, line);
        assert_eq!(shown(&store), [cookie], "{line:?}: {report:?}");
        assert_eq!((report.entries, report.stored, report.expired), (1, 1, 0), "{line:?}");
        // The other lines of a file don't matter.
        let (store, _) = read(TXT, format!("\u{FEFF}x\n# y\r\n{line}\r\n\n \nz\t\tz\r\n"));
        assert_eq!(shown(&store), [cookie], "{line:?}");
    }
}

#[test]
fn what_is_no_entry_is_not_counted() {
    for text in [
        "",
        "\n\n",
        "\u{FEFF}",
        "\r\n",
        "# Netscape HTTP Cookie File\n",
        "# HTTP cookie file.\n# Edit at your own risk.\n  # x\n\t\n",
    ] {
        let (store, report) = read(TXT, text);
        assert!(store.is_empty(now()));
        assert_eq!(report, read(TXT, "").1, "{text:?}");
    }
}

#[test]
fn a_bad_line_is_named_and_does_not_affect_the_others() {
    let prefix = |prefix, requirement| Reason::Prefix { prefix, requirement };
    let refused = |reason| EntryError::Refused(Box::new([reason]));
    let big = format!("shop.example\tFALSE\t/\tFALSE\t0\ta\t{}", "x".repeat(4096));
    for (line, error) in [
        ("shop.example", EntryError::Columns { found: 1 }),
        ("shop.example FALSE / FALSE 0", EntryError::Columns { found: 5 }),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\tb\tc", EntryError::Columns { found: 8 }),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\tb\t", EntryError::Columns { found: 8 }),
        ("shop.example\tyes\t/\tFALSE\t0\ta\tb", EntryError::Flag { column: 2 }),
        ("shop.example\tFALSE\t/\t0\t0\ta\tb", EntryError::Flag { column: 4 }),
        ("shop.example\tFALSE\t/\tFALSE\tnever\ta\tb", EntryError::Expiry),
        ("shop.example\tFALSE\t/\tFALSE\tnan\ta\tb", EntryError::Expiry),
        ("shop.example\tFALSE\t/\tFALSE\t0x10\ta\tb", EntryError::Expiry),
        ("\tFALSE\t/\tFALSE\t0\ta\tb", EntryError::Domain),
        ("shop.example:80\tFALSE\t/\tFALSE\t0\ta\tb", EntryError::Domain),
        ("https://shop.example\tFALSE\t/\tFALSE\t0\ta\tb", EntryError::Domain),
        ("bücher.example\tFALSE\t/\tFALSE\t0\ta\tb", EntryError::Domain),
        ("shop.example\tFALSE\tx\tFALSE\t0\ta\tb", EntryError::Path),
        (".com\tTRUE\t/\tFALSE\t0\ta\tb", refused(Reason::PublicSuffix { domain: "com".into() })),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta=b\tc", refused(Reason::NotReadBack)),
        ("shop.example\tFALSE\t/\tFALSE\t0\ta\tb; c=d", refused(Reason::NotReadBack)),
        ("shop.example\tFALSE\t/\tFALSE\t0\t\t", refused(Reason::Empty)),
        (&big, refused(Reason::TooLarge { actual: 4097, limit: 4096 })),
        (
            "shop.example\tFALSE\t/\tFALSE\t0\ta\tb\rSet-Cookie: c=d",
            refused(Reason::Control { byte: b'\r', count: 1 }),
        ),
        (
            "shop.example\tFALSE\t/\tFALSE\t0\ta\tb\0c",
            refused(Reason::Control { byte: 0, count: 1 }),
        ),
        (
            "shop.example\tFALSE\t/\tFALSE\t0\t__Secure-a\tb",
            refused(prefix(Prefix::Secure, Requirement::Secure)),
        ),
        (
            "shop.example\tFALSE\t/x\tTRUE\t0\t__Host-a\tb",
            refused(prefix(Prefix::Host, Requirement::RootPath)),
        ),
    ] {
        let text =
            format!("a.example\tFALSE\t/\tFALSE\t0\ta\t1\n\n{line}\nb.example FALSE / FALSE 0 b 2");
        let (store, report) = read(TXT, text);
        assert_eq!(shown(&store), ["a.example/ a=1", "b.example/ b=2"], "{line:?}");
        let [skipped] = &report.skipped[..] else { panic!("{line:?}: {report:?}") };
        assert_eq!((skipped.number, &skipped.error), (3, &error), "{line:?}");
        assert_eq!((report.entries, report.stored), (3, 2), "{line:?}");
    }
}

#[test]
fn a_refused_line_has_all_reasons() {
    let lines = "# HTTP Cookie File\n.com\tTRUE\t/\tFALSE\t0\t__Secure-a\tb\n";
    let (_, report) = read(TXT, lines);
    assert_eq!(
        report.skipped[0].error.to_string(),
        "the prefix `__Secure-` requires `Secure`; `Domain` is `com`, a public suffix, under which \
        anyone can have a host"
    );
}

#[test]
fn errors_do_not_show_values() {
    let lines = "shop.example\tFALSE\t/\tFALSE\tSECRET\ta\tSECRET\n\
        shop.example\tFALSE\t/SECRET;\tFALSE\t0\ta\tSECRET;\n\
        SECRET SECRET\nSECRET\tFALSE\t/\tFALSE\t0\tx=\tSECRET\n";
    let (_, report) = read(TXT, lines);
    assert_eq!(report.skipped.len(), 4);
    for skipped in &report.skipped {
        assert!(!format!("{skipped:?} {}", skipped.error).contains("SECRET"), "{skipped:?}");
    }
}

#[test]
fn expired_cookies_are_counted() {
    let lines =
        format!("a.example\tFALSE\t/\tFALSE\t{NOW}\ta\t1\na.example\tFALSE\t/\tFALSE\t1\tb\t2\n");
    let (store, report) = read(TXT, lines);
    assert_eq!((report.entries, report.stored, report.expired), (2, 0, 2));
    assert!(report.skipped.is_empty() && store.is_empty(now()));
}

#[test]
fn the_last_of_equal_cookies_counts() {
    let lines = "a.example\tFALSE\t/\tFALSE\t0\ta\t1\n.a.example\tFALSE\t/\tTRUE\t0\ta\t2\n";
    assert_eq!(shown(&read(TXT, lines).0), ["a.example/ a=2 Secure"]);
}

#[test]
fn files_of_other_formats_are_not_taken_for_cookies_txt() {
    for text in [
        "{}",
        " {\"cookies\":[]}",
        "[]",
        "[\n  {\"name\":\"a\"}]",
        "[",
        "SQLite format 3\0",
        "#LWP-Cookies-2.0\n",
        "#",
        "#!/bin/sh\n# nothing yet\n",
        // Even with what a file of cookies has.
        "#LWP-Cookies-2.0\nshop.example\tFALSE\t/\tFALSE\t0\ta\tb\n",
        "{\"comment\": \"HTTP Cookie File\"}",
        "[\"HTTP Cookie File\"]",
    ] {
        let error = CookieStore::new().read(TXT, text.as_bytes(), now()).unwrap_err();
        assert!(matches!(error, FileError::NotThisFormat { format: TXT }), "{text:?}: {error:?}");
    }
    let utf_16 = b"\xFF\xFE#\0 \0";
    assert!(CookieStore::new().read(TXT, utf_16, now()).is_err());
}

#[test]
fn cookies_are_written_as_curl_writes_them() {
    let mut store = CookieStore::new();
    for (url, header) in [
        ("https://www.shop.example/cart/x", "b=2; Domain=shop.example; Path=/; Secure; HttpOnly"),
        ("https://www.shop.example/cart/x", "a=1; Max-Age=60"),
        ("https://www.shop.example/", "c=3 4; SameSite=Strict; Domain=www.shop.example"),
        ("https://[::1]/", "d="),
    ] {
        receive(&mut store, url, header);
    }
    let (text, report) = store.write(TXT, now());
    let expected = "# Netscape HTTP Cookie File\n\n\
        ::1\tFALSE\t/\tFALSE\t0\td\t\n\
        #HttpOnly_.shop.example\tTRUE\t/\tTRUE\t0\tb\t2\n\
        .www.shop.example\tTRUE\t/\tFALSE\t0\tc\t3 4\n\
        www.shop.example\tFALSE\t/cart\tFALSE\t1800000060\ta\t1\n";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    assert_eq!((report.written, report.not_held.len()), (4, 0));
}

#[test]
fn what_the_format_cannot_hold_is_named() {
    let mut store = CookieStore::new();
    receive(&mut store, "https://shop.example/", "nameless");
    receive(&mut store, "https://shop.example/", "tab=a\tb");
    receive(&mut store, "https://shop.example/", "part=1; Secure; Partitioned");
    receive(&mut store, "https://.shop.example/", "dot=1");
    receive(&mut store, "https://shop.example/", "good=1");
    let (text, report) = store.write(TXT, now());
    assert_eq!(shown(&read(TXT, &text).0), ["shop.example/ good=1"]);
    let mut not_held: Vec<_> =
        report.not_held.iter().map(|one| (one.cookie.to_string(), one.reason)).collect();
    not_held.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        not_held,
        [
            (" (shop.example/)".to_owned(), NotHeldReason::Nameless),
            ("dot (.shop.example/)".to_owned(), NotHeldReason::NotReadBack),
            ("part (shop.example/)".to_owned(), NotHeldReason::Partitioned),
            ("tab (shop.example/)".to_owned(), NotHeldReason::Separator),
        ]
    );
    assert!(store.remove(&report.not_held[0].cookie.as_identity(), now()).is_some());
    assert_eq!(store.len(now()), 4);
}

#[test]
fn bytes_that_are_not_utf_8_are_kept() {
    let line = b"a.example\tFALSE\t/\xFF\tFALSE\t0\ta\xFE\tb\xFD\n";
    let (store, _) = read(TXT, line);
    assert_eq!(shown(&store), [r"a.example/\xff a\xfe=b\xfd"]);
    let (text, _) = store.write(TXT, now());
    assert!(text.ends_with(line));
}
