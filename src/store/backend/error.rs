//! Why a store with an engine cannot answer.

use std::error::Error;
use std::fmt;

use super::engine::ApplyError;

/// Why a [`BackedStore`](super::BackedStore) cannot answer: the site, and what failed. The engine's
/// own error is its source.
///
/// Requires the feature `store`.
#[derive(Debug)]
#[non_exhaustive]
pub struct BackendError {
    /// The site of the operation.
    pub site: String,
    /// What failed.
    pub kind: BackendErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What failed in a store with an engine.
///
/// Requires the feature `store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackendErrorKind {
    /// The engine cannot be read. Nothing was changed.
    Load,
    /// The engine cannot be written. Nothing was changed.
    NotApplied,
    /// It is unknown whether the engine made the change. It made the whole change or nothing, and the
    /// operation can be repeated.
    Unknown,
    /// Others changed the site during every attempt. This operation changed nothing.
    TooManyConflicts {
        /// The number of attempts.
        attempts: u32,
    },
    /// A value cannot be sealed, since the system's random source failed. Nothing was changed.
    ///
    /// Requires the feature `encrypted`.
    #[cfg(feature = "encrypted")]
    NotSealed,
}

impl BackendError {
    pub(super) fn new(site: &str, kind: BackendErrorKind) -> Self {
        Self { site: site.to_owned(), kind, source: None }
    }

    pub(super) fn load(site: &str, source: Box<dyn Error + Send + Sync>) -> Self {
        Self { source: Some(source), ..Self::new(site, BackendErrorKind::Load) }
    }

    pub(super) fn apply(site: &str, error: ApplyError<Box<dyn Error + Send + Sync>>) -> Self {
        let (kind, source) = match error {
            ApplyError::NotApplied(source) => (BackendErrorKind::NotApplied, source),
            ApplyError::Unknown(source) => (BackendErrorKind::Unknown, source),
        };
        Self { source: Some(source), ..Self::new(site, kind) }
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An operation by host takes any text as a site.
        write!(f, "cookies of {}: {}", self.site.escape_debug(), self.kind)
    }
}

impl fmt::Display for BackendErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load => f.write_str("the engine cannot be read"),
            Self::NotApplied => {
                f.write_str("the engine cannot be written, and nothing was changed")
            }
            Self::Unknown => {
                f.write_str("the engine did not answer; whether the change was made is unknown")
            }
            Self::TooManyConflicts { attempts } => {
                write!(f, "others changed them meanwhile in each of {attempts} attempts")
            }
            #[cfg(feature = "encrypted")]
            Self::NotSealed => f.write_str("not sealed: the system has no randomness"),
        }
    }
}

impl Error for BackendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
