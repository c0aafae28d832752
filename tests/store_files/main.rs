//! Files of cookies: what is read and written, how a file is saved, and how changes are merged.

#[cfg(feature = "json")]
mod json;
mod laws;
mod lines;
mod merging;
mod processes;
mod saving;
#[path = "../support/test_process.rs"]
mod test_process;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::file::{CookieFile, Format, Report};
use gingersnap::store::{CookieStore, StoredCookie};
use gingersnap::{RequestContext, SameSite};
use proptest::prelude::ProptestConfig;

/// All formats.
const FORMATS: &[Format] = &[
    Format::CookiesTxt,
    #[cfg(feature = "json")]
    Format::Json,
    #[cfg(feature = "json")]
    Format::Playwright,
    #[cfg(feature = "json")]
    Format::CookieList,
];

/// The time at which the tests take place: 2027-01-15T08:00:00Z.
const NOW: u64 = 1_800_000_000;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs()
}

/// Reads a file into an empty store.
#[track_caller]
fn read(format: Format, text: impl AsRef<[u8]>) -> (CookieStore, Report) {
    let mut store = CookieStore::new();
    let report = store.read(format, text.as_ref(), now()).expect("a file of the format");
    (store, report)
}

/// Returns the cookies of a store as text, such as `.shop.example/ sid=31d4 Secure 60`, sorted. The
/// number is the lifetime in seconds.
fn shown(store: &CookieStore) -> Vec<String> {
    let mut cookies: Vec<_> = store.iter(now()).map(shown_cookie).collect();
    cookies.sort();
    cookies
}

fn shown_cookie(cookie: &StoredCookie) -> String {
    let dot = if cookie.is_host_only() { "" } else { "." };
    let (name, value) = (cookie.name().escape_ascii(), cookie.value().escape_ascii());
    let mut parts = vec![
        format!("{dot}{}{}", cookie.domain(), cookie.path().escape_ascii()),
        format!("{name}={value}"),
    ];
    for (is_set, word) in [
        (cookie.is_secure(), "Secure".to_owned()),
        (cookie.is_http_only(), "HttpOnly".to_owned()),
        (cookie.same_site() != SameSite::Unset, cookie.same_site().to_string()),
    ] {
        parts.extend(is_set.then_some(word));
    }
    parts.extend(cookie.partition().map(|partition| format!("in {partition}")));
    parts.extend(cookie.expires().map(|expires| (seconds(expires) - NOW).to_string()));
    parts.join(" ")
}

/// Stores a cookie.
#[track_caller]
fn receive(store: &mut CookieStore, url: &str, header: &str) {
    receive_at(store, url, header, now());
}

#[track_caller]
fn receive_at(store: &mut CookieStore, url: &str, header: &str, now: SystemTime) {
    let context = RequestContext::parse(url).expect("a URL");
    let outcomes = store.receive(&context, [header], now);
    assert!(outcomes[0].reasons().is_empty(), "{header}: {outcomes:?}");
}

/// Returns the settings of a property that is checked on one in `divisor` of the usual number of cases.
fn config(divisor: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = (default.cases / divisor).max(1);
    ProptestConfig { cases, failure_persistence: None, ..default }
}

/// A folder for the files of a test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[track_caller]
fn write_file(path: &Path, text: impl AsRef<[u8]>) {
    fs::write(path, text).expect("a file to write");
}

#[track_caller]
fn read_file(path: &Path) -> String {
    fs::read_to_string(path).expect("a file to read")
}

/// Loads a file into an empty store.
#[track_caller]
fn load(file: &mut CookieFile) -> (CookieStore, Report) {
    let mut store = CookieStore::new();
    let report = store.load(file, now()).expect("a file to load");
    (store, report)
}
