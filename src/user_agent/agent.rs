//! `UserAgent`: the settings of whoever sends requests and stores cookies.

use super::context::{Origin, RequestContext, RequestKind};
use super::public_suffixes::{PublicSuffixes, SuffixList};
use crate::host::{is_ip_literal, last_label};

/// The settings of a user agent.
///
/// # Examples
///
/// ```
/// use gingersnap::{RequestContext, UserAgent};
///
/// let local = RequestContext::parse("http://localhost:8000/")?;
/// assert!(UserAgent::new().is_secure(&local)); // as Chromium and Firefox have it
/// assert!(!UserAgent::new().with_trusted_loopback(false).is_secure(&local)); // as Safari has it
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
#[derive(Clone, Debug)]
pub struct UserAgent {
    public_suffixes: SuffixList,
    trusts_loopback: bool,
    accepts_cookies: bool,
}

impl UserAgent {
    /// Creates a user agent that trusts loopback and accepts cookies. With the feature `store`, it
    /// has the list of public suffixes that is compiled into the crate; without, it has none.
    #[must_use]
    pub const fn new() -> Self {
        Self { public_suffixes: SuffixList::DEFAULT, trusts_loopback: true, accepts_cookies: true }
    }

    /// Sets whether connections to this machine (`localhost` and names below it, `127.0.0.0/8`,
    /// `[::1]`) count as secure whatever their scheme is, as in Chromium and Firefox. This is the
    /// default. Safari does not trust them.
    #[must_use]
    pub const fn with_trusted_loopback(mut self, trusts_loopback: bool) -> Self {
        self.trusts_loopback = trusts_loopback;
        self
    }

    /// Sets whether cookies are disabled: then none is stored or sent.
    #[must_use]
    pub const fn with_cookies_disabled(mut self, are_disabled: bool) -> Self {
        self.accepts_cookies = !are_disabled;
        self
    }

    /// Sets the list of public suffixes. Without one, no `Domain` is refused as a public suffix, and
    /// the site of a host is its last two labels.
    #[must_use]
    pub fn with_public_suffixes(mut self, public_suffixes: impl PublicSuffixes + 'static) -> Self {
        self.public_suffixes = SuffixList::from_list(public_suffixes);
        self
    }

    /// Returns whether there is a list of public suffixes.
    #[must_use]
    pub const fn has_public_suffixes(&self) -> bool {
        self.public_suffixes.is_some()
    }

    /// Returns whether cookies are accepted.
    #[must_use]
    pub const fn accepts_cookies(&self) -> bool {
        self.accepts_cookies
    }

    /// Returns whether the connection of a request counts as secure (RFC 6265bis, section 5.7,
    /// step 13, leaves it to the user agent).
    #[must_use]
    pub fn is_secure(&self, context: &RequestContext<'_>) -> bool {
        context.is_https() || self.trusts_loopback && context.canonical_host().is_loopback()
    }

    /// Returns whether nobody can register a domain in lower case: it is a public suffix, or has an empty label
    /// in front of one. Returns false if there is no list.
    #[must_use]
    pub fn is_public_suffix(&self, domain: &str) -> bool {
        self.has_public_suffixes() && domain != "." && self.site(domain).is_public_suffix
    }

    /// Returns the site of a canonical host: its registrable domain, that is, its public suffix and
    /// one more label; the host itself if it is an IP address or a public suffix, or if it has an empty label
    /// in front of its public suffix, which nobody can register.
    #[must_use]
    pub fn site_of<'h>(&self, host: &'h str) -> &'h str {
        self.site(host).name
    }

    /// Returns the site of a canonical host.
    pub(crate) fn site<'h>(&self, host: &'h str) -> Site<'h> {
        if is_ip_literal(host) {
            return Site { name: host, is_public_suffix: false };
        }
        let name = host.strip_suffix('.').unwrap_or(host);
        // "If no rules match, the prevailing rule is "*"": the last label.
        let shortest = last_label(name).len();
        let suffix_len = self.public_suffixes.suffix_len(name).clamp(shortest, name.len());
        let labels_before = name.len().checked_sub(suffix_len + 1).and_then(|end| name.get(..end));
        match labels_before {
            // No domain is registered with an empty label, as in `shop..example`.
            Some(labels) if !last_label(labels).is_empty() => {
                let start = labels.len() - last_label(labels).len();
                let name = host.get(start..).unwrap_or(host);
                Site { name, is_public_suffix: false }
            }
            _ => Site { name: host, is_public_suffix: !name.is_empty() },
        }
    }

    /// Returns the partition of the cookies that are `Partitioned` (CHIPS, section 2.3): the scheme
    /// and the site of the top-level page.
    pub(crate) fn partition_of(&self, context: &RequestContext<'_>) -> String {
        let page = Self::top_level(context).unwrap_or(context.origin());
        let scheme = if page.is_https { "https" } else { "http" };
        format!("{scheme}://{}", self.site_of(page.host.as_str()))
    }

    /// Returns the top-level page of a request, if it is another one than the request's own URL.
    fn top_level<'c>(context: &'c RequestContext<'_>) -> Option<&'c Origin<'static>> {
        let is_navigation = matches!(context.kind(), RequestKind::TopLevelNavigation { .. });
        context.top_level().filter(|_| !is_navigation)
    }

    /// Returns whether a request is cross-site (RFC 6265bis, section 5.2): its initiator or its
    /// top-level page is of another site than the request, scheme included. A top-level navigation
    /// has no other top-level page than itself.
    #[must_use]
    pub fn is_cross_site(&self, context: &RequestContext<'_>) -> bool {
        let is_other = |page: &Origin<'_>| !self.is_same_site(page, context.origin());
        context.initiator().is_some_and(is_other) || Self::top_level(context).is_some_and(is_other)
    }

    fn is_same_site(&self, page: &Origin<'_>, request: &Origin<'_>) -> bool {
        page.is_https == request.is_https
            && self.site_of(page.host.as_str()) == self.site_of(request.host.as_str())
    }
}

/// The site of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site<'h> {
    pub(crate) name: &'h str,
    /// Whether the host, which is its own site, is a public suffix.
    pub(crate) is_public_suffix: bool,
}

impl Default for UserAgent {
    fn default() -> Self {
        Self::new()
    }
}
