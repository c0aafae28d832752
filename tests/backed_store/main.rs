//! A store with an engine: what becomes of operations that meet, fail or are given up, what the cache
//! shows, what an engine cannot bring in, and the form of its records. The rules and laws of all stores are in
//! `tests/store_rules/` and `tests/store_laws/`.
#![cfg(feature = "store")]

mod cache;
mod failures;
mod interleaving;
mod looking;
mod operation;
mod planted;
mod records;
mod schedule;
#[allow(dead_code, reason = "schedules need a part of it")]
#[path = "../support/splitmix.rs"]
mod splitmix;
mod staged_engine;
mod threads;
