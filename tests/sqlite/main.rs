//! The SQLite engine on real files: what it opens and refuses, conflicts, time limits, expiry, and
//! several processes, some of which are killed.

mod engine;
mod expiry;
mod million;
mod opening;
mod processes;
#[path = "../support/test_process.rs"]
mod test_process;
mod waiting;

use std::convert::Infallible;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::RequestContext;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, Loaded, SqliteBackend, Update, Version,
};
use gingersnap::store::{Outcome, StoredCookie};

const PAGE: &str = "https://www.shop.example/";

/// A folder for databases, which is deleted at the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the names of the files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

/// Wakes a thread. No runtime is needed to wait for an answer.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn open(path: &Path) -> SqliteBackend {
    SqliteBackend::open(path).unwrap()
}

fn store(path: &Path) -> BackedStore {
    BackedStore::new(open(path)).with_access_interval(Duration::MAX)
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).unwrap()
}

/// A time in seconds since 1970.
fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn receive_at(store: &BackedStore, url: &str, header: &str, now: SystemTime) {
    let outcomes = block_on(store.receive(&context(url), [header], now)).unwrap();
    assert!(!matches!(outcomes[..], [Outcome::Refused(_)]), "{header}: {outcomes:?}");
}

fn receive(store: &BackedStore, url: &str, header: &str) {
    receive_at(store, url, header, SystemTime::now());
}

/// Returns the `Cookie` header of a request.
fn sent(store: &BackedStore, url: &str) -> String {
    let header = block_on(store.cookie_header_now(&context(url))).unwrap();
    String::from_utf8(header.unwrap_or_default()).unwrap()
}

/// A connection that another program would have.
fn other(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

/// Returns the number of a query.
fn number(path: &Path, sql: &str) -> i64 {
    other(path).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Checks that a database is sound: its pages, and that exactly the parts with cookies are there.
#[track_caller]
fn check(path: &Path) {
    let report: String =
        other(path).query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(report, "ok");
    let parts = "SELECT site, partition FROM parts";
    let used = "SELECT site, partition FROM cookies";
    for (one, two) in [(parts, used), (used, parts)] {
        let missing = format!("SELECT count(*) FROM ({one} EXCEPT {two})");
        assert_eq!(number(path, &missing), 0, "{missing}");
    }
}

/// An engine that keeps the updates that it is asked for.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<Update>>>);

impl Backend for Capture {
    type Error = Infallible;

    async fn load(&self, _: &str, parts: &[Option<&str>]) -> Result<Vec<Loaded>, Infallible> {
        let absent = || Loaded { version: Version::ABSENT, cookies: Vec::new() };
        Ok(parts.iter().map(|_| absent()).collect())
    }

    async fn partitions(&self, _: &str) -> Result<Vec<String>, Infallible> {
        Ok(Vec::new())
    }

    async fn apply(
        &self,
        _: &str,
        updates: &[Update],
        _: SystemTime,
    ) -> Result<Applied, ApplyError<Infallible>> {
        self.0.lock().unwrap().extend_from_slice(updates);
        Ok(Applied::Done(updates.iter().map(|_| Version(1)).collect()))
    }
}

/// Returns the updates of a response to an absent site.
fn updates<H: AsRef<[u8]>>(
    context: &RequestContext<'_>,
    headers: impl IntoIterator<Item = H>,
    now: SystemTime,
) -> Vec<Update> {
    let capture = Capture::default();
    let store = BackedStore::new(capture.clone());
    block_on(store.receive(context, headers, now)).unwrap();
    std::mem::take(&mut *capture.0.lock().unwrap())
}

/// Returns the update of a response to an absent site, without partitions.
fn update(header: &str) -> Update {
    let mut updates = updates(&context(PAGE), [header], SystemTime::now());
    assert_eq!(updates.len(), 1);
    updates.remove(0)
}

const SITE: &str = "shop.example";

fn apply(backend: &SqliteBackend, updates: &[Update]) -> Applied {
    block_on(backend.apply(SITE, updates, SystemTime::now())).unwrap()
}

fn load(backend: &SqliteBackend, partition: Option<&str>) -> Loaded {
    block_on(backend.load(SITE, &[partition])).unwrap().remove(0)
}

fn names(cookies: &[StoredCookie]) -> Vec<&str> {
    cookies.iter().map(|cookie| str::from_utf8(cookie.name()).unwrap()).collect()
}
