//! What holds for every subcommand: help, colors, and where the output goes.

use std::process::{Command, Stdio};

use crate::{command, run};

const EXPLAIN: [&str; 3] = ["explain", "a=1; foo", "https://shop.example"];

#[test]
fn help_is_no_failure() {
    for (arguments, usage) in [
        (&["--help"][..], "Usage: gingersnap <COMMAND>"),
        (&["explain", "--help"], "Usage: gingersnap explain [OPTIONS] <HEADER> <URL>"),
        (&["jar", "--help"], "Usage: gingersnap jar [OPTIONS] <FILE>..."),
        (&["jar", "list", "--help"], "Usage: gingersnap jar list [OPTIONS] <FILE>..."),
        (&["jar", "convert", "--help"], "gingersnap jar convert [OPTIONS] <FILE> <NEW_FILE>"),
        (&["jar", "clean", "--help"], "Usage: gingersnap jar clean [OPTIONS] <FILE>..."),
    ] {
        let output = command().args(arguments).output().expect("the command runs");
        let help = String::from_utf8(output.stdout).expect("text");
        assert!(help.contains(usage) && output.stderr.is_empty(), "{help}");
        assert_eq!(output.status.code(), Some(0));
        assert!(arguments.len() == 3 || help.contains("Exit codes:"), "{help}");
    }
    let output = command().arg("--version").output().expect("the command runs");
    assert!(output.stdout.starts_with(b"gingersnap "), "{output:?}");
}

#[test]
fn a_wrong_subcommand_is_an_error() {
    for arguments in [&[][..], &["explian"], &["--json"]] {
        let output = command().args(arguments).output().expect("the command runs");
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]));
        assert!(String::from_utf8_lossy(&output.stderr).contains("Usage: gingersnap"));
    }
}

#[test]
fn colors_are_for_those_who_want_them() {
    fn has_colors(command: &mut Command) -> [bool; 2] {
        let output = command.output().expect("the command runs");
        [output.stdout, output.stderr].map(|bytes| bytes.contains(&0x1b))
    }
    let missing = ["jar", "/nothing/here"];
    for (arguments, colors) in [(&EXPLAIN[..], [true, false]), (&missing, [false, true])] {
        let mut command = command();
        let command = command.args(arguments);
        assert_eq!(has_colors(command), [false; 2], "it is no terminal");
        assert_eq!(has_colors(command.env("CLICOLOR_FORCE", "1")), colors);
        assert_eq!(has_colors(command.env("NO_COLOR", "1")), [false; 2]);
    }
    // JSON never has them.
    let arguments = [&EXPLAIN[..], &["--json"]].concat();
    assert_eq!(has_colors(command().args(arguments).env("CLICOLOR_FORCE", "1")), [false; 2]);
}

/// As for `gingersnap explain .. | head -1`.
#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cookies.txt");
    let lines = (0..3_000).map(|number| format!("{number}.example\tFALSE\t/\tFALSE\t0\tc\t1\n"));
    std::fs::write(&file, lines.collect::<String>()).expect("a file");
    let file = file.to_str().expect("text");
    // More than a pipe holds.
    assert!(run("jar", &[file], b"").stdout.len() > 1 << 17);
    for arguments in [&["jar", file][..], &["jar", "--json", file]] {
        let mut command = command();
        let command = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
    }
}
