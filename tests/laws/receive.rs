//! What a `Cookie` field is read as: any bytes, against a reader that is slow and plain.

use gingersnap::header::{self, SkipReason};
use gingersnap::{CookieJar, Encoding, Policy};
use proptest::prelude::*;

use crate::segments::segments;
use crate::{law, strategies};

#[test]
fn pairs_and_skipped_account_for_every_segment_that_is_not_blank() {
    law(800, 2, &strategies::cookie_field(), |field, telling| {
        let expected = segments(&field);
        let read: Vec<_> = header::pairs(&field).collect();
        prop_assert_eq!(read.len(), expected.len());
        for (read, &(offset, bytes, expected)) in read.iter().zip(&expected) {
            match (read, expected) {
                (Ok(pair), Ok(expected)) => prop_assert_eq!(*pair, expected),
                (Err(skipped), Err(reason)) => {
                    telling.case();
                    let found = (skipped.field, skipped.offset, skipped.bytes, skipped.reason);
                    prop_assert_eq!(found, (0, offset, bytes, reason));
                }
                (read, expected) => prop_assert!(false, "{read:?} for {expected:?}"),
            }
        }
        Ok(())
    });
}

#[test]
fn text_pairs_are_the_pairs_that_are_text() {
    law(800, 12, &strategies::cookie_field(), |field, telling| {
        let bytes = header::pairs(&field);
        let text = header::text_pairs(&field);
        prop_assert_eq!(text.clone().count(), bytes.clone().count());
        for (bytes, text) in bytes.zip(text) {
            match (bytes, text) {
                (Ok((name, value)), Ok(text)) => {
                    prop_assert_eq!((name, value), (text.0.as_bytes(), text.1.as_bytes()));
                }
                (Err(bytes), Err(text)) => prop_assert_eq!(bytes, text),
                (Ok((name, value)), Err(skipped)) => {
                    telling.case();
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
fn names_are_found_among_words_that_look_like_them() {
    law(2000, 2, &"(;? ?[ab]{1,2}=?|[ab=; \t\u{1}]){0,20}", |words, telling| {
        let long = [&b"c=1; ".repeat(80)[..], words.as_bytes()].concat();
        for name in ["a", "b", "ab", "a b", "aa"] {
            let first = header::pairs(&long).flatten().find(|(found, _)| *found == name.as_bytes());
            prop_assert_eq!(header::find(&long, name), first.map(|(_, value)| value));
            if first.is_some() {
                telling.case();
            }
        }
        Ok(())
    });
}

#[test]
fn find_is_the_first_of_pairs() {
    law(400, 3, &strategies::cookie_field(), |field, telling| {
        // Long fields are searched, and short ones walked.
        let long = [&b"before=1; ".repeat(40)[..], &field].concat();
        for field in [&field, &long] {
            let mut names: Vec<_> = header::pairs(field).flatten().map(|(name, _)| name).collect();
            names.dedup();
            for name in names.iter().take(8) {
                let first = header::pairs(field).flatten().find(|(found, _)| found == name);
                prop_assert!(first.is_some());
                prop_assert_eq!(header::find(field, name), first.map(|(_, value)| value));
                // Parts of names, and what holds one, are names only where they are.
                let more = [name, &b"="[..]].concat();
                for part in [&name[1..], &name[..name.len() - 1], &more] {
                    let first = header::pairs(field).flatten().find(|(found, _)| *found == part);
                    prop_assert_eq!(header::find(field, part), first.map(|(_, value)| value));
                }
            }
            if names.len() > 2 {
                telling.case();
            }
            for absent in [&b"no such name"[..], b"", b" a", b"=", b"a;", b";"] {
                prop_assert_eq!(header::find(field, absent), None);
            }
        }
        Ok(())
    });
}

#[test]
fn several_fields_are_one_list() {
    law(200, 3, &strategies::cookie_fields(), |fields, telling| {
        let joined = fields.join(&b"; "[..]);
        let pairs: Vec<_> = header::pairs_of(&fields).flatten().collect();
        prop_assert_eq!(&pairs, &header::pairs(&joined).flatten().collect::<Vec<_>>());
        let skipped: Vec<_> = header::pairs_of(&fields).filter_map(Result::err).collect();
        let of_joined: Vec<_> = header::pairs(&joined).filter_map(Result::err).collect();
        prop_assert_eq!(skipped.len(), of_joined.len());
        for (skipped, of_joined) in skipped.iter().zip(&of_joined) {
            let before: usize = fields[..skipped.field].iter().map(|field| field.len() + 2).sum();
            prop_assert_eq!(skipped.offset + before, of_joined.offset);
            prop_assert_eq!((skipped.bytes, skipped.reason), (of_joined.bytes, of_joined.reason));
        }
        if fields.len() > 1 && pairs.len() > 1 {
            telling.case();
        }
        let (Ok(jar), Ok(of_joined)) = (
            CookieJar::from_cookie_headers(fields.iter().map(Vec::as_slice)),
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
fn a_jar_holds_the_pairs_that_are_text_and_counts_the_others() {
    law(200, 2, &(strategies::cookie_fields(), any::<bool>()), |(fields, percent), telling| {
        let encoding = if percent { Encoding::Percent } else { Encoding::Raw };
        let policy = Policy::new().with_encoding(encoding);
        let parsed = policy.jar_from_cookie_headers(fields.iter().map(Vec::as_slice));
        let count: usize = fields.iter().map(|field| segments(field).len()).sum();
        let bytes: usize = fields.iter().map(Vec::len).sum();
        let Ok(jar) = parsed else {
            prop_assert!(count > 3_000 || bytes > 65_536);
            return Ok(());
        };
        prop_assert!(count <= 3_000 && bytes <= 65_536);
        prop_assert_eq!(jar.len() + jar.skipped().len(), count);
        let text = fields.iter().flat_map(|field| header::text_pairs(field).flatten());
        let expected: Vec<_> = text.collect();
        let found: Vec<_> = jar.iter().collect();
        prop_assert_eq!(found.len(), expected.len());
        for ((found_name, found_value), (name, raw)) in found.into_iter().zip(expected) {
            prop_assert_eq!(found_name, name);
            prop_assert_eq!(found_value, &encoding.decode(raw));
            telling.case();
        }
        let lengths = fields.iter().flat_map(|field| segments(field));
        let cookie_header_bytes: usize = lengths
            .map(|(_, bytes, pair)| {
                match pair.map(|(n, v)| (str::from_utf8(n), str::from_utf8(v))) {
                    Ok((Ok(name), Ok(value))) => name.len() + 1 + value.len(),
                    _ => bytes, // skipped
                }
            })
            .sum();
        let budget = jar.budget();
        let joints = 2 * count.saturating_sub(1);
        prop_assert_eq!(
            (budget.cookies(), budget.cookie_header_bytes()),
            (count, cookie_header_bytes + joints)
        );
        Ok(())
    });
}
