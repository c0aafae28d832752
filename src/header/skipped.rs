//! Pairs of a `Cookie` header that cannot be read.

use std::fmt;
use std::ops::Range;

/// A pair that was skipped: where it is, and why. The pair itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Skipped {
    /// Which `Cookie` header the pair is in, from 0.
    pub header: usize,
    /// The position of the pair in the header, in bytes from 0.
    pub offset: usize,
    /// The length of the pair, in bytes.
    pub len: usize,
    /// Why the pair was skipped.
    pub reason: SkipReason,
}

impl Skipped {
    /// Creates the record of a pair in the first header.
    pub(crate) fn new(pair: Range<usize>, reason: SkipReason) -> Self {
        Self { header: 0, offset: pair.start, len: pair.len(), reason }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { header, offset, len, reason } = self;
        write!(f, "a pair of {len} bytes at byte {offset} of `Cookie` header {header} {reason}")
    }
}

/// Why a pair was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// It has a control character other than HTAB.
    Control,
    /// It has no `=`: it is the bare value of a nameless cookie.
    NoEquals,
    /// Its name is empty.
    EmptyName,
    /// It is not UTF-8, and text was asked for.
    NotUtf8,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Control => "has a control character",
            Self::NoEquals => "has no `=`",
            Self::EmptyName => "has an empty name",
            Self::NotUtf8 => "is not UTF-8",
        })
    }
}
