//! Attacks that failed, in large numbers, so that they keep failing: injections, changes of sealed
//! values, steps against the budget, and looking for values in what is shown.
//!
//! The inputs are the same in each run, apart from the nonces and times in sealed values. Without the
//! variable `GINGERSNAP_ATTACKS=all` there are a tenth as many.

#[path = "../laws/browser.rs"]
mod browser;
mod budget;
mod engines;
mod injection;
#[allow(dead_code, reason = "other test programs use the rest")]
#[path = "../support/redis.rs"]
mod redis_server;
mod sealed;
#[path = "../support/sealing.rs"]
mod sealing;
mod secrets;
#[path = "../support/splitmix.rs"]
mod splitmix;
mod writers;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::RequestContext;
use gingersnap::store::StoredCookie;

/// Returns how many of `all` attacks are made.
fn attacks(all: usize) -> usize {
    match std::env::var("GINGERSNAP_ATTACKS") {
        Ok(word) if word == "all" => all,
        Ok(word) => panic!("GINGERSNAP_ATTACKS is {word:?}, and can be `all`"),
        Err(_) => all / 10,
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

fn shop() -> RequestContext<'static> {
    context("https://shop.example/")
}

/// Returns everything about a cookie but its times, its partition and `SameSite`, which not all formats of
/// files have.
fn content(cookie: &StoredCookie) -> String {
    let parts =
        [cookie.name(), cookie.value(), cookie.path()].map(|part| part.escape_ascii().to_string());
    let flags = (cookie.is_host_only(), cookie.is_secure(), cookie.is_http_only());
    format!("{parts:?} {} {flags:?}", cookie.domain())
}

/// Runs a future that waits for nothing.
fn run<R>(future: impl Future<Output = R>) -> R {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}
