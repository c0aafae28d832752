//! `Connection`: an HTTP connection that can be misused, and that checks every response.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gingersnap::header::SetCookie;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use crate::example_server::Example;

/// How long a client waits for the response to a whole request, however busy the server is.
pub(crate) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// The server that is used, and what was counted.
pub(crate) struct Target {
    pub(crate) example: Example,
    pub(crate) port: u16,
    pub(crate) counts: Counts,
}

/// How often something happened, by its name.
#[derive(Default)]
pub(crate) struct Counts(Mutex<BTreeMap<String, u64>>);

impl Counts {
    pub(crate) fn add(&self, event: &str, times: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(event.to_owned()).or_default() += times;
    }

    pub(crate) fn get(&self, event: &str) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(event).copied().unwrap_or_default()
    }

    /// Returns all counts, in one line.
    pub(crate) fn summary(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts: Vec<_> =
            counts.iter().map(|(event, times)| format!("{times} {event}")).collect();
        counts.join(", ")
    }
}

/// A connection to the server.
pub(crate) struct Connection<'t> {
    pub(crate) stream: TcpStream,
    target: &'t Target,
    /// What was received, and belongs to the next response.
    received: Vec<u8>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) body: String,
}

impl<'t> Connection<'t> {
    pub(crate) async fn open(target: &'t Target) -> Result<Self, Error> {
        Self::connect(target, TcpSocket::new_v4()?).await
    }

    /// Opens a connection that receives little before somebody reads.
    pub(crate) async fn open_with_small_buffer(target: &'t Target) -> Result<Self, Error> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        Self::connect(target, socket).await
    }

    async fn connect(target: &'t Target, socket: TcpSocket) -> Result<Self, Error> {
        match socket.connect((Ipv4Addr::LOCALHOST, target.port).into()).await {
            Ok(stream) => {
                target.counts.add("connections", 1);
                Ok(Self { stream, target, received: Vec::new() })
            }
            Err(error) => {
                target.counts.add("refused connections", 1);
                // The caller may try again at once.
                sleep(Duration::from_millis(10)).await;
                Err(error)
            }
        }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream.write_all(bytes).await
    }

    /// Reads the next response, which has a body unless the request was `HEAD`. Every response must be a
    /// valid one, have a status below 500, and set no cookie but those of the example.
    pub(crate) async fn response(&mut self, has_body: bool) -> Result<Response, Error> {
        loop {
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                let head =
                    String::from_utf8(self.received[..end].to_vec()).expect("a head in UTF-8");
                self.received.drain(..end + 4);
                let (mut response, length) = self.read_head(&head);
                // `100 Continue` comes before a response.
                if response.status >= 200 {
                    let length = if has_body { length } else { 0 };
                    while self.received.len() < length {
                        self.receive().await?;
                    }
                    let body = self.received.drain(..length).collect();
                    response.body = String::from_utf8(body).expect("a page in UTF-8");
                    return Ok(response);
                }
            } else {
                self.receive().await?;
            }
        }
    }

    async fn receive(&mut self) -> Result<(), Error> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Returns a response without its body, whose length comes with it.
    #[track_caller]
    fn read_head(&self, head: &str) -> (Response, usize) {
        let mut lines = head.split("\r\n");
        let start = lines.next().unwrap_or_default();
        let status = start.strip_prefix("HTTP/1.1 ").or_else(|| start.strip_prefix("HTTP/1.0 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse().ok());
        let Some(status @ 100..500) = status else { panic!("{head}") };
        self.target.counts.add(&format!("responses {status}"), 1);
        let (mut length, mut set_cookies) = (0, Vec::new());
        for line in lines {
            let (name, value) = line.split_once(": ").expect(head);
            assert!(!value.contains(char::is_control), "{head:?}");
            match name {
                "content-length" => length = value.parse().expect(head),
                "set-cookie" => set_cookies.push(value.to_owned()),
                _ => {}
            }
        }
        for header in &set_cookies {
            let cookie = SetCookie::parse(header.as_bytes()).expect(head);
            let name = str::from_utf8(cookie.name()).unwrap_or_default();
            assert!(self.target.example.cookies().contains(&name), "{head}");
        }
        (Response { status, set_cookies, body: String::new() }, length)
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
