//! This crate beside others, on generated inputs: `cookie`, `biscotti` and `cookie_store`.
//!
//! Each part has a table of the classes of differences, with an example, what each crate does, and who
//! is right by which rule of `docs/rules.md`. A difference of no class fails, and so does a class that
//! no input has, so that the tables stay complete and true.
//!
//! The inputs are the same in each run. `PROPTEST_CASES` scales their number: its default, 256, gives
//! 2,000 of each part.

mod classes;
mod client;
mod cookie_header;
mod dates;
mod set_cookie;
#[allow(dead_code, reason = "the laws use the rest")]
#[path = "../laws/strategies.rs"]
mod strategies;
mod whitespace;
mod writing;
