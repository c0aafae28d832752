//! Slow and half-open clients: they take their time, or connect and do nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use crate::client::{Connection, Target};
use crate::splitmix::Random;

fn get(target: &Target, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: a=1; b\r\n\r\n", target.port)
}

/// Sends and reads slowly until the end.
pub(crate) async fn run(target: &Target, client: usize, end: Instant) {
    let mut random = Random::new(2_000 + client as u64);
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
    for byte in get(target, "/").bytes() {
        if connection.send(&[byte]).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(random.below(20) as u64)).await;
    }
    // All of that takes less than a second, and the time limit of a server is ten.
    let response = timeout(Duration::from_secs(60), connection.response(true)).await;
    let response = response.expect("an answer in time").expect("a response");
    assert_eq!(response.status, 200, "{response:?}");
    target.counts.add("slow requests", 1);
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
        if !matches!(connection.stream.read(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}

/// Sends a header every now and then, and no end of them.
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

/// Connects and leaves in every way but the right one, until the end.
pub(crate) async fn run_half_open(target: &Target, client: usize, end: Instant) {
    let mut random = Random::new(3_000 + client as u64);
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
