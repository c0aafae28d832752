//! Any bytes are split into `Set-Cookie` headers, and decoded as a value in quotes, as a simple reader does
//! it, and any text is encoded so that it decodes to the same.

use std::time::{Duration, UNIX_EPOCH};

use arbitrary::{Arbitrary, Unstructured};
use gingersnap::header::{decode_python_quoted, split_set_cookie_list};
use gingersnap::{Cookie, Encoding};

/// A cookie of a list.
#[derive(Arbitrary, Debug)]
struct CookieParts<'a> {
    name: &'a str,
    value: &'a str,
    path: Option<&'a str>,
    expires: Option<u32>,
    is_secure: bool,
}

impl CookieParts<'_> {
    /// Returns the header, unless the documentation says that a list of it is not split exactly.
    fn header(&self) -> Option<String> {
        let is_attribute = ATTRIBUTES.iter().any(|name| name.eq_ignore_ascii_case(self.name));
        if is_attribute || self.path.is_some_and(|path| path.contains(',')) {
            return None;
        }
        let mut cookie = Cookie::new(self.name, self.value).with_secure(self.is_secure);
        if let Some(path) = self.path {
            cookie = cookie.with_path(path);
        }
        if let Some(seconds) = self.expires {
            cookie = cookie.with_expires(UNIX_EPOCH + Duration::from_secs(seconds.into()));
        }
        cookie.to_set_cookie(Encoding::Percent).ok()
    }
}

const ATTRIBUTES: [&str; 8] =
    ["Expires", "Max-Age", "Domain", "Path", "Secure", "HttpOnly", "SameSite", "Partitioned"];

/// Checks the laws for the bytes, and for the cookies that they stand for.
pub fn check(bytes: &[u8]) {
    split(bytes);
    decode_quoted(bytes);
    decode_quoted(&[b"\"", bytes, b"\""].concat());
    if let Ok(text) = str::from_utf8(bytes) {
        encode(text);
    }
    let mut cookies = Vec::new();
    let mut bytes = Unstructured::new(bytes);
    while let Ok(cookie) = CookieParts::arbitrary(&mut bytes)
        && !bytes.is_empty()
    {
        cookies.extend(cookie.header());
    }
    for separator in [",", ", ", " ,\t"] {
        let list = cookies.join(separator);
        let split = split_set_cookie_list(&list);
        assert!(split.eq(cookies.iter().map(String::as_bytes)), "{list}");
    }
}

fn split(list: &[u8]) {
    let mut expected = Vec::new();
    let mut start = 0;
    for comma in (0..list.len()).filter(|&at| list[at] == b',') {
        if is_before_cookie(&list[comma + 1..]) {
            expected.push(trim(&list[start..comma]));
            start = comma + 1;
        }
    }
    expected.push(trim(&list[start..]));
    expected.retain(|header| !header.is_empty());
    let split: Vec<_> = split_set_cookie_list(list).collect();
    assert_eq!(split, expected);
    for header in split {
        assert!(split_set_cookie_list(header).eq([header]));
    }
}

/// Returns whether what follows a comma is white space, a token that is not the name of an attribute, and
/// `=`.
fn is_before_cookie(rest: &[u8]) -> bool {
    let Some(equals) = rest.iter().position(|&byte| byte == b'=') else { return false };
    let start = rest.iter().position(|byte| !b" \t".contains(byte)).unwrap_or(rest.len());
    let Some(token) = rest.get(start..equals) else { return false };
    let is_tchar = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_attribute = |name: &&str| token.eq_ignore_ascii_case(name.as_bytes());
    !token.is_empty() && token.iter().all(is_tchar) && !ATTRIBUTES.iter().any(is_attribute)
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Decodes a value byte by byte, and encodes it as Python would.
fn decode_quoted(value: &[u8]) {
    let expected = match value {
        [b'"', quoted @ .., b'"'] => {
            let (mut decoded, mut at) = (Vec::new(), 0);
            while let Some(&byte) = quoted.get(at) {
                let octal = quoted.get(at + 1..at + 4).and_then(octal);
                let (byte, len) = match (byte, octal, quoted.get(at + 1)) {
                    (b'\\', Some(byte), _) => (byte, 4),
                    (b'\\', None, Some(&escaped)) if escaped != b'\n' => (escaped, 2),
                    _ => (byte, 1),
                };
                decoded.push(byte);
                at += len;
            }
            decoded
        }
        plain => plain.to_vec(),
    };
    assert_eq!(*decode_python_quoted(value), *expected);
    let mut quoted = vec![b'"'];
    for &byte in value {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            b' '..=b'~' if !b",;".contains(&byte) => quoted.push(byte),
            _ => quoted.extend([b'\\', b'0' + byte / 64, b'0' + byte / 8 % 8, b'0' + byte % 8]),
        }
    }
    quoted.push(b'"');
    assert_eq!(*decode_python_quoted(&quoted), *value);
}

/// Reads three octal digits, up to `377`.
fn octal(digits: &[u8]) -> Option<u8> {
    let is_octal = digits.iter().all(|digit| (b'0'..=b'7').contains(digit));
    u8::from_str_radix(str::from_utf8(digits).ok().filter(|_| is_octal)?, 8).ok()
}

fn encode(text: &str) {
    let encoded = Encoding::Percent.encode(text).expect("any text");
    assert!(encoded.bytes().all(is_cookie_octet));
    assert_eq!(Encoding::Percent.decode(&encoded), text);
    assert_eq!(*Encoding::Percent.decode(text), *percent_decoded(text).as_deref().unwrap_or(text));

    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (inner, start) = quoted.map_or((text, 0), |inner| (inner, 1));
    let invalid = inner.bytes().position(|byte| !is_cookie_octet(byte));
    match Encoding::Raw.encode(text) {
        Ok(encoded) => assert_eq!((&*encoded, invalid), (text, None)),
        Err(error) => {
            assert_eq!(Some(error.offset), invalid.map(|at| start + at));
            let byte = text.as_bytes()[error.offset];
            assert_eq!(error.is_control, byte != b'\t' && byte.is_ascii_control());
        }
    }
    assert_eq!(Encoding::Raw.decode(text), text);
}

/// `cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E`
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

/// Decodes each `%` with its two digits, or returns `None` if one has none or the result is not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut decoded = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        decoded.extend(rest.bytes());
    }
    String::from_utf8(decoded).ok()
}
