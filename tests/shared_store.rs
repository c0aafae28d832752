//! `SharedStore`: does the same as `CookieStore`, from several threads at once.
#![cfg(feature = "store")]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::{
    CookieStore, Outcome, SharedStore, StoreChange, StoreLimits, StoredCookie,
};
use gingersnap::user_agent::Identity;
use gingersnap::{RequestContext, UserAgent};
use proptest::prelude::*;
use proptest::sample::select;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn context(host: &str) -> RequestContext<'static> {
    RequestContext::from_parts("https", host, "/a/b").expect("a host").into_owned()
}

/// What two stores are compared by: everything about each cookie but its times.
fn contents<'c>(cookies: impl IntoIterator<Item = &'c StoredCookie>) -> BTreeSet<String> {
    let line = |cookie: &StoredCookie| {
        format!("{:?} {:?} {:?}", cookie.identity(), cookie.value(), cookie.expires())
    };
    cookies.into_iter().map(line).collect()
}

proptest! {
    #[test]
    fn both_stores_do_the_same(
        steps in prop::collection::vec(
            (0..16_u8, select(vec!["a.example", "www.a.example", "b.example", "c.test", "10.0.0.1"]),
             0..4_u8, select(vec!["", "; Domain=a.example", "; Max-Age=3", "; Max-Age=0", "; Path=/"]),
             0..3_u64),
            0..60,
        ),
    ) {
        let limits = StoreLimits::DEFAULT.with_site_cookies(5, 3);
        let mut one = CookieStore::new().with_limits(limits);
        let shared = one.clone().into_shared();
        let (feed, shared_feed) = (one.subscribe(10_000), shared.subscribe(10_000));
        let mut time = 0;
        for (kind, host, name, attributes, passed) in steps {
            time += passed;
            let (context, now) = (context(host), at(time));
            let header = format!("n{name}={time}{attributes}");
            match kind {
                0..=7 => prop_assert_eq!(
                    one.receive(&context, [&header], now), shared.receive(&context, [&header], now)),
                8 => prop_assert_eq!(
                    one.cookie_header(&context, now), shared.cookie_header(&context, now)),
                9 => prop_assert_eq!(
                    contents(one.cookies_for(&context, now)), contents(&shared.cookies_for(&context, now))),
                10 => prop_assert_eq!(
                    contents(one.get(&context, "n1", now)), contents(&shared.get(&context, "n1", now))),
                11 => prop_assert_eq!(
                    contents(one.iter_host(host, now)), contents(&shared.host_cookies(host, now))),
                12 => prop_assert_eq!(one.remove_site(host, now), shared.remove_site(host, now)),
                13 => {
                    let times = at(time.saturating_sub(2))..now;
                    prop_assert_eq!(
                        one.remove_created(times.clone(), now), shared.remove_created(times, now));
                }
                14 => prop_assert_eq!(one.end_session(), shared.end_session()),
                _ => {
                    one.clear();
                    shared.clear();
                }
            }
            prop_assert_eq!(one.is_empty(now), shared.is_empty(now));
            prop_assert_eq!(one.len(now), shared.len(now));
            prop_assert_eq!(one.text_bytes(now), shared.text_bytes(now));
        }
        let now = at(time);
        let copy = shared.snapshot();
        prop_assert_eq!(contents(one.iter(now)), contents(copy.iter(now)));
        prop_assert_eq!((copy.len(now), copy.text_bytes(now)), (one.len(now), one.text_bytes(now)));
        // What has expired is dropped at other moments, and what is evicted is not.
        let evicted = |change: &StoreChange| matches!(change, StoreChange::Evicted(_));
        let (ours, theirs) = (feed.drain(), shared_feed.drain());
        prop_assert_eq!(
            ours.iter().filter(|change| evicted(change)).count(),
            theirs.iter().filter(|change| evicted(change)).count()
        );
    }
}

#[test]
fn threads_lose_nothing() {
    let store = SharedStore::new();
    let threads = 8_u32;
    thread::scope(|scope| {
        for thread in 0..threads {
            let store = &store;
            scope.spawn(move || {
                for n in 0..100_u32 {
                    // Every thread writes to every site, under a name of its own.
                    let context = context(&format!("h{}.example", n % 10));
                    store.receive(&context, [format!("t{thread}x{}=1", n / 10)], at(0));
                    assert!(store.cookie_header(&context, at(0)).is_some());
                }
            });
        }
    });
    assert_eq!(store.len(at(0)), threads as usize * 100);
    assert_eq!(store.snapshot().len(at(0)), threads as usize * 100);
}

#[test]
fn sites_that_come_and_go_are_never_lost() {
    let store = SharedStore::new();
    let stored = AtomicU64::new(0);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (store, stored) = (&store, &stored);
            scope.spawn(move || {
                let context = context("one.example");
                let (set, remove) = (format!("t{thread}=1"), format!("t{thread}=; Max-Age=0"));
                for _ in 0..2000 {
                    assert!(store.receive(&context, [&set], at(0))[0].is_stored());
                    stored.fetch_add(1, Ordering::Relaxed);
                    // The cookie is there until this thread removes it.
                    let name = format!("t{thread}");
                    assert!(store.get(&context, &name, at(0)).is_some());
                    store.receive(&context, [&remove], at(0));
                }
            });
        }
    });
    assert_eq!((stored.into_inner(), store.len(at(0))), (8000, 0));
    assert_eq!(format!("{store:?}"), "SharedStore { cookies: 0, .. }");
}

#[test]
fn no_operation_waits_for_another_site() {
    let store = SharedStore::new();
    store.receive(&context("slow.example"), ["a=1; Max-Age=5"], at(0));
    thread::scope(|scope| {
        let slow_store = &store;
        let (entered, is_entered) = mpsc::channel();
        // Dropped by a failure below, so that the thread ends.
        let (leave, may_leave) = mpsc::channel::<()>();
        let slow = scope.spawn(move || {
            slow_store.remove_if(at(0), |_| {
                entered.send(()).expect("a receiver");
                may_leave.recv().expect("a sender");
                false
            })
        });
        is_entered.recv().expect("a sender");
        // The site's lock is held now. Sites of every stripe are used, also when its cookie is due.
        for n in 0..500 {
            let context = context(&format!("h{n}.example"));
            store.receive(&context, ["a=1"], at(n));
            assert!(store.cookie_header(&context, at(n)).is_some());
        }
        leave.send(()).expect("a receiver");
        // The other sites came after the list of sites was made.
        assert_eq!(slow.join().expect("no panic"), 0);
    });
    assert_eq!(store.len(at(500)), 500);
}

#[test]
fn a_panic_in_a_condition_leaves_the_store_usable() {
    let store = SharedStore::new();
    let site = context("shop.example");
    store.receive(&site, ["a=1", "b=2", "c=3"], at(0));
    let mut calls = 0;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.remove_if(at(0), |_| {
            calls += 1;
            assert!(calls < 3, "the third call panics");
            true
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.cookie_header(&site, at(0)), Some(b"a=1; b=2; c=3".to_vec()));
    assert_eq!((store.remove_site("shop.example", at(0)), store.len(at(0))), (3, 0));
}

#[test]
fn a_limit_over_all_sites_is_kept() {
    let limits = StoreLimits::DEFAULT.with_total_cookies(Some(100), 80);
    let store = CookieStore::new().with_limits(limits).into_shared();
    let feed = store.subscribe(10_000);
    thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..200 {
                    store.receive(&context(&format!("t{thread}n{n}.example")), ["a=1"], at(n));
                }
            });
        }
    });
    store.receive(&context("last.example"), ["a=1"], at(1000));
    let len = store.len(at(1000));
    assert!((80..=100).contains(&len), "{len}");
    let changes = feed.drain();
    let evicted = changes.iter().filter(|change| matches!(change, StoreChange::Evicted(_))).count();
    assert_eq!(801 - evicted, len);
    assert!(store.get(&context("last.example"), "a", at(1000)).is_some(), "it was used last");
}

#[test]
fn nothing_is_evicted_before_there_are_too_many() {
    let limits = StoreLimits::DEFAULT.with_total_cookies(Some(100), 80);
    let store = CookieStore::new().with_limits(limits).into_shared();
    for n in 1..=102 {
        let context = context(&format!("n{n}.example"));
        store.receive(&context, ["a=1"], at(n));
        let expected = if n <= 100 { n } else { n - 21 };
        assert_eq!(store.len(at(n)), usize::try_from(expected).expect("a small number"));
    }
}

#[test]
fn a_shared_store_is_used_with_the_clock_looked_through_and_changed() {
    let (store, host) = (SharedStore::new(), context("a.example"));
    let outcomes = store.receive_now(&host, ["a=1", "b=2", "c=3\0"]);
    let is_stored: Vec<_> = outcomes.iter().map(Outcome::is_stored).collect();
    assert_eq!(is_stored, [true, true, false]);
    assert_eq!(store.cookie_header_now(&host).as_deref(), Some(&b"a=1; b=2"[..]));
    let mut names = Vec::new();
    store.for_each(SystemTime::now(), |cookie| names.push(cookie.name().to_owned()));
    assert_eq!(names, [b"a", b"b"]);
    let identity = Identity::host_only("a", "a.example", "/a");
    for expected in [Some(&b"1"[..]), None] {
        let removed = store.remove(&identity, SystemTime::now());
        assert_eq!(removed.as_ref().map(StoredCookie::value), expected);
    }
    assert_eq!(store.cookie_header_now(&host).as_deref(), Some(&b"b=2"[..]));
}

#[test]
fn what_is_removed_leaves_room() {
    let host = context("a.example");
    let mut store = CookieStore::new();
    store.receive(&host, ["kept=1", "a=1", "b=1"], at(0));
    let limits = StoreLimits::DEFAULT.with_site_bytes(store.text_bytes(at(0)));
    let mut store = CookieStore::new().with_limits(limits);
    store.receive(&host, ["kept=1"], at(0));
    for second in 0..3 {
        store.receive(&host, ["a=1", "b=1"], at(second));
        assert_eq!(store.len(at(second)), 3);
        assert_eq!(store.remove_if(at(second), |cookie| cookie.name() != b"kept"), 2);
    }
}

#[test]
fn what_has_expired_leaves_memory_with_the_operations_on_other_sites() {
    let other = context("other.example");
    let sends = |store: &SharedStore| assert_eq!(store.cookie_header(&other, at(5)), None);
    let receives = |store: &SharedStore| {
        store.receive(&other, ["b=; Max-Age=0"], at(5));
    };
    for operation in [&sends as &dyn Fn(&SharedStore), &receives] {
        let store = SharedStore::new();
        for n in 0..200 {
            store.receive(&context(&format!("h{n}.example")), ["a=1; Max-Age=5"], at(0));
        }
        assert_eq!((store.len(at(4)), store.len(at(5))), (200, 0));
        (0..64).for_each(|_| operation(&store));
        assert_eq!(format!("{store:?}"), "SharedStore { cookies: 0, .. }");
    }
}

/// Both stores explain the same.
#[test]
fn a_shared_store_explains_too() {
    let mut one = CookieStore::new();
    one.receive(&context("shop.example"), ["a=1; Secure; Path=/x", "b=2; Path=/"], at(0));
    let shared = one.clone().into_shared();
    let insecure = RequestContext::parse("http://shop.example/x/y").expect("a URL");
    for header in ["a=2", "b=3", "c=4; Secure"] {
        let verdict = shared.explain(header, &insecure, at(1));
        assert_eq!(verdict, one.explain(header, &insecure, at(1)), "{header}");
    }
    assert!(shared.explain("a=2", &insecure, at(1)).is_refused());
    let reasons = shared.why_not_sent(&insecure, at(1));
    let expected = one.why_not_sent(&insecure, at(1)).into_iter();
    assert!(expected.eq(reasons.iter().map(|(cookie, reasons)| (cookie, reasons.clone()))));
    assert_eq!(reasons.len(), 2);
}

#[test]
fn the_settings_are_those_of_the_store_that_is_shared() {
    let agent = UserAgent::new().with_cookies_disabled(true);
    let store = CookieStore::new().with_user_agent(agent).with_limits(StoreLimits::CHROMIUM);
    let shared = store.into_shared();
    assert!(!shared.user_agent().accepts_cookies());
    assert_eq!(shared.limits(), &StoreLimits::CHROMIUM);
    assert_eq!(SharedStore::default().limits(), &StoreLimits::DEFAULT);
}

#[test]
fn it_is_shared_by_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<SharedStore>();
    is_shared::<CookieStore>();
}
