//! What a server receives: rules 9 to 14 (RFC 6265bis, sections 4.2 and 5.8.3).

use gingersnap::errors::{LimitError, PairError};
use gingersnap::header::SkipReason::{self, Control, EmptyName, NoEquals, NotUtf8};
use gingersnap::header::{self, Skipped, write_pair};
use gingersnap::{CookieJar, Encoding, Limits, Policy};

/// A pair that is not blank: its name and value; or why it is skipped, where it starts and its
/// length in bytes.
type Seen<'a> = Result<(&'a str, &'a str), (SkipReason, usize, usize)>;

fn place(skipped: Skipped) -> (SkipReason, usize, usize) {
    (skipped.reason, skipped.offset, skipped.len)
}

/// Checks that the header is read like this as bytes, as text and by a jar.
#[track_caller]
fn reads(header: &str, expected: &[Seen]) {
    let text: Vec<Seen> = header::text_pairs(header).map(|pair| pair.map_err(place)).collect();
    assert_eq!(text, expected, "the text pairs of {header:?}");

    let as_text = |bytes| str::from_utf8(bytes).expect("a part of a str");
    let bytes: Vec<Seen> = header::pairs(header)
        .map(|pair| pair.map(|(name, value)| (as_text(name), as_text(value))).map_err(place))
        .collect();
    assert_eq!(bytes, expected, "the pairs of {header:?}");

    let jar = Policy::new()
        .with_encoding(Encoding::Raw)
        .jar_from_cookie_header(header)
        .expect("within the limits");
    let kept: Vec<_> = expected.iter().filter_map(|seen| seen.ok()).collect();
    assert_eq!(jar.iter().collect::<Vec<_>>(), kept, "the jar of {header:?}");
    let skipped: Vec<_> = expected.iter().filter_map(|seen| seen.err()).collect();
    let jar_skipped: Vec<_> = jar.skipped().iter().copied().map(place).collect();
    assert_eq!(jar_skipped, skipped, "what the jar of {header:?} skipped");
}

/// Checks that these headers have no pairs.
#[track_caller]
fn read_as_nothing(headers: &[&str]) {
    for header in headers {
        reads(header, &[]);
    }
}

#[test]
fn rule_09_several_headers_are_one_list() {
    let headers = ["a=1; b=2", "", " ; ", "c=3; =d; b=4"];
    let jar = CookieJar::from_cookie_headers(headers).unwrap();
    let all: Vec<_> = jar.iter().collect();
    assert_eq!(all, [("a", "1"), ("b", "2"), ("c", "3"), ("b", "4")]);
    assert_eq!(jar.get_all("b").collect::<Vec<_>>(), ["2", "4"]);
    let [skipped] = jar.skipped() else { panic!("one pair is skipped") };
    assert_eq!((skipped.header, skipped.offset, skipped.len), (3, 5, 2));

    let names: Vec<_> = header::pairs_of(&headers).flatten().map(|(name, _)| name).collect();
    assert_eq!(names, [b"a", b"b", b"c", b"b"]);
    let skipped: Vec<_> = header::pairs_of(&headers).filter_map(Result::err).collect();
    assert_eq!(jar.skipped(), skipped);
}

#[test]
fn rule_09_a_header_that_is_not_utf8_affects_no_other_header() {
    let headers: [&[u8]; 3] = [b"a=1", b"b=2; c=\xFF; d=\xC3\xBC", b"e=5"];
    let jar = CookieJar::from_cookie_headers(headers).unwrap();
    let all: Vec<_> = jar.iter().collect();
    assert_eq!(all, [("a", "1"), ("b", "2"), ("d", "ü"), ("e", "5")]);
    let [skipped] = jar.skipped() else { panic!("one pair is skipped") };
    assert_eq!((skipped.header, place(*skipped)), (1, (NotUtf8, 5, 3)));
}

#[test]
fn rule_09_a_pair_does_not_run_over_the_end_of_its_header() {
    let jar = CookieJar::from_cookie_headers(["a=1; b", "=2; c=", "3"]).unwrap();
    assert_eq!(jar.iter().collect::<Vec<_>>(), [("a", "1"), ("c", "")]);
    let skipped: Vec<_> = jar.skipped().iter().map(|s| (s.header, s.reason)).collect();
    assert_eq!(skipped, [(0, NoEquals), (1, EmptyName), (2, NoEquals)]);
}

#[test]
fn rule_10_pairs_are_split_at_semicolons_then_at_the_first_equals_sign() {
    reads("a=1", &[Ok(("a", "1"))]);
    reads("a=1; b=2", &[Ok(("a", "1")), Ok(("b", "2"))]);
    reads("a=1;b=2", &[Ok(("a", "1")), Ok(("b", "2"))]);
    reads("a=1;;; b=2;", &[Ok(("a", "1")), Ok(("b", "2"))]);
    reads("; a=1", &[Ok(("a", "1"))]);
    reads("a=", &[Ok(("a", ""))]);
    reads("a=;", &[Ok(("a", ""))]);
    reads("a==", &[Ok(("a", "="))]);
    reads("a=b=c; d==e", &[Ok(("a", "b=c")), Ok(("d", "=e"))]);
    reads("a=1, b=2", &[Ok(("a", "1, b=2"))]);
    reads("a=1 b=2", &[Ok(("a", "1 b=2"))]);
    reads("a b=c d", &[Ok(("a b", "c d"))]);
    read_as_nothing(&["", " ", "\t", ";", ";;;", " ; \t ;", " \t"]);
}

#[test]
fn rule_10_space_and_tab_are_trimmed_and_nothing_else() {
    reads(" \ta \t= \tb c\t ;\td=e ", &[Ok(("a", "b c")), Ok(("d", "e"))]);
    reads("a= ; b=\t", &[Ok(("a", "")), Ok(("b", ""))]);
    reads(
        "\u{2003}__Host-sid=1; \u{A0}a=\u{A0}b\u{3000}",
        &[Ok(("\u{2003}__Host-sid", "1")), Ok(("\u{A0}a", "\u{A0}b\u{3000}"))],
    );
    reads("\u{FEFF}a=1", &[Ok(("\u{FEFF}a", "1"))]);
    reads("\u{85}a=1\u{2028}", &[Ok(("\u{85}a", "1\u{2028}"))]);
    // Vertical tab, form feed, CR and LF are control bytes, not white space to trim.
    for control in ["\x0B", "\x0C", "\r", "\n"] {
        reads(&format!("{control}a=1"), &[Err((Control, 0, 4))]);
        reads(&format!("a=1{control}"), &[Err((Control, 0, 4))]);
    }
}

#[test]
fn rule_10_semicolons_in_quotes_split() {
    // The cookie sandwich: an old parser reads across the `;` to the closing quote.
    reads(
        r#"$Version=1; q="start; sid=31d4; end=x""#,
        &[Ok(("$Version", "1")), Ok(("q", "\"start")), Ok(("sid", "31d4")), Ok(("end", "x\""))],
    );
    reads(
        r#"a=";"; b=";""#,
        &[Ok(("a", "\"")), Err((NoEquals, 4, 1)), Ok(("b", "\"")), Err((NoEquals, 11, 1))],
    );
    reads(r#"a="b=c""#, &[Ok(("a", "\"b=c\""))]);
    reads(r#""a=b"=c"#, &[Ok(("\"a", "b\"=c"))]);
    reads(r#"a="\"; b=c"#, &[Ok(("a", "\"\\\"")), Ok(("b", "c"))]);
}

#[test]
fn rule_10_dollar_names_mean_nothing() {
    reads(
        "$Version=1; a=b; $Path=/x; $Domain=y; $Port=\"80\"",
        &[
            Ok(("$Version", "1")),
            Ok(("a", "b")),
            Ok(("$Path", "/x")),
            Ok(("$Domain", "y")),
            Ok(("$Port", "\"80\"")),
        ],
    );
}

#[test]
fn rule_11_names_are_never_decoded() {
    let jar = CookieJar::from_cookie_header("__%48ost-sid=evil; sess%69on=evil; a+b=c").unwrap();
    for name in ["__Host-sid", "session", "a b"] {
        assert!(!jar.contains(name), "{name}");
    }
    assert_eq!(jar.get("__%48ost-sid"), Some("evil"));
    assert_eq!(jar.get("sess%69on"), Some("evil"));
    assert_eq!(header::find("sess%69on=evil; session=good", "session"), Some(&b"good"[..]));
}

#[test]
fn rule_11_values_are_decoded_by_the_jar_whole_or_not_at_all() {
    let cases = [
        ("50%25", "50%"),
        ("%41%62", "Ab"),
        ("a%20b%3B%0D%0A", "a b;\r\n"),
        ("%C3%BC%e2%82%ac", "ü€"),
        ("%00", "\0"),
        ("%2525", "%25"),
        // Malformed, so unchanged.
        ("%", "%"),
        ("%4", "%4"),
        ("%4g", "%4g"),
        ("%g4", "%g4"),
        ("%%41", "%%41"),
        ("%41%", "%41%"),
        ("%41%4", "%41%4"),
        ("%41%zz", "%41%zz"),
        ("%+1", "%+1"),
        ("% 41", "% 41"),
        // Not UTF-8 when decoded, so unchanged.
        ("%FF", "%FF"),
        ("%41%C3", "%41%C3"),
        ("%C3%28", "%C3%28"),
        ("%ED%A0%80", "%ED%A0%80"),
        ("%C0%80", "%C0%80"),
        // Nothing to decode.
        ("a+b", "a+b"),
        ("\"q\"", "\"q\""),
        ("ü", "ü"),
        ("ü%41", "üA"),
        ("", ""),
    ];
    for (raw, value) in cases {
        let header = format!("first=%41; v={raw}; last=%42");
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        assert_eq!((jar.get("v"), jar.get_raw("v")), (Some(value), Some(raw)), "{raw}");
        assert_eq!((jar.get("first"), jar.get("last")), (Some("A"), Some("B")), "{raw}");
        assert_eq!(Encoding::Percent.decode(raw), value);
        assert_eq!(Encoding::Raw.decode(raw), raw);
    }
}

#[test]
fn rule_12_nameless_pairs_are_skipped() {
    reads("=__Host-sid=x", &[Err((EmptyName, 0, 13))]);
    reads(" \t = x; a=1", &[Err((EmptyName, 3, 3)), Ok(("a", "1"))]);
    reads("=", &[Err((EmptyName, 0, 1))]);
    reads("==", &[Err((EmptyName, 0, 2))]);
    reads("bare; a=1", &[Err((NoEquals, 0, 4)), Ok(("a", "1"))]);
    reads("a=1;  bare value\t; b=2", &[Ok(("a", "1")), Err((NoEquals, 6, 10)), Ok(("b", "2"))]);
    assert_eq!(header::find("=a; =a=1; a; ", "a"), None);
    assert_eq!(header::find("=x; x", ""), None);
    assert_eq!(CookieJar::from_cookie_header("=x; x").unwrap().get(""), None);
}

#[test]
fn rule_12_a_nameless_cookie_is_not_read_as_a_prefixed_one() {
    assert_eq!(header::find("=__Host-sid=x; __Host-sid=good", "__Host-sid"), Some(&b"good"[..]));
    // A browser that stores the nameless value `__Host-sid=x`, as none should, sends what looks like
    // any other pair.
    reads("__Host-sid=x", &[Ok(("__Host-sid", "x"))]);
}

#[test]
fn rule_13_all_pairs_of_a_name_are_there_in_order() {
    let jar = CookieJar::from_cookie_header("a=1; A=2; a=3; a=1; b=").unwrap();
    assert_eq!(jar.get("a"), Some("1"));
    assert_eq!(jar.get_all("a").collect::<Vec<_>>(), ["1", "3", "1"]);
    assert_eq!(jar.get_all("A").collect::<Vec<_>>(), ["2"]);
    assert_eq!(jar.get_all("c").count(), 0);
    assert_eq!((jar.get("b"), jar.contains("B")), (Some(""), false));
    assert_eq!(jar.len(), 5);
    assert_eq!(header::find("a=1; A=2; a=3", "A"), Some(&b"2"[..]));
    assert_eq!(header::find("a=1; A=2; a=3", "a"), Some(&b"1"[..]));
}

#[test]
fn rule_14_a_control_character_affects_its_own_pair_alone() {
    for byte in (0..=0x1F_u8).chain([0x7F]) {
        for bad in [[b'x', byte, b'=', b'y'], [b'x', b'=', byte, b'y'], [b'x', b'=', b'y', byte]] {
            let header = [b"a=1; ", &bad[..], b"; b=2"].concat();
            let header = str::from_utf8(&header).unwrap();
            if byte == b'\t' {
                assert!(header::pairs(header).all(|pair| pair.is_ok()), "{header:?}");
            } else {
                reads(header, &[Ok(("a", "1")), Err((Control, 5, 4)), Ok(("b", "2"))]);
            }
        }
    }
    reads("a\tb=c\td", &[Ok(("a\tb", "c\td"))]);
    // A control character in a pair that would be skipped anyway; and one alone.
    reads("\0; a=1; =\n", &[Err((Control, 0, 1)), Ok(("a", "1")), Err((Control, 8, 2))]);
}

#[test]
fn rule_14_pairs_that_are_not_utf8_are_skipped_as_text() {
    let cases: [(&[u8], &[Seen]); 7] = [
        (b"a=1; b=\xFF; c=3", &[Ok(("a", "1")), Err((NotUtf8, 5, 3)), Ok(("c", "3"))]),
        (b"a\xFF=1; c=3", &[Err((NotUtf8, 0, 4)), Ok(("c", "3"))]),
        (b"a=\xC3; b=\xBC", &[Err((NotUtf8, 0, 3)), Err((NotUtf8, 5, 3))]),
        // A sequence that would be UTF-8 without the `=` between its bytes.
        (b"a\xC3=\xBC", &[Err((NotUtf8, 0, 4))]),
        (b"a=\xED\xA0\x80; b=\xC0\x80", &[Err((NotUtf8, 0, 5)), Err((NotUtf8, 7, 4))]),
        (b" \xFF = 1 ;a=1", &[Err((NotUtf8, 1, 5)), Ok(("a", "1"))]),
        // Neither UTF-8 nor a pair: the reason is the same as for bytes.
        (
            b"\xFF; =\xFF; \xFF\0",
            &[Err((NoEquals, 0, 1)), Err((EmptyName, 3, 2)), Err((Control, 7, 2))],
        ),
    ];
    for (header, expected) in cases {
        let text: Vec<Seen> = header::text_pairs(header).map(|pair| pair.map_err(place)).collect();
        assert_eq!(text, expected, "{}", header.escape_ascii());
        let jar = CookieJar::from_cookie_header(header).unwrap();
        let kept: Vec<_> = expected.iter().filter_map(|seen| seen.ok()).collect();
        assert_eq!(jar.iter().collect::<Vec<_>>(), kept, "{}", header.escape_ascii());
        let skipped: Vec<_> = expected.iter().filter_map(|seen| seen.err()).collect();
        assert_eq!(jar.skipped().iter().copied().map(place).collect::<Vec<_>>(), skipped);
    }
    // As bytes, such pairs are read.
    let pairs: Vec<_> = header::pairs(b"a=\xFF; \xFF=b").flatten().collect();
    assert_eq!(pairs, [(&b"a"[..], &b"\xFF"[..]), (b"\xFF", b"b")]);
}

#[test]
fn rule_14_pairs_that_no_server_may_produce_are_read() {
    reads(
        "a,b=c,d; (x)=\"y; é=ü; {\"k\":1}=[\\]",
        &[Ok(("a,b", "c,d")), Ok(("(x)", "\"y")), Ok(("é", "ü")), Ok(("{\"k\":1}", "[\\]"))],
    );
    let long = "n".repeat(5_000);
    reads(&format!("{long}={long}"), &[Ok((&long, &long))]);
}

#[test]
fn a_jar_holds_as_many_pairs_as_the_limit_allows_and_refuses_one_more() {
    for most in [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 200] {
        // Every fifth is skipped, and counts all the same.
        let pairs =
            (0..=most).map(|n| if n % 5 == 4 { format!("={n}") } else { format!("n{n}={n}") });
        let pairs: Vec<_> = pairs.collect();
        let policy = Policy::new().with_limits(Limits::DEFAULT.with_received_pairs(most));
        let most = most as usize;
        let jar = policy.jar_from_cookie_headers(&pairs[..most]).expect("within the limits");
        let one = pairs[..most].join(";");
        let jar_of_one = policy.jar_from_cookie_header(&one).expect("within the limits");
        let kept = pairs[..most].iter().filter_map(|pair| pair.split_once('='));
        let kept: Vec<_> = kept.filter(|(name, _)| !name.is_empty()).collect();
        for jar in [jar, jar_of_one] {
            assert_eq!(jar.iter().collect::<Vec<_>>(), kept);
            assert_eq!(jar.skipped().len(), most - kept.len());
        }
        for headers in [pairs.clone(), vec![pairs.join("; ")]] {
            let error = policy.jar_from_cookie_headers(&headers).expect_err("one pair too many");
            assert_eq!(error, LimitError::ReceivedPairs { actual: most + 1, limit: most });
        }
    }
}

#[test]
fn the_debug_output_of_an_iterator_shows_how_many_bytes_are_left() {
    let mut pairs = header::pairs("a=secret; b=2");
    assert_eq!(format!("{pairs:?}"), "Pairs(<13 bytes>)");
    pairs.next();
    assert_eq!(format!("{pairs:?}"), "Pairs(<4 bytes>)");
    pairs.next();
    assert_eq!(format!("{pairs:?}"), "Pairs(<0 bytes>)");
    assert_eq!(pairs.next(), None);
    assert_eq!(format!("{pairs:?}"), "Pairs(<0 bytes>)");
    assert_eq!(format!("{:?}", header::text_pairs("a=1")), "TextPairs(<3 bytes>)");
}

/// Checks that the header is this after the pair was written.
#[track_caller]
fn writes(before: &str, name: &str, value: &str, after: &str) {
    let mut header = before.as_bytes().to_vec();
    assert_eq!(write_pair(&mut header, name, value), Ok(()), "{name:?}={value:?}");
    assert_eq!(str::from_utf8(&header), Ok(after));
}

/// Checks that the pair is refused for this, and that the header stays as it was.
#[track_caller]
fn refuses(name: impl AsRef<[u8]>, value: impl AsRef<[u8]>, expected: &PairError) {
    let mut header = b"before=1".to_vec();
    assert_eq!(write_pair(&mut header, &name, &value).as_ref(), Err(expected));
    assert_eq!(header, b"before=1");
}

#[test]
fn a_cookie_header_is_written_as_it_would_be_read() {
    writes("", "a", "1", "a=1");
    writes("a=1", "b", "2", "a=1; b=2");
    writes("", "a", "", "a=");
    writes("", "a", "=", "a==");
    writes("", "a b", "c\td", "a b=c\td");
    writes("", "é", "\"ü, \\\"", "é=\"ü, \\\"");
    let mut header = Vec::new();
    write_pair(&mut header, b"\xFF", b"\x80").unwrap();
    assert_eq!(header, b"\xFF=\x80");
}

#[test]
fn a_pair_that_would_be_read_differently_is_not_written() {
    refuses("", "x", &PairError::NameEmpty);
    for byte in (0..=0x1F_u8).chain([0x7F, b';', b'=']).filter(|&byte| byte != b'\t') {
        let name = format!("a{}b", byte.escape_ascii());
        refuses([b'a', byte, b'b'], "x", &PairError::Name { name, offset: 1, byte });
        if byte != b'=' {
            let error = PairError::Value { name: "n".to_owned(), offset: 2 };
            refuses("n", [b'a', b'b', byte, b'c'], &error);
        }
    }
    for (byte, shown) in [(b' ', " "), (b'\t', "\\t")] {
        let name = |offset, name: String| PairError::Name { name, offset, byte };
        refuses([byte, b'a'], "x", &name(0, format!("{shown}a")));
        refuses([b'a', byte], "x", &name(1, format!("a{shown}")));
        refuses([byte], "x", &name(0, shown.to_owned()));
        let value = |offset| PairError::Value { name: "n".to_owned(), offset };
        refuses("n", [byte, b'a'], &value(0));
        refuses("n", [b'a', byte], &value(1));
        refuses("n", [byte], &value(0));
    }
}

#[test]
fn a_request_may_have_as_many_bytes_and_pairs_as_its_limits() {
    let limits = Limits::DEFAULT.with_received_bytes(7).with_received_pairs(2);
    let policy = Policy::new().with_limits(limits);
    assert_eq!(policy.jar_from_cookie_headers(["a=b", "c=de"]).map(|jar| jar.len()), Ok(2));
    assert_eq!(
        policy.jar_from_cookie_headers(["a=b", "c=def"]).map(|jar| jar.len()),
        Err(LimitError::ReceivedBytes { actual: 8, limit: 7 })
    );
    assert_eq!(
        policy.jar_from_cookie_header("a=;b;c=").map(|jar| jar.len()),
        Err(LimitError::ReceivedPairs { actual: 3, limit: 2 })
    );
}
