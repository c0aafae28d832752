//! What holds for files of cookies in each format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::file::{EntryError, Format, NotHeldReason};
use gingersnap::store::{CookieStore, StoreChange, StoreLimits, StoredCookie};
use gingersnap::{RequestContext, SameSite};

use super::rules::check_rules;
use super::{Reached, now};

/// What the seeds of each format must reach.
pub(crate) const REQUIRED: &[&str] = &[
    "stored",
    "replaced",
    "expired",
    "skipped",
    "refused",
    "not this format",
    "received and written",
];

/// Returns a store that evicts nothing.
fn store() -> CookieStore {
    let limits = StoreLimits::DEFAULT.with_site_cookies(u32::MAX, u32::MAX);
    CookieStore::new().with_limits(limits.with_site_bytes(usize::MAX))
}

/// What is known about some bytes before they are read as a file.
pub(crate) struct Known {
    /// How many entries they have, if they are read.
    pub(crate) entries: Option<usize>,
    /// Whether they are a file of the format beyond doubt.
    pub(crate) is_file: bool,
}

/// Reads bytes as a file: each entry is stored or reported, what is stored breaks no rule, and it is
/// written so that it comes back.
#[track_caller]
pub(crate) fn check_file(format: Format, bytes: &[u8], known: &Known, reached: &mut Reached) {
    let mut store = store();
    let feed = store.subscribe(usize::MAX);
    let report = match store.read(format, bytes, now()) {
        Ok(report) => report,
        Err(error) => {
            assert!(!known.is_file, "{error}");
            assert!(store.is_empty(now()));
            reached.insert("not this format");
            return;
        }
    };
    assert_eq!(report.entries, report.stored + report.expired + report.skipped.len());
    if let Some(entries) = known.entries {
        assert_eq!(report.entries, entries);
    }
    let numbers: Vec<_> = report.skipped.iter().map(|skipped| skipped.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b) && !numbers.contains(&0), "{numbers:?}");
    let changes = feed.drain();
    assert_eq!(changes.len(), report.stored);
    for change in changes {
        reached.insert(match change {
            StoreChange::Stored(_) => "stored",
            StoreChange::Replaced { .. } => "replaced",
            other => panic!("{other:?} of a store that evicts nothing"),
        });
    }
    reached.extend((report.expired > 0).then_some("expired"));
    reached.extend(report.skipped.iter().map(|skipped| match skipped.error {
        EntryError::Refused(_) => "refused",
        _ => "skipped",
    }));
    let latest = now() + Duration::from_secs(400 * 86_400);
    for cookie in store.iter(now()) {
        check_rules(cookie);
        assert!(cookie.expires().is_none_or(|expires| now() < expires && expires <= latest));
    }
    check_written(format, &store, reached);
}

/// The first line is a host and a path; each other line is received from there as a `Set-Cookie` header. No
/// cookie, whatever its text, may add an entry to the file or change another.
#[track_caller]
pub(crate) fn check_received(format: Format, lines: &[u8], reached: &mut Reached) {
    let mut lines = lines.split(|byte| *byte == b'\n');
    let url = lines.next().and_then(|line| str::from_utf8(line).ok()).unwrap_or_default();
    let url = format!("https://{url}");
    let Ok(context) = RequestContext::parse(&url) else { return };
    let mut store = store();
    store.receive(&context, ["other=1; Secure; HttpOnly; Max-Age=60; Path=/"], now());
    store.receive(&context, lines, now());
    reached.extend((store.len(now()) > 1).then_some("received and written"));
    check_written(format, &store, reached);
}

/// Writes a store, and reads what was written.
#[track_caller]
fn check_written(format: Format, store: &CookieStore, reached: &mut Reached) {
    let (text, report) = store.write(format, now());
    assert_eq!(store.write(format, now()).0, text);
    let mut written = store.clone();
    let mut not_held = 0;
    for cookie in store.iter(now()) {
        let reason = reason_not_held(format, cookie);
        let identity = cookie.identity();
        let found = report.not_held.iter().find(|other| other.cookie.as_identity() == identity);
        assert_eq!(found.map(|found| found.reason), reason, "{cookie:?}");
        if let Some(reason) = reason {
            reached.insert(match reason {
                NotHeldReason::Nameless => "not held: nameless",
                NotHeldReason::Partitioned => "not held: partitioned",
                NotHeldReason::Separator => "not held: separator",
                NotHeldReason::NotUtf8 => "not held: not UTF-8",
                _ => "not held: read back as another cookie",
            });
            assert!(written.remove(&identity, now()).is_some());
            not_held += 1;
        }
    }
    assert_eq!(report.not_held.len(), not_held);
    assert_eq!(report.written, written.len(now()));
    let mut copy = self::store();
    let read = copy.read(format, &text, now()).expect("a file that was written");
    assert_eq!((read.entries, read.skipped.len()), (report.written, 0));
    // A cookie may expire within the second that a format cuts off.
    let is_unexpired = |cookie: &FileCookie| cookie.expires.is_none_or(|expires| expires > now());
    let (mut expected, found) = (file_cookies(format, &written), file_cookies(format, &copy));
    expected.retain(is_unexpired);
    assert_eq!(read.stored, expected.len());
    assert_eq!(found, expected);
    if read.expired == 0 {
        assert_eq!(copy.write(format, now()).0, text);
    }
}

/// Returns why a format cannot hold a cookie, if it cannot.
fn reason_not_held(format: Format, cookie: &StoredCookie) -> Option<NotHeldReason> {
    let texts = [cookie.name(), cookie.value(), cookie.path()];
    // A dot before the domain says that the cookie is not host-only.
    let is_dot_misread = cookie.is_host_only() && cookie.domain().starts_with('.');
    match format {
        Format::Json => None,
        Format::CookiesTxt if cookie.name().is_empty() => Some(NotHeldReason::Nameless),
        Format::CookiesTxt if cookie.is_partitioned() => Some(NotHeldReason::Partitioned),
        Format::CookiesTxt if texts.concat().iter().any(|byte| b"\t\r\n".contains(byte)) => {
            Some(NotHeldReason::Separator)
        }
        Format::Playwright | Format::CookieList
            if texts.iter().any(|text| str::from_utf8(text).is_err()) =>
        {
            Some(NotHeldReason::NotUtf8)
        }
        _ => is_dot_misread.then_some(NotHeldReason::NotReadBack),
    }
}

/// A cookie as a format writes it.
#[derive(Debug, PartialEq)]
struct FileCookie {
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

impl FileCookie {
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

/// Returns the cookies of a store as a format writes them.
fn file_cookies(format: Format, store: &CookieStore) -> Vec<FileCookie> {
    let mut all: Vec<_> = store.iter(now()).map(|cookie| FileCookie::new(format, cookie)).collect();
    all.sort_by(|a, b| a.identity.cmp(&b.identity));
    all
}
