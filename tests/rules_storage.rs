//! What a user agent stores: rules 27 to 37 (RFC 6265bis, section 5.7) as far as they concern one cookie
//! and its request, the lifetime that rule 23 leads to, and the setting of rule 40.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::explain::{Action, Prediction, explain_as};
use gingersnap::user_agent::{Identity, Reason, RequestKind, default_path, path_matches};
use gingersnap::{Prefix, RequestContext, Requirement, UserAgent, Verdict};

const SHOP: &str = "https://shop.example/cart/items";

/// Sun, 06 Nov 1994 08:49:37 GMT
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(784_111_777)
}

#[track_caller]
fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

fn reasons(verdict: &Verdict<'_>) -> Vec<Reason> {
    verdict.reasons().iter().map(|found| found.kind.clone()).collect()
}

/// Checks the reasons for which the default user agent refuses a header from a URL; none if it stores
/// the cookie.
#[track_caller]
fn refuses(url: &str, header: &str, expected: &[Reason]) {
    let context = context(url);
    let verdict = explain_as(header, &context, &UserAgent::new(), now());
    assert_eq!(reasons(&verdict), expected, "{url}: {header}");
    assert_eq!(verdict.prediction().is_some(), expected.is_empty(), "{url}: {header}");
}

/// Checks what the default user agent stores for a header from a URL.
#[track_caller]
fn stores(url: &str, header: &str, check: impl FnOnce(&Prediction<'_>)) {
    let context = context(url);
    let verdict = explain_as(header, &context, &UserAgent::new(), now());
    check(verdict.prediction().unwrap_or_else(|| panic!("{url}: {header}: {verdict}")));
}

#[test]
fn rule_23_max_age_beats_expires() {
    const EXPIRES: &str = "Expires=Mon, 07 Nov 1994 08:49:37 GMT";
    let in_an_hour = Some(now() + Duration::from_secs(3600));
    for attributes in [format!("Max-Age=3600; {EXPIRES}"), format!("{EXPIRES}; Max-Age=3600")] {
        stores(SHOP, &format!("a=1; {attributes}"), |stored| {
            assert_eq!(stored.expires(), in_an_hour, "{attributes}");
        });
    }
    let tomorrow = Some(now() + Duration::from_secs(86_400));
    stores(SHOP, &format!("a=1; {EXPIRES}"), |stored| assert_eq!(stored.expires(), tomorrow));
    stores(SHOP, "a=1", |stored| assert_eq!(stored.expires(), None));
}

#[test]
fn rule_23_a_lifetime_is_at_most_400_days() {
    let in_400_days = Some(now() + Duration::from_secs(400 * 86_400));
    for attribute in [
        "Max-Age=34560000",
        "Max-Age=34560001",
        "Max-Age=99999999999999999999",
        "Expires=Mon, 11 Dec 1995 08:49:37 GMT",
        "Expires=Mon, 11 Dec 1995 08:49:38 GMT",
        "Expires=Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        stores(SHOP, &format!("a=1; {attribute}"), |stored| {
            assert_eq!(stored.expires(), in_400_days, "{attribute}");
        });
    }
    let before = now() + Duration::from_secs(400 * 86_400 - 1);
    stores(SHOP, "a=1; Max-Age=34559999", |stored| assert_eq!(stored.expires(), Some(before)));
}

#[test]
fn rule_27_the_default_path_ends_before_the_last_slash() {
    for (request_path, expected) in [
        ("", "/"),
        ("a", "/"),
        ("a/b", "/"),
        ("*", "/"),
        ("/", "/"),
        ("/a", "/"),
        ("/a/", "/a"),
        ("/a/b", "/a"),
        ("/a/b/", "/a/b"),
        ("//", "/"),
        ("/a//b", "/a/"),
    ] {
        assert_eq!(default_path(request_path), expected, "{request_path}");
    }
    stores("https://shop.example/cart/items?next=/a/b/", "a=1", |stored| {
        assert_eq!(stored.identity().path(), b"/cart");
    });
    stores("https://shop.example", "a=1", |stored| assert_eq!(stored.identity().path(), b"/"));
}

#[test]
fn rule_28_a_path_matches_itself_and_the_paths_below_it() {
    for (request_path, cookie_path, expected) in [
        ("/", "/", true),
        ("/a", "/", true),
        ("/a", "/a", true),
        ("/a/", "/a", true),
        ("/a/b", "/a", true),
        ("/a/b", "/a/", true),
        ("//a", "/", true),
        ("/a", "/a/", false),
        ("/ab", "/a", false),
        ("/", "/a", false),
        ("/A", "/a", false),
        ("/%61", "/a", false),
        ("/a%2Fb", "/a", false),
    ] {
        assert_eq!(
            path_matches(request_path, cookie_path),
            expected,
            "{request_path} at {cookie_path}"
        );
    }
}

#[test]
fn rule_29_a_host_matches_itself_and_its_parents() {
    for (host, domain, expected) in [
        ("shop.example", "shop.example", true),
        ("SHOP.example", "shop.example", true),
        ("www.shop.example", "shop.example", true),
        ("a.b.shop.example", "example", true),
        ("my_shop.example", "example", true),
        ("shop.example", "www.shop.example", false),
        ("shop.example", "op.example", false),
        ("shop.example", "hop.example", false),
        ("shop.example.", "shop.example", false),
        ("shop.example", "shop.example.", false),
        ("www.shop.example.", "shop.example.", true),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "0.0.1", false),
        ("[::1]", "[::1]", true),
        ("[::ffff:127.0.0.1]", "0.0.1]", false),
    ] {
        let context = RequestContext::from_parts("https", host, "/").expect("a host");
        assert_eq!(context.domain_matches(domain), expected, "{host} and {domain}");
    }
    for host in ["", "shop example", "shop%2Eexample", "bücher.example", "[::1", "1.2.3.4.5"] {
        assert!(RequestContext::from_parts("https", host, "/").is_err(), "{host}");
    }
}

#[test]
fn rule_29_a_domain_that_does_not_match_the_host_is_refused() {
    for domain in ["other.example", "op.example", "www.shop.example", "shop.example.", "*.example"]
    {
        let context = context(SHOP);
        let header = format!("a=1; Domain={domain}");
        let verdict = explain_as(&header, &context, &UserAgent::new(), now());
        let found = reasons(&verdict);
        assert!(matches!(&found[..], [Reason::DomainMismatch { .. }]), "{domain}: {found:?}");
    }
    for (url, header, domain, is_host_only) in [
        ("https://www.shop.example", "a=1; Domain=shop.example", "shop.example", false),
        ("https://www.shop.example", "a=1; Domain=.SHOP.example", "shop.example", false),
        ("https://shop.example", "a=1; Domain=shop.example", "shop.example", false),
        ("https://my_shop.example", "a=1; Domain=my_shop.example", "my_shop.example", false),
        ("https://shop.example", "a=1", "shop.example", true),
        ("https://shop.example", "a=1; Domain=", "shop.example", true),
        ("https://shop.example.", "a=1", "shop.example.", true),
    ] {
        stores(url, header, |stored| {
            let identity = stored.identity();
            assert_eq!(
                (identity.domain(), identity.is_host_only()),
                (domain, is_host_only),
                "{url}: {header}"
            );
        });
    }
}

/// A user agent for which `example` and `pages.example` are public suffixes.
fn with_suffixes() -> UserAgent {
    UserAgent::new().with_public_suffixes(|host: &str| {
        let suffixes = ["pages.example", "example"].into_iter();
        let is_suffix = |suffix: &&str| host == *suffix || host.ends_with(&format!(".{suffix}"));
        suffixes.filter(is_suffix).map(str::len).max().unwrap_or(0)
    })
}

#[test]
fn rule_30_a_public_suffix_is_refused_unless_it_is_the_host() {
    let agent = with_suffixes();
    for (url, domain) in [
        ("https://shop.example", "example"),
        ("https://shop.example", ".Example"),
        ("https://a.pages.example", "pages.example"),
    ] {
        let context = context(url);
        let header = format!("a=1; Domain={domain}");
        let verdict = explain_as(&header, &context, &agent, now());
        let found = reasons(&verdict);
        assert!(matches!(&found[..], [Reason::PublicSuffix { .. }]), "{url}, {domain}: {found:?}");
    }
    for (url, domain, is_host_only) in [
        ("https://pages.example", "pages.example", true),
        ("https://shop.example", "shop.example", false),
        ("https://www.shop.example", "shop.example", false),
    ] {
        let context = context(url);
        let header = format!("a=1; Domain={domain}");
        let verdict = explain_as(&header, &context, &agent, now());
        let stored = verdict.prediction().expect("a stored cookie");
        assert_eq!(stored.identity().is_host_only(), is_host_only, "{url}");
        assert_eq!(stored.identity().domain(), domain, "{url}");
    }
}

#[test]
fn rule_31_secure_requires_a_secure_connection() {
    for url in ["http://shop.example", "ws://shop.example"] {
        refuses(url, "a=1; Secure", &[Reason::NotSecure]);
        refuses(url, "a=1; Secure=false", &[Reason::NotSecure]);
        refuses(url, "a=1; Secure; Max-Age=60", &[Reason::NotSecure]);
        refuses(url, "a=1", &[]);
    }
    for url in ["https://shop.example", "wss://shop.example"] {
        refuses(url, "a=1; Secure", &[]);
    }
}

#[test]
fn rule_33_a_script_cannot_set_an_http_only_cookie() {
    for (kind, expected) in [
        (RequestKind::Script, vec![Reason::NonHttpApi]),
        (RequestKind::Subresource, vec![]),
        (RequestKind::TopLevelNavigation { safe_method: true }, vec![]),
    ] {
        let context = context(SHOP).with_kind(kind);
        let verdict = explain_as("a=1; HttpOnly", &context, &UserAgent::new(), now());
        assert_eq!(reasons(&verdict), expected, "{kind:?}");
        assert!(!explain_as("a=1", &context, &UserAgent::new(), now()).is_refused(), "{kind:?}");
    }
}

#[test]
fn rule_34_a_cross_site_response_stores_only_same_site_none() {
    let agent = with_suffixes();
    let same_site = "https://www.shop.example/";
    let other_site = "https://other.example/";
    let other_scheme = "http://shop.example/";
    let navigation = RequestKind::TopLevelNavigation { safe_method: false };
    for (page, kind, is_refused) in [
        (same_site, RequestKind::Subresource, false),
        (other_site, RequestKind::Subresource, true),
        (other_scheme, RequestKind::Subresource, true),
        (other_site, RequestKind::Script, true),
        (same_site, RequestKind::Script, false),
        (other_site, navigation, false),
    ] {
        let page = context(page);
        let shop = context(SHOP).with_kind(kind);
        for request in [shop.clone().with_initiator(&page), shop.in_top_level(&page)] {
            for header in ["a=1", "a=1; SameSite=Lax", "a=1; SameSite=Strict; Secure"] {
                let verdict = explain_as(header, &request, &agent, now());
                let expected = if is_refused { vec![Reason::CrossSite] } else { vec![] };
                assert_eq!(reasons(&verdict), expected, "{header}: {request:?}");
            }
            let none = explain_as("a=1; SameSite=None; Secure", &request, &agent, now());
            assert!(!none.is_refused(), "{request:?}");
        }
    }
}

#[test]
fn rule_35_a_prefix_is_compared_without_case_and_requires_its_attributes() {
    use Requirement::{HttpOnly, NoDomain, RootPath, Secure};
    for (header, prefix, requirements) in [
        ("__Secure-a=1", Prefix::Secure, &[Secure][..]),
        ("__sEcUrE-a=1", Prefix::Secure, &[Secure]),
        ("__Host-a=1", Prefix::Host, &[Secure, RootPath]),
        ("__HOST-a=1; Secure; Path=/a", Prefix::Host, &[RootPath]),
        ("__Host-a=1; Secure; Path=/; Path=/a", Prefix::Host, &[RootPath]),
        ("__Host-a=1; Secure; Path=/; Path", Prefix::Host, &[RootPath]),
        ("__Host-a=1; Secure; Path=/; Domain=shop.example", Prefix::Host, &[NoDomain]),
        ("__Http-a=1", Prefix::Http, &[Secure, HttpOnly]),
        ("__http-a=1; Secure", Prefix::Http, &[HttpOnly]),
        ("__Host-Http-a=1; Secure; Path=/", Prefix::HostHttp, &[HttpOnly]),
        ("__Host-Http-a=1; Secure; HttpOnly", Prefix::HostHttp, &[RootPath]),
    ] {
        let context = context(SHOP);
        let verdict = explain_as(header, &context, &UserAgent::new(), now());
        let found = reasons(&verdict);
        let expected: Vec<_> = requirements
            .iter()
            .map(|&requirement| Reason::Prefix { prefix, requirement })
            .collect();
        assert_eq!(found.len(), expected.len(), "{header}: {found:?}");
        assert!(expected.iter().all(|reason| found.contains(reason)), "{header}: {found:?}");
    }
    for header in [
        "__secure-a=1; Secure",
        "__host-a=1; Secure; Path=/",
        "__Host-a=1; Secure; Path=/; Domain=",
        "__Host-a=1; Secure; Path=/a; Path=/",
        "__Host-Http-a=1; Secure; HttpOnly; Path=/",
        "__Secure=1",
        "__%48ost-a=1",
    ] {
        refuses(SHOP, header, &[]);
    }
    // At the root the default path is `/`, too, but a `Path` has to be written.
    let requirement = RootPath;
    let path = Reason::Prefix { prefix: Prefix::Host, requirement };
    refuses("https://shop.example/", "__Host-a=1; Secure", &[path]);
}

#[test]
fn rule_35_a_public_suffix_that_is_the_host_counts_as_no_domain() {
    let context = context("https://pages.example/");
    let header = "__Host-a=1; Secure; Path=/; Domain=pages.example";
    let verdict = explain_as(header, &context, &with_suffixes(), now());
    assert!(!verdict.is_refused(), "{verdict}");
}

#[test]
fn rule_35_a_nameless_cookie_with_a_prefix_in_its_value_is_refused() {
    for (header, prefix) in [
        ("=__Host-a=1", Prefix::Host),
        ("__hOST-a", Prefix::Host),
        ("= __Secure-a=1; Secure", Prefix::Secure),
        ("=__Host-a=1; Secure; Path=/", Prefix::Host),
        ("=__Http-a=1", Prefix::Http),
        ("=__Host-Http-a", Prefix::HostHttp),
    ] {
        refuses(SHOP, header, &[Reason::NamelessPrefix { prefix }]);
    }
    refuses(SHOP, "=Host-a=1", &[]);
}

#[test]
fn rule_36_the_identity_is_name_domain_host_only_path_and_partition() {
    let text = |url: &str, header: &str| {
        let context = context(url);
        let verdict = explain_as(header, &context, &UserAgent::new(), now());
        let Action::Remove(identity) = verdict.action() else { panic!("{header}: {verdict}") };
        format!(
            "{} {} {} {} {}",
            identity.name().escape_ascii(),
            identity.domain(),
            identity.is_host_only(),
            identity.path().escape_ascii(),
            identity.is_partitioned(),
        )
    };
    let removal = "a=; Max-Age=0; Secure";
    let cookie = "a shop.example true /cart false";
    for (url, added, expected) in [
        (SHOP, "", cookie),
        ("https://shop.example:8443/cart/items", "", cookie),
        (SHOP, "HttpOnly; SameSite=Strict", cookie),
        (SHOP, "Domain=shop.example", "a shop.example false /cart false"),
        (SHOP, "Path=/", "a shop.example true / false"),
        (SHOP, "Partitioned", "a shop.example true /cart true"),
        ("https://www.shop.example/cart/items", "", "a www.shop.example true /cart false"),
    ] {
        assert_eq!(text(url, &format!("{removal}; {added}")), expected, "{url}: {added}");
    }
    assert_eq!(text(SHOP, "A=; Max-Age=0"), "A shop.example true /cart false");
}

#[test]
fn rule_37_partitioned_requires_secure() {
    refuses(SHOP, "a=1; Partitioned", &[Reason::Partitioned]);
    refuses(SHOP, "a=1; Partitioned=no", &[Reason::Partitioned]);
    refuses(SHOP, "a=1; Partitioned; Secure", &[]);
    stores(SHOP, "a=1; Partitioned; Secure", |stored| {
        assert!(stored.identity().is_partitioned());
    });
}

#[test]
fn rule_40_which_connections_are_secure_is_a_setting() {
    let distrusting = UserAgent::new().with_trusted_loopback(false);
    for host in ["localhost", "a.localhost", "127.0.0.1", "[::1]"] {
        let context = RequestContext::from_parts("http", host, "/").expect("a host");
        let verdict = explain_as("a=1; Secure", &context, &UserAgent::new(), now());
        assert!(!verdict.is_refused(), "{host}: {verdict}");
        let verdict = explain_as("a=1; Secure", &context, &distrusting, now());
        assert_eq!(reasons(&verdict), [Reason::NotSecure], "{host}");
    }
}

#[test]
fn rule_40_nothing_is_stored_with_cookies_disabled() {
    let agent = UserAgent::new().with_cookies_disabled(true);
    for header in ["a=1", "a=; Max-Age=0"] {
        let context = context(SHOP);
        let verdict = explain_as(header, &context, &agent, now());
        assert_eq!(reasons(&verdict), [Reason::CookiesDisabled], "{header}");
    }
}

#[test]
fn an_identity_is_a_name_where_it_is_sent_and_a_partition() {
    let host_only = Identity::host_only("sid", "shop.example", "/cart");
    let with_subdomains = Identity::with_subdomains("sid", "shop.example", "/cart");
    let partitioned = host_only.clone().in_partition("https://news.example");
    for (identity, is_host_only, partition, text) in [
        (&host_only, true, None, "cookie `sid` for shop.example only, under /cart"),
        (
            &with_subdomains,
            false,
            None,
            "cookie `sid` for shop.example and its subdomains, under /cart",
        ),
        (
            &partitioned,
            true,
            Some("https://news.example"),
            "cookie `sid` for shop.example only, under /cart",
        ),
    ] {
        assert_eq!(identity.is_host_only(), is_host_only, "{identity}");
        assert_eq!(identity.partition(), partition, "{identity}");
        assert_eq!(identity.is_partitioned(), partition.is_some(), "{identity}");
        assert_eq!(identity.to_string(), text);
    }
    assert!(host_only != with_subdomains && host_only != partitioned);
}
