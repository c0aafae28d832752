//! Reads any bytes as the JSON format of the crate, and writes any cookies in it.

use gingersnap::store::file::Format;
use serde_json::Value;

use crate::support::Reached;
use crate::support::files::{self, Known};

/// What the seeds must reach.
pub const REQUIRED: &[&str] = files::REQUIRED;

/// Checks the law for one file.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    // As one entry of a document, too.
    let document = [START, bytes, b"]}"].concat();
    for file in [bytes, &document] {
        files::check_file(Format::Json, file, &known(file), &mut reached);
    }
    files::check_received(Format::Json, bytes, &mut reached);
    reached
}

const START: &[u8] = br#"{"format":"gingersnap cookies","version":1,"cookies":["#;

/// Asks another reader of JSON for the document.
fn known(bytes: &[u8]) -> Known {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(text).unwrap_or_default();
    let entries = document.get("cookies").and_then(Value::as_array).map(Vec::len);
    let is_format = document.get("format") == Some(&Value::from("gingersnap cookies"));
    let is_version = document.get("version") == Some(&Value::from(1));
    Known { entries, is_file: entries.is_some() && is_format && is_version }
}
