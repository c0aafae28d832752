//! A cookie is sent to the hosts that it is meant for: domains, public suffixes, addresses.

use gingersnap::store::{CookieStore, Outcome, StoredCookie};
use gingersnap::user_agent::Reason;
use gingersnap::{Cookie, CookieJar, RequestContext, explain};

use crate::client::{at, now, receive, sends, stores};

/// Asserts that a `Domain` is refused: when it is received, by hand, by `explain`.
#[track_caller]
fn refuses_domain(url: &str, domain: &str) {
    let mut store = CookieStore::new();
    let header = format!("a=1; Domain={domain}");
    let is_domain = |outcome: &Outcome| {
        let reasons = outcome.reasons();
        reasons.iter().any(|reason| {
            matches!(
                reason,
                Reason::DomainMismatch { .. }
                    | Reason::PublicSuffix { .. }
                    | Reason::AboveSite { .. }
            )
        })
    };
    let outcome = receive(&mut store, url, &header);
    assert!(is_domain(&outcome), "{url} {domain}: {outcome:?}");
    let outcome = store.insert(&at(url), &Cookie::new("a", "1").with_domain(domain), now());
    assert!(is_domain(&outcome), "{url} {domain}: {outcome:?}");
    assert!(explain(&header, &at(url), now()).is_refused(), "{url} {domain}");
    assert!(store.is_empty(now()));
}

/// Asserts that a file cannot hold a cookie with this domain for its subdomains.
#[track_caller]
fn refuses_in_a_file(domain: &str) {
    use gingersnap::store::file::Format;
    let line = format!("{domain}\tTRUE\t/\tFALSE\t0\ta\t1\n");
    let (store, report) = crate::client::read(Format::CookiesTxt, line);
    assert!(report.skipped.len() == 1 || store.iter(now()).all(StoredCookie::is_host_only));
    #[cfg(feature = "json")]
    for format in [Format::CookieList, Format::Playwright] {
        let entry = format!(r#"[{{"name":"a","value":"1","domain":"{domain}","hostOnly":false}}]"#);
        let (store, report) = crate::client::read(format, entry);
        assert!(report.skipped.len() == 1 || store.iter(now()).all(StoredCookie::is_host_only));
    }
}

/// curl: a public suffix was compared in the case in which the header has it.
#[test]
fn cve_2023_46218_public_suffixes_are_compared_in_any_case() {
    for domain in ["co.UK", "CO.UK", ".co.Uk", "Co.uk", "UK"] {
        refuses_domain("https://curl.co.uk/", domain);
        refuses_domain("https://CURL.CO.UK/", domain);
        refuses_in_a_file(domain);
    }
    let mut store = CookieStore::new();
    stores(&mut store, "https://CURL.co.UK/", "a=1; Domain=Curl.CO.uk");
    assert_eq!(sends(&mut store, "https://www.curl.co.uk/"), "a=1");
    assert_eq!(sends(&mut store, "https://other.co.uk/"), "");
}

/// curl: a host with a dot at its end got cookies for the whole top-level domain.
#[test]
fn cve_2022_27779_a_trailing_dot_does_not_hide_a_public_suffix() {
    for domain in ["com.", ".com.", "com", "COM."] {
        refuses_domain("https://evil.com./", domain);
        refuses_in_a_file(domain);
    }
    refuses_domain("https://evil.co.uk./", "co.uk.");
    refuses_domain("https://evil.com/", "com.");
    let mut store = CookieStore::new();
    stores(&mut store, "https://evil.com./", "a=1; Domain=evil.com.");
    assert_eq!(sends(&mut store, "https://bank.com./"), "");
    assert_eq!(sends(&mut store, "https://evil.com/"), "");
}

/// Python's `http.cookiejar`, as Internet Explorer before it: `example.com` matched a host that only
/// ends in the same letters.
#[test]
fn cve_2018_20852_a_suffix_matches_at_a_dot_only() {
    let mut store = CookieStore::new();
    stores(&mut store, "https://www.example.com/", "a=1; Domain=example.com");
    for (url, is_sent) in [
        ("https://example.com/", true),
        ("https://a.b.example.com/", true),
        ("https://pythonicexample.com/", false),
        ("https://www.pythonicexample.com/", false),
        ("https://example.com.evil.com/", false),
        ("https://xample.com/", false),
        ("https://example.co/", false),
    ] {
        assert_eq!(sends(&mut store, url), if is_sent { "a=1" } else { "" }, "{url}");
        assert_eq!(at(url).domain_matches("example.com"), is_sent, "{url}");
    }
    for domain in ["xample.com", ".xample.com", "ample.com", "aexample.com", "?example.com", "*"] {
        refuses_domain("https://example.com/", domain);
    }
    refuses_domain("https://pythonicexample.com/", "example.com");
}

/// curl: the last numbers of an address were taken for a parent domain.
#[test]
fn cve_2014_3613_an_ip_address_is_one_host() {
    for domain in ["0.0.1", ".0.0.1", "0.1", "1", "168.0.1", "27.0.0.1"] {
        refuses_domain("https://127.0.0.1/", domain);
        refuses_domain("https://192.168.0.1/", domain);
    }
    refuses_domain("https://[2001:db8::1]/", "db8::1");
    refuses_domain("https://[2001:db8::1]/", "::1");
    let mut store = CookieStore::new();
    stores(&mut store, "https://192.168.0.1/", "a=1; Domain=192.168.0.1");
    assert_eq!(sends(&mut store, "https://192.168.0.1/"), "a=1");
    for url in ["https://1.192.168.0.1.evil.example/", "https://168.0.1.1/", "https://92.168.0.1/"]
    {
        assert_eq!(sends(&mut store, url), "", "{url}");
    }
}

/// Guzzle: a response could set cookies for a domain of another server.
#[test]
fn cve_2022_29248_a_domain_of_another_host_is_refused() {
    for domain in
        ["bank.example", "www.evil.example", "sub.www.evil.example", "example", "evil.com"]
    {
        refuses_domain("https://evil.example/", domain);
    }
}

/// Guzzle, as Perl's Mojolicious (CVE-2018-25100): a cookie without `Domain`, or with an empty one, was
/// sent to subdomains.
#[test]
fn cve_2026_67355_a_cookie_without_a_domain_is_for_its_host_only() {
    for header in
        ["sid=1", "sid=1; Domain", "sid=1; Domain=", "sid=1; Domain=shop.example; Domain="]
    {
        let mut store = CookieStore::new();
        stores(&mut store, "https://shop.example/", header);
        assert_eq!(sends(&mut store, "https://shop.example/"), "sid=1", "{header}");
        assert_eq!(sends(&mut store, "https://child.shop.example/"), "", "{header}");
        // Also when it is set again, with another value.
        stores(&mut store, "https://shop.example/", header.replace("=1", "=2"));
        assert_eq!(sends(&mut store, "https://child.shop.example/"), "", "{header}");
    }
}

/// aiohttp: a cookie that expired took the host-only mark from one of its name at another path.
#[test]
fn aiohttp_13674_what_expires_changes_no_other_cookie() {
    let mut store = CookieStore::new();
    let url = "https://shop.example/a/b";
    stores(&mut store, url, "sid=1; Path=/a");
    stores(&mut store, url, "sid=2; Path=/a/b; Max-Age=60");
    stores(&mut store, url, "sid=3; Path=/a/b; Domain=shop.example; Max-Age=60");
    assert_eq!(receive(&mut store, url, "sid=; Path=/a/b; Max-Age=0"), Outcome::Removed);
    let later = now() + std::time::Duration::from_secs(61);
    let child = store.cookie_header(&at("https://child.shop.example/a/b"), later);
    assert_eq!(child, None);
    assert_eq!(store.cookie_header(&at(url), later), Some(b"sid=1".to_vec()));
}

/// The crate `idna`: a label that decodes to plain ASCII was equal to that name, for some programs.
#[test]
fn rustsec_2024_0421_punycode_that_decodes_to_ascii_is_no_other_name() {
    let mut store = CookieStore::new();
    stores(&mut store, "https://example.org/", "a=1; Domain=example.org");
    for host in ["xn--example-.org", "www.xn--example-.org", "XN--EXAMPLE-.org", "xn--example-org"]
    {
        let url = format!("https://{host}/");
        if let Ok(context) = RequestContext::parse(&url) {
            assert!(!context.domain_matches("example.org"), "{host}");
            assert_eq!(store.cookie_header(&context, now()), None, "{host}");
            refuses_domain(&url, "example.org");
        }
        #[cfg(feature = "url")]
        if let Ok(url) = url::Url::parse(&url) {
            let context = RequestContext::try_from(&url).expect("https");
            assert!(!context.domain_matches("example.org"), "{host}");
            assert_eq!(store.cookie_header(&context, now()), None, "{host}");
        }
        refuses_domain("https://example.org/", host);
    }
}

/// curl: a host with another character for the dot was another host to the list of what it knew.
#[cfg(feature = "url")]
#[test]
fn cve_2022_43551_a_host_in_any_script_is_one_host() {
    let mut store = CookieStore::new();
    stores(&mut store, "https://b\u{FC}cher.example/".replace('\u{FC}', "").as_str(), "other=1");
    stores(&mut store, "https://xn--bcher-kva.example/", "sid=1; Secure");
    for text in [
        "https://b\u{FC}cher.example/",
        "https://B\u{DC}CHER\u{3002}example/",
        "https://b%C3%BCcher.example/",
        "https://bu\u{308}cher\u{FF0E}example/",
        "https://xn--bcher-kva.example/",
        "https://XN--BCHER-KVA.EXAMPLE/",
    ] {
        let url = url::Url::parse(text).expect("a URL");
        let context = RequestContext::try_from(&url).expect("https");
        assert_eq!(store.cookie_header(&context, now()), Some(b"sid=1".to_vec()), "{text}");
        // Without IDNA, what is not ASCII is refused and not taken for another host.
        assert!(text.is_ascii() && !text.contains('%') || RequestContext::parse(text).is_err());
    }
}

/// Every site with untrusted subdomains: a sibling sets a cookie for the whole site.
#[test]
fn cookie_tossing_does_not_reach_a_name_with_host_prefix() {
    let mut store = CookieStore::new();
    stores(&mut store, "https://shop.example/", "__Host-sid=good; Secure; Path=/");
    stores(&mut store, "https://shop.example/", "sid=good; Secure");
    for header in [
        "__Host-sid=evil; Domain=shop.example; Secure; Path=/",
        "__host-sid=evil; Domain=shop.example; Secure; Path=/",
        "__Host-sid=evil; Domain=.shop.example; Secure; Path=/",
        "=__Host-sid=evil; Domain=shop.example; Secure; Path=/",
        "__Host-sid=evil; Domain=; Domain=shop.example; Secure; Path=/",
    ] {
        assert!(!receive(&mut store, "https://evil.shop.example/", header).is_stored(), "{header}");
    }
    // Other names are not protected: the request then has both, and a server can see that.
    stores(&mut store, "https://evil.shop.example/", "sid=evil; Domain=shop.example; Path=/admin");
    let header = sends(&mut store, "https://shop.example/admin");
    let jar = CookieJar::from_cookie_header(&header).expect("a header");
    assert_eq!(jar.get_all("sid").collect::<Vec<_>>(), ["evil", "good"]);
    assert_eq!(jar.get_all("__Host-sid").collect::<Vec<_>>(), ["good"]);
}
