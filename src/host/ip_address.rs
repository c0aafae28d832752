//! IP addresses as the URL Standard reads and writes them.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns whether a host or domain is an IP address, or would be read as one: an IPv6 address with
/// or without brackets, or a name whose last label is a number (URL Standard, "ends in a number").
pub(crate) fn is_ip_literal(host: &str) -> bool {
    parse_ipv6(host).is_some() || ends_in_number(host)
}

/// Reads an IPv6 address with or without brackets.
pub(super) fn parse_ipv6(host: &str) -> Option<Ipv6Addr> {
    // Checked first, because nearly every host is a name, and each one comes through here twice.
    if !host.bytes().any(|byte| byte == b':') {
        return None;
    }
    let unbracketed = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    unbracketed.unwrap_or(host).parse().ok()
}

/// Returns what follows the last dot of a name. Labels are short, so that a search byte by byte is
/// faster than `rsplit`.
pub(crate) fn last_label(name: &str) -> &str {
    let dot = name.bytes().rposition(|byte| byte == b'.');
    // OK because a dot is one byte.
    dot.map_or(name, |dot| &name[dot + 1..])
}

/// Returns whether the last label is a number in decimal or hexadecimal, so that the host must be
/// an IPv4 address.
pub(super) fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = last_label(host);
    let is_decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal || hex_digits(last).is_some_and(|digits| number(digits, 16).is_some())
}

/// Reads an IPv4 address as the URL Standard does: one to four numbers in decimal, octal or
/// hexadecimal, of which the last fills the remaining bytes.
pub(super) fn parse_ipv4(host: &str) -> Option<Ipv4Addr> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let numbers: Vec<u64> = host.split('.').map(parse_number).collect::<Option<_>>()?;
    let (&last, before) = numbers.split_last()?;
    if before.len() > 3 || before.iter().any(|&number| number > 255) {
        return None;
    }
    let remaining_bits = 32 - 8 * u32::try_from(before.len()).ok()?;
    if last >= 1 << remaining_bits {
        return None;
    }
    let start = before.iter().fold(0, |start, number| start << 8 | number);
    let address = start << remaining_bits | last;
    Some(Ipv4Addr::from_bits(u32::try_from(address).ok()?))
}

fn parse_number(text: &str) -> Option<u64> {
    match hex_digits(text) {
        Some(digits) => number(digits, 16),
        None if text.starts_with('0') => number(&text[1..], 8),
        None if text.is_empty() => None,
        None => number(text, 10),
    }
}

fn hex_digits(text: &str) -> Option<&str> {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
}

/// Returns the number that digits stand for; an empty text is zero, and a
/// number that overflows is `u64::MAX`.
fn number(digits: &str, radix: u32) -> Option<u64> {
    digits.chars().try_fold(0, |number: u64, digit| {
        let digit = digit.to_digit(radix)?;
        Some(number.saturating_mul(radix.into()).saturating_add(digit.into()))
    })
}

/// Writes an IPv6 address in brackets as the URL Standard does: in hexadecimal throughout, with the
/// first longest run of two or more zero pieces compressed.
pub(super) fn write_ipv6(address: Ipv6Addr) -> String {
    let pieces = address.segments();
    let (mut run_start, mut run_len) = (pieces.len(), 1);
    let mut at = 0;
    while at < pieces.len() {
        let zeros = pieces.iter().skip(at).take_while(|piece| **piece == 0).count();
        if zeros > run_len {
            (run_start, run_len) = (at, zeros);
        }
        at += zeros.max(1);
    }
    let mut text = String::from("[");
    for (at, piece) in pieces.iter().enumerate() {
        if at == run_start {
            text.push_str("::");
        } else if !(run_start..run_start + run_len).contains(&at) {
            let needs_colon = at > 0 && !text.ends_with(':');
            let colon = if needs_colon { ":" } else { "" };
            // OK because writing to a string cannot fail.
            let _ = write!(text, "{colon}{piece:x}");
        }
    }
    text + "]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_addresses_in_every_form() {
        for (host, address) in [
            ("127.0.0.1", Some("127.0.0.1")),
            ("127.0.0.1.", Some("127.0.0.1")),
            ("127.1", Some("127.0.0.1")),
            ("0x7f.0.0.1", Some("127.0.0.1")),
            ("0177.0.0.1", Some("127.0.0.1")),
            ("2130706433", Some("127.0.0.1")),
            ("255.0.0.0", Some("255.0.0.0")),
            ("0", Some("0.0.0.0")),
            ("0x", Some("0.0.0.0")),
            ("1.2.3", Some("1.2.0.3")),
            ("4294967295", Some("255.255.255.255")),
            ("4294967296", None),
            ("256.0.0.1", None),
            ("1.256.0.1", None),
            ("1.2.3.256", None),
            ("1.2.3.4.5", None),
            ("1.2.3.4.0", None),
            ("1.2.3.4.5.0", None),
            ("09.0.0.1", None),
            ("1..2", None),
            ("a.1", None),
            ("99999999999999999999999", None),
        ] {
            let expected = address.map(|address| address.parse().unwrap());
            assert_eq!(parse_ipv4(host), expected, "{host}");
            assert!(ends_in_number(host), "{host}");
        }
        for host in ["example.com", "1.example", "0xg", "a.b.", "", "."] {
            assert!(!ends_in_number(host), "{host}");
        }
    }

    #[test]
    fn ip_literals() {
        for host in ["[::1]", "::1", "::", "127.1", "example.123", "1.2.3.4.5", "0x7f.1"] {
            assert!(is_ip_literal(host), "{host}");
        }
        for host in ["example.com", "[a]", "a:80", "1.a"] {
            assert!(!is_ip_literal(host), "{host}");
        }
    }

    #[test]
    fn last_labels() {
        for (name, label) in
            [("a.example", "example"), ("a", "a"), ("a.", ""), ("ü.é", "é"), ("", "")]
        {
            assert_eq!(last_label(name), label);
        }
    }

    #[test]
    fn ipv6_addresses_are_written_in_hexadecimal_and_compressed() {
        for (address, text) in [
            ("::1", "[::1]"),
            ("::", "[::]"),
            ("::ffff:127.0.0.1", "[::ffff:7f00:1]"),
            ("2001:DB8:0:0::1", "[2001:db8::1]"),
            ("1:0:0:2:0:0:0:3", "[1:0:0:2::3]"),
            ("1:0:0:2:0:0:3:4", "[1::2:0:0:3:4]"),
            ("1:0:2:3:4:5:6:7", "[1:0:2:3:4:5:6:7]"),
            ("1:2:3:4:5:6:0:0", "[1:2:3:4:5:6::]"),
            ("0:0:3:4:5:6:7:8", "[::3:4:5:6:7:8]"),
        ] {
            assert_eq!(write_ipv6(address.parse().unwrap()), text);
        }
    }
}
