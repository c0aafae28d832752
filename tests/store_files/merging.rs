//! Merging: two stores that are loaded from one file, changed, and saved.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::file::{CookieFile, Format, Kept};
use gingersnap::store::{CookieStore, SharedStore};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::{
    FORMATS, Folder, config, load, now, read_file, receive, receive_at, shown, write_file,
};

const URL: &str = "https://shop.example/";

/// What happens to the cookie `a` in a store.
#[derive(Clone, Copy, Debug)]
enum Change {
    No,
    Set(&'static str),
    Remove,
}
use Change::{No, Remove, Set};

impl Change {
    fn apply(self, store: &mut CookieStore, at: SystemTime) {
        match self {
            No => {}
            Set(value) => receive_at(store, URL, &format!("a={value}"), at),
            Remove => {
                let context = RequestContext::parse(URL).unwrap();
                let _ = store.receive(&context, ["a=; Max-Age=0"], at);
            }
        }
    }
}

/// The file's changes are made one second after now, and the store's two seconds after.
fn merged(
    format: Format,
    before: Change,
    ours: Change,
    theirs: Change,
) -> (Vec<String>, Vec<Kept>) {
    let folder = Folder::new();
    let path = folder.path("cookies");
    let at = |seconds| now() + Duration::from_secs(seconds);
    let mut first = CookieStore::new();
    receive(&mut first, URL, "other=1");
    before.apply(&mut first, now());
    first.save(&mut CookieFile::new(&path, format), now()).unwrap();

    let [mut our_file, mut their_file] = [(); 2].map(|()| CookieFile::new(&path, format));
    let [mut our_store, mut their_store] = [&mut our_file, &mut their_file].map(|f| load(f).0);
    ours.apply(&mut our_store, at(2));
    theirs.apply(&mut their_store, at(1));
    receive_at(&mut our_store, URL, "ours=1", at(2));
    receive_at(&mut their_store, URL, "theirs=1", at(1));
    their_store.save(&mut their_file, at(3)).unwrap();
    let report = our_store.save(&mut our_file, at(3)).unwrap();

    let (store, _) = load(&mut CookieFile::new(&path, format));
    let mut all = shown(&store);
    for always in ["other", "ours", "theirs"] {
        let cookie = format!("shop.example/ {always}=1");
        all.remove(all.iter().position(|one| *one == cookie).expect("nothing is lost"));
    }
    // Both stores agree when they have loaded the file, and saving again changes nothing.
    let text = read_file(&path);
    for (store, file) in [(&mut our_store, &mut our_file), (&mut their_store, &mut their_file)] {
        let again = store.save(file, at(4)).unwrap();
        assert!(again.conflicts.is_empty(), "{before:?} {ours:?} {theirs:?}: {again:?}");
        assert_eq!(read_file(&path), text, "{before:?} {ours:?} {theirs:?}");
        let loaded = store.load(file, at(4)).unwrap();
        assert!(loaded.conflicts.is_empty());
    }
    assert_eq!(shown(&our_store), shown(&store), "{before:?} {ours:?} {theirs:?}");
    assert_eq!(shown(&their_store), shown(&store), "{before:?} {ours:?} {theirs:?}");
    for conflict in &report.conflicts {
        assert_eq!(conflict.cookie.to_string(), "a (shop.example/)");
    }
    (all, report.conflicts.iter().map(|conflict| conflict.kept).collect())
}

#[test]
fn changes_are_merged() {
    for &format in FORMATS {
        for (before, ours, theirs, kept, conflicts) in [
            (No, No, No, None, 0),
            (No, Set("1"), No, Some("1"), 0),
            (No, No, Set("1"), Some("1"), 0),
            (Set("1"), No, No, Some("1"), 0),
            (Set("1"), Set("2"), No, Some("2"), 0),
            (Set("1"), No, Set("2"), Some("2"), 0),
            (Set("1"), Remove, No, None, 0),
            (Set("1"), No, Remove, None, 0),
            (Set("1"), Remove, Remove, None, 0),
            (Set("1"), Remove, Set("2"), Some("2"), 0),
            (Set("1"), Set("2"), Remove, Some("2"), 0),
            // The store's is the later one, and is kept without times as well.
            (Set("1"), Set("2"), Set("3"), Some("2"), 1),
            (No, Set("2"), Set("3"), Some("2"), 1),
        ] {
            let (all, reported) = merged(format, before, ours, theirs);
            let expected: Vec<_> =
                kept.map(|v| format!("shop.example/ a={v}")).into_iter().collect();
            assert_eq!(all, expected, "{format:?} {before:?} {ours:?} {theirs:?}");
            assert_eq!(reported, vec![Kept::Store; conflicts], "{format:?} {before:?}");
        }
    }
}

#[test]
fn the_same_change_on_both_sides_is_no_conflict() {
    // The format of this crate holds when each change was made.
    for &format in FORMATS.iter().filter(|format| format.to_string() != "gingersnap JSON") {
        let (all, conflicts) = merged(format, Set("1"), Set("2"), Set("2"));
        assert_eq!((all.as_slice(), conflicts.len()), (&["shop.example/ a=2".to_owned()][..], 0));
    }
}

/// Both sides have stored the same cookie before they met. Then one removes it.
#[test]
fn a_removal_after_the_same_change_on_both_sides_is_kept() {
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let [mut our_file, mut their_file] =
        [(); 2].map(|()| CookieFile::new(&path, Format::CookiesTxt));
    let [mut ours, mut theirs] = [CookieStore::new(), CookieStore::new()];
    receive_at(&mut theirs, URL, "a=1", now());
    theirs.save(&mut their_file, now()).unwrap();
    receive_at(&mut ours, URL, "a=1", now());
    ours.save(&mut our_file, now()).unwrap();
    receive_at(&mut ours, URL, "a=; Max-Age=0", now());
    let report = ours.save(&mut our_file, now()).unwrap();
    assert_eq!((report.written, report.conflicts.len()), (0, 0));
    ours.load(&mut our_file, now()).unwrap();
    assert_eq!(ours.len(now()), 0);
}

/// A conflict that the store wins is as if the file's cookie had been loaded and changed.
#[cfg(feature = "json")]
#[test]
fn what_won_a_conflict_can_be_removed() {
    let folder = Folder::new();
    let path = folder.path("cookies.json");
    let at = |seconds| now() + Duration::from_secs(seconds);
    let [mut ours, mut theirs] = [CookieStore::new(), CookieStore::new()];
    receive_at(&mut theirs, URL, "a=1", at(0));
    theirs.save(&mut CookieFile::new(&path, Format::Json), at(0)).unwrap();
    receive_at(&mut ours, URL, "a=2", at(1));
    let mut file = CookieFile::new(&path, Format::Json);
    assert_eq!(ours.load(&mut file, at(2)).unwrap().conflicts[0].kept, Kept::Store);
    ours.clear();
    assert_eq!(ours.save(&mut file, at(3)).unwrap().written, 0);
}

#[cfg(feature = "json")]
#[test]
fn the_later_change_is_kept() {
    let folder = Folder::new();
    let path = folder.path("cookies.json");
    let at = |seconds| now() + Duration::from_secs(seconds);
    let (ours_wins, theirs_wins) = (("ours", Kept::Store), ("theirs", Kept::File));
    for (our_time, their_time, loaded, saved) in [
        (2, 1, ours_wins, ours_wins),
        (1, 2, theirs_wins, theirs_wins),
        // At equal times, loading keeps the cookie of the file, and saving that of the store.
        (1, 1, theirs_wins, ours_wins),
    ] {
        let [mut our_file, mut their_file] = [(); 2].map(|()| CookieFile::new(&path, Format::Json));
        let [mut ours, mut theirs] = [CookieStore::new(), CookieStore::new()];
        receive_at(&mut theirs, URL, "a=theirs", at(their_time));
        theirs.save(&mut their_file, at(3)).unwrap();
        receive_at(&mut ours, URL, "a=ours", at(our_time));
        let mut loading = ours.clone();
        let report = loading.load(&mut CookieFile::new(&path, Format::Json), at(3)).unwrap();
        assert_eq!(report.conflicts[0].kept, loaded.1);
        assert_eq!(shown(&loading), [format!("shop.example/ a={}", loaded.0)]);

        let report = ours.save(&mut our_file, at(3)).unwrap();
        assert_eq!(report.conflicts[0].kept, saved.1);
        assert_eq!(
            shown(&load(&mut CookieFile::new(&path, Format::Json)).0),
            [format!("shop.example/ a={}", saved.0)]
        );
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn loading_again_takes_what_has_changed() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut file = CookieFile::new(&path, format);
        let mut store = CookieStore::new();
        for header in ["a=1", "b=1; Max-Age=60", "c=1", "d=1", "e=1; SameSite=Strict"] {
            receive(&mut store, URL, header);
        }
        store.save(&mut file, now()).unwrap();

        let mut their_file = CookieFile::new(&path, format);
        let (mut theirs, _) = load(&mut their_file);
        receive(&mut theirs, URL, "a=2");
        receive(&mut theirs, URL, "f=2");
        receive(&mut theirs, URL, "e=2; SameSite=Strict");
        Change::Remove.apply(&mut theirs, now()); // `a`
        receive(&mut theirs, URL, "a=3");
        let context = RequestContext::parse(URL).unwrap();
        let _ = theirs.receive(&context, ["c=; Max-Age=0"], now());
        theirs.save(&mut their_file, now()).unwrap();

        // What the store has changed and not saved stays, and is saved then.
        receive(&mut store, URL, "d=4");
        let report = store.load(&mut file, now()).unwrap();
        assert_eq!((report.stored, report.conflicts.len()), (3, 0), "{format:?}");
        let expected = [
            "shop.example/ a=3",
            "shop.example/ b=1 60",
            "shop.example/ d=4",
            // A format without `SameSite` does not reset it.
            "shop.example/ e=2 Strict",
            "shop.example/ f=2",
        ];
        assert_eq!(shown(&store), expected, "{format:?}");
        let report = store.save(&mut file, now()).unwrap();
        assert_eq!((report.written, report.conflicts.len()), (5, 0));
        assert!(read_file(&path).contains('4'));
    }
}

#[test]
fn what_was_removed_from_the_file_and_changed_in_the_store_is_kept_by_both() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut file = CookieFile::new(&path, format);
        let mut store = CookieStore::new();
        receive(&mut store, URL, "a=1");
        store.save(&mut file, now()).unwrap();
        std::fs::remove_file(&path).unwrap();
        receive(&mut store, URL, "a=2");
        for _ in 0..2 {
            store.load(&mut file, now()).unwrap();
            assert_eq!(shown(&store), ["shop.example/ a=2"], "{format}");
            assert_eq!(store.save(&mut file, now()).unwrap().written, 1, "{format}");
        }
    }
}

#[test]
fn what_was_removed_from_the_file_is_removed_from_a_shared_store() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut file = CookieFile::new(&path, format);
        let store = SharedStore::new();
        let context = RequestContext::parse(URL).unwrap();
        store.receive(&context, ["a=1"], now());
        store.save(&mut file, now()).unwrap();
        store.receive(&context, ["b=1"], now());
        std::fs::remove_file(&path).unwrap();
        store.load(&mut file, now()).unwrap();
        assert_eq!(shown(&store.snapshot()), ["shop.example/ b=1"], "{format}");
    }
}

#[test]
fn a_store_that_never_loads_loses_nothing() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        for number in 0..3 {
            let mut store = CookieStore::new();
            receive(&mut store, URL, &format!("n{number}=1"));
            store.save(&mut CookieFile::new(&path, format), now()).unwrap();
        }
        assert_eq!(load(&mut CookieFile::new(&path, format)).0.len(now()), 3);
    }
}

#[test]
fn a_cookie_that_cannot_be_written_again_is_reported_each_time() {
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let mut file = CookieFile::new(&path, Format::CookiesTxt);
    let mut store = CookieStore::new();
    receive(&mut store, URL, "nameless");
    for _ in 0..2 {
        assert_eq!(store.save(&mut file, now()).unwrap().not_held.len(), 1);
        store.load(&mut file, now()).unwrap();
    }
    assert_eq!(store.len(now()), 1, "loading does not remove it");
}

#[test]
fn the_last_of_equal_cookies_is_saved() {
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let line = |value| format!("shop.example\tFALSE\t/\tFALSE\t0\ta\t{value}\n");
    write_file(&path, line(1) + &line(2));
    let mut file = CookieFile::new(&path, Format::CookiesTxt);
    let (store, report) = load(&mut file);
    assert_eq!((shown(&store), report.entries), (vec!["shop.example/ a=2".to_owned()], 2));
    assert_eq!(store.save(&mut file, now()).unwrap().written, 1);
    assert!(read_file(&path).ends_with(&format!("\n\n{}", line(2))));
}

#[cfg(feature = "json")]
#[test]
fn the_later_access_is_kept() {
    let folder = Folder::new();
    let path = folder.path("cookies.json");
    let at = |seconds| now() + Duration::from_secs(seconds);
    let context = RequestContext::parse(URL).unwrap();
    let mut file = CookieFile::new(&path, Format::Json);
    let mut store = CookieStore::new();
    receive(&mut store, URL, "a=1");
    store.save(&mut file, now()).unwrap();
    // To send a cookie is no change of it.
    let mut theirs = store.clone();
    let _ = theirs.cookie_header(&context, at(5));
    let report = theirs.save(&mut CookieFile::new(&path, Format::Json), at(6)).unwrap();
    assert!(report.conflicts.is_empty());
    for accessed in [3, 8] {
        let _ = store.cookie_header(&context, at(accessed));
        assert!(store.save(&mut file, at(9)).unwrap().conflicts.is_empty());
        let mut copy = CookieStore::new();
        copy.load(&mut CookieFile::new(&path, Format::Json), at(9)).unwrap();
        let cookie = copy.iter(at(9)).next().unwrap();
        assert_eq!(cookie.last_accessed(), at(accessed.max(5)));
        assert_eq!((cookie.created(), cookie.updated()), (now(), now()));
    }
}

#[test]
fn a_deleted_file_is_an_empty_one() {
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    write_file(&path, "shop.example\tFALSE\t/\tFALSE\t0\ta\t1\n");
    let mut file = CookieFile::new(&path, Format::CookiesTxt);
    let (mut store, _) = load(&mut file);
    std::fs::remove_file(&path).unwrap();
    receive(&mut store, URL, "b=1");
    store.save(&mut file, now()).unwrap();
    assert_eq!(
        shown(&load(&mut CookieFile::new(&path, Format::CookiesTxt)).0),
        ["shop.example/ b=1"]
    );
    store.load(&mut file, now()).unwrap();
    assert_eq!(shown(&store), ["shop.example/ b=1"]);
}

/// What one of several stores does.
#[derive(Clone, Debug)]
enum Step {
    /// Stores a cookie with a name that no other has.
    Add,
    /// Removes one of its cookies.
    Remove(Index),
    Load,
    Save,
}

proptest! {
    // Each case waits for the disk many times.
    #![proptest_config(config(8))]

    /// However often stores load and save, the file has what any of them added and none removed, and
    /// in the end all agree.
    #[test]
    fn nothing_is_lost_and_nothing_comes_back(
        format in select(FORMATS),
        steps in vec(
            (0..3_usize, prop_oneof![
                3 => Just(Step::Add),
                2 => any::<Index>().prop_map(Step::Remove),
                2 => Just(Step::Load),
                2 => Just(Step::Save),
            ]),
            0..40,
        ),
    ) {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let context = RequestContext::parse(URL).unwrap();
        let mut sides: [_; 3] =
            std::array::from_fn(|_| (CookieStore::new(), CookieFile::new(&path, format)));
        let mut expected = BTreeSet::new();
        for (number, (side, step)) in steps.into_iter().enumerate() {
            let (store, file) = &mut sides[side];
            let at = now() + Duration::from_secs(number as u64);
            match step {
                Step::Add => {
                    receive_at(store, URL, &format!("n{number}=1"), at);
                    expected.insert(format!("shop.example/ n{number}=1"));
                }
                Step::Remove(index) => {
                    let all = shown(store);
                    if !all.is_empty() {
                        let cookie = index.get(&all);
                        let name = cookie.split([' ', '=']).nth(1).unwrap();
                        let _ = store.receive(&context, [format!("{name}=; Max-Age=0")], at);
                        expected.remove(cookie);
                    }
                }
                Step::Load => prop_assert!(store.load(file, at).unwrap().conflicts.is_empty()),
                Step::Save => prop_assert!(store.save(file, at).unwrap().conflicts.is_empty()),
            }
        }
        for (store, file) in &mut sides {
            store.save(file, now()).unwrap();
        }
        let expected: Vec<_> = expected.into_iter().collect();
        prop_assert_eq!(&shown(&load(&mut CookieFile::new(&path, format)).0), &expected);
        for (store, file) in &mut sides {
            store.load(file, now()).unwrap();
            prop_assert_eq!(&shown(store), &expected);
        }
    }
}

#[test]
fn a_shared_store_loads_and_saves_while_it_is_used() {
    let folder = Folder::new();
    for &format in FORMATS {
        let path = folder.path(&format.to_string());
        let shared = SharedStore::new();
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let shared = &shared;
                scope.spawn(move || {
                    for number in 0..100 {
                        let url = format!("https://site{thread}x{number}.example/");
                        let context = RequestContext::parse(&url).unwrap();
                        shared.receive(&context, ["a=1"], now());
                    }
                });
            }
            let mut file = CookieFile::new(&path, format);
            for _ in 0..10 {
                shared.load(&mut file, now()).unwrap();
                shared.save(&mut file, now()).unwrap();
            }
        });
        let report = shared.save(&mut CookieFile::new(&path, format), now()).unwrap();
        assert_eq!((report.written, report.conflicts.len()), (200, 0));
        let copy = SharedStore::new();
        copy.load(&mut CookieFile::new(&path, format), now()).unwrap();
        assert_eq!(shown(&copy.snapshot()), shown(&shared.snapshot()));
    }
}
