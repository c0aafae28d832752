//! The representations for serde stay as they are, and refuse what they do not know.
#![cfg(feature = "serde")]

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::{Cookie, Encoding, Limits, SameSite};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{from_str, json, to_value};

#[test]
fn the_representations_are_these() {
    let cookie = Cookie::new("sid", "31d4")
        .with_domain("shop.example")
        .with_max_age(Duration::from_secs(60))
        .with_expires(UNIX_EPOCH + Duration::from_secs(784_111_777))
        .with_secure(true)
        .with_http_only(true)
        .with_partitioned(true)
        .with_same_site(SameSite::Lax)
        .with_encoding(Encoding::Raw);
    let expected = json!({
        "name": "sid", "value": "31d4", "encoding": "Raw", "domain": "shop.example", "path": "/",
        "max_age": 60, "expires": 784_111_777, "secure": true, "http_only": true,
        "partitioned": true, "same_site": "Lax",
    });
    assert_eq!(to_value(&cookie).unwrap(), expected);
    assert_eq!(from_str::<Cookie>(&expected.to_string()).unwrap(), cookie);
    let bare = Cookie::new("a", "").with_default_path();
    assert_eq!(to_value(&bare).unwrap(), json!({"name": "a", "value": ""}));
    assert_eq!(from_str::<Cookie>(r#"{"name": "a", "value": ""}"#).unwrap(), bare);

    for (same_site, text) in [
        (SameSite::Strict, "Strict"),
        (SameSite::Lax, "Lax"),
        (SameSite::None, "None"),
        (SameSite::Unset, "Unset"),
    ] {
        assert_eq!(to_value(same_site).unwrap(), json!(text));
        assert_eq!(from_str::<SameSite>(&json!(text).to_string()).unwrap(), same_site);
    }
    for (encoding, text) in [(Encoding::Percent, "Percent"), (Encoding::Raw, "Raw")] {
        assert_eq!(to_value(encoding).unwrap(), json!(text));
        assert_eq!(from_str::<Encoding>(&json!(text).to_string()).unwrap(), encoding);
    }
    let limits = json!({
        "cookie_bytes": 4096, "attribute_bytes": 1024, "cookies": 150,
        "cookie_header_bytes": 8190, "response_bytes": null, "received_bytes": 65_536,
        "received_pairs": 3000,
    });
    assert_eq!(to_value(Limits::DEFAULT).unwrap(), limits);
    assert_eq!(from_str::<Limits>("{}").unwrap(), Limits::DEFAULT);
    assert_eq!(from_str::<Limits>(r#"{"cookies": 50}"#).unwrap(), Limits::SPEC);
}

#[test]
fn an_error_shows_no_value() {
    let error = from_str::<Cookie>(r#"{"name": "a", "value": 31415}"#).unwrap_err();
    assert!(!error.to_string().contains("31415"), "{error}");
    // Whole headers, where a map should be.
    for (text, message) in [
        (r#""sid=SECRET; Path=/""#, "a cookie is a map, not text"),
        (r#"["sid=SECRET"]"#, "invalid type: sequence, expected a map of a cookie"),
        (r#"{"sid": "SECRET"}"#, "unknown field `sid`, expected one of"),
    ] {
        let error = from_str::<Cookie>(text).unwrap_err().to_string();
        assert!(error.starts_with(message) && !error.contains("SECRET"), "{error}");
    }
    let bytes = serde::de::value::BytesDeserializer::<serde_json::Error>::new(b"sid=SECRET");
    let error = Cookie::deserialize(bytes).unwrap_err();
    assert_eq!(error.to_string(), "a cookie is a map, not bytes");
}

#[test]
fn what_is_not_known_is_an_error() {
    for text in [
        r#"{"name": "a"}"#,
        r#"{"name": "a", "value": "", "htttp_only": true}"#,
        r#"{"name": "a", "value": "", "same_site": "lax"}"#,
        r#"{"name": "a", "value": "", "encoding": "raw"}"#,
        r#"{"name": "a", "value": "", "max_age": -1}"#,
    ] {
        assert!(from_str::<Cookie>(text).is_err(), "{text}");
    }
    assert!(from_str::<Limits>(r#"{"cookie": 50}"#).is_err());
    assert!(from_str::<Limits>(r#"{"cookies": -1}"#).is_err());
}

proptest! {
    #[test]
    fn any_cookie_is_read_back(
        name in ".*", value in ".*", domain in prop::option::of("[a-zA-Z.é]{0,9}"),
        path in prop::option::of(".*"), age in prop::option::of(any::<u32>()), flags in any::<[bool; 3]>(),
    ) {
        let mut cookie = Cookie::new(name, value).with_default_path().with_max_age(
            age.map(|age| Duration::from_secs(age.into())),
        );
        if let Some(domain) = domain {
            cookie = cookie.with_domain(domain);
        }
        if let Some(path) = path {
            cookie = cookie.with_path(path);
        }
        cookie = cookie.with_secure(flags[0]).with_http_only(flags[1]).with_partitioned(flags[2]);
        let text = serde_json::to_string(&cookie).unwrap();
        let read: Cookie = from_str(&text).unwrap();
        // One leading dot of a domain is dropped each time it is set.
        if cookie.domain().is_none_or(|domain| !domain.starts_with('.')) {
            prop_assert_eq!(read, cookie);
        }
    }
}
