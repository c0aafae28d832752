//! The `Set-Cookie` field as a user agent reads it (RFC 6265bis, section 5.6).

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use super::attribute::Attribute;
use super::parts::{NonAscii, Parts, is_plain, read_domain};
use crate::byte::{CONTROL, shown};
use crate::cookie::{Cookie, SameSite};
use crate::date;
use crate::limits::{LimitError, Limits};
use crate::scan::{has_control, text};

/// A `Set-Cookie` field as a user agent reads it: bytes and all, and without a clock.
///
/// The cap of 400 days on its lifetime needs a clock, and the default path a request: both are left
/// to whoever stores it. Reading allocates nothing, but where a `Domain` is to be lower-cased.
/// `Debug` masks the value.
///
/// ```
/// use std::time::Duration;
/// use gingersnap::header::SetCookie;
///
/// let field = SetCookie::parse("sid=\"a b\"; max-age=60; Path=relative; SECURE=false")?;
/// assert_eq!(field.name(), b"sid");
/// assert_eq!(field.value(), b"\"a b\""); // the quotes are part of it
/// assert_eq!(field.max_age(), Some(Duration::from_secs(60)));
/// assert_eq!(field.path(), None); // doesn't start with `/`
/// assert!(field.is_secure()); // whatever its value is
/// # Ok::<(), gingersnap::errors::SetCookieError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SetCookie<'a> {
    name: &'a [u8],
    value: &'a [u8],
    domain: Option<Cow<'a, str>>,
    path: Option<&'a [u8]>,
    /// Seconds.
    max_age: Option<u64>,
    /// Seconds since 1970.
    expires: Option<i64>,
    secure: bool,
    http_only: bool,
    partitioned: bool,
    same_site: SameSite,
}

/// Why a user agent refuses a `Set-Cookie` field, or why it can't be had as text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetCookieError {
    /// A control byte (HTAB apart), anywhere in the field.
    #[error("the Set-Cookie field has the control byte `{}` at byte {offset}", byte.escape_ascii())]
    Control {
        /// Where in the field, from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// Neither a name nor a value.
    #[error("the Set-Cookie field has neither a name nor a value")]
    Empty,

    /// Name and value are over 4096 bytes.
    #[error(transparent)]
    Limit(#[from] LimitError),

    /// A `Domain` that isn't ASCII.
    #[error("the Domain of cookie `{cookie}` isn't ASCII")]
    DomainNonAscii {
        /// The cookie's name.
        cookie: String,
    },

    /// A part isn't UTF-8, and text was asked for ([`Cookie::parse`]).
    #[error("the {part} of cookie `{cookie}` isn't UTF-8")]
    NotUtf8 {
        /// The cookie's name.
        cookie: String,
        /// The part.
        part: Part,
    },
}

/// A part of a `Set-Cookie` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The cookie's name.
    Name,
    /// The cookie's value.
    Value,
    /// The value of the `Path` attribute.
    Path,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Name => "name",
            Self::Value => "value",
            Self::Path => "Path",
        })
    }
}

impl<'a> SetCookie<'a> {
    /// Reads a field.
    ///
    /// # Errors
    ///
    /// A control byte other than HTAB anywhere in it; no name and no value; a name and value over
    /// 4096 bytes; a `Domain` that isn't ASCII. What else is wrong is ignored, as browsers do.
    pub fn parse<F: AsRef<[u8]> + ?Sized>(field: &'a F) -> Result<Self, SetCookieError> {
        Self::parse_bytes(field.as_ref())
    }

    // Not inlined: a cookie is made where it is returned, and would be moved from there.
    fn parse_bytes(field: &'a [u8]) -> Result<Self, SetCookieError> {
        check_bytes(field)?;
        let limit = Limits::DEFAULT.attribute_bytes() as usize;
        let parts = Parts::read(field, limit, |span| &field[span]);
        check_pair(&parts)?;
        let domain = domain(&parts)?;
        check_size(&parts)?;
        Ok(Self::of(&parts, domain))
    }

    /// Reads a field with a cookie of any size, and attributes up to a size.
    pub(crate) fn read(field: &'a [u8], attribute_bytes: usize) -> Result<Self, SetCookieError> {
        check_bytes(field)?;
        let parts = Parts::read(field, attribute_bytes, |span| &field[span]);
        check_pair(&parts)?;
        let domain = domain(&parts)?;
        Ok(Self::of(&parts, domain))
    }

    /// The cookie of which a field has the parts.
    #[inline]
    fn of(parts: &Parts<&'a [u8]>, domain: Option<Cow<'a, str>>) -> Self {
        Self {
            name: parts.name,
            value: parts.value,
            domain,
            path: (!parts.path.is_empty()).then_some(parts.path),
            max_age: parts.has(Attribute::MaxAge).then_some(parts.max_age),
            expires: parts.has(Attribute::Expires).then_some(parts.expires),
            secure: parts.has(Attribute::Secure),
            http_only: parts.has(Attribute::HttpOnly),
            partitioned: parts.has(Attribute::Partitioned),
            same_site: parts.same_site,
        }
    }

    /// The name; empty for a nameless cookie.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The value, as it came: nothing is decoded, and DQUOTEs are part of it.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The `Domain` without its leading dot, in lower case; `None` where it is absent or empty.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// The `Path`; `None` where it is absent or doesn't start with `/`, for the default path.
    #[must_use]
    pub const fn path(&self) -> Option<&'a [u8]> {
        self.path
    }

    /// `Max-Age` in whole seconds; zero where it was negative, and the largest number of seconds
    /// where it was larger still.
    #[must_use]
    pub const fn max_age(&self) -> Option<Duration> {
        match self.max_age {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => None,
        }
    }

    /// `Expires`. `Max-Age` beats it, in whichever order they came.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires.map(date::system_time)
    }

    /// Whether there is a `Secure`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether there is an `HttpOnly`.
    #[must_use]
    pub const fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// Whether there is a `Partitioned`.
    #[must_use]
    pub const fn is_partitioned(&self) -> bool {
        self.partitioned
    }

    /// The last `SameSite`; `Unset` where it says nothing that the standard knows.
    #[must_use]
    pub const fn same_site(&self) -> SameSite {
        self.same_site
    }

    /// The field as a [`Cookie`], whose text borrows from it. Its value stays as it came.
    ///
    /// # Errors
    ///
    /// [`SetCookieError::NotUtf8`] where the name, the value or the path isn't UTF-8.
    #[inline]
    pub fn to_cookie(&self) -> Result<Cookie<'a>, SetCookieError> {
        let text = |part, bytes: &'a [u8]| {
            text(bytes)
                .map(Cow::Borrowed)
                .ok_or_else(|| SetCookieError::NotUtf8 { cookie: shown(self.name), part })
        };
        Ok(Cookie {
            name: text(Part::Name, self.name)?,
            value: text(Part::Value, self.value)?,
            domain: self.domain.clone(),
            path: self.path.map(|path| text(Part::Path, path)).transpose()?,
            max_age: self.max_age,
            expires: self.expires,
            secure: self.secure,
            http_only: self.http_only,
            partitioned: self.partitioned,
            same_site: self.same_site,
        })
    }
}

impl<'c> Cookie<'c> {
    /// Reads a `Set-Cookie` field as a user agent does, as text. The value stays as it came;
    /// [`Encoding::decode`](crate::Encoding::decode) makes it plain.
    ///
    /// # Errors
    ///
    /// Those of [`SetCookie::parse`], and a name, value or path that isn't UTF-8.
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
    pub fn parse<F: AsRef<[u8]> + ?Sized>(field: &'c F) -> Result<Self, SetCookieError> {
        Self::parse_bytes(field.as_ref())
    }

    // Not inlined: a cookie is made where it is returned, and would be moved from there.
    fn parse_bytes(field: &'c [u8]) -> Result<Self, SetCookieError> {
        check_bytes(field)?;
        let Some(text) = text(field) else { return Self::parse_in_part(field) };
        let limit = Limits::DEFAULT.attribute_bytes() as usize;
        // Of text, what begins and ends at a mark or white space is text.
        let parts = Parts::read(field, limit, |span| text.get(span).unwrap_or_default());
        check_pair(&parts)?;
        let domain = match parts.domain {
            "" => None,
            plain if is_plain(plain.as_bytes()) => Some(Cow::Borrowed(plain)),
            _ => domain(&parts)?,
        };
        check_size(&parts)?;
        Ok(Self {
            name: Cow::Borrowed(parts.name),
            value: Cow::Borrowed(parts.value),
            domain,
            path: (!parts.path.is_empty()).then_some(Cow::Borrowed(parts.path)),
            max_age: parts.has(Attribute::MaxAge).then_some(parts.max_age),
            expires: parts.has(Attribute::Expires).then_some(parts.expires),
            secure: parts.has(Attribute::Secure),
            http_only: parts.has(Attribute::HttpOnly),
            partitioned: parts.has(Attribute::Partitioned),
            same_site: parts.same_site,
        })
    }

    /// What isn't UTF-8 may stand in a part that isn't the cookie's.
    #[cold]
    fn parse_in_part(field: &'c [u8]) -> Result<Self, SetCookieError> {
        SetCookie::parse_bytes(field)?.to_cookie()
    }
}

/// Refuses a field for its bytes.
#[inline]
fn check_bytes(field: &[u8]) -> Result<(), SetCookieError> {
    #[cold]
    fn refused(field: &[u8]) -> SetCookieError {
        let offset = CONTROL.first_inside(field).unwrap_or_default();
        SetCookieError::Control { offset, byte: field[offset] }
    }
    // "If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters
    // excluding HTAB): Abort this algorithm and ignore the set-cookie-string entirely."
    if has_control(field) { Err(refused(field)) } else { Ok(()) }
}

/// Refuses what has neither a name nor a value.
#[inline]
fn check_pair<T: AsRef<[u8]>>(parts: &Parts<T>) -> Result<(), SetCookieError> {
    if parts.bytes() == 0 { Err(SetCookieError::Empty) } else { Ok(()) }
}

/// The `Domain` of a field.
#[inline(always)]
fn domain<'a, T: AsRef<[u8]> + ?Sized>(
    parts: &Parts<&'a T>,
) -> Result<Option<Cow<'a, str>>, SetCookieError> {
    #[cold]
    fn refused(name: &[u8]) -> SetCookieError {
        SetCookieError::DomainNonAscii { cookie: shown(name) }
    }
    match parts.domain.as_ref() {
        [] => Ok(None),
        domain => read_domain(domain).map_err(|NonAscii| refused(parts.name.as_ref())),
    }
}

/// "If the sum of the lengths of the name string and the value string is more than 4096 bytes,
/// abort this algorithm and ignore the set-cookie-string entirely."
#[inline]
fn check_size<T: AsRef<[u8]>>(parts: &Parts<T>) -> Result<(), SetCookieError> {
    #[cold]
    fn refused(name: &[u8], actual: usize, limit: usize) -> SetCookieError {
        LimitError::Cookie { cookie: shown(name), actual, limit }.into()
    }
    let (actual, limit) = (parts.bytes(), Limits::DEFAULT.cookie_bytes() as usize);
    if actual <= limit { Ok(()) } else { Err(refused(parts.name.as_ref(), actual, limit)) }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &format_args!("{:?}", shown(self.name)))
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("domain", &self.domain())
            .field("path", &self.path.map(shown))
            .field("max_age", &self.max_age())
            .field("expires", &self.expires().map(date::imf_fixdate))
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("partitioned", &self.partitioned)
            .field("same_site", &self.same_site)
            .finish()
    }
}

/// What the pieces of a field say, before anything is refused.
pub(crate) struct Loose<'a> {
    /// All but its `Domain`.
    pub(crate) cookie: SetCookie<'a>,
    /// The last `Domain`, as it came.
    pub(crate) domain: &'a [u8],
}

impl<'a> Loose<'a> {
    /// Reads a field with a cookie of any size, and attributes up to a size.
    pub(crate) fn read(field: &'a [u8], attribute_bytes: usize) -> Self {
        let parts = Parts::read(field, attribute_bytes, |span| &field[span]);
        Self { cookie: SetCookie::of(&parts, None), domain: parts.domain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_refused_for_what_bytes_are() {
        let long = format!("a={}; Domain=.É", "b".repeat(4096));
        for field in ["", "=; Domain=a.example", "; Domain=É", "a=1; Domain=É", "a\0", &long] {
            let refused = SetCookie::parse(field).map(|_| ());
            assert!(refused.is_err());
            assert_eq!(Cookie::parse(field).map(|_| ()), refused);
        }
    }
}
