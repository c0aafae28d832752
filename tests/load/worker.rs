//! A process that uses an engine: honest sites of its own, one that it shares with the other
//! processes, and hostile ones.

use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::Outcome;
use gingersnap::store::backend::{BackedStore, RedisBackend, RedisOptions, SqliteBackend};
use tokio::task::JoinSet;

use crate::sites::{Attack, HonestSite, LIMITS, check_hostile_site, header_pairs, stored_pairs};
use crate::splitmix::Random;
use crate::usage::{Memory, own_descriptors, wait_for_descriptors};
use crate::{load_time, runtime};

/// The engine and the number of the process, as `sqlite|/path|0` or `redis|redis://..|0`.
const TASK: &str = "GINGERSNAP_LOAD_TASK";

pub(crate) const PROCESSES: usize = 4;
pub(crate) const HOSTILE_SITES: usize = 6;
/// The site that all processes change. Together they are within its limit.
pub(crate) const SHARED_SITE: &str = "shared.example";

/// The names of each process's cookies on the shared site start differently.
const PREFIXES: [&str; PROCESSES] = ["p", "q", "r", "s"];

/// The tasks of each process, and the honest sites of each task.
const TASKS: usize = 3;
const SITES: usize = 5;

/// How much more memory a process may use at the end than after a quarter of the time, in KiB. A store
/// with an engine keeps nothing between two operations.
const MORE_MEMORY: usize = 6 << 10;

/// Starts a process.
pub(crate) fn start(engine: &str, place: &str, process: usize) -> Child {
    Command::new(env::current_exe().expect("the program of these tests"))
        .args(["--exact", "worker::worker", "--ignored", "--nocapture"])
        .env(TASK, format!("{engine}|{place}|{process}"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Opens a store with an engine.
pub(crate) async fn open(engine: &str, place: &str) -> BackedStore {
    // Processes wait for each other, and the machine may be slow.
    let limit = Duration::from_secs(60);
    let store = if engine == "sqlite" {
        BackedStore::new(SqliteBackend::open(place).expect("a database").with_time_limit(limit))
    } else {
        let options = RedisOptions::new().with_time_limit(limit);
        BackedStore::new(RedisBackend::connect_with(place, &options).await.expect("a server"))
    };
    store.with_limits(LIMITS).with_access_interval(Duration::from_secs(1))
}

/// Uses an engine, and prints the cookies that it must have at the end.
#[test]
#[ignore = "run by the other tests as a process"]
fn worker() {
    let Ok(task) = env::var(TASK) else { return };
    let [engine, place, process] = task.split('|').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let process: usize = process.parse().expect("a number");
    // Not by `println`, whose output the test harness takes.
    let print = |line: String| writeln!(std::io::stderr(), "{line}").expect("a pipe");
    let (id, before) = (std::process::id(), own_descriptors());
    let runtime = runtime();
    let end = Instant::now() + load_time();
    let (sites, operations, warm) = runtime.block_on(async {
        let store = open(engine, place).await;
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let store = store.clone();
            tasks.spawn(async move { Task::new(store, process, task).run(end).await });
        }
        tokio::time::sleep(load_time() / 4).await;
        let warm = Memory::of(id);
        let (mut sites, mut operations) = (Vec::new(), 0);
        while let Some(ended) = tasks.join_next().await {
            let (of_task, count) = ended.expect("no panic");
            sites.extend(of_task);
            operations += count;
        }
        (sites, operations, warm)
    });
    let after = Memory::of(id);
    assert!(after.resident <= warm.resident + MORE_MEMORY, "{warm:?} grew to {after:?}");
    // The connection of a server is closed by the runtime, and a database by its thread.
    drop(runtime);
    wait_for_descriptors(id, before);
    for site in &sites {
        for pair in site.pairs() {
            print(format!("stored {} {pair}", site.name));
        }
    }
    print(format!("made {operations} operations"));
    print(format!("used {} KiB, then {} KiB", warm.resident, after.resident));
}

/// A task of a process, with a clone of its store.
struct Task {
    store: BackedStore,
    random: Random,
    sites: Vec<HonestSite>,
}

impl Task {
    fn new(store: BackedStore, process: usize, task: usize) -> Self {
        let name = |number| format!("h{number}p{process}t{task}.example");
        let mut sites: Vec<_> =
            (0..SITES).map(|number| HonestSite::new(name(number), "c", 30)).collect();
        if task == 0 {
            sites.push(HonestSite::new(SHARED_SITE.to_owned(), PREFIXES[process], 30));
        }
        Self { store, random: Random::new((process * TASKS + task) as u64), sites }
    }

    /// Works until the end. Returns the honest sites, and the number of operations.
    async fn run(mut self, end: Instant) -> (Vec<HonestSite>, u64) {
        let mut operations = 0;
        while Instant::now() < end {
            let site = self.random.below(self.sites.len());
            match self.random.below(3) {
                0 => self.attack(site).await,
                _ => self.be_honest(site).await,
            }
            operations += 1;
        }
        (self.sites, operations)
    }

    async fn be_honest(&mut self, site: usize) {
        let site = &mut self.sites[site];
        let slot = self.random.below(site.slots());
        let change = if self.random.percent(20) { site.remove(slot) } else { site.set(slot) };
        let url = format!("https://{}/private/", change.host);
        let context = RequestContext::parse(&url).expect("a URL");
        let received = self.store.receive_now(&context, [&change.header]).await;
        let outcomes = received.expect("the engine answers");
        let is_right = match &outcomes[..] {
            [Outcome::Removed | Outcome::NothingToRemove] => change.is_removal,
            [outcome] => outcome.is_stored() && !change.is_removal,
            _ => false,
        };
        assert!(is_right, "{}: {outcomes:?}", change.header);
        let (url, expected) = site.request(&mut self.random);
        let context = RequestContext::parse(&url).expect("a URL");
        let header = self.store.cookie_header_now(&context).await.expect("the engine answers");
        compare(&site.name, &expected, header_pairs(header));
    }

    async fn attack(&mut self, site: usize) {
        let attack = Attack::new(&mut self.random, HOSTILE_SITES, &self.sites[site].name);
        let context = attack.context();
        let received = self.store.receive(&context, &attack.headers, attack.now).await;
        received.expect("the engine answers");
        for now in [attack.now, SystemTime::now()] {
            let header = self.store.cookie_header(&context, now).await;
            attack.check_header(header.expect("the engine answers"));
        }
        if self.random.percent(20) {
            let cookies = self.store.site_cookies(&attack.site, SystemTime::now()).await;
            check_hostile_site(&attack.site, &cookies.expect("the engine answers"));
        }
        if self.random.percent(1) {
            let removed = self.store.remove_site(&attack.site, SystemTime::now()).await;
            removed.expect("the engine answers");
        }
    }
}

/// Compares what a site is sent with what it must be sent. The shared site has the cookies of other
/// processes, too.
#[track_caller]
fn compare(site: &str, expected: &BTreeSet<String>, mut found: BTreeSet<String>) {
    if site == SHARED_SITE {
        let own = expected.iter().next().and_then(|pair| pair.chars().next());
        found.retain(|pair| own.is_none_or(|own| pair.starts_with(own)));
        if own.is_none() {
            return;
        }
    }
    assert_eq!(&found, expected, "{site}");
}

/// Returns the cookies of a site as a process prints them.
pub(crate) async fn stored(store: &BackedStore, site: &str) -> BTreeSet<String> {
    let cookies = store.site_cookies(site, SystemTime::now()).await.expect("the engine answers");
    stored_pairs(&cookies).into_iter().map(|pair| format!("stored {site} {pair}")).collect()
}
