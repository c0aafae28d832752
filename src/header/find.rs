//! The search for one name in a `Cookie` header.

use memchr::{memchr, memmem, memrchr};

use super::cookie_header::pairs;
use crate::bytes::{CONTROL, contains_control, is_whitespace, trim_end, trim_start};

/// Headers of at least this many bytes are searched for the name; shorter ones are read pair by
/// pair.
const MIN_SUBSTRING_SEARCH: usize = 256;

/// Returns the value of the first pair named `name` in one `Cookie` header.
///
/// # Examples
///
/// ```
/// use gingersnap::header;
///
/// assert_eq!(header::find("color=red; visits=3", "visits"), Some(&b"3"[..]));
/// assert_eq!(header::find("color=red; visits=3", "Visits"), None);
/// ```
pub fn find<H: AsRef<[u8]> + ?Sized>(header: &H, name: impl AsRef<[u8]>) -> Option<&[u8]> {
    let (header, name) = (header.as_ref(), name.as_ref());
    if header.len() < MIN_SUBSTRING_SEARCH {
        pairs(header).flatten().find(|(found, _)| *found == name).map(|(_, value)| value)
    } else {
        search(header, name)
    }
}

/// Searches a long header for the bytes of a name, and looks at what is around each occurrence.
///
/// The vectorized search passes over 8 KB in the time that reading a dozen pairs takes. An occurrence
/// is the name of a pair only if, white space aside, `;` or the start of the header precedes it and
/// `=` follows it. Otherwise the search skips to the next place where a name can start: see
/// [`next_name`].
fn search<'h>(header: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let is_impossible = |byte: u8| matches!(byte, b';' | b'=') || CONTROL.contains(byte);
    let (first, last) = (*name.first()?, *name.last()?);
    if is_whitespace(first) || is_whitespace(last) || name.iter().any(|&byte| is_impossible(byte)) {
        return None;
    }
    let finder = memmem::Finder::new(name);
    let mut from = 0;
    // OK because `from` is at most the header's length, here and below.
    while let Some(found) = finder.find(&header[from..]) {
        let (start, end) = (from + found, from + found + name.len());
        let segment_start = trim_end(header, from..start);
        let equals = trim_start(header, end..header.len());
        if header.get(equals) != Some(&b'=') {
            from = next_name(header, end)?;
            continue;
        }
        let segment_end =
            memchr(b';', &header[equals..]).map_or(header.len(), |semicolon| equals + semicolon);
        if segment_start == 0 || header[segment_start - 1] == b';' {
            let value_end = trim_end(header, equals + 1..segment_end);
            let value = &header[trim_start(header, equals + 1..value_end)..value_end];
            // A pair with a control character is skipped, and another of its name may follow.
            if !contains_control(value) {
                return Some(value);
            }
        }
        from = segment_end;
    }
    None
}

/// Returns where to search on after bytes that are not a name: at the `;` before the next segment
/// that has a `=`, or at the `=` of the same segment, whose value follows.
fn next_name(header: &[u8], from: usize) -> Option<usize> {
    let equals = from + memchr(b'=', &header[from..])?;
    match memrchr(b';', &header[from..equals]) {
        Some(semicolon) => Some(from + semicolon),
        None => Some(equals),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_finds_what_reading_each_pair_finds() {
        let alphabet = b"ab=; \x01";
        for length in 0..=5 {
            for number in 0..alphabet.len().pow(length) {
                let letter = |place| alphabet[number / alphabet.len().pow(place) % alphabet.len()];
                let header: Vec<u8> =
                    b"c=a;".iter().copied().chain((0..length).map(letter)).collect();
                for name in [&b"a"[..], b"ab", b"a b"] {
                    let mut read = pairs(&header).flatten();
                    let expected = read.find(|(found, _)| *found == name).map(|(_, value)| value);
                    assert_eq!(search(&header, name), expected, "{}", header.escape_ascii());
                }
            }
        }
        for name in ["", "=", ";", " a", "a\t", "a=b", "a;b", "a\x01"] {
            assert_eq!(search(b"; a=1; =; a\t=2; \ta=3; a=b=4; a\x01=5", name.as_bytes()), None);
        }
    }
}
