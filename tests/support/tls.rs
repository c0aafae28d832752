//! `TlsRelay`: TLS in front of a server, so that cookies meet `https` URLs as well.
//!
//! It takes no crate that every build of the tests would wait for, but `openssl` and `python3`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Relays one request of each connection, and ends when nobody holds the other end of its standard input
/// any more.
const SCRIPT: &str = r#"
import os, socket, ssl, sys, threading

certificate, key, target = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)

def relay(connection):
    try:
        with context.wrap_socket(connection, server_side=True) as client:
            request = b""
            while b"\r\n\r\n" not in request:
                data = client.recv(65536)
                if not data:
                    return
                request += data
            with socket.create_connection(("127.0.0.1", int(target))) as server:
                server.sendall(request)
                while data := server.recv(65536):
                    client.sendall(data)
    except OSError:
        pass # a client may go away

def wait_for_end():
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=wait_for_end, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=relay, args=(connection,), daemon=True).start()
"#;

/// A running relay. It ends with its owner.
pub(crate) struct TlsRelay {
    process: Child,
    pub(crate) port: u16,
}

impl TlsRelay {
    /// Starts a relay to a server on a port of 127.0.0.1, with a certificate that nobody has signed.
    #[track_caller]
    pub(crate) fn start(target: u16) -> Self {
        let folder = TempDir::new().expect("a folder");
        let [certificate, key] =
            ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-nodes", "-days", "2", "-subj", "/CN=test"])
            .arg("-out")
            .arg(&certificate)
            .arg("-keyout")
            .arg(&key)
            .output()
            .expect("openssl is installed");
        assert!(made.status.success(), "{made:?}");
        let mut process = Command::new("python3")
            .args(["-c", SCRIPT])
            .args([&certificate, &key])
            .arg(target.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        // The relay has read both files when it says its port.
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        Self { process, port: line.trim().parse().expect("a port") }
    }
}

impl Drop for TlsRelay {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
