//! The engine on a Redis server: each test starts a server of its own.

mod cluster;
mod connections;
mod crashes;
mod engine;
mod processes;
mod refusals;
#[path = "../support/redis.rs"]
mod server;
#[path = "../support/test_process.rs"]
mod test_process;
#[cfg(feature = "redis-tls")]
mod tls;

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use gingersnap::RequestContext;
use gingersnap::store::Outcome;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, BackendError, Loaded, MemoryBackend, RedisBackend,
    RedisError, RedisErrorKind, Update,
};

use server::RedisServer;

/// A part of every value and password here, and of no message.
const SECRET: &str = "S3CR3T";

async fn engine(server: &RedisServer) -> RedisBackend {
    RedisBackend::connect(&server.url()).await.unwrap()
}

async fn store(server: &RedisServer) -> BackedStore {
    BackedStore::new(engine(server).await)
}

/// Receives headers from a URL. Each must be stored.
async fn receive(store: &BackedStore, url: &str, headers: &[&str]) -> Result<(), BackendError> {
    let context = RequestContext::parse(url).unwrap();
    let outcomes = store.receive_now(&context, headers).await?;
    let is_stored = |outcome: &Outcome| matches!(outcome, Outcome::Stored | Outcome::Replaced);
    assert!(outcomes.iter().all(is_stored), "{outcomes:?}");
    Ok(())
}

/// Returns the `Cookie` header for a URL.
async fn header(store: &BackedStore, url: &str) -> Result<String, BackendError> {
    let context = RequestContext::parse(url).unwrap();
    let header = store.cookie_header_now(&context).await?;
    Ok(String::from_utf8(header.unwrap_or_default()).unwrap())
}

/// An engine that remembers what it was asked to change.
#[derive(Clone, Default)]
struct Recorder {
    engine: Arc<MemoryBackend>,
    updates: Arc<Mutex<Vec<Update>>>,
}

impl Backend for Recorder {
    type Error = std::convert::Infallible;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, Self::Error> {
        Backend::load(&*self.engine, site, partitions).await
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, Self::Error> {
        Backend::partitions(&*self.engine, site).await
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<Self::Error>> {
        self.updates.lock().unwrap().extend_from_slice(updates);
        Backend::apply(&*self.engine, site, updates, now).await
    }
}

/// Returns the updates with which cookies come to a site that has none.
async fn updates(url: &str, headers: &[&str]) -> Vec<Update> {
    let recorder = Recorder::default();
    receive(&BackedStore::new(recorder.clone()), url, headers).await.unwrap();
    let updates = recorder.updates.lock().unwrap();
    updates.clone()
}

/// Returns what failed, and checks that no text of the error has a secret.
#[track_caller]
fn kind(error: RedisError) -> RedisErrorKind {
    shows_no_secret(&error);
    error.kind
}

#[track_caller]
fn shows_no_secret(error: &(dyn Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        for text in [format!("{error}"), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!text.contains(SECRET), "{text}");
        }
        next = error.source();
    }
}

/// Returns the engine's error.
#[track_caller]
fn engine_error(error: &BackendError) -> &RedisErrorKind {
    shows_no_secret(error);
    &error.source().unwrap().downcast_ref::<RedisError>().unwrap().kind
}

/// Why an update was not made: whether it is sure, and what failed.
#[track_caller]
fn not_applied(answer: Result<Applied, ApplyError<RedisError>>) -> (bool, RedisErrorKind) {
    match answer.unwrap_err() {
        ApplyError::NotApplied(error) => (true, kind(error)),
        ApplyError::Unknown(error) => (false, kind(error)),
    }
}
