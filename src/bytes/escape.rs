//! Names, hosts and paths as error messages show them.

/// How many bytes an error message shows of a name.
const MAX_SHOWN_BYTES: usize = 64;

/// Returns a name as error messages show it: printable text as it is, control and other invisible
/// characters escaped, bytes that are not UTF-8 as `\xNN`, and cut after 64 bytes.
#[cold]
pub(crate) fn escape_name(name: &[u8]) -> String {
    let mut escaped = String::new();
    let mut push = |part: &str| {
        let fits = escaped.len() + part.len() <= MAX_SHOWN_BYTES;
        escaped.push_str(if fits { part } else { "…" });
        fits
    };
    for chunk in name.utf8_chunks() {
        let characters = chunk.valid().chars().all(|character| push(&escape_char(character)));
        let is_shown = characters
            && chunk.invalid().iter().all(|&byte| push(&byte.escape_ascii().to_string()));
        if !is_shown {
            break;
        }
    }
    escaped
}

/// As [`escape_name`], for text.
#[cold]
pub(crate) fn escape_text(text: &str) -> String {
    escape_name(text.as_bytes())
}

/// As [`escape_name`], for a `Domain` or a `Path`, up to its first comma: if two `Set-Cookie` headers
/// were joined by a comma, the rest has the value of the second cookie.
#[cold]
pub(crate) fn escape_attribute(value: &[u8]) -> String {
    match value.split(|&byte| byte == b',').next() {
        Some(first) if first.len() < value.len() => escape_name(first) + "…",
        _ => escape_name(value),
    }
}

/// Returns a character as error messages show it: ASCII is escaped as in a byte string except for
/// quotes, and other characters as in a string.
pub(crate) fn escape_char(character: char) -> String {
    match u8::try_from(character) {
        Ok(quote @ (b'\'' | b'"')) => char::from(quote).to_string(),
        Ok(byte) if byte.is_ascii() => byte.escape_ascii().to_string(),
        _ => character.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_shown_up_to_a_comma() {
        assert_eq!(escape_attribute(b"/cart"), "/cart");
        assert_eq!(escape_attribute(b"/, sid=SECRET"), "/…");
        assert_eq!(escape_attribute(b",a,b"), "…");
        assert_eq!(escape_attribute(b""), "");
    }

    #[test]
    fn names_are_escaped_and_cut() {
        assert_eq!(escape_name(b"visits"), "visits");
        assert_eq!(escape_text("größe"), "größe");
        assert_eq!(escape_text("it's \"x\""), "it's \"x\"");
        assert_eq!(escape_name(b"a\r\n\xC3`"), r"a\r\n\xc3`");
        assert_eq!(escape_text("a\u{202E}b\u{A0}"), r"a\u{202e}b\u{a0}");
        assert_eq!(escape_name(&[b'x'; 64]), "x".repeat(64));
        assert_eq!(escape_name(&[b'x'; 65]), "x".repeat(64) + "…");
        assert_eq!(escape_name(&[0; 17]), r"\x00".repeat(16) + "…");
        assert_eq!(escape_text(&"é".repeat(33)), "é".repeat(32) + "…");
    }
}
