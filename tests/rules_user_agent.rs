//! What a user agent parses: rules 15 to 20 and 22 to 26 (RFC 6265bis, section 5.6). Dates, rule
//! 21, are in `rules_date.rs`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::SetCookieError;
use gingersnap::header::{SetCookie, SetCookiePart};
use gingersnap::{Cookie, Encoding, SameSite};

/// Returns the header as read, which must not be refused.
#[track_caller]
fn read(header: &(impl AsRef<[u8]> + ?Sized)) -> SetCookie<'_> {
    match SetCookie::parse(header) {
        Ok(cookie) => cookie,
        Err(error) => {
            panic!("{:?} is refused: {error}", header.as_ref().escape_ascii().to_string())
        }
    }
}

/// Checks that the header is refused for this.
#[track_caller]
fn refuses(header: impl AsRef<[u8]>, expected: &SetCookieError) {
    let header = header.as_ref();
    assert_eq!(SetCookie::parse(header).as_ref(), Err(expected), "{}", header.escape_ascii());
    assert_eq!(Cookie::parse(header).as_ref(), Err(expected), "{}", header.escape_ascii());
}

/// Checks that each header has this name and value.
#[track_caller]
fn names(cases: &[(&str, &str, &str)]) {
    for (header, name, value) in cases {
        let cookie = read(*header);
        let found = (cookie.name(), cookie.value());
        assert_eq!(found, (name.as_bytes(), value.as_bytes()), "{header:?}");
        let text = Cookie::parse(*header).unwrap();
        assert_eq!((text.name(), text.value()), (*name, *value), "{header:?}");
    }
}

/// Checks that each of these, after `a=b; `, sets an attribute to this.
#[track_caller]
fn sets<T: PartialEq + std::fmt::Debug>(
    attribute: impl Fn(&Cookie<'static>) -> T,
    cases: impl IntoIterator<Item = (impl AsRef<str>, T)>,
) {
    for (attributes, expected) in cases {
        let header = format!("a=b; {}", attributes.as_ref());
        let cookie = read(&header).to_cookie().expect("text").into_owned();
        assert_eq!(attribute(&cookie), expected, "{header:?}");
        assert_eq!((cookie.name(), cookie.value()), ("a", "b"), "{header:?}");
    }
}

/// The same for an attribute that is text.
#[track_caller]
fn sets_text(
    attribute: impl for<'c> Fn(&'c Cookie<'static>) -> Option<&'c str>,
    cases: &[(&str, Option<&str>)],
) {
    let cases = cases.iter().map(|(header, expected)| (header, expected.map(str::to_owned)));
    sets(|cookie| attribute(cookie).map(str::to_owned), cases);
}

fn flags(cookie: &Cookie) -> [bool; 3] {
    [cookie.is_secure(), cookie.is_http_only(), cookie.is_partitioned()]
}

fn age(cookie: &Cookie) -> Option<u64> {
    cookie.max_age().map(|age| age.as_secs())
}

#[test]
fn rule_15_a_control_character_anywhere_refuses_the_header() {
    for byte in (0..=0x1F_u8).chain([0x7F]).filter(|&byte| byte != b'\t') {
        for (before, after) in [
            ("", "a=b"),
            ("a", "=b"),
            ("a=", "b"),
            ("a=b", ""),
            ("a=b", "; Secure"),
            ("a=b; Path=/", ""),
            ("a=b; x", "y=z"),
            ("a=b; x=y", "; Secure"),
            ("a=b;", ";"),
        ] {
            let header = [before.as_bytes(), &[byte], after.as_bytes()].concat();
            refuses(header, &SetCookieError::Control { offset: before.len(), byte });
        }
    }
    // It is looked for before anything else.
    refuses("\n", &SetCookieError::Control { offset: 0, byte: b'\n' });
    refuses("=; \r", &SetCookieError::Control { offset: 3, byte: b'\r' });
    refuses(
        [&[b'v'; 9_999][..], b"\0"].concat(),
        &SetCookieError::Control { offset: 9_999, byte: 0 },
    );
}

#[test]
fn rule_15_tabs_and_bytes_over_7f_do_not() {
    names(&[
        ("a\tb=c\td", "a\tb", "c\td"),
        ("ü=é", "ü", "é"),
        ("\u{85}a\u{A0}=\u{2028}", "\u{85}a\u{A0}", "\u{2028}"),
        ("a=b; x=\t\u{FF}", "a", "b"),
    ]);
    let bytes: Vec<u8> = (0x80..=0xFF).collect();
    let header = [b"n=", &bytes[..], b"; Path=/", &bytes[..]].concat();
    let cookie = read(&header);
    assert_eq!(cookie.value(), bytes);
    assert_eq!(cookie.path(), Some(&[b"/", &bytes[..]].concat()[..]));
}

#[test]
fn rule_16_a_header_is_split_at_semicolons_then_at_the_first_equals_sign() {
    names(&[
        ("a=b", "a", "b"),
        ("a=b;", "a", "b"),
        ("a=b;c=d", "a", "b"),
        ("a=b=c", "a", "b=c"),
        ("a==b", "a", "=b"),
        ("a=", "a", ""),
        ("a=;b=c", "a", ""),
        ("a=b, c=d", "a", "b, c=d"),
        ("a b=c d", "a b", "c d"),
        (" \ta\t =\t b \t; Secure", "a", "b"),
        ("a = ; x", "a", ""),
        ("\u{2003}a\u{A0}=\u{A0}b\u{3000}", "\u{2003}a\u{A0}", "\u{A0}b\u{3000}"),
        ("\u{FEFF}a=b", "\u{FEFF}a", "b"),
        // A `;` in quotes splits.
        ("a=\"b;c\"; d", "a", "\"b"),
        ("a=\"b\\;c\"", "a", "\"b\\"),
        // Without `=`, the first piece is a value without a name.
        ("a", "", "a"),
        (" a b ", "", "a b"),
        ("=a", "", "a"),
        (" \t= a", "", "a"),
        ("==a", "", "=a"),
        ("==", "", "="),
        ("a; b=c", "", "a"),
        ("\"a=b\"", "\"a", "b\""),
    ]);
    let nameless = read("a; Path=/x; Secure");
    assert_eq!((nameless.path(), nameless.is_secure()), (Some(&b"/x"[..]), true));
}

#[test]
fn rule_16_attributes_are_split_and_trimmed_the_same_way() {
    sets_text(
        Cookie::path,
        &[
            ("Path=/x", Some("/x")),
            ("Path=/x=y", Some("/x=y")),
            ("Path==/x", None),
            ("\t Path \t=\t /x y\t ; z", Some("/x y")),
            ("Path=/\u{A0}", Some("/\u{A0}")),
            ("\u{A0}Path=/x", None),
            ("Path\u{A0}=/x", None),
            (";;; Path=/x;;", Some("/x")),
            ("=Path=/x", None),
            ("Path", None),
            ("Path=/x; Path", None),
            // In quotes or not.
            ("x=\"; Path=/x\"", Some("/x\"")),
            ("Path=\"/x\"", None),
        ],
    );
}

#[test]
fn rule_17_name_and_value_both_empty_are_refused() {
    let blank = ["", " ", "\t", "=", " = ", "\t=\t", ";", ";a=b", " ; a=b", "=; a=b", "; Secure"];
    for header in blank {
        refuses(header, &SetCookieError::Empty);
    }
    names(&[("a=", "a", ""), ("=a", "", "a"), ("a", "", "a"), ("==", "", "=")]);
}

#[test]
fn rule_17_name_and_value_are_at_most_4096_bytes_together() {
    let x = |bytes: usize| "x".repeat(bytes);
    let over = |name: &str, actual| {
        let name = name.to_owned();
        SetCookieError::TooLarge { name, actual, limit: 4096 }
    };
    let shown = x(64) + "…";
    names(&[
        (&format!("a={}", x(4095)), "a", &x(4095)),
        (&format!("{}=b", x(4095)), &x(4095), "b"),
        (&format!("{}=", x(4096)), &x(4096), ""),
        (&format!("={}", x(4096)), "", &x(4096)),
        (&x(4096), "", &x(4096)),
        // The `=`, trimmed white space and the attributes do not count.
        (&format!("{0}a{0}={0}{1}{0}; x={1}", " ".repeat(2_000), x(4095)), "a", &x(4095)),
        // Bytes count, not characters.
        (&format!("ab={}", "é".repeat(2047)), "ab", &"é".repeat(2047)),
    ]);
    refuses(format!("a={}", x(4096)), &over("a", 4097));
    refuses(format!("{}=b", x(4096)), &over(&shown, 4097));
    refuses(format!("{}=", x(4097)), &over(&shown, 4097));
    refuses(x(4097), &over("", 4097));
    refuses(format!("={}", x(4097)), &over("", 4097));
    refuses(format!("abc={}; Path=/", "é".repeat(2047)), &over("abc", 4097));
    refuses(x(1 << 20), &over("", 1 << 20));
}

#[test]
fn rule_18_an_attribute_over_1024_bytes_is_ignored() {
    let long = |bytes: usize| "/".to_owned() + &"p".repeat(bytes - 1);
    let x = |bytes: usize| "x".repeat(bytes);
    sets_text(
        Cookie::path,
        &[
            (&format!("Path={}", long(1024)), Some(&long(1024))),
            (&format!("Path={}", long(1025)), None),
            (&format!("Path=/x; Path={}", long(1025)), Some("/x")),
            (&format!("Path={}; Path=/x", long(1025)), Some("/x")),
            // Trimmed first.
            (&format!("Path={0}{1}{0}", " ".repeat(999), long(1024)), Some(&long(1024))),
        ],
    );
    sets_text(
        Cookie::domain,
        &[
            (&format!("Domain={}", x(1024)), Some(&x(1024))),
            (&format!("Domain={}", x(1025)), None),
            (&format!("Domain=x.y; Domain={}", x(1025)), Some("x.y")),
            // The dot counts; an attribute that is ignored cannot refuse the cookie.
            (&format!("Domain=.{}", x(1024)), None),
            (&format!("Domain=x.y; Domain={}", "é".repeat(513)), Some("x.y")),
        ],
    );
    sets(
        flags,
        [
            (format!("Secure={0}; HttpOnly={0}; Partitioned={0}", x(1024)), [true; 3]),
            (format!("Secure={0}; HttpOnly={0}; Partitioned={0}", x(1025)), [false; 3]),
            (format!("Secure; Secure={}", x(1025)), [true, false, false]),
        ],
    );
    let zeros = |bytes: usize| "0".repeat(bytes - 1) + "7";
    sets(
        age,
        [
            (format!("Max-Age={}", zeros(1024)), Some(7)),
            (format!("Max-Age={}", zeros(1025)), None),
            (format!("Max-Age=1; Max-Age={}", zeros(1025)), Some(1)),
        ],
    );
    sets(
        Cookie::same_site,
        [
            (format!("SameSite=Lax; SameSite={}", x(1024)), SameSite::Unset),
            (format!("SameSite=Lax; SameSite={}", x(1025)), SameSite::Lax),
        ],
    );
    let date = |bytes: usize| "6 Nov 1994 08:49:37".to_owned() + &" ".repeat(bytes - 20) + "x";
    let time = Some(UNIX_EPOCH + Duration::from_secs(784_111_777));
    sets(
        Cookie::expires,
        [
            (format!("Expires={}", date(1024)), time),
            (format!("Expires={}", date(1025)), None),
            (format!("Expires=1 Jan 2000 00:00:00; Expires={}", date(1025)), {
                Some(UNIX_EPOCH + Duration::from_secs(946_684_800))
            }),
        ],
    );
}

#[test]
fn rule_18_a_long_attribute_name_is_an_unknown_attribute() {
    sets_text(Cookie::path, &[(&format!("{}=/x; Path=/y", "x".repeat(9_999)), Some("/y"))]);
}

#[test]
fn rule_19_nothing_is_decoded_and_no_quote_is_stripped() {
    names(&[
        ("%61=%62", "%61", "%62"),
        ("a+b=c+d", "a+b", "c+d"),
        ("__%48ost-a=b", "__%48ost-a", "b"),
        ("a=\"b\"", "a", "\"b\""),
        ("a=\" b \"", "a", "\" b \""),
        ("\"a\"=b", "\"a\"", "b"),
        ("a=\"", "a", "\""),
        ("a='b'", "a", "'b'"),
        ("a=b\\\"c", "a", "b\\\"c"),
    ]);
    sets_text(Cookie::path, &[("Path=/%2F", Some("/%2F")), ("Path=/\"x\"", Some("/\"x\""))]);
    sets_text(
        Cookie::domain,
        &[
            ("Domain=ex%61mple.com", Some("ex%61mple.com")),
            ("Domain=\"example.com\"", Some("\"example.com\"")),
        ],
    );
}

#[test]
fn rule_19_attribute_names_are_compared_without_case() {
    for name in ["Path", "path", "PATH", "pAtH"] {
        sets_text(Cookie::path, &[(&format!("{name}=/x"), Some("/x"))]);
    }
    sets(
        flags,
        [
            ("SECURE; HTTPONLY; PARTITIONED", [true; 3]),
            ("secure; httponly; partitioned", [true; 3]),
            ("sEcUrE; hTtPoNlY; pArTiTiOnEd", [true; 3]),
            // Unicode folds the Kelvin sign to `k` and the long s to `s`; here they are other letters.
            ("\u{17F}ecure; HttpOnl\u{17F}", [false; 3]),
            ("Secur; Secured; Http-Only; Http_Only; Partition", [false; 3]),
            // Names that differ in one byte.
            ("SecurE\u{E5}; Sexure; HttxOnly; Xecure; HttpOnlx; XttpOnly", [false; 3]),
            ("Partxtioned; Partiitoned; Partitxoned; Partitionex; Partitiooned", [false; 3]),
        ],
    );
    sets(age, [("MAX-AGE=1", Some(1)), ("max-age=2", Some(2)), ("MaxAge=3", None)]);
    sets(
        age,
        [("MaxxAge=1", None), ("Max Age=1", None), ("Max_Age=1", None), ("Max--Age=1", None)],
    );
    sets_text(Cookie::domain, &[("DOMAIN=x.y", Some("x.y"))]);
    sets(Cookie::same_site, [("SAMESITE=lax", SameSite::Lax), ("Same-Site=Lax", SameSite::Unset)]);
    sets(Cookie::expires, [("EXPIRES=1 Jan 1970 00:00:00", Some(UNIX_EPOCH))]);
}

#[test]
fn rule_19_the_last_of_a_kind_wins() {
    sets_text(
        Cookie::path,
        &[
            ("Path=/x; Path=/y", Some("/y")),
            ("Path=/x; path=/y; PATH=/z", Some("/z")),
            ("Path=/x; Path=y", None),
            ("Path=/x; Path=", None),
            ("Path=y; Path=/x", Some("/x")),
        ],
    );
    sets_text(
        Cookie::domain,
        &[
            ("Domain=x.y; Domain=z.y", Some("z.y")),
            ("Domain=x.y; Domain=", None),
            ("Domain=; Domain=x.y", Some("x.y")),
        ],
    );
    sets(age, [("Max-Age=1; Max-Age=2", Some(2)), ("Max-Age=2; Max-Age=-1", Some(0))]);
    let seconds = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
    sets(
        Cookie::expires,
        [
            ("Expires=1 Jan 1970 00:00:01; Expires=1 Jan 1970 00:00:02", seconds(2)),
            ("Expires=1 Jan 1970 00:00:02; Expires=1 Jan 1970 00:00:01", seconds(1)),
        ],
    );
}

#[test]
fn rule_19_unknown_attributes_are_ignored() {
    sets(
        Clone::clone,
        [
            "",
            "Version=1; Comment=x; Priority=High; foo; =; ==; =bar; \"Path\"=/x; $Path=/x",
            "Pat=/x; Paths=/x; Doma=x; Expire=x; maxage=1",
        ]
        .map(|attributes| {
            (attributes, Cookie::new("a", "b").with_encoding(Encoding::Raw).with_default_path())
        }),
    );
}

#[test]
fn rule_20_flags_are_set_whatever_their_value() {
    sets(
        flags,
        [
            ("Secure", [true, false, false]),
            ("HttpOnly", [false, true, false]),
            ("Partitioned", [false, false, true]),
            ("Secure=", [true, false, false]),
            ("Secure=false", [true, false, false]),
            ("HttpOnly=0; Secure=no", [true, true, false]),
            ("Secure; Secure=false", [true, false, false]),
            (" \tSecure\t = x=y ", [true, false, false]),
            ("Partitioned=\u{FF}", [false, false, true]),
            ("x=Secure; HttpOnly\u{A0}", [false; 3]),
        ],
    );
}

#[test]
fn rule_22_max_age_is_digits_or_a_minus_and_digits() {
    sets(
        age,
        [
            ("Max-Age=0", Some(0)),
            ("Max-Age=1", Some(1)),
            ("Max-Age=63072000", Some(63_072_000)),
            ("Max-Age=007", Some(7)),
            ("Max-Age=-0", Some(0)),
            ("Max-Age=-1", Some(0)),
            ("Max-Age=-99999999999999999999999999", Some(0)),
            ("Max-Age= 5 ", Some(5)),
            // Ignored.
            ("Max-Age", None),
            ("Max-Age=", None),
            ("Max-Age=-", None),
            ("Max-Age=+5", None),
            ("Max-Age=--5", None),
            ("Max-Age=5-", None),
            ("Max-Age=1.5", None),
            ("Max-Age=1e3", None),
            ("Max-Age=5 s", None),
            ("Max-Age=0x5", None),
            ("Max-Age=\"5\"", None),
            ("Max-Age=- 5", None),
            ("Max-Age=1,000", None),
            ("Max-Age=٣", None),
            ("Max-Age=５", None),
            ("Max-Age=x", None),
            // One that is ignored leaves an earlier one.
            ("Max-Age=5; Max-Age=", Some(5)),
            ("Max-Age=5; Max-Age=+6", Some(5)),
            ("Max-Age=x; Max-Age=6", Some(6)),
        ],
    );
}

#[test]
fn rule_22_a_number_of_any_length_does_not_overflow() {
    sets(
        age,
        [
            ("Max-Age=9223372036854775807".to_owned(), Some(u64::MAX / 2)),
            ("Max-Age=18446744073709551615".to_owned(), Some(u64::MAX)),
            ("Max-Age=18446744073709551616".to_owned(), Some(u64::MAX)),
            (format!("Max-Age={}", "9".repeat(1024)), Some(u64::MAX)),
            (format!("Max-Age=-{}", "9".repeat(1023)), Some(0)),
            (format!("Max-Age={}5", "0".repeat(1023)), Some(5)),
        ],
    );
}

#[test]
fn rule_23_max_age_and_expires_are_both_there() {
    // Their precedence shows in `is_removal`. The cap of 400 days is applied when storing.
    let past = "Expires=1 Jan 1970 00:00:00";
    let seconds = |cookie: &Cookie| cookie.expires().map(since_1970);
    for (header, age_expected, expires, removal) in [
        (format!("Max-Age=5; {past}"), Some(5), Some(0), false),
        (format!("{past}; Max-Age=5"), Some(5), Some(0), false),
        (format!("{past}; Max-Age=x"), None, Some(0), true),
        ("Max-Age=0; Expires=1 Jan 2999 00:00:00".to_owned(), Some(0), Some(32_472_144_000), true),
        ("Expires=1 Jan 2999 00:00:00; Max-Age=-1".to_owned(), Some(0), Some(32_472_144_000), true),
        ("Expires=1 Jan 9999 00:00:00".to_owned(), None, Some(253_370_764_800), false),
    ] {
        sets(age, [(&header, age_expected)]);
        sets(seconds, [(&header, expires)]);
        sets(Cookie::is_removal, [(&header, removal)]);
    }
}

fn since_1970(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).expect("not before 1970").as_secs()
}

#[test]
fn rule_24_a_domain_loses_one_leading_dot_and_is_lower_case() {
    sets_text(
        Cookie::domain,
        &[
            ("Domain=example.com", Some("example.com")),
            ("Domain=.example.com", Some("example.com")),
            ("Domain=..example.com", Some(".example.com")),
            ("Domain=Example.COM", Some("example.com")),
            ("Domain=.EXAMPLE.COM.", Some("example.com.")),
            ("Domain= example.com ", Some("example.com")),
            ("Domain=127.0.0.1", Some("127.0.0.1")),
            ("Domain=[::1]", Some("[::1]")),
            ("Domain=exa_mple", Some("exa_mple")),
            ("Domain=a b", Some("a b")),
            ("Domain=a,b:80/\\", Some("a,b:80/\\")),
            ("Domain=", None),
            ("Domain", None),
            ("Domain=.", None),
            ("Domain=..", Some(".")),
        ],
    );
}

#[test]
fn rule_24_a_last_domain_that_is_not_ascii_refuses_the_cookie() {
    let error = SetCookieError::DomainNonAscii { name: "a".to_owned() };
    refuses("a=b; Domain=bücher.example", &error);
    refuses("a=b; Domain=x.y; Domain=bücher.example", &error);
    refuses(b"a=b; Domain=\xFF", &error);
    refuses("a=b; Domain=.\u{A0}", &error);
    refuses("a=b; Domain=\u{212A}.example; Secure", &error);
    sets_text(
        Cookie::domain,
        &[
            ("Domain=bücher.example; Domain=x.y", Some("x.y")),
            ("Domain=bücher.example; Domain=", None),
        ],
    );
}

#[test]
fn rule_25_a_path_starts_with_a_slash_or_is_the_default() {
    sets_text(
        Cookie::path,
        &[
            ("Path=/", Some("/")),
            ("Path=//", Some("//")),
            ("Path=/a/../b?c", Some("/a/../b?c")),
            ("Path=/é", Some("/é")),
            ("Path=/a\tb", Some("/a\tb")),
            ("Path=/a,b", Some("/a,b")),
            ("Path=", None),
            ("Path", None),
            ("Path=x", None),
            ("Path=\\", None),
            ("Path=.", None),
            ("Path=http://example.com/", None),
            ("Path=%2F", None),
            ("", None),
        ],
    );
}

#[test]
fn rule_26_same_site_is_one_of_three_words() {
    sets(
        Cookie::same_site,
        [
            ("SameSite=Strict", SameSite::Strict),
            ("SameSite=Lax", SameSite::Lax),
            ("SameSite=None", SameSite::None),
            ("SameSite=STRICT", SameSite::Strict),
            ("SameSite=lAx", SameSite::Lax),
            ("SameSite=none", SameSite::None),
            ("SameSite= Lax ", SameSite::Lax),
            ("SameSite", SameSite::Unset),
            ("SameSite=", SameSite::Unset),
            ("SameSite=\"Lax\"", SameSite::Unset),
            ("SameSite=Laxer", SameSite::Unset),
            ("SameSite=La", SameSite::Unset),
            ("SameSite=Default", SameSite::Unset),
            ("SameSite=\u{17F}trict", SameSite::Unset),
            ("", SameSite::Unset),
            // The last one counts, known or not.
            ("SameSite=Strict; SameSite=Lax", SameSite::Lax),
            ("SameSite=Strict; SameSite=x", SameSite::Unset),
            ("SameSite=Strict; SameSite", SameSite::Unset),
            ("SameSite=x; SameSite=None", SameSite::None),
        ],
    );
}

#[test]
fn each_attribute_is_what_the_header_says() {
    let header = "a=b; Domain=.Shop.Example; Path=/x; Max-Age=60; \
                  Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure; HttpOnly; Partitioned; SameSite=Lax";
    let cookie = read(header);
    assert_eq!((cookie.name(), cookie.value()), (&b"a"[..], &b"b"[..]));
    assert_eq!((cookie.domain(), cookie.path()), (Some("shop.example"), Some(&b"/x"[..])));
    assert_eq!(cookie.max_age(), Some(Duration::from_secs(60)));
    assert_eq!(cookie.expires(), Some(UNIX_EPOCH + Duration::from_secs(784_111_777)));
    assert!(cookie.is_secure() && cookie.is_http_only() && cookie.is_partitioned());
    assert_eq!(cookie.same_site(), SameSite::Lax);

    let cookie = read("a=b");
    assert_eq!((cookie.domain(), cookie.path()), (None, None));
    assert_eq!((cookie.max_age(), cookie.expires()), (None, None));
    assert!(!cookie.is_secure() && !cookie.is_http_only() && !cookie.is_partitioned());
    assert_eq!(cookie.same_site(), SameSite::Unset);
}

#[test]
fn only_name_value_and_path_must_be_utf8_in_a_cookie() {
    let refused = |part| SetCookieError::NotUtf8 { name: "a".to_owned(), part };
    let name = SetCookieError::NotUtf8 { name: "\\xff".to_owned(), part: SetCookiePart::Name };
    let cases: [(&[u8], _); 4] = [
        (b"\xFF=b", Err(name)),
        (b"a=\xC3\x28", Err(refused(SetCookiePart::Value))),
        (b"a=b; Path=/\xED\xA0\x80", Err(refused(SetCookiePart::Path))),
        (b"a=b; Path=/\xFF; Path=/x; Foo=\xFF; \xFF=x; Secure=\xFF; Expires=\xFF", {
            let cookie = Cookie::new("a", "b").with_encoding(Encoding::Raw);
            Ok(cookie.with_path("/x").with_secure(true))
        }),
    ];
    for (header, expected) in cases {
        assert_eq!(Cookie::parse(header), expected, "{}", header.escape_ascii());
        assert!(SetCookie::parse(header).is_ok());
    }
}
