//! The benchmarks of gingersnap: what its programs share.
//!
//! `compare` prints a table of medians beside other crates and a lower bound for each operation.
//! `counts` counts instructions, and fails if an operation takes more than before.

pub mod allocations;
pub mod inputs;
pub mod machine;
pub mod requests;
pub mod sites;
