//! JSON: the format of this crate, and the lists of other programs.

use gingersnap::errors::{EntryError, FileError, NotHeldReason};
use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Format};
use gingersnap::user_agent::Reason;
use serde_json::{Value, json};

use crate::{Folder, NOW, load, now, read, read_file, receive, shown, write_file};

/// An entry with what each must have.
fn entry(more: &Value) -> Value {
    let mut entry = json!({"name": "a", "value": "b", "domain": "shop.example"});
    for (key, value) in more.as_object().expect("an object") {
        entry[key] = value.clone();
    }
    entry
}

#[test]
fn entries_are_read_as_programs_write_them() {
    let day = NOW + 86_400;
    for (more, cookie) in [
        (json!({}), "shop.example/ a=b"),
        (json!({"domain": ".shop.example"}), ".shop.example/ a=b"),
        (json!({"domain": ".shop.example", "hostOnly": true}), "shop.example/ a=b"),
        (json!({"domain": ".Shop.Example"}), ".shop.example/ a=b"),
        (json!({"domain": "::1"}), "[::1]/ a=b"),
        (json!({"hostOnly": false, "storeId": "0", "id": 1}), ".shop.example/ a=b"),
        (json!({"path": null}), "shop.example/ a=b"),
        (json!({"path": "/x"}), "shop.example/x a=b"),
        (json!({"httpOnly": true, "secure": true}), "shop.example/ a=b Secure HttpOnly"),
        // The expiry of Playwright and of DevTools, with a fraction; of WebDriver; of extensions.
        (json!({"expires": day}), "shop.example/ a=b 86400"),
        (json!({"expires": 1_800_086_400.25, "session": false}), "shop.example/ a=b 86400"),
        (json!({"expires": -1, "session": true}), "shop.example/ a=b"),
        (json!({"expires": -1}), "shop.example/ a=b"),
        (json!({"expires": 0}), "shop.example/ a=b"),
        (json!({"expires": null, "expiry": day}), "shop.example/ a=b 86400"),
        (json!({"expiry": day}), "shop.example/ a=b 86400"),
        (json!({"expirationDate": 1_800_086_400.9}), "shop.example/ a=b 86400"),
        (json!({"expirationDate": day, "session": true}), "shop.example/ a=b"),
        (json!({"expires": day * 1000}), "shop.example/ a=b 86400"),
        (json!({"expires": day.to_string()}), "shop.example/ a=b 86400"),
        (json!({"expires": "Session"}), "shop.example/ a=b"),
        (json!({"expires": 1e300}), "shop.example/ a=b 34560000"),
        // `SameSite` in all its words.
        (json!({"sameSite": "Strict"}), "shop.example/ a=b Strict"),
        (json!({"sameSite": "lax"}), "shop.example/ a=b Lax"),
        (json!({"sameSite": "None", "secure": true}), "shop.example/ a=b Secure None"),
        (json!({"sameSite": "no_restriction", "secure": true}), "shop.example/ a=b Secure None"),
        (json!({"sameSite": "None"}), "shop.example/ a=b"),
        (json!({"sameSite": "no_restriction"}), "shop.example/ a=b"),
        (json!({"sameSite": "unspecified"}), "shop.example/ a=b"),
        (json!({"sameSite": ""}), "shop.example/ a=b"),
        (json!({"sameSite": null}), "shop.example/ a=b"),
        // Partitions.
        (
            json!({"secure": true, "partitionKey": "https://news.example"}),
            "shop.example/ a=b Secure in https://news.example",
        ),
        (
            json!({"secure": true, "partitionKey":
                {"topLevelSite": "https://News.example/", "hasCrossSiteAncestor": true}}),
            "shop.example/ a=b Secure in https://news.example",
        ),
        (json!({"partitionKey": null}), "shop.example/ a=b"),
        (json!({"partitionKey": {}}), "shop.example/ a=b"),
        (json!({"partitionKey": ""}), "shop.example/ a=b"),
    ] {
        let entry = entry(&more);
        for text in [json!([entry]), json!({"cookies": [entry], "origins": []})] {
            for format in [Format::Playwright, Format::CookieList] {
                let (store, report) = read(format, text.to_string());
                assert_eq!(shown(&store), [cookie], "{text}: {report:?}");
                assert_eq!((report.entries, report.stored), (1, 1), "{text}");
            }
        }
    }
}

#[test]
fn a_bad_entry_is_named_and_does_not_affect_the_others() {
    let missing = |key| EntryError::Missing { key };
    let wrong = |key| EntryError::Type { key };
    for (bad, error) in [
        (json!(null), EntryError::NotAnObject),
        (json!("a=b"), EntryError::NotAnObject),
        (json!({"value": "b", "domain": "shop.example"}), missing("name")),
        (json!({"name": "a", "domain": "shop.example"}), missing("value")),
        (json!({"name": "a", "value": "b"}), missing("domain")),
        (entry(&json!({"name": 1})), wrong("name")),
        (entry(&json!({"value": {"SECRET": 1}})), wrong("value")),
        (entry(&json!({"secure": "true"})), wrong("secure")),
        (entry(&json!({"sameSite": 1})), wrong("sameSite")),
        (entry(&json!({"partitionKey": 1})), wrong("partitionKey")),
        (entry(&json!({"partitionKey": "news.example"})), EntryError::Partition),
        (entry(&json!({"partitionKey": "https://a/b"})), EntryError::Partition),
        (entry(&json!({"partitionKey": "https://a\r\nb"})), EntryError::Partition),
        (entry(&json!({"partitioned": true})), EntryError::Partition),
        (entry(&json!({"domain": "a b"})), EntryError::Domain),
        (entry(&json!({"domain": ""})), EntryError::Domain),
        (entry(&json!({"path": "x"})), EntryError::Path),
        (entry(&json!({"expires": "tomorrow"})), EntryError::Expiry),
        (entry(&json!({"expires": true})), EntryError::Expiry),
        (
            entry(&json!({"partitionKey": "https://a.example"})),
            EntryError::Refused(Box::new([Reason::Partitioned])),
        ),
        (
            entry(&json!({"value": "b\r\nSet-Cookie: SECRET"})),
            EntryError::Refused(Box::new([Reason::Control { byte: b'\r', count: 2 }])),
        ),
    ] {
        let text = json!([entry(&json!({})), bad, entry(&json!({"name": "z"}))]).to_string();
        let (store, report) = read(Format::CookieList, &text);
        assert_eq!(shown(&store), ["shop.example/ a=b", "shop.example/ z=b"], "{text}");
        let [skipped] = &report.skipped[..] else { panic!("{text}: {report:?}") };
        assert_eq!((skipped.number, &skipped.error), (2, &error), "{text}");
        assert!(!format!("{report:?} {}", skipped.error).contains("SECRET"));
    }
}

#[test]
fn what_is_not_json_says_where() {
    for format in [Format::Json, Format::Playwright, Format::CookieList] {
        let error = CookieStore::new().read(format, b"{\n \"SECRET\": x", now()).unwrap_err();
        assert!(matches!(error, FileError::NotJson { line: 2, column: 12 }), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("SECRET"));
        for text in ["{}", "1", "{\"cookies\":{}}", "\"SECRET\""] {
            let error = CookieStore::new().read(format, text.as_bytes(), now()).unwrap_err();
            assert!(matches!(error, FileError::NotThisFormat { .. }), "{text}: {error:?}");
        }
        for text in ["", " \n", "\u{FEFF}"] {
            assert!(read(format, text).0.is_empty(now()));
        }
        let deep = "[".repeat(100_000);
        assert!(CookieStore::new().read(format, deep.as_bytes(), now()).is_err());
    }
}

#[test]
fn a_domain_in_a_document_is_made_canonical() {
    let entry = json!({"name": "a", "value": "b", "domain": "Shop.Example", "path": "/"});
    let document = json!({"format": "gingersnap cookies", "version": 1, "cookies": [entry]});
    assert_eq!(shown(&read(Format::Json, document.to_string()).0), ["shop.example/ a=b"]);
}

#[test]
fn versions_are_checked() {
    let document = |format: &str, version: Value| {
        json!({"cookies": [], "format": format, "version": version, "more": 1}).to_string()
    };
    let read = |text: String| CookieStore::new().read(Format::Json, text.as_bytes(), now());
    assert!(read(document("gingersnap cookies", json!(1))).is_ok());
    let error = read(document("gingersnap cookies", json!(2))).unwrap_err();
    assert!(matches!(error, FileError::UnknownVersion { version: 2, known: 1 }));
    for text in [
        document("gingersnap cookies", json!("1")),
        document("gingersnap cookies", json!(null)),
        document("other", json!(1)),
        json!({"cookies": []}).to_string(),
        json!([{}]).to_string(),
    ] {
        assert!(matches!(read(text).unwrap_err(), FileError::NotThisFormat { .. }));
    }
    // The times of this format are not seconds.
    let own = document("gingersnap cookies", json!(1));
    assert!(CookieStore::new().read(Format::CookieList, own.as_bytes(), now()).is_err());
}

fn example() -> CookieStore {
    let mut store = CookieStore::new();
    for header in [
        "a=1; Max-Age=60; Secure; HttpOnly; SameSite=Strict; Path=/x",
        "b=2; Domain=shop.example",
        "c=3; Secure; Partitioned; SameSite=None",
    ] {
        receive(&mut store, "https://www.shop.example/", header);
    }
    store
}

#[test]
fn the_formats_are_stable() {
    let written = |format| String::from_utf8(example().write(format, now()).0).unwrap();
    let json = r#"{"format":"gingersnap cookies","version":1,"cookies":[
{"name":"b","value":"2","domain":"shop.example","host_only":false,"path":"/","secure":false,"http_only":false,"created":1800000000000001,"updated":1800000000000001,"accessed":1800000000000001},
{"name":"c","value":"3","domain":"www.shop.example","host_only":true,"path":"/","partition":"https://shop.example","secure":true,"http_only":false,"same_site":"None","created":1800000000000002,"updated":1800000000000002,"accessed":1800000000000002},
{"name":"a","value":"1","domain":"www.shop.example","host_only":true,"path":"/x","secure":true,"http_only":true,"same_site":"Strict","expires":1800000060000000,"created":1800000000000000,"updated":1800000000000000,"accessed":1800000000000000}
]}
"#;
    assert_eq!(written(Format::Json), json);
    let playwright = r#"{"cookies":[
{"name":"b","value":"2","domain":".shop.example","path":"/","expires":-1,"httpOnly":false,"secure":false},
{"name":"c","value":"3","domain":"www.shop.example","path":"/","expires":-1,"httpOnly":false,"secure":true,"sameSite":"None","partitionKey":"https://shop.example"},
{"name":"a","value":"1","domain":"www.shop.example","path":"/x","expires":1800000060,"httpOnly":true,"secure":true,"sameSite":"Strict"}
],"origins":[]}
"#;
    assert_eq!(written(Format::Playwright), playwright);
    let list = r#"[
{"name":"b","value":"2","domain":".shop.example","path":"/","hostOnly":false,"session":true,"httpOnly":false,"secure":false,"sameSite":"unspecified"},
{"name":"c","value":"3","domain":"www.shop.example","path":"/","hostOnly":true,"session":true,"httpOnly":false,"secure":true,"sameSite":"no_restriction","partitionKey":{"topLevelSite":"https://shop.example"}},
{"name":"a","value":"1","domain":"www.shop.example","path":"/x","hostOnly":true,"session":false,"expirationDate":1800000060,"httpOnly":true,"secure":true,"sameSite":"strict"}
]
"#;
    assert_eq!(written(Format::CookieList), list);
    for (format, text) in
        [(Format::Json, json), (Format::Playwright, playwright), (Format::CookieList, list)]
    {
        assert_eq!(shown(&read(format, text).0), shown(&example()));
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_held_as_hexadecimal_digits() {
    let line = b"a.example\tFALSE\t/\xFF\tFALSE\t0\ta\xFE\tb\xFD\n";
    let (store, _) = read(Format::CookiesTxt, line);
    let (text, report) = store.write(Format::Json, now());
    assert!(report.not_held.is_empty());
    let entry: Value = serde_json::from_slice(&text).unwrap();
    let entry = &entry["cookies"][0];
    assert_eq!((&entry["name_hex"], &entry["value_hex"]), (&json!("61fe"), &json!("62fd")));
    assert_eq!((&entry["path_hex"], &entry["name"]), (&json!("2fff"), &Value::Null));
    assert_eq!(shown(&read(Format::Json, &text).0), shown(&store));
    for format in [Format::Playwright, Format::CookieList] {
        let (_, report) = store.write(format, now());
        assert_eq!(report.not_held[0].reason, NotHeldReason::NotUtf8);
    }
}

#[test]
fn the_order_and_the_times_of_cookies_are_kept() {
    let mut store = CookieStore::new();
    for header in ["z=1", "a=2", "m=3"] {
        receive(&mut store, "https://shop.example/", header);
    }
    let (text, _) = store.write(Format::Json, now());
    let (copy, _) = read(Format::Json, &text);
    let all = |store: &CookieStore| store.iter(now()).cloned().collect::<Vec<_>>();
    assert_eq!(all(&store), all(&copy));
}

#[test]
fn saving_over_an_object_keeps_its_other_keys() {
    let folder = Folder::new();
    let path = folder.path("state.json");
    let origins =
        json!([{"origin": "https://a.example", "localStorage": [{"name": "x", "value": "1.50"}]}]);
    for format in [Format::Playwright, Format::CookieList] {
        write_file(&path, json!({"cookies": [], "origins": origins, "more\n": 1e3}).to_string());
        let mut file = CookieFile::new(&path, format);
        let (mut store, _) = load(&mut file);
        receive(&mut store, "https://shop.example/", "a=1");
        store.save(&mut file, now()).unwrap();
        let saved: Value = serde_json::from_str(&read_file(&path)).unwrap();
        assert_eq!((&saved["origins"], &saved["more\n"]), (&origins, &json!(1e3)));
        assert_eq!(saved["cookies"][0]["name"], "a");
    }
    // An array stays an array as a list, and becomes an object as a storage state.
    for (format, is_array) in [(Format::Playwright, false), (Format::CookieList, true)] {
        write_file(&path, "[]");
        let mut file = CookieFile::new(&path, format);
        let (store, _) = load(&mut file);
        store.save(&mut file, now()).unwrap();
        let saved: Value = serde_json::from_str(&read_file(&path)).unwrap();
        assert_eq!(saved.is_array(), is_array);
    }
}
