//! The `Set-Cookie` header as a user agent reads it (RFC 6265bis, section 5.6).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::raw_set_cookie::{NonAsciiDomain, RawSetCookie, parse_domain};
use super::set_cookie_error::{SetCookieError, SetCookiePart};
use crate::bytes::{CONTROL, as_text, contains_control, escape_attribute, escape_name};
use crate::cookie::{Attributes, Cookie, Flags, SameSite};
use crate::encoding::Encoding;
use crate::limits::Limits;

/// A `Set-Cookie` header as a user agent reads it: as bytes, and without a clock.
///
/// The limit of 400 days on a cookie's lifetime requires a clock, and the default path a request;
/// both are left to whoever stores the cookie. Parsing allocates nothing, unless a `Domain` has
/// upper-case letters. `Debug` masks the value.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use gingersnap::header::SetCookie;
///
/// let cookie = SetCookie::parse("sid=\"a b\"; max-age=60; Path=relative; SECURE=false")?;
/// assert_eq!(cookie.name(), b"sid");
/// assert_eq!(cookie.value(), b"\"a b\""); // the quotes are part of the value
/// assert_eq!(cookie.max_age(), Some(Duration::from_secs(60)));
/// assert_eq!(cookie.path(), None); // does not start with `/`
/// assert!(cookie.is_secure()); // whatever the attribute's value is
/// # Ok::<(), gingersnap::errors::SetCookieError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SetCookie<'h> {
    name: &'h [u8],
    value: &'h [u8],
    attributes: Attributes<Cow<'h, str>, &'h [u8]>,
}

impl<'h> SetCookie<'h> {
    /// Parses a header.
    ///
    /// # Errors
    ///
    /// A control character other than HTAB anywhere in the header; no name and no value; a name and
    /// value of more than 4096 bytes; a `Domain` that is not ASCII. Whatever else is wrong is
    /// ignored, as browsers do.
    pub fn parse<H: AsRef<[u8]> + ?Sized>(header: &'h H) -> Result<Self, SetCookieError> {
        Self::parse_with_limits(header.as_ref(), &Limits::DEFAULT)
    }

    pub(crate) fn parse_with_limits(
        header: &'h [u8],
        limits: &Limits,
    ) -> Result<Self, SetCookieError> {
        let (raw, domain) = parse_checked(header, limits)?;
        Ok(Self::from_raw(header, &raw, domain))
    }

    #[inline]
    fn from_raw(header: &'h [u8], raw: &RawSetCookie, domain: Option<Cow<'h, str>>) -> Self {
        // OK because `raw` has ranges of the header.
        Self {
            name: &header[raw.name.clone()],
            value: &header[raw.value.clone()],
            attributes: raw.attributes(domain, &header[raw.path.clone()]),
        }
    }

    /// Creates a header as it would be received, from a cookie and its value as it is written.
    #[cfg(feature = "store")]
    pub(crate) fn from_cookie(cookie: &'h Cookie<'_>, value: &'h [u8]) -> Self {
        let limit = Limits::DEFAULT.attribute_bytes() as usize;
        let path = cookie.path().filter(|path| path.starts_with('/') && path.len() <= limit);
        Self {
            name: cookie.name().as_bytes(),
            value,
            attributes: Attributes {
                domain: cookie.domain().map(Cow::Borrowed),
                path: path.map(str::as_bytes),
                max_age: cookie.attributes.max_age,
                expires: cookie.attributes.expires,
                flags: cookie.attributes.flags,
            },
        }
    }

    /// Returns the name; empty for a nameless cookie.
    #[must_use]
    pub const fn name(&self) -> &'h [u8] {
        self.name
    }

    /// Returns the value as it was received: nothing is decoded, and quotes are part of it.
    #[must_use]
    pub const fn value(&self) -> &'h [u8] {
        self.value
    }

    /// Returns the `Domain` without its leading dot, in lower case, or `None` if it is absent or
    /// empty.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.attributes.domain.as_deref()
    }

    /// Returns the `Path`, or `None` for the default path: if the attribute is absent or does not
    /// start with `/`.
    #[must_use]
    pub const fn path(&self) -> Option<&'h [u8]> {
        self.attributes.path
    }

    /// Returns `Max-Age` in whole seconds: zero if it is negative, and the largest number of
    /// seconds if it is larger still.
    #[must_use]
    pub const fn max_age(&self) -> Option<Duration> {
        self.attributes.max_age()
    }

    /// Returns `Expires`. `Max-Age` has precedence, in whichever order they are.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.attributes.expires()
    }

    /// Returns whether `Secure` is set.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.attributes.flags.is_secure()
    }

    /// Returns whether `HttpOnly` is set.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.attributes.flags.is_http_only()
    }

    /// Returns whether `Partitioned` is set.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.attributes.flags.is_partitioned()
    }

    pub(crate) const fn flags(&self) -> Flags {
        self.attributes.flags
    }

    /// Returns the last `SameSite`, or `Unset` if its value is unknown.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.attributes.flags.same_site()
    }

    /// Returns the header as a [`Cookie`] that borrows its text. The value stays as it was received,
    /// as that of a [parsed](Cookie::parse) cookie.
    ///
    /// # Errors
    ///
    /// [`SetCookieError::NotUtf8`] if the name, the value or the path is not UTF-8.
    pub fn to_cookie(&self) -> Result<Cookie<'h>, SetCookieError> {
        let text = |part, bytes: &'h [u8]| match str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(SetCookieError::NotUtf8 { name: escape_name(self.name), part }),
        };
        let path = text(SetCookiePart::Path, self.path().unwrap_or_default())?;
        Ok(Cookie {
            name: text(SetCookiePart::Name, self.name)?,
            value: text(SetCookiePart::Value, self.value)?,
            encoding: Some(Encoding::Raw),
            attributes: self.attributes.clone().map(|domain| domain, |_| path),
        })
    }
}

impl<'c> Cookie<'c> {
    /// Parses a `Set-Cookie` header as a user agent does, as text.
    ///
    /// The value stays as it was received, and the cookie is marked as encoded already
    /// ([`Encoding::Raw`]): set in a jar, it is written as it was received.
    /// [`Encoding::decode`] turns it into plain text.
    ///
    /// # Errors
    ///
    /// Those of [`SetCookie::parse`], and a name, value or path that is not UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, SameSite};
    ///
    /// let cookie = Cookie::parse("sid=31d4; Path=/; Domain=.Example.com; SameSite=lax")?;
    /// assert_eq!((cookie.name(), cookie.value()), ("sid", "31d4"));
    /// assert_eq!(cookie.domain(), Some("example.com"));
    /// assert_eq!(cookie.same_site(), SameSite::Lax);
    /// # Ok::<(), gingersnap::errors::SetCookieError>(())
    /// ```
    pub fn parse<H: AsRef<[u8]> + ?Sized>(header: &'c H) -> Result<Self, SetCookieError> {
        let header = header.as_ref();
        // Checking the whole header once takes less time than checking three parts of it.
        let Some(text) = as_text(header) else {
            // An attribute that is not UTF-8 may be ignored.
            return SetCookie::parse(header)?.to_cookie();
        };
        let (raw, domain) = parse_checked(header, &Limits::DEFAULT)?;
        // OK because a range between separators, which are ASCII, never splits a character.
        Ok(Self {
            name: Cow::Borrowed(&text[raw.name.clone()]),
            value: Cow::Borrowed(&text[raw.value.clone()]),
            encoding: Some(Encoding::Raw),
            attributes: raw
                .attributes(domain, &text[raw.path.clone()])
                .map(|domain| domain, Cow::Borrowed),
        })
    }
}

/// Parses a `Set-Cookie` header, as [`Cookie::parse`].
impl FromStr for Cookie<'static> {
    type Err = SetCookieError;

    fn from_str(header: &str) -> Result<Self, SetCookieError> {
        Cookie::parse(header).map(Cookie::into_owned)
    }
}

/// Parses a header, and refuses what user agents do.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a result returned through memory takes 10 % longer")]
fn parse_checked<'h>(
    header: &'h [u8],
    limits: &Limits,
) -> Result<(RawSetCookie, Option<Cow<'h, str>>), SetCookieError> {
    // "If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters
    // excluding HTAB): Abort this algorithm and ignore the set-cookie-string entirely."
    if contains_control(header) {
        return Err(control_error(header));
    }
    let raw = RawSetCookie::parse(header, limits.attribute_bytes() as usize);
    let name = || escape_name(header.get(raw.name.clone()).unwrap_or_default());
    if raw.pair_len() == 0 {
        return Err(SetCookieError::Empty);
    }
    let domain = match header.get(raw.domain.clone()).unwrap_or_default() {
        [] => None,
        domain => parse_domain(domain)
            .map_err(|NonAsciiDomain| SetCookieError::DomainNonAscii { name: name() })?,
    };
    // "If the sum of the lengths of the name string and the value string is more than 4096 octets,
    // abort this algorithm and ignore the set-cookie-string entirely."
    let (actual, limit) = (raw.pair_len(), limits.cookie_bytes() as usize);
    if actual > limit {
        return Err(SetCookieError::TooLarge { name: name(), actual, limit });
    }
    Ok((raw, domain))
}

#[cold]
fn control_error(header: &[u8]) -> SetCookieError {
    let offset = CONTROL.first_inside(header).unwrap_or_default();
    let byte = header.get(offset).copied().unwrap_or_default();
    SetCookieError::Control { offset, byte }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("SetCookie");
        out.field("name", &format_args!("{:?}", escape_name(self.name)))
            .field("value", &format_args!("<{} bytes>", self.value.len()));
        self.attributes.debug(&mut out, &self.path().map(escape_attribute));
        out.finish()
    }
}

/// A header that is not checked yet.
pub(crate) struct Unchecked<'h> {
    /// All but the `Domain`.
    pub(crate) cookie: SetCookie<'h>,
    /// The last `Domain`, as it was received.
    pub(crate) domain: &'h [u8],
}

impl<'h> Unchecked<'h> {
    /// Parses a header. Attributes of more than `attribute_bytes` are ignored.
    pub(crate) fn parse(header: &'h [u8], attribute_bytes: usize) -> Self {
        let raw = RawSetCookie::parse(header, attribute_bytes);
        let domain = header.get(raw.domain.clone()).unwrap_or_default();
        Self { cookie: SetCookie::from_raw(header, &raw, None), domain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_refused_for_the_same_reasons_as_bytes() {
        let long = format!("a={}; Domain=.É", "b".repeat(4096));
        for header in ["", "=; Domain=a.example", "; Domain=É", "a=1; Domain=É", "a\0", &long] {
            let refused = SetCookie::parse(header).map(|_| ());
            assert!(refused.is_err());
            assert_eq!(Cookie::parse(header).map(|_| ()), refused);
        }
    }
}
