//! Reads any bytes as a record of an engine, and plants any records in an engine: a store sends those that
//! break no rule, and the others neither reach a header nor hinder it.
//!
//! The input is lines of text, each of them a record: its flags, its times, its name, value, domain, path and
//! partition, and the partition that it is planted in, separated by `|`.
//! The flags are letters: `S`ecure, `H`ttpOnly, `P`artitioned, `h`ost-only, and `n`one, `l`ax or `s`trict for
//! `SameSite`. The times are those of expiry, creation, update and last use in microseconds, or `-` for the
//! last one that there is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gingersnap::protect::{Key, Keyring};
use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, Loaded, MemoryBackend, RecordError, Update, Version,
};
use gingersnap::user_agent::Identity;
use gingersnap::{RequestContext, UserAgent};

use crate::ready::run;
use crate::support::{Reached, now, rules};

/// What the seeds must reach: each rule of [`rules::broken_rule`] that a record can break, and what else
/// decides whether a planted cookie is sent.
pub const REQUIRED: &[&str] = &[
    "no record",
    "record",
    "sent",
    "sent in its partition",
    "replaced by the store's own",
    "dropped: control",
    "dropped: space at an end",
    "dropped: separator",
    "dropped: length",
    "dropped: path",
    "dropped: prefix",
    "dropped: SameSite=None",
    "dropped: Partitioned",
    "dropped: domain",
    "dropped: public suffix",
    "dropped: another site",
    "dropped: in the part of another partition",
    "dropped: expired",
    "held back: another URL",
    "held back: another partition",
    "an engine that fails",
];

const SITE: &str = "shop.co.uk";

const PARTITION: &str = "https://shop.co.uk";

/// How many records are planted at most: fewer than the limits of a site.
const MAX_RECORDS: usize = 20;

/// A record, and the partition that it is planted in.
struct Planted {
    bytes: Vec<u8>,
    part: Option<String>,
}

impl Planted {
    fn parse(line: &[u8]) -> Self {
        let mut fields = line.split(|byte| *byte == b'|');
        let mut field = || fields.next().unwrap_or_default();
        let (flags, times) = (field(), str::from_utf8(field()).unwrap_or_default());
        let texts = [(); 5].map(|()| field());
        let part = String::from_utf8_lossy(field()).into_owned();
        let bits = flags.iter().map(|flag| match flag {
            b'S' => 1,
            b'H' => 1 << 1,
            b'P' => 1 << 2,
            b's' => 1 << 3,
            b'l' => 2 << 3,
            b'n' => 3 << 3,
            b'h' => 1 << 7,
            // No flag of this version of the format.
            _ => 1 << 6,
        });
        let mut bytes = vec![1, bits.fold(0, |all, bit| all | bit)];
        let mut times = times.split(' ').map(|time| time.parse().unwrap_or(i64::MAX));
        for _ in 0..4 {
            bytes.extend(times.next().unwrap_or(1).to_be_bytes());
        }
        for text in texts {
            bytes.extend(u32::try_from(text.len()).expect("a short text").to_be_bytes());
        }
        bytes.extend(texts.concat());
        Self { bytes, part: (!part.is_empty()).then_some(part) }
    }
}

/// Checks the law for the record that the bytes are, and for the records that their lines stand for.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    check_bytes(bytes, &mut reached);
    let lines = bytes.split(|byte| *byte == b'\n').take(MAX_RECORDS);
    let planted: Vec<_> = lines.map(Planted::parse).collect();
    let cookies: Vec<_> = planted
        .iter()
        .filter_map(|record| Some((check_bytes(&record.bytes, &mut reached)?, record.part.clone())))
        .collect();
    check_store(&cookies, &mut reached);
    check_rows(planted, &cookies, &mut reached);
    // The bytes themselves, as the only row of an engine.
    let row = Planted { bytes: bytes.to_vec(), part: None };
    let cookie = StoredCookie::from_bytes(bytes).map(|cookie| (cookie, None));
    check_rows(vec![row], &Vec::from_iter(cookie), &mut reached);
    reached
}

/// Reads a record. What is read is written as the same bytes, but for times that are cut.
fn check_bytes(bytes: &[u8], reached: &mut Reached) -> Option<StoredCookie> {
    let Ok(cookie) = StoredCookie::from_bytes(bytes) else {
        reached.insert("no record");
        return None;
    };
    reached.insert("record");
    let written = cookie.to_bytes();
    assert_eq!(StoredCookie::from_bytes(&written).as_ref(), Ok(&cookie));
    // The version, the bits and the time of expiry come first, then the other three times.
    assert_eq!((&written[..10], &written[34..]), (&bytes[..10], &bytes[34..]));
    assert!(StoredCookie::from_bytes(&written[..written.len() - 1]).is_err());
    assert!(StoredCookie::from_bytes(&[&written[..], &[0]].concat()).is_err());
    Some(cookie)
}

/// A cookie, and the partition that it is planted in.
type PlantedCookie = (StoredCookie, Option<String>);

fn context() -> RequestContext<'static> {
    RequestContext::parse("https://www.shop.co.uk/cart/list").expect("a URL")
}

/// Returns why a planted cookie is not used at all, if it is not.
fn why_dropped((cookie, part): &PlantedCookie, now: SystemTime) -> Option<&'static str> {
    match rules::broken_rule(cookie) {
        Some("control") => Some("dropped: control"),
        Some("space at an end") => Some("dropped: space at an end"),
        Some("separator") => Some("dropped: separator"),
        Some("length") => Some("dropped: length"),
        Some("path") => Some("dropped: path"),
        Some("prefix") => Some("dropped: prefix"),
        Some("SameSite=None") => Some("dropped: SameSite=None"),
        Some("Partitioned") => Some("dropped: Partitioned"),
        Some("domain") => Some("dropped: domain"),
        Some("public suffix") => Some("dropped: public suffix"),
        Some(rule) => panic!("{rule} of a record"),
        None if UserAgent::new().site_of(cookie.domain()) != SITE => Some("dropped: another site"),
        None if cookie.partition() != part.as_deref() => {
            Some("dropped: in the part of another partition")
        }
        None if cookie.expires().is_some_and(|expires| expires <= now) => Some("dropped: expired"),
        None => None,
    }
}

/// Returns the planted cookies that are sent with the request: of those with the same key in one part, the
/// last one is there.
fn sent(planted: &[PlantedCookie], now: SystemTime, reached: &mut Reached) -> Vec<StoredCookie> {
    let keys = planted.iter().map(|planted| ((planted.1.clone(), planted.0.key()), planted));
    let last: BTreeMap<_, _> = keys.collect();
    let mut sent = Vec::new();
    for planted in last.into_values() {
        let (cookie, _) = planted;
        let is_in_partition = cookie.partition().is_none_or(|partition| partition == PARTITION);
        reached.insert(match why_dropped(planted, now) {
            Some(why) => why,
            None if !rules::is_for_url(cookie, &context()) => "held back: another URL",
            None if !is_in_partition => "held back: another partition",
            None => {
                sent.push(cookie.clone());
                if cookie.is_partitioned() { "sent in its partition" } else { "sent" }
            }
        });
    }
    sent
}

/// What two stores must agree on: the times of a cookie change when it is used.
fn shown(cookies: &[StoredCookie]) -> Vec<(Vec<u8>, Option<&str>, &[u8])> {
    let shown = cookies.iter().map(|cookie| (cookie.key(), cookie.partition(), cookie.value()));
    let mut shown: Vec<_> = shown.collect();
    shown.sort();
    shown
}

/// Returns an engine that has cookies beside those that a store has put there.
fn engine(planted: &[PlantedCookie]) -> Arc<MemoryBackend> {
    let engine = Arc::new(MemoryBackend::new());
    let mut parts: Vec<_> = planted.iter().map(|(_, part)| part.clone()).collect();
    parts.sort();
    parts.dedup();
    for part in parts {
        let mut update = Update::new(part.clone(), Version::ABSENT);
        let of_part = planted.iter().filter(|(_, other)| *other == part);
        update.put = of_part.map(|(cookie, _)| cookie.clone()).collect();
        let applied = run(engine.apply(SITE, &[update], now())).expect("it cannot fail");
        assert!(matches!(applied, Applied::Done(_)));
    }
    engine
}

/// Uses a store whose engine has the planted cookies: it stores a cookie of its own beside them, and sends
/// that one and those that break no rule.
fn check_store(planted: &[PlantedCookie], reached: &mut Reached) {
    let store = BackedStore::new(engine(planted));
    let context = context();
    for seconds in 0..3 {
        let now = now() + Duration::from_secs(100 * seconds);
        let outcomes = run(store.receive(&context, ["own=1"], now)).expect("it answers");
        assert!(outcomes[0].is_stored(), "{outcomes:?}");
        let header = run(store.cookie_header(&context, now)).expect("it answers");
        let all = run(store.why_not_sent(&context, now)).expect("it answers");
        let is_sent = |(cookie, why): (StoredCookie, Vec<_>)| why.is_empty().then_some(cookie);
        let found: Vec<_> = all.into_iter().filter_map(is_sent).collect();
        let (own, others): (Vec<_>, Vec<_>) = found.iter().cloned().partition(is_own);
        assert_eq!(own.iter().map(StoredCookie::value).collect::<Vec<_>>(), [b"1"]);
        let (replaced, expected): (Vec<_>, Vec<_>) =
            sent(planted, now, reached).into_iter().partition(is_own);
        reached.extend((!replaced.is_empty()).then_some("replaced by the store's own"));
        assert_eq!(shown(&others), shown(&expected));
        let header = header.expect("a header");
        assert!(!header.iter().any(|byte| *byte != b'\t' && byte.is_ascii_control()));
        assert_eq!(header.split(|byte| *byte == b';').count(), found.len());
        assert_eq!(Some(header), rules::header_of(found));
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

/// Returns whether a cookie is the one that the store receives.
fn is_own(cookie: &StoredCookie) -> bool {
    cookie.identity() == Identity::host_only("own", "www.shop.co.uk", "/cart")
}

/// An engine that keeps records as bytes and reads them when it is asked, as a database does. It changes
/// nothing.
struct Rows(Vec<Planted>);

impl Backend for Rows {
    type Error = RecordError;

    async fn load(
        &self,
        _site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, RecordError> {
        let load = |partition: Option<&str>| {
            let rows = self.0.iter().filter(|row| row.part.as_deref() == partition);
            let cookies = rows.map(|row| StoredCookie::from_bytes(&row.bytes));
            Ok(Loaded { version: Version(1), cookies: cookies.collect::<Result<_, _>>()? })
        };
        partitions.iter().copied().map(load).collect()
    }

    async fn partitions(&self, _site: &str) -> Result<Vec<String>, RecordError> {
        Ok(self.0.iter().filter_map(|row| row.part.clone()).collect())
    }

    async fn apply(
        &self,
        _site: &str,
        updates: &[Update],
        _now: SystemTime,
    ) -> Result<Applied, ApplyError<RecordError>> {
        Ok(Applied::Done(updates.iter().map(|_| Version(1)).collect()))
    }
}

/// Uses a store whose engine has the planted records as bytes: it fails if one that is asked for is no
/// record, and else sends the cookies that break no rule.
fn check_rows(planted: Vec<Planted>, cookies: &[PlantedCookie], reached: &mut Reached) {
    let is_loaded = |row: &Planted| row.part.as_deref().is_none_or(|part| part == PARTITION);
    let mut fails = false;
    // As in a table, the last row with a key is there.
    let mut rows = BTreeMap::new();
    for row in planted {
        let cookie = StoredCookie::from_bytes(&row.bytes);
        fails |= cookie.is_err() && is_loaded(&row);
        let key = cookie.map_or_else(|_| row.bytes.clone(), |cookie| cookie.key());
        rows.insert((row.part.clone(), key), row);
    }
    let store = BackedStore::new(Rows(rows.into_values().collect()));
    let header = run(store.cookie_header(&context(), now()));
    assert_eq!(header.is_err(), fails, "{header:?}");
    let Ok(header) = header else {
        reached.insert("an engine that fails");
        return;
    };
    let expected = rules::header_of(sent(cookies, now(), reached));
    assert_eq!(sorted_pairs(header), sorted_pairs(expected));
}

/// Returns the pairs of a header without their order: that of two with the same time of creation is any.
fn sorted_pairs(header: Option<Vec<u8>>) -> Vec<Vec<u8>> {
    let header = header.unwrap_or_default();
    let pairs = header.split(|byte| *byte == b';').map(|pair| pair.trim_ascii().to_vec());
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    pairs
}
