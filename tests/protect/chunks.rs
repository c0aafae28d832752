//! Encrypted values of several cookies each.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use gingersnap::errors::{CookieErrorKind, LimitError, OpenError, SealErrorKind};
use gingersnap::{Cookie, CookieJar, CookieTemplate, Limits, Policy};
use proptest::prelude::*;

use crate::sealing::{NOW, at, ring};
use crate::support::{refused, secs};

/// A browser that knows names and values only.
#[derive(Clone, Debug, Default)]
struct Browser(BTreeMap<String, String>);

impl Browser {
    fn header(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn receive(&mut self, jar: &CookieJar<'_>) {
        for header in jar.set_cookie_headers() {
            let (name, rest) = header.split_once('=').unwrap();
            match rest.split_once(';').unwrap() {
                (_, attributes) if attributes.contains("Max-Age=0") => self.0.remove(name),
                (value, _) => self.0.insert(name.to_owned(), value.to_owned()),
            };
        }
    }

    fn jar(&self) -> CookieJar<'static> {
        roomy().jar_from_cookie_header(&self.header()).unwrap().into_owned()
    }

    fn set(&mut self, value: &str) -> usize {
        let mut jar = self.jar();
        let count = jar.encrypted_chunks_mut(&ring(1)).set_at(("token", value), at(NOW)).unwrap();
        self.receive(&jar);
        count
    }

    fn get(&self) -> Result<Option<String>, OpenError> {
        let (jar, keyring) = (self.jar(), ring(1));
        let opened = jar.encrypted_chunks(&keyring).get_at("token", at(NOW))?;
        Ok(opened.map(|opened| opened.value.into_owned()))
    }

    fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// With room for several cookies of 4 KB.
fn roomy() -> Policy {
    Policy::new().with_limits(Limits::DEFAULT.with_cookie_header_bytes(65_000))
}

#[test]
fn a_large_value_is_written_read_and_removed_as_one() {
    let mut browser = Browser::default();
    assert_eq!(browser.get(), Ok(None));
    let value = "long é ".repeat(1_500);
    assert_eq!(browser.set(&value), 4);
    assert_eq!(browser.names(), ["token.0", "token.1", "token.2", "token.3"]);
    assert!(browser.0.iter().all(|(name, value)| name.len() + value.len() <= 4096));
    assert_eq!(browser.get(), Ok(Some(value)));

    assert_eq!(browser.set("short"), 1);
    assert_eq!(browser.names(), ["token.0"]);
    assert_eq!(browser.get(), Ok(Some("short".to_owned())));

    browser.set(&"x".repeat(5_000));
    let mut jar = browser.jar();
    jar.encrypted_chunks_mut(&ring(1)).remove("token").unwrap();
    assert_eq!(jar.encrypted_chunks(&ring(1)).get("token"), Ok(None));
    jar.encrypted_chunks_mut(&ring(1)).set(("now", "1")).unwrap();
    let opened = jar.encrypted_chunks(&ring(1)).get("now").unwrap();
    assert_eq!(opened.expect("it was set").value, "1");
    jar.encrypted_chunks_mut(&ring(1)).remove("now").unwrap();
    browser.receive(&jar);
    assert_eq!((browser.names(), browser.get()), (vec![], Ok(None)));
}

#[test]
fn the_attributes_are_those_of_each_cookie_and_a_removal_names_them() {
    const TOKEN: CookieTemplate = CookieTemplate::host_prefixed("__Host-token");
    const SHOP: CookieTemplate = CookieTemplate::new("cart").with_path("/shop");
    let keyring = ring(1);
    let mut jar = CookieJar::new();
    let mut view = jar.encrypted_chunks_mut(&keyring).with_lifetime(secs(60));
    assert_eq!(view.set_at(TOKEN.with_value("x".repeat(4_000)), at(NOW)), Ok(2));
    for (index, header) in jar.set_cookie_headers().enumerate() {
        assert!(header.starts_with(&format!("__Host-token.{index}=")), "{header}");
        assert!(header.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{header}");
    }
    refused(jar.encrypted_chunks(&keyring).get_at("__Host-token", at(NOW + 60)), "expired");

    let mut jar = CookieJar::from_cookie_header("cart.0=a; cart.1=b").unwrap();
    jar.encrypted_chunks_mut(&keyring).set(SHOP.with_value("").with_max_age(secs(0))).unwrap();
    let removed: Vec<_> = jar.set_cookie_headers().map(|header| header.split('=').next()).collect();
    assert_eq!(removed, [Some("cart.0"), Some("cart.1")]);
    assert!(jar.set_cookie_headers().all(|header| header.ends_with("Path=/shop")));
}

#[test]
fn a_missing_or_foreign_chunk_is_an_error() {
    let mut first = Browser::default();
    first.set(&"a".repeat(8_000));
    let mut second = Browser::default();
    second.set(&"b".repeat(8_000));
    assert_eq!(first.names(), ["token.0", "token.1", "token.2"]);
    for name in ["token.0", "token.1", "token.2"] {
        let mut browser = first.clone();
        browser.0.remove(name);
        let error = browser.get().unwrap_err();
        let index = name.strip_prefix("token").unwrap();
        let message = format!("cookie `token`: the cookie `{index}` of the value is missing");
        assert_eq!(error.to_string(), message);

        browser.0.insert(name.to_owned(), second.0[name].clone());
        refused(browser.get(), "foreign chunk");
        // Its id does not make it belong.
        let forged = format!("{}{}", &first.0[name][..8], &second.0[name][8..]);
        browser.0.insert(name.to_owned(), forged);
        refused(browser.get(), "tampered");

        browser.0.insert(name.to_owned(), "nobody sealed this".to_owned());
        assert!(browser.get().is_err());
    }
    let mut browser = first.clone();
    let cut = first.0["token.2"].len() - 4;
    browser.0.get_mut("token.2").unwrap().truncate(cut);
    refused(browser.get(), "tampered");
    // What was sealed for another name does not open.
    let renamed =
        first.0.iter().map(|(name, value)| (name.replace("token", "other"), value.clone()));
    let (jar, keyring) = (Browser(renamed.collect()).jar(), ring(1));
    refused(jar.encrypted_chunks(&keyring).get_at("other", at(NOW)), "tampered");
}

#[test]
fn cookies_planted_by_others_hide_nothing() {
    let mut browser = Browser::default();
    let value = "a".repeat(8_000);
    browser.set(&value);
    let mut other = Browser::default();
    other.set(&"b".repeat(12_000));
    let planted = "token.0=x; token.1=y; token.0=12345678999999.zzz; token.7=12345678; token.01=1";
    for header in
        [format!("{planted}; {}", browser.header()), format!("{}; {planted}", browser.header())]
    {
        let jar = roomy().jar_from_cookie_header(&header).unwrap();
        let opened = jar.encrypted_chunks(&ring(1)).get_at("token", at(NOW)).unwrap().unwrap();
        assert_eq!(opened.value, value);
    }
    // Of two whole values, the first one counts, as of two cookies of one name.
    for (header, expected) in [
        (format!("{}; {}", browser.header(), other.header()), "a"),
        (format!("{}; {}", other.header(), browser.header()), "b"),
    ] {
        let jar = roomy().jar_from_cookie_header(&header).unwrap();
        let opened = jar.encrypted_chunks(&ring(1)).get_at("token", at(NOW)).unwrap().unwrap();
        assert!(opened.value.starts_with(expected));
    }
}

#[test]
fn a_value_without_room_changes_nothing() {
    let keyring = ring(1);
    let mut jar = CookieJar::from_cookie_header("token.0=a; token.1=b; token.9=c; d=e").unwrap();
    jar.set(("theme", "dark")).unwrap();
    let before: Vec<_> = jar.set_cookie_headers().map(str::to_owned).collect();
    let cookies = jar.clone();
    let error = jar.encrypted_chunks_mut(&keyring).set(("token", "x".repeat(7_000))).unwrap_err();
    assert_eq!(error.name, "token.1");
    let SealErrorKind::Cookie(CookieErrorKind::Limit(limit)) = error.kind else { panic!() };
    assert!(matches!(limit, LimitError::CookieHeaderBytes { limit: 8_190, .. }), "{limit}");
    assert!(jar.set_cookie_headers().eq(&before));
    assert!(jar.iter().eq(cookies.iter()));
    assert_eq!(jar.budget(), cookies.budget());

    // A name that leaves no room for a value.
    for (name_len, room) in [(4_079, true), (4_080, false), (5_000, false)] {
        let name = "n".repeat(name_len);
        let result = jar.encrypted_chunks_mut(&keyring).set((name.as_str(), ""));
        let error = result.unwrap_err();
        let SealErrorKind::Cookie(CookieErrorKind::Limit(error)) = error.kind else { panic!() };
        let is_cookie = matches!(error, LimitError::CookieBytes { limit: 4096, .. });
        assert_eq!(!is_cookie, room, "{error}");
        assert!(jar.iter().eq(cookies.iter()));
    }
}

#[test]
fn what_a_single_cookie_cannot_be_a_value_of_several_cannot_be_either() {
    let keyring = ring(1);
    let mut jar = CookieJar::new();
    let mut view = jar.encrypted_chunks_mut(&keyring);
    let before_1601 = SystemTime::UNIX_EPOCH - Duration::from_secs(400 * 366 * 86_400);
    let removal = Cookie::new("token", "a").with_expires(before_1601);
    let SealErrorKind::Cookie(kind) = view.set(&removal).unwrap_err().kind else { panic!() };
    assert!(matches!(kind, CookieErrorKind::Expires(_)), "{kind}");
    let empty = SealErrorKind::Cookie(CookieErrorKind::NameEmpty);
    assert_eq!(view.set(("", "a")).unwrap_err().kind, empty);
    assert_eq!(view.remove("").unwrap_err().kind, CookieErrorKind::NameEmpty);
    assert_eq!(jar.changes().count(), 0);
}

proptest! {
    /// Whatever the browser had, it has exactly the chunks of the last value.
    #[test]
    fn the_last_value_is_read(
        values in proptest::collection::vec(proptest::option::of((any::<char>(), 0..4_000_usize)), 1..6),
        lost in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let mut browser = Browser::default();
        for (value, lost) in values.iter().zip(lost) {
            let mut jar = browser.jar();
            let keyring = ring(1);
            let mut view = jar.encrypted_chunks_mut(&keyring);
            let value = value.map(|(character, count)| String::from_iter(vec![character; count]));
            let count = if let Some(value) = &value {
                view.set_at(("token", value), at(NOW)).unwrap()
            } else {
                view.remove("token").unwrap();
                0
            };
            let opened = jar.encrypted_chunks(&keyring).get_at("token", at(NOW)).unwrap();
            prop_assert_eq!(opened.map(|opened| opened.value.into_owned()), value.clone());
            browser.receive(&jar);
            prop_assert_eq!(browser.0.len(), count);
            prop_assert_eq!(browser.get(), Ok(value));
            if lost {
                browser.0.pop_first();
            }
        }
    }
}

#[test]
fn thousands_of_planted_chunks_do_not_swell_the_response() {
    let planted: Vec<String> = (0..2_900).map(|index| format!("token.{index}=x")).collect();
    let mut jar = roomy().jar_from_cookie_header(&planted.join("; ")).unwrap().into_owned();
    jar.encrypted_chunks_mut(&ring(1)).remove("token").unwrap();
    assert_eq!(jar.set_cookie_headers().count(), Limits::DEFAULT.cookies() as usize);
}

#[test]
fn a_cookie_of_one_chunk_is_not_a_plain_cookie() {
    let mut jar = CookieJar::new();
    let keyring = ring(1);
    jar.encrypted_mut(&keyring).set_at(Cookie::new("token", "a"), at(NOW)).unwrap();
    assert_eq!(jar.encrypted_chunks(&keyring).get_at("token", at(NOW)), Ok(None));
    jar.encrypted_chunks_mut(&keyring).set_at(("id", "b"), at(NOW)).unwrap();
    assert_eq!(jar.encrypted(&keyring).get_at("id", at(NOW)), Ok(None));
    refused(jar.encrypted(&keyring).get_at("id.0", at(NOW)), "malformed");
}
