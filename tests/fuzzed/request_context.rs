//! Reads any text as a URL or a part of one, and sends what was received there.
//!
//! The input is lines of text: the URL of a response, the URL of a request, its initiator, its top-level
//! page, its kind, a host and a path; then the `Set-Cookie` headers of the response.

use gingersnap::store::{CookieStore, StoredCookie};
use gingersnap::user_agent::RequestKind;
use gingersnap::{RequestContext, SameSite, UserAgent};
use url::Url;

use crate::support::{Reached, now, rules};

/// What the seeds must reach.
pub const REQUIRED: &[&str] = &[
    "accepted",
    "refused",
    "rewritten by the URL Standard",
    "parts accepted",
    "parts refused",
    "sent",
    "sent to another site",
    "sent in its partition",
    "held back: host",
    "held back: path",
    "held back: not secure",
    "held back: HttpOnly",
    "held back: SameSite",
    "held back: partition",
];

/// Checks the law for the lines of one text.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut text = || str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let [response, request, initiator, top_level] =
        [(); 4].map(|()| check_url(text(), &mut reached));
    let kind = match text() {
        "script" => RequestKind::Script,
        "link" => RequestKind::TopLevelNavigation { safe_method: true },
        "form" => RequestKind::TopLevelNavigation { safe_method: false },
        _ => RequestKind::Subresource,
    };
    check_parts(text(), text(), &mut reached);
    let (Some(response), Some(page)) = (response, request) else { return reached };
    let mut store = CookieStore::new();
    store.receive(&response, lines, now());
    for cookie in store.iter(now()) {
        rules::check_rules(cookie);
        assert!(rules::domain_matches(response.host(), cookie.domain()), "{cookie:?}");
    }
    // As the client itself sends it, and as a page does.
    let request =
        Request { page, initiator: None, top_level: None, kind: RequestKind::Subresource };
    request.check_sent(&mut store.clone(), &mut reached);
    Request { initiator, top_level, kind, ..request }.check_sent(&mut store, &mut reached);
    reached
}

/// Reads a host and a path: as those of a URL, but for an address without its brackets.
fn check_parts(host: &str, path: &str, reached: &mut Reached) {
    let is_plain_host = host.split('.').all(|label| {
        !label.is_empty() && label.len() < 4 && label.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let Ok(context) = RequestContext::from_parts("http", host, path) else {
        let is_plain_path = path.bytes().all(|byte| byte == b'/' || byte.is_ascii_lowercase());
        assert!(host.len() > 100 || !is_plain_host || !is_plain_path, "{host:?}, {path:?}");
        reached.insert("parts refused");
        return;
    };
    reached.insert("parts accepted");
    check_canonical(&context);
    let host = if host.contains(':') { context.host() } else { host };
    let path = if path.starts_with('/') { path } else { "/" };
    let url = format!("http://{host}{path}");
    assert_eq!(RequestContext::parse(&url).as_ref(), Ok(&context), "{url:?}");
}

/// Reads a URL, and compares how the crate `url` reads it.
fn check_url<'u>(text: &'u str, reached: &mut Reached) -> Option<RequestContext<'u>> {
    let context = RequestContext::parse(text);
    // A-labels are not decoded here.
    let has_a_label = host_of(text).to_ascii_lowercase().contains("xn--");
    match (&context, Url::parse(text)) {
        (Ok(context), Ok(url)) => {
            let is_https = matches!(url.scheme(), "https" | "wss");
            assert_eq!(context.is_https(), is_https, "{text:?}");
            if !has_a_label {
                assert_eq!(context.host(), url.host_str().unwrap_or_default(), "{text:?}");
            }
            if !has_drive(text) {
                assert_eq!(context.path(), url.path(), "{text:?}");
            }
            if !has_a_label && !has_drive(text) {
                assert_eq!(RequestContext::try_from(&url).as_ref(), Ok(context), "{text:?}");
            }
        }
        (Ok(_), Err(error)) => assert!(has_a_label, "{text:?}: {error}"),
        (Err(error), Ok(url)) if matches!(url.scheme(), "http" | "https" | "ws" | "wss") => {
            assert!(is_rewritten(text, url.scheme()), "{text:?}: {error}");
            let context = RequestContext::try_from(&url).expect("a URL in its canonical form");
            check_canonical(&context);
            assert_eq!(context.host(), url.host_str().unwrap_or_default(), "{text:?}");
            reached.insert("rewritten by the URL Standard");
        }
        (Err(_), _) => {}
    }
    reached.insert(if context.is_ok() { "accepted" } else { "refused" });
    context.ok().inspect(check_canonical)
}

/// Returns the text between the slashes of a URL and its path.
fn authority(url: &str) -> &str {
    let start = url.split(['?', '#']).next().unwrap_or_default();
    let rest = start.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// Returns the host of a URL, and its port.
fn host_of(url: &str) -> &str {
    authority(url).rsplit('@').next().unwrap_or_default()
}

/// Returns whether a path has a segment that the crate `url` takes for a drive of Windows.
fn has_drive(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        matches!(segment.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
    })
}

/// Returns whether a URL is one that the URL Standard rewrites in a way that `RequestContext` refuses: text
/// that is not visible ASCII, backslashes, `%` in a host, or other than two slashes.
fn is_rewritten(url: &str, scheme: &str) -> bool {
    let start = url.split(['?', '#']).next().unwrap_or_default();
    let has_slashes = start.get(scheme.len()..).is_some_and(|rest| rest.starts_with("://"));
    let is_visible = url.bytes().all(|byte| byte.is_ascii_graphic());
    let host = host_of(url);
    !has_slashes || !is_visible || start.contains('\\') || host.is_empty() || host.contains('%')
}

/// Checks that the host and path of a context are canonical: written as a URL, they are read unchanged.
#[track_caller]
fn check_canonical(context: &RequestContext<'_>) {
    let (host, path) = (context.host(), context.path());
    let scheme = if context.is_https() { "https" } else { "http" };
    let url = format!("{scheme}://{host}{path}");
    assert_eq!(RequestContext::parse(&url).as_ref(), Ok(context));
    assert!(!host.bytes().any(|byte| !byte.is_ascii_graphic() || byte.is_ascii_uppercase()));
    assert!(path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
    assert!(!path.contains(['?', '#', '\\']), "{path:?}");
    let is_dots =
        |segment: &str| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    assert!(!path.split('/').any(is_dots), "{path:?}");
    assert_eq!(context.default_path(), rules::default_path(path));
    // The site is the host or a parent of it, and its own site.
    let agent = UserAgent::new();
    let site = agent.site_of(host);
    assert!(rules::domain_matches(host, site), "{host:?} and {site:?}");
    assert_eq!(agent.site_of(site), site);
    assert!(site == host || !agent.is_public_suffix(site), "{host:?} and {site:?}");
}

/// A request, and the pages that it comes from.
struct Request<'u> {
    page: RequestContext<'u>,
    initiator: Option<RequestContext<'u>>,
    top_level: Option<RequestContext<'u>>,
    kind: RequestKind,
}

/// Returns the scheme and the site of a page.
fn schemeful_site(page: &RequestContext<'_>) -> String {
    let scheme = if page.is_https() { "https" } else { "http" };
    format!("{scheme}://{}", UserAgent::new().site_of(page.host()))
}

impl Request<'_> {
    fn context(&self) -> RequestContext<'_> {
        let mut context = self.page.clone().with_kind(self.kind);
        if let Some(page) = &self.initiator {
            context = context.with_initiator(page);
        }
        if let Some(page) = &self.top_level {
            context = context.in_top_level(page);
        }
        context
    }

    /// Returns the page in the address bar.
    fn top_level(&self) -> &RequestContext<'_> {
        match (&self.top_level, self.kind) {
            (Some(page), RequestKind::Script | RequestKind::Subresource) => page,
            _ => &self.page,
        }
    }

    /// "A request is "same-site" if [...] the origin of every [...] is same-site with the request's current
    /// URL's origin"
    fn is_cross_site(&self) -> bool {
        let pages = [self.initiator.as_ref().unwrap_or(&self.page), self.top_level()];
        pages.into_iter().any(|page| schemeful_site(page) != schemeful_site(&self.page))
    }

    /// Returns whether a cookie is sent with the request, by the rules of retrieval.
    fn sends(&self, cookie: &StoredCookie, reached: &mut Reached) -> bool {
        let is_cross_site = self.is_cross_site();
        let is_safe = self.kind == RequestKind::TopLevelNavigation { safe_method: true };
        let is_for_site = match cookie.same_site() {
            SameSite::None => true,
            SameSite::Lax | SameSite::Unset => !is_cross_site || is_safe,
            SameSite::Strict => !is_cross_site,
        };
        let partition = cookie.partition();
        let is_in_partition =
            partition.is_none_or(|partition| partition == schemeful_site(self.top_level()));
        let is_script = self.kind == RequestKind::Script;
        let conditions = [
            ("held back: host", rules::is_for_host(cookie, &self.page)),
            ("held back: path", rules::path_matches(self.page.path().as_bytes(), cookie.path())),
            ("held back: not secure", !cookie.is_secure() || rules::is_secure(&self.page)),
            ("held back: HttpOnly", !cookie.is_http_only() || !is_script),
            ("held back: SameSite", is_for_site),
            ("held back: partition", is_in_partition),
        ];
        let violated: Vec<_> = conditions.iter().filter(|(_, is_met)| !is_met).collect();
        reached.extend(match violated[..] {
            [(reason, _)] => Some(*reason),
            [] if partition.is_some() => Some("sent in its partition"),
            [] if is_cross_site => Some("sent to another site"),
            [] => Some("sent"),
            _ => None,
        });
        violated.is_empty()
    }

    /// Sends the request: with the cookies that the rules of retrieval select, and with no others.
    #[track_caller]
    fn check_sent(&self, store: &mut CookieStore, reached: &mut Reached) {
        let context = self.context();
        let cookies: Vec<StoredCookie> = store.iter(now()).cloned().collect();
        let expected = cookies.into_iter().filter(|cookie| self.sends(cookie, reached));
        let expected = rules::header_of(expected.collect());
        assert_eq!(store.cookie_header(&context, now()), expected);
        assert_eq!(
            rules::header_of(store.cookies_for(&context, now()).cloned().collect()),
            expected
        );
    }
}
