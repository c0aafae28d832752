//! The `SameSite` attribute.

/// On which requests that another site started a cookie is sent (RFC 6265bis, section 5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// On none.
    Strict,
    /// On top-level navigations by a safe method: when the user follows a link.
    Lax,
    /// On all. Needs `Secure`, or browsers drop the cookie.
    None,
    /// Not said, or nothing that the standard knows: browsers treat the cookie as `Lax`, or nearly.
    #[default]
    Unset,
}

impl SameSite {
    /// The attribute's value as it is written; `Unset` has none.
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Strict => Some("Strict"),
            Self::Lax => Some("Lax"),
            Self::None => Some("None"),
            Self::Unset => None,
        }
    }

    /// What an attribute's value says to a user agent: one of three words in any case, and anything
    /// else is `Unset`.
    pub(crate) fn from_value(value: &[u8]) -> Self {
        if value.eq_ignore_ascii_case(b"Strict") {
            Self::Strict
        } else if value.eq_ignore_ascii_case(b"Lax") {
            Self::Lax
        } else if value.eq_ignore_ascii_case(b"None") {
            Self::None
        } else {
            Self::Unset
        }
    }
}
