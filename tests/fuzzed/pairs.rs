//! Any bytes are read as a `Cookie` header so that each byte is in one pair, or in one that was skipped, or
//! separates them, and the pairs are those of a simple parser.

use std::ops::Range;

use gingersnap::header::{self, SkipReason, Skipped, write_pair};
use gingersnap::{CookieJar, Policy};

use crate::segments::segments;

/// A pair, or why it was skipped.
type Read<'h> = Result<(&'h [u8], &'h [u8]), Skipped>;

/// Checks the law for one header, and for those that its lines are.
pub fn check(bytes: &[u8]) {
    let read: Vec<_> = header::pairs(bytes).collect();
    account_for_every_byte(bytes, &read);
    compare_with_segments(bytes, &read);
    write_again(&read);
    read_as_text(bytes, &read);
    find_names(bytes, &read);
    read_several(bytes);
}

/// Asserts that what is between two pairs, and in front of the first and after the last, is white space and
/// `;`, and that a pair consists of its name, white space, one `=`, white space and its value.
fn account_for_every_byte(header: &[u8], read: &[Read<'_>]) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut at = 0;
    for (index, read) in read.iter().enumerate() {
        let range = match *read {
            Ok((name, value)) => {
                let (name, value) = (range_in(header, name), range_in(header, value));
                let between = &header[name.end..value.start];
                assert_eq!(between.trim_ascii(), b"=");
                assert!(between.iter().all(|byte| is_space(byte) || *byte == b'='));
                assert!(!name.is_empty() && !header[name.clone()].contains(&b'='));
                name.start..value.end
            }
            Err(Skipped { header: 0, offset, len, .. }) => offset..offset + len,
            Err(skipped) => panic!("{skipped} of one header"),
        };
        let pair = &header[range.clone()];
        assert!(!pair.contains(&b';'));
        assert!(!pair.first().is_some_and(is_space) || read.is_ok());
        assert!(!pair.last().is_some_and(is_space) || read.is_ok());
        let before = &header[at..range.start];
        assert!(before.iter().all(|byte| is_space(byte) || *byte == b';'));
        assert!(index == 0 || before.contains(&b';'));
        at = range.end;
    }
    assert!(header[at..].iter().all(|byte| is_space(byte) || *byte == b';'));
}

/// Returns where a part of a header is in it.
fn range_in(header: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - header.as_ptr().addr();
    let range = start..start + part.len();
    assert_eq!(header.get(range.clone()).map(<[u8]>::as_ptr), Some(part.as_ptr()));
    range
}

fn compare_with_segments(header: &[u8], read: &[Read<'_>]) {
    let expected = segments(header);
    assert_eq!(read.len(), expected.len());
    for (read, (offset, len, expected)) in read.iter().zip(&expected) {
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(skipped), Err(reason)) => {
                assert_eq!((skipped.offset, skipped.len, skipped.reason), (*offset, *len, *reason));
            }
            (read, expected) => panic!("{read:?} for {expected:?}"),
        }
    }
}

/// Asserts that pairs that were read can be written, and are read from what was written.
fn write_again(read: &[Read<'_>]) {
    let kept: Vec<_> = read.iter().flatten().copied().collect();
    let mut written = Vec::new();
    for (name, value) in &kept {
        write_pair(&mut written, name, value).expect("a pair that was read");
    }
    assert_eq!(header::pairs(&written).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&kept));
}

fn read_as_text(header: &[u8], read: &[Read<'_>]) {
    let text: Vec<_> = header::text_pairs(header).collect();
    assert_eq!(text.len(), read.len());
    for (text, read) in text.iter().zip(read) {
        match (text, read) {
            (Ok((name, value)), Ok(pair)) => {
                assert_eq!((name.as_bytes(), value.as_bytes()), *pair);
            }
            (Err(text), Err(read)) => assert_eq!(text, read),
            (Err(skipped), Ok((name, value))) => {
                assert_eq!(skipped.reason, SkipReason::NotUtf8);
                assert!(str::from_utf8(name).is_err() || str::from_utf8(value).is_err());
                let (start, end) = (range_in(header, name).start, range_in(header, value).end);
                assert_eq!((skipped.offset, skipped.len), (start, end - start));
            }
            (text, read) => panic!("{text:?} as text, and {read:?}"),
        }
    }
    if let Ok(jar) = CookieJar::from_cookie_header(header) {
        assert!(jar.iter().map(|(name, _)| name).eq(text.iter().flatten().map(|pair| pair.0)));
        assert!(jar.skipped().iter().eq(text.iter().filter_map(|text| text.as_ref().err())));
        assert_eq!(jar.budget().cookies(), read.len());
    }
}

/// Asserts that the first pair of a name is found, also in a header so long that it is searched for the
/// name.
fn find_names(header: &[u8], read: &[Read<'_>]) {
    // With a control character, or without one.
    let other = if header.len().is_multiple_of(2) { &b"; a=\x01; "[..] } else { b"; a=1; " };
    let filler = [&b"sid=filler; x"[..], &[b'y'; 256], other].concat();
    let long = [&filler[..], header].concat();
    let in_long: Vec<_> = header::pairs(&long).flatten().collect();
    let pairs: Vec<_> = read.iter().flatten().copied().collect();
    // Names, values, and what need not be a name.
    let known = pairs.iter().take(2).flat_map(|&(name, value)| [name, value]);
    for name in known.chain([&b"sid"[..], &header[..header.len().min(3)]]) {
        let is_named = |pair: &&(&[u8], &[u8])| pair.0 == name;
        let value = pairs.iter().find(is_named).map(|pair| pair.1);
        assert_eq!(header::find(header, name), value);
        let value = in_long.iter().find(is_named).map(|pair| pair.1);
        assert_eq!(header::find(&long, name), value);
    }
}

/// Asserts that several headers, here the lines, are read as each by itself.
fn read_several(bytes: &[u8]) {
    let headers: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
    let expected: Vec<_> = (0..)
        .zip(&headers)
        .flat_map(|(index, header)| {
            let pairs = header::pairs(*header);
            pairs.map(move |pair| pair.map_err(|skipped| (index, skipped.offset, skipped.reason)))
        })
        .collect();
    let read: Vec<_> = header::pairs_of(headers.iter().copied())
        .map(|pair| pair.map_err(|skipped| (skipped.header, skipped.offset, skipped.reason)))
        .collect();
    assert_eq!(read, expected);
    if let Ok(jar) = Policy::new().jar_from_cookie_headers(headers.iter().copied()) {
        let text: Vec<_> = headers.iter().flat_map(|header| header::text_pairs(*header)).collect();
        assert!(jar.iter().map(|(name, _)| name).eq(text.iter().flatten().map(|pair| pair.0)));
        assert_eq!(jar.budget().cookies(), read.len());
    }
}
