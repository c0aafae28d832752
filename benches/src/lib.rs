//! How fast gingersnap is: what both programs of this crate share.
//!
//! `compare` prints a table of medians beside its peers and the physical yardsticks; `counts` counts
//! instructions and fails when one operation grows.

pub mod allocations;
pub mod inputs;
pub mod machine;
