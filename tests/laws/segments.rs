//! The segments of a `Cookie` field that aren't blank, by rules 10, 12 and 14, step by step.

use gingersnap::header::SkipReason;

/// A segment that isn't blank: where it starts, and what is in it.
type Segment<'a> = (usize, usize, Result<(&'a [u8], &'a [u8]), SkipReason>);

fn trim(bytes: &[u8]) -> &[u8] {
    let is_white = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(|byte| !is_white(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_white(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Rules 10, 12 and 14, step by step.
pub(crate) fn segments(field: &[u8]) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut start = 0;
    for segment in field.split(|&byte| byte == b';') {
        let white = segment.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let trimmed = trim(segment);
        if !trimmed.is_empty() {
            segments.push((start + white, trimmed.len(), pair(trimmed)));
        }
        start += segment.len() + 1;
    }
    segments
}

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
