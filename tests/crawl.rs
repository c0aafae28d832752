//! The example `crawl`, with a jar in SQLite and in Redis.
#![cfg(all(feature = "sqlite", feature = "redis"))]

#[expect(dead_code, reason = "the tests of the engine use the rest")]
#[path = "support/redis.rs"]
mod redis_server;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use redis_server::RedisServer;

/// Runs the example with a jar.
fn crawl(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the example runs")
}

fn command(arguments: &[&str]) -> Command {
    let example = escargot::CargoBuild::new()
        .example("crawl")
        .all_features()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds");
    let mut command = example.command();
    command.args(arguments);
    command
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

/// The others wait for the sessions of the worker that was killed: the whole crawl ends instead.
#[test]
#[cfg(target_os = "linux")]
fn a_worker_that_is_killed_ends_the_crawl() {
    let folder = tempfile::tempdir().unwrap();
    let jar = format!("sqlite:{}", folder.path().join("crawl.db").display());
    let mut command = command(&["--jar", &jar, "--sites", "3", "--pages", "100000000"]);
    let crawl = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let children = format!("/proc/{0}/task/{0}/children", crawl.id());
    let start = Instant::now();
    let worker = loop {
        let children = std::fs::read_to_string(&children).unwrap_or_default();
        if let Some(worker) = children.split_whitespace().next() {
            break worker.to_owned();
        }
        assert!(start.elapsed() < Duration::from_secs(30), "no worker started");
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(Command::new("kill").args(["-s", "KILL", &worker]).status().unwrap().success());
    let output = crawl.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("a worker failed: signal: 9"), "{errors}");
    assert!(!output.status.success());
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
