//! Random headers: whatever Chromium does differently, a warning must name.

use std::env;
use std::fmt::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gingersnap::header::SetCookie;

use crate::driver::{Browser, Held};
use crate::fate::{Fate, Foreseen, Kept};
use crate::generator::{Sample, sample};
use crate::headers::{ADDRESS, PATH};
use crate::server::{self, Answer};
use crate::splitmix::Random;

/// How many headers one navigation brings, each with a redirect to the host of the next. Chromium
/// follows 20 redirects.
const CHAIN: usize = 18;

/// The seeds and the number of headers of each, unless `BROWSER_SEEDS=1,2,3` and `BROWSER_HEADERS=5000`
/// say otherwise.
const SEEDS: &str = "1";
const HEADERS: usize = 1_000;

/// A header, the verdict on it, and the cookie that the browser holds before.
struct Row {
    sample: Sample,
    foreseen: Foreseen,
    /// A header that stores `old` in the place of the cookie, for a header that is not refused.
    before: Option<Vec<u8>>,
    /// The URL that the response redirects to.
    next: Option<String>,
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn random_headers_meet_the_fate_that_the_crate_foresees() {
    let seeds = env::var("BROWSER_SEEDS").unwrap_or_else(|_| SEEDS.to_owned());
    let headers = env::var("BROWSER_HEADERS").map_or(HEADERS, |n| n.parse().expect("a number"));
    let rows: Arc<Mutex<Vec<Row>>> = Arc::default();
    let port = start_server(Arc::clone(&rows));
    let browser = Browser::start();
    let mut faults = String::new();
    for seed in seeds.split(',').map(|seed| seed.trim().parse().expect("a number")) {
        let start = Instant::now();
        let mut random = Random::new(seed);
        let (mut kept, mut removed, mut departures) = (0, 0, 0);
        for first in (0..headers).step_by(CHAIN) {
            let numbers = first..headers.min(first + CHAIN);
            let chain = chain(&mut random, numbers, port);
            let url = url(&chain[0], 0, port);
            *rows.lock().expect("nobody panicked") = chain;
            browser.go(&url);
            browser.shows(&["the last of the chain"]);
            let held = browser.cookies();
            browser.clear_cookies();
            for (at, row) in rows.lock().expect("nobody panicked").iter().enumerate() {
                let seen = seen(row, &held, first + at);
                kept += usize::from(matches!(seen, Fate::Keeps(_)));
                removed += usize::from(matches!(seen, Fate::Removes(_)));
                departures += usize::from(row.foreseen.departs());
                if !row.foreseen.allows(&seen) {
                    let _ = writeln!(
                        faults,
                        "seed {seed}, header {}: {}",
                        first + at,
                        row.fault(&seen)
                    );
                }
            }
        }
        println!(
            "Chromium {}: {headers} headers of seed {seed} in {:.0} s: {kept} kept, {removed} removals, \
             {} refused; {departures} where a warning says that Chromium leaves the standard",
            browser.version,
            start.elapsed().as_secs_f64(),
            headers - kept - removed
        );
    }
    assert!(faults.is_empty(), "{}\n{faults}", browser.version_note());
}

/// Serves the rows, one after the other.
#[track_caller]
fn start_server(rows: Arc<Mutex<Vec<Row>>>) -> u16 {
    server::start(move |path, _| {
        let rows = rows.lock().expect("nobody panicked");
        let index = path.strip_prefix("/dir/row?").and_then(|index| index.parse::<usize>().ok());
        let Some(row) = index.and_then(|index| rows.get(index)) else {
            return Answer::page(Vec::new(), "no such row");
        };
        let headers = row.before.iter().chain([&row.sample.header]).cloned().collect();
        match &row.next {
            Some(url) => Answer::redirect(headers, url),
            None => Answer::page(headers, "the last of the chain"),
        }
    })
}

/// Returns random rows, each of which redirects to the next.
fn chain(random: &mut Random, numbers: Range<usize>, port: u16) -> Vec<Row> {
    let first = numbers.start;
    let mut rows: Vec<Row> = numbers.map(|number| row(random, number, number == first)).collect();
    for index in 1..rows.len() {
        rows[index - 1].next = Some(url(&rows[index], index, port));
    }
    rows
}

fn url(row: &Row, index: usize, port: u16) -> String {
    format!("http://{}:{port}{PATH}?{index}", row.sample.host)
}

/// Returns a random row whose cookie does not expire while it is looked at.
fn row(random: &mut Random, number: usize, is_first: bool) -> Row {
    loop {
        let sample = sample(random, number, is_first);
        let foreseen = Foreseen::of(&sample.header, &sample.host);
        if foreseen.fate.lasts(Duration::from_secs(60)) {
            let before = before(&sample, &foreseen);
            return Row { sample, foreseen, before, next: None };
        }
    }
}

/// Returns the header that stores `old` where a header would store or remove a cookie.
fn before(sample: &Sample, foreseen: &Foreseen) -> Option<Vec<u8>> {
    if matches!(foreseen.fate, Fate::Refuses) || foreseen.is_refused_by_chromium() {
        return None;
    }
    let cookie = SetCookie::parse(&sample.header).expect("a header that is not refused");
    let mut header = [cookie.name(), b"=old"].concat();
    let mut add =
        |name: &str, value: &[u8]| header.extend([b"; ", name.as_bytes(), value].concat());
    if let Some(path) = cookie.path() {
        add("Path=", path);
    }
    if let Some(domain) = cookie.domain() {
        add("Domain=", domain.as_bytes());
    }
    for (flag, is_set) in [
        ("Secure", cookie.is_secure()),
        ("HttpOnly", cookie.is_http_only()),
        ("Partitioned", cookie.is_partitioned()),
    ] {
        if is_set {
            add(flag, b"");
        }
    }
    Some(header)
}

/// Returns what the browser made of a row.
fn seen(row: &Row, held: &[Held], number: usize) -> Fate {
    let site = format!("s{number}.");
    let is_of_row = |cookie: &&Held| {
        let is_of_address = cookie.domain == ADDRESS && row.sample.host == ADDRESS;
        is_of_address || cookie.domain.split_inclusive('.').any(|label| label == site)
    };
    let mut held = held.iter().filter(is_of_row);
    let new = held.clone().find(|cookie| cookie.value != "old");
    match (new, held.next(), &row.before) {
        (Some(new), ..) => Fate::Keeps(Box::new(Kept::seen_as(new, &row.foreseen))),
        (None, None, Some(_)) => row.foreseen.removal(),
        _ => Fate::Refuses,
    }
}

impl Row {
    /// Says what differs.
    fn fault(&self, seen: &Fate) -> String {
        let Sample { header, host } = &self.sample;
        format!(
            "`{}` from {host}\n    the crate: {}\n    Chromium: {seen}\n    warnings: {}",
            header.escape_ascii(),
            self.foreseen.fate,
            self.foreseen.warnings.join("; ")
        )
    }
}
