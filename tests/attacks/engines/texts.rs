//! Hostile texts in what an engine stores: no text adds a cookie, a site or a key, or changes another row.

use std::collections::{BTreeMap, BTreeSet};

use gingersnap::store::backend::{BackedStore, RedisBackend, RedisOptions, Update};
use gingersnap::store::{CookieStore, StoredCookie};
use gingersnap::user_agent::Identity;
use gingersnap::{Cookie, Encoding, RequestContext};

use super::{Engine, EngineKind, Part, content};
use crate::injection::hostile;
use crate::splitmix::Random;
use crate::{attacks, context, now};

/// The injections into an engine in memory, and into one that writes to a disk or a network.
const ROUNDS_IN_MEMORY: usize = 20_000;
const ROUNDS_ON_DISK: usize = 5_000;

/// Asserts that an engine has exactly the cookies of a store, each in the part and under the key where it
/// belongs.
#[track_caller]
fn assert_same_cookies(engine: &Engine, model: &CookieStore, context: &str) {
    let found = engine.rows().into_iter().map(|row| {
        let cookie = StoredCookie::from_bytes(&row.record).expect("a cookie");
        assert_eq!(row.key, cookie.key(), "{context}");
        let site = model.user_agent().site_of(cookie.domain()).to_owned();
        assert_eq!(row.part, (site, cookie.partition().map(str::to_owned)), "{context}");
        content(&cookie)
    });
    let found: Vec<_> = found.collect();
    let distinct: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(found.len(), distinct.len(), "{context}: {found:#?}");
    assert_eq!(distinct, model.iter(now()).map(content).collect(), "{context}");
}

/// Does the same with an engine and with a store in memory, which keeps no rows: once with each hostile
/// text.
fn no_text_changes_another_row(engine: &Engine, rounds: usize) {
    let (backed, mut model) = (engine.store(), CookieStore::new());
    let mut random = Random::new(14);
    let (frame, other) = (
        context("https://shop.example/").in_top_level(&context("https://news.example/")),
        context("https://other.example/"),
    );
    let (mut stored, mut inserted) = (0, 0);
    for round in 0..rounds {
        if round % 50 == 0 {
            for site in ["evil.example", "shop.example"] {
                engine.block_on(backed.remove_site(site, now()));
                model.remove_site(site, now());
            }
            // Cookies that nobody attacks.
            for (context, header) in [
                (&other, "sid=31d4; Path=/; Secure; HttpOnly"),
                (&frame, "sid=7; Secure; Partitioned"),
                (&frame, "user=7; Secure; SameSite=None"),
            ] {
                engine.block_on(backed.receive(context, [header], now()));
                model.receive(context, [header], now());
            }
        }
        let text = hostile(&mut random);
        let page = format!("https://{text}/");
        let url = match round % 9 {
            7 => page.clone(),
            _ => "https://evil.example/a".to_owned(),
        };
        // Most texts are no host.
        let Ok(mut context) = RequestContext::parse(&url) else { continue };
        let header = match round % 9 {
            0 => Some(format!("{text}=1; Path=/")),
            1 => Some(format!("sid={text}; Secure")),
            2 => Some(format!("sid=2; Domain={text}")),
            3 => Some(format!("sid=3; Path=/{text}")),
            4 => Some(format!("sid=4; {text}; {}", hostile(&mut random))),
            5 => {
                let Ok(page) = RequestContext::parse(&page) else { continue };
                context = context.in_top_level(&page);
                Some("sid=5; Secure; Partitioned".to_owned())
            }
            6 => {
                // Inserted without parsing, so that the text reaches each argument unchanged.
                let cookie =
                    Cookie::new(&text, &*text).with_path(&text).with_encoding(Encoding::Raw);
                let outcome = engine.block_on(backed.insert(&context, &cookie, now()));
                assert_eq!(outcome, model.insert(&context, &cookie, now()), "{text:?}");
                stored += usize::from(outcome.is_stored());
                inserted += usize::from(outcome.is_stored());
                None
            }
            7 => Some("sid=7".to_owned()),
            _ => {
                look_up(engine, &backed, &mut model, &context, &text);
                None
            }
        };
        if let Some(header) = &header {
            let outcomes = engine.block_on(backed.receive(&context, [header], now()));
            assert_eq!(outcomes, model.receive(&context, [header], now()), "{header:?}");
            stored += usize::from(outcomes[0].is_stored());
        }
        assert_same_cookies(engine, &model, &format!("{header:?} with {text:?}"));
        let header = engine.block_on(backed.cookie_header(&context, now()));
        assert_eq!(header, model.cookie_header(&context, now()), "{text:?}");
    }
    assert!(stored > rounds / 10 && stored < rounds, "{stored} of {rounds}");
    assert!(inserted > rounds / 200, "{inserted} of {rounds} inserted");
}

/// Removes and looks up what a hostile text names, in an engine and in a store in memory.
fn look_up(
    engine: &Engine,
    backed: &BackedStore,
    model: &mut CookieStore,
    context: &RequestContext<'_>,
    text: &str,
) {
    let identity = Identity::with_subdomains("sid", text, "/").in_partition(text);
    let removed = engine.block_on(backed.remove(&identity, now()));
    assert_eq!(removed, model.remove(&identity, now()), "{text:?}");
    let removed = engine.block_on(backed.remove_site(text, now()));
    assert_eq!(removed, model.remove_site(text, now()), "{text:?}");
    let found = engine.block_on(backed.site_cookies(text, now()));
    assert_eq!(found.len(), model.iter_site(text, now()).count(), "{text:?}");
    let found = engine.block_on(backed.get(context, text, now()));
    let expected = model.get(context, text, now());
    assert_eq!(found.as_ref().map(content), expected.map(content), "{text:?}");
}

/// An engine knows no rules: any text is a site or a partition, and names no other one.
fn any_text_is_one_site_and_one_partition(engine: &Engine, rounds: usize) {
    let mut random = Random::new(15);
    let mut model: BTreeMap<Part, String> = BTreeMap::new();
    let mut store = CookieStore::new();
    for round in 0..rounds {
        let (site, partition) = (hostile(&mut random), hostile(&mut random));
        // No partition is empty: a database stores the unpartitioned part as an empty text.
        let partition = (round % 3 > 0 && !partition.is_empty()).then_some(partition);
        let part = (site.clone(), partition.clone());
        store.clear();
        store.receive(&context("https://a.example/"), [format!("a={round}")], now());
        let cookie = store.iter(now()).next().expect("it was stored").clone();
        let mut update = Update::new(partition, engine.load(&part).version);
        if model.len() < 20 {
            update.put = vec![cookie];
            model.insert(part, round.to_string());
        } else {
            update.is_emptied = true;
            model.remove(&part);
        }
        engine.apply(&site, update);
        if model.len() == 20 && round % 2 == 0 {
            let (site, partition) = model.pop_first().expect("20 parts").0;
            let version = engine.load(&(site.clone(), partition.clone())).version;
            let mut update = Update::new(partition, version);
            update.is_emptied = true;
            engine.apply(&site, update);
        }
        let value = |record: &[u8]| {
            let cookie = StoredCookie::from_bytes(record).expect("a cookie");
            String::from_utf8_lossy(cookie.value()).into_owned()
        };
        let rows = engine.rows();
        let count = rows.len();
        let found: BTreeMap<_, _> =
            rows.into_iter().map(|row| (row.part, value(&row.record))).collect();
        assert_eq!((&found, count), (&model, model.len()), "{site:?}");
    }
}

/// Stores with different prefixes of their keys share nothing, whatever the prefixes are.
fn any_text_is_one_prefix(engine: &Engine) {
    let EngineKind::Redis { server, .. } = &engine.kind else { unreachable!() };
    let mut random = Random::new(16);
    let store = |prefix: &str| {
        let options = RedisOptions::new().with_prefix(prefix);
        BackedStore::new(engine.block_on(RedisBackend::connect_with(&server.url(), &options)))
    };
    let prefixes: BTreeSet<String> = (0..attacks(1_000)).map(|_| hostile(&mut random)).collect();
    for (number, prefix) in prefixes.iter().enumerate() {
        let header = format!("sid={number}; Secure; Partitioned");
        engine.block_on(store(prefix).receive(&context("https://shop.example/"), [header], now()));
    }
    for (number, prefix) in prefixes.iter().enumerate() {
        let found = engine.block_on(store(prefix).site_cookies("shop.example", now()));
        let values: Vec<_> = found.iter().map(StoredCookie::value).collect();
        assert_eq!(values, [number.to_string().as_bytes()], "{prefix:?}");
    }
}

#[test]
fn no_text_changes_another_row_in_memory() {
    no_text_changes_another_row(&Engine::memory(), attacks(ROUNDS_IN_MEMORY));
    any_text_is_one_site_and_one_partition(&Engine::memory(), attacks(ROUNDS_IN_MEMORY));
}

#[test]
fn no_text_changes_another_row_of_a_database() {
    no_text_changes_another_row(&Engine::sqlite(), attacks(ROUNDS_ON_DISK));
    any_text_is_one_site_and_one_partition(&Engine::sqlite(), attacks(ROUNDS_ON_DISK));
}

#[test]
#[ignore = "needs redis-server"]
fn no_text_changes_another_key_of_a_server() {
    no_text_changes_another_row(&Engine::redis(&[]), attacks(ROUNDS_ON_DISK));
    any_text_is_one_site_and_one_partition(&Engine::redis(&[]), attacks(ROUNDS_ON_DISK));
    any_text_is_one_prefix(&Engine::redis(&[]));
}
