//! Engines that fail.

use std::error::Error;
use std::time::SystemTime;

use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, BackendError, BackendErrorKind, Loaded, Update,
};

use crate::interleaving::contents;
use crate::operation::{LIMITS, OPERATIONS, Operation, SHOP, at, fill, time};
use crate::ready::run;
use crate::staged_engine::{CableCut, Fault, StagedEngine};

fn filled() -> StagedEngine {
    let engine = StagedEngine::default();
    run(fill(&engine.store()));
    engine
}

#[track_caller]
fn check(error: &BackendError, kind: BackendErrorKind, text: &str) {
    assert_eq!((error.kind, &*error.site), (kind, "shop.example"));
    assert_eq!(error.to_string(), text);
    let is_engines_own = error.source().is_some_and(<dyn Error>::is::<CableCut>);
    let has_source = !matches!(kind, BackendErrorKind::TooManyConflicts { .. });
    assert_eq!(is_engines_own, has_source);
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}

#[test]
fn an_engine_that_cannot_be_read_fails_every_operation() {
    let engine = filled();
    let before = contents(&engine);
    for &operation in OPERATIONS {
        engine.set_cannot_load(true);
        let error = run(operation.run(engine.store(), time(10))).expect_err("a failure");
        check(&error, BackendErrorKind::Load, "cookies of shop.example: the engine cannot be read");
        engine.set_cannot_load(false);
        assert_eq!(contents(&engine), before, "{operation:?}");
    }
}

#[test]
fn a_change_that_is_not_made_is_told_to_nobody() {
    let engine = filled();
    let before = contents(&engine);
    let store = engine.store();
    let feed = store.subscribe(10);
    engine.fail_next(Fault::NotApplied);
    let error = run(store.receive(&at(SHOP), ["a=secret", "d=secret"], time(10)));
    check(
        &error.expect_err("a failure"),
        BackendErrorKind::NotApplied,
        "cookies of shop.example: the engine cannot be written, and nothing was changed",
    );
    assert_eq!((contents(&engine), feed.drain()), (before, Vec::new()));
}

#[test]
fn an_unknown_change_can_be_repeated() {
    let without_times = |engine: &StagedEngine| {
        contents(engine).into_iter().map(|(record, _)| record).collect::<Vec<_>>()
    };
    for &operation in OPERATIONS {
        let once = filled();
        let store = once.store().with_limits(LIMITS);
        run(operation.run(store, time(10))).expect("the engine answers");
        for fault in [Fault::UnknownMade, Fault::UnknownNotMade] {
            let engine = filled();
            let store = engine.store().with_limits(LIMITS);
            engine.take_calls();
            engine.fail_next(fault);
            let first = run(operation.run(store.clone(), time(10)));
            if let Err(error) = first {
                check(
                    &error,
                    BackendErrorKind::Unknown,
                    "cookies of shop.example: the engine did not answer; whether the change was \
                     made is unknown",
                );
            } else {
                // What only reads needs no change to succeed.
                let changes = engine.take_calls().1;
                let only_reads = matches!(operation, Operation::Send(_));
                assert!(only_reads || changes == 0, "{operation:?} had something to change");
            }
            run(operation.run(store, time(10))).expect("the engine answers");
            assert_eq!(without_times(&engine), without_times(&once), "{operation:?}, {fault:?}");
        }
    }
}

/// A full disk or a server without memory refuses to note that a cookie was used or has expired.
#[test]
fn what_is_only_read_needs_no_engine_that_can_be_written() {
    for fault in [Fault::NotApplied, Fault::UnknownMade, Fault::UnknownNotMade] {
        let engine = filled();
        let store = engine.store();
        let feed = store.subscribe(10);
        engine.take_calls();
        engine.fail_next(fault);
        let header = run(store.cookie_header(&at(SHOP), time(1000))).expect("an answer");
        assert_eq!(header.as_deref(), Some(&b"a=1; b=1; p=1"[..]), "{fault:?}");
        assert_eq!(engine.take_calls(), (1, 1));
        assert_eq!(feed.drain(), Vec::new());
    }
}

/// A name that is no host, such as one of a configuration or a log, is taken as it is.
#[test]
fn an_error_is_one_line_whatever_the_host_is() {
    let engine = StagedEngine::default();
    engine.set_cannot_load(true);
    let error = run(engine.store().site_cookies("a\r\n\u{1b}[2J", time(0))).expect_err("a failure");
    let text = "cookies of a\\r\\n\\u{1b}[2J: the engine cannot be read";
    assert_eq!(error.to_string(), text);
}

#[test]
fn an_operation_that_always_conflicts_ends() {
    let engine = filled();
    let before = contents(&engine);
    let store = engine.store();
    engine.set_always_conflicts(true);
    engine.take_calls();
    let error = run(store.receive(&at(SHOP), ["a=secret"], time(10))).expect_err("conflicts");
    check(
        &error,
        BackendErrorKind::TooManyConflicts { attempts: 1000 },
        "cookies of shop.example: others changed them meanwhile in each of 1000 attempts",
    );
    assert_eq!(engine.take_calls(), (1000, 1000));
    assert_eq!(contents(&engine), before);
    // What is only read needs no change to succeed.
    engine.take_calls();
    let header = run(store.cookie_header(&at(SHOP), time(1000))).expect("the engine answers");
    assert_eq!(header.as_deref(), Some(&b"a=1; b=1; p=1"[..]));
    assert_eq!(engine.take_calls(), (1, 1));
}

#[test]
fn a_conflict_starts_the_operation_again() {
    let engine = filled();
    engine.take_calls();
    engine.fail_next(Fault::Conflict);
    let feed_store = engine.store();
    let feed = feed_store.subscribe(10);
    run(feed_store.receive(&at(SHOP), ["n=1"], time(0))).expect("the engine answers");
    assert_eq!(engine.take_calls(), (2, 2));
    assert_eq!(feed.drain().len(), 1);
}

/// An engine that forgets the parts it is asked for.
struct NoParts;

impl Backend for NoParts {
    type Error = CableCut;

    async fn load(&self, _: &str, _: &[Option<&str>]) -> Result<Vec<Loaded>, CableCut> {
        Ok(Vec::new())
    }

    async fn partitions(&self, _: &str) -> Result<Vec<String>, CableCut> {
        Ok(Vec::new())
    }

    async fn apply(
        &self,
        _: &str,
        _: &[Update],
        _: SystemTime,
    ) -> Result<Applied, ApplyError<CableCut>> {
        Ok(Applied::Done(Vec::new()))
    }
}

#[test]
fn an_engine_that_returns_too_few_parts_is_an_error() {
    let store = BackedStore::new(NoParts);
    let error = run(store.receive(&at(SHOP), ["a=1"], time(0))).expect_err("no part");
    assert_eq!(error.kind, BackendErrorKind::Load);
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("the engine returned 0 parts of 2")
    );
}
