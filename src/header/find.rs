//! One name, looked up in a `Cookie` field.

use memchr::{memchr, memmem, memrchr};

use super::pairs;
use super::piece::{trim_end, trim_start};
use crate::byte::{CONTROL, is_wsp};
use crate::scan::has_control;

/// From how many bytes on a field is searched, rather than walked.
const LONG: usize = 256;

/// The value of the first pair of this name in one `Cookie` field.
///
/// ```
/// use gingersnap::header;
///
/// assert_eq!(header::find("color=red; visits=3", "visits"), Some(&b"3"[..]));
/// assert_eq!(header::find("color=red; visits=3", "Visits"), None);
/// ```
pub fn find<F: AsRef<[u8]> + ?Sized>(field: &F, name: impl AsRef<[u8]>) -> Option<&[u8]> {
    let (field, name) = (field.as_ref(), name.as_ref());
    if field.len() < LONG {
        pairs(field).flatten().find(|(found, _)| *found == name).map(|(_, value)| value)
    } else {
        search(field, name)
    }
}

/// Searches a long field for the bytes of a name, and looks at what stands around them: vectors
/// pass over 8 KB in the time of a dozen pairs. Between a `;` and a `=`, white space apart, they are
/// the name of a pair. Anywhere else they are none, and nor is what follows up to the next `;`, or,
/// where no `=` follows them, up to the next segment that has one.
fn search<'a>(field: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let impossible = |byte: u8| matches!(byte, b';' | b'=') || CONTROL.contains(byte);
    let (first, last) = (*name.first()?, *name.last()?);
    if is_wsp(first) || is_wsp(last) || name.iter().any(|&byte| impossible(byte)) {
        return None;
    }
    let finder = memmem::Finder::new(name);
    let mut from = 0;
    while let Some(at) = finder.find(&field[from..]) {
        let (at, behind) = (from + at, from + at + name.len());
        let start = trim_end(field, from..at);
        let equals = trim_start(field, behind..field.len());
        if field.get(equals) != Some(&b'=') {
            from = next_name(field, behind)?;
            continue;
        }
        let end = memchr(b';', &field[equals..]).map_or(field.len(), |end| equals + end);
        if start == 0 || field[start - 1] == b';' {
            let value_end = trim_end(field, equals + 1..end);
            let value = &field[trim_start(field, equals + 1..value_end)..value_end];
            // A pair with a control byte is skipped, and another of its name may follow.
            if !has_control(value) {
                return Some(value);
            }
        }
        from = end;
    }
    None
}

/// From where on to search behind a part of a segment that is no name: the `;` before the next name
/// that has a `=`, or that `=`.
fn next_name(field: &[u8], from: usize) -> Option<usize> {
    let equals = from + memchr(b'=', &field[from..])?;
    match memrchr(b';', &field[from..equals]) {
        Some(start) => Some(from + start),
        // It is that of the same segment, of which what follows is the value.
        None => Some(equals),
    }
}
