//! The store and curl: both send the same cookies, whatever a server has set before.
//!
//! `cargo test --all-features --test curl -- --ignored --nocapture` runs it;
//! `CURL_SEEDS=2,3 CURL_SEQUENCES=5000` sends other random headers, and more of them.
#![cfg(feature = "store")]

#[path = "curl/deviations.rs"]
mod deviations;
#[path = "curl/sequence.rs"]
mod sequence;
#[path = "support/server.rs"]
mod server;
#[path = "support/splitmix.rs"]
mod splitmix;
#[path = "support/tls.rs"]
mod tls;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use deviations::{HIDING, ORDER, Order, READINGS, REFUSALS};
use gingersnap::explain::{Action, Finding};
use gingersnap::store::CookieStore;
use gingersnap::user_agent::{Identity, Reason};
use gingersnap::{RequestContext, UserAgent, header};
use sequence::{Header, Step};
use server::Answer;
use splitmix::Random;
use tls::TlsRelay;

/// The seeds, and how many sequences each makes, unless `CURL_SEEDS=1,2,3` and `CURL_SEQUENCES=5000` say
/// otherwise.
const SEEDS: &str = "1";
const SEQUENCES: usize = 300;

/// The version of curl with which the test was last seen to pass.
const KNOWN_VERSION: &str = "7.88.1";

/// A server that plays one sequence at a time.
struct Stage {
    port: u16,
    relay: TlsRelay,
    play: Arc<Mutex<Play>>,
}

#[derive(Default)]
struct Play {
    steps: Vec<Step>,
    /// The `Cookie` header of each request, in the order of the requests, with the number of the step.
    received: Vec<(usize, String)>,
}

impl Stage {
    fn start() -> Self {
        let play: Arc<Mutex<Play>> = Arc::default();
        let shared = Arc::clone(&play);
        let port = server::start(move |target, cookies| {
            let mut play = shared.lock().expect("nobody panicked");
            let number = target.split_once('?').and_then(|(_, number)| number.parse().ok());
            let number = number.expect("a number in the URL");
            let cookies = str::from_utf8(cookies).expect("text").to_owned();
            play.received.push((number, cookies));
            let step = &play.steps[number];
            let headers = step.headers.iter().map(|header| header.to_string().into()).collect();
            match play.steps.get(number + 1).filter(|_| step.redirects) {
                Some(next) => Answer::redirect(headers, next.url(number + 1)),
                None => Answer::page(headers, ""),
            }
        });
        Self { port, relay: TlsRelay::start(port), play }
    }

    /// Has curl send the requests of a sequence, and returns the `Cookie` header of each.
    #[track_caller]
    fn play(&self, steps: &[Step]) -> Vec<String> {
        *self.play.lock().expect("nobody panicked") =
            Play { steps: steps.to_vec(), received: Vec::new() };
        let mut config = String::new();
        for (number, step) in steps.iter().enumerate() {
            if number == 0 || !steps[number - 1].redirects {
                let _ = writeln!(config, "url = \"{}\"", step.url(number));
            }
        }
        let mut curl = Command::new("curl")
            .args(["--disable", "--config", "-", "--silent", "--show-error", "--globoff"])
            .args([
                "--noproxy",
                "*",
                "--max-time",
                "60",
                "--location",
                "--insecure",
                "--cookie",
                "",
            ])
            .args(["--connect-to", &format!(":80:127.0.0.1:{}", self.port)])
            .args(["--connect-to", &format!(":443:127.0.0.1:{}", self.relay.port)])
            .stdin(Stdio::piped())
            .spawn()
            .expect("curl is installed");
        let mut stdin = curl.stdin.take().expect("a pipe");
        stdin.write_all(config.as_bytes()).expect("curl reads its configuration");
        drop(stdin);
        assert!(curl.wait().expect("a process").success());
        let received = std::mem::take(&mut self.play.lock().expect("nobody panicked").received);
        assert!(received.iter().map(|(number, _)| *number).eq(0..steps.len()), "{received:?}");
        received.into_iter().map(|(_, cookies)| cookies).collect()
    }
}

/// How often each deviation made a difference, by its name.
type Uses = BTreeMap<&'static str, usize>;

/// Returns the `Cookie` header that the store sends with each request of a sequence, with what curl is
/// known to do differently. Counts the uses of each deviation.
fn expected(steps: &[Step], uses: &mut Uses) -> Vec<String> {
    // What curl trusts is told by the scheme.
    let agent = UserAgent::new().with_trusted_loopback(false);
    let mut store = CookieStore::new().with_user_agent(agent);
    let mut order = Order::default();
    let now = SystemTime::now();
    let mut headers = Vec::new();
    for step in steps {
        let context = |scheme| {
            RequestContext::from_parts(scheme, step.host, step.path).expect("a valid host and path")
        };
        let (secure, insecure) = (context("https"), context("http"));
        let context = if deviations::is_secure(step) { &secure } else { &insecure };
        let in_order: Vec<_> = store.cookies_for(context, now).cloned().collect();
        let mut sent = in_order.clone();
        order.sort(&mut sent);
        if sent != in_order {
            *uses.entry(ORDER).or_default() += 1;
        }
        headers.push(deviations::cookie_header(&sent));
        for received in &step.headers {
            let Some(header) = as_curl_reads(received, step, uses) else { continue };
            let is_secure = header.attribute("Secure").is_some();
            let header = header.to_string();
            let mut context = context;
            if !deviations::is_secure(step) && !is_secure {
                let is_refused = hides_secure(&store, &header, &secure, now);
                let verdict = store.explain(&header, context, now);
                let is_reason = |reason: &Finding<Reason>| reason.kind == Reason::HidesSecure;
                if is_refused != verdict.reasons().iter().any(is_reason) {
                    *uses.entry(HIDING).or_default() += 1;
                }
                if is_refused {
                    continue;
                }
                context = &secure; // where the standard's rule does not apply
            }
            if store.receive(context, [header], now)[0].is_stored() {
                let cookies = store.iter_site(context.host(), now);
                let newest = cookies.max_by_key(|cookie| cookie.updated()).expect("a cookie");
                order.remember(newest, received.attribute("Path"));
            }
        }
    }
    headers
}

/// Returns whether curl refuses a header because it would hide a `Secure` cookie.
fn hides_secure(
    store: &CookieStore,
    header: &str,
    context: &RequestContext<'_>,
    now: SystemTime,
) -> bool {
    let hides = |identity: &Identity<'_>| {
        let mut cookies = store.iter_site(context.host(), now);
        cookies.any(|stored| deviations::hides_secure(identity, stored))
    };
    match store.explain(header, context, now).action() {
        Action::Store(stored) => hides(stored.identity()),
        Action::Remove(identity) => hides(identity),
        _ => false,
    }
}

/// Returns the header that has by the standard the effect that a header has on curl, or `None` if curl
/// refuses it.
fn as_curl_reads(header: &Header, step: &Step, uses: &mut Uses) -> Option<Header> {
    if let Some((name, _)) = REFUSALS.iter().find(|(_, is_refused)| is_refused(header, step)) {
        *uses.entry(name).or_default() += 1;
        return None;
    }
    let mut header = header.clone();
    for (name, read) in READINGS {
        let before = header.clone();
        read(&mut header, step);
        if header != before {
            *uses.entry(name).or_default() += 1;
        }
    }
    Some(header)
}

#[test]
#[ignore = "needs curl"]
fn curl_sends_the_same_cookies() {
    let seeds = env::var("CURL_SEEDS").unwrap_or_else(|_| SEEDS.to_owned());
    let sequences = env::var("CURL_SEQUENCES").map_or(SEQUENCES, |n| n.parse().expect("a number"));
    let stage = Stage::start();
    let mut faults = String::new();
    let mut uses = BTreeMap::new();
    for seed in seeds.split(',').map(|seed| seed.trim().parse().expect("a number")) {
        let start = Instant::now();
        let mut random = Random::new(seed);
        let (mut requests, mut received, mut cookies) = (0, 0, 0);
        for sequence in 0..sequences {
            let steps = sequence::random(&mut random);
            let expected = expected(&steps, &mut uses);
            let sent = stage.play(&steps);
            requests += steps.len();
            received += steps.iter().map(|step| step.headers.len()).sum::<usize>();
            cookies += sent.iter().map(|sent| header::pairs(sent).count()).sum::<usize>();
            let mut differs = expected.iter().zip(&sent).map(|(ours, sent)| ours != sent);
            if let Some(number) = differs.position(|differs| differs) {
                let _ = writeln!(
                    faults,
                    "seed {seed}, sequence {sequence}, request {number}:\n{}\
                     the store sends: {}\n     curl sends: {}\n",
                    sequence::listing(&steps[..=number]),
                    expected[number],
                    sent[number]
                );
            }
        }
        println!(
            "{sequences} sequences of seed {seed} in {:.0} s: {requests} requests with {cookies} cookies, \
             {received} Set-Cookie headers",
            start.elapsed().as_secs_f64()
        );
    }
    for (name, uses) in &uses {
        println!("{uses:6} times: {name}");
    }
    assert!(faults.is_empty(), "{}\n\n{faults}", version_note());
    let names =
        REFUSALS.iter().map(|(name, _)| *name).chain(READINGS.iter().map(|(name, _)| *name));
    let names = names.chain([ORDER, HIDING]);
    let unused: Vec<_> = names.filter(|name| !uses.contains_key(name)).collect();
    assert!(unused.is_empty() || sequences < SEQUENCES, "these made no difference: {unused:?}");
}

/// Says which version of curl it is, and whether it is the one that agreed before.
fn version_note() -> String {
    let output = Command::new("curl").arg("--version").output().expect("curl is installed");
    let text = String::from_utf8(output.stdout).expect("text");
    let version = text.split(' ').nth(1).unwrap_or_default();
    format!("curl {version}; the store agreed with curl {KNOWN_VERSION}")
}
