//! The rules of a user agent (RFC 6265bis, sections 5 and 6) as a store follows them: what it stores,
//! sends, expires and evicts. `docs/rules.md` explains the numbers.
#![cfg(feature = "store")]

#[path = "../support/any_store.rs"]
mod any_store;
mod changes;
#[path = "../support/chosen_store.rs"]
mod chosen_store;
mod client;
mod contents;
mod limits;
mod parsing;
#[cfg(feature = "redis")]
#[allow(dead_code, reason = "the tests of the engine need all of it")]
#[path = "../support/redis.rs"]
mod redis;
mod sending;
mod sites;
mod storing;

#[test]
fn an_engine_in_memory_follows_the_same_rules() {
    chosen_store::run_again_on("memory");
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite_follows_the_same_rules() {
    chosen_store::run_again_on("sqlite");
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn redis_follows_the_same_rules() {
    let server = redis::RedisServer::start(&[]);
    chosen_store::run_again_on(&server.url());
}
