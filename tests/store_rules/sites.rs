//! Hosts, domains, public suffixes and partitions: rules 29, 30 and 37 (RFC 6265bis, sections 5.1.3 and
//! 5.7; CHIPS).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gingersnap::store::{CookieStore, Outcome, StoreLimits};
use gingersnap::user_agent::Reason;
use gingersnap::{Cookie, UserAgent};

use crate::client::{Client, FORM, LINK, NEWS, SHOP, WWW, at, script_at};

#[test]
fn rule_29_a_cookie_with_a_domain_is_sent_to_its_subdomains() {
    let mut client = Client::new();
    client.stores(WWW, "host=1");
    client.stores(WWW, "domain=1; Domain=shop.example");
    for (url, expected) in [
        (WWW, "host=1; domain=1"),
        (SHOP, "domain=1"),
        ("https://WWW.Shop.Example:8443/", "host=1; domain=1"),
        ("https://a.b.shop.example/", "domain=1"),
        ("https://my_a.shop.example/", "domain=1"),
        ("https://a.www.shop.example/", "domain=1"),
        ("https://badshop.example/", ""),
        ("https://shop.example.com/", ""),
        // A trailing dot makes another host.
        ("https://www.shop.example./", ""),
    ] {
        assert_eq!(client.sends(url), expected, "{url}");
    }
    client.stores("https://shop.example./", "dot=1; Domain=shop.example.");
    assert_eq!(client.sends("https://www.shop.example./"), "dot=1");
    assert_eq!(client.sends(WWW), "host=1; domain=1");
}

#[test]
fn rule_29_a_domain_that_the_host_does_not_match_is_refused() {
    let mut client = Client::new();
    for domain in
        ["www.shop.example", "news.example", "op.example", "shop.example.", "*.shop.example"]
    {
        let outcome = client.receive(&at(SHOP), format!("a=1; Domain={domain}"));
        assert!(
            matches!(outcome.reasons(), [Reason::DomainMismatch { .. }]),
            "{domain}: {outcome:?}"
        );
        let by_hand = client.insert(SHOP, &Cookie::new("a", "1").with_domain(domain));
        assert!(
            matches!(by_hand.reasons(), [Reason::DomainMismatch { .. }]),
            "{domain}: {by_hand:?}"
        );
    }
    assert!(client.store.is_empty(client.now));
}

#[test]
fn rule_29_an_ip_address_is_one_host() {
    let mut client = Client::new();
    for (url, domain) in
        [("https://192.0.2.1/", "192.0.2.1"), ("https://[2001:db8::1]/", "[2001:db8::1]")]
    {
        client.stores(url, "a=1");
        client.stores(url, format!("b=1; Domain={domain}"));
        assert_eq!(client.sends(url), "a=1; b=1");
        assert_eq!(client.store.iter_site(domain, client.now).count(), 2);
        assert_eq!(client.store.iter_host(domain, client.now).count(), 2);
    }
    for part in ["2.1", "0.2.1", "1", "::1"] {
        let outcome = client.receive(&at("https://192.0.2.1/"), format!("a=1; Domain={part}"));
        assert!(
            matches!(outcome.reasons(), [Reason::DomainMismatch { .. }]),
            "{part}: {outcome:?}"
        );
    }
    // However it is written, but no other address.
    assert_eq!(client.sends("https://0xC0.0.513/"), "a=1; b=1");
    assert_eq!(client.sends("https://[2001:db8:0::0:1]/"), "a=1; b=1");
    assert_eq!(client.sends("https://3.192.0.2/") + &client.sends("https://192.0.2.2/"), "");
}

#[test]
fn rule_30_a_public_suffix_is_refused_unless_it_is_the_host() {
    let mut client = Client::new();
    for (url, domain) in [
        ("https://shop.co.uk/", "co.uk"),
        ("https://shop.co.uk/", ".CO.UK"),
        ("https://a.github.io/", "github.io"),
        ("https://shop.com/", "com"),
        // A wildcard of the list, and a domain that the list does not have.
        ("https://a.b.kobe.jp/", "b.kobe.jp"),
        ("https://shop.unlisted/", "unlisted"),
        ("https://shop.com./", "com."),
    ] {
        let outcome = client.receive(&at(url), format!("a=1; Domain={domain}"));
        assert!(matches!(outcome.reasons(), [Reason::PublicSuffix { .. }]), "{url}: {outcome:?}");
        let by_hand = client.insert(url, &Cookie::new("a", "1").with_domain(domain));
        assert!(matches!(by_hand.reasons(), [Reason::PublicSuffix { .. }]), "{url}: {by_hand:?}");
    }
    // Where it is the host, the cookie is for the host only.
    client.stores("https://github.io/", "a=1; Domain=github.io");
    assert!(client.cookie("a").is_host_only());
    assert_eq!(client.sends("https://github.io/"), "a=1");
    assert_eq!(client.sends("https://a.github.io/"), "");
    client.stores("http://localhost/", "b=1; Domain=localhost");
    assert!(client.cookie("b").is_host_only());
    // An exception of the list is no public suffix.
    client.stores("https://x.www.ck/", "c=1; Domain=www.ck");
    assert_eq!(client.sends("https://y.www.ck/"), "c=1");
}

/// Returns a user agent for which `example` is a public suffix, and `pages.example` if the switch is on.
fn with_switch(has_pages: &Arc<AtomicBool>) -> UserAgent {
    let has_pages = Arc::clone(has_pages);
    UserAgent::new().with_public_suffixes(move |host: &str| {
        let is_below = host == "pages.example" || host.ends_with(".pages.example");
        if is_below && has_pages.load(Ordering::Relaxed) { "pages.example".len() } else { 0 }
    })
}

#[test]
fn rule_30_a_custom_list_says_what_a_site_is() {
    let mut client = Client::with_agent(with_switch(&Arc::new(true.into())));
    let outcome = client.receive(&at("https://a.pages.example/"), "a=1; Domain=pages.example");
    assert!(matches!(outcome.reasons(), [Reason::PublicSuffix { .. }]), "{outcome:?}");
    client.stores("https://www.a.pages.example/", "a=1; Domain=a.pages.example");
    client.stores("https://b.pages.example/", "b=1");
    client.stores("https://pages.example/", "c=1");
    client.stores("https://shop.example/", "d=1");
    for host in ["a.pages.example", "b.pages.example", "pages.example", "shop.example"] {
        assert_eq!(client.store.iter_site(host, client.now).count(), 1, "{host}");
    }
    assert_eq!(client.store.user_agent().site_of("www.a.pages.example"), "a.pages.example");
}

#[test]
fn rule_30_cookies_are_checked_again_when_they_are_sent() {
    let has_pages = Arc::new(AtomicBool::new(false));
    let mut client = Client::with_agent(with_switch(&has_pages));
    client.stores("https://pages.example/", "host=1");
    client.stores("https://a.pages.example/", "domain=1; Domain=pages.example");
    assert_eq!(client.sends("https://pages.example/"), "host=1; domain=1");
    has_pages.store(true, Ordering::Relaxed);
    assert_eq!(client.sends("https://pages.example/"), "host=1");
    assert_eq!(client.sends("https://a.pages.example/"), "");
}

#[test]
fn rule_30_no_cookie_is_sent_to_two_sites() {
    // A list may have a public suffix without its parent, which is the domain of a site then.
    let agent = UserAgent::new().with_public_suffixes(|host: &str| {
        if host.ends_with("far.list.test") { "far.list.test".len() } else { 0 }
    });
    let mut client = Client::with_agent(agent);
    let outcome = client.receive(&at("https://a.far.list.test/"), "a=1; Domain=list.test");
    assert!(matches!(outcome.reasons(), [Reason::AboveSite { .. }]), "{outcome:?}");
    client.stores("https://near.list.test/", "a=1; Domain=list.test");
    assert_eq!(client.sends("https://list.test/"), "a=1");
    assert_eq!(client.sends("https://a.far.list.test/"), "");
}

#[test]
#[should_panic(expected = "the user agent is set before cookies are stored")]
fn rule_30_the_list_of_a_store_with_cookies_cannot_be_replaced() {
    let mut store = CookieStore::new();
    store.receive_now(&at(SHOP), ["a=1"]);
    let _ = store.with_user_agent(UserAgent::new());
}

const WIDGET: &str = "https://widget.example/";

#[test]
fn rule_37_a_partitioned_cookie_is_sent_in_its_partition_alone() {
    let mut client = Client::new();
    let at_widget = at(WIDGET);
    let embedded_in = |page| at_widget.clone().in_top_level(&at(page)).with_initiator(&at(page));
    client.refuses(WIDGET, "a=1; Partitioned", &[Reason::Partitioned]);
    let header = |value| format!("a={value}; Secure; SameSite=None; Partitioned");
    assert_eq!(client.receive(&embedded_in(NEWS), header("news")), Outcome::Stored);
    assert_eq!(client.receive(&embedded_in(SHOP), header("shop")), Outcome::Stored);
    client.stores(WIDGET, header("own"));
    client.stores(WIDGET, "a=all; Secure; SameSite=None");
    let mut partitions: Vec<_> = client
        .store
        .iter(client.now)
        .map(|cookie| cookie.partition().unwrap_or("none").to_owned())
        .collect();
    partitions.sort();
    let expected =
        ["https://news.example", "https://shop.example", "https://widget.example", "none"];
    assert_eq!(partitions, expected);
    for (page, expected) in [
        (NEWS, "a=news; a=all"),
        ("https://www.news.example/", "a=news; a=all"),
        (SHOP, "a=shop; a=all"),
        ("https://other.example/", "a=all"),
        // Another scheme is another partition.
        ("http://news.example/", "a=all"),
    ] {
        assert_eq!(client.sends_in(&embedded_in(page)), expected, "{page}");
    }
    // Without a top-level page, and in a navigation, it is the site itself.
    assert_eq!(client.sends(WIDGET), "a=own; a=all");
    for kind in [LINK, FORM] {
        assert_eq!(client.sends_in(&embedded_in(NEWS).with_kind(kind)), "a=own; a=all");
    }
    client.receive(&at_widget, "a=; Max-Age=0; Secure; SameSite=None");
    assert_eq!(client.sends_in(&embedded_in(NEWS)), "a=news");
}

#[test]
fn rule_37_the_partition_is_part_of_the_identity() {
    let mut client = Client::new();
    let embedded = at(WIDGET).in_top_level(&at(NEWS));
    let header = "a=1; Secure; SameSite=None; Partitioned";
    client.stores(WIDGET, header);
    client.stores(WIDGET, "a=2");
    assert_eq!(client.receive(&embedded, header), Outcome::Stored);
    assert_eq!(client.receive(&embedded, header), Outcome::Replaced);
    let removal = "a=; Max-Age=0; Secure; SameSite=None; Partitioned";
    assert_eq!(client.receive(&embedded, removal), Outcome::Removed);
    assert_eq!(client.receive(&embedded, removal), Outcome::NothingToRemove);
    assert_eq!(client.sends(WIDGET), "a=1; a=2");
    // By hand, too.
    let identity = client.store.get(&at(WIDGET), "a", client.now).expect("a cookie");
    assert_eq!(identity.partition(), Some("https://widget.example"));
    assert_eq!(client.store.remove(&identity.identity(), client.now).as_ref(), Some(&identity));
    assert_eq!(client.sends(WIDGET), "a=2");
    // A script cannot replace an `HttpOnly` cookie of its partition.
    let script = script_at(WIDGET).in_top_level(&at(NEWS));
    client.receive(&embedded, "b=1; Secure; SameSite=None; HttpOnly; Partitioned");
    client.refuses_in(
        &script,
        "b=2; Secure; SameSite=None; Partitioned",
        &[Reason::OverwritesHttpOnly],
    );
    assert!(client.receive(&script, "b=2; Secure; SameSite=None").is_stored());
}

#[test]
fn rule_37_each_partition_has_limits_of_its_own() {
    let limits = StoreLimits::DEFAULT.with_site_cookies(2, 2);
    let mut client = Client::with_limits(limits);
    for page in [NEWS, SHOP] {
        for name in ["a", "b", "c"] {
            let embedded = at(WIDGET).in_top_level(&at(page));
            let header = format!("{name}=1; Secure; SameSite=None; Partitioned");
            assert!(client.receive(&embedded, header).is_stored());
        }
    }
    client.stores(WIDGET, "d=1");
    assert_eq!(client.names(), "b b c c d");
    assert_eq!(client.store.iter_site("widget.example", client.now).count(), 5);
    assert_eq!(client.store.remove_site("widget.example", client.now), 5);
}
