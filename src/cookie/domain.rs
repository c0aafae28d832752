//! The `Domain` attribute as the gate takes it.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::byte::HOST_BYTE;
use crate::scan::{ONES, any};

/// Why a domain can't stand in a `Domain` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    Empty,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// `example.com.`
    TrailingDot,
    /// A byte over 7F.
    NonAscii,
    /// A byte that no host name holds, a label that is empty, over 63 bytes, or has a hyphen at
    /// its end, or a name over 253 bytes. What is wrong stands at this offset.
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
    if any(domain.as_bytes(), |byte| u8::from(byte.is_ascii_uppercase())) {
        Cow::Owned(domain.to_ascii_lowercase())
    } else {
        domain
    }
}

/// Whether a domain is letter-digit-hyphen labels (A-labels; RFC 1034, section 3.5, and RFC 5890,
/// section 2.3.1), `_` allowed as browsers do; in whatever case it is.
#[cold]
pub(crate) fn check(domain: &str) -> Result<(), Fault> {
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

/// Whether a domain is labels of lower-case letters, digits and `_`, and single hyphens between them,
/// at most 63 bytes in all and with a letter at its end, as no IP address has that `check` looks
/// for: a quick answer for most, of which there is nothing to check and nothing to lower-case.
#[inline]
pub(crate) fn is_plain(domain: &str) -> bool {
    let domain = domain.as_bytes();
    let (Some(first), Some(last)) = (domain.first(), domain.last()) else { return false };
    let ends = !matches!(first, b'.' | b'-') && last.is_ascii_lowercase();
    if !ends || domain.len() > 63 {
        return false;
    }
    let Some(last) = domain.last_chunk() else {
        let mut word = [b'a'; 8];
        word.iter_mut().zip(domain).for_each(|(byte, given)| *byte = *given);
        return is_plain_word(word);
    };
    let mut plain = is_plain_word(*last);
    let mut rest = domain;
    // Each word has the last byte of the one before it, which may be a dot.
    while let (Some(word), Some((_, behind))) = (rest.first_chunk(), rest.split_first_chunk::<7>())
    {
        plain &= is_plain_word(*word);
        rest = behind;
    }
    plain
}

/// Whether eight bytes are lower-case letters, digits, `_`, and single dots or hyphens. In arithmetic
/// of bytes that are ASCII, the highest bit says whether one is above another: 30 instructions,
/// where a table takes 7 for each byte.
#[inline]
const fn is_plain_word(word: [u8; 8]) -> bool {
    const HIGHEST: u64 = ONES << 7;
    const fn within(word: u64, first: u8, last: u8) -> u64 {
        let [from, behind] = [0x80 - first, 0x7F - last];
        word.wrapping_add(ONES * from as u64) & !word.wrapping_add(ONES * behind as u64)
    }
    let word = u64::from_le_bytes(word);
    let between = within(word, b'-', b'.');
    let name = within(word, b'a', b'z') | within(word, b'0', b'9') | within(word, b'_', b'_');
    let inside = name | between;
    (!inside | word | (between & (between << 8))) & HIGHEST == 0
}

/// Labels and their dots.
fn check_labels(domain: &str) -> Result<(), Fault> {
    if domain.len() > 253 {
        return Err(Fault::Label(253));
    }
    let mut start = 0;
    for label in domain.as_bytes().split(|&byte| byte == b'.') {
        check_label(label).map_err(|at| Fault::Label(start + at))?;
        start += label.len() + 1;
    }
    Ok(())
}

/// Where a label is wrong.
fn check_label(label: &[u8]) -> Result<(), usize> {
    if let Some(at) = HOST_BYTE.first_outside(label) {
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
                .flat_map(|domain| ["a", "7", "-", ".", ";"].map(|byte| domain.clone() + byte));
            domains = longer.chain([String::new()]).collect();
            for domain in &domains {
                if is_plain(domain) {
                    assert_eq!(check_labels(domain), Ok(()), "{domain}");
                    assert!(domain.parse::<IpAddr>().is_err(), "{domain}");
                }
            }
        }
        assert!(is_plain("www.shop-1.example.com"));
    }

    #[test]
    fn each_byte_of_a_plain_domain_is_looked_at() {
        for length in (1..=17).chain(62..=64) {
            let domain = "x".repeat(length);
            assert_eq!(is_plain(&domain), length <= 63);
            for (at, byte) in (0..length).flat_map(|at| (0..0x80).map(move |byte| (at, byte))) {
                let mut bytes = domain.clone().into_bytes();
                bytes[at] = byte;
                let other = String::from_utf8(bytes).unwrap();
                let plain = match byte {
                    b'a'..=b'z' => true,
                    b'0'..=b'9' | b'_' => at < length - 1,
                    b'.' | b'-' => (1..length - 1).contains(&at),
                    _ => false,
                };
                assert_eq!(is_plain(&other), plain && length <= 63, "{other}");
            }
        }
        for length in 4..=64 {
            for at in 1..length - 2 {
                let twice = ["x".repeat(at), "-.".to_owned(), "x".repeat(length - 2 - at)].concat();
                assert!(!is_plain(&twice), "{twice}");
            }
        }
        assert!(!is_plain("é"));
    }
}
