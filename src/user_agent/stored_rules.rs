//! The storage rules for cookies that come by another way than a header, or meet stored ones (RFC
//! 6265bis, section 5.7).

use super::agent::UserAgent;
use super::identity::Identity;
use super::path::path_matches;
use super::reason::Reason;
use super::retrieval::StoredScope;
use super::storage::{Scope, check_controls, check_itself, check_size};
use crate::bytes::{escape_attribute, is_whitespace};
use crate::cookie::Flags;
use crate::host::is_below;

/// Checks the texts of a cookie that was not parsed from a header: what parsing refuses, and what would be
/// read back as another cookie. The path may contain `;`: a default path comes from a URL.
pub(crate) fn check_texts(name: &[u8], value: &[u8], path: &[u8], refuse: &mut impl FnMut(Reason)) {
    check_controls(&[name, value, path], refuse);
    check_size(name, value, refuse);
    let has_bare_end = |text: &[u8]| {
        [text.first(), text.last()].into_iter().flatten().any(|byte| is_whitespace(*byte))
    };
    if name.contains(&b'=')
        || [name, value].iter().any(|text| text.contains(&b';'))
        || [name, value, path].iter().any(|text| has_bare_end(text))
    {
        refuse(Reason::NotReadBack);
    }
}

/// Checks the storage rules that need no request, for a cookie from a file. What refuses it is given
/// to `refuse`.
pub(crate) fn check_import_rules(
    identity: &Identity<'_>,
    value: &[u8],
    flags: Flags,
    agent: &UserAgent,
    refuse: &mut impl FnMut(Reason),
) {
    if !agent.accepts_cookies() {
        refuse(Reason::CookiesDisabled);
    }
    check_texts(identity.name(), value, identity.path(), refuse);
    let scope = Scope {
        is_host_only: identity.is_host_only(),
        // Whether it was written is not known any more.
        is_root_path: identity.path() == b"/",
    };
    check_itself(identity.name(), value, flags, &scope, refuse);
    if !identity.is_host_only() && agent.is_public_suffix(identity.domain()) {
        let domain = escape_attribute(identity.domain().as_bytes());
        refuse(Reason::PublicSuffix { domain });
    }
}

/// Returns whether a new cookie, which an insecure connection sets, would hide a stored one of its
/// name that is `Secure`, wherever both are sent.
pub(crate) fn hides_secure(new: &Identity<'_>, stored: &StoredScope<'_>) -> bool {
    let (domain, stored_domain) = (new.domain().as_bytes(), stored.domain);
    // "Their domain domain-matches the domain of the newly created cookie, or vice-versa. The path of
    // the newly created cookie path-matches the path of the existing cookie."
    stored.flags.is_secure()
        && (domain == stored_domain
            || is_below(domain, stored_domain)
            || is_below(stored_domain, domain))
        && path_matches(new.path(), stored.path)
}
