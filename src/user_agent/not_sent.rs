//! Why a stored cookie is not sent.

/// Why a stored cookie is not sent with a request, or not shown to a script (RFC 6265bis, section
/// 5.8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotSent {
    /// Cookies are disabled.
    CookiesDisabled,
    /// The cookie has expired.
    Expired,
    /// The cookie is for one host only, and the request is to another one.
    OtherHost,
    /// The cookie's domain is neither the request's host nor a parent of it.
    OtherDomain,
    /// The cookie's domain is a public suffix, or a parent of one: it is sent to several sites.
    PublicSuffix,
    /// The request's path does not path-match the cookie's path.
    OtherPath,
    /// The cookie is `Secure`, and the connection is not secure.
    NotSecure,
    /// The cookie is `HttpOnly`, and a script asks for it.
    HttpOnly,
    /// The cookie is `SameSite=Strict`, and the request is cross-site.
    Strict,
    /// The cookie is `SameSite=Lax` or has no `SameSite`, and the request is cross-site, and not a
    /// top-level navigation with a safe method.
    Lax,
    /// The cookie is `Partitioned`, and the request is under another top-level site.
    OtherPartition,
}

impl NotSent {
    /// Returns the section of the standard that has the rule.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::CookiesDisabled => "RFC 6265bis, section 7.2",
            Self::OtherPartition => "CHIPS (draft-cutler-httpbis-partitioned-cookies)",
            Self::Expired => "RFC 6265bis, section 5.7",
            Self::PublicSuffix => "RFC 6265bis, section 5.8.3, step 1, and section 5.7, step 9",
            _ => "RFC 6265bis, section 5.8.3, step 1",
        }
    }
}
