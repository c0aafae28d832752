//! The format of this crate: a JSON document with a version, which holds every cookie as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use super::entry::{Document, Entry, Frame, canonical_domain};
use super::error::FileError;
use super::format::Format;
use super::json_object::{Members, ObjectWriter, canonical_partition, parse};
use super::report::EntryError;
use crate::cookie::{Flags, SameSite};
use crate::date::UnixMicros;
use crate::store::import::Record;

const FORMAT: &str = "gingersnap cookies";

const VERSION: u64 = 1;

pub(super) fn frame() -> Frame {
    Frame {
        start: format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"cookies\":[\n")
            .into_bytes(),
        separator: ",\n",
        end: b"\n]}\n".to_vec(),
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Document<'static>, FileError> {
    let not_this_format = || FileError::NotThisFormat { format: Format::Json };
    let cookies = match parse(bytes)? {
        // An empty file.
        Value::Array(entries) if entries.is_empty() => entries,
        Value::Object(mut document) => {
            if document.get("format").and_then(Value::as_str) != Some(FORMAT) {
                return Err(not_this_format());
            }
            match document.get("version").and_then(Value::as_u64) {
                Some(VERSION) => {}
                Some(version) => return Err(FileError::UnknownVersion { version, known: VERSION }),
                None => return Err(not_this_format()),
            }
            match document.remove("cookies") {
                Some(Value::Array(cookies)) => cookies,
                _ => return Err(not_this_format()),
            }
        }
        _ => return Err(not_this_format()),
    };
    let entries = (1..).zip(cookies);
    let entries = entries.map(|(number, entry)| Entry { number, record: read_entry(&entry) });
    Ok(Document { entries: entries.collect(), frame: frame() })
}

pub(super) fn read_entry(entry: &Value) -> Result<Record<'static>, EntryError> {
    let entry = Members::of(entry)?;
    let domain = entry.text("domain")?.to_owned();
    let path = bytes(entry, "path", "path_hex")?;
    if !path.starts_with(b"/") {
        return Err(EntryError::Path);
    }
    let partition = entry.optional("partition", Value::as_str)?;
    let partition = partition.map(canonical_partition).transpose()?;
    let same_site = entry.optional("same_site", Value::as_str)?;
    let time = |key| Ok(entry.optional(key, Value::as_i64)?.map(UnixMicros::from_micros));
    Ok(Record {
        name: bytes(entry, "name", "name_hex")?.into(),
        value: bytes(entry, "value", "value_hex")?.into(),
        domain: canonical_domain(Cow::Owned(domain))?,
        is_host_only: entry.optional("host_only", Value::as_bool)?.unwrap_or(true),
        path: path.into(),
        flags: Flags::NONE
            .with_secure(entry.flag("secure")?)
            .with_http_only(entry.flag("http_only")?)
            .with_partitioned(partition.is_some())
            .with_same_site(same_site.map_or(SameSite::Unset, |same_site| {
                SameSite::from_attribute_value(same_site.as_bytes())
            })),
        partition: partition.map(Cow::Owned),
        expires: time("expires")?,
        created: time("created")?,
        updated: time("updated")?,
        accessed: time("accessed")?,
    })
}

/// Returns the bytes of a text, or of its hexadecimal form.
fn bytes(
    entry: Members<'_>,
    key: &'static str,
    hex_key: &'static str,
) -> Result<Vec<u8>, EntryError> {
    match entry.optional(hex_key, Value::as_str)? {
        Some(hex) => from_hex(hex).ok_or(EntryError::Type { key: hex_key }),
        None => Ok(entry.text(key)?.as_bytes().to_vec()),
    }
}

/// Appends the line of a cookie.
pub(super) fn write(record: &Record<'_>, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::new(out);
    write_bytes(&mut object, "name", &record.name);
    write_bytes(&mut object, "value", &record.value);
    object.string("domain", &record.domain);
    object.bool("host_only", record.is_host_only);
    write_bytes(&mut object, "path", &record.path);
    if let Some(partition) = &record.partition {
        object.string("partition", partition);
    }
    object.bool("secure", record.flags.is_secure());
    object.bool("http_only", record.flags.is_http_only());
    if let Some(same_site) = record.flags.same_site().as_str() {
        object.string("same_site", same_site);
    }
    for (key, time) in [
        ("expires", record.expires),
        ("created", record.created),
        ("updated", record.updated),
        ("accessed", record.accessed),
    ] {
        if let Some(time) = time {
            object.integer(key, time.as_micros());
        }
    }
    object.finish();
}

fn write_bytes(object: &mut ObjectWriter<'_>, key: &str, bytes: &[u8]) {
    match str::from_utf8(bytes) {
        Ok(text) => object.string(key, text),
        Err(_) => object.string(&format!("{key}_hex"), &to_hex(bytes)),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // OK because writing to memory cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        for (bytes, hex) in [(&b""[..], ""), (b"\x00\xFF\x5a", "00ff5a")] {
            assert_eq!(to_hex(bytes), hex);
            assert_eq!(from_hex(hex).as_deref(), Some(bytes));
            assert_eq!(from_hex(&hex.to_uppercase()).as_deref(), Some(bytes));
        }
        for hex in ["0", "000", "0g", "+1", "é"] {
            assert_eq!(from_hex(hex), None);
        }
    }
}
