//! The `Domain` attribute as the gate takes it.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::octet::HOST_OCTET;
use crate::scan::any;

/// Why a domain can't stand in a `Domain` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    Empty,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// `example.com.`
    TrailingDot,
    /// An octet over 7F.
    NonAscii,
    /// An octet that no host name holds, a label that is empty, over 63 octets, or has a hyphen at
    /// its end, or a name over 253 octets. What is wrong stands at this offset.
    Label(usize),
}

/// A domain without its one leading dot, in lower case.
pub(crate) fn normalised(domain: Cow<'_, str>) -> Cow<'_, str> {
    lower_cased(match domain {
        Cow::Borrowed(text) => Cow::Borrowed(without_dot(text)),
        Cow::Owned(mut text) => {
            if text.starts_with('.') {
                text.remove(0);
            }
            Cow::Owned(text)
        }
    })
}

/// A domain without its one leading dot.
pub(crate) const fn without_dot(domain: &str) -> &str {
    match domain.as_bytes() {
        [b'.', ..] => domain.split_at(1).1,
        _ => domain,
    }
}

/// A domain in lower case.
pub(crate) fn lower_cased(domain: Cow<'_, str>) -> Cow<'_, str> {
    if any(domain.as_bytes(), |octet| u8::from(octet.is_ascii_uppercase())) {
        Cow::Owned(domain.to_ascii_lowercase())
    } else {
        domain
    }
}

/// Whether a normalised domain is letter-digit-hyphen labels (A-labels; RFC 1034, section 3.5, and
/// RFC 5890, section 2.3.1), `_` allowed as browsers do.
pub(crate) fn check(domain: &str) -> Result<(), Fault> {
    // An IPv4 address ends in a digit, and what else is wrong is no list of labels.
    let may_be_address = domain.ends_with(|last: char| last.is_ascii_digit());
    if may_be_address || check_labels(domain).is_err() { check_odd(domain) } else { Ok(()) }
}

#[cold]
fn check_odd(domain: &str) -> Result<(), Fault> {
    if domain.is_empty() {
        return Err(Fault::Empty);
    }
    if !domain.is_ascii() {
        return Err(Fault::NonAscii);
    }
    let unbracketed = domain.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    if unbracketed.unwrap_or(domain).parse::<IpAddr>().is_ok() {
        return Err(Fault::IpAddress);
    }
    if domain.ends_with('.') {
        return Err(Fault::TrailingDot);
    }
    check_labels(domain)
}

/// Labels and their dots.
fn check_labels(domain: &str) -> Result<(), Fault> {
    if domain.len() > 253 {
        return Err(Fault::Label(253));
    }
    let mut start = 0;
    for label in domain.as_bytes().split(|&octet| octet == b'.') {
        check_label(label).map_err(|at| Fault::Label(start + at))?;
        start += label.len() + 1;
    }
    Ok(())
}

/// Where a label is wrong.
fn check_label(label: &[u8]) -> Result<(), usize> {
    if let Some(at) = HOST_OCTET.first_outside(label) {
        return Err(at);
    }
    match label {
        [] | [b'-', ..] => Err(0),
        [.., b'-'] => Err(label.len() - 1),
        _ if label.len() > 63 => Err(63),
        _ => Ok(()),
    }
}
