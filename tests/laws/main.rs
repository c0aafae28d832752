//! What holds for any input: properties of the core, tried on generated cookies, fields and jars.
//!
//! `PROPTEST_CASES` scales how many cases are tried: 256 is a plain run.

mod browser;
mod changes;
mod dates;
mod produce;
mod receive;
mod reference;
mod segments;
mod strategies;
mod user_agent;

use std::cell::Cell;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

/// Whether a case was one of those on which the law says most. A law that is never tried on these
/// proves nothing.
struct Telling<'l>(&'l Cell<u32>);

impl Telling<'_> {
    fn case(&self) {
        self.0.set(self.0.get() + 1);
    }
}

/// Tries a law on so many cases, of which at least one in `rare` has to be telling.
#[track_caller]
fn law<S: Strategy>(
    cases: u32,
    rare: u32,
    any: &S,
    holds: impl Fn(S::Value, &Telling<'_>) -> TestCaseResult,
) {
    let cases = cases * Config::default().cases.div_ceil(256);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let telling = Cell::new(0);
    let tried = TestRunner::new(config).run(any, |case| holds(case, &Telling(&telling)));
    if let Err(broken) = tried {
        panic!("{broken}");
    }
    let telling = telling.get();
    assert!(telling >= cases / rare, "only {telling} of {cases} cases were telling");
}
