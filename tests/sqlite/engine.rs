//! Versions, conflicts, parts, and what lies in the file.

use std::error::Error as _;
use std::fs;
use std::time::{Duration, SystemTime};

use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{
    Applied, BackedStore, Backend, BackendErrorKind, SqliteBackend, SqliteError, SqliteErrorKind,
    Update, Version,
};

use crate::{
    Folder, PAGE, SITE, apply, at, block_on, check, context, load, names, number, open, other,
    receive, sent, store, update, updates,
};

fn done(applied: Applied) -> Vec<Version> {
    match applied {
        Applied::Done(versions) => versions,
        Applied::Conflict => panic!("a conflict"),
    }
}

/// Returns the update after another one that led to a version.
fn next(header: &str, expected: Version) -> Update {
    let mut update = update(header);
    update.expected = expected;
    update
}

#[test]
fn a_part_is_changed_only_at_the_expected_version() {
    let folder = Folder::new();
    let backend = open(&folder.path("cookies.db"));
    assert_eq!(load(&backend, None).version, Version::ABSENT);
    let first = done(apply(&backend, &[update("a=1")]))[0];
    assert_ne!(first, Version::ABSENT);
    for expected in [Version::ABSENT, Version(first.0 ^ 1), Version(first.0.wrapping_add(1))] {
        assert_eq!(apply(&backend, &[next("b=1", expected)]), Applied::Conflict);
    }
    let loaded = load(&backend, None);
    assert_eq!((loaded.version, names(&loaded.cookies)), (first, vec!["a"]));
    let second = done(apply(&backend, &[next("b=1", first)]))[0];
    assert_eq!(load(&backend, None).version, second);
    assert_eq!(names(&load(&backend, None).cookies), ["a", "b"]);
    // The same cookie again takes the place of the first.
    let before = load(&backend, None).cookies;
    let third = done(apply(&backend, &[next("a=2", second)]))[0];
    let after = load(&backend, None);
    assert_eq!((after.version, after.cookies.len()), (third, 2));
    assert_eq!((after.cookies[0].value(), &after.cookies[1]), (&b"2"[..], &before[1]));
    assert!(first != second && second != third && third != first);
    // Another connection sees the same.
    assert_eq!(load(&open(&folder.path("cookies.db")), None), after);
}

#[test]
fn a_part_that_is_emptied_and_made_again_has_another_version() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path);
    let mut versions = Vec::new();
    for _ in 0..20 {
        let version = done(apply(&backend, &[update("a=1")]))[0];
        versions.push(version.0);
        let mut emptied = next("a=1", version);
        emptied.delete = emptied.put.drain(..).map(|cookie| cookie.key()).collect();
        emptied.is_emptied = true;
        assert_eq!(done(apply(&backend, &[emptied.clone()])), [Version::ABSENT]);
        assert_eq!(number(&path, "SELECT count(*) FROM parts"), 0);
        assert_eq!(apply(&backend, &[emptied]), Applied::Conflict);
    }
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), 20);
}

#[test]
fn parts_change_together_or_not_at_all() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let backend = open(&path);
    let framed = context("https://www.shop.example/frame");
    let page = context("https://news.example/");
    let framed = framed.in_top_level(&page);
    let partitioned = "__Host-b=1; Secure; Path=/; SameSite=None; Partitioned";
    let headers = ["a=1; Secure; SameSite=None", partitioned];
    let both = updates(&framed, headers, SystemTime::now());
    assert_eq!(both.len(), 2);
    let partition = "https://news.example";
    let versions = done(apply(&backend, &both));
    assert_eq!(versions.len(), 2);
    assert_eq!(block_on(backend.partitions(SITE)).unwrap(), [partition]);
    assert_eq!(block_on(backend.partitions("other.example")).unwrap(), [""; 0]);
    let parts = || block_on(backend.load(SITE, &[Some(partition), None, Some("x")])).unwrap();
    let loaded = parts();
    let counts: Vec<_> = loaded.iter().map(|part| names(&part.cookies)).collect();
    assert_eq!(counts, [vec!["__Host-b"], vec!["a"], vec![]]);
    for update in &both {
        let at = usize::from(update.partition.is_none());
        let position = both.iter().position(|other| other.partition == update.partition).unwrap();
        assert_eq!(loaded[at].version, versions[position]);
    }
    // The other part has another version by now.
    for stale in 0..2 {
        let mut updates = both.clone();
        for (position, update) in updates.iter_mut().enumerate() {
            let wrong = u64::from(position == stale);
            update.expected = Version(versions[position].0.wrapping_add(wrong));
            update.delete = update.put.drain(..).map(|cookie| cookie.key()).collect();
            update.is_emptied = true;
        }
        assert_eq!(apply(&backend, &updates), Applied::Conflict);
        assert_eq!(parts(), loaded);
    }
    check(&path);
}

#[test]
fn two_stores_that_conflict_lose_nothing() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let cached = || store(&path).with_cache(10, Duration::from_secs(3600));
    let (one, two) = (cached(), cached());
    for number in 0..20 {
        // What the other one has in its cache is old now.
        receive(&one, PAGE, &format!("one{number}=1"));
        receive(&two, PAGE, &format!("two{number}=1"));
    }
    assert_eq!(sent(&store(&path), PAGE).split("; ").count(), 40);
    check(&path);
}

#[test]
fn every_cookie_comes_back_as_it_was() {
    let folder = Folder::new();
    let backend = open(&folder.path("cookies.db"));
    let headers: [&[u8]; 6] = [
        b"a=1; Max-Age=5000; HttpOnly; SameSite=Strict",
        b"session",
        b"\xFFname=\xFE\xFD; Path=/\xFC",
        b"domain=1; Domain=shop.example; Secure; SameSite=None",
        b"=nameless",
        b"__Host-x=1; Secure; Path=/",
    ];
    let updates = updates(&context(PAGE), headers, at(1_700_000_000));
    let mut put: Vec<StoredCookie> = updates[0].put.clone();
    assert_eq!(put.len(), 5, "{put:?}");
    block_on(backend.apply(SITE, &updates, at(1_700_000_000))).unwrap();
    let mut loaded = load(&backend, None).cookies;
    put.sort_by_key(StoredCookie::key);
    loaded.sort_by_key(StoredCookie::key);
    assert_eq!(loaded, put);
}

/// A site, partition, domain, name, the type of the name, and an expiry.
type Row = (String, String, String, Vec<u8>, String, Option<i64>);

#[test]
fn people_can_read_the_table() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = store(&path);
    let now = at(1_700_000_000);
    let headers: [&[u8]; 3] =
        [b"a=1; Domain=shop.example; Max-Age=60", b"b=1", b"\xFF=1; Max-Age=60"];
    block_on(store.receive(&context(PAGE), headers, now)).unwrap();
    let other = other(&path);
    let sql = "SELECT site, partition, domain, CAST(name AS BLOB), typeof(name), expires
        FROM cookies ORDER BY expires, domain";
    let mut rows = other.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
    });
    let rows: Vec<Row> = rows.unwrap().map(Result::unwrap).collect();
    let row = |domain: &str, name: &[u8], kind: &str, expires| {
        (SITE.into(), String::new(), domain.into(), name.into(), kind.into(), expires)
    };
    let expires = Some(1_700_000_060_000_000);
    assert_eq!(
        rows,
        [
            row("www.shop.example", b"b", "text", None),
            row(SITE, b"a", "text", expires),
            row("www.shop.example", b"\xFF", "blob", expires),
        ]
    );
}

#[test]
fn what_was_removed_is_not_in_the_file() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let has = |bytes: &[u8]| {
        let file = fs::read(&path).unwrap();
        file.windows(bytes.len()).any(|window| window == bytes)
    };
    receive(&store(&path), PAGE, "sid=S3CR3T-ONE");
    receive(&store(&path), PAGE, "other=1");
    assert!(has(b"S3CR3T-ONE"));
    receive(&store(&path), PAGE, "sid=S3CR3T-TWO");
    assert!(!has(b"S3CR3T-ONE") && has(b"S3CR3T-TWO"));
    receive(&store(&path), PAGE, "sid=; Max-Age=0");
    assert!(!has(b"S3CR3T-TWO"));
    assert_eq!(sent(&store(&path), PAGE), "other=1");
}

#[test]
fn a_record_that_cannot_be_read_is_an_error_without_its_value() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = store(&path);
    receive(&store, PAGE, "sid=S3CR3T");
    let cut = "UPDATE cookies SET record = CAST('S3CR3T' AS BLOB)";
    other(&path).execute(cut, []).unwrap();
    let error = block_on(store.cookie_header_now(&context(PAGE))).unwrap_err();
    assert_eq!(error.kind, BackendErrorKind::Load);
    let source = error.source().unwrap().downcast_ref::<SqliteError>().unwrap();
    assert_eq!(source.kind, SqliteErrorKind::InvalidRecord);
    assert!(source.to_string().ends_with("`: a cookie in it cannot be read"));
    let texts = [error.to_string(), format!("{error:?}"), source.source().unwrap().to_string()];
    assert!(texts.iter().all(|text| !text.contains("S3CR3T")), "{texts:?}");
    // Other sites are not affected.
    receive(&store, "https://other.example/", "a=1");
}

/// Otherwise a cookie could be planted beside another one that is the same, and neither be replaced nor
/// removed.
#[test]
fn a_record_in_the_row_of_another_cookie_is_an_error() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = store(&path);
    receive(&store, PAGE, "sid=S3CR3T");
    let moved = "INSERT INTO cookies SELECT site, partition, x'00', expires, domain, name, record
        FROM cookies";
    other(&path).execute(moved, []).unwrap();
    let error = block_on(store.cookie_header_now(&context(PAGE))).unwrap_err();
    let source = error.source().unwrap().downcast_ref::<SqliteError>().unwrap();
    assert_eq!(source.kind, SqliteErrorKind::InvalidRecord);
}

#[test]
fn the_engine_is_chosen_at_run_time_and_futures_can_be_sent() {
    fn is_send<T: Send>(_: &T) {}
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<SqliteBackend>();
    is_shared::<SqliteError>();
    let folder = Folder::new();
    let backend = open(&folder.path("cookies.db"));
    assert_eq!(backend.path(), folder.path("cookies.db"));
    assert!(format!("{backend:?}").contains("cookies.db"));
    let store = BackedStore::new(backend);
    let context = context(PAGE);
    let future = store.receive_now(&context, ["a=1"]);
    is_send(&future);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future).unwrap();
    assert_eq!(sent(&store, PAGE), "a=1");
}
