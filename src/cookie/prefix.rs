//! Name prefixes: requirements on a cookie's attributes that browsers enforce.

use std::fmt;

use super::attributes::Flags;

/// A name prefix (RFC 6265bis, section 4.1.3; the `Http` ones are in its successor).
///
/// A browser drops a cookie whose name starts with a prefix, in any mix of cases, unless the cookie's
/// attributes meet the prefix's [requirements](Self::requirements).
///
/// # Examples
///
/// ```
/// use gingersnap::Prefix;
///
/// assert_eq!(Prefix::from_name("__Host-sid"), Some(Prefix::Host));
/// assert_eq!(Prefix::from_name("__host-http-sid"), Some(Prefix::HostHttp));
/// assert_eq!(Prefix::from_name("sid"), None);
/// assert_eq!(Prefix::Host.to_string(), "__Host-");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prefix {
    /// `__Secure-` requires `Secure`.
    Secure,
    /// `__Host-` requires `Secure`, `Path=/` written out, and no `Domain`.
    Host,
    /// `__Http-` requires `Secure` and `HttpOnly`.
    Http,
    /// `__Host-Http-` requires all that `__Host-` and `__Http-` do.
    HostHttp,
}

/// What a prefix can require of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Requirement {
    /// The `Secure` attribute.
    Secure,
    /// The `HttpOnly` attribute.
    HttpOnly,
    /// No `Domain` attribute.
    NoDomain,
    /// `Path=/`, written out.
    RootPath,
}

impl Requirement {
    /// Returns whether a cookie with these attributes meets the requirement.
    pub(crate) const fn is_met(self, flags: Flags, is_host_only: bool, is_root_path: bool) -> bool {
        match self {
            Self::Secure => flags.is_secure(),
            Self::HttpOnly => flags.is_http_only(),
            Self::NoDomain => is_host_only,
            Self::RootPath => is_root_path,
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secure => "`Secure`",
            Self::HttpOnly => "`HttpOnly`",
            Self::NoDomain => "no `Domain`",
            Self::RootPath => "`Path=/`",
        })
    }
}

impl Prefix {
    /// All prefixes; of two that start alike, the longer one is first.
    const ALL: [Self; 4] = [Self::HostHttp, Self::Host, Self::Http, Self::Secure];

    /// Returns the prefix as a server writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "__Secure-",
            Self::Host => "__Host-",
            Self::Http => "__Http-",
            Self::HostHttp => "__Host-Http-",
        }
    }

    /// Returns the prefix that `name` starts with, compared case-insensitively as user agents do.
    #[must_use]
    pub fn from_name(name: impl AsRef<[u8]>) -> Option<Self> {
        let name = name.as_ref();
        if !name.starts_with(b"__") {
            return None;
        }
        Self::ALL.into_iter().find(|prefix| {
            let prefix = prefix.as_str().as_bytes();
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
    }

    /// Returns what the prefix requires of a cookie.
    #[must_use]
    pub const fn requirements(self) -> &'static [Requirement] {
        use Requirement::{HttpOnly, NoDomain, RootPath, Secure};
        match self {
            Self::Secure => &[Secure],
            Self::Host => &[Secure, NoDomain, RootPath],
            Self::Http => &[Secure, HttpOnly],
            Self::HostHttp => &[Secure, HttpOnly, NoDomain, RootPath],
        }
    }
}

/// Writes the prefix as a server does.
impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
