//! The tables of a database, and what is checked before one is used.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::error::{SqliteError, SqliteErrorKind};

/// The version of the tables, in the header of the database.
const SCHEMA: i32 = 1;

/// What marks a database as one of this crate, in its header: `CkGS`.
const APPLICATION_ID: i32 = 0x436b_4753;

/// `partition` is empty for the unpartitioned part. `expires` is in microseconds since 1970, and null
/// for a session cookie. `name` and `domain` are for people who look into the file: they are in the
/// key and in the record, too. `name` is a blob if it is not UTF-8.
const TABLES: &str = "
    CREATE TABLE parts (
        site TEXT NOT NULL,
        partition TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (site, partition)
    ) WITHOUT ROWID;
    CREATE TABLE cookies (
        site TEXT NOT NULL,
        partition TEXT NOT NULL,
        key BLOB NOT NULL,
        expires INTEGER,
        domain TEXT NOT NULL,
        name NOT NULL,
        record BLOB NOT NULL,
        PRIMARY KEY (site, partition, key)
    ) WITHOUT ROWID;
    CREATE INDEX cookies_by_expiry ON cookies (expires) WHERE expires IS NOT NULL;
";

/// How long opening waits before it tries a locked database again.
const PAUSE: Duration = Duration::from_millis(5);

/// Opens the database in a file, and makes the file and its tables if they do not exist.
pub(super) fn open(path: &Path, limit: Duration) -> Result<Connection, SqliteError> {
    let start = Instant::now();
    create_file(path).map_err(|error| SqliteErrorKind::Open.at(path).with_source(error))?;
    loop {
        match try_open(path) {
            Ok(connection) => return Ok(connection),
            // SQLite itself does not wait for the lock that changing the journal takes.
            Err(Refusal::Sqlite(error)) if is_locked(&error) && start.elapsed() < limit => {
                std::thread::sleep(PAUSE);
            }
            Err(Refusal::Sqlite(error)) => {
                return Err(SqliteErrorKind::of(&error, limit).at(path).with_sqlite_source(error));
            }
            Err(Refusal::Unsuitable(kind)) => return Err(kind.at(path)),
        }
    }
}

/// Why a database was not opened.
enum Refusal {
    Sqlite(rusqlite::Error),
    Unsuitable(SqliteErrorKind),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn is_locked(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Makes an empty file that only its owner can read, unless there is a file. SQLite gives its log the
/// same permissions.
///
/// A file that exists is not opened here: closing it would release the locks that another connection
/// of this process has (POSIX).
fn create_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn try_open(path: &Path) -> Result<Connection, Refusal> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    if connection.is_readonly("main")? {
        return Err(Refusal::Unsuitable(SqliteErrorKind::ReadOnly));
    }
    // `open` does the waiting.
    connection.busy_timeout(Duration::ZERO)?;
    // One transaction, so that all numbers of the header are of one moment.
    let transaction = connection.transaction()?;
    let contents = check(&transaction)?;
    drop(transaction);
    if contents == DatabaseContents::Empty {
        create_tables(&mut connection)?;
    }
    configure(&connection)?;
    Ok(connection)
}

/// What a database that can be used contains.
#[derive(PartialEq, Eq)]
enum DatabaseContents {
    Empty,
    Tables,
}

/// Checks that the database is empty or one of this crate. It is not changed.
fn check(connection: &Connection) -> Result<DatabaseContents, Refusal> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    // In an empty database, all three numbers are zero.
    let changes = number("schema_version")?;
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION_ID, SCHEMA) => Ok(DatabaseContents::Tables),
        (APPLICATION_ID, version) => {
            Err(Refusal::Unsuitable(SqliteErrorKind::UnknownSchema { version, known: SCHEMA }))
        }
        (0, 0) if changes == 0 => Ok(DatabaseContents::Empty),
        _ => Err(Refusal::Unsuitable(SqliteErrorKind::Foreign)),
    }
}

fn create_tables(connection: &mut Connection) -> Result<(), Refusal> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    if check(&transaction)? == DatabaseContents::Empty {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", SCHEMA)?;
    }
    Ok(transaction.commit()?)
}

fn configure(connection: &Connection) -> Result<(), Refusal> {
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if journal != "wal" {
        return Err(Refusal::Unsuitable(SqliteErrorKind::NoWriteAheadLog));
    }
    // A commit is on the disk before it is acknowledged. On Apple's systems, this takes more than `fsync`.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // Removed cookies are overwritten, rather than left in unused parts of the file.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    // Triggers and views that someone has put into the file do nothing, and its schema calls no function
    // with side effects.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn only_locks_are_waited_for() {
        for (code, expected) in [
            (ffi::SQLITE_BUSY, true),
            (ffi::SQLITE_LOCKED, true),
            (ffi::SQLITE_NOTADB, false),
            (ffi::SQLITE_FULL, false),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(is_locked(&error), expected, "{error}");
        }
    }

    /// No test can cut the power.
    #[test]
    fn a_commit_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("cookies.db"), Duration::ZERO).unwrap();
        // 2 is `FULL`.
        for (pragma, expected) in
            [("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1)]
        {
            let value: i32 = connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
    }

    #[test]
    fn tables_that_another_process_has_made_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let connect = || Connection::open(folder.path().join("cookies.db")).unwrap();
        let (mut one, mut two) = (connect(), connect());
        assert!(create_tables(&mut one).is_ok());
        assert!(create_tables(&mut two).is_ok());
    }
}
