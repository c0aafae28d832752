//! The server of examples/hello.rs, started as a process.
#![cfg(feature = "http")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// A running server. It is stopped when this is dropped.
struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT/`
    url: String,
}

impl Server {
    /// Builds the example, starts it on a free port, and waits until it listens.
    fn start() -> Self {
        let example = escargot::CargoBuild::new()
            .example("hello")
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .run()
            .expect("the example builds");
        let mut process = example
            .command()
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut server = Self { process, url: String::new() };
        BufReader::new(stdout).read_line(&mut server.url).expect("the example prints its address");
        server.url.truncate(server.url.trim_end().len());
        server
    }

    /// Gets the page with these `Cookie` headers, and returns it with its `Set-Cookie` headers.
    fn get(&self, cookie_headers: &[&str]) -> (String, Vec<String>) {
        let request = cookie_headers
            .iter()
            .fold(ureq::get(&self.url), |request, header| request.header("cookie", *header));
        let mut response = request.call().expect("a response");
        let headers = response.headers().get_all("set-cookie").iter();
        let set_cookie = headers.map(|value| value.to_str().expect("text").to_owned()).collect();
        (response.body_mut().read_to_string().expect("text"), set_cookie)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn visits_are_counted() {
    let server = Server::start();
    let (page, set_cookie) = server.get(&[]);
    assert_eq!(page, "Hello! This is visit number 1.\n");
    assert_eq!(set_cookie, ["visits=1; Path=/; HttpOnly"]);

    // What a browser sends back.
    let cookie = set_cookie[0].split("; ").next().expect("a pair");
    let (page, set_cookie) = server.get(&["color=red", cookie]);
    assert_eq!(page, "Hello! This is visit number 2.\n");
    assert_eq!(set_cookie, ["visits=2; Path=/; HttpOnly"]);
}

#[test]
fn errors_are_responses() {
    let server = Server::start();
    let status = |path: &str, cookie: &str| match ureq::get(format!("{}{path}", server.url))
        .header("cookie", cookie)
        .call()
    {
        Err(ureq::Error::StatusCode(status)) => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status("", &"a=1;".repeat(3_001)), 431);
    assert_eq!(status("", &"a=1;".repeat(150)), 431);
    assert_eq!(status("favicon.ico", "visits=1"), 404);
}

#[test]
fn a_browser_without_room_for_the_cookie_is_told_to_clear_its_cookies() {
    let server = Server::start();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let clears = |cookie: &str| {
        let response = agent.get(&server.url).header("cookie", cookie).call().expect("a response");
        response.headers().get("clear-site-data").map(|value| value.as_bytes().to_owned())
    };
    assert_eq!(clears("visits=1"), None);
    for pairs in [150, 3_001] {
        assert_eq!(clears(&"a=1;".repeat(pairs)).as_deref(), Some(&b"\"cookies\""[..]));
    }
}
