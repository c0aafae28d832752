//! Operations that run on a `BackedStore` as on a `CookieStore`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::backend::{BackedStore, BackendError};
use gingersnap::store::{CookieStore, Outcome, StoreLimits, StoredCookie};
use gingersnap::user_agent::{Identity, RequestKind};
use gingersnap::{Cookie, RequestContext};

pub(crate) const SHOP: &str = "https://shop.example/";
pub(crate) const INSECURE_SHOP: &str = "http://shop.example/";
pub(crate) const NEWS: &str = "https://news.example/";

#[track_caller]
pub(crate) fn at(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// Returns a time: Sun, 06 Nov 1994 08:49:37 GMT and so many seconds.
pub(crate) fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(784_111_777 + seconds)
}

/// Few enough for evictions.
pub(crate) const LIMITS: StoreLimits = StoreLimits::DEFAULT.with_site_cookies(4, 3);

/// An operation at the site of the shop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Receive(&'static str, &'static [&'static str]),
    /// The response of a frame in a page of another site.
    ReceiveEmbedded(&'static [&'static str]),
    /// A script sets a cookie.
    Script(&'static str),
    Insert(&'static str, &'static str),
    Send(&'static str),
    Get(&'static str),
    List,
    Remove(&'static str),
    RemoveNamed(&'static [&'static str]),
    RemoveSite,
}

use Operation::{
    Get, Insert, List, Receive, ReceiveEmbedded, Remove, RemoveNamed, RemoveSite, Script, Send,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Receive(SHOP, &["a=2"]),
    Receive(SHOP, &["n=1"]),
    Receive(SHOP, &["m=1; Secure", "o=1"]),
    Receive(SHOP, &["x=1", "y=1; Secure; Partitioned"]),
    Receive(SHOP, &["a=; Max-Age=0"]),
    Receive(SHOP, &["b=; Max-Age=0; Secure", "p=; Max-Age=0; Secure; Partitioned"]),
    Receive(INSECURE_SHOP, &["b=2"]),
    ReceiveEmbedded(&["q=1; Secure; SameSite=None; Partitioned", "r=1; Secure; SameSite=None"]),
    Script("b=3"),
    Insert("a", "4"),
    Send(SHOP),
    Send(INSECURE_SHOP),
    Get("a"),
    List,
    Remove("a"),
    RemoveNamed(&["b", "p"]),
    RemoveSite,
];

/// The cookies before the operations; one has expired when they run.
const BEFORE: &[&str] = &[
    "old=1; Max-Age=1",
    "a=1",
    "b=1; Secure; HttpOnly",
    "c=1; Max-Age=1000",
    "p=1; Secure; Partitioned",
];

fn embedded() -> RequestContext<'static> {
    at(SHOP).in_top_level(&at(NEWS)).with_initiator(&at(NEWS))
}

fn script() -> RequestContext<'static> {
    at(SHOP).with_kind(RequestKind::Script)
}

fn pair(cookie: &StoredCookie) -> String {
    format!("{}={}", cookie.name().escape_ascii(), cookie.value().escape_ascii())
}

fn pairs(cookies: impl IntoIterator<Item = StoredCookie>) -> String {
    let mut pairs: Vec<_> = cookies.into_iter().map(|cookie| pair(&cookie)).collect();
    pairs.sort();
    pairs.join("; ")
}

fn header(header: Option<Vec<u8>>) -> String {
    header.map_or("none".to_owned(), |header| header.escape_ascii().to_string())
}

fn outcomes(outcomes: &[Outcome]) -> String {
    format!("{outcomes:?}")
}

impl Operation {
    pub(crate) const fn only_reads(self) -> bool {
        matches!(self, Send(_) | Get(_) | List)
    }

    /// Runs the operation, and returns the answer as text.
    pub(crate) async fn run(
        self,
        store: BackedStore,
        now: SystemTime,
    ) -> Result<String, BackendError> {
        let has_name = |names: &[&str], cookie: &StoredCookie| {
            names.iter().any(|name| name.as_bytes() == cookie.name())
        };
        Ok(match self {
            Receive(url, headers) => outcomes(&store.receive(&at(url), headers, now).await?),
            ReceiveEmbedded(headers) => outcomes(&store.receive(&embedded(), headers, now).await?),
            Script(header) => outcomes(&store.receive(&script(), [header], now).await?),
            Insert(name, value) => {
                outcomes(&[store.insert(&at(SHOP), &Cookie::new(name, value), now).await?])
            }
            Send(url) => header(store.cookie_header(&at(url), now).await?),
            Get(name) => pairs(store.get(&at(SHOP), name, now).await?),
            List => pairs(store.site_cookies("shop.example", now).await?),
            Remove(name) => {
                pairs(store.remove(&Identity::host_only(name, "shop.example", "/"), now).await?)
            }
            RemoveNamed(names) => {
                let condition = |cookie: &StoredCookie| has_name(names, cookie);
                store.remove_if("shop.example", now, condition).await?.to_string()
            }
            RemoveSite => store.remove_site("shop.example", now).await?.to_string(),
        })
    }

    /// Runs the operation on a `CookieStore`. All of its cookies are those of the shop.
    pub(crate) fn run_in_memory(self, store: &mut CookieStore, now: SystemTime) -> String {
        let has_name = |names: &[&str], cookie: &StoredCookie| {
            names.iter().any(|name| name.as_bytes() == cookie.name())
        };
        match self {
            Receive(url, headers) => outcomes(&store.receive(&at(url), headers, now)),
            ReceiveEmbedded(headers) => outcomes(&store.receive(&embedded(), headers, now)),
            Script(header) => outcomes(&store.receive(&script(), [header], now)),
            Insert(name, value) => {
                outcomes(&[store.insert(&at(SHOP), &Cookie::new(name, value), now)])
            }
            Send(url) => header(store.cookie_header(&at(url), now)),
            Get(name) => pairs(store.get(&at(SHOP), name, now).cloned()),
            List => pairs(store.iter(now).cloned()),
            Remove(name) => {
                pairs(store.remove(&Identity::host_only(name, "shop.example", "/"), now))
            }
            RemoveNamed(names) => {
                store.remove_if(now, |cookie| has_name(names, cookie)).to_string()
            }
            RemoveSite => store.remove_site("shop.example", now).to_string(),
        }
    }
}

/// Receives the cookies that are there before the operations.
pub(crate) async fn fill(store: &BackedStore) {
    store.receive(&at(SHOP), BEFORE, time(0)).await.expect("the engine answers");
}

/// Returns a store with the cookies that are there before the operations.
pub(crate) fn filled_in_memory() -> CookieStore {
    let mut store = CookieStore::new().with_limits(LIMITS);
    store.receive(&at(SHOP), BEFORE, time(0));
    store
}

/// A cookie as it is compared: its record without times, and the places of these times among those of
/// all cookies. The times themselves depend on which cookies the engine still had.
pub(crate) type Seen = (String, [usize; 3]);

/// Returns the cookies of a store as they are compared.
pub(crate) fn seen(cookies: &[StoredCookie]) -> Vec<Seen> {
    let times =
        |cookie: &StoredCookie| [cookie.created(), cookie.updated(), cookie.last_accessed()];
    let mut all: Vec<_> = cookies.iter().flat_map(times).collect();
    all.sort();
    all.dedup();
    let place = |time| all.binary_search(&time).expect("one of all times");
    let mut seen: Vec<_> = cookies
        .iter()
        .map(|cookie| {
            let mut record = cookie.to_bytes();
            // Those of creation, update and last use; the expiry stays.
            record.drain(10..34);
            (record.escape_ascii().to_string(), times(cookie).map(place))
        })
        .collect();
    seen.sort();
    seen
}
