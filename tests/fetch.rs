//! The client of examples/fetch.rs as a process, with the example `sign_in` and with a server that
//! redirects.
#![cfg(all(
    feature = "http",
    feature = "encrypted",
    feature = "signed",
    feature = "store",
    feature = "url"
))]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Returns a command that runs an example.
fn example(name: &str, features: &str) -> Command {
    escargot::CargoBuild::new()
        .example(name)
        .features(features)
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
        .command()
}

/// Runs the client, and returns whether it succeeded, its standard output and its standard error.
fn fetch(arguments: &[&str]) -> (bool, String, String) {
    let output = example("fetch", "store url").args(arguments).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// A running `sign_in`. It is stopped when this is dropped.
struct SignIn {
    process: Child,
    /// `http://localhost:PORT/`
    url: String,
}

impl SignIn {
    fn start() -> Self {
        let mut command = example("sign_in", "http encrypted signed");
        command.args(["--port", "0"]).stdout(Stdio::piped()).env_remove("COOKIE_KEY");
        let mut process = command.spawn().expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut server = Self { process, url: String::new() };
        BufReader::new(stdout).read_line(&mut server.url).expect("it prints its address");
        server.url.truncate(server.url.trim_end().len());
        server
    }
}

impl Drop for SignIn {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_user_is_signed_in_by_the_response_that_redirects() {
    let server = SignIn::start();
    let url = &server.url;
    let (is_success, page, log) = fetch(&["--form", "name=Zoë", &format!("{url}sign-in")]);
    assert!(is_success, "{log}");
    assert!(page.contains("Hello, <bdi>Zoë</bdi>"), "{page}");
    let lines = [
        &format!("POST {url}sign-in"),
        "  303 See Other",
        "  received `__Host-user`: Stored",
        &format!("GET {url}?set=user"),
        "  sent `__Host-user`",
        "  200 OK",
    ];
    assert_eq!(log.lines().collect::<Vec<_>>(), lines);
}

/// Starts a server that responds to each path as told, and returns its port. It ends with the process.
fn serve(respond: fn(&str, u16) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = read_head(&stream);
            let path = head.split(' ').nth(1).expect("a path");
            let _ = write!(stream, "HTTP/1.1 {}\r\n", respond(path, port))
                .and_then(|()| write!(stream, "Content-Length: {}\r\n\r\n{head}", head.len()));
        }
    });
    port
}

/// Reads a request with its body, which has the length that the head says.
fn read_head(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(lines.read_line(&mut head).expect("a line"), 0);
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    lines.read_exact(&mut body).expect("the body");
    head + str::from_utf8(&body).expect("text")
}

#[test]
fn each_response_counts_before_the_next_request() {
    let port = serve(|path, port| match path {
        "/form" => "307 Again\r\nLocation: /other\r\n\
            Set-Cookie: a=1; Path=/\r\nSet-Cookie: __Host-b=2; Secure"
            .to_owned(),
        "/other" => format!(
            "302 There\r\nLocation: http://localhost:{port}/end\r\n\
             Set-Cookie: a=; Max-Age=0; Path=/\r\nSet-Cookie: c=3; Domain=localhost"
        ),
        "/end" => "200 OK\r\nSet-Cookie: d=4; SameSite=None\r\nLocation: /form".to_owned(),
        path => panic!("{path}"),
    });
    let start = format!("http://127.0.0.1:{port}/form");
    let (is_success, last, log) = fetch(&["--form", "x=1&2", "--form", "y", &start]);
    assert!(is_success, "{log}");
    assert!(last.starts_with("GET /end HTTP/1.1\r\n") && !last.contains("ookie"), "{last}");
    let lines = [
        &*format!("POST http://127.0.0.1:{port}/form"),
        "  307 Temporary Redirect",
        "  received `a`: Stored",
        "  refused `__Host-b`: the prefix `__Host-` requires `Path=/`",
        &format!("POST http://127.0.0.1:{port}/other"),
        "  sent `a`",
        "  302 Found",
        "  received `a`: Removed",
        "  refused `c`: ",
        &format!("GET http://localhost:{port}/end"),
        "  200 OK",
        "  refused `d`: `SameSite=None` requires `Secure`",
    ];
    for (line, expected) in log.lines().zip(lines) {
        assert!(line.starts_with(expected), "{line:?} is not {expected:?} in:\n{log}");
    }
    assert_eq!(log.lines().count(), lines.len());
}

#[test]
fn endless_redirects_end() {
    let port = serve(|_, _| "302 Found\r\nLocation: /\r\nSet-Cookie: a=1".to_owned());
    let (is_success, page, log) = fetch(&[&format!("http://127.0.0.1:{port}/")]);
    assert!(!is_success && page.is_empty());
    assert!(log.ends_with("fetch: over 10 redirects\n"), "{log}");
    let count = |line: &str| log.lines().filter(|found| *found == line).count();
    assert_eq!((count("  302 Found"), count("  sent `a`")), (11, 10));
    assert_eq!((count("  received `a`: Stored"), count("  received `a`: Replaced")), (1, 10));
}

#[test]
fn what_cannot_be_fetched_is_an_error() {
    for (arguments, message) in [
        (&[][..], "fetch: a URL is needed\n\nusage:"),
        (&["shop.example"], "fetch: relative URL without a base"),
        (&["https://shop.example/"], "fetch: https://shop.example/: this client has no TLS"),
        (&["http://127.0.0.1:1/"], "GET http://127.0.0.1:1/\nfetch: 127.0.0.1:1: "),
    ] {
        let (is_success, page, log) = fetch(arguments);
        assert!(!is_success && page.is_empty());
        assert!(log.starts_with(message), "{log}");
    }
}

#[test]
fn the_cookies_are_kept_from_one_run_to_the_next() {
    let server = SignIn::start();
    let url = &server.url;
    let folder = tempfile::tempdir().expect("a folder");
    let jar = folder.path().join("cookies.txt");
    let jar = jar.to_str().expect("text");
    let (is_success, page, log) = fetch(&["--jar", jar, url]);
    assert!(is_success && !page.contains("Hello"), "{log}");
    assert!(fetch(&["--jar", jar, "--form", "name=Zoe", &format!("{url}sign-in")]).0);
    let (is_success, page, log) = fetch(&["--jar", jar, url]);
    assert!(is_success && page.contains("Hello, <bdi>Zoe</bdi>"), "{log}");
    assert!(log.contains("  sent `__Host-user`"), "{log}");
    // A file that is something else is an error, and stays.
    std::fs::write(jar, "{\"cookies\": 1}").expect("a file");
    assert!(!fetch(&["--jar", jar, url]).0);
    assert_eq!(std::fs::read_to_string(jar).expect("a file"), "{\"cookies\": 1}");
}
