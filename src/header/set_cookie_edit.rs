//! Changes to a `Set-Cookie` header that keep the rest of it.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use super::attribute::Attribute;
use super::segment::{Pair, Segments};
use super::set_cookie::SetCookie;
use super::set_cookie_error::SetCookieError;
use crate::bytes::escape_name;
use crate::cookie::{
    Cookie, CookieError, CookieErrorKind, SameSite, ValidCookie, check_storable_name,
};
use crate::limits::{LimitError, Limits};

/// A `Set-Cookie` header that a proxy or gateway changes in part: its attributes or its name. Every
/// other byte is kept: unknown attributes, quotes, spaces, and values that are not UTF-8.
///
/// An attribute that is set takes the place of the first one of its kind, or is added at the end; all
/// others of its kind are removed. What is set is checked, so that no change can add another attribute
/// or header. Whether a browser accepts the result is up to [`explain`](crate::explain()): without
/// `Secure`, it refuses a cookie whose name starts with `__Host-`, for instance.
///
/// # Examples
///
/// ```
/// use gingersnap::header::SetCookieEdit;
///
/// // An upstream's cookie, served under the proxy's own host and below `/app`.
/// let upstream = "id=\"a b\"; Domain=upstream.internal; path=/; Priority=High";
/// let edit = SetCookieEdit::new(upstream)?.with_domain(None)?.with_path("/app")?.with_secure(true);
/// assert_eq!(edit.into_bytes(), b"id=\"a b\"; Path=/app; Priority=High; Secure");
/// # Ok::<(), gingersnap::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SetCookieEdit {
    header: Vec<u8>,
}

impl SetCookieEdit {
    /// Takes a header.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] for a header that every user agent refuses; a proxy drops it.
    pub fn new(header: impl Into<Vec<u8>>) -> Result<Self, SetCookieError> {
        let header = header.into();
        SetCookie::parse(&header)?;
        Ok(Self { header })
    }

    /// Returns the header with the changes so far, as a user agent reads it.
    #[must_use]
    pub fn cookie(&self) -> SetCookie<'_> {
        // OK because `new` has read it, and what was set since is checked.
        SetCookie::parse(&self.header).expect("a header that was checked")
    }

    /// Sets the name: another one, or one with or without a prefix.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a name that no browser stores, and if name and value are over 4096 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::header::SetCookieEdit;
    ///
    /// let edit = SetCookieEdit::new("__Host-sid=31d4; Path=/; Secure")?.with_name("sid")?;
    /// assert_eq!(edit.into_bytes(), b"sid=31d4; Path=/; Secure");
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    pub fn with_name(mut self, name: &str) -> Result<Self, CookieError> {
        check_storable_name(name).map_err(|kind| CookieError::new(name, kind))?;
        let (pair, has_equals) = self.pair();
        // Without an `=`, what is there is the value.
        let (old, value_len, end) = if has_equals {
            (pair.name_range(), pair.value.len(), "")
        } else {
            (pair.name_start..pair.name_start, pair.name.len(), "=")
        };
        let (actual, limit) = (name.len() + value_len, Limits::DEFAULT.cookie_bytes() as usize);
        if actual > limit {
            let kind = CookieErrorKind::Limit(LimitError::CookieBytes { actual, limit });
            return Err(CookieError::new(name, kind));
        }
        self.header.splice(old, name.bytes().chain(end.bytes()));
        Ok(self)
    }

    /// Sets the `Domain`, or removes it: the cookie is then sent to its own host only.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a domain that a server cannot send, such as an IP address.
    pub fn with_domain<'d>(self, domain: impl Into<Option<&'d str>>) -> Result<Self, CookieError> {
        let Some(domain) = domain.into() else { return Ok(self.with(Attribute::Domain, None)) };
        let cookie = Cookie::new("edited", "").with_domain(domain);
        self.check(&cookie)?;
        Ok(self.with(Attribute::Domain, cookie.domain()))
    }

    /// Sets the `Path`, or removes it: the cookie then has the default path.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a path that a server cannot send: without a `/` at its start, or with a `;`.
    pub fn with_path<'p>(self, path: impl Into<Option<&'p str>>) -> Result<Self, CookieError> {
        let Some(path) = path.into() else { return Ok(self.with(Attribute::Path, None)) };
        let cookie = Cookie::new("edited", "").with_path(path);
        self.check(&cookie)?;
        Ok(self.with(Attribute::Path, Some(path)))
    }

    /// Sets or removes `Max-Age`, in whole seconds, rounded up. An `Expires` stays, and counts if there
    /// is no `Max-Age`.
    #[must_use]
    pub fn with_max_age(self, max_age: impl Into<Option<Duration>>) -> Self {
        let cookie = Cookie::new("edited", "").with_max_age(max_age);
        let seconds = cookie.max_age().map(|max_age| max_age.as_secs().to_string());
        self.with(Attribute::MaxAge, seconds.as_deref())
    }

    /// Sets or removes `Secure`.
    #[must_use]
    pub fn with_secure(self, is_secure: bool) -> Self {
        self.with_flag(Attribute::Secure, is_secure)
    }

    /// Sets or removes `HttpOnly`.
    #[must_use]
    pub fn with_http_only(self, is_http_only: bool) -> Self {
        self.with_flag(Attribute::HttpOnly, is_http_only)
    }

    /// Sets or removes `Partitioned`.
    #[must_use]
    pub fn with_partitioned(self, is_partitioned: bool) -> Self {
        self.with_flag(Attribute::Partitioned, is_partitioned)
    }

    /// Sets `SameSite`, or removes it with [`SameSite::Unset`].
    #[must_use]
    pub fn with_same_site(self, same_site: SameSite) -> Self {
        self.with(Attribute::SameSite, same_site.as_str())
    }

    /// Returns the header.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.header
    }

    /// Returns the header.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.header
    }

    /// Returns the first pair, the cookie itself, and whether it has an `=`.
    fn pair(&self) -> (Pair<'_>, bool) {
        // OK because an empty header has a segment, too.
        let segment = Segments::new(&self.header).next().expect("a first segment");
        (segment.trimmed_pair(&self.header), segment.has_equals())
    }

    /// Checks an attribute in a cookie that has it, and gives the error this cookie's name.
    fn check(&self, cookie: &Cookie<'_>) -> Result<(), CookieError> {
        // A removal's checks are those of the name and the attributes, without the value.
        let checked = ValidCookie::check_removal(cookie, &Limits::DEFAULT);
        checked.map(|_| ()).map_err(|error| {
            let (pair, has_equals) = self.pair();
            let name = if has_equals { escape_name(pair.name) } else { String::new() };
            CookieError { name, ..error }
        })
    }

    fn with_flag(self, attribute: Attribute, is_set: bool) -> Self {
        self.with(attribute, is_set.then_some(""))
    }

    /// Sets an attribute to a value that was checked, or removes it. A flag's value is empty.
    fn with(self, attribute: Attribute, value: Option<&str>) -> Self {
        let new = value.map(|value| {
            let equals = if value.is_empty() { "" } else { "=" };
            format!("; {attribute}{equals}{value}").into_bytes()
        });
        let mut edited = Vec::with_capacity(self.header.len());
        let mut is_written = false;
        let mut write = |out: &mut Vec<u8>| {
            if let Some(new) = new.as_ref().filter(|_| !is_written) {
                out.extend_from_slice(new);
            }
            is_written = true;
        };
        for (range, found) in self.segments() {
            if found == Some(attribute) {
                write(&mut edited);
            } else {
                // OK because it is a range of the header.
                edited.extend_from_slice(&self.header[range]);
            }
        }
        write(&mut edited);
        Self { header: edited }
    }

    /// Returns the segments, each with the `;` before it, and which attributes they are. The first one
    /// is the cookie itself.
    fn segments(&self) -> impl Iterator<Item = (Range<usize>, Option<Attribute>)> {
        Segments::new(&self.header).enumerate().map(|(index, segment)| {
            if index == 0 {
                return (segment.start..segment.end, None);
            }
            let name = segment.trimmed_pair(&self.header).name;
            (segment.start - 1..segment.end, Attribute::from_name(name))
        })
    }
}

impl AsRef<[u8]> for SetCookieEdit {
    fn as_ref(&self) -> &[u8] {
        &self.header
    }
}

impl fmt::Debug for SetCookieEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SetCookieEdit").field(&self.cookie()).finish()
    }
}
