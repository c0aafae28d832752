//! The warnings about a field.

use std::ops::Range;
use std::time::SystemTime;

use super::layout::{Event, Layout};
use super::lifetime::Lifetime;
use super::path::path_matches;
use super::warning::Warning;
use super::{Identity, Sender, guess};
use crate::byte::{CONTROL, COOKIE_OCTET, TCHAR, shown};
use crate::cookie::{Prefix, SameSite};
use crate::header::{Attribute, Ignored, Piece, Pieces, SetCookie};
use crate::limits::Limits;

/// Warns of what doesn't count.
pub(super) fn on_event(
    field: &[u8],
    piece: &Piece,
    event: Event,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let whole = piece.whole();
    let name = &field[piece.name.clone()];
    let warning = match event {
        Event::Overruled(attribute, by) => Warning::Repeated { attribute, by },
        Event::Ignored(Ignored::Expires(error)) => Warning::Expires { error },
        Event::Ignored(Ignored::MaxAge) => Warning::MaxAge,
        Event::Ignored(Ignored::TooLong(attribute)) => Warning::TooLong {
            attribute,
            actual: piece.value.as_ref().map_or(0, Range::len),
            limit: Limits::DEFAULT.attribute_bytes() as usize,
        },
        // Nothing stands between two `;`, or behind the last.
        Event::Ignored(Ignored::Unknown) if whole.is_empty() => return,
        // `Secure, b=2`: there is more to say about it.
        Event::Ignored(Ignored::Unknown)
            if guess::second_cookie(&field[whole.clone()], false).is_some() =>
        {
            return;
        }
        Event::Ignored(Ignored::Unknown) => Warning::Unknown { meant: guess::meant(name) },
    };
    warn(warning, whole);
}

/// Warns of a name and a value.
pub(super) fn on_pair(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let field_name = b"set-cookie:";
    let (name, start) = (cookie.name(), layout.name.start);
    let pasted = layout.field[layout.pair()]
        .get(..field_name.len())
        .is_some_and(|bytes| bytes.eq_ignore_ascii_case(field_name));
    if pasted {
        let start = layout.pair().start;
        warn(Warning::FieldName, start..start + field_name.len());
    } else if let Some(at) = stranger(name, |byte| TCHAR.contains(byte)) {
        let byte = name[at.start];
        warn(Warning::NameByte { byte }, start + at.start..start + at.end);
    }
    if name.is_empty() && !cookie.value().is_empty() {
        warn(Warning::Nameless, layout.pair());
        if let Some(at) = guess::encoded_equals(cookie.value()) {
            warn(Warning::Encoded, layout.value.start + at.start..layout.value.start + at.end);
        }
    }
    if let Some(prefix) = Prefix::of(name)
        && !name.starts_with(prefix.as_str().as_bytes())
    {
        warn(Warning::PrefixCase { prefix }, start..start + prefix.as_str().len());
    }
    on_value(layout, cookie.value(), warn);
}

/// Warns of a value.
fn on_value(layout: &Layout<'_>, value: &[u8], warn: &mut impl FnMut(Warning, Range<usize>)) {
    let start = layout.value.start;
    let (inner, quote) = match value {
        [b'"', inner @ .., b'"'] => (inner, 1),
        _ => (value, 0),
    };
    let torn =
        quote == 0 && value.starts_with(b"\"") && layout.field[layout.value.end..].contains(&b'"');
    if torn {
        warn(Warning::QuotedSemicolon, layout.value.clone());
    } else if quote == 1 {
        warn(Warning::Quoted, layout.value.clone());
    }
    if !torn && let Some(at) = stranger(inner, |byte| COOKIE_OCTET.contains(byte) || byte == b'\t')
    {
        warn(Warning::ValueByte, start + quote + at.start..start + quote + at.end);
    }
    if let Some(at) = inner.iter().position(|byte| *byte == b'\t') {
        let at = start + quote + at;
        warn(Warning::Tab, at..at + 1);
    }
    if let Some(at) = guess::encoded_semicolon(value) {
        warn(Warning::Encoded, start + at.start..start + at.end);
    }
}

/// Warns of the attributes that count.
pub(super) fn on_attributes(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    lifetime: Lifetime,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let deciding = deciding(cookie);
    if let Lifetime::Until { cut: true, .. } = lifetime {
        warn(Warning::LifetimeCut { attribute: deciding }, layout.attribute(deciding));
    }
    if layout.get(Attribute::SameSite).is_some() && cookie.same_site() == SameSite::Unset {
        warn(Warning::SameSite, layout.attribute(Attribute::SameSite));
    }
    for attribute in [Attribute::Secure, Attribute::HttpOnly, Attribute::Partitioned] {
        let value = layout.get(attribute).and_then(|span| span.value.as_ref());
        if value.is_some_and(|value| !value.is_empty()) {
            warn(Warning::FlagValue { attribute }, layout.attribute(attribute));
        }
    }
    let inside = layout.value.clone();
    let pieces = Pieces::of(layout.field).skip(1).map(|piece| (piece.whole(), false));
    for (part, inside_value) in std::iter::once((inside, true)).chain(pieces) {
        if let Some(comma) = guess::second_cookie(&layout.field[part.clone()], inside_value) {
            warn(Warning::SecondCookie, part.start + comma..part.end);
        }
    }
}

/// Warns of a `Max-Age` and an `Expires` that disagree.
pub(super) fn on_lifetimes(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    now: SystemTime,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    if let (Some(max_age), Some(expires)) = (cookie.max_age(), cookie.expires())
        && max_age.is_zero() != (expires <= now)
    {
        warn(Warning::ExpiresOverruled, layout.attribute(Attribute::Expires));
    }
}

/// The attribute that decides how long a cookie lives.
pub(super) fn deciding(cookie: &SetCookie<'_>) -> Attribute {
    match cookie.max_age() {
        Some(_) => Attribute::MaxAge,
        None => Attribute::Expires,
    }
}

/// Warns of what the sender makes of a cookie.
pub(super) fn on_scope(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    identity: &Identity<'_>,
    sender: &Sender,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let (host, domain) = (sender.as_host(), &identity.domain);
    let at = layout.value_of(Attribute::Domain);
    if identity.host_only && layout.get(Attribute::Domain).is_some() {
        warn(Warning::DomainEmpty, at);
    } else if !identity.host_only && host.as_str() == domain {
        if host.is_address() {
            warn(Warning::DomainAddress, at);
        }
    } else if !identity.host_only && host.matches(domain) {
        let (domain, host) = (shown(domain.as_bytes()), shown(host.as_str().as_bytes()));
        warn(
            if domain.contains('.') {
                Warning::DomainWidens { domain, host }
            } else {
                Warning::DomainTopLevel
            },
            at,
        );
    }
    if layout.get(Attribute::Path).is_some() && cookie.path().is_none() {
        let default = shown(identity.path);
        warn(Warning::PathStart { default }, layout.value_of(Attribute::Path));
    }
}

/// Warns of what becomes of a cookie that lives.
pub(super) fn on_use(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    identity: &Identity<'_>,
    sender: &Sender,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    if !path_matches(sender.path().as_bytes(), identity.path) && cookie.path().is_some() {
        let path = shown(sender.path().as_bytes());
        warn(Warning::PathElsewhere { path }, layout.value_of(Attribute::Path));
    }
    if !cookie.is_http_only() && guess::names_a_session(cookie.name()) {
        warn(Warning::NoHttpOnly, layout.name.clone());
    }
}

/// The first bytes that don't fit, and aren't control bytes, which are refused.
fn stranger(bytes: &[u8], fits: impl Fn(u8) -> bool) -> Option<Range<usize>> {
    let strange = |byte: &u8| !fits(*byte) && !CONTROL.contains(*byte);
    let start = bytes.iter().position(strange)?;
    let length = bytes[start..].iter().take_while(|byte| strange(byte)).count();
    Some(start..start + length)
}
