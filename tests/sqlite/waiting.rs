//! Time limits, and futures that are dropped.

use std::error::Error as _;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::store::backend::{
    ApplyError, BackedStore, Backend, BackendErrorKind, SqliteError, SqliteErrorKind,
};

use crate::{
    Folder, PAGE, SITE, block_on, check, context, load, names, number, open, other, receive, sent,
    store, update,
};

const LIMIT: Duration = Duration::from_millis(300);
/// An answer that took longer than this was too late.
const LATE: Duration = Duration::from_millis(1500);

/// Takes the lock for writing, as another program does.
fn lock(path: &Path) -> rusqlite::Connection {
    let lock = other(path);
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    lock
}

#[test]
fn a_locked_database_is_an_error_within_the_limit() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = BackedStore::new(open(&path).with_time_limit(LIMIT));
    receive(&store, PAGE, "a=1");
    let lock = lock(&path);
    let start = Instant::now();
    let error = block_on(store.receive_now(&context(PAGE), ["b=S3CR3T"])).unwrap_err();
    let time = start.elapsed();
    assert!(LIMIT <= time && time < LATE, "{time:?}");
    assert_eq!(error.kind, BackendErrorKind::NotApplied);
    let source = error.source().unwrap().downcast_ref::<SqliteError>().unwrap();
    assert_eq!(source.kind, SqliteErrorKind::TimedOut { limit: LIMIT });
    assert!(source.to_string().ends_with("cookies.db`: it was not free within 300ms"), "{source}");
    assert_eq!(source.source().unwrap().to_string(), "Error code 5: database is locked");
    assert!(!format!("{error:?}").contains("S3CR3T"));
    // Reading does not wait: it would fail, too.
    assert_eq!(sent(&crate::store(&path), PAGE), "a=1");
    lock.execute_batch("ROLLBACK").unwrap();
    receive(&store, PAGE, "b=1");
    assert_eq!(sent(&store, PAGE), "a=1; b=1");
}

#[test]
fn a_change_waits_for_another_one() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = store(&path);
    let lock = lock(&path);
    thread::scope(|scope| {
        let received = scope.spawn(|| receive(&store, PAGE, "a=1"));
        thread::sleep(LIMIT);
        assert!(!received.is_finished());
        lock.execute_batch("ROLLBACK").unwrap();
    });
    assert_eq!(sent(&store, PAGE), "a=1");
}

#[test]
fn operations_behind_one_that_waits_fail_within_the_limit() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path).with_time_limit(LIMIT);
    let lock = lock(&path);
    let start = Instant::now();
    let mut sources = thread::scope(|scope| {
        let wait = || {
            let result = block_on(backend.apply(SITE, &[update("a=1")], SystemTime::now()));
            let Err(ApplyError::NotApplied(error)) = result else { panic!("{result:?}") };
            assert_eq!(error.kind, SqliteErrorKind::TimedOut { limit: LIMIT });
            error.source().is_some()
        };
        let waiting: Vec<_> = (0..8).map(|_| scope.spawn(wait)).collect();
        waiting.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(start.elapsed() < LATE, "{:?}", start.elapsed());
    // One waited for the lock, and the others for this one: some of them did not run.
    sources.sort_unstable();
    assert_eq!((sources[0], sources[7]), (false, true), "{sources:?}");
    lock.execute_batch("ROLLBACK").unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM cookies"), 0);
    assert!(block_on(backend.apply(SITE, &[update("a=1")], SystemTime::now())).is_ok());
}

#[test]
fn the_limit_covers_both_kinds_of_waiting() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let limit = Duration::from_secs(2);
    let backend = open(&path).with_time_limit(limit);
    let _lock = lock(&path);
    let apply = || {
        let start = Instant::now();
        block_on(backend.apply(SITE, &[update("a=1")], SystemTime::now())).unwrap_err();
        start.elapsed()
    };
    thread::scope(|scope| {
        scope.spawn(apply);
        thread::sleep(limit / 2);
        // It waits a second for the first one, and a second for the lock.
        let time = apply();
        assert!(time < limit + limit / 3, "{time:?}");
    });
}

#[test]
fn a_time_limit_can_be_of_any_length() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    receive(&BackedStore::new(open(&path).with_time_limit(Duration::MAX)), PAGE, "a=1");
    let backend = open(&path).with_time_limit(Duration::ZERO);
    let error = block_on(backend.load(SITE, &[None])).unwrap_err();
    assert_eq!(error.kind, SqliteErrorKind::TimedOut { limit: Duration::ZERO });
}

#[test]
fn a_future_that_is_dropped_harms_nothing() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path);
    let lock = lock(&path);
    let mut waker = Context::from_waker(Waker::noop());
    {
        // The first one waits for the lock, and the others have not started.
        let (one, two, three) = ([update("a=1")], [update("b=1")], [update("c=1")]);
        let mut running = pin!(backend.apply(SITE, &one, SystemTime::now()));
        assert!(running.as_mut().poll(&mut waker).is_pending());
        thread::sleep(Duration::from_millis(50));
        let mut queued = pin!(backend.apply("other.example", &two, SystemTime::now()));
        assert!(queued.as_mut().poll(&mut waker).is_pending());
        let _never_polled = backend.apply(SITE, &three, SystemTime::now());
    }
    lock.execute_batch("ROLLBACK").unwrap();
    // The one that had started was made as a whole, the others were not.
    assert_eq!(names(&load(&backend, None).cookies), ["a"]);
    assert_eq!(number(&path, "SELECT count(*) FROM cookies"), 1);
    drop((lock, backend));
    assert_eq!(folder.names(), ["cookies.db"]);
    check(&path);
}

/// A waker that ends the thread which calls it.
struct Panic;

impl Wake for Panic {
    fn wake(self: Arc<Self>) {
        panic!("a waker that panics, for a test");
    }
}

#[test]
fn a_thread_that_has_ended_is_an_error() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path);
    let waker = Waker::from(Arc::new(Panic));
    let mut loading = pin!(backend.load(SITE, &[None]));
    // It may have been answered before it was asked.
    if loading.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        let error = block_on(backend.load(SITE, &[None])).unwrap_err();
        assert_eq!(error.kind, SqliteErrorKind::Stopped);
        assert!(error.to_string().ends_with("`: its thread has ended"));
        let result = block_on(backend.apply(SITE, &[update("a=1")], SystemTime::now()));
        let Err(ApplyError::Unknown(error)) = result else { panic!("{result:?}") };
        assert_eq!(error.kind, SqliteErrorKind::Stopped);
    }
    receive(&store(&path), PAGE, "a=1");
}

#[test]
fn dropping_the_backend_waits_for_its_thread() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path).with_time_limit(LIMIT);
    let lock = lock(&path);
    {
        let updates = [update("a=1")];
        let mut running = pin!(backend.apply(SITE, &updates, SystemTime::now()));
        let poll = running.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(poll, Poll::Pending));
        thread::sleep(Duration::from_millis(50));
    }
    let start = Instant::now();
    drop(backend);
    let time = start.elapsed();
    assert!(LIMIT / 2 < time && time < LATE, "{time:?}");
    drop(lock);
    assert_eq!(folder.names(), ["cookies.db"]);
}
