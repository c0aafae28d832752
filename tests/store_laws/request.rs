//! A request as the model sees it, and what the model compares hosts and paths by.

use std::net::Ipv6Addr;

use gingersnap::RequestContext;
use gingersnap::user_agent::RequestKind;

/// The public suffixes of the tests. The last one is not below another one: `list.test` is no
/// public suffix, and so is the domain of a site.
pub(crate) const PUBLIC_SUFFIXES: &[&str] = &["example", "pages.example", "far.list.test"];

/// The scheme and host of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) is_https: bool,
    /// Canonical.
    pub(crate) host: &'static str,
}

/// A request, or a script in a page.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) page: Page,
    pub(crate) path: &'static str,
    pub(crate) kind: RequestKind,
    pub(crate) initiator: Option<Page>,
    pub(crate) top_level: Option<Page>,
}

impl Page {
    fn context(self, path: &'static str) -> RequestContext<'static> {
        let scheme = if self.is_https { "https" } else { "http" };
        RequestContext::from_parts(scheme, self.host, path).expect("a page of the tests")
    }

    fn is_loopback(self) -> bool {
        let is_name = self.host == "localhost" || self.host.ends_with(".localhost");
        is_name || self.host == "[::1]" || is_ip_address(self.host) && self.host.starts_with("127.")
    }

    pub(crate) fn site(self) -> &'static str {
        if is_ip_address(self.host) { self.host } else { site(self.host) }
    }

    /// Scheme and site.
    pub(crate) fn schemeful_site(self) -> String {
        format!("{}://{}", if self.is_https { "https" } else { "http" }, self.site())
    }

    /// "A string domain-matches a given domain string if at least one of the following conditions
    /// hold [...]"
    pub(crate) fn domain_matches(self, domain: &str) -> bool {
        self.host == domain || !is_ip_address(self.host) && is_subdomain(self.host, domain)
    }
}

impl Request {
    pub(crate) fn context(&self) -> RequestContext<'static> {
        let mut context = self.page.context(self.path).with_kind(self.kind);
        if let Some(page) = self.initiator {
            context = context.with_initiator(&page.context("/"));
        }
        if let Some(page) = self.top_level {
            context = context.in_top_level(&page.context("/"));
        }
        context
    }

    pub(crate) fn is_secure(&self, trusts_loopback: bool) -> bool {
        self.page.is_https || trusts_loopback && self.page.is_loopback()
    }

    pub(crate) fn is_script(&self) -> bool {
        self.kind == RequestKind::Script
    }

    pub(crate) fn is_navigation(&self) -> bool {
        matches!(self.kind, RequestKind::TopLevelNavigation { .. })
    }

    pub(crate) fn is_safe_navigation(&self) -> bool {
        self.kind == RequestKind::TopLevelNavigation { safe_method: true }
    }

    /// The page in the address bar: the requested one, if it is a navigation or nothing else is known.
    fn top_level(&self) -> Page {
        if self.is_navigation() { self.page } else { self.top_level.unwrap_or(self.page) }
    }

    /// "A request is "same-site" if [...] the origin of every [...] is same-site with the request's
    /// current URL's origin"
    pub(crate) fn is_cross_site(&self) -> bool {
        let pages = [self.initiator.unwrap_or(self.page), self.top_level()];
        pages.iter().any(|page| page.schemeful_site() != self.page.schemeful_site())
    }

    pub(crate) fn partition(&self) -> String {
        self.top_level().schemeful_site()
    }
}

/// Returns whether a host is an IP address, or a domain would be read as one: an IPv6 address, or a text
/// whose last label is a number.
pub(crate) fn is_ip_address(host: &str) -> bool {
    let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if in_brackets.unwrap_or(host).parse::<Ipv6Addr>().is_ok() {
        return true;
    }
    let last_label = split_dot(host).0.rsplit('.').next().unwrap_or_default();
    match last_label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !last_label.is_empty() && last_label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

pub(crate) fn is_subdomain(host: &str, domain: &str) -> bool {
    !domain.is_empty() && host.ends_with(&format!(".{domain}"))
}

/// A name without its trailing dot, and the dot.
fn split_dot(name: &str) -> (&str, &str) {
    name.strip_suffix('.').map_or((name, ""), |name| (name, "."))
}

/// Returns whether nobody can register the domain: it is a public suffix, or has an empty label in front of one.
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    let is_suffix =
        |name: &str| PUBLIC_SUFFIXES.contains(&name) || !name.is_empty() && !name.contains('.');
    let (name, _) = split_dot(domain);
    // The longest public suffix counts.
    let suffix = name.match_indices('.').find(|(dot, _)| is_suffix(&name[dot + 1..]));
    is_suffix(name)
        || suffix.is_some_and(|(dot, _)| name[..dot].is_empty() || name[..dot].ends_with('.'))
}

/// The registrable domain: the shortest parent of a name that is no public suffix and is below one.
pub(crate) fn site(host: &str) -> &str {
    let starts = host.match_indices('.').map(|(dot, _)| dot + 1);
    let parents: Vec<&str> = [0].into_iter().chain(starts).map(|start| &host[start..]).collect();
    // The longest public suffix counts.
    let is_suffix = |parent: &&str| is_public_suffix(parent);
    match parents.iter().position(is_suffix) {
        Some(0) | None => host,
        Some(suffix) => parents[suffix - 1],
    }
}

/// "A request-path path-matches a given cookie-path if at least one of the following conditions holds"
pub(crate) fn path_matches(request_path: &[u8], cookie_path: &[u8]) -> bool {
    // "The cookie-path and the request-path are identical."
    if request_path == cookie_path {
        return true;
    }
    let is_prefix = request_path.starts_with(cookie_path);
    // "The cookie-path is a prefix of the request-path, and the last character of the cookie-path is
    // %x2F ("/")."
    if is_prefix && cookie_path.last() == Some(&b'/') {
        return true;
    }
    // "The cookie-path is a prefix of the request-path, and the first character of the request-path
    // that is not included in the cookie-path is a %x2F ("/") character."
    is_prefix && request_path.get(cookie_path.len()) == Some(&b'/')
}

pub(crate) fn default_path(request_path: &str) -> &str {
    let last_slash = request_path.rfind('/').unwrap_or(0);
    if last_slash == 0 { "/" } else { &request_path[..last_slash] }
}

#[test]
fn hosts_and_paths_are_compared_as_the_standard_says() {
    for (host, expected) in [
        ("www.shop.example", "shop.example"),
        ("shop.example.", "shop.example."),
        ("www.shop.example.", "shop.example."),
        ("a.b.pages.example", "b.pages.example"),
        ("pages.example", "pages.example"),
        ("a.far.list.test", "a.far.list.test"),
        ("far.list.test", "far.list.test"),
        ("near.list.test", "list.test"),
        ("localhost", "localhost"),
    ] {
        assert_eq!(site(host), expected);
    }
    let ip_address = Page { is_https: false, host: "127.0.0.1" };
    assert!(ip_address.domain_matches("127.0.0.1") && !ip_address.domain_matches("0.0.1"));
    assert!(path_matches(b"/a/b", b"/a") && path_matches(b"/a/b", b"/a/"));
    assert!(!path_matches(b"/ab", b"/a") && !path_matches(b"/a", b"/a/"));
    assert_eq!((default_path("/a/b"), default_path("/a")), ("/a", "/"));
}
