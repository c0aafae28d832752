//! Laws that hold for any bytes. The fuzzer looks for bytes that break one; here each law is checked on the
//! bytes that the fuzzer starts from.
//!
//! A law is a file `NAME.rs` with a function `check`, a folder `seeds/NAME/` with one input in each file,
//! and a target `fuzz/fuzz_targets/NAME.rs`. This file is also the root of the library that the targets use.

pub mod date;
pub mod edit;
pub mod explain;
pub mod jar;
pub mod lists;
pub mod pairs;
pub mod sealed;
pub mod set_cookie;

#[cfg(test)]
mod seeds;

// The models of the property tests, which use more of them than the laws do.
#[path = "../laws/browser.rs"]
#[allow(dead_code, reason = "the property tests use the rest")]
mod browser;
#[path = "../laws/cookie_date.rs"]
mod cookie_date;
#[path = "../laws/reference.rs"]
mod reference;
#[path = "../laws/segments.rs"]
mod segments;
