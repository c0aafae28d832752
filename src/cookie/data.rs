//! `Cookie`: plain data that takes anything.

use std::borrow::Cow;
use std::fmt;

use super::SameSite;
use super::domain::{normalised, without_dot};

/// A cookie: a name, a value, and the attributes that say where and how long a browser keeps it.
///
/// It is plain data and takes anything; it is checked where it is sent: by
/// [`CookieJar::set`](crate::CookieJar::set) and [`write_to`](Self::write_to). Its value is plain
/// text, which these encode. It borrows its text or owns it ([`into_owned`](Self::into_owned)).
/// `Debug` masks the value.
///
/// ```
/// use std::time::Duration;
/// use gingersnap::{Cookie, Encoding, SameSite};
///
/// let cookie = Cookie::new("theme", "dark & calm")
///     .with_path("/settings")
///     .with_max_age(Duration::from_secs(86_400))
///     .with_secure(true)
///     .with_same_site(SameSite::Lax);
/// assert_eq!(cookie.path(), Some("/settings"));
/// assert_eq!(
///     cookie.to_set_cookie(Encoding::Percent)?,
///     "theme=dark%20&%20calm; Max-Age=86400; Path=/settings; Secure; SameSite=Lax",
/// );
/// # Ok::<(), gingersnap::errors::CookieError>(())
/// ```
///
/// Declared once and used everywhere, its name and attributes stand in a `const`:
///
/// ```
/// use std::time::Duration;
/// use gingersnap::{Cookie, CookieJar};
///
/// const VISITS: Cookie = Cookie::from_static_at("visits", None, "/blog")
///     .with_max_age(Duration::from_secs(63_072_000))
///     .with_http_only(true);
///
/// let mut jar = CookieJar::new();
/// jar.set(VISITS.with_value("1"))?;
/// jar.remove(VISITS)?; // reaches /blog, as a removal by name can't
/// # Ok::<(), gingersnap::errors::CookieError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cookie<'c> {
    pub(crate) name: Cow<'c, str>,
    pub(crate) value: Cow<'c, str>,
    pub(crate) domain: Option<Cow<'c, str>>,
    pub(crate) path: Option<Cow<'c, str>>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    /// Seconds since 1970.
    pub(crate) expires: Option<i64>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) partitioned: bool,
    pub(crate) same_site: SameSite,
}

impl<'c> Cookie<'c> {
    /// A cookie for the whole host (`Path=/`, no `Domain`) that ends with the browser's session.
    #[must_use]
    pub fn new(name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            domain: None,
            path: Some(Cow::Borrowed("/")),
            max_age: None,
            expires: None,
            secure: false,
            http_only: false,
            partitioned: false,
            same_site: SameSite::Unset,
        }
    }

    /// The preset for what must be guarded, such as a session's id: a name that starts with
    /// `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`. The prefix is added unless the name
    /// has it; read and remove the cookie by its whole name.
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar, Encoding};
    ///
    /// let sid = Cookie::host("sid", "31d4d96e");
    /// assert_eq!(sid, Cookie::host("__Host-sid", "31d4d96e"));
    /// assert_eq!(
    ///     sid.to_set_cookie(Encoding::Percent)?,
    ///     "__Host-sid=31d4d96e; Path=/; Secure; HttpOnly; SameSite=Lax",
    /// );
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(sid)?;
    /// assert_eq!(jar.get("__Host-sid"), Some("31d4d96e"));
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    #[must_use]
    pub fn host(name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Self {
        let (name, prefix) = (name.into(), super::Prefix::Host.as_str());
        let name = if name.starts_with(prefix) { name } else { (prefix.to_owned() + &name).into() };
        Self::new(name, value).with_secure(true).with_http_only(true).with_same_site(SameSite::Lax)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, as plain text; as it came, where the cookie was [parsed](Self::parse).
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The `Domain`; `None` is host-only: the cookie goes to the host that set it and no other.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// The `Path`; `None` leaves it to the browser, which takes the request's path up to its last
    /// `/` (RFC 6265bis, section 5.1.4).
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// `Secure`: sent over secure connections only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// `HttpOnly`: out of reach of scripts.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// `Partitioned`: lives under the top-level site in which it was set, and is sent only there.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.partitioned
    }

    /// `SameSite`.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.same_site
    }

    /// With another name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Cow<'c, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// With another value.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Cow<'c, str>>) -> Self {
        self.value = value.into();
        self
    }

    /// With this `Domain`: the cookie goes to that host and all of its subdomains. One leading dot
    /// is dropped, and ASCII lower-cased.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<Cow<'c, str>>) -> Self {
        self.domain = Some(normalised(domain.into()));
        self
    }

    /// Without a `Domain`.
    #[must_use]
    pub fn with_host_only(mut self) -> Self {
        self.domain = None;
        self
    }

    /// With this `Path`, which starts with `/`: the cookie goes to what is at it and below it.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<Cow<'c, str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Without a `Path`: the browser takes that of the request up to its last `/`.
    #[must_use]
    pub fn with_default_path(mut self) -> Self {
        self.path = None;
        self
    }

    /// With `Secure`, or without.
    #[must_use]
    pub const fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// With `HttpOnly`, or without.
    #[must_use]
    pub const fn with_http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// With `Partitioned`, or without.
    #[must_use]
    pub const fn with_partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// With this `SameSite`.
    #[must_use]
    pub const fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// The same cookie, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Cookie<'static> {
        let owned = |text: Cow<'c, str>| Cow::Owned(text.into_owned());
        Cookie {
            name: owned(self.name),
            value: owned(self.value),
            domain: self.domain.map(owned),
            path: self.path.map(owned),
            max_age: self.max_age,
            expires: self.expires,
            secure: self.secure,
            http_only: self.http_only,
            partitioned: self.partitioned,
            same_site: self.same_site,
        }
    }

    /// The same cookie, borrowing its text from this one.
    #[must_use]
    pub fn as_borrowed(&self) -> Cookie<'_> {
        Cookie {
            name: Cow::Borrowed(&self.name),
            value: Cow::Borrowed(&self.value),
            domain: self.domain.as_deref().map(Cow::Borrowed),
            path: self.path.as_deref().map(Cow::Borrowed),
            ..*self
        }
    }
}

impl Cookie<'static> {
    /// A cookie for a `const`, as [`new`](Cookie::new) and without a value; add it with
    /// [`with_value`](Cookie::with_value) when it is sent.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self::from_static_at(name, None, "/")
    }

    /// A cookie for a `const`, as [`from_static`](Self::from_static), at a `Domain` (write it in
    /// lower case, as it is sent; one leading dot is dropped) and a `Path`.
    #[must_use]
    pub const fn from_static_at(
        name: &'static str,
        domain: Option<&'static str>,
        path: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value: Cow::Borrowed(""),
            domain: match domain {
                Some(domain) => Some(Cow::Borrowed(without_dot(domain))),
                None => None,
            },
            path: Some(Cow::Borrowed(path)),
            max_age: None,
            expires: None,
            secure: false,
            http_only: false,
            partitioned: false,
            same_site: SameSite::Unset,
        }
    }
}

/// A plain name and value: as [`Cookie::new`].
impl<'c, N: Into<Cow<'c, str>>, V: Into<Cow<'c, str>>> From<(N, V)> for Cookie<'c> {
    fn from((name, value): (N, V)) -> Self {
        Self::new(name, value)
    }
}

impl<'a> From<&'a Cookie<'_>> for Cookie<'a> {
    fn from(cookie: &'a Cookie<'_>) -> Self {
        cookie.as_borrowed()
    }
}

impl fmt::Debug for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie")
            .field("name", &self.name())
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("domain", &self.domain())
            .field("path", &self.path())
            .field("max_age", &self.max_age())
            .field("expires", &self.expires().map(crate::date::imf_fixdate))
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("partitioned", &self.partitioned)
            .field("same_site", &self.same_site)
            .finish()
    }
}
