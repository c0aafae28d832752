//! A store and a plain model of the standard, side by side: whatever is received, sent, read and
//! written by scripts, inserted and removed, they store, send, expire and evict the same cookies.
//!
//! `PROPTEST_CASES` is the number of cases, 256 by default.
#![cfg(feature = "store")]

#[path = "../support/any_store.rs"]
mod any_store;
mod both_halves;
mod compare;
mod header;
mod model;
#[cfg(feature = "redis")]
#[allow(dead_code, reason = "the tests of the engine need all of it")]
#[path = "../support/redis.rs"]
mod redis;
mod request;
mod sending;
mod step;
mod steps;
mod storing;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use any_store::AnyStore;
use compare::Both;

/// Counts the cases that reach what a property is about. A property that is only checked on other
/// cases proves nothing.
#[derive(Default)]
struct Reached(RefCell<BTreeMap<String, u32>>);

impl Reached {
    fn add(&self, branches: impl IntoIterator<Item = String>) {
        for branch in branches {
            *self.0.borrow_mut().entry(branch).or_default() += 1;
        }
    }

    /// Checks that one in so many cases reached each branch.
    #[track_caller]
    fn check(&self, cases: u32, branches: &[(&str, u32)]) {
        let reached = self.0.borrow();
        for (branch, one_in) in branches {
            let count = reached.get(*branch).copied().unwrap_or(0);
            assert!(
                count >= cases / one_in,
                "`{branch}` in {count} of {cases} cases: {reached:#?}"
            );
        }
    }
}

/// Checks a property on generated inputs, and returns how many there were.
#[track_caller]
fn check_property<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> TestCaseResult) -> u32 {
    let config = Config { failure_persistence: None, max_shrink_iters: 5000, ..Config::default() };
    let cases = config.cases;
    if let Err(failure) = TestRunner::new(config).run(strategy, property) {
        panic!("{failure}");
    }
    cases
}

/// What the cases must reach: one in so many of them. On average, ten times as many do.
const BRANCHES: &[(&str, u32)] = &[
    ("refused: Control", 32),
    ("refused: Empty", 64),
    ("refused: TooLarge", 32),
    ("refused: NotReadBack", 32),
    ("refused: DomainNonAscii", 128),
    ("refused: DomainMismatch", 16),
    ("refused: PublicSuffix", 128),
    ("refused: AboveSite", 256),
    ("refused: CookiesDisabled", 128),
    ("refused: NotSecure", 16),
    ("refused: NonHttpApi", 32),
    ("refused: HidesSecure", 64),
    ("refused: OverwritesHttpOnly", 256),
    ("refused: CrossSite", 16),
    ("refused: SameSiteNone", 32),
    ("refused: Partitioned", 32),
    ("refused: Prefix", 16),
    ("refused: NamelessPrefix", 32),
    ("replaced", 32),
    ("removed", 64),
    ("a lifetime is cut", 64),
    ("expired", 16),
    ("too many cookies of a site", 64),
    ("too many bytes of a site", 128),
    ("a Secure cookie stays, and a later one without is evicted", 32),
    ("held back: another host", 16),
    ("held back: another path", 32),
    ("held back: not secure", 32),
    ("held back: HttpOnly", 128),
    ("held back: SameSite", 32),
    ("held back: another partition", 128),
    ("sent: a partitioned cookie", 32),
    ("sent: to a subdomain", 32),
    ("sent: to another site", 64),
    ("sent by creation time", 32),
    ("sent by length of path", 32),
];

/// What the cases must reach, besides, if a store limits the cookies of all sites.
const TOTAL_LIMIT_BRANCHES: &[(&str, u32)] =
    &[("too many cookies of all sites", 32), ("what has expired makes room", 512)];

/// What the cases must reach, besides, if the clock can be set back.
const CLOCK_BRANCHES: &[(&str, u32)] = &[("the clock went backwards", 64)];

#[test]
fn a_store_does_what_the_model_does() {
    let reached = Reached::default();
    let inputs = (steps::settings(), steps::steps());
    let cases = check_property(&inputs, |(settings, steps)| {
        let mut both = Both::new(settings);
        for step in &steps {
            both.run(step);
        }
        reached.add(both.reached());
        Ok(())
    });
    let store = AnyStore::new();
    let branches: Vec<_> = BRANCHES
        .iter()
        .chain(TOTAL_LIMIT_BRANCHES.iter().filter(|_| store.has_total_limit()))
        .chain(CLOCK_BRANCHES.iter().filter(|_| store.remembers_last_time()))
        .copied()
        .collect();
    reached.check(cases, &branches);
}

#[test]
fn an_engine_in_memory_follows_the_same_laws() {
    any_store::run_again_on("memory");
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite_follows_the_same_laws() {
    any_store::run_again_on("sqlite");
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn redis_follows_the_same_laws() {
    let server = redis::RedisServer::start(&[]);
    any_store::run_again_on(&server.url());
}
