//! Each law, on its seeds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::Reached;

/// Checks a law on its seeds, which together must reach all that is required.
fn check_seeds(law: &str, check: fn(&[u8]) -> Reached, required: &[&str]) {
    let folder = Path::new("tests/fuzzed/seeds").join(law);
    let mut reached = Reached::new();
    for file in fs::read_dir(folder).expect("a folder of seeds") {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        reached.extend(check(&fs::read(path).expect("a file that can be read")));
    }
    let missing: Vec<_> = required.iter().filter(|branch| !reached.contains(**branch)).collect();
    assert!(missing.is_empty(), "no seed of {law} reaches {missing:?}");
}

#[test]
fn cookies_txt() {
    check_seeds("cookies_txt", crate::cookies_txt::check, &crate::cookies_txt::required());
}

#[test]
fn date() {
    check_seeds("date", crate::date::check, crate::date::REQUIRED);
}

#[test]
fn edit() {
    check_seeds("edit", crate::edit::check, crate::edit::REQUIRED);
}

#[test]
fn explain() {
    check_seeds("explain", crate::explain::check, crate::explain::REQUIRED);
}

#[test]
fn jar() {
    check_seeds("jar", crate::jar::check, crate::jar::REQUIRED);
}

#[test]
fn json_document() {
    check_seeds("json_document", crate::json_document::check, crate::json_document::REQUIRED);
}

#[test]
fn json_list() {
    check_seeds("json_list", crate::json_list::check, &crate::json_list::required());
}

#[test]
fn lists() {
    check_seeds("lists", crate::lists::check, crate::lists::REQUIRED);
}

#[test]
fn pairs() {
    check_seeds("pairs", crate::pairs::check, crate::pairs::REQUIRED);
}

#[test]
fn record() {
    check_seeds("record", crate::record::check, crate::record::REQUIRED);
}

#[test]
fn request_context() {
    check_seeds("request_context", crate::request_context::check, crate::request_context::REQUIRED);
}

#[test]
fn sealed() {
    check_seeds("sealed", crate::sealed::check, crate::sealed::REQUIRED);
}

#[test]
fn set_cookie() {
    check_seeds("set_cookie", crate::set_cookie::check, crate::set_cookie::REQUIRED);
}

/// Its steps are those of `store`.
#[test]
fn shared_and_backed() {
    let required = crate::shared_and_backed::REQUIRED;
    check_seeds("store", crate::shared_and_backed::check, required);
}

#[test]
fn store() {
    check_seeds("store", crate::store::check, &crate::store::required());
}

/// Returns the names of the files and folders in a folder, without `.rs`.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let names = entries.map(|entry| entry.file_name().into_string().expect("a name"));
    names.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn each_law_has_seeds_a_test_and_a_target() {
    let root = fs::read_to_string("tests/fuzzed/main.rs").expect("the laws");
    let modules = root.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut laws: BTreeSet<String> = modules.map(str::to_owned).collect();
    let tests = fs::read_to_string("tests/fuzzed/seeds.rs").expect("this file");
    for law in &laws {
        assert!(tests.contains(&format!("crate::{law}::check")), "{law} has no test");
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
    laws.remove("shared_and_backed");
    assert_eq!(names("tests/fuzzed/seeds"), laws);
}
