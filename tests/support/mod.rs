//! The blog of examples/blog/, started as a user starts it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;
use std::{env, fs};

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
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("the blog says where it listens");
        let mut blog = Self { process, url: String::new() };
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
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    Command::new(BINARY.get_or_init(fresh_binary))
}

/// The example beside this test. `cargo test` builds it, `cargo test --test ...` doesn't.
fn fresh_binary() -> PathBuf {
    let test = env::current_exe().expect("this test has a path");
    let profile = test.ancestors().nth(2).expect("target/debug/deps/this-test");
    let binary = profile.join("examples").join("blog");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = [root.join("src"), root.join("examples/blog"), root.join("Cargo.toml")];
    let newest = sources.iter().map(|path| newest(path)).max();
    if modified(&binary) < newest {
        let name = match profile.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        let cargo = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--example", "blog", "--profile", name, "--target-dir"])
            .arg(profile.parent().expect("target"))
            .current_dir(root)
            .status();
        assert!(cargo.expect("cargo runs").success(), "the example doesn't build");
    }
    binary
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// When the newest file at or under `path` was written.
fn newest(path: &Path) -> SystemTime {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a directory that can be read").flatten();
        return entries.map(|entry| newest(&entry.path())).max().unwrap_or(SystemTime::UNIX_EPOCH);
    }
    modified(path).expect("a file that is there")
}
