//! `Server`: an example server as a process, watched for panics and for what it uses.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};
use std::thread::{self, JoinHandle};

use crate::usage::{EAGER_ALLOCATOR, Memory};

/// An example with a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Example {
    Blog,
    SignIn,
    Axum,
}

impl Example {
    const fn name(self) -> &'static str {
        match self {
            Self::Blog => "blog",
            Self::SignIn => "sign_in",
            Self::Axum => "axum",
        }
    }

    /// Returns the names of all cookies that the example sets.
    pub(crate) const fn cookies(self) -> &'static [&'static str] {
        match self {
            Self::Blog => &["color", "visits"],
            Self::SignIn => &["__Host-user", "theme"],
            Self::Axum => &["visits", "since"],
        }
    }

    /// Returns the path of a form whose body the example reads, if it has one.
    pub(crate) const fn form_path(self) -> Option<&'static str> {
        match self {
            Self::Blog => Some("/color"),
            Self::SignIn => Some("/sign-in"),
            Self::Axum => None,
        }
    }

    /// Returns the paths of the example, those of its forms included. That of the button that rotates the
    /// keys is missing: whoever presses it four times signs everybody out.
    pub(crate) const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Blog => &[
                "/",
                "/color",
                "/visits",
                "/stop-tracking",
                "/cookies",
                "/explain",
                "/style.css",
                "/clear-cookies",
            ],
            Self::SignIn => {
                &["/", "/sign-in", "/sign-out", "/theme", "/forget-theme", "/style.css"]
            }
            Self::Axum => &["/"],
        }
    }
}

/// A running server. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
    errors: Option<JoinHandle<String>>,
}

impl Server {
    /// Builds an example, starts it on a free port, and waits until it listens.
    #[track_caller]
    pub(crate) fn start(example: Example) -> Self {
        let run = escargot::CargoBuild::new()
            .example(example.name())
            .features("axum encrypted http signed")
            .current_release()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .run()
            .expect("the example builds");
        let mut command = run.command();
        if example != Example::Axum {
            command.args(["--port", "0"]);
        }
        let mut process = command
            .env("PORT", "0")
            .env("COOKIE_KEY", "7f".repeat(32))
            .envs(EAGER_ALLOCATOR)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut stderr = process.stderr.take().expect("a pipe");
        let errors = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("messages are UTF-8");
            text
        });
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("the address");
        let port = line.trim_end().trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).expect("an address with a port");
        Self { port, process, errors: Some(errors) }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn memory(&self) -> Memory {
        Memory::of(self.id())
    }

    /// Asserts that the server still runs, stops it, and asserts that it has reported nothing: a panic is
    /// reported, whatever becomes of it.
    #[track_caller]
    pub(crate) fn finish(mut self) {
        let ended = self.process.try_wait().expect("a process");
        assert_eq!(ended, None, "the server has ended by itself");
        self.process.kill().expect("a process");
        let errors = self.errors.take().map(JoinHandle::join);
        let errors = errors.and_then(Result::ok).expect("a thread that reads");
        assert_eq!(errors, "", "the server reports errors");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // After a panic of the server, a client usually panics first.
        if thread::panicking()
            && let Some(Ok(errors)) = self.errors.take().map(JoinHandle::join)
        {
            eprintln!("the server's messages: {errors:?}");
        }
    }
}
