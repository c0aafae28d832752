//! The server's half and the client's: a store sends what a jar projected for the next request.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::{Cookie, CookieJar, RequestContext, SameSite};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

use crate::any_store::AnyStore;
use crate::{Reached, check_property};

/// A change that a response makes.
#[derive(Clone, Debug)]
enum Change {
    Set(Cookie<'static>),
    Remove(&'static str),
}

/// Names whose prefixes, if any, require what this server sets.
const NAMES: &[&str] = &["a", "b", "color", "__Host-sid", "__Secure-id", "__Http-x", "%41", "$v"];

/// Returns a cookie of the server. A name is always used with the same path and partition.
fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::new(name, value).with_secure(true).with_http_only(true).with_partitioned(name == "b")
}

fn change() -> impl Strategy<Value = Change> {
    let value =
        prop_oneof![4 => "[ -~]{0,12}", 1 => "[a\u{e9}\u{1f600};=\"%\r\n]{0,6}", 1 => "a{3000}"];
    let age = proptest::option::of(1..100_000_000_u64);
    let same_site = select(&[SameSite::Unset, SameSite::Lax, SameSite::Strict, SameSite::None][..]);
    let set = (select(NAMES), value, age, same_site).prop_map(|(name, value, age, same_site)| {
        let cookie = cookie(name, value).with_max_age(age.map(Duration::from_secs));
        Change::Set(cookie.with_same_site(same_site))
    });
    prop_oneof![4 => set, 1 => select(NAMES).prop_map(Change::Remove)]
}

/// Makes a response to what the store sends, and checks what it sends next.
fn respond(store: &mut AnyStore, changes: &[Change], now: SystemTime) -> TestCaseResult {
    let context = RequestContext::parse("https://shop.example/cart").expect("a URL");
    let header = store.cookie_header(&context, now).unwrap_or_default();
    let mut jar = CookieJar::from_cookie_header(&header).expect("a header within the limits");
    for change in changes {
        match change {
            // What does not fit is refused, and leaves the jar as it was.
            Change::Set(cookie) => drop(jar.set(cookie)),
            Change::Remove(name) => {
                let removed = jar.remove(cookie(name, String::new()));
                prop_assert!(removed.is_ok(), "{}: {:?}", name, removed);
            }
        }
    }
    let outcomes = store.receive(&context, jar.set_cookie_headers(), now);
    prop_assert!(outcomes.iter().all(|outcome| outcome.reasons().is_empty()), "{:?}", outcomes);

    let next = store.cookie_header(&context, now).unwrap_or_default();
    let budget = jar.budget();
    prop_assert_eq!(next.len(), budget.cookie_header_bytes());
    prop_assert_eq!(store.cookies_for(&context, now).len(), budget.cookies());
    let next_jar = CookieJar::from_cookie_header(&next).expect("a header within the limits");
    let (found, expected): (BTreeSet<_>, BTreeSet<_>) =
        (next_jar.iter().collect(), jar.iter().collect());
    prop_assert_eq!(found, expected);
    prop_assert_eq!((next_jar.len(), next_jar.skipped().len()), (jar.len(), 0));
    Ok(())
}

#[test]
fn the_next_request_is_what_the_jar_projected() {
    let reached = Reached::default();
    let responses = vec(vec(change(), 0..5), 1..6);
    let cases = check_property(&responses, |responses| {
        let mut store = AnyStore::new();
        let mut now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for changes in &responses {
            respond(&mut store, changes, now)?;
            now += Duration::from_secs(1_000_000);
        }
        if store.len(now) > 2 {
            reached.add(["several cookies".to_owned()]);
        }
        Ok(())
    });
    reached.check(cases, &[("several cookies", 3)]);
}
