//! The rules that hold for every cookie of a store, wherever it came from, and the comparisons of the
//! standard, each written out plainly.

use std::net::Ipv4Addr;

use gingersnap::store::StoredCookie;
use gingersnap::{RequestContext, SameSite, UserAgent};

/// Checks a cookie by the rules that need no request.
#[track_caller]
pub(crate) fn check_rules(cookie: &StoredCookie) {
    let (name, value, path) = (cookie.name(), cookie.value(), cookie.path());
    for text in [name, value, path] {
        // "If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters
        // excluding HTAB): abort this algorithm"
        assert!(!text.iter().any(|byte| *byte != b'\t' && byte.is_ascii_control()), "{cookie:?}");
        let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
        assert!(!is_blank(text.first()) && !is_blank(text.last()), "{cookie:?}");
    }
    assert!(!name.contains(&b'=') && ![name, value].concat().contains(&b';'), "{cookie:?}");
    // "If the sum of the lengths of the name string and the value string is more than 4096 octets,
    // abort", and so it does if both are empty.
    assert!((1..=4096).contains(&(name.len() + value.len())), "{cookie:?}");
    assert!(path.starts_with(b"/"), "{cookie:?}");
    check_prefix(cookie);
    let is_none = cookie.same_site() == SameSite::None;
    assert!(cookie.is_secure() || !is_none && !cookie.is_partitioned(), "{cookie:?}");
    assert_eq!(cookie.is_partitioned(), cookie.partition().is_some(), "{cookie:?}");
    check_domain(cookie);
}

#[track_caller]
fn check_domain(cookie: &StoredCookie) {
    let domain = cookie.domain();
    let context = RequestContext::from_parts("https", domain, "/").expect("a host");
    assert_eq!(context.host(), domain, "{cookie:?}");
    assert!(cookie.is_host_only() || !UserAgent::new().is_public_suffix(domain), "{cookie:?}");
}

/// "If the cookie-name begins with a case-insensitive match for the string "__Secure-", abort [...] unless
/// the cookie's secure-only-flag is true", and so on.
#[track_caller]
fn check_prefix(cookie: &StoredCookie) {
    let has_prefix = |text: &[u8], prefix: &str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let prefixes = ["__Secure-", "__Http-", "__Host-", "__Host-Http-"];
    if cookie.name().is_empty() {
        assert!(!prefixes.iter().any(|prefix| has_prefix(cookie.value(), prefix)), "{cookie:?}");
    }
    let is_secure = cookie.is_secure();
    let is_http = is_secure && cookie.is_http_only();
    let is_host = is_secure && cookie.is_host_only() && cookie.path() == b"/";
    for (prefix, is_met) in
        prefixes.into_iter().zip([is_secure, is_http, is_host, is_host && is_http])
    {
        assert!(is_met || !has_prefix(cookie.name(), prefix), "{cookie:?}");
    }
}

/// "A string domain-matches a given domain string if at least one of the following conditions hold"
pub(crate) fn domain_matches(host: &str, domain: &str) -> bool {
    // "The domain string and the string are identical."
    if host == domain {
        return true;
    }
    // "The domain string is a suffix of the string. The last character of the string that is not
    // included in the domain string is a %x2E (".") character. The string is a host name (i.e., not an
    // IP address)."
    let is_ip_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    match host.strip_suffix(domain) {
        Some(rest) => !domain.is_empty() && rest.ends_with('.') && !is_ip_address,
        None => false,
    }
}

/// "A request-path path-matches a given cookie-path if at least one of the following conditions holds"
pub(crate) fn path_matches(request_path: &[u8], cookie_path: &[u8]) -> bool {
    // "The cookie-path and the request-path are identical."
    if request_path == cookie_path {
        return true;
    }
    match request_path.strip_prefix(cookie_path) {
        // "The cookie-path is a prefix of the request-path, and the last character of the cookie-path
        // is %x2F ("/")", or "the first character of the request-path that is not included in the
        // cookie-path is a %x2F ("/") character."
        Some(rest) => cookie_path.ends_with(b"/") || rest.starts_with(b"/"),
        None => false,
    }
}

/// Returns whether a cookie may be sent to the host and path of a request, and over its connection.
pub(crate) fn is_for_url(cookie: &StoredCookie, context: &RequestContext<'_>) -> bool {
    let host = context.host();
    let is_for_host = if cookie.is_host_only() {
        host == cookie.domain()
    } else {
        domain_matches(host, cookie.domain())
    };
    let is_loopback = host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.octets()[0] == 127);
    is_for_host
        && path_matches(context.path().as_bytes(), cookie.path())
        && (!cookie.is_secure() || context.is_https() || is_loopback)
}

/// Returns the `Cookie` header of cookies, in the order in which they are sent.
pub(crate) fn header_of(mut cookies: Vec<StoredCookie>) -> Option<Vec<u8>> {
    cookies.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path().len()), cookie.created()));
    let pairs = cookies.iter().map(|cookie| match cookie.name() {
        [] => cookie.value().to_vec(),
        name => [name, b"=", cookie.value()].concat(),
    });
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join(&b"; "[..]))
}
