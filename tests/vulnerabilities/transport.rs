//! Connections that are not secure, redirects and scripts do not get at cookies that are not for them.

use gingersnap::Cookie;
use gingersnap::store::{CookieStore, Outcome};
use gingersnap::user_agent::{Reason, RequestKind};

use crate::client::{at, now, receive, sends, stores};

const SECURE: &str = "https://shop.example/";
const INSECURE: &str = "http://shop.example/";

/// Browsers, before they left secure cookies alone: an attacker on the network replaced the cookie of
/// https through http.
#[test]
fn http_does_not_overwrite_a_secure_cookie() {
    let mut store = CookieStore::new();
    stores(&mut store, SECURE, "sid=good; Secure; HttpOnly");
    for header in [
        "sid=evil",
        "sid=evil; Secure",
        "sid=evil; Domain=shop.example",
        "sid=; Max-Age=0",
        "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "sid=evil; Path=/deep/er",
        "__Secure-sid=evil; Secure",
        "__Secure-sid=evil",
    ] {
        for url in [INSECURE, "http://shop.example/deep/er", "http://www.shop.example/"] {
            let header = header.replace("Domain=shop.example", "Domain=.Shop.Example");
            if url.contains("www") && !header.contains("Domain") && !header.contains("Secure") {
                continue; // a cookie of another host, which hides nothing
            }
            let outcome = receive(&mut store, url, &header);
            assert!(!outcome.reasons().is_empty(), "{url} {header}: {outcome:?}");
        }
    }
    let by_hand = store.insert(&at(INSECURE), &Cookie::new("sid", "evil"), now());
    assert_eq!(by_hand.reasons(), [Reason::HidesSecure]);
    assert_eq!(sends(&mut store, SECURE), "sid=good");
    assert_eq!(sends(&mut store, INSECURE), "");
    let script = at(SECURE).with_kind(RequestKind::Script);
    let outcomes = store.receive(&script, ["sid=evil; Secure"], now());
    assert_eq!(outcomes[0].reasons(), [Reason::OverwritesHttpOnly]);
}

/// curl: the comparison of paths failed for `/`, so that http replaced a secure cookie.
#[test]
fn cve_2025_9086_http_does_not_overwrite_a_secure_cookie_at_any_path() {
    let mut store = CookieStore::new();
    stores(&mut store, "https://target.example/", "sid=good; Secure; Path=/");
    for path in ["/", "//", "", "/x", "/x/", "x", "\"/\"", "/?", "/%2F", "/.", "/\u{e9}"] {
        for url in ["http://target.example/", "http://target.example/x/y"] {
            let outcome = receive(&mut store, url, format!("sid=evil; Path={path}"));
            assert_eq!(outcome, Outcome::Refused([Reason::HidesSecure].into()), "{path}");
        }
    }
    assert_eq!(sends(&mut store, "https://target.example/x/y"), "sid=good");
}

/// urllib3, as undici (CVE-2023-45143) and curl (CVE-2022-27776): a redirect took the cookies along to
/// another server.
#[test]
fn cve_2023_43804_a_redirect_gets_the_cookies_of_its_target_only() {
    let mut store = CookieStore::new();
    stores(&mut store, SECURE, "sid=1; Secure");
    stores(&mut store, SECURE, "strict=1; SameSite=Strict; Secure");
    stores(&mut store, SECURE, "plain=1");
    stores(&mut store, "https://evil.example/", "theirs=1");
    let first = at(SECURE);
    for (url, expected) in [
        ("https://evil.example/", "theirs=1"),
        ("https://www.shop.example/", ""),
        ("https://shop.example.evil.example/", ""),
        ("http://shop.example/", "plain=1"),
        ("http://shop.example:8080/", "plain=1"),
        ("https://shop.example:8443/", "sid=1; strict=1; plain=1"),
    ] {
        let next = first.redirected_to(at(url));
        let header = store.cookie_header(&next, now()).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&header), expected, "{url}");
    }
    // What another site started is a request of that site, wherever it is redirected to.
    let link = RequestKind::TopLevelNavigation { safe_method: true };
    let first =
        at("https://shop.example/r").with_initiator(&at("https://evil.example/")).with_kind(link);
    let next = first.redirected_to(at(SECURE));
    assert_eq!(store.cookie_header(&next, now()), Some(b"sid=1; plain=1".to_vec()));
}
