//! What a value is sealed for.

use std::fmt;

/// What a value is sealed for. Each variant exists with the features that need it.
///
/// Requires the feature `signed` or `encrypted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Anyone can read the value, and nobody can change it unnoticed.
    #[cfg(feature = "signed")]
    Signed,
    /// Nobody can read the value either.
    #[cfg(feature = "encrypted")]
    Encrypted,
    /// The value of a stored cookie, encrypted for an engine that keeps it.
    ///
    /// Requires the features `encrypted` and `store`.
    #[cfg(all(feature = "encrypted", feature = "store"))]
    Stored,
}

impl Purpose {
    /// Returns the byte that stands for the purpose in an envelope.
    pub(super) const fn as_byte(self) -> u8 {
        match self {
            #[cfg(feature = "signed")]
            Self::Signed => b's',
            #[cfg(feature = "encrypted")]
            Self::Encrypted => b'e',
            #[cfg(all(feature = "encrypted", feature = "store"))]
            Self::Stored => b't',
        }
    }

    /// Returns the article in front of the purpose.
    pub(super) const fn article(self) -> &'static str {
        match self {
            #[cfg(feature = "signed")]
            Self::Signed => "a",
            #[cfg(feature = "encrypted")]
            Self::Encrypted => "an",
            #[cfg(all(feature = "encrypted", feature = "store"))]
            Self::Stored => "a",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            #[cfg(feature = "signed")]
            Self::Signed => "signed",
            #[cfg(feature = "encrypted")]
            Self::Encrypted => "encrypted",
            #[cfg(all(feature = "encrypted", feature = "store"))]
            Self::Stored => "stored",
        })
    }
}
