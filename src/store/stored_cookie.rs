//! `StoredCookie`: a cookie as a user agent keeps it.

use std::cmp::Reverse;
use std::fmt;
use std::time::SystemTime;

use crate::bytes::{escape_attribute, escape_name};
use crate::cookie::{Flags, SameSite};
use crate::date::{UnixMicros, imf_fixdate};
use crate::host::is_below;
use crate::user_agent::{Identity, StoredScope};

/// A cookie as a user agent keeps it (RFC 6265bis, section 5.7).
///
/// Requires the feature `store`.
///
/// Name and value are bytes, and are sent as they were received. `Debug` masks the value.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCookie {
    /// Name, value, domain, path and partition, one after the other: one allocation.
    text: Box<[u8]>,
    name_len: u16,
    value_len: u16,
    domain_len: u32,
    path_len: u32,
    flags: Flags,
    is_host_only: bool,
    /// The largest time for a cookie of the session.
    expires: UnixMicros,
    created: UnixMicros,
    updated: UnixMicros,
    accessed: UnixMicros,
}

/// A million cookies are kept in memory.
const _: () = assert!(size_of::<StoredCookie>() <= 64);

/// The times of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) created: UnixMicros,
    pub(super) updated: UnixMicros,
    pub(super) accessed: UnixMicros,
    /// `None` for a cookie of the session.
    pub(super) expires: Option<UnixMicros>,
}

impl StoredCookie {
    /// Creates a cookie. Name and value are within the limit of 4096 bytes.
    pub(super) fn new(identity: &Identity<'_>, value: &[u8], flags: Flags, times: &Times) -> Self {
        let (name, path) = (identity.name(), identity.path());
        let (domain, partition) = (identity.domain(), identity.partition().unwrap_or_default());
        let parts = [name, value, domain.as_bytes(), path, partition.as_bytes()];
        Self {
            text: parts.concat().into_boxed_slice(),
            name_len: len(name),
            value_len: len(value),
            domain_len: len(domain.as_bytes()),
            path_len: len(path),
            flags,
            is_host_only: identity.is_host_only(),
            expires: times.expires.unwrap_or(UnixMicros::MAX),
            created: times.created,
            updated: times.updated,
            accessed: times.accessed,
        }
    }

    /// Returns the name; empty for a nameless cookie.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.part(0, self.name_len.into())
    }

    /// Returns the value as it was received: nothing is decoded, and quotes are part of it.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.part(self.name_len.into(), self.value_len.into())
    }

    /// Returns the domain: the host, if the cookie is [host-only](Self::is_host_only). An IPv6 address
    /// is in brackets.
    #[must_use]
    pub fn domain(&self) -> &str {
        str::from_utf8(self.domain_bytes()).unwrap_or_default()
    }

    fn domain_bytes(&self) -> &[u8] {
        self.part(self.domain_start(), self.domain_len as usize)
    }

    /// Returns whether the cookie is sent to its host alone, and not to its subdomains.
    #[must_use]
    pub const fn is_host_only(&self) -> bool {
        self.is_host_only
    }

    /// Returns the path that the cookie is sent to, with all below it.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        self.part(self.domain_start() + self.domain_len as usize, self.path_len())
    }

    pub(super) const fn path_len(&self) -> usize {
        self.path_len as usize
    }

    /// Returns the partition of a `Partitioned` cookie: the scheme and the site of the top-level page,
    /// such as `https://news.example`.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        let start = self.domain_start() + self.domain_len as usize + self.path_len();
        let partition = self.text.get(start..).and_then(|bytes| str::from_utf8(bytes).ok());
        partition.filter(|_| self.is_partitioned())
    }

    /// Returns when the cookie expires, or `None` for the end of the session.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        (!self.is_session()).then(|| self.expires.to_system_time())
    }

    /// Returns whether the cookie ends with the session: it has no expiry.
    #[must_use]
    pub const fn is_session(&self) -> bool {
        self.expires.as_micros() == UnixMicros::MAX.as_micros()
    }

    /// Returns when the first cookie with this identity was stored; a later one that replaces it keeps
    /// the time. Of two cookies of a site, the later one has a later time.
    #[must_use]
    pub fn created(&self) -> SystemTime {
        self.created.to_system_time()
    }

    /// Returns when the cookie was last stored.
    #[must_use]
    pub fn updated(&self) -> SystemTime {
        self.updated.to_system_time()
    }

    /// Returns when the cookie was last stored or sent.
    #[must_use]
    pub fn last_accessed(&self) -> SystemTime {
        self.accessed.to_system_time()
    }

    /// Returns whether the cookie is sent over secure connections only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.flags.is_secure()
    }

    /// Returns whether scripts can neither read nor change the cookie.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.flags.is_http_only()
    }

    /// Returns whether the cookie is kept separately for each top-level site.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.flags.is_partitioned()
    }

    /// Returns on which cross-site requests the cookie is sent; `Unset` is treated like `Lax`.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.flags.same_site()
    }

    /// Returns what identifies the cookie.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity {
            name: self.name(),
            domain: self.domain().into(),
            is_host_only: self.is_host_only,
            path: self.path(),
            partition: self.partition().map(Into::into),
        }
    }

    /// Returns the bytes of name, value, domain, path and partition.
    #[must_use]
    pub const fn text_bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) const fn flags(&self) -> Flags {
        self.flags
    }

    pub(super) const fn times(&self) -> Times {
        let expires = if self.is_session() { None } else { Some(self.expires) };
        Times { created: self.created, updated: self.updated, accessed: self.accessed, expires }
    }

    /// Returns the cookie's place among those that are sent.
    pub(super) const fn place(&self) -> (Reverse<u32>, UnixMicros) {
        // "Cookies with longer paths are listed before cookies with shorter paths. Among cookies that
        // have equal-length path fields, cookies with earlier creation-times are listed before
        // cookies with later creation-times."
        (Reverse(self.path_len), self.created)
    }

    /// Returns whether the cookie is sent to a host, on some path and in some kind of request.
    pub(super) fn is_sent_to_host(&self, host: &str) -> bool {
        let (host, domain) = (host.as_bytes(), self.domain_bytes());
        host == domain || !self.is_host_only && is_below(host, domain)
    }

    pub(super) const fn touch(&mut self, now: UnixMicros) {
        self.accessed = now;
    }

    /// Returns whether the cookie has this name, domain and path, and is as host-only. The partition
    /// is not compared: cookies of two partitions are kept apart.
    #[inline]
    pub(super) fn has_identity(&self, identity: &Identity<'_>) -> bool {
        self.path_len() == identity.path().len()
            && self.is_host_only == identity.is_host_only()
            && self.name() == identity.name()
            && self.domain_bytes() == identity.domain().as_bytes()
            && self.path() == identity.path()
    }

    pub(super) fn has_expired(&self, now: UnixMicros) -> bool {
        self.expires <= now
    }

    /// Returns what the retrieval rules look at.
    #[inline]
    pub(super) fn scope(&self, has_expired: bool, is_in_partition: bool) -> StoredScope<'_> {
        StoredScope {
            domain: self.domain_bytes(),
            is_host_only: self.is_host_only,
            path: self.path(),
            flags: self.flags,
            has_expired,
            is_in_partition,
        }
    }

    /// Returns the bytes of the pair in a `Cookie` header: `name=value`, or the bare value of a
    /// nameless cookie.
    pub(super) fn pair_len(&self) -> usize {
        let equals = usize::from(self.name_len > 0);
        usize::from(self.name_len) + equals + usize::from(self.value_len)
    }

    /// Appends the pair to a `Cookie` header.
    pub(super) fn push_pair(&self, header: &mut Vec<u8>) {
        if self.name_len > 0 {
            header.extend_from_slice(self.name());
            header.push(b'=');
        }
        header.extend_from_slice(self.value());
    }

    fn domain_start(&self) -> usize {
        usize::from(self.name_len) + usize::from(self.value_len)
    }

    #[inline]
    fn part(&self, start: usize, len: usize) -> &[u8] {
        self.text.get(start..start + len).unwrap_or_default()
    }
}

fn len<L: TryFrom<usize, Error: fmt::Debug>>(text: &[u8]) -> L {
    // OK because a name or a value of over 4096 bytes was refused, and no URL has 4 GB.
    L::try_from(text.len()).expect("a length within the limits")
}

impl fmt::Debug for StoredCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = |time: SystemTime| imf_fixdate(time);
        f.debug_struct("StoredCookie")
            .field("name", &format_args!("{:?}", escape_name(self.name())))
            .field("value", &format_args!("<{} bytes>", self.value_len))
            .field("domain", &escape_attribute(self.domain_bytes()))
            .field("host_only", &self.is_host_only)
            .field("path", &escape_attribute(self.path()))
            .field("partition", &self.partition())
            .field("secure", &self.is_secure())
            .field("http_only", &self.is_http_only())
            .field("same_site", &self.same_site())
            .field("expires", &self.expires().map(date))
            .field("created", &date(self.created()))
            .finish_non_exhaustive()
    }
}
