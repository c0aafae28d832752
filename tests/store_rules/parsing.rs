//! What a store makes of a header: rules 15 to 26 (RFC 6265bis, section 5.6).

use std::time::Duration;

use gingersnap::store::Outcome;
use gingersnap::user_agent::Reason;
use gingersnap::{Cookie, SameSite};

use crate::any_store::AnyStore;
use crate::client::{Client, FORM, INSECURE_SHOP, LINK, NEWS, SHOP, WWW, at, script_at, seconds};

/// Checks what a header that is received from `https://shop.example/` makes of the next request there.
#[track_caller]
fn sends(header: impl AsRef<[u8]>, expected: &[u8]) {
    let mut client = Client::new();
    client.stores(SHOP, &header);
    let found = client.store.cookie_header(&at(SHOP), client.now).unwrap_or_default();
    assert_eq!(found.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[test]
fn rule_15_control_characters_refuse_the_cookie_however_it_comes() {
    let mut client = Client::new();
    let control = |byte, count| Reason::Control { byte, count };
    for byte in (0..=0x1F_u8).chain([0x7F]).filter(|byte| *byte != b'\t') {
        for header in [&[b'a', byte][..], &[b'a', b'=', b'1', b';', b'x', byte, b'y']] {
            client.refuses(SHOP, header, &[control(byte, 1)]);
        }
    }
    client.refuses(SHOP, "a=1\r\nSet-Cookie: b=2", &[control(b'\r', 2)]);
    for cookie in
        [Cookie::new("a\n", "1"), Cookie::new("a", "1\n"), Cookie::new("a", "1").with_path("/\n")]
    {
        let expected = Outcome::Refused([control(b'\n', 1)].into());
        assert_eq!(client.insert(SHOP, &cookie), expected);
    }
    assert!(client.store.is_empty(client.now));
    sends(b"a=1\t2; x=\xFF", b"a=1\t2");
}

#[test]
fn rule_16_a_header_is_split_at_semicolons_and_the_first_equals_sign() {
    for (header, expected) in [
        ("a=\"1; b=2\"", "a=\"1"),
        ("a=b=c", "a=b=c"),
        (" \ta\t= 1 ; Secure", "a=1"),
        ("a=", "a="),
        ("1", "1"),
        ("=1", "1"),
        (" = 1 ", "1"),
        ("==1", "=1"),
    ] {
        sends(header, expected.as_bytes());
    }
}

#[test]
fn rule_17_empty_and_large_cookies_are_refused_however_they_come() {
    let mut client = Client::new();
    for header in ["", "=", " = ;", "; Path=/"] {
        client.refuses(SHOP, header, &[Reason::Empty]);
    }
    assert_eq!(client.insert(SHOP, &Cookie::new("", "")).reasons(), [Reason::Empty]);
    let (fits, large) = ("v".repeat(4093), "v".repeat(4094));
    let too_large = [Reason::TooLarge { actual: 4097, limit: 4096 }];
    client.refuses(SHOP, format!("abc={large}"), &too_large);
    client.refuses(SHOP, format!("={}", "v".repeat(4097)), &too_large);
    assert_eq!(client.insert(SHOP, &Cookie::new("abc", &large)).reasons(), too_large);
    assert!(client.store.is_empty(client.now));
    client.stores(SHOP, format!("abc={fits}"));
    assert_eq!(client.insert(SHOP, &Cookie::new("abc", &fits)), Outcome::Replaced);
    // What is removed is measured, too.
    client.refuses(SHOP, format!("abc={large}; Max-Age=0"), &too_large);
}

#[test]
fn rule_18_an_attribute_that_is_too_long_is_ignored() {
    let mut client = Client::new();
    let path = |len: usize| format!("/{}", "p".repeat(len - 1));
    client.stores(SHOP, format!("a=1; Path=/x; Path={}", path(1025)));
    client.stores(SHOP, format!("b=1; Path=/x; Path={}", path(1024)));
    assert_eq!(client.cookie("a").path(), b"/x");
    assert_eq!(client.cookie("b").path(), path(1024).as_bytes());
}

#[test]
fn rule_19_names_and_values_are_sent_as_they_were_received() {
    for pair in [
        &b"a=%41%zz%"[..],
        b"a=\"1 2\"",
        b"%61=1",
        b"a=\xC3\xA9\xFF",
        b"\xFF=1",
        b"\xFF\xFE",
        b"a=1,2 3\\",
    ] {
        sends(pair, pair);
    }
    sends("a=1; pATH=/; Path=/x; PATH=/; Unknown=1", b"a=1");
}

#[test]
fn rule_19_a_cookie_by_hand_is_sent_as_it_is_written() {
    let mut client = Client::new();
    for (cookie, expected) in [
        (Cookie::new("a", "%41 \"é\""), "a=%41 \"é\""),
        (Cookie::new("a", "é b").with_encoding(gingersnap::Encoding::Percent), "a=%C3%A9%20b"),
        (Cookie::new("a", "%41").with_encoding(gingersnap::Encoding::Raw), "a=%41"),
        (Cookie::parse("a=%41").expect("a cookie"), "a=%41"),
    ] {
        assert!(client.insert(SHOP, &cookie).is_stored());
        assert_eq!(client.sends(SHOP), expected);
        client.store.clear();
    }
    // What a header could not have made is refused.
    for (name, value, path) in [
        ("a=b", "1", "/"),
        ("a;b", "1", "/"),
        (" a", "1", "/"),
        ("a\t", "1", "/"),
        ("a", "1;2", "/"),
        ("a", " 1", "/"),
        ("a", "1\t", "/"),
        ("a", "1", "/a;b"),
        ("a;b", "1", "/a;b"),
        ("a", "1", "/a "),
    ] {
        let cookie = Cookie::new(name, value).with_path(path);
        assert_eq!(client.insert(SHOP, &cookie).reasons(), [Reason::NotReadBack], "{cookie:?}");
    }
    assert!(client.insert(SHOP, &Cookie::new("a", "1=2").with_path("/a=b c")).is_stored());
}

#[test]
fn rule_20_flags_count_whatever_their_value_is() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Secure=false");
    client.stores(SHOP, "b=1; HttpOnly=no");
    assert_eq!(client.sends(INSECURE_SHOP), "b=1");
    assert_eq!(client.sends_in(&script_at(SHOP)), "a=1");
}

#[test]
fn rule_21_a_date_is_read_as_browsers_do() {
    let mut client = Client::new();
    for (date, expected) in [
        ("Sun, 06 Nov 1994 08:49:38 GMT", Some(1)),
        ("Sunday, 06-Nov-94 08:50:37 PST", Some(60)),
        ("8:49:38 6 november 94", Some(1)),
        ("Wed, 30 Feb 1995 00:00:00 GMT", None),
        ("tomorrow", None),
    ] {
        client.stores(SHOP, format!("a=1; Expires={date}"));
        let expected = expected.map(|after| client.now + seconds(after));
        assert_eq!(client.cookie("a").expires(), expected, "{date}");
    }
    // An earlier date stands.
    client.stores(SHOP, "a=1; Expires=06 Nov 1994 08:49:38; Expires=never");
    assert_eq!(client.cookie("a").expires(), Some(client.now + seconds(1)));
}

#[test]
fn rule_22_max_age_is_digits() {
    let mut client = Client::new();
    for (value, expected) in [("60", Some(60)), ("060", Some(60)), ("", None), ("-", None)] {
        client.stores(SHOP, format!("a=1; Max-Age={value}"));
        let expected = expected.map(|after| client.now + seconds(after));
        assert_eq!(client.cookie("a").expires(), expected, "{value}");
    }
    for value in ["+1", "1.5", "1s", "0x1"] {
        client.stores(SHOP, format!("a=1; Max-Age={value}"));
        assert!(client.cookie("a").is_session(), "{value}");
    }
    for value in ["0", "-0", "-1", "-99999999999999999999"] {
        client.stores(SHOP, "a=1");
        let outcome = client.receive(&at(SHOP), format!("a=1; Max-Age={value}"));
        assert_eq!(outcome, Outcome::Removed, "{value}");
        assert_eq!(client.sends(SHOP), "");
    }
}

#[test]
fn rule_23_max_age_beats_expires_and_both_are_capped() {
    const PAST: &str = "Expires=01 Jan 1970 00:00:00";
    const DAY: u64 = 86_400;
    let mut client = Client::new();
    client.stores(SHOP, format!("a=1; Max-Age=60; {PAST}"));
    client.stores(SHOP, format!("b=1; {PAST}; Max-Age=60"));
    assert_eq!(client.sends(SHOP), "a=1; b=1");
    for (attribute, days) in [
        ("Max-Age=34560000", 400),
        ("Max-Age=34560001", 400),
        ("Max-Age=99999999999999999999", 400),
        ("Expires=31 Dec 9999 23:59:59", 400),
        ("Expires=Mon, 07 Nov 1994 08:49:37 GMT", 1),
    ] {
        client.stores(SHOP, format!("a=1; {attribute}"));
        let expires = client.now + seconds(days * DAY);
        assert_eq!(client.cookie("a").expires(), Some(expires), "{attribute}");
    }
    let forever = Cookie::new("a", "1").with_max_age(Duration::MAX);
    assert!(client.insert(SHOP, &forever).is_stored());
    client.wait(400 * DAY - 1);
    assert_eq!(client.sends(SHOP), "a=1");
    client.wait(1);
    assert_eq!(client.sends(SHOP), "");
    // Each response starts the lifetime anew.
    client.stores(SHOP, "a=1; Max-Age=60");
    client.wait(59);
    client.stores(SHOP, "a=1; Max-Age=60");
    client.wait(59);
    assert_eq!(client.sends(SHOP), "a=1");
}

#[test]
fn rule_24_a_domain_loses_its_dot_and_its_upper_case() {
    let mut client = Client::new();
    client.stores(WWW, "a=1; Domain=.SHOP.Example");
    assert_eq!(
        (client.cookie("a").domain(), client.cookie("a").is_host_only()),
        ("shop.example", false)
    );
    for header in ["b=1; Domain=", "c=1; Domain=.", "d=1; Domain=shop.example; Domain"] {
        client.stores(SHOP, header);
    }
    assert_eq!(client.sends(SHOP), "a=1; b=1; c=1; d=1");
    assert_eq!(client.sends(WWW), "a=1");
    client.refuses(SHOP, "e=1; Domain=é.example", &[Reason::DomainNonAscii]);
    client.refuses(SHOP, b"e=1; Domain=shop.example; Domain=\xFF", &[Reason::DomainNonAscii]);
    client.stores(SHOP, "e=1; Domain=é; Domain=shop.example");
    let by_hand = Cookie::new("f", "1").with_domain("é.example");
    assert_eq!(client.insert(SHOP, &by_hand).reasons(), [Reason::DomainNonAscii]);
}

#[test]
fn rule_25_a_path_without_a_slash_is_the_default_path() {
    const URL: &str = "https://shop.example/cart/items";
    let mut client = Client::new();
    for header in ["a=1", "a=1; Path", "a=1; Path=cart/x", "a=1; Path=/; Path=x"] {
        client.stores(URL, header);
        assert_eq!(client.cookie("a").path(), b"/cart", "{header}");
    }
    let by_hand = Cookie::new("a", "1").with_path("x");
    assert_eq!(client.insert(URL, &by_hand), Outcome::Replaced);
    assert_eq!(client.insert(URL, &by_hand.with_default_path()), Outcome::Replaced);
}

#[test]
fn rule_26_an_unknown_same_site_is_enforced_as_lax() {
    let image = at(SHOP).with_initiator(&at(NEWS));
    for (attribute, expected, [by_image, by_link, by_form]) in [
        ("SameSite=STRICT", SameSite::Strict, [false, false, false]),
        ("SameSite=lax", SameSite::Lax, [false, true, false]),
        ("samesite=None", SameSite::None, [true, true, true]),
        ("SameSite", SameSite::Unset, [false, true, false]),
        ("SameSite=None; SameSite=x", SameSite::Unset, [false, true, false]),
        ("x", SameSite::Unset, [false, true, false]),
    ] {
        let mut client = Client::new();
        client.stores(SHOP, format!("a=1; Secure; {attribute}"));
        assert_eq!(client.cookie("a").same_site(), expected, "{attribute}");
        for (kind, is_sent) in [(image.kind(), by_image), (LINK, by_link), (FORM, by_form)] {
            let sent = client.sends_in(&image.clone().with_kind(kind));
            assert_eq!(!sent.is_empty(), is_sent, "{attribute}, {kind:?}");
        }
    }
}

#[test]
fn rule_40_headers_are_processed_in_order_and_never_split_at_a_comma() {
    use Outcome::{NothingToRemove, Removed, Replaced, Stored};
    let mut store = AnyStore::new();
    let now = Client::new().now;
    let headers = ["a=1, b=2; Path=/", "c=3", "c=4", "c=; Max-Age=0", "\0", "c=5", "d=; Max-Age=0"];
    let outcomes = store.receive(&at(SHOP), headers, now);
    let refused = Outcome::Refused([Reason::Control { byte: 0, count: 1 }].into());
    assert_eq!(outcomes, [Stored, Stored, Replaced, Removed, refused, Stored, NothingToRemove]);
    assert_eq!(store.cookie_header(&at(SHOP), now), Some(b"a=1, b=2; c=5".to_vec()));
}
