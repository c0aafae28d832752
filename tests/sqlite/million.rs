//! How long a request takes beside many cookies: figures, for a release build.
//!
//! `cargo test --release --features sqlite --test sqlite million -- --ignored --nocapture`

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::store::backend::{BackedStore, Backend as _};

use crate::{Folder, at, block_on, check, context, number, open, receive_at, store, updates};

const PER_SITE: usize = 50;

fn url(site: usize) -> String {
    format!("https://www.site{site}.example/")
}

/// Fills a database with cookies of 30 bytes, of which a fifth expires early.
fn fill(path: &Path, sites: usize, now: SystemTime) {
    let backend = open(path);
    for site in 0..sites {
        let url = url(site);
        let headers = (0..PER_SITE).map(|number| {
            let max_age = if number % 5 == 0 { 10 } else { 1_000_000 };
            format!("cookie{number:02}=0123456789abcdef0123; Max-Age={max_age}")
        });
        let updates = updates(&context(&url), headers, now);
        block_on(backend.apply(&format!("site{site}.example"), &updates, now)).unwrap();
    }
}

/// Returns the time of each of so many operations.
fn time(count: usize, mut operation: impl FnMut(usize)) -> Duration {
    let start = Instant::now();
    (0..count).for_each(&mut operation);
    start.elapsed() / u32::try_from(count).unwrap()
}

fn send(store: &BackedStore, site: usize, now: SystemTime) {
    let header = block_on(store.cookie_header(&context(&url(site)), now)).unwrap();
    assert!(header.is_some_and(|header| header.len() > 40 * 30));
}

#[test]
#[ignore = "it takes minutes"]
fn a_million_cookies() {
    let now = at(1_700_000_000);
    for sites in [20, 20_000] {
        let folder = Folder::new();
        let path = folder.path("cookies.db");
        let start = Instant::now();
        fill(&path, sites, now);
        let filled = start.elapsed();
        check(&path);
        let count = number(&path, "SELECT count(*) FROM cookies");
        let bytes = fs::metadata(&path).unwrap().len();
        println!("{count} cookies: filled in {filled:.1?}, {bytes} bytes");
        let (plain, cached) =
            (store(&path), store(&path).with_cache(200, Duration::from_secs(3600)));
        // Far apart from each other.
        let place = |number: usize| number * 7919 % sites;
        println!("  cookie_header: {:?}", time(5000, |number| send(&plain, place(number), now)));
        (0..20).for_each(|site| send(&cached, site, now));
        println!("  cached:        {:?}", time(5000, |number| send(&cached, number % 20, now)));
        let receive = |number: usize, now| receive_at(&plain, &url(place(number)), "sid=1", now);
        println!("  receive:       {:?}", time(200, |number| receive(number, now)));
        let later = now + Duration::from_secs(100);
        println!("  with expiry:   {:?}", time(200, |number| receive(number, later)));
        check(&path);
    }
}
