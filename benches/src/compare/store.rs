//! The cookies of a client, beside `cookie_store`.
//!
//! Both start from a parsed URL and read the clock. `cookie_store` is used without a list of public
//! suffixes, as it is by default and in `reqwest`; ours checks the list.

use std::hint::black_box;
use std::rc::Rc;
use std::time::SystemTime;

use gingersnap::RequestContext;
use gingersnap::store::CookieStore;
use gingersnap::store::file::Format;
use gingersnap_benches::inputs;
use gingersnap_benches::sites::{self, COOKIES_PER_SITE};
use url::Url;

use crate::COOKIE_STORE;
use crate::harness::{Op, Row};

/// How many cookies a store has that a cookie is added to.
const COOKIES: usize = 1_000;

/// How many new hosts there are: more than are received from in a turn.
const NEW_HOSTS: usize = 1 << 15;

/// How many sites requests are sent to, one after the other. They are far apart in memory.
const REQUESTED: usize = 500;

/// The stores whose header is measured: the number of cookies, and how many times our time
/// `cookie_store` should take at least.
const HEADERS: [(usize, &str, f64); 3] =
    [(1_000, "1,000", 4.0), (100_000, "100,000", 400.0), (1_000_000, "1,000,000", 4_000.0)];

/// As [`inputs::full`], but without `Domain`, which would be that of another host.
const WITH_ALL_ATTRIBUTES: &str = "id=a3fWa9dk3Lq81mZx; Path=/account; \
     Expires=Wed, 21 Oct 2037 07:28:00 GMT; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax";

const SHOP: [&str; 5] = [
    "sid=31d4d96e407aad4231d4d96e407aad42; Path=/; Secure; HttpOnly",
    "lang=en-GB; Path=/; Max-Age=31536000",
    "visitor=1190775543.1726484012; Path=/; Max-Age=34560000",
    "cart=b2c41a7e90f3; Path=/cart; Secure; Max-Age=2592000",
    "csrf=5f2b6d7a; Secure; SameSite=Strict",
];

pub(crate) fn rows() -> Vec<Row> {
    check();
    let headers = [
        ("`color=red`", vec![inputs::color()]),
        ("a session", vec![inputs::session()]),
        ("all attributes", vec![WITH_ALL_ATTRIBUTES]),
        ("5 cookies", SHOP.to_vec()),
    ];
    let mut rows = vec![];
    for (label, headers) in headers {
        rows.push(receive(&format!("receive {label}, new host"), &headers, NEW_HOSTS));
        rows.push(receive(&format!("receive {label}, replaced"), &headers, 1));
    }
    rows.extend(HEADERS.map(|(cookies, label, target)| header(cookies, label, target)));
    rows.extend([save_json(), load_json()]);
    rows
}

/// Receives headers from so many hosts, one after the other.
fn receive(label: &str, headers: &[&'static str], hosts: usize) -> Row {
    let headers: Rc<[&str]> = headers.into();
    let hosts = (0..hosts).map(|n| format!("https://www.new{n}.com/cart/view"));
    let urls: Rc<[Url]> = hosts.map(|host| host.parse().expect("a URL")).collect();
    let mut ours = ours(COOKIES);
    let mut theirs = theirs(COOKIES);
    if urls.len() == 1 {
        receive_ours(&mut ours, &urls[0], &headers);
        receive_theirs(&mut theirs, &urls[0], &headers);
    }
    let (same_headers, same_urls) = (headers.clone(), urls.clone());
    let ours = Op::on(
        move || ours.clone(),
        move |store, n| receive_ours(store, &urls[n % urls.len()], black_box(&headers)),
    );
    let theirs = Op::on(
        move || theirs.clone(),
        move |store, n| {
            receive_theirs(store, &same_urls[n % same_urls.len()], black_box(&same_headers));
        },
    );
    Row::new(label, ours).against(COOKIE_STORE, 4.0, theirs)
}

/// Makes the `Cookie` header of a URL.
fn header(cookies: usize, label: &str, target: f64) -> Row {
    let requests = |cookies: usize| {
        let sites = cookies / COOKIES_PER_SITE;
        // A number that is prime to that of the sites: no site twice in a row, and none near the last.
        let site = move |n: usize| n * 7_919 % sites;
        (0..REQUESTED).map(move |n| sites::request(site(n)).parse().expect("a URL"))
    };
    let ours = Op::lazily(move || {
        let urls: Vec<Url> = requests(cookies).collect();
        Op::on_one(ours(cookies), move |store, n| header_ours(store, &urls[n % urls.len()]))
    });
    let theirs = Op::lazily(move || {
        let urls: Vec<Url> = requests(cookies).collect();
        Op::on_one(theirs(cookies), move |store, n| header_theirs(store, &urls[n % urls.len()]))
    });
    Row::new(format!("`Cookie` header with {label} cookies in the store"), ours)
        .against(COOKIE_STORE, target, theirs)
        .allocating(1)
}

/// How many cookies are saved and loaded.
const SAVED: usize = 10_000;

/// Writes all cookies as JSON, those of the session included.
fn save_json() -> Row {
    let (ours, theirs) = (ours(SAVED), theirs(SAVED));
    let save = Op::new(move || ours.write(Format::Json, SystemTime::now()).0);
    let peer = Op::new(move || save_theirs(&theirs));
    Row::new("save 10,000 cookies as JSON", save).against(COOKIE_STORE, 5.0, peer)
}

/// Reads what was saved into an empty store.
fn load_json() -> Row {
    let text = ours(SAVED).write(Format::Json, SystemTime::now()).0;
    let peers_text = save_theirs(&theirs(SAVED));
    let load = Op::new(move || {
        let mut store = CookieStore::new();
        let report = store.read(Format::Json, &text, SystemTime::now()).expect("JSON");
        assert_eq!(report.stored, SAVED);
        store
    });
    let peer = Op::new(move || {
        let store = cookie_store::serde::json::load_all(&peers_text[..]).expect("JSON");
        assert_eq!(store.iter_any().count(), SAVED);
        store
    });
    Row::new("load 10,000 cookies from JSON", load).against(COOKIE_STORE, 1.5, peer)
}

fn save_theirs(store: &cookie_store::CookieStore) -> Vec<u8> {
    let mut text = Vec::new();
    cookie_store::serde::json::save_incl_expired_and_nonpersistent(store, &mut text)
        .expect("cookies that can be saved");
    text
}

fn ours(cookies: usize) -> CookieStore {
    sites::store(cookies / COOKIES_PER_SITE, SystemTime::now())
}

fn theirs(cookies: usize) -> cookie_store::CookieStore {
    sites::cookie_store(cookies / COOKIES_PER_SITE)
}

fn receive_ours(store: &mut CookieStore, url: &Url, headers: &[&str]) {
    let context = RequestContext::try_from(url).expect("a URL");
    black_box(store.receive_now(&context, headers));
}

fn receive_theirs(store: &mut cookie_store::CookieStore, url: &Url, headers: &[&str]) {
    for header in headers {
        black_box(store.parse(header, url).is_ok());
    }
}

fn header_ours(store: &mut CookieStore, url: &Url) -> Option<Vec<u8>> {
    let context = RequestContext::try_from(url).expect("a URL");
    store.cookie_header_now(&context)
}

fn header_theirs(store: &mut cookie_store::CookieStore, url: &Url) -> String {
    let mut header = String::new();
    for (name, value) in store.get_request_values(url) {
        if !header.is_empty() {
            header.push_str("; ");
        }
        header.push_str(name);
        header.push('=');
        header.push_str(value);
    }
    header
}

/// Checks that both store and send the same cookies.
fn check() {
    let (mut ours, mut theirs) = (ours(COOKIES), theirs(COOKIES));
    let mut check = |url: &Url, count| {
        let header = String::from_utf8(header_ours(&mut ours, url).expect("a header"));
        let header = header.expect("cookies that are text");
        let other = header_theirs(&mut theirs, url);
        let [mut header, mut other] = [&header, &other].map(|h| h.split("; ").collect::<Vec<_>>());
        assert_eq!(header.len(), count);
        header.sort_unstable();
        other.sort_unstable();
        assert_eq!(header, other);
    };
    check(&sites::request(7).parse().expect("a URL"), 6);
}
