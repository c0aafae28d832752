//! What identifies a stored cookie.

use std::borrow::Cow;

/// What identifies a stored cookie: of two with the same identity, the later one replaces the
/// earlier one. The port is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) domain: Cow<'a, str>,
    pub(crate) is_host_only: bool,
    pub(crate) path: &'a [u8],
    pub(crate) partition: Option<Cow<'a, str>>,
}

impl<'a> Identity<'a> {
    /// Creates the identity of a cookie that is sent to one canonical host only.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::user_agent::Identity;
    ///
    /// let identity = Identity::host_only("sid", "www.shop.example", "/");
    /// assert_eq!(identity.to_string(), "cookie `sid` for www.shop.example only, under /");
    /// let identity = Identity::with_subdomains("lang", "shop.example", "/");
    /// assert_eq!(identity.to_string(), "cookie `lang` for shop.example and its subdomains, under /");
    /// ```
    #[must_use]
    pub fn host_only(name: &'a str, host: &'a str, path: &'a str) -> Self {
        Self {
            name: name.as_bytes(),
            domain: host.into(),
            is_host_only: true,
            path: path.as_bytes(),
            partition: None,
        }
    }

    /// Creates the identity of a cookie that is sent to a domain, in lower case, and its subdomains.
    #[must_use]
    pub fn with_subdomains(name: &'a str, domain: &'a str, path: &'a str) -> Self {
        Self { is_host_only: false, ..Self::host_only(name, domain, path) }
    }

    /// Sets the partition: the scheme and the site of the top-level page, such as
    /// `https://news.example`.
    #[must_use]
    pub fn in_partition(mut self, partition: &'a str) -> Self {
        self.partition = Some(partition.into());
        self
    }

    /// Returns the name; empty for a nameless cookie.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// Returns the host that the cookie is sent to.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns whether the cookie is sent to that host alone, and not to its subdomains.
    #[must_use]
    pub const fn is_host_only(&self) -> bool {
        self.is_host_only
    }

    /// Returns the path that the cookie is sent to, with all below it: its own, or the default path.
    #[must_use]
    pub const fn path(&self) -> &'a [u8] {
        self.path
    }

    /// Returns whether the cookie is kept separately for each top-level site.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.partition.is_some()
    }

    /// Returns the partition of a cookie that is kept separately for each top-level site: the scheme
    /// and the site of the top-level page, such as `https://news.example`.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        self.partition.as_deref()
    }
}
