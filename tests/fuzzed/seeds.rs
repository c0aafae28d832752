//! Each law, on its seeds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::branches::{BRANCHES, CLOCK_BRANCHES, TOTAL_LIMIT_BRANCHES};

fn check_seeds(name: &str, check: fn(&[u8])) {
    let folder = Path::new("tests/fuzzed/seeds").join(name);
    let mut seeds = 0;
    for file in fs::read_dir(&folder).expect("a folder of seeds") {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        check(&fs::read(path).expect("a file that can be read"));
        seeds += 1;
    }
    assert!(seeds >= 10, "only {seeds} seeds in {}", folder.display());
}

#[test]
fn cookies_txt() {
    check_seeds("cookies_txt", crate::cookies_txt::check);
}

#[test]
fn date() {
    check_seeds("date", crate::date::check);
}

#[test]
fn edit() {
    check_seeds("edit", crate::edit::check);
}

#[test]
fn explain() {
    check_seeds("explain", crate::explain::check);
}

#[test]
fn jar() {
    check_seeds("jar", crate::jar::check);
}

#[test]
fn json_document() {
    check_seeds("json_document", crate::json_document::check);
}

#[test]
fn json_list() {
    check_seeds("json_list", crate::json_list::check);
}

#[test]
fn lists() {
    check_seeds("lists", crate::lists::check);
}

#[test]
fn pairs() {
    check_seeds("pairs", crate::pairs::check);
}

#[test]
fn record() {
    check_seeds("record", crate::record::check);
}

#[test]
fn request_context() {
    check_seeds("request_context", crate::request_context::check);
}

#[test]
fn sealed() {
    check_seeds("sealed", crate::sealed::check);
}

#[test]
fn set_cookie() {
    check_seeds("set_cookie", crate::set_cookie::check);
}

#[test]
fn shared_and_backed() {
    check_seeds("shared_and_backed", crate::shared_and_backed::check);
}

#[test]
fn store() {
    check_seeds("store", crate::store::check);
}

/// Returns the names of the files and folders in a folder, without `.rs`.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let names = entries.map(|entry| entry.file_name().into_string().expect("a name"));
    names.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn each_law_has_seeds_a_test_and_a_target() {
    let laws = names("tests/fuzzed/seeds");
    let tests = fs::read_to_string("tests/fuzzed/seeds.rs").expect("this file");
    for law in &laws {
        let call = format!("check_seeds(\"{law}\", crate::{law}::check);");
        assert!(tests.contains(&call), "{law}");
    }
    // The package has no targets.
    if Path::new("fuzz").exists() {
        assert_eq!(names("fuzz/fuzz_targets"), laws);
        let manifest = fs::read_to_string("fuzz/Cargo.toml").expect("a manifest");
        for law in &laws {
            let target =
                fs::read_to_string(format!("fuzz/fuzz_targets/{law}.rs")).expect("a target");
            assert!(target.contains(&format!("laws::{law}::check(bytes)")), "{law}");
            assert!(manifest.contains(&format!("name = \"{law}\"\n")), "{law}");
        }
    }
}

/// The seeds of the store prove as much as the cases of its property tests.
#[test]
fn the_seeds_of_the_store_reach_each_branch_of_the_model() {
    let files = fs::read_dir("tests/fuzzed/seeds/store").expect("a folder of seeds");
    let seeds = files.map(|file| fs::read(file.expect("a file").path()).expect("a readable file"));
    let reached: BTreeSet<String> = seeds.flat_map(|seed| crate::store::reached(&seed)).collect();
    let branches = [BRANCHES, TOTAL_LIMIT_BRANCHES, CLOCK_BRANCHES].concat();
    let missing: Vec<_> = branches.iter().filter(|(name, _)| !reached.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
