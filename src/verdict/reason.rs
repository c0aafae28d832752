//! Why a user agent refuses a cookie.

use std::fmt;

use thiserror::Error;

use crate::cookie::{Prefix, Requirement};

/// Why a user agent refuses a cookie. It never holds a value.
///
/// Hosts and domains are shown as errors show names: escaped, and cut at 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// A control byte (HTAB apart), anywhere in the field.
    #[error("the field has {}", Controls { byte: *byte, count: *count })]
    Control {
        /// The first of them.
        byte: u8,
        /// How many there are.
        count: usize,
    },

    /// Neither a name nor a value.
    #[error("the field has neither a name nor a value")]
    Empty,

    /// Name and value are over 4096 bytes.
    #[error("name and value are {actual} bytes, over the limit of {limit}")]
    TooLarge {
        /// Bytes of name and value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// A `Domain` that isn't ASCII.
    #[error("the Domain isn't ASCII; write its A-label (`xn--...`)")]
    DomainNonAscii,

    /// A `Domain` that the host doesn't domain-match.
    #[error("the Domain `{domain}` is neither the host `{host}` nor a parent of it{mismatch}")]
    DomainMismatch {
        /// The domain, as read.
        domain: String,
        /// The host that sent the field.
        host: String,
        /// What is most likely wrong.
        mismatch: Mismatch,
    },

    /// A `Domain` that is a public suffix, and not the host itself.
    #[error("the Domain `{domain}` is a public suffix, under which anyone can have a host")]
    PublicSuffix {
        /// The domain, as read.
        domain: String,
    },

    /// `Secure` from a connection that isn't secure.
    #[error("Secure can be set over a secure connection alone")]
    NotSecure,

    /// Another cookie than one of `SameSite=None`, in the response to a cross-site request that is
    /// no top-level navigation.
    #[error("a cross-site response can set cookies of SameSite=None alone")]
    CrossSite,

    /// `SameSite=None` without `Secure`.
    #[error("SameSite=None needs Secure")]
    SameSiteNone,

    /// `Partitioned` without `Secure`.
    #[error("Partitioned needs Secure")]
    Partitioned,

    /// The name's prefix asks for what the cookie doesn't have.
    #[error("for the prefix `{}` a cookie must have {requirement}", prefix.as_str())]
    Prefix {
        /// The prefix.
        prefix: Prefix,
        /// What it asks for.
        requirement: Requirement,
    },

    /// No name, and a value that starts with a prefix: it would be sent back as if it were a name.
    #[error("there is no name, and the value starts with the prefix `{}`", prefix.as_str())]
    NamelessPrefix {
        /// The prefix.
        prefix: Prefix,
    },
}

impl Reason {
    /// Where the rule stands.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Control { .. } => "RFC 6265bis, section 5.6, step 1",
            Self::Empty => "RFC 6265bis, section 5.7, step 2",
            Self::TooLarge { .. } => "RFC 6265bis, section 5.7, step 4",
            Self::DomainNonAscii => "RFC 6265bis, section 5.7, step 8",
            Self::PublicSuffix { .. } => "RFC 6265bis, section 5.7, step 9",
            Self::DomainMismatch { .. } => "RFC 6265bis, section 5.7, step 10",
            Self::NotSecure => "RFC 6265bis, section 5.7, step 13",
            Self::CrossSite => "RFC 6265bis, section 5.7, step 18",
            Self::SameSiteNone => "RFC 6265bis, section 5.7, step 19",
            Self::Prefix { prefix: Prefix::Secure, .. } => "RFC 6265bis, section 5.7, step 20",
            Self::Prefix { prefix: Prefix::Host, .. } => "RFC 6265bis, section 5.7, step 21",
            Self::Prefix { prefix: Prefix::Http | Prefix::HostHttp, .. } => {
                "draft-ietf-httpbis-layered-cookies"
            }
            Self::NamelessPrefix { .. } => "RFC 6265bis, section 5.7, step 22",
            Self::Partitioned => "CHIPS (draft-cutler-httpbis-partitioned-cookies)",
        }
    }
}

/// What is most likely wrong with a `Domain` that the host doesn't domain-match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mismatch {
    /// It is another host.
    Elsewhere,
    /// It is a subdomain of the host.
    Below,
    /// It, or the host, ends in a dot.
    TrailingDot,
    /// The host is an IP address.
    Address,
    /// It is a URL, or has a path.
    Url,
    /// It has a port.
    Port,
    /// It starts with `*.`.
    Wildcard,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Elsewhere => "",
            Self::Below => "; the Domain of a host reaches its subdomains, too",
            Self::TrailingDot => "; a trailing dot makes another host",
            Self::Address => "; an IP address has no parents",
            Self::Url => "; a Domain is no URL, but a host alone",
            Self::Port => "; a Domain has no port",
            Self::Wildcard => "; a Domain reaches its subdomains without a `*`",
        })
    }
}

/// One control byte, or several.
struct Controls {
    byte: u8,
    count: usize,
}

impl fmt::Display for Controls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte = self.byte.escape_ascii();
        match self.count {
            1 => write!(f, "the control byte `{byte}`"),
            count => write!(f, "{count} control bytes, the first of them `{byte}`"),
        }
    }
}
