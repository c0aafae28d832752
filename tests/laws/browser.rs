//! A small model of a browser: what it reads (rules 15 to 26), stores (27 to 37) and sends (38). It
//! is slow and plain, and shares nothing with the crate but the reader of dates, which has laws of
//! its own.

use std::time::SystemTime;

use gingersnap::{SameSite, date};

/// A `Set-Cookie` header as the model reads it.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) domain: Option<String>,
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) max_age: Option<u64>,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) partitioned: bool,
    pub(crate) same_site: SameSite,
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while bytes.first().is_some_and(|byte| b" \t".contains(byte)) {
        bytes = &bytes[1..];
    }
    while bytes.last().is_some_and(|byte| b" \t".contains(byte)) {
        bytes = &bytes[..bytes.len() - 1];
    }
    bytes
}

/// Name and value of a piece; one without `=` has no name.
fn halves(piece: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match piece.iter().position(|&byte| byte == b'=') {
        Some(at) => (Some(trim(&piece[..at])), trim(&piece[at + 1..])),
        None => (None, trim(piece)),
    }
}

/// Reads a header, or refuses it.
pub(crate) fn read(header: &[u8]) -> Option<Header> {
    if header.iter().any(|&byte| byte != 0x09 && (byte <= 0x1F || byte == 0x7F)) {
        return None;
    }
    let mut pieces = header.split(|&byte| byte == b';');
    let (name, value) = halves(pieces.next()?);
    let name = name.unwrap_or_default();
    if name.len() + value.len() == 0 || name.len() + value.len() > 4096 {
        return None;
    }
    // The attributes, those over 1024 bytes left out, in lower case and the last one first.
    let mut attributes: Vec<(Vec<u8>, &[u8])> = pieces
        .map(|piece| match halves(piece) {
            (Some(name), value) => (name.to_ascii_lowercase(), value),
            (None, name) => (name.to_ascii_lowercase(), &b""[..]),
        })
        .filter(|(_, value)| value.len() <= 1024)
        .collect();
    attributes.reverse();
    let all = |name: &'static str| {
        let named = attributes.iter().filter(move |(found, _)| found == name.as_bytes());
        named.map(|&(_, value)| value)
    };
    let domain = match all("domain").next().unwrap_or_default() {
        value if !value.is_ascii() => return None,
        value => str::from_utf8(value.strip_prefix(b".").unwrap_or(value)).ok()?,
    };
    let same_site = all("samesite").next().unwrap_or_default().to_ascii_lowercase();
    Some(Header {
        name: name.to_vec(),
        value: value.to_vec(),
        domain: Some(domain.to_ascii_lowercase()).filter(|domain| !domain.is_empty()),
        path: all("path").next().filter(|path| path.starts_with(b"/")).map(<[u8]>::to_vec),
        max_age: all("max-age").find_map(max_age),
        expires: all("expires").find_map(|value| date::parse(value).ok()),
        secure: all("secure").next().is_some(),
        http_only: all("httponly").next().is_some(),
        partitioned: all("partitioned").next().is_some(),
        same_site: match &same_site[..] {
            b"strict" => SameSite::Strict,
            b"lax" => SameSite::Lax,
            b"none" => SameSite::None,
            _ => SameSite::Unset,
        },
    })
}

/// `["-"] 1*DIGIT`; what no `u64` holds is its largest.
fn max_age(value: &[u8]) -> Option<u64> {
    let text = str::from_utf8(value).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || digits.contains(|char: char| !char.is_ascii_digit()) {
        return None;
    }
    if text != digits {
        return Some(0);
    }
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) })
}

/// A cookie that the model keeps.
#[derive(Clone, Debug)]
pub(crate) struct Prediction {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) host: String,
    pub(crate) host_only: bool,
    pub(crate) path: Vec<u8>,
    pub(crate) partitioned: bool,
}

impl Prediction {
    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.host == other.host
            && self.host_only == other.host_only
            && self.path == other.path
            && self.partitioned == other.partitioned
    }
}

/// The model, as one page over https sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<Prediction>,
}

/// The page that the model is at.
const HOST: &str = "www.example.com";
const PATH: &[u8] = b"/shop/cart";
const DEFAULT_PATH: &[u8] = b"/shop";
/// What every clock says by now: 2026-11-22.
pub(crate) const NOW: u64 = 1_795_305_600;

impl Browser {
    /// Takes a header of a response, and says whether it did.
    pub(crate) fn receive(&mut self, header: &[u8]) -> bool {
        let Some(header) = read(header) else { return false };
        let Some(stored) = admit(&header) else { return false };
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(NOW);
        let expired = match (header.max_age, header.expires) {
            (Some(max_age), _) => max_age == 0,
            (None, expires) => expires.is_some_and(|expires| expires <= now),
        };
        let old = self.cookies.iter().position(|cookie| cookie.is_same(&stored));
        match (old, expired) {
            (Some(at), true) => drop(self.cookies.remove(at)),
            (Some(at), false) => self.cookies[at] = stored,
            (None, true) => {}
            (None, false) => self.cookies.push(stored),
        }
        true
    }

    /// The `Cookie` header of the next request.
    pub(crate) fn cookie_header(&self) -> Vec<u8> {
        let mut sent: Vec<_> = self.cookies.iter().filter(|c| path_matches(&c.path)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = sent
            .iter()
            .map(|cookie| match &cookie.name[..] {
                [] => cookie.value.clone(),
                name => [name, b"=", &cookie.value].concat(),
            })
            .collect();
        pairs.join(&b"; "[..])
    }
}

/// The cookie of a header that may be stored (rules 24 to 37).
fn admit(header: &Header) -> Option<Prediction> {
    let (host, host_only) = match header.domain.as_deref() {
        None => (HOST, true),
        Some("com") => return None,
        Some(domain) if HOST == domain || HOST.ends_with(&format!(".{domain}")) => (domain, false),
        Some(_) => return None,
    };
    let path = header.path.clone().unwrap_or(DEFAULT_PATH.to_vec());
    if (header.same_site == SameSite::None || header.partitioned) && !header.secure {
        return None;
    }
    let name = header.name.to_ascii_lowercase();
    let shown = if name.is_empty() { header.value.to_ascii_lowercase() } else { name.clone() };
    let starts = |prefix: &str| shown.starts_with(prefix.as_bytes());
    let host_prefix = starts("__host-");
    let http_prefix = starts("__http-") || starts("__host-http-");
    if name.is_empty() && (host_prefix || http_prefix || starts("__secure-")) {
        return None;
    }
    let secure_kept = header.secure || !(starts("__secure-") || host_prefix || http_prefix);
    let host_kept = !host_prefix || (host_only && header.path.as_deref() == Some(b"/"));
    let http_kept = !http_prefix || header.http_only;
    (secure_kept && host_kept && http_kept).then(|| Prediction {
        name: header.name.clone(),
        value: header.value.clone(),
        host: host.to_owned(),
        host_only,
        path,
        partitioned: header.partitioned,
    })
}

fn path_matches(path: &[u8]) -> bool {
    PATH == path
        || PATH
            .strip_prefix(path)
            .is_some_and(|rest| path.ends_with(b"/") || rest.starts_with(b"/"))
}

#[test]
fn the_model_keeps_and_sends_what_the_rules_say() {
    let mut browser = Browser::default();
    let taken = [
        "a=1",
        "b=2; Path=/",
        "c=3; Domain=.EXAMPLE.com; Path=/shop/",
        "__Host-d=4; Secure; Path=/",
        "a=5; Path=/shop/cart",
        "e=6; Path=/shop/car",
        "f=7; Max-Age=0",
        "a=8; Max-Age=9; Expires=1 Jan 1970 00:00:00",
    ];
    assert!(taken.iter().all(|header| browser.receive(header.as_bytes())));
    let refused = [
        "",
        "g=1; Domain=other.example",
        "g=1; Domain=com",
        "g=1; Domain=w.example.com",
        "__host-g=1; Path=/",
        "__Host-g=1; Secure",
        "__Host-g=1; Secure; Path=/; Domain=www.example.com",
        "__Http-g=1; Secure",
        "=__Secure-g=1",
        "g=1; SameSite=None",
        "g=1; Partitioned",
        "g=\x01",
    ];
    assert!(!refused.iter().any(|header| browser.receive(header.as_bytes())));
    assert_eq!(browser.cookie_header(), b"a=5; c=3; a=8; b=2; __Host-d=4");
    assert!(browser.receive(b"b=; Path=/; Expires=1 Jan 2026 00:00:00"));
    assert_eq!(browser.cookie_header(), b"a=5; c=3; a=8; __Host-d=4");
}
