//! Reads any text as a URL or a part of one, and sends what was received there.
//!
//! The input is lines of text: the URL of a response, the URL of a request, its initiator, its top-level
//! page, its kind, a host and a path; then the `Set-Cookie` headers of the response.

use gingersnap::store::{CookieStore, StoredCookie};
use gingersnap::user_agent::RequestKind;
use gingersnap::{RequestContext, UserAgent};
use url::Url;

use crate::support::{now, rules};

/// Checks the law for the lines of one text.
pub fn check(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut texts = || str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let [response, request, initiator, top_level] = [(); 4].map(|()| check_url(texts()));
    let kind = match texts() {
        "script" => RequestKind::Script,
        "link" => RequestKind::TopLevelNavigation { safe_method: true },
        "form" => RequestKind::TopLevelNavigation { safe_method: false },
        _ => RequestKind::Subresource,
    };
    let (host, path) = (texts(), texts());
    if let Ok(context) = RequestContext::from_parts("http", host, path) {
        check_canonical(&context);
        // The two parts are read as those of a URL, but for an address without its brackets.
        let host = if host.contains(':') { context.host() } else { host };
        let path = if path.starts_with('/') { path } else { "/" };
        let url = format!("http://{host}{path}");
        assert_eq!(RequestContext::parse(&url).as_ref(), Ok(&context), "{url:?}");
    }
    let (Some(response), Some(request)) = (response, request) else { return };
    let mut store = CookieStore::new();
    store.receive(&response, lines, now());
    for cookie in store.iter(now()) {
        rules::check_rules(cookie);
        assert!(rules::domain_matches(response.host(), cookie.domain()), "{cookie:?}");
    }
    // As the client itself sends it, and as a page does.
    check_sent(&mut store.clone(), &request, true);
    let mut request = request.with_kind(kind);
    request = initiator.iter().fold(request, |request, page| request.with_initiator(page));
    request = top_level.iter().fold(request, |request, page| request.in_top_level(page));
    check_sent(&mut store, &request, false);
}

/// Reads a URL, and compares how the crate `url` reads it.
fn check_url(text: &str) -> Option<RequestContext<'_>> {
    let context = RequestContext::parse(text);
    match (&context, Url::parse(text)) {
        (Ok(context), Ok(url)) => {
            let is_https = matches!(url.scheme(), "https" | "wss");
            assert_eq!(context.is_https(), is_https, "{text:?}");
            if !has_drive(text) && !text.to_ascii_lowercase().contains("xn--") {
                let expected = (url.host_str().unwrap_or_default(), url.path());
                assert_eq!((context.host(), context.path()), expected, "{text:?}");
                assert_eq!(RequestContext::try_from(&url).as_ref(), Ok(context), "{text:?}");
            }
        }
        // A-labels are not decoded here.
        (Ok(_), Err(error)) => {
            assert!(text.to_ascii_lowercase().contains("xn--"), "{text:?}: {error}");
        }
        (Err(error), Ok(url)) if matches!(url.scheme(), "http" | "https" | "ws" | "wss") => {
            assert!(is_rewritten(text, url.scheme()), "{text:?}: {error}");
            let context = RequestContext::try_from(&url).expect("a URL in its canonical form");
            check_canonical(&context);
            assert_eq!(context.host(), url.host_str().unwrap_or_default(), "{text:?}");
        }
        (Err(_), _) => {}
    }
    context.ok().inspect(|context| check_canonical(context))
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
    let after_scheme = start.get(scheme.len()..).unwrap_or_default();
    let Some(rest) = after_scheme.strip_prefix("://") else { return true };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_visible = url.bytes().all(|byte| byte.is_ascii_graphic());
    !is_visible || start.contains('\\') || host.is_empty() || host.contains('%')
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
    // The site is the host or a parent of it, and its own site.
    let agent = UserAgent::new();
    let site = agent.site_of(host);
    assert!(rules::domain_matches(host, site), "{host:?} and {site:?}");
    assert_eq!(agent.site_of(site), site);
    assert!(site == host || !agent.is_public_suffix(site), "{host:?} and {site:?}");
}

/// Sends a request: with the cookies for its host, path and connection, and, if it is `simple`, with all
/// of them.
#[track_caller]
fn check_sent(store: &mut CookieStore, request: &RequestContext<'_>, is_simple: bool) {
    let all: Vec<StoredCookie> = store.iter(now()).cloned().collect();
    let header = store.cookie_header(request, now());
    let sent: Vec<_> = store.cookies_for(request, now()).cloned().collect();
    assert!(sent.iter().all(|cookie| rules::is_for_url(cookie, request)), "{sent:?}");
    assert_eq!(header, rules::header_of(sent.clone()));
    if is_simple {
        let scheme = if request.is_https() { "https" } else { "http" };
        let partition = format!("{scheme}://{}", UserAgent::new().site_of(request.host()));
        let is_sent = |cookie: &&StoredCookie| {
            let is_in_partition = cookie.partition().is_none_or(|other| other == partition);
            is_in_partition && rules::is_for_url(cookie, request)
        };
        assert_eq!(sent.len(), all.iter().filter(is_sent).count());
    }
}
