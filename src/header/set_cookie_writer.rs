//! The `Set-Cookie` header, written (RFC 6265bis, section 4.1).

use crate::cookie::{Cookie, CookieError, SameSite, ValidCookie};
use crate::date::ImfFixdate;
use crate::encoding::Encoding;
use crate::limits::Limits;

impl Cookie<'_> {
    /// Appends the cookie to `out`, as the value of a `Set-Cookie` header. `encoding` is used if the
    /// cookie has no [encoding](Self::encoding) of its own.
    ///
    /// What is written is read back as the same cookie, its value through the same `Encoding`, and
    /// cannot contain a second header.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a cookie that browsers would drop or store differently from what was
    /// intended, or that a server must not send; `out` stays as it was. Sizes are checked against [`Limits::DEFAULT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, Encoding};
    ///
    /// let mut header = String::new();
    /// Cookie::new("name", "Zoë").write_to(&mut header, Encoding::Percent)?;
    /// assert_eq!(header, "name=Zo%C3%AB; Path=/");
    ///
    /// let error = Cookie::new("größe", "").write_to(&mut header, Encoding::Percent).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cookie `größe`: the name has `ö` at byte 2; \
    ///      a name may have letters, digits and any of `!#$%&'*+-.^_`|~`",
    /// );
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    pub fn write_to(&self, out: &mut String, encoding: Encoding) -> Result<(), CookieError> {
        let valid = ValidCookie::check_set(self, encoding, &Limits::DEFAULT)?;
        SetCookieWriter(valid).write_to(out);
        Ok(())
    }

    /// Returns the cookie as the value of a `Set-Cookie` header, in a string of exactly its size.
    ///
    /// # Errors
    ///
    /// Those of [`write_to`](Self::write_to).
    pub fn to_set_cookie(&self, encoding: Encoding) -> Result<String, CookieError> {
        let writer = SetCookieWriter(ValidCookie::check_set(self, encoding, &Limits::DEFAULT)?);
        // Spare capacity would cost a second allocation when it becomes a `HeaderValue`.
        let mut out = String::with_capacity(writer.len());
        writer.write_to(&mut out);
        Ok(out)
    }
}

/// Writes a cookie that passed the checks.
pub(crate) struct SetCookieWriter<'a>(pub(crate) ValidCookie<'a>);

impl SetCookieWriter<'_> {
    /// Returns the length of the header, in bytes.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let ValidCookie { cookie, value_len } = self.0;
        let flag = |attribute: &str, is_set: bool| if is_set { attribute.len() } else { 0 };
        let digits = |number: u64| 1 + number.checked_ilog10().unwrap_or(0) as usize;
        let attributes = &cookie.attributes;
        cookie.name().len()
            + 1
            + value_len
            + attributes.expires.map_or(0, |_| EXPIRES.len() + ImfFixdate::LEN)
            + attributes.max_age.map_or(0, |seconds| MAX_AGE.len() + digits(seconds))
            + cookie.domain().map_or(0, |domain| DOMAIN.len() + domain.len())
            + cookie.path().map_or(0, |path| PATH.len() + path.len())
            + flag(SECURE, cookie.is_secure())
            + flag(HTTP_ONLY, cookie.is_http_only())
            + cookie.same_site().as_str().map_or(0, |value| SAME_SITE.len() + value.len())
            + flag(PARTITIONED, cookie.is_partitioned())
    }

    /// Appends the header to `out`.
    ///
    /// `set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )`
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "inlining saves 10 % of the time to write a short cookie"
    )]
    pub(crate) fn write_to(&self, out: &mut String) {
        let ValidCookie { cookie, value_len } = self.0;
        let attributes = &cookie.attributes;
        out.push_str(cookie.name());
        out.push('=');
        if value_len == cookie.value().len() {
            out.push_str(cookie.value());
        } else {
            Encoding::push_percent_encoded(cookie.value(), out);
        }
        if let Some(Ok(expires)) = attributes.expires.map(ImfFixdate::from_unix_seconds) {
            out.push_str(EXPIRES);
            out.push_str(expires.as_str());
        }
        if let Some(seconds) = attributes.max_age {
            out.push_str(MAX_AGE);
            out.push_str(itoa::Buffer::new().format(seconds));
        }
        if let Some(domain) = cookie.domain() {
            out.push_str(DOMAIN);
            out.push_str(domain);
        }
        match cookie.path() {
            // One copy of a known size for what most cookies have, here and below.
            Some("/") => out.push_str("; Path=/"),
            Some(path) => {
                out.push_str(PATH);
                out.push_str(path);
            }
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
}

const EXPIRES: &str = "; Expires=";
const MAX_AGE: &str = "; Max-Age=";
const DOMAIN: &str = "; Domain=";
const PATH: &str = "; Path=";
const SECURE: &str = "; Secure";
const HTTP_ONLY: &str = "; HttpOnly";
const SAME_SITE: &str = "; SameSite=";
const PARTITIONED: &str = "; Partitioned";
