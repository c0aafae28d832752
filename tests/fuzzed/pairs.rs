//! Reads any bytes as a `Cookie` header: nothing panics, and the pairs are those of a simple
//! parser.

use gingersnap::CookieJar;
use gingersnap::header::{self, SkipReason, write_pair};

use crate::segments::segments;

/// Checks the law for one header.
pub fn check(bytes: &[u8]) {
    let expected = segments(bytes);
    let read: Vec<_> = header::pairs(bytes).collect();
    assert_eq!(read.len(), expected.len());
    let mut written = Vec::new();
    for (read, (offset, len, expected)) in read.iter().zip(&expected) {
        match (read, expected) {
            (Ok((name, value)), Ok(expected)) => {
                assert_eq!((*name, *value), *expected);
                write_pair(&mut written, name, value).expect("a pair that was read");
            }
            (Err(skipped), Err(reason)) => {
                assert_eq!((skipped.offset, skipped.len, skipped.reason), (*offset, *len, *reason));
            }
            (read, expected) => panic!("{read:?} for {expected:?}"),
        }
    }
    let kept: Vec<_> = read.iter().flatten().copied().collect();
    assert_eq!(header::pairs(&written).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&kept));
    for (name, _) in kept.iter().take(8) {
        let first = kept.iter().find(|(found, _)| found == name).map(|(_, value)| *value);
        assert_eq!(header::find(bytes, name), first);
    }
    let text: Vec<_> = header::text_pairs(bytes).collect();
    assert_eq!(text.len(), read.len());
    for (text, read) in text.iter().zip(&read) {
        match (text, read) {
            (Ok((name, value)), Ok(pair)) => {
                assert_eq!((name.as_bytes(), value.as_bytes()), *pair);
            }
            (Err(text), Err(read)) => assert_eq!(text, read),
            (Err(skipped), Ok((name, value))) => {
                assert_eq!(skipped.reason, SkipReason::NotUtf8);
                assert!(str::from_utf8(name).is_err() || str::from_utf8(value).is_err());
            }
            (text, read) => panic!("{text:?} as text, and {read:?}"),
        }
    }
    if let Ok(jar) = CookieJar::from_cookie_header(bytes) {
        assert!(jar.iter().map(|(name, _)| name).eq(text.iter().flatten().map(|pair| pair.0)));
        assert_eq!(jar.len() + jar.skipped().len(), expected.len());
        assert_eq!(jar.budget().cookies(), expected.len());
    }
}
