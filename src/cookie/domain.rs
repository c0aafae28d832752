//! The `Domain` attribute that a server sends.

use std::borrow::Cow;

use super::error::CookieErrorKind;
use crate::bytes::HOST_BYTE;
use crate::host::{DomainHint, is_ip_literal};

/// Returns a domain without its one leading dot, in lower case.
pub(super) fn normalize(domain: Cow<'_, str>) -> Cow<'_, str> {
    lower_case(match domain {
        Cow::Borrowed(text) => Cow::Borrowed(without_leading_dot(text)),
        Cow::Owned(mut text) => {
            if text.starts_with('.') {
                text.remove(0);
            }
            Cow::Owned(text)
        }
    })
}

/// Returns a domain without its one leading dot.
pub(super) const fn without_leading_dot(domain: &str) -> &str {
    match domain.as_bytes() {
        [b'.', ..] => domain.split_at(1).1,
        _ => domain,
    }
}

/// Returns a domain in lower case.
pub(crate) fn lower_case(domain: Cow<'_, str>) -> Cow<'_, str> {
    if domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(domain.to_ascii_lowercase())
    } else {
        domain
    }
}

/// The most bytes of a label, and of a whole name (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;
const MAX_NAME_BYTES: usize = 253;

/// Checks that a domain is a name of letter-digit-hyphen labels (A-labels; RFC 1034, section 3.5,
/// and RFC 5890, section 2.3.1), with `_` allowed as browsers do.
pub(super) fn check_domain(domain: &str) -> Result<(), CookieErrorKind> {
    if domain.is_empty() {
        return Err(CookieErrorKind::DomainEmpty);
    }
    if !domain.is_ascii() {
        return Err(CookieErrorKind::DomainNonAscii);
    }
    if is_ip_literal(domain) {
        return Err(CookieErrorKind::DomainIpAddress);
    }
    if domain.ends_with('.') {
        return Err(CookieErrorKind::DomainTrailingDot);
    }
    if domain.len() > MAX_NAME_BYTES {
        return Err(CookieErrorKind::DomainTooLong { actual: domain.len() });
    }
    let mut start = 0;
    for label in domain.split('.') {
        if let Some(offset) = first_invalid(label) {
            let offset = start + offset;
            // OK because a label is ASCII; an empty one is followed by a dot.
            let found = char::from(domain.as_bytes()[offset]);
            let hint = DomainHint::from_domain(domain);
            return Err(CookieErrorKind::DomainInvalid { offset, found, hint });
        }
        if label.len() > MAX_LABEL_BYTES {
            return Err(CookieErrorKind::DomainLabelTooLong { offset: start, actual: label.len() });
        }
        start += label.len() + 1;
    }
    Ok(())
}

/// Returns the position of the first byte that a label cannot have there.
fn first_invalid(label: &str) -> Option<usize> {
    let bytes = label.as_bytes();
    HOST_BYTE.first_outside(bytes).or(match bytes {
        [] | [b'-', ..] => Some(0),
        [.., b'-'] => Some(bytes.len() - 1),
        _ => None,
    })
}
