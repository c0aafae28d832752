//! The blog over real sockets. curl is the client where a test needs one that keeps cookies.
#![cfg(all(unix, feature = "http"))]

#[path = "blog/explain.rs"]
mod explain;
mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::Blog;
use tempfile::TempDir;

/// A client that keeps cookies in a file, as a browser does.
struct Client<'b> {
    blog: &'b Blog,
    folder: TempDir,
}

/// A response.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// A cookie that curl stored: a line of its cookie file.
#[derive(Debug, PartialEq)]
struct StoredCookie {
    name: String,
    value: String,
    path: String,
    is_session: bool,
    is_http_only: bool,
}

impl<'b> Client<'b> {
    fn new(blog: &'b Blog) -> Self {
        Self { blog, folder: TempDir::new().expect("a folder") }
    }

    fn cookie_file(&self) -> PathBuf {
        self.folder.path().join("cookies")
    }

    /// Runs curl with these arguments and this standard input.
    #[track_caller]
    fn curl(&self, path: &str, arguments: &[&str], input: &[u8]) -> Answer {
        let mut curl = Command::new("curl")
            .args(["--silent", "--show-error", "--include", "--max-time", "60", "--noproxy", "*"])
            .arg("-b")
            .arg(self.cookie_file())
            .arg("-c")
            .arg(self.cookie_file())
            .args(arguments)
            .arg(format!("{}{path}", self.blog.url))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("curl is installed");
        let mut stdin = curl.stdin.take().expect("a pipe");
        // curl does not read its input to the end if the server responds early.
        let _ = stdin.write_all(input);
        drop(stdin);
        let output = curl.wait_with_output().expect("curl ends");
        assert!(output.status.success(), "curl {arguments:?} {path}: {}", output.status);
        Answer::read(&String::from_utf8(output.stdout).expect("pages are UTF-8"))
    }

    /// Runs curl without its cookies, and returns what it prints.
    #[track_caller]
    fn without_cookies(&self, path: &str, arguments: &[&str]) -> String {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--max-time", "60", "--noproxy", "*"])
            .args(arguments)
            .arg(format!("{}{path}", self.blog.url))
            .output()
            .expect("curl is installed");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("pages are UTF-8")
    }

    #[track_caller]
    fn get(&self, path: &str) -> Answer {
        self.curl(path, &[], b"")
    }

    /// Gets a page as a browser that was closed and opened again: without its session cookies.
    #[track_caller]
    fn get_in_new_session(&self, path: &str) -> Answer {
        self.curl(path, &["--junk-session-cookies"], b"")
    }

    /// Sends a form, and follows the redirect to the page.
    #[track_caller]
    fn choose(&self, form: &str) -> Answer {
        let answer = self.curl("/color", &["--data", form], b"");
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.get(answer.header("location").expect("a redirect has a location"))
    }

    fn stored(&self) -> Vec<StoredCookie> {
        let file = std::fs::read_to_string(self.cookie_file()).unwrap_or_default();
        let lines = file.lines().map(|line| line.strip_prefix("#HttpOnly_").ok_or(line));
        let mut stored: Vec<_> = lines.filter_map(StoredCookie::read).collect();
        stored.sort_by(|a, b| a.name.cmp(&b.name));
        stored
    }

    #[track_caller]
    fn cookie(&self, name: &str) -> Option<StoredCookie> {
        self.stored().into_iter().find(|cookie| cookie.name == name)
    }
}

impl StoredCookie {
    /// Reads a line: `Ok` is one without its prefix `#HttpOnly_`, `Err` one that has no such
    /// prefix.
    fn read(line: Result<&str, &str>) -> Option<Self> {
        let (Ok(text) | Err(text)) = line;
        if text.starts_with('#') {
            return None;
        }
        let parts: Vec<&str> = text.split('\t').collect();
        let &[_domain, _subdomains, path, _secure, expires, name, value] = &*parts else {
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path: path.to_owned(),
            is_session: expires == "0",
            is_http_only: line.is_ok(),
        })
    }
}

impl Answer {
    #[track_caller]
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        if head.starts_with("HTTP/1.1 100") {
            return Self::read(body);
        }
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self { status: status.parse().expect("a number"), headers, body: body.to_owned() }
    }

    fn headers(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    /// Asserts that the status is 200 and that the body contains all of these texts.
    #[track_caller]
    fn says(&self, texts: &[&str]) -> &Self {
        assert_eq!(self.status, 200);
        self.has(texts)
    }

    /// Asserts that the body contains all of these texts.
    #[track_caller]
    fn has(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.body.contains(text), "no {text:?} in {}", self.body);
        }
        self
    }

    /// Asserts that the body contains none of these texts.
    #[track_caller]
    fn lacks(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(!self.body.contains(text), "{text:?} in {}", self.body);
        }
        self
    }

    /// Asserts that the `Set-Cookie` headers are these.
    #[track_caller]
    fn sets(&self, headers: &[&str]) -> &Self {
        assert_eq!(self.headers("set-cookie"), headers);
        self
    }
}

/// The content type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a request, and reads the response.
#[track_caller]
fn request(blog: &Blog, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let length = body.len().to_string();
    let body_headers = [("Content-Length", &*length)];
    let body_headers = if body.is_empty() { &[][..] } else { &body_headers };
    let own_headers = [("Host", "localhost"), ("Connection", "close")];
    let is_given = |name: &str| headers.iter().any(|(given, _)| *given == name);
    let headers: String = own_headers
        .iter()
        .filter(|(name, _)| !is_given(name))
        .chain(headers)
        .chain(body_headers)
        .map(|(name, value)| [name, ": ", value, "\r\n"].concat())
        .collect();
    let request = format!("{method} {path} HTTP/1.1\r\n{headers}\r\n");
    let mut stream = connect(blog);
    stream.write_all(&[request.as_bytes(), body].concat()).expect("the blog reads the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("pages are UTF-8");
    Answer::read(&answer)
}

/// Gets a page, with these `Cookie` headers.
#[track_caller]
fn send(blog: &Blog, path: &str, cookie_headers: &[&str]) -> Answer {
    let headers: Vec<_> = cookie_headers.iter().map(|header| ("Cookie", *header)).collect();
    request(blog, "GET", path, &headers, b"")
}

/// Sends the form of `/color`.
#[track_caller]
fn choose(blog: &Blog, form: &str) -> Answer {
    request(blog, "POST", "/color", &[("Content-Type", FORM)], form.as_bytes())
}

const FIRST_COLOR: &str = "your browser has been sent a cookie";
const COLOR_IS: &str = "your favourite colour is ";
/// The link that a page offers if there is no room for its cookie.
const COOKIES_LINK: &str = r#"<a href="/cookies">See which cookies it sends</a>"#;
/// The form that such a page offers, which deletes the cookies.
const CLEAR_FORM: &str = r#"<form method="post" action="/clear-cookies">"#;
/// What a page says if the chosen colour does not come back.
const NOT_KEPT: &str = "Your browser did not keep the cookie";
const FIRST_VISIT: &str = "This is your first visit";

#[test]
#[ignore = "needs curl"]
fn a_client_keeps_a_color_for_a_session_or_for_two_years() {
    let blog = Blog::start();
    let client = Client::new(&blog);

    let first = client.get("/color");
    first.says(&[FIRST_COLOR]).lacks(&[COLOR_IS]);
    first.sets(&["color=ginger; Path=/; HttpOnly; SameSite=Lax"]);
    client.get("/color").says(&["your favourite colour is <bdi>ginger</bdi>"]).sets(&[]);

    let answer = client.curl("/color", &["--data", "color=blue"], b"");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/color?kept=session")));
    answer.sets(&["color=blue; Path=/; HttpOnly; SameSite=Lax"]);
    let page = client.choose("color=blue");
    page.says(&["your favourite colour is <bdi>blue</bdi>", "session cookie"]);
    assert!(client.cookie("color").unwrap().is_session);
    // After the browser was closed and opened again.
    client.get_in_new_session("/color").says(&[FIRST_COLOR]);

    let answer = client.curl("/color", &["--data", "color=green&remember=yes"], b"");
    assert_eq!(answer.header("location"), Some("/color?kept=two-years"));
    answer.sets(&["color=green; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    let page = client.choose("color=green&remember=yes");
    page.says(&["your favourite colour is <bdi>green</bdi>", "63,072,000 seconds", "400 days"]);
    page.lacks(&["session cookie"]);
    let color = client.cookie("color").unwrap();
    assert_eq!((color.is_session, color.is_http_only, &*color.path), (false, true, "/"));
    client.get_in_new_session("/color").says(&["your favourite colour is <bdi>green</bdi>"]);

    // Without the checkbox, it is a session cookie again.
    client.choose("color=red").says(&["your favourite colour is <bdi>red</bdi>", "session cookie"]);
    client.get_in_new_session("/color").says(&[FIRST_COLOR]);
}

#[test]
fn a_color_is_set_for_a_session_or_for_two_years() {
    let blog = Blog::start();
    let first = send(&blog, "/color", &[]);
    first.says(&[FIRST_COLOR]).lacks(&[COLOR_IS]);
    first.sets(&["color=ginger; Path=/; HttpOnly; SameSite=Lax"]);

    let answer = choose(&blog, "color=blue");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/color?kept=session")));
    answer.sets(&["color=blue; Path=/; HttpOnly; SameSite=Lax"]);
    let page = send(&blog, "/color?kept=session", &["color=blue"]);
    page.says(&["your favourite colour is <bdi>blue</bdi>", "session cookie"]).sets(&[]);

    let answer = choose(&blog, "color=green&remember=yes");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/color?kept=two-years")));
    answer.sets(&["color=green; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    let page = send(&blog, "/color?kept=two-years", &["color=green"]);
    page.says(&["your favourite colour is <bdi>green</bdi>", "63,072,000 seconds", "400 days"]);
    page.lacks(&["session cookie"]).sets(&[]);
}

#[test]
fn a_browser_without_cookies_is_told_so() {
    let blog = Blog::start();
    for page in ["/color?kept=session", "/color?kept=two-years"] {
        for cookies in [&[][..], &["other=1"], &["color="]] {
            let page = send(&blog, page, cookies);
            page.says(&[NOT_KEPT, "keeps no cookies", "Choose another colour"]);
            // It would be refused or deleted, too.
            page.lacks(&[FIRST_COLOR, COLOR_IS, "Set-Cookie: "]).sets(&[]);
        }
    }
    send(&blog, "/color?kept=session", &["color=blue"]).says(&[COLOR_IS]).lacks(&[NOT_KEPT]);
    send(&blog, "/color?kept=else", &[]).says(&[FIRST_COLOR]).lacks(&[NOT_KEPT]);
    send(&blog, "/color", &[]).says(&[FIRST_COLOR]).lacks(&[NOT_KEPT]);
    send(&blog, "/visits", &[]).says(&[FIRST_VISIT, "keeps no cookies"]);
    send(&blog, "/", &[]).says(&["can delete cookies", "switch them off"]);
}

#[test]
#[ignore = "needs curl"]
fn a_client_without_cookies_is_told_so() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let arguments = ["--location", "--data", "color=blue", "--write-out", "%{url_effective}"];
    let text = client.without_cookies("/color", &arguments);
    assert!(text.contains(NOT_KEPT) && text.ends_with("/color?kept=session"), "{text}");
    client.choose("color=blue").lacks(&[NOT_KEPT]);
}

#[test]
fn a_visit_is_counted_and_the_count_is_removed() {
    let blog = Blog::start();
    let page = send(&blog, "/visits", &[]);
    page.says(&[FIRST_VISIT, "Enough! Stop tracking me"]);
    page.sets(&["visits=1; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    let page = send(&blog, "/visits", &["color=teal; visits=1"]);
    page.says(&["This is visit number 2<", "Enough! Stop tracking me"]).lacks(&[FIRST_VISIT]);
    page.sets(&["visits=2; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    let page = send(&blog, "/stop-tracking", &["color=teal; visits=2"]);
    page.says(&["stopped tracking you", r#"href="/visits""#]);
    page.sets(&[
        "visits=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
    ]);
}

#[test]
fn the_start_page_links_every_page() {
    let blog = Blog::start();
    let page = send(&blog, "/", &[]);
    page.says(&["can be read and changed by everyone", "No passwords"]).sets(&[]);
    for path in ["/color", "/visits", "/stop-tracking", "/cookies", "/explain"] {
        page.has(&[&format!("href=\"{path}\"")]);
    }
}

#[test]
fn an_empty_color_counts_as_no_color() {
    let blog = Blog::start();
    let page = send(&blog, "/color", &["color="]);
    page.says(&[FIRST_COLOR]).sets(&["color=ginger; Path=/; HttpOnly; SameSite=Lax"]);
}

#[test]
fn an_unknown_query_says_nothing_about_the_lifetime() {
    let blog = Blog::start();
    for query in
        ["?kept=for-ever", "?kept=", "?kept", "?", "", "?kept=%FF", "?kept=%3Cscript%3E", "?kept=%"]
    {
        let page = send(&blog, &format!("/color{query}"), &["color=blue"]);
        page.says(&[COLOR_IS]).lacks(&["session cookie", "two years, 63", "<script>"]);
    }
}

#[test]
#[ignore = "needs curl"]
fn a_client_keeps_the_count_until_it_is_removed() {
    const ATTRIBUTES: &str = "; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax";
    let blog = Blog::start();
    let client = Client::new(&blog);
    client.choose("color=teal&remember=yes");

    let link = r#"<a class="button" href="/stop-tracking">Enough! Stop tracking me</a>"#;
    client.get("/visits").says(&[FIRST_VISIT, link]).sets(&[&format!("visits=1{ATTRIBUTES}")]);
    for visit in 2..=4 {
        let page = client.get("/visits");
        page.says(&[&format!("This is visit number {visit}<"), link]).lacks(&[FIRST_VISIT]);
        page.sets(&[&format!("visits={visit}{ATTRIBUTES}")]);
    }
    let visits = client.cookie("visits").unwrap();
    assert_eq!((&*visits.value, visits.is_session), ("4", false));
    client.get_in_new_session("/visits").says(&["This is visit number 5<"]);

    let page = client.get("/stop-tracking");
    page.says(&["stopped tracking you", r#"href="/visits""#]);
    page.sets(&[
        "visits=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
    ]);
    let names: Vec<_> = client.stored().into_iter().map(|cookie| cookie.name).collect();
    assert_eq!(names, ["color"]);
    client.get("/color").says(&["your favourite colour is <bdi>teal</bdi>"]);
    client.get("/visits").says(&[FIRST_VISIT]);
}

#[test]
fn a_count_that_is_no_number_is_a_first_visit() {
    let blog = Blog::start();
    let digits = "7".repeat(5 * 1024);
    for value in [
        "",
        "abc",
        "-1",
        "1.5",
        "0x10",
        "4294967296",
        "18446744073709551616",
        &digits,
        "%FF",
        "%00",
        "%",
        "1 2",
        "\"3\"",
        "<script>",
        "\u{661}",
    ] {
        let page = send(&blog, "/visits", &[&format!("visits={value}")]);
        page.says(&[FIRST_VISIT]).lacks(&["<script>"]);
        page.sets(&["visits=1; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    }
}

#[test]
fn the_count_stops_at_the_largest_number() {
    let blog = Blog::start();
    for (sent, expected) in [("4294967294", "4294967295"), ("4294967295", "4294967295")] {
        let page = send(&blog, "/visits", &[&format!("visits={sent}")]);
        page.says(&[&format!("This is visit number {expected}<")]);
        page.sets(&[&format!(
            "visits={expected}; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"
        )]);
    }
}

#[test]
fn input_is_escaped_in_pages() {
    let blog = Blog::start();
    let hostile = "<script>alert(1)</script>";
    let encoded = "%3Cscript%3Ealert(1)%3C/script%3E";
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    for value in [hostile, encoded] {
        let page = send(&blog, "/color", &[&format!("color={value}")]);
        page.says(&[&format!("{COLOR_IS}<bdi>{escaped}</bdi>")]).lacks(&["<script"]);
        let page = send(&blog, "/cookies", &[&format!("{hostile}=1; \"><b>={value}; {hostile}")]);
        page.says(&[escaped, "&quot;&gt;&lt;b&gt;"]).lacks(&["<script", "<b>"]);
    }
    let page = send(&blog, &format!("/{encoded}?{encoded}"), &[]);
    page.lacks(&["<script"]);
    assert_eq!(page.status, 404);
}

#[test]
fn the_cookies_page_shows_what_was_sent() {
    let blog = Blog::start();
    send(&blog, "/cookies", &[]).says(&["None yet", "<strong>0</strong> of 150 cookies"]);

    // Two headers are one list, in which a name can occur twice.
    let page = send(&blog, "/cookies", &["color=red; size=a%20bc", "color=blue; nameless; =x"]);
    page.says(&[
        "<bdi>color</bdi></code><span><strong>8</strong> bytes",
        "<bdi>size</bdi></code><span><strong>10</strong> bytes",
        "<bdi>color</bdi></code><span><strong>9</strong> bytes",
        "<bdi>red</bdi>",
        "<bdi>a bc</bdi>",
        "<bdi>blue</bdi>",
        "<strong>5</strong> of 150 cookies",
        "<strong>48</strong> of 8190 bytes",
        r#"<rect x="0" width="8" height="1">"#,
        "The largest cookie is <code><bdi>size</bdi></code>",
        "a pair of 8 bytes at byte 12 of `Cookie` header 1 has no `=`",
        "a pair of 2 bytes at byte 22 of `Cookie` header 1 has an empty name",
    ]);
    page.sets(&[]);

    let page = send(&blog, "/cookies", &[&format!("large={}", "x".repeat(8_190))]);
    page.says(&[
        "200.0% of the 4096",
        "100.0% of the 8190",
        r#"class="bar over""#,
        "8196</strong> of 8190 bytes with each request, which is over the limit",
    ]);
}

#[test]
fn the_cookies_page_shows_a_bounded_number_of_rows() {
    let blog = Blog::start();
    let page = send(&blog, "/cookies", &[&"a=1; ".repeat(150)]);
    page.says(&["<strong>150</strong> of 150 cookies"]).lacks(&["not shown"]);
    assert_eq!(page.body.matches("<li>").count(), 150);

    let page = send(&blog, "/cookies", &[&"a=1; ".repeat(3_000)]);
    page.says(&["<strong>3000</strong> of 150 cookies", "2850 more cookies are not shown"]);
    assert_eq!(page.body.matches("<li>").count(), 150);
    assert!(page.body.len() < 100_000, "{} bytes", page.body.len());

    let page = send(&blog, "/cookies", &[&"a; ".repeat(3_000)]);
    page.says(&["None yet", "2850 more pairs are not shown"]);
    assert_eq!(page.body.matches("<li>").count(), 150);
    assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
}

#[test]
fn every_cookie_header_is_read() {
    let blog = Blog::start();
    let page = send(&blog, "/visits", &["a=1", "visits=6; b=2", "c=3"]);
    page.says(&["This is visit number 7<"]);
}

#[test]
fn each_path_has_its_methods() {
    let blog = Blog::start();
    for path in ["/", "/color", "/visits", "/stop-tracking", "/cookies", "/explain", "/style.css"] {
        let get = send(&blog, path, &[]);
        let head = request(&blog, "HEAD", path, &[], b"");
        assert_eq!((get.status, head.status), (200, 200), "{path}");
        assert_eq!(head.body, "");
        let without_date = |answer: &Answer| {
            let headers = answer.headers.iter().filter(|(name, _)| name != "date");
            headers.cloned().collect::<Vec<_>>()
        };
        assert_eq!(without_date(&head), without_date(&get), "{path}");
        assert_eq!(get.header("content-length"), Some(&*get.body.len().to_string()));

        let cache = if path == "/style.css" { "no-cache" } else { "no-store" };
        assert_eq!(get.header("cache-control"), Some(cache), "{path}");
        let has_form = matches!(path, "/color" | "/explain");
        let allow = if has_form { "GET, HEAD, POST" } else { "GET, HEAD" };
        for method in ["DELETE", "PUT", "OPTIONS", "POST", "get", "BREW"] {
            if has_form && method == "POST" {
                continue;
            }
            let answer = request(&blog, method, path, &[], b"");
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            answer.sets(&[]);
        }
    }
    for path in ["/nothing", "/color/", "/Color", "//", "/%63olor", "/visits/..;/"] {
        let answer = send(&blog, path, &[]);
        assert_eq!((answer.status, answer.header("cache-control")), (404, Some("no-store")));
    }
}

#[test]
fn invalid_forms_are_refused() {
    let blog = Blog::start();
    let padded = format!("color=blue&padding={}", "x".repeat(1024 - 19));
    for (content_type, body, status) in [
        (FORM, "color=blue", 303),
        ("Application/X-WWW-Form-URLEncoded ; charset=utf-8", "color=blue", 303),
        (FORM, "color=%62lue&remember=", 303),
        (FORM, &padded, 303),
        (FORM, &(padded.clone() + "x"), 413),
        (FORM, "", 400),
        (FORM, "remember=yes", 400),
        (FORM, "color=", 400),
        (FORM, "color=Blue", 400),
        (FORM, "color=blue%00", 400),
        (FORM, "color=<script>", 400),
        (FORM, "color=mauve&color=blue", 400),
        (FORM, "color=%FF", 400),
        (FORM, "%%%&&&===;;;", 400),
        ("application/json", r#"{"color":"blue"}"#, 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("text/plain", "color=blue", 415),
        ("\u{fffd};;=", "color=blue", 415),
    ] {
        let headers = [("Content-Type", content_type)];
        let answer = request(&blog, "POST", "/color", &headers, body.as_bytes());
        assert_eq!(answer.status, status, "{content_type} {}", &body[..body.len().min(40)]);
        answer.lacks(&["<script"]);
        assert_eq!(answer.headers("set-cookie").len(), usize::from(status == 303));
    }
    // Without a content type, as some clients send it.
    let answer = request(&blog, "POST", "/color", &[], b"color=red");
    assert_eq!(answer.status, 303);
}

#[test]
#[ignore = "needs curl"]
fn a_large_form_is_refused() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    for size in [2 << 10, 200 << 10, 900 << 10, 64 << 20] {
        let body = vec![b'x'; size];
        let answer = client.curl("/color", &["--data-binary", "@-"], &body);
        assert_eq!(answer.status, 413, "{size} bytes");
    }
    let arguments = ["--header", "Transfer-Encoding: chunked", "--data-binary", "@-"];
    assert_eq!(client.curl("/color", &arguments, &vec![b'x'; 300 << 10]).status, 413);
    assert_eq!(client.curl("/color", &arguments, b"color=blue").status, 303);
}

#[test]
fn a_large_form_is_refused_before_it_is_read() {
    let blog = Blog::start();
    let mut stream = connect(&blog);
    let head = "POST /color HTTP/1.1\r\nHost: localhost\r\nContent-Length: 67108864\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(status, *b"HTTP/1.1 413");
}

#[test]
fn a_request_over_the_limits_gets_a_page_that_clears_the_cookies() {
    let blog = Blog::start();
    let header = |len: usize| format!("a={}", "x".repeat(len - 2));
    let many = |pairs: usize| vec!["a=1"; pairs];
    for path in ["/", "/color", "/visits", "/stop-tracking", "/cookies", "/explain", "/nothing"] {
        for headers in [vec![&*header(65_537)], vec![&header(32_768), &header(32_769)], many(3_001)]
        {
            let answer = send(&blog, path, &headers);
            assert_eq!(answer.status, 431);
            assert_eq!(answer.headers("clear-site-data"), ["\"cookies\""]);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            answer.has(&["over the limit of ", r#"<a href="/">"#]).sets(&[]);
        }
    }
    let pairs = "a=1; ".repeat(3_001);
    assert_eq!(send(&blog, "/", &[&pairs]).status, 431);
    assert_eq!(send(&blog, "/", &[&header(300_000)]).status, 431);
    assert_eq!(send(&blog, "/style.css", &[&header(65_537)]).status, 200);
    for headers in [vec![&*header(65_536)], vec![&header(32_768), &header(32_768)], many(3_000)] {
        let answer = send(&blog, "/cookies", &headers);
        assert_eq!((answer.status, answer.header("clear-site-data")), (200, None));
    }
}

#[test]
fn a_browser_without_room_for_a_cookie_gets_a_page_that_says_so() {
    let blog = Blog::start();
    let full = format!("other={}", "x".repeat(8_190 - 6));
    let page = send(&blog, "/visits", &[&full]);
    page.says(&[
        "could not be counted",
        "header would be 8200 bytes, over the limit of 8190",
        COOKIES_LINK,
        CLEAR_FORM,
    ]);
    page.sets(&[]);
    send(&blog, "/color", &[&full])
        .says(&["cookie could not be set", "over the limit of 8190", COOKIES_LINK, CLEAR_FORM])
        .lacks(&["In this response"])
        .sets(&[]);
    let page = send(&blog, "/color", &["a=1; ".repeat(150).as_str()]);
    page.says(&[
        "cookie could not be set",
        "would send 151 cookies, over the limit of 150",
        COOKIES_LINK,
        CLEAR_FORM,
    ])
    .sets(&[]);

    let headers = [("Cookie", &*full), ("Content-Type", FORM)];
    let answer = request(&blog, "POST", "/color", &headers, b"color=blue");
    assert_eq!((answer.status, answer.header("clear-site-data")), (431, None));
    answer.has(&["colour could not be saved", COOKIES_LINK, CLEAR_FORM]).sets(&[]);

    // A change that needs no more room is accepted, and so is a removal.
    let page = send(&blog, "/visits", &[&format!("visits=10; {full}")]);
    page.says(&["This is visit number 11<"]);
    assert_eq!(send(&blog, "/stop-tracking", &[&full]).headers("set-cookie").len(), 1);
}

#[test]
fn the_cookies_can_be_cleared() {
    let blog = Blog::start();
    let full = "a=1; ".repeat(150);
    let too_much = "a=1; ".repeat(3_001);
    for cookies in ["", &full, &too_much] {
        let answer = request(&blog, "POST", "/clear-cookies", &[("Cookie", cookies)], b"");
        answer.says(&["told to delete", r#"<a href="/">"#]).sets(&[]);
        assert_eq!(answer.headers("clear-site-data"), ["\"cookies\""]);
    }
    // Another site's page could sign the user out of every application of this host.
    let headers = [("Sec-Fetch-Site", "cross-site")];
    let answer = request(&blog, "POST", "/clear-cookies", &headers, b"");
    assert_eq!((answer.status, answer.header("clear-site-data")), (403, None));
    let answer = send(&blog, "/clear-cookies", &[]);
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(answer.header("clear-site-data"), None);
}

#[test]
fn forms_of_other_sites_are_refused() {
    let blog = Blog::start();
    let host = ("Host", "localhost:8000");
    let site = |site| ("Sec-Fetch-Site", site);
    let origin = |origin| ("Origin", origin);
    for (headers, status) in [
        (&[host, site("same-origin")][..], 303),
        (&[host, site("none")], 303),
        (&[host, site("same-site")], 403),
        (&[host, site("cross-site")], 403),
        (&[host, site("")], 403),
        (&[host, site("same-origin"), site("cross-site")], 403),
        // Browsers that do not send `Sec-Fetch-Site` send `Origin`.
        (&[host, origin("http://localhost:8000")], 303),
        (&[host, origin("http://localhost:8001")], 403),
        (&[host, origin("http://localhost")], 403),
        (&[host, origin("http://blog.localhost:8000")], 403),
        (&[host, origin("http://localhost:8000.evil.test")], 403),
        (&[host, origin("http://evil.test")], 403),
        (&[host, origin("null")], 403),
        (&[host, origin("")], 403),
        (&[host, origin("localhost:8000")], 403),
        (&[host, origin("http://localhost:8000"), origin("null")], 403),
        (&[("Host", "[::1]"), origin("http://[::1]")], 303),
        // A program that is no browser.
        (&[host], 303),
    ] {
        let answer = request(&blog, "POST", "/color", headers, b"color=blue");
        assert_eq!(answer.status, status, "{headers:?}");
        assert_eq!(answer.headers("set-cookie").len(), usize::from(status == 303));
    }
    // A link from another site is no form.
    assert_eq!(request(&blog, "GET", "/color", &[site("cross-site")], b"").status, 200);
}

#[test]
fn only_loopback_hosts_are_served() {
    let blog = Blog::start();
    for (host, status) in [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LocalHost:80", 200),
        ("blog.localhost", 200),
        ("a.b.localhost:8000", 200),
        ("127.0.0.1", 200),
        ("127.0.0.1:8000", 200),
        ("127.255.0.3", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("a", 421),
        ("evil.test", 421),
        ("evil.test:8000", 421),
        ("localhost.evil.test", 421),
        ("evillocalhost", 421),
        ("127.0.0.1.evil.test", 421),
        ("128.0.0.1", 421),
        ("0.0.0.0", 421),
        ("192.168.0.1", 421),
        ("[::]", 421),
        ("[::2]:8000", 421),
        (".localhost", 421),
        ("", 400),
        ("local host", 400),
        ("localhost:x:y", 400),
    ] {
        for path in ["/", "/style.css", "/nothing"] {
            let answer = request(&blog, "GET", path, &[("Host", host)], b"");
            let expected = if (path, status) == ("/nothing", 200) { 404 } else { status };
            assert_eq!(answer.status, expected, "{host} {path}");
        }
    }
    let two = [("Host", "localhost"), ("Host", "evil.test")];
    assert_eq!(request(&blog, "GET", "/", &two, b"").status, 400);
    // The target of a request comes before its `Host` header (RFC 9112, section 3.2.2).
    for (target, status) in [("http://evil.test/", 421), ("http://localhost/", 200)] {
        assert_eq!(request(&blog, "GET", target, &[], b"").status, status, "{target}");
    }
}

#[test]
fn every_response_has_the_security_headers() {
    let blog = Blog::start();
    let full = "a=1; ".repeat(3_001);
    for (method, path, headers, body, status) in [
        ("GET", "/", &[][..], "", 200),
        ("HEAD", "/color", &[], "", 200),
        ("GET", "/style.css", &[], "", 200),
        ("GET", "/nothing", &[], "", 404),
        ("PUT", "/color", &[], "", 405),
        ("GET", "/", &[("Cookie", &*full)], "", 431),
        ("GET", "/", &[("Host", "evil.test")], "", 421),
        ("GET", "/", &[("Host", "")], "", 400),
        ("POST", "/color", &[], "color=blue", 303),
        ("POST", "/color", &[], "color=mauve", 400),
        ("POST", "/color", &[("Origin", "null")], "color=blue", 403),
        ("POST", "/color", &[("Content-Type", "text/plain")], "color=blue", 415),
        ("POST", "/explain", &[], "header=a&url=https://a.example/", 200),
        ("POST", "/clear-cookies", &[], "", 200),
    ] {
        let answer = request(&blog, method, path, headers, body.as_bytes());
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.headers("x-content-type-options"), ["nosniff"], "{method} {path}");
        assert_eq!(answer.headers("referrer-policy"), ["same-origin"], "{method} {path}");
        assert_eq!(answer.headers("content-security-policy").len(), 1, "{method} {path}");
    }
}

/// How many connections the blog serves at once.
const CONNECTIONS: usize = 128;

#[test]
fn the_number_of_connections_is_limited() {
    let blog = Blog::start();
    let mut idle: Vec<_> = (0..CONNECTIONS).map(|_| connect(&blog)).collect();
    let mut next = connect(&blog);
    next.write_all(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    next.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut status = [0; 12];
    assert!(next.read_exact(&mut status).is_err(), "there is room for one more connection");
    drop(idle.pop());
    next.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    next.read_exact(&mut status).unwrap();
    assert_eq!(status, *b"HTTP/1.1 200");
}

#[test]
#[cfg(target_os = "linux")]
fn unfinished_requests_hold_little_memory() {
    let resident_kb = |blog: &Blog| -> usize {
        let status = format!("/proc/{}/status", blog.process.id());
        let status = std::fs::read_to_string(status).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    let head =
        |len: usize| ["GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ", &"x".repeat(len)].concat();
    let blog = Blog::start();
    send(&blog, "/", &[]);
    let before = resident_kb(&blog);
    let mut streams = Vec::new();
    for len in [16_000, 1_000_000] {
        for _ in 0..CONNECTIONS / 2 - 1 {
            let mut stream = connect(&blog);
            // The blog may close a connection that sends too much.
            let _ = stream.write_all(head(len).as_bytes());
            streams.push(stream);
        }
    }
    assert_eq!(send(&blog, "/", &[]).status, 200);
    let growth = resident_kb(&blog) - before;
    assert!(growth < 16_000, "{growth} KB for {} connections", streams.len());
}

#[test]
fn an_invalid_request_does_not_affect_others() {
    let blog = Blog::start();
    for head in [
        &b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=\x00\r\n\r\n"[..],
        b"\x16\x03\x01",
        b"\r\n",
    ] {
        let mut stream = connect(&blog);
        stream.write_all(head).unwrap();
    }
    let mut stream = connect(&blog);
    stream.write_all(b"GET /visits HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: x=\xFF\xFE; visits=1\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::read(&String::from_utf8(answer).unwrap()).says(&["This is visit number 2<"]);
}

#[test]
fn the_blog_listens_only_on_the_loopback_address() {
    let blog = Blog::start();
    let port = port_of(&blog);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = support::command().args(["--port", &port.to_string()]).output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with(&format!("blog: cannot listen on 127.0.0.1:{port}: ")), "{error}");
}

#[test]
fn wrong_arguments_get_the_usage() {
    let run = |arguments: &[&str]| support::command().args(arguments).output().unwrap();
    for wrong in
        [&["--port"][..], &["--port", "65536"], &["--port", "-1"], &["--prot", "1"], &["80"]]
    {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("usage: blog"), "{wrong:?}");
    }
    let output = run(&["--help"]);
    assert!(output.status.success() && output.stdout.starts_with(b"usage: blog"));
}

#[test]
fn ctrl_c_stops_the_blog() {
    let blog = Blog::start();
    interrupt(&blog);
    assert_eq!(wait(blog), Some(0));

    // With an open connection that waits for its next request.
    let blog = Blog::start();
    let mut stream = connect(&blog);
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    interrupt(&blog);
    assert_eq!(wait(blog), Some(0));
}

#[test]
fn ctrl_c_lets_a_request_finish() {
    let blog = Blog::start();
    let mut stream = connect(&blog);
    stream.write_all(b"POST /color HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n").unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));
    interrupt(&blog);
    while TcpStream::connect(("127.0.0.1", port_of(&blog))).is_ok() {} // until the blog has stopped listening
    stream.write_all(b"color=blue").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(Answer::read(&answer).status, 303);
    assert_eq!(wait(blog), Some(0));
}

/// Sends the blog the signal of Ctrl-C.
#[track_caller]
fn interrupt(blog: &Blog) {
    // Every shell has `kill`; not every system has it as a program.
    let kill = format!("kill -INT {}", blog.process.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
}

/// Waits until the blog has ended, and returns its exit code.
#[track_caller]
fn wait(mut blog: Blog) -> Option<i32> {
    blog.process.wait().expect("the blog ends").code()
}

#[track_caller]
fn port_of(blog: &Blog) -> u16 {
    let (_, port) = blog.url.rsplit_once(':').expect("an address with a port");
    port.parse().expect("a port")
}

#[track_caller]
fn connect(blog: &Blog) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port_of(blog))).expect("the blog listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}
