//! Plants any records in an engine: what a store reads of them breaks no rule, and hinders nothing.

use std::sync::Arc;
use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use gingersnap::protect::{Key, Keyring};
use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{Applied, BackedStore, Backend, MemoryBackend, Update, Version};
use gingersnap::{RequestContext, UserAgent};

use crate::support::ready::run;
use crate::support::{now, rules};

/// The parts of a record.
#[derive(Arbitrary, Debug)]
struct Parts<'a> {
    bits: u8,
    /// When the cookie expires, was created, updated and last used.
    times: [Time; 4],
    name: Text<'a>,
    value: Text<'a>,
    domain: Text<'a>,
    path: Text<'a>,
    partition: Text<'a>,
}

/// One of the times in [`TIMES`], or any other.
#[derive(Arbitrary, Debug)]
enum Time {
    Known(u8),
    Any(i64),
}

/// A text that a store might take, or any other.
#[derive(Arbitrary, Debug)]
enum Text<'a> {
    Known(u8),
    Any(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
enum Record<'a> {
    Parts(Parts<'a>),
    Bytes(&'a [u8]),
}

const SITE: &str = "shop.co.uk";

const PARTITION: &str = "https://shop.co.uk";

/// In microseconds; the first one is the end of the session, and the second one is within the time of the
/// requests.
const TIMES: &[i64] = &[i64::MAX, 1_800_000_150_000_000, 1, i64::MIN, 253_402_300_799_999_999];

const NAMES: &[&str] = &["a", "own", "", "__Host-a", "__Secure-b", "a=b", "a;b", "a\n"];

const VALUES: &[&str] = &["1", "", "\"q\"", "1; b=2", "1\r\nX: 1", " 1", "__Host-c"];

const DOMAINS: &[&str] = &[
    "www.shop.co.uk",
    "shop.co.uk",
    "co.uk",
    "",
    ".shop.co.uk",
    "WWW.shop.co.uk",
    "shop.co.uk.",
    "evil.co.uk",
    "a.www.shop.co.uk",
    "127.0.0.1",
];

const PATHS: &[&str] =
    &["/", "/cart", "/cart/list", "/cart/li", "/other", "", "cart", "/a;b", "/\n"];

const PARTITIONS: &[&str] = &["", PARTITION, "https://news.example", "x"];

impl Text<'_> {
    fn of(&self, known: &[&'static str]) -> &[u8] {
        match self {
            Self::Known(at) => known[usize::from(*at) % known.len()].as_bytes(),
            Self::Any(text) => text,
        }
    }
}

impl Parts<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let texts = [
            self.name.of(NAMES),
            self.value.of(VALUES),
            self.domain.of(DOMAINS),
            self.path.of(PATHS),
            self.partition.of(PARTITIONS),
        ];
        let mut bytes = vec![1, self.bits];
        for time in &self.times {
            let micros = match *time {
                Time::Known(at) => TIMES[usize::from(at) % TIMES.len()],
                Time::Any(micros) => micros,
            };
            bytes.extend(micros.to_be_bytes());
        }
        for text in texts {
            bytes.extend(u32::try_from(text.len()).expect("a short text").to_be_bytes());
        }
        bytes.extend(texts.concat());
        bytes
    }
}

/// Checks the law for the records that the bytes are or stand for.
pub fn check(bytes: &[u8]) {
    check_bytes(bytes);
    let mut source = Unstructured::new(bytes);
    let mut planted = Vec::new();
    while !source.is_empty() && planted.len() < 20 {
        let Ok((record, is_moved)) = source.arbitrary::<(Record<'_>, bool)>() else { break };
        let bytes = match record {
            Record::Parts(parts) => parts.to_bytes(),
            Record::Bytes(bytes) => bytes.to_vec(),
        };
        if let Some(cookie) = check_bytes(&bytes) {
            let own = cookie.partition().map(str::to_owned);
            // Perhaps not in the part of the site that its partition says.
            let moved = Some(PARTITION.to_owned());
            planted.push((cookie, if is_moved { moved } else { own }));
        }
    }
    if !planted.is_empty() {
        check_store(&planted);
    }
}

/// Reads a record. What is read is written as the same bytes, but for times that are cut.
fn check_bytes(bytes: &[u8]) -> Option<StoredCookie> {
    let cookie = StoredCookie::from_bytes(bytes).ok()?;
    let written = cookie.to_bytes();
    assert_eq!(StoredCookie::from_bytes(&written).as_ref(), Ok(&cookie));
    // The version, the bits and the time of expiry come first, then the other three times.
    assert_eq!((&written[..10], &written[34..]), (&bytes[..10], &bytes[34..]));
    assert!(StoredCookie::from_bytes(&written[..written.len() - 1]).is_err());
    assert!(StoredCookie::from_bytes(&[&written[..], &[0]].concat()).is_err());
    Some(cookie)
}

/// Returns an engine that has cookies beside those that a store has put there.
fn engine(planted: &[(StoredCookie, Option<String>)]) -> Arc<MemoryBackend> {
    let engine = Arc::new(MemoryBackend::new());
    let mut partitions: Vec<_> = planted.iter().map(|(_, partition)| partition.clone()).collect();
    partitions.sort();
    partitions.dedup();
    for partition in partitions {
        let mut update = Update::new(partition.clone(), Version::ABSENT);
        let of_partition = planted.iter().filter(|(_, other)| *other == partition);
        update.put = of_partition.map(|(cookie, _)| cookie.clone()).collect();
        let applied = run(engine.apply(SITE, &[update], now())).expect("it cannot fail");
        assert!(matches!(applied, Applied::Done(_)));
    }
    engine
}

fn check_store(planted: &[(StoredCookie, Option<String>)]) {
    let store = BackedStore::new(engine(planted));
    let context = RequestContext::parse("https://www.shop.co.uk/cart/list").expect("a URL");
    for seconds in 0..3 {
        let now = now() + Duration::from_secs(100 * seconds);
        let outcomes = run(store.receive(&context, ["own=1"], now)).expect("it answers");
        assert!(outcomes[0].is_stored(), "{outcomes:?}");
        let header = run(store.cookie_header(&context, now)).expect("it answers");
        let all = run(store.why_not_sent(&context, now)).expect("it answers");
        let is_sent = |(cookie, why): (StoredCookie, Vec<_>)| why.is_empty().then_some(cookie);
        let sent: Vec<_> = all.into_iter().filter_map(is_sent).collect();
        assert!(sent.iter().any(|cookie| cookie.name() == b"own" && cookie.value() == b"1"));
        assert!(sent.iter().all(|cookie| rules::is_for_url(cookie, &context)), "{sent:?}");
        let is_of_page = |partition: Option<&str>| partition.is_none_or(|own| own == PARTITION);
        assert!(sent.iter().all(|cookie| is_of_page(cookie.partition())), "{sent:?}");
        let header = header.expect("a header");
        assert!(!header.iter().any(|byte| *byte != b'\t' && byte.is_ascii_control()));
        assert_eq!(header.split(|byte| *byte == b';').count(), sent.len());
        assert_eq!(Some(header), rules::header_of(sent));
        for cookie in run(store.site_cookies(SITE, now)).expect("it answers") {
            rules::check_rules(&cookie);
            assert_eq!(UserAgent::new().site_of(cookie.domain()), SITE);
        }
    }
    run(store.remove_site(SITE, now())).expect("it answers");
    assert_eq!(run(store.cookie_header(&context, now())).expect("it answers"), None);

    // Nobody has sealed what was planted.
    let keyring = Keyring::new(&Key::new([7; 64]).expect("a key"));
    let store = BackedStore::new(engine(planted)).with_keyring(keyring);
    run(store.receive(&context, ["own=1"], now())).expect("it answers");
    let header = run(store.cookie_header(&context, now())).expect("it answers");
    assert_eq!(header.as_deref(), Some(&b"own=1"[..]));
}
