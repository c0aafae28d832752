//! What holds for files of cookies in each format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::file::{Format, NotHeldReason};
use gingersnap::store::{CookieStore, StoreChange, StoreLimits, StoredCookie};
use gingersnap::{RequestContext, SameSite};

use super::now;
use super::rules::check_rules;

/// Returns a store that evicts nothing.
fn store() -> CookieStore {
    let limits = StoreLimits::DEFAULT.with_site_cookies(u32::MAX, u32::MAX);
    CookieStore::new().with_limits(limits.with_site_bytes(usize::MAX))
}

/// Reads bytes as a file: each entry is stored or reported, what is stored breaks no rule, and it is
/// written so that it comes back. `entries` is how many entries there are, if that is known.
#[track_caller]
pub(crate) fn check_file(format: Format, bytes: &[u8], entries: Option<usize>) {
    let mut store = store();
    let feed = store.subscribe(usize::MAX);
    let Ok(report) = store.read(format, bytes, now()) else {
        assert!(store.is_empty(now()));
        return;
    };
    assert_eq!(report.entries, report.stored + report.expired + report.skipped.len());
    if let Some(entries) = entries {
        assert_eq!(report.entries, entries);
    }
    let numbers: Vec<_> = report.skipped.iter().map(|skipped| skipped.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b) && !numbers.contains(&0), "{numbers:?}");
    let changes = feed.drain();
    assert_eq!(changes.len(), report.stored);
    let is_stored = |change: &StoreChange| {
        matches!(change, StoreChange::Stored(_) | StoreChange::Replaced { .. })
    };
    assert!(changes.iter().all(is_stored));
    let latest = now() + Duration::from_secs(400 * 86_400);
    for cookie in store.iter(now()) {
        check_rules(cookie);
        assert!(cookie.expires().is_none_or(|expires| now() < expires && expires <= latest));
    }
    check_written(format, &store);
}

/// Receives each line but the first one as a `Set-Cookie` header, if that is a host and a path: whatever a
/// cookie consists of, it neither adds an entry to the file nor changes another one.
#[track_caller]
pub(crate) fn check_received(format: Format, lines: &[u8]) {
    let mut lines = lines.split(|byte| *byte == b'\n');
    let url = lines.next().and_then(|line| str::from_utf8(line).ok()).unwrap_or_default();
    let url = format!("https://{url}");
    let Ok(context) = RequestContext::parse(&url) else { return };
    let mut store = store();
    store.receive(&context, ["other=1; Secure; HttpOnly; Max-Age=60; Path=/"], now());
    store.receive(&context, lines, now());
    check_written(format, &store);
}

/// Writes a store, and reads what was written.
#[track_caller]
fn check_written(format: Format, store: &CookieStore) {
    let (text, report) = store.write(format, now());
    assert_eq!(store.write(format, now()).0, text);
    let mut held = store.clone();
    for not_held in &report.not_held {
        let identity = not_held.cookie.as_identity();
        assert!(held.remove(&identity, now()).is_some());
        // Only a host that starts with a dot is taken for a domain.
        let is_possible =
            not_held.reason != NotHeldReason::NotReadBack || identity.domain().starts_with('.');
        assert!(is_possible, "{not_held:?}");
    }
    assert_eq!(report.written, held.len(now()));
    let mut copy = self::store();
    let read = copy.read(format, &text, now()).expect("a file that was written");
    assert_eq!((read.entries, read.skipped.len()), (report.written, 0));
    // A cookie may expire within the second that a format cuts off.
    let is_left = |held: &Held| held.expires.is_none_or(|expires| expires > now());
    let (mut expected, found) = (all_held(format, &held), all_held(format, &copy));
    expected.retain(is_left);
    assert_eq!(read.stored, expected.len());
    assert_eq!(found, expected);
    if read.expired == 0 {
        assert_eq!(copy.write(format, now()).0, text);
    }
}

/// What a format holds of a cookie.
#[derive(Debug, PartialEq)]
struct Held {
    /// The domain, whether it is host-only, path, name and partition.
    identity: (String, bool, Vec<u8>, Vec<u8>, Option<String>),
    value: Vec<u8>,
    is_secure: bool,
    is_http_only: bool,
    same_site: SameSite,
    expires: Option<SystemTime>,
    /// When it was created, updated and last used.
    times: Option<[SystemTime; 3]>,
}

impl Held {
    fn new(format: Format, cookie: &StoredCookie) -> Self {
        let (domain, partition) = (cookie.domain().to_owned(), cookie.partition());
        let (path, name) = (cookie.path().to_vec(), cookie.name().to_vec());
        let unit = match format {
            Format::CookiesTxt => 1_000_000,
            Format::Json => 1,
            _ => 1000,
        };
        let expires = cookie.expires().map(|expires| {
            let micros = expires.duration_since(UNIX_EPOCH).expect("after now").as_micros();
            let micros = u64::try_from(micros / unit * unit).expect("before the year 10,000");
            UNIX_EPOCH + Duration::from_micros(micros)
        });
        let is_text = format == Format::CookiesTxt;
        Self {
            identity: (domain, cookie.is_host_only(), path, name, partition.map(str::to_owned)),
            value: cookie.value().to_vec(),
            is_secure: cookie.is_secure(),
            is_http_only: cookie.is_http_only(),
            same_site: if is_text { SameSite::Unset } else { cookie.same_site() },
            expires,
            times: (format == Format::Json)
                .then(|| [cookie.created(), cookie.updated(), cookie.last_accessed()]),
        }
    }
}

fn all_held(format: Format, store: &CookieStore) -> Vec<Held> {
    let mut all: Vec<_> = store.iter(now()).map(|cookie| Held::new(format, cookie)).collect();
    all.sort_by(|a, b| a.identity.cmp(&b.identity));
    all
}

/// Reads a file of many entries, if the bytes that they are made of have one of the lengths chosen for it:
/// the fuzzer notices what takes seconds. `tests/linear.rs` counts instructions.
#[track_caller]
pub(crate) fn check_repeated(format: Format, bytes: &[u8], file: impl Fn(&[u8], usize) -> Vec<u8>) {
    if bytes.len() % 128 == 63 {
        let file = file(bytes, 200_000 / bytes.len());
        let mut store = CookieStore::new();
        if let Ok(report) = store.read(format, &file, now()) {
            assert!(report.stored >= store.len(now()));
        }
    }
}
