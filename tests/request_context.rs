//! Request contexts read URLs as the crate `url` does.

use gingersnap::RequestContext;
use gingersnap::user_agent::RequestKind;
use proptest::prelude::*;
use url::Url;

/// Returns the parts of its URL that a context keeps.
fn kept_parts<'c>(context: &'c RequestContext<'_>) -> (bool, &'c str, &'c str) {
    (context.is_https(), context.host(), context.path())
}

#[track_caller]
fn parse(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Checks that the crate `url` reads the URL in the same way.
#[track_caller]
fn agrees_with_url(url: &str, context: &RequestContext<'_>) {
    let parsed = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    let is_https = matches!(parsed.scheme(), "https" | "wss");
    assert_eq!(kept_parts(context), (is_https, parsed.host_str().unwrap(), parsed.path()), "{url}");
    #[cfg(feature = "url")]
    assert_eq!(RequestContext::try_from(&parsed).as_ref(), Ok(context), "{url}");
}

#[cfg(feature = "url")]
#[test]
fn urls_of_other_schemes_are_refused() {
    use gingersnap::errors::ContextError;

    for url in ["data:text/plain,a", "file:///a", "ftp://a/", "about:blank", "blob:https://a/b"] {
        let url = Url::parse(url).expect("a URL");
        let error = RequestContext::try_from(&url).expect_err("a scheme without cookies");
        assert_eq!(error, ContextError::Scheme { scheme: url.scheme().to_owned() });
    }
}

/// The host of a URL in another script is its A-label.
#[cfg(feature = "url")]
#[test]
fn hosts_in_any_script_are_read() {
    let url = Url::parse("https://Bücher.Example/ä").expect("a URL");
    let context = RequestContext::try_from(&url).expect("an https URL");
    assert_eq!(kept_parts(&context), (true, "xn--bcher-kva.example", "/%C3%A4"));
}

#[test]
fn a_url_is_read_as_the_url_standard_reads_it() {
    for (url, expected) in [
        ("https://shop.example", (true, "shop.example", "/")),
        ("http://shop.example/", (false, "shop.example", "/")),
        ("ws://shop.example/a", (false, "shop.example", "/a")),
        ("WSS://shop.example/a", (true, "shop.example", "/a")),
        ("HTTPS://Shop.Example/A", (true, "shop.example", "/A")),
        ("https://shop.example:8443/cart?a=/b#/c", (true, "shop.example", "/cart")),
        ("https://shop.example:/", (true, "shop.example", "/")),
        ("https://shop.example:00080/", (true, "shop.example", "/")),
        ("https://shop.example:65535", (true, "shop.example", "/")),
        ("https://shop.example?a=\\", (true, "shop.example", "/")),
        ("https://shop.example#a", (true, "shop.example", "/")),
        ("https://user:pass@shop.example/", (true, "shop.example", "/")),
        ("https://shop.example@evil.example/", (true, "evil.example", "/")),
        ("https://a@b@shop.example/@c", (true, "shop.example", "/@c")),
        ("https://[::1]:80@shop.example/", (true, "shop.example", "/")),
        ("https://u:p%40@shop.example/", (true, "shop.example", "/")),
        ("https://xn--bcher-kva.example/", (true, "xn--bcher-kva.example", "/")),
        ("https://a_b.example./", (true, "a_b.example.", "/")),
        ("https://127.1/", (true, "127.0.0.1", "/")),
        ("https://0x7f.0.0.1/", (true, "127.0.0.1", "/")),
        ("https://0X7F.0.0.1/", (true, "127.0.0.1", "/")),
        ("https://2130706433/", (true, "127.0.0.1", "/")),
        ("https://127.0.0.1./", (true, "127.0.0.1", "/")),
        ("https://4294967295/", (true, "255.255.255.255", "/")),
        ("https://[::1]:8443/", (true, "[::1]", "/")),
        ("https://[::]/", (true, "[::]", "/")),
        ("https://[2001:DB8:0:0::1]/", (true, "[2001:db8::1]", "/")),
        ("https://[::ffff:127.0.0.1]/", (true, "[::ffff:7f00:1]", "/")),
        ("https://a/b/../c/./d", (true, "a", "/c/d")),
        ("https://a/b/%2E%2e", (true, "a", "/")),
        ("https://a/../../b//..", (true, "a", "/b/")),
        ("https://a/\"<>`{}|^[]'%", (true, "a", "/%22%3C%3E%60%7B%7D|^[]'%")),
        ("https://a/%7e%2f", (true, "a", "/%7e%2f")),
        ("https://a/https://b/", (true, "a", "/https://b/")),
    ] {
        let context = parse(url);
        assert_eq!(kept_parts(&context), expected, "{url}");
        agrees_with_url(url, &context);
        assert_eq!(RequestContext::try_from(url), Ok(context.clone()));
        assert_eq!(context.clone().into_owned(), context);
        let (is_https, host, path) = expected;
        let scheme = if is_https { "https" } else { "http" };
        assert_eq!(RequestContext::from_parts(scheme, host, path), Ok(context.clone()), "{url}");
    }
}

/// The crate `url` reads `/C:/` as a drive letter of Windows in `https` URLs, too, and `..` does not
/// remove it. The URL Standard has drive letters in `file` URLs only.
#[test]
fn a_drive_letter_is_an_ordinary_segment() {
    let url = "https://a/C:/../b";
    assert_eq!(parse(url).path(), "/b");
    assert_eq!(Url::parse(url).unwrap().path(), "/C:/b");
}

#[test]
fn a_context_is_made_from_the_parts_of_a_url() {
    let parts = |host, path| RequestContext::from_parts("https", host, path);
    assert_eq!(parts("::1", "/a/b#/c"), RequestContext::parse("https://[::1]/a/b"));
    assert_eq!(parts("Shop.Example", "?a=/b"), RequestContext::parse("https://shop.example/"));
    assert_eq!(parts("a", ""), RequestContext::parse("https://a"));
    assert_eq!(parts("a", "*"), RequestContext::parse("https://a/"));
    assert_eq!(parts("a", "b"), RequestContext::parse("https://a/"));
    for (host, path) in [
        ("", "/"),
        ("a:80", "/"),
        ("a@b", "/"),
        ("4294967296", "/"),
        ("18446744073709551617", "/"), // 2^64 + 1
        ("0x10000000000000001", "/"),
        ("a/b", "/"),
        ("é", "/"),
        ("a", "/b c"),
        ("a", "/\\"),
        ("a", "/é"),
    ] {
        assert!(parts(host, path).is_err(), "{host} {path}");
    }
    assert!(RequestContext::from_parts("file", "a", "/").is_err());
}

#[test]
fn a_context_matches_paths_and_domains() {
    let context = parse("https://www.shop.example/cart/items?page=2");
    assert_eq!(context.default_path(), "/cart");
    assert_eq!(context.kind(), RequestKind::Subresource);
    for path in ["/", "/cart", "/cart/", "/cart/items"] {
        assert!(context.path_matches(path), "{path}");
    }
    assert!(!context.path_matches("/car") && !context.path_matches(b"/cart/items/"));
    for domain in ["www.shop.example", "shop.example", "example"] {
        assert!(context.domain_matches(domain), "{domain}");
    }
    for domain in ["op.example", "a.www.shop.example", "", ".shop.example", "shop.example."] {
        assert!(!context.domain_matches(domain), "{domain}");
    }
}

#[cfg(feature = "http")]
#[test]
fn a_context_is_made_from_an_http_uri() {
    use http::Uri;

    for url in [
        "https://shop.example",
        "HTTP://Shop.Example:8080/cart/../a?b=/c",
        "wss://user@shop.example/a",
        "https://[::ffff:127.0.0.1]:1/",
        "http://127.1/{a}",
    ] {
        let uri: Uri = url.parse().expect("a URI");
        assert_eq!(RequestContext::try_from(&uri), RequestContext::parse(url), "{url}");
    }
    for url in ["/cart", "*", "shop.example:80", "ftp://shop.example/", "https://1.2.3.4.5/"] {
        let uri: Uri = url.parse().expect("a URI");
        assert!(RequestContext::try_from(&uri).is_err(), "{url}");
    }
}

/// Texts that are a URL in most cases.
fn url_like_text() -> impl Strategy<Value = String> {
    let schemes = prop::sample::select(vec!["http", "https", "ws", "wss", "HTTPS", "ftp"]);
    let authority = prop::sample::select(vec![
        "@",
        ":",
        ":80",
        ":65536",
        ".",
        "..",
        "a",
        "B",
        "example",
        "com",
        "0",
        "0x7f",
        "08",
        "127",
        "255",
        "256",
        "4294967295",
        "[",
        "]",
        "::",
        "[::1]",
        "[::ffff:1.2.3.4]",
        "[1:0:0:2::]",
        "::1",
        "ffff",
        "-",
        "_",
        "%61",
        "%",
        "~",
        "!",
        "$",
        "*",
        "\\",
        " ",
        "é",
        "xn-",
    ]);
    let path = prop::sample::select(vec![
        "/", "/", "/", ".", "..", "%2e", "%2E", "a", "B", ":", "|", "C:", "?", "#", "\"", "<", ">",
        "`", "{", "}", "^", "%", "%7e", "@", "\\", "é", " ", "\t", ";", "=",
    ]);
    let join = |piece, most| prop::collection::vec(piece, 0..most).prop_map(|all| all.concat());
    let any = prop_oneof![
        8 => Just(String::new()),
        1 => "\\PC{0,3}",
        1 => "[!-~]{0,8}",
    ];
    (schemes, join(authority, 5), any.clone(), join(path, 9), any).prop_map(
        |(scheme, authority, more, path, end)| format!("{scheme}://{authority}{more}/{path}{end}"),
    )
}

/// Returns whether the law does not hold for a URL: A-labels, which `url` validates, and the drive
/// letters of `a_drive_letter_is_an_ordinary_segment`.
fn is_known_difference(url: &str) -> bool {
    let lower_case = url.to_ascii_lowercase();
    let is_drive = |segment: &str| {
        let bytes = segment.as_bytes();
        bytes.len() == 2 && bytes[0].is_ascii_alphabetic() && matches!(bytes[1], b':' | b'|')
    };
    lower_case.contains("xn--") || url.split('/').any(is_drive)
}

#[test]
fn the_law_below_is_tried_on_many_urls() {
    use proptest::strategy::ValueTree as _;

    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut accepted, mut changed) = (0, 0);
    for _ in 0..2_000 {
        let url = url_like_text().new_tree(&mut runner).expect("a URL").current();
        if let Ok(context) = RequestContext::parse(&url)
            && !is_known_difference(&url)
        {
            accepted += 1;
            changed += u32::from(!url.contains(context.host()) || !url.contains(context.path()));
        }
    }
    assert!(accepted >= 200 && changed >= 100, "{accepted} accepted, {changed} changed");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_accepted_is_read_as_the_crate_url_reads_it(url in url_like_text()) {
        let Ok(context) = RequestContext::parse(&url) else { return Ok(()) };
        if is_known_difference(&url) {
            return Ok(());
        }
        agrees_with_url(&url, &context);
        // A canonical URL is read unchanged.
        let canonical = format!("https://{}{}", context.host(), context.path());
        let again = RequestContext::parse(&canonical).expect("a canonical URL");
        prop_assert_eq!((again.host(), again.path()), (context.host(), context.path()));
    }

    #[test]
    fn hosts_are_those_of_the_crate_url(host in "[0-9a-fA-Fx.:\\[\\]]{1,18}|[0-9.]{1,12}|\\[[0-9a-f:]{2,20}\\]|[!-~]{1,6}") {
        let url = format!("http://{host}/");
        match (RequestContext::parse(&url), Url::parse(&url)) {
            (Ok(context), Ok(_)) => agrees_with_url(&url, &context),
            (Ok(_), Err(error)) => prop_assert!(is_known_difference(&url), "{}: {}", url, error),
            // Percent-encoding, backslashes and more slashes are refused here.
            (Err(_), Ok(_)) => {
                let more = host.contains(['%', '\\']) || host.starts_with('/');
                prop_assert!(more, "{}", url);
            }
            (Err(_), Err(_)) => {}
        }
    }
}

/// What `http::Uri` accepts and the URL Standard rewrites is rewritten.
#[cfg(feature = "http")]
#[test]
fn uris_are_read_as_urls() {
    for (uri, path) in [
        ("http://h.example/caf\u{e9}", "/caf%C3%A9"),
        ("http://h.example/a\\b\\..\\c", "/a/c"),
        ("http://h.example/a?b=\u{e9}", "/a"),
    ] {
        let parsed: http::Uri = uri.parse().expect("a URI");
        let context = RequestContext::try_from(&parsed).expect("a URL");
        assert_eq!(context.path(), path, "{uri}");
        agrees_with_url(uri, &context);
    }
}
