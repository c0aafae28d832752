//! Makes any steps with a store: it agrees with the model of the property tests.

use gingersnap::store::CookieStore;

use crate::any_store::AnyStore;
use crate::branches::{BRANCHES, CLOCK_BRANCHES, TOTAL_LIMIT_BRANCHES};
use crate::compare::Both;
use crate::support::Reached;
use crate::support::steps::settings_and_steps;

/// Returns the branches of the model that the seeds must reach, as the cases of the property tests do.
pub fn required() -> Vec<&'static str> {
    let branches = [BRANCHES, TOTAL_LIMIT_BRANCHES, CLOCK_BRANCHES].concat();
    branches.into_iter().map(|(branch, _)| branch).collect()
}

/// Checks the law for the settings and steps in the lines.
pub fn check(bytes: &[u8]) -> Reached {
    let (settings, steps) = settings_and_steps(bytes);
    let mut both = Both::new(AnyStore::from(CookieStore::new()), settings);
    for step in steps {
        both.run(&step);
    }
    let reached = both.reached();
    required().into_iter().filter(|branch| reached.contains(*branch)).collect()
}
