//! How `Cookie` headers of any bytes are read, compared with a simple, slow parser.

use gingersnap::header::{self, SkipReason};
use gingersnap::{CookieJar, Encoding, Policy};
use proptest::prelude::*;

use crate::segments::{readable_name, segments};
use crate::{check_property, strategies};

#[test]
fn every_segment_that_is_not_blank_is_a_pair_or_skipped() {
    check_property(800, 2, &strategies::cookie_header(), |header, relevant| {
        let expected = segments(&header);
        let read: Vec<_> = header::pairs(&header).collect();
        prop_assert_eq!(read.len(), expected.len());
        for (read, &(offset, len, expected)) in read.iter().zip(&expected) {
            match (read, expected) {
                (Ok(pair), Ok(expected)) => prop_assert_eq!(*pair, expected),
                (Err(skipped), Err(reason)) => {
                    relevant.add();
                    let found = (skipped.header, skipped.offset, skipped.len, skipped.reason);
                    prop_assert_eq!(found, (0, offset, len, reason));
                }
                (read, expected) => prop_assert!(false, "{read:?} for {expected:?}"),
            }
        }
        Ok(())
    });
}

#[test]
fn text_pairs_are_the_pairs_that_are_utf_8() {
    check_property(800, 12, &strategies::cookie_header(), |header, relevant| {
        let bytes = header::pairs(&header);
        let text = header::text_pairs(&header);
        prop_assert_eq!(text.clone().count(), bytes.clone().count());
        for (bytes, text) in bytes.zip(text) {
            match (bytes, text) {
                (Ok(pair), Ok((name, value))) => {
                    prop_assert_eq!(pair, (name.as_bytes(), value.as_bytes()));
                }
                (Err(bytes), Err(text)) => prop_assert_eq!(bytes, text),
                (Ok((name, value)), Err(skipped)) => {
                    relevant.add();
                    prop_assert_eq!(skipped.reason, SkipReason::NotUtf8);
                    let both = [name, value].map(str::from_utf8);
                    prop_assert!(both.iter().any(Result::is_err));
                }
                (bytes, text) => prop_assert!(false, "{bytes:?} as bytes and {text:?}"),
            }
        }
        Ok(())
    });
}

#[test]
fn a_name_is_found_among_similar_words() {
    check_property(2000, 2, &"(;? ?[ab]{1,2}=?|[ab=; \t\u{1}]){0,20}", |words, relevant| {
        let long = [&b"c=1; ".repeat(80)[..], words.as_bytes()].concat();
        for name in ["a", "b", "ab", "a b", "aa"] {
            let first = header::pairs(&long).flatten().find(|(found, _)| *found == name.as_bytes());
            prop_assert_eq!(header::find(&long, name), first.map(|(_, value)| value));
            if first.is_some() {
                relevant.add();
            }
        }
        Ok(())
    });
}

#[test]
fn find_returns_the_first_of_the_pairs() {
    check_property(400, 3, &strategies::cookie_header(), |header, relevant| {
        // Long headers are searched for the name; short ones are read pair by pair.
        let long = [&b"before=1; ".repeat(40)[..], &header].concat();
        for header in [&header, &long] {
            let mut names: Vec<_> = header::pairs(header).flatten().map(|(name, _)| name).collect();
            names.dedup();
            for name in names.iter().take(8) {
                let first = header::pairs(header).flatten().find(|(found, _)| found == name);
                prop_assert!(first.is_some());
                prop_assert_eq!(header::find(header, name), first.map(|(_, value)| value));
                // A part of a name, or a name with more behind it, is found only if it is a name
                // itself.
                let longer = [name, &b"="[..]].concat();
                for part in [&name[1..], &name[..name.len() - 1], &longer] {
                    let first = header::pairs(header).flatten().find(|(found, _)| *found == part);
                    prop_assert_eq!(header::find(header, part), first.map(|(_, value)| value));
                }
            }
            if names.len() > 2 {
                relevant.add();
            }
            for absent in [&b"no such name"[..], b"", b" a", b"=", b"a;", b";"] {
                prop_assert_eq!(header::find(header, absent), None);
            }
        }
        Ok(())
    });
}

#[test]
fn several_headers_are_one_list() {
    check_property(200, 3, &strategies::cookie_headers(), |headers, relevant| {
        let joined = headers.join(&b"; "[..]);
        let pairs: Vec<_> = header::pairs_of(&headers).flatten().collect();
        prop_assert_eq!(&pairs, &header::pairs(&joined).flatten().collect::<Vec<_>>());
        let skipped: Vec<_> = header::pairs_of(&headers).filter_map(Result::err).collect();
        let of_joined: Vec<_> = header::pairs(&joined).filter_map(Result::err).collect();
        prop_assert_eq!(skipped.len(), of_joined.len());
        for (skipped, of_joined) in skipped.iter().zip(&of_joined) {
            let before: usize =
                headers[..skipped.header].iter().map(|header| header.len() + 2).sum();
            prop_assert_eq!(skipped.offset + before, of_joined.offset);
            prop_assert_eq!((skipped.len, skipped.reason), (of_joined.len, of_joined.reason));
        }
        if headers.len() > 1 && pairs.len() > 1 {
            relevant.add();
        }
        let (Ok(jar), Ok(of_joined)) = (
            CookieJar::from_cookie_headers(headers.iter().map(Vec::as_slice)),
            CookieJar::from_cookie_header(&joined),
        ) else {
            return Ok(());
        };
        prop_assert!(jar.iter().eq(of_joined.iter()));
        prop_assert_eq!(jar.budget(), of_joined.budget());
        prop_assert_eq!(jar.skipped().len(), of_joined.skipped().len());
        Ok(())
    });
}

#[test]
fn a_jar_has_the_pairs_that_are_utf_8_and_counts_the_others() {
    check_property(
        200,
        2,
        &(strategies::cookie_headers(), any::<bool>()),
        |(headers, percent), relevant| {
            let encoding = if percent { Encoding::Percent } else { Encoding::Raw };
            let policy = Policy::new().with_encoding(encoding);
            let parsed = policy.jar_from_cookie_headers(headers.iter().map(Vec::as_slice));
            let count: usize = headers.iter().map(|header| segments(header).len()).sum();
            let bytes: usize = headers.iter().map(Vec::len).sum();
            let Ok(jar) = parsed else {
                prop_assert!(count > 3_000 || bytes > 65_536);
                return Ok(());
            };
            prop_assert!(count <= 3_000 && bytes <= 65_536);
            prop_assert_eq!(jar.len() + jar.skipped().len(), count);
            let text = headers.iter().flat_map(|header| header::text_pairs(header).flatten());
            let expected: Vec<_> = text.collect();
            let found: Vec<_> = jar.iter().collect();
            prop_assert_eq!(found.len(), expected.len());
            for ((found_name, found_value), (name, raw)) in found.into_iter().zip(expected) {
                prop_assert_eq!(found_name, name);
                prop_assert_eq!(found_value, &encoding.decode(raw));
                relevant.add();
            }
            let pairs = headers.iter().flat_map(|header| {
                segments(header).into_iter().map(|(offset, len, _)| &header[offset..offset + len])
            });
            // A pair without a readable name counts as a whole.
            let len = |pair: &[u8]| readable_name(pair).map_or(pair.len(), |(_, len)| len);
            let pair_bytes: usize = pairs.map(len).sum();
            let budget = jar.budget();
            let separators = 2 * count.saturating_sub(1);
            prop_assert_eq!(
                (budget.cookies(), budget.cookie_header_bytes()),
                (count, pair_bytes + separators)
            );
            Ok(())
        },
    );
}
