//! An engine is trusted no more than a file: what breaks the rules is not sent.

use gingersnap::store::{Outcome, StoredCookie};

use crate::operation::{INSECURE_SHOP, NEWS, SHOP, at, time};
use crate::ready::run;
use crate::records::{HOST_ONLY, PARTITIONED, Record, SECURE};
use crate::staged_engine::StagedEngine;

fn cookie(record: &Record) -> StoredCookie {
    StoredCookie::from_bytes(&record.to_bytes()).expect("a record")
}

/// A cookie that may be there.
fn allowed() -> Record {
    Record {
        bits: HOST_ONLY,
        times: [i64::MAX, 1, 1, 1],
        name: b"planted".to_vec(),
        value: b"1".to_vec(),
        domain: "shop.example".to_owned(),
        path: b"/".to_vec(),
        partition: String::new(),
    }
}

#[test]
fn what_breaks_a_rule_is_neither_sent_nor_shown() {
    let url = "https://www.shop.co.uk/";
    let own = Record { domain: "www.shop.co.uk".to_owned(), ..allowed() };
    let text = |text: &str| text.as_bytes().to_vec();
    let partition = || "https://shop.co.uk".to_owned();
    for (what, record, is_sent) in [
        ("a cookie of the host", own.clone(), true),
        (
            "one of its site",
            Record { bits: 0, domain: "shop.co.uk".to_owned(), ..own.clone() },
            true,
        ),
        (
            "a cookie of the partition",
            Record {
                bits: HOST_ONLY | SECURE | PARTITIONED,
                partition: partition(),
                ..own.clone()
            },
            true,
        ),
        ("another site", Record { domain: "news.example".to_owned(), ..own.clone() }, false),
        (
            "another site for subdomains",
            Record { bits: 0, domain: "evil.co.uk".to_owned(), ..own.clone() },
            false,
        ),
        ("a public suffix", Record { bits: 0, domain: "co.uk".to_owned(), ..own.clone() }, false),
        ("no domain", Record { bits: 0, domain: String::new(), ..own.clone() }, false),
        ("no path", Record { path: Vec::new(), ..own.clone() }, false),
        ("a path without a slash", Record { path: text("cart"), ..own.clone() }, false),
        (
            "a domain in upper case",
            Record { domain: "WWW.shop.co.uk".to_owned(), ..own.clone() },
            false,
        ),
        (
            "a domain that is no host",
            Record { domain: "a b.shop.co.uk".to_owned(), ..own.clone() },
            false,
        ),
        ("a line break", Record { value: text("1\r\nX-Injected: 1"), ..own.clone() }, false),
        ("NUL in the name", Record { name: text("a\0"), ..own.clone() }, false),
        ("another cookie in the value", Record { value: text("1; b=2"), ..own.clone() }, false),
        ("another cookie in the name", Record { name: text("a; b"), ..own.clone() }, false),
        ("nothing", Record { name: text(""), value: text(""), ..own.clone() }, false),
        ("too large", Record { value: vec![b'v'; 4097], ..own.clone() }, false),
        ("a prefix without Secure", Record { name: text("__Host-a"), ..own.clone() }, false),
        (
            "Partitioned without Secure",
            Record { bits: HOST_ONLY | PARTITIONED, partition: partition(), ..own.clone() },
            false,
        ),
        (
            "another partition",
            Record {
                bits: HOST_ONLY | SECURE | PARTITIONED,
                partition: "https://news.example".to_owned(),
                ..own
            },
            false,
        ),
    ] {
        let engine = StagedEngine::default();
        let store = engine.store();
        let context = at(url);
        run(store.receive(&context, ["own=1"], time(0))).expect("it answers");
        engine.plant(vec![cookie(&record)]);
        let header = run(store.cookie_header(&context, time(1))).expect("it answers");
        let header = String::from_utf8_lossy(&header.expect("a header")).into_owned();
        assert!(header.contains("own=1"), "{what}: {header}");
        assert_eq!(header != "own=1", is_sent, "{what}: {header}");
        let found = run(store.get(&context, &record.name, time(1))).expect("it answers");
        assert_eq!(found.is_some(), is_sent, "{what}");
        let shown = run(store.site_cookies("shop.co.uk", time(1))).expect("it answers").len();
        assert_eq!(shown > 1, is_sent, "{what}");
        let why_not = run(store.why_not_sent(&context, time(1))).expect("it answers").len();
        assert_eq!(why_not > 1, is_sent, "{what}");
        // What the store cannot use does not hinder it.
        let outcomes = run(store.receive(&context, ["own=2", "other=1"], time(2)));
        assert!(outcomes.expect("it answers").iter().all(Outcome::is_stored), "{what}");
    }
}

/// A cookie whose last use is the last time there is does not pass for one that was selected.
#[test]
fn times_without_a_later_one_select_nothing() {
    for time_of_use in [i64::MAX, i64::MAX - 1, i64::MIN, 253_402_300_799_999_999] {
        let engine = StagedEngine::default();
        let store = engine.store();
        let times = [i64::MAX, time_of_use, time_of_use, time_of_use];
        let secure = Record { bits: HOST_ONLY | SECURE, times, ..allowed() };
        let elsewhere = Record { path: b"/elsewhere".to_vec(), times, ..allowed() };
        engine.plant(vec![cookie(&secure), cookie(&elsewhere)]);
        for seconds in 0..3 {
            run(store.receive(&at(INSECURE_SHOP), ["own=1"], time(seconds))).expect("it answers");
            let header = run(store.cookie_header(&at(INSECURE_SHOP), time(seconds)));
            assert_eq!(header.expect("it answers").as_deref(), Some(&b"own=1"[..]));
        }
    }
    let engine = StagedEngine::default();
    engine.plant(vec![cookie(&allowed())]);
    assert_eq!(run(engine.store().cookie_header(&at(NEWS), time(0))).expect("it answers"), None);
    let header = run(engine.store().cookie_header(&at(SHOP), time(0))).expect("it answers");
    assert_eq!(header.as_deref(), Some(&b"planted=1"[..]));
}
