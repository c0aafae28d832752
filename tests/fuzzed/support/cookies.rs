//! Cookies that an input describes in a line.

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::{Cookie, Encoding, SameSite};

/// Returns bytes in which a line feed, `|` and a backslash were written as `\n`, `\p` and `\\`.
pub(crate) fn unescape(mut escaped: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let [first, rest @ ..] = escaped {
        let (byte, rest) = match escaped {
            [b'\\', b'n', rest @ ..] => (b'\n', rest),
            [b'\\', b'p', rest @ ..] => (b'|', rest),
            [b'\\', b'\\', rest @ ..] => (b'\\', rest),
            _ => (*first, rest),
        };
        bytes.push(byte);
        escaped = rest;
    }
    bytes
}

/// Returns a text in which a line feed, `|` and a backslash were written as `\n`, `\p` and `\\`.
pub(crate) fn unescape_text(escaped: &str) -> String {
    String::from_utf8(unescape(escaped.as_bytes())).expect("ASCII in the place of ASCII")
}

/// Reads a cookie: its name, its value and its attributes, with `|` between them.
pub(crate) fn cookie(text: &str) -> Cookie<'static> {
    let mut parts = text.split('|').map(unescape_text);
    let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    parts.fold(Cookie::new(name, value), |cookie, part| with_attribute(cookie, &part))
}

/// Sets an attribute: a letter, and its value.
fn with_attribute(cookie: Cookie<'static>, text: &str) -> Cookie<'static> {
    let Some((kind, text)) = text.split_at_checked(1) else { return cookie };
    match kind {
        "d" => cookie.with_domain(text.to_owned()),
        "p" => cookie.with_path(text.to_owned()),
        "P" => cookie.with_default_path(),
        "m" => cookie.with_max_age(text.parse().ok().map(Duration::from_secs)),
        "e" => {
            // Up to the year 33658.
            let seconds = text.parse().unwrap_or(0).min(1_000_000_000_000);
            cookie.with_expires(UNIX_EPOCH + Duration::from_secs(seconds))
        }
        "s" => cookie.with_secure(true),
        "h" => cookie.with_http_only(true),
        "c" => cookie.with_partitioned(true),
        "w" => cookie.with_encoding(Encoding::Raw),
        "%" => cookie.with_encoding(Encoding::Percent),
        "1" => cookie.with_same_site(SameSite::Strict),
        "2" => cookie.with_same_site(SameSite::Lax),
        "3" => cookie.with_same_site(SameSite::None),
        _ => cookie,
    }
}
