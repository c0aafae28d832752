//! Reads any bytes as the JSON lists of other programs, and writes any cookies as such.

use gingersnap::store::file::Format;
use serde_json::Value;

use crate::support::files;

/// Checks the law for one file.
pub fn check(bytes: &[u8]) {
    for format in [Format::Playwright, Format::CookieList] {
        files::check_file(format, bytes, entries(bytes));
        files::check_received(format, bytes);
    }
    // As one entry of a list.
    let list = file(bytes, 1);
    files::check_file(Format::CookieList, &list, entries(&list));
    files::check_repeated(Format::Playwright, bytes, file);
}

/// Returns a list whose only entry is repeated.
fn file(entry: &[u8], times: usize) -> Vec<u8> {
    [b"[", &vec![entry; times].join(&b',')[..], b"]"].concat()
}

/// Counts the entries of a list; `None` if there is none.
fn entries(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let list: Value = serde_json::from_slice(bytes).ok()?;
    let list = list.get("cookies").unwrap_or(&list);
    Some(list.as_array()?.len())
}
