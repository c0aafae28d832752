//! `TestProcess`: this test program, started again to run one of its tests as a process of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A running process. It is killed when this is dropped.
pub(crate) struct TestProcess(pub(crate) Child);

impl Drop for TestProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl TestProcess {
    /// Starts an ignored test, which finds in an environment variable what it should do.
    #[track_caller]
    pub(crate) fn start(test: &str, variable: &str, assignment: &str) -> Self {
        let program = env::current_exe().expect("the program of these tests");
        Self::start_with(Command::new(program), test, variable, assignment)
    }

    /// Starts a test with a command that runs this program.
    #[track_caller]
    pub(crate) fn start_with(
        mut command: Command,
        test: &str,
        variable: &str,
        assignment: &str,
    ) -> Self {
        let process = command
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env(variable, assignment)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Self(process.expect("the process starts"))
    }

    /// Returns the lines that the process prints to stderr, as they come. Can be called once.
    #[track_caller]
    pub(crate) fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        let stderr = self.0.stderr.take().expect("a pipe that nobody reads yet");
        BufReader::new(stderr).lines().map(|line| line.expect("a line in UTF-8"))
    }

    /// Waits until the process succeeds, and returns the lines that it printed to stderr.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Vec<String> {
        let lines = self.lines().collect();
        assert!(self.0.wait().expect("a process").success(), "{lines:#?}");
        lines
    }
}
