//! The store and Chromium: both hold and send the same cookies, whatever servers and scripts do.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use gingersnap::store::StoredCookie;

use crate::driver::{Browser, Held};
use crate::fate::{seconds, shown_domain, word};
use crate::replay::{DEVIATIONS, Replay, partition};
use crate::sequence::{self, Kind, Listing, Ports, Step};
use crate::server::{self, Answer};
use crate::splitmix::Random;
use crate::tls::TlsRelay;

/// The seeds and the number of sequences of each, unless `BROWSER_SEEDS=1,2,3` and
/// `BROWSER_SEQUENCES=1000` say otherwise.
const SEEDS: &str = "1";
const SEQUENCES: usize = 180;

/// What the server plays, and what it has seen.
#[derive(Default)]
struct Play {
    steps: Vec<Step>,
    /// What the page shows at the end.
    end: String,
    /// The `Cookie` header, or what a script has read, by the number of the step.
    seen: BTreeMap<usize, String>,
}

/// Starts the server, and returns its ports and what has to stay.
#[track_caller]
fn start_server(play: Arc<Mutex<Play>>) -> (Ports, TlsRelay) {
    // The ports are known to the pages only after the start.
    let own_ports: Arc<Mutex<Ports>> = Arc::default();
    let shared_ports = Arc::clone(&own_ports);
    let http = server::start(move |target, cookies| {
        let ports = *shared_ports.lock().expect("nobody panicked");
        let mut play = play.lock().expect("nobody panicked");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let number: Option<usize> = query.split('&').next().and_then(|text| text.parse().ok());
        let Some(number) = number else { return Answer::page(Vec::new(), "no step") };
        if path == "/seen" {
            let mut fields = form_urlencoded::parse(query.as_bytes());
            let cookies = fields.find(|(name, _)| name == "cookies");
            play.seen.insert(number, cookies.expect("a field").1.into_owned());
            return Answer::page(Vec::new(), "");
        }
        play.seen.insert(number, str::from_utf8(cookies).expect("text").to_owned());
        let headers = play.steps[number].headers.iter().map(|it| it.clone().into()).collect();
        match play.steps.get(number + 1) {
            Some(next) if next.kind == Kind::Redirect => {
                Answer::redirect(headers, next.url(number + 1, ports))
            }
            _ => {
                let page = sequence::page(&play.steps, number, ports, &play.end);
                let mut answer = Answer::page(headers, page);
                answer.content_type = "text/html";
                answer
            }
        }
    });
    let relay = TlsRelay::start(http);
    let ports = Ports { http, https: relay.port };
    *own_ports.lock().expect("nobody panicked") = ports;
    (ports, relay)
}

/// A cookie as both describe it, with its expiry in seconds since 1970.
type Description = (String, Option<f64>);

fn described(held: &Held) -> Description {
    let Held { name, value, domain, path, secure, http_only, same_site, partition, .. } = held;
    let text = format!(
        "{name}={value} at {domain}{path}, Secure {secure}, HttpOnly {http_only}, \
         SameSite {same_site:?}, partition {partition:?}, session {}",
        held.expires.is_none()
    );
    (text, held.expires)
}

/// Whether two descriptions are the same. The clock ran on between the two.
fn is_same(ours: &Description, theirs: &Description) -> bool {
    ours.0 == theirs.0
        && ours.1.zip(theirs.1).is_none_or(|(ours, theirs)| (ours - theirs).abs() < 60.0)
}

fn described_of_store(cookie: &StoredCookie) -> Description {
    let held = Held {
        name: text(cookie.name()).to_owned(),
        value: text(cookie.value()).to_owned(),
        domain: shown_domain(cookie.domain(), cookie.is_host_only(), cookie.domain()),
        path: text(cookie.path()).to_owned(),
        expires: cookie.expires().map(seconds),
        secure: cookie.is_secure(),
        http_only: cookie.is_http_only(),
        same_site: word(cookie.same_site()),
        partition: partition(cookie),
    };
    described(&held)
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("text")
}

fn header(sent: &[StoredCookie]) -> String {
    let pair = |cookie: &StoredCookie| match text(cookie.name()) {
        "" => text(cookie.value()).to_owned(),
        name => format!("{name}={}", text(cookie.value())),
    };
    sent.iter().map(pair).collect::<Vec<_>>().join("; ")
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn the_store_and_chromium_hold_and_send_the_same_cookies() {
    let seeds = env::var("BROWSER_SEEDS").unwrap_or_else(|_| SEEDS.to_owned());
    let sequences =
        env::var("BROWSER_SEQUENCES").map_or(SEQUENCES, |n| n.parse().expect("a number"));
    let play: Arc<Mutex<Play>> = Arc::default();
    let (ports, _relay) = start_server(Arc::clone(&play));
    let browser = Browser::start_with_third_party_cookies();
    let (mut faults, mut uses) = (String::new(), BTreeMap::new());
    for seed in seeds.split(',').map(|seed| seed.trim().parse().expect("a number")) {
        let start = Instant::now();
        let mut random = Random::new(seed);
        let (mut requests, mut cookies) = (0, 0);
        for sequence in 0..sequences {
            let steps = sequence::random(&mut random);
            let end = format!("the end of sequence {sequence} of seed {seed}");
            *play.lock().expect("nobody panicked") =
                Play { steps: steps.clone(), end: end.clone(), seen: BTreeMap::new() };
            browser.go(&steps[0].url(0, ports));
            browser.shows(&[&end]);
            let held = browser.cookies();
            browser.clear_cookies();
            requests += steps.len();
            cookies += held.len();
            let seen = std::mem::take(&mut play.lock().expect("nobody panicked").seen);
            if let Some(fault) = fault(&steps, &seen, &held, &mut uses) {
                let _ = writeln!(faults, "seed {seed}, sequence {sequence}, {fault}");
            }
        }
        println!(
            "Chromium {}: {sequences} sequences of seed {seed} in {:.0} s: {requests} steps, and {cookies} \
             cookies at their ends",
            browser.version,
            start.elapsed().as_secs_f64()
        );
    }
    println!("Chromium differs as it is known to: {uses:?}");
    assert!(faults.is_empty(), "{}\n{faults}", browser.version_note());
    let unused: Vec<_> =
        DEVIATIONS.iter().filter(|name| uses.get(*name).is_none_or(|n| *n == 0)).collect();
    assert!(unused.is_empty() || sequences < SEQUENCES, "these made no difference: {unused:?}");
}

/// Returns what differs first.
fn fault(
    steps: &[Step],
    seen: &BTreeMap<usize, String>,
    held: &[Held],
    uses: &mut BTreeMap<&'static str, usize>,
) -> Option<String> {
    let mut replay = Replay::new();
    for number in 0..steps.len() {
        let sent = header(&replay.step(steps, number));
        if seen.get(&number) != Some(&sent) {
            return Some(format!(
                "step {number}:\n{}    the store sends: {sent}\n    Chromium sends: {}\n",
                Listing(&steps[..=number]),
                seen.get(&number).map_or("no request", |sent| sent)
            ));
        }
    }
    for (name, count) in replay.uses {
        *uses.entry(name).or_default() += count;
    }
    let ours: Vec<_> = replay.store.iter(replay.now).map(described_of_store).collect();
    let theirs: Vec<_> = held.iter().map(described).collect();
    let only = |these: &[Description], those: &[Description]| {
        let only = these.iter().filter(|this| !those.iter().any(|that| is_same(this, that)));
        only.map(|(text, expires)| format!("        {text} {expires:?}\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let (only_ours, only_theirs) = (only(&ours, &theirs), only(&theirs, &ours));
    (!only_ours.is_empty() || !only_theirs.is_empty()).then(|| {
        format!(
            "at the end:\n{}    only the store holds:\n{only_ours}    only Chromium holds:\n{only_theirs}",
            Listing(steps)
        )
    })
}
