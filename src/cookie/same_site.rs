//! The `SameSite` attribute (RFC 6265bis, section 5.6.7).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Which cross-site requests carry a cookie.
///
/// # Examples
///
/// ```
/// use gingersnap::SameSite;
///
/// assert_eq!("lax".parse(), Ok(SameSite::Lax)); // such as from a configuration file
/// assert_eq!(SameSite::Lax.to_string(), "Lax");
/// assert!("loose".parse::<SameSite>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// On none.
    Strict,
    /// On top-level navigations with a safe method, that is, when the user follows a link.
    Lax,
    /// On all of them. Requires `Secure`; browsers drop the cookie otherwise.
    None,
    /// The attribute is absent, or its value is unknown. Some browsers, such as Chromium,
    /// treat the cookie like `Lax`; others send it like `None`.
    #[default]
    Unset,
}

/// A text that is none of `Strict`, `Lax`, `None` and `Unset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("`SameSite` must be one of `Strict`, `Lax`, `None` and `Unset`")]
pub struct ParseSameSiteError;

impl SameSite {
    /// Returns the attribute's value as it is written, or `None` for [`Unset`](Self::Unset).
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Strict => Some("Strict"),
            Self::Lax => Some("Lax"),
            Self::None => Some("None"),
            Self::Unset => None,
        }
    }

    /// Returns what an attribute's value means to a user agent: one of three words, compared case-insensitively, and
    /// anything else is `Unset`.
    pub(crate) fn from_attribute_value(value: &[u8]) -> Self {
        if value.eq_ignore_ascii_case(b"Strict") {
            Self::Strict
        } else if value.eq_ignore_ascii_case(b"Lax") {
            Self::Lax
        } else if value.eq_ignore_ascii_case(b"None") {
            Self::None
        } else {
            Self::Unset
        }
    }
}

/// Writes `Strict`, `Lax`, `None` or `Unset`.
impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str().unwrap_or("Unset"))
    }
}

/// Reads `Strict`, `Lax`, `None` or `Unset`, case-insensitively.
impl FromStr for SameSite {
    type Err = ParseSameSiteError;

    fn from_str(text: &str) -> Result<Self, ParseSameSiteError> {
        match Self::from_attribute_value(text.as_bytes()) {
            Self::Unset if !text.eq_ignore_ascii_case("Unset") => Err(ParseSameSiteError),
            same_site => Ok(same_site),
        }
    }
}
