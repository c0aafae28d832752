//! Reads any bytes as `cookies.txt`, and writes any cookies.

use gingersnap::store::file::Format;

use crate::support::files;

/// Checks the law for one file.
pub fn check(bytes: &[u8]) {
    let format = Format::CookiesTxt;
    files::check_file(format, bytes, Some(entries(bytes)));
    files::check_received(format, bytes);
    files::check_repeated(format, bytes, |bytes, times| [bytes, b"\n"].concat().repeat(times));
}

/// Counts the lines that are neither blank nor a comment.
fn entries(bytes: &[u8]) -> usize {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_entry = |line: &&[u8]| {
        let mut line = *line;
        while let [b' ', rest @ ..] = line {
            line = rest;
        }
        let is_comment = line.starts_with(b"#") && !line.starts_with(b"#HttpOnly_");
        !is_comment && !line.trim_ascii().is_empty()
    };
    bytes.split(|byte| *byte == b'\n').filter(is_entry).count()
}
