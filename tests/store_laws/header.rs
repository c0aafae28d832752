//! A `Set-Cookie` header as the model reads it (RFC 6265bis, section 5.6). Only dates are left to the
//! crate, whose reader of dates has laws of its own.

use std::time::SystemTime;

use gingersnap::user_agent::Reason;
use gingersnap::{Cookie, Encoding, SameSite, date};

/// What a header says, before anything is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    /// In lower case, without a leading dot; empty for the host only.
    pub(crate) domain: Vec<u8>,
    /// Empty for the default path.
    pub(crate) path: Vec<u8>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) partitioned: bool,
    pub(crate) same_site: SameSite,
    /// Why parsing refuses it.
    pub(crate) reasons: Vec<Reason>,
}

const fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\t' || byte == 0x7F
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Splits a part at its first `=`.
fn split(part: &[u8]) -> (&[u8], Option<&[u8]>) {
    match part.iter().position(|&byte| byte == b'=') {
        Some(at) => (trim(&part[..at]), Some(trim(&part[at + 1..]))),
        None => (trim(part), None),
    }
}

/// Parses `["-"] 1*DIGIT`: seconds, and 0 for what is negative.
fn parse_max_age(value: &[u8]) -> Option<u64> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if digits.len() < value.len() {
        return Some(0);
    }
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add((digit - b'0').into());
    Some(digits.iter().fold(0, add))
}

impl Header {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut header = Self::default();
        let mut parts = text.split(|&byte| byte == b';');
        let (first, value) = split(parts.next().unwrap_or_default());
        let (name, value) = value.map_or((&b""[..], first), |value| (first, value));
        (header.name, header.value) = (name.to_vec(), value.to_vec());
        for part in parts {
            let (name, value) = split(part);
            let value = value.unwrap_or_default();
            if value.len() <= 1024 {
                header.apply(&name.to_ascii_lowercase(), value);
            }
        }
        header.check(&[text]);
        header
    }

    fn apply(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"expires" => self.expires = date::parse(value).ok().or(self.expires),
            b"max-age" => self.max_age = parse_max_age(value).or(self.max_age),
            b"domain" => {
                self.domain = value.strip_prefix(b".").unwrap_or(value).to_ascii_lowercase();
            }
            b"path" if value.starts_with(b"/") => self.path = value.to_vec(),
            b"path" => self.path.clear(),
            b"secure" => self.secure = true,
            b"httponly" => self.http_only = true,
            b"partitioned" => self.partitioned = true,
            b"samesite" => {
                self.same_site = match &value.to_ascii_lowercase()[..] {
                    b"strict" => SameSite::Strict,
                    b"lax" => SameSite::Lax,
                    b"none" => SameSite::None,
                    _ => SameSite::Unset,
                };
            }
            _ => {}
        }
    }

    /// Reads a cookie that is given by hand. Its value is encoded only if the cookie says so. A path or a
    /// domain that is too long for an attribute is ignored, unless the domain is not ASCII: then it is refused.
    pub(crate) fn from_cookie(cookie: &Cookie<'_>) -> Self {
        let is_path = |path: &&str| path.starts_with('/') && path.len() <= 1024;
        let path = cookie.path().filter(is_path).unwrap_or_default();
        let is_domain = |domain: &&str| domain.len() <= 1024 || !domain.is_ascii();
        let value = match cookie.encoding() {
            Some(Encoding::Percent) => Encoding::Percent.encode(cookie.value()).expect("any text"),
            _ => cookie.value().into(),
        };
        let mut header = Self {
            name: cookie.name().into(),
            value: value.as_bytes().into(),
            domain: cookie.domain().filter(is_domain).unwrap_or_default().into(),
            path: path.into(),
            max_age: cookie.max_age().map(|age| age.as_secs()),
            expires: cookie.expires(),
            secure: cookie.is_secure(),
            http_only: cookie.is_http_only(),
            partitioned: cookie.is_partitioned(),
            same_site: cookie.same_site(),
            reasons: Vec::new(),
        };
        header.check(&[cookie.name().as_bytes(), value.as_bytes(), path.as_bytes()]);
        // Written as a header, it would have to be read as the same cookie.
        let written = [&header.name, &b"="[..], &header.value, b"; Path=", &header.path].concat();
        let read = Self::parse(&written);
        if (&read.name, &read.value, &read.path) != (&header.name, &header.value, &header.path) {
            header.reasons.push(Reason::NotReadBack);
        }
        header
    }

    /// Checks for what parsing refuses.
    fn check(&mut self, texts: &[&[u8]]) {
        let bytes = texts.iter().copied().flatten().copied();
        let controls: Vec<u8> = bytes.filter(|&byte| is_control(byte)).collect();
        if let Some(&byte) = controls.first() {
            self.reasons.push(Reason::Control { byte, count: controls.len() });
        }
        match self.name.len() + self.value.len() {
            0 => self.reasons.push(Reason::Empty),
            1..=4096 => {}
            actual => self.reasons.push(Reason::TooLarge { actual, limit: 4096 }),
        }
    }
}
