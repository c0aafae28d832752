//! The structure of `src/`: each layer uses only those above it, and no files import each other in a
//! cycle.
//!
//! A file *imports* another if its code, or one of its `use` items, has a path to an item that the other
//! file defines. Paths through `super::` and `self::` count like those through `crate::`, and a path to a
//! re-export counts as a path to the file that defines the item: with `pub use edit::Target;` in
//! `jar/mod.rs`, `use super::Target` imports `jar/edit.rs`. An item that `jar/mod.rs` defines itself, the
//! module as a whole and `use super::*` are imports of `jar/mod.rs`.
//!
//! One kind of path does not count: a `use` item in which a module imports or re-exports an item of a module
//! below it, because every folder's `mod.rs` and `lib.rs` consist of these. If the other code of that
//! `mod.rs` uses the item, it counts. Code under `#[cfg(test)]` never counts.

mod imports;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Import, Modules, attributes, is_only_under, module_of};
use syn::Item;

/// The layers, from the top: the name of a file or folder of `src/`, with those above it that it may not
/// use.
const LAYERS: &[(&str, &[&str])] = &[
    ("bytes", &[]),
    ("limits", &[]),
    ("encoding", &[]),
    ("date", &[]),
    ("host", &[]),
    ("cookie", &[]),
    ("header", &[]),
    ("user_agent", &[]),
    ("explain", &[]),
    ("protect", &["user_agent", "explain"]),
    ("jar", &["user_agent", "explain"]),
    ("store", &["jar"]),
    ("http", &["protect"]),
    ("url", &["protect", "jar", "store"]),
    ("serde", &[]),
    ("json", &["store", "http"]),
    ("tower", &["protect"]),
    ("axum", &["store"]),
    ("reqwest", &["protect", "jar"]),
];

/// The list of all errors, the guide, and the index: these see every layer, and no layer uses them.
const PAGES: &[&str] = &["errors", "guide", "lib"];

/// Returns the imports that leave the order of the layers, and the files outside all layers.
fn layer_faults(files: &[(&str, &str)]) -> Vec<String> {
    let place = |layer: &str| LAYERS.iter().position(|&(name, _)| name == layer);
    let mut faults = BTreeSet::new();
    for (path, _) in files {
        let own = layer_of(path);
        if place(own).is_none() && !PAGES.contains(&own) {
            faults.insert(format!("`{own}` is not a layer"));
        }
    }
    let names: BTreeSet<&str> = files.iter().map(|(path, _)| layer_of(path)).collect();
    for Import { from, module, written, absolute, .. } in Modules::read(files.to_vec()).imports() {
        let own = layer_of(&from);
        let Some(used) = absolute.first().map(String::as_str) else { continue };
        if used == own || own == "lib" {
            continue;
        }
        let leaves = written.starts_with("super") && module.first().is_some_and(|own| own != used);
        let fault = match (place(used), place(own)) {
            // It makes a response of any error, and no error on the page is its own.
            (None, _) if (own, used) == ("axum", "errors") => continue,
            (None, _) if PAGES.contains(&used) => "no layer uses this page",
            // The file of that name is outside all layers, which is said above.
            (None, _) if names.contains(used) => continue,
            (None, _) => "import this by the path of its module",
            (Some(_), _) if leaves => "`super` leaves the layer: write `crate`",
            (Some(used), Some(own)) if used > own => "this layer is below",
            (Some(_), Some(own)) if LAYERS[own].1.contains(&used) => {
                "this layer must not be used here"
            }
            _ if (own, used) == ("jar", "protect") && !from.starts_with("jar/sealed") => {
                "only jar/sealed uses this layer"
            }
            _ => continue,
        };
        faults.insert(format!("src/{from}: `{written}`: {fault}"));
    }
    faults.into_iter().collect()
}

/// Returns the name of the file or folder of `src/` that a file belongs to.
fn layer_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// Returns the cycles of imports: for each import that is part of a cycle a shortest one, unless it goes
/// through all files of another of these.
fn cycles(files: &[(&str, &str)]) -> Vec<String> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for import in Modules::read(files.to_vec()).imports() {
        if !import.is_use_of_child {
            graph.entry(import.from.clone()).or_default().extend(import.to);
        }
    }
    for (from, to) in &mut graph {
        to.remove(from);
    }
    let mut cycles = BTreeSet::new();
    for (from, imported) in &graph {
        for to in imported {
            if let Some(mut cycle) = shortest_path(&graph, to, from) {
                // One cycle has one form, which starts at its first file.
                let first = (0..cycle.len()).min_by_key(|&at| &cycle[at]).unwrap_or(0);
                cycle.rotate_left(first);
                cycles.insert(cycle);
            }
        }
    }
    let goes_through = |cycle: &[&str], other: &[&str]| {
        other.len() < cycle.len() && other.iter().all(|file| cycle.contains(file))
    };
    let is_smallest = |cycle: &&Vec<&str>| !cycles.iter().any(|other| goes_through(cycle, other));
    let smallest = cycles.iter().filter(is_smallest);
    smallest.map(|cycle| format!("{} -> {}", cycle.join(" -> "), cycle[0])).collect()
}

/// Returns the files on a shortest path of imports, both ends included.
fn shortest_path<'a>(
    graph: &'a BTreeMap<String, BTreeSet<String>>,
    from: &'a str,
    to: &'a str,
) -> Option<Vec<&'a str>> {
    let mut reached_from = BTreeMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut path = vec![to];
            while path[path.len() - 1] != from {
                path.push(reached_from[path[path.len() - 1]]);
            }
            path.reverse();
            return Some(path);
        }
        for next in graph.get(file).into_iter().flatten() {
            if !reached_from.contains_key(next.as_str()) {
                reached_from.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

/// Returns the items of `lib.rs` that are more than an index: anything other than a `use`, a module of its
/// own file, and an item for documentation tests.
fn logic_in(lib: &str) -> usize {
    let file = syn::parse_file(lib).expect("Rust");
    let is_index = |item: &Item| match item {
        Item::Use(_) => true,
        Item::Mod(module) => module.content.is_none(),
        _ => is_only_under(attributes(item), "doctest"),
    };
    file.items.iter().filter(|item| !is_index(item)).count()
}

/// Reads `src/`: the path of each file of Rust below it, with `/` between folders, and its text.
fn source() -> Vec<(String, String)> {
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a readable folder");
        let paths = entries.map(|entry| entry.expect("a readable entry").path());
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |file: PathBuf| {
        let path = file.strip_prefix(&src).expect("a file of src").to_str().expect("UTF-8");
        (path.replace('\\', "/"), fs::read_to_string(&file).expect("a readable file"))
    };
    let files = files(&src).into_iter();
    files.filter(|file| file.extension().is_some_and(|end| end == "rs")).map(read).collect()
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

#[test]
fn each_layer_uses_only_those_above_it() {
    let faults = layer_faults(&borrowed(&source()));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let cycles = cycles(&borrowed(&source()));
    assert!(cycles.is_empty(), "{cycles:#?}");
}

#[test]
fn lib_rs_holds_no_logic() {
    let lib = source().into_iter().find(|(path, _)| path == "lib.rs").expect("src/lib.rs");
    assert_eq!(logic_in(&lib.1), 0);
}

/// A resolver that finds nothing would let everything pass.
#[test]
fn the_imports_of_most_files_are_found() {
    let files = source();
    let imports = Modules::read(borrowed(&files)).imports();
    let importing: BTreeSet<&str> = imports
        .iter()
        .filter(|import| import.to.iter().any(|to| *to != import.from))
        .map(|import| import.from.as_str())
        .collect();
    let (found, all) = (importing.len(), files.len());
    assert!(found * 3 > all * 2, "only {found} of {all} files import another");
}

#[test]
fn file_paths_become_module_paths() {
    assert_eq!(module_of("lib.rs"), Vec::<String>::new());
    assert_eq!(module_of("jar/mod.rs"), ["jar"]);
    assert_eq!(module_of("jar/edit.rs"), ["jar", "edit"]);
    assert_eq!(module_of("limits.rs"), ["limits"]);
}

/// Checks the faults of the layers for one file with this text, among files that are right.
#[track_caller]
fn has_layer_faults(path: &str, text: &str, expected: &[&str]) {
    let others = [
        ("lib.rs", "mod bytes; pub use cookie::Cookie;"),
        ("bytes/mod.rs", ""),
        ("date/mod.rs", "pub fn parse() {}"),
        ("cookie/mod.rs", "pub struct Cookie; pub struct SameSite;"),
        ("header/mod.rs", ""),
        ("user_agent/mod.rs", "pub struct UserAgent;"),
        ("explain/mod.rs", "pub struct Verdict;"),
        ("protect/mod.rs", "pub struct Key;"),
        ("jar/mod.rs", "pub struct CookieJar;"),
        ("jar/sealed.rs", ""),
        ("errors.rs", "pub struct Error;"),
    ];
    let mut files: Vec<_> = others.into_iter().filter(|(other, _)| *other != path).collect();
    files.push((path, text));
    assert_eq!(layer_faults(&files), expected, "{path}: {text}");
}

#[test]
fn a_use_of_a_lower_layer_is_found() {
    let found = |path: &str, text: &str, written: &str| {
        let fault = format!("src/{path}: `{written}`: this layer is below");
        has_layer_faults(path, text, &[&fault]);
    };
    let jar = "crate::jar::CookieJar";
    found("cookie/cookie.rs", "use crate::jar::CookieJar;", jar);
    found("cookie/cookie.rs", "use crate::{date::parse, jar::{CookieJar as Jar}};", jar);
    found("cookie/cookie.rs", "pub(crate) use crate::jar::CookieJar;", jar);
    found("cookie/cookie.rs", "use crate::jar::*;", "crate::jar");
    found("bytes/class.rs", "fn f() { crate::jar::CookieJar; }", jar);
    found("bytes/class.rs", "fn f() { use crate::jar::CookieJar; }", jar);
    found("bytes/class.rs", "struct S(Vec<crate::jar::CookieJar>);", jar);
    found("bytes/class.rs", "fn f() { println!(\"{}\", crate::jar::CookieJar); }", jar);
    found("bytes/class.rs", "macro_rules! m { () => { $crate::jar::CookieJar } }", jar);
    found("bytes/class.rs", "mod inner { fn f(_: crate::jar::CookieJar) {} }", jar);
    found("bytes/class.rs", "#[cfg(not(test))] use crate::jar::CookieJar;", jar);
    found("header/find.rs", "use crate::protect::Key;", "crate::protect::Key");
    found("protect/keyring.rs", "use crate::jar::CookieJar;", jar);
    found("user_agent/path.rs", "use crate::explain::Verdict;", "crate::explain::Verdict");
}

#[test]
fn a_use_of_a_forbidden_layer_is_found() {
    let found = |path: &str, written: &str| {
        let fault = format!("src/{path}: `{written}`: this layer must not be used here");
        has_layer_faults(path, &format!("use {written};"), &[&fault]);
    };
    found("jar/edit.rs", "crate::explain::Verdict");
    found("jar/edit.rs", "crate::user_agent::UserAgent");
    let fault = "src/jar/edit.rs: `crate::protect::Key`: only jar/sealed uses this layer";
    has_layer_faults("jar/edit.rs", "use crate::protect::Key;", &[fault]);
    found("protect/keyring.rs", "crate::explain::Verdict");
    found("protect/keyring.rs", "crate::user_agent::UserAgent");
    found("store/mod.rs", "crate::jar::CookieJar");
    found("http.rs", "crate::protect::Key");
    found("reqwest/mod.rs", "crate::jar::CookieJar");
}

#[test]
fn an_import_around_the_layers_is_found() {
    let cookie = "src/jar/edit.rs: `crate::Cookie`: import this by the path of its module";
    has_layer_faults("jar/edit.rs", "use crate::Cookie;", &[cookie]);
    let errors = "src/jar/edit.rs: `crate::errors::Error`: no layer uses this page";
    has_layer_faults("jar/edit.rs", "use crate::errors::Error;", &[errors]);
    let page = "src/errors.rs: `crate::Cookie`: import this by the path of its module";
    has_layer_faults("errors.rs", "pub use crate::Cookie;", &[page]);
    has_layer_faults("util.rs", "", &["`util` is not a layer"]);
    has_layer_faults("util/mod.rs", "", &["`util` is not a layer"]);
    let leaves = |path: &str, written: &str| {
        let fault = format!("src/{path}: `{written}`: `super` leaves the layer: write `crate`");
        has_layer_faults(path, &format!("use {written};"), &[&fault]);
    };
    leaves("jar/edit.rs", "super::super::cookie::Cookie");
    leaves("jar/mod.rs", "super::cookie::Cookie");
    leaves("encoding.rs", "super::bytes::TCHAR");
}

#[test]
fn right_layers_pass() {
    has_layer_faults("cookie/cookie.rs", "use super::SameSite; use crate::date::parse;", &[]);
    has_layer_faults("jar/edit.rs", "//! [`crate::Cookie`]\nuse crate::cookie::Cookie;", &[]);
    has_layer_faults("jar/sealed.rs", "use crate::protect::Key;", &[]);
    has_layer_faults("jar/sealed/view.rs", "use crate::protect::Key;", &[]);
    has_layer_faults("store/mod.rs", "use crate::user_agent::UserAgent;", &[]);
    has_layer_faults("store/mod.rs", "use crate::protect::Key;", &[]);
    has_layer_faults("errors.rs", "pub use crate::protect::Key;", &[]);
    let test = "#[cfg(test)] mod tests { use super::*; use crate::jar::CookieJar; }";
    has_layer_faults("bytes/class.rs", test, &[]);
    has_layer_faults("bytes/class.rs", "#[cfg(all(test, unix))] use crate::jar::CookieJar;", &[]);
    has_layer_faults("bytes/class.rs", "pub(in crate::jar) struct S;", &[]);
    has_layer_faults("http.rs", "use http::HeaderMap; fn f() { ::http::g(); }", &[]);
}

#[track_caller]
fn has_cycles(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(cycles(files), expected, "{files:#?}");
}

#[test]
fn a_cycle_of_files_is_found() {
    let found = ["jar/a.rs -> jar/b.rs -> jar/a.rs"];
    for (a, b) in [
        ("use super::b::B;", "use super::a::A;"),
        ("use crate::jar::b::B;", "use super::a::A;"),
        ("use super::b;", "fn f() { super::a::g(); }"),
        ("use super::b::*;", "use super::a::{self as other};"),
        ("use super::b::B;", "fn f() { matches!(x, super::a::A); }"),
        ("use super::b::B;", "#[error(\"{0}\", super::a::A)] struct E;"),
        ("use super::b::B;", "mod inner { use super::super::a::A; }"),
        ("use super::b::B;", "fn f() { use super::a::{A, C}; }"),
        ("fn f() -> Box<dyn super::b::B> { g() }", "impl super::a::A for B {}"),
    ] {
        has_cycles(&[("jar/mod.rs", "mod a; mod b;"), ("jar/a.rs", a), ("jar/b.rs", b)], &found);
    }
    has_cycles(
        &[
            ("jar/mod.rs", "mod a; mod b; mod c;"),
            ("jar/a.rs", "use super::b::B;"),
            ("jar/b.rs", "use super::c::C;"),
            ("jar/c.rs", "use super::a::A;"),
        ],
        &["jar/a.rs -> jar/b.rs -> jar/c.rs -> jar/a.rs"],
    );
    has_cycles(
        &[("limits.rs", "use crate::bytes::B;"), ("bytes.rs", "use crate::limits::L;")],
        &["bytes.rs -> limits.rs -> bytes.rs"],
    );
}

#[test]
fn a_cycle_through_a_re_export_is_found() {
    let found = ["jar/a.rs -> jar/b.rs -> jar/a.rs"];
    let (a, b) = ("use super::B;\npub struct A;", "use super::a::A;\npub struct B;");
    for parent in [
        "mod a; mod b; pub use b::B;",
        "mod a; mod b; pub(crate) use self::b::B;",
        "mod a; mod b; use crate::jar::b::{B};",
        "mod a; mod b; pub use b::Other as B;",
        "mod a; mod b; pub use b::*;",
    ] {
        has_cycles(&[("jar/mod.rs", parent), ("jar/a.rs", a), ("jar/b.rs", b)], &found);
    }
    // Through the re-exports of two folders, and by a name that `cfg` chooses.
    has_cycles(
        &[
            ("jar/mod.rs", "pub use inner::B;"),
            ("jar/inner/mod.rs", "#[cfg(unix)] pub use b::B; #[cfg(not(unix))] pub use c::B;"),
            ("jar/a.rs", a),
            ("jar/inner/b.rs", "use crate::jar::a::A; pub struct B;"),
            ("jar/inner/c.rs", "use crate::jar::a::A; pub struct B;"),
        ],
        &["jar/a.rs -> jar/inner/b.rs -> jar/a.rs", "jar/a.rs -> jar/inner/c.rs -> jar/a.rs"],
    );
}

#[test]
fn a_cycle_of_a_parent_and_its_child_is_found() {
    let found = ["date/imf.rs -> date/mod.rs -> date/imf.rs"];
    for parent in [
        "mod imf; pub use imf::Imf; pub const DAY: u8 = 1; fn f() { Imf::new(); }",
        "mod imf; pub const DAY: u8 = 1; fn f() -> imf::Imf { g() }",
    ] {
        for child in ["use super::DAY; pub struct Imf;", "use super::*; pub struct Imf;"] {
            has_cycles(&[("date/mod.rs", parent), ("date/imf.rs", child)], &found);
        }
    }
}

#[test]
fn right_imports_make_no_cycle() {
    let parent = "mod a; mod b; pub use a::A; pub use b::{B, b};";
    has_cycles(
        &[
            ("lib.rs", "mod jar; pub use jar::{A, B};"),
            ("jar/mod.rs", parent),
            ("jar/a.rs", "use super::B; pub struct A; fn f(b: B) { b.a(); let a = 1; }"),
            ("jar/b.rs", "pub struct B; pub fn b() {} impl B { fn a(&self) {} }"),
        ],
        &[],
    );
    // The child uses an item of its parent, which re-exports the child's without a use of its own.
    has_cycles(
        &[
            (
                "date/mod.rs",
                "mod imf; pub use imf::Imf; pub const DAY: u8 = 1; fn f(x: S) { x.imf(0..1) }",
            ),
            ("date/imf.rs", "use super::DAY; pub struct Imf;"),
        ],
        &[],
    );
    // Tests may import anything.
    has_cycles(
        &[
            ("jar/mod.rs", "mod a; mod b; #[cfg(test)] mod c;"),
            ("jar/a.rs", "use super::b::B; #[cfg(test)] fn g(_: super::c::C) {}"),
            (
                "jar/b.rs",
                "#[cfg(test)] mod tests { use super::super::a::A; } impl B { #[cfg(test)] fn f(_: super::a::A) {} }",
            ),
            ("jar/c.rs", "use super::a::A;"),
        ],
        &[],
    );
    // Other crates have names like ours, and so do lifetimes.
    has_cycles(
        &[
            (
                "http.rs",
                "use http::HeaderMap; use crate::jar::a::A; fn f<'a>(x: &'a ::http::Uri) {}",
            ),
            ("jar/mod.rs", "mod a;"),
            ("jar/a.rs", "use http; use http::Uri; fn f() { http::g(); <T as U>::http(); }"),
        ],
        &[],
    );
}

#[test]
fn logic_in_the_index_is_found() {
    let index = "mod a; pub mod b; pub use a::A; #[cfg(all(doctest, unix))] struct Readme;";
    assert_eq!(logic_in(index), 0);
    for logic in ["fn f() {}", "struct S;", "impl A {}", "macro_rules! m { () => {} }", "mod c {}"]
    {
        assert_eq!(logic_in(&format!("{index} {logic}")), 1, "{logic}");
    }
}
