//! The rules: which cookie of which sender is refused, and where the others belong.

use std::borrow::Cow;

use super::reason::{Mismatch, Reason};
use super::{Identity, Sender};
use crate::byte::shown;
use crate::cookie::{Prefix, Requirement, SameSite};
use crate::header::{NonAscii, SetCookie};

/// A `Domain` without its leading dot, in lower case.
pub(crate) type Domain<'a> = Result<Option<Cow<'a, str>>, NonAscii>;

/// The storage model of RFC 6265bis, section 5.7, as far as it concerns one cookie and its sender:
/// each reason to refuse goes to `refuse`, and what is refused for none has the identity that comes
/// back. `domain` stands for the cookie's own.
///
/// What the reading of a field refuses isn't looked at again: control bytes, sizes, and a cookie
/// without a name and a value. `is_public_suffix` sees domains in lower case, without a leading dot.
pub(crate) fn judge<'a>(
    cookie: &SetCookie<'a>,
    domain: Domain<'a>,
    sender: &'a Sender,
    is_public_suffix: impl Fn(&str) -> bool,
    refuse: &mut impl FnMut(Reason),
) -> Identity<'a> {
    let domain = scope(domain, sender, is_public_suffix, refuse);
    // "If the request-uri does not denote a "secure" connection (as defined by the user agent), and
    // the cookie's secure-only-flag is true, then abort"
    if cookie.is_secure() && !sender.is_secure() {
        refuse(Reason::NotSecure);
    }
    // "If the cookie was received from an HTTP request that is cross-site [...] and is not a
    // navigational request", "if the cookie's same-site-flag is not "None"", abort
    if sender.is_cross_site() && cookie.same_site() != SameSite::None {
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
    if let Some(prefix) = Prefix::of(cookie.name()) {
        for &requirement in prefix.requirements() {
            let met = match requirement {
                Requirement::Secure => cookie.is_secure(),
                Requirement::HttpOnly => cookie.is_http_only(),
                Requirement::NoDomain => domain.is_none(),
                Requirement::RootPath => cookie.path() == Some(b"/"),
            };
            if !met {
                refuse(Reason::Prefix { prefix, requirement });
            }
        }
    }
    // "If the cookie-name is empty and [...] the cookie-value begins with a case-insensitive match
    // for the string "__Secure-"", and so on, abort
    if cookie.name().is_empty()
        && let Some(prefix) = Prefix::of(cookie.value())
    {
        refuse(Reason::NamelessPrefix { prefix });
    }
    Identity {
        name: cookie.name(),
        host_only: domain.is_none(),
        domain: domain.unwrap_or(Cow::Borrowed(sender.host())),
        path: cookie.path().unwrap_or(sender.default_path().as_bytes()),
        partitioned: cookie.is_partitioned(),
    }
}

/// The domain of a cookie; none is host-only.
fn scope<'a>(
    domain: Domain<'a>,
    sender: &Sender,
    is_public_suffix: impl Fn(&str) -> bool,
    refuse: &mut impl FnMut(Reason),
) -> Option<Cow<'a, str>> {
    // "If the domain-attribute contains a character that is not in the range of [USASCII]
    // characters, abort"
    let Ok(domain) = domain else {
        refuse(Reason::DomainNonAscii);
        return Some(Cow::Borrowed(""));
    };
    let domain = domain?;
    if is_public_suffix(&domain) {
        // "If the domain-attribute is identical to the canonicalized request-host, let the
        // domain-attribute be the empty string."
        if domain == sender.host() {
            return None;
        }
        refuse(Reason::PublicSuffix { domain: shown(domain.as_bytes()) });
    }
    // "If the canonicalized request-host does not domain-match the domain-attribute, abort"
    if !sender.as_host().matches(&domain) {
        refuse(Reason::DomainMismatch {
            domain: shown(domain.as_bytes()),
            host: shown(sender.host().as_bytes()),
            mismatch: mismatch(&domain, sender),
        });
    }
    Some(domain)
}

/// What is most likely wrong with a domain that the host doesn't match.
fn mismatch(domain: &str, sender: &Sender) -> Mismatch {
    let host = sender.host();
    let below = |domain: &str, host| domain.strip_suffix(host).is_some_and(|d| d.ends_with('.'));
    let (plain_domain, plain_host) = (domain.trim_end_matches('.'), host.trim_end_matches('.'));
    if domain.contains('/') {
        Mismatch::Url
    } else if !domain.starts_with('[') && domain.contains(':') {
        Mismatch::Port
    } else if domain.starts_with("*.") {
        Mismatch::Wildcard
    } else if sender.as_host().is_address() {
        Mismatch::Address
    } else if plain_domain == plain_host || below(plain_host, plain_domain) {
        Mismatch::TrailingDot
    } else if below(domain, host) {
        Mismatch::Below
    } else {
        Mismatch::Elsewhere
    }
}
