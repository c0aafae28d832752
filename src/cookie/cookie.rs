//! `Cookie`: plain data that accepts anything.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::attributes::{Attributes, Flags, rounded_up_seconds};
use super::domain::normalize;
use super::same_site::SameSite;
use crate::bytes::escape_attribute;
use crate::date::to_unix_seconds;
use crate::encoding::Encoding;

/// A cookie: a name, a value, and the attributes that tell a browser where to send it and how long
/// to keep it.
///
/// A `Cookie` is plain data and accepts anything. [`CookieJar::set`](crate::CookieJar::set) and
/// [`write_to`](Self::write_to) check it, and encode its value by the cookie's own encoding, or else by
/// that of the jar's policy or the argument. It borrows its text or owns it
/// ([`into_owned`](Self::into_owned)).
/// `Debug` masks the value. A cookie that an application uses in several places is best declared as
/// a [`CookieTemplate`](crate::CookieTemplate).
///
/// # Examples
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
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cookie<'c> {
    pub(crate) name: Cow<'c, str>,
    pub(crate) value: Cow<'c, str>,
    /// `None` is whatever the policy says.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) attributes: Attributes<Cow<'c, str>, Cow<'c, str>>,
}

impl<'c> Cookie<'c> {
    /// Creates a cookie for the whole host (`Path=/`, no `Domain`) that ends with the browser's
    /// session.
    #[must_use]
    pub fn new(name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Self {
        let attributes = Attributes {
            domain: None,
            path: Some(Cow::Borrowed("/")),
            max_age: None,
            expires: None,
            flags: Flags::NONE,
        };
        Self { name: name.into(), value: value.into(), encoding: None, attributes }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value: plain text, or the text on the wire if the cookie's
    /// [encoding](Self::encoding) is `Raw`, as that of a [parsed](Self::parse) cookie is.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns how the value is written, or `None` if that is up to the jar's
    /// [`Policy`](crate::Policy).
    #[must_use]
    pub const fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Returns the `Domain`. Without one, the cookie is host-only: it is sent only to the host that
    /// set it.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.attributes.domain.as_deref()
    }

    /// Returns the `Path`. Without one, the browser uses the request's path up to its last `/`
    /// (RFC 6265bis, section 5.1.4).
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.attributes.path.as_deref()
    }

    /// Returns `Max-Age`: how long the browser keeps the cookie, in whole seconds.
    #[must_use]
    pub const fn max_age(&self) -> Option<Duration> {
        self.attributes.max_age()
    }

    /// Returns `Expires`: until when the browser keeps the cookie, in whole seconds. `Max-Age` has
    /// precedence.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.attributes.expires()
    }

    /// Returns whether `Secure` is set: the cookie is sent over secure connections only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.attributes.flags.is_secure()
    }

    /// Returns whether `HttpOnly` is set: scripts cannot read the cookie.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.attributes.flags.is_http_only()
    }

    /// Returns whether `Partitioned` is set: the browser keeps the cookie separately for each
    /// top-level site in which it is set (a *partition*).
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.attributes.flags.is_partitioned()
    }

    /// Returns `SameSite`.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.attributes.flags.same_site()
    }

    /// Returns the value in wire form, as far as the cookie itself says how it is encoded.
    #[cfg(feature = "store")]
    pub(crate) fn wire_value(&self) -> Cow<'_, str> {
        match self.encoding {
            Some(Encoding::Percent) => Encoding::percent_encoded(&self.value),
            _ => Cow::Borrowed(&self.value),
        }
    }

    /// Returns whether every user agent that receives this cookie deletes it, whatever the time:
    /// `Max-Age` is zero, or there is no `Max-Age` and `Expires` is 1970-01-01 00:00:00 UTC or earlier.
    /// A later `Expires` may have passed, too, but saying so takes a clock.
    #[must_use]
    pub const fn is_removal(&self) -> bool {
        match (self.attributes.max_age, self.attributes.expires) {
            (Some(max_age), _) => max_age == 0,
            (None, Some(expires)) => expires <= 0,
            (None, None) => false,
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Cow<'c, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the value.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Cow<'c, str>>) -> Self {
        self.value = value.into();
        self
    }

    /// Sets how the value is written: `Percent` for plain text, `Raw` for a value that is encoded
    /// already. Without it, the jar's [`Policy`](crate::Policy) decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar, Encoding};
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(Cookie::new("filter", "%7B%22tag%22%3A1%7D").with_encoding(Encoding::Raw))?;
    /// assert_eq!(jar.set_cookie_headers().next(), Some("filter=%7B%22tag%22%3A1%7D; Path=/"));
    /// assert_eq!(jar.get("filter"), Some(r#"{"tag":1}"#)); // as the next request will be read
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    #[must_use]
    pub const fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Sets the `Domain`: the cookie is sent to that host and all of its subdomains. One leading
    /// dot is dropped, and ASCII letters become lower case.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<Cow<'c, str>>) -> Self {
        self.attributes.domain = Some(normalize(domain.into()));
        self
    }

    /// Drops the `Domain`: the cookie is sent only to the host that sets it.
    #[must_use]
    pub fn with_host_only(mut self) -> Self {
        self.attributes.domain = None;
        self
    }

    /// Sets the `Path`, which starts with `/`: the cookie is sent to that path and all below it.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<Cow<'c, str>>) -> Self {
        self.attributes.path = Some(path.into());
        self
    }

    /// Drops the `Path`: the browser uses that of the request up to its last `/`.
    #[must_use]
    pub fn with_default_path(mut self) -> Self {
        self.attributes.path = None;
        self
    }

    /// Sets the `Max-Age`, rounded up to whole seconds, or drops it with `None`. Zero makes the
    /// cookie a removal. Browsers cut what is over 400 days.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use gingersnap::Cookie;
    ///
    /// fn sign_in(id: &str, remember: bool) -> Cookie<'_> {
    ///     Cookie::new("sid", id).with_max_age(remember.then_some(Duration::from_secs(2_592_000)))
    /// }
    ///
    /// assert_eq!(sign_in("31d4", false).max_age(), None);
    /// ```
    #[must_use]
    #[doc(alias = "max_age")]
    pub fn with_max_age(mut self, max_age: impl Into<Option<Duration>>) -> Self {
        self.attributes.max_age = max_age.into().map(rounded_up_seconds);
        self
    }

    /// Sets the `Expires`, rounded down to whole seconds. Accepts `SystemTime` and the date types of
    /// `time`, `chrono` and `jiff`. Browsers cut what is over 400 days from now.
    ///
    /// Prefer `Max-Age`, which needs no clock. A jar has no clock either: it counts a cookie whose
    /// `Expires` has passed as set, although browsers remove it, unless it is a
    /// [removal](Self::is_removal) whatever the time. To remove a cookie, use
    /// [`CookieJar::remove`](crate::CookieJar::remove).
    #[must_use]
    pub fn with_expires(mut self, expires: impl Into<SystemTime>) -> Self {
        self.attributes.expires = Some(to_unix_seconds(expires.into()));
        self
    }

    /// Drops `Max-Age` and `Expires`: the cookie ends with the browser's session.
    #[must_use]
    pub fn with_session_lifetime(mut self) -> Self {
        self.attributes.max_age = None;
        self.attributes.expires = None;
        self
    }

    /// Sets or drops `Secure`.
    #[must_use]
    pub fn with_secure(mut self, is_secure: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_secure(is_secure);
        self
    }

    /// Sets or drops `HttpOnly`.
    #[must_use]
    pub fn with_http_only(mut self, is_http_only: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_http_only(is_http_only);
        self
    }

    /// Sets or drops `Partitioned`.
    #[must_use]
    pub fn with_partitioned(mut self, is_partitioned: bool) -> Self {
        self.attributes.flags = self.attributes.flags.with_partitioned(is_partitioned);
        self
    }

    /// Sets `SameSite`.
    #[must_use]
    pub fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.flags = self.attributes.flags.with_same_site(same_site);
        self
    }

    /// Returns the cookie with text of its own, so that it can outlive what it borrowed from.
    #[must_use]
    pub fn into_owned(self) -> Cookie<'static> {
        let owned = |text: Cow<'c, str>| Cow::Owned(text.into_owned());
        Cookie {
            name: owned(self.name),
            value: owned(self.value),
            encoding: self.encoding,
            attributes: self.attributes.map(owned, owned),
        }
    }

    /// Returns the same cookie, borrowing its text from this one.
    #[must_use]
    pub fn as_borrowed(&self) -> Cookie<'_> {
        Cookie {
            name: Cow::Borrowed(&self.name),
            value: Cow::Borrowed(&self.value),
            encoding: self.encoding,
            attributes: Attributes {
                domain: self.domain().map(Cow::Borrowed),
                path: self.path().map(Cow::Borrowed),
                ..self.attributes
            },
        }
    }

    /// Turns this cookie into its removal: no value, `Max-Age=0`, and `Expires` in 1970.
    pub(crate) fn into_removal(self) -> Self {
        let mut removal = self.with_value("");
        removal.attributes.max_age = Some(0);
        removal.attributes.expires = Some(0);
        removal
    }
}

/// Creates a cookie from a name and a plain value, as [`Cookie::new`].
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
        let mut out = f.debug_struct("Cookie");
        out.field("name", &self.name())
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("encoding", &self.encoding);
        let path = self.path().map(|path| escape_attribute(path.as_bytes()));
        self.attributes.debug(&mut out, &path);
        out.finish()
    }
}

#[cfg(all(test, feature = "store"))]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_encoded_as_the_cookie_says() {
        let cookie = Cookie::new("a", "b c");
        assert_eq!(cookie.wire_value(), "b c");
        for (encoding, value) in [(Encoding::Percent, "b%20c"), (Encoding::Raw, "b c")] {
            assert_eq!(cookie.clone().with_encoding(encoding).wire_value(), value);
        }
    }
}
