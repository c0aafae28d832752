//! What is written: one line that reads back, or a typed error.

use std::time::UNIX_EPOCH;

use gingersnap::header::{self, SetCookie, write_pair};
use gingersnap::{Cookie, CookieJar, Encoding, Policy, SameSite};
use proptest::prelude::*;

use crate::{law, strategies};

/// How many attributes the cookie has to be written with.
fn attributes(cookie: &Cookie) -> usize {
    let written = [
        cookie.expires().is_some(),
        cookie.max_age().is_some(),
        cookie.domain().is_some(),
        cookie.path().is_some(),
        cookie.is_secure(),
        cookie.is_http_only(),
        cookie.same_site() != SameSite::Unset,
        cookie.is_partitioned(),
    ];
    written.into_iter().filter(|&written| written).count()
}

#[test]
fn any_cookie_is_one_line_that_reads_back_or_a_typed_error() {
    let any = (
        strategies::cookie(),
        prop_oneof![
            3 => Just(Encoding::Percent),
            1 => Just(Encoding::Raw),
        ],
    );
    law(800, 8, &any, |(cookie, encoding), telling| {
        let mut line = "before".to_owned();
        let written = cookie.write_to(&mut line, encoding);
        prop_assert_eq!(cookie.to_set_cookie(encoding).err(), written.clone().err());
        if written.is_err() {
            prop_assert_eq!(line, "before");
            return Ok(());
        }
        telling.case();
        let line = line.strip_prefix("before").expect("what was there stays");
        prop_assert!(line.bytes().all(|byte| (0x20..=0x7E).contains(&byte)), "{line:?}");
        prop_assert_eq!(line.matches(';').count(), attributes(&cookie), "a stray `;`: {}", line);
        let read = Cookie::parse(line).expect("what was written reads back");
        let value = encoding.decode(read.value()).into_owned();
        prop_assert_eq!(read.with_value(value), cookie);
        Ok(())
    });
}

#[test]
fn a_jar_takes_what_can_be_written_and_writes_the_same() {
    let any = (strategies::cookie(), prop_oneof![Just(Encoding::Percent), Just(Encoding::Raw)]);
    law(800, 10, &any, |(cookie, encoding), telling| {
        let mut jar = Policy::new().with_encoding(encoding).empty_jar();
        let set = jar.set(&cookie);
        let fields: Vec<_> = jar.set_cookie_headers().map(str::to_owned).collect();
        if cookie.is_removal() {
            let as_text = (cookie.name(), cookie.domain(), cookie.path());
            if let [field] = &fields[..] {
                let removal = Cookie::parse(field).expect("what was written reads back");
                prop_assert_eq!((removal.name(), removal.domain(), removal.path()), as_text);
                prop_assert_eq!(removal.expires(), Some(UNIX_EPOCH));
                prop_assert!(removal.is_removal() && removal.value().is_empty());
            }
            prop_assert_eq!(fields.len(), usize::from(set.is_ok()));
            return Ok(());
        }
        match cookie.to_set_cookie(encoding) {
            Ok(line) => {
                telling.case();
                prop_assert_eq!(set, Ok(()));
                prop_assert_eq!(jar.get(cookie.name()), Some(cookie.value()));
                prop_assert_eq!(&fields, &[line]);
                let change = jar.changes().next().expect("the change");
                prop_assert_eq!(change.cookie(), cookie);
            }
            Err(error) => {
                prop_assert_eq!(set, Err(error));
                prop_assert!(fields.is_empty());
            }
        }
        Ok(())
    });
}

#[test]
fn any_value_comes_back_as_it_was_set() {
    law(400, 2, &strategies::text(), |value, telling| {
        let mut jar = CookieJar::new();
        if jar.set(("n", value.as_str())).is_err() {
            prop_assert!(Encoding::Percent.encode(&value).expect("any text").len() > 4095);
            return Ok(());
        }
        telling.case();
        prop_assert_eq!(jar.get("n"), Some(value.as_str()));
        // As the browser sends it back.
        let field = jar.set_cookie_headers().next().expect("one change");
        let sent = field.split("; ").next().expect("a pair");
        let back = CookieJar::from_cookie_header(sent).expect("within the limits");
        prop_assert_eq!(back.get("n"), Some(value.as_str()));
        prop_assert_eq!((back.len(), back.skipped().len()), (1, 0));
        Ok(())
    });
}

#[test]
fn any_text_makes_the_round_trip_through_percent_encoding() {
    law(400, 2, &strategies::text(), |text, telling| {
        let written = Encoding::Percent.encode(&text).expect("any text can be encoded");
        let is_cookie_octet = |char: char| char.is_ascii_graphic() && !"\",;\\".contains(char);
        prop_assert!(written.chars().all(is_cookie_octet), "{written:?}");
        prop_assert_eq!(Encoding::Percent.decode(&written), text.as_str());
        if written != text {
            telling.case();
        }
        // Raw is all or nothing.
        if let Ok(raw) = Encoding::Raw.encode(&text) {
            prop_assert_eq!(raw, text.as_str());
        }
        prop_assert_eq!(Encoding::Raw.decode(&text), text.as_str());
        // A second decoding never panics, and is whole or nothing.
        let decoded = Encoding::Percent.decode(&text);
        prop_assert!(decoded == text || text.contains('%'));
        Ok(())
    });
}

#[test]
fn a_pair_is_written_if_and_only_if_it_reads_back() {
    let short = || {
        let byte = prop_oneof![any::<u8>(), proptest::sample::select(&b"ab =\t;\n\x7F\""[..])];
        proptest::collection::vec(byte, 0..4)
    };
    law(1_200, 16, &(short(), short()), |(name, value), telling| {
        let alone = [&name[..], b"=", &value].concat();
        let read: Vec<_> = header::pairs(&alone).collect();
        let reads_back = read == [Ok((&name[..], &value[..]))];
        let mut field = b"x=y".to_vec();
        let written = write_pair(&mut field, &name, &value);
        prop_assert_eq!(written.is_ok(), reads_back, "{:?}", written);
        if reads_back {
            telling.case();
            let pairs: Vec<_> = header::pairs(&field).collect();
            prop_assert_eq!(pairs, [Ok((&b"x"[..], &b"y"[..])), Ok((&name[..], &value[..]))]);
        } else {
            prop_assert_eq!(field, b"x=y");
        }
        Ok(())
    });
}

#[test]
fn a_cookie_field_is_written_again_as_it_was_read() {
    law(400, 2, &strategies::cookie_field(), |field, telling| {
        let read: Vec<_> = header::pairs(&field).flatten().collect();
        let mut again = Vec::new();
        for (name, value) in &read {
            prop_assert_eq!(write_pair(&mut again, name, value), Ok(()));
        }
        let read_again: Result<Vec<_>, _> = header::pairs(&again).collect();
        prop_assert_eq!(read_again.as_ref(), Ok(&read));
        if !read.is_empty() {
            telling.case();
        }
        Ok(())
    });
}

#[test]
fn what_was_read_of_a_set_cookie_field_is_written_so_that_it_reads_the_same() {
    law(400, 10, &strategies::set_cookie_field(), |field, telling| {
        let Ok(cookie) = SetCookie::parse(&field).and_then(|cookie| cookie.to_cookie()) else {
            return Ok(());
        };
        if let Ok(line) = cookie.to_set_cookie(Encoding::Raw) {
            telling.case();
            prop_assert_eq!(Cookie::parse(&line), Ok(cookie));
        }
        Ok(())
    });
}
