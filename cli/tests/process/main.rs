//! The command, run as a process, as a user does.

mod command;
mod explain;
mod jar;

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What the command printed, and its exit code.
#[derive(Debug)]
struct Ran {
    stdout: String,
    stderr: String,
    code: i32,
}

impl Ran {
    /// Returns the output, which must be JSON.
    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("the output is JSON")
    }
}

/// Returns the command, without the environment's wishes about colors.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command
}

/// Runs a subcommand with an input.
#[track_caller]
fn run<S: AsRef<OsStr>>(subcommand: &str, arguments: &[S], input: &[u8]) -> Ran {
    let mut command = command();
    let command = command.arg(subcommand).args(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    // It does not read its input if an argument is wrong.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the command ends");
    Ran {
        stdout: String::from_utf8(output.stdout).expect("the output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("the messages are UTF-8"),
        code: output.status.code().expect("no signal ended the command"),
    }
}
