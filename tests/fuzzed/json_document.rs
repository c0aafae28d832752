//! Reads any bytes as the JSON format of the crate, and writes any cookies in it.

use gingersnap::store::file::Format;
use serde_json::Value;

use crate::support::files;

const START: &[u8] = br#"{"format":"gingersnap cookies","version":1,"cookies":["#;

/// Checks the law for one file.
pub fn check(bytes: &[u8]) {
    let format = Format::Json;
    files::check_file(format, bytes, entries(bytes));
    // As one entry of a document.
    let document = file(bytes, 1);
    files::check_file(format, &document, entries(&document));
    files::check_received(format, bytes);
    files::check_repeated(format, bytes, file);
}

/// Returns a document whose only entry is repeated.
fn file(entry: &[u8], times: usize) -> Vec<u8> {
    [START, &vec![entry; times].join(&b',')[..], b"]}"].concat()
}

/// Counts the entries of a document; `None` if it has none, or is not JSON for another reader.
fn entries(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(bytes).ok()?;
    Some(document.get("cookies")?.as_array()?.len())
}
