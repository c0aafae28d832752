//! `gingersnap jar`, run as a process: what it prints, what it writes, and its exit codes.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Ran;

/// A folder with cookie files.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    /// Returns the path of a file.
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("text").to_owned()
    }

    /// Writes a file, and returns its path.
    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.0.path().join(name), text).expect("a file to write");
        self.path(name)
    }
}

fn jar(arguments: &[&str]) -> Ran {
    crate::run("jar", arguments, b"")
}

#[track_caller]
fn read(path: &str) -> String {
    fs::read_to_string(path).expect("a file to read")
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs()
}

/// A cookie of the session, one with two hours and a half, and one that has expired.
fn cookies_txt() -> String {
    let later = unix_now() + 9_000;
    format!(
        "# Netscape HTTP Cookie File\n\
         #HttpOnly_.shop.example\tTRUE\t/\tTRUE\t0\tsid\tSECRET\n\
         www.shop.example\tFALSE\t/cart\tFALSE\t{later}\titems\t3\n\
         a.example\tFALSE\t/\tFALSE\t1\told\t1\n"
    )
}

/// The same file in each format: the name of the format, and of the file.
const FORMATS: [(&str, &str); 4] =
    [("txt", "a.txt"), ("json", "a.json"), ("playwright", "state"), ("list", "export")];

/// Writes a file with the same cookies in each format, and returns their paths.
#[track_caller]
fn in_all_formats(folder: &Folder) -> [String; 4] {
    let source = folder.write("source", cookies_txt());
    FORMATS.map(|(format, name)| {
        let path = folder.path(name);
        assert_eq!(jar(&["convert", "--to", format, &source, &path]).code, 0);
        path
    })
}

#[test]
fn a_file_is_listed() {
    let folder = Folder::new();
    let file = folder.write("cookies.txt", cookies_txt());
    let table = "\
DOMAIN            PATH   NAME   VALUE      LEFT     FLAGS
.shop.example     /      sid    (6 bytes)  session  Secure HttpOnly
www.shop.example  /cart  items  (1 bytes)  2 hours
";
    for arguments in [&[&*file][..], &["list", &file], &["--from", "txt", &file]] {
        let ran = jar(arguments);
        assert_eq!((ran.stdout.as_str(), ran.code), (table, 0));
        assert_eq!(ran.stderr, format!("{file}: left out: 1 expired cookie\n"));
    }
    let ran = jar(&["--values", &file]);
    assert!(ran.stdout.contains("/      sid    SECRET  session"), "{}", ran.stdout);

    let other = folder.write("other", "");
    let ran = jar(&[&other, &file]);
    let heading = "DOMAIN  PATH  NAME  VALUE  LEFT  FLAGS\n";
    assert_eq!(ran.stdout, format!("{other}:\n{heading}\n{file}:\n{table}"));
}

#[test]
fn each_format_is_detected() {
    let folder = Folder::new();
    let paths = in_all_formats(&folder);
    let ran = jar(&["--json", &paths[0], &paths[1], &paths[2], &paths[3]]);
    let document = ran.json();
    for (number, (format, _)) in FORMATS.into_iter().enumerate() {
        let file = &document["files"][number];
        assert_eq!((&file["file"], &file["format"]), (&json!(paths[number]), &json!(format)));
        let names: Vec<_> = file["cookies"].as_array().expect("cookies").iter().collect();
        assert_eq!(names.iter().map(|one| &one["name"]).collect::<Vec<_>>(), ["sid", "items"]);
        assert!(names[0]["expires"].is_null() && names[1]["expires"].is_u64(), "{format}");
    }
    // A name says nothing about a file that has text.
    let renamed = folder.path("renamed.json");
    fs::copy(&paths[0], &renamed).expect("a copy");
    assert_eq!(jar(&["--json", &renamed]).json()["files"][0]["format"], "txt");
    let with_mark = folder.write("mark", format!("\u{FEFF} {}", read(&paths[3])));
    assert_eq!(jar(&["--json", &with_mark]).json()["files"][0]["format"], "list");
}

#[test]
fn a_list_as_json_has_no_values() {
    let folder = Folder::new();
    let later = unix_now() + 9_000;
    let lines = [
        cookies_txt().into_bytes(),
        b"b.example\tFALSE\t/\xE9\tFALSE\t0\tn\xFF\t\xFE\nnot a cookie\n".to_vec(),
    ];
    let file = folder.write("cookies.txt", lines.concat());
    let ran = jar(&["list", "--json", &file]);
    assert_eq!((ran.code, ran.stdout.contains("SECRET")), (1, false));
    let document = ran.json();
    let file_json = &document["files"][0];
    let skipped = json!([{"entry": 6, "reason": "the number of columns is 3 instead of 7"}]);
    assert_eq!((&file_json["expired"], &file_json["skipped"]), (&json!(1), &skipped));
    let cookies = file_json["cookies"].as_array().expect("cookies");
    let expected = json!({
        "name": "sid", "domain": "shop.example", "host_only": false, "path": "/",
        "partition": null, "secure": true, "http_only": true, "same_site": null,
        "expires": null, "value_bytes": 6,
    });
    assert_eq!(cookies[1], expected);
    let in_hex = json!({
        "name_hex": "6eff", "domain": "b.example", "host_only": true, "path_hex": "2fe9",
        "partition": null, "secure": false, "http_only": false, "same_site": null,
        "expires": null, "value_bytes": 1,
    });
    assert_eq!(cookies[0], in_hex);
    let expires = cookies[2]["expires"].as_u64().expect("a time");
    assert!(expires.abs_diff(later) < 60, "{expires}");

    let ran = jar(&["list", "--json", "--values", &file]);
    let cookies = &ran.json()["files"][0]["cookies"];
    assert_eq!((&cookies[1]["value"], &cookies[0]["value_hex"]), (&json!("SECRET"), &json!("fe")));
}

#[test]
fn invisible_characters_are_escaped() {
    let folder = Folder::new();
    let line = "a.example\tFALSE\t/\u{202e}\tFALSE\t0\tn\u{200b}é\t\"\u{202e}x\n".as_bytes();
    let file = folder
        .write("cookies.txt", [line, b"b.example\tFALSE\t/\tFALSE\t0\t\xC2\xA0\xFF\t1\n"].concat());
    let ran = jar(&["--values", &file]);
    assert!(ran.stdout.contains(r#"/\u{202e}  n\u{200b}é  "\u{202e}x"#), "{}", ran.stdout);
    assert!(ran.stdout.contains(r"\u{a0}\xff"), "{}", ran.stdout);
}

#[test]
fn each_format_is_converted_to_each() {
    let folder = Folder::new();
    let paths = in_all_formats(&folder);
    let cookies = |path: &str| {
        let mut document = jar(&["--json", "--values", path]).json();
        document["files"][0]["cookies"].take()
    };
    let expected = cookies(&paths[0]);
    for from in &paths {
        for (to, name) in FORMATS {
            let new = folder.path(&format!("to-{name}"));
            let _ = fs::remove_file(&new);
            let ran = jar(&["convert", from, &new, "--to", to]);
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{from} to {to}");
            assert!(ran.stdout.starts_with(&format!("{new}: 2 cookies, as ")), "{}", ran.stdout);
            assert_eq!(cookies(&new), expected, "{from} to {to}");
        }
    }
    // Without `--to`, the name of a new file decides.
    for (name, format) in [("x.json", "json"), ("x.JSON", "json"), ("x.txt", "txt"), ("x", "txt")] {
        let new = folder.path(name);
        let document = jar(&["convert", "--json", &paths[2], &new]).json();
        assert_eq!((&document["format"], &document["written"]), (&json!(format), &json!(2)));
    }
}

#[test]
fn cookies_are_added_to_a_file() {
    let folder = Folder::new();
    let other = "{\"cookies\":[\
        {\"name\":\"sid\",\"value\":\"theirs\",\"domain\":\".shop.example\",\"path\":\"/\"},\
        {\"name\":\"b\",\"value\":\"2\",\"domain\":\"b.example\",\"path\":\"/\"}\
        ],\"origins\":[{\"origin\":\"https://a.example\",\"localStorage\":[]}]}";
    let state = folder.write("state.json", other);
    let source = folder.write("cookies.txt", cookies_txt());
    let ran = jar(&["convert", "--json", &source, &state]);
    assert_eq!(ran.code, 0);
    let expected = json!({
        "file": source, "new_file": state, "format": "playwright", "is_written": true,
        "written": 3, "expired": 1, "skipped": [], "not_written": [],
        "conflicts": [{
            "name": "sid", "domain": "shop.example", "host_only": false, "path": "/",
            "partition": null, "kept": "file",
        }],
    });
    assert_eq!(ran.json(), expected);
    let conflict = "sid (.shop.example/) was in both files; kept that of FILE\n";
    let left_out = format!("{source}: left out: 1 expired cookie\n");
    assert_eq!(ran.stderr, format!("{left_out}{state}: {conflict}"));
    let text = read(&state);
    assert!(text.contains("SECRET") && !text.contains("theirs"), "{text}");
    assert!(text.contains("\"b\"") && text.contains("localStorage"), "{text}");
}

#[test]
fn what_a_format_cannot_hold_is_reported() {
    let folder = Folder::new();
    let list = "[{\"name\":\"a\",\"value\":\"SEC\\tRET\",\"domain\":\"a.example\"},\
        {\"name\":\"b\",\"value\":\"1\",\"domain\":\"b.example\",\"secure\":true,\
        \"partitionKey\":\"https://news.example\"},\
        {\"name\":\"c\",\"value\":\"1\",\"domain\":\"c.example\"}]";
    let file = folder.write("list.json", list);
    let new = folder.path("new.txt");
    let ran = jar(&["convert", "--json", &file, &new]);
    assert_eq!(
        (ran.code, ran.stdout.contains("RET"), ran.stderr.contains("RET")),
        (1, false, false)
    );
    assert!(ran.stderr.contains("b (b.example/) not written: the format has no partitions\n"));
    let document = ran.json();
    assert_eq!((&document["is_written"], &document["written"]), (&json!(true), &json!(1)));
    let mut kinds: Vec<_> = document["not_written"].as_array().expect("an array").iter().collect();
    kinds.sort_by_key(|one| one["name"].to_string());
    let partitioned = json!({
        "name": "b", "domain": "b.example", "host_only": true, "path": "/",
        "partition": "https://news.example", "kind": "Partitioned",
        "reason": "the format has no partitions",
    });
    assert_eq!((&kinds[0]["kind"], kinds[1]), (&json!("Separator"), &partitioned));
}

#[test]
fn expired_cookies_are_dropped_in_each_format() {
    let folder = Folder::new();
    let source = folder.write("source", cookies_txt());
    let old = |micros: bool| {
        let expires = if micros { 1_000_000 } else { 1 };
        format!(
            "{{\"name\":\"old\",\"value\":\"1\",\"domain\":\"a.example\",\"host_only\":true,\
             \"path\":\"/\",\"secure\":false,\"http_only\":false,\"expires\":{expires},\
             \"created\":1,\"updated\":1,\"accessed\":1}}"
        )
    };
    for (path, (format, _)) in in_all_formats(&folder).iter().zip(FORMATS) {
        // An expired cookie as the first one.
        if format == "txt" {
            fs::copy(&source, path).expect("a copy");
        } else {
            let text = read(path).replacen('[', &format!("[{},", old(format == "json")), 1);
            fs::write(path, text).expect("a file to write");
        }
        assert_eq!(jar(&["--json", path]).json()["files"][0]["expired"], 1, "{format}");

        let ran = jar(&["clean", path]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{format}");
        assert_eq!(ran.stdout, format!("{path}: 1 cookie dropped, 2 cookies kept\n"));
        let text = read(path);
        assert!(!text.contains("old") && text.contains("sid") && text.contains("items"), "{text}");

        // Nothing to drop is nothing to write.
        let formatted = format!("{text}\n");
        fs::write(path, &formatted).expect("a file to write");
        let ran = jar(&["clean", "--json", path]);
        let expected = json!({"files": [{
            "file": path, "format": format, "is_written": false, "kept": 2, "dropped": 0,
            "skipped": [],
        }]});
        assert_eq!((ran.json(), read(path)), (expected, formatted));

        let ran = jar(&["clean", "--session", path]);
        assert_eq!(ran.stdout, format!("{path}: 1 cookie dropped, 1 cookie kept\n"));
        assert!(!read(path).contains("sid"), "{format}");
    }
}

#[test]
fn a_large_site_is_kept_as_a_whole() {
    let folder = Folder::new();
    let lines = (0..1_000).map(|number| format!("a.example\tFALSE\t/\tFALSE\t0\tc{number}\t1\n"));
    let file = folder.write("cookies.txt", lines.chain([cookies_txt()]).collect::<String>());
    assert_eq!(
        jar(&["clean", &file]).stdout,
        format!("{file}: 1 cookie dropped, 1002 cookies kept\n")
    );
    assert_eq!(read(&file).lines().filter(|line| line.starts_with("a.example")).count(), 1_000);
}

#[test]
fn a_file_with_unreadable_entries_is_not_written() {
    let folder = Folder::new();
    let text = format!("{}not a cookie SECRET\n", cookies_txt());
    let bad = folder.write("bad.txt", &text);
    let good = folder.write("good.txt", cookies_txt());
    let entry = format!("{bad}: entry 5 skipped: the number of columns is 4 instead of 7\n");
    let not_written = format!("{bad}: not written, because these entries would be lost\n");

    let ran = jar(&["clean", &bad, &good]);
    assert_eq!((ran.code, ran.stderr), (1, format!("{entry}{not_written}")));
    assert_eq!(ran.stdout, format!("{good}: 1 cookie dropped, 2 cookies kept\n"));
    assert_eq!(read(&bad), text);

    let ran = jar(&["convert", &good, &bad]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!((ran.stderr, read(&bad)), (format!("{entry}{not_written}"), text));
    let document = jar(&["convert", "--json", &good, &bad]).json();
    assert_eq!((&document["is_written"], &document["written"]), (&Value::Bool(false), &json!(0)));

    // What can be read of it is converted.
    let new = folder.path("new.json");
    let ran = jar(&["convert", &bad, &new]);
    assert_eq!((ran.code, ran.stdout), (1, format!("{new}: 2 cookies, as gingersnap JSON\n")));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    #[track_caller]
    fn fails(arguments: &[&str], message: &str) {
        let ran = jar(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        let line = ran.stderr.lines().last().expect("a message");
        assert!(line.starts_with(&format!("error: {message}")), "{line}");
    }
    let folder = Folder::new();
    let good = folder.write("good.txt", cookies_txt());
    let missing = folder.path("missing");
    let cannot_read = format!("cannot read `{missing}`: ");
    for arguments in
        [&[&*missing][..], &["clean", &good, &missing], &["convert", &missing, &folder.path("new")]]
    {
        fails(arguments, &cannot_read);
    }
    assert_eq!(read(&good), cookies_txt(), "it was not cleaned");
    assert!(!Path::new(&folder.path("new")).exists());
    fails(&[&folder.path("")], "cannot read `");
    let elsewhere = folder.path("no/folder");
    fails(&["convert", &good, &elsewhere], &format!("cannot read or write `{elsewhere}"));

    for (name, text, message) in [
        ("database", "SQLite format 3\0", "the file does not have the format cookies.txt"),
        ("lwp", "#LWP-Cookies-2.0\n", "the file does not have the format cookies.txt"),
        ("half", "[{", "the file is not JSON: line 1, column 2"),
        ("object", "{\"a\":1}", "the file does not have the format Playwright storage state"),
        (
            "later",
            "{\"format\":\"gingersnap cookies\",\"version\":2,\"cookies\":[]}",
            "the file has version 2 of its format, and only version 1 is known",
        ),
    ] {
        let path = folder.write(name, text);
        for arguments in [&["list", &*path][..], &["clean", &path], &["convert", &good, &path]] {
            fails(arguments, &format!("`{path}`: {message}"));
        }
        assert_eq!(read(&path), text);
    }
    fails(&["--from", "json", &good], &format!("`{good}`: the file is not JSON"));
}

#[test]
fn wrong_arguments_are_an_error() {
    let missing = "error: the following required arguments were not provided:";
    for (arguments, message) in [
        (&[][..], missing),
        (&["clean"], missing),
        (&["convert", "a"], missing),
        (&["convert", "a", "b", "c"], "error: unexpected argument 'c' found"),
        (&["--from", "xml", "a"], "error: invalid value 'xml' for '--from <FORMAT>'"),
        (&["clean", "--values", "a"], "error: unexpected argument '--values' found"),
        (&["--unknown", "a"], "error: unexpected argument '--unknown' found"),
    ] {
        let ran = jar(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(ran.stderr.lines().next(), Some(message), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_does_not_reach_the_terminal_as_it_is() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    // Clears the screen, from a name that an archive can have; the last byte is not UTF-8.
    const NAME: &[u8] = b"\x1B[2J\xC2\x9B2J\xFF";
    const SHOWN: &str = r"\x1b[2J\u{9b}2J\xff";
    let folder = Folder::new();
    let [file, missing] = [NAME, &[NAME, b"2"].concat()]
        .map(|name| folder.0.path().join(OsStr::from_bytes(name)).into_os_string());
    let expired = "a.example\tFALSE\t/\tFALSE\t1\ta\t1\n";
    fs::write(&file, cookies_txt() + expired).expect("a file");
    let ran = |arguments: &[&OsStr]| {
        // In colors, nothing is left out of the output.
        let mut command = crate::command();
        let output = command.env("CLICOLOR_FORCE", "1").arg("jar").args(arguments).output();
        let output = output.expect("the command runs");
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"))
    };
    let [list, convert, clean, json] = ["list", "convert", "clean", "--json"].map(OsStr::new);
    for (arguments, shown) in [
        (&[list, &*file, &*file][..], [true, true]),
        (&[list, &*missing], [false, true]),
        (&[list, json, &*file], [false, true]),
        (&[convert, &*file, folder.0.path().join("no/folder").as_os_str()], [false, true]),
        (&[convert, &*file, &*file], [true, true]),
        (&[clean, &*file], [true, false]),
    ] {
        let texts = ran(arguments);
        for (text, shown) in texts.iter().zip(shown) {
            assert!(!text.contains("\x1B[2J") && !text.contains('\u{9B}'), "{text:?}");
            assert_eq!(text.contains(SHOWN), shown, "{arguments:?} {text:?}");
        }
    }
}

#[test]
fn json_has_no_invisible_characters() {
    let folder = Folder::new();
    let line = "a.example\tFALSE\t/\u{202E}\tFALSE\t0\tn\u{9B}\u{E0001}é\t1\n";
    let ran = jar(&["--json", &folder.write("cookies.txt", line)]);
    assert!(ran.stdout.contains(r#""/\u202e""#), "{}", ran.stdout);
    assert!(ran.stdout.contains(r#""n\u009b\udb40\udc01é""#), "{}", ran.stdout);
    let cookie = &ran.json()["files"][0]["cookies"][0];
    assert_eq!(
        (&cookie["path"], &cookie["name"]),
        (&json!("/\u{202E}"), &json!("n\u{9B}\u{E0001}é"))
    );
}

#[test]
fn a_long_path_makes_no_other_line_long() {
    let folder = Folder::new();
    let long = format!("a.example\tFALSE\t/{}\tFALSE\t0\ta\t1\n", "x".repeat(70_000));
    let lines = [&long, "b.example\tFALSE\t/\tFALSE\t0\tb\t1\n"].concat();
    let ran = jar(&[&folder.write("cookies.txt", lines)]);
    let lens: Vec<_> = ran.stdout.lines().map(str::len).collect();
    assert_eq!((ran.code, lens.len()), (0, 3), "{}", ran.stderr);
    assert!(lens[0] < 200 && lens[1] > 70_000 && lens[2] < 200, "{lens:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_read_once() {
    let ran = crate::run("jar", &["/dev/stdin"], cookies_txt().as_bytes());
    let listed = jar(&[&Folder::new().write("cookies.txt", cookies_txt())]);
    assert_eq!((ran.code, &ran.stdout), (0, &listed.stdout));
    let folder = Folder::new();
    let new_file = folder.path("new.txt");
    let ran = crate::run("jar", &["convert", "/dev/stdin", &new_file], cookies_txt().as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(jar(&[&new_file]).stdout, listed.stdout);
    let ran = crate::run("jar", &["clean", "/dev/stdin"], cookies_txt().as_bytes());
    assert_eq!((ran.code, &*ran.stderr), (2, "error: `/dev/stdin` is not a regular file\n"));
}
