//! Honest clients: each keeps its cookies, and knows what the server must say because of them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::CookieStore;
use tokio::time::{sleep, timeout};

use crate::client::{Connection, RESPONSE_TIMEOUT, Response, Target};
use crate::example_server::Example;
use crate::splitmix::Random;

/// A client that keeps its cookies. Retries when a connection breaks: the server may close one that is idle
/// too long or exceeds its limits.
pub(crate) struct Browser<'t> {
    target: &'t Target,
    store: CookieStore,
    connection: Option<Connection<'t>>,
    random: Random,
}

impl<'t> Browser<'t> {
    pub(crate) fn new(target: &'t Target, seed: u64) -> Self {
        let (store, random) = (CookieStore::new(), Random::new(seed));
        Self { target, store, connection: None, random }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.request("GET", path, "").await
    }

    /// Sends a form, which the server must accept.
    pub(crate) async fn post(&mut self, path: &str, form: &str) {
        let response = self.request("POST", path, form).await;
        assert_eq!(response.status, 303, "{form}: {response:?}");
    }

    /// Returns the `Cookie` header of the next request.
    pub(crate) fn cookies(&mut self) -> String {
        let url = format!("http://localhost:{}/", self.target.port);
        let context = RequestContext::parse(&url).expect("a URL");
        let header = self.store.cookie_header_now(&context).unwrap_or_default();
        String::from_utf8(header).expect("cookies in ASCII")
    }

    async fn request(&mut self, method: &str, path: &str, form: &str) -> Response {
        let (port, length, cookies) = (self.target.port, form.len(), self.cookies());
        let cookies = match &*cookies {
            "" => String::new(),
            cookies => format!("Cookie: {cookies}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{cookies}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n\
             {form}"
        );
        let response = self.exchange(request.as_bytes()).await;
        let url = format!("http://localhost:{port}{path}");
        let context = RequestContext::parse(&url).expect("a URL");
        for outcome in self.store.receive_now(&context, &response.set_cookies) {
            assert!(outcome.reasons().is_empty(), "{outcome:?}: {response:?}");
        }
        // Now and then, a client connects again.
        if self.random.percent(10) {
            self.connection = None;
        }
        response
    }

    async fn exchange(&mut self, request: &[u8]) -> Response {
        for _ in 0..10 {
            let attempt = timeout(RESPONSE_TIMEOUT, self.try_exchange(request)).await;
            match attempt.expect("an answer in time") {
                Ok(response) => {
                    self.target.counts.add("honest requests", 1);
                    return response;
                }
                Err(_) => self.target.counts.add("honest requests again", 1),
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not answer an honest client");
    }

    async fn try_exchange(&mut self, request: &[u8]) -> Result<Response, std::io::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.target).await?,
        };
        connection.send(request).await?;
        let response = connection.response(true).await?;
        self.connection = Some(connection);
        Ok(response)
    }
}

/// The rotations of the keys of `sign_in`. The server keeps three retired keys. The next rotation waits until
/// each client has a cookie under the current key.
pub(crate) struct Rotations {
    rotations: AtomicU64,
    seen_by_client: Vec<AtomicU64>,
}

impl Rotations {
    pub(crate) fn new(clients: usize) -> Self {
        let seen_by_client = (0..clients).map(|_| AtomicU64::new(0)).collect();
        Self { rotations: AtomicU64::new(0), seen_by_client }
    }

    /// Returns how often the keys were rotated.
    pub(crate) fn count(&self) -> u64 {
        self.rotations.load(Ordering::Relaxed)
    }

    /// Notes that a client has its cookies under the key of a rotation.
    fn note(&self, client: usize, rotation: u64) {
        self.seen_by_client[client].store(rotation, Ordering::Relaxed);
    }

    /// Rotates the keys again and again, but not so often that nobody can use a key.
    pub(crate) async fn run(&self, target: &Target, end: Instant) {
        let mut browser = Browser::new(target, u64::MAX);
        while Instant::now() < end {
            let rotations = self.count();
            if self.seen_by_client.iter().all(|seen| seen.load(Ordering::Relaxed) >= rotations) {
                browser.post("/rotate", "").await;
                self.rotations.store(rotations + 1, Ordering::Relaxed);
                target.counts.add("rotations", 1);
            }
            sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Uses a server honestly until the end.
pub(crate) async fn run(
    target: &Target,
    client: usize,
    seed: u64,
    rotations: &Rotations,
    end: Instant,
) {
    let browser = Browser::new(target, seed);
    let visits = match target.example {
        Example::Blog => blog(browser, end).await,
        Example::SignIn => sign_in(browser, client, rotations, end).await,
        Example::Axum => axum(browser, end).await,
    };
    assert!(visits > 0, "client {client} was not served");
}

async fn pause(random: &mut Random) {
    sleep(Duration::from_millis(random.below(20) as u64)).await;
}

#[track_caller]
fn assert_shows(response: &Response, text: &str) {
    assert_eq!(response.status, 200, "{response:?}");
    assert!(response.body.contains(text), "no {text:?} in {response:?}");
}

/// Visits the blog, and checks its count and its colour each time. Returns how often it did.
async fn blog(mut browser: Browser<'_>, end: Instant) -> u64 {
    const COLORS: [&str; 5] = ["gold", "green", "teal", "blue", "purple"];
    let (mut count, mut color, mut visits) = (0, None, 0);
    while Instant::now() < end {
        match browser.random.below(10) {
            0 => {
                let page = browser.get("/stop-tracking").await;
                assert_shows(&page, "We have stopped tracking you");
                count = 0;
            }
            1 | 2 => {
                let chosen = browser.random.pick(&COLORS);
                let remember = browser.random.pick(&["", "&remember=yes"]);
                browser.post("/color", &format!("color={chosen}{remember}")).await;
                color = Some(chosen);
            }
            3 | 4 => {
                let page = browser.get("/color").await;
                match color {
                    Some(color) => {
                        assert_shows(
                            &page,
                            &format!("your favourite colour is <bdi>{color}</bdi>"),
                        );
                    }
                    None => color = Some("ginger"),
                }
            }
            _ => {
                let page = browser.get("/visits").await;
                count += 1;
                match count {
                    1 => assert_shows(&page, "This is your first visit"),
                    _ => assert_shows(&page, &format!("This is visit number {count}<")),
                }
                visits += 1;
            }
        }
        pause(&mut browser.random).await;
    }
    visits
}

/// Signs in and out of the example, chooses themes, and checks the name and the theme of each page.
async fn sign_in(
    mut browser: Browser<'_>,
    client: usize,
    rotations: &Rotations,
    end: Instant,
) -> u64 {
    let (mut name, mut theme, mut visits) = (None::<String>, None, 0);
    while Instant::now() < end {
        match browser.random.below(10) {
            0 => {
                browser.post("/sign-out", "").await;
                name = None;
            }
            1 | 2 => {
                let new = format!("client {client} after {visits} visits");
                browser.post("/sign-in", &format!("name={new}")).await;
                name = Some(new);
            }
            3 => {
                let chosen = browser.random.pick(&["paper", "night", "ginger"]);
                browser.post("/theme", &format!("theme={chosen}")).await;
                theme = Some(chosen);
            }
            _ => {
                let rotation = rotations.count();
                let page = browser.get("/").await;
                match &name {
                    Some(name) => assert_shows(&page, &format!("Hello, <bdi>{name}</bdi>")),
                    None => assert_shows(&page, "Who are you?"),
                }
                assert_shows(&page, &format!("class=\"{}\"", theme.unwrap_or("paper")));
                assert!(!page.body.contains("role=\"alert\""), "{page:?}");
                rotations.note(client, rotation);
                visits += 1;
            }
        }
        pause(&mut browser.random).await;
    }
    rotations.note(client, u64::MAX);
    visits
}

/// Visits the axum example, and checks the count and the time of the first visit.
async fn axum(mut browser: Browser<'_>, end: Instant) -> u64 {
    let (mut count, mut first) = (0, None);
    while Instant::now() < end {
        let before = seconds();
        let page = browser.get("/").await;
        count += 1;
        assert_shows(&page, &format!("This is visit number {count}. "));
        let since = page.body.split(' ').rev().nth(2).and_then(|number| number.parse().ok());
        let since: u64 = since.expect("a number of seconds");
        // Set once, and not again as long as it opens.
        let is_set = page.set_cookies.iter().any(|header| header.starts_with("since="));
        assert_eq!(is_set, first.is_none(), "{page:?}");
        let (earliest, latest) = *first.get_or_insert((before, seconds()));
        // The clock may be set back.
        let least = before.saturating_sub(latest);
        let most = seconds().saturating_sub(earliest);
        assert!(most < least || (least..=most).contains(&since), "{page:?}");
        pause(&mut browser.random).await;
    }
    count
}

/// Returns the seconds since 1970, as the server counts them.
fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs()
}
