//! The quoted values of Python's `http.cookies`.

use std::borrow::Cow;

use memchr::memchr;

/// Decodes a value that was written by Python's module `http.cookies`, which Django, Tornado and aiohttp
/// use. The module puts a value with special characters in quotes, and writes `;` as `\073`, for instance.
///
/// The rules are those by which Python's `SimpleCookie` reads a value. Without a quote at both ends, the
/// value is returned as it is. Otherwise the quotes are removed; a backslash with three octal digits, up to
/// `\377`, is one byte, and one with any other character is that character.
///
/// Browsers and the rest of this crate take quotes and backslashes as part of a value. Call this only for
/// values that such a program has written.
///
/// Python escapes the characters U+0080 to U+00FF as one byte each, in Latin-1, and writes those above as
/// they are. A result that is not ASCII is therefore not always UTF-8. The result can
/// have any byte, control characters included: do not write it to a header as it is.
///
/// # Examples
///
/// ```
/// use gingersnap::CookieJar;
/// use gingersnap::header::decode_python_quoted;
///
/// let jar = CookieJar::from_cookie_header(r#"note="a\073b \"c\""; sid=31d4"#)?;
/// let note = decode_python_quoted(jar.get_raw("note").unwrap_or_default());
/// assert_eq!(&*note, br#"a;b "c""#);
/// let sid = decode_python_quoted(jar.get_raw("sid").unwrap_or_default());
/// assert_eq!(&*sid, b"31d4");
/// # Ok::<(), gingersnap::Error>(())
/// ```
pub fn decode_python_quoted<V: AsRef<[u8]> + ?Sized>(value: &V) -> Cow<'_, [u8]> {
    let value = value.as_ref();
    let quoted = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let Some(mut rest) = quoted else { return Cow::Borrowed(value) };
    let mut decoded = Vec::new();
    while let Some((before, escape)) = memchr(b'\\', rest).map(|at| rest.split_at(at)) {
        decoded.extend_from_slice(before);
        let (byte, len) = match *escape {
            [_, a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), 4)
            }
            // Python's pattern for the escaped character excludes a line feed.
            [_, b'\n', ..] | [] | [_] => (b'\\', 1),
            [_, byte, ..] => (byte, 2),
        };
        decoded.push(byte);
        rest = escape.get(len..).unwrap_or_default();
    }
    if decoded.is_empty() {
        return Cow::Borrowed(rest);
    }
    decoded.extend_from_slice(rest);
    Cow::Owned(decoded)
}
