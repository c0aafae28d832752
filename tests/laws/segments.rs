//! The segments of a `Cookie` header that are not blank, by rules 10, 12 and 14, step by step.

use gingersnap::header::SkipReason;

/// A segment that is not blank: its position, its length, and the pair in it, or why it has none.
type Segment<'a> = (usize, usize, Result<(&'a [u8], &'a [u8]), SkipReason>);

/// Returns whether a byte is SP or HTAB.
pub(crate) fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Returns bytes without SP and HTAB at the ends. If there is nothing else, the result is at their end.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|&byte| !is_whitespace(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|&byte| !is_whitespace(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Returns the segments of a header that are not blank.
pub(crate) fn segments(header: &[u8]) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut start = 0;
    for segment in header.split(|&byte| byte == b';') {
        let indent = segment.iter().take_while(|&&byte| is_whitespace(byte)).count();
        let trimmed = trim(segment);
        if !trimmed.is_empty() {
            segments.push((start + indent, trimmed.len(), pair(trimmed)));
        }
        start += segment.len() + 1;
    }
    segments
}

/// Returns the name and the length of a pair that was skipped, if its name can be read: the pair
/// counts as a cookie of that name.
pub(crate) fn readable_name(skipped: &[u8]) -> Option<(&str, usize)> {
    let equals = skipped.iter().position(|&byte| byte == b'=')?;
    let (name, value) = (trim(&skipped[..equals]), trim(&skipped[equals + 1..]));
    let name = str::from_utf8(name).ok()?;
    let is_control = |byte: u8| (byte < 0x20 && byte != b'\t') || byte == 0x7F;
    let is_readable = !name.is_empty() && !name.bytes().any(is_control);
    is_readable.then_some((name, name.len() + 1 + value.len()))
}

/// Returns the pair in a segment, or why it has none.
fn pair(segment: &[u8]) -> Result<(&[u8], &[u8]), SkipReason> {
    if segment.iter().any(|&byte| (byte < 0x20 && byte != b'\t') || byte == 0x7F) {
        return Err(SkipReason::Control);
    }
    let Some(equals) = segment.iter().position(|&byte| byte == b'=') else {
        return Err(SkipReason::NoEquals);
    };
    let (name, value) = (trim(&segment[..equals]), trim(&segment[equals + 1..]));
    if name.is_empty() { Err(SkipReason::EmptyName) } else { Ok((name, value)) }
}
