//! The example `crawl`, with a jar in SQLite and in Redis.
#![cfg(all(feature = "sqlite", feature = "redis"))]

#[expect(dead_code, reason = "the tests of the engine use the rest")]
#[path = "support/redis.rs"]
mod redis_server;

use std::process::{Command, Output};

use redis_server::RedisServer;

/// Runs the example with a jar.
fn crawl(arguments: &[&str]) -> Output {
    let example = escargot::CargoBuild::new()
        .example("crawl")
        .all_features()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds");
    let mut command: Command = example.command();
    command.args(arguments).output().expect("the example runs")
}

/// Crawls twice with a jar: each site sees one session and every page, and no cookie is lost.
#[track_caller]
fn is_shared(jar: &str) {
    for workers in ["3", "1"] {
        let output = crawl(&["--jar", jar, "--workers", workers, "--sites", "2", "--pages", "90"]);
        let (table, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{table}{errors}");
        let rows: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[0], ["site", "sign-ins", "pages", "refused", "cookies"]);
        assert_eq!(rows[1], ["site0.localhost", "1", "45", "0", "21"]);
        assert_eq!(rows[2], ["site1.localhost", "1", "45", "0", "21"]);
        assert_eq!(rows[3][..5], ["90", "pages", "by", workers, "workers"]);
    }
}

#[test]
fn workers_share_a_jar_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    is_shared(&format!("sqlite:{}", folder.path().join("crawl.db").display()));
}

#[test]
#[ignore = "needs redis-server"]
fn workers_share_a_jar_in_redis() {
    let server = RedisServer::start(&[]);
    is_shared(&server.url());
}

#[test]
fn a_jar_that_cannot_be_opened_is_said() {
    for (jar, message) in [
        ("sqlite:/nonexistent/crawl.db", "crawl: "),
        ("redis://127.0.0.1:1/", "crawl: "),
        ("floppy:a", "the jar must be"),
        ("", "a jar is needed"),
    ] {
        let output = crawl(&["--jar", jar]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && errors.contains(message), "{jar}: {errors}");
    }
}
