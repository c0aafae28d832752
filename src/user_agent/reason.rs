//! Why a user agent refuses a cookie.

use crate::cookie::{Prefix, Requirement};
use crate::host::DomainHint;

/// Why a user agent refuses a cookie. It never contains the cookie's value.
///
/// Hosts and domains have invisible characters escaped, and are cut after 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is a control character other than HTAB, anywhere in the header.
    Control {
        /// The first of them.
        byte: u8,
        /// How many there are.
        count: usize,
    },

    /// There is neither a name nor a value.
    Empty,

    /// Name and value are over 4096 bytes.
    TooLarge {
        /// The bytes of name and value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// The `Domain` is not ASCII.
    DomainNonAscii,

    /// The host does not domain-match the `Domain`.
    DomainMismatch {
        /// The domain, as read.
        domain: String,
        /// The host of the request.
        host: String,
        /// What is most likely wrong.
        hint: Option<DomainHint>,
    },

    /// The `Domain` is a public suffix, and not the host itself.
    PublicSuffix {
        /// The domain, as read.
        domain: String,
    },

    /// The `Domain` is a parent of the host's public suffix: the cookie would be sent to several
    /// sites.
    AboveSite {
        /// The domain, as read.
        domain: String,
    },

    /// Cookies are disabled.
    CookiesDisabled,

    /// `Secure` over a connection that is not secure.
    NotSecure,

    /// `HttpOnly` by a script, or another API than HTTP.
    NonHttpApi,

    /// Over a connection that is not secure, a cookie that would hide or replace a stored `Secure`
    /// cookie of its name.
    HidesSecure,

    /// By a script, a cookie that would replace or remove a stored `HttpOnly` cookie.
    OverwritesHttpOnly,

    /// A cookie without `SameSite=None`, in the response to a cross-site request that is not a
    /// top-level navigation, or by a script in a cross-site document.
    CrossSite,

    /// `SameSite=None` without `Secure`.
    SameSiteNone,

    /// `Partitioned` without `Secure`.
    Partitioned,

    /// The cookie does not meet a requirement of its name's prefix.
    Prefix {
        /// The prefix.
        prefix: Prefix,
        /// What the cookie does not meet.
        requirement: Requirement,
    },

    /// There is no name, and the value starts with a prefix: it would be sent back as if it were a
    /// name.
    NamelessPrefix {
        /// The prefix.
        prefix: Prefix,
    },

    /// The cookie was given by hand or read from a file, and would be read back as another one: the
    /// name has `=`, the name or the value has `;`, or one of name, value and path starts or ends with
    /// white space. A path that is given by hand cannot have `;` either.
    NotReadBack,
}

impl Reason {
    /// Returns the section of the standard that has the rule.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Control { .. } => "RFC 6265bis, section 5.6, step 1",
            Self::Empty => "RFC 6265bis, section 5.7, step 2",
            Self::TooLarge { .. } => "RFC 6265bis, section 5.7, step 4",
            Self::DomainNonAscii => "RFC 6265bis, section 5.7, step 8",
            Self::PublicSuffix { .. } => "RFC 6265bis, section 5.7, step 9",
            Self::AboveSite { .. } => "RFC 6265bis, section 5.7, step 9, as browsers apply it",
            Self::DomainMismatch { .. } => "RFC 6265bis, section 5.7, step 10",
            Self::CookiesDisabled => "RFC 6265bis, section 7.2",
            Self::NotSecure => "RFC 6265bis, section 5.7, step 13",
            Self::NonHttpApi => "RFC 6265bis, section 5.7, step 15",
            Self::HidesSecure => "RFC 6265bis, section 5.7, step 16",
            Self::OverwritesHttpOnly => "RFC 6265bis, section 5.7, step 23",
            Self::NotReadBack => "RFC 6265bis, section 5.6",
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
