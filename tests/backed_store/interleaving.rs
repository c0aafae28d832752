//! Two workers with one engine, whose operations take turns wherever one of them waits.

use gingersnap::store::CookieStore;
use gingersnap::store::backend::BackedStore;

use crate::operation::{LIMITS, OPERATIONS, Operation, Seen, fill, filled_in_memory, seen, time};
use crate::ready::run;
use crate::schedule::{Task, run_all, run_partly};
use crate::splitmix::Random;
use crate::staged_engine::StagedEngine;

/// How many random schedules are tried for each two operations.
const SCHEDULES: u64 = 150;

/// The answers of both operations, and the cookies after them.
type Results = (String, String, Vec<Seen>);

/// Returns a store whose times of use are exact.
fn worker(engine: &StagedEngine) -> BackedStore {
    engine.store().with_limits(LIMITS).with_access_interval(std::time::Duration::ZERO)
}

/// Returns all results that are right: those of one operation after the other, in both orders. If an
/// operation only reads, its times of last use may or may not be written.
fn in_order(first: Operation, second: Operation) -> Vec<Results> {
    let mut results = Vec::new();
    let run = |store: &mut CookieStore, operation: Operation, seconds, writes_use| {
        if writes_use {
            operation.run_in_memory(store, time(seconds))
        } else {
            operation.run_in_memory(&mut store.clone(), time(seconds))
        }
    };
    let choices = |operation: Operation| -> &[bool] {
        if operation.only_reads() { &[true, false] } else { &[true] }
    };
    for &writes_first in choices(first) {
        for &writes_second in choices(second) {
            let mut store = filled_in_memory();
            let answer = run(&mut store, first, 10, writes_first);
            let second_answer = run(&mut store, second, 11, writes_second);
            results.push((answer, second_answer, contents_in_memory(&store)));
            let mut store = filled_in_memory();
            let second_answer = run(&mut store, second, 11, writes_second);
            let answer = run(&mut store, first, 10, writes_first);
            results.push((answer, second_answer, contents_in_memory(&store)));
        }
    }
    results
}

fn contents_in_memory(store: &CookieStore) -> Vec<Seen> {
    seen(&store.iter(time(20)).cloned().collect::<Vec<_>>())
}

pub(crate) fn contents(engine: &StagedEngine) -> Vec<Seen> {
    let cookies = run(engine.store().site_cookies("shop.example", time(20)));
    seen(&cookies.expect("the engine answers"))
}

#[test]
fn two_operations_that_meet_are_as_one_after_the_other() {
    let mut conflicts = 0;
    for (position, &first) in OPERATIONS.iter().enumerate() {
        for &second in &OPERATIONS[position..] {
            let expected = in_order(first, second);
            for seed in 0..SCHEDULES {
                let engine = StagedEngine::default();
                run(fill(&worker(&engine)));
                engine.set_pauses(true);
                engine.take_calls();
                let tasks: Vec<Task<'_, _>> = vec![
                    Box::pin(first.run(worker(&engine), time(10))),
                    Box::pin(second.run(worker(&engine), time(11))),
                ];
                let answers = run_all(tasks, &mut Random::new(seed));
                conflicts += usize::from(engine.take_calls().1 > 2);
                engine.set_pauses(false);
                let mut answers = answers.into_iter().map(|answer| answer.expect("it answers"));
                let mut answer = || answers.next().expect("two answers");
                let found = (answer(), answer(), contents(&engine));
                assert!(
                    expected.contains(&found),
                    "{first:?} and {second:?}, seed {seed}: {found:#?}\n{expected:#?}"
                );
            }
        }
    }
    assert!(conflicts > 1000, "operations that started again: {conflicts}");
}

#[test]
fn an_operation_that_is_given_up_changed_everything_or_nothing() {
    for &operation in OPERATIONS {
        let before = contents_in_memory(&filled_in_memory());
        let mut store = filled_in_memory();
        operation.run_in_memory(&mut store, time(10));
        let after = contents_in_memory(&store);
        let mut has_seen = [false, false];
        for polls in 0..20 {
            let engine = StagedEngine::default();
            run(fill(&worker(&engine)));
            engine.set_pauses(true);
            let worker = worker(&engine);
            let feed = worker.subscribe(100);
            let answer = run_partly(operation.run(worker.clone(), time(10)), polls);
            engine.set_pauses(false);
            let found = contents(&engine);
            assert!(found == before || found == after, "{operation:?} after {polls} polls");
            has_seen[usize::from(found == after)] = true;
            if answer.is_none() {
                assert_eq!(feed.drain(), [], "{operation:?} after {polls} polls");
            }
            // The store can still be used.
            let repeated = run(operation.run(worker, time(10)));
            assert!(repeated.is_ok(), "{operation:?} after {polls} polls");
        }
        assert!(before == after || has_seen == [true, true], "{operation:?}");
    }
}
