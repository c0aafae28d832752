//! What an engine is told of a part: whether it has no cookies any more, and when the last one expires.

use std::time::SystemTime;

use gingersnap::store::StoredCookie;

use crate::operation::{SHOP, at, time};
use crate::ready::run;
use crate::staged_engine::StagedEngine;

/// Receives headers one after the other, and returns what the last one changes of the unpartitioned part.
fn last_update(engine: &StagedEngine, headers: &[&str]) -> (bool, Option<SystemTime>) {
    for header in headers {
        run(engine.store().receive(&at(SHOP), [header], time(0))).expect("the engine answers");
    }
    let updates = engine.last_updates();
    let [update] = &updates[..] else { panic!("{headers:?}: {updates:?}") };
    (update.is_emptied, update.expires)
}

#[test]
fn a_part_expires_with_its_last_cookie_unless_one_is_of_the_session() {
    for (headers, is_emptied, expires) in [
        (&["a=1"][..], false, None),
        (&["a=1; Max-Age=10"], false, Some(time(10))),
        (&["a=1; Max-Age=10", "b=1; Max-Age=20"], false, Some(time(20))),
        (&["a=1; Max-Age=20", "b=1; Max-Age=10"], false, Some(time(20))),
        (&["a=1; Max-Age=20", "a=1; Max-Age=10"], false, Some(time(10))),
        (&["a=1", "b=1; Max-Age=10"], false, None),
        (&["a=1; Max-Age=10", "b=1"], false, None),
        (&["a=1", "b=1; Max-Age=10", "a=; Max-Age=0"], false, Some(time(10))),
        (&["a=1", "a=; Max-Age=0"], true, None),
    ] {
        let engine = StagedEngine::default();
        assert_eq!(last_update(&engine, headers), (is_emptied, expires), "{headers:?}");
    }
}

/// Another store may have the key of a cookie that does not open, or know a rule that allows it.
#[test]
fn a_part_stays_as_long_as_it_has_a_cookie_that_the_store_cannot_use() {
    let other_engine = StagedEngine::default();
    run(other_engine.store().receive(&at("https://news.example/"), ["n=1"], time(0)))
        .expect("the engine answers");
    let planted: Vec<StoredCookie> = other_engine.last_updates().remove(0).put;
    for headers in [&["a=1; Max-Age=10"][..], &["a=1; Max-Age=10", "a=; Max-Age=0"]] {
        let engine = StagedEngine::default();
        engine.plant(planted.clone());
        assert_eq!(last_update(&engine, headers), (false, None), "{headers:?}");
    }
}
