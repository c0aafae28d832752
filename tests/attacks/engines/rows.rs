//! Changes of what an engine stores, beside a keyring: no value opens as that of another cookie.

use std::collections::BTreeSet;
use std::time::Duration;

use gingersnap::RequestContext;
use gingersnap::store::StoredCookie;

use super::{Engine, Row};
use crate::sealing::keyring;
use crate::splitmix::Random;
use crate::{attacks, now};

/// The changes of an engine in memory, and of one that writes to a disk or a network.
const FAST: usize = 50_000;
const SLOW: usize = 10_000;

/// The bytes of a record before its texts, of which the last five numbers are their lengths.
const HEAD: usize = 54;
const LENGTHS: usize = 34;

const SITES: [&str; 2] = ["shop.example", "evil.example"];

/// Returns everything about a cookie that its value is bound to, and the value.
fn content(cookie: &StoredCookie) -> String {
    let parts =
        [cookie.name(), cookie.value(), cookie.path()].map(|part| part.escape_ascii().to_string());
    let flags = (cookie.is_host_only(), cookie.is_secure(), cookie.is_http_only());
    let rest = (cookie.same_site(), cookie.expires(), cookie.partition());
    format!("{parts:?} {} {flags:?} {rest:?}", cookie.domain())
}

/// Returns the requests of these tests.
fn requests() -> [RequestContext<'static>; 4] {
    let at = |url| RequestContext::parse(url).expect("a URL");
    let shop = at("https://www.shop.example/a/b");
    let frames = ["https://news.example/", "https://blog.example/"]
        .map(|page| shop.clone().in_top_level(&at(page)).into_owned());
    let [news, blog] = frames;
    [shop, news, blog, at("https://evil.example/a/b")]
}

/// Where the texts of a record are: the name, the value, the domain, the path and the partition.
fn texts(record: &[u8]) -> Option<[std::ops::Range<usize>; 5]> {
    let mut start = HEAD;
    let mut ranges = [const { 0..0 }; 5];
    for (number, range) in ranges.iter_mut().enumerate() {
        let at = LENGTHS + 4 * number;
        let length = u32::from_be_bytes(record.get(at..at + 4)?.try_into().ok()?);
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        *range = start..end;
        start = end;
    }
    (start == record.len()).then_some(ranges)
}

/// Replaces a text of a record by that of another one.
fn take_text(record: &mut Vec<u8>, other: &[u8], text: usize) {
    let (Some(own), Some(others)) = (texts(record), texts(other)) else { return };
    let bytes = other[others[text].clone()].to_vec();
    let length = u32::try_from(bytes.len()).expect("a short text").to_be_bytes();
    record[LENGTHS + 4 * text..][..4].copy_from_slice(&length);
    record.splice(own[text].clone(), bytes);
}

/// Changes a record in one to three ways.
fn change(record: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(record.len().max(1));
        match random.below(10) {
            0..3 if at < record.len() => {
                record[at] ^= u8::try_from(1 + random.below(255)).expect("a byte");
            }
            // The flags and the expiry, which are at the start.
            3 if record.len() > 10 => record[1 + random.below(9)] ^= 1 << random.below(8),
            4 => {
                let end = (at + random.below(30)).min(record.len()).min(other.len());
                if at < end {
                    record[at..end].copy_from_slice(&other[at..end]);
                }
            }
            5 => record.truncate(at),
            _ => {
                let text = random.pick(&[0, 1, 1, 1, 2, 3, 4]);
                take_text(record, other, text);
            }
        }
    }
}

fn no_change_opens_to_another_value(engine: &Engine, rounds: usize) {
    let store = engine.store().with_keyring(keyring().clone());
    let contexts = requests();
    let later = now() + Duration::from_secs(1);
    for (context, headers) in contexts.iter().zip([
        &[
            "sid=one; Path=/",
            "user=two; Path=/; Secure; HttpOnly",
            "sid=three; Domain=shop.example",
        ][..],
        &[
            "sid=four; Path=/; Secure; Partitioned; SameSite=None",
            "lang=five; Path=/; Secure; SameSite=None",
        ],
        // The same cookie in another partition.
        &["sid=nine; Path=/; Secure; Partitioned; SameSite=None"],
        &["sid=six; Path=/; Max-Age=999", "evil=seven; Path=/a; Domain=evil.example", "user=eight"],
    ]) {
        let outcomes = engine.wait(store.receive(context, headers, now()));
        assert!(outcomes.iter().all(gingersnap::store::Outcome::is_stored), "{outcomes:?}");
    }
    let header = |context| {
        let header = engine.runtime.block_on(store.cookie_header(context, later)).ok()?;
        Some(header.unwrap_or_default().split(|byte| *byte == b';').map(<[u8]>::to_vec).collect())
    };
    let sent: Vec<BTreeSet<Vec<u8>>> =
        contexts.iter().map(|context| header(context).expect("it answers")).collect();
    let cookies = |site| engine.runtime.block_on(store.site_cookies(site, later)).ok();
    let originals: BTreeSet<String> = SITES
        .iter()
        .filter_map(|site| cookies(site))
        .flatten()
        .map(|cookie| content(&cookie))
        .collect();
    let rows = engine.rows();
    assert_eq!((originals.len(), rows.len()), (9, 9));
    let mut random = Random::new(17);
    let (mut opened, mut refused) = (0, 0);
    for _ in 0..rounds {
        let row = &rows[random.below(rows.len())];
        let other = &rows[random.below(rows.len())];
        let mut changed = row.clone();
        match random.below(8) {
            // A row in another place, as it is or with its record changed to fit.
            0 => changed.part.clone_from(&other.part),
            1 => changed.record.clone_from(&other.record),
            2 => changed = Row { part: row.part.clone(), ..other.clone() },
            _ => change(&mut changed.record, &other.record, &mut random),
        }
        // Whoever changes a record can change its key, too.
        if let Ok(cookie) = StoredCookie::from_bytes(&changed.record)
            && random.percent(90)
        {
            changed.key = cookie.key();
        }
        engine.delete(row);
        engine.put(&changed);
        for site in SITES {
            let Some(cookies) = cookies(site) else {
                refused += 1;
                continue;
            };
            for cookie in &cookies {
                assert!(
                    originals.contains(&content(cookie)),
                    "{row:?} became {changed:?}: {cookie:?}"
                );
                opened += 1;
            }
        }
        for (context, sent) in contexts.iter().zip(&sent) {
            let Some(found) = header(context) else { continue };
            // A header without cookies has one empty pair.
            let is_known = |pair: &Vec<u8>| {
                pair.is_empty() || sent.iter().any(|other| other.trim_ascii() == pair.trim_ascii())
            };
            assert!(found.iter().all(is_known), "{row:?} became {changed:?}: {found:?}");
        }
        engine.delete(&changed);
        engine.put(row);
        // Another row may have been replaced.
        if let Some(replaced) =
            rows.iter().find(|row| row.part == changed.part && row.key == changed.key)
        {
            engine.put(replaced);
        }
    }
    assert!(opened > rounds * 4 && refused < rounds, "{opened} opened, {refused} refused");
}

#[test]
fn no_change_of_a_row_in_memory_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::memory(), attacks(FAST));
}

#[test]
fn no_change_of_a_row_of_a_database_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::sqlite(), attacks(SLOW));
}

#[test]
#[ignore = "needs redis-server"]
fn no_change_of_a_field_of_a_server_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::redis(), attacks(SLOW));
}
