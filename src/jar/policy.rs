//! What an application decides once about its cookies.

use crate::encoding::Encoding;
use crate::limits::Limits;

/// The limits and the encoding of an application's jars, declared once.
///
/// # Examples
///
/// ```
/// use gingersnap::{Encoding, Limits, Policy};
///
/// const POLICY: Policy =
///     Policy::new().with_limits(Limits::SPEC).with_encoding(Encoding::Raw);
///
/// let jar = POLICY.jar_from_cookie_header("progress=50%25")?;
/// assert_eq!(jar.get("progress"), Some("50%25"));
/// # Ok::<(), gingersnap::errors::LimitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policy {
    limits: Limits,
    encoding: Encoding,
}

impl Policy {
    /// Creates the default policy: [`Limits::DEFAULT`] and [`Encoding::Percent`].
    #[must_use]
    pub const fn new() -> Self {
        Self { limits: Limits::DEFAULT, encoding: Encoding::Percent }
    }

    /// Sets the limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the encoding of values.
    #[must_use]
    pub const fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Returns the limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the encoding of values.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }
}
