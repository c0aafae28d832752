//! Measures the memory of stores of 1,000 to 1,000,000 cookies: the bytes that are requested from the
//! heap for each cookie, beyond those of its name, value, domain, path and partition.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml --bin memory
//! ```
//!
//! It fails if these are over 160.

use std::process::ExitCode;
use std::time::SystemTime;

use gingersnap_benches::allocations::requested;
use gingersnap_benches::machine;
use gingersnap_benches::sites::{self, COOKIES_PER_SITE};

/// How many bytes a cookie may take beyond its text.
const MOST: f64 = 160.0;

fn main() -> ExitCode {
    let now = SystemTime::now();
    println!("Bytes per cookie beyond its text; {}.\n", machine::locked("cookie_store"));
    println!("| cookies | sites | text | gingersnap | `SharedStore` | cookie_store |");
    println!("|{}", " --- |".repeat(6));
    let mut is_met = true;
    // Tables double: the second number of sites has just made one grow, the others fill it.
    for sites in [100, 115_000, 10_000, 100_000] {
        let cookies = sites * COOKIES_PER_SITE;
        let per_cookie = |bytes: usize| {
            #[expect(clippy::cast_precision_loss, reason = "gigabytes at most")]
            let share = bytes as f64 / cookies as f64;
            share
        };
        let beyond = |bytes: isize, text| per_cookie(bytes.unsigned_abs()) - text;
        let (store, bytes) = requested(|| sites::store(sites, now));
        let text = per_cookie(store.text_bytes(now));
        let ours = beyond(bytes, text);
        drop(store);
        let (shared, bytes) = requested(|| sites::store(sites, now).into_shared());
        let shared_bytes = beyond(bytes, text);
        drop(shared);
        let (theirs, bytes) = requested(|| sites::cookie_store(sites));
        let theirs_bytes = beyond(bytes, text);
        drop(theirs);
        println!(
            "| {cookies} | {sites} | {text:.1} | {ours:.1} | {shared_bytes:.1} | {theirs_bytes:.1} |"
        );
        is_met &= ours <= MOST && (shared_bytes <= MOST || sites < 1_000);
    }
    if is_met {
        return ExitCode::SUCCESS;
    }
    eprintln!("memory: a cookie takes over {MOST} bytes beyond its text");
    ExitCode::FAILURE
}
