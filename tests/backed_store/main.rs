//! A store with an engine: operations that run at the same time, fail or are dropped; what the cache
//! returns; cookies that an engine must not bring in; and the format of its records. The rules and laws that
//! hold for all stores are in `tests/store_rules/` and `tests/store_laws/`.
#![cfg(feature = "store")]

mod cache;
mod failures;
mod interleaving;
mod operation;
mod planted;
mod reading;
#[path = "../support/ready.rs"]
mod ready;
mod records;
mod schedule;
#[allow(dead_code, reason = "the schedules use only a part of it")]
#[path = "../support/splitmix.rs"]
mod splitmix;
mod staged_engine;
mod threads;
mod turns;
mod updates;
