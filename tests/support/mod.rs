//! Starts the blog of examples/blog/ as a process, as a user does.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// The example, which is built once.
static BLOG: LazyLock<escargot::CargoRun> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .example("blog")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
});

/// A running blog. It is stopped when this is dropped.
pub(crate) struct Blog {
    pub(crate) process: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
}

impl Blog {
    /// Starts the blog on a free port, and waits until it listens.
    #[track_caller]
    pub(crate) fn start() -> Self {
        let mut process = command()
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the blog starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut blog = Self { process, url: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the blog prints its address");
        let url = line.strip_suffix("/\n").expect("an address that ends in `/`");
        assert!(url.starts_with("http://127.0.0.1:"), "{line:?}");
        url.clone_into(&mut blog.url);
        blog
    }
}

impl Drop for Blog {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns a command that runs the blog.
pub(crate) fn command() -> Command {
    BLOG.command()
}
