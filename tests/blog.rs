//! The blog over real sockets, with curl as a client that keeps cookies.
#![cfg(all(unix, feature = "http"))]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::Blog;
use tempfile::TempDir;

/// A client with a file of cookies, as a browser has.
struct Client<'b> {
    blog: &'b Blog,
    folder: TempDir,
}

/// What came back.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// A line of curl's file of cookies.
#[derive(Debug, PartialEq)]
struct Kept {
    name: String,
    value: String,
    path: String,
    session: bool,
    http_only: bool,
}

impl<'b> Client<'b> {
    fn new(blog: &'b Blog) -> Self {
        Self { blog, folder: TempDir::new().expect("a folder") }
    }

    fn cookie_file(&self) -> PathBuf {
        self.folder.path().join("cookies")
    }

    /// Runs curl with these arguments, and `input` for what they read from `-`.
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
        // curl doesn't read what the server doesn't want.
        let _ = stdin.write_all(input);
        drop(stdin);
        let output = curl.wait_with_output().expect("curl ends");
        assert!(output.status.success(), "curl {arguments:?} {path}: {}", output.status);
        Answer::read(&String::from_utf8(output.stdout).expect("pages are UTF-8"))
    }

    #[track_caller]
    fn get(&self, path: &str) -> Answer {
        self.curl(path, &[], b"")
    }

    /// As after the browser was closed and opened again: session cookies are gone.
    #[track_caller]
    fn get_in_new_session(&self, path: &str) -> Answer {
        self.curl(path, &["--junk-session-cookies"], b"")
    }

    /// Sends a form, and follows it to the page.
    #[track_caller]
    fn choose(&self, form: &str) -> Answer {
        let answer = self.curl("/color", &["--data", form], b"");
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.get(answer.header("location").expect("a redirect says where to"))
    }

    /// Sends `fields` as headers, and keeps nothing.
    #[track_caller]
    fn send(&self, path: &str, fields: &[&str]) -> Answer {
        let headers: Vec<_> = fields.iter().map(|field| format!("Cookie: {field}")).collect();
        Client::new(self.blog).curl(path, &["--header", "@-"], headers.join("\n").as_bytes())
    }

    fn kept(&self) -> Vec<Kept> {
        let file = std::fs::read_to_string(self.cookie_file()).unwrap_or_default();
        let lines = file.lines().map(|line| line.strip_prefix("#HttpOnly_").ok_or(line));
        let mut kept: Vec<_> = lines.filter_map(Kept::read).collect();
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        kept
    }

    #[track_caller]
    fn cookie(&self, name: &str) -> Option<Kept> {
        self.kept().into_iter().find(|kept| kept.name == name)
    }
}

impl Kept {
    /// Reads a line without its `#HttpOnly_`, or one that has none.
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
            session: expires == "0",
            http_only: line.is_ok(),
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

    /// It is a page, and says all of these.
    #[track_caller]
    fn says(&self, texts: &[&str]) -> &Self {
        assert_eq!(self.status, 200);
        self.has(texts)
    }

    #[track_caller]
    fn has(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.body.contains(text), "no {text:?} in {}", self.body);
        }
        self
    }

    #[track_caller]
    fn lacks(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(!self.body.contains(text), "{text:?} in {}", self.body);
        }
        self
    }

    #[track_caller]
    fn sets(&self, fields: &[&str]) -> &Self {
        assert_eq!(self.headers("set-cookie"), fields);
        self
    }
}

const FIRST_COLOR: &str = "your browser has been sent a cookie";
const COLOR_IS: &str = "your favourite colour is ";
const FIRST_VISIT: &str = "This is your first visit";

#[test]
fn a_color_is_kept_for_a_session_or_for_two_years() {
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
    assert!(client.cookie("color").unwrap().session);
    // The browser is closed and opened again.
    client.get_in_new_session("/color").says(&[FIRST_COLOR]);

    let answer = client.curl("/color", &["--data", "color=green&remember=yes"], b"");
    assert_eq!(answer.header("location"), Some("/color?kept=two-years"));
    answer.sets(&["color=green; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    let page = client.choose("color=green&remember=yes");
    page.says(&["your favourite colour is <bdi>green</bdi>", "63,072,000 seconds", "400 days"]);
    page.lacks(&["session cookie"]);
    let kept = client.cookie("color").unwrap();
    assert_eq!((kept.session, kept.http_only, &*kept.path), (false, true, "/"));
    client.get_in_new_session("/color").says(&["your favourite colour is <bdi>green</bdi>"]);

    // Without the box, it is a session cookie again.
    client.choose("color=red").says(&["your favourite colour is <bdi>red</bdi>", "session cookie"]);
    client.get_in_new_session("/color").says(&[FIRST_COLOR]);
}

#[test]
fn the_start_links_every_page() {
    let blog = Blog::start();
    let page = Client::new(&blog).get("/");
    page.says(&["readable and writable by its owner", "No password"]).sets(&[]);
    for path in ["/color", "/visits", "/stop-tracking", "/cookies"] {
        page.has(&[&format!("href=\"{path}\"")]);
    }
}

#[test]
fn an_empty_color_is_none() {
    let blog = Blog::start();
    let page = Client::new(&blog).send("/color", &["color="]);
    page.says(&[FIRST_COLOR]).sets(&["color=ginger; Path=/; HttpOnly; SameSite=Lax"]);
}

#[test]
fn only_the_two_known_words_say_how_long_a_color_is_kept() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    for query in
        ["?kept=for-ever", "?kept=", "?kept", "?", "", "?kept=%FF", "?kept=%3Cscript%3E", "?kept=%"]
    {
        let page = client.send(&format!("/color{query}"), &["color=blue"]);
        page.says(&[COLOR_IS]).lacks(&["session cookie", "two years, 63", "<script>"]);
    }
}

#[test]
fn visits_are_counted_until_they_are_not() {
    const FIELD: &str = "; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax";
    let blog = Blog::start();
    let client = Client::new(&blog);
    client.choose("color=teal&remember=yes");

    let link = r#"<a class="button" href="/stop-tracking">Enough! Stop tracking me</a>"#;
    client.get("/visits").says(&[FIRST_VISIT, link]).sets(&[&format!("visits=1{FIELD}")]);
    for visit in 2..=4 {
        let page = client.get("/visits");
        page.says(&[&format!("This is visit number {visit}<"), link]).lacks(&[FIRST_VISIT]);
        page.sets(&[&format!("visits={visit}{FIELD}")]);
    }
    let kept = client.cookie("visits").unwrap();
    assert_eq!((&*kept.value, kept.session), ("4", false));
    client.get_in_new_session("/visits").says(&["This is visit number 5<"]);

    let page = client.get("/stop-tracking");
    page.says(&["stopped tracking you", r#"href="/visits""#]);
    page.sets(&[
        "visits=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
    ]);
    let names: Vec<_> = client.kept().into_iter().map(|kept| kept.name).collect();
    assert_eq!(names, ["color"]);
    client.get("/color").says(&["your favourite colour is <bdi>teal</bdi>"]);
    client.get("/visits").says(&[FIRST_VISIT]);
}

#[test]
fn a_tampered_count_is_a_first_visit() {
    let blog = Blog::start();
    let client = Client::new(&blog);
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
        let page = client.send("/visits", &[&format!("visits={value}")]);
        page.says(&[FIRST_VISIT]).lacks(&["<script>"]);
        page.sets(&["visits=1; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax"]);
    }
}

#[test]
fn the_count_ends_at_the_largest_number() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    for (sent, shown) in [("4294967294", "4294967295"), ("4294967295", "4294967295")] {
        let page = client.send("/visits", &[&format!("visits={sent}")]);
        page.says(&[&format!("This is visit number {shown}<")]);
        page.sets(&[&format!("visits={shown}; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax")]);
    }
}

#[test]
fn what_comes_from_outside_is_escaped() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let hostile = "<script>alert(1)</script>";
    let encoded = "%3Cscript%3Ealert(1)%3C/script%3E";
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    for value in [hostile, encoded] {
        let page = client.send("/color", &[&format!("color={value}")]);
        page.says(&[&format!("{COLOR_IS}<bdi>{escaped}</bdi>")]).lacks(&["<script"]);
        let page = client.send("/cookies", &[&format!("{hostile}=1; \"><b>={value}; {hostile}")]);
        page.says(&[escaped, "&quot;&gt;&lt;b&gt;"]).lacks(&["<script", "<b>"]);
    }
    let page = client.send(&format!("/{encoded}?{encoded}"), &[]);
    page.lacks(&["<script"]);
    assert_eq!(page.status, 404);
}

#[test]
fn the_cookies_page_shows_what_was_sent() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    client.send("/cookies", &[]).says(&["None yet", "<strong>0</strong> of 150 cookies"]);

    // Two fields are one list, and a name can come twice.
    let page = client.send("/cookies", &["color=red; size=a%20bc", "color=blue; nameless; =x"]);
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
        "The largest of them is <code><bdi>size</bdi></code>",
        "a pair of 8 bytes, at byte 12 of Cookie field 1, has no `=`",
        "a pair of 2 bytes, at byte 22 of Cookie field 1, has an empty name",
    ]);
    page.sets(&[]);

    let page = client.send("/cookies", &[&format!("large={}", "x".repeat(8_190))]);
    page.says(&[
        "200.0% of the 4096",
        "100.0% of the 8190",
        r#"class="bar over""#,
        "8196</strong> of 8190 bytes with each request, which is over the limit",
    ]);
}

#[test]
fn every_cookie_field_is_read() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let page = client.send("/visits", &["a=1", "visits=6; b=2", "c=3"]);
    page.says(&["This is visit number 7<"]);
}

#[test]
fn methods_and_paths() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    for path in ["/", "/color", "/visits", "/stop-tracking", "/cookies", "/style.css"] {
        let get = client.send(path, &[]);
        let head = Client::new(&blog).curl(path, &["--head"], b"");
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
        let allow = if path == "/color" { "GET, HEAD, POST" } else { "GET, HEAD" };
        for method in ["DELETE", "PUT", "OPTIONS", "POST", "get", "BREW"] {
            if (path, method) == ("/color", "POST") {
                continue;
            }
            let answer = client.curl(path, &["--request", method], b"");
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            answer.sets(&[]);
        }
    }
    for path in ["/nothing", "/color/", "/Color", "//", "/%63olor", "/visits/..;/"] {
        let answer = client.curl(path, &["--path-as-is"], b"");
        assert_eq!((answer.status, answer.header("cache-control")), (404, Some("no-store")));
    }
}

#[test]
fn forms_that_are_none() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let kind = |kind: &str| format!("Content-Type: {kind}");
    let form = "application/x-www-form-urlencoded";
    let padded = format!("color=blue&padding={}", "x".repeat(1024 - 19));
    for (content_type, body, status) in [
        (form, "color=blue", 303),
        ("Application/X-WWW-Form-URLEncoded ; charset=utf-8", "color=blue", 303),
        (form, "color=%62lue&remember=", 303),
        (form, &padded, 303),
        (form, &(padded.clone() + "x"), 413),
        (form, "", 400),
        (form, "remember=yes", 400),
        (form, "color=", 400),
        (form, "color=Blue", 400),
        (form, "color=blue%00", 400),
        (form, "color=<script>", 400),
        (form, "color=mauve&color=blue", 400),
        (form, "color=%FF", 400),
        (form, "%%%&&&===;;;", 400),
        ("application/json", r#"{"color":"blue"}"#, 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("text/plain", "color=blue", 415),
        ("\u{fffd};;=", "color=blue", 415),
    ] {
        let arguments = ["--header", &kind(content_type), "--data-binary", "@-"];
        let answer = client.curl("/color", &arguments, body.as_bytes());
        assert_eq!(answer.status, status, "{content_type} {}", &body[..body.len().min(40)]);
        answer.lacks(&["<script"]);
        assert_eq!(answer.headers("set-cookie").len(), usize::from(status == 303));
    }
    // Without a type at all, as some clients do.
    let answer = client.curl("/color", &["--header", "Content-Type:", "--data", "color=red"], b"");
    assert_eq!(answer.status, 303);
}

#[test]
fn a_large_form_is_answered_not_read() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    for size in [2 << 10, 200 << 10, 900 << 10, 64 << 20] {
        let body = vec![b'x'; size];
        let answer = client.curl("/color", &["--data-binary", "@-"], &body);
        assert_eq!(answer.status, 413, "{size} bytes");
    }
    // It isn't even asked for.
    let mut stream = connect(&blog);
    let head = "POST /color HTTP/1.1\r\nHost: a\r\nContent-Length: 67108864\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(status, *b"HTTP/1.1 413");
    let arguments = ["--header", "Transfer-Encoding: chunked", "--data-binary", "@-"];
    assert_eq!(client.curl("/color", &arguments, &vec![b'x'; 300 << 10]).status, 413);
    assert_eq!(client.curl("/color", &arguments, b"color=blue").status, 303);
}

#[test]
fn what_is_over_the_limits_gets_the_way_out() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let field = |bytes: usize| format!("a={}", "x".repeat(bytes - 2));
    let many = |pairs: usize| vec!["a=1"; pairs];
    for path in ["/", "/color", "/visits", "/stop-tracking", "/cookies", "/nothing"] {
        for fields in [vec![&*field(65_537)], vec![&field(32_768), &field(32_769)], many(3_001)] {
            let answer = client.send(path, &fields);
            assert_eq!(answer.status, 431);
            assert_eq!(answer.headers("clear-site-data"), ["\"cookies\""]);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            answer.has(&["over the limit of ", r#"<a href="/">"#]).sets(&[]);
        }
    }
    let pairs = "a=1; ".repeat(3_001);
    assert_eq!(client.send("/", &[&pairs]).status, 431);
    assert_eq!(client.send("/", &[&field(300_000)]).status, 431);
    assert_eq!(client.send("/style.css", &[&field(65_537)]).status, 200);
    for fields in [vec![&*field(65_536)], vec![&field(32_768), &field(32_768)], many(3_000)] {
        let answer = client.send("/cookies", &fields);
        assert_eq!((answer.status, answer.header("clear-site-data")), (200, None));
    }
}

#[test]
fn a_full_browser_gets_a_page_that_says_so() {
    let blog = Blog::start();
    let client = Client::new(&blog);
    let full = format!("other={}", "x".repeat(8_190 - 6));
    let page = client.send("/visits", &[&full]);
    page.says(&["no room to count", "bytes with every request, over the limit of 8190"]);
    page.sets(&[]);
    client
        .send("/color", &[&full])
        .says(&["no room for a cookie", "over the limit of 8190"])
        .sets(&[]);
    let page = client.send("/color", &["a=1; ".repeat(150).as_str()]);
    page.says(&["no room for a cookie", "makes 151 cookies, over the limit of 150"]).sets(&[]);

    let headers = format!("Cookie: {full}");
    let arguments = ["--header", &*headers, "--data", "color=blue"];
    let answer = client.curl("/color", &arguments, b"");
    assert_eq!((answer.status, answer.header("clear-site-data")), (431, None));
    answer.has(&["no room for your colour"]).sets(&[]);

    // What makes it no fuller goes through, and so does a removal.
    let page = client.send("/visits", &[&format!("visits=10; {full}")]);
    page.says(&["This is visit number 11<"]);
    assert_eq!(client.send("/stop-tracking", &[&full]).headers("set-cookie").len(), 1);
}

#[test]
fn a_request_that_is_none_harms_nobody() {
    let blog = Blog::start();
    for head in
        [&b"GET / HTTP/1.1\r\nHost: a\r\nCookie: a=\x00\r\n\r\n"[..], b"\x16\x03\x01", b"\r\n"]
    {
        let mut stream = connect(&blog);
        stream.write_all(head).unwrap();
    }
    let mut stream = connect(&blog);
    stream.write_all(b"GET /visits HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: x=\xFF\xFE; visits=1\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::read(&String::from_utf8(answer).unwrap()).says(&["This is visit number 2<"]);
}

#[test]
fn it_listens_on_the_loopback_address_alone() {
    let blog = Blog::start();
    let port = port_of(&blog);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
}

#[test]
fn a_taken_port_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = support::command().args(["--port", &port.to_string()]).output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with(&format!("blog: can't listen on 127.0.0.1:{port}: ")), "{error}");
}

#[test]
fn arguments() {
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
fn ctrl_c_ends_it() {
    let blog = Blog::start();
    interrupt(&blog);
    assert_eq!(wait(blog), Some(0));

    // With a connection that waits for its next request.
    let blog = Blog::start();
    let mut stream = connect(&blog);
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    interrupt(&blog);
    assert_eq!(wait(blog), Some(0));
}

#[test]
fn ctrl_c_lets_a_request_end() {
    let blog = Blog::start();
    let mut stream = connect(&blog);
    stream.write_all(b"POST /color HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n").unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100"));
    interrupt(&blog);
    while TcpStream::connect(("127.0.0.1", port_of(&blog))).is_ok() {} // until it has heard
    stream.write_all(b"color=blue").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(Answer::read(&answer).status, 303);
    assert_eq!(wait(blog), Some(0));
}

/// Sends it what Ctrl-C sends.
#[track_caller]
fn interrupt(blog: &Blog) {
    let kill = Command::new("kill").args(["-INT", &blog.process.id().to_string()]).status();
    assert!(kill.expect("`kill` runs").success());
}

/// Waits until it has ended, and says with which code.
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
    TcpStream::connect(("127.0.0.1", port_of(blog))).expect("the blog listens")
}
