//! What the server or the engine refuses. Nothing is changed then.

use std::time::SystemTime;

use gingersnap::store::backend::{Backend, BackendErrorKind, RedisBackend, RedisErrorKind};

use crate::server::RedisServer;
use crate::{SECRET, engine, engine_error, header, kind, not_applied, receive, store, updates};

const SHOP: &str = "https://www.shop.example/";
const BOTH: [&str; 2] = ["a=S3CR3T; Secure", "__Host-p=S3CR3T; Secure; Path=/; Partitioned"];
const COOKIES: &str = "gingersnap:{shop.example}:cookies";
const PARTITIONED: &str = "gingersnap:{shop.example}:cookies:https://shop.example";
const PARTITIONS: &str = "gingersnap:{shop.example}:partitions";

/// Returns all keys with their contents.
fn contents(server: &RedisServer) -> Vec<String> {
    let mut keys: Vec<String> = server.command(&["--scan"]).lines().map(str::to_owned).collect();
    keys.sort();
    keys.iter().map(|key| format!("{key}: {}", server.command(&["DUMP", key]))).collect()
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn keys_with_something_else() {
    let server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let new = updates(SHOP, &BOTH).await;
    let parts = [None, Some("https://shop.example")];
    let schema = |key: &str, schema| RedisErrorKind::UnknownSchema { key: key.to_owned(), schema };
    let record = RedisErrorKind::InvalidRecord { key: COOKIES.to_owned() };
    let error = RedisErrorKind::ServerError;
    let cases = [
        (vec!["SET", COOKIES, "x"], Some(error.clone()), Some(error.clone())),
        (vec!["SET", PARTITIONED, "x"], Some(error.clone()), Some(error.clone())),
        (vec!["SET", PARTITIONS, "x"], None, Some(error)),
        (
            vec!["HSET", PARTITIONED, "schema", "2", "version", "0"],
            Some(schema(PARTITIONED, Some(2))),
            Some(schema(PARTITIONED, Some(2))),
        ),
        (
            vec!["HSET", COOKIES, "x", SECRET],
            Some(schema(COOKIES, None)),
            Some(schema(COOKIES, None)),
        ),
        (vec!["HSET", COOKIES, "schema", "1", "version", "7", "x", SECRET], Some(record), None),
    ];
    for (command, load, apply) in cases {
        server.command(&["FLUSHALL"]);
        server.command(&command);
        let before = contents(&server);
        assert_eq!(before.len(), 1);
        let loaded = engine.load("shop.example", &parts).await;
        assert_eq!(loaded.err().map(kind), load, "{command:?}");
        let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
        match apply {
            Some(apply) => assert_eq!(not_applied(answer), (true, apply), "{command:?}"),
            None => drop(answer.unwrap()),
        }
        assert_eq!(contents(&server), before, "{command:?}");
    }
}

/// Otherwise a cookie could be planted beside another one that is the same, and neither be replaced nor
/// removed.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_record_in_the_field_of_another_cookie() {
    let server = RedisServer::start(&[]);
    let store = store(&server).await;
    receive(&store, SHOP, &["sid=S3CR3T"]).await.unwrap();
    let copy = "local fields = redis.call('HGETALL', KEYS[1])
        for at = 1, #fields, 2 do
            if fields[at] ~= 'schema' and fields[at] ~= 'version' then
                redis.call('HSET', KEYS[1], 'planted', fields[at + 1])
            end
        end";
    server.command(&["EVAL", copy, "1", COOKIES]);
    let error = header(&store, SHOP).await.unwrap_err();
    let record = RedisErrorKind::InvalidRecord { key: COOKIES.to_owned() };
    assert_eq!(engine_error(&error), &record);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_error_of_the_store_names_the_site() {
    let server = RedisServer::start(&[]);
    let store = store(&server).await;
    server.command(&["HSET", COOKIES, "schema", "2"]);
    let error = header(&store, SHOP).await.unwrap_err();
    let schema = RedisErrorKind::UnknownSchema { key: COOKIES.to_owned(), schema: Some(2) };
    assert_eq!((error.kind, engine_error(&error)), (BackendErrorKind::Load, &schema));
    assert_eq!(
        schema.to_string(),
        "key `gingersnap:{shop.example}:cookies` has schema 2; this version knows 1"
    );
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_without_memory() {
    let server = RedisServer::start(&["--maxmemory-policy", "noeviction"]);
    let store = store(&server).await;
    receive(&store, SHOP, &BOTH).await.unwrap();
    let before = contents(&server);
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let error = receive(&store, SHOP, &BOTH).await.unwrap_err();
    let kinds = (error.kind, engine_error(&error));
    assert_eq!(kinds, (BackendErrorKind::NotApplied, &RedisErrorKind::ServerError));
    assert_eq!(contents(&server), before);
    // Reading and removing work.
    assert_eq!(header(&store, SHOP).await.unwrap(), "a=S3CR3T; __Host-p=S3CR3T");
    assert_eq!(store.remove_site("shop.example", SystemTime::now()).await.unwrap(), 2);
    assert_eq!(contents(&server), [""; 0]);
}

/// A replica refuses changes.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_that_may_not_change_anything() {
    let server = RedisServer::start(&[]);
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &server.port.to_string()]);
    let engine = engine(&replica).await;
    let new = updates(SHOP, &BOTH).await;
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (true, RedisErrorKind::ServerError));
    assert_eq!(contents(&server), [""; 0]);
}

/// A user who may not write.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_user_without_permission() {
    let server = RedisServer::start(&["--user", "reader", "on", ">S3CR3T", "~*", "+@all", "-hset"]);
    let url = format!("redis://reader:{SECRET}@127.0.0.1:{}/", server.port);
    let engine = RedisBackend::connect(&url).await.unwrap();
    let new = updates(SHOP, &BOTH).await;
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (true, RedisErrorKind::ServerError));
    assert_eq!(contents(&server), [""; 0]);
}
