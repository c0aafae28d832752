//! Measures how much more two threads do with one `SharedStore` than one thread does, each with the
//! cookies of its own sites.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml --bin threads -- [--at-least FACTOR]
//! ```
//!
//! One thread and two take turns, which are short. The best turn of each is compared, since other
//! programs can only slow them down. The last column says what two separate stores reach, and so what the
//! machine allows: 2 if it is idle. With `--at-least`, it fails
//! if a row of the shared store is below a factor.

use std::hint::{self, black_box};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::SharedStore;
use gingersnap_benches::machine;
use gingersnap_benches::sites::{self, Response};

/// How many sites each thread uses.
const SITES: usize = 1_000;

/// How many times each thread does an operation in its turn.
const TIMES: usize = 3_000;

const ROUNDS: usize = 1_500;

const USAGE: &str = "usage: threads [--at-least FACTOR]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let least = match &arguments[..] {
        [] => Some(0.0),
        [option, factor] if option == "--at-least" => factor.parse().ok(),
        _ => None,
    };
    let Some(least) = least else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    println!("{}; {}; best of {ROUNDS} turns.\n", machine::cpu(), machine::rustc());
    println!("| operation | one shared store | a store for each thread |\n|{}", " --- |".repeat(3));
    let sites = [0..SITES, SITES..2 * SITES].map(|sites| {
        let site = |site| {
            let [response, ..] = sites::responses(site);
            let url = sites::request(site);
            (RequestContext::parse(&url).expect("a URL").into_owned(), response)
        };
        sites.map(site).collect()
    });
    let mut is_met = true;
    let operations: [(&str, Operation); 3] =
        [("`Cookie` header", header), ("receive 1 cookie", receive), ("both in turn", both)];
    for (label, operation) in operations {
        let stores = [(); 2].map(|()| sites::store(2 * SITES, SystemTime::now()).into_shared());
        let [shared, separate] = [[&stores[0], &stores[0]], [&stores[0], &stores[1]]]
            .map(|stores| factor(stores, &sites, operation));
        println!("| {label} | {shared:.2} x | {separate:.2} x |");
        is_met &= shared >= least;
    }
    if is_met {
        return ExitCode::SUCCESS;
    }
    eprintln!("threads: two threads do less than {least} times as much as one");
    ExitCode::FAILURE
}

/// A request to a site, and a response of it.
type Site = (RequestContext<'static>, Response);

/// Something that is done with a store and a site.
type Operation = fn(&SharedStore, &Site, usize);

fn header(store: &SharedStore, (context, _): &Site, _: usize) {
    black_box(store.cookie_header_now(context));
}

fn receive(store: &SharedStore, (context, response): &Site, _: usize) {
    black_box(store.receive_now(context, &response.headers[..1]));
}

fn both(store: &SharedStore, site: &Site, time: usize) {
    if time.is_multiple_of(2) {
        header(store, site, time);
    } else {
        receive(store, site, time);
    }
}

/// Returns how many times the operations of one thread two do in the same time.
fn factor(stores: [&SharedStore; 2], sites: &[Vec<Site>; 2], operation: Operation) -> f64 {
    let (mut one, mut two) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        one = one.min(seconds(&stores[..1], sites, operation));
        two = two.min(seconds(&stores, sites, operation));
    }
    2.0 * one / two
}

/// Returns how long it takes that each thread does its operations.
fn seconds(stores: &[&SharedStore], sites: &[Vec<Site>; 2], operation: Operation) -> f64 {
    let waiting = AtomicUsize::new(stores.len());
    thread::scope(|scope| {
        let threads = stores.iter().zip(sites).map(|(store, sites)| {
            let waiting = &waiting;
            scope.spawn(move || {
                waiting.fetch_sub(1, Ordering::Relaxed);
                // A thread that sleeps until all are there would start late.
                while waiting.load(Ordering::Relaxed) > 0 {
                    hint::spin_loop();
                }
                let begin = Instant::now();
                for time in 0..TIMES {
                    operation(store, &sites[time % SITES], time);
                }
                (begin, Instant::now())
            })
        });
        let threads: Vec<_> = threads.collect();
        let times = threads.into_iter().map(|thread| thread.join().expect("a thread that ends"));
        let (begins, ends): (Vec<_>, Vec<_>) = times.unzip();
        let (begin, end) = (begins.into_iter().min(), ends.into_iter().max());
        let times = end.zip(begin).map(|(end, begin)| end.duration_since(begin));
        times.unwrap_or_default().as_secs_f64()
    })
}
