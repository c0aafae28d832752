//! The feed of a store's changes.

use gingersnap::store::{ChangeFeed, StoreChange, StoreLimits};

use crate::client::{Client, NEWS, SHOP, at};

/// Returns the changes as short text, such as `+a=1` for a cookie that was stored.
fn text(feed: &ChangeFeed) -> String {
    let pair = |cookie: &gingersnap::store::StoredCookie| {
        format!("{}={}", cookie.name().escape_ascii(), cookie.value().escape_ascii())
    };
    let changes = feed.drain();
    let changes = changes.iter().map(|change| match change {
        StoreChange::Stored(cookie) => format!("+{}", pair(cookie)),
        StoreChange::Replaced { old, new } => format!("{}>{}", pair(old), pair(new)),
        StoreChange::Removed(cookie) => format!("-{}", pair(cookie)),
        StoreChange::Expired(cookie) => format!("expired {}", pair(cookie)),
        StoreChange::Evicted(cookie) => format!("evicted {}", pair(cookie)),
        StoreChange::Missed(count) => format!("missed {count}"),
        other => panic!("{other:?}"),
    });
    changes.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_changes_of_a_site_come_in_order() {
    let mut client = Client::with_limits(StoreLimits::DEFAULT.with_site_cookies(2, 2));
    client.stores(SHOP, "before=1; Max-Age=1");
    let feed = client.store.subscribe(100);
    client.wait(1);
    let headers = ["a=1", "b=1", "a=2", "c=1", "a=; Max-Age=0", "d=1; Secure", "x\0", "e=1"];
    client.store.receive(&at(SHOP), headers, client.now);
    // Of `c` and `e`, which are not `Secure`, the earlier one goes.
    let expected = "expired before=1, +a=1, +b=1, a=1>a=2, +c=1, evicted b=1, -a=2, +d=1, +e=1, \
                    evicted c=1";
    assert_eq!(text(&feed), expected);
    assert_eq!(feed.try_next(), None);
    // Neither sending nor looking is a change, and nor is a removal of nothing.
    client.sends(SHOP);
    let _ = client.store.get(&at(SHOP), "d", client.now);
    client.receive(&at(SHOP), "a=; Max-Age=0");
    assert_eq!(client.store.remove_site("other.example", client.now), 0);
    assert_eq!(text(&feed), "");
    let identity = client.cookie("d");
    client.store.remove(&identity.identity(), client.now);
    client.store.clear();
    assert_eq!(text(&feed), "-d=1, -e=1");
}

#[test]
fn evictions_over_all_sites_are_told_too() {
    let mut client = Client::with_limits(StoreLimits::DEFAULT.with_total_cookies(Some(2), 1));
    if !client.store.has_total_limit() {
        return;
    }
    let feed = client.store.subscribe(100);
    client.stores(SHOP, "a=1");
    client.wait(1);
    client.stores(NEWS, "b=1");
    client.wait(1);
    client.stores(SHOP, "c=1");
    assert_eq!(text(&feed), "+a=1, +b=1, +c=1, evicted a=1, evicted b=1");
    client.stores(SHOP, "d=1; Max-Age=5");
    client.wait(5);
    client.sends(NEWS);
    assert_eq!(text(&feed), "+d=1, expired d=1");
    client.store.end_session();
    assert_eq!(text(&feed), "-c=1");
}

#[test]
fn a_replaced_cookie_is_told_with_the_one_it_was() {
    let mut client = Client::new();
    let feed = client.store.subscribe(1);
    client.stores(SHOP, "a=1; Secure");
    let old = client.cookie("a");
    assert_eq!(feed.try_next(), Some(StoreChange::Stored(old.clone())));
    client.wait(1);
    client.stores(SHOP, "a=2");
    let new = client.cookie("a");
    assert_eq!((old.created(), new.is_secure()), (new.created(), false));
    assert_eq!(feed.try_next(), Some(StoreChange::Replaced { old, new }));
}

#[test]
fn a_slow_listener_learns_how_much_was_missed() {
    let mut client = Client::new();
    let feed = client.store.subscribe(2);
    for value in 1..=5 {
        client.stores(SHOP, format!("a={value}"));
    }
    assert_eq!(format!("{feed:?}"), "ChangeFeed { queued: 2, .. }");
    assert!(matches!(feed.try_next(), Some(StoreChange::Stored(_))));
    // There is room again, but what comes now would stand before what was missed.
    client.stores(SHOP, "a=6");
    assert_eq!(text(&feed), "a=1>a=2, missed 4");
    client.stores(SHOP, "a=7");
    assert_eq!(text(&feed), "a=6>a=7");
    let without_room = client.store.subscribe(0);
    client.stores(SHOP, "a=8");
    assert_eq!((text(&without_room), text(&feed)), ("missed 1".to_owned(), "a=7>a=8".to_owned()));
}

#[test]
fn what_was_missed_is_the_last_change_and_told_once() {
    let mut client = Client::new();
    let feed = client.store.subscribe(1);
    for header in ["a=1", "b=1", "c=1"] {
        client.stores(SHOP, header);
    }
    assert!(matches!(feed.try_next(), Some(StoreChange::Stored(cookie)) if cookie.name() == b"a"));
    assert_eq!(feed.try_next(), Some(StoreChange::Missed(2)));
    assert_eq!(feed.try_next(), None);
}

#[test]
fn listeners_come_and_go() {
    let mut client = Client::new();
    let first = client.store.subscribe(10);
    client.stores(SHOP, "a=1");
    let second = client.store.subscribe(10);
    client.stores(SHOP, "b=1");
    assert_eq!((text(&first), text(&second)), ("+a=1, +b=1".to_owned(), "+b=1".to_owned()));
    drop(first);
    client.stores(SHOP, "c=1");
    assert_eq!(text(&second), "+c=1");
    drop(second);
    client.stores(SHOP, "d=1");
    let third = client.store.subscribe(10);
    client.stores(SHOP, "e=1");
    assert_eq!(text(&third), "+e=1");
    // A copy of the store has no listeners.
    if let Some(mut copy) = client.store.copy() {
        copy.receive(&at(SHOP), ["f=1"], client.now);
    }
    assert_eq!(text(&third), "");
    // A feed outlives its store.
    client.stores(SHOP, "g=1");
    drop(client);
    assert_eq!(text(&third), "+g=1");
}
