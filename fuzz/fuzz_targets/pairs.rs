//! Any bytes as a `Cookie` field: no panic, and what a plain reader reads.
#![no_main]

#[path = "../../tests/laws/segments.rs"]
mod segments;

use gingersnap::CookieJar;
use gingersnap::header::{self, SkipReason, write_pair};
use libfuzzer_sys::fuzz_target;

use segments::segments;

fuzz_target!(|field: &[u8]| {
    let expected = segments(field);
    let read: Vec<_> = header::pairs(field).collect();
    assert_eq!(read.len(), expected.len());
    let mut again = Vec::new();
    for (read, (offset, bytes, expected)) in read.iter().zip(&expected) {
        match (read, expected) {
            (Ok((name, value)), Ok(expected)) => {
                assert_eq!((*name, *value), *expected);
                write_pair(&mut again, name, value).expect("a pair that was read");
            }
            (Err(skipped), Err(reason)) => assert_eq!(
                (skipped.offset, skipped.bytes, skipped.reason),
                (*offset, *bytes, *reason)
            ),
            (read, expected) => panic!("{read:?} for {expected:?}"),
        }
    }
    let kept: Vec<_> = read.iter().flatten().copied().collect();
    assert_eq!(header::pairs(&again).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&kept));
    for (name, _) in kept.iter().take(8) {
        let first = kept.iter().find(|(found, _)| found == name).map(|(_, value)| *value);
        assert_eq!(header::find(field, name), first);
    }
    let text: Vec<_> = header::text_pairs(field).collect();
    assert_eq!(text.len(), read.len());
    for (text, bytes) in text.iter().zip(&read) {
        match (text, bytes) {
            (Ok((name, value)), Ok(bytes)) => {
                assert_eq!((name.as_bytes(), value.as_bytes()), *bytes);
            }
            (Err(text), Err(bytes)) => assert_eq!(text, bytes),
            (Err(skipped), Ok((name, value))) => {
                assert_eq!(skipped.reason, SkipReason::NotUtf8);
                assert!(str::from_utf8(name).is_err() || str::from_utf8(value).is_err());
            }
            (text, bytes) => panic!("{text:?} as text, and {bytes:?}"),
        }
    }
    if let Ok(jar) = CookieJar::from_cookie_header(field) {
        assert!(jar.iter().map(|(name, _)| name).eq(text.iter().flatten().map(|pair| pair.0)));
        assert_eq!(jar.len() + jar.skipped().len(), expected.len());
        assert_eq!(jar.budget().cookies(), expected.len());
    }
});
