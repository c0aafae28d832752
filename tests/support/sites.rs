//! `Sites`: a server for requests to any host, which notes each of them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A running server. It ends with the process.
pub(crate) struct Sites {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Sites {
    /// Starts a server. `respond` is called with the method, host and path of each request, such as
    /// `GET shop.example/cart`, and returns the status and the headers of the response; `PORT` in them
    /// becomes the port. The body is the request's `Cookie` header.
    pub(crate) fn start(respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (respond, noted) = (Arc::new(respond), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (respond, noted) = (Arc::clone(&respond), Arc::clone(&noted));
                thread::spawn(move || serve(stream, port, &*respond, &noted));
            }
        });
        Self { port, requests }
    }

    /// Returns the URL of a host and path on this server.
    pub(crate) fn url(&self, host_and_path: &str) -> String {
        let (host, path) = host_and_path.split_once('/').expect("a path");
        format!("http://{host}:{}/{path}", self.port)
    }

    /// Returns the requests since the last call, each with its `Cookie` header: `GET shop.example/: a=1`.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().expect("no panic"))
    }
}

fn serve(
    mut stream: TcpStream,
    port: u16,
    respond: &dyn Fn(&str) -> String,
    noted: &Mutex<Vec<String>>,
) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(bytes) => head.extend_from_slice(&buffer[..bytes]),
        }
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let path = target.split(' ').next()?;
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    let header = |name: &str| {
        let values = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        values.map(|&(_, value)| value).collect::<Vec<_>>().join(" and ")
    };
    let (host, cookies) = (header("host"), header("cookie"));
    let host = host.split(':').next()?;
    let request = format!("{method} {host}{path}");
    let response = respond(&request).replace("PORT", &port.to_string());
    noted.lock().expect("no panic").push(format!("{request}: {cookies}").trim_end().to_owned());
    let length = cookies.len();
    let response =
        format!("HTTP/1.1 {response}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((response + &cookies).as_bytes()).ok()
}
