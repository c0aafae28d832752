//! Measures a store whose cookies are in an engine: SQLite, and Redis if there is a server.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml --features engines --bin engines -- \
//!     [--redis URL] [--cookies 1000000]
//! ```
//!
//! The database is in a new temporary folder. The server should be used for nothing else, because the cookies
//! stay there.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::backend::{
    BackedStore, MemoryBackend, RedisBackend, RedisOptions, SqliteBackend,
};
use gingersnap::store::{CookieStore, SharedStore};
use gingersnap_benches::machine;
use tokio::runtime::Runtime;

const USAGE: &str = "usage: engines [--redis URL] [--cookies NUMBER]";

/// How many cookies each site has.
const COOKIES_PER_SITE: usize = 8;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut redis, mut cookies) = (None, 1_000_000);
    while let Some(argument) = arguments.next() {
        match (&*argument, arguments.next()) {
            ("--redis", Some(url)) => redis = Some(url),
            ("--cookies", Some(number)) if number.parse::<usize>().is_ok() => {
                cookies = number.parse().unwrap_or_default();
            }
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{}; {}; medians.\n", machine::cpu(), machine::rustc());
    measure_loading();
    let folder = std::env::temp_dir().join(format!("gingersnap-engines-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a new folder");
    println!(
        "\n| store | cookies | `Cookie` header | receive one cookie | receive {COOKIES_PER_SITE}, while filling |"
    );
    println!("|{}", " --- |".repeat(5));
    for cookies in [1_000, cookies] {
        let places = Places { folder: &folder, redis: redis.as_deref(), name: cookies.to_string() };
        for engine in places.engines() {
            measure_store(&places, engine, cookies / COOKIES_PER_SITE);
        }
    }
    println!("\n| engine | sites | 1 worker | 2 workers | 4 workers |\n|{}", " --- |".repeat(5));
    let places = Places { folder: &folder, redis: redis.as_deref(), name: "workers".to_owned() };
    for engine in places.engines().filter(|engine| matches!(engine, Engine::Sqlite | Engine::Redis))
    {
        for sites in [1_000, 1] {
            measure_workers(&places, engine, sites);
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    ExitCode::SUCCESS
}

/// What keeps the cookies. The names are those of the table.
#[derive(Clone, Copy, Debug)]
enum Engine {
    /// A `SharedStore`, for comparison.
    Shared,
    Sqlite,
    SqliteCached,
    Redis,
    RedisCached,
}

/// Where the engines keep their cookies.
struct Places<'p> {
    folder: &'p Path,
    redis: Option<&'p str>,
    /// A part of the names of files and keys, so that each measurement has its own.
    name: String,
}

/// A store to measure.
enum Store {
    Shared(SharedStore),
    Backed(BackedStore, Runtime),
}

impl Places<'_> {
    fn engines(&self) -> impl Iterator<Item = Engine> + use<> {
        let redis = [Engine::Redis, Engine::RedisCached].into_iter();
        let redis = redis.filter(|_| self.redis.is_some()).collect::<Vec<_>>();
        [Engine::Shared, Engine::Sqlite, Engine::SqliteCached].into_iter().chain(redis)
    }

    /// Opens a store with an engine. All stores with one engine share their cookies.
    fn store(&self, engine: Engine) -> Store {
        let runtime = runtime();
        let backed = match engine {
            Engine::Shared => return Store::Shared(CookieStore::new().into_shared()),
            Engine::Sqlite | Engine::SqliteCached => {
                let path = self.folder.join(format!("{}.db", self.name));
                BackedStore::new(SqliteBackend::open(path).expect("a database"))
            }
            Engine::Redis | Engine::RedisCached => {
                let prefix = format!("engines-{}-{}", std::process::id(), self.name);
                let options = RedisOptions::new().with_prefix(prefix);
                let url = self.redis.expect("a URL");
                let engine = runtime.block_on(RedisBackend::connect_with(url, &options));
                BackedStore::new(engine.expect("a server"))
            }
        };
        let minute = Duration::from_secs(60);
        Store::Backed(
            match engine {
                Engine::SqliteCached | Engine::RedisCached => backed.with_cache(10_000, minute),
                _ => backed,
            },
            runtime,
        )
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

impl Store {
    fn receive(&self, site: usize, headers: &[String]) {
        let url = url(site);
        let context = RequestContext::parse(&url).expect("a URL");
        match self {
            Self::Shared(store) => _ = black_box(store.receive_now(&context, headers)),
            Self::Backed(store, runtime) => {
                let outcomes = runtime.block_on(store.receive_now(&context, headers));
                black_box(outcomes.expect("the engine answers"));
            }
        }
    }

    fn header(&self, site: usize) {
        let url = url(site);
        let context = RequestContext::parse(&url).expect("a URL");
        let header = match self {
            Self::Shared(store) => store.cookie_header(&context, SystemTime::now()),
            Self::Backed(store, runtime) => {
                let header = runtime.block_on(store.cookie_header_now(&context));
                header.expect("the engine answers")
            }
        };
        assert!(black_box(header).is_some());
    }
}

fn url(site: usize) -> String {
    format!("https://www.site{site}.example/")
}

fn headers(count: usize) -> Vec<String> {
    let header = |n| format!("cookie{n}=a value of 24 bytes ....; Path=/; Secure; Max-Age=86400");
    (0..count).map(header).collect()
}

/// Measures what a `BackedStore` itself costs: a header of 50 cookies, with an engine in memory.
fn measure_loading() {
    let (store, runtime) = (BackedStore::new(MemoryBackend::new()), runtime());
    let store = Store::Backed(store, runtime);
    store.receive(0, &headers(50));
    store.header(0);
    let micros = median((0..2_000).map(|_| time(|| store.header(0))));
    println!("A `Cookie` header of 50 cookies, from an engine in memory: {micros:.1} µs");
}

/// Fills a store, measures it, and prints its row.
fn measure_store(places: &Places<'_>, engine: Engine, sites: usize) {
    let store = places.store(engine);
    // By the row before this one.
    let is_filled = matches!(engine, Engine::SqliteCached | Engine::RedisCached);
    let all = headers(COOKIES_PER_SITE);
    let filling = if is_filled {
        String::new()
    } else {
        format!("{:.1} µs", median((0..sites).map(|site| time(|| store.receive(site, &all)))))
    };
    // Sites that are far from each other, and the same ones for each engine.
    let site = |n: usize| n * 7919 % sites;
    let count = 2_000;
    // The first headers write the times of last use, and fill the cache.
    (0..count).for_each(|n| store.header(site(n)));
    let header = median((0..count).map(|n| time(|| store.header(site(n)))));
    let one = headers(1);
    let receive = median((0..500).map(|n| time(|| store.receive(site(n), &one))));
    let cookies = sites * COOKIES_PER_SITE;
    println!("| {engine:?} | {cookies} | {header:.1} µs | {receive:.1} µs | {filling} |");
}

/// Prints how many operations per second several workers do with an engine. Each worker asks for a header and
/// receives a cookie, in turn.
fn measure_workers(places: &Places<'_>, engine: Engine, sites: usize) {
    let store = places.store(engine);
    let all = headers(COOKIES_PER_SITE);
    (0..sites).for_each(|site| store.receive(site, &all));
    let rates = [1, 2, 4].map(|workers| {
        let (done, seconds) = (AtomicUsize::new(0), 2.0);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for worker in 0..workers {
                let done = &done;
                scope.spawn(move || {
                    let (store, one) = (places.store(engine), headers(1));
                    let mut n = worker;
                    while start.elapsed().as_secs_f64() < seconds {
                        store.header(n * 7919 % sites);
                        store.receive(n * 7919 % sites, &one);
                        done.fetch_add(2, Ordering::Relaxed);
                        n += 1;
                    }
                });
            }
        });
        let done = f64::from(u32::try_from(done.into_inner()).expect("fewer than 2^32"));
        format!("{:.0}/s", done / start.elapsed().as_secs_f64())
    });
    println!("| {engine:?} | {sites} | {} |", rates.join(" | "));
}

/// Returns how many microseconds `work` takes.
fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e6
}

fn median(times: impl Iterator<Item = f64>) -> f64 {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
