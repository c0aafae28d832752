//! The `Set-Cookie` field as a user agent reads it (RFC 6265bis, section 5.6).

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use super::attribute::Said;
use super::piece::{Piece, Pieces};
use crate::cookie::{Cookie, SameSite, lower_cased};
use crate::date;
use crate::limits::{LimitError, Limits};
use crate::octet::{CONTROL, shown};
use crate::scan::{any, has_control};

/// A `Set-Cookie` field as a user agent reads it: octets and all, and without a clock.
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
/// assert!(field.secure()); // whatever its value is
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
    /// A control octet (HTAB apart), anywhere in the field.
    #[error("the Set-Cookie field has the control octet `{}` at octet {offset}", octet.escape_ascii())]
    Control {
        /// Where in the field, from 0.
        offset: usize,
        /// The octet there.
        octet: u8,
    },

    /// Neither a name nor a value.
    #[error("the Set-Cookie field has neither a name nor a value")]
    Empty,

    /// Name and value are over 4096 octets.
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
    /// A control octet other than HTAB anywhere in it; no name and no value; a name and value over
    /// 4096 octets; a `Domain` that isn't ASCII. What else is wrong is ignored, as browsers do.
    pub fn parse<F: AsRef<[u8]> + ?Sized>(field: &'a F) -> Result<Self, SetCookieError> {
        Self::parse_octets(field.as_ref())
    }

    // Inlined with all that it calls: each move of a cookie through memory waits for the cache.
    #[inline]
    fn parse_octets(field: &'a [u8]) -> Result<Self, SetCookieError> {
        let cookie = Self::read(field, Limits::DEFAULT.attribute_octets() as usize)?;
        let (actual, limit) =
            (cookie.name.len() + cookie.value.len(), Limits::DEFAULT.cookie_octets() as usize);
        // "If the sum of the lengths of the name string and the value string is more than 4096
        // octets, abort this algorithm and ignore the set-cookie-string entirely."
        if actual > limit {
            return Err(LimitError::Cookie { cookie: shown(cookie.name), actual, limit }.into());
        }
        Ok(cookie)
    }

    /// Reads a field with a cookie of any size, and attributes up to a size.
    #[inline]
    pub(crate) fn read(field: &'a [u8], attribute_octets: usize) -> Result<Self, SetCookieError> {
        // "If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters
        // excluding HTAB): Abort this algorithm and ignore the set-cookie-string entirely."
        if has_control(field)
            && let Some(offset) = CONTROL.first_inside(field)
        {
            return Err(SetCookieError::Control { offset, octet: field[offset] });
        }
        let Loose { mut cookie, domain } = Loose::read(field, attribute_octets);
        if cookie.name.is_empty() && cookie.value.is_empty() {
            return Err(SetCookieError::Empty);
        }
        cookie.domain = read_domain(domain)
            .map_err(|NonAscii| SetCookieError::DomainNonAscii { cookie: shown(cookie.name) })?;
        Ok(cookie)
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
    pub const fn secure(&self) -> bool {
        self.secure
    }

    /// Whether there is an `HttpOnly`.
    #[must_use]
    pub const fn http_only(&self) -> bool {
        self.http_only
    }

    /// Whether there is a `Partitioned`.
    #[must_use]
    pub const fn partitioned(&self) -> bool {
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
        let text = |part, octets: &'a [u8]| {
            str::from_utf8(octets)
                .map(Cow::Borrowed)
                .map_err(|_| SetCookieError::NotUtf8 { cookie: shown(self.name), part })
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
        Self::parse_octets(field.as_ref())
    }

    fn parse_octets(field: &'c [u8]) -> Result<Self, SetCookieError> {
        SetCookie::parse_octets(field)?.to_cookie()
    }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &format_args!("{:?}", shown(self.name)))
            .field("value", &format_args!("<{} octets>", self.value.len()))
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
    #[inline]
    pub(crate) fn read(field: &'a [u8], attribute_octets: usize) -> Self {
        let mut pieces = Pieces::of(field);
        // "If the name-value-pair string lacks a %x3D ("=") character, then the name string is
        // empty, and the value string is the value of name-value-pair."
        let (name, value) = match pieces.next() {
            Some(Piece { name, value: Some(value) }) => (&field[name], &field[value]),
            Some(Piece { name: value, value: None }) => (&[][..], &field[value]),
            None => (&[][..], &[][..]),
        };
        let cookie = SetCookie {
            name,
            value,
            domain: None,
            path: None,
            max_age: None,
            expires: None,
            secure: false,
            http_only: false,
            partitioned: false,
            same_site: SameSite::Unset,
        };
        let mut loose = Self { cookie, domain: &[] };
        for Piece { name, value } in pieces {
            let value = value.map_or(&[][..], |value| &field[value]);
            if let Ok(said) = Said::read(&field[name], value, attribute_octets) {
                loose.take(said);
            }
        }
        loose
    }

    /// The last of a kind counts.
    fn take(&mut self, said: Said<'a>) {
        let cookie = &mut self.cookie;
        match said {
            Said::Expires(seconds) => cookie.expires = Some(seconds),
            Said::MaxAge(seconds) => cookie.max_age = Some(seconds),
            Said::Domain(domain) => self.domain = domain,
            Said::Path(path) => cookie.path = path,
            Said::SameSite(same_site) => cookie.same_site = same_site,
            Said::Secure => cookie.secure = true,
            Said::HttpOnly => cookie.http_only = true,
            Said::Partitioned => cookie.partitioned = true,
        }
    }
}

/// A `Domain` that isn't ASCII.
pub(crate) struct NonAscii;

/// A `Domain` without its leading dot, in lower case; none where that is empty.
#[inline]
pub(crate) fn read_domain(domain: &[u8]) -> Result<Option<Cow<'_, str>>, NonAscii> {
    match domain.strip_prefix(b".").unwrap_or(domain) {
        [] => Ok(None),
        domain if any(domain, |octet| octet >> 7) => Err(NonAscii),
        domain => str::from_utf8(domain)
            .map(|domain| Some(lower_cased(domain.into())))
            .map_err(|_| NonAscii),
    }
}
