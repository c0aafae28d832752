//! Each law, on its seeds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The laws by name.
const LAWS: [(&str, fn(&[u8])); 4] = [
    ("date", crate::date::check),
    ("jar", crate::jar::check),
    ("pairs", crate::pairs::check),
    ("set_cookie", crate::set_cookie::check),
];

fn check_seeds(name: &str) {
    let (_, check) = LAWS.iter().find(|(law, _)| *law == name).expect("a law");
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
fn date() {
    check_seeds("date");
}

#[test]
fn jar() {
    check_seeds("jar");
}

#[test]
fn pairs() {
    check_seeds("pairs");
}

#[test]
fn set_cookie() {
    check_seeds("set_cookie");
}

/// Returns the names of the files and folders in a folder, without `.rs`.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let names = entries.map(|entry| entry.file_name().into_string().expect("a name"));
    names.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn each_law_has_seeds_a_test_and_a_target() {
    let laws: BTreeSet<_> = LAWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("tests/fuzzed/seeds"), laws);
    let tests = fs::read_to_string("tests/fuzzed/seeds.rs").expect("this file");
    for law in &laws {
        assert!(tests.contains(&format!("fn {law}() {{\n    check_seeds(\"{law}\");")), "{law}");
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
