//! A server that sends what it is told to, byte for byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What to send for a path and the `Cookie` header that came.
pub(crate) struct Answer {
    set_cookies: Vec<Vec<u8>>,
    pub(crate) content_type: &'static str,
    text: String,
    location: Option<String>,
}

impl Answer {
    /// A page with a text.
    pub(crate) fn page(set_cookies: Vec<Vec<u8>>, text: impl Into<String>) -> Self {
        Self { set_cookies, content_type: "text/plain", text: text.into(), location: None }
    }

    /// A redirect to a URL.
    #[allow(dead_code, reason = "tests of files do not redirect")]
    pub(crate) fn redirect(set_cookies: Vec<Vec<u8>>, url: impl Into<String>) -> Self {
        Self { location: Some(url.into()), ..Self::page(set_cookies, "") }
    }
}

/// Starts it, and says on which port. It ends with the process.
#[track_caller]
pub(crate) fn start(answer: impl Fn(&str, &[u8]) -> Answer + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A browser opens connections that it does not need, and lets them be.
            thread::spawn(move || serve(stream, &*answer));
        }
    });
    port
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str, &[u8]) -> Answer) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(bytes) => head.extend_from_slice(&buffer[..bytes]),
        }
    }
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let path = str::from_utf8(lines.next()?.split(|&byte| byte == b' ').nth(1)?).ok()?;
    let cookies = lines.find_map(|line| line.strip_prefix(b"Cookie: ")).unwrap_or_default();
    let Answer { set_cookies, content_type, text, location } = answer(path, cookies);
    let status =
        location.map_or("200 OK".to_owned(), |url| format!("302 Found\r\nLocation: {url}"));
    let mut response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}; charset=utf-8\r\n\
        Cache-Control: no-store\r\nConnection: close\r\n"
    )
    .into_bytes();
    for header in set_cookies {
        response.extend_from_slice(b"Set-Cookie: ");
        response.extend_from_slice(&header);
        response.extend_from_slice(b"\r\n");
    }
    response.extend_from_slice(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    stream.write_all(&response).ok()
}
