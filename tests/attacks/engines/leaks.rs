//! Values in what the engines show: their `Debug` output, their errors and those of their drivers, and, beside
//! a keyring, their files.

use std::fs;
use std::path::{Path, PathBuf};

use gingersnap::store::backend::Backend as _;

use super::{Engine, EngineKind};
use crate::sealing::keyring;
use crate::secrets::{SECRET, Shown, TRACES, values};
use crate::{now, shop};

/// Stores, replaces, uses and removes cookies with the secret in their values.
fn use_store(engine: &Engine, is_sealed: bool) {
    let mut store = engine.store();
    if is_sealed {
        store = store.with_keyring(keyring().clone());
    }
    for (number, value) in values().into_iter().enumerate() {
        for header in [
            format!("a{}={value}", number % 20),
            format!("p{}={value}; Secure; Partitioned", number % 20),
            format!("short={value}; Max-Age=1"),
        ] {
            engine.block_on(store.receive(&shop(), [header], now()));
        }
        engine.block_on(store.cookie_header(&shop(), now()));
        if number % 5 == 0 {
            engine.block_on(store.receive(&shop(), ["a1=; Max-Age=0"], now()));
        }
    }
}

/// Returns whether one of the files in a folder has the secret.
fn is_in_files(folder: &Path) -> bool {
    let (mut folders, mut bytes) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                bytes.extend(fs::read(path).expect("a file"));
            }
        }
    }
    assert!(bytes.len() > 10_000, "the cookies are in no file");
    TRACES.iter().any(|trace| bytes.windows(trace.len()).any(|part| part == trace.as_bytes()))
}

#[test]
fn with_a_keyring_no_value_is_in_a_database() {
    for is_sealed in [false, true] {
        let engine = Engine::sqlite();
        let EngineKind::Sqlite { folder, direct, .. } = &engine.kind else { unreachable!() };
        use_store(&engine, is_sealed);
        // The log of the database.
        assert_eq!(is_in_files(folder.path()), !is_sealed);
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy = direct.query_row(checkpoint, [], |row| row.get::<_, i64>(0));
        assert_eq!(is_busy, Ok(0));
        // The database itself.
        assert_eq!(is_in_files(folder.path()), !is_sealed);
    }
}

#[test]
#[ignore = "needs redis-server"]
fn with_a_keyring_no_value_is_in_a_dump() {
    for is_sealed in [false, true] {
        let engine = Engine::redis(&["--appendonly", "yes", "--rdbcompression", "no"]);
        let EngineKind::Redis { server, .. } = &engine.kind else { unreachable!() };
        use_store(&engine, is_sealed);
        assert_eq!(server.command(&["SAVE"]), "OK");
        let folder = server.command(&["CONFIG", "GET", "dir"]);
        let folder = PathBuf::from(folder.lines().last().expect("a folder"));
        assert!(folder.join("dump.rdb").exists() && folder.join("appendonlydir").exists());
        assert_eq!(is_in_files(&folder), !is_sealed);
    }
}

/// Shows what every operation says about an engine with which something is wrong, and returns how many
/// fail.
fn show(engine: &Engine, shown: &mut Shown) -> usize {
    let store = engine.store();
    shown.debug(&store);
    let header = format!("sid={SECRET}; Secure; Partitioned");
    let wait = &engine.runtime;
    let answers = [
        shown.result(wait.block_on(store.receive(&shop(), [&header], now()))).is_none(),
        shown.result(wait.block_on(store.receive(&shop(), [SECRET], now()))).is_none(),
        shown.result(wait.block_on(store.cookie_header(&shop(), now()))).is_none(),
        shown.result(wait.block_on(store.site_cookies("shop.example", now()))).is_none(),
        shown.result(wait.block_on(store.remove_site("shop.example", now()))).is_none(),
    ];
    let site = ["shop.example"];
    match &engine.kind {
        EngineKind::Memory(_) => {}
        EngineKind::Sqlite { backend, .. } => {
            shown.debug(&**backend);
            if let Err(error) = wait.block_on(backend.load(site[0], &[None])) {
                shown.error(&error);
                shown.both(&error.kind);
            }
        }
        EngineKind::Redis { backend, .. } => {
            shown.debug(&**backend);
            if let Err(error) = wait.block_on(backend.load(site[0], &[None])) {
                shown.error(&error);
                shown.both(&error.kind);
            }
        }
    }
    answers.into_iter().filter(|failed| *failed).count()
}

#[test]
fn no_error_of_a_database_shows_a_value() {
    let mut shown = Shown::default();
    // Each fault, and how many of five operations fail because of it.
    for (fault, failures) in [
        ("UPDATE cookies SET record = 'S3CR3T'", 5),
        ("UPDATE cookies SET record = x'533343523354'", 5),
        ("UPDATE cookies SET key = 'S3CR3T' WHERE name = 'a'", 5),
        // The column is for people; the record has the expiry, too.
        ("UPDATE cookies SET expires = 'S3CR3T'", 0),
        ("UPDATE parts SET version = 'S3CR3T'", 5),
        ("ALTER TABLE cookies RENAME COLUMN record TO S3", 5),
        ("DROP TABLE parts", 5),
        // A trigger says what it likes, and can see the row. None runs.
        (
            "CREATE TRIGGER t BEFORE INSERT ON cookies BEGIN
                SELECT RAISE(ABORT, CAST(NEW.record AS TEXT));
            END",
            0,
        ),
        (
            "CREATE TRIGGER t BEFORE INSERT ON cookies BEGIN
                SELECT RAISE(ABORT, 'x' || hex(NEW.record));
            END",
            0,
        ),
        (
            "CREATE TRIGGER t BEFORE DELETE ON cookies BEGIN
                SELECT RAISE(ABORT, 'x' || hex(OLD.record));
            END",
            0,
        ),
        // A function says what it was given.
        (
            "CREATE INDEX i ON cookies (json_extract('{}', 'x' || hex(record))) WHERE name = 'sid'",
            1,
        ),
        ("CREATE UNIQUE INDEX i ON cookies (record); UPDATE cookies SET record = record", 0),
    ] {
        let engine = Engine::sqlite();
        let headers = [format!("a={SECRET}"), format!("b={SECRET}2; Max-Age=99")];
        engine.block_on(engine.store().receive(&shop(), headers, now()));
        let EngineKind::Sqlite { direct, .. } = &engine.kind else { unreachable!() };
        direct.execute_batch(fault).expect("a statement");
        assert_eq!(show(&engine, &mut shown), failures, "{fault}");
    }
}

#[test]
#[ignore = "needs redis-server"]
fn no_error_of_a_server_shows_a_value() {
    const COOKIES: &str = "gingersnap:{shop.example}:cookies";
    const PARTITIONS: &str = "gingersnap:{shop.example}:partitions";
    let mut shown = Shown::default();
    for (fault, must_fail) in [
        (&["SET", COOKIES, SECRET][..], true),
        (&["SET", PARTITIONS, SECRET], true),
        (&["LPUSH", PARTITIONS, SECRET], true),
        (&["HSET", COOKIES, "schema", SECRET], true),
        (&["HSET", COOKIES, "version", SECRET, "schema", "1"], true),
        (&["HSET", COOKIES, "x", SECRET, "schema", "1", "version", "1"], true),
        (&["SADD", PARTITIONS, SECRET], false),
        (&["ACL", "SETUSER", "default", "-evalsha"], true),
        (&["ACL", "SETUSER", "default", "-hset"], true),
        (&["ACL", "SETUSER", "default", "-hgetall"], true),
        (&["ACL", "SETUSER", "default", "resetkeys", "~other"], true),
        (&["CONFIG", "SET", "maxmemory", "1"], true),
        (&["REPLICAOF", "127.0.0.1", "1"], true),
    ] {
        let engine = Engine::redis(&[]);
        let EngineKind::Redis { server, .. } = &engine.kind else { unreachable!() };
        if fault[0] == "REPLICAOF" || fault[0] == "ACL" || fault[0] == "CONFIG" {
            engine.block_on(engine.store().receive(&shop(), [format!("a={SECRET}")], now()));
        }
        let answer = server.command(fault);
        assert!(!answer.contains("ERR"), "{fault:?}: {answer}");
        let failed = show(&engine, &mut shown);
        assert!(failed > 0 || !must_fail, "{fault:?}");
    }
}
