//! Why a file cannot be read or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::format::Format;

/// Why a cookie file as a whole cannot be read or written. What is wrong with one entry is in the
/// [report](super::Report).
///
/// Requires the feature `store`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// Reading or writing failed.
    #[error("cannot read or write `{}`", path.display())]
    Io {
        /// The file: the cookie file, its temporary file or its lock.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// The text has another format. Such a file is not overwritten, either.
    #[error("the file does not have the format {format}")]
    NotThisFormat {
        /// The format that was asked for.
        format: Format,
    },

    /// The text should be JSON and is not.
    #[error("the file is not JSON: line {line}, column {column}")]
    NotJson {
        /// The line of the mistake, from 1.
        line: usize,
        /// Its column in bytes, from 1.
        column: usize,
    },

    /// The file was written by a later version of this crate. It is not overwritten, either.
    #[error("the file has version {version} of its format, and only version {known} is known")]
    UnknownVersion {
        /// The version of the file.
        version: i64,
        /// The version that this crate reads and writes.
        known: i64,
    },
}
