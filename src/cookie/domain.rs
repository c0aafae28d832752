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
    if is_plain(domain.as_bytes()) {
        return Ok(());
    }
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

/// Whether a domain is labels of letters and digits, and single hyphens between them, at most 63
/// octets in all and with no digit at its end, as an IPv4 address has: a quick answer for most.
fn is_plain(domain: &[u8]) -> bool {
    let (wrong, last) = domain.iter().fold((0, BETWEEN), |(wrong, before), &octet| {
        let kind = KINDS[usize::from(octet)];
        // Nowhere is one that stands nowhere, and behind another is one that stands between.
        (wrong | kind & (before | NOWHERE), kind)
    });
    let ends_in_digit = domain.last().is_some_and(u8::is_ascii_digit);
    wrong | last == 0 && !ends_in_digit && domain.len() <= 63
}

/// An octet that stands between others of a host name: a dot or a hyphen.
const BETWEEN: u8 = 1;
/// An octet that no host name has.
const NOWHERE: u8 = 2;

/// What octets are in a host name; zero for those that can stand anywhere.
const KINDS: [u8; 256] = {
    let mut kinds = [NOWHERE; 256];
    let mut octet = 0_u8;
    while octet < 0x80 {
        if HOST_OCTET.contains(octet) {
            kinds[octet as usize] = 0;
        }
        octet += 1;
    }
    kinds[b'.' as usize] = BETWEEN;
    kinds[b'-' as usize] = BETWEEN;
    kinds
};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_labels() {
        let mut domains = vec![String::new()];
        for _ in 0..6 {
            let longer = domains
                .iter()
                .flat_map(|domain| ["a", "7", "-", ".", ";"].map(|octet| domain.clone() + octet));
            domains = longer.chain([String::new()]).collect();
            for domain in &domains {
                if is_plain(domain.as_bytes()) {
                    assert_eq!(check_labels(domain), Ok(()), "{domain}");
                    assert!(domain.parse::<IpAddr>().is_err(), "{domain}");
                }
            }
        }
        assert!(is_plain(b"www.shop-1.example.com"));
        for length in 60..70 {
            assert_eq!(is_plain("x".repeat(length).as_bytes()), length <= 63);
        }
        for octet in 0..=u8::MAX {
            assert_eq!(is_plain(&[b'a', octet, b'z']), check_labels_of(octet), "{octet:#x}");
        }
    }

    fn check_labels_of(octet: u8) -> bool {
        str::from_utf8(&[b'a', octet, b'z']).is_ok_and(|domain| check_labels(domain).is_ok())
    }
}
