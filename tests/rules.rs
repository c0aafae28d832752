//! The rules on `docs/rules.md` and the numbers in the names of tests: each rule has a test in each of its
//! files, and each numbered test has a rule that names its file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files that test each rule, by its number.
type Files = BTreeMap<u32, BTreeSet<String>>;

/// Reads the rules: the number of each, and the files that it names. Also returns what is wrong with the
/// page itself.
fn rules(page: &str) -> (Files, Vec<String>) {
    let (mut rules, mut faults) = (Files::new(), Vec::new());
    for section in page.split("\n### ").skip(1) {
        let heading = section.lines().next().unwrap_or_default();
        let number = heading.strip_prefix("Rule ").and_then(|rest| rest.split_once(": "));
        let Some(number) = number.and_then(|(number, _)| number.parse().ok()) else {
            faults.push(format!("`{heading}` is not `Rule NUMBER: TITLE`"));
            continue;
        };
        if rules.last_key_value().is_some_and(|(&last, _)| last >= number) {
            faults.push(format!("rule {number} is out of order"));
        }
        let after = |label| section.lines().find_map(|line: &str| line.strip_prefix(label));
        if after("- Standard: ").is_none_or(|standard| !standard.contains("section")) {
            faults.push(format!("rule {number} names no section of the standard"));
        }
        // The files are between backquotes, on one or several lines.
        let item = section.split_once("\n- Tests: ").map_or("", |(_, rest)| rest);
        let files = item.split("\n\n").next().unwrap_or_default().split('`').skip(1).step_by(2);
        rules.insert(number, files.map(str::to_owned).collect());
    }
    (rules, faults)
}

/// Returns the numbers in the names of a file's functions: 9 for `rule_09_several_headers_are_one_list`.
fn numbers(text: &str) -> BTreeSet<u32> {
    let names = text.split("fn rule_").skip(1);
    names.filter_map(|name| name.split_once('_')?.0.parse().ok()).collect()
}

/// Returns where the page and the tests disagree. `tests` has the path and text of each file.
fn faults(page: &str, tests: &[(String, String)]) -> Vec<String> {
    let (rules, mut faults) = rules(page);
    let mut tested = Files::new();
    for (path, text) in tests {
        for number in numbers(text) {
            tested.entry(number).or_default().insert(path.clone());
        }
    }
    for (number, files) in &rules {
        if files.is_empty() {
            faults.push(format!("rule {number} names no file with tests"));
        }
        for file in files {
            if !tested.get(number).is_some_and(|tested| tested.contains(file)) {
                faults.push(format!("rule {number} has no test in {file}"));
            }
        }
    }
    for (number, files) in &tested {
        match rules.get(number) {
            None => faults.push(format!("there is no rule {number}, which {files:?} test")),
            Some(named) => {
                let unnamed = files.difference(named);
                faults.extend(unnamed.map(|file| format!("rule {number} does not name {file}")));
            }
        }
    }
    faults
}

/// Returns the Rust files of a folder and of those in it.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let files = paths.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).collect()
}

#[test]
fn each_rule_has_tests_and_each_number_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/rules.md")).expect("docs/rules.md");
    let read = |file: PathBuf| {
        let path = file.strip_prefix(root).expect("a file of the crate").to_str().expect("UTF-8");
        (path.replace('\\', "/"), fs::read_to_string(&file).expect("a readable file"))
    };
    // The examples in this file have numbers, too.
    let files = rust_files(&root.join("tests")).into_iter();
    let files = files.filter(|file| !file.ends_with("tests/rules.rs"));
    let faults = faults(&page, &files.map(read).collect::<Vec<_>>());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(rules(&page).0.len() > 40, "most rules were not found on the page");
}

#[track_caller]
fn has_faults(page: &str, tests: &[(&str, &str)], expected: &[&str]) {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    let tests: Vec<_> = tests.iter().map(owned).collect();
    assert_eq!(faults(page, &tests), expected, "{page}");
}

#[test]
fn a_page_and_tests_that_agree_have_no_faults() {
    let page = "# Rules\n\n### Rule 1: names\n\n- Standard: bis, section 4\n- Tests: `tests/a.rs`, `tests/b.rs`\n\n\
                ### Rule 12: no names\n\n- Standard: bis, section 5\n- Tests: `tests/b.rs`,\n  `tests/d.rs`\n\n\
                ## Not a rule\n\n`tests/c.rs` has no rules.\n";
    let tests = [
        ("tests/a.rs", "fn rule_01_a() {}\nfn rule_1(x: u8) {}\nfn overrule_02_b() {}"),
        ("tests/b.rs", "fn rule_01_b() {}\nfn rule_12_c() {}"),
        ("tests/c.rs", "fn other() {}"),
        ("tests/d.rs", "fn rule_12_d() {}"),
    ];
    has_faults(page, &tests, &[]);
}

#[test]
fn a_rule_without_a_test_and_a_test_without_a_rule_are_found() {
    let page = "\n### Rule 1: names\n- Standard: bis, section 4\n- Tests: `tests/a.rs`\n";
    let test = ("tests/a.rs", "fn rule_01_a() {}");
    has_faults(page, &[test], &[]);
    has_faults(page, &[], &["rule 1 has no test in tests/a.rs"]);
    let renumbered = [("tests/a.rs", "fn rule_02_a() {}")];
    let expected =
        ["rule 1 has no test in tests/a.rs", r#"there is no rule 2, which {"tests/a.rs"} test"#];
    has_faults(page, &renumbered, &expected);
    let elsewhere = [test, ("tests/b/c.rs", "fn rule_01_b() {}")];
    has_faults(page, &elsewhere, &["rule 1 does not name tests/b/c.rs"]);
}

#[test]
fn faults_of_the_page_are_found() {
    let test = [("tests/a.rs", "fn rule_01_a() {}")];
    let page = "\n### Rule 1: names\n- Tests: `tests/a.rs`\n";
    has_faults(page, &test, &["rule 1 names no section of the standard"]);
    let page = "\n### Rule 1: names\n- Standard: bis, section 4\n";
    let expected = ["rule 1 names no file with tests", "rule 1 does not name tests/a.rs"];
    has_faults(page, &test, &expected);
    let rule = "\n### Rule 1: names\n- Standard: bis, section 4\n- Tests: `tests/a.rs`\n";
    has_faults(&format!("{rule}{rule}"), &test, &["rule 1 is out of order"]);
    has_faults(&format!("{rule}\n### Names\n"), &test, &["`Names` is not `Rule NUMBER: TITLE`"]);
}
