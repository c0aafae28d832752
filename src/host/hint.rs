//! What is most likely wrong with a `Domain`.

use std::fmt;

use super::ip_address::is_ip_literal;

/// What is most likely wrong with a `Domain`; in the verdicts of `explain` and the errors of
/// `CookieJar::set`, which has errors of their own for an IP address and a trailing dot.
///
/// `Display` writes the hint as a clause, such as "a domain has no port".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DomainHint {
    /// It is a URL, or has a path.
    Url,
    /// It has a `*`.
    Wildcard,
    /// It is an IP address, or the host is one.
    IpAddress,
    /// It has a port.
    Port,
    /// It ends in a dot, or the host does.
    TrailingDot,
    /// It is a subdomain of the host.
    Subdomain,
}

impl DomainHint {
    /// Returns what is wrong with a domain, as far as the domain itself tells.
    pub(crate) fn from_domain(domain: &str) -> Option<Self> {
        if domain.contains('/') {
            Some(Self::Url)
        } else if domain.contains('*') {
            Some(Self::Wildcard)
        } else if is_ip_literal(domain) {
            Some(Self::IpAddress)
        } else if domain.contains(':') && !domain.starts_with('[') {
            Some(Self::Port)
        } else if domain.ends_with('.') {
            Some(Self::TrailingDot)
        } else {
            None
        }
    }
}

impl fmt::Display for DomainHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Url => "a domain is a host name, not a URL",
            Self::Wildcard => "a domain includes its subdomains without a `*`",
            Self::IpAddress => "an IP address has no subdomains; leave `Domain` out",
            Self::Port => "a domain has no port",
            Self::TrailingDot => "a trailing dot makes it another host",
            Self::Subdomain => "a domain includes its subdomains; name the host itself",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints() {
        for (domain, hint) in [
            ("example.com", None),
            ("https://example.com", Some(DomainHint::Url)),
            ("https://*.x.com", Some(DomainHint::Url)),
            ("example.com/shop", Some(DomainHint::Url)),
            ("*.x.com", Some(DomainHint::Wildcard)),
            ("example.com:8080", Some(DomainHint::Port)),
            ("example.com.", Some(DomainHint::TrailingDot)),
            ("::1", Some(DomainHint::IpAddress)),
            ("[::1]", Some(DomainHint::IpAddress)),
            ("127.1", Some(DomainHint::IpAddress)),
            ("", None),
        ] {
            assert_eq!(DomainHint::from_domain(domain), hint, "{domain}");
        }
    }
}
