//! Expired cookies, which later changes delete in steps.

use std::path::Path;

use crate::{Folder, PAGE, at, block_on, check, context, number, receive_at, store};

fn counts(path: &Path) -> (i64, i64) {
    let cookies = number(path, "SELECT count(*) FROM cookies");
    (cookies, number(path, "SELECT count(*) FROM parts"))
}

#[test]
fn expired_cookies_are_deleted_in_steps_of_100() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let store = store(&path);
    // 50 sites of 5 cookies that expire, and 10 sites whose cookies stay.
    let start = 1_700_000_000;
    for site in 0..50 {
        let url = format!("https://s{site}.example/");
        let headers = (0..5).map(|number| format!("c{number}=1; Max-Age={}", 10 + site));
        block_on(store.receive(&context(&url), headers, at(start))).unwrap();
    }
    for site in 45..55 {
        let url = format!("https://s{site}.example/");
        receive_at(&store, &url, "session=1", at(start));
        receive_at(&store, &url, "long=1; Max-Age=1000", at(start));
    }
    assert_eq!(counts(&path), (250 + 20, 55));
    // The cookies of one site more expire at each second. One of a site that stays replaces itself.
    let visit = |seconds| receive_at(&store, "https://s54.example/", "session=1", at(seconds));
    visit(start + 9);
    assert_eq!(counts(&path), (270, 55));
    visit(start + 10);
    assert_eq!(counts(&path), (265, 54));
    visit(start + 12);
    assert_eq!(counts(&path), (255, 52));
    for (cookies, parts) in [(155, 32), (55, 12), (20, 10), (20, 10)] {
        visit(start + 100);
        assert_eq!(counts(&path), (cookies, parts));
        check(&path);
    }
    visit(start + 1000);
    assert_eq!(counts(&path), (10, 10));
}

#[test]
fn a_part_whose_cookies_expired_is_absent_for_its_own_store() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let cached = || store(&path).with_cache(10, std::time::Duration::from_secs(3600));
    let (one, two) = (cached(), cached());
    receive_at(&one, PAGE, "a=1; Max-Age=10", at(1_700_000_000));
    // Another store deletes the part, which the first one has in its cache.
    receive_at(&two, "https://other.example/", "b=1", at(1_700_000_020));
    assert_eq!(counts(&path), (1, 1));
    receive_at(&one, PAGE, "c=1", at(1_700_000_020));
    assert_eq!(counts(&path), (2, 2));
    check(&path);
}

#[test]
fn the_expired_cookies_are_found_by_an_index() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    drop(store(&path));
    let sql = "EXPLAIN QUERY PLAN DELETE FROM cookies WHERE (site, partition, key) IN (
        SELECT site, partition, key FROM cookies WHERE expires <= 1 ORDER BY expires LIMIT 100)";
    let other = crate::other(&path);
    let mut plan = other.prepare(sql).unwrap();
    let plan: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().flatten().collect();
    let plan = plan.join("\n");
    assert!(plan.contains("cookies_by_expiry") && !plan.contains("SCAN"), "{plan}");
    assert!(plan.contains("PRIMARY KEY"), "{plan}");
}
