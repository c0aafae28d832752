//! Makes any steps with a store: it agrees with the model of the property tests.

use arbitrary::Unstructured;

use crate::compare::Both;
use crate::support::steps::{settings, steps};

/// Checks the law for the settings and steps that the bytes stand for.
pub fn check(bytes: &[u8]) {
    let mut source = Unstructured::new(bytes);
    let Ok(settings) = settings(&mut source) else { return };
    let mut both = Both::new(settings);
    for step in steps(&mut source) {
        both.run(&step);
    }
}
