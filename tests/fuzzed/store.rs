//! Makes any steps with a store: it agrees with the model of the property tests.

use std::collections::BTreeSet;

use arbitrary::Unstructured;

use crate::compare::Both;
use crate::support::steps::{settings, steps};

/// Checks the law for the settings and steps that the bytes stand for.
pub fn check(bytes: &[u8]) {
    reached(bytes);
}

/// Checks the law, and returns the branches of the model that the steps reach.
pub(crate) fn reached(bytes: &[u8]) -> BTreeSet<String> {
    let mut source = Unstructured::new(bytes);
    let Ok(settings) = settings(&mut source) else { return BTreeSet::new() };
    let mut both = Both::new(settings);
    for step in steps(&mut source) {
        both.run(&step);
    }
    both.reached()
}
