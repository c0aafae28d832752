//! JSON lists of cookies as browsers, their drivers and their extensions write them.

use std::borrow::Cow;
use std::io::Write as _;

use serde_json::{Map, Value};

use super::entry::{Document, Entry, Frame, canonical_domain, expiry_from_number};
use super::error::FileError;
use super::format::Format;
use super::json_object::{Members, ObjectWriter, canonical_partition, parse};
use super::report::{EntryError, NotHeldReason};
use crate::cookie::{Flags, SameSite};
use crate::date::UnixMicros;
use crate::store::import::Record;

/// Returns what is written around the cookies. An object has the members of the file that is saved
/// over, and an array has none.
pub(super) fn frame(format: Format, members: Option<Map<String, Value>>) -> Frame {
    let members = match (format, members) {
        (Format::Playwright, members) => {
            let mut members = members.unwrap_or_default();
            members.entry("origins").or_insert(Value::Array(Vec::new()));
            Some(members)
        }
        (_, members) => members,
    };
    let (start, end) = match members {
        None => (b"[\n".to_vec(), b"\n]\n".to_vec()),
        Some(members) => {
            let mut end = b"\n]".to_vec();
            for (key, value) in members {
                // OK because writing JSON to memory cannot fail.
                let _ = write!(end, ",{}:{value}", Value::String(key));
            }
            end.extend_from_slice(b"}\n");
            (b"{\"cookies\":[\n".to_vec(), end)
        }
    };
    Frame { start, separator: ",\n", end }
}

pub(super) fn read(format: Format, bytes: &[u8]) -> Result<Document<'static>, FileError> {
    let (cookies, members) = match parse(bytes)? {
        Value::Array(cookies) => (cookies, None),
        // The format of this crate has another meaning of times.
        Value::Object(mut members) if !members.contains_key("format") => {
            match members.remove("cookies") {
                Some(Value::Array(cookies)) => (cookies, Some(members)),
                _ => return Err(FileError::NotThisFormat { format }),
            }
        }
        _ => return Err(FileError::NotThisFormat { format }),
    };
    let entries = (1..).zip(cookies);
    let entries = entries.map(|(number, entry)| Entry { number, record: read_entry(&entry) });
    Ok(Document { entries: entries.collect(), frame: frame(format, members) })
}

pub(super) fn read_entry(entry: &Value) -> Result<Record<'static>, EntryError> {
    let entry = Members::of(entry)?;
    let domain = entry.text("domain")?;
    let has_dot = domain.starts_with('.');
    let domain = domain.strip_prefix('.').unwrap_or(domain).to_owned();
    let path = entry.optional("path", Value::as_str)?.filter(|path| !path.is_empty());
    let path = path.unwrap_or("/");
    if !path.starts_with('/') {
        return Err(EntryError::Path);
    }
    let is_secure = entry.flag("secure")?;
    let partition = partition(entry)?;
    Ok(Record {
        name: entry.text("name")?.as_bytes().to_vec().into(),
        value: entry.text("value")?.as_bytes().to_vec().into(),
        domain: canonical_domain(Cow::Owned(domain))?,
        is_host_only: entry.optional("hostOnly", Value::as_bool)?.unwrap_or(!has_dot),
        path: path.as_bytes().to_vec().into(),
        flags: Flags::NONE
            .with_secure(is_secure)
            .with_http_only(entry.flag("httpOnly")?)
            .with_partitioned(partition.is_some())
            .with_same_site(same_site(entry, is_secure)?),
        partition: partition.map(Cow::Owned),
        expires: expiry(entry)?,
        created: None,
        updated: None,
        accessed: None,
    })
}

/// Returns `SameSite`, for which programs have different words. Some write that of `None` for a cookie
/// that has none, which is seen where it is not allowed.
fn same_site(entry: Members<'_>, is_secure: bool) -> Result<SameSite, EntryError> {
    let word = entry.optional("sameSite", Value::as_str)?.unwrap_or_default();
    let same_site = if word.eq_ignore_ascii_case("no_restriction") {
        SameSite::None
    } else {
        SameSite::from_attribute_value(word.as_bytes())
    };
    Ok(if same_site == SameSite::None && !is_secure { SameSite::Unset } else { same_site })
}

/// Returns the partition: the text of `partitionKey`, or of `topLevelSite` inside it.
fn partition(entry: Members<'_>) -> Result<Option<String>, EntryError> {
    let key = match entry.get("partitionKey") {
        Some(Value::Object(key)) => key.get("topLevelSite").filter(|site| !site.is_null()),
        key => key,
    };
    match key.map(Value::as_str) {
        Some(None) => Err(EntryError::Type { key: "partitionKey" }),
        // Without its partition, the cookie would be sent everywhere.
        None | Some(Some("")) if entry.flag("partitioned")? => Err(EntryError::Partition),
        None | Some(Some("")) => Ok(None),
        Some(Some(site)) => canonical_partition(site).map(Some),
    }
}

/// Returns the time of expiry, for which programs have different keys.
fn expiry(entry: Members<'_>) -> Result<Option<UnixMicros>, EntryError> {
    let keys = ["expires", "expiry", "expirationDate"];
    let expiry = keys.into_iter().find_map(|key| entry.get(key));
    if entry.flag("session")? {
        return Ok(None);
    }
    let number = match expiry {
        None => return Ok(None),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("session") => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_f64(),
    };
    expiry_from_number(number.ok_or(EntryError::Expiry)?)
}

/// Appends the line of a cookie.
pub(super) fn write(
    format: Format,
    record: &Record<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NotHeldReason> {
    let text = |bytes| str::from_utf8(bytes).map_err(|_| NotHeldReason::NotUtf8);
    let (name, value, path) = (text(&record.name)?, text(&record.value)?, text(&record.path)?);
    let dot = if record.is_host_only { "" } else { "." };
    let mut object = ObjectWriter::new(out);
    object.string("name", name);
    object.string("value", value);
    object.string("domain", &format!("{dot}{}", record.domain));
    object.string("path", path);
    let flags = record.flags;
    if format == Format::Playwright {
        match record.expires {
            Some(expires) => push_seconds(object.key("expires"), expires),
            None => object.integer("expires", -1),
        }
    } else {
        object.bool("hostOnly", record.is_host_only);
        object.bool("session", record.expires.is_none());
        if let Some(expires) = record.expires {
            push_seconds(object.key("expirationDate"), expires);
        }
    }
    object.bool("httpOnly", flags.is_http_only());
    object.bool("secure", flags.is_secure());
    write_same_site(&mut object, format, flags.same_site());
    if let Some(partition) = &record.partition {
        if format == Format::Playwright {
            object.string("partitionKey", partition);
        } else {
            let mut key = ObjectWriter::new(object.key("partitionKey"));
            key.string("topLevelSite", partition);
            key.finish();
        }
    }
    object.finish();
    Ok(())
}

fn write_same_site(object: &mut ObjectWriter<'_>, format: Format, same_site: SameSite) {
    if format == Format::Playwright {
        if let Some(word) = same_site.as_str() {
            object.string("sameSite", word);
        }
        return;
    }
    let word = match same_site {
        SameSite::Strict => "strict",
        SameSite::Lax => "lax",
        SameSite::None => "no_restriction",
        SameSite::Unset => "unspecified",
    };
    object.string("sameSite", word);
}

/// Writes a time as seconds with up to three decimal places.
fn push_seconds(out: &mut Vec<u8>, time: UnixMicros) {
    let millis = time.as_micros() / 1000;
    // OK because writing to memory cannot fail.
    let _ = match millis % 1000 {
        0 => write!(out, "{}", millis / 1000),
        rest => write!(out, "{}.{rest:03}", millis / 1000),
    };
}
