//! What a store did with a cookie.

use crate::user_agent::Reason;

/// What a store did with a `Set-Cookie` header, or with a cookie that was inserted.
///
/// Requires the feature `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The cookie is stored. If a limit is exceeded by that, it may be evicted itself, such as one
    /// without `Secure` beside others with it.
    Stored,
    /// The cookie is stored in place of one with the same identity, whose creation time it keeps.
    Replaced,
    /// The cookie has expired, and so removes the one with its identity.
    Removed,
    /// The cookie has expired, and there is none with its identity.
    NothingToRemove,
    /// The cookie is refused, for each of these reasons.
    Refused(Box<[Reason]>),
}

impl Outcome {
    /// Returns whether the cookie was stored.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        matches!(self, Self::Stored | Self::Replaced)
    }

    /// Returns the reasons why the cookie is refused; none if it is not.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Refused(reasons) => reasons,
            _ => &[],
        }
    }
}
