//! The warnings about a header.

use std::ops::Range;
use std::time::SystemTime;

use super::chromium;
use super::heuristics;
use super::layout::{AttributeSpan, Event, Layout};
use super::separators;
use crate::bytes::{CONTROL, COOKIE_OCTET, TCHAR, escape_name, escape_text};
use crate::cookie::{Prefix, SameSite};
use crate::header::{Attribute, Ignored, Segments, SetCookie, comma_before_cookie};
use crate::limits::Limits;
use crate::user_agent::{Identity, Lifetime, RequestContext, UserAgent, Warning};

/// Warns of attributes that do not count.
pub(super) fn on_event(
    header: &[u8],
    span: &AttributeSpan,
    event: Event,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let whole = span.whole();
    let name = &header[span.name.clone()];
    let warning = match event {
        Event::Overridden(attribute, by) => Warning::Repeated { attribute, by },
        Event::Ignored(Ignored::Expires(error)) => Warning::Expires { error },
        Event::Ignored(Ignored::MaxAge) => Warning::MaxAge,
        Event::Ignored(Ignored::TooLong(attribute)) => Warning::TooLong {
            attribute,
            actual: span.value.len(),
            limit: Limits::DEFAULT.attribute_bytes() as usize,
        },
        // There is nothing between two `;`, or after the last.
        Event::Ignored(Ignored::Unknown) if whole.is_empty() => return,
        // `Secure, b=2` gets a warning of its own.
        Event::Ignored(Ignored::Unknown)
            if comma_before_cookie(&header[whole.clone()], false).is_some() =>
        {
            return;
        }
        Event::Ignored(Ignored::Unknown) => {
            match separators::attribute_with_colon(&header[whole.clone()]) {
                Some(attribute) => Warning::Colon { attribute },
                None => Warning::Unknown { meant: heuristics::meant_attribute(name) },
            }
        }
    };
    warn(warning, whole);
}

/// Warns of the name and the value.
pub(super) fn on_pair(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let header_name = b"set-cookie:";
    let (name, start) = (cookie.name(), layout.name.start);
    let is_pasted = layout.header[layout.pair()]
        .get(..header_name.len())
        .is_some_and(|bytes| bytes.eq_ignore_ascii_case(header_name));
    if is_pasted {
        let start = layout.pair().start;
        warn(Warning::HeaderName, start..start + header_name.len());
    } else if let Some(at) = first_unfit(name, |byte| TCHAR.contains(byte)) {
        let byte = name[at.start];
        warn(Warning::NameByte { byte }, start + at.start..start + at.end);
    }
    if name.is_empty() && !cookie.value().is_empty() {
        warn(Warning::Nameless, layout.pair());
        // With a prefix, the standard refuses it as well.
        if cookie.value().contains(&b'=') && Prefix::from_name(cookie.value()).is_none() {
            warn(Warning::NamelessEquals, layout.value.clone());
        }
        if let Some(at) = heuristics::encoded_equals(cookie.value()) {
            warn(Warning::Encoded, layout.value.start + at.start..layout.value.start + at.end);
        }
    }
    if let Some(prefix) = Prefix::from_name(name)
        && !name.starts_with(prefix.as_str().as_bytes())
    {
        warn(Warning::PrefixCase { prefix }, start..start + prefix.as_str().len());
    }
    on_value(layout, cookie.value(), warn);
}

/// Warns of the value.
fn on_value(layout: &Layout<'_>, value: &[u8], warn: &mut impl FnMut(Warning, Range<usize>)) {
    let start = layout.value.start;
    let (inner, quote) = match value {
        [b'"', inner @ .., b'"'] => (inner, 1),
        _ => (value, 0),
    };
    let is_split =
        quote == 0 && value.starts_with(b"\"") && layout.header[layout.value.end..].contains(&b'"');
    if is_split {
        warn(Warning::QuotedSemicolon, layout.value.clone());
    } else if quote == 1 {
        warn(Warning::Quoted, layout.value.clone());
    }
    if !is_split
        && let Some(at) = first_unfit(inner, |byte| COOKIE_OCTET.contains(byte) || byte == b'\t')
    {
        warn(Warning::ValueByte, start + quote + at.start..start + quote + at.end);
    }
    if let Some(at) = heuristics::encoded_semicolon(value) {
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
    if let Lifetime::Until { is_cut: true, .. } = lifetime {
        warn(Warning::LifetimeCut { attribute: deciding }, layout.attribute_range(deciding));
    }
    if layout.get(Attribute::SameSite).is_some() && cookie.same_site() == SameSite::Unset {
        warn(Warning::SameSite, layout.attribute_range(Attribute::SameSite));
    }
    for attribute in [Attribute::Secure, Attribute::HttpOnly, Attribute::Partitioned] {
        if layout.get(attribute).is_some_and(|span| !span.value.is_empty()) {
            warn(Warning::FlagValue { attribute }, layout.attribute_range(attribute));
        }
    }
}

/// Warns of tabs, except those that are trimmed.
pub(super) fn on_tabs(header: &[u8], warn: &mut impl FnMut(Warning, Range<usize>)) {
    let pairs = Segments::new(header).map(|segment| segment.trimmed_pair(header));
    for part in pairs.flat_map(|pair| [pair.name_range(), pair.value_range()]) {
        if let Some(at) = memchr::memchr(b'\t', &header[part.clone()]) {
            warn(Warning::Tab, part.start + at..part.start + at + 1);
        }
    }
}

/// Warns of separators that are missing or wrong.
pub(super) fn on_separators(layout: &Layout<'_>, warn: &mut impl FnMut(Warning, Range<usize>)) {
    let header = layout.header;
    let attributes = Segments::new(header).skip(1).map(|segment| segment.trimmed_pair(header));
    // A path of a URL may have commas, but no space.
    let is_path = |name| Attribute::from_name(name) == Some(Attribute::Path);
    let value = (layout.value.clone(), true);
    let parts = attributes.map(|pair| (pair.range(), is_path(pair.name)));
    for (part, requires_space) in std::iter::once(value).chain(parts) {
        let (text, start) = (&header[part.clone()], part.start);
        if let Some(comma) = comma_before_cookie(text, requires_space) {
            warn(Warning::SecondCookie, start + comma..part.end);
        }
        for found in separators::swallowed_attributes(text, requires_space) {
            let range = start + found.range.start..start + found.range.end;
            warn(Warning::MissingSemicolon { attribute: found.attribute }, range);
        }
    }
}

/// Warns of an attribute in the place of the cookie.
pub(super) fn on_first_attribute(
    layout: &Layout<'_>,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let header = layout.header;
    let (name, value) = (&header[layout.name.clone()], &header[layout.value.clone()]);
    let has_unknown_pair = || {
        let mut pairs = Segments::new(header).skip(1).map(|segment| segment.trimmed_pair(header));
        pairs.any(|pair| !pair.value.is_empty() && Attribute::from_name(pair.name).is_none())
    };
    let attribute = if name.is_empty() {
        separators::first_attribute(value)
    } else {
        // A cookie can have an attribute's name, but `Path=/; sid=1` has another cookie.
        separators::first_attribute(name)
            .filter(|_| Attribute::from_name(name).is_none() || has_unknown_pair())
    };
    if let Some(attribute) = attribute {
        warn(Warning::AttributeFirst { attribute }, layout.pair());
    }
}

/// Warns of a `Max-Age` and an `Expires` that disagree about a removal.
pub(super) fn on_lifetimes(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    now: SystemTime,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    if let (Some(max_age), Some(expires)) = (cookie.max_age(), cookie.expires())
        && max_age.is_zero() != (expires <= now)
    {
        warn(Warning::ExpiresOverridden, layout.attribute_range(Attribute::Expires));
    }
}

/// Warns of a `Max-Age` and an `Expires` that Chromium reads differently.
pub(super) fn on_chromium_lifetimes(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let last = |attribute| layout.get_unread(attribute).or(layout.get(attribute));
    let value = |span: &AttributeSpan| &layout.header[span.value.clone()];
    let max_age = last(Attribute::MaxAge).and_then(|span| chromium::max_age(value(span)));
    let expires = last(Attribute::Expires).and_then(|span| chromium::expires(value(span)));
    // An `Expires` that `Max-Age` overrides makes no difference.
    let is_overridden = max_age.is_some() && cookie.max_age().is_some();
    for (attribute, is_read, differs) in [
        (Attribute::MaxAge, max_age.is_some(), max_age != cookie.max_age()),
        (Attribute::Expires, expires.is_some(), expires != cookie.expires() && !is_overridden),
    ] {
        let Some(span) = last(attribute).filter(|_| differs) else { continue };
        let voids_earlier = !is_read && layout.get_unread(attribute).is_some();
        let warning = if voids_earlier {
            Warning::VoidsEarlier { attribute }
        } else {
            Warning::ReadDifferently { attribute }
        };
        warn(warning, span.whole());
    }
}

/// Returns the attribute that decides how long a cookie is stored.
pub(super) fn deciding(cookie: &SetCookie<'_>) -> Attribute {
    match cookie.max_age() {
        Some(_) => Attribute::MaxAge,
        None => Attribute::Expires,
    }
}

/// Warns of where the cookie is sent.
pub(super) fn on_scope(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    identity: &Identity<'_>,
    context: &RequestContext<'_>,
    agent: &UserAgent,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    let (host, domain) = (context.canonical_host(), identity.domain());
    let at = layout.value_range(Attribute::Domain);
    let written = layout.get(Attribute::Domain).map(|span| &layout.header[span.value.clone()]);
    if written == Some(b"") {
        warn(Warning::DomainEmpty, at);
    } else if written == Some(b".") {
        warn(Warning::DomainDot, at);
    } else if !identity.is_host_only && host.as_str() == domain {
        if host.is_ip_address() {
            warn(Warning::DomainAddress, at);
        }
    } else if !identity.is_host_only && context.domain_matches(domain) {
        let is_checked = agent.has_public_suffixes();
        if domain.contains('.') {
            let (domain, host) = (escape_text(domain), escape_text(host.as_str()));
            warn(Warning::DomainWidens { domain, host }, at.clone());
        }
        match domain.contains('.') {
            _ if is_checked => {}
            true => warn(Warning::SuffixUnchecked, at),
            false => warn(Warning::DomainTopLevel, at),
        }
    }
    if layout.get(Attribute::Path).is_some() && cookie.path().is_none() {
        let default = escape_name(identity.path());
        warn(Warning::PathStart { default }, layout.value_range(Attribute::Path));
    }
}

/// Warns of what happens to a cookie that is stored.
pub(super) fn on_use(
    layout: &Layout<'_>,
    cookie: &SetCookie<'_>,
    identity: &Identity<'_>,
    context: &RequestContext<'_>,
    warn: &mut impl FnMut(Warning, Range<usize>),
) {
    if cookie.path().is_some() && !context.path_matches(identity.path()) {
        let path = escape_text(context.path());
        warn(Warning::PathElsewhere { path }, layout.value_range(Attribute::Path));
    }
    if !cookie.is_http_only() && heuristics::names_a_session(cookie.name()) {
        warn(Warning::NoHttpOnly, layout.name.clone());
    }
}

/// Returns the range of the first bytes that do not fit. Control characters do not count: the header
/// is refused for them.
fn first_unfit(bytes: &[u8], fits: impl Fn(u8) -> bool) -> Option<Range<usize>> {
    let is_unfit = |byte: &u8| !fits(*byte) && !CONTROL.contains(*byte);
    let start = bytes.iter().position(is_unfit)?;
    let length = bytes[start..].iter().take_while(|byte| is_unfit(byte)).count();
    Some(start..start + length)
}
