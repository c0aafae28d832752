//! The page `/explain`.

use form_urlencoded::Serializer;

use crate::support::Blog;
use crate::{Answer, FORM, request, send};

const URL: &str = "https://shop.example/cart";

/// The first characters of the part of the page that has a verdict.
const VERDICT: &str = r#"<section class="verdict""#;

/// Sends the form.
#[track_caller]
fn ask(blog: &Blog, header: &str, url: &str) -> Answer {
    let form = Serializer::new(String::new())
        .append_pair("header", header)
        .append_pair("url", url)
        .finish();
    request(blog, "POST", "/explain", &[("Content-Type", FORM)], form.as_bytes())
}

/// Asserts that the form is refused with this message and this status.
#[track_caller]
fn is_refused(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status);
    answer
        .has(&[r#"role="alert""#, message, r#"<form class="card question""#])
        .lacks(&[VERDICT])
        .sets(&[]);
}

#[test]
fn the_form_has_an_example() {
    let blog = Blog::start();
    let page = send(&blog, "/explain", &[]);
    page.says(&[
        r#"<a href="/explain" aria-current="page">Explain</a>"#,
        r#"<form class="card question" method="post" action="/explain">"#,
        "SameSite=None; Http-Only</textarea>",
        r#"value="https://shop.example/cart""#,
    ]);
    page.lacks(&[VERDICT, "<script"]).sets(&[]);
    let answer = request(&blog, "PUT", "/explain", &[], b"");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, POST")));
}

#[test]
fn a_refused_cookie_has_each_reason_with_a_mark() {
    let blog = Blog::start();
    let header = "__Host-sid=31d4; Path=/; Domain=shop.example; SameSite=None; HttpOnly";
    let page = ask(&blog, header, URL);
    page.says(&[
        "The browser refuses the cookie",
        "the prefix <code>__Host-</code> requires <code>Secure</code>",
        r#"<pre><code><mark class="reason">__Host-</mark>sid=31d4; Path=/; Domain=shop.example; SameSite=None; HttpOnly</code></pre>"#,
        "the prefix <code>__Host-</code> requires no <code>Domain</code>",
        r#"<code>__Host-sid=31d4; Path=/; <mark class="reason">Domain=shop.example</mark>; SameSite=None; HttpOnly</code>"#,
        r#"Domain=shop.example; <mark class="reason">SameSite=None</mark>; HttpOnly</code>"#,
        "RFC 6265bis, section 5.7, step 19",
    ]);
    // The form keeps what was asked, and can be sent again.
    page.has(&[&format!("{header}</textarea>"), &format!("value=\"{URL}\"")]);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    page.sets(&[]);
}

#[test]
fn a_stored_cookie_has_its_warnings() {
    let blog = Blog::start();
    let page = ask(&blog, "theme=dark; Path=cart; Path=; Secure", "http://LOCALHOST:8000/a/b?c=/d");
    page.says(&[
        "The browser stores the cookie",
        "Stored: cookie <code>theme</code> for localhost only, under /a, until the session ends; Secure",
        r#"theme=dark; <mark class="warning">Path=cart</mark>; <mark class="other">Path=</mark>; Secure"#,
        "The part with the straight line counts.",
        "the default path is used: <code>/a</code>",
    ]);
    page.lacks(&["Error: "]);
    // Pasted with its name, and with the line break after it.
    let page = ask(&blog, "Set-Cookie:  theme=dark; Secure\r\n", URL);
    page.says(&["cookie <code>theme</code> for shop.example only"]).lacks(&["class=\"warning\""]);
}

#[test]
fn a_removed_cookie_has_a_mark_under_its_lifetime() {
    let blog = Blog::start();
    ask(&blog, "cart=; Max-Age=0; Path=/", URL).says(&[
        "The browser removes the cookie",
        "Removed: cookie <code>cart</code> for shop.example only, under /",
        r#"cart=; <mark class="other">Max-Age=0</mark>; Path=/"#,
    ]);
}

#[test]
fn all_text_of_a_question_is_escaped() {
    let blog = Blog::start();
    let html = r#"</textarea><script>alert("1")</script>&amp;'"#;
    for (header, url) in [
        (format!("a={html}; Domain={html}; Path={html}; {html}"), URL.to_owned()),
        (format!("{html}=b; SameSite=None"), URL.to_owned()),
        ("a=1".to_owned(), format!("https://{html}/")),
        ("a=1".to_owned(), format!("{html}://a.example/")),
        (html.to_owned(), html.to_owned()),
    ] {
        let page = ask(&blog, &header, &url);
        page.has(&["&lt;/textarea&gt;&lt;script&gt;"]).lacks(&["<script"]);
        assert_eq!(page.body.matches("</textarea>").count(), 1);
    }
    // Invisible characters, of which one changes the direction of the text.
    let page = ask(&blog, "a=\u{202e}b\u{200b}\u{1b}é; SameSite=None", URL);
    page.says(&[r"a=\u{202e}b\u{200b}<mark", r">\u{1b}</mark>é; SameSite=None"]);
}

#[test]
fn a_mark_is_between_characters() {
    let blog = Blog::start();
    ask(&blog, "é漢=ü; Pfad=ä; Sécure", URL).says(&[
        r#"<mark class="warning">é漢</mark>=ü; Pfad=ä; Sécure"#,
        r#"é漢=<mark class="warning">ü</mark>; Pfad=ä; Sécure"#,
        r#"é漢=ü; <mark class="warning">Pfad=ä</mark>; Sécure"#,
        r#"é漢=ü; Pfad=ä; <mark class="warning">Sécure</mark></code>"#,
    ]);
}

#[test]
fn an_empty_form_is_refused() {
    let blog = Blog::start();
    for header in ["", " \r\n\t", "Set-Cookie:", "set-cookie: \n"] {
        is_refused(&ask(&blog, header, URL), 400, "There is no header.");
    }
    let post = |form: &str| request(&blog, "POST", "/explain", &[], form.as_bytes());
    for form in ["", "url=https://a.example/", "%%%&&&===;;;", "Header=a&url=https://a.example/"] {
        is_refused(&post(form), 400, "There is no header.");
    }
    let no_scheme = "the URL does not start with a scheme and <code>://</code>";
    is_refused(&post("header=a%3D1"), 400, no_scheme);
    is_refused(&ask(&blog, "a=1", "shop.example"), 400, no_scheme);
    is_refused(&ask(&blog, "a=1", "https://"), 400, "the host is empty");
    let scheme = "the scheme <code>data</code> is not one of http, https, ws and wss";
    is_refused(&ask(&blog, "a=1", "data://x"), 400, scheme);
    is_refused(&ask(&blog, "a=1", "https://b\u{fc}cher.example"), 400, "the URL is not ASCII");
}

#[test]
fn a_form_that_is_not_utf_8_is_refused() {
    let blog = Blog::start();
    for form in
        [&b"header=a%FF&url=https://a.example/"[..], b"header=a\xE9", b"header=a&url=%C3&x=%A9"]
    {
        let answer = request(&blog, "POST", "/explain", &[("Content-Type", FORM)], form);
        is_refused(&answer, 400, "The form is not in UTF-8");
    }
    let answer = request(&blog, "POST", "/explain", &[("Content-Type", "text/plain")], b"header=a");
    is_refused(&answer, 415, "wrong content type");
}

#[test]
fn a_huge_form_is_refused_and_a_large_one_is_shortened() {
    let blog = Blog::start();
    let form = |bytes: usize| {
        let start = "url=https://a.example/&header=a=1";
        [start, &"; x".repeat(bytes)[..bytes - start.len()]].concat()
    };
    let post = |form: &str| request(&blog, "POST", "/explain", &[], form.as_bytes());
    let page = post(&form(32 << 10));
    page.says(&["The browser stores the cookie", "…", "more warnings are not shown"]);
    assert_eq!(page.body.matches("<mark").count(), 20);
    // The header once in the form, and a part of it for each warning.
    assert!(page.body.len() < 64 << 10, "{} bytes", page.body.len());
    is_refused(&post(&form((32 << 10) + 1)), 413, "more than 32768 bytes");
    is_refused(&post(&form(500_000)), 413, "more than 32768 bytes");

    // A value over the limit is one mark, which is shortened.
    let page = ask(&blog, &format!("a={}; Secure", "x".repeat(5_000)), URL);
    page.says(&["name and value are 5001 bytes, over the limit of 4096", "…"]);
    assert!(page.body.len() < 20_000, "{} bytes", page.body.len());
}

#[test]
fn a_form_of_another_site_is_refused() {
    let blog = Blog::start();
    let headers = [("Content-Type", FORM), ("Sec-Fetch-Site", "cross-site")];
    let answer = request(&blog, "POST", "/explain", &headers, b"header=a&url=https://a.example/");
    assert_eq!(answer.status, 403);
}
