//! What the engine keeps, in how many round trips, and until when.

use std::thread;
use std::time::{Duration, SystemTime};

use gingersnap::store::backend::{
    Applied, BackedStore, Backend, RedisBackend, RedisOptions, Version,
};
use gingersnap::{RequestContext, store::StoredCookie};

use crate::server::RedisServer;
use crate::{engine, header, receive, store, updates};

const SHOP: &str = "https://www.shop.example/";
const PARTITION: &str = "https://shop.example";
/// An unpartitioned cookie and a partitioned one.
const BOTH: [&str; 2] =
    ["a=1; Secure; Max-Age=60", "__Host-p=2; Secure; Path=/; Partitioned; Max-Age=600"];
const COOKIES: &str = "gingersnap:{shop.example}:cookies";
const PARTITIONED: &str = "gingersnap:{shop.example}:cookies:https://shop.example";
const PARTITIONS: &str = "gingersnap:{shop.example}:partitions";

/// Returns a number of `INFO`.
#[track_caller]
fn info(server: &RedisServer, section: &str, name: &str) -> u64 {
    let info = server.command(&["INFO", section]);
    let line = info.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
    line.unwrap().trim().parse().unwrap()
}

/// Returns how often commands were called: with `evalsha`, the number of its calls.
fn calls(server: &RedisServer, command: &str) -> u32 {
    let info = server.command(&["INFO", "commandstats"]);
    let start = format!("cmdstat_{command}:calls=");
    let calls = info.lines().find_map(|line| line.strip_prefix(&start)?.split(',').next());
    calls.map_or(0, |calls| calls.parse().unwrap())
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_operation_takes_one_round_trip() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let new = updates(SHOP, &BOTH).await;
    let now = SystemTime::now();
    // The server knows the scripts after this.
    engine.load("other.example", &[None]).await.unwrap();
    engine.apply("other.example", &new, now).await.unwrap();

    // What the server reads from a socket at once; asking for the number is part of it.
    let reads = || info(&server, "stats", "total_reads_processed");
    let start = reads();
    let for_asking = reads() - start;
    engine.load("shop.example", &[None, Some(PARTITION)]).await.unwrap();
    let after_load = reads();
    assert_eq!(after_load - start, 2 * for_asking + 1, "to load");
    engine.apply("shop.example", &new, now).await.unwrap();
    assert_eq!(reads() - after_load, for_asking + 1, "to apply");
    engine.load("shop.example", &[None]).await.unwrap();
    let counts = ["hgetall", "eval", "evalsha"].map(|name| calls(&server, name));
    assert_eq!(counts, [4, 2, 5]);

    // Also with everything above it.
    let store = BackedStore::new(engine);
    let start = reads();
    assert_eq!(header(&store, SHOP).await.unwrap(), "a=1; __Host-p=2");
    assert_eq!(reads() - start, for_asking + 1, "to read a header");
    let start = reads();
    receive(&store, SHOP, &["a=3"]).await.unwrap();
    assert_eq!(reads() - start, for_asking + 2, "to receive a cookie");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn all_updates_are_made_or_none() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let now = SystemTime::now();
    let parts = [None, Some(PARTITION)];
    let mut new = updates(SHOP, &BOTH).await;
    assert_eq!(new.len(), 2);
    let Applied::Done(versions) = engine.apply("shop.example", &new, now).await.unwrap() else {
        panic!("a conflict")
    };
    assert!(!versions.contains(&Version::ABSENT) && versions[0] != versions[1], "{versions:?}");
    let loaded = engine.load("shop.example", &parts).await.unwrap();
    assert_eq!(loaded.iter().map(|part| part.version).collect::<Vec<_>>(), versions);
    let cookies = loaded.iter().map(|part| part.cookies.clone()).collect::<Vec<_>>();
    assert_eq!(cookies, [new[0].put.clone(), new[1].put.clone()]);

    // Only one of the versions is as expected.
    let delete = new[0].put[0].key();
    new[0].put.clear();
    new[0].delete.push(delete);
    for expected in [[versions[0], Version(1)], [Version(1), versions[1]], [Version::ABSENT; 2]] {
        (new[0].expected, new[1].expected) = (expected[0], expected[1]);
        assert_eq!(engine.apply("shop.example", &new, now).await.unwrap(), Applied::Conflict);
        assert_eq!(engine.load("shop.example", &parts).await.unwrap(), loaded);
    }

    // A part that is emptied is gone, and starts with another version.
    (new[0].expected, new[1].expected) = (versions[0], versions[1]);
    new[0].is_emptied = true;
    let applied = engine.apply("shop.example", &new, now).await.unwrap();
    let next = Version(versions[1].0.wrapping_add(1));
    assert_eq!(applied, Applied::Done(vec![Version::ABSENT, next]));
    assert_eq!(server.command(&["EXISTS", COOKIES]), "0");
    new = updates(SHOP, &BOTH[..1]).await;
    let again = engine.apply("shop.example", &new, now).await.unwrap();
    assert!(matches!(&again, Applied::Done(new) if new[0] != versions[0]), "{again:?}");
    assert_eq!(engine.apply("shop.example", &[], now).await.unwrap(), Applied::Done(vec![]));
    assert!(engine.load("shop.example", &[]).await.unwrap().is_empty());
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn stores_that_change_a_site_at_once_lose_nothing() {
    let server = RedisServer::start(&[]);
    let mut tasks = Vec::new();
    for name in ["first", "second"] {
        let store = store(&server).await;
        tasks.push(tokio::spawn(async move {
            for number in 0..50 {
                receive(&store, SHOP, &[&format!("{name}{number}=1")]).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let store = store(&server).await;
    assert_eq!(header(&store, SHOP).await.unwrap().split("; ").count(), 100);
    // Two for each response, and for each conflict two more.
    assert!(calls(&server, "evalsha") > 220, "there were no conflicts");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn large_and_binary_cookies_come_back() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let value = "v".repeat(4000);
    let headers: Vec<String> = (0..150).map(|name| format!("n{name}={value}")).collect();
    let mut headers: Vec<&[u8]> = headers.iter().map(String::as_bytes).collect();
    headers.push(b"\xff\xfe=\x80\xc3; Path=/\xff");
    let store = BackedStore::new(engine);
    let context = RequestContext::parse(SHOP).unwrap();
    store.receive_now(&context, &headers).await.unwrap();
    let cookies = store.site_cookies("shop.example", SystemTime::now()).await.unwrap();
    assert_eq!(cookies.len(), 151);
    assert!(cookies.iter().any(|cookie| cookie.value() == b"\x80\xc3"));
    assert_eq!(cookies.iter().filter(|cookie| cookie.value().len() == 4000).count(), 150);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn partitions_are_listed_while_they_have_cookies() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let now = SystemTime::now();
    assert!(engine.partitions("shop.example").await.unwrap().is_empty());
    let [plain, partitioned]: [_; 2] = updates(SHOP, &BOTH).await.try_into().unwrap();
    engine.apply("shop.example", &[plain], now).await.unwrap();
    assert!(engine.partitions("shop.example").await.unwrap().is_empty());
    for name in ["x", "y", "https://{z}.example"] {
        let mut update = partitioned.clone();
        update.partition = Some(name.to_owned());
        engine.apply("shop.example", &[update], now).await.unwrap();
    }
    let mut names = engine.partitions("shop.example").await.unwrap();
    names.sort();
    assert_eq!(names, ["https://{z}.example", "x", "y"]);

    // One is emptied, and one expires without being touched.
    let loaded = engine.load("shop.example", &[Some("x")]).await.unwrap();
    let mut update = partitioned.clone();
    (update.partition, update.expected) = (Some("x".to_owned()), loaded[0].version);
    update.delete = vec![update.put[0].key()];
    update.put.clear();
    update.is_emptied = true;
    engine.apply("shop.example", &[update], now).await.unwrap();
    assert_eq!(server.command(&["SCARD", PARTITIONS]), "2");
    server.command(&["DEL", "gingersnap:{shop.example}:cookies:y"]);
    assert_eq!(server.command(&["SCARD", PARTITIONS]), "2");
    assert_eq!(engine.partitions("shop.example").await.unwrap(), ["https://{z}.example"]);
    assert_eq!(server.command(&["SCARD", PARTITIONS]), "1");
}

/// Returns the milliseconds that a key has to live: -1 without end, -2 without a key.
#[track_caller]
fn left(server: &RedisServer, key: &str) -> i64 {
    server.command(&["PTTL", key]).parse().unwrap()
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_server_deletes_what_has_expired() {
    let server = RedisServer::start(&[]);
    let store = store(&server).await;
    receive(&store, SHOP, &["a=1; Max-Age=1", "b=1; Max-Age=2"]).await.unwrap();
    assert!((1000..=2000).contains(&left(&server, COOKIES)), "{}", left(&server, COOKIES));
    // A session cookie keeps the others.
    receive(&store, SHOP, &["s=1"]).await.unwrap();
    assert_eq!(left(&server, COOKIES), -1);
    receive(&store, SHOP, &BOTH).await.unwrap();
    assert_eq!(left(&server, COOKIES), -1);
    assert!((590_000..=600_000).contains(&left(&server, PARTITIONED)));
    assert!((590_000..=600_000).contains(&left(&server, PARTITIONS)));
    let removed = store.remove_if(SHOP_HOST, SystemTime::now(), is_named("s")).await.unwrap();
    assert_eq!(removed, 1);
    assert!((50_000..=60_000).contains(&left(&server, COOKIES)));
    store.remove_if(SHOP_HOST, SystemTime::now(), is_named("a")).await.unwrap();
    assert!((1..=2000).contains(&left(&server, COOKIES)));
    thread::sleep(Duration::from_secs(2));
    assert_eq!(left(&server, COOKIES), -2);
    assert_eq!(header(&store, SHOP).await.unwrap(), "__Host-p=2");
    // What is stored after that starts with another version.
    receive(&store, SHOP, &["a=1; Max-Age=60"]).await.unwrap();
    assert_eq!(header(&store, SHOP).await.unwrap(), "__Host-p=2; a=1");
}

const SHOP_HOST: &str = "www.shop.example";

fn is_named(name: &str) -> impl Fn(&StoredCookie) -> bool + Send + Sync {
    move |cookie| cookie.name() == name.as_bytes()
}

/// The set of partitions lives as long as the part that lives longest.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_list_of_partitions_expires_last() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let now = SystemTime::now();
    let [mut update] = updates(SHOP, &BOTH[1..]).await.try_into().unwrap();
    let steps = [("x", Some(60), 60_000), ("y", Some(600), 600_000), ("z", Some(6), 600_000)];
    for (name, seconds, expected) in steps.into_iter().chain([("s", None, -1), ("t", Some(6), -1)])
    {
        update.partition = Some(name.to_owned());
        update.expires = seconds.map(|seconds| now + Duration::from_secs(seconds));
        engine.apply("shop.example", &[update.clone()], now).await.unwrap();
        let left = left(&server, PARTITIONS);
        assert!((expected - 5000..=expected).contains(&left), "{left} after {name}");
    }
}

/// The time that is left counts, not the server's clock.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_clients_clock_decides() {
    let server = RedisServer::start(&[]);
    let store = store(&server).await;
    let context = RequestContext::parse(SHOP).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    store.receive(&context, ["a=1; Max-Age=60"], long_ago).await.unwrap();
    assert!((50_000..=60_000).contains(&left(&server, COOKIES)));
    let header = store.cookie_header(&context, long_ago).await.unwrap();
    assert_eq!(header, Some(b"a=1".to_vec()));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn jars_with_different_prefixes_are_apart() {
    let server = RedisServer::start(&[]);
    let mut stores = Vec::new();
    for prefix in ["gingersnap", "b", "b:{shop.example}:cookies", ""] {
        let options = RedisOptions::new().with_prefix(prefix);
        let engine = RedisBackend::connect_with(&server.url(), &options).await.unwrap();
        assert!(!format!("{engine:?}").contains("127.0.0.1"));
        let store = BackedStore::new(engine);
        receive(&store, SHOP, &[&format!("prefix={prefix}"), BOTH[1]]).await.unwrap();
        stores.push((prefix, store));
    }
    for (prefix, store) in stores {
        let expected = format!("prefix={prefix}; __Host-p=2");
        assert_eq!(header(&store, SHOP).await.unwrap(), expected);
    }
    let keys = server.command(&["--scan"]);
    assert_eq!(keys.lines().count(), 4 * 3, "{keys}");
    assert!(keys.contains("\nb:%7Bshop.example%7D:cookies:{shop.example}:cookies"), "{keys}");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_that_forgot_the_scripts_gets_them_again() {
    let server = RedisServer::start(&[]);
    let store = store(&server).await;
    for number in 0..3 {
        receive(&store, SHOP, &[&format!("a={number}"), BOTH[1]]).await.unwrap();
        assert_eq!(store.site_cookies(SHOP_HOST, SystemTime::now()).await.unwrap().len(), 2);
        assert_eq!(calls(&server, "eval"), 3 * (number + 1));
        server.command(&["SCRIPT", "FLUSH"]);
    }
}
