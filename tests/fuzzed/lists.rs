//! Any bytes are split into `Set-Cookie` headers, and decoded as a value in quotes, as a simple reader does
//! it, and any text is encoded so that it decodes to the same.

use gingersnap::header::{decode_python_quoted, split_set_cookie_list};
use gingersnap::{Cookie, Encoding};

use crate::segments::trim;
use crate::support::Reached;

/// What the seeds must reach: lists, quoted values, and values in each encoding.
pub const REQUIRED: &[&str] = &[
    "a list split",
    "a comma that separates nothing",
    "several lines joined",
    "a line with a comma joined",
    "a line that the documentation excludes",
    "an octal number decoded",
    "another escape decoded",
    "not quoted",
    "percent decoded",
    "percent not decoded",
    "raw",
    "not raw",
];

const ATTRIBUTES: [&str; 8] =
    ["Expires", "Max-Age", "Domain", "Path", "Secure", "HttpOnly", "SameSite", "Partitioned"];

/// Checks the laws for the bytes. Lines that are `Set-Cookie` headers are also joined to a list, which must be
/// split again.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    check_split(bytes, &mut reached);
    decode_quoted(bytes, &mut reached);
    decode_quoted(&[b"\"", bytes, b"\""].concat(), &mut reached);
    if let Ok(text) = str::from_utf8(bytes) {
        encode(text, &mut reached);
    }
    join(bytes.split(|&byte| byte == b'\n'), &mut reached);
    reached
}

/// Asserts that the headers that a server writes are split again where they were joined.
fn join<'l>(lines: impl Iterator<Item = &'l [u8]>, reached: &mut Reached) {
    let mut headers = Vec::new();
    for cookie in lines.filter_map(|line| Cookie::parse(line).ok()) {
        if is_excluded(&cookie) {
            reached.insert("a line that the documentation excludes");
        } else {
            let cookie = cookie.with_encoding(Encoding::Percent);
            headers.extend(cookie.to_set_cookie(Encoding::Percent));
        }
    }
    reached.extend((headers.len() > 1).then_some("several lines joined"));
    let has_comma = headers.iter().any(|header| header.contains(','));
    reached.extend(has_comma.then_some("a line with a comma joined"));
    for separator in [",", ", ", " ,\t"] {
        let list = headers.join(separator);
        let split = split_set_cookie_list(&list);
        assert!(split.eq(headers.iter().map(String::as_bytes)), "{list}");
    }
}

/// Returns whether the documentation of `split_set_cookie_list` excludes a cookie that can be written.
fn is_excluded(cookie: &Cookie<'_>) -> bool {
    ATTRIBUTES.iter().any(|name| name.eq_ignore_ascii_case(cookie.name()))
        || cookie.path().is_some_and(|path| path.contains(','))
}

/// Asserts that a list is split where a simple reader splits it, and that no part is split again.
fn check_split(list: &[u8], reached: &mut Reached) {
    let mut expected = Vec::new();
    let mut start = 0;
    for comma in (0..list.len()).filter(|&at| list[at] == b',') {
        if is_before_cookie(&list[comma + 1..]) {
            expected.push(trim(&list[start..comma]));
            start = comma + 1;
            reached.insert("a list split");
        } else {
            reached.insert("a comma that separates nothing");
        }
    }
    expected.push(trim(&list[start..]));
    expected.retain(|header| !header.is_empty());
    let headers: Vec<_> = split_set_cookie_list(list).collect();
    assert_eq!(headers, expected);
    for header in headers {
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

/// Decodes a value byte by byte, and encodes it as Python would.
fn decode_quoted(value: &[u8], reached: &mut Reached) {
    let expected = match value {
        [b'"', quoted @ .., b'"'] => {
            let (mut decoded, mut at) = (Vec::new(), 0);
            while let Some(&byte) = quoted.get(at) {
                let octal = quoted.get(at + 1..at + 4).and_then(octal);
                let (byte, len) = match (byte, octal, quoted.get(at + 1)) {
                    (b'\\', Some(byte), _) => {
                        reached.insert("an octal number decoded");
                        (byte, 4)
                    }
                    (b'\\', None, Some(&escaped)) if escaped != b'\n' => {
                        reached.insert("another escape decoded");
                        (escaped, 2)
                    }
                    _ => (byte, 1),
                };
                decoded.push(byte);
                at += len;
            }
            decoded
        }
        plain => {
            reached.insert("not quoted");
            plain.to_vec()
        }
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

fn encode(text: &str, reached: &mut Reached) {
    let encoded = Encoding::Percent.encode(text).expect("any text");
    assert!(encoded.bytes().all(is_cookie_octet));
    assert_eq!(Encoding::Percent.decode(&encoded), text);
    let decoded = percent_decoded(text);
    assert_eq!(*Encoding::Percent.decode(text), *decoded.as_deref().unwrap_or(text));
    if text.contains('%') {
        let is_decoded = decoded.is_some();
        reached.insert(if is_decoded { "percent decoded" } else { "percent not decoded" });
    }

    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (inner, start) = quoted.map_or((text, 0), |inner| (inner, 1));
    let invalid = inner.bytes().position(|byte| !is_cookie_octet(byte));
    match Encoding::Raw.encode(text) {
        Ok(encoded) => {
            assert_eq!((&*encoded, invalid), (text, None));
            reached.insert("raw");
        }
        Err(error) => {
            assert_eq!(Some(error.offset), invalid.map(|at| start + at));
            let byte = text.as_bytes()[error.offset];
            assert_eq!(error.is_control, byte != b'\t' && byte.is_ascii_control());
            reached.insert("not raw");
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
