//! Why an SQLite database cannot answer.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::ErrorCode;

/// Why a [`SqliteBackend`](super::SqliteBackend) cannot answer: the database, and what failed. Its source
/// is the error of SQLite or of the system. No message has a cookie's value.
///
/// Requires the feature `sqlite`, which adds `store`.
#[derive(Debug)]
#[non_exhaustive]
pub struct SqliteError {
    /// The file of the database.
    pub path: PathBuf,
    /// What failed.
    pub kind: SqliteErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What failed in an SQLite database.
///
/// Requires the feature `sqlite`, which adds `store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqliteErrorKind {
    /// The file cannot be opened or created, or the thread cannot be started.
    Open,
    /// The path is `:memory:`, which is not a file.
    InMemory,
    /// The file or its file system is read-only.
    ReadOnly,
    /// The file is not a database, or belongs to another program. It was not changed.
    Foreign,
    /// The database was written by another version of this crate. It was not changed.
    UnknownSchema {
        /// The version of the tables in the database.
        version: i32,
        /// The version that this crate reads and writes.
        known: i32,
    },
    /// The database cannot have a write-ahead log where it is.
    NoWriteAheadLog,
    /// Others kept the database locked, or the operations before this one took too long.
    TimedOut {
        /// The time limit.
        limit: Duration,
    },
    /// The bytes of a cookie in the database cannot be read.
    InvalidRecord,
    /// Reading or writing failed.
    Failed,
    /// The thread of the database has ended.
    Stopped,
}

impl SqliteErrorKind {
    /// Returns the kind of an error of SQLite, in an operation with a time limit.
    pub(super) fn of(error: &rusqlite::Error, limit: Duration) -> Self {
        if let rusqlite::Error::FromSqlConversionFailure(..) = error {
            return Self::InvalidRecord;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::TimedOut { limit },
            Some(ErrorCode::CannotOpen) => Self::Open,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Failed,
        }
    }

    /// Returns the error of this kind for a database.
    pub(super) fn at(self, path: impl Into<PathBuf>) -> SqliteError {
        SqliteError { path: path.into(), kind: self, source: None }
    }
}

impl SqliteError {
    pub(super) fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Adds an error of SQLite without the message of a statement that failed: whoever can write to the
    /// file can make a trigger, or an index with a function, whose error says what is in a row.
    pub(super) fn with_sqlite_source(self, source: rusqlite::Error) -> Self {
        self.with_source(match source {
            rusqlite::Error::SqliteFailure(code, _) => rusqlite::Error::SqliteFailure(code, None),
            source => source,
        })
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database `{}`: {}", self.path.display(), self.kind)
    }
}

impl fmt::Display for SqliteErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("it cannot be opened"),
            Self::InMemory => {
                f.write_str("a database in memory is not supported; use `SharedStore`")
            }
            Self::ReadOnly => f.write_str("it can only be read"),
            Self::Foreign => f.write_str("the file is no database of this crate"),
            Self::UnknownSchema { version, known } => {
                write!(f, "it has version {version} of the tables, and only {known} is known")
            }
            Self::NoWriteAheadLog => f.write_str("it cannot have a write-ahead log"),
            Self::TimedOut { limit } => write!(f, "it was not free within {limit:?}"),
            Self::InvalidRecord => f.write_str("a cookie in it cannot be read"),
            Self::Failed => f.write_str("reading or writing failed"),
            Self::Stopped => f.write_str("its thread has ended"),
        }
    }
}

impl Error for SqliteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Error, ffi, types::Type};

    use super::*;

    #[test]
    fn errors_of_sqlite_are_of_these_kinds() {
        let limit = Duration::from_secs(5);
        for (code, kind) in [
            (ffi::SQLITE_BUSY, SqliteErrorKind::TimedOut { limit }),
            (ffi::SQLITE_LOCKED, SqliteErrorKind::TimedOut { limit }),
            (ffi::SQLITE_CANTOPEN, SqliteErrorKind::Open),
            (ffi::SQLITE_READONLY, SqliteErrorKind::ReadOnly),
            (ffi::SQLITE_NOTADB, SqliteErrorKind::Foreign),
            (ffi::SQLITE_FULL, SqliteErrorKind::Failed),
            (ffi::SQLITE_IOERR, SqliteErrorKind::Failed),
        ] {
            let error = Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(SqliteErrorKind::of(&error, limit), kind, "{error}");
        }
        let error = Error::FromSqlConversionFailure(0, Type::Blob, "not a record".into());
        assert_eq!(SqliteErrorKind::of(&error, limit), SqliteErrorKind::InvalidRecord);
    }
}
