//! What is opened, and what is refused and left as it was.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use gingersnap::store::backend::{SqliteBackend, SqliteError, SqliteErrorKind};

use crate::{Folder, PAGE, check, number, open, other, receive, sent, store};

#[track_caller]
fn refusal(path: &Path) -> SqliteError {
    let error = SqliteBackend::open(path).unwrap_err();
    if path.is_absolute() {
        assert_eq!(error.path, path);
    }
    error
}

#[test]
fn cookies_are_there_when_the_file_is_opened_again() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    for visit in 0..3 {
        let store = store(&path);
        let expected = if visit == 0 { String::new() } else { format!("visit={}", visit - 1) };
        assert_eq!(sent(&store, PAGE), expected);
        receive(&store, PAGE, &format!("visit={visit}"));
        assert!(folder.names().contains(&"cookies.db-wal".to_owned()));
        drop(store);
        // The thread has closed the database.
        assert_eq!(folder.names(), ["cookies.db"]);
        check(&path);
    }
}

#[test]
fn a_path_is_only_the_path_of_a_file() {
    let folder = Folder::new();
    for name in ["a?mode=memory", "b#c", "d%41", "file:e?mode=ro", "ö", ":memory:"] {
        receive(&store(&folder.path(name)), PAGE, "a=1");
        assert!(folder.names().contains(&name.to_owned()), "{name}");
    }
    assert_eq!(folder.names().len(), 6);
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = Folder::new();
    let error = refusal(Path::new(":memory:"));
    assert_eq!(error.kind, SqliteErrorKind::InMemory);
    assert_eq!(
        error.to_string(),
        "database `:memory:`: a database in memory is not supported; use `SharedStore`"
    );
    for path in [Path::new(""), &folder.path(""), &folder.path("missing/cookies.db")] {
        let error = refusal(path);
        assert_eq!(error.kind, SqliteErrorKind::Open, "{path:?}");
        assert!(error.to_string().ends_with("`: it cannot be opened"), "{error}");
        // The system says more than SQLite does.
        assert!(error.source().is_some_and(<dyn Error>::is::<std::io::Error>), "{path:?}");
    }
    assert_eq!(folder.names(), [""; 0]);
    fs::create_dir(folder.path("folder")).unwrap();
    assert_eq!(refusal(&folder.path("folder")).kind, SqliteErrorKind::Open);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_and_an_old_one_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for old in [None, Some(0o640)] {
        let folder = Folder::new();
        if let Some(mode) = old {
            fs::write(folder.path("cookies.db"), "").unwrap();
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(folder.path("cookies.db"), permissions).unwrap();
        }
        let store = store(&folder.path("cookies.db"));
        receive(&store, PAGE, "a=1");
        assert_eq!(folder.names(), ["cookies.db", "cookies.db-shm", "cookies.db-wal"]);
        for name in folder.names() {
            assert_eq!(mode(&folder.path(&name)), old.unwrap_or(0o600), "{name}");
        }
    }
}

/// Asserts that a file is refused, and that it and its folder stay as they are.
#[track_caller]
fn is_left_alone(folder: &Folder, name: &str, kind: SqliteErrorKind) {
    let path = folder.path(name);
    let (bytes, names) = (fs::read(&path).unwrap(), folder.names());
    assert_eq!(refusal(&path).kind, kind, "{name}");
    assert_eq!(folder.names(), names);
    assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
}

#[test]
fn an_unknown_schema_is_refused() {
    let folder = Folder::new();
    receive(&store(&folder.path("cookies.db")), PAGE, "a=1");
    for version in [2, 0, -1, i32::MAX] {
        other(&folder.path("cookies.db")).pragma_update(None, "user_version", version).unwrap();
        let kind = SqliteErrorKind::UnknownSchema { version, known: 1 };
        is_left_alone(&folder, "cookies.db", kind);
    }
    let message = refusal(&folder.path("cookies.db")).to_string();
    assert!(message.ends_with("`: it has version 2147483647 of the tables, and only 1 is known"));
    other(&folder.path("cookies.db")).pragma_update(None, "user_version", 1).unwrap();
    assert_eq!(sent(&store(&folder.path("cookies.db")), PAGE), "a=1");
}

#[test]
fn the_file_of_another_program_is_refused() {
    let folder = Folder::new();
    fs::write(folder.path("text"), "# Netscape HTTP Cookie File\n").unwrap();
    fs::write(folder.path("long"), "some text\n".repeat(10_000)).unwrap();
    for (name, sql) in [
        ("tables", "CREATE TABLE cookies (site TEXT)"),
        ("dropped", "CREATE TABLE t (a); DROP TABLE t"),
        ("numbered", "PRAGMA user_version = 1"),
        ("named", "PRAGMA application_id = 7; PRAGMA user_version = 1"),
        ("wal", "PRAGMA journal_mode = wal; CREATE TABLE t (a)"),
    ] {
        other(&folder.path(name)).execute_batch(sql).unwrap();
    }
    for name in ["text", "long", "tables", "dropped", "numbered", "named", "wal"] {
        is_left_alone(&folder, name, SqliteErrorKind::Foreign);
    }
    let error = refusal(&folder.path("text"));
    assert!(error.to_string().ends_with("`: the file is no database of this crate"), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "Error code 26: file is not a database");
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = Folder::new();
    fs::write(folder.path("cookies.db"), "").unwrap();
    receive(&store(&folder.path("cookies.db")), PAGE, "a=1");
    assert_eq!(sent(&store(&folder.path("cookies.db")), PAGE), "a=1");
}

#[test]
fn a_database_whose_first_opening_was_cut_short_is_used() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    drop(open(&path));
    // The tables were made, and the log not yet.
    let journal: String =
        other(&path).query_row("PRAGMA journal_mode = delete", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "delete");
    let store = store(&path);
    receive(&store, PAGE, "a=1");
    assert_eq!(folder.names().len(), 3, "{:?}", folder.names());
}

#[test]
fn a_new_file_can_be_opened_many_times_at_once() {
    for _ in 0..10 {
        let folder = Folder::new();
        let path = folder.path("cookies.db");
        thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || receive(&store(path), PAGE, &format!("c{number}=1")));
            }
        });
        assert_eq!(number(&path, "SELECT count(*) FROM cookies"), 8);
        check(&path);
    }
}

#[test]
fn opening_waits_for_others() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    fs::write(&path, "").unwrap();
    let lock = other(&path);
    lock.execute_batch("BEGIN EXCLUSIVE").unwrap();
    thread::scope(|scope| {
        let opened = scope.spawn(|| SqliteBackend::open(&path));
        thread::sleep(Duration::from_millis(300));
        assert!(!opened.is_finished());
        lock.execute_batch("COMMIT").unwrap();
        opened.join().unwrap().unwrap();
    });
    let path = folder.path("locked.db");
    let lock = other(&path);
    lock.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let limit = Duration::from_secs(5);
    assert_eq!(refusal(&path).kind, SqliteErrorKind::TimedOut { limit });
}
