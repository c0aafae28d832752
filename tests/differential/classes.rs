//! Classes of differences, and how inputs are compared.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Who is right about a class of differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Right {
    /// This crate.
    Here,
    /// The rule is about something else, or leaves it open: both are.
    Both,
}

/// A class of differences between this crate and others.
pub(crate) struct Class<I> {
    pub(crate) name: &'static str,
    /// An input that shows the difference.
    pub(crate) example: fn() -> I,
    /// What this crate does.
    pub(crate) here: &'static str,
    /// What other crates do.
    pub(crate) there: &'static str,
    pub(crate) right: Right,
    /// The rule of `docs/rules.md`.
    pub(crate) rule: u32,
}

/// A difference that was found: the name of its class, and what to show if it has none.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) class: Option<&'static str>,
    pub(crate) shown: String,
}

impl Difference {
    pub(crate) fn new(
        class: Option<&'static str>,
        what: &str,
        here: &impl Debug,
        there: &impl Debug,
    ) -> Self {
        let short = |text: String| text.chars().take(300).collect::<String>();
        let (here, there) = (short(format!("{here:?}")), short(format!("{there:?}")));
        Self { class, shown: format!("{}: here {here}, there {there}", short(what.to_owned())) }
    }
}

/// The cases of each part.
const CASES: u32 = 2_000;

/// Compares generated inputs, and checks the table: each difference has a class, each class occurs, and
/// each example is one of its class.
#[track_caller]
pub(crate) fn compare<S: Strategy>(
    strategy: &S,
    classes: &[Class<S::Value>],
    differences: impl Fn(&S::Value) -> Vec<Difference>,
) {
    check_table(classes, &differences);
    let cases = CASES * Config::default().cases.div_ceil(256);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let names: BTreeSet<_> = classes.iter().map(|class| class.name).collect();
    let found = RefCell::new(BTreeMap::new());
    let result = TestRunner::new_with_rng(config, random).run(strategy, |input| {
        for difference in differences(&input) {
            match difference.class {
                Some(name) if names.contains(name) => {
                    *found.borrow_mut().entry(name).or_insert(0_u32) += 1;
                }
                class => {
                    let shown = difference.shown;
                    return Err(TestCaseError::fail(format!("of class {class:?}: {shown}")));
                }
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("a difference that is not in the table:\n{failure}");
    }
    let found = found.into_inner();
    let absent: Vec<_> = names.iter().filter(|name| !found.contains_key(*name)).collect();
    assert!(absent.is_empty(), "in the table, but of no input: {absent:?}; found: {found:?}");
}

/// Checks what a table says of each class.
#[track_caller]
fn check_table<I: Debug>(classes: &[Class<I>], differences: impl Fn(&I) -> Vec<Difference>) {
    let rules = include_str!("../../docs/rules.md");
    let mut names = BTreeSet::new();
    for Class { name, example, here, there, right, rule } in classes {
        assert!(names.insert(*name), "{name} is there twice");
        assert!(rules.contains(&format!("\n### Rule {rule}: ")), "{name}: rule {rule}");
        assert!(here != there && !here.is_empty() && !there.is_empty(), "{name}, {right:?}");
        let example = example();
        let found: Vec<_> = differences(&example).into_iter().map(|found| found.class).collect();
        assert!(found.contains(&Some(*name)), "{name}: {example:?} has the differences {found:?}");
    }
}
