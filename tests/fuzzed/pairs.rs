//! Every byte of a `Cookie` header is part of a pair, of a skipped segment, or of a separator; and the pairs
//! are those of a simple parser.

use gingersnap::header::{self, SkipReason, Skipped, write_pair};
use gingersnap::{CookieJar, Limits, Policy};

use crate::segments::{is_whitespace, segments, trim};
use crate::support::{Reached, range_in};

/// What the seeds must reach: pairs, each reason to skip one, and how they are found and read.
pub const REQUIRED: &[&str] = &[
    "a pair",
    "Control",
    "NoEquals",
    "EmptyName",
    "NotUtf8",
    "the first of several was found",
    "a name that is in a value, too",
    "several headers",
];

/// A pair, or why it was skipped.
type Pair<'h> = Result<(&'h [u8], &'h [u8]), Skipped>;

/// Checks the law for one header, and for those that its lines are.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let pairs: Vec<_> = header::pairs(bytes).collect();
    account_for_every_byte(bytes, &pairs);
    compare_with_segments(bytes, &pairs);
    write_again(&pairs);
    read_as_text(bytes, &pairs, &mut reached);
    find_names(bytes, &pairs, &mut reached);
    read_several(bytes, &mut reached);
    reached
}

/// Asserts that what is between two pairs, and in front of the first and after the last, is white space and
/// `;`, and that a pair consists of its name, white space, one `=`, white space and its value.
fn account_for_every_byte(header: &[u8], pairs: &[Pair<'_>]) {
    let is_separator = |byte: &u8| is_whitespace(*byte) || *byte == b';';
    let mut at = 0;
    for (index, pair) in pairs.iter().enumerate() {
        let range = match *pair {
            Ok((name, value)) => {
                assert_eq!((trim(name), trim(value)), (name, value));
                let (name, value) = (range_in(header, name), range_in(header, value));
                let between = &header[name.end..value.start];
                assert_eq!(trim(between), b"=");
                assert!(!name.is_empty() && !header[name.clone()].contains(&b'='));
                name.start..value.end
            }
            Err(Skipped { header: 0, offset, len, .. }) => offset..offset + len,
            Err(skipped) => panic!("{skipped} of one header"),
        };
        let text = &header[range.clone()];
        assert!(!text.contains(&b';'));
        assert!(trim(text) == text || pair.is_ok());
        let before = &header[at..range.start];
        assert!(before.iter().all(is_separator));
        assert!(index == 0 || before.contains(&b';'));
        at = range.end;
    }
    assert!(header[at..].iter().all(is_separator));
}

fn compare_with_segments(header: &[u8], pairs: &[Pair<'_>]) {
    let expected = segments(header);
    assert_eq!(pairs.len(), expected.len());
    for (pair, (offset, len, expected)) in pairs.iter().zip(&expected) {
        match (pair, expected) {
            (Ok(pair), Ok(expected)) => assert_eq!(pair, expected),
            (Err(skipped), Err(reason)) => {
                assert_eq!((skipped.offset, skipped.len, skipped.reason), (*offset, *len, *reason));
            }
            (pair, expected) => panic!("{pair:?} for {expected:?}"),
        }
    }
}

/// Asserts that pairs that were read can be written, and are read from what was written.
fn write_again(pairs: &[Pair<'_>]) {
    let kept: Vec<_> = pairs.iter().flatten().copied().collect();
    let mut written = Vec::new();
    for (name, value) in &kept {
        write_pair(&mut written, name, value).expect("a pair that was read");
    }
    assert_eq!(header::pairs(&written).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&kept));
}

/// Asserts that the pairs of text are the pairs whose name and value are UTF-8, and that a jar has them.
fn read_as_text(header: &[u8], pairs: &[Pair<'_>], reached: &mut Reached) {
    let texts: Vec<_> = header::text_pairs(header).collect();
    assert_eq!(texts.len(), pairs.len());
    for (text, pair) in texts.iter().zip(pairs) {
        reached.insert(match text {
            Ok(_) => "a pair",
            Err(skipped) => label(skipped.reason),
        });
        match (text, pair) {
            (Ok((name, value)), Ok(pair)) => {
                assert_eq!((name.as_bytes(), value.as_bytes()), *pair);
            }
            (Err(text), Err(bytes)) => assert_eq!(text, bytes),
            (Err(skipped), Ok((name, value))) => {
                assert_eq!(skipped.reason, SkipReason::NotUtf8);
                assert!(str::from_utf8(name).is_err() || str::from_utf8(value).is_err());
                let (start, end) = (range_in(header, name).start, range_in(header, value).end);
                assert_eq!((skipped.offset, skipped.len), (start, end - start));
            }
            (text, pair) => panic!("{text:?} as text, and {pair:?}"),
        }
    }
    let jar = CookieJar::from_cookie_header(header);
    assert_eq!(jar.is_ok(), is_within_limits(header.len(), pairs.len()));
    if let Ok(jar) = jar {
        assert!(jar.iter().map(|(name, _)| name).eq(texts.iter().flatten().map(|pair| pair.0)));
        assert!(jar.skipped().iter().eq(texts.iter().filter_map(|text| text.as_ref().err())));
        assert_eq!(jar.budget().cookies(), pairs.len());
    }
}

fn label(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Control => "Control",
        SkipReason::NoEquals => "NoEquals",
        SkipReason::EmptyName => "EmptyName",
        SkipReason::NotUtf8 => "NotUtf8",
        other => panic!("{other:?} is new"),
    }
}

/// Returns whether a jar reads headers of so many bytes and pairs: it refuses no others.
fn is_within_limits(bytes: usize, pairs: usize) -> bool {
    let limits = Limits::DEFAULT;
    bytes <= limits.received_bytes() as usize && pairs <= limits.received_pairs() as usize
}

/// Asserts that the first pair of a name is found, also in a header so long that it is searched for the
/// name.
fn find_names(header: &[u8], pairs: &[Pair<'_>], reached: &mut Reached) {
    // Longer than `MIN_SUBSTRING_SEARCH` in `src/header/find.rs`, so that `find` searches for the name. `other`
    // is skipped for its control character, or is read.
    let other = if header.len().is_multiple_of(2) { &b"; a=\x01; "[..] } else { b"; a=1; " };
    let long_start = [&b"sid=filler; x"[..], &[b'y'; 256], other].concat();
    let long = [&long_start[..], header].concat();
    let in_long: Vec<_> = header::pairs(&long).flatten().collect();
    let pairs: Vec<_> = pairs.iter().flatten().copied().collect();
    // Names, values, and what need not be a name.
    let known = pairs.iter().take(2).flat_map(|&(name, value)| [name, value]);
    for name in known.chain([&b"sid"[..], &header[..header.len().min(3)]]) {
        let is_named = |pair: &&(&[u8], &[u8])| pair.0 == name;
        let value = pairs.iter().find(is_named).map(|pair| pair.1);
        assert_eq!(header::find(header, name), value);
        let is_in_value = |pair: &(&[u8], &[u8])| pair.1.windows(name.len()).any(|it| it == name);
        if value.is_some() {
            let is_again = pairs.iter().filter(is_named).count() > 1;
            reached.extend(is_again.then_some("the first of several was found"));
            let is_in_value = pairs.iter().any(is_in_value);
            reached.extend(is_in_value.then_some("a name that is in a value, too"));
        }
        let value = in_long.iter().find(is_named).map(|pair| pair.1);
        assert_eq!(header::find(&long, name), value);
    }
}

/// Asserts that several headers, here the lines, are read as each by itself.
fn read_several(bytes: &[u8], reached: &mut Reached) {
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
    reached.extend((headers.len() > 1).then_some("several headers"));
    let jar = Policy::new().jar_from_cookie_headers(headers.iter().copied());
    let len = headers.iter().map(|header| header.len()).sum();
    assert_eq!(jar.is_ok(), is_within_limits(len, read.len()));
    if let Ok(jar) = jar {
        let text: Vec<_> = headers.iter().flat_map(|header| header::text_pairs(*header)).collect();
        assert!(jar.iter().map(|(name, _)| name).eq(text.iter().flatten().map(|pair| pair.0)));
        assert_eq!(jar.budget().cookies(), read.len());
    }
}
