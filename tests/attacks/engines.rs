//! Engines that tests look into, and change as somebody could who can write to them.

mod leaks;
mod rows;
mod texts;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, Loaded, MemoryBackend, RedisBackend, SqliteBackend,
    Update,
};
use percent_encoding::percent_decode_str;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::now;
use crate::redis_server::RedisServer;

/// A part of a site.
type Part = (String, Option<String>);

/// A cookie as an engine keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    part: Part,
    key: Vec<u8>,
    record: Vec<u8>,
}

/// Returns everything about a cookie but its times.
fn content(cookie: &StoredCookie) -> String {
    let rest = (cookie.same_site(), cookie.partition());
    format!("{} {rest:?}", crate::content(cookie))
}

/// An engine, and a way into it that does not go through the crate.
struct Engine {
    runtime: Runtime,
    kind: EngineKind,
}

/// What an engine is; `direct` is the way around the crate.
enum EngineKind {
    Memory(Arc<ListedMemory>),
    Sqlite { folder: TempDir, backend: Arc<SqliteBackend>, direct: rusqlite::Connection },
    Redis { server: RedisServer, backend: Arc<RedisBackend>, direct: RefCell<redis::Connection> },
}

/// An engine in memory that knows its parts.
#[derive(Default)]
struct ListedMemory {
    engine: MemoryBackend,
    parts: Mutex<BTreeSet<Part>>,
}

impl Backend for ListedMemory {
    type Error = std::convert::Infallible;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, Self::Error> {
        Backend::load(&self.engine, site, partitions).await
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, Self::Error> {
        Backend::partitions(&self.engine, site).await
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<Self::Error>> {
        let parts = updates.iter().map(|update| (site.to_owned(), update.partition.clone()));
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).extend(parts);
        Backend::apply(&self.engine, site, updates, now).await
    }
}

/// The start of each key in Redis.
const PREFIX: &str = "gingersnap:{";

impl Engine {
    fn new(kind: EngineKind, runtime: Runtime) -> Self {
        Self { runtime, kind }
    }

    fn memory() -> Self {
        Self::new(EngineKind::Memory(Arc::default()), runtime())
    }

    fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("cookies.db");
        let backend = Arc::new(SqliteBackend::open(&path).expect("a new file"));
        let direct = rusqlite::Connection::open(path).expect("a database");
        // Only these tests write with it.
        direct.pragma_update(None, "synchronous", "off").expect("a setting");
        Self::new(EngineKind::Sqlite { folder, backend, direct }, runtime())
    }

    /// Starts a server with more options of its command line.
    fn redis(options: &[&str]) -> Self {
        let (server, runtime) = (RedisServer::start(options), runtime());
        let backend = runtime.block_on(RedisBackend::connect(&server.url()));
        let backend = Arc::new(backend.expect("a server"));
        let client = redis::Client::open(server.url()).expect("a URL");
        let direct = RefCell::new(client.get_connection().expect("a server"));
        Self::new(EngineKind::Redis { server, backend, direct }, runtime)
    }

    /// Returns a store, without a keyring.
    fn store(&self) -> BackedStore {
        match &self.kind {
            EngineKind::Memory(engine) => BackedStore::new(Arc::clone(engine)),
            EngineKind::Sqlite { backend, .. } => BackedStore::new(Arc::clone(backend)),
            EngineKind::Redis { backend, .. } => BackedStore::new(Arc::clone(backend)),
        }
    }

    #[track_caller]
    fn block_on<T, E: std::fmt::Debug>(&self, answer: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(answer).expect("the engine answers")
    }

    fn load(&self, (site, partition): &Part) -> Loaded {
        let partitions = [partition.as_deref()];
        let mut parts = match &self.kind {
            EngineKind::Memory(engine) => self.block_on(engine.load(site, &partitions)),
            EngineKind::Sqlite { backend, .. } => self.block_on(backend.load(site, &partitions)),
            EngineKind::Redis { backend, .. } => self.block_on(backend.load(site, &partitions)),
        };
        parts.remove(0)
    }

    fn apply(&self, site: &str, update: Update) {
        let updates = [update];
        let applied = match &self.kind {
            EngineKind::Memory(engine) => self.block_on(engine.apply(site, &updates, now())),
            EngineKind::Sqlite { backend, .. } => {
                self.block_on(backend.apply(site, &updates, now()))
            }
            EngineKind::Redis { backend, .. } => {
                self.block_on(backend.apply(site, &updates, now()))
            }
        };
        assert!(matches!(applied, Applied::Done(_)));
    }

    /// Returns all that is in the engine, sorted.
    fn rows(&self) -> Vec<Row> {
        let mut rows = match &self.kind {
            EngineKind::Memory(engine) => {
                let parts = engine.parts.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let rows = |part: Part| {
                    let cookies = self.load(&part).cookies.into_iter();
                    cookies.map(move |cookie| Row {
                        part: part.clone(),
                        key: cookie.key(),
                        record: cookie.to_bytes(),
                    })
                };
                let rows: Vec<Row> = parts.into_iter().flat_map(rows).collect();
                // A part that is empty now is listed again when something is written to it.
                *engine.parts.lock().unwrap_or_else(PoisonError::into_inner) =
                    rows.iter().map(|row| row.part.clone()).collect();
                rows
            }
            EngineKind::Sqlite { direct, .. } => sqlite_rows(direct),
            EngineKind::Redis { direct, .. } => redis_rows(&mut direct.borrow_mut()),
        };
        rows.sort();
        rows
    }

    /// Deletes a row, which may not be there.
    fn delete(&self, row: &Row) {
        let (site, partition) = &row.part;
        match &self.kind {
            EngineKind::Memory(_) => {
                let mut update = Update::new(partition.clone(), self.load(&row.part).version);
                update.delete = vec![row.key.clone()];
                self.apply(site, update);
            }
            EngineKind::Sqlite { direct, .. } => {
                let sql = "DELETE FROM cookies WHERE site = ?1 AND partition = ?2 AND key = ?3";
                let partition = partition.as_deref().unwrap_or_default();
                direct.execute(sql, rusqlite::params![site, partition, row.key]).expect("a table");
            }
            EngineKind::Redis { direct, .. } => {
                let mut delete = redis::cmd("HDEL");
                delete.arg(redis_key(&row.part)).arg(&row.key);
                delete.exec(&mut direct.borrow_mut()).expect("a hash");
            }
        }
    }

    /// Writes a row, whatever its record is, and returns whether that was possible. An engine in memory can
    /// only have a cookie under its own key.
    fn write(&self, row: &Row) -> bool {
        let (site, partition) = &row.part;
        match &self.kind {
            EngineKind::Memory(_) => {
                let Ok(cookie) = StoredCookie::from_bytes(&row.record) else { return false };
                if cookie.key() != row.key {
                    return false;
                }
                let mut update = Update::new(partition.clone(), self.load(&row.part).version);
                update.put = vec![cookie];
                self.apply(site, update);
            }
            EngineKind::Sqlite { direct, .. } => {
                let partition = partition.as_deref().unwrap_or_default();
                let parts =
                    "INSERT OR IGNORE INTO parts (site, partition, version) VALUES (?1, ?2, 1)";
                direct.execute(parts, [site, partition]).expect("a table");
                let sql = "INSERT OR REPLACE INTO cookies
                    (site, partition, key, expires, domain, name, record)
                    VALUES (?1, ?2, ?3, NULL, '', '', ?4)";
                let values = rusqlite::params![site, partition, row.key, row.record];
                direct.execute(sql, values).expect("a table");
            }
            EngineKind::Redis { direct, .. } => {
                let mut put = redis::cmd("HSET");
                put.arg(redis_key(&row.part)).arg(&row.key).arg(&row.record);
                put.arg("schema").arg("1").arg("version").arg("1");
                put.exec(&mut direct.borrow_mut()).expect("a hash");
                if let Some(partition) = partition {
                    let mut add = redis::cmd("SADD");
                    add.arg(format!("{PREFIX}{site}}}:partitions")).arg(partition);
                    add.exec(&mut direct.borrow_mut()).expect("a set");
                }
            }
        }
        true
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Returns the key of a part whose site needs no escapes.
fn redis_key((site, partition): &Part) -> String {
    let partition = partition.as_ref().map(|partition| format!(":{partition}"));
    format!("{PREFIX}{site}}}:cookies{}", partition.unwrap_or_default())
}

/// Returns the rows of a database, in which exactly the parts with rows are listed.
fn sqlite_rows(connection: &rusqlite::Connection) -> Vec<Row> {
    let part = |site, partition: String| (site, Some(partition).filter(|text| !text.is_empty()));
    let mut select = connection
        .prepare_cached("SELECT site, partition, key, record FROM cookies")
        .expect("a table");
    let rows = select.query_map([], |row| {
        Ok(Row { part: part(row.get(0)?, row.get(1)?), key: row.get(2)?, record: row.get(3)? })
    });
    let rows: Vec<Row> = rows.expect("rows").map(|row| row.expect("a row")).collect();
    let mut select =
        connection.prepare_cached("SELECT site, partition FROM parts").expect("a table");
    let parts = select.query_map([], |row| Ok(part(row.get(0)?, row.get(1)?)));
    let parts: BTreeSet<Part> = parts.expect("rows").map(|row| row.expect("a row")).collect();
    assert_eq!(parts, rows.iter().map(|row| row.part.clone()).collect());
    rows
}

/// Returns the rows of a server, which has no other keys, and lists exactly the partitions with rows.
fn redis_rows(connection: &mut redis::Connection) -> Vec<Row> {
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(connection).expect("keys in UTF-8");
    let (mut rows, mut listed, mut used) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for key in keys {
        let rest = key.strip_prefix(PREFIX).expect(&key);
        let (site, rest) = rest.split_once("}:").expect(&key);
        let site = percent_decode_str(site).decode_utf8().expect("UTF-8").into_owned();
        if rest == "partitions" {
            let members: Vec<String> =
                redis::cmd("SMEMBERS").arg(&key).query(connection).expect("a set");
            listed.extend(members.into_iter().map(|partition| (site.clone(), partition)));
            continue;
        }
        let rest = rest.strip_prefix("cookies").expect(&key);
        let partition = (!rest.is_empty()).then(|| rest.strip_prefix(':').expect(&key).to_owned());
        used.extend(partition.clone().map(|partition| (site.clone(), partition)));
        let fields: Vec<(Vec<u8>, Vec<u8>)> =
            redis::cmd("HGETALL").arg(&key).query(connection).expect("a hash");
        let fields = fields.into_iter().filter(|(field, _)| {
            !["schema", "version"].iter().any(|name| field == name.as_bytes())
        });
        let part = (site, partition);
        rows.extend(fields.map(|(key, record)| Row { part: part.clone(), key, record }));
    }
    assert_eq!(listed, used);
    rows
}
