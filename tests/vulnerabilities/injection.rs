//! What is written cannot say more than what was set.

use gingersnap::errors::{CookieErrorKind, PairError};
use gingersnap::header::{
    PairEdit, SetCookie, SetCookieEdit, decode_python_quoted, edit_pairs, pairs,
    split_set_cookie_list, write_pair,
};
use gingersnap::{Cookie, CookieJar, Encoding, Policy, SameSite};

/// The bytes that can start another attribute or another header.
fn separators() -> impl Iterator<Item = char> {
    (0..0x20).chain([0x7F, b';']).map(char::from)
}

/// Asserts that a cookie is refused however it is written, and that nothing of it is left.
#[track_caller]
fn no_writer_accepts(cookie: &Cookie<'_>) {
    for encoding in [Encoding::Percent, Encoding::Raw] {
        let mut out = "before".to_owned();
        assert!(cookie.write_to(&mut out, encoding).is_err(), "{cookie:?}");
        assert_eq!(out, "before");
        assert!(cookie.to_set_cookie(encoding).is_err(), "{cookie:?}");
        let mut jar = Policy::new().with_encoding(encoding).empty_jar();
        assert!(jar.set(cookie).is_err(), "{cookie:?}");
        assert!(jar.set_all([cookie]).is_err(), "{cookie:?}");
        assert!(jar.is_empty() && jar.changes().next().is_none());
    }
    #[cfg(all(feature = "signed", feature = "encrypted"))]
    {
        let keyring = crate::sealing::keyring();
        let mut jar = CookieJar::new();
        assert!(jar.signed_mut(keyring).set(cookie).is_err(), "{cookie:?}");
        assert!(jar.encrypted_mut(keyring).set(cookie).is_err(), "{cookie:?}");
        assert!(jar.encrypted_chunks_mut(keyring).set(cookie).is_err(), "{cookie:?}");
        assert!(jar.changes().next().is_none());
    }
}

/// Asserts that a store refuses a cookie that is inserted by hand.
#[track_caller]
#[cfg_attr(not(feature = "store"), expect(unused_variables, reason = "there is no store"))]
fn no_store_accepts(cookie: &Cookie<'_>) {
    #[cfg(feature = "store")]
    {
        use crate::client::{at, now};
        let mut store = gingersnap::store::CookieStore::new();
        let outcome = store.insert(&at("https://shop.example/"), cookie, now());
        assert!(!outcome.reasons().is_empty(), "{cookie:?}: {outcome:?}");
        assert!(store.is_empty(now()));
    }
}

/// Asserts that a header sets a cookie of this value, and nothing else than `Path=/`.
#[track_caller]
fn sets_only(header: &str, value: &[u8]) {
    let read = SetCookie::parse(header).expect("a header that browsers read");
    assert_eq!((read.name(), read.value()), (&b"c"[..], value), "{header}");
    assert_eq!((read.domain(), read.path()), (None, Some(&b"/"[..])), "{header}");
    assert_eq!((read.max_age(), read.expires()), (None, None), "{header}");
    assert_eq!(read.same_site(), SameSite::Unset, "{header}");
    assert!(!read.is_secure() && !read.is_http_only() && !read.is_partitioned(), "{header}");
}

/// Values that look like more than a value.
const HOSTILE: [&str; 12] = [
    "abc; Domain=evil.example; Path=/admin; Secure",
    "a\r\nSet-Cookie: b=2",
    "a\nHttpOnly",
    "a\0; Secure",
    "a\u{7f}",
    ";",
    "\"a; HttpOnly\"",
    "a, b=c; Secure",
    "a%3B%20Secure",
    "a\u{2028}; Secure",
    "=; Partitioned",
    "a\t; SameSite=None",
];

/// jshttp/cookie: a name, path or domain was written unchecked, and could set other attributes.
#[test]
fn cve_2024_47764_a_name_path_or_domain_cannot_set_another_attribute() {
    let base = Cookie::new("user", "1");
    for cookie in [
        base.clone().with_name("user=<script>; Max-Age=2592000; a"),
        base.clone().with_name("user; HttpOnly"),
        base.clone().with_path("/; Domain=evil.example"),
        base.clone().with_domain("shop.example; Path=/admin"),
    ] {
        no_writer_accepts(&cookie);
        no_store_accepts(&cookie);
        assert!(CookieJar::new().remove(&cookie).is_err(), "{cookie:?}");
    }
    let edit = || SetCookieEdit::new("user=1; Path=/").expect("a header");
    assert!(edit().with_name("user=2; HttpOnly; a").is_err());
    assert!(edit().with_path("/; Domain=evil.example").is_err());
    assert!(edit().with_domain("shop.example; Path=/admin").is_err());
}

/// cookies (Node.js): name and value were checked, domain and path by a rule that lets `;` through.
#[test]
fn cve_2026_88038_domain_and_path_are_checked_as_strictly_as_the_name() {
    let edit = || SetCookieEdit::new("a=1").expect("a header");
    for byte in separators() {
        for (start, end) in [("", "shop.example"), ("shop", ".example"), ("shop.example", "")] {
            let domain = format!("{start}{byte}{end}");
            let cookie = Cookie::new("a", "1").with_domain(&*domain);
            no_writer_accepts(&cookie);
            no_store_accepts(&cookie);
            assert!(CookieJar::new().remove(cookie).is_err(), "{domain:?}");
            assert!(edit().with_domain(&*domain).is_err(), "{domain:?}");
        }
        for (start, end) in [("/", "x"), ("/x", "/"), ("/x", "")] {
            let path = format!("{start}{byte}{end}");
            let cookie = Cookie::new("a", "1").with_path(&*path);
            no_writer_accepts(&cookie);
            assert!(CookieJar::new().remove(cookie.clone()).is_err(), "{path:?}");
            assert!(edit().with_path(&*path).is_err(), "{path:?}");
            if byte != '\t' {
                no_store_accepts(&cookie); // browsers keep a tab
            }
        }
        for (start, end) in [("", "a"), ("a", "b"), ("a", "")] {
            let name = format!("{start}{byte}{end}");
            no_writer_accepts(&Cookie::new(&name, "1"));
            // A tab inside is a part of the name, also to browsers.
            assert!(edit().with_name(&name).is_err() || name == "a\tb", "{name:?}");
        }
    }
}

/// cowlib (Erlang): the writer of `Cookie` headers checked nothing, although all readers did.
#[test]
fn cve_2026_43969_the_writer_of_cookie_headers_checks_names_and_values() {
    for byte in separators().filter(|byte| *byte != '\t') {
        for text in [format!("{byte}a"), format!("a{byte}b"), format!("a{byte}")] {
            let mut header = b"sid=1".to_vec();
            assert!(write_pair(&mut header, &text, "1").is_err(), "{text:?}");
            assert!(write_pair(&mut header, "a", &text).is_err(), "{text:?}");
            assert_eq!(header, b"sid=1");
            let renamed = edit_pairs("a=1", |_| PairEdit::Rename(text.as_bytes()));
            assert!(matches!(renamed, Err(PairError::Name { .. })), "{text:?}");
            no_store_accepts(&Cookie::new(&text, "1"));
            no_store_accepts(&Cookie::new("a", &text).with_encoding(Encoding::Raw));
        }
    }
    assert!(write_pair(&mut Vec::new(), "a=b", "1").is_err());
    // What is written is one pair, also with a comma or a tab in it.
    let mut header = Vec::new();
    for (name, value) in [("a,b", "1,2"), ("a\tb", "1\t2"), ("c", "admin=1")] {
        write_pair(&mut header, name, value).expect("a pair");
        assert_eq!(pairs(&header).last(), Some(Ok((name.as_bytes(), value.as_bytes()))));
    }
    assert_eq!(pairs(&header).count(), 3);
}

/// Tornado: the value was checked, but neither the other attributes nor those that a caller passed on.
#[test]
fn ghsa_78cv_mqj4_43f7_each_attribute_is_checked() {
    for text in ["Lax; Domain=evil.example", "None\r\nSet-Cookie: a=1", "Lax;", " Lax", "lax, x"] {
        assert!(text.parse::<SameSite>().is_err(), "{text}");
    }
    // The other attributes are not text: a duration, a time, and flags.
    #[cfg(feature = "serde")]
    for (attributes, is_read) in [
        (r#""same_site": "Lax; Domain=evil.example""#, false),
        (r#""max_age": "1; Secure""#, false),
        (r#""expires": "1; Secure""#, false),
        (r#""secure": "; Domain=evil.example""#, false),
        (r#""Version": "1; Secure""#, false),
        (r#""path": "/; Domain=evil.example""#, true),
        (r#""domain": "shop.example\r\nSet-Cookie: a=1""#, true),
    ] {
        let json = format!(r#"{{"name": "a", "value": "1", {attributes}}}"#);
        match serde_json::from_str::<Cookie<'static>>(&json) {
            Ok(cookie) if is_read => no_writer_accepts(&cookie),
            result => assert!(result.is_err() && !is_read, "{json}"),
        }
    }
}

/// Python's `http.cookies`: what was set one by one was checked, but not what was set in bulk.
#[test]
fn cve_2026_3644_bulk_setters_check_each_cookie() {
    let bad = Cookie::new("b", "1\r\nSet-Cookie: c=1").with_encoding(Encoding::Raw);
    let mut jar = CookieJar::new();
    let error = jar.set_all([Cookie::new("a", "1"), bad, Cookie::new("c", "1")]);
    assert!(matches!(error.expect_err("a bad value").kind, CookieErrorKind::Value(_)));
    assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), ["a=1; Path=/"]);

    // A value that was decoded is checked like any other.
    let decoded = decode_python_quoted(r#""1\015\012Set-Cookie: c=1""#);
    let decoded = str::from_utf8(&decoded).expect("text");
    assert!(decoded.contains("\r\n"));
    let cookie = Cookie::new("a", decoded).with_encoding(Encoding::Raw);
    assert!(jar.set(&cookie).is_err());
    no_store_accepts(&cookie);
    let header = Cookie::new("c", decoded).to_set_cookie(Encoding::Percent).expect("encoded");
    sets_only(&header, b"1%0D%0ASet-Cookie:%20c=1");
}

/// fasthttp: a value with `; Secure` was written as it was, and had attributes when it was read again.
#[test]
fn fasthttp_2298_what_is_written_has_no_other_attributes_when_it_is_read() {
    for value in HOSTILE {
        let cookie = Cookie::new("c", value);
        let header = cookie.to_set_cookie(Encoding::Percent).expect("any text can be a value");
        let encoded = Encoding::Percent.encode(value).expect("any text");
        sets_only(&header, encoded.as_bytes());
        assert_eq!(Encoding::Percent.decode(&encoded), value);
        // Nor does a gateway that joins headers make two of it.
        assert_eq!(split_set_cookie_list(&header).collect::<Vec<_>>(), [header.as_bytes()]);

        let mut jar = CookieJar::new();
        jar.set(&cookie).expect("any text can be a value");
        assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), [&*header]);
        let next = crate::next_header(&jar);
        let next = CookieJar::from_cookie_header(&next).expect("a header");
        assert_eq!(next.iter().collect::<Vec<_>>(), [("c", value)]);

        if let Ok(header) = cookie.to_set_cookie(Encoding::Raw) {
            sets_only(&header, value.as_bytes());
        }
    }
}

/// userver: attributes of a header that was received were written to another one unchecked.
#[test]
fn userver_1255_a_cookie_that_was_parsed_is_checked_before_it_is_written() {
    for header in
        ["c=1; Path=/\r\nSet-Cookie: a=1", "c=1; Domain=a\nb", "c=1\0", "c=1; Path=/\u{7f}"]
    {
        assert!(Cookie::parse(header).is_err(), "{header:?}");
        assert!(SetCookieEdit::new(header).is_err(), "{header:?}");
    }
    // What browsers read and no server should write.
    for header in ["c=1; Domain=a b", "c=1; Path=/\u{e9}", "c=1; Path=/\ta", "c d=1"] {
        no_writer_accepts(&Cookie::parse(header).expect("a header that browsers read"));
    }
    let value = Cookie::parse("c=\"a b\"").expect("a header that browsers read");
    assert!(CookieJar::new().set(&value).is_err());
}

/// js-cookie: a key `__proto__` of parsed JSON set attributes of a cookie.
#[test]
fn cve_2026_46625_input_cannot_set_attributes() {
    // There is no way from a value to an attribute; what is left is a representation of a whole cookie.
    #[cfg(feature = "serde")]
    {
        let json =
            r#"{"name": "c", "value": "1", "path": "/", "__proto__": {"domain": "evil.example"}}"#;
        assert!(serde_json::from_str::<Cookie<'static>>(json).is_err());
    }
    #[cfg(feature = "json")]
    {
        const TEMPLATE: gingersnap::CookieTemplate = gingersnap::CookieTemplate::new("c");
        let value = r#"{"__proto__": {"secure": false, "domain": "evil.example"}, "path": "/x"}"#;
        let value: serde_json::Value = serde_json::from_str(value).expect("JSON");
        let mut jar = CookieJar::new();
        jar.set(TEMPLATE.with_json(&value).expect("JSON")).expect("a cookie");
        let header = jar.set_cookie_headers().next().expect("a header");
        sets_only(header, crate::next_header(&jar).trim_start_matches("c=").as_bytes());
        assert_eq!(jar.get_json("c"), Ok(Some(value)));
    }
    #[cfg(all(feature = "store", feature = "json"))]
    {
        use gingersnap::store::file::Format;
        let entry = r#"{"name": "c", "value": "1", "domain": "shop.example", "secure": true,
            "__proto__": {"domain": "evil.example", "secure": false, "hostOnly": false}}"#;
        for format in [Format::CookieList, Format::Playwright] {
            let (store, report) = crate::client::read(format, format!("[{entry}]"));
            assert_eq!(report.stored, 1);
            let cookie = store.iter(crate::client::now()).next().expect("a cookie");
            assert_eq!((cookie.domain(), cookie.is_host_only()), ("shop.example", true));
            assert!(cookie.is_secure());
        }
    }
}
