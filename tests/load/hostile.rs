//! Hostile clients: whatever they send, the server answers with a status below 500, or not at all.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use crate::client::{Connection, RESPONSE_TIMEOUT, Target};
use crate::example_server::Example;
use crate::honest::{Browser, Rotations};
use crate::splitmix::Random;

/// How long a client waits for a response to what may be only a part of a request.
const PARTIAL_TIMEOUT: Duration = Duration::from_millis(500);

/// Parts of `Cookie` headers and forms.
const PIECES: &[&str] = &[
    "=",
    "==",
    ";",
    "; ",
    ";;",
    ",",
    " ",
    "\t",
    "\"",
    "\\",
    "%",
    "%00",
    "%3B",
    "%FF",
    "&",
    "\u{e9}",
    "\u{2028}",
    "\u{80}",
    "\"a\"",
    "\"b; c\"",
    "\"\\\"\"",
    "visits",
    "color",
    "since",
    "theme",
    "__Host-user",
    "__Secure-",
    "$Version=1",
    "=4294967295",
    "=-1",
    "=99999999999999999999",
    "=1",
    "=blue",
    "name",
    "remember",
    "color=",
    "x",
    "<script>",
    "1s",
    "1e",
    ".",
    "AAAAAAAA",
    "'",
];

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "get", "G@T", "X"];

/// A client's requests.
struct Requests {
    port: u16,
    example: Example,
    /// `Cookie` headers that the server would accept.
    valid: Vec<String>,
    random: Random,
}

/// The bytes of a hostile request, or bytes that are not a request.
struct Request {
    bytes: Vec<u8>,
    /// Whether the server must respond or close the connection without waiting for more.
    is_whole: bool,
}

/// Attacks a server until the end.
pub(crate) async fn run(
    target: &Target,
    client: usize,
    seed: u64,
    rotations: &Rotations,
    end: Instant,
) {
    let (mut valid_since, valid) = (rotations.count(), valid_cookies(target, client).await);
    let random = Random::new(seed);
    let mut requests = Requests { port: target.port, example: target.example, valid, random };
    while Instant::now() < end {
        // Cookies that were sealed two rotations ago still open.
        if rotations.count() >= valid_since + 2 {
            valid_since = rotations.count();
            requests.valid = valid_cookies(target, client).await;
        }
        if requests.random.percent(2) {
            crowd(target, requests.random.below(40)).await;
            continue;
        }
        let Ok(mut connection) = Connection::open(target).await else { continue };
        let mut is_whole = true;
        for _ in 0..=requests.random.below(4) {
            let count = if requests.random.percent(20) { 1 + requests.random.below(20) } else { 1 };
            let sent: Vec<_> = (0..count).map(|_| requests.next_request()).collect();
            is_whole &= sent.iter().all(|request| request.is_whole);
            if !exchange(target, &mut connection, &sent, is_whole).await {
                break;
            }
        }
    }
}

/// Sends requests, and reads their responses. Returns whether the connection can be used again.
async fn exchange(
    target: &Target,
    connection: &mut Connection<'_>,
    requests: &[Request],
    is_whole: bool,
) -> bool {
    let bytes: Vec<u8> = requests.iter().flat_map(|request| request.bytes.clone()).collect();
    let limit = if is_whole { RESPONSE_TIMEOUT } else { PARTIAL_TIMEOUT };
    target.counts.add("hostile requests", requests.len() as u64);
    // A server does not read all that it refuses.
    let sent = timeout(limit, connection.send(&bytes)).await;
    let is_open = matches!(sent, Ok(Ok(())));
    // No method here is `HEAD`, so every response has its body.
    for _ in requests {
        match timeout(limit, connection.response(true)).await {
            Ok(Ok(_)) => target.counts.add("hostile responses", 1),
            Ok(Err(_)) => return false,
            Err(_) => {
                assert!(!is_whole, "no answer in time to {}", bytes.escape_ascii());
                return false;
            }
        }
        if !is_open {
            return false;
        }
    }
    is_open
}

/// Opens many connections, and does not use them.
async fn crowd(target: &Target, count: usize) {
    let mut connections = Vec::new();
    for _ in 0..count {
        connections.extend(Connection::open(target).await.ok());
    }
    sleep(Duration::from_millis(100)).await;
}

/// Returns the `Cookie` headers of a client that uses the server as it should.
async fn valid_cookies(target: &Target, client: usize) -> Vec<String> {
    let mut browser = Browser::new(target, client as u64);
    match target.example {
        Example::Blog => drop(browser.get("/visits").await),
        Example::SignIn => {
            browser.post("/sign-in", "name=Mallory").await;
            browser.post("/theme", "theme=night").await;
        }
        Example::Axum => drop(browser.get("/").await),
    }
    let cookies = browser.cookies();
    // Each cookie alone, and all of them.
    let mut valid: Vec<_> = cookies.split("; ").map(str::to_owned).collect();
    valid.push(cookies);
    valid
}

impl Requests {
    fn next_request(&mut self) -> Request {
        let kind = self.random.below(14);
        let (bytes, is_whole) = match kind {
            0 => {
                let cookie = self.long_value();
                (self.with_cookies(&cookie), true)
            }
            1 => {
                let cookies = self.many_cookies();
                (self.with_cookies(&cookies), true)
            }
            2 => {
                let bytes = self.bytes(200);
                (self.with_cookies(&bytes), true)
            }
            3..5 => {
                let text = self.text(30);
                (self.with_cookies(text.as_bytes()), true)
            }
            5..8 => {
                let changed = self.changed_cookies();
                (self.with_cookies(&changed), true)
            }
            8..10 => self.form(),
            10 => (self.bytes(2_000), false),
            11 => (self.many_headers(), true),
            12 => {
                // A request with something changed anywhere.
                let mut request = self.with_cookies(b"a=1");
                self.damage(&mut request);
                (request, false)
            }
            _ => {
                let (method, path) = (self.random.pick(METHODS), self.path());
                let cookies = format!("Cookie: {}\r\n", self.text(5));
                (self.request(method, &path, cookies.as_bytes(), b""), true)
            }
        };
        Request { bytes, is_whole }
    }

    fn path(&mut self) -> String {
        match self.random.below(12) {
            0 => format!("/{}", self.text(3).replace([' ', '\t'], "")),
            1 => self
                .random
                .pick(&["*", "http://[", "//", "/%00", "http://evil.example/", ""])
                .to_owned(),
            2 => format!("/{}", "a".repeat(self.random.below(70_000))),
            _ => self.random.pick(self.example.paths()).to_owned(),
        }
    }

    fn request(&mut self, method: &str, path: &str, headers: &[u8], body: &[u8]) -> Vec<u8> {
        let host = match self.random.below(20) {
            0 => "Host: evil.example\r\n".to_owned(),
            1 => String::new(),
            2 => "Host: localhost\r\nHost: localhost\r\n".to_owned(),
            _ => format!("Host: localhost:{}\r\n", self.port),
        };
        let start = format!("{method} {path} HTTP/1.1\r\n{host}");
        [start.as_bytes(), headers, b"\r\n", body].concat()
    }

    fn with_cookies(&mut self, cookies: &[u8]) -> Vec<u8> {
        let (method, path) = match self.random.below(8) {
            0 => ("POST", self.random.pick(self.example.paths())),
            _ => ("GET", self.random.pick(self.example.paths())),
        };
        let headers = [b"Cookie: ", cookies, b"\r\n"].concat();
        self.request(method, path, &headers, b"")
    }

    fn bytes(&mut self, limit: usize) -> Vec<u8> {
        let count = self.random.below(limit);
        (0..count).map(|_| u8::try_from(self.random.below(256)).expect("a byte")).collect()
    }

    fn text(&mut self, limit: usize) -> String {
        let count = self.random.below(limit);
        (0..count).map(|_| self.random.pick(PIECES)).collect()
    }

    fn long_value(&mut self) -> Vec<u8> {
        let length = match self.random.below(4) {
            0 => 1 << 21,
            1 => 65_000 + self.random.below(1_000),
            2 => 8_000 + self.random.below(400),
            _ => self.random.below(1 << 20),
        };
        let name = self.random.pick(self.example.cookies());
        [name.as_bytes(), b"=", &vec![b'v'; length]].concat()
    }

    fn many_cookies(&mut self) -> Vec<u8> {
        let count = self.random.pick(&[49, 140, 149, 150, 151, 1_000, 2_999, 3_001, 6_000]);
        // Of one name, of the example's names, or of different ones.
        let kind = self.random.below(3);
        let own = self.example.cookies();
        let pairs = (0..count).map(|number| match kind {
            0 => "a=1".to_owned(),
            1 => format!("{}={number}", own[number % own.len()]),
            _ => format!("c{number}={}", "v".repeat(number % 60)),
        });
        let mut pairs: Vec<_> = pairs.collect();
        // Those of the example come last, so that there is little room for their new values.
        if self.random.percent(50) {
            pairs.push(self.valid[self.random.below(self.valid.len())].clone());
        }
        pairs.join("; ").into_bytes()
    }

    fn changed_cookies(&mut self) -> Vec<u8> {
        let mut cookies = self.valid[self.random.below(self.valid.len())].clone().into_bytes();
        self.damage(&mut cookies);
        cookies
    }

    /// Changes, adds or removes bytes in up to four places.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.random.below(4) {
            let at = self.random.below(bytes.len() + 1);
            let piece = self.random.pick(PIECES);
            match self.random.below(4) {
                0 if at < bytes.len() => {
                    bytes[at] = u8::try_from(self.random.below(256)).expect("a byte");
                }
                1 => drop(bytes.drain(at..(at + self.random.below(10)).min(bytes.len()))),
                2 => bytes.truncate(at),
                _ => drop(bytes.splice(at..at, piece.bytes())),
            }
        }
    }

    /// Returns a form, and whether it is as long as it says.
    fn form(&mut self) -> (Vec<u8>, bool) {
        let path = self.random.pick(self.example.paths());
        let body = match self.random.below(4) {
            0 => self.bytes(3_000),
            1 => vec![b'a'; self.random.below(100_000)],
            2 => format!("name={}&theme={}", self.text(20), self.text(2)).into_bytes(),
            _ => format!("color={}&remember={}", self.text(2), self.text(3)).into_bytes(),
        };
        let kind = self.random.below(8);
        let length = match kind {
            0 => "Content-Length: -1\r\n".to_owned(),
            1 => format!("Content-Length: {}\r\n", usize::MAX),
            2 => format!("Content-Length: {}\r\n", body.len() + 1),
            3 => "Transfer-Encoding: chunked\r\n".to_owned(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        let more = self.random.pick(&[
            "",
            "",
            "Content-Type: text/plain\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "Expect: 100-continue\r\n",
            "Origin: null\r\n",
        ]);
        let cookies = format!("Cookie: {}\r\n", self.valid[self.random.below(self.valid.len())]);
        let request = self.request("POST", path, (length + more + &cookies).as_bytes(), &body);
        (request, !(1..=3).contains(&kind))
    }

    fn many_headers(&mut self) -> Vec<u8> {
        let count = self.random.pick(&[5, 90, 101, 500, 3_999, 4_001]);
        let name = self.random.pick(&["Cookie", "X", "Content-Length"]);
        let header = format!("{name}: a{}=1\r\n", self.random.below(10));
        let path = self.random.pick(self.example.paths());
        self.request("GET", path, header.repeat(count).as_bytes(), b"")
    }
}
