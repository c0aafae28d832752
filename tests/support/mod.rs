//! The blog of examples/blog/, started as a user starts it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// The example, built once.
static BLOG: LazyLock<escargot::CargoRun> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .example("blog")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
});

/// A running blog. It ends with its owner.
pub(crate) struct Blog {
    pub(crate) process: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
}

impl Blog {
    /// Starts it on a free port, and waits until it listens.
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
        BufReader::new(stdout).read_line(&mut line).expect("the blog says where it listens");
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

/// The blog, not yet running.
pub(crate) fn command() -> Command {
    BLOG.command()
}
