//! What makes a cookie fit to send: the rules of RFC 6265bis, section 4.1, checked once for all
//! that is written.

use thiserror::Error;

use super::domain::{self, Fault};
use super::{Cookie, Prefix, Requirement, SameSite};
use crate::byte::{AV_OCTET, CONTROL, TCHAR, is_wsp, shown};
use crate::date::{DateError, ImfFixdate};
use crate::encoding::{Encoding, ValueError};
use crate::limits::{LimitError, Limits};

/// Why a cookie isn't fit to send.
///
/// A cookie is named as errors show names: escaped, and cut at 64 bytes. Values are never shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CookieError {
    /// The name is empty: such a cookie comes back without its `=`, and can be taken for another.
    #[error("a cookie's name is empty")]
    EmptyName,

    /// The name isn't a token (RFC 9110, section 5.6.2).
    #[error("cookie `{cookie}` has `{}` at byte {offset} of its name, which a token can't hold", byte.escape_ascii())]
    NameByte {
        /// The cookie's name.
        cookie: String,
        /// Where in the name, from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The value isn't a cookie-value, and [`Encoding::Raw`] doesn't encode it.
    #[error("cookie `{cookie}` can't be written raw: {source}")]
    Value {
        /// The cookie's name.
        cookie: String,
        /// Which byte.
        source: ValueError,
    },

    /// The `Path` doesn't start with `/`: the browser would take its default instead.
    #[error("cookie `{cookie}` has a Path that doesn't start with `/`")]
    PathStart {
        /// The cookie's name.
        cookie: String,
    },

    /// The `Path` holds a control byte, `;`, a byte over 7E, or a space at its end, which
    /// browsers trim.
    #[error("cookie `{cookie}` has `{}` at byte {offset} of its Path; percent-encode it", byte.escape_ascii())]
    PathByte {
        /// The cookie's name.
        cookie: String,
        /// Where in the path, from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The `Domain` is empty.
    #[error("cookie `{cookie}` has an empty Domain; leave it out to reach this host alone")]
    DomainEmpty {
        /// The cookie's name.
        cookie: String,
    },

    /// The `Domain` is an IP address.
    #[error("cookie `{cookie}` has an IP address as its Domain; leave the Domain out")]
    DomainIpAddress {
        /// The cookie's name.
        cookie: String,
    },

    /// The `Domain` ends in a dot, which makes it another host.
    #[error("cookie `{cookie}` has a Domain that ends in a dot; write it without")]
    DomainTrailingDot {
        /// The cookie's name.
        cookie: String,
    },

    /// The `Domain` isn't ASCII.
    #[error("cookie `{cookie}` has a Domain that isn't ASCII; write its A-label (`xn--...`)")]
    DomainNonAscii {
        /// The cookie's name.
        cookie: String,
    },

    /// The `Domain` isn't letter-digit-hyphen labels: each 1 to 63 bytes, hyphens inside only, and
    /// 253 bytes in all.
    #[error("cookie `{cookie}` has a Domain that is no host name, from byte {offset} on")]
    DomainLabel {
        /// The cookie's name.
        cookie: String,
        /// Where in the normalised domain, from 0.
        offset: usize,
    },

    /// The name starts with a prefix in the wrong case of letters: servers that look for the prefix
    /// would not see it, and browsers do.
    #[error("cookie `{cookie}` must have its prefix written as `{}`", prefix.as_str())]
    PrefixCase {
        /// The cookie's name.
        cookie: String,
        /// The prefix that it starts with.
        prefix: Prefix,
    },

    /// The name's prefix asks for what the cookie doesn't have.
    #[error("cookie `{cookie}` must have {requirement} for its prefix `{}`", prefix.as_str())]
    Prefix {
        /// The cookie's name.
        cookie: String,
        /// The prefix.
        prefix: Prefix,
        /// What it asks for.
        requirement: Requirement,
    },

    /// `SameSite=None` without `Secure`.
    #[error("cookie `{cookie}` needs Secure for SameSite=None")]
    SameSiteNone {
        /// The cookie's name.
        cookie: String,
    },

    /// `Partitioned` without `Secure`.
    #[error("cookie `{cookie}` needs Secure for Partitioned")]
    Partitioned {
        /// The cookie's name.
        cookie: String,
    },

    /// `Expires` can't be written.
    #[error("cookie `{cookie}` can't have its Expires written: {source}")]
    Expires {
        /// The cookie's name.
        cookie: String,
        /// Why.
        source: DateError,
    },

    /// The cookie, or one of its attributes, is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl CookieError {
    /// Whether a browser that met such a cookie would not keep it, though nothing tells the server.
    /// What else is refused would be kept otherwise than it was meant.
    #[must_use]
    pub fn is_dropped_by_browsers(&self) -> bool {
        match self {
            Self::NameByte { byte, .. } | Self::PathByte { byte, .. } => CONTROL.contains(*byte),
            Self::Value { source, .. } => source.control,
            Self::DomainTrailingDot { .. }
            | Self::DomainNonAscii { .. }
            | Self::DomainLabel { .. }
            | Self::Prefix { .. }
            | Self::SameSiteNone { .. }
            | Self::Partitioned { .. } => true,
            Self::Limit(error) => error.is_dropped_by_browsers(),
            Self::EmptyName
            | Self::PathStart { .. }
            | Self::DomainEmpty { .. }
            | Self::DomainIpAddress { .. }
            | Self::PrefixCase { .. }
            | Self::Expires { .. } => false,
        }
    }
}

/// A cookie that is fit to send.
#[derive(Clone, Copy)]
pub(crate) struct Fit<'a> {
    /// The cookie.
    pub(crate) cookie: &'a Cookie<'a>,
    /// Bytes of its value as it is written; more than it has where it is to be encoded.
    pub(crate) value_bytes: usize,
    /// Whether its `Domain`, if it has one, is known to be in lower case.
    pub(crate) plain_domain: bool,
}

impl<'a> Fit<'a> {
    /// Checks a cookie that a server sets.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "calls were a tenth of writing a short cookie")]
    pub(crate) fn to_set(
        cookie: &'a Cookie<'_>,
        encoding: Encoding,
        limits: &Limits,
    ) -> Result<Self, CookieError> {
        check_name(cookie)?;
        let value_bytes = encoding
            .encoded_bytes(cookie.value())
            .map_err(|source| CookieError::Value { cookie: shown_name(cookie), source })?;
        Self::sized(cookie, value_bytes, limits)
    }

    /// Checks a cookie that a server sets, whose value this crate wrote: all but the value.
    #[cfg(any(feature = "signed", feature = "encrypted"))]
    pub(crate) fn written(cookie: &'a Cookie<'_>, limits: &Limits) -> Result<Self, CookieError> {
        debug_assert!(Encoding::Raw.encoded_bytes(cookie.value()).is_ok(), "a value as written");
        check_name(cookie)?;
        Self::sized(cookie, cookie.value().len(), limits)
    }

    /// Checks what isn't the name or the value by itself.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a part of `to_set`")]
    fn sized(
        cookie: &'a Cookie<'_>,
        value_bytes: usize,
        limits: &Limits,
    ) -> Result<Self, CookieError> {
        let actual = cookie.name().len() + value_bytes;
        let limit = limits.cookie_bytes() as usize;
        if actual > limit {
            return Err(LimitError::Cookie { cookie: shown_name(cookie), actual, limit }.into());
        }
        if asks_for_nothing(cookie, limits) {
            return Ok(Self { cookie, value_bytes, plain_domain: true });
        }
        let plain_domain = check_attributes(cookie, limits)?;
        // Behind what the prefix asks for, without which browsers drop the cookie in any case.
        check_prefix_case(cookie)?;
        Ok(Self { cookie, value_bytes, plain_domain })
    }

    /// Checks a removal, which has a name that a browser can hold, token or not.
    pub(crate) fn to_remove(cookie: &'a Cookie<'_>, limits: &Limits) -> Result<Self, CookieError> {
        check_removable(cookie.name())?;
        let plain_domain = check_attributes(cookie, limits)?;
        Ok(Self { cookie, value_bytes: 0, plain_domain })
    }
}

/// The cookie's name as errors show it.
#[cold]
fn shown_name(cookie: &Cookie<'_>) -> String {
    shown(cookie.name().as_bytes())
}

/// A name that a server sets is a token.
#[inline]
fn check_name(cookie: &Cookie<'_>) -> Result<(), CookieError> {
    let name = cookie.name().as_bytes();
    if !name.is_empty() && TCHAR.holds(name) { Ok(()) } else { check_odd_name(cookie) }
}

#[cold]
fn check_odd_name(cookie: &Cookie<'_>) -> Result<(), CookieError> {
    let name = cookie.name().as_bytes();
    if name.is_empty() {
        return Err(CookieError::EmptyName);
    }
    match TCHAR.first_outside(name) {
        None => Ok(()),
        Some(offset) => {
            let byte = name[offset];
            Err(CookieError::NameByte { cookie: shown_name(cookie), offset, byte })
        }
    }
}

/// A server writes a prefix in the case that the standard has.
fn check_prefix_case(cookie: &Cookie<'_>) -> Result<(), CookieError> {
    match Prefix::of(cookie.name()) {
        Some(prefix) if !cookie.name().starts_with(prefix.as_str()) => {
            Err(CookieError::PrefixCase { cookie: shown_name(cookie), prefix })
        }
        _ => Ok(()),
    }
}

/// A name that a browser can hold is not empty, and has no control byte but HTAB, no `;`, no `=`
/// and no SP or HTAB at its ends.
pub(crate) fn check_removable(name: &str) -> Result<(), CookieError> {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return Err(CookieError::EmptyName);
    };
    let inside = bytes.iter().position(|&o| CONTROL.contains(o) || matches!(o, b';' | b'='));
    let wrong = match inside {
        Some(at) => at,
        None if is_wsp(*first) => 0,
        None if is_wsp(*last) => bytes.len() - 1,
        None => return Ok(()),
    };
    Err(CookieError::NameByte { cookie: shown(bytes), offset: wrong, byte: bytes[wrong] })
}

/// Whether neither the name nor an attribute can be wrong, as with most cookies: a quick answer.
#[inline]
fn asks_for_nothing(cookie: &Cookie<'_>, limits: &Limits) -> bool {
    cookie.path().is_none_or(|path| path == "/")
        && limits.attribute_bytes() > 0
        && cookie.domain.is_none()
        && cookie.expires.is_none()
        && !cookie.is_partitioned()
        && cookie.same_site() != SameSite::None
        && !cookie.name().starts_with('_')
}

/// The attributes, alone and together; and whether the `Domain` is known to be in lower case.
fn check_attributes(cookie: &Cookie<'_>, limits: &Limits) -> Result<bool, CookieError> {
    let plain_domain = cookie.domain().is_none_or(domain::is_plain);
    if let Some(domain) = cookie.domain() {
        if !plain_domain {
            domain::check(domain).map_err(|fault| domain_error(fault, shown_name(cookie)))?;
        }
        check_size(cookie, "Domain", domain, limits)?;
    }
    if let Some(path) = cookie.path() {
        check_path(cookie, path, limits)?;
    }
    check_expires(cookie)?;
    check_flags(cookie)?;
    Ok(plain_domain)
}

/// What `SameSite=None`, `Partitioned` and the name's prefix ask for.
#[inline]
fn check_flags(cookie: &Cookie<'_>) -> Result<(), CookieError> {
    // "If the cookie's same-site-flag is "None" and its secure-only-flag is not set, then abort"
    if cookie.same_site() == SameSite::None && !cookie.is_secure() {
        return Err(CookieError::SameSiteNone { cookie: shown_name(cookie) });
    }
    if cookie.is_partitioned() && !cookie.is_secure() {
        return Err(CookieError::Partitioned { cookie: shown_name(cookie) });
    }
    if let Some(prefix) = Prefix::of(cookie.name()) {
        let missing = prefix.requirements().iter().find(|needed| !cookie.meets(**needed));
        if let Some(&requirement) = missing {
            return Err(CookieError::Prefix { cookie: shown_name(cookie), prefix, requirement });
        }
    }
    Ok(())
}

/// `path-value = *av-octet`, which starts with `/` and doesn't end in SP.
fn check_path(cookie: &Cookie<'_>, path: &str, limits: &Limits) -> Result<(), CookieError> {
    check_size(cookie, "Path", path, limits)?;
    let bytes = path.as_bytes();
    if bytes.first() != Some(&b'/') {
        return Err(CookieError::PathStart { cookie: shown_name(cookie) });
    }
    if AV_OCTET.holds(bytes) && bytes.last() != Some(&b' ') {
        return Ok(());
    }
    // OK because it starts with `/`.
    let offset = AV_OCTET.first_outside(bytes).unwrap_or(bytes.len() - 1);
    Err(CookieError::PathByte { cookie: shown_name(cookie), offset, byte: bytes[offset] })
}

/// `Expires` is in the years that an IMF-fixdate can say.
#[inline]
pub(crate) fn check_expires(cookie: &Cookie<'_>) -> Result<(), CookieError> {
    cookie
        .expires
        .map_or(Ok(()), ImfFixdate::check)
        .map_err(|source| CookieError::Expires { cookie: shown_name(cookie), source })
}

fn check_size(
    cookie: &Cookie<'_>,
    attribute: &'static str,
    value: &str,
    limits: &Limits,
) -> Result<(), LimitError> {
    let (actual, limit) = (value.len(), limits.attribute_bytes() as usize);
    if actual > limit {
        let cookie = shown_name(cookie);
        return Err(LimitError::Attribute { cookie, attribute, actual, limit });
    }
    Ok(())
}

fn domain_error(fault: Fault, cookie: String) -> CookieError {
    match fault {
        Fault::Empty => CookieError::DomainEmpty { cookie },
        Fault::IpAddress => CookieError::DomainIpAddress { cookie },
        Fault::TrailingDot => CookieError::DomainTrailingDot { cookie },
        Fault::NonAscii => CookieError::DomainNonAscii { cookie },
        Fault::Label(offset) => CookieError::DomainLabel { cookie, offset },
    }
}
