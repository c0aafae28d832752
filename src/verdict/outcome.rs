//! What becomes of a cookie.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use crate::byte::shown;
use crate::cookie::SameSite;
use crate::date;

/// What a user agent does with a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// It stores the cookie, in place of one of the same identity.
    Stored(Stored<'a>),
    /// It removes the cookie of this identity, where it holds one: this one expires at once.
    Removes(Identity<'a>),
    /// It ignores the field.
    Refused,
}

/// What makes two cookies one: the later takes the earlier one's place. The port isn't part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    pub(super) name: &'a [u8],
    pub(super) domain: Cow<'a, str>,
    pub(super) host_only: bool,
    pub(super) path: &'a [u8],
    pub(super) partitioned: bool,
}

impl<'a> Identity<'a> {
    /// The name; empty for a nameless cookie.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The host that the cookie goes to.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether it goes to that host alone, and not to subdomains.
    #[must_use]
    pub const fn is_host_only(&self) -> bool {
        self.host_only
    }

    /// The path that it goes to, with what is below it.
    #[must_use]
    pub const fn path(&self) -> &'a [u8] {
        self.path
    }

    /// Whether it lives under the top-level site in which it was set.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.partitioned
    }
}

/// ``cookie `sid` for shop.example alone, under /cart``
impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            [] => f.write_str("a cookie without a name")?,
            name => write!(f, "cookie `{}`", shown(name))?,
        }
        let reach = if self.host_only { "alone" } else { "and its subdomains" };
        let (domain, path) = (shown(self.domain.as_bytes()), shown(self.path));
        write!(f, " for {domain} {reach}, under {path}")
    }
}

/// A cookie as it is stored. `Debug` masks the value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Stored<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) value: &'a [u8],
    pub(super) expires: Option<SystemTime>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: SameSite,
}

impl<'a> Stored<'a> {
    /// Its name, domain, path and partition.
    #[must_use]
    pub const fn identity(&self) -> &Identity<'a> {
        &self.identity
    }

    /// The name; empty for a nameless cookie.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.identity.name
    }

    /// The value, as it came: nothing is decoded, and DQUOTEs are part of it.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The host that the cookie goes to.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.identity.domain
    }

    /// Whether it goes to that host alone, and not to subdomains.
    #[must_use]
    pub const fn is_host_only(&self) -> bool {
        self.identity.host_only
    }

    /// The path that it goes to, with what is below it: its own, or the default path.
    #[must_use]
    pub const fn path(&self) -> &'a [u8] {
        self.identity.path
    }

    /// When it expires, 400 days from now at the latest; `None` is at the end of the session.
    #[must_use]
    pub const fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Whether it is sent over secure connections only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is out of reach of scripts.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// On which requests of other sites it is sent; `Unset` is treated as `Lax`, or nearly.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.same_site
    }

    /// Whether it lives under the top-level site in which it was set.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.identity.partitioned
    }
}

/// ``cookie `sid` for shop.example alone, under /cart, until the session ends; Secure, HttpOnly``
impl fmt::Display for Stored<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, until ", self.identity)?;
        match self.expires.map(date::imf_fixdate) {
            None => f.write_str("the session ends")?,
            Some(Ok(date)) => date.fmt(f)?,
            Some(Err(_)) => f.write_str("a time that no date can say")?,
        }
        let same_site = match self.same_site {
            SameSite::Strict => Some("SameSite=Strict"),
            SameSite::Lax => Some("SameSite=Lax"),
            SameSite::None => Some("SameSite=None"),
            SameSite::Unset => None,
        };
        let flags = [
            self.secure.then_some("Secure"),
            self.http_only.then_some("HttpOnly"),
            same_site,
            self.is_partitioned().then_some("Partitioned"),
        ];
        let mut between = "; ";
        for flag in flags.into_iter().flatten() {
            write!(f, "{between}{flag}")?;
            between = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Stored<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("identity", &self.identity)
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("expires", &self.expires.map(date::imf_fixdate))
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("same_site", &self.same_site)
            .finish()
    }
}
