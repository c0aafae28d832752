//! Engines, each used by four processes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::Connection;

use crate::redis_server::RedisServer;
use crate::runtime;
use crate::sites::{HOSTILE_PARTS, check_hostile_site};
use crate::usage::{Memory, descriptors, own_descriptors, wait_for_descriptors};
use crate::worker::{HOSTILE_SITES, PROCESSES, open, start, stored};

/// Lets processes use an engine for a time, and checks what it has then. Returns how many cookies that is.
fn use_engine(engine: &str, place: &str) -> usize {
    let workers: Vec<_> = (0..PROCESSES).map(|process| start(engine, place, process)).collect();
    let mut log = BTreeSet::new();
    for worker in workers {
        let output = worker.wait_with_output().expect("it ends");
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.success(), "{text}");
        for line in text.lines() {
            if line.starts_with("stored ") {
                log.insert(line.to_owned());
            } else if line.starts_with("made ") || line.starts_with("used ") {
                println!("{engine}: a process {line}");
            }
        }
    }
    runtime().block_on(async {
        let store = open(engine, place).await;
        let sites: BTreeSet<_> = log.iter().filter_map(|line| line.split(' ').nth(1)).collect();
        let mut found = BTreeSet::new();
        for site in &sites {
            found.extend(stored(&store, site).await);
        }
        assert_eq!(found, log, "the cookies that were acknowledged");
        let mut count = found.len();
        for site in (0..HOSTILE_SITES).map(|number| format!("evil{number}.example")) {
            let cookies = store.site_cookies(&site, SystemTime::now()).await;
            let cookies = cookies.expect("the engine answers");
            check_hostile_site(&site, &cookies);
            count += cookies.len();
        }
        println!("{engine}: {} cookies of {} honest sites, {count} in all", log.len(), sites.len());
        count
    })
}

/// Returns the number of a query.
fn number(path: &Path, query: &str) -> i64 {
    let connection = Connection::open(path).expect("a database");
    connection.query_row(query, [], |row| row.get(0)).expect("a number")
}

#[test]
#[ignore = "takes minutes"]
fn an_sqlite_database_stands_four_processes() {
    let before = own_descriptors();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cookies.db");
    let count = use_engine("sqlite", path.to_str().expect("a path in UTF-8"));
    wait_for_descriptors(std::process::id(), before);

    let connection = Connection::open(&path).expect("a database");
    let report: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a report");
    assert_eq!(report, "ok");
    let parts = "SELECT site, partition FROM parts";
    let used = "SELECT site, partition FROM cookies";
    for (one, two) in [(parts, used), (used, parts)] {
        let missing = format!("SELECT count(*) FROM ({one} EXCEPT {two})");
        assert_eq!(number(&path, &missing), 0, "{missing}");
    }
    // What has expired is deleted when its site is next used, and little by little.
    let rows = number(&path, "SELECT count(*) FROM cookies");
    let size = fs::metadata(&path).expect("a file").len();
    println!("sqlite: {rows} rows, a file of {size} bytes");
    assert!(usize::try_from(rows).expect("a count") >= count);
    let most = HOSTILE_SITES * HOSTILE_PARTS * 180 + PROCESSES * 3 * 6 * 30;
    assert!(usize::try_from(rows).expect("a count") <= most, "{rows} rows");
    assert!(size < 64 << 20, "a file of {size} bytes");
}

/// Returns a number that a server tells about itself.
fn info(server: &RedisServer, section: &str, name: &str) -> u32 {
    let text = server.command(&["INFO", section]);
    let number = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    number.and_then(|number| number.trim().parse().ok()).expect("a number")
}

#[test]
#[ignore = "needs redis-server"]
fn a_redis_server_stands_four_processes() {
    let own = own_descriptors();
    let server = RedisServer::start(&[]);
    let id = info(&server, "server", "process_id");
    let before = descriptors(id);
    let start = Memory::of(id);
    use_engine("redis", &server.url());
    wait_for_descriptors(id, before);
    // The command that asks is a client itself.
    assert_eq!(info(&server, "clients", "connected_clients"), 1);
    let after = Memory::of(id);
    let keys = server.command(&["DBSIZE"]);
    println!("redis: {} keys, {} KiB of memory, then {}", keys, start.resident, after.resident);
    // Parts and the sets of partitions, of hostile and honest sites.
    let keys: usize = keys.parse().expect("a number");
    assert!(keys <= HOSTILE_SITES * (HOSTILE_PARTS + 1) + PROCESSES * 3 * 6, "{keys} keys");
    assert!(after.resident <= start.resident + (64 << 10), "{start:?} grew to {after:?}");
    drop(server);
    wait_for_descriptors(std::process::id(), own);
}
