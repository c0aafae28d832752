//! What a store sends, and what that changes: rules 28 and 38 to 40 (RFC 6265bis, section 5.8).

use std::time::Duration;

use gingersnap::RequestContext;
use gingersnap::user_agent::RequestKind;

use crate::client::{Client, FORM, INSECURE_SHOP, LINK, NEWS, SHOP, WWW, at, script_at, seconds};

#[test]
fn rule_28_a_cookie_is_sent_to_its_path_and_those_below() {
    for (cookie_path, request_path, is_sent) in [
        ("/", "/", true),
        ("/", "/a", true),
        ("/a", "/a", true),
        ("/a", "/a/", true),
        ("/a", "/a/b?c", true),
        ("/a/", "/a/b", true),
        ("/a/", "/a", false),
        ("/a", "/ab", false),
        ("/a", "/", false),
        ("/a", "/A", false),
        ("/a", "/%61", false),
        ("/a", "/b/../a", true),
    ] {
        let mut client = Client::new();
        client.stores(SHOP, format!("a=1; Path={cookie_path}"));
        let sent = client.sends(&format!("https://shop.example{request_path}"));
        assert_eq!(!sent.is_empty(), is_sent, "{request_path} at {cookie_path}");
    }
}

/// The path of a URL can have what no `Path` attribute has.
#[test]
fn rule_28_a_default_path_with_a_semicolon_is_one() {
    let mut client = Client::new();
    client.stores("https://shop.example/a;b=1/c", "a=1");
    assert_eq!(client.sends("https://shop.example/a;b=1/d"), "a=1");
    assert_eq!(client.sends("https://shop.example/a"), "");
}

#[test]
fn rule_38_longer_paths_are_first_then_earlier_cookies() {
    const URL: &str = "https://shop.example/aa/b/c";
    let mut client = Client::new();
    for header in
        ["c=1; Path=/", "d=1; Path=/aa", "a=1; Path=/", "e=1; Path=/aa/", "b=1; Path=/aa/b"]
    {
        client.stores(URL, header);
    }
    assert_eq!(client.sends(URL), "b=1; e=1; d=1; c=1; a=1");
    // The domain does not matter, and an overwrite keeps its place. All this is at one time.
    client.stores(URL, "f=1; Path=/; Domain=shop.example");
    client.stores(URL, "c=2; Path=/");
    assert_eq!(client.sends(URL), "b=1; e=1; d=1; c=2; a=1; f=1");
}

#[test]
fn rule_38_partitioned_cookies_are_sorted_among_the_others() {
    let mut client = Client::new();
    for header in [
        "a=1; Path=/",
        "b=1; Path=/; Secure; Partitioned",
        "c=1; Path=/",
        "d=1; Path=/x; Secure; Partitioned",
        "e=1; Path=/x/y",
    ] {
        client.stores(SHOP, header);
    }
    assert_eq!(client.sends("https://shop.example/x/y"), "e=1; d=1; a=1; b=1; c=1");
    let names = |client: &mut Client| -> Vec<_> {
        let context = at("https://shop.example/x/y");
        let cookies = client.store.cookies_for(&context, client.now);
        cookies.iter().map(|cookie| cookie.name().escape_ascii().to_string()).collect()
    };
    assert_eq!(names(&mut client), ["e", "d", "a", "b", "c"]);
}

#[test]
fn rule_38_the_header_has_pairs_joined_by_semicolons() {
    let mut client = Client::new();
    let context = at(SHOP);
    assert_eq!(client.store.cookie_header(&context, client.now), None);
    let mut header = b"Cookie: ".to_vec();
    assert!(!client.store.write_cookie_header(&context, client.now, &mut header));
    for header in ["a=1", "nameless", "b=", "c=\"x y\""] {
        client.stores(SHOP, header);
    }
    assert!(client.store.write_cookie_header(&context, client.now, &mut header));
    assert_eq!(header, b"Cookie: a=1; nameless; b=; c=\"x y\"");
    assert_eq!(client.sends("https://news.example/"), "");
}

#[test]
fn rule_38_secure_cookies_are_sent_over_secure_connections_only() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Secure");
    client.stores(SHOP, "b=1");
    for (url, expected) in [
        (SHOP, "a=1; b=1"),
        ("wss://shop.example/", "a=1; b=1"),
        (INSECURE_SHOP, "b=1"),
        ("ws://shop.example/", "b=1"),
    ] {
        assert_eq!(client.sends(url), expected, "{url}");
    }
}

#[test]
fn rule_38_a_cookie_that_has_expired_is_not_sent() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Max-Age=10");
    client.stores(SHOP, "b=1");
    client.now += Duration::from_micros(9_999_999);
    assert_eq!(client.sends(SHOP), "a=1; b=1");
    assert!(client.store.get(&at(SHOP), "a", client.now).is_some());
    client.now += Duration::from_micros(1);
    assert!(client.store.get(&at(SHOP), "a", client.now).is_none());
    assert_eq!(client.sends(SHOP), "b=1");
}

/// Stores one cookie of each `SameSite`, and returns what is sent with a request.
#[track_caller]
fn sent_with(context: &RequestContext<'_>) -> String {
    let mut client = Client::new();
    for header in [
        "strict=1; SameSite=Strict",
        "lax=1; SameSite=Lax",
        "unset=1",
        "none=1; SameSite=None; Secure",
    ] {
        client.stores(SHOP, header);
    }
    client.sends_in(context).replace("=1", "").replace(';', "")
}

#[test]
fn rule_39_same_site_is_decided_by_initiator_top_level_and_kind() {
    const ALL: &str = "strict lax unset none";
    const LAX: &str = "lax unset none";
    const NONE: &str = "none";
    const IMAGE: RequestKind = RequestKind::Subresource;
    const SCRIPT: RequestKind = RequestKind::Script;
    for (initiator, top_level, kind, expected) in [
        (None, None, IMAGE, ALL),
        (None, None, LINK, ALL),
        (None, None, FORM, ALL),
        (None, None, SCRIPT, ALL),
        (Some(SHOP), None, IMAGE, ALL),
        (Some(WWW), None, FORM, ALL),
        (Some(WWW), Some(WWW), IMAGE, ALL),
        (Some(NEWS), None, IMAGE, NONE),
        (Some(NEWS), None, LINK, LAX),
        (Some(NEWS), None, FORM, NONE),
        (None, Some(NEWS), IMAGE, NONE),
        (Some(SHOP), Some(NEWS), IMAGE, NONE),
        (Some(NEWS), Some(SHOP), IMAGE, NONE),
        (None, Some(NEWS), SCRIPT, NONE),
        (None, Some(WWW), SCRIPT, ALL),
        // A navigation replaces the page in the address bar.
        (None, Some(NEWS), LINK, ALL),
        (Some(NEWS), Some(NEWS), LINK, LAX),
        // The scheme is part of the site, the port is not.
        (Some(INSECURE_SHOP), None, IMAGE, NONE),
        (Some(INSECURE_SHOP), None, LINK, LAX),
        (Some("https://shop.example:8443/"), None, IMAGE, ALL),
    ] {
        let mut context = at(SHOP).with_kind(kind);
        if let Some(page) = initiator {
            context = context.with_initiator(&at(page));
        }
        if let Some(page) = top_level {
            context = context.in_top_level(&at(page));
        }
        assert_eq!(sent_with(&context), expected, "{context:?}");
    }
}

#[test]
fn rule_39_a_redirect_keeps_its_initiator() {
    let link = at(NEWS).with_initiator(&at(NEWS)).with_kind(LINK);
    assert_eq!(sent_with(&link.redirected_to(at(SHOP))), "lax unset none");
    let form = link.with_kind(FORM);
    assert_eq!(sent_with(&form.redirected_to(at(SHOP))), "none");
    // A way by another site does not count.
    let detour = at(NEWS).with_initiator(&at(SHOP)).with_kind(FORM);
    assert_eq!(sent_with(&detour.redirected_to(at(SHOP))), "strict lax unset none");
}

#[test]
fn rule_40_sending_updates_the_last_access_and_looking_does_not() {
    let mut client = Client::new();
    let start = client.now;
    client.stores(SHOP, "a=1");
    client.stores(SHOP, "b=1; Path=/x");
    client.wait(10);
    assert!(client.store.get(&at(SHOP), "a", client.now).is_some());
    assert_eq!(client.store.iter(client.now).count(), 2);
    assert_eq!(client.store.iter_site("shop.example", client.now).count(), 2);
    assert_eq!(client.cookie("a").last_accessed(), start);
    client.sends(SHOP);
    let cookie = client.cookie("a");
    assert_eq!(cookie.last_accessed(), start + seconds(10));
    assert_eq!((cookie.created(), cookie.updated()), (start, start));
    // One that is not sent is not used.
    assert!(client.cookie("b").last_accessed() < start + seconds(1));
    // A script that reads a cookie uses it, whether or not it looks at what it gets.
    client.wait(10);
    let _ = client.store.cookies_for(&script_at(SHOP), client.now);
    assert_eq!(client.cookie("a").last_accessed(), start + seconds(20));
    client.wait(10);
    let mut header = Vec::new();
    client.store.write_cookie_header(&at(SHOP), client.now, &mut header);
    assert_eq!(client.cookie("a").last_accessed(), start + seconds(30));
}

#[test]
fn rule_40_expired_cookies_of_all_sites_are_dropped() {
    use gingersnap::store::StoreChange::Expired;
    let mut client = Client::new();
    if !client.store.expires_everywhere() {
        return;
    }
    client.stores(SHOP, "a=1; Max-Age=10");
    client.stores(NEWS, "b=1; Max-Age=10; Secure; Partitioned");
    client.stores(NEWS, "c=1; Max-Age=11");
    client.wait(10);
    let feed = client.store.subscribe(10);
    assert_eq!(client.store.len(client.now), 1);
    assert_eq!(feed.drain(), []);
    assert_eq!(client.sends("https://other.example/"), "");
    let mut names: Vec<_> = feed
        .drain()
        .iter()
        .map(|change| match change {
            Expired(cookie) => cookie.name().to_vec(),
            other => panic!("{other:?}"),
        })
        .collect();
    names.sort();
    assert_eq!(names, [b"a", b"b"]);
    client.wait(1);
    client.stores(SHOP, "d=1");
    assert_eq!(feed.drain().len(), 2);
    assert_eq!(client.names(), "d");
}

#[test]
fn rule_40_the_end_of_a_session_drops_what_has_no_expiry() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1");
    client.stores(SHOP, "b=1; Max-Age=10");
    client.stores(SHOP, "c=1; Secure; Partitioned");
    client.stores(NEWS, "d=1; Expires=never");
    client.stores(NEWS, "e=1; Expires=31 Dec 9999 00:00:00");
    assert_eq!(client.store.end_session(), 3);
    assert_eq!(client.names(), "b e");
    assert_eq!(client.store.end_session(), 0);
}

#[test]
fn rule_40_a_clock_that_goes_back_does_not_mix_up_the_order() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Max-Age=100");
    client.sends(SHOP);
    client.now -= seconds(50);
    client.stores(SHOP, "b=1; Max-Age=100");
    client.stores(SHOP, "c=1");
    assert_eq!(client.sends(SHOP), "a=1; b=1; c=1");
    let [a, b, c] = ["a", "b", "c"].map(|name| client.cookie(name));
    assert!(a.created() < b.created() && b.created() < c.created());
    assert!(b.created() <= b.last_accessed() && a.last_accessed() == c.last_accessed());
    // What expires when goes by the clock as it is.
    assert_eq!(b.expires(), Some(client.now + seconds(100)));
    client.wait(100);
    assert_eq!(client.sends(SHOP), "a=1; c=1");
    client.wait(50);
    assert_eq!(client.sends(SHOP), "c=1");
}
