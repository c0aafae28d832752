//! Reads and writes each format.

use super::cookies_txt;
use super::entry::{Document, Entry, Frame};
use super::error::FileError;
use super::format::Format;
use super::report::{EntryError, NotHeldReason};
#[cfg(feature = "json")]
use super::{json_document, json_list};
use crate::store::import::Record;

/// Reads a file, and returns of its cookies what the format can hold.
pub(super) fn read(format: Format, bytes: &[u8]) -> Result<Document<'_>, FileError> {
    let Document { entries, frame } = match format {
        Format::CookiesTxt => cookies_txt::read(bytes)?,
        #[cfg(feature = "json")]
        Format::Json => json_document::read(bytes)?,
        #[cfg(feature = "json")]
        Format::Playwright | Format::CookieList => json_list::read(format, bytes)?,
    };
    let entries = entries.into_iter().map(|Entry { number, record }| {
        let record = record.map(|record| format.reduce(record));
        Entry { number, record }
    });
    Ok(Document { entries: entries.collect(), frame })
}

/// Returns what is written around the cookies of a new file.
pub(super) fn frame(format: Format) -> Frame {
    match format {
        Format::CookiesTxt => cookies_txt::frame(),
        #[cfg(feature = "json")]
        Format::Json => json_document::frame(),
        #[cfg(feature = "json")]
        Format::Playwright | Format::CookieList => json_list::frame(format, None),
    }
}

/// Appends the entry of a cookie, which must have been [reduced](Format::reduce) to what the format
/// holds. Nothing is appended if it would be read back as another cookie.
pub(super) fn write(
    format: Format,
    record: &Record<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NotHeldReason> {
    let start = out.len();
    let result = write_unchecked(format, record, out).and_then(|()| {
        if format.is_complete() {
            return Ok(());
        }
        let entry = out.get(start..).unwrap_or_default();
        match read_entry(format, entry) {
            Some(Ok(read)) if read == *record => Ok(()),
            _ => Err(NotHeldReason::NotReadBack),
        }
    });
    if result.is_err() {
        out.truncate(start);
    }
    result
}

fn write_unchecked(
    format: Format,
    record: &Record<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NotHeldReason> {
    match format {
        Format::CookiesTxt => cookies_txt::write(record, out),
        #[cfg(feature = "json")]
        Format::Json => {
            json_document::write(record, out);
            Ok(())
        }
        #[cfg(feature = "json")]
        Format::Playwright | Format::CookieList => json_list::write(format, record, out),
    }
}

/// Reads one entry that was written.
fn read_entry(format: Format, entry: &[u8]) -> Option<Result<Record<'_>, EntryError>> {
    match format {
        Format::CookiesTxt => cookies_txt::read_line(entry.strip_suffix(b"\n")?),
        // It holds everything, and is not read back.
        #[cfg(feature = "json")]
        Format::Json => None,
        #[cfg(feature = "json")]
        Format::Playwright | Format::CookieList => {
            Some(json_list::read_entry(&serde_json::from_slice(entry).ok()?))
        }
    }
}
