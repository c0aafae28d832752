//! Faults that were found by attack and by misuse of the store: each is a test that failed.
#![cfg(feature = "store")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::file::Format;
use gingersnap::store::{CookieStore, Outcome, StoreChange, StoreLimits};
use gingersnap::user_agent::{Reason, RequestKind};
use gingersnap::{Cookie, RequestContext, UserAgent};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// A header that panics when it is read.
struct Panics;

impl AsRef<[u8]> for Panics {
    fn as_ref(&self) -> &[u8] {
        panic!("a header that panics")
    }
}

#[test]
fn a_header_that_panics_changes_nothing() {
    let mut store = CookieStore::new();
    let shop = context("https://shop.example/");
    store.receive(&shop, ["a=1; Max-Age=10"], at(0));
    assert!(catch_unwind(AssertUnwindSafe(|| store.receive(&shop, [Panics], at(1)))).is_err());
    assert_eq!((store.len(at(1)), store.iter(at(1)).count()), (1, 1));
    store.receive(&context("https://other.example/"), ["z=1"], at(20));
    assert_eq!(store.len(at(20)), 1);
}

#[test]
fn a_list_of_public_suffixes_that_panics_does_not_hang_the_store() {
    let list = |host: &str| {
        assert!(host.len() < 40, "a list that panics");
        0
    };
    let agent = UserAgent::new().with_public_suffixes(list);
    let mut store = CookieStore::new().with_user_agent(agent);
    let shop = context("https://shop.example/");
    store.receive(&shop, ["a=1; Max-Age=10"], at(0));
    let long = format!("b=2; Domain={}.shop.example", "a".repeat(47));
    let headers = ["a=; Max-Age=0", &long];
    assert!(catch_unwind(AssertUnwindSafe(|| store.receive(&shop, headers, at(1)))).is_err());
    store.receive(&context("https://other.example/"), ["z=1"], at(20));
    store.clear();
    assert_eq!(store.iter(at(20)).count(), 0);
}

/// A clock that is far too late marks no cookies that are not sent.
#[test]
fn a_clock_at_the_end_of_time_sends_no_other_cookies() {
    let far = UNIX_EPOCH + Duration::from_secs(i64::MAX as u64);
    for shares in [false, true] {
        let mut store = CookieStore::new();
        let admin = context("https://shop.example/admin/");
        let header = "sid=SECRET; Secure; HttpOnly; SameSite=Strict; Path=/admin";
        store.receive(&admin, [header], far);
        store.receive(&context("http://shop.example/"), ["any=1; Domain=shop.example"], at(0));
        let evil = context("http://evil.shop.example/").with_kind(RequestKind::Script);
        let sent = if shares {
            store.into_shared().cookie_header(&evil, at(0))
        } else {
            store.cookie_header(&evil, at(0))
        };
        assert_eq!(sent, Some(b"any=1".to_vec()));
    }
}

#[test]
fn loading_evicts_what_has_expired_first() {
    let limits = StoreLimits::DEFAULT.with_site_cookies(2, 2);
    let shop = context("https://shop.example/");
    let file = b"shop.example\tFALSE\t/\tTRUE\t0\tc\t1\n";
    let mut store = CookieStore::new().with_limits(limits);
    store.receive(&shop, ["old=1; Secure; Max-Age=10", "live=1"], at(0));
    let feed = store.subscribe(10);
    store.read(Format::CookiesTxt, file, at(20)).expect("a file");
    assert_eq!(store.cookie_header(&shop, at(21)), Some(b"live=1; c=1".to_vec()));
    let changes = feed.drain();
    assert!(
        matches!(changes[..], [StoreChange::Expired(_), StoreChange::Stored(_)]),
        "{changes:?}"
    );
}

#[test]
fn nothing_is_loaded_if_cookies_are_disabled() {
    let agent = UserAgent::new().with_cookies_disabled(true);
    let mut store = CookieStore::new().with_user_agent(agent);
    let file = b"shop.example\tFALSE\t/\tTRUE\t0\tc\t1\n";
    let report = store.read(Format::CookiesTxt, file, at(0)).expect("a file");
    assert_eq!((report.stored, report.skipped.len(), store.len(at(0))), (0, 1, 0));
}

/// As in a header, an attribute of over 1024 bytes is ignored.
#[test]
fn long_attributes_by_hand_are_ignored() {
    let shop = context("https://shop.example/a/b");
    let long = "x".repeat(1024);
    let mut store = CookieStore::new();
    let cookie =
        Cookie::new("a", "1").with_path(format!("/{long}")).with_domain(format!("{long}.e"));
    assert_eq!(store.insert(&shop, &cookie, at(0)), Outcome::Stored);
    let header = format!("b=1; Path=/{long}; Domain={long}.e");
    assert_eq!(store.receive(&shop, [header], at(0)), [Outcome::Stored]);
    for cookie in store.iter(at(0)) {
        assert_eq!((cookie.path(), cookie.domain()), (&b"/a"[..], "shop.example"));
        assert!(cookie.is_host_only());
    }
}

#[test]
fn hosts_by_hand_are_made_canonical() {
    let mut store = CookieStore::new();
    store.receive(&context("https://www.shop.example/"), ["a=1"], at(0));
    store.receive(&context("https://[::1]/"), ["b=1"], at(0));
    for (host, count) in [("WWW.Shop.Example", 1), ("shop.example", 0), ("::1", 1), ("[::1]", 1)] {
        assert_eq!(store.iter_host(host, at(0)).count(), count, "{host}");
    }
    assert_eq!(store.iter_site("SHOP.example", at(0)).count(), 1);
    let shared = store.clone().into_shared();
    assert_eq!(shared.host_cookies("WWW.Shop.Example", at(0)).len(), 1);
    assert_eq!(
        (shared.remove_site("Shop.EXAMPLE", at(0)), shared.remove_site("::1", at(0))),
        (1, 1)
    );
    assert_eq!((store.remove_site("Shop.EXAMPLE", at(0)), store.remove_site("::1", at(0))), (1, 1));
}

#[test]
fn a_refused_cookie_says_why_once() {
    let mut store = CookieStore::new();
    let script = context("https://shop.example/").with_kind(RequestKind::Script);
    let outcomes = store.receive(&script, ["a=1; HttpOnly; SameSite=None"], at(0));
    assert_eq!(outcomes[0].reasons(), [Reason::NonHttpApi, Reason::SameSiteNone]);
}
