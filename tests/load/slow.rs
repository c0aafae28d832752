//! Slow and half-open clients: they take their time, or connect and do nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use crate::client::{Connection, RESPONSE_TIMEOUT, Target};
use crate::splitmix::Random;
use crate::usage::SETTLING_TIMEOUT;

/// How many connections the blog and `sign_in` take at once.
const CONNECTIONS: usize = 128;

/// Half of the time limit that the servers have for the head of a request.
const HALF_TIME_LIMIT: Duration = Duration::from_secs(5);

fn get(target: &Target, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: a=1; b\r\n\r\n", target.port)
}

/// Sends and reads slowly until the end.
pub(crate) async fn run(target: &Target, seed: u64, end: Instant) {
    let mut random = Random::new(seed);
    while Instant::now() < end {
        let kind = random.below(3);
        let connection = match kind {
            0 => Connection::open_with_small_buffer(target).await,
            _ => Connection::open(target).await,
        };
        let Ok(connection) = connection else { continue };
        match kind {
            0 => read_slowly(target, connection, &mut random).await,
            1 => send_slowly(target, connection, &mut random).await,
            _ => never_finish(connection, &mut random, end).await,
        }
    }
}

/// Sends a request byte by byte, and is served.
async fn send_slowly(target: &Target, mut connection: Connection<'_>, random: &mut Random) {
    let start = Instant::now();
    for byte in get(target, "/").bytes() {
        if connection.send(&[byte]).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(random.below(20) as u64)).await;
    }
    // On a busy machine, a client may take longer than the server allows.
    let is_in_time = start.elapsed() < HALF_TIME_LIMIT;
    let response = timeout(RESPONSE_TIMEOUT, connection.response(true)).await;
    let response = response.expect("an answer in time");
    if is_in_time {
        let response = response.expect("a response");
        assert_eq!(response.status, 200, "{response:?}");
        target.counts.add("slow requests", 1);
    }
}

/// Sends many requests at once, and reads few of the responses.
async fn read_slowly(target: &Target, mut connection: Connection<'_>, random: &mut Random) {
    let requests = get(target, "/").repeat(2_000);
    // The server stops reading when nobody reads what it writes.
    let _ = timeout(Duration::from_millis(500), connection.send(requests.as_bytes())).await;
    target.counts.add("slow readers", 1);
    let mut buffer = [0; 100];
    for _ in 0..random.below(100) {
        sleep(Duration::from_millis(10)).await;
        let read = timeout(RESPONSE_TIMEOUT, connection.stream.read(&mut buffer)).await;
        match read.expect("an answer in time") {
            Ok(bytes @ 1..) => target.counts.add("bytes of slow readers", bytes as u64),
            _ => return,
        }
    }
}

/// Sends headers slowly and never ends the head.
async fn never_finish(mut connection: Connection<'_>, random: &mut Random, end: Instant) {
    let mut part = &b"GET / HTTP/1.1\r\n"[..];
    for _ in 0..random.below(100) {
        if connection.send(part).await.is_err() || Instant::now() >= end {
            return;
        }
        part = b"X: 1\r\n";
        sleep(Duration::from_millis(30)).await;
    }
}

/// Takes all connections of a server with parts of requests, waits until the server has closed each of them,
/// and returns them, which are still open on this side.
pub(crate) async fn take_all_connections<'t>(
    target: &'t Target,
    form_path: &str,
) -> Vec<Connection<'t>> {
    let head = format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\n", target.port);
    let body = format!(
        "POST {form_path} HTTP/1.1\r\nHost: localhost:{}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nname",
        target.port
    );
    let mut connections = Vec::new();
    for number in 0..CONNECTIONS {
        let mut connection = Connection::open(target).await.expect("the server listens");
        let part = if number % 2 == 0 { &head } else { &body };
        connection.send(part.as_bytes()).await.expect("the connection is open");
        connections.push(connection);
    }
    for connection in &mut connections {
        let mut response = Vec::new();
        let closed = timeout(SETTLING_TIMEOUT, connection.stream.read_to_end(&mut response)).await;
        assert!(closed.is_ok(), "the server waits for a client that sends nothing");
        assert!(!response.starts_with(b"HTTP/1.1 5"), "{}", response.escape_ascii());
    }
    connections
}

/// Connects, and closes or resets the connection at any point of a request, until the end.
pub(crate) async fn run_half_open(target: &Target, seed: u64, end: Instant) {
    let mut random = Random::new(seed);
    let request = get(target, "/");
    while Instant::now() < end {
        let Ok(mut connection) = Connection::open(target).await else { continue };
        target.counts.add("half-open connections", 1);
        let kind = random.below(4);
        let length = match kind {
            // Nothing, a part of a request, or all of it.
            0 => 0,
            1 => random.below(request.len()),
            _ => request.len(),
        };
        if connection.send(&request.as_bytes()[..length]).await.is_err() {
            continue;
        }
        if kind == 3 {
            // Only one direction is closed.
            let _ = connection.stream.shutdown().await;
            let _ = timeout(Duration::from_secs(1), connection.response(true)).await;
            continue;
        }
        sleep(Duration::from_millis(random.pick(&[0, 1, 10, 300]))).await;
        if random.percent(70) {
            // The connection is reset.
            connection.stream.set_zero_linger().expect("a socket");
        }
    }
}
