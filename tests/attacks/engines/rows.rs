//! Changes of what an engine stores, beside a keyring: no value opens as that of another cookie.

use std::collections::BTreeSet;
use std::time::Duration;

use gingersnap::RequestContext;
use gingersnap::store::StoredCookie;

use super::{Engine, Row};
use crate::sealing::keyring;
use crate::splitmix::Random;
use crate::{attacks, context, now};

/// The changes of an engine in memory, and of one that writes to a disk or a network.
const ROUNDS_IN_MEMORY: usize = 50_000;
const ROUNDS_ON_DISK: usize = 10_000;

/// The length of a record's head, and where its five text lengths start.
const HEAD: usize = 54;
const LENGTHS: usize = 34;

const SITES: [&str; 2] = ["shop.example", "evil.example"];

/// Returns everything about a cookie that its value is bound to, and the value.
fn content(cookie: &StoredCookie) -> String {
    format!("{} {:?}", super::content(cookie), cookie.expires())
}

/// Returns the requests of these tests.
fn requests() -> [RequestContext<'static>; 4] {
    let shop = context("https://www.shop.example/a/b");
    let frames = ["https://news.example/", "https://blog.example/"]
        .map(|page| shop.clone().in_top_level(&context(page)).into_owned());
    let [news, blog] = frames;
    [shop, news, blog, context("https://evil.example/a/b")]
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

/// The kinds of changes.
const KINDS: usize = 5;
/// The kind that exchanges the records of two rows.
const EXCHANGE: usize = 3;

/// Returns what is written in place of a row, and for [`EXCHANGE`] also in place of another one.
fn changed_rows(kind: usize, row: &Row, other: &Row, random: &mut Random) -> Vec<Row> {
    let mut changed = row.clone();
    match kind {
        // A row in another place, as it is or with its record changed to fit.
        0 => changed.part.clone_from(&other.part),
        1 | EXCHANGE => changed.record.clone_from(&other.record),
        2 => changed = Row { part: row.part.clone(), ..other.clone() },
        _ => change(&mut changed.record, &other.record, random),
    }
    let mut new_rows = vec![changed];
    if kind == EXCHANGE {
        new_rows.push(Row { record: row.record.clone(), ..other.clone() });
    }
    // Whoever changes a record can change its key, too.
    if random.percent(90) {
        for changed in &mut new_rows {
            if let Ok(cookie) = StoredCookie::from_bytes(&changed.record) {
                changed.key = cookie.key();
            }
        }
    }
    new_rows
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
        let outcomes = engine.block_on(store.receive(context, headers, now()));
        assert!(outcomes.iter().all(gingersnap::store::Outcome::is_stored), "{outcomes:?}");
    }
    let header = |context| {
        let header = engine.runtime.block_on(store.cookie_header(context, later)).ok()?;
        Some(header.unwrap_or_default().split(|byte| *byte == b';').map(<[u8]>::to_vec).collect())
    };
    let sent: Vec<BTreeSet<Vec<u8>>> =
        contexts.iter().map(|context| header(context).expect("it answers")).collect();
    let cookies = |site| engine.runtime.block_on(store.site_cookies(site, later)).ok();
    let originals: BTreeSet<(&str, String)> = SITES
        .iter()
        .flat_map(|site| {
            let cookies = cookies(site).expect("it answers").into_iter();
            cookies.map(move |cookie| (*site, content(&cookie)))
        })
        .collect();
    let rows = engine.rows();
    assert_eq!((originals.len(), rows.len()), (9, 9));
    // The layout of a record is the one that this test changes.
    assert!(rows.iter().all(|row| texts(&row.record).is_some()));
    let mut random = Random::new(17);
    let (mut opened, mut refused) = (0, 0);
    let mut written = [0; KINDS];
    for _ in 0..rounds {
        let row = &rows[random.below(rows.len())];
        let other = &rows[random.below(rows.len())];
        // Half of them are of the last kind, which has many variants.
        let kind = random.below(8).min(KINDS - 1);
        let new_rows = changed_rows(kind, row, other, &mut random);
        engine.delete(row);
        if kind == EXCHANGE {
            engine.delete(other);
        }
        let mut has_effect = false;
        for changed in &new_rows {
            has_effect |= engine.write(changed) && !rows.contains(changed);
        }
        written[kind] += usize::from(has_effect);
        let shown = || format!("{row:?} and {other:?} became {new_rows:?}");
        for site in SITES {
            let Some(cookies) = cookies(site) else {
                refused += 1;
                continue;
            };
            for cookie in &cookies {
                let is_known = originals.contains(&(site, content(cookie)));
                assert!(is_known, "{}: {cookie:?} at {site}", shown());
                opened += 1;
            }
        }
        for (context, sent) in contexts.iter().zip(&sent) {
            let Some(found) = header(context) else { continue };
            // A header without cookies has one empty pair.
            let is_known = |pair: &Vec<u8>| {
                pair.is_empty() || sent.iter().any(|other| other.trim_ascii() == pair.trim_ascii())
            };
            assert!(found.iter().all(is_known), "{}: {found:?}", shown());
        }
        for changed in &new_rows {
            engine.delete(changed);
        }
        // What was deleted, and what was replaced.
        for original in &rows {
            let is_lost =
                |changed: &Row| (&original.part, &original.key) == (&changed.part, &changed.key);
            let is_exchanged = kind == EXCHANGE && original == other;
            if original == row || is_exchanged || new_rows.iter().any(is_lost) {
                engine.write(original);
            }
        }
    }
    assert!(opened > rounds * 4 && refused < rounds, "{opened} opened, {refused} refused");
    assert!(written.iter().all(|count| *count > rounds / 100), "{written:?} of {rounds}");
}

#[test]
fn no_change_of_a_row_in_memory_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::memory(), attacks(ROUNDS_IN_MEMORY));
}

#[test]
fn no_change_of_a_row_of_a_database_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::sqlite(), attacks(ROUNDS_ON_DISK));
}

#[test]
#[ignore = "needs redis-server"]
fn no_change_of_a_field_of_a_server_opens_to_another_value() {
    no_change_opens_to_another_value(&Engine::redis(&[]), attacks(ROUNDS_ON_DISK));
}
