//! The `Set-Cookie` field, written (RFC 6265bis, section 4.1).

use crate::cookie::{Cookie, CookieError, Fit, SameSite, lower_cased};
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
    ///     r"cookie `a\r\nb` has `\r` at byte 1 of its name, which a token can't hold",
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
    #[inline]
    pub(crate) fn to_set(
        cookie: &'a Cookie<'_>,
        encoding: Encoding,
        limits: &Limits,
    ) -> Result<Self, CookieError> {
        Fit::to_set(cookie, encoding, limits).map(Self)
    }

    /// A cookie that a server sets, whose value this crate wrote.
    #[cfg(any(feature = "signed", feature = "encrypted"))]
    pub(crate) fn written(cookie: &'a Cookie<'_>, limits: &Limits) -> Result<Self, CookieError> {
        Fit::written(cookie, limits).map(Self)
    }

    /// A removal.
    pub(crate) fn to_remove(cookie: &'a Cookie<'_>, limits: &Limits) -> Result<Self, CookieError> {
        Fit::to_remove(cookie, limits).map(Self)
    }

    /// The cookie.
    pub(crate) fn cookie(&self) -> &Cookie<'a> {
        self.0.cookie
    }

    /// Bytes of the value as it is written.
    pub(crate) fn value_bytes(&self) -> usize {
        self.0.value_bytes
    }

    /// The plain value, where it is written otherwise.
    pub(crate) fn plain(&self) -> Option<&str> {
        let value = self.0.cookie.value();
        (self.0.value_bytes != value.len()).then_some(value)
    }

    /// The field, in a string of exactly its size: spare capacity would cost a second allocation
    /// when it becomes a `HeaderValue`.
    #[inline]
    pub(crate) fn to_string_exact(&self) -> String {
        let mut out = String::with_capacity(self.bytes());
        self.write_to(&mut out);
        out
    }

    /// Bytes of the field.
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        let Fit { cookie, value_bytes, .. } = self.0;
        let flag = |name: &str, there: bool| if there { name.len() } else { 0 };
        let middle = if self.has_middle() { self.middle_bytes() } else { 0 };
        cookie.name().len()
            + 1
            + value_bytes
            + middle
            + cookie.path().map_or(0, |path| PATH.len() + path.len())
            + flag(SECURE, cookie.is_secure())
            + flag(HTTP_ONLY, cookie.is_http_only())
            + cookie.same_site().as_str().map_or(0, |value| SAME_SITE.len() + value.len())
            + flag(PARTITIONED, cookie.is_partitioned())
    }

    /// Writes the field.
    ///
    /// `set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )`
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "calls were a tenth of writing a short cookie")]
    pub(crate) fn write_to(&self, out: &mut String) {
        let Fit { cookie, value_bytes, .. } = self.0;
        out.push_str(cookie.name());
        out.push('=');
        if value_bytes == cookie.value().len() {
            out.push_str(cookie.value());
        } else if value_bytes > 0 {
            Encoding::write_encoded(cookie.value(), out);
        }
        if self.has_middle() {
            self.write_middle(out);
        }
        match cookie.path() {
            // as most are: one copy of a known size
            Some("/") => out.push_str("; Path=/"),
            Some(path) => write_path(path, out),
            None => {}
        }
        if cookie.is_secure() {
            out.push_str(SECURE);
        }
        if cookie.is_http_only() {
            out.push_str(HTTP_ONLY);
        }
        match cookie.same_site() {
            SameSite::Strict => out.push_str("; SameSite=Strict"),
            SameSite::Lax => out.push_str("; SameSite=Lax"),
            SameSite::None => out.push_str("; SameSite=None"),
            SameSite::Unset => {}
        }
        if cookie.is_partitioned() {
            out.push_str(PARTITIONED);
        }
    }

    /// Whether there are attributes that stand before the path.
    #[inline]
    fn has_middle(&self) -> bool {
        let cookie = self.0.cookie;
        cookie.expires.is_some() || cookie.max_age.is_some() || cookie.domain.is_some()
    }

    /// Their bytes.
    fn middle_bytes(&self) -> usize {
        let cookie = self.0.cookie;
        let digits = |number: u64| 1 + number.checked_ilog10().unwrap_or(0) as usize;
        cookie.expires.map_or(0, |_| EXPIRES.len() + ImfFixdate::LEN)
            + cookie.max_age.map_or(0, |seconds| MAX_AGE.len() + digits(seconds))
            + cookie.domain().map_or(0, |domain| DOMAIN.len() + domain.len())
    }

    /// Writes them.
    fn write_middle(&self, out: &mut String) {
        let cookie = self.0.cookie;
        if let Some(Ok(expires)) = cookie.expires.map(ImfFixdate::from_seconds) {
            out.push_str(EXPIRES);
            out.push_str(expires.as_str());
        }
        if let Some(seconds) = cookie.max_age {
            out.push_str(MAX_AGE);
            out.push_str(itoa::Buffer::new().format(seconds));
        }
        if let Some(domain) = cookie.domain() {
            out.push_str(DOMAIN);
            if self.0.plain_domain {
                out.push_str(domain);
            } else {
                out.push_str(&lower_cased(domain.into()));
            }
        }
    }
}

fn write_path(path: &str, out: &mut String) {
    out.push_str(PATH);
    out.push_str(path);
}

const EXPIRES: &str = "; Expires=";
const MAX_AGE: &str = "; Max-Age=";
const DOMAIN: &str = "; Domain=";
const PATH: &str = "; Path=";
const SECURE: &str = "; Secure";
const HTTP_ONLY: &str = "; HttpOnly";
const SAME_SITE: &str = "; SameSite=";
const PARTITIONED: &str = "; Partitioned";
