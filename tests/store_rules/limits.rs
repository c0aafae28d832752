//! How many cookies a store keeps, and which ones it evicts: rules 41 and 42 (RFC 6265bis, section 6.1).

use gingersnap::store::StoreLimits;

use crate::client::{Client, NEWS, SHOP, WWW, at};

const TWO: StoreLimits = StoreLimits::DEFAULT.with_site_cookies(2, 2);

#[test]
fn rule_41_of_a_site_the_least_recently_used_is_evicted_first() {
    let mut client = Client::with_limits(TWO.with_site_cookies(3, 3));
    for header in ["a=1", "b=1; Path=/x", "c=1"] {
        client.stores(SHOP, header);
        client.wait(1);
    }
    // All but `b` are used; then `a` is the older one.
    client.sends(SHOP);
    client.stores(SHOP, "d=1");
    assert_eq!(client.names(), "a c d");
    client.stores(SHOP, "e=1");
    assert_eq!(client.names(), "c d e");
    // To store a cookie is to use it.
    client.stores(SHOP, "c=2");
    client.stores(WWW, "f=1; Domain=shop.example");
    assert_eq!(client.names(), "c e f");
    // Subdomains are of the same site, others are not.
    client.stores(WWW, "g=1");
    client.stores(NEWS, "h=1");
    assert_eq!(client.names(), "c f g h");
}

#[test]
fn rule_41_of_a_site_those_without_secure_go_first() {
    let mut client = Client::with_limits(TWO);
    client.stores(SHOP, "a=1; Secure");
    client.stores(SHOP, "b=1");
    client.wait(1);
    client.sends(SHOP);
    client.stores(SHOP, "c=1; Secure");
    assert_eq!(client.names(), "a c");
    // If all are `Secure`, the least recently used goes.
    client.stores(SHOP, "d=1; Secure");
    assert_eq!(client.names(), "c d");
    // Beside `Secure` ones only, a new one without is the first to go.
    client.receive(&at(SHOP), "e=1");
    assert_eq!(client.names(), "c d");
}

#[test]
fn rule_41_expired_cookies_go_before_all_others() {
    let mut client = Client::with_limits(TWO);
    client.stores(SHOP, "a=1");
    client.stores(SHOP, "b=1; Secure; Max-Age=10");
    client.wait(10);
    client.stores(SHOP, "c=1");
    assert_eq!(client.names(), "a c");
    // Those of all sites, too.
    let mut client = Client::with_limits(TWO.with_total_cookies(Some(2), 2));
    if !client.store.has_total_limit() {
        return;
    }
    client.stores(SHOP, "a=1");
    client.wait(1);
    client.stores(NEWS, "b=1; Secure; Max-Age=10");
    client.wait(10);
    client.stores("https://other.example/", "c=1");
    assert_eq!(client.names(), "a c");
}

#[test]
fn rule_41_over_all_sites_the_least_recently_used_goes_whatever_its_flags() {
    let mut client = Client::with_limits(StoreLimits::DEFAULT.with_total_cookies(Some(3), 3));
    if !client.store.has_total_limit() {
        return;
    }
    client.stores(SHOP, "a=1; Secure");
    client.wait(1);
    client.stores(NEWS, "b=1");
    client.wait(1);
    client.stores(SHOP, "c=1; Secure; Partitioned; Path=/x");
    client.wait(1);
    client.stores(NEWS, "d=1");
    assert_eq!(client.names(), "b c d");
    client.wait(1);
    client.sends(NEWS);
    client.wait(1);
    client.stores("https://other.example/", "e=1");
    assert_eq!(client.names(), "b d e");
    // Of those that were used together, the one that was stored first goes.
    client.wait(1);
    client.stores(SHOP, "f=1");
    assert_eq!(client.names(), "d e f");
}

#[test]
fn rule_41_a_limit_may_cut_further_than_it_is_itself() {
    let limits = StoreLimits::DEFAULT.with_site_cookies(5, 3).with_total_cookies(Some(7), 4);
    let mut client = Client::with_limits(limits);
    for name in ["a", "b", "c", "d", "e"] {
        client.stores(SHOP, format!("{name}=1"));
        client.wait(1);
    }
    assert_eq!(client.names(), "a b c d e");
    client.stores(SHOP, "f=1");
    assert_eq!(client.names(), "d e f");
    for name in ["g", "h", "i", "j"] {
        client.wait(1);
        client.stores(NEWS, format!("{name}=1"));
    }
    assert_eq!(client.names(), "d e f g h i j");
    if !client.store.has_total_limit() {
        return;
    }
    client.wait(1);
    client.stores(NEWS, "k=1");
    assert_eq!(client.names(), "h i j k");
    // An overwrite adds nothing.
    client.stores(NEWS, "k=2");
    assert_eq!(client.names(), "h i j k");
}

#[test]
fn rule_41_a_limit_of_bytes_evicts_in_the_same_order() {
    // Name, value, domain and path: 12 + 5 bytes.
    let limits = StoreLimits::DEFAULT.with_site_bytes(3 * 17);
    let mut client = Client::with_limits(limits);
    for header in ["a=123; Secure", "b=123", "c=123; Secure"] {
        client.stores(SHOP, header);
    }
    assert_eq!((client.names(), client.store.text_bytes(client.now)), ("a b c".to_owned(), 51));
    client.stores(SHOP, "d=1; Secure");
    assert_eq!((client.names(), client.store.text_bytes(client.now)), ("a c d".to_owned(), 49));
    client.stores(SHOP, "d=1234567890; Secure");
    assert_eq!(client.names(), "c d");
    // A cookie that is larger than the limit evicts all others, and itself.
    client.receive(&at(SHOP), format!("e={}; Secure", "v".repeat(60)));
    assert_eq!(client.names(), "");
    // An expired one makes room for as many bytes as it had.
    for header in ["a=123; Max-Age=10", "b=123", "c=123"] {
        client.stores(SHOP, header);
    }
    client.wait(10);
    client.stores(SHOP, "d=123");
    assert_eq!(client.names(), "b c d");
    client.stores(SHOP, "e=123");
    assert_eq!(client.names(), "c d e");
}

#[test]
fn rule_41_the_limits_hold_for_every_response() {
    let mut client = Client::with_limits(TWO);
    let headers = ["a=1", "b=1", "c=1", "d=1"];
    let outcomes = client.store.receive(&at(SHOP), headers, client.now);
    assert!(outcomes.iter().all(gingersnap::store::Outcome::is_stored));
    assert_eq!(client.names(), "c d");
    let mut client = Client::with_limits(TWO.with_site_cookies(0, 9));
    client.receive(&at(SHOP), "a=1");
    assert_eq!(client.names(), "");
    let mut client = Client::with_limits(StoreLimits::DEFAULT.with_total_cookies(Some(0), 9));
    if !client.store.has_total_limit() {
        return;
    }
    client.receive(&at(SHOP), "a=1");
    assert_eq!(client.names(), "");
}

#[test]
fn rule_42_the_presets_are_those_of_browsers_and_of_the_standard() {
    for (limits, site, kept, total, total_kept) in [
        (StoreLimits::DEFAULT, 180, 150, None, None),
        (StoreLimits::SPEC, 50, 50, Some(3000), Some(3000)),
        (StoreLimits::CHROMIUM, 180, 150, Some(3300), Some(3000)),
        (StoreLimits::FIREFOX, 180, 150, Some(3000), Some(2700)),
    ] {
        assert_eq!((limits.site_cookies(), limits.site_cookies_kept()), (site, kept));
        let found_kept = total.map(|_| limits.total_cookies_kept());
        assert_eq!((limits.total_cookies(), found_kept), (total, total_kept));
        assert_eq!(limits.site_bytes(), 1_048_576);
        assert_eq!(*Client::with_limits(limits).store.limits(), limits);
    }
    assert_eq!(StoreLimits::default(), StoreLimits::DEFAULT);
    let limits = StoreLimits::DEFAULT.with_site_cookies(5, 9).with_total_cookies(Some(7), 9);
    assert_eq!((limits.site_cookies_kept(), limits.total_cookies_kept()), (5, 7));
}

#[test]
fn rule_42_of_181_cookies_of_a_site_150_are_kept() {
    let mut client = Client::new();
    let name = |index: usize| format!("c{index:03}=1");
    for index in 0..180 {
        client.stores(SHOP, name(index));
    }
    client.stores(NEWS, "n=1");
    assert_eq!(client.store.len(client.now), 181);
    client.stores(WWW, "d=1");
    assert_eq!(client.store.iter_site("shop.example", client.now).count(), 150);
    assert!(client.names().starts_with("c031 c032 "), "{}", client.names());
    // In all, there is no limit by default.
    for index in 0..4000 {
        client.stores(&format!("https://s{index}.example/"), "a=1");
    }
    assert_eq!(client.store.len(client.now), 4151);
}

#[test]
fn rule_42_3001_cookies_in_all_are_too_many_for_the_standard() {
    let mut client = Client::with_limits(StoreLimits::SPEC);
    if !client.store.has_total_limit() {
        return;
    }
    for index in 0..3001 {
        client.stores(&format!("https://s{index}.example/"), "a=1");
        client.now += std::time::Duration::from_micros(1);
    }
    assert_eq!(client.store.len(client.now), 3000);
    assert_eq!(client.sends("https://s0.example/"), "");
    assert_eq!(client.sends("https://s1.example/"), "a=1");
}
