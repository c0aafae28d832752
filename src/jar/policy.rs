//! What an application decides once about its cookies.

use super::CookieJar;
use super::received::Received;
use crate::encoding::Encoding;
use crate::limits::{LimitError, Limits};

/// The limits and the encoding of an application's jars, made once.
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
    /// [`Limits::DEFAULT`] and [`Encoding::Percent`].
    #[must_use]
    pub const fn new() -> Self {
        Self { limits: Limits::DEFAULT, encoding: Encoding::Percent }
    }

    /// With these limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With this encoding of values.
    #[must_use]
    pub const fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The encoding of values.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A jar into which nothing came; as [`CookieJar::new`].
    #[must_use]
    pub fn empty_jar(self) -> CookieJar<'static> {
        CookieJar::of(self, Received::default())
    }

    /// A jar of one `Cookie` field; as [`CookieJar::from_cookie_header`].
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::from_cookie_header`].
    pub fn jar_from_cookie_header<F: AsRef<[u8]> + ?Sized>(
        self,
        field: &F,
    ) -> Result<CookieJar<'_>, LimitError> {
        self.jar_from_cookie_headers(std::iter::once(field))
    }

    /// A jar of several `Cookie` fields; as [`CookieJar::from_cookie_headers`].
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::from_cookie_headers`].
    pub fn jar_from_cookie_headers<'h, F, I>(self, fields: I) -> Result<CookieJar<'h>, LimitError>
    where
        F: AsRef<[u8]> + ?Sized + 'h,
        I: IntoIterator<Item = &'h F, IntoIter: Clone>,
    {
        let fields = fields.into_iter().map(AsRef::as_ref);
        Received::read(fields, &self).map(|received| CookieJar::of(self, received))
    }
}
