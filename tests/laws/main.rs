//! Properties of the core that hold for any input, checked on generated cookies, headers and jars.
//!
//! `PROPTEST_CASES` scales the number of cases: its default, 256, gives the numbers that the tests
//! name.

mod browser;
mod changes;
mod cookie_date;
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

/// Counts the cases that exercise what a property is about. A property that is only checked on
/// other cases proves nothing.
struct RelevantCases<'c>(&'c Cell<u32>);

impl RelevantCases<'_> {
    /// Counts one case.
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }
}

/// Checks a property on `cases` generated inputs, of which at least one in `one_in` must be
/// relevant.
#[track_caller]
fn check_property<S: Strategy>(
    cases: u32,
    one_in: u32,
    strategy: &S,
    property: impl Fn(S::Value, &RelevantCases<'_>) -> TestCaseResult,
) {
    let scale = Config::default().cases;
    let cases = (cases * scale).div_ceil(256);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let relevant = Cell::new(0);
    let result =
        TestRunner::new(config).run(strategy, |input| property(input, &RelevantCases(&relevant)));
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let relevant = relevant.get();
    // Of few cases, too few can be relevant by chance.
    assert!(
        scale < 256 || relevant >= cases / one_in,
        "only {relevant} of {cases} cases were relevant"
    );
}
