//! Reads any bytes as the JSON lists of other programs, and writes any cookies as such.

use gingersnap::store::file::Format;
use serde_json::Value;

use crate::support::Reached;
use crate::support::files::{self, Known};

/// Returns what the seeds must reach.
pub fn required() -> Vec<&'static str> {
    let not_held = ["not held: not UTF-8", "not held: read back as another cookie"];
    [files::REQUIRED, &not_held].concat()
}

/// Checks the law for one file.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    // As one entry of a list, too.
    let list = [b"[", bytes, b"]"].concat();
    for format in [Format::Playwright, Format::CookieList] {
        for file in [bytes, &list] {
            files::check_file(format, file, &known(file), &mut reached);
        }
        files::check_received(format, bytes, &mut reached);
    }
    reached
}

/// Asks another reader of JSON for the list, which is the document or its `cookies`.
fn known(bytes: &[u8]) -> Known {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(text).unwrap_or_default();
    let list = document.get("cookies").unwrap_or(&document);
    let entries = list.as_array().map(Vec::len);
    // The format of this crate is another one.
    let is_file = entries.is_some() && document.get("format").is_none();
    Known { entries, is_file }
}
