//! Cookies in an SQLite database.
//!
//! [`SqliteBackend`] hands each operation to a thread of its own, which runs it on the database.

mod database;
mod error;
mod schema;
mod sqlite_backend;
mod worker;

pub use error::{SqliteError, SqliteErrorKind};
pub use sqlite_backend::SqliteBackend;
