//! The store and curl read each other's `cookies.txt`, and then send the same cookies.
#![cfg(feature = "store")]

#[path = "support/server.rs"]
mod server;
#[path = "support/splitmix.rs"]
mod splitmix;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use gingersnap::RequestContext;
use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Format};
use server::Answer;
use splitmix::Random;

const HOSTS: [&str; 4] = ["shop.test", "www.shop.test", "news.test", "127.0.0.1"];
const PATHS: [&str; 4] = ["/", "/a", "/a/b", "/ab"];

/// A header that curl and the standard read in the same way.
fn header(random: &mut Random, host: &str) -> String {
    let mut header = format!("n{}=v{}", random.below(9), random.below(1000));
    // Always: curl writes a default path with a `/` at its end, which it does not count itself.
    header += "; Path=";
    header += random.pick(&PATHS);
    if random.percent(33) && host != "127.0.0.1" {
        header += "; Domain=";
        header += host.trim_start_matches("www.");
    }
    for (chance, attribute) in [(50, "; Max-Age=86400"), (25, "; HttpOnly"), (33, "; SameSite=Lax")]
    {
        if random.percent(chance) {
            header += attribute;
        }
    }
    header
}

/// Lines that the server and the test share.
type Lines = Arc<Mutex<Vec<String>>>;

/// A server that sets what it is told to, and notes the `Cookie` header of each request.
struct Stage {
    port: u16,
    set: Lines,
    received: Lines,
}

impl Stage {
    fn start() -> Self {
        let (set, received) = (Lines::default(), Lines::default());
        let (to_set, to_note) = (set.clone(), received.clone());
        let port = server::start(move |_, cookies| {
            let cookies = str::from_utf8(cookies).expect("text").to_owned();
            to_note.lock().expect("a lock").push(cookies);
            let headers = std::mem::take(&mut *to_set.lock().expect("a lock"));
            Answer::page(headers.into_iter().map(String::into_bytes).collect(), "")
        });
        Self { port, set, received }
    }

    /// Has curl fetch a URL with a file of cookies, and returns the cookies that it sent.
    fn curl(&self, url: &str, jar: &Path, saves: bool) -> BTreeSet<String> {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail", "--output", "/dev/null"]);
        for host in HOSTS {
            command.arg("--connect-to").arg(format!("{host}:80:127.0.0.1:{}", self.port));
        }
        command.arg("--cookie").arg(jar);
        if saves {
            command.arg("--cookie-jar").arg(jar);
        }
        let output = command.arg(url).output().expect("curl starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let sent = self.received.lock().expect("a lock").pop().expect("a request");
        cookies(&sent)
    }
}

fn cookies(header: &str) -> BTreeSet<String> {
    header.split("; ").filter(|pair| !pair.is_empty()).map(str::to_owned).collect()
}

fn sent_by(store: &mut CookieStore, url: &str) -> BTreeSet<String> {
    let context = RequestContext::parse(url).expect("a URL");
    let header = store.cookie_header_now(&context).unwrap_or_default();
    cookies(str::from_utf8(&header).expect("text"))
}

fn urls() -> impl Iterator<Item = String> {
    HOSTS.iter().flat_map(|host| PATHS.map(|path| format!("http://{host}{path}")))
}

#[test]
#[ignore = "needs curl"]
fn curl_sends_what_the_store_has_saved() {
    let stage = Stage::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut sent = 0;
    for seed in 0..10 {
        let mut random = Random::new(seed);
        let mut store = CookieStore::new();
        for url in urls() {
            let context = RequestContext::parse(&url).expect("a URL");
            let headers =
                [header(&mut random, context.host()), header(&mut random, context.host())];
            store.receive_now(&context, headers);
        }
        let jar = folder.path().join(format!("store{seed}.txt"));
        let mut file = CookieFile::new(&jar, Format::CookiesTxt);
        let report = store.save(&mut file, SystemTime::now()).expect("a file");
        assert_eq!(report.written, store.len(SystemTime::now()));
        for url in urls() {
            let expected = sent_by(&mut store, &url);
            sent += expected.len();
            assert_eq!(stage.curl(&url, &jar, false), expected, "seed {seed}: {url}");
        }
    }
    assert!(sent > 500, "only {sent} cookies were sent");
}

#[test]
#[ignore = "needs curl"]
fn the_store_sends_what_curl_has_saved() {
    let stage = Stage::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut sent = 0;
    for seed in 0..5 {
        let mut random = Random::new(100 + seed);
        let jar = folder.path().join(format!("curl{seed}.txt"));
        fs::write(&jar, "").expect("a file");
        for url in urls() {
            let context = RequestContext::parse(&url).expect("a URL");
            let headers =
                [header(&mut random, context.host()), header(&mut random, context.host())];
            *stage.set.lock().expect("a lock") = headers.into();
            stage.curl(&url, &jar, true);
        }
        let mut store = CookieStore::new();
        let mut file = CookieFile::new(&jar, Format::CookiesTxt);
        let report = store.load(&mut file, SystemTime::now()).expect("a file");
        assert!(report.skipped.is_empty() && report.stored > 10, "{report:?}");
        for url in urls() {
            let expected = stage.curl(&url, &jar, false);
            sent += expected.len();
            assert_eq!(sent_by(&mut store, &url), expected, "seed {seed}: {url}");
        }
    }
    assert!(sent > 200, "only {sent} cookies were sent");
}
