//! Load: example servers that honest, hostile, slow and half-open clients use at once, and stores that
//! honest and hostile sites fill, in threads and in processes.
//!
//! Each test ends by itself after `GINGERSNAP_LOAD_SECONDS` (10 by default), and the time that it takes to
//! check the end. Numbers of cookies are in proportion to that time.
#![cfg(target_os = "linux")]

mod client;
mod engines;
mod examples;
mod honest;
mod hostile;
#[allow(dead_code, reason = "the tests of the engine need all of it")]
#[path = "../support/redis.rs"]
mod redis_server;
mod server;
mod shared_store;
mod sites;
mod slow;
#[path = "../support/splitmix.rs"]
mod splitmix;
mod usage;
mod worker;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Returns a runtime for one thread.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Returns how long each test puts load on something.
fn load_time() -> Duration {
    let seconds = std::env::var("GINGERSNAP_LOAD_SECONDS").map_or(10, |number| {
        number.parse().expect("GINGERSNAP_LOAD_SECONDS is a number of seconds")
    });
    Duration::from_secs(seconds)
}
