//! Quotes, backslashes and `$Version` have no meaning: a pair ends at `;` and nowhere else.

use gingersnap::CookieJar;
use gingersnap::header::{SetCookie, decode_python_quoted, pairs};

/// Asserts that a header has these pairs, and that a jar has them too.
#[track_caller]
fn has(header: &str, expected: &[(&str, &str)]) {
    let read: Vec<_> = pairs(header).flatten().collect();
    let expected_bytes: Vec<_> =
        expected.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    assert_eq!(read, expected_bytes, "{header}");
    let jar = CookieJar::from_cookie_header(header).expect("a header");
    assert_eq!(jar.iter().collect::<Vec<_>>(), expected, "{header}");
}

/// Several frameworks: a cookie named `$Version` switches the parser to RFC 2109.
#[test]
fn phantom_version_is_an_ordinary_cookie() {
    has(
        r#"$Version=1; sid="good"; $Path="/"; $Domain=evil.example"#,
        &[("$Version", "1"), ("sid", "\"good\""), ("$Path", "\"/\""), ("$Domain", "evil.example")],
    );
    // Nor does a comma separate, as it did there.
    has("$Version=1, sid=evil; sid=good", &[("$Version", "1, sid=evil"), ("sid", "good")]);
    let jar = CookieJar::from_cookie_header("$Version=1").expect("a header");
    assert_eq!((jar.len(), jar.get("$Version")), (1, Some("1")));
}

/// Tomcat, Flask and others: two planted cookies with a quote each made one value of all between them.
#[test]
fn cookie_sandwich_shows_no_cookie_between_two_quotes() {
    let header = r#"$Version=1; planted="start; sid=secret; echoed=end""#;
    has(
        header,
        &[("$Version", "1"), ("planted", "\"start"), ("sid", "secret"), ("echoed", "end\"")],
    );
    // Nor does decoding one value reach into another.
    for (name, value) in pairs(header).flatten() {
        let decoded = decode_python_quoted(value);
        let shows_secret = decoded.windows(6).any(|window| window == b"secret");
        assert_eq!(shows_secret, name == b"sid");
    }
}

/// Jetty: a value that starts with a quote went on until the next quote, over `;`.
#[test]
fn cve_2023_26049_a_quote_does_not_swallow_the_next_cookie() {
    has(r#"display="b; sid=1337; c=d""#, &[("display", "\"b"), ("sid", "1337"), ("c", "d\"")]);
    has(r#"a="; sid=1"#, &[("a", "\""), ("sid", "1")]);
    // As in a `Set-Cookie` header, where the rest would be attributes that are lost.
    let read = SetCookie::parse(r#"sid="1; Secure; HttpOnly; SameSite=Strict""#).expect("a header");
    assert_eq!(read.value(), b"\"1");
    assert!(read.is_secure() && read.is_http_only());
}

/// Undertow, as Tomcat before it (CVE-2007-5333): quotes and backslashes exposed the next values.
#[test]
fn cve_2023_4639_a_backslash_does_not_escape_a_separator() {
    has(r#"a="b\"; sid=1; c="d\""#, &[("a", r#""b\""#), ("sid", "1"), ("c", r#""d\""#)]);
    has(r"a=b\; sid=1", &[("a", r"b\"), ("sid", "1")]);
    has(r#"a="b\\"; sid=1"#, &[("a", r#""b\\""#), ("sid", "1")]);
    // An escape of `;` is decoded after the pairs were separated, and only when it is asked for.
    has(r#"a="b\073 sid=evil"; sid=1"#, &[("a", r#""b\073 sid=evil""#), ("sid", "1")]);
    assert_eq!(decode_python_quoted(r#""b\073 sid=evil""#), &b"b; sid=evil"[..]);
}

/// Django, as Tornado: Python's parser took `]` and others for a separator, so that a value that a
/// visitor chooses, such as a referrer, set other cookies.
#[test]
fn cve_2016_7401_only_a_semicolon_ends_a_pair() {
    for separator in
        ["]", "[", ",", " ", "\t", "|", "}", ")", "\u{A0}", "\u{2028}", "&", "?", "%3B"]
    {
        let header = format!("__utmz=1.utmcsr=x{separator}csrftoken=evil; csrftoken=good");
        assert_eq!(pairs(&header).count(), 2, "{separator}");
        let jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!(jar.get_all("csrftoken").collect::<Vec<_>>(), ["good"], "{separator}");
        assert!(jar.get("__utmz").is_some_and(|value| value.ends_with("csrftoken=evil")));
    }
    // One bad pair does not cost the others.
    let jar = CookieJar::from_cookie_header("a=\x01; =b; c; csrftoken=good").expect("a header");
    assert_eq!(jar.get("csrftoken"), Some("good"));
}
