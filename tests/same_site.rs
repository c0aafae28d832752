//! Which requests are cross-site, a part of rule 34 (RFC 6265bis, section 5.2).

use gingersnap::user_agent::RequestKind::{self, Script, Subresource, TopLevelNavigation};
use gingersnap::{RequestContext, UserAgent};

#[track_caller]
fn at(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a request context")
}

fn user_agent() -> UserAgent {
    UserAgent::new().with_public_suffixes(|host: &str| {
        let ends = |suffix: &&str| host == *suffix || host.ends_with(&format!(".{suffix}"));
        ["github.io", "co.uk", "com", "test"].iter().find(|s| ends(s)).map_or(0, |s| s.len())
    })
}

const LINK: RequestKind = TopLevelNavigation { safe_method: true };
const FORM: RequestKind = TopLevelNavigation { safe_method: false };

#[test]
fn rule_34_the_initiator_is_of_the_same_site_or_of_another() {
    for (initiator, target, is_cross_site) in [
        ("https://a.com", "https://a.com/x", false),
        ("https://a.com:8443", "https://a.com", false),
        ("https://www.a.com", "https://b.a.com", false),
        ("https://a.com", "https://b.com", true),
        ("https://a.co.uk", "https://b.co.uk", true),
        ("https://x.a.co.uk", "https://y.a.co.uk", false),
        ("https://a.github.io", "https://b.github.io", true),
        ("https://github.io", "https://github.io", false),
        ("https://github.io", "https://a.github.io", true),
        // The scheme is part of the site.
        ("http://a.com", "https://a.com", true),
        ("https://a.com", "http://a.com", true),
        ("https://a.com", "wss://a.com", false),
        ("http://a.com", "ws://a.com", false),
        ("https://a.com", "ws://a.com", true),
        ("http://localhost", "https://localhost", true),
        // Each IP address is its own site.
        ("http://127.0.0.1:1", "http://127.0.0.1:2", false),
        ("http://127.0.0.1", "http://127.1", false),
        ("http://127.0.0.1", "http://126.0.0.1", true),
        ("http://127.0.0.1", "http://localhost", true),
        ("http://[::1]", "http://[0:0::1]", false),
        // A trailing dot makes it another site.
        ("https://a.com", "https://a.com.", true),
        ("https://www.a.com.", "https://a.com.", false),
    ] {
        let request = at(target).with_initiator(&at(initiator));
        for kind in [Subresource, LINK, FORM, Script] {
            let request = request.clone().with_kind(kind);
            assert_eq!(user_agent().is_cross_site(&request), is_cross_site, "{request:?}");
        }
    }
}

#[test]
fn rule_34_the_top_level_page_counts_except_for_its_own_navigation() {
    let (a, www_a, b) = (at("https://a.com"), at("https://www.a.com"), at("https://b.com"));
    for (initiator, target, top_level, kind, is_cross_site) in [
        // An image in a page of its own site, and in a frame of another site.
        (Some(&a), &www_a, Some(&a), Subresource, false),
        (Some(&a), &www_a, Some(&b), Subresource, true),
        (None, &a, Some(&b), Subresource, true),
        (Some(&b), &a, Some(&a), Subresource, true),
        // The document of a frame.
        (Some(&b), &a, Some(&b), Subresource, true),
        (Some(&a), &www_a, Some(&www_a), Subresource, false),
        // A link replaces the page that it is in.
        (Some(&a), &www_a, Some(&b), LINK, false),
        (Some(&b), &a, Some(&b), LINK, true),
        (Some(&b), &a, None, FORM, true),
        // A typed URL, whatever page is shown.
        (None, &a, Some(&b), LINK, false),
        // A script of a document, by itself and in a frame of another site.
        (None, &a, None, Script, false),
        (None, &a, Some(&www_a), Script, false),
        (None, &a, Some(&b), Script, true),
        // A client without pages.
        (None, &a, None, Subresource, false),
        (None, &a, None, FORM, false),
    ] {
        let mut request = target.clone().with_kind(kind);
        if let Some(page) = initiator {
            request = request.with_initiator(page);
        }
        if let Some(page) = top_level {
            request = request.in_top_level(page);
        }
        assert_eq!(user_agent().is_cross_site(&request), is_cross_site, "{request:?}");
    }
}

#[test]
fn each_redirect_has_its_own_answer() {
    let (a, b) = (at("https://a.com"), at("https://b.com"));
    let is_cross_site = |context: &RequestContext<'_>| user_agent().is_cross_site(context);

    // From a page of `a`, by way of `b`, back to `a`.
    let link = at("https://b.com/x").with_initiator(&a).with_kind(FORM);
    assert!(is_cross_site(&link));
    let back = link.redirected_to(at("https://a.com/y"));
    assert_eq!((back.host(), back.path(), back.kind()), ("a.com", "/y", FORM));
    assert!(!is_cross_site(&back));
    // Another scheme is another site.
    let there = back.redirected_to(at("http://a.com/y"));
    assert!(is_cross_site(&there) && !there.is_https());

    // Initiator and kind are those of the first request.
    let next = at("https://a.com").with_initiator(&b).in_top_level(&b).with_kind(Script);
    assert_eq!(
        link.redirected_to(next.clone()),
        at("https://a.com").with_initiator(&a).with_kind(FORM)
    );
    // A navigation replaces the top-level page, whichever that was.
    let shown = link.clone().in_top_level(&b);
    assert!(is_cross_site(&shown) && !is_cross_site(&shown.redirected_to(next)));

    // A subresource stays in its top level.
    let image = at("https://b.com/i").with_initiator(&a).in_top_level(&a);
    let moved = image.redirected_to(at("https://a.com/i"));
    assert!(is_cross_site(&image) && !is_cross_site(&moved));
    assert_eq!(moved, at("https://a.com/i").with_initiator(&a).in_top_level(&a));

    // A client without pages is same-site wherever it is sent.
    assert!(!is_cross_site(&at("https://a.com").redirected_to(at("https://b.com"))));
}

#[test]
fn a_host_that_the_list_does_not_have_ends_in_a_public_suffix_of_one_label() {
    for unlisted in [0, usize::MAX] {
        let agent = UserAgent::new().with_public_suffixes(move |host: &str| {
            if host.ends_with("co.uk") { 5 } else { unlisted }
        });
        let expected = if unlisted == 0 { "shop.com" } else { "www.shop.com" };
        assert_eq!(agent.site_of("www.shop.com"), expected);
        assert_eq!(agent.site_of("www.shop.co.uk"), "shop.co.uk");
        let request = at("https://shop.com").with_initiator(&at("https://evil.com"));
        assert!(agent.is_cross_site(&request));
    }
}

/// The URL Standard allows empty labels. Nobody can register one.
#[test]
fn a_host_with_an_empty_label_before_its_public_suffix_is_a_site_of_its_own() {
    for host in [".com", "..com", "shop..com", "www.shop..co.uk", "shop..com."] {
        assert_eq!(user_agent().site_of(host), host);
        assert!(user_agent().is_public_suffix(host), "{host}");
    }
    assert_eq!(user_agent().site_of("www..shop.com"), "shop.com");
}

#[test]
fn rule_30_a_public_suffix_with_a_trailing_dot_is_refused() {
    assert!(user_agent().is_public_suffix("co.uk."));
    assert!(user_agent().is_public_suffix("co.uk"));
    assert!(!user_agent().is_public_suffix("a.co.uk."));
    assert!(!user_agent().is_public_suffix("."));
}

#[test]
fn the_list_of_public_suffixes_is_shared_by_clones_and_not_shown() {
    let agent = user_agent().clone();
    assert_eq!(agent.site_of("www.a.co.uk"), "a.co.uk");
    assert_eq!(
        format!("{agent:?}"),
        "UserAgent { public_suffixes: Given, trusts_loopback: true, accepts_cookies: true }"
    );
}
