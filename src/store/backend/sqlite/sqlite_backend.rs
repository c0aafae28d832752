//! `SqliteBackend`: an engine whose cookies are in an SQLite database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::database::Database;
use super::error::{SqliteError, SqliteErrorKind};
use super::schema;
use super::worker::{Cause, Worker};
use crate::store::backend::engine::{Applied, ApplyError, Backend, Loaded, Update};

/// An engine whose cookies are in an SQLite database: one file, which several processes of a machine
/// can use at once.
///
/// Requires the feature `sqlite`, which adds `store`.
///
/// # Examples
///
/// ```
/// use gingersnap::RequestContext;
/// use gingersnap::store::backend::{BackedStore, SqliteBackend};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("cookies.db");
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = BackedStore::new(SqliteBackend::open(path)?);
/// let login = RequestContext::parse("https://www.shop.example/login")?;
/// store.receive_now(&login, ["sid=31d4; Path=/; Secure; Max-Age=3600"]).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is promised
///
/// - **Acknowledged changes stay**, also if the process is killed or the power fails, provided that the
///   disk keeps what it has confirmed: SQLite writes ahead to a log, with `synchronous=FULL`. Each
///   change is one transaction: after a crash, the whole of it is there, or nothing.
/// - **Several processes** can have the file open. Those that change it wait for each other. Those that
///   read do not wait for other processes.
/// - **Time limits**: an operation that had to wait for longer than the limit, for other operations or
///   other processes, changes nothing and fails with [`SqliteErrorKind::TimedOut`]. The limit does not
///   cover how long the disk itself takes.
/// - **Expired cookies** are deleted by later changes of any site, at most 100 by each. The space is
///   used again; the file does not get smaller.
///
/// # Where the file can be
///
/// On a local disk. Network file systems often lock files wrongly, which destroys a database, and the
/// write-ahead log does not work between machines. The log is in two files beside the database, whose
/// names end in `-wal` and `-shm`. While they exist, they are part of it: a copy of the file alone lacks
/// cookies. Copy it, and move or delete it, only while no process has it open.
///
/// A new file can be read by its owner alone (mode 0600 on Unix), and so can its log. A file that exists
/// keeps its mode.
///
/// # What lies in the file
///
/// Every cookie in clear, unless the store seals the values. Names, domains, paths, partitions, flags and
/// times are always in clear. The table `cookies` has one row for each. For people who
/// look into it, the row has the site, partition, domain, name and expiry (microseconds since 1970, or
/// null); `record` is [`StoredCookie::to_bytes`](crate::store::StoredCookie::to_bytes). The header has
/// the version of the tables as `user_version`.
///
/// Triggers and views that somebody adds to the file are not run.
///
/// Removed and replaced cookies are overwritten in the file. The log may contain them until the last
/// process closes the database, which deletes the log.
///
/// # Threads and runtimes
///
/// A separate thread owns the connection, so that the answers can be awaited in any runtime. Dropping a
/// future is harmless: its operation runs to its end, or not at all. Dropping the backend blocks until the
/// database is closed.
pub struct SqliteBackend {
    path: PathBuf,
    limit: Duration,
    worker: Worker,
}

impl SqliteBackend {
    /// Opens the database in a file, and creates the file if it does not exist. The time limit is five
    /// seconds.
    ///
    /// This blocks while it reads and writes the file. The path is taken literally: prefixes such as
    /// `file:` or `sqlite:` have no special meaning.
    ///
    /// # Errors
    ///
    /// [`SqliteError`] if the folder does not exist, or the file cannot be read and written, is the database
    /// of another program, was written by another version of this crate, or stays locked; also if the path
    /// is `:memory:`, since a [`SharedStore`](crate::store::SharedStore) keeps the cookies of one process.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        const LIMIT: Duration = Duration::from_secs(5);
        let path = path.as_ref();
        if path == Path::new(":memory:") {
            return Err(SqliteErrorKind::InMemory.at(path));
        }
        // An absolute path has no special meaning for SQLite.
        let path = std::path::absolute(path)
            .map_err(|error| SqliteErrorKind::Open.at(path).with_source(error))?;
        let database = Database::new(schema::open(&path, LIMIT)?);
        match Worker::start(database) {
            Ok(worker) => Ok(Self { path, limit: LIMIT, worker }),
            Err(error) => Err(SqliteErrorKind::Open.at(path).with_source(error)),
        }
    }

    /// Sets the time limit of each operation.
    #[must_use]
    pub const fn with_time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Returns the file of the database, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn error(&self, cause: Cause) -> SqliteError {
        let limit = self.limit;
        match cause {
            Cause::Sqlite(error) => {
                SqliteErrorKind::of(&error, limit).at(&self.path).with_sqlite_source(error)
            }
            Cause::TooLate => SqliteErrorKind::TimedOut { limit }.at(&self.path),
            Cause::Stopped => SqliteErrorKind::Stopped.at(&self.path),
        }
    }
}

impl Backend for SqliteBackend {
    type Error = SqliteError;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, SqliteError> {
        let site = site.to_owned();
        let partitions: Vec<Option<String>> =
            partitions.iter().map(|partition| partition.map(str::to_owned)).collect();
        let load = move |database: &mut Database| database.load(&site, &partitions);
        self.worker.read(self.limit, load).await.map_err(|cause| self.error(cause))
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, SqliteError> {
        let site = site.to_owned();
        let read = move |database: &mut Database| database.partitions(&site);
        self.worker.read(self.limit, read).await.map_err(|cause| self.error(cause))
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<SqliteError>> {
        let (site, updates) = (site.to_owned(), updates.to_vec());
        let apply = move |database: &mut Database| database.apply(&site, &updates, now);
        self.worker.change(self.limit, apply).await.map_err(|error| match error {
            ApplyError::NotApplied(cause) => ApplyError::NotApplied(self.error(cause)),
            ApplyError::Unknown(cause) => ApplyError::Unknown(self.error(cause)),
        })
    }
}

impl fmt::Debug for SqliteBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteBackend")
            .field("path", &self.path)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
