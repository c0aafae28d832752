//! The rules that hold for every cookie of a store, wherever it came from, and the comparisons of the
//! standard, each written out plainly.

use std::net::Ipv4Addr;

use gingersnap::store::StoredCookie;
use gingersnap::{RequestContext, SameSite, UserAgent};

use crate::segments::trim;

/// Asserts that a cookie breaks no rule that needs no request.
#[track_caller]
pub(crate) fn check_rules(cookie: &StoredCookie) {
    assert_eq!(broken_rule(cookie), None, "{cookie:?}");
}

/// Returns a rule that a cookie breaks, of those that need no request.
pub(crate) fn broken_rule(cookie: &StoredCookie) -> Option<&'static str> {
    let (name, value, path) = (cookie.name(), cookie.value(), cookie.path());
    let texts = [name, value, path];
    let is_none = cookie.same_site() == SameSite::None;
    let checks = [
        // "If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters
        // excluding HTAB): abort this algorithm"
        ("control", !texts.concat().iter().any(|byte| *byte != b'\t' && byte.is_ascii_control())),
        ("space at an end", texts.iter().all(|text| trim(text) == *text)),
        ("separator", !name.contains(&b'=') && ![name, value].concat().contains(&b';')),
        // "If the sum of the lengths of the name string and the value string is more than 4096 octets,
        // abort", and so it does if both are empty.
        ("length", (1..=4096).contains(&(name.len() + value.len()))),
        ("path", path.starts_with(b"/")),
        ("prefix", is_prefix_met(cookie)),
        ("SameSite=None", cookie.is_secure() || !is_none),
        ("Partitioned", cookie.is_secure() || !cookie.is_partitioned()),
        ("partition", cookie.is_partitioned() == cookie.partition().is_some()),
        ("domain", is_domain(cookie.domain())),
        (
            "public suffix",
            cookie.is_host_only() || !UserAgent::new().is_public_suffix(cookie.domain()),
        ),
    ];
    checks.into_iter().find(|(_, is_met)| !is_met).map(|(rule, _)| rule)
}

/// Returns whether a domain is a host in its canonical form.
fn is_domain(domain: &str) -> bool {
    RequestContext::from_parts("https", domain, "/").is_ok_and(|page| page.host() == domain)
}

/// "If the cookie-name begins with a case-insensitive match for the string "__Secure-", abort [...] unless
/// the cookie's secure-only-flag is true", and so on.
fn is_prefix_met(cookie: &StoredCookie) -> bool {
    let has_prefix = |text: &[u8], prefix: &str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let is_secure = cookie.is_secure();
    let is_http = is_secure && cookie.is_http_only();
    let is_host = is_secure && cookie.is_host_only() && cookie.path() == b"/";
    let prefixes = [
        ("__Secure-", is_secure),
        ("__Http-", is_http),
        ("__Host-", is_host),
        ("__Host-Http-", is_host && is_http),
    ];
    prefixes.into_iter().all(|(prefix, is_met)| {
        let is_nameless = cookie.name().is_empty() && has_prefix(cookie.value(), prefix);
        (is_met || !has_prefix(cookie.name(), prefix)) && !is_nameless
    })
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

/// "Let the default-path be [...] the characters of the uri-path from the first character up to, but not
/// including, the right-most %x2F ("/")."
pub(crate) fn default_path(request_path: &str) -> &str {
    match request_path.rfind('/') {
        None | Some(0) => "/",
        Some(last) => &request_path[..last],
    }
}

/// Returns whether a cookie may be sent to the host of a request.
pub(crate) fn is_for_host(cookie: &StoredCookie, context: &RequestContext<'_>) -> bool {
    if cookie.is_host_only() {
        context.host() == cookie.domain()
    } else {
        domain_matches(context.host(), cookie.domain())
    }
}

/// Returns whether the connection of a request is secure, or stays on the machine.
pub(crate) fn is_secure(context: &RequestContext<'_>) -> bool {
    let host = context.host();
    let is_loopback = host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.octets()[0] == 127);
    context.is_https() || is_loopback
}

/// Returns whether a cookie may be sent to the host and path of a request, and over its connection.
pub(crate) fn is_for_url(cookie: &StoredCookie, context: &RequestContext<'_>) -> bool {
    is_for_host(cookie, context)
        && path_matches(context.path().as_bytes(), cookie.path())
        && (!cookie.is_secure() || is_secure(context))
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
