//! The formats of cookie files, and what each of them can hold.

use std::fmt;

use crate::cookie::SameSite;
use crate::date::UnixMicros;
use crate::store::import::Record;

/// A format of cookie files.
///
/// Requires the feature `store`.
///
/// | format | times of expiry | `SameSite` | partition | other times | bytes that are not UTF-8 |
/// | --- | --- | --- | --- | --- | --- |
/// | [`CookiesTxt`](Self::CookiesTxt) | seconds | no | no | no | yes |
/// | `Json` | microseconds | yes | yes | yes | yes |
/// | `Playwright` | milliseconds | yes | yes | no | no |
/// | `CookieList` | milliseconds | yes | yes | no | no |
///
/// A cookie that a format cannot hold is not written, and is reported in
/// [`Report::not_held`](super::Report::not_held). All but `CookiesTxt` need the feature `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The Netscape format of curl, wget, yt-dlp and Python: a line of seven columns for each cookie.
    CookiesTxt,
    /// The format of this crate, which holds everything.
    ///
    /// Requires the feature `json`.
    #[cfg(feature = "json")]
    Json,
    /// The storage state of Playwright: an object with `cookies` and `origins`.
    ///
    /// Requires the feature `json`.
    #[cfg(feature = "json")]
    Playwright,
    /// An array of cookies as browser extensions export it. The cookie lists of `WebDriver` and of the
    /// `DevTools` protocol are read, too; see the [module](super).
    ///
    /// Requires the feature `json`.
    #[cfg(feature = "json")]
    CookieList,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CookiesTxt => "cookies.txt",
            #[cfg(feature = "json")]
            Self::Json => "gingersnap JSON",
            #[cfg(feature = "json")]
            Self::Playwright => "Playwright storage state",
            #[cfg(feature = "json")]
            Self::CookieList => "JSON cookie list",
        })
    }
}

impl Format {
    /// Returns whether the format holds everything, so that every cookie comes back as it was.
    pub(super) const fn is_complete(self) -> bool {
        match self {
            Self::CookiesTxt => false,
            #[cfg(feature = "json")]
            Self::Json => true,
            #[cfg(feature = "json")]
            Self::Playwright | Self::CookieList => false,
        }
    }

    /// Returns whether the format holds `SameSite`.
    pub(super) const fn holds_same_site(self) -> bool {
        !matches!(self, Self::CookiesTxt)
    }

    /// Returns the precision of times of expiry, in microseconds.
    const fn expiry_unit(self) -> i64 {
        match self {
            Self::CookiesTxt => 1_000_000,
            #[cfg(feature = "json")]
            Self::Json => 1,
            #[cfg(feature = "json")]
            Self::Playwright | Self::CookieList => 1000,
        }
    }

    /// Returns what the format holds of a cookie. What is left of it is the same when it was written
    /// and read back.
    pub(super) fn reduce(self, record: Record<'_>) -> Record<'_> {
        let unit = self.expiry_unit();
        let expires = record.expires.map(|expires| {
            let micros = expires.as_micros();
            // Zero would be read as the end of the session.
            let rounded = if unit == 1 { micros } else { (micros / unit * unit).max(unit) };
            UnixMicros::from_micros(rounded)
        });
        let mut flags = record.flags;
        if !self.holds_same_site() {
            flags = flags.with_same_site(SameSite::Unset);
        }
        let reduced = Record { flags, expires, ..record };
        if self.is_complete() {
            return reduced;
        }
        Record { created: None, updated: None, accessed: None, ..reduced }
    }
}
