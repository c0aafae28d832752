//! The `Set-Cookie` field, written (RFC 6265bis, section 4.1).

use crate::cookie::{Cookie, CookieError, Fit};
use crate::date::ImfFixdate;
use crate::encoding::Encoding;
use crate::limits::Limits;

impl Cookie<'_> {
    /// Writes the cookie as a `Set-Cookie` field (its value, without the field's name) behind what
    /// `out` holds.
    ///
    /// What it writes reads back as the same cookie, its value through the same `Encoding`, and can
    /// hold no second field.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a cookie that browsers would drop or keep otherwise than it is meant;
    /// `out` stays as it was. Sizes are held to [`Limits::DEFAULT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, Encoding};
    ///
    /// let mut field = String::new();
    /// Cookie::new("name", "Zoë").write_to(&mut field, Encoding::Percent)?;
    /// assert_eq!(field, "name=Zo%C3%AB; Path=/");
    ///
    /// let error = Cookie::new("a\r\nb", "").write_to(&mut field, Encoding::Percent).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r"cookie `a\r\nb` has `\r` at octet 1 of its name, which a token can't hold",
    /// );
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    pub fn write_to(&self, out: &mut String, encoding: Encoding) -> Result<(), CookieError> {
        Line::to_set(self, encoding, &Limits::DEFAULT).map(|line| line.write_to(out))
    }

    /// The cookie as a `Set-Cookie` field (its value, without the field's name), in a string of
    /// exactly its size.
    ///
    /// # Errors
    ///
    /// Those of [`write_to`](Self::write_to).
    pub fn to_set_cookie(&self, encoding: Encoding) -> Result<String, CookieError> {
        Line::to_set(self, encoding, &Limits::DEFAULT).map(|line| line.to_string_exact())
    }
}

/// A cookie that passed the gate, about to be written.
pub(crate) struct Line<'a>(Fit<'a>);

impl<'a> Line<'a> {
    /// A cookie that a server sets.
    pub(crate) fn to_set(
        cookie: &'a Cookie<'_>,
        encoding: Encoding,
        limits: &Limits,
    ) -> Result<Self, CookieError> {
        Fit::to_set(cookie, encoding, limits).map(Self)
    }

    /// A removal.
    pub(crate) fn to_remove(cookie: &'a Cookie<'_>, limits: &Limits) -> Result<Self, CookieError> {
        Fit::to_remove(cookie, limits).map(Self)
    }

    /// The cookie.
    pub(crate) fn cookie(&self) -> &Cookie<'a> {
        self.0.cookie
    }

    /// Its domain, normalised.
    pub(crate) fn domain(&self) -> Option<&str> {
        self.0.domain.as_deref()
    }

    /// Its value as it is written.
    pub(crate) fn value(&self) -> &str {
        &self.0.value
    }

    /// The field, in a string of exactly its size: spare capacity would cost a second allocation
    /// when it becomes a `HeaderValue`.
    pub(crate) fn to_string_exact(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    /// Writes the field.
    ///
    /// `set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )`
    pub(crate) fn write_to(&self, out: &mut String) {
        let Fit { cookie, value, domain, expires } = &self.0;
        let mut digits = itoa::Buffer::new();
        let max_age = cookie.max_age().map(|max_age| digits.format(max_age.as_secs()));
        let same_site = cookie.same_site().as_str();
        // What an attribute adds to the text of its value.
        let size = |value: Option<&str>, name: &str| value.map_or(0, |v| name.len() + v.len());
        out.reserve_exact(
            cookie.name().len()
                + 1
                + value.len()
                + expires.map_or(0, |_| EXPIRES.len() + ImfFixdate::LEN)
                + size(max_age, MAX_AGE)
                + size(domain.as_deref(), DOMAIN)
                + size(cookie.path(), PATH)
                + size(same_site, SAME_SITE)
                + if cookie.secure() { SECURE.len() } else { 0 }
                + if cookie.http_only() { HTTP_ONLY.len() } else { 0 }
                + if cookie.partitioned() { PARTITIONED.len() } else { 0 },
        );
        let mut attribute = |name: &str, value: &str| {
            out.push_str(name);
            out.push_str(value);
        };
        attribute(cookie.name(), "=");
        attribute(value, "");
        if let Some(expires) = expires {
            attribute(EXPIRES, expires.as_str());
        }
        if let Some(max_age) = max_age {
            attribute(MAX_AGE, max_age);
        }
        if let Some(domain) = domain {
            attribute(DOMAIN, domain);
        }
        if let Some(path) = cookie.path() {
            attribute(PATH, path);
        }
        if cookie.secure() {
            attribute(SECURE, "");
        }
        if cookie.http_only() {
            attribute(HTTP_ONLY, "");
        }
        if let Some(same_site) = same_site {
            attribute(SAME_SITE, same_site);
        }
        if cookie.partitioned() {
            attribute(PARTITIONED, "");
        }
    }
}

const EXPIRES: &str = "; Expires=";
const MAX_AGE: &str = "; Max-Age=";
const DOMAIN: &str = "; Domain=";
const PATH: &str = "; Path=";
const SECURE: &str = "; Secure";
const HTTP_ONLY: &str = "; HttpOnly";
const SAME_SITE: &str = "; SameSite=";
const PARTITIONED: &str = "; Partitioned";
