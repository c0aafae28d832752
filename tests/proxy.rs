//! The reverse proxy of examples/proxy/ as a process, between raw sockets, and in front of the example
//! `hello`; and what it does with cookies, as its own code says it.
#![cfg(feature = "http")]

#[path = "../examples/proxy/cookies.rs"]
mod cookies;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use cookies::CookieScope;
use gingersnap::header::SetCookie;
use gingersnap::{RequestContext, explain};
use proptest::prelude::*;

/// Returns a command that runs an example.
fn example(name: &str) -> Command {
    escargot::CargoBuild::new()
        .example(name)
        .features("http")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
        .command()
}

/// A running example. It is stopped when this is dropped.
struct Running {
    process: Child,
    /// The address that it prints, without the `/` at its end.
    url: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut running = Self { process, url: String::new() };
        BufReader::new(stdout).read_line(&mut running.url).expect("it prints its address");
        assert!(running.url.ends_with("/\n"), "{}", running.url);
        running.url.truncate(running.url.len() - 2);
        running
    }

    /// Starts the proxy for an upstream on a port of this machine.
    fn proxy(upstream: u16, arguments: &[&str]) -> Self {
        let mut command = example("proxy");
        command.args(["--port", "0", "--upstream", &format!("http://127.0.0.1:{upstream}")]);
        command.args(arguments);
        Self::start(command)
    }

    fn connect(&self) -> TcpStream {
        let address = self.url.strip_prefix("http://").expect("a URL");
        let address = address.split('/').next().expect("an authority");
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream
    }

    /// Sends the head of a request without a body, and returns the response.
    fn fetch(&self, target: &str, headers: &[u8]) -> Response {
        let mut stream = self.connect();
        let end = b"Host: localhost\r\nConnection: close\r\n\r\n";
        let head = [format!("GET {target} HTTP/1.1\r\n").as_bytes(), headers, end].concat();
        stream.write_all(&head).expect("a request");
        Response::read(&mut stream)
    }

    /// Stops the example, and returns what it wrote to standard error.
    fn stop(mut self) -> String {
        self.process.kill().expect("it is running");
        let mut log = String::new();
        let mut stderr = self.process.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut log).expect("text");
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A response, byte for byte.
struct Response {
    status: u16,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Response {
    fn read(stream: &mut TcpStream) -> Self {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("a response");
        let end = all.windows(4).position(|end| end == b"\r\n\r\n").expect("the end of the head");
        let body = all.split_off(end + 4);
        let status = str::from_utf8(&all[9..12]).expect("text").parse().expect("a status");
        Self { status, head: all, body }
    }

    fn headers(&self, name: &str) -> Vec<&[u8]> {
        values(&self.head, name)
    }
}

/// Returns the values of the headers of a name.
fn values<'h>(head: &'h [u8], name: &str) -> Vec<&'h [u8]> {
    let lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let fields = lines.filter_map(|line| {
        let colon = line.iter().position(|&byte| byte == b':')?;
        line[..colon].eq_ignore_ascii_case(name.as_bytes()).then(|| line[colon + 1..].trim_ascii())
    });
    fields.collect()
}

/// Reads the head of a request.
fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a request");
        head.push(byte[0]);
    }
    head
}

/// Starts a server that responds to each request by writing to the connection, and returns its port and
/// the heads of the requests. It ends with the process.
fn serve(respond: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (u16, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (send, receive) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = send.send(read_head(&mut stream));
            respond(&mut stream);
        }
    });
    (port, receive)
}

/// Starts a server that always sends these headers.
fn serve_headers(headers: &'static [u8]) -> (u16, Receiver<Vec<u8>>) {
    serve(move |stream| {
        let start = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
        let _ = stream.write_all(&[start, headers, b"\r\nok"].concat());
    })
}

const ODD: &[u8] = b"\
    Set-Cookie: a=\xff\"\xe9 ,\\; Priority=High;; X-\xfe ; Domain=up.internal\r\n\
    Set-Cookie: b=2; path=/x; Secure; HttpOnly; domain=up.internal\r\n\
    Set-Cookie: c=3; Path=/; SameSite=None; Secure; Partitioned\r\n\
    Set-Cookie: __Host-sid=4; Path=/; Secure; SameSite=Lax\r\n\
    Set-Cookie: d=5; Path=/\xff\r\n\
    Set-Cookie: proxied-e=6; Path=/; Max-Age=60\r\n\
    Set-Cookie: sso=7\r\n\
    Set-Cookie: nameless\r\n\
    X-Odd: \xff, a=1\r\n";

#[test]
fn set_cookie_headers_are_edited_and_every_other_byte_is_kept() {
    let (port, _requests) = serve_headers(ODD);
    let proxy = Running::proxy(port, &["--prefix", "/app", "--foreign", "sso"]);
    let response = proxy.fetch("/app/dir/page?x=/", b"");
    assert_eq!((response.status, &response.body[..]), (200, &b"ok"[..]));
    assert_eq!(
        response.headers("set-cookie"),
        [
            &b"a=\xff\"\xe9 ,\\; Priority=High;; X-\xfe ; Path=/app/dir"[..],
            b"b=2; Path=/app/x; HttpOnly",
            b"c=3; Path=/app",
            b"proxied-__Host-sid=4; Path=/app; SameSite=Lax",
            b"proxied-proxied-e=6; Path=/app; Max-Age=60",
            b"nameless; Path=/app/dir",
        ]
    );
    assert_eq!(response.headers("x-odd"), [b"\xff, a=1"]);
    let log = proxy.stop();
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(log.lines().all(|line| line.starts_with("proxy: dropped a `set-cookie` header: ")));
}

#[test]
fn foreign_cookies_are_not_cleared() {
    for (arguments, is_passed_on) in [(&["--prefix", "/app"], true), (&["--foreign", "sso"], false)]
    {
        let (port, _requests) = serve_headers(b"Clear-Site-Data: \"cookies\"\r\n");
        let response = Running::proxy(port, arguments).fetch("/app/", b"");
        let expected = if is_passed_on { &[&b"\"cookies\""[..]][..] } else { &[] };
        assert_eq!(response.headers("clear-site-data"), expected);
    }
}

#[test]
fn over_https_cookies_are_secure_and_keep_their_prefixes() {
    let (port, _requests) = serve_headers(ODD);
    let proxy = Running::proxy(port, &["--https", "--domain", "shop.example"]);
    let response = proxy.fetch("/dir/page", b"");
    assert_eq!(
        response.headers("set-cookie"),
        [
            &b"a=\xff\"\xe9 ,\\; Priority=High;; X-\xfe ; Domain=shop.example; Secure"[..],
            b"b=2; path=/x; Secure; HttpOnly; Domain=shop.example",
            b"c=3; Path=/; SameSite=None; Secure; Partitioned",
            b"__Host-sid=4; Path=/; Secure; SameSite=Lax",
            b"d=5; Path=/\xff; Secure",
            b"proxied-proxied-e=6; Path=/; Max-Age=60; Secure",
            b"sso=7; Secure",
            b"nameless; Secure",
        ]
    );
}

#[test]
fn cookie_headers_are_edited_and_every_other_byte_is_kept() {
    let (port, requests) = serve_headers(b"");
    let proxy = Running::proxy(port, &["--prefix", "/app", "--foreign", "sso"]);
    for (sent, expected) in [
        (&b"Cookie: a=\xff\"; ;b = 2\r\n"[..], vec![&b"a=\xff\"; ;b = 2"[..]]),
        (b"Cookie: a=1\r\nCookie: sso=2; b=3\r\nCookie: sso=4\r\n", vec![b"a=1", b"b=3"]),
        (
            b"Cookie: proxied-__Host-sid=4; proxied-proxied-e=6\r\n",
            vec![b"__Host-sid=4; proxied-e=6"],
        ),
        // Not set by the upstream through this proxy.
        (b"Cookie: __host-sid=4; x=1; proxied-x=2; __Secure-b=3; proxied-=4\r\n", vec![b"x=1"]),
        (b"", vec![]),
    ] {
        assert_eq!(proxy.fetch("/app/", sent).status, 200);
        let head = requests.recv().expect("a request");
        assert_eq!(values(&head, "cookie"), expected, "{}", sent.escape_ascii());
    }
}

#[test]
fn headers_of_a_connection_are_not_passed_on() {
    let (port, requests) = serve_headers(
        b"Connection: X-Private, keep-alive\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: 2\r\n",
    );
    let proxy = Running::proxy(port, &[]);
    let response = proxy.fetch(
        "/x/?a=b",
        b"Connection: x-one\r\nX-One: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Two: 2\r\nExpect: 100-continue\r\n",
    );
    for name in ["x-private", "keep-alive"] {
        assert_eq!(response.headers(name), [b""; 0], "{name}");
    }
    assert_eq!(response.headers("x-kept"), [b"2"]);
    let head = requests.recv().expect("a request");
    assert!(head.starts_with(b"GET /x/?a=b HTTP/1.1\r\n"), "{}", head.escape_ascii());
    for name in ["x-one", "te", "upgrade", "connection", "expect"] {
        assert_eq!(values(&head, name), [b""; 0], "{name}");
    }
    assert_eq!(values(&head, "x-two"), [b"2"]);
    assert_eq!(values(&head, "host"), [format!("127.0.0.1:{port}").as_bytes()]);
    assert_eq!(values(&head, "via"), [b"1.1 proxy"]);
}

#[test]
fn bodies_are_streamed_both_ways() {
    let (port, requests) = serve(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").expect("a head");
        // Sends back each line as it comes: none is sent before the one before it was received.
        let mut lines = BufReader::new(stream.try_clone().expect("a socket"));
        let mut line = String::new();
        while !line.starts_with("end") {
            line.clear();
            if lines.read_line(&mut line).expect("a line") == 0 {
                return;
            }
            if line.starts_with("line") || line.starts_with("end") {
                let chunk = format!("{:x}\r\n{line}\r\n", line.len());
                stream.write_all(chunk.as_bytes()).expect("a chunk");
            }
        }
        stream.write_all(b"0\r\n\r\n").expect("an end");
    });
    let proxy = Running::proxy(port, &[]);
    let mut stream = proxy.connect();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("a head");
    let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines();
    for text in ["line 1\n", "line 2\n", "end\n"] {
        let chunk = format!("{:x}\r\n{text}\r\n", text.len());
        stream.write_all(chunk.as_bytes()).expect("a chunk");
        let mut received = lines.by_ref().map(|line| line.expect("a line"));
        assert!(received.any(|line| line == text.trim_end()), "{text}");
    }
    let head = requests.recv().expect("a request");
    assert_eq!(values(&head, "transfer-encoding"), [b"chunked"]);
}

#[test]
fn redirects_within_the_upstream_stay_within_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = String::from_utf8(read_head(&mut stream)).expect("text");
            let location = head.split(' ').nth(1).and_then(|target| target.split_once('?'));
            let location = location.expect("a query").1.replace("PORT", &port.to_string());
            let _ = write!(
                stream,
                "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\
                Set-Cookie: a=1\r\nLocation: {location}\r\n\r\n"
            );
        }
    });
    let prefixed = Running::proxy(port, &["--prefix", "/app/"]);
    let whole = Running::proxy(port, &[]);
    for (location, below_prefix, of_whole) in [
        ("/x?y", "/app/x?y", "/x?y"),
        ("http://127.0.0.1:PORT", "/app/", "/"),
        ("http://127.0.0.1:PORT/x", "/app/x", "/x"),
        ("http://127.0.0.1:PORT0/x", "http://127.0.0.1:PORT0/x", "http://127.0.0.1:PORT0/x"),
        // Another host stays one, and nothing else becomes one.
        ("//other.example/x", "//other.example/x", "//other.example/x"),
        (
            "http://127.0.0.1:PORT//other.example",
            "http://127.0.0.1:PORT//other.example",
            "http://127.0.0.1:PORT//other.example",
        ),
        ("https://other.example/", "https://other.example/", "https://other.example/"),
        ("x", "x", "x"),
    ] {
        for (proxy, prefix, expected) in [(&prefixed, "/app", below_prefix), (&whole, "", of_whole)]
        {
            let response = proxy.fetch(&format!("{prefix}/?{location}"), b"");
            let expected = expected.replace("PORT", &port.to_string());
            assert_eq!(response.headers("location"), [expected.as_bytes()], "{location}");
            assert_eq!(response.status, 302);
        }
    }
}

#[test]
fn what_cannot_be_passed_on_is_a_page_of_the_proxy() {
    let (port, requests) = serve_headers(b"");
    let proxy = Running::proxy(port, &["--prefix", "/app"]);
    for target in ["/", "/appx", "/ap", "/APP/"] {
        assert_eq!(proxy.fetch(target, b"").status, 404, "{target}");
    }
    let websocket = b"Connection: Upgrade\r\nUpgrade: WebSocket\r\n";
    assert_eq!(proxy.fetch("/app/", websocket).status, 501);
    assert_eq!(proxy.fetch("http://other.example/app/", b"").status, 421);
    assert!(requests.try_recv().is_err(), "a request went through");
    assert_eq!(proxy.fetch("/app", b"").status, 200);
    assert_eq!(proxy.fetch("/app?x", b"").status, 200);
    let targets: Vec<_> = requests.try_iter().map(|head| head[..12].to_vec()).collect();
    assert_eq!(targets, [b"GET / HTTP/1", b"GET /?x HTTP"]);
}

#[test]
fn a_dead_upstream_is_a_502() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let proxy = Running::proxy(port, &[]);
    let response = proxy.fetch("/", b"");
    assert_eq!(response.status, 502);
    assert_eq!(response.body, b"The server behind this proxy cannot be reached.\n");
    // So is one that sends something else than HTTP, that changes the protocol, or that hangs up.
    for answer in [
        &b"SSH-2.0-x\r\n"[..],
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"",
    ] {
        let (port, _requests) = serve(move |stream| _ = stream.write_all(answer));
        assert_eq!(Running::proxy(port, &[]).fetch("/", b"").status, 502);
    }
}

#[test]
fn arguments_are_checked() {
    let upstream = "http://127.0.0.1:1";
    for (arguments, message) in [
        (&[][..], "`--upstream` is needed"),
        (&["--upstream", "https://shop.example"], "not of the form"),
        (&["--upstream", "http://shop.example/x"], "not of the form"),
        (&["--upstream", "http://a@shop.example"], "not of the form"),
        (&["--upstream", upstream, "--prefix", "app"], ""),
        (&["--upstream", upstream, "--prefix", "/a?b"], "`/a?b` is not a path"),
        (&["--upstream", upstream, "--prefix", "//host"], "`//host` is not a path"),
        (&["--upstream", upstream, "--prefix", "/a;b"], "Path"),
        (&["--upstream", upstream, "--domain", "127.0.0.1"], "Domain"),
        (&["--upstream", upstream, "--nothing"], "--nothing"),
    ] {
        let output = example("proxy").args(arguments).output().expect("it starts");
        let log = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && log.contains(message), "{arguments:?}: {log}");
        assert!(log.contains("\n\nusage: proxy "), "{log}");
    }
}

#[test]
fn a_site_works_behind_the_proxy() {
    let mut hello = example("hello");
    hello.env("PORT", "0");
    let hello = Running::start(hello);
    let port = hello.url.rsplit(':').next().expect("a port").parse().expect("a number");
    let proxy = Running::proxy(port, &["--prefix", "/app"]);
    let mut cookie = String::new();
    for visit in 1..=3 {
        let mut response =
            ureq::get(format!("{}/", proxy.url)).header("cookie", &*cookie).call().expect("a page");
        let page = response.body_mut().read_to_string().expect("text");
        assert_eq!(page, format!("Hello! This is visit number {visit}.\n"));
        let set_cookie = response.headers()["set-cookie"].to_str().expect("text").to_owned();
        assert_eq!(set_cookie, format!("visits={visit}; Path=/app; HttpOnly"));
        cookie = set_cookie.split(';').next().expect("a pair").to_owned();
    }
}

/// `Set-Cookie` headers of an upstream: most of them are stored by browsers.
fn set_cookie() -> impl Strategy<Value = Vec<u8>> {
    let name = "(proxied-)?(__(Host|Secure|Http|Host-Http)-)?[ab]?|__hOsT-a|=";
    let value = prop_oneof![Just(b"v".to_vec()), prop::collection::vec(any::<u8>(), 0..4)];
    let attribute = prop_oneof![
        8 => "; ?(Path=/|Secure|HttpOnly|Secure)",
        4 => "; ?(Path=/x|path=|Domain=up.internal|SameSite=(None|Lax)|Partitioned|Max-Age=9|x=\"y)",
    ];
    (name, value, prop::collection::vec(attribute, 0..6)).prop_map(|(name, value, attributes)| {
        [name.as_bytes(), b"=", &value, attributes.concat().as_bytes()].concat()
    })
}

proptest! {
    #[test]
    fn what_a_browser_accepts_of_the_upstream_it_accepts_of_the_proxy(
        header in set_cookie(),
        prefix in "(/app)?",
        is_https: bool,
    ) {
        let upstream = RequestContext::parse("https://www.up.internal/dir/page").unwrap();
        let now = SystemTime::UNIX_EPOCH;
        prop_assume!(!explain(&header, &upstream, now).is_refused());
        let scheme = if is_https { "https" } else { "http" };
        let url = format!("{scheme}://proxy.example{prefix}/dir/page");
        let proxy = RequestContext::parse(&url).unwrap();
        let scope = CookieScope { prefix: prefix.clone(), is_https, ..CookieScope::default() };
        let edited = scope.set_cookie(&header, "/dir/page").unwrap();
        let verdict = explain(&edited, &proxy, now);
        prop_assert!(!verdict.is_refused(), "{}: {verdict}", edited.escape_ascii());

        let [before, after] = [&header, &edited].map(|header| SetCookie::parse(header).unwrap());
        let path = after.path().map_or(proxy.default_path(), |path| str::from_utf8(path).unwrap());
        let upstream_path = before.path().map_or("/dir", |path| str::from_utf8(path).unwrap());
        prop_assert_eq!(path, if upstream_path == "/" && !prefix.is_empty() {
            prefix
        } else {
            prefix + upstream_path
        });
        prop_assert_eq!((after.is_secure(), after.domain()), (is_https, None));
        prop_assert_eq!(after.value(), before.value());
        // The way back.
        let pair = |cookie: &SetCookie<'_>| [cookie.name(), b"=", cookie.value()].concat();
        if !before.name().is_empty() {
            prop_assert_eq!(scope.cookie(&pair(&after)).unwrap(), pair(&before));
        }
    }
}
