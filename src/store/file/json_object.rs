//! Reads and writes the members of a JSON object.

use serde_json::{Map, Value};

use super::error::FileError;
use super::report::EntryError;
use crate::host::Host;

/// An object that is read.
#[derive(Clone, Copy)]
pub(super) struct Members<'v>(&'v Map<String, Value>);

impl<'v> Members<'v> {
    pub(super) fn of(entry: &'v Value) -> Result<Self, EntryError> {
        entry.as_object().map(Self).ok_or(EntryError::NotAnObject)
    }

    /// Returns the value of a key; `None` if it is missing or null.
    pub(super) fn get(self, key: &str) -> Option<&'v Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// Returns the value of a key as the type that `read` reads.
    pub(super) fn optional<T, R>(self, key: &'static str, read: R) -> Result<Option<T>, EntryError>
    where
        R: FnOnce(&'v Value) -> Option<T>,
    {
        let value = self.get(key);
        value.map(|value| read(value).ok_or(EntryError::Type { key })).transpose()
    }

    pub(super) fn text(self, key: &'static str) -> Result<&'v str, EntryError> {
        self.optional(key, Value::as_str)?.ok_or(EntryError::Missing { key })
    }

    /// Returns a flag, which is off if it is missing.
    pub(super) fn flag(self, key: &'static str) -> Result<bool, EntryError> {
        Ok(self.optional(key, Value::as_bool)?.unwrap_or(false))
    }
}

/// Parses a file. One without any text, such as a new one, is an empty list.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, FileError> {
    match without_byte_order_mark(bytes) {
        None => Ok(Value::Array(Vec::new())),
        Some(bytes) => serde_json::from_slice(bytes).map_err(|error| not_json(&error)),
    }
}

/// Returns the text of a file, or `None` if it has none.
pub(super) fn without_byte_order_mark(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    (!bytes.trim_ascii().is_empty()).then_some(bytes)
}

/// Returns where a file is not JSON. The error itself is not kept as a source, because it might show a
/// part of the text.
pub(super) fn not_json(error: &serde_json::Error) -> FileError {
    FileError::NotJson { line: error.line(), column: error.column() }
}

/// Checks a partition, and returns its canonical form: the scheme and the site of a page.
pub(super) fn canonical_partition(partition: &str) -> Result<String, EntryError> {
    let (scheme, host) = partition.split_once("://").ok_or(EntryError::Partition)?;
    let host = Host::parse(host.strip_suffix('/').unwrap_or(host));
    match (scheme, host) {
        ("https" | "http", Ok(host)) => Ok(format!("{scheme}://{}", host.as_str())),
        _ => Err(EntryError::Partition),
    }
}

/// Writes an object on one line.
pub(super) struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl<'o> ObjectWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_first: true }
    }

    pub(super) fn finish(self) {
        self.out.push(b'}');
    }

    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        // A key has nothing that is escaped.
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn string(&mut self, key: &str, text: &str) {
        push_string(self.key(key), text);
    }

    pub(super) fn bool(&mut self, key: &str, is_set: bool) {
        self.key(key).extend_from_slice(if is_set { b"true" } else { b"false" });
    }

    pub(super) fn integer(&mut self, key: &str, number: i64) {
        self.key(key).extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
}

fn push_string(out: &mut Vec<u8>, text: &str) {
    // OK because writing text to memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}
