//! Futures that are polled by hand, in an order that a test chooses.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::splitmix::Random;

/// Polls a future so many times at most, and then drops it. Returns its result, if it came to that.
pub(crate) fn run_partly<R>(future: impl Future<Output = R>, polls: usize) -> Option<R> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    })
}

/// A future that runs beside others.
pub(crate) type Task<'t, R> = Pin<Box<dyn Future<Output = R> + 't>>;

/// More polls than all futures of a test need.
const MAX_POLLS: u32 = 100_000;

/// Runs futures beside each other, polled in a random order, and returns their results.
pub(crate) fn run_all<R>(mut tasks: Vec<Task<'_, R>>, random: &mut Random) -> Vec<R> {
    let mut results: Vec<Option<R>> = tasks.iter().map(|_| None).collect();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MAX_POLLS {
        let running = results.iter().enumerate().filter(|(_, result)| result.is_none());
        let running: Vec<_> = running.map(|(index, _)| index).collect();
        if running.is_empty() {
            return results.into_iter().flatten().collect();
        }
        let index = random.pick(&running);
        if let Poll::Ready(result) = tasks[index].as_mut().poll(&mut context) {
            results[index] = Some(result);
        }
    }
    panic!("some futures are never done")
}
