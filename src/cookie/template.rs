//! `CookieTemplate`: a cookie's name and attributes, declared once.

use std::borrow::Cow;
use std::time::Duration;

use super::attributes::{Attributes, Flags, rounded_up_seconds};
use super::cookie::Cookie;
use super::domain::{lower_case, without_leading_dot};
use super::prefix::Prefix;
use super::same_site::SameSite;
use crate::encoding::Encoding;

/// A cookie without a value: the name and attributes that an application declares once, as a
/// `const`, and uses wherever it sets, reads or removes the cookie.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use gingersnap::{CookieJar, CookieTemplate};
///
/// const VISITS: CookieTemplate = CookieTemplate::new("visits")
///     .with_path("/blog")
///     .with_max_age(Duration::from_secs(63_072_000))
///     .with_http_only(true);
///
/// let mut jar = CookieJar::from_cookie_header("visits=1")?;
/// assert_eq!(jar.get(VISITS.name()), Some("1"));
/// jar.remove(VISITS)?; // at the path `/blog`, where a removal by name would not reach it
/// jar.set(VISITS.with_value("2"))?;
/// # Ok::<(), gingersnap::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CookieTemplate {
    name: &'static str,
    encoding: Option<Encoding>,
    attributes: Attributes<&'static str, &'static str>,
}

impl CookieTemplate {
    /// Creates a template for the whole host (`Path=/`, no `Domain`) that ends with the browser's
    /// session; as [`Cookie::new`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        let attributes = Attributes {
            domain: None,
            path: Some("/"),
            max_age: None,
            expires: None,
            flags: Flags::NONE,
        };
        Self { name, encoding: None, attributes }
    }

    /// Creates a template for what must be protected, such as a session id: `Secure`, `HttpOnly`,
    /// `SameSite=Lax` and `Path=/`, with a name that starts with `__Host-`.
    ///
    /// The prefix keeps sibling hosts and insecure connections from setting the cookie. Give the
    /// whole name, as it is sent.
    ///
    /// # Panics
    ///
    /// If `name` does not start with `__Host-`, or has nothing after it. In a `const`, this is an
    /// error at compile time.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    ///
    /// const SID: CookieTemplate = CookieTemplate::host_prefixed("__Host-sid");
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(SID.with_value("31d4d96e"))?;
    /// assert_eq!(jar.get(SID.name()), Some("31d4d96e"));
    /// assert_eq!(
    ///     jar.set_cookie_headers().next(),
    ///     Some("__Host-sid=31d4d96e; Path=/; Secure; HttpOnly; SameSite=Lax"),
    /// );
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    ///
    /// A name without the prefix does not compile:
    ///
    /// ```compile_fail
    /// use gingersnap::CookieTemplate;
    ///
    /// const SID: CookieTemplate = CookieTemplate::host_prefixed("sid");
    /// ```
    #[must_use]
    pub const fn host_prefixed(name: &'static str) -> Self {
        let (bytes, prefix) = (name.as_bytes(), Prefix::Host.as_str().as_bytes());
        assert!(bytes.len() > prefix.len(), "the name must start with `__Host-`");
        let mut at = 0;
        while at < prefix.len() {
            assert!(bytes[at] == prefix[at], "the name must start with `__Host-`");
            at += 1;
        }
        Self::new(name).with_secure(true).with_http_only(true).with_same_site(SameSite::Lax)
    }

    /// Returns the cookie's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Creates a cookie with this template's name and attributes, and a value.
    #[must_use]
    pub fn with_value<'c>(self, value: impl Into<Cow<'c, str>>) -> Cookie<'c> {
        Cookie {
            name: Cow::Borrowed(self.name),
            value: value.into(),
            encoding: self.encoding,
            attributes: self
                .attributes
                .map(|domain| lower_case(Cow::Borrowed(domain)), Cow::Borrowed),
        }
    }

    /// Sets how values are written; without it, the jar's [`Policy`](crate::Policy) decides.
    #[must_use]
    pub const fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Sets the `Domain`: the cookie is sent to that host and all of its subdomains. One leading
    /// dot is dropped.
    #[must_use]
    pub const fn with_domain(mut self, domain: &'static str) -> Self {
        self.attributes.domain = Some(without_leading_dot(domain));
        self
    }

    /// Sets the `Path`, which starts with `/`: the cookie is sent to that path and all below it.
    #[must_use]
    pub const fn with_path(mut self, path: &'static str) -> Self {
        self.attributes.path = Some(path);
        self
    }

    /// Drops the `Path`: the browser uses that of the request up to its last `/`.
    #[must_use]
    pub const fn with_default_path(mut self) -> Self {
        self.attributes.path = None;
        self
    }

    /// Sets the `Max-Age`, rounded up to whole seconds. Zero makes the cookie a removal. Browsers
    /// cut what is over 400 days.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.attributes.max_age = Some(rounded_up_seconds(max_age));
        self
    }

    /// Sets or drops `Secure`: the cookie is sent over secure connections only.
    #[must_use]
    pub const fn with_secure(mut self, is_secure: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_secure(is_secure);
        self
    }

    /// Sets or drops `HttpOnly`: scripts cannot read the cookie.
    #[must_use]
    pub const fn with_http_only(mut self, is_http_only: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_http_only(is_http_only);
        self
    }

    /// Sets or drops `Partitioned`: the browser keeps the cookie separately for each top-level site
    /// in which it is set.
    #[must_use]
    pub const fn with_partitioned(mut self, is_partitioned: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_partitioned(is_partitioned);
        self
    }

    /// Sets `SameSite`.
    #[must_use]
    pub const fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.flags = self.attributes.flags.with_same_site(same_site);
        self
    }
}

impl std::fmt::Debug for CookieTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("CookieTemplate");
        out.field("name", &self.name).field("encoding", &self.encoding);
        self.attributes.debug(&mut out, &self.attributes.path);
        out.finish()
    }
}
