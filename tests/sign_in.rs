//! The example of encrypted and signed cookies over real sockets, with curl.
#![cfg(all(unix, feature = "http", feature = "encrypted", feature = "signed"))]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use gingersnap::Cookie;
use gingersnap::protect::{Key, Keyring};

/// The example, built once.
static EXAMPLE: LazyLock<escargot::CargoRun> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .example("sign_in")
        .features("http encrypted signed")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
});

const KEY: &str = "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f";

/// A running server. It ends with its owner.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    #[track_caller]
    fn start(key: Option<&str>) -> Self {
        let mut command = EXAMPLE.command();
        command.args(["--port", "0"]).stdout(Stdio::piped()).env_remove("COOKIE_KEY");
        if let Some(key) = key {
            command.env("COOKIE_KEY", key);
        }
        let mut process = command.spawn().expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().replace("localhost", "127.0.0.1");
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser, as far as these cookies go.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

struct Answer {
    status: String,
    head: String,
    body: String,
}

impl Browser {
    #[track_caller]
    fn send(&mut self, server: &Server, path: &str, arguments: &[&str]) -> Answer {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--include", "--max-time", "60", "--noproxy", "*"])
            .args(["--header", &format!("Cookie: {}", pairs.join("; "))])
            .args(arguments)
            .arg(format!("{}{path}", server.url))
            .output()
            .expect("curl is installed");
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("pages are UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        for line in head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let cookie = Cookie::parse(line).expect("a cookie");
            if cookie.is_removal() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let status = head.split(' ').nth(1).expect("a status");
        Answer { status: status.to_owned(), head: head.to_owned(), body: body.to_owned() }
    }

    #[track_caller]
    fn page(&mut self, server: &Server) -> String {
        let answer = self.send(server, "", &[]);
        assert_eq!(answer.status, "200");
        answer.body
    }

    #[track_caller]
    fn post(&mut self, server: &Server, path: &str, form: &str) {
        assert_eq!(self.send(server, path, &["--data", form]).status, "303", "{path}");
    }
}

#[test]
#[ignore = "needs curl"]
fn a_user_signs_in_and_out() {
    let server = Server::start(None);
    let mut browser = Browser::default();
    assert!(browser.page(&server).contains("Who are you?"));
    browser.post(&server, "sign-in", "name=Zo%C3%AB+%3Cb%3E");
    assert!(browser.cookies["__Host-user"].starts_with("1e"));
    assert!(browser.page(&server).contains("Hello, <bdi>Zoë &lt;b&gt;</bdi>"));
    browser.post(&server, "sign-out", "");
    assert!(browser.cookies.is_empty());
    assert!(browser.page(&server).contains("Who are you?"));
}

#[test]
#[ignore = "needs curl"]
fn tampering_shows_the_error() {
    let server = Server::start(None);
    let mut browser = Browser::default();
    browser.post(&server, "theme", "theme=night");
    assert!(browser.page(&server).contains(r#"class="night""#));
    let theme = browser.cookies["theme"].clone();
    assert!(theme.contains(".night."));
    for (text, error) in [
        (
            theme.replace(".night.", ".ginger."),
            "<strong>Tampered</strong>: cookie `theme`: tampered with",
        ),
        ("ginger".to_owned(), "<strong>Malformed</strong>: cookie `theme`: not a signed value"),
    ] {
        browser.cookies.insert("theme".to_owned(), text);
        let page = browser.page(&server);
        assert!(page.contains(error), "{page}");
        assert!(page.contains(r#"class="paper""#));
    }
    // Someone else's name cannot be moved here either.
    browser.post(&server, "sign-in", "name=admin");
    let user = browser.cookies["__Host-user"].clone();
    browser.cookies.insert("theme".to_owned(), user);
    let page = browser.page(&server);
    assert!(page.contains("<strong>Malformed</strong>") && page.contains("Hello, "));
    browser.post(&server, "forget-theme", "");
    assert!(!browser.cookies.contains_key("theme"));
    assert!(!browser.page(&server).contains("alert"));
}

#[test]
#[ignore = "needs curl"]
fn a_rotation_signs_nobody_out() {
    let server = Server::start(Some(KEY));
    let mut browser = Browser::default();
    browser.post(&server, "sign-in", "name=Zoe");
    browser.post(&server, "theme", "theme=ginger");
    let first = Keyring::new(&KEY.parse::<Key>().unwrap()).primary().to_string();
    let before = browser.cookies.clone();
    assert!(before.values().all(|text| text[2..10] == first));
    browser.post(&server, "rotate", "");
    assert_eq!(browser.cookies, before);
    // The next request renews both; the one after has nothing left to do.
    let page = browser.page(&server);
    assert!(page.contains("Hello, <bdi>Zoe</bdi>"));
    assert_eq!(page.matches("was sealed again").count(), 2);
    assert!(browser.cookies.values().all(|text| text[2..10] != first));
    let page = browser.page(&server);
    assert!(page.contains("Hello, <bdi>Zoe</bdi>") && !page.contains("was sealed again"));
}

#[test]
#[ignore = "needs curl"]
fn servers_with_one_key_know_each_others_users() {
    let [here, there] = [(); 2].map(|()| Server::start(Some(KEY)));
    let mut browser = Browser::default();
    browser.post(&here, "sign-in", "name=Zoe");
    assert!(browser.page(&there).contains("Hello, <bdi>Zoe</bdi>"));
    let stranger = Server::start(None);
    assert!(browser.page(&stranger).contains("<strong>UnknownKey</strong>"));
}

#[test]
#[ignore = "needs curl"]
fn forms_that_make_no_sense_are_refused() {
    let server = Server::start(None);
    let mut browser = Browser::default();
    let long = format!("name={}", "x".repeat(65));
    let huge = format!("name={}", "x".repeat(5000));
    let cross_site = ["--data", "name=x", "--header", "Sec-Fetch-Site: cross-site"];
    for (path, arguments, status) in [
        ("sign-in", &["--data", "name=+"][..], "400"),
        ("sign-in", &["--data", &long], "400"),
        ("sign-in", &["--data", &huge], "400"),
        ("sign-in", &cross_site, "403"),
        ("theme", &["--data", "theme=none"], "400"),
        ("nothing", &["--data", ""], "404"),
        ("nothing", &[], "404"),
        ("", &["--header", &format!("Cookie: {}", "a=; ".repeat(3001))], "431"),
    ] {
        assert_eq!(browser.send(&server, path, arguments).status, status, "{path} {arguments:?}");
        assert!(browser.cookies.is_empty());
    }
}

#[test]
#[ignore = "needs curl"]
fn the_number_of_keys_is_bounded() {
    let server = Server::start(Some(KEY));
    let mut browser = Browser::default();
    browser.post(&server, "sign-in", "name=Zoe");
    let cookies = browser.cookies.clone();
    let keys = |page: &str| page.matches(r#"<li><code class="key">"#).count();
    for rotations in 1..=12 {
        browser.post(&server, "rotate", "");
        browser.cookies.clone_from(&cookies); // as if the user had been away
        let page = browser.page(&server);
        assert_eq!(keys(&page), (1 + rotations).min(4));
        // The key that sealed the cookie is there until three newer ones have come after it.
        let opens = page.contains("Hello, <bdi>Zoe</bdi>");
        assert_eq!(opens, rotations < 4, "{rotations}");
        assert_eq!(page.contains("<strong>UnknownKey</strong>"), !opens);
    }
}

#[test]
#[ignore = "needs curl"]
fn a_browser_without_room_is_shown_the_way_out() {
    let server = Server::start(Some(KEY));
    let mut browser = Browser::default();
    for full in ["t=; ".repeat(150), format!("t={0}; u={0}", "x".repeat(4_090))] {
        let full = format!("Cookie: {full}");
        for (path, form) in [("sign-in", "name=Zoe"), ("theme", "theme=night")] {
            let answer = browser.send(&server, path, &["--header", &full, "--data", form]);
            assert_eq!(answer.status, "431", "{path}");
            assert!(answer.body.contains("over the limit of "), "{}", answer.body);
            assert!(answer.body.contains(r#"<form method="post" action="/clear-cookies">"#));
            assert!(!answer.head.contains("clear-site-data"), "{}", answer.head);
        }
    }
    let answer = browser.send(&server, "clear-cookies", &["--data", ""]);
    assert_eq!(answer.status, "200");
    assert!(answer.head.contains("clear-site-data: \"cookies\""), "{}", answer.head);
    // An error that other cookies have no part in needs no way out.
    let answer = browser.send(&server, "theme", &["--data", "theme=none"]);
    assert!(!answer.body.contains("clear-cookies"));
}

#[test]
#[ignore = "needs curl"]
fn a_cookie_is_renewed_in_a_full_browser() {
    let server = Server::start(Some(KEY));
    let mut browser = Browser::default();
    browser.post(&server, "sign-in", "name=Zoe");
    browser.post(&server, "rotate", "");
    let user = &browser.cookies["__Host-user"];
    let full = format!("Cookie: __Host-user={user}; {}", "t=; ".repeat(150));
    let answer = browser.send(&server, "", &["--header", &full]);
    assert_eq!(answer.status, "200");
    assert!(answer.body.contains("was sealed again"), "{}", answer.body);
}

#[test]
#[ignore = "needs curl"]
fn a_browser_that_keeps_no_cookies_is_told_so() {
    let server = Server::start(None);
    for (path, form) in [("sign-in", "name=Zoe"), ("theme", "theme=night")] {
        let mut browser = Browser::default();
        let head = browser.send(&server, path, &["--data", form]).head;
        let location = head.lines().find_map(|line| line.strip_prefix("location: /")).unwrap();
        assert!(!browser.send(&server, location, &[]).body.contains("did not keep"));
        let answer = Browser::default().send(&server, location, &[]);
        assert_eq!(answer.status, "200");
        assert!(answer.body.contains("Your browser did not keep the cookie"), "{}", answer.body);
        assert!(!Browser::default().page(&server).contains("did not keep"));
    }
}

#[test]
#[ignore = "needs curl"]
fn requests_of_other_sites_and_for_other_hosts_are_refused() {
    let server = Server::start(None);
    let mut browser = Browser::default();
    for (header, status) in [
        ("Sec-Fetch-Site: cross-site", "403"),
        ("Sec-Fetch-Site: same-origin", "303"),
        ("Origin: null", "403"),
        ("Origin: http://evil.test", "403"),
        (&format!("Origin: {}", server.url.trim_end_matches('/')), "303"),
        ("Host: evil.test", "421"),
        ("Host: app.localhost", "303"),
    ] {
        let answer = browser.send(&server, "theme", &["--header", header, "--data", "theme=night"]);
        assert_eq!(answer.status, status, "{header}");
    }
    for path in ["", "style.css", "nothing"] {
        let answer = browser.send(&server, path, &["--header", "Host: evil.test"]);
        assert_eq!(answer.status, "421", "{path}");
    }
}

#[test]
#[ignore = "needs curl"]
fn every_response_has_the_security_headers() {
    let server = Server::start(None);
    let full = format!("Cookie: {}", "a=; ".repeat(3001));
    for (path, arguments) in [
        ("", &[][..]),
        ("style.css", &[]),
        ("nothing", &[]),
        ("", &["--header", "Host: evil.test"]),
        ("", &["--header", &full]),
        ("sign-in", &["--data", "name=Zoe"]),
        ("sign-in", &["--data", "name=+"]),
        ("sign-in", &["--data", "name=Zoe", "--header", "Origin: null"]),
        ("clear-cookies", &["--data", ""]),
    ] {
        let head = Browser::default().send(&server, path, arguments).head;
        for header in
            ["x-content-type-options: nosniff", "referrer-policy: same-origin", "content-security-"]
        {
            assert!(head.contains(header), "{path} {arguments:?}: {head}");
        }
    }
}

#[test]
fn a_key_that_is_none_is_not_shown() {
    let output =
        EXAMPLE.command().env("COOKIE_KEY", "c2VjcmV0c2VjcmV0").output().expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(
        "sign_in: COOKIE_KEY: the key is 12 bytes, and must be at least 32; make one with"
    ));
    assert!(!text.contains("c2VjcmV0") && !text.contains("secret"));
}
