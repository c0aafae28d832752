//! What the author of a header most likely meant. These are not rules of the standard, and lead to no
//! more than a warning.

use std::ops::Range;

use crate::bytes::TCHAR;
use crate::header::Attribute;

/// Returns where a `;` is percent-encoded, with an attribute after it.
pub(super) fn encoded_semicolon(value: &[u8]) -> Option<Range<usize>> {
    percents(value).find_map(|at| {
        let mut rest = value[at..].strip_prefix(b"%3B").or(value[at..].strip_prefix(b"%3b"))?;
        while let Some(behind) =
            [&b"%20"[..], b"+", b" "].iter().find_map(|s| rest.strip_prefix(*s))
        {
            rest = behind;
        }
        let end = rest.iter().position(|byte| !byte.is_ascii_alphabetic() && *byte != b'-');
        Attribute::from_name(&rest[..end.unwrap_or(rest.len())]).map(|_| at..at + 3)
    })
}

/// Returns where a `=` is percent-encoded.
pub(super) fn encoded_equals(value: &[u8]) -> Option<Range<usize>> {
    percents(value)
        .find(|&at| value[at..].get(..3).is_some_and(|code| code.eq_ignore_ascii_case(b"%3D")))
        .map(|at| at..at + 3)
}

fn percents(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'%', bytes)
}

/// Returns the attribute that an unknown one is most likely meant to be: another spelling, such as
/// `MaxAge`, an English word for `Expires`, or a name with more text behind it.
pub(super) fn meant_attribute(name: &[u8]) -> Option<Attribute> {
    let end = TCHAR.first_outside(name).unwrap_or(name.len());
    let first_word = name.get(..end).unwrap_or_default();
    Attribute::from_name(first_word).or_else(|| misspelled_attribute(name))
}

fn misspelled_attribute(name: &[u8]) -> Option<Attribute> {
    let letters = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|o| o.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect()
    };
    // Longer names are not misspellings.
    let name = letters(name.get(..name.len().min(32))?);
    match &name[..] {
        b"expire" | b"expiry" | b"expiration" => Some(Attribute::Expires),
        _ => Attribute::ALL.into_iter().find(|known| letters(known.as_str().as_bytes()) == name),
    }
}

/// Returns whether a name is one that session ids, or other secrets of a server, usually have. Tokens
/// against forgery do not count: scripts read them.
pub(super) fn names_a_session(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |part: &[u8]| memchr::memmem::find(&name, part).is_some();
    let words = || name.split(|byte| !byte.is_ascii_alphanumeric());
    let secret = |word: &[u8]| {
        matches!(word, b"sid" | b"ssid" | b"sess" | b"auth" | b"jwt" | b"token" | b"session")
    };
    !has(b"csrf") && !has(b"xsrf") && (has(b"sessid") || has(b"sessionid") || words().any(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_separators() {
        for (value, at) in [
            ("1%3B%20Path=/", Some(1..4)),
            ("1%3b+secure", Some(1..4)),
            ("a%3Bb%3B httponly%3B", Some(5..8)),
            ("a%3Bpathology", None),
            ("a%3B", None),
            ("a%", None),
        ] {
            assert_eq!(encoded_semicolon(value.as_bytes()), at, "{value}");
        }
        assert_eq!(encoded_equals(b"sid%3D1"), Some(3..6));
        assert_eq!(encoded_equals(b"sid%3d1"), Some(3..6));
        assert_eq!(encoded_equals(b"sid%3"), None);
    }

    #[test]
    fn meant_attributes() {
        for (name, attribute) in [
            ("MaxAge", Some(Attribute::MaxAge)),
            ("max_age", Some(Attribute::MaxAge)),
            ("Http-Only", Some(Attribute::HttpOnly)),
            ("same site", Some(Attribute::SameSite)),
            ("Domain example.com", Some(Attribute::Domain)),
            ("Secure, HttpOnly", Some(Attribute::Secure)),
            ("Expiry", Some(Attribute::Expires)),
            ("Priority", None),
            ("", None),
        ] {
            assert_eq!(meant_attribute(name.as_bytes()), attribute, "{name}");
        }
    }

    #[test]
    fn names_of_sessions() {
        let sessions = [
            "sid",
            "__Host-sid",
            "connect.sid",
            "PHPSESSID",
            "JSESSIONID",
            "ASP.NET_SessionId",
            "ASPSESSIONIDQQRACSAD",
            "_app_session",
            "laravel_session",
            "access_token",
            "auth",
        ];
        let others =
            ["csrf_token", "XSRF-TOKEN", "theme", "obsession", "president", "side", "tokens", ""];
        for name in sessions {
            assert!(names_a_session(name.as_bytes()), "{name}");
        }
        for name in others {
            assert!(!names_a_session(name.as_bytes()), "{name}");
        }
    }
}
