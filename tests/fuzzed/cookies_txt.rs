//! Reads any bytes as `cookies.txt`, and writes any cookies.

use gingersnap::store::file::Format;

use crate::support::Reached;
use crate::support::files::{self, Known};

/// Returns what the seeds must reach.
pub fn required() -> Vec<&'static str> {
    let not_held = [
        "not held: nameless",
        "not held: partitioned",
        "not held: separator",
        "not held: read back as another cookie",
    ];
    [files::REQUIRED, &not_held].concat()
}

/// Checks the law for one file.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let format = Format::CookiesTxt;
    let known = Known { entries: Some(count_entries(bytes)), is_file: is_file(bytes) };
    files::check_file(format, bytes, &known, &mut reached);
    files::check_received(format, bytes, &mut reached);
    reached
}

fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Counts the lines that are neither blank nor a comment.
fn count_entries(bytes: &[u8]) -> usize {
    let is_entry = |line: &&[u8]| {
        let mut line = *line;
        while let [b' ', rest @ ..] = line {
            line = rest;
        }
        let is_comment = line.starts_with(b"#") && !line.starts_with(b"#HttpOnly_");
        !is_comment && !line.trim_ascii().is_empty()
    };
    without_byte_order_mark(bytes).split(|byte| *byte == b'\n').filter(is_entry).count()
}

/// Returns whether a text is a file of cookies beyond doubt: it is blank, or starts with the title or with a
/// plain line.
fn is_file(bytes: &[u8]) -> bool {
    let bytes = without_byte_order_mark(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let is_title = |line: &[u8]| line.starts_with(b"# Netscape HTTP Cookie File");
    lines.next().is_none_or(|first| is_title(first) || is_plain(first))
}

/// Returns whether a line is a cookie of seven columns as every program writes it.
fn is_plain(line: &[u8]) -> bool {
    let columns: Vec<_> = line.split(|byte| *byte == b'\t').collect();
    let [domain, subdomains, path, secure, expiry, name, value] = columns[..] else { return false };
    let is_label = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_lowercase);
    let is_word = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric);
    let is_flag = |text: &[u8]| matches!(text, b"TRUE" | b"FALSE");
    domain.strip_prefix(b".").unwrap_or(domain).split(|byte| *byte == b'.').all(is_label)
        && is_flag(subdomains)
        && path.starts_with(b"/")
        && is_flag(secure)
        && matches!(expiry, b"0" | [b'1'..=b'9', ..] if expiry.iter().all(u8::is_ascii_digit))
        && is_word(name)
        && is_word(value)
}
