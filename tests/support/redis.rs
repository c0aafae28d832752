//! `RedisServer`: a Redis server in an empty folder, on a free port of 127.0.0.1.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running server. It is killed when this is dropped.
pub(crate) struct RedisServer {
    process: Child,
    folder: TempDir,
    options: Vec<String>,
    pub(crate) port: u16,
}

impl RedisServer {
    /// Starts a server with more options of its command line, and waits until it answers.
    #[track_caller]
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        // Another process may take the port first.
        let port = free_port();
        let process = spawn(folder.path(), port, &options);
        let mut server = Self { process, folder, options, port };
        for _ in 0..10 {
            if server.answers() {
                return server;
            }
            server.kill();
            server.port = free_port();
            server.process = spawn(server.folder.path(), server.port, &server.options);
        }
        panic!("no server started");
    }

    /// Returns whether the server answers before it ends.
    fn answers(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if self.process.try_wait().expect("a process").is_some() {
                return false;
            }
            let answer = ask(self.port).unwrap_or_default();
            if answer.starts_with("+PONG") || answer.starts_with("-NOAUTH") {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Runs a command with `redis-cli`, and returns its output.
    #[track_caller]
    pub(crate) fn command(&self, command: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(command)
            .output()
            .expect("redis-cli is installed");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Kills the server: it cannot save anything any more.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("a process");
        self.process.wait().expect("a process");
    }

    /// Starts the server again, in its folder and on its port.
    #[track_caller]
    pub(crate) fn start_again(&mut self) {
        self.process = spawn(self.folder.path(), self.port, &self.options);
        assert!(self.answers(), "the server starts again");
    }

    /// Sends a signal to the server, such as `STOP`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status();
        assert!(sent.expect("kill is installed").success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns a port that is free now, and whose number plus 10000 is one: nodes of a cluster listen there.
pub(crate) fn free_port() -> u16 {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if port.checked_add(10_000).is_some_and(is_free) {
            return port;
        }
    }
}

fn spawn(folder: &Path, port: u16, options: &[String]) -> Child {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--dir"])
        .arg(folder)
        .args(options)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is installed")
}

/// Returns what a server answers to `PING`.
fn ask(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 64];
    let len = stream.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..len]).into_owned())
}
