//! Load: example servers that honest, hostile, slow and half-open clients use at once, and stores that
//! honest and hostile sites fill, in threads and in processes.
//!
//! Each test puts load on something for `GINGERSNAP_LOAD_SECONDS` (10 by default), the examples after a
//! warm-up of a quarter of that, and then checks the end. The number of cookies of the shared store is in
//! proportion to that time. The tests measure this process, so they take turns.
#![cfg(target_os = "linux")]

mod allocator;
mod client;
mod engines;
mod example_server;
mod examples;
mod honest;
mod hostile;
mod load_sites;
mod process;
#[allow(dead_code, reason = "other test programs use the rest")]
#[path = "../support/redis.rs"]
mod redis_server;
mod slow;
#[path = "../support/splitmix.rs"]
mod splitmix;
mod store_threads;
#[path = "../support/test_process.rs"]
mod test_process;
mod usage;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Waits until no other test runs, and returns a guard that lets none run.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

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
