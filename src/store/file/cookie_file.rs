//! `CookieFile`: a file that a store is loaded from and saved to.

use std::fmt;
use std::path::{Path, PathBuf};

use super::base::Base;
use super::format::Format;
use crate::store::import::Record;

/// A file that a store is loaded from and saved to, and what both had when they last met. See the
/// [module](super) for what saving does if another process has changed the file.
///
/// Requires the feature `store`.
///
/// It belongs to one store: what another store lacks would count as removed. For another store, use
/// another `CookieFile` with the same path.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::RequestContext;
/// use gingersnap::store::CookieStore;
/// use gingersnap::store::file::{CookieFile, Format};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("cookies.txt");
/// let now = SystemTime::now();
/// let mut file = CookieFile::new(&path, Format::CookiesTxt);
/// let mut store = CookieStore::new();
/// store.load(&mut file, now)?; // a missing file is empty
///
/// let page = RequestContext::parse("https://shop.example/")?;
/// store.receive(&page, ["sid=31d4; Secure; Max-Age=3600"], now);
/// let report = store.save(&mut file, now)?;
/// assert_eq!((report.written, report.conflicts.len()), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CookieFile {
    path: PathBuf,
    format: Format,
    has_session_cookies: bool,
    keeps_expired: bool,
    pub(super) base: Base,
}

impl CookieFile {
    /// Describes a file. Nothing is read yet, and the file need not exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, format: Format) -> Self {
        Self {
            path: path.into(),
            format,
            has_session_cookies: true,
            keeps_expired: false,
            base: Base::default(),
        }
    }

    /// Sets whether cookies that end with the session are loaded and saved. They are by default, as by
    /// curl and Playwright: the session of a tool that saves its cookies is longer than its process.
    /// If not, those that are in the file are removed when it is saved.
    #[must_use]
    pub fn with_session_cookies(mut self, has_session_cookies: bool) -> Self {
        self.has_session_cookies = has_session_cookies;
        self
    }

    /// Sets whether the expired cookies of a file stay in it when it is saved. By default, they are
    /// removed. A store never has them.
    #[must_use]
    pub fn with_expired(mut self, keeps_expired: bool) -> Self {
        self.keeps_expired = keeps_expired;
        self
    }

    /// Returns the path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    pub(super) const fn keeps_expired(&self) -> bool {
        self.keeps_expired
    }

    /// Returns whether the file should have a cookie.
    pub(super) const fn takes(&self, record: &Record<'_>) -> bool {
        self.has_session_cookies || record.expires.is_some()
    }
}

impl fmt::Debug for CookieFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieFile")
            .field("path", &self.path)
            .field("format", &self.format)
            .field("has_session_cookies", &self.has_session_cookies)
            .field("keeps_expired", &self.keeps_expired)
            .finish_non_exhaustive()
    }
}
