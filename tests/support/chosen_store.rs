//! The store that the tests run on, which the environment variable `GINGERSNAP_TEST_STORE` chooses: a
//! `CookieStore` if it is not set, or a `BackedStore` with the engine `memory`, `sqlite`, or a Redis server
//! given by its URL. With `+cache` at the end, the `BackedStore` has a cache. Each store has an engine of its
//! own: a new SQLite file, or a new prefix of the keys in Redis.

use std::process::Command;
use std::time::Duration;
#[cfg(feature = "redis")]
use std::time::SystemTime;

use gingersnap::store::CookieStore;
#[cfg(feature = "sqlite")]
use gingersnap::store::backend::SqliteBackend;
#[cfg(feature = "redis")]
use gingersnap::store::backend::{
    Applied, ApplyError, Backend, Loaded, RedisBackend, RedisError, RedisOptions, Update,
};
use gingersnap::store::backend::{BackedStore, MemoryBackend};
use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::any_store::AnyStore;

const VARIABLE: &str = "GINGERSNAP_TEST_STORE";
const CACHE: &str = "+cache";
const CASES: &str = "PROPTEST_CASES";

/// Runs the tests of this program again on an engine, with and without a cache, if they ran on a
/// `CookieStore`.
#[track_caller]
pub(crate) fn run_again_on(engine: &str) {
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    for store in [engine.to_owned(), engine.to_owned() + CACHE] {
        let tests = std::env::current_exe().expect("the program of these tests");
        let mut command = Command::new(tests);
        if engine != "memory" && std::env::var_os(CASES).is_none() {
            // Each change is written to a disk or sent over a network.
            command.env(CASES, "16");
        }
        let run = command.env(VARIABLE, &store).output().expect("it starts");
        let (out, err) =
            (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "on {store}:\n{out}\n{err}");
    }
}

/// Returns a prefix of keys that no other store of these tests has.
#[cfg(feature = "redis")]
fn new_prefix() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("test-{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// An engine that keeps expired cookies. A Redis server drops a part of a site by its own clock, and the times
/// of these tests are long past.
#[cfg(feature = "redis")]
struct WithoutExpiry(RedisBackend);

#[cfg(feature = "redis")]
impl Backend for WithoutExpiry {
    type Error = RedisError;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, RedisError> {
        self.0.load(site, partitions).await
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, RedisError> {
        self.0.partitions(site).await
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<RedisError>> {
        let mut updates = updates.to_vec();
        for update in &mut updates {
            update.expires = None;
        }
        self.0.apply(site, &updates, now).await
    }
}

impl AnyStore {
    /// Creates an empty store of the kind that the variable chooses.
    #[track_caller]
    pub(crate) fn new() -> Self {
        let Ok(name) = std::env::var(VARIABLE) else {
            return Self::from(CookieStore::new());
        };
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (name, has_cache) = match name.strip_suffix(CACHE) {
            Some(name) => (name, true),
            None => (&*name, false),
        };
        let folder = TempDir::new().expect("a folder");
        let store = match name {
            "memory" => BackedStore::new(MemoryBackend::new()),
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let path = folder.path().join("cookies.db");
                BackedStore::new(SqliteBackend::open(path).expect("a new file"))
            }
            #[cfg(feature = "redis")]
            url if url.starts_with("redis://") => {
                let options = RedisOptions::new().with_prefix(new_prefix());
                let backend = runtime.block_on(RedisBackend::connect_with(url, &options));
                let backend = backend.expect("a server");
                BackedStore::new(WithoutExpiry(backend))
            }
            other => panic!("{VARIABLE} is {other}"),
        };
        // The rules of eviction are about the exact time of the last use.
        let mut store = store.with_access_interval(Duration::ZERO);
        if has_cache {
            // So few parts that they are often dropped to make room, and never because of their age.
            store = store.with_cache(3, Duration::from_secs(1_000_000_000));
        }
        Self::backed(
            store,
            Box::new(move |future| {
                // The folder is there as long as the store.
                let _ = &folder;
                runtime.block_on(future);
            }),
        )
    }
}
