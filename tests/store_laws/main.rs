//! A store and a plain model of the standard, side by side: whatever is received, sent, read and
//! written by scripts, inserted and removed, they store, send, expire and evict the same cookies.
//!
//! `PROPTEST_CASES` is the number of cases, 256 by default.
#![cfg(feature = "store")]

#[path = "../support/any_store.rs"]
mod any_store;
mod both_halves;
mod branches;
#[path = "../support/chosen_store.rs"]
mod chosen_store;
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
use branches::{BRANCHES, CLOCK_BRANCHES, TOTAL_LIMIT_BRANCHES};
use compare::Both;

/// Counts the cases that reach what a property is about. A property that no case reaches says nothing.
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

#[test]
fn a_store_does_what_the_model_does() {
    let reached = Reached::default();
    let inputs = (steps::settings(), steps::steps());
    let cases = check_property(&inputs, |(settings, steps)| {
        let mut both = Both::new(AnyStore::new(), settings);
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
    chosen_store::run_again_on("memory");
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite_follows_the_same_laws() {
    chosen_store::run_again_on("sqlite");
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn redis_follows_the_same_laws() {
    let server = redis::RedisServer::start(&[]);
    chosen_store::run_again_on(&server.url());
}
