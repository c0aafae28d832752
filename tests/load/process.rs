//! A process that uses an engine: honest sites of its own, one that it shares with the other
//! processes, and hostile ones.

use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::StoreLimits;
use gingersnap::store::backend::{BackedStore, RedisBackend, RedisOptions, SqliteBackend};
use tokio::task::JoinSet;

use crate::load_sites::{Attack, HonestSite, check_hostile_site, header_pairs, stored_pairs};
use crate::splitmix::Random;
use crate::test_process::TestProcess;
use crate::usage::{EAGER_ALLOCATOR, Memory, own_descriptors, wait_for_descriptors};
use crate::{load_time, runtime};

/// The engine, its address and the number of the process, as `sqlite|/path|0` or `redis|redis://..|0`.
const ASSIGNMENT: &str = "GINGERSNAP_LOAD_ASSIGNMENT";

pub(crate) const PROCESSES: usize = 4;
pub(crate) const HOSTILE_SITES: usize = 6;
/// The site that all processes change. Together they are within its limit.
const SHARED_SITE: &str = "shared.example";

/// The prefix of each process's cookie names on the shared site.
const PREFIXES: [&str; PROCESSES] = ["p", "q", "r", "s"];

/// The clients of each process, and the honest sites of each client.
const CLIENTS_PER_PROCESS: usize = 3;
const SITES_PER_CLIENT: usize = 5;

/// The cookies of each honest site that one client sets.
const SLOTS: usize = 10;

/// The limits of the stores. They are low, so that hostile sites reach them within seconds, but no honest site
/// does: the shared one has up to 40 cookies.
pub(crate) const LIMITS: StoreLimits =
    StoreLimits::DEFAULT.with_site_cookies(50, 45).with_site_bytes(16 << 10);

/// The most cookies that all honest sites have: those of each client, and the shared ones of each process.
pub(crate) const HONEST_COOKIES: usize =
    PROCESSES * (CLIENTS_PER_PROCESS * SITES_PER_CLIENT + 1) * SLOTS;

/// How much more memory a process may use at the end than after a quarter of the time, in KiB. A store
/// with an engine keeps nothing between two operations.
const MAX_GROWTH_KIB: usize = 6 << 10;

/// Starts a process.
pub(crate) fn start(engine: &str, address: &str, process: usize) -> TestProcess {
    let mut command = Command::new(env::current_exe().expect("the program of these tests"));
    command.envs(EAGER_ALLOCATOR);
    let assignment = format!("{engine}|{address}|{process}");
    TestProcess::start_with(command, "process::process", ASSIGNMENT, &assignment)
}

/// Opens a store with an engine.
pub(crate) async fn open(engine: &str, address: &str) -> BackedStore {
    // Processes wait for each other, and the machine may be slow.
    let limit = Duration::from_secs(60);
    let store = if engine == "sqlite" {
        BackedStore::new(SqliteBackend::open(address).expect("a database").with_time_limit(limit))
    } else {
        let options = RedisOptions::new().with_time_limit(limit);
        BackedStore::new(RedisBackend::connect_with(address, &options).await.expect("a server"))
    };
    store.with_limits(LIMITS).with_access_interval(Duration::from_secs(1))
}

/// Uses an engine, and prints the cookies that it must have at the end.
#[test]
#[ignore = "run by the other tests as a process"]
fn process() {
    let Ok(assignment) = env::var(ASSIGNMENT) else { return };
    let [engine, address, process] = assignment.split('|').collect::<Vec<_>>()[..] else {
        panic!("{assignment}")
    };
    let process: usize = process.parse().expect("a number");
    // Not by `println`, whose output the test harness takes.
    let print = |line: String| writeln!(std::io::stderr(), "{line}").expect("a pipe");
    let (id, before) = (std::process::id(), own_descriptors());
    let runtime = runtime();
    let end = Instant::now() + load_time();
    let (sites, operations, warm) = runtime.block_on(async {
        let store = open(engine, address).await;
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS_PER_PROCESS {
            let store = store.clone();
            clients.spawn(async move { Client::new(store, process, number).run(end).await });
        }
        tokio::time::sleep(load_time() / 4).await;
        let warm = Memory::of(id);
        let (mut sites, mut operations) = (Vec::new(), 0);
        while let Some(ended) = clients.join_next().await {
            let (client_sites, count) = ended.expect("no panic");
            sites.extend(client_sites);
            operations += count;
        }
        (sites, operations, warm)
    });
    let after = Memory::of(id);
    Memory::assert_growth(warm, after, MAX_GROWTH_KIB);
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

/// Returns the honest sites of a client.
fn client_sites(process: usize, number: usize) -> Vec<HonestSite> {
    let name = |site| format!("h{site}p{process}c{number}.example");
    let mut sites: Vec<_> =
        (0..SITES_PER_CLIENT).map(|site| HonestSite::new(name(site), "c", SLOTS)).collect();
    if number == 0 {
        sites.push(HonestSite::new(SHARED_SITE.to_owned(), PREFIXES[process], SLOTS));
    }
    sites
}

/// Returns the names of all honest sites.
pub(crate) fn honest_sites() -> BTreeSet<String> {
    let clients = (0..PROCESSES)
        .flat_map(|process| (0..CLIENTS_PER_PROCESS).map(move |number| (process, number)));
    let sites = clients.flat_map(|(process, number)| client_sites(process, number));
    sites.map(|site| site.name).collect()
}

/// A task of a process, with a clone of its store.
struct Client {
    store: BackedStore,
    random: Random,
    sites: Vec<HonestSite>,
}

impl Client {
    fn new(store: BackedStore, process: usize, number: usize) -> Self {
        let random = Random::new((process * CLIENTS_PER_PROCESS + number) as u64);
        Self { store, random, sites: client_sites(process, number) }
    }

    /// Works until the end. Returns the honest sites, and the number of operations.
    async fn run(mut self, end: Instant) -> (Vec<HonestSite>, u64) {
        let mut operations = 0;
        while Instant::now() < end {
            let site = self.random.below(self.sites.len());
            match self.random.below(3) {
                0 => self.attack(site).await,
                _ => self.change_and_check(site).await,
            }
            operations += 1;
        }
        (self.sites, operations)
    }

    /// Changes an honest site, and checks what is sent to it.
    async fn change_and_check(&mut self, site: usize) {
        let site = &mut self.sites[site];
        let change = site.change(&mut self.random);
        let url = change.url();
        let context = RequestContext::parse(&url).expect("a URL");
        let received = self.store.receive_now(&context, [&change.header]).await;
        change.check(&received.expect("the engine answers")[0], false);
        let (url, expected) = site.request(&mut self.random);
        let context = RequestContext::parse(&url).expect("a URL");
        let header = self.store.cookie_header_now(&context).await.expect("the engine answers");
        let mut found = header_pairs(header);
        // The shared site has the cookies of other processes, too.
        if site.name == SHARED_SITE {
            found.retain(|pair| pair.starts_with(site.prefix));
        }
        assert_eq!(found, expected, "{url}");
    }

    async fn attack(&mut self, site: usize) {
        let attack = Attack::new(&mut self.random, HOSTILE_SITES, &self.sites[site].name);
        let context = attack.context();
        let received = self.store.receive(&context, &attack.headers, attack.now).await;
        received.expect("the engine answers");
        for now in [attack.now, SystemTime::now()] {
            let header = self.store.cookie_header(&context, now).await;
            attack.check_header(header.expect("the engine answers"), &LIMITS);
        }
        if self.random.percent(20) {
            let cookies = self.store.site_cookies(&attack.site, SystemTime::now()).await;
            check_hostile_site(&attack.site, &cookies.expect("the engine answers"), &LIMITS);
        }
        if self.random.percent(1) {
            let removed = self.store.remove_site(&attack.site, SystemTime::now()).await;
            removed.expect("the engine answers");
        }
    }
}

/// Returns the cookies of a site as a process prints them.
pub(crate) async fn stored(store: &BackedStore, site: &str) -> BTreeSet<String> {
    let cookies = store.site_cookies(site, SystemTime::now()).await.expect("the engine answers");
    stored_pairs(&cookies).into_iter().map(|pair| format!("stored {site} {pair}")).collect()
}
