//! How much memory a store requests: little beyond the texts of its cookies, and within its limits
//! whatever a site sets.
#![cfg(feature = "store")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::RequestContext;
use gingersnap::store::{CookieStore, Outcome, StoreLimits};

/// What a thread has requested from the heap and not released.
#[derive(Clone, Copy)]
struct Requested {
    bytes: usize,
    most_bytes: usize,
    /// How often it has requested memory.
    times: usize,
}

thread_local! {
    static REQUESTED: Cell<Requested> =
        const { Cell::new(Requested { bytes: 0, most_bytes: 0, times: 0 }) };
}

/// The system's allocator, with a count of the bytes that are in use.
struct CountingAllocator;

fn count(requested: usize, released: usize) {
    // A thread that is ending has no counter any more; no test measures it.
    let _ = REQUESTED.try_with(|counter| {
        let before = counter.get();
        // Memory that another thread has requested may be released here.
        let bytes = (before.bytes + requested).saturating_sub(released);
        let times = before.times + usize::from(requested > 0);
        counter.set(Requested { bytes, most_bytes: before.most_bytes.max(bytes), times });
    });
}

// SAFETY: each call is passed on to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Returns the result of `work`, the bytes that it has requested and not released, and the most that
/// these were.
fn measure<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let before = REQUESTED.get();
    REQUESTED.set(Requested { most_bytes: before.bytes, ..before });
    let result = black_box(work());
    let after = REQUESTED.get();
    (result, after.bytes - before.bytes, after.most_bytes - before.bytes)
}

/// Returns the result of `work`, and how often it allocated.
fn allocations<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = REQUESTED.get().times;
    let result = black_box(work());
    (result, REQUESTED.get().times - before)
}

const SITES: usize = 10_000;
const COOKIES_PER_SITE: usize = 10;

/// How many bytes a cookie may take beyond its text, its share of the site's own memory included.
const BYTES_PER_COOKIE: usize = 160;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn context(host: &str) -> RequestContext<'_> {
    RequestContext::from_parts("https", host, "/").expect("a host")
}

/// Returns a store of 100,000 cookies, which expire after an hour.
fn full_store() -> CookieStore {
    let headers: Vec<_> = (0..COOKIES_PER_SITE)
        .map(|n| format!("name{n}=value-{n}; Path=/; Secure; Max-Age=3600"))
        .collect();
    let mut store = CookieStore::new();
    for site in 0..SITES {
        let host = format!("www.site{site}.example");
        let outcomes = store.receive(&context(&host), &headers, at(0));
        assert!(outcomes.iter().all(Outcome::is_stored));
    }
    store
}

#[test]
fn a_cookie_takes_few_bytes_beyond_its_text() {
    let (store, bytes, _) = measure(full_store);
    let (cookies, text) = (SITES * COOKIES_PER_SITE, store.text_bytes(at(0)));
    assert_eq!(store.len(at(0)), cookies);
    let per_cookie = (bytes - text) / cookies;
    println!("{per_cookie} bytes for each cookie beyond its text");
    assert!(per_cookie <= BYTES_PER_COOKIE, "{per_cookie}");
    drop(store);

    let (_shared, bytes, _) = measure(|| full_store().into_shared());
    let per_cookie = (bytes - text) / cookies;
    println!("{per_cookie} bytes in a shared store");
    assert!(per_cookie <= BYTES_PER_COOKIE, "{per_cookie}");
}

#[test]
fn what_expires_leaves_memory() {
    let (mut store, full, _) = measure(full_store);
    // Another site than those of the cookies.
    let (header, released) = {
        let before = REQUESTED.get().bytes;
        let header = store.cookie_header(&context("other.example"), at(3_600));
        (header, before - REQUESTED.get().bytes)
    };
    assert_eq!((header, store.len(at(3_600))), (None, 0));
    // What is left is the table of the sites, which does not shrink.
    assert!(released > full * 9 / 10, "{released} of {full} bytes");
}

#[test]
fn a_site_that_sets_100_000_cookies_stays_within_its_limit() {
    let limits = StoreLimits::DEFAULT;
    let context = context("www.site.example");
    let other = RequestContext::from_parts("https", "other.example", "/").expect("a host");
    // The second exceeds the limit in bytes first, and fewer do.
    for (value_len, count) in [(10, 100_000), (4_000, 5_000)] {
        let value = "v".repeat(value_len);
        let headers: Vec<_> = (0..count).map(|n| format!("name{n}={value}")).collect();
        let (mut store, _, most_bytes) = measure(|| {
            let mut store = CookieStore::new();
            store.receive(&other, ["a=b"], at(0));
            let mut stored = 0;
            for headers in headers.chunks(1_000) {
                let outcomes = store.receive(&context, headers, at(0));
                stored += outcomes.iter().filter(|outcome| outcome.is_stored()).count();
            }
            assert_eq!(stored, headers.len());
            store
        });
        let cookies = limits.site_cookies() as usize;
        assert!(store.len(at(0)) <= cookies + 1);
        // One cookie more than the limit is in memory before another is evicted. The lists of 1,000
        // headers and outcomes take 48 bytes for each.
        let text = (cookies + 1) * (value_len + 50);
        let max = text.min(limits.site_bytes() + value_len + 50)
            + (cookies + 1) * BYTES_PER_COOKIE
            + 48 * 1_000;
        println!("at most {most_bytes} bytes of {max}");
        assert!(most_bytes <= max, "{most_bytes} bytes of {max}");
        // The other site is where it was.
        let (header, times) = allocations(|| store.cookie_header(&other, at(0)));
        assert_eq!((header.as_deref(), times), (Some(&b"a=b"[..]), 1));
    }
}

#[test]
fn a_limit_over_all_sites_limits_the_memory() {
    let limits = StoreLimits::DEFAULT.with_total_cookies(Some(1_000), 900);
    for is_shared in [false, true] {
        let hosts: Vec<_> = (0..100_000).map(|n| format!("www.site{n}.example")).collect();
        let header = ["name=value"];
        let (bytes, len) = if is_shared {
            let store = CookieStore::new().with_limits(limits).into_shared();
            let ((), bytes, _) = measure(|| {
                for host in &hosts {
                    store.receive(&context(host), header, at(0));
                }
            });
            (bytes, store.len(at(0)))
        } else {
            let mut store = CookieStore::new().with_limits(limits);
            let ((), bytes, _) = measure(|| {
                for host in &hosts {
                    store.receive(&context(host), header, at(0));
                }
            });
            (bytes, store.len(at(0)))
        };
        assert!((900..=1_000).contains(&len), "{len} cookies");
        // Each is the only cookie of its site.
        assert!(bytes <= 1_000 * 1_000, "{bytes} bytes");
    }
}

#[test]
fn a_cookie_header_is_one_allocation() {
    let mut store = full_store();
    let context = context("www.site7.example");
    let (header, times) = allocations(|| store.cookie_header(&context, at(1)));
    let header = header.expect("a header");
    assert_eq!((header.len(), header.capacity(), times), (148, 148, 1));
    let shared = store.into_shared();
    let (same, times) = allocations(|| shared.cookie_header(&context, at(1)));
    assert_eq!((same, times), (Some(header), 1));
}
