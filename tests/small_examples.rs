//! The examples `axum`, `tower` and `reqwest`, started as processes.
#![cfg(all(feature = "axum", feature = "signed", feature = "tower", feature = "reqwest"))]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Returns a command that runs an example.
fn example(name: &str) -> Command {
    escargot::CargoBuild::new()
        .example(name)
        .features("axum signed tower reqwest")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
        .command()
}

/// A running server. It is stopped when this is dropped.
struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT/`
    url: String,
}

impl Server {
    fn start(name: &str) -> Self {
        let mut command = example(name);
        command.env("PORT", "0").env_remove("COOKIE_KEY").stdout(Stdio::piped());
        let mut process = command.spawn().expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut server = Self { process, url: String::new() };
        BufReader::new(stdout).read_line(&mut server.url).expect("it prints its address");
        server.url.truncate(server.url.trim_end().len());
        server
    }

    /// Gets a path with a `Cookie` header; returns the status, the page and the `Set-Cookie` headers.
    fn get(&self, path: &str, cookies: &str) -> (u16, String, Vec<String>) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let request = agent.get(format!("{}{path}", self.url)).header("cookie", cookies);
        let mut response = request.call().expect("a response");
        let headers = response.headers().get_all("set-cookie").iter();
        let set_cookies = headers.map(|value| value.to_str().expect("text").to_owned()).collect();
        let page = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), page, set_cookies)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the name and value of a `Set-Cookie` header.
fn pair(header: &str) -> &str {
    header.split(';').next().expect("a pair")
}

#[test]
fn axum_counts_visits_and_signs_the_time_of_the_first() {
    let server = Server::start("axum");
    let (status, page, first) = server.get("", "");
    assert_eq!(status, 200);
    assert!(page.starts_with("This is visit number 1. The first was 0 seconds"), "{page}");
    assert_eq!(first[0], "visits=1; Max-Age=31536000; Path=/; HttpOnly");
    assert!(first[1].starts_with("since=") && first[1].contains("; HttpOnly"), "{first:?}");
    // The browser sends both: the signed one stays.
    let cookies = format!("{}; {}", pair(&first[0]), pair(&first[1]));
    let (_, page, next) = server.get("", &cookies);
    assert!(page.starts_with("This is visit number 2."), "{page}");
    assert_eq!(next.len(), 1);
    // A forged one is set anew.
    let (status, page, next) = server.get("", "since=0; visits=x");
    assert_eq!((status, next.len()), (200, 2));
    assert!(page.ends_with("The first was 0 seconds ago.\n"), "{page}");
}

#[test]
fn tower_sets_a_cookie_beside_an_error() {
    let server = Server::start("tower");
    let set = |count| vec![format!("requests={count}; Path=/; HttpOnly")];
    let missing = (404, "There is no such page.\n".to_owned(), set(1));
    assert_eq!(server.get("missing", ""), missing);
    let home = (200, "This is request number 2.\n".to_owned(), set(2));
    assert_eq!(server.get("", "requests=1"), home);
    let (status, _, set_cookies) = server.get("", &"a=; ".repeat(3_001));
    assert_eq!((status, set_cookies), (431, vec![]));
}

#[test]
fn reqwest_keeps_its_cookies_in_a_file() {
    let server = Server::start("tower");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cookies.txt");
    let fetch = || {
        let output = example("reqwest").arg(&server.url).arg(&file).output().expect("it starts");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let pages = |first: u8, second: u8| {
        let page =
            |number| format!("This is request number {number}.\n  `requests` of 127.0.0.1\n");
        page(first) + &page(second)
    };
    assert_eq!(fetch(), pages(1, 2));
    assert_eq!(fetch(), pages(3, 4));
    assert!(std::fs::read_to_string(&file).expect("a file").contains("\trequests\t4\n"));
    let output = example("reqwest").output().expect("it starts");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage: reqwest URL FILE"));
}
