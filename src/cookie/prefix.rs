//! Name prefixes: promises about a cookie that its name makes, and browsers keep.

use std::fmt;

use super::Cookie;

/// A name prefix (RFC 6265bis, section 4.1.3; the `Http` ones are in its successor).
///
/// A browser drops a cookie whose name starts so, in any case of letters, unless its attributes
/// keep the promise.
///
/// ```
/// use gingersnap::Prefix;
///
/// assert_eq!(Prefix::of("__Host-sid"), Some(Prefix::Host));
/// assert_eq!(Prefix::of("__host-http-sid"), Some(Prefix::HostHttp));
/// assert_eq!(Prefix::of("sid"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prefix {
    /// `__Secure-`: `Secure`.
    Secure,
    /// `__Host-`: `Secure`, `Path=/` written out, and no `Domain`.
    Host,
    /// `__Http-`: `Secure` and `HttpOnly`.
    Http,
    /// `__Host-Http-`: all that `__Host-` and `__Http-` ask for.
    HostHttp,
}

/// What a prefix can ask of a cookie.
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

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secure => "Secure",
            Self::HttpOnly => "HttpOnly",
            Self::NoDomain => "no Domain",
            Self::RootPath => "Path=/",
        })
    }
}

impl Prefix {
    /// All of them, the longer of two that start alike first.
    const ALL: [Self; 4] = [Self::HostHttp, Self::Host, Self::Http, Self::Secure];

    /// The prefix as a server writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "__Secure-",
            Self::Host => "__Host-",
            Self::Http => "__Http-",
            Self::HostHttp => "__Host-Http-",
        }
    }

    /// The prefix that `name` starts with, in any case of letters, as user agents compare it.
    #[must_use]
    pub fn of(name: impl AsRef<[u8]>) -> Option<Self> {
        let name = name.as_ref();
        // Most names end here.
        if !name.starts_with(b"__") {
            return None;
        }
        Self::ALL.into_iter().find(|prefix| {
            let prefix = prefix.as_str().as_bytes();
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
    }

    /// What the prefix asks of a cookie.
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

impl Cookie<'_> {
    /// Whether the cookie's attributes meet a requirement.
    pub(crate) fn meets(&self, requirement: Requirement) -> bool {
        match requirement {
            Requirement::Secure => self.is_secure(),
            Requirement::HttpOnly => self.is_http_only(),
            Requirement::NoDomain => self.domain().is_none(),
            Requirement::RootPath => self.path() == Some("/"),
        }
    }

    /// This cookie with the flags that browsers ask of it: those of its prefix, and the `Secure`
    /// that `SameSite=None` and `Partitioned` need.
    pub(crate) fn with_needed_flags(self) -> Self {
        let needs =
            |flag| Prefix::of(self.name()).is_some_and(|p| p.requirements().contains(&flag));
        let secure = self.is_secure()
            || self.is_partitioned()
            || self.same_site() == super::SameSite::None
            || needs(Requirement::Secure);
        let http_only = self.is_http_only() || needs(Requirement::HttpOnly);
        self.with_secure(secure).with_http_only(http_only)
    }
}
