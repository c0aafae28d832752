//! Futures that are run on the spot.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future to its end. It may pause, but waits for nothing.
pub(crate) fn run<R>(future: impl Future<Output = R>) -> R {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
}
