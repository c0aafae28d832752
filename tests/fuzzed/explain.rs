//! The verdict on any header agrees with what is read from it, with what a store does, and with a simple
//! model of a browser.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::explain::{Action, explain_as};
use gingersnap::header::SetCookie;
use gingersnap::store::{CookieStore, Outcome};
use gingersnap::user_agent::{Reason, RequestKind};
use gingersnap::{RequestContext, UserAgent, Verdict};

use crate::browser::{Browser, NOW};
use crate::support::{Reached, rules};

/// The first byte of the input selects one of these. The first one is that of the model.
const REQUESTS: [&str; 8] = [
    "https://www.example.com/shop/cart",
    "http://www.example.com/shop/cart",
    "https://example.com/",
    "http://localhost/a/",
    "http://127.0.0.1/",
    "https://[::1]/",
    "wss://a.b.example.com./",
    "https://com/",
];

/// What the seeds must reach: `Store`, `Remove`, and each reason to refuse a header that does not depend on
/// other cookies or on settings.
pub const REQUIRED: &[&str] = &[
    "Store",
    "Remove",
    "Control",
    "Empty",
    "TooLarge",
    "DomainNonAscii",
    "DomainMismatch",
    "PublicSuffix",
    "NotSecure",
    "NonHttpApi",
    "CrossSite",
    "SameSiteNone",
    "Partitioned",
    "Prefix",
    "NamelessPrefix",
];

/// Checks the law for a request and a header.
pub fn check(bytes: &[u8]) -> Reached {
    let (choice, header) = match bytes {
        [choice, header @ ..] => (usize::from(*choice), header),
        [] => (0, bytes),
    };
    let page = RequestContext::parse("https://other.example/").expect("a URL");
    let mut context = RequestContext::parse(REQUESTS[choice % 8]).expect("a URL");
    match choice / 8 {
        1 => context = context.with_initiator(&page),
        2 => context = context.with_kind(RequestKind::Script),
        3 => context = context.in_top_level(&page),
        _ => {}
    }
    let agent = UserAgent::new().with_public_suffixes(|_: &str| 0);
    let verdict = explain_as(header, &context, &agent, now());
    check_ranges(header, &verdict);
    compare_with_parser(header, &context, &verdict);
    compare_with_store(header, &context, agent.clone(), &verdict);
    if choice == 0 {
        compare_with_browser(header, &verdict);
    }
    let action = format!("{:?}", verdict.action());
    let reasons = verdict.reasons().iter().map(|found| format!("{:?}", found.kind));
    let words: Vec<_> = reasons.chain([action]).collect();
    let is_reached = |branch: &&&str| words.iter().any(|word| first_word(word) == **branch);
    REQUIRED.iter().filter(is_reached).copied().collect()
}

/// Returns the name of the variant that `Debug` has printed.
fn first_word(text: &str) -> &str {
    text.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Asserts that each finding is about a part of the header, in the header's order, and is there once.
fn check_ranges(header: &[u8], verdict: &Verdict<'_>) {
    let reasons = || verdict.reasons().iter().map(|found| found.range.clone());
    let warnings = || verdict.warnings().iter().map(|found| found.range.clone());
    for Range { start, end } in reasons().chain(warnings()).chain(verdict.lifetime_range()) {
        assert!(start <= end && end <= header.len(), "{verdict}");
        assert!(start < end || header.is_empty(), "{verdict}");
        if let Ok(text) = str::from_utf8(header) {
            assert!(text.get(start..end).is_some(), "{verdict}");
        }
    }
    assert!(reasons().is_sorted_by_key(|range| range.start), "{verdict}");
    assert!(warnings().is_sorted_by_key(|range| range.start), "{verdict}");
    for (at, found) in verdict.reasons().iter().enumerate() {
        assert!(!verdict.reasons()[..at].contains(found), "{verdict}");
    }
    let lines = 1 + verdict.reasons().len() + verdict.warnings().len();
    assert_eq!(verdict.to_string().lines().count(), lines, "{verdict}");
}

fn compare_with_parser(header: &[u8], context: &RequestContext<'_>, verdict: &Verdict<'_>) {
    let refuses_to_read = verdict.reasons().iter().any(|found| {
        matches!(
            found.kind,
            Reason::Control { .. }
                | Reason::Empty
                | Reason::TooLarge { .. }
                | Reason::DomainNonAscii
        )
    });
    let Ok(read) = SetCookie::parse(header) else {
        assert!(refuses_to_read && verdict.is_refused(), "{verdict}");
        return;
    };
    assert!(!refuses_to_read, "{verdict}");
    assert_eq!(verdict.is_refused(), !verdict.reasons().is_empty());
    let identity = match verdict.action() {
        Action::Store(stored) => {
            assert_eq!(stored.value(), read.value());
            assert_eq!(
                (stored.is_secure(), stored.is_http_only(), stored.same_site()),
                (read.is_secure(), read.is_http_only(), read.same_site())
            );
            let is_session = read.max_age().is_none() && read.expires().is_none();
            assert_eq!(stored.expires().is_none(), is_session);
            let latest = now() + Duration::from_secs(400 * 86_400);
            assert!(stored.expires().is_none_or(|time| time > now() && time <= latest));
            stored.identity()
        }
        Action::Remove(identity) => {
            let is_expired = read.expires().is_some_and(|time| time <= now());
            assert!(read.max_age().map_or(is_expired, |age| age.is_zero()));
            identity
        }
        _ => return,
    };
    assert_eq!(identity.name(), read.name());
    assert_eq!(identity.domain(), read.domain().unwrap_or(context.host()));
    // A host that is a public suffix, here a single label, is host-only with a `Domain`, too.
    let is_suffix = !context.host().contains(['.', ':']);
    assert_eq!(identity.is_host_only(), read.domain().is_none() || is_suffix, "{verdict}");
    assert_eq!(
        identity.path(),
        read.path().unwrap_or(rules::default_path(context.path()).as_bytes())
    );
    assert_eq!(identity.is_partitioned(), read.is_partitioned());
}

/// A store that receives the header does what the verdict says.
fn compare_with_store(
    header: &[u8],
    context: &RequestContext<'_>,
    agent: UserAgent,
    verdict: &Verdict<'_>,
) {
    let mut store = CookieStore::new().with_user_agent(agent);
    let outcomes = store.receive(context, [header], now());
    let [outcome] = &outcomes[..] else { panic!("{outcomes:?} of one header") };
    let reasons: BTreeSet<_> = outcome.reasons().iter().map(|why| format!("{why:?}")).collect();
    let expected = verdict.reasons().iter().map(|found| format!("{:?}", found.kind));
    assert_eq!(reasons, expected.collect(), "{verdict}");
    let is_as_said = match verdict.action() {
        Action::Store(_) => *outcome == Outcome::Stored,
        Action::Remove(_) => *outcome == Outcome::NothingToRemove,
        _ => !outcome.reasons().is_empty(),
    };
    assert!(is_as_said, "{outcome:?}: {verdict}");
    let stored: Vec<_> = store.iter(now()).collect();
    assert_eq!(stored.len(), usize::from(verdict.prediction().is_some()), "{verdict}");
    for (cookie, predicted) in stored.into_iter().zip(verdict.prediction()) {
        assert_eq!(cookie.identity(), *predicted.identity());
        assert_eq!(cookie.value(), predicted.value());
        assert_eq!(cookie.expires(), predicted.expires());
        let flags = (predicted.is_secure(), predicted.is_http_only(), predicted.same_site());
        assert_eq!((cookie.is_secure(), cookie.is_http_only(), cookie.same_site()), flags);
    }
}

fn compare_with_browser(header: &[u8], verdict: &Verdict<'_>) {
    let mut browser = Browser::default();
    assert_eq!(browser.receive(header), !verdict.is_refused(), "{verdict}");
    let kept = browser.cookies.first();
    assert_eq!(kept.is_some(), verdict.prediction().is_some(), "{verdict}");
    if let (Some(kept), Some(stored)) = (kept, verdict.prediction()) {
        let identity = stored.identity();
        assert_eq!((identity.name(), stored.value()), (&kept.name[..], &kept.value[..]));
        assert_eq!((identity.domain(), identity.path()), (&*kept.host, &kept.path[..]));
        assert_eq!(identity.is_host_only(), kept.host_only);
        assert_eq!(identity.is_partitioned(), kept.partitioned);
    }
}
