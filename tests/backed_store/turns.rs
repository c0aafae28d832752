//! Many tasks of one process that change one site at once.

use std::task::{Context, Poll, Waker};

use gingersnap::store::backend::{BackedStore, BackendError, BackendErrorKind};
use gingersnap::store::{Outcome, StoreLimits};

use crate::operation::{SHOP, at, time};
use crate::ready::run;
use crate::schedule::{Task, run_all};
use crate::splitmix::Random;
use crate::staged_engine::{Fault, StagedEngine};

const TASKS: usize = 40;
const LIMITS: StoreLimits = StoreLimits::DEFAULT.with_site_cookies(1000, 1000);

type Answer = Result<Vec<Outcome>, BackendError>;

async fn receive(store: &BackedStore, number: usize) -> Answer {
    store.receive(&at(SHOP), [format!("c{number}=1")], time(0)).await
}

fn tasks(store: &BackedStore, count: usize) -> Vec<Task<'_, Answer>> {
    (0..count).map(|number| Box::pin(receive(store, number)) as Task<'_, _>).collect()
}

/// Polls each task once, and returns the errors of those that are done.
fn poll(tasks: &mut Vec<Task<'_, Answer>>) -> Vec<BackendErrorKind> {
    let mut context = Context::from_waker(Waker::noop());
    let mut errors = Vec::new();
    tasks.retain_mut(|task| match task.as_mut().poll(&mut context) {
        Poll::Pending => true,
        Poll::Ready(result) => {
            errors.extend(result.err().map(|error| error.kind));
            false
        }
    });
    errors
}

/// Returns an engine that lets tasks interleave.
fn engine() -> StagedEngine {
    let engine = StagedEngine::default();
    engine.set_pauses(true);
    engine
}

#[test]
fn no_task_starts_again_for_each_of_the_others() {
    for seed in 0..5 {
        let engine = engine();
        let store = engine.store().with_limits(LIMITS);
        let results = run_all(tasks(&store, TASKS), &mut Random::new(seed));
        for result in results {
            result.expect("the engine answers");
        }
        let (_, applies) = engine.take_calls();
        assert!(applies <= 3 * TASKS, "{applies} attempts");
        let stored = run(store.site_cookies("shop.example", time(0))).expect("it answers");
        assert_eq!(stored.len(), TASKS);
    }
}

/// Nobody waits for a task that has met no other one, and a task that was dropped leaves nothing behind for the
/// second round.
#[test]
fn the_first_attempt_is_made_at_once() {
    let engine = engine();
    let store = engine.store();
    for _ in 0..2 {
        let mut tasks = tasks(&store, 2);
        let mut begun = vec![tasks.remove(0)];
        assert_eq!(poll(&mut begun), []);
        for _ in 0..10 {
            assert_eq!(poll(&mut tasks), []);
        }
        assert!(tasks.is_empty());
    }
}

/// A task that is given up hands its turn on, whether it has it or waits for it.
#[test]
fn tasks_that_are_given_up_hinder_nobody() {
    for polls in 0..30 {
        for given_up in 0..3 {
            let engine = engine();
            let store = engine.store();
            (0..3).for_each(|_| engine.fail_next(Fault::Conflict));
            let mut tasks = tasks(&store, 3);
            for _ in 0..polls {
                assert_eq!(poll(&mut tasks), []);
            }
            if given_up < tasks.len() {
                drop(tasks.remove(given_up));
            }
            // Those that are left are done soon.
            for _ in 0..30 {
                assert_eq!(poll(&mut tasks), []);
            }
            assert!(tasks.is_empty(), "{polls} polls, {given_up}");
            run(receive(&store, 3)).expect("the engine answers");
        }
    }
}

/// If the engine fails, nobody waits until all others have failed, each after a time limit.
#[test]
fn a_failure_lets_all_go_on_at_once() {
    let engine = engine();
    let store = engine.store();
    // All of them conflict with the first one, and take turns then.
    let mut tasks = tasks(&store, 10);
    while tasks.len() == 10 {
        assert_eq!(poll(&mut tasks), []);
    }
    engine.set_cannot_load(true);
    for _ in 0..6 {
        let errors = poll(&mut tasks);
        assert!(errors.iter().all(|kind| *kind == BackendErrorKind::Load), "{errors:?}");
    }
    assert!(tasks.is_empty(), "{} wait", tasks.len());
}
