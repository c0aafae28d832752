//! Hosts, and which domains they match (RFC 6265bis, sections 5.1.2 and 5.1.3).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::SenderError;

/// A canonical host: a name in lower case and A-labels, or an IP address, one of version 6 in
/// brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Host {
    text: Box<str>,
    address: bool,
}

impl Host {
    /// A host as a URL has it; a bare IPv6 address gets its brackets.
    pub(crate) fn new(host: &str) -> Result<Self, SenderError> {
        if host.is_empty() {
            return Err(SenderError::HostEmpty);
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if let Ok(address) = bare.parse::<Ipv6Addr>() {
            return Ok(Self { text: format!("[{address}]").into(), address: true });
        }
        if !host.is_ascii() {
            return Err(SenderError::HostNonAscii);
        }
        if let Some(offset) = host.bytes().position(is_forbidden) {
            return Err(SenderError::HostByte { offset, byte: host.as_bytes()[offset] });
        }
        let text = host.to_ascii_lowercase().into_boxed_str();
        Ok(Self { address: text.parse::<Ipv4Addr>().is_ok(), text })
    }

    /// The host as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is an IP address.
    pub(crate) fn is_address(&self) -> bool {
        self.address
    }

    /// Whether it is this machine, by its name or by its address.
    pub(crate) fn is_loopback(&self) -> bool {
        let bare = self.text.trim_start_matches('[').trim_end_matches(']');
        *self.text == *"localhost"
            || self.text.ends_with(".localhost")
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// "A string domain-matches a given domain string": the two are identical, or the host is a name
    /// and ends in `.` and the domain.
    pub(crate) fn matches(&self, domain: &str) -> bool {
        *self.text == *domain
            || !self.address
                && !domain.is_empty()
                && self.text.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    }
}

/// Forbidden domain code points (URL Standard, section 3.1), in ASCII.
const fn is_forbidden(byte: u8) -> bool {
    byte.is_ascii_control()
        || matches!(
            byte,
            b' ' | b'#'
                | b'%'
                | b'/'
                | b':'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b'^'
                | b'|'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn host(text: &str) -> Host {
        Host::new(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_host_is_canonical() {
        for (given, canonical, address) in [
            ("Shop.Example", "shop.example", false),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", false),
            ("a_b.example", "a_b.example", false),
            ("example.com.", "example.com.", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1.", "127.0.0.1.", false),
            ("[::1]", "[::1]", true),
            ("::1", "[::1]", true),
            ("[2001:DB8:0:0::1]", "[2001:db8::1]", true),
        ] {
            let host = host(given);
            assert_eq!((host.as_str(), host.is_address()), (canonical, address), "{given}");
        }
    }

    #[test]
    fn what_is_no_host_says_where() {
        for (given, error) in [
            ("", "the host is empty"),
            ("bücher.example", "the host isn't ASCII; write its A-label (`xn--...`)"),
            ("example.com:8080", "the host has `:` at byte 11, which no host holds"),
            ("https://example.com", "the host has `:` at byte 5, which no host holds"),
            ("a b", "the host has ` ` at byte 1, which no host holds"),
            ("a\r\nb", r"the host has `\r` at byte 1, which no host holds"),
            ("[::1", "the host has `[` at byte 0, which no host holds"),
            ("%65xample.com", "the host has `%` at byte 0, which no host holds"),
        ] {
            assert_eq!(Host::new(given).unwrap_err().to_string(), error, "{given}");
        }
    }

    #[test]
    fn domain_match() {
        let matches = [
            ("example.com", "example.com"),
            ("www.example.com", "example.com"),
            ("a.b.example.com", "b.example.com"),
            ("example.com", "com"),
            ("a_b.example.com", "example.com"),
            ("www.example.com.", "example.com."),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
        ];
        let differs = [
            ("example.com", "www.example.com"),
            ("badexample.com", "example.com"),
            ("example.com", "ample.com"),
            ("example.com", "example.com."),
            ("example.com.", "example.com"),
            ("www.example.com", ".example.com"),
            ("www.example.com", ""),
            ("example.com.", ""),
            ("127.0.0.1", "0.0.1"),
            ("127.0.0.1", "1"),
            ("[::1]", "1]"),
            ("[::ffff:1.2.3.4]", "4]"),
        ];
        for (given, domain) in matches {
            assert!(host(given).matches(domain), "{given} matches {domain}");
        }
        for (given, domain) in differs {
            assert!(!host(given).matches(domain), "{given} doesn't match {domain}");
        }
    }

    #[test]
    fn loopback() {
        for given in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(host(given).is_loopback(), "{given}");
        }
        for given in ["notlocalhost", "localhost.example", "128.0.0.1", "[::2]", "127.0.0.1.nip.io"]
        {
            assert!(!host(given).is_loopback(), "{given}");
        }
    }
}
