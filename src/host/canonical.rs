//! The canonical form of a host (RFC 6265bis, section 5.1.2), as the URL Standard writes it.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::ip_address::{ends_in_number, parse_ipv4, parse_ipv6, write_ipv6};

/// A canonical host: a name in lower case, or an IP address; an IPv6 address is in brackets.
///
/// A-labels (`xn--...`) are taken as they are: whether they decode to valid text is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host<'u> {
    text: Cow<'u, str>,
    is_ip_address: bool,
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostError {
    Empty,
    NonAscii,
    /// It has a byte that no host has.
    Forbidden {
        offset: usize,
        byte: u8,
    },
    /// Its last label is a number, but it is no IPv4 address.
    InvalidIpv4,
}

impl<'u> Host<'u> {
    /// Reads the host of a URL, without a port. An IPv6 address may lack its brackets.
    pub(crate) fn parse(host: &'u str) -> Result<Self, HostError> {
        if host.is_empty() {
            return Err(HostError::Empty);
        }
        if let Some(address) = parse_ipv6(host) {
            return Ok(Self::from_ip_address(host, write_ipv6(address)));
        }
        if !host.is_ascii() {
            return Err(HostError::NonAscii);
        }
        if let Some((offset, byte)) = host.bytes().enumerate().find(|(_, byte)| is_forbidden(*byte))
        {
            return Err(HostError::Forbidden { offset, byte });
        }
        if ends_in_number(host) {
            let address = parse_ipv4(host).ok_or(HostError::InvalidIpv4)?;
            return Ok(Self::from_ip_address(host, address.to_string()));
        }
        let is_lower_case = !host.bytes().any(|byte| byte.is_ascii_uppercase());
        let text = if is_lower_case { host.into() } else { host.to_ascii_lowercase().into() };
        Ok(Self { text, is_ip_address: false })
    }

    fn from_ip_address(host: &'u str, canonical: String) -> Self {
        let text = if host == canonical { Cow::Borrowed(host) } else { Cow::Owned(canonical) };
        Self { text, is_ip_address: true }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn is_ip_address(&self) -> bool {
        self.is_ip_address
    }

    pub(crate) fn into_owned(self) -> Host<'static> {
        Host { text: Cow::Owned(self.text.into_owned()), is_ip_address: self.is_ip_address }
    }

    /// Returns whether the host is this machine, by its name or its address.
    pub(crate) fn is_loopback(&self) -> bool {
        let address = self.text.trim_start_matches('[').trim_end_matches(']');
        self.text == "localhost"
            || self.text.ends_with(".localhost")
            || address.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Returns whether the host domain-matches a domain (RFC 6265bis, section 5.1.3): they are
    /// identical, or the host is a name and ends in `.` and the domain.
    pub(crate) fn domain_matches(&self, domain: &[u8]) -> bool {
        self.text.as_bytes() == domain
            || !self.is_ip_address && is_below(self.text.as_bytes(), domain)
    }
}

/// Returns the canonical form of a host that is given by hand; of what is no host, the text itself.
#[cfg(feature = "store")]
pub(crate) fn canonical_host(host: &str) -> Cow<'_, str> {
    Host::parse(host).map_or(Cow::Borrowed(host), |host| host.text)
}

/// Returns whether a host name is a subdomain of a domain.
pub(crate) fn is_below(host: &[u8], domain: &[u8]) -> bool {
    !domain.is_empty() && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with(b"."))
}

/// Returns whether a byte is a forbidden domain code point (URL Standard, "host miscellaneous").
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
    fn host(text: &str) -> Host<'_> {
        Host::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn a_host_is_canonical() {
        for (given, canonical, is_ip_address) in [
            ("Shop.Example", "shop.example", false),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", false),
            ("a_b.example", "a_b.example", false),
            ("example.com.", "example.com.", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1.", "127.0.0.1", true),
            ("127.1", "127.0.0.1", true),
            ("0x7f.0.0.1", "127.0.0.1", true),
            ("[::1]", "[::1]", true),
            ("::1", "[::1]", true),
            ("[2001:DB8:0:0::1]", "[2001:db8::1]", true),
            ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", true),
        ] {
            let host = host(given);
            assert_eq!(
                (host.as_str(), host.is_ip_address()),
                (canonical, is_ip_address),
                "{given}"
            );
            let is_borrowed = matches!(host.text, Cow::Borrowed(_));
            assert_eq!(is_borrowed, given == canonical, "{given}");
        }
    }

    #[test]
    fn what_is_no_host_says_why() {
        let forbidden = |offset, byte| HostError::Forbidden { offset, byte };
        for (given, error) in [
            ("", HostError::Empty),
            ("bücher.example", HostError::NonAscii),
            ("example.com:8080", forbidden(11, b':')),
            ("https://example.com", forbidden(5, b':')),
            ("a b", forbidden(1, b' ')),
            ("a\r\nb", forbidden(1, b'\r')),
            ("[::1", forbidden(0, b'[')),
            ("%65xample.com", forbidden(0, b'%')),
            ("1.2.3.4.5", HostError::InvalidIpv4),
            ("example.123", HostError::InvalidIpv4),
        ] {
            assert_eq!(Host::parse(given).unwrap_err(), error, "{given}");
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
            ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
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
            assert!(host(given).domain_matches(domain.as_bytes()), "{given} matches {domain}");
        }
        for (given, domain) in differs {
            assert!(
                !host(given).domain_matches(domain.as_bytes()),
                "{given} does not match {domain}"
            );
        }
    }

    #[test]
    fn loopback() {
        for given in
            ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "127.1", "[::1]"]
        {
            assert!(host(given).is_loopback(), "{given}");
        }
        for given in ["notlocalhost", "localhost.example", "128.0.0.1", "[::2]", "127.0.0.1.nip.io"]
        {
            assert!(!host(given).is_loopback(), "{given}");
        }
    }
}
