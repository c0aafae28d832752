//! Stored cookies as bytes.

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::SameSite;
use gingersnap::store::backend::RecordError;
use gingersnap::store::{CookieStore, StoredCookie};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::operation::{SHOP, at};

/// The parts of a record. Times are microseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) bits: u8,
    /// When the cookie expires, was created, updated and last used.
    pub(crate) times: [i64; 4],
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) domain: String,
    pub(crate) path: Vec<u8>,
    pub(crate) partition: String,
}

impl Record {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let (domain, partition) = (self.domain.as_bytes(), self.partition.as_bytes());
        let texts = [&self.name[..], &self.value, domain, &self.path, partition];
        let mut bytes = vec![1, self.bits];
        bytes.extend(self.times.iter().flat_map(|time| time.to_be_bytes()));
        for text in texts {
            bytes.extend(u32::try_from(text.len()).expect("a short text").to_be_bytes());
        }
        bytes.extend(texts.concat());
        bytes
    }
}

pub(crate) const SECURE: u8 = 1;
pub(crate) const PARTITIONED: u8 = 1 << 2;
pub(crate) const HOST_ONLY: u8 = 1 << 7;
/// The end of the year 9999.
const LATEST: i64 = 253_402_300_799_999_999;

fn record() -> impl Strategy<Value = Record> {
    let bytes = || vec(any::<u8>(), 0..20);
    let time = || prop_oneof![4 => 0..LATEST, 1 => i64::MIN..LATEST];
    let expires = prop_oneof![Just(i64::MAX), any::<i64>()];
    let texts = (bytes(), prop_oneof![9 => bytes().boxed(), 1 => vec(any::<u8>(), 4096).boxed()]);
    (0..32_u8, any::<bool>(), expires, [time(), time(), time()], texts, ".{0,9}", bytes(), ".{1,9}")
        .prop_map(
            |(flags, host_only, expires, [created, updated, used], texts, domain, path, top)| {
                Record {
                    bits: flags | if host_only { HOST_ONLY } else { 0 },
                    times: [expires, created, updated, used],
                    name: texts.0,
                    value: texts.1,
                    domain,
                    path,
                    partition: if flags & PARTITIONED == 0 { String::new() } else { top },
                }
            },
        )
}

fn check_property<S: Strategy>(
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config { failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(strategy, property) {
        panic!("{failure}");
    }
}

#[test]
fn a_record_is_read_as_it_was_written() {
    check_property(&record(), |record| {
        let bytes = record.to_bytes();
        let cookie = StoredCookie::from_bytes(&bytes).expect("a record");
        prop_assert_eq!((cookie.name(), cookie.value()), (&record.name[..], &record.value[..]));
        prop_assert_eq!((cookie.domain(), cookie.path()), (&*record.domain, &record.path[..]));
        prop_assert_eq!(cookie.partition().unwrap_or_default(), record.partition);
        prop_assert_eq!(cookie.is_host_only(), record.bits & HOST_ONLY != 0);
        prop_assert_eq!(cookie.is_secure(), record.bits & SECURE != 0);
        prop_assert_eq!(cookie.is_http_only(), record.bits & 2 != 0);
        prop_assert_eq!(cookie.is_session(), record.times[0] == i64::MAX);
        let same_site = [SameSite::Unset, SameSite::Strict, SameSite::Lax, SameSite::None];
        prop_assert_eq!(cookie.same_site(), same_site[usize::from(record.bits >> 3 & 3)]);
        if record.times[1] >= 0 {
            let created = Duration::from_micros(record.times[1].unsigned_abs());
            prop_assert_eq!(cookie.created(), UNIX_EPOCH + created);
        }
        prop_assert_eq!(cookie.to_bytes(), bytes);
        let value = record.value.escape_ascii().to_string();
        let debug = format!("{cookie:?}");
        prop_assert!(value.len() < 9 || !debug.contains(&value), "{}", debug);
        Ok(())
    });
}

#[test]
fn no_cut_or_longer_record_is_read() {
    check_property(&record(), |mut record| {
        record.value.truncate(20);
        let mut bytes = record.to_bytes();
        for cut in 0..bytes.len() {
            prop_assert_eq!(StoredCookie::from_bytes(&bytes[..cut]), Err(RecordError), "{}", cut);
        }
        bytes.push(b'x');
        prop_assert_eq!(StoredCookie::from_bytes(&bytes), Err(RecordError));
        Ok(())
    });
}

/// Checks that bytes are refused, or are a cookie that can be looked at and written again.
fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Ok(cookie) = StoredCookie::from_bytes(bytes) else { return Ok(()) };
    let _ = (format!("{cookie:?}"), cookie.key(), cookie.identity(), cookie.expires());
    let _ = (cookie.created(), cookie.updated(), cookie.last_accessed());
    prop_assert_eq!(StoredCookie::from_bytes(&cookie.to_bytes()), Ok(cookie));
    Ok(())
}

#[test]
fn no_bytes_panic() {
    check_property(&vec(any::<u8>(), 0..100), |bytes| check_any(&bytes));
    let changed = (record(), vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4));
    check_property(&changed, |(record, changes)| {
        let mut bytes = record.to_bytes();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        check_any(&bytes)
    });
}

#[test]
fn only_the_known_version_and_bits_are_read() {
    let record = Record {
        bits: 0,
        times: [i64::MAX, 0, 0, 0],
        name: b"a".to_vec(),
        value: b"1".to_vec(),
        domain: "shop.example".to_owned(),
        path: b"/".to_vec(),
        partition: String::new(),
    };
    for version in 0..=u8::MAX {
        let mut bytes = record.to_bytes();
        bytes[0] = version;
        assert_eq!(StoredCookie::from_bytes(&bytes).is_ok(), version == 1, "{version}");
    }
    for bits in 0..=u8::MAX {
        let record = Record { bits, ..record.clone() };
        let is_known = bits & 0b0110_0000 == 0 && bits & PARTITIONED == 0;
        assert_eq!(StoredCookie::from_bytes(&record.to_bytes()).is_ok(), is_known, "{bits:b}");
    }
    let large = vec![b'v'; 65_536];
    let record = Record { value: large, ..record };
    assert_eq!(StoredCookie::from_bytes(&record.to_bytes()), Err(RecordError));
    let text = "the bytes are no stored cookie of version 1";
    assert_eq!(RecordError.to_string(), text);
}

#[test]
fn the_form_of_records_and_keys_stays() {
    let mut store = CookieStore::new();
    let now = UNIX_EPOCH + Duration::from_micros(0x0102_0304_0506);
    let header = "sid=31d4; Secure; HttpOnly; SameSite=Lax; Partitioned; Max-Age=1";
    store.receive(&at(SHOP), [header], now);
    let context = at(SHOP);
    let _ = store.cookie_header(&context, now);
    let cookie = store.get(&context, "sid", now).expect("a cookie");
    let expected: &[u8] = b"\x01\x97\
        \x00\x00\x01\x02\x03\x13\x47\x46\
        \x00\x00\x01\x02\x03\x04\x05\x06\
        \x00\x00\x01\x02\x03\x04\x05\x06\
        \x00\x00\x01\x02\x03\x04\x05\x07\
        \x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00\x0c\x00\x00\x00\x01\x00\x00\x00\x14\
        sid31d4shop.example/https://shop.example";
    assert_eq!(cookie.to_bytes().escape_ascii().to_string(), expected.escape_ascii().to_string());
    let expected: &[u8] = b"\x01\x00\x00\x00\x03\x00\x00\x00\x0csidshop.example/";
    assert_eq!(cookie.key().escape_ascii().to_string(), expected.escape_ascii().to_string());
    store.receive(&context, ["a=; Domain=shop.example; Path=/x"], now);
    let cookie = store.iter(now).find(|cookie| cookie.name() == b"a").expect("a cookie");
    let bytes = cookie.to_bytes();
    assert_eq!(bytes[..10], *b"\x01\x00\x7f\xff\xff\xff\xff\xff\xff\xff");
    assert_eq!(cookie.key(), b"\x00\x00\x00\x00\x01\x00\x00\x00\x0cashop.example/x");
}

#[test]
fn keys_are_those_of_identities() {
    check_property(&(record(), record(), any::<bool>()), |(one, mut other, is_similar)| {
        if is_similar {
            // Only the border between name and domain differs.
            let bytes = [&one.name, one.domain.as_bytes()].concat();
            other = Record { name: bytes, domain: String::new(), ..one.clone() };
        }
        let [one, other] = [one, other]
            .map(|record| StoredCookie::from_bytes(&record.to_bytes()).expect("a record"));
        let identity = |cookie: &StoredCookie| {
            let (domain, path) = (cookie.domain().to_owned(), cookie.path().to_vec());
            (cookie.name().to_vec(), domain, path, cookie.is_host_only())
        };
        prop_assert_eq!(one.key() == other.key(), identity(&one) == identity(&other));
        Ok(())
    });
}
