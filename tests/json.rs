//! Values in JSON.
#![cfg(feature = "json")]

use std::collections::BTreeMap;

use gingersnap::errors::{CookieErrorKind, Error, JsonError, JsonErrorKind};
use gingersnap::{CookieJar, CookieTemplate, Encoding};
use proptest::prelude::*;
use serde::{Deserialize, Serialize, Serializer};

const CART: CookieTemplate = CookieTemplate::new("cart");
const SECRET: &str = "hunter2";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: Vec<(u64, String)>,
    note: Option<String>,
    prices: BTreeMap<String, i64>,
    is_gift: bool,
}

fn carts() -> impl Strategy<Value = Cart> {
    let items = proptest::collection::vec((any::<u64>(), "\\PC{0,20}"), 0..8);
    let prices = proptest::collection::btree_map(any::<String>(), any::<i64>(), 0..4);
    (items, proptest::option::of(any::<String>()), prices, any::<bool>())
        .prop_map(|(items, note, prices, is_gift)| Cart { items, note, prices, is_gift })
}

/// Reads what a jar would send as the next request.
fn next_request(jar: &CookieJar<'_>) -> CookieJar<'static> {
    let pairs = jar.set_cookie_headers().map(|header| header.split(';').next().unwrap());
    let header = pairs.collect::<Vec<_>>().join("; ");
    CookieJar::from_cookie_header(&header).unwrap().into_owned()
}

proptest! {
    #[test]
    fn what_is_written_is_read(cart in carts()) {
        let mut jar = CookieJar::new();
        let cookie = CART.with_json(&cart).unwrap();
        if let Err(error) = jar.set(cookie) {
            // Text of many languages takes nine bytes for a character.
            prop_assert!(matches!(error.kind, CookieErrorKind::Limit(_)), "{error}");
            return Ok(());
        }
        for jar in [&jar, &next_request(&jar)] {
            prop_assert_eq!(jar.get_json::<Cart>("cart"), Ok(Some(cart.clone())));
        }
    }

    /// Whatever was received, reading it neither panics nor shows it.
    #[test]
    fn whatever_is_received_gives_a_value_or_an_error(text in "\\PC{0,40}|[\\[\\]{}:,\"0-9.\n -]{0,40}") {
        let header = format!("cart={}", Encoding::Percent.encode(&text).unwrap());
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        prop_assert_eq!(jar.get("cart"), Some(text.as_str()));
        if let Err(error) = jar.get_json::<Cart>("cart") {
            let (JsonErrorKind::Malformed { position } | JsonErrorKind::WrongType { position }) =
                error.kind
            else {
                panic!("{error}");
            };
            prop_assert!(position <= text.len(), "{position}: {text:?}");
        }
    }
}

#[track_caller]
fn says<T: std::fmt::Debug>(result: Result<T, JsonError>, message: &str) {
    let error = Error::from(result.unwrap_err());
    assert_eq!(error.to_string(), message);
    assert!(!format!("{error:?}").contains(SECRET));
    assert!(std::error::Error::source(&error).is_none());
}

#[test]
fn errors_say_which_cookie_and_where_but_not_what() {
    let cases = [
        ("", "not JSON, at byte 0"),
        ("hunter2", "not JSON, at byte 0"),
        ("[1,hunter2]", "not JSON, at byte 3"),
        ("[1,\n 2,\n hunter2]", "not JSON, at byte 9"),
        ("[1, 2", "not JSON, at byte 4"),
        ("[1] hunter2", "not JSON, at byte 4"),
        (r#"[1, "hunter2"]"#, "JSON, but not of the requested type, at byte 12"),
        (r#"{"hunter2": 1}"#, "JSON, but not of the requested type, at byte 0"),
        ("[300]", "JSON, but not of the requested type, at byte 3"),
    ];
    for (value, message) in cases {
        let mut jar = CookieJar::new();
        jar.set(CART.with_value(value)).unwrap();
        let message = format!("cookie `cart`: the value is {message}");
        says(jar.get_json::<Vec<u8>>("cart"), &message);
    }
    assert_eq!(CookieJar::new().get_json::<u8>("cart"), Ok(None));

    let deep = "[".repeat(100_000);
    let header = format!("cart={deep}");
    let policy = gingersnap::Policy::new();
    let limits = gingersnap::Limits::DEFAULT.with_received_bytes(200_000);
    let jar = policy.with_limits(limits).jar_from_cookie_header(&header).unwrap();
    let error = jar.get_json::<serde::de::IgnoredAny>("cart").unwrap_err();
    assert!(matches!(error.kind, JsonErrorKind::Malformed { .. }), "{error}");
}

/// A value that says its secret when it cannot be written.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(SECRET))
    }
}

#[test]
fn what_has_no_form_in_json_is_an_error() {
    says(CART.with_json(&Unwritable), "cookie `cart`: the value cannot be written as JSON");
    let keys_of_two: BTreeMap<(u8, u8), u8> = [((1, 2), 3)].into();
    says(CART.with_json(&keys_of_two), "cookie `cart`: the value cannot be written as JSON");
}

#[test]
fn the_limits_hold_for_json() {
    let mut jar = CookieJar::new();
    let error = jar.set(CART.with_json(&"\"".repeat(1_000)).unwrap()).unwrap_err();
    assert!(matches!(error.kind, CookieErrorKind::Limit(_)));
    assert!(jar.is_empty());
}

#[cfg(all(feature = "signed", feature = "encrypted"))]
#[test]
fn every_sealed_view_takes_json() {
    use gingersnap::protect::{Key, Keyring};

    let keyring = Keyring::new(&Key::generate().unwrap());
    let cart = Cart { note: Some(SECRET.into()), ..Cart::default() };
    let cookie = || CART.with_json(&cart).unwrap();
    let mut jar = CookieJar::new();

    jar.signed_mut(&keyring).set(cookie()).unwrap();
    let opened = next_request(&jar).signed(&keyring).get("cart").unwrap().unwrap().into_owned();
    assert_eq!(opened.json(), Ok(cart.clone()));
    jar.encrypted_mut(&keyring).set(cookie()).unwrap();
    let opened = next_request(&jar).encrypted(&keyring).get("cart").unwrap().unwrap().into_owned();
    assert_eq!(opened.json(), Ok(cart.clone()));
    jar.encrypted_chunks_mut(&keyring).set(cookie()).unwrap();
    let opened = next_request(&jar).encrypted_chunks(&keyring).get("cart").unwrap().unwrap();
    assert_eq!(opened.json(), Ok(cart.clone()));
    says(opened.json::<u8>(), "the value is JSON, but not of the requested type, at byte 0");
}
