//! What was read and written, and what was not.

use std::fmt;

use thiserror::Error;

use crate::bytes::escape_name;
use crate::user_agent::{Identity, Reason};

/// What reading or writing a file did.
///
/// Requires the feature `store`.
///
/// A report never has a cookie's value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many entries the file had that was read.
    pub entries: usize,
    /// How many cookies the store took from the file.
    pub stored: usize,
    /// How many cookies were written to the file.
    pub written: usize,
    /// How many entries had expired and were left out.
    pub expired: usize,
    /// The entries that were not read. None of them affects the others. When a file is saved over,
    /// those that could not be parsed are lost.
    pub skipped: Vec<SkippedEntry>,
    /// The cookies that the format cannot hold. They were not written.
    pub not_held: Vec<NotHeld>,
    /// The cookies that both the store and another process had changed.
    pub conflicts: Vec<Conflict>,
}

/// An entry of a file that was not read.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedEntry {
    /// The line of a text file, or the position in a JSON list; both count from 1.
    pub number: usize,
    /// What is wrong with it.
    pub error: EntryError,
}

/// Why an entry of a file was not read.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EntryError {
    /// A line does not have seven columns.
    #[error("the number of columns is {found} instead of 7")]
    Columns {
        /// How many columns it has.
        found: usize,
    },

    /// A column that should be `TRUE` or `FALSE` is neither.
    #[error("column {column} is neither TRUE nor FALSE")]
    Flag {
        /// The column, from 1.
        column: usize,
    },

    /// An entry of a JSON list is not an object.
    #[error("the entry is not an object")]
    NotAnObject,

    /// A key of a JSON entry is missing.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },

    /// A key of a JSON entry has a value of the wrong type.
    #[error("`{key}` has the wrong type")]
    Type {
        /// The key.
        key: &'static str,
    },

    /// The domain is not a host.
    #[error("the domain is neither a host name in ASCII nor an IP address")]
    Domain,

    /// The path does not start with `/`.
    #[error("the path does not start with `/`")]
    Path,

    /// The time of expiry is not a number.
    #[error("the time of expiry is not a number")]
    Expiry,

    /// The partition is not the origin of a site, such as `https://news.example`.
    #[error("the partition is not a scheme and a site")]
    Partition,

    /// A user agent refuses the cookie, for each of these reasons.
    #[error("{}", reasons(.0))]
    Refused(Box<[Reason]>),
}

fn reasons(reasons: &[Reason]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// A cookie that a format cannot hold.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotHeld {
    /// Which cookie it is.
    pub cookie: CookieId,
    /// Why the format cannot hold it.
    pub reason: NotHeldReason,
}

/// Why a format cannot hold a cookie.
///
/// Requires the feature `store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum NotHeldReason {
    /// The cookie has no name.
    #[error("the format has no cookies without a name")]
    Nameless,
    /// The cookie belongs to a partition.
    #[error("the format has no partitions")]
    Partitioned,
    /// The name, the value or the path has a tab or a line break.
    #[error("the format has no tabs or line breaks within a cookie")]
    Separator,
    /// The name, the value or the path is not UTF-8.
    #[error("the format has only UTF-8")]
    NotUtf8,
    /// The cookie would be read back as another one.
    #[error("the cookie would be read back as another one")]
    NotReadBack,
}

/// A cookie that both the store and another process had changed since the file was loaded or saved.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// Which cookie it is.
    pub cookie: CookieId,
    /// Which of the two changes was kept.
    pub kept: Kept,
}

/// Which of two changes was kept.
///
/// Requires the feature `store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kept {
    /// That of the store.
    Store,
    /// That of the file.
    File,
}

/// What identifies a cookie: an [`Identity`] that owns its text.
///
/// Requires the feature `store`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CookieId {
    name: Vec<u8>,
    domain: String,
    is_host_only: bool,
    path: Vec<u8>,
    partition: Option<String>,
}

impl CookieId {
    /// Returns the identity, such as for [`CookieStore::remove`](crate::store::CookieStore::remove).
    #[must_use]
    pub fn as_identity(&self) -> Identity<'_> {
        Identity {
            name: &self.name,
            domain: self.domain.as_str().into(),
            is_host_only: self.is_host_only,
            path: &self.path,
            partition: self.partition.as_deref().map(Into::into),
        }
    }
}

impl From<Identity<'_>> for CookieId {
    fn from(identity: Identity<'_>) -> Self {
        Self {
            name: identity.name.to_vec(),
            domain: identity.domain.into_owned(),
            is_host_only: identity.is_host_only,
            path: identity.path.to_vec(),
            partition: identity.partition.map(std::borrow::Cow::into_owned),
        }
    }
}

/// Writes the name, domain and path, such as `sid (shop.example/)`; a domain with subdomains starts
/// with a dot.
impl fmt::Display for CookieId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, path) = (escape_name(&self.name), escape_name(&self.path));
        let dot = if self.is_host_only { "" } else { "." };
        write!(f, "{name} ({dot}{}{path})", escape_name(self.domain.as_bytes()))
    }
}

impl fmt::Debug for CookieId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CookieId({self})")
    }
}
