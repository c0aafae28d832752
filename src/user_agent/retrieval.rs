//! The retrieval rules: which stored cookie is sent with a request (RFC 6265bis, section 5.8.3).

use super::agent::{Site, UserAgent};
use super::context::{RequestContext, RequestKind};
use super::not_sent::NotSent;
use super::path::path_matches;
use crate::cookie::{Flags, SameSite};

/// What the retrieval rules look at in a stored cookie.
pub(crate) struct StoredScope<'c> {
    pub(crate) domain: &'c [u8],
    pub(crate) is_host_only: bool,
    pub(crate) path: &'c [u8],
    pub(crate) flags: Flags,
    pub(crate) has_expired: bool,
    /// For a partitioned cookie, whether its partition is that of the request.
    pub(crate) is_in_partition: bool,
}

/// What the retrieval rules look at in a request. Made once for all cookies of a site.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Retrieval<'r> {
    context: &'r RequestContext<'r>,
    site: Site<'r>,
    checks_suffixes: bool,
    accepts_cookies: bool,
    is_secure: bool,
    is_cross_site: bool,
}

impl<'r> Retrieval<'r> {
    pub(crate) fn new(context: &'r RequestContext<'_>, agent: &UserAgent) -> Self {
        Self {
            context,
            site: agent.site(context.host()),
            checks_suffixes: agent.has_public_suffixes(),
            accepts_cookies: agent.accepts_cookies(),
            is_secure: agent.is_secure(context),
            is_cross_site: agent.is_cross_site(context),
        }
    }

    #[cfg(feature = "store")]
    pub(crate) const fn site(&self) -> Site<'r> {
        self.site
    }

    /// Returns whether a cookie is sent.
    #[cfg(feature = "store")]
    #[inline]
    pub(crate) fn sends(&self, cookie: &StoredScope<'_>) -> bool {
        let mut is_sent = true;
        self.check(cookie, &mut |_| is_sent = false);
        is_sent
    }

    /// Returns why a cookie is not sent; nothing if it is.
    pub(crate) fn why_not(&self, cookie: &StoredScope<'_>) -> Vec<NotSent> {
        let mut reasons = Vec::new();
        self.check(cookie, &mut |reason| reasons.push(reason));
        reasons
    }

    /// Gives each reason not to send a cookie to `hold_back`.
    #[inline]
    pub(crate) fn check(&self, cookie: &StoredScope<'_>, hold_back: &mut impl FnMut(NotSent)) {
        let flags = cookie.flags;
        if !self.accepts_cookies {
            hold_back(NotSent::CookiesDisabled);
        }
        if cookie.has_expired {
            hold_back(NotSent::Expired);
        }
        self.check_domain(cookie, hold_back);
        // "The retrieval's URI's path path-matches the cookie's path."
        if !path_matches(self.context.path(), cookie.path) {
            hold_back(NotSent::OtherPath);
        }
        // "If the cookie's secure-only-flag is true, then the retrieval's URI must denote a "secure"
        // connection (as defined by the user agent)."
        if flags.is_secure() && !self.is_secure {
            hold_back(NotSent::NotSecure);
        }
        // "If the cookie's http-only-flag is true, then exclude the cookie if the retrieval's type
        // is "non-HTTP"."
        if flags.is_http_only() && self.context.kind() == RequestKind::Script {
            hold_back(NotSent::HttpOnly);
        }
        if self.is_cross_site {
            self.check_same_site(flags.same_site(), hold_back);
        }
        if flags.is_partitioned() && !cookie.is_in_partition {
            hold_back(NotSent::OtherPartition);
        }
    }

    /// Checks the domain. A cookie of a parent domain is checked against the list of public suffixes
    /// again, since the list may have changed.
    #[inline]
    fn check_domain(&self, cookie: &StoredScope<'_>, hold_back: &mut impl FnMut(NotSent)) {
        let (host, domain) = (self.context.canonical_host(), cookie.domain);
        // "The cookie's host-only-flag is true and the host of the retrieval's URI is identical to
        // the cookie's domain", or "the cookie's host-only-flag is false and the host [...]
        // domain-matches the cookie's domain."
        if cookie.is_host_only {
            if host.as_str().as_bytes() != domain {
                hold_back(NotSent::OtherHost);
            }
        } else if !host.domain_matches(domain) {
            hold_back(NotSent::OtherDomain);
        } else if self.checks_suffixes
            && (domain.len() < self.site.name.len()
                || domain.len() == self.site.name.len() && self.site.is_public_suffix)
        {
            hold_back(NotSent::PublicSuffix);
        }
    }

    /// Checks the `SameSite` of a cookie for a cross-site request.
    #[inline]
    fn check_same_site(&self, same_site: SameSite, hold_back: &mut impl FnMut(NotSent)) {
        let is_safe_navigation =
            matches!(self.context.kind(), RequestKind::TopLevelNavigation { safe_method: true });
        match same_site {
            SameSite::None => {}
            SameSite::Strict => hold_back(NotSent::Strict),
            SameSite::Lax | SameSite::Unset if is_safe_navigation => {}
            SameSite::Lax | SameSite::Unset => hold_back(NotSent::Lax),
        }
    }
}
