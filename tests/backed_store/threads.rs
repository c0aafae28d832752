//! Many threads, each with a store of its own, on one engine.

use std::collections::BTreeSet;
use std::thread;

use gingersnap::store::StoreLimits;

use crate::operation::{at, time};
use crate::ready::run;
use crate::staged_engine::StagedEngine;

const THREADS: usize = 8;
const RECEIVES: usize = 200;

/// Receives a cookie of its own in each thread again and again, and returns the names of all cookies
/// of the sites.
fn receive_everywhere(limits: StoreLimits, sites: usize) -> (BTreeSet<String>, StagedEngine) {
    let engine = StagedEngine::default();
    let host = |index: usize| format!("s{}.example", index % sites);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = engine.store().with_limits(limits);
            scope.spawn(move || {
                for index in 0..RECEIVES {
                    let url = format!("https://{}/", host(index));
                    let header = format!("c{thread}-{index}=1");
                    let outcomes = run(store.receive(&at(&url), [header], time(0)));
                    assert!(outcomes.expect("the engine answers")[0].is_stored());
                }
            });
        }
    });
    let store = engine.store();
    let cookies = (0..sites)
        .flat_map(|index| run(store.site_cookies(&host(index), time(0))).expect("it answers"));
    let names = cookies.map(|cookie| cookie.name().escape_ascii().to_string()).collect();
    (names, engine)
}

#[test]
fn no_cookie_is_lost() {
    let many = u32::try_from(THREADS * RECEIVES).expect("a small number");
    let limits = StoreLimits::DEFAULT.with_site_cookies(many, many);
    for sites in [1, 7, RECEIVES] {
        let (names, _) = receive_everywhere(limits, sites);
        let expected = (0..THREADS)
            .flat_map(|thread| (0..RECEIVES).map(move |index| format!("c{thread}-{index}")));
        assert_eq!(names, expected.collect(), "on {sites} sites");
    }
}

#[test]
fn the_limit_of_a_site_holds_for_all_workers_together() {
    let limits = StoreLimits::DEFAULT.with_site_cookies(20, 15);
    let (names, engine) = receive_everywhere(limits, 1);
    assert!((15..=20).contains(&names.len()), "{names:?}");
    // The next one counts those of all.
    let store = engine.store().with_limits(limits.with_site_cookies(15, 15));
    run(store.receive(&at("https://s0.example/"), ["last=1"], time(1))).expect("it answers");
    let left = run(store.site_cookies("s0.example", time(1))).expect("it answers");
    assert_eq!(left.len(), 15);
    assert!(left.iter().any(|cookie| cookie.name() == b"last"));
}
