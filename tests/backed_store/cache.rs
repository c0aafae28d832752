//! What the cache shows, and when the engine is asked.

use std::time::Duration;

use gingersnap::store::Outcome;
use gingersnap::store::backend::BackedStore;
use gingersnap::user_agent::{Identity, UserAgent};

use crate::operation::{NEWS, SHOP, at, time};
use crate::ready::run;
use crate::schedule::{Task, run_all, run_partly};
use crate::splitmix::Random;
use crate::staged_engine::{Fault, StagedEngine};

const MINUTE: Duration = Duration::from_secs(60);

fn receive(store: &BackedStore, url: &str, header: &str, seconds: u64) -> Outcome {
    let outcomes = run(store.receive(&at(url), [header], time(seconds)));
    outcomes.expect("the engine answers")[0].clone()
}

fn sends(store: &BackedStore, url: &str, seconds: u64) -> String {
    let header = run(store.cookie_header(&at(url), time(seconds))).expect("the engine answers");
    String::from_utf8(header.unwrap_or_default()).expect("UTF-8")
}

#[test]
fn what_others_change_shows_when_the_time_is_over_and_not_before() {
    let engine = StagedEngine::default();
    // To write a time of use would show that others changed something.
    let cached = engine.store().with_cache(10, MINUTE).with_access_interval(100 * MINUTE);
    let other = engine.store();
    receive(&other, SHOP, "a=1", 0);
    assert_eq!(sends(&cached, SHOP, 0), "a=1");
    receive(&other, SHOP, "a=2", 1);
    engine.take_calls();
    assert_eq!(sends(&cached, SHOP, 59), "a=1");
    assert_eq!(engine.take_calls(), (0, 0));
    assert_eq!(sends(&cached, SHOP, 60), "a=2");
    // Nor does what is used stay longer for that.
    receive(&other, SHOP, "a=3", 61);
    for seconds in 62..120 {
        assert_eq!(sends(&cached, SHOP, seconds), "a=2");
    }
    assert_eq!(sends(&cached, SHOP, 120), "a=3");
    // All that only reads looks there.
    receive(&other, SHOP, "b=1", 121);
    assert!(run(cached.get(&at(SHOP), "b", time(122))).expect("it answers").is_none());
    assert_eq!(run(cached.site_cookies("shop.example", time(122))).expect("it answers").len(), 1);
    assert_eq!(run(cached.why_not_sent(&at(SHOP), time(122))).expect("it answers").len(), 1);
}

#[test]
fn a_change_of_others_shows_when_a_time_of_use_cannot_be_written() {
    let engine = StagedEngine::default();
    let cached = engine.store().with_cache(10, 100 * MINUTE);
    let other = engine.store();
    receive(&other, SHOP, "a=1", 0);
    assert_eq!(sends(&cached, SHOP, 0), "a=1");
    receive(&other, SHOP, "a=2", 1);
    assert_eq!(sends(&cached, SHOP, 61), "a=1");
    assert_eq!(sends(&cached, SHOP, 61), "a=2");
}

#[test]
fn what_the_store_changes_shows_at_once_without_asking() {
    let engine = StagedEngine::default();
    let store = engine.store().with_cache(10, MINUTE);
    for value in 0..5 {
        receive(&store, SHOP, &format!("a={value}"), value);
        engine.take_calls();
        assert_eq!(sends(&store.clone(), SHOP, value), format!("a={value}"));
        assert_eq!(engine.take_calls(), (0, 0));
    }
    assert!(run(store.remove_site("shop.example", time(5))).is_ok_and(|removed| removed == 1));
    assert_eq!(sends(&store, SHOP, 5), "");
}

/// A cache that is too small for one site drops its parts all the time.
#[test]
fn what_the_store_changes_shows_at_once_in_caches_of_any_size() {
    for max_parts in 0..6 {
        let engine = StagedEngine::default();
        let store = engine.store().with_cache(max_parts, MINUTE);
        for value in 0..20_u64 {
            for url in [SHOP, NEWS, "https://a.test/"] {
                if value % 3 < 2 {
                    receive(&store, url, &format!("a={value}"), 0);
                }
                for other in [SHOP, url] {
                    let header = sends(&store, other, 0);
                    let without_cache = sends(&engine.store(), other, 0);
                    assert_eq!(header, without_cache, "{max_parts} parts, {other}, {value}");
                }
            }
        }
    }
}

#[test]
fn what_a_change_loads_replaces_what_was_there() {
    for max_parts in 0..12 {
        let engine = StagedEngine::default();
        let (cached, other) = (engine.store().with_cache(max_parts, MINUTE), engine.store());
        for url in [SHOP, NEWS] {
            sends(&cached, url, 0);
        }
        receive(&other, SHOP, "a=1", 0);
        assert_eq!(receive(&cached, SHOP, "b=; Max-Age=0", 0), Outcome::NothingToRemove);
        assert_eq!(sends(&cached, SHOP, 0), "a=1", "{max_parts} parts");
    }
}

#[test]
fn what_changes_cookies_asks_the_engine() {
    let engine = StagedEngine::default();
    let (cached, other) = (engine.store().with_cache(10, MINUTE), engine.store());
    assert_eq!(sends(&cached, SHOP, 0), "");
    receive(&other, SHOP, "a=1; Secure", 0);
    // Nothing is refused, removed or found missing for what the cache has.
    let identity = Identity::host_only("a", "shop.example", "/");
    assert_eq!(receive(&cached, SHOP, "a=2", 1), Outcome::Replaced);
    receive(&other, SHOP, "b=1; Secure", 2);
    let removed = run(cached.remove(&Identity::host_only("b", "shop.example", "/"), time(3)));
    assert!(removed.expect("it answers").is_some());
    receive(&other, SHOP, "c=1", 4);
    assert_eq!(receive(&cached, SHOP, "c=; Max-Age=0", 5), Outcome::Removed);
    receive(&other, SHOP, "d=1; Secure", 6);
    assert!(receive(&cached, "http://shop.example/", "d=2", 7).reasons().len() == 1);
    run(other.remove_site("shop.example", time(8))).expect("it answers");
    assert_eq!(receive(&cached, "http://shop.example/", "d=2", 9), Outcome::Stored);
    assert!(run(other.remove(&identity, time(9))).expect("it answers").is_none());
    receive(&other, SHOP, "p=1; Secure; Partitioned", 10);
    assert_eq!(run(cached.remove_site("shop.example", time(11))).expect("it answers"), 2);
}

#[test]
fn a_change_that_may_be_made_is_looked_for() {
    for (fault, expected) in [(Fault::UnknownMade, "a=2"), (Fault::UnknownNotMade, "a=1")] {
        let engine = StagedEngine::default();
        let store = engine.store().with_cache(10, MINUTE);
        receive(&store, SHOP, "a=1", 0);
        engine.fail_next(fault);
        assert!(run(store.receive(&at(SHOP), ["a=2"], time(1))).is_err());
        assert_eq!(sends(&store, SHOP, 2), expected);
    }
}

#[test]
fn a_change_that_was_given_up_is_looked_for() {
    for polls in 0..10 {
        let engine = StagedEngine::default();
        let store = engine.store().with_cache(10, MINUTE);
        receive(&store, SHOP, "a=1", 0);
        engine.set_pauses(true);
        run_partly(store.receive(&at(SHOP), ["a=2"], time(1)), polls);
        engine.set_pauses(false);
        assert_eq!(sends(&store, SHOP, 2), sends(&engine.store(), SHOP, 2), "{polls} polls");
    }
}

#[test]
fn a_clock_that_is_set_back_makes_the_engine_be_asked() {
    let engine = StagedEngine::default();
    let (cached, other) = (engine.store().with_cache(10, MINUTE), engine.store());
    assert_eq!(sends(&cached, SHOP, 100), "");
    receive(&other, SHOP, "a=1", 50);
    assert_eq!(sends(&cached, SHOP, 101), "");
    assert_eq!(sends(&cached, SHOP, 50), "a=1");
    receive(&other, SHOP, "a=2", 51);
    assert_eq!(sends(&cached, SHOP, 52), "a=1");
}

#[test]
fn no_time_or_no_room_means_that_the_engine_is_always_asked() {
    let engine = StagedEngine::default();
    for store in [
        engine.store(),
        engine.store().with_cache(10, Duration::ZERO),
        engine.store().with_cache(0, MINUTE),
    ] {
        engine.take_calls();
        for _ in 0..3 {
            sends(&store, SHOP, 0);
        }
        assert_eq!(engine.take_calls(), (3, 0));
    }
}

#[test]
fn the_number_of_parts_is_bounded() {
    for max_parts in [1, 2, 3, 10, 100] {
        let engine = StagedEngine::default();
        let store = engine.store().with_cache(max_parts, MINUTE);
        let urls: Vec<_> = (0..200).map(|index| format!("https://s{index}.example/")).collect();
        for url in &urls {
            sends(&store, url, 0);
        }
        engine.take_calls();
        // The last request is of two parts that are there still, and none of them is asked for again.
        sends(&store, &urls[199], 0);
        assert_eq!(engine.take_calls(), (0, 0), "{max_parts}");
        // From the last one to the first, so that what is found makes no room for others.
        for url in urls.iter().rev() {
            sends(&store, url, 0);
        }
        let found = 200 - engine.take_calls().0;
        assert!((1..=max_parts.max(2) / 2).contains(&found), "{found} of {max_parts} parts");
        // What is used stays, whatever else comes.
        if max_parts >= 10 {
            sends(&store, SHOP, 0);
            for url in &urls {
                sends(&store, url, 0);
                engine.take_calls();
                sends(&store, SHOP, 0);
                assert_eq!(engine.take_calls(), (0, 0));
            }
        }
    }
}

/// A cache has what the rules of its user agent allow.
#[test]
fn a_copy_with_another_user_agent_has_a_cache_of_its_own() {
    let engine = StagedEngine::default();
    let store = engine.store().with_cache(10, MINUTE);
    receive(&store, "http://localhost/", "a=1; Secure", 0);
    engine.take_calls();
    assert_eq!(sends(&store, "http://localhost/", 1), "a=1");
    assert_eq!(engine.take_calls(), (0, 0));
    let agent = UserAgent::default().with_trusted_loopback(false);
    let copy = store.clone().with_user_agent(agent);
    assert_eq!(sends(&copy, "http://localhost/", 1), "");
    assert_eq!(engine.take_calls(), (1, 0));
    assert_eq!(sends(&copy, "http://localhost/", 1), "");
    assert_eq!(sends(&store, "http://localhost/", 1), "a=1");
    assert_eq!(engine.take_calls(), (0, 0));
}

/// Three tasks of one process, with one cache, interleaved at the points where one waits.
#[test]
fn what_several_tasks_did_shows_when_all_are_done() {
    const HEADERS: &[&str] = &["a=1", "a=2; Max-Age=10", "a=; Max-Age=0", "b=1"];
    for first in HEADERS {
        for second in HEADERS {
            for seed in 0..200 {
                let engine = StagedEngine::default();
                let store = engine.store().with_cache(10, MINUTE);
                receive(&store, SHOP, "a=0", 0);
                engine.set_pauses(true);
                if seed % 5 == 0 {
                    engine.fail_next(Fault::UnknownMade);
                }
                let context = at(SHOP);
                let tasks: Vec<Task<'_, _>> = vec![
                    Box::pin(async { store.receive(&context, [first], time(1)).await.map(drop) }),
                    Box::pin(async { store.receive(&context, [second], time(2)).await.map(drop) }),
                    Box::pin(async { store.cookie_header(&context, time(0)).await.map(drop) }),
                ];
                run_all(tasks, &mut Random::new(seed));
                engine.set_pauses(false);
                let found = (sends(&store, SHOP, 3), sends(&engine.store(), SHOP, 3));
                assert_eq!(found.0, found.1, "{first} and {second}, seed {seed}");
            }
        }
    }
}

#[test]
fn times_of_use_are_written_after_the_interval() {
    for has_cache in [false, true] {
        let engine = StagedEngine::default();
        let mut store = engine.store().with_access_interval(Duration::from_secs(10));
        if has_cache {
            store = store.with_cache(10, MINUTE);
        }
        receive(&store, SHOP, "a=1", 0);
        let last_use = || {
            let cookies =
                run(engine.store().site_cookies("shop.example", time(0))).expect("it answers");
            let a = cookies.iter().find(|cookie| cookie.name() == b"a");
            a.expect("the cookie").last_accessed()
        };
        engine.take_calls();
        sends(&store, SHOP, 9);
        assert_eq!((last_use(), engine.take_calls().1), (time(0), 0));
        sends(&store, SHOP, 10);
        assert_eq!((last_use(), engine.take_calls().1), (time(10), 1));
        // Other changes that a request makes do not put it off.
        for seconds in (11..40).step_by(2) {
            receive(&store, SHOP, "b=1; Max-Age=1", seconds);
            sends(&store, SHOP, seconds + 1);
        }
        assert!(last_use() >= time(30), "{:?}", last_use());
    }
}
