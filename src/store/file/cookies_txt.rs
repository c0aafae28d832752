//! `cookies.txt`: a line of seven columns for each cookie, separated by tabs.

use std::borrow::Cow;
use std::io::Write as _;

use memchr::memchr_iter;

use super::entry::{Document, Entry, Frame, canonical_domain, expiry_from_number};
use super::error::FileError;
use super::format::Format;
use super::report::{EntryError, NotHeldReason};
use crate::cookie::Flags;
use crate::store::import::Record;

const HEADER: &[u8] = b"# Netscape HTTP Cookie File\n\n";

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Before the domain of a cookie that is `HttpOnly`. Programs that do not know it see a comment.
const HTTP_ONLY: &[u8] = b"#HttpOnly_";

pub(super) fn frame() -> Frame {
    Frame { start: HEADER.to_vec(), separator: "", end: Vec::new() }
}

/// Reads a file. The columns of its cookies borrow from it.
pub(super) fn read(bytes: &[u8]) -> Result<Document<'_>, FileError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if is_another_format(bytes) {
        return Err(FileError::NotThisFormat { format: Format::CookiesTxt });
    }
    let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    let entries: Vec<_> = lines
        .filter_map(|(number, line)| Some(Entry { number, record: read_line(line)? }))
        .collect();
    // A text without any cookie is something else, which saving must not replace: also one that has
    // only comments.
    let has_cookie = entries.iter().any(|entry| entry.record.is_ok());
    if !has_cookie && !bytes.trim_ascii().is_empty() && !names_itself(bytes) {
        return Err(FileError::NotThisFormat { format: Format::CookiesTxt });
    }
    Ok(Document { entries, frame: frame() })
}

/// Reads a line, without its line break; `None` if it is a comment or blank.
pub(super) fn read_line(line: &[u8]) -> Option<Result<Record<'_>, EntryError>> {
    let (line, is_http_only) = entry_line(line)?;
    Some(columns(line).and_then(|columns| record(&columns, is_http_only)))
}

/// Returns whether a file is known to have another format, so that it must not be overwritten: JSON,
/// a browser's database, Perl's cookies, or a text in UTF-16.
fn is_another_format(bytes: &[u8]) -> bool {
    let starts = [&b"SQLite format 3"[..], b"#LWP-Cookies", b"\xFF\xFE", b"\xFE\xFF", b"{"];
    let text = bytes.trim_ascii_start();
    // The bracket of an IPv6 address is followed by the address.
    let is_array = text.strip_prefix(b"[").is_some_and(|rest| {
        matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b']' | b'[' | b'"'))
    });
    is_array || starts.iter().any(|start| text.starts_with(start))
}

/// Returns whether a text says that it is a file of cookies. Old versions of wget use lower case.
fn names_itself(bytes: &[u8]) -> bool {
    let name = b"HTTP Cookie File";
    bytes.windows(name.len()).any(|text| text.eq_ignore_ascii_case(name))
}

/// Returns a line that has a cookie, without its line break and without the mark of `HttpOnly`, and
/// whether that was there.
fn entry_line(line: &[u8]) -> Option<(&[u8], bool)> {
    let mut line = line.strip_suffix(b"\r").unwrap_or(line);
    while let Some(rest) = line.strip_prefix(b" ") {
        line = rest;
    }
    match line.strip_prefix(HTTP_ONLY) {
        Some(rest) => Some((rest, true)),
        None if line.starts_with(b"#") || line.trim_ascii().is_empty() => None,
        None => Some((line, false)),
    }
}

/// Domain, whether it includes subdomains, path, whether it is `Secure`, expiry, name and value.
type Columns<'b> = [&'b [u8]; 7];

/// Splits a line into its columns: at tabs, or at any blanks if there are too few tabs. Programs that
/// remove blanks at the end of a line also remove the last tab of a cookie without a value.
fn columns(line: &[u8]) -> Result<Columns<'_>, EntryError> {
    let tabs = memchr_iter(b'\t', line).count();
    let mut columns = Columns::default();
    for (column, text) in columns.iter_mut().zip(line.split(|byte| *byte == b'\t')) {
        *column = text.trim_ascii();
    }
    let lacks_last_tab = || flag(columns[1], 2).is_ok() && flag(columns[3], 4).is_ok();
    match tabs {
        7.. => Err(EntryError::Columns { found: tabs + 1 }),
        6 => Ok(columns),
        5 if lacks_last_tab() => Ok(columns),
        _ => columns_by_blanks(line),
    }
}

/// Splits a line at blanks; the last column is all that is left, since a value can have blanks.
fn columns_by_blanks(line: &[u8]) -> Result<Columns<'_>, EntryError> {
    let mut columns = Columns::default();
    let mut rest = line.trim_ascii();
    let mut found = 0;
    for column in &mut columns {
        let is_last = found == 6;
        let end = rest.iter().position(|byte| !is_last && matches!(byte, b' ' | b'\t'));
        let (first, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default();
        (*column, rest) = (first, after.trim_ascii_start());
        found += usize::from(!first.is_empty());
    }
    if found < 6 { Err(EntryError::Columns { found }) } else { Ok(columns) }
}

fn flag(column: &[u8], number: usize) -> Result<bool, EntryError> {
    if column.eq_ignore_ascii_case(b"TRUE") {
        Ok(true)
    } else if column.eq_ignore_ascii_case(b"FALSE") {
        Ok(false)
    } else {
        Err(EntryError::Flag { column: number })
    }
}

fn record<'b>(columns: &Columns<'b>, is_http_only: bool) -> Result<Record<'b>, EntryError> {
    let &[domain, includes_subdomains, path, is_secure, expiry, name, value] = columns;
    // The flag decides, not the dot: programs write the dot whatever the flag is.
    let domain = domain.strip_prefix(b".").unwrap_or(domain);
    let domain = str::from_utf8(domain).map_err(|_| EntryError::Domain)?;
    let path = if path.is_empty() { b"/" } else { path };
    if !path.starts_with(b"/") {
        return Err(EntryError::Path);
    }
    let expiry = str::from_utf8(expiry).map_err(|_| EntryError::Expiry)?;
    let expiry = if expiry.is_empty() { "0" } else { expiry };
    let expiry: f64 = expiry.parse().map_err(|_| EntryError::Expiry)?;
    Ok(Record {
        name: Cow::Borrowed(name),
        value: Cow::Borrowed(value),
        domain: canonical_domain(Cow::Borrowed(domain))?,
        is_host_only: !flag(includes_subdomains, 2)?,
        path: Cow::Borrowed(path),
        partition: None,
        flags: Flags::NONE.with_secure(flag(is_secure, 4)?).with_http_only(is_http_only),
        expires: expiry_from_number(expiry)?,
        created: None,
        updated: None,
        accessed: None,
    })
}

/// Appends the line of a cookie.
pub(super) fn write(record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), NotHeldReason> {
    let texts = [&record.name, &record.value, &record.path];
    if record.name.is_empty() {
        return Err(NotHeldReason::Nameless);
    }
    if record.partition.is_some() {
        return Err(NotHeldReason::Partitioned);
    }
    if texts.iter().any(|text| text.iter().any(|byte| matches!(byte, b'\t' | b'\r' | b'\n'))) {
        return Err(NotHeldReason::Separator);
    }
    if record.flags.is_http_only() {
        out.extend_from_slice(HTTP_ONLY);
    }
    if !record.is_host_only {
        out.push(b'.');
    }
    // curl keeps IPv6 addresses without brackets.
    let address = record.domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    out.extend_from_slice(address.unwrap_or(&record.domain).as_bytes());
    out.extend_from_slice(if record.is_host_only { b"\tFALSE\t" } else { b"\tTRUE\t" });
    out.extend_from_slice(&record.path);
    out.extend_from_slice(if record.flags.is_secure() { b"\tTRUE\t" } else { b"\tFALSE\t" });
    let seconds = record.expires.map_or(0, |expires| expires.as_micros() / 1_000_000);
    // OK because writing to memory cannot fail.
    let _ = write!(out, "{seconds}\t");
    out.extend_from_slice(&record.name);
    out.push(b'\t');
    out.extend_from_slice(&record.value);
    out.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_into_columns() {
        let columns_of = |line| {
            columns(line).map(|columns| {
                columns.map(<[u8]>::escape_ascii).map(|column| column.to_string()).join("|")
            })
        };
        for (line, expected) in [
            ("a\tTRUE\t/\tFALSE\t0\tn\tv", "a|TRUE|/|FALSE|0|n|v"),
            ("a\tTRUE\t/\tFALSE\t0\tn\tv w", "a|TRUE|/|FALSE|0|n|v w"),
            ("a\tTRUE\t/\tFALSE\t0\tn\t", "a|TRUE|/|FALSE|0|n|"),
            ("a\tTRUE\t/\tFALSE\t0\tn", "a|TRUE|/|FALSE|0|n|"),
            ("a\tTRUE\t/\tFALSE\t0\t\tv", "a|TRUE|/|FALSE|0||v"),
            ("a\tTRUE\t/b c\tFALSE\t\tn\tv", "a|TRUE|/b c|FALSE||n|v"),
            ("a TRUE / FALSE 0 n v w", "a|TRUE|/|FALSE|0|n|v w"),
            ("a   TRUE\t/ FALSE  0 n", "a|TRUE|/|FALSE|0|n|"),
            ("a TRUE\t/\tFALSE\t0\tn\tv w", "a|TRUE|/|FALSE|0|n|v w"),
            ("a\tTRUE\t/b c\tFALSE\t0\tn", "a|TRUE|/b c|FALSE|0|n|"),
            ("a\tTRUE\t/ FALSE\t0\tn\tv w", "a|TRUE|/|FALSE|0|n|v w"),
        ] {
            assert_eq!(columns_of(line.as_bytes()).as_deref(), Ok(expected), "{line:?}");
        }
        for (line, found) in [("a", 1), ("a TRUE / FALSE 0", 5), ("a\t\t\t\t\t\t\tb", 8)] {
            let error = Err(EntryError::Columns { found });
            assert_eq!(columns_of(line.as_bytes()), error, "{line:?}");
        }
    }
}
