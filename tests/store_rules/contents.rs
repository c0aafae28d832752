//! Looking into a store, and removing by hand.

use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use gingersnap::Cookie;
use gingersnap::store::{Outcome, StoredCookie};

use crate::any_store::AnyStore;
use crate::client::{Client, NEWS, SHOP, WWW, at, script_at, seconds};

fn names(cookies: impl Iterator<Item = StoredCookie>) -> String {
    let mut names: Vec<_> = cookies.map(|c| c.name().escape_ascii().to_string()).collect();
    names.sort();
    names.join(" ")
}

/// A store with cookies of two sites.
fn filled() -> Client {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Path=/x");
    client.wait(1);
    client.stores(SHOP, "b=1; Domain=shop.example; Max-Age=60");
    client.wait(1);
    client.stores(WWW, "c=1; Secure; HttpOnly; SameSite=Strict; Partitioned");
    client.wait(1);
    client.stores(NEWS, "d=1; Max-Age=10");
    client
}

#[test]
fn a_stored_cookie_says_what_was_received_and_when() {
    let mut client = filled();
    let start = client.now - seconds(3);
    let cookie = client.cookie("c");
    assert_eq!((cookie.name(), cookie.value(), cookie.path()), (&b"c"[..], &b"1"[..], &b"/"[..]));
    assert_eq!((cookie.domain(), cookie.is_host_only()), ("www.shop.example", true));
    assert_eq!(cookie.partition(), Some("https://shop.example"));
    assert!(cookie.is_secure() && cookie.is_http_only() && cookie.is_partitioned());
    assert_eq!(cookie.same_site(), gingersnap::SameSite::Strict);
    assert!(cookie.is_session() && cookie.expires().is_none());
    assert_eq!(cookie.created(), start + seconds(2));
    assert_eq!(cookie.text_bytes(), "c1www.shop.example/https://shop.example".len());
    let identity = cookie.identity();
    assert_eq!(
        (identity.name(), identity.domain(), identity.path()),
        (&b"c"[..], "www.shop.example", &b"/"[..])
    );
    assert_eq!(identity.partition(), Some("https://shop.example"));
    let cookie = client.cookie("b");
    assert_eq!((cookie.domain(), cookie.is_host_only()), ("shop.example", false));
    assert_eq!((cookie.partition(), cookie.is_partitioned()), (None, false));
    assert_eq!(cookie.expires(), Some(start + seconds(61)));
    client.stores(SHOP, "=secret-value");
    let text = format!("{:?} {:?}", client.store, client.cookie(""));
    assert!(!text.contains("secret-value") && text.contains("<12 bytes>"), "{text}");
}

#[test]
fn get_finds_the_first_cookie_that_would_be_sent() {
    let mut client = Client::new();
    client.stores(SHOP, "a=root");
    client.stores(SHOP, "a=x; Path=/x");
    client.stores(SHOP, "a=partitioned; Path=/x; Secure; Partitioned");
    client.stores(SHOP, "b=1; HttpOnly; Max-Age=10");
    let value = |client: &Client, url: &str, name: &str| {
        let cookie = client.store.get(&at(url), name, client.now);
        cookie.map(|cookie| cookie.value().escape_ascii().to_string())
    };
    assert_eq!(value(&client, SHOP, "a").as_deref(), Some("root"));
    assert_eq!(value(&client, "https://shop.example/x", "a").as_deref(), Some("x"));
    assert_eq!(value(&client, "http://shop.example/x", "a").as_deref(), Some("x"));
    client.receive(&at(SHOP), "a=; Path=/x; Max-Age=0");
    assert_eq!(value(&client, "https://shop.example/x", "a").as_deref(), Some("partitioned"));
    assert_eq!(value(&client, "http://shop.example/x", "a").as_deref(), Some("root"));
    for (url, name) in [(SHOP, "A"), (SHOP, ""), (WWW, "a"), (NEWS, "a")] {
        assert_eq!(value(&client, url, name), None, "{url}: {name}");
    }
    assert!(client.store.get(&script_at(SHOP), b"b", client.now).is_none());
    assert!(value(&client, SHOP, "b").is_some());
    client.wait(10);
    assert_eq!(value(&client, SHOP, "b"), None);
}

#[test]
fn cookies_are_listed_by_site_and_by_host() {
    let client = filled();
    let (store, now) = (&client.store, client.now);
    assert_eq!(names(store.iter(now)), "a b c d");
    for host in ["shop.example", "www.shop.example", "any.shop.example"] {
        assert_eq!(names(store.iter_site(host, now)), "a b c", "{host}");
    }
    for (host, expected) in [
        ("shop.example", "a b"),
        ("www.shop.example", "b c"),
        ("any.shop.example", "b"),
        ("news.example", "d"),
        ("badshop.example", ""),
        ("shop.example.", ""),
        ("example", ""),
        ("", ""),
    ] {
        assert_eq!(names(store.iter_host(host, now)), expected, "{host}");
    }
    assert_eq!(names(store.iter_site("other.example", now)), "");
    // What has expired is not listed, although nothing has dropped it yet.
    let later = now + seconds(10);
    assert_eq!(names(store.iter(later)), "a b c");
    assert_eq!(names(store.iter_site("news.example", later)), "");
    assert_eq!(names(store.iter_host("news.example", later)), "");
}

#[test]
fn len_and_text_bytes_count_what_has_not_expired() {
    let mut client = filled();
    let bytes = |client: &Client| client.store.text_bytes(client.now);
    let expected: usize = client.store.iter(client.now).map(|cookie| cookie.text_bytes()).sum();
    assert_eq!((client.store.len(client.now), bytes(&client)), (4, expected));
    let of_news = client.cookie("d").text_bytes();
    assert_eq!(of_news, "d1news.example/".len());
    client.wait(10);
    assert_eq!((client.store.len(client.now), bytes(&client)), (3, expected - of_news));
    client.sends(SHOP);
    assert_eq!((client.store.len(client.now), bytes(&client)), (3, expected - of_news));
    client.stores(SHOP, "a=12345; Path=/x");
    assert_eq!((client.store.len(client.now), bytes(&client)), (3, expected - of_news + 4));
    client.stores(SHOP, "a=1; Path=/x");
    assert_eq!(bytes(&client), expected - of_news);
    assert!(!client.store.is_empty(client.now));
    client.store.clear();
    assert_eq!((client.store.len(client.now), bytes(&client)), (0, 0));
    assert!(client.store.is_empty(client.now));
}

#[test]
fn a_cookie_is_removed_by_its_identity() {
    let mut client = filled();
    for name in ["a", "b", "c", "d"] {
        let cookie = client.cookie(name);
        assert_eq!(client.store.remove(&cookie.identity(), client.now).as_ref(), Some(&cookie));
        assert_eq!(client.store.remove(&cookie.identity(), client.now), None);
    }
    assert!(client.store.is_empty(client.now));
    // A cookie that differs in its partition, or in being host-only, is another one.
    client.stores(SHOP, "a=1");
    client.stores(SHOP, "b=1; Secure; Partitioned");
    let [a, b] = ["a", "b"].map(|name| client.cookie(name));
    client.store.clear();
    client.stores(SHOP, "a=2; Domain=shop.example");
    client.stores(SHOP, "b=2");
    assert_eq!(client.store.remove(&a.identity(), client.now), None);
    assert_eq!(client.store.remove(&b.identity(), client.now), None);
}

#[test]
fn a_site_is_removed_with_its_subdomains_and_partitions() {
    let mut client = filled();
    assert_eq!(client.store.remove_site("other.example", client.now), 0);
    assert_eq!(client.store.remove_site("any.shop.example", client.now), 3);
    assert_eq!(client.names(), "d");
    assert_eq!(client.store.remove_site("news.example", client.now), 1);
    assert!(client.store.is_empty(client.now));
}

#[test]
fn cookies_are_removed_by_the_time_of_their_creation() {
    let removed = |times: (Bound<SystemTime>, Bound<SystemTime>)| {
        let mut client = filled();
        client.store.remove_created(times, client.now);
        client.names()
    };
    let start = filled().now - seconds(3);
    for (times, expected) in [
        ((Unbounded, Unbounded), ""),
        ((Included(start), Excluded(start + seconds(2))), "c d"),
        ((Excluded(start), Included(start + seconds(2))), "a d"),
        ((Included(start + seconds(2)), Unbounded), "a b"),
        ((Unbounded, Excluded(start)), "a b c d"),
    ] {
        assert_eq!(removed(times), expected, "{times:?}");
    }
    // It is the first creation that counts.
    let mut client = filled();
    client.stores(NEWS, "d=2; Max-Age=10");
    assert_eq!(client.store.remove_created(client.now.., client.now), 1);
    assert_eq!(client.store.remove_created(..=start, client.now), 1);
}

#[test]
fn cookies_are_removed_by_a_condition_and_all_at_once() {
    let mut client = filled();
    assert_eq!(client.store.remove_if(client.now, StoredCookie::is_secure), 1);
    assert_eq!(client.store.remove_if(client.now, |cookie| cookie.domain() == "shop.example"), 2);
    client.store.clear();
    assert_eq!(client.names(), "");
    client.store.clear();
    client.stores(SHOP, "a=1");
    assert_eq!(client.sends(SHOP), "a=1");
}

#[test]
fn a_copy_of_a_store_is_a_store_of_its_own() {
    let mut client = filled();
    let Some(copy) = client.store.copy() else { return };
    client.store.clear();
    assert_eq!((copy.len(client.now), client.store.len(client.now)), (4, 0));
}

#[test]
fn a_panic_of_the_caller_leaves_the_store_usable() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Max-Age=60");
    client.stores(SHOP, "b=1; Secure; Partitioned");
    let headers = ["c=1; Max-Age=10", "panic"].into_iter().inspect(|&header| {
        assert_ne!(header, "panic");
    });
    let receive = || client.store.receive(&at(SHOP), headers, client.now);
    assert!(catch_unwind(AssertUnwindSafe(receive)).is_err());
    assert_eq!((client.names(), client.store.len(client.now)), ("a b".to_owned(), 2));
    // The first cookie that is asked about would be removed, the second one cannot be asked about.
    let mut asked = 0;
    let is_first = |_: &StoredCookie| {
        asked += 1;
        assert_ne!(asked, 2);
        true
    };
    let remove = || client.store.remove_if(client.now, is_first);
    assert!(catch_unwind(AssertUnwindSafe(remove)).is_err());
    assert_eq!((client.names(), client.store.len(client.now)), ("a b".to_owned(), 2));
    client.store.clear();
    assert_eq!(client.names(), "");
    client.wait(60);
    assert_eq!((client.sends(SHOP), client.store.text_bytes(client.now)), (String::new(), 0));
}

#[test]
fn the_time_may_be_now() {
    let mut store = AnyStore::new();
    let context = at(SHOP);
    let before = SystemTime::now();
    assert_eq!(store.receive_now(&context, ["a=1; Max-Age=60"]), [Outcome::Stored]);
    assert_eq!(store.cookie_header_now(&context), Some(b"a=1".to_vec()));
    let cookie = store.get(&context, "a", SystemTime::now()).expect("a cookie");
    assert!(cookie.created() + seconds(1) > before && cookie.created() <= SystemTime::now());
}

#[test]
fn an_insertion_needs_no_visit_and_is_replaced_by_a_response() {
    let mut client = Client::new();
    let cookie = Cookie::new("a", "1").with_path("/x").with_max_age(seconds(60));
    assert_eq!(client.insert(SHOP, &cookie), Outcome::Stored);
    assert_eq!(client.insert(SHOP, &cookie.clone().with_value("2")), Outcome::Replaced);
    assert_eq!(client.receive(&at(SHOP), "a=3; Path=/x"), Outcome::Replaced);
    assert_eq!(client.sends("https://shop.example/x"), "a=3");
    let with_domain = cookie.with_domain("shop.example").with_secure(true);
    assert_eq!(client.insert(WWW, &with_domain), Outcome::Stored);
    assert_eq!(client.sends("https://shop.example/x"), "a=3; a=1");
}
