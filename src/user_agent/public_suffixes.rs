//! Lists of public suffixes.

use std::fmt;
use std::sync::Arc;

/// A list of public suffixes: the domains under which anyone can register a name, such as `com` and
/// `co.uk`.
///
/// Functions from a canonical host name to a number implement it. They must not panic: a store asks them
/// while it changes.
pub trait PublicSuffixes: Send + Sync {
    /// Returns the length of the public suffix at the end of a host name in lower case without a
    /// trailing dot, in bytes: the name's own length if it is a public suffix, and 0 if the list has
    /// none for it. The last label then counts as the public suffix.
    fn suffix_len(&self, host: &str) -> usize;
}

impl<F: Fn(&str) -> usize + Send + Sync> PublicSuffixes for F {
    fn suffix_len(&self, host: &str) -> usize {
        self(host)
    }
}

/// The list of a user agent.
#[derive(Clone)]
pub(super) enum SuffixList {
    #[cfg(not(feature = "store"))]
    None,
    /// The list that is compiled into the crate `psl`.
    #[cfg(feature = "store")]
    Compiled,
    Given(Arc<dyn PublicSuffixes>),
}

impl SuffixList {
    #[cfg(not(feature = "store"))]
    pub(super) const DEFAULT: Self = Self::None;
    #[cfg(feature = "store")]
    pub(super) const DEFAULT: Self = Self::Compiled;

    pub(super) fn from_list(list: impl PublicSuffixes + 'static) -> Self {
        Self::Given(Arc::new(list))
    }

    pub(super) const fn is_some(&self) -> bool {
        match self {
            #[cfg(not(feature = "store"))]
            Self::None => false,
            #[cfg(feature = "store")]
            Self::Compiled => true,
            Self::Given(_) => true,
        }
    }

    /// Returns the length of a name's public suffix, and 0 without a list; see
    /// [`PublicSuffixes::suffix_len`].
    pub(super) fn suffix_len(&self, name: &str) -> usize {
        match self {
            #[cfg(not(feature = "store"))]
            Self::None => 0,
            #[cfg(feature = "store")]
            Self::Compiled => {
                use psl::Psl;
                psl::List.suffix(name.as_bytes()).map_or(0, |suffix| suffix.as_bytes().len())
            }
            Self::Given(list) => list.suffix_len(name),
        }
    }
}

impl fmt::Debug for SuffixList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(not(feature = "store"))]
            Self::None => "None",
            #[cfg(feature = "store")]
            Self::Compiled => "Compiled",
            Self::Given(_) => "Given",
        })
    }
}
