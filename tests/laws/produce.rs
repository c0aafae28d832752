//! Writing any cookie, pair or value: it is read back as the same, or refused with an error.

use std::time::UNIX_EPOCH;

use gingersnap::header::{self, SetCookie, write_pair};
use gingersnap::{Cookie, CookieJar, Encoding, Policy, SameSite};
use proptest::prelude::*;

use crate::{check_property, strategies};

/// Returns how many attributes the cookie must be written with.
fn attribute_count(cookie: &Cookie) -> usize {
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
fn a_cookie_is_written_as_one_line_that_reads_back_or_refused() {
    let cookies = (
        strategies::cookie(),
        prop_oneof![
            3 => Just(Encoding::Percent),
            1 => Just(Encoding::Raw),
        ],
    );
    check_property(800, 8, &cookies, |(cookie, encoding), relevant| {
        let mut line = "before".to_owned();
        let written = cookie.write_to(&mut line, encoding);
        prop_assert_eq!(cookie.to_set_cookie(encoding).err(), written.clone().err());
        if written.is_err() {
            prop_assert_eq!(line, "before");
            return Ok(());
        }
        relevant.add();
        let line = line.strip_prefix("before").expect("text that was there before");
        prop_assert!(line.bytes().all(|byte| (0x20..=0x7E).contains(&byte)), "{line:?}");
        prop_assert_eq!(
            line.matches(';').count(),
            attribute_count(&cookie),
            "a `;` too many: {}",
            line
        );
        let read = Cookie::parse(line).expect("a header that was written");
        let value = encoding.decode(read.value()).into_owned();
        prop_assert_eq!(read.encoding(), Some(Encoding::Raw));
        prop_assert_eq!(read.with_value(value), cookie.with_encoding(Encoding::Raw));
        Ok(())
    });
}

#[test]
fn a_jar_accepts_what_can_be_written_and_writes_the_same() {
    let cookies = (strategies::cookie(), prop_oneof![Just(Encoding::Percent), Just(Encoding::Raw)]);
    check_property(800, 10, &cookies, |(cookie, encoding), relevant| {
        let mut jar = Policy::new().with_encoding(encoding).empty_jar();
        let set = jar.set(&cookie);
        let headers: Vec<_> = jar.set_cookie_headers().map(str::to_owned).collect();
        if cookie.is_removal() {
            let identity = (cookie.name(), cookie.domain(), cookie.path());
            if let [header] = &headers[..] {
                let removal = Cookie::parse(header).expect("a header that was written");
                prop_assert_eq!((removal.name(), removal.domain(), removal.path()), identity);
                prop_assert_eq!(removal.expires(), Some(UNIX_EPOCH));
                prop_assert!(removal.is_removal() && removal.value().is_empty());
            }
            prop_assert_eq!(headers.len(), usize::from(set.is_ok()));
            return Ok(());
        }
        match cookie.to_set_cookie(encoding) {
            Ok(line) => {
                relevant.add();
                prop_assert_eq!(set, Ok(()));
                prop_assert_eq!(jar.get(cookie.name()), Some(cookie.value()));
                prop_assert_eq!(&headers, &[line]);
                let change = jar.changes().next().expect("one change");
                prop_assert_eq!(change.cookie(), cookie);
            }
            Err(error) => {
                prop_assert_eq!(set, Err(error));
                prop_assert!(headers.is_empty());
            }
        }
        Ok(())
    });
}

#[test]
fn any_value_is_read_back_as_it_was_set() {
    check_property(400, 2, &strategies::text(), |value, relevant| {
        let mut jar = CookieJar::new();
        if jar.set(("n", value.as_str())).is_err() {
            prop_assert!(Encoding::Percent.encode(&value).expect("any text").len() > 4095);
            return Ok(());
        }
        relevant.add();
        prop_assert_eq!(jar.get("n"), Some(value.as_str()));
        // What the browser sends back.
        let header = jar.set_cookie_headers().next().expect("one change");
        let sent = header.split("; ").next().expect("a pair");
        let next = CookieJar::from_cookie_header(sent).expect("within the limits");
        prop_assert_eq!(next.get("n"), Some(value.as_str()));
        prop_assert_eq!((next.len(), next.skipped().len()), (1, 0));
        Ok(())
    });
}

#[test]
fn any_text_survives_percent_encoding() {
    check_property(400, 2, &strategies::text(), |text, relevant| {
        let encoded = Encoding::Percent.encode(&text).expect("any text can be encoded");
        let is_cookie_octet = |char: char| char.is_ascii_graphic() && !"\",;\\".contains(char);
        prop_assert!(encoded.chars().all(is_cookie_octet), "{encoded:?}");
        prop_assert_eq!(Encoding::Percent.decode(&encoded), text.as_str());
        if encoded != text {
            relevant.add();
        }
        // `Raw` changes nothing, or refuses.
        if let Ok(raw) = Encoding::Raw.encode(&text) {
            prop_assert_eq!(raw, text.as_str());
        }
        prop_assert_eq!(Encoding::Raw.decode(&text), text.as_str());
        // Any text can be decoded, and one without `%` stays the same.
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
    check_property(1_200, 16, &(short(), short()), |(name, value), relevant| {
        let pair = [&name[..], b"=", &value].concat();
        let read: Vec<_> = header::pairs(&pair).collect();
        let reads_back = read == [Ok((&name[..], &value[..]))];
        let mut header = b"x=y".to_vec();
        let written = write_pair(&mut header, &name, &value);
        prop_assert_eq!(written.is_ok(), reads_back, "{:?}", written);
        if reads_back {
            relevant.add();
            let pairs: Vec<_> = header::pairs(&header).collect();
            prop_assert_eq!(pairs, [Ok((&b"x"[..], &b"y"[..])), Ok((&name[..], &value[..]))]);
        } else {
            prop_assert_eq!(header, b"x=y");
        }
        Ok(())
    });
}

#[test]
fn a_cookie_header_is_written_as_it_was_read() {
    check_property(400, 2, &strategies::cookie_header(), |header, relevant| {
        let read: Vec<_> = header::pairs(&header).flatten().collect();
        let mut written = Vec::new();
        for (name, value) in &read {
            prop_assert_eq!(write_pair(&mut written, name, value), Ok(()));
        }
        let read_again: Result<Vec<_>, _> = header::pairs(&written).collect();
        prop_assert_eq!(read_again.as_ref(), Ok(&read));
        if !read.is_empty() {
            relevant.add();
        }
        Ok(())
    });
}

#[test]
fn a_set_cookie_header_that_was_read_is_written_as_the_same_cookie() {
    check_property(400, 10, &strategies::set_cookie_header(), |header, relevant| {
        let Ok(cookie) = SetCookie::parse(&header).and_then(|cookie| cookie.to_cookie()) else {
            return Ok(());
        };
        if let Ok(line) = cookie.to_set_cookie(Encoding::Raw) {
            relevant.add();
            prop_assert_eq!(Cookie::parse(&line), Ok(cookie));
        }
        Ok(())
    });
}

#[test]
fn headers_that_were_joined_are_split_again() {
    let cookies = proptest::collection::vec(strategies::cookie(), 0..8);
    let separator = proptest::sample::select(&[", ", ",", " ,\t "][..]);
    check_property(600, 3, &(cookies, separator), |(cookies, separator), relevant| {
        // The exceptions that are documented.
        let is_split = |cookie: &Cookie| {
            let name = cookie.name().to_ascii_lowercase();
            let attributes = [
                "domain",
                "expires",
                "httponly",
                "max-age",
                "partitioned",
                "path",
                "samesite",
                "secure",
            ];
            let is_attribute = attributes.contains(&&*name);
            !is_attribute && !cookie.path().is_some_and(|path| path.contains(','))
        };
        let headers: Vec<String> = cookies
            .iter()
            .filter(|cookie| is_split(cookie))
            .filter_map(|cookie| cookie.to_set_cookie(Encoding::Percent).ok())
            .collect();
        let list = headers.join(separator);
        let split: Vec<_> = header::split_set_cookie_list(&list).collect();
        prop_assert_eq!(split, headers.iter().map(String::as_bytes).collect::<Vec<_>>());
        if headers.len() > 1 {
            relevant.add();
        }
        Ok(())
    });
}
