//! The storage rules: which cookie is refused, and what identifies the others (RFC 6265bis, section
//! 5.7).

use std::borrow::Cow;

use super::agent::UserAgent;
use super::context::{RequestContext, RequestKind};
use super::identity::Identity;
use super::reason::Reason;
use crate::bytes::{CONTROL, contains_control, escape_attribute, escape_text};
use crate::cookie::{Flags, Prefix, SameSite};
use crate::header::{NonAsciiDomain, SetCookie};
use crate::host::{DomainHint, is_below};
use crate::limits::Limits;

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
    let scope = Scope { is_host_only: domain.is_none(), is_root_path: cookie.path() == Some(b"/") };
    check_itself(cookie.name(), cookie.value(), cookie.flags(), &scope, refuse);
    Identity {
        name: cookie.name(),
        is_host_only: domain.is_none(),
        domain: domain.unwrap_or(Cow::Borrowed(context.host())),
        path: cookie.path().unwrap_or(context.default_path().as_bytes()),
        partition: cookie.is_partitioned().then(|| agent.partition_of(context).into()),
    }
}

/// Checks what parsing refuses; [`SetCookie::parse`] stops at the first of these.
pub(crate) fn check_parsing(
    header: &[u8],
    cookie: &SetCookie<'_>,
    refuse: &mut impl FnMut(Reason),
) {
    check_controls(&[header], refuse);
    check_size(cookie.name(), cookie.value(), refuse);
}

/// Checks that no text has a control character other than HTAB.
pub(super) fn check_controls(texts: &[&[u8]], refuse: &mut impl FnMut(Reason)) {
    if texts.iter().any(|text| contains_control(text)) {
        let bytes = texts.iter().copied().flatten();
        let mut controls = bytes.filter(|byte| CONTROL.contains(**byte));
        if let Some(&byte) = controls.next() {
            refuse(Reason::Control { byte, count: 1 + controls.count() });
        }
    }
}

/// Checks that there is a name or a value, and that they are not too long.
pub(super) fn check_size(name: &[u8], value: &[u8], refuse: &mut impl FnMut(Reason)) {
    let (actual, limit) = (name.len() + value.len(), Limits::DEFAULT.cookie_bytes() as usize);
    if actual == 0 {
        refuse(Reason::Empty);
    } else if actual > limit {
        refuse(Reason::TooLarge { actual, limit });
    }
}

/// What prefixes require of a cookie's scope.
pub(super) struct Scope {
    pub(super) is_host_only: bool,
    /// For a header, whether `Path=/` is written.
    pub(super) is_root_path: bool,
}

/// Checks the rules that concern the cookie by itself.
pub(super) fn check_itself(
    name: &[u8],
    value: &[u8],
    flags: Flags,
    scope: &Scope,
    refuse: &mut impl FnMut(Reason),
) {
    // "If the cookie's "same-site-flag" is "None", abort [...] unless the cookie's secure-only-flag
    // is true."
    if flags.same_site() == SameSite::None && !flags.is_secure() {
        refuse(Reason::SameSiteNone);
    }
    if flags.is_partitioned() && !flags.is_secure() {
        refuse(Reason::Partitioned);
    }
    if let Some(prefix) = Prefix::from_name(name) {
        for &requirement in prefix.requirements() {
            if !requirement.is_met(flags, scope.is_host_only, scope.is_root_path) {
                refuse(Reason::Prefix { prefix, requirement });
            }
        }
    }
    // "If the cookie-name is empty and [...] the cookie-value begins with a case-insensitive match
    // for the string "__Secure-"", and so on, abort
    if name.is_empty()
        && let Some(prefix) = Prefix::from_name(value)
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
    } else if agent.has_public_suffixes()
        && context.domain_matches(&domain)
        && domain.len() < agent.site_of(context.host()).len()
    {
        // No rule of the standard, but of browsers: no cookie is sent to two sites. A list can have
        // `a.b.example` without `b.example`, which then is no public suffix and no site's domain.
        refuse(Reason::AboveSite { domain: escape_attribute(domain.as_bytes()) });
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
    let (name, host_name) = (domain.trim_end_matches('.'), host.trim_end_matches('.'));
    let differs_in_dot = name == host_name || is_below(host_name.as_bytes(), name.as_bytes());
    match DomainHint::from_domain(domain) {
        Some(hint) if hint != DomainHint::TrailingDot => Some(hint),
        _ if context.canonical_host().is_ip_address() => Some(DomainHint::IpAddress),
        _ if differs_in_dot => Some(DomainHint::TrailingDot),
        _ if is_below(domain.as_bytes(), host.as_bytes()) => Some(DomainHint::Subdomain),
        _ => None,
    }
}
