//! Operations that only read, beside those of a `CookieStore`; and operations on all parts of a site.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gingersnap::store::backend::{BackedStore, MemoryBackend};
use gingersnap::store::{CookieStore, Outcome, StoreLimits};
use gingersnap::user_agent::{Reason, UserAgent};

use crate::operation::{INSECURE_SHOP, LIMITS, NEWS, SHOP, at, time};
use crate::ready::run;
use crate::staged_engine::StagedEngine;

const HEADERS: &[&str] = &[
    "a=1; Path=/x",
    "b=1; Secure; HttpOnly; SameSite=Strict",
    "c=1; Domain=shop.example; Max-Age=10",
    "d=1; Secure; Partitioned",
];

#[test]
fn reasons_not_to_send_and_verdicts_are_the_same() {
    let engine = StagedEngine::default();
    let (store, mut memory) = (engine.store(), CookieStore::new());
    run(store.receive(&at(SHOP), HEADERS, time(0))).expect("it answers");
    memory.receive(&at(SHOP), HEADERS, time(0));
    engine.take_calls();
    let embedded = at(SHOP).in_top_level(&at(NEWS)).with_initiator(&at(NEWS));
    for context in
        [at(SHOP), at(INSECURE_SHOP), at("https://www.shop.example/x"), at(NEWS), embedded]
    {
        for now in [time(1), time(10)] {
            let found = run(store.why_not_sent(&context, now)).expect("it answers");
            let expected = memory.why_not_sent(&context, now);
            let found: Vec<_> = found.iter().map(|(cookie, why)| (cookie, why.clone())).collect();
            assert_eq!(found, expected, "{context:?}");
            for header in ["a=2; Path=/x", "b=2", "b=2; Domain=shop.example", "c=1; Partitioned"] {
                let found = run(store.explain(header, &context, now)).expect("it answers");
                let expected = memory.explain(header, &context, now);
                assert_eq!(found.to_string(), expected.to_string(), "{context:?}: {header}");
            }
        }
    }
    let insecure = at(INSECURE_SHOP);
    let verdict = run(store.explain("b=2", &insecure, time(1))).expect("it answers");
    assert_eq!(verdict.reasons()[0].kind, Reason::HidesSecure);
    // Reading changes nothing.
    assert_eq!(engine.take_calls().1, 0);
}

#[test]
fn settings_are_those_that_were_set() {
    let agent = UserAgent::default().with_trusted_loopback(false);
    let store = StagedEngine::default().store();
    assert_eq!(store.limits(), &StoreLimits::DEFAULT);
    let store = store.with_limits(LIMITS).with_user_agent(agent.clone());
    assert_eq!(store.limits(), &LIMITS);
    assert_eq!(format!("{:?}", store.user_agent()), format!("{agent:?}"));
}

#[test]
fn the_current_time_counts_where_none_is_given() {
    let store = StagedEngine::default().store();
    // Times of cookies are in microseconds, rounded down.
    let before = SystemTime::now() - Duration::from_micros(1);
    let outcomes = run(store.receive_now(&at(SHOP), ["a=1"])).expect("it answers");
    assert_eq!(outcomes, [Outcome::Stored]);
    let cookies = run(store.site_cookies("shop.example", before)).expect("it answers");
    assert!((before..=SystemTime::now()).contains(&cookies[0].created()));
    run(store.receive(&at(SHOP), ["old=1; Max-Age=1"], time(0))).expect("it answers");
    let header = run(store.cookie_header_now(&at(SHOP))).expect("it answers");
    assert_eq!(header.as_deref(), Some(&b"a=1"[..]));
}

#[test]
fn stores_can_share_an_engine() {
    let engine = Arc::new(MemoryBackend::new());
    let stores = [engine.clone(), engine].map(BackedStore::new);
    run(stores[0].receive(&at(SHOP), HEADERS, time(0))).expect("it answers");
    let cookies = run(stores[1].site_cookies("shop.example", time(1))).expect("it answers");
    assert_eq!(cookies.len(), HEADERS.len());
}

/// A default path comes from a URL, not from an attribute, and may have a `;`.
#[test]
fn a_semicolon_in_a_default_path_is_kept() {
    let engine = StagedEngine::default();
    let context = at("https://shop.example/a;b/c");
    run(engine.store().receive(&context, ["a=1"], time(0))).expect("it answers");
    // Another store, which has nothing but what the engine has.
    for (url, header) in [("https://shop.example/a;b/d", Some("a=1")), (SHOP, None)] {
        let found = run(engine.store().cookie_header(&at(url), time(1))).expect("it answers");
        assert_eq!(found.as_deref(), header.map(str::as_bytes), "{url}");
    }
}

#[test]
fn the_parts_of_a_site_are_kept_apart_and_removed_together() {
    let engine = StagedEngine::default();
    let store = engine.store();
    let pages = ["https://a.example/", "https://b.example/", "https://c.example/"];
    for page in pages {
        let context = at(SHOP).in_top_level(&at(page)).with_initiator(&at(page));
        let headers = ["p=1; Secure; SameSite=None; Partitioned", "q=1; Secure; SameSite=None"];
        run(store.receive(&context, headers, time(0))).expect("it answers");
        let header = run(store.cookie_header(&context, time(1))).expect("it answers");
        assert_eq!(header.as_deref().map(<[u8]>::len), Some("p=1; q=1".len()));
    }
    let count = |host: &str| run(store.site_cookies(host, time(2))).expect("it answers").len();
    assert_eq!((count("www.shop.example"), count("SHOP.example"), count("a.example")), (4, 4, 0));
    let is_of_b =
        |cookie: &gingersnap::store::StoredCookie| cookie.partition() == Some("https://b.example");
    let removed = run(store.remove_if("shop.example", time(2), is_of_b));
    assert_eq!((removed.expect("it answers"), count("shop.example")), (1, 3));
    assert_eq!(run(store.remove_site("www.SHOP.example", time(2))).expect("it answers"), 3);
    assert_eq!(count("shop.example"), 0);
}

#[test]
fn a_condition_that_panics_changes_nothing() {
    let engine = StagedEngine::default();
    let store = engine.store();
    run(store.receive(&at(SHOP), HEADERS, time(0))).expect("it answers");
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let condition = |_: &gingersnap::store::StoredCookie| {
        assert!(asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2);
        true
    };
    let remove = || run(store.remove_if("shop.example", time(1), condition));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(remove)).is_err());
    assert_eq!(run(store.site_cookies("shop.example", time(1))).expect("it answers").len(), 4);
}
