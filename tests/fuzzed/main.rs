//! Laws that hold for any bytes. The fuzzer searches for bytes that break them; these tests check them on the
//! committed seeds.
//!
//! A law is a file `NAME.rs` with a function `check`, a folder `seeds/NAME/` with one input in each file,
//! and a target `fuzz/fuzz_targets/NAME.rs`. `check` returns what the input reached, and the seeds of a law
//! together must reach all that it requires. This file is also the root of the library of the targets.
#![allow(clippy::must_use_candidate, reason = "the fuzzer ignores what a law returns")]

pub mod cookies_txt;
pub mod date;
pub mod edit;
pub mod explain;
pub mod jar;
pub mod json_document;
pub mod json_list;
pub mod lists;
pub mod pairs;
pub mod record;
pub mod request_context;
pub mod sealed;
pub mod set_cookie;
pub mod shared_and_backed;
pub mod store;

#[cfg(test)]
mod seeds;
mod support;

// The models of the property tests.
#[path = "../laws/browser.rs"]
#[allow(dead_code, reason = "the property tests send what the model keeps, too")]
mod browser;
#[path = "../laws/cookie_date.rs"]
mod cookie_date;
#[path = "../laws/reference.rs"]
mod reference;
#[path = "../laws/segments.rs"]
mod segments;

// The model of the store, the steps of its property tests, and what compares both.
#[path = "../support/any_store.rs"]
mod any_store;
#[path = "../store_laws/branches.rs"]
mod branches;
#[path = "../store_laws/compare.rs"]
mod compare;
#[path = "../store_laws/header.rs"]
mod header;
#[path = "../store_laws/model.rs"]
mod model;
#[path = "../support/ready.rs"]
mod ready;
#[path = "../store_laws/request.rs"]
mod request;
#[path = "../store_laws/sending.rs"]
mod sending;
#[path = "../store_laws/step.rs"]
#[allow(dead_code, reason = "the property tests make headers of lists that only they need")]
mod step;
#[path = "../store_laws/storing.rs"]
mod storing;
