//! The layers of `src/`: each may use those above it, never those below, so there are no cycles.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, from the top: a file, or a folder, of `src/` each, and those above it that it may not
/// use.
const LAYERS: &[(&str, &[&str])] = &[
    ("byte", &[]),
    ("scan", &[]),
    ("limits", &["byte"]),
    ("date", &["limits"]),
    ("encoding", &["limits", "date"]),
    ("cookie", &[]),
    ("header", &[]),
    ("verdict", &[]),
    ("jar", &["verdict"]),
    ("protect", &["verdict"]),
    ("store", &["jar", "protect"]),
    ("http", &["protect"]),
    ("tower", &["protect", "store"]),
    ("axum", &["protect", "store"]),
    ("reqwest", &["jar", "protect"]),
];

/// The page that lists all errors, and the guide and index: they see every layer, none sees them.
const PAGES: &[&str] = &["errors", "lib"];

/// No file is longer.
const LINES: usize = 400;

/// What is wrong with a file of `src/`, whose path starts there.
fn faults(path: &Path, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let first = path.components().next().expect("a path").as_os_str();
    let own = first.to_str().expect("a name").trim_end_matches(".rs");
    let place = LAYERS.iter().position(|&(layer, _)| layer == own);
    if place.is_none() && !PAGES.contains(&own) {
        faults.push(format!("`{own}` is no layer"));
    }
    let code = without_comments(text);
    for used in roots(&code) {
        let fault = match (LAYERS.iter().position(|&(layer, _)| layer == used), place) {
            (None, _) => "is no layer: import by the path of its module",
            (Some(used), Some(place)) if used > place => "is a layer below",
            (Some(_), Some(place)) if LAYERS[place].1.contains(&used.as_str()) => {
                "is not to be known"
            }
            // One above, or used by a page, which sees all.
            _ => continue,
        };
        faults.push(format!("`crate::{used}` {fault}"));
    }
    let is_root = path.components().count() == 1 || path.ends_with("mod.rs");
    let outside_tests = code.split("#[cfg(test)]").next().unwrap_or_default();
    if code.contains("super::super::") || (is_root && outside_tests.contains("super::")) {
        faults.push("`super::` leaves the layer: write `crate::`".to_owned());
    }
    if own == "lib" && ["fn ", "impl ", "macro_rules!"].iter().any(|logic| code.contains(logic)) {
        faults.push("the guide and index holds logic".to_owned());
    }
    let lines = text.lines().count();
    if lines > LINES {
        faults.push(format!("{lines} lines are over {LINES}"));
    }
    faults
}

fn without_comments(text: &str) -> String {
    let code = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    code.flat_map(|line| [line, "\n"]).collect()
}

/// What stands behind each `crate::`, and in the braces behind it.
fn roots(code: &str) -> Vec<String> {
    let behind = code.split("crate::").skip(1);
    behind
        .flat_map(|rest| match rest.trim_start().strip_prefix('{') {
            None => vec![name(rest)],
            Some(group) => group_of(group).into_iter().map(name).collect(),
        })
        .collect()
}

/// The name that a path starts with.
fn name(path: &str) -> String {
    path.trim().chars().take_while(|&char| char.is_alphanumeric() || char == '_').collect()
}

/// The members of a group of imports, whose brace is open.
fn group_of(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut members) = (0, 0, Vec::new());
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                members.push(group[start..at].trim());
                start = at + 1;
                if char == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

/// All files of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder to read");
    entries
        .map(|entry| entry.expect("an entry to read").path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn each_layer_uses_those_above_it_alone() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut faults_of_all, mut imports) = (Vec::new(), 0);
    for file in files(&src) {
        let text = fs::read_to_string(&file).expect("a file to read");
        let path = file.strip_prefix(&src).expect("a file of src");
        imports += roots(&without_comments(&text)).len();
        for fault in faults(path, &text) {
            faults_of_all.push(format!("src/{}: {fault}", path.display()));
        }
    }
    assert!(faults_of_all.is_empty(), "{faults_of_all:#?}");
    assert!(imports > 30, "the reader found {imports} imports, and there are more");
}

#[track_caller]
fn finds(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(faults(Path::new(path), text), expected, "{path}: {text}");
}

#[test]
fn a_layer_that_uses_one_below_is_found() {
    let below = &["`crate::jar` is a layer below"];
    finds("cookie/data.rs", "use crate::jar::CookieJar;", below);
    finds(
        "cookie/data.rs",
        "use crate::{\n    date::parse,\n    jar::{CookieJar, Policy},\n};",
        below,
    );
    finds("byte.rs", "fn f() {\n    crate::jar::g(crate::byte::h());\n}", below);
    finds("verdict/mod.rs", "pub(crate) use crate::jar::CookieJar;", below);
    finds("store/mod.rs", "use crate::jar::CookieJar;", &["`crate::jar` is not to be known"]);
    finds("http.rs", "use crate::tower::Layer;", &["`crate::tower` is a layer below"]);
    finds("cookie/data.rs", "use crate::header::SetCookie;", &["`crate::header` is a layer below"]);
}

#[test]
fn an_import_through_the_root_and_an_unknown_layer_are_found() {
    let root = ["`crate::Cookie` is no layer: import by the path of its module"];
    finds("jar/gate.rs", "use crate::Cookie;", &root);
    finds("errors.rs", "pub use crate::Cookie;", &root);
    let errors = ["`crate::errors` is no layer: import by the path of its module"];
    finds("jar/gate.rs", "use crate::{errors::CookieError, byte};", &errors);
    finds("util.rs", "", &["`util` is no layer"]);
    finds("util/mod.rs", "", &["`util` is no layer"]);
    let leaves = ["`super::` leaves the layer: write `crate::`"];
    finds("jar/gate.rs", "use super::super::cookie::Cookie;", &leaves);
    finds("jar/mod.rs", "use super::cookie::Cookie;", &leaves);
    finds("date.rs", "use super::byte::TCHAR;", &leaves);
    finds("lib.rs", "pub fn run() {}", &["the guide and index holds logic"]);
    finds("byte.rs", &"\n".repeat(LINES + 1), &["401 lines are over 400"]);
}

#[test]
fn what_is_right_is_let_by() {
    finds("cookie/data.rs", "use super::SameSite;\nuse crate::date::parse;", &[]);
    finds(
        "jar/gate.rs",
        "//! [`crate::Cookie`]\nuse crate::{cookie::{Cookie, Fit}, byte::shown};",
        &[],
    );
    finds("byte.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}", &[]);
    finds("errors.rs", "pub use crate::header::PairError;", &[]);
    finds("store/mod.rs", "use crate::verdict::Verdict;", &[]);
    finds("byte.rs", &"\n".repeat(LINES), &[]);
}
