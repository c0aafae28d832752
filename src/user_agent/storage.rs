//! The storage rules: which cookie is refused, and what identifies the others (RFC 6265bis, section
//! 5.7).

use std::borrow::Cow;

use super::agent::UserAgent;
use super::context::{RequestContext, RequestKind};
use super::identity::Identity;
use super::reason::Reason;
use crate::bytes::{escape_attribute, escape_text};
use crate::cookie::{Prefix, SameSite};
use crate::header::{NonAsciiDomain, SetCookie};
use crate::host::DomainHint;

/// Checks the storage rules as far as they concern one cookie and its request. Each reason to refuse
/// the cookie is given to `refuse`; a cookie that is refused for none has the returned identity.
///
/// `domain` is that of the cookie, without its leading dot and in lower case; `None` is host-only.
/// What parsing refuses is not checked again: control characters, sizes, and a cookie without a name
/// and a value.
pub(crate) fn check_storage_rules<'a>(
    cookie: &SetCookie<'a>,
    domain: Result<Option<Cow<'a, str>>, NonAsciiDomain>,
    context: &'a RequestContext<'_>,
    agent: &UserAgent,
    refuse: &mut impl FnMut(Reason),
) -> Identity<'a> {
    if !agent.accepts_cookies() {
        refuse(Reason::CookiesDisabled);
    }
    let domain = check_domain(domain, context, agent, refuse);
    // "If the request-uri does not denote a "secure" connection (as defined by the user agent), and
    // the cookie's secure-only-flag is true, then abort"
    if cookie.is_secure() && !agent.is_secure(context) {
        refuse(Reason::NotSecure);
    }
    // "If the cookie was received from a "non-HTTP" API and the cookie's http-only-flag is true,
    // abort"
    if cookie.is_http_only() && context.kind() == RequestKind::Script {
        refuse(Reason::NonHttpApi);
    }
    // "If the cookie was received from an HTTP request that is cross-site [...] and is not a
    // navigational request", "if the cookie's same-site-flag is not "None"", abort
    let is_navigation = matches!(context.kind(), RequestKind::TopLevelNavigation { .. });
    if cookie.same_site() != SameSite::None && !is_navigation && agent.is_cross_site(context) {
        refuse(Reason::CrossSite);
    }
    // "If the cookie's "same-site-flag" is "None", abort [...] unless the cookie's secure-only-flag
    // is true."
    if cookie.same_site() == SameSite::None && !cookie.is_secure() {
        refuse(Reason::SameSiteNone);
    }
    if cookie.is_partitioned() && !cookie.is_secure() {
        refuse(Reason::Partitioned);
    }
    check_prefix(cookie, domain.is_none(), refuse);
    let (is_host_only, host) = (domain.is_none(), context.host());
    Identity {
        name: cookie.name(),
        is_host_only,
        domain: domain.unwrap_or(Cow::Borrowed(host)),
        path: cookie.path().unwrap_or(context.default_path().as_bytes()),
        is_partitioned: cookie.is_partitioned(),
    }
}

/// Checks the requirements of the name's prefix.
fn check_prefix(cookie: &SetCookie<'_>, is_host_only: bool, refuse: &mut impl FnMut(Reason)) {
    if let Some(prefix) = Prefix::from_name(cookie.name()) {
        let is_root = cookie.path() == Some(b"/");
        for &requirement in prefix.requirements() {
            if !requirement.is_met(cookie.flags(), is_host_only, is_root) {
                refuse(Reason::Prefix { prefix, requirement });
            }
        }
    }
    // "If the cookie-name is empty and [...] the cookie-value begins with a case-insensitive match
    // for the string "__Secure-"", and so on, abort
    if cookie.name().is_empty()
        && let Some(prefix) = Prefix::from_name(cookie.value())
    {
        refuse(Reason::NamelessPrefix { prefix });
    }
}

/// Checks the domain of a cookie, and returns it; `None` is host-only.
fn check_domain<'a>(
    domain: Result<Option<Cow<'a, str>>, NonAsciiDomain>,
    context: &RequestContext<'_>,
    agent: &UserAgent,
    refuse: &mut impl FnMut(Reason),
) -> Option<Cow<'a, str>> {
    // "If the domain-attribute contains a character that is not in the range of [USASCII]
    // characters, abort"
    let Ok(domain) = domain else {
        refuse(Reason::DomainNonAscii);
        // Not host-only: a prefix that requires no `Domain` is reported, too.
        return Some(Cow::Borrowed(""));
    };
    let domain = domain?;
    if agent.is_public_suffix(&domain) {
        // "If the domain-attribute is identical to the canonicalized request-host, let the
        // domain-attribute be the empty string."
        if domain == context.host() {
            return None;
        }
        refuse(Reason::PublicSuffix { domain: escape_attribute(domain.as_bytes()) });
    }
    // "If the canonicalized request-host does not domain-match the domain-attribute, abort"
    if !context.domain_matches(&domain) {
        refuse(Reason::DomainMismatch {
            domain: escape_attribute(domain.as_bytes()),
            host: escape_text(context.host()),
            hint: mismatch_hint(&domain, context),
        });
    }
    Some(domain)
}

/// Returns what is most likely wrong with a domain that the host does not domain-match.
fn mismatch_hint(domain: &str, context: &RequestContext<'_>) -> Option<DomainHint> {
    let host = context.host();
    let is_below = |domain: &str, host: &str| {
        domain.strip_suffix(host).is_some_and(|labels| labels.ends_with('.'))
    };
    let (name, host_name) = (domain.trim_end_matches('.'), host.trim_end_matches('.'));
    let differs_in_dot = name == host_name || is_below(host_name, name);
    match DomainHint::from_domain(domain) {
        Some(hint) if hint != DomainHint::TrailingDot => Some(hint),
        _ if context.canonical_host().is_ip_address() => Some(DomainHint::IpAddress),
        _ if differs_in_dot => Some(DomainHint::TrailingDot),
        _ if is_below(domain, host) => Some(DomainHint::Subdomain),
        _ => None,
    }
}
