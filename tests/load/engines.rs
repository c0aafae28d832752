//! Engines, each used by four processes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::SystemTime;

use rusqlite::Connection;

use crate::load_sites::{HOSTILE_PARTS, check_hostile_site, hostile_name};
use crate::process::{
    HONEST_COOKIES, HOSTILE_SITES, LIMITS, PROCESSES, honest_sites, open, start, stored,
};
use crate::redis_server::RedisServer;
use crate::test_process::TestProcess;
use crate::usage::{Memory, descriptors, own_descriptors, wait_for_count, wait_for_descriptors};
use crate::{alone, load_time, runtime};

/// The most cookies that hostile sites have, those included that have expired.
const HOSTILE_COOKIES: usize = HOSTILE_SITES * HOSTILE_PARTS * LIMITS.site_cookies() as usize;

/// The most bytes of text that an engine has. A cookie of an honest site has less than 200 bytes.
const TEXT_BYTES: usize =
    HOSTILE_SITES * HOSTILE_PARTS * LIMITS.site_bytes() + HONEST_COOKIES * 200;

/// Returns the names of all sites that an engine may have.
fn all_sites() -> BTreeSet<String> {
    let mut sites = honest_sites();
    sites.extend((0..HOSTILE_SITES).map(hostile_name));
    sites
}

/// Lets processes use an engine for a time, and checks what it has then. Returns how many cookies that is.
/// While the processes run, `watch` is called.
fn use_engine(engine: &str, address: &str, watch: impl FnOnce()) -> usize {
    let processes: Vec<_> = (0..PROCESSES).map(|process| start(engine, address, process)).collect();
    watch();
    let mut log = BTreeSet::new();
    for line in processes.into_iter().flat_map(TestProcess::finish) {
        if line.starts_with("made ") || line.starts_with("used ") {
            println!("{engine}: a process {line}");
        } else if line.starts_with("stored ") {
            log.insert(line);
        }
    }
    runtime().block_on(async {
        let store = open(engine, address).await;
        // Sites without cookies, too.
        let sites = honest_sites();
        let mut found = BTreeSet::new();
        for site in &sites {
            found.extend(stored(&store, site).await);
        }
        assert_eq!(found, log, "the cookies that were acknowledged");
        let (mut count, mut most) = (found.len(), (0, 0));
        for site in (0..HOSTILE_SITES).map(hostile_name) {
            let cookies = store.site_cookies(&site, SystemTime::now()).await;
            let cookies = cookies.expect("the engine answers");
            most = most.max(check_hostile_site(&site, &cookies, &LIMITS));
            count += cookies.len();
        }
        println!(
            "{engine}: {} cookies of {} honest sites, {count} in all; at most {} cookies with {} bytes \
             in a part",
            log.len(),
            sites.len(),
            most.0,
            most.1
        );
        count
    })
}

/// Returns the number of a query.
fn number(connection: &Connection, query: &str) -> usize {
    let number: i64 = connection.query_row(query, [], |row| row.get(0)).expect("a number");
    usize::try_from(number).expect("a count")
}

/// Returns the size of a file, or 0 if there is none.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn sqlite_withstands_four_processes() {
    let _alone = alone();
    let before = own_descriptors();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cookies.db");
    let log = folder.path().join("cookies.db-wal");
    let count = use_engine("sqlite", path.to_str().expect("a path in UTF-8"), || {
        thread::sleep(load_time() / 2);
        println!("sqlite: a log of {} bytes", size(&log));
    });
    wait_for_descriptors(std::process::id(), before);
    assert!(!log.exists(), "the last process deletes the log");

    let connection = Connection::open(&path).expect("a database");
    let report: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a report");
    assert_eq!(report, "ok");
    let parts = "SELECT site, partition FROM parts";
    let used = "SELECT site, partition FROM cookies";
    for (one, two) in [(parts, used), (used, parts)] {
        let missing = format!("SELECT count(*) FROM ({one} EXCEPT {two})");
        assert_eq!(number(&connection, &missing), 0, "{missing}");
    }
    let mut sites = connection.prepare("SELECT DISTINCT site FROM cookies").expect("a table");
    let sites = sites.query_map([], |row| row.get(0)).expect("rows");
    let sites: BTreeSet<String> = sites.map(|site| site.expect("a site")).collect();
    assert!(sites.is_subset(&all_sites()), "{sites:?}");
    // What has expired is deleted when its site is next used, and little by little.
    let rows = number(&connection, "SELECT count(*) FROM cookies");
    println!("sqlite: {rows} rows, a file of {} bytes", size(&path));
    assert!(rows >= count, "{rows} rows");
    assert!(rows <= HOSTILE_COOKIES + HONEST_COOKIES, "{rows} rows");
    // Texts are in a row, its record and its keys, and pages may be half empty or free.
    assert!(size(&path) < 8 * TEXT_BYTES as u64, "a file of {} bytes", size(&path));
}

/// Returns a number that a server tells about itself.
fn info(server: &RedisServer, section: &str, name: &str) -> u32 {
    let text = server.command(&["INFO", section]);
    let number = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    number.and_then(|number| number.trim().parse().ok()).expect("a number")
}

/// Waits until the only client of a server is the command that asks. The server closes a connection after
/// its client has ended.
fn wait_until_alone(server: &RedisServer) {
    wait_for_count("clients", 1, || info(server, "clients", "connected_clients") as usize);
}

#[test]
#[ignore = "needs redis-server"]
fn redis_withstands_four_processes() {
    let _alone = alone();
    let own = own_descriptors();
    let server = RedisServer::start(&[]);
    let id = info(&server, "server", "process_id");
    wait_until_alone(&server);
    // The connection of the last command may still be among them.
    let before = descriptors(id);
    let start = Memory::of(id);
    use_engine("redis", &server.url(), || {});
    wait_until_alone(&server);
    wait_for_descriptors(id, before);
    let after = Memory::of(id);
    let keys = server.command(&["KEYS", "*"]);
    let site = |key: &str| Some(key.split_once('{')?.1.split_once('}')?.0.to_owned());
    let sites: BTreeSet<_> = keys.lines().map(|key| site(key).expect("a key")).collect();
    assert!(sites.is_subset(&all_sites()), "{sites:?}");
    let keys = keys.lines().count();
    println!("redis: {keys} keys, {} KiB of memory, then {}", start.resident, after.resident);
    // Parts and the sets of partitions, of hostile and honest sites.
    assert!(keys <= HOSTILE_SITES * (HOSTILE_PARTS + 1) + honest_sites().len(), "{keys} keys");
    // Texts are in a record and its key. The rest is room for the buffers of clients.
    Memory::assert_growth(start, after, 8 * TEXT_BYTES / 1024);
    drop(server);
    wait_for_descriptors(std::process::id(), own);
}
