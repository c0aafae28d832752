//! Which cookies a store accepts, and what they replace: rules 27 and 31 to 36 (RFC 6265bis, section
//! 5.7).

use gingersnap::store::Outcome;
use gingersnap::user_agent::Reason;
use gingersnap::{Cookie, Prefix, Requirement, UserAgent};

use crate::client::{Client, FORM, INSECURE_SHOP, LINK, NEWS, SHOP, WWW, at, script_at, seconds};

#[test]
fn rule_27_without_a_path_a_cookie_is_for_the_folder_of_its_request() {
    let mut client = Client::new();
    for (url, expected) in [
        ("https://shop.example", "/"),
        ("https://shop.example/cart", "/"),
        ("https://shop.example/cart/", "/cart"),
        ("https://shop.example/cart/items?next=/a/b/", "/cart"),
        ("https://shop.example/a//b", "/a/"),
    ] {
        client.stores(url, "a=1");
        assert_eq!(client.cookie("a").path(), expected.as_bytes(), "{url}");
        client.store.clear();
    }
}

#[test]
fn rule_31_a_secure_cookie_requires_a_secure_connection() {
    let mut client = Client::new();
    for url in [INSECURE_SHOP, "ws://shop.example/"] {
        for header in ["a=1; Secure", "a=1; Secure; Max-Age=0"] {
            client.refuses(url, header, &[Reason::NotSecure]);
        }
        let by_hand = Cookie::new("a", "1").with_secure(true);
        assert_eq!(client.insert(url, &by_hand).reasons(), [Reason::NotSecure]);
        client.stores(url, "b=1");
    }
    client.stores(SHOP, "a=1; Secure");
    client.stores("wss://shop.example/", "a=2; Secure");
}

/// Checks what an insecure connection may do beside a `Secure` cookie, in both orders of the hosts.
#[test]
fn rule_32_an_insecure_connection_leaves_secure_cookies_alone() {
    const HIDES: &[Reason] = &[Reason::HidesSecure];
    for (secure_from, secure, url, header, reasons) in [
        // The same host, a parent and a subdomain.
        (SHOP, "a=1; Secure", INSECURE_SHOP, "a=2", HIDES),
        (SHOP, "a=1; Secure", "http://www.shop.example/", "a=2", HIDES),
        (SHOP, "a=1; Secure; Domain=shop.example", "http://www.shop.example/", "a=2", HIDES),
        (WWW, "a=1; Secure", "http://www.shop.example/", "a=2; Domain=shop.example", HIDES),
        (WWW, "a=1; Secure", INSECURE_SHOP, "a=2", HIDES),
        (WWW, "a=1; Secure", "http://help.shop.example/", "a=2", &[]),
        // The same path and those below, but not above.
        (SHOP, "a=1; Secure; Path=/x", INSECURE_SHOP, "a=2; Path=/x", HIDES),
        (SHOP, "a=1; Secure; Path=/x", INSECURE_SHOP, "a=2; Path=/x/y", HIDES),
        (SHOP, "a=1; Secure; Path=/x", INSECURE_SHOP, "a=2; Path=/", &[]),
        (SHOP, "a=1; Secure; Path=/x", INSECURE_SHOP, "a=2; Path=/xy", &[]),
        // A removal, and another name.
        (SHOP, "a=1; Secure", INSECURE_SHOP, "a=; Max-Age=0", HIDES),
        (SHOP, "a=1; Secure", INSECURE_SHOP, "A=2", &[]),
        (SHOP, "a=1; Secure", INSECURE_SHOP, "=a=2", &[]),
        (SHOP, "=1; Secure", INSECURE_SHOP, "2", HIDES),
        // A cookie that is not `Secure`, and a secure connection.
        (SHOP, "a=1", INSECURE_SHOP, "a=2", &[]),
        (SHOP, "a=1; Secure", SHOP, "a=2", &[]),
        (SHOP, "a=1; Secure", "https://www.shop.example/", "a=2", &[]),
        // A host that is no parent.
        (SHOP, "a=1; Secure", "http://badshop.example/", "a=2", &[]),
    ] {
        let mut client = Client::new();
        client.stores(secure_from, secure);
        let outcome = client.receive(&at(url), header);
        assert_eq!(outcome.reasons(), reasons, "{secure} from {secure_from}; {header} from {url}");
        let is_there = |pair: &(String, String)| pair.1 == "1";
        let may_be_replaced = reasons.is_empty() && client.contents().len() == 1;
        assert!(may_be_replaced || client.contents().iter().any(is_there), "{header} from {url}");
    }
}

#[test]
fn rule_32_a_secure_cookie_that_is_gone_protects_nothing() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1; Secure; Max-Age=10");
    let by_hand = Cookie::new("a", "2");
    assert_eq!(client.insert(INSECURE_SHOP, &by_hand).reasons(), [Reason::HidesSecure]);
    client.refuses_in(&script_at(INSECURE_SHOP), "a=2", &[Reason::HidesSecure]);
    client.wait(10);
    assert_eq!(client.insert(INSECURE_SHOP, &by_hand), Outcome::Stored);
    // Loopback counts as secure.
    client.stores("http://localhost/", "a=1; Secure");
    client.stores("http://localhost/", "a=2");
}

#[test]
fn rule_33_a_script_neither_sets_nor_replaces_nor_reads_an_http_only_cookie() {
    let mut client = Client::new();
    let script = script_at(SHOP);
    client.stores(SHOP, "a=1; HttpOnly");
    client.refuses_in(&script, "b=1; HttpOnly", &[Reason::NonHttpApi]);
    client.refuses_in(&script, "a=2", &[Reason::OverwritesHttpOnly]);
    client.refuses_in(&script, "a=; Max-Age=0", &[Reason::OverwritesHttpOnly]);
    let both = [Reason::NonHttpApi, Reason::OverwritesHttpOnly];
    client.refuses_in(&script, "a=2; HttpOnly", &both);
    assert_eq!(client.sends_in(&script), "");
    assert!(client.store.get(&script, "a", client.now).is_none());
    assert_eq!(client.sends(SHOP), "a=1");
    // By another identity, it is another cookie; and a script's own cookies are its own.
    for header in ["a=2; Path=/x", "a=3; Domain=shop.example", "b=4", "b=5"] {
        assert!(client.receive(&script, header).is_stored(), "{header}");
    }
    assert_eq!(client.sends_in(&script), "a=3; b=5");
    // A server may do all of this.
    client.stores(SHOP, "a=6");
    assert_eq!(client.sends_in(&script), "a=6; a=3; b=5");
    // What has expired protects nothing.
    client.stores(SHOP, "a=7; HttpOnly; Max-Age=1");
    client.wait(1);
    assert_eq!(client.receive(&script, "a=8"), Outcome::Stored);
}

#[test]
fn rule_34_a_cross_site_response_stores_only_same_site_none() {
    let image = |page| at(SHOP).with_initiator(&at(page));
    let frame = |page| at(SHOP).in_top_level(&at(page));
    for (context, is_refused) in [
        (at(SHOP), false),
        (image(WWW), false),
        (image(NEWS), true),
        (image(INSECURE_SHOP), true),
        (frame(WWW), false),
        (frame(NEWS), true),
        (image(NEWS).with_kind(LINK), false),
        (image(NEWS).with_kind(FORM), false),
        (frame(NEWS).with_kind(LINK), false),
        (script_at(SHOP), false),
        (script_at(SHOP).in_top_level(&at(NEWS)), true),
    ] {
        let mut client = Client::new();
        let reasons = if is_refused { &[Reason::CrossSite][..] } else { &[] };
        for header in ["a=1", "a=1; SameSite=Lax", "a=1; SameSite=Strict", "a=; Max-Age=0"] {
            let outcome = client.receive(&context, header);
            assert_eq!(outcome.reasons(), reasons, "{header}: {context:?}");
        }
        let none = client.receive(&context, "a=1; SameSite=None; Secure");
        assert_eq!(none.reasons(), [], "{context:?}");
        let by_hand = client.store.insert(&context, &Cookie::new("a", "1"), client.now);
        assert_eq!(by_hand.reasons(), reasons, "{context:?}");
    }
    Client::new().refuses(SHOP, "a=1; SameSite=None", &[Reason::SameSiteNone]);
}

#[test]
fn rule_34_a_redirect_is_judged_by_its_own_url() {
    let mut client = Client::new();
    let from_news = at(NEWS).with_initiator(&at(NEWS));
    let to_shop = from_news.redirected_to(at(SHOP));
    client.refuses_in(&to_shop, "a=1", &[Reason::CrossSite]);
    let back = to_shop.redirected_to(at(NEWS));
    assert!(client.receive(&back, "a=1").is_stored());
}

#[test]
fn rule_35_prefixes_in_any_case_are_enforced_however_a_cookie_comes() {
    use Requirement::{HttpOnly, NoDomain, RootPath, Secure};
    for (header, prefix, requirements) in [
        ("__Secure-a=1", Prefix::Secure, &[Secure][..]),
        ("__SECURE-a=1", Prefix::Secure, &[Secure]),
        ("__host-a=1; Secure; Path=/; Domain=shop.example", Prefix::Host, &[NoDomain]),
        ("__Host-a=1; Secure; Path=/x", Prefix::Host, &[RootPath]),
        ("__hOsT-a=1; Path=/", Prefix::Host, &[Secure]),
        ("__http-a=1; Secure", Prefix::Http, &[HttpOnly]),
        ("__Host-HTTP-a=1; Secure; Path=/", Prefix::HostHttp, &[HttpOnly]),
    ] {
        let mut client = Client::new();
        let expected: Vec<_> = requirements
            .iter()
            .map(|&requirement| Reason::Prefix { prefix, requirement })
            .collect();
        client.refuses(SHOP, header, &expected);
        let by_hand = Cookie::parse(header).expect("a cookie");
        assert_eq!(client.insert(SHOP, &by_hand).reasons(), expected, "{header}");
        if !expected
            .iter()
            .any(|reason| matches!(reason, Reason::Prefix { requirement: HttpOnly, .. }))
        {
            client.refuses_in(&script_at(SHOP), header, &expected);
        }
        // A removal has to meet them, too.
        let removal = header.to_owned() + "; Max-Age=0";
        client.refuses(SHOP, removal, &expected);
    }
    let mut client = Client::new();
    let root = Reason::Prefix { prefix: Prefix::Host, requirement: RootPath };
    client.refuses(SHOP, "__Host-a=1; Secure", &[root]);
    client.stores(SHOP, "__host-A=1; Secure; Path=/");
    client.stores(SHOP, "__HOST-http-a=1; Secure; Path=/; HttpOnly");
    client.stores(SHOP, "__%48ost-a=1");
    let script_cannot = Reason::Prefix { prefix: Prefix::Http, requirement: HttpOnly };
    client.refuses_in(&script_at(SHOP), "__Http-a=1; Secure", &[script_cannot]);
}

#[test]
fn rule_35_a_nameless_cookie_does_not_pass_for_one_with_a_prefix() {
    let mut client = Client::new();
    for (header, prefix) in [
        ("=__Host-a=1", Prefix::Host),
        ("__hOST-a", Prefix::Host),
        ("=__secure-a=1; Secure", Prefix::Secure),
        ("= \t__Http-a=1; Secure; HttpOnly", Prefix::Http),
        ("=__Host-Http-a=1; Secure; HttpOnly; Path=/", Prefix::HostHttp),
    ] {
        client.refuses(SHOP, header, &[Reason::NamelessPrefix { prefix }]);
    }
    let by_hand = Cookie::new("", "__HOST-a=1");
    let prefix = Prefix::Host;
    assert_eq!(client.insert(SHOP, &by_hand).reasons(), [Reason::NamelessPrefix { prefix }]);
    client.stores(SHOP, "=Host-a=1");
    assert_eq!(client.sends(SHOP), "Host-a=1");
}

#[test]
fn rule_36_the_identity_is_name_domain_host_only_path_and_partition() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1");
    for (url, header) in [
        (SHOP, "A=2"),
        (SHOP, "=2"),
        (SHOP, "a=2; Path=/x"),
        (SHOP, "a=2; Path=/x/"),
        (SHOP, "a=2; Domain=shop.example"),
        (WWW, "a=2"),
        (WWW, "a=2; Domain=www.shop.example"),
        ("https://shop.example./", "a=2"),
        (SHOP, "a=2; Partitioned; Secure"),
    ] {
        assert_eq!(client.receive(&at(url), header), Outcome::Stored, "{url}: {header}");
        let removal = format!("{header}; Max-Age=0");
        assert_eq!(client.receive(&at(url), &removal), Outcome::Removed, "{url}: {header}");
        assert_eq!(client.receive(&at(url), &removal), Outcome::NothingToRemove);
        assert_eq!(client.contents(), [("a".to_owned(), "1".to_owned())]);
    }
    for (url, header) in [
        ("https://shop.example:8443/", "a=3"),
        (INSECURE_SHOP, "a=3; Path=/"),
        (SHOP, "a=3; Domain=; Secure; HttpOnly; SameSite=Strict; Max-Age=60"),
        (SHOP, "a=3"),
    ] {
        assert_eq!(client.receive(&at(url), header), Outcome::Replaced, "{url}: {header}");
    }
    for header in ["b=1; Path=/x", "b=1; Path=/y", "b=1; Path=/X"] {
        assert_eq!(client.receive(&at(SHOP), header), Outcome::Stored, "{header}");
    }
}

#[test]
fn rule_36_an_overwrite_keeps_the_creation_time_and_replaces_the_rest() {
    let mut client = Client::new();
    let start = client.now;
    client.stores(SHOP, "a=1; Secure; HttpOnly; SameSite=Strict; Max-Age=60");
    client.wait(1);
    client.stores(SHOP, "b=1");
    client.wait(1);
    client.stores(SHOP, "a=2");
    let cookie = client.cookie("a");
    assert_eq!((cookie.created(), cookie.updated()), (start, start + seconds(2)));
    assert_eq!((cookie.last_accessed(), cookie.expires()), (start + seconds(2), None));
    assert!(!cookie.is_secure() && !cookie.is_http_only() && cookie.is_session());
    assert_eq!(client.sends(SHOP), "a=2; b=1");
    // A cookie that was removed, or has expired, is another one when it comes again.
    client.receive(&at(SHOP), "a=; Max-Age=0");
    client.stores(SHOP, "a=3; Max-Age=10");
    assert_eq!(client.sends(SHOP), "b=1; a=3");
    client.stores(SHOP, "c=1");
    client.wait(10);
    assert_eq!(client.receive(&at(SHOP), "a=4"), Outcome::Stored);
    assert_eq!(client.sends(SHOP), "b=1; c=1; a=4");
}

#[test]
fn rule_36_a_removal_removes_what_it_names() {
    let mut client = Client::new();
    client.stores(SHOP, "a=1");
    client.stores(SHOP, "a=2; Path=/x");
    assert_eq!(client.receive(&at(SHOP), "a=3; Expires=01 Jan 1970 00:00:00"), Outcome::Removed);
    assert_eq!(client.sends("https://shop.example/x"), "a=2");
    // A cookie expires at its time, not after it.
    let expires_now = "a=3; Path=/x; Expires=Sun, 06 Nov 1994 08:49:37 GMT";
    assert_eq!(client.receive(&at(SHOP), expires_now), Outcome::Removed);
    let by_hand = Cookie::new("a", "1").with_max_age(seconds(0));
    assert_eq!(client.insert(SHOP, &by_hand), Outcome::NothingToRemove);
    client.stores(SHOP, "a=1");
    assert_eq!(client.insert(SHOP, &by_hand), Outcome::Removed);
}

#[test]
fn rule_40_what_is_secure_is_a_setting() {
    let loopback =
        ["http://localhost/", "http://a.localhost/", "http://127.0.0.1/", "http://[::1]/"];
    for url in loopback {
        let mut client = Client::new();
        client.stores(url, "a=1; Secure");
        assert_eq!(client.sends(url), "a=1");
        let distrusting = UserAgent::new().with_trusted_loopback(false);
        let mut client = Client::with_agent(distrusting);
        client.refuses(url, "a=1; Secure", &[Reason::NotSecure]);
        client.stores(&url.replace("http", "https"), "a=1; Secure");
        assert_eq!(client.sends(url), "");
        client.refuses(url, "a=2", &[Reason::HidesSecure]);
    }
}

#[test]
fn rule_40_with_cookies_disabled_nothing_is_stored_or_sent() {
    let agent = UserAgent::new().with_cookies_disabled(true);
    let mut client = Client::with_agent(agent);
    for header in ["a=1", "a=; Max-Age=0"] {
        client.refuses(SHOP, header, &[Reason::CookiesDisabled]);
    }
    let by_hand = Cookie::new("a", "1");
    assert_eq!(client.insert(SHOP, &by_hand).reasons(), [Reason::CookiesDisabled]);
    assert_eq!(client.sends(SHOP), "");
    assert!(client.store.get(&at(SHOP), "a", client.now).is_none());
}
