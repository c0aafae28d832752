//! Measures the requests per second of an axum handler that counts visits with a cookie.
//!
//! ```text
//! cargo run --locked --release --manifest-path benches/Cargo.toml --bin visits
//! ```
//!
//! Each crate has a server of its own on a loopback port. One client sends requests on several
//! connections that stay open, and waits for a response before it sends the next request on the same
//! connection. The servers take short turns, so that a machine that slows down slows all of them; in every
//! other round, in reverse order. Of the processor time, that of the client is not counted.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;
use gingersnap_benches::{inputs, machine};
use rustix::time::{ClockId, clock_gettime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 16;

/// How long a server is asked in each round.
const TURN: Duration = Duration::from_millis(200);

const ROUNDS: usize = 101;

/// What every response ends with.
const PAGE: &[u8] = b"visit 42";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let routers: [(&str, &[u8], Router); 5] = [
        ("gingersnap, extractor", b"visits=42; Path=/", ours::extractor()),
        ("gingersnap, layer", b"visits=42; Path=/", ours::layer()),
        ("axum-extra", b"visits=42; Path=/", peers::extractor()),
        ("tower-cookies", b"visits=42; Path=/", peers::layer()),
        ("no cookies", b"", Router::new().route("/", get(async || "visit 42"))),
    ];
    let names = routers.each_ref().map(|&(name, ..)| name);
    let mut addresses = vec![];
    for (name, set_cookie, router) in routers {
        let address = serve(router)?;
        let response = run(fetch(address))??;
        let is_set = response.windows(set_cookie.len().max(1)).any(|part| part == set_cookie);
        if !is_set && !set_cookie.is_empty() {
            return Err(format!("{name}: the cookie is not set").into());
        }
        addresses.push(address);
    }

    let mut turns = vec![vec![]; names.len()];
    for round in 0..ROUNDS {
        for turn in 0..names.len() {
            let turn = if round % 2 == 0 { turn } else { names.len() - 1 - turn };
            turns[turn].push(run(take_turn(addresses[turn]))??);
        }
    }

    let peers = ["axum", "axum-extra", "tower-cookies"].map(machine::locked).join(", ");
    println!("{}; {}; {peers}; medians of {ROUNDS} rounds.\n", machine::cpu(), machine::rustc());
    println!("| handler | requests per second | processor time of the server for each request |");
    println!("|{}", " --- |".repeat(3));
    let none = turns.last().cloned().unwrap_or_default();
    for (name, turns) in names.into_iter().zip(&turns) {
        let rate = median(turns.iter().map(|turn| turn.rate));
        let rates = median(turns.iter().zip(&none).map(|(turn, none)| turn.rate / none.rate));
        let time = median(turns.iter().map(|turn| turn.time)) * 1e6;
        let more = median(turns.iter().zip(&none).map(|(turn, none)| turn.time - none.time)) * 1e6;
        println!("| {name} | {rate:.0} ({rates:.2} x) | {time:.2} µs ({more:+.2} µs) |");
    }
    Ok(())
}

/// What a server did in its turn.
#[derive(Clone, Copy)]
struct Turn {
    /// Requests per second.
    rate: f64,
    /// The seconds that the server ran on a processor for each request.
    time: f64,
}

/// Serves a router on a free port, in a thread of its own, and returns its address.
fn serve(router: Router) -> Result<SocketAddr, Failure> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        run(async move {
            let listener = TcpListener::from_std(listener)?.tap_io(|stream| {
                stream.set_nodelay(true).expect("an open socket");
            });
            axum::serve(listener, router).await
        })
    });
    Ok(address)
}

/// Runs a future on this thread.
fn run<F: Future>(future: F) -> std::io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    Ok(runtime.block_on(future))
}

async fn take_turn(address: SocketAddr) -> Result<Turn, Failure> {
    let mut streams = vec![];
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let (begin, busy, request) = (Instant::now(), server_time(), request());
    let mut connections = JoinSet::new();
    for mut stream in streams {
        let request = request.clone();
        connections.spawn(async move {
            let (mut count, mut response) = (0_u32, vec![]);
            while begin.elapsed() < TURN {
                exchange(&mut stream, &request, &mut response).await?;
                count += 1;
            }
            Ok::<_, Failure>(count)
        });
    }
    let counts = connections.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let requests = f64::from(counts.iter().sum::<u32>());
    let rate = requests / begin.elapsed().as_secs_f64();
    Ok(Turn { rate, time: (server_time() - busy) / requests })
}

/// Returns the seconds that all threads but this one, the client's, ran on a processor.
fn server_time() -> f64 {
    processor_time(ClockId::ProcessCPUTime) - processor_time(ClockId::ThreadCPUTime)
}

async fn fetch(address: SocketAddr) -> Result<Vec<u8>, Failure> {
    let (mut stream, mut response) = (TcpStream::connect(address).await?, vec![]);
    exchange(&mut stream, &request(), &mut response).await?;
    Ok(response)
}

/// Returns a request of a browser, with 9 cookies.
fn request() -> Vec<u8> {
    let cookies = inputs::eight().text;
    format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}; visits=41\r\n\r\n")
        .into_bytes()
}

/// Sends a request, and reads its response.
async fn exchange(
    stream: &mut TcpStream,
    request: &[u8],
    response: &mut Vec<u8>,
) -> Result<(), Failure> {
    stream.write_all(request).await?;
    response.clear();
    while !response.ends_with(PAGE) {
        if stream.read_buf(response).await? == 0 {
            let response = String::from_utf8_lossy(response);
            return Err(format!("the connection was closed after: {response}").into());
        }
    }
    Ok(())
}

fn processor_time(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
        .as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

mod ours {
    use axum::Router;
    use axum::routing::get;
    use gingersnap::Error;
    use gingersnap::axum::CookieJar;
    use gingersnap::tower::{CookieLayer, Cookies};

    pub(super) fn extractor() -> Router {
        async fn visit(mut jar: CookieJar) -> Result<(CookieJar, String), Error> {
            let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
            jar.set(("visits", visits.to_string()))?;
            Ok((jar, format!("visit {visits}")))
        }
        Router::new().route("/", get(visit))
    }

    pub(super) fn layer() -> Router {
        async fn visit(cookies: Cookies) -> Result<String, Error> {
            cookies.with(|jar| {
                let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
                jar.set(("visits", visits.to_string()))?;
                Ok(format!("visit {visits}"))
            })?
        }
        Router::new().route("/", get(visit)).layer(CookieLayer::default())
    }
}

mod peers {
    use axum::Router;
    use axum::routing::get;
    use axum_extra::extract::CookieJar;
    use tower_cookies::{Cookie, CookieManagerLayer, Cookies};

    fn next(visits: Option<&str>) -> u32 {
        visits.and_then(|visits| visits.parse().ok()).unwrap_or(0_u32).saturating_add(1)
    }

    fn cookie(visits: u32) -> Cookie<'static> {
        Cookie::build(("visits", visits.to_string())).path("/").build()
    }

    pub(super) fn extractor() -> Router {
        async fn visit(jar: CookieJar) -> (CookieJar, String) {
            let visits = next(jar.get("visits").map(Cookie::value));
            (jar.add(cookie(visits)), format!("visit {visits}"))
        }
        Router::new().route("/", get(visit))
    }

    pub(super) fn layer() -> Router {
        async fn visit(cookies: Cookies) -> String {
            let visits = next(cookies.get("visits").as_ref().map(Cookie::value));
            cookies.add(cookie(visits));
            format!("visit {visits}")
        }
        Router::new().route("/", get(visit)).layer(CookieManagerLayer::new())
    }
}
