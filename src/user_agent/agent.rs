//! `UserAgent`: the settings of whoever sends requests and stores cookies.

use std::fmt;
use std::sync::Arc;

use super::context::{Origin, RequestContext, RequestKind};
use crate::host::is_ip_literal;

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
#[derive(Clone)]
pub struct UserAgent {
    public_suffixes: Option<Arc<dyn PublicSuffixes>>,
    trusts_loopback: bool,
    accepts_cookies: bool,
}

/// A list of public suffixes: the domains under which anyone can register a name, such as `com` and
/// `co.uk`.
///
/// Functions from a canonical host name to a number implement it.
pub trait PublicSuffixes: Send + Sync {
    /// Returns the length of the public suffix at the end of a host name in lower case without a
    /// trailing dot, in bytes: the name's own length if it is a public suffix, and 0 if the list has
    /// none for it. [`UserAgent::site_of`] then takes the last label, and
    /// [`UserAgent::is_public_suffix`] returns `false`.
    fn suffix_len(&self, host: &str) -> usize;
}

impl<F: Fn(&str) -> usize + Send + Sync> PublicSuffixes for F {
    fn suffix_len(&self, host: &str) -> usize {
        self(host)
    }
}

impl UserAgent {
    /// Creates a user agent that trusts loopback, accepts cookies, and has no list of public
    /// suffixes.
    #[must_use]
    pub const fn new() -> Self {
        Self { public_suffixes: None, trusts_loopback: true, accepts_cookies: true }
    }

    /// Sets whether connections to this machine (`localhost` and names below it, `127.0.0.0/8`,
    /// `[::1]`) count as secure whatever their scheme is, as in Chromium and Firefox. This is the
    /// default. Safari does not trust them.
    #[must_use]
    pub const fn with_trusted_loopback(mut self, trusts_loopback: bool) -> Self {
        self.trusts_loopback = trusts_loopback;
        self
    }

    /// Sets whether cookies are disabled: then none is stored.
    #[must_use]
    pub const fn with_cookies_disabled(mut self, are_disabled: bool) -> Self {
        self.accepts_cookies = !are_disabled;
        self
    }

    /// Sets the list of public suffixes. Without one, no `Domain` is refused as a public suffix, and
    /// the site of a host is its last two labels.
    #[must_use]
    pub fn with_public_suffixes(mut self, public_suffixes: impl PublicSuffixes + 'static) -> Self {
        self.public_suffixes = Some(Arc::new(public_suffixes));
        self
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

    /// Returns whether a domain in lower case is a public suffix, as far as the list says.
    #[must_use]
    pub fn is_public_suffix(&self, domain: &str) -> bool {
        let name = domain.strip_suffix('.').unwrap_or(domain);
        let list = self.public_suffixes.as_ref();
        !name.is_empty() && list.is_some_and(|list| list.suffix_len(name) >= name.len())
    }

    /// Returns the site of a canonical host: its registrable domain, that is, its public suffix and
    /// one more label; the host itself if it is an IP address or a public suffix.
    #[must_use]
    pub fn site_of<'h>(&self, host: &'h str) -> &'h str {
        if is_ip_literal(host) {
            return host;
        }
        let name = host.strip_suffix('.').unwrap_or(host);
        let before_suffix =
            name.len().checked_sub(self.suffix_len(name) + 1).and_then(|end| name.get(..end));
        let start = before_suffix.map(|labels| labels.rfind('.').map_or(0, |dot| dot + 1));
        start.and_then(|start| host.get(start..)).unwrap_or(host)
    }

    /// Returns the length of a name's public suffix, which is at least its last label: "If no rules
    /// match, the prevailing rule is "*"."
    fn suffix_len(&self, name: &str) -> usize {
        let last_label = name.rsplit('.').next().map_or(0, str::len);
        let listed = self.public_suffixes.as_ref().map_or(0, |list| list.suffix_len(name));
        listed.clamp(last_label, name.len())
    }

    /// Returns whether a request is cross-site (RFC 6265bis, section 5.2): its initiator or its
    /// top-level page is of another site than the request, scheme included. A top-level navigation
    /// has no other top-level page than itself.
    #[must_use]
    pub fn is_cross_site(&self, context: &RequestContext<'_>) -> bool {
        let is_navigation = matches!(context.kind(), RequestKind::TopLevelNavigation { .. });
        let top_level = context.top_level().filter(|_| !is_navigation);
        let is_other = |page: &Origin<'_>| !self.is_same_site(page, context.origin());
        context.initiator().is_some_and(is_other) || top_level.is_some_and(is_other)
    }

    fn is_same_site(&self, page: &Origin<'_>, request: &Origin<'_>) -> bool {
        page.is_https == request.is_https
            && self.site_of(page.host.as_str()) == self.site_of(request.host.as_str())
    }
}

impl Default for UserAgent {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserAgent")
            .field("has_public_suffixes", &self.public_suffixes.is_some())
            .field("trusts_loopback", &self.trusts_loopback)
            .field("accepts_cookies", &self.accepts_cookies)
            .finish()
    }
}
