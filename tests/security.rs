//! `SECURITY.md` and the tests that it names: each of them exists, and each public vulnerability says what
//! it teaches.

use std::fs;
use std::path::{Path, PathBuf};

/// Reads a file of the repository.
fn read(path: impl AsRef<Path>) -> Result<String, std::io::Error> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

/// Returns the tests that a page names in tables, each with its file. A file is between backquotes and
/// starts with `tests/` or `cli/`; the names of tests in it follow, between backquotes as well.
fn named_tests(page: &str) -> Vec<(&str, &str)> {
    let mut tests = Vec::new();
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let Some(cell) = row.trim_end_matches('|').rsplit('|').next() else { continue };
        let mut file = "";
        for quoted in cell.split('`').skip(1).step_by(2) {
            match quoted {
                path if path.starts_with("tests/") || path.starts_with("cli/") => file = path,
                name => tests.push((file, name)),
            }
        }
    }
    tests
}

/// Returns whether a file has a test of a name. In a proptest it has parameters.
fn has_test(text: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    let mut found = text.match_indices(&function).map(|(at, _)| &text[..at]);
    found.any(|before| {
        let lines =
            before.lines().rev().map(str::trim).skip_while(|line| matches!(*line, "" | "async"));
        let mut attributes =
            lines.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| line == "#[test]" || line.starts_with("#[tokio::test"))
    })
}

/// Returns what a page names that does not exist.
fn faults(page: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, name) in named_tests(page) {
        match read(file) {
            None => faults.push(format!("there is no file `{file}` for `{name}`")),
            Some(text) if !has_test(&text, name) => {
                faults.push(format!("there is no test `{name}` in {file}"));
            }
            Some(_) => {}
        }
    }
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        let is_heading = row.starts_with("| attack ");
        if !is_heading && named_tests(row).is_empty() {
            faults.push(format!("no test proves `{row}`"));
        }
    }
    faults
}

#[test]
fn each_test_that_the_page_names_exists() {
    let page = read("SECURITY.md").expect("SECURITY.md");
    let faults = faults(&page, |file| read(file).ok());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(named_tests(&page).len() > 40, "most tests were not found on the page");
}

#[test]
fn each_vulnerability_says_what_it_teaches() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vulnerabilities");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a readable file");
        for (before, after) in text.match_indices("#[test]").map(|(at, _)| text.split_at(at)) {
            let lines = before.lines().rev();
            let above = lines.map(str::trim).find(|line| !line.starts_with("#["));
            let name = after.lines().nth(1).unwrap_or_default();
            let is_documented = above.is_some_and(|line| line.starts_with("/// "));
            assert!(is_documented, "{}: {name}", path.display());
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn faults_of_a_page_are_found() {
    let file = "#[test]\nfn one() {}\n\n#[test]\n#[ignore]\nfn two(x: u8) {}\n\nfn three() {}\n";
    let read = |path: &str| (path == "tests/a.rs").then(|| file.to_owned());
    let row =
        |tests: &str| format!("| attack | who |\n| --- | --- |\n| a | b `no_test` | {tests} |\n");
    assert_eq!(faults(&row("`tests/a.rs`: `one`, `two`"), read), [""; 0]);
    assert_eq!(
        faults(&row("`tests/a.rs`: `four`"), read),
        ["there is no test `four` in tests/a.rs"]
    );
    assert_eq!(
        faults(&row("`tests/a.rs`: `three`"), read),
        ["there is no test `three` in tests/a.rs"]
    );
    let no_file = faults(&row("`tests/b.rs`: `one`"), read);
    assert_eq!(no_file, ["there is no file `tests/b.rs` for `one`"]);
    assert_eq!(faults(&row("`tests/a.rs`"), read).len(), 1, "no test is named");
}
