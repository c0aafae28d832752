//! `Backend`: what an engine must be able to do.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use thiserror::Error;

use crate::store::StoredCookie;

/// An engine that keeps cookies for a [`BackedStore`](super::BackedStore).
///
/// Requires the feature `store`.
///
/// An engine knows no rules about cookies. It keeps [parts of sites](super#parts), each a set of cookies
/// with a [`Version`], and updates several parts of one site together, provided that each of them still has
/// the expected version. Time limits and reconnecting are up to the engine.
///
/// Implementations can write `async fn`.
pub trait Backend: Send + Sync {
    /// Why the engine failed.
    type Error: Error + Send + Sync + 'static;

    /// Returns parts of a site as they are at one moment, in the order of `partitions`; `None` is the
    /// unpartitioned part. A part that does not exist has no cookies and [`Version::ABSENT`].
    ///
    /// It may return expired cookies or leave them out.
    ///
    /// # Errors
    ///
    /// If the engine cannot be read.
    fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> impl Future<Output = Result<Vec<Loaded>, Self::Error>> + Send;

    /// Returns the partitions of a site that have cookies.
    ///
    /// # Errors
    ///
    /// If the engine cannot be read.
    fn partitions(
        &self,
        site: &str,
    ) -> impl Future<Output = Result<Vec<String>, Self::Error>> + Send;

    /// Makes all of the updates, or none of them if a part does not have the version that its update
    /// expects. Each update is of a different part of the site. Returns the new versions, in the order of
    /// the updates; that of a part that was deleted is [`Version::ABSENT`].
    ///
    /// # Errors
    ///
    /// [`ApplyError::NotApplied`] if it is certain that nothing was changed, and otherwise
    /// [`ApplyError::Unknown`].
    fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> impl Future<Output = Result<Applied, ApplyError<Self::Error>>> + Send;
}

/// Several stores can share an engine.
impl<B: Backend> Backend for Arc<B> {
    type Error = B::Error;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, Self::Error> {
        B::load(self, site, partitions).await
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, Self::Error> {
        B::partitions(self, site).await
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<Self::Error>> {
        B::apply(self, site, updates, now).await
    }
}

/// The version of a part of a site: a number that changes with its cookies, to one that the part never
/// had before.
///
/// Requires the feature `store`.
///
/// A part that was deleted and made again must not have an earlier version: start with a random one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version(pub u64);

impl Version {
    /// The version of a part that does not exist.
    pub const ABSENT: Self = Self(0);
}

/// A part of a site, as an engine has it.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The version of the part.
    pub version: Version,
    /// The cookies, in any order.
    pub cookies: Vec<StoredCookie>,
}

/// A change of a part of a site.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Update {
    /// The partition, or `None` for the unpartitioned part.
    pub partition: Option<String>,
    /// The version that the part must have; with any other, none of the updates is made.
    pub expected: Version,
    /// The cookies to store, each in place of the one with its [key](StoredCookie::key).
    pub put: Vec<StoredCookie>,
    /// The keys of the cookies to delete.
    pub delete: Vec<Vec<u8>>,
    /// Whether the part has no cookies after the update, so that it can be deleted.
    pub is_emptied: bool,
    /// When the last cookie of the part expires after the update, or `None` if the part must stay, for
    /// example because of a session cookie.
    pub expires: Option<SystemTime>,
}

impl Update {
    /// Creates an update that changes no cookie of a part, which must have a version.
    #[must_use]
    pub fn new(partition: Option<String>, expected: Version) -> Self {
        let (put, delete) = (Vec::new(), Vec::new());
        Self { partition, expected, put, delete, is_emptied: false, expires: None }
    }
}

/// What [`Backend::apply`] did with the updates.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// All of them were made, and the parts have these versions.
    Done(Vec<Version>),
    /// Nothing was changed, because a part did not have the expected version.
    Conflict,
}

/// Why [`Backend::apply`] failed, and whether it may have changed something.
///
/// Requires the feature `store`.
#[derive(Debug, Error)]
pub enum ApplyError<E> {
    /// Nothing was changed.
    #[error("nothing was changed")]
    NotApplied(#[source] E),
    /// The engine did not answer in time, or the connection broke: all of the updates were made, or none
    /// of them.
    #[error("it is unknown whether the updates were made")]
    Unknown(#[source] E),
}

type BoxError = Box<dyn Error + Send + Sync>;
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A [`Backend`] as a trait object.
pub(super) trait DynBackend: Send + Sync {
    fn load<'a>(
        &'a self,
        site: &'a str,
        partitions: &'a [Option<&'a str>],
    ) -> BoxFuture<'a, Result<Vec<Loaded>, BoxError>>;

    fn partitions<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Vec<String>, BoxError>>;

    fn apply<'a>(
        &'a self,
        site: &'a str,
        updates: &'a [Update],
        now: SystemTime,
    ) -> BoxFuture<'a, Result<Applied, ApplyError<BoxError>>>;
}

impl<B: Backend> DynBackend for B {
    fn load<'a>(
        &'a self,
        site: &'a str,
        partitions: &'a [Option<&'a str>],
    ) -> BoxFuture<'a, Result<Vec<Loaded>, BoxError>> {
        Box::pin(async move { Ok(Backend::load(self, site, partitions).await?) })
    }

    fn partitions<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Vec<String>, BoxError>> {
        Box::pin(async move { Ok(Backend::partitions(self, site).await?) })
    }

    fn apply<'a>(
        &'a self,
        site: &'a str,
        updates: &'a [Update],
        now: SystemTime,
    ) -> BoxFuture<'a, Result<Applied, ApplyError<BoxError>>> {
        Box::pin(async move {
            Backend::apply(self, site, updates, now).await.map_err(|error| match error {
                ApplyError::NotApplied(error) => ApplyError::NotApplied(error.into()),
                ApplyError::Unknown(error) => ApplyError::Unknown(error.into()),
            })
        })
    }
}
