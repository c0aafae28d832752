//! The format of this crate: a JSON document with a version, which holds every cookie as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::de::{IgnoredAny, MapAccess};

use super::entry::{Document, Entry, Frame, canonical_domain};
use super::error::FileError;
use super::format::Format;
use super::json_member::{Collect, ListOr, Member, ObjectOr};
use super::json_object::{ObjectWriter, canonical_partition, not_json, without_byte_order_mark};
use super::report::EntryError;
use crate::cookie::{Flags, SameSite};
use crate::date::UnixMicros;
use crate::store::import::Record;

const FORMAT: &str = "gingersnap cookies";

const VERSION: i64 = 1;

pub(super) fn frame() -> Frame {
    Frame {
        start: format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"cookies\":[\n")
            .into_bytes(),
        separator: ",\n",
        end: b"\n]}\n".to_vec(),
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Document<'_>, FileError> {
    let not_this_format = || FileError::NotThisFormat { format: Format::Json };
    let Some(bytes) = without_byte_order_mark(bytes) else {
        return Ok(Document { entries: Vec::new(), frame: frame() });
    };
    let ObjectOr(members) = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    let DocumentMembers { format, version, cookies } = members.ok_or_else(not_this_format)?;
    if !matches!(format, Some(Member::Text(format)) if format == FORMAT) {
        return Err(not_this_format());
    }
    match version {
        Some(Member::Integer(VERSION)) => {}
        Some(Member::Integer(version)) => {
            return Err(FileError::UnknownVersion { version, known: VERSION });
        }
        _ => return Err(not_this_format()),
    }
    let entries = (1..).zip(cookies.ok_or_else(not_this_format)?);
    let entries = entries.map(|(number, record)| Entry { number, record });
    Ok(Document { entries: entries.collect(), frame: frame() })
}

/// The members of the document.
#[derive(Default)]
struct DocumentMembers<'b> {
    format: Option<Member<'b>>,
    version: Option<Member<'b>>,
    cookies: Option<Vec<Result<Record<'b>, EntryError>>>,
}

impl<'de> Collect<'de> for DocumentMembers<'de> {
    fn collect<A: MapAccess<'de>>(&mut self, key: &str, object: &mut A) -> Result<(), A::Error> {
        match key {
            "format" => self.format = Some(object.next_value()?),
            "version" => self.version = Some(object.next_value()?),
            "cookies" => {
                let ListOr(entries) =
                    object.next_value::<ListOr<ObjectOr<CookieMembers<'de>>>>()?;
                self.cookies = entries.map(|list| list.into_iter().map(read_entry).collect());
            }
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// The keys of a cookie.
const KEYS: [&str; 16] = [
    "name",
    "name_hex",
    "value",
    "value_hex",
    "domain",
    "host_only",
    "path",
    "path_hex",
    "partition",
    "secure",
    "http_only",
    "same_site",
    "expires",
    "created",
    "updated",
    "accessed",
];

/// The members of a cookie, in the order of [`KEYS`].
#[derive(Default)]
struct CookieMembers<'b>([Option<Member<'b>>; KEYS.len()]);

impl<'de> Collect<'de> for CookieMembers<'de> {
    fn collect<A: MapAccess<'de>>(&mut self, key: &str, object: &mut A) -> Result<(), A::Error> {
        match KEYS.iter().zip(&mut self.0).find(|(known, _)| **known == key) {
            Some((_, member)) => *member = Some(object.next_value()?),
            None => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl<'b> CookieMembers<'b> {
    /// Takes the value of a key; `None` if it is missing or null.
    fn take(&mut self, key: &'static str) -> Option<Member<'b>> {
        let (_, member) = KEYS.iter().zip(&mut self.0).find(|(known, _)| **known == key)?;
        member.take().filter(|member| !matches!(member, Member::Null))
    }

    fn text(&mut self, key: &'static str) -> Result<Option<Cow<'b, str>>, EntryError> {
        match self.take(key) {
            None => Ok(None),
            Some(Member::Text(text)) => Ok(Some(text)),
            Some(_) => Err(EntryError::Type { key }),
        }
    }

    fn bool(&mut self, key: &'static str) -> Result<Option<bool>, EntryError> {
        match self.take(key) {
            None => Ok(None),
            Some(Member::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(EntryError::Type { key }),
        }
    }

    fn time(&mut self, key: &'static str) -> Result<Option<UnixMicros>, EntryError> {
        match self.take(key) {
            None => Ok(None),
            Some(Member::Integer(micros)) => Ok(Some(UnixMicros::from_micros(micros))),
            Some(_) => Err(EntryError::Type { key }),
        }
    }

    /// Returns the bytes of a text, or of its hexadecimal form.
    fn bytes(
        &mut self,
        key: &'static str,
        hex_key: &'static str,
    ) -> Result<Cow<'b, [u8]>, EntryError> {
        if let Some(hex) = self.text(hex_key)? {
            return Ok(from_hex(&hex).ok_or(EntryError::Type { key: hex_key })?.into());
        }
        match self.text(key)?.ok_or(EntryError::Missing { key })? {
            Cow::Borrowed(text) => Ok(text.as_bytes().into()),
            Cow::Owned(text) => Ok(text.into_bytes().into()),
        }
    }
}

fn read_entry(entry: ObjectOr<CookieMembers<'_>>) -> Result<Record<'_>, EntryError> {
    let mut entry = entry.0.ok_or(EntryError::NotAnObject)?;
    let domain = entry.text("domain")?.ok_or(EntryError::Missing { key: "domain" })?;
    let path = entry.bytes("path", "path_hex")?;
    if !path.starts_with(b"/") {
        return Err(EntryError::Path);
    }
    let partition = entry.text("partition")?;
    let partition = partition.map(|partition| canonical_partition(&partition)).transpose()?;
    let same_site = entry.text("same_site")?;
    Ok(Record {
        name: entry.bytes("name", "name_hex")?,
        value: entry.bytes("value", "value_hex")?,
        domain: canonical_domain(domain)?,
        is_host_only: entry.bool("host_only")?.unwrap_or(true),
        path,
        flags: Flags::NONE
            .with_secure(entry.bool("secure")?.unwrap_or(false))
            .with_http_only(entry.bool("http_only")?.unwrap_or(false))
            .with_partitioned(partition.is_some())
            .with_same_site(same_site.map_or(SameSite::Unset, |same_site| {
                SameSite::from_attribute_value(same_site.as_bytes())
            })),
        partition: partition.map(Cow::Owned),
        expires: entry.time("expires")?,
        created: entry.time("created")?,
        updated: entry.time("updated")?,
        accessed: entry.time("accessed")?,
    })
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
