//! A shared store, used by eight threads: honest sites with up to a million cookies, and hostile ones.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::{CookieStore, Outcome, SharedStore, StoreChange, StoreLimits};

use crate::load_time;
use crate::sites::{
    Attack, HOSTILE_PARTS, HonestSite, LIMITS, check_hostile_site, header_pairs, stored_pairs,
};
use crate::splitmix::Random;
use crate::usage::Memory;

const THREADS: usize = 8;
const ROUNDS: u32 = 4;

/// The cookies of each honest site.
const SLOTS: usize = 100;
const HOSTILE_SITES: usize = 16;

/// The cookies of honest sites for each second of load: more than a million in two minutes.
const COOKIES_A_SECOND: usize = 8_400;

/// How much more memory the process may use at the end than after the first round, in KiB: each part of a
/// hostile site has up to 32 KiB of text, and up to 180 cookies, which take less than 400 bytes each beside
/// their text. The allocator keeps a heap for each thread.
const MORE_MEMORY: usize = HOSTILE_SITES * HOSTILE_PARTS * (32 + 180 * 400 / 1024) + (16 << 10);

/// What a thread does.
struct Worker<'s> {
    store: &'s SharedStore,
    random: Random,
    /// Whether cookies may be evicted for the limit over all sites.
    may_evict: bool,
    operations: u64,
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// Returns how many cookies the store counts, those included that have expired.
fn held(store: &SharedStore) -> usize {
    let text = format!("{store:?}");
    let number = text.split(&[' ', ',']).find_map(|word| word.parse().ok());
    number.expect("a number of cookies")
}

impl Worker<'_> {
    /// Sets all cookies of a site.
    fn fill(&mut self, site: &mut HonestSite) {
        let changes: Vec<_> = (0..site.slots()).map(|slot| site.set(slot)).collect();
        let url = format!("https://{}/", changes[0].host);
        let headers: Vec<_> = changes.iter().map(|change| &change.header).collect();
        let outcomes = self.store.receive_now(&context(&url), headers);
        assert!(outcomes.iter().all(Outcome::is_stored), "{outcomes:?}");
    }

    /// Changes an honest site, and checks what is sent to it.
    fn be_honest(&mut self, site: &mut HonestSite) {
        let slot = self.random.below(site.slots());
        let change = if self.random.percent(20) { site.remove(slot) } else { site.set(slot) };
        let url = format!("https://{}/private/", change.host);
        let outcomes = self.store.receive_now(&context(&url), [&change.header]);
        let is_right = match &outcomes[..] {
            [Outcome::Removed | Outcome::NothingToRemove] => change.is_removal,
            [outcome] => outcome.is_stored() && !change.is_removal,
            _ => false,
        };
        assert!(is_right, "{}: {outcomes:?}", change.header);
        let (url, expected) = site.request(&mut self.random);
        self.compare(&expected, &header_pairs(self.store.cookie_header_now(&context(&url))));
    }

    #[track_caller]
    fn compare(&self, expected: &BTreeSet<String>, found: &BTreeSet<String>) {
        if self.may_evict {
            assert!(found.is_subset(expected), "{found:?} is more than {expected:?}");
        } else {
            assert_eq!(found, expected);
        }
    }

    fn attack(&mut self, victim: &str) {
        let attack = Attack::new(&mut self.random, HOSTILE_SITES, victim);
        let context = attack.context();
        self.store.receive(&context, &attack.headers, attack.now);
        attack.check_header(self.store.cookie_header(&context, attack.now));
        let now = SystemTime::now();
        attack.check_header(self.store.cookie_header(&context, now));
        match self.random.below(200) {
            0 => drop(self.store.remove_site(&attack.site, now)),
            1 => drop(self.store.get(&context, "n1", attack.now)),
            2 => drop(self.store.why_not_sent(&context, attack.now)),
            3..20 => check_hostile_site(&attack.site, &self.store.site_cookies(&attack.site, now)),
            _ => {}
        }
    }

    fn run(&mut self, sites: &mut [HonestSite], end: Instant) {
        while Instant::now() < end {
            let site = self.random.below(sites.len());
            match self.random.below(3) {
                0 => self.attack(&sites[site].name),
                _ => self.be_honest(&mut sites[site]),
            }
            self.operations += 1;
            if let Some(limit) = self.store.limits().total_cookies() {
                // Each thread may just add the cookies of one response.
                let (held, limit) = (held(self.store), limit as usize);
                assert!(held <= limit + THREADS * SLOTS, "{held} of {limit}");
            }
        }
    }
}

/// Checks the whole store while nobody changes it.
fn check(store: &SharedStore, sites: &[Vec<HonestSite>], may_evict: bool) {
    let now = SystemTime::now();
    let (mut count, mut bytes) = (0, 0);
    store.for_each(now, |cookie| {
        count += 1;
        bytes += cookie.text_bytes();
    });
    assert_eq!((store.len(now), store.text_bytes(now)), (count, bytes));
    assert_eq!(store.snapshot().len(now), count);
    assert!(held(store) >= count);
    if let Some(limit) = store.limits().total_cookies() {
        assert!(held(store) <= limit as usize, "{} of {limit}", held(store));
    }
    let worker = Worker { store, random: Random::new(0), may_evict, operations: 0 };
    let mut honest = 0;
    for site in sites.iter().flatten() {
        let cookies = store.site_cookies(&site.name, now);
        honest += cookies.len();
        worker.compare(&site.pairs(), &stored_pairs(&cookies));
    }
    let mut hostile = 0;
    for site in (0..HOSTILE_SITES).map(|number| format!("evil{number}.example")) {
        let cookies = store.site_cookies(&site, now);
        check_hostile_site(&site, &cookies);
        hostile += cookies.len();
    }
    // No other site has any.
    assert_eq!(honest + hostile, count);
}

fn stands_the_load(limits: StoreLimits, cookies: usize) {
    let may_evict = limits.total_cookies().is_some();
    let store = CookieStore::new().with_limits(limits).into_shared();
    // Nobody reads it, so that it must not grow.
    let feed = store.subscribe(1_000);
    let of_thread = (cookies / SLOTS / THREADS).max(1);
    let site = |thread: usize, number: usize| {
        HonestSite::new(format!("h{number}t{thread}.example"), "c", SLOTS)
    };
    let sites = |thread| (0..of_thread).map(|number| site(thread, number)).collect();
    let mut sites: Vec<Vec<HonestSite>> = (0..THREADS).map(sites).collect();

    let start = Instant::now();
    let new_worker =
        |seed| Worker { store: &store, random: Random::new(seed), may_evict, operations: 0 };
    thread::scope(|scope| {
        for sites in &mut sites {
            let mut worker = new_worker(0);
            scope.spawn(move || sites.iter_mut().for_each(|site| worker.fill(site)));
        }
    });
    let filled = start.elapsed();
    check(&store, &sites, may_evict);

    let (mut operations, mut warm) = (0, None);
    for round in 0..ROUNDS {
        let end = Instant::now() + load_time() / ROUNDS;
        thread::scope(|scope| {
            let threads: Vec<_> = (sites.iter_mut().enumerate())
                .map(|(thread, sites)| {
                    let mut worker = new_worker(u64::from(1 + round) << 32 | thread as u64);
                    scope.spawn(move || {
                        worker.run(sites, end);
                        worker.operations
                    })
                })
                .collect();
            let ended = threads.into_iter().map(|thread| thread.join().expect("no panic"));
            operations += ended.sum::<u64>();
        });
        // Sites that were being worked on may have kept a cookie too many.
        store.receive_now(&context("https://last.example/"), ["a=1"]);
        store.remove_site("last.example", SystemTime::now());
        check(&store, &sites, may_evict);
        // The checks copy the store, and the allocator keeps that memory.
        warm.get_or_insert(Memory::of(std::process::id()));
    }
    let warm = warm.expect("there are rounds");
    let after = Memory::of(std::process::id());
    let count = store.len(SystemTime::now());
    println!(
        "{} cookies in {filled:?}, then {operations} operations, {count} cookies; {} KiB of memory, \
         then {} KiB",
        of_thread * THREADS * SLOTS,
        warm.resident,
        after.resident
    );
    assert!(after.resident <= warm.resident + MORE_MEMORY, "{warm:?} grew to {after:?}");
    let changes = feed.drain();
    assert_eq!(changes.len(), 1_001);
    assert!(matches!(changes.last(), Some(StoreChange::Missed(_))));
    store.clear();
    assert_eq!((held(&store), store.is_empty(SystemTime::UNIX_EPOCH)), (0, true));
}

fn cookies() -> usize {
    let seconds = load_time().max(Duration::from_secs(1)).as_secs();
    usize::try_from(seconds).expect("a number of seconds") * COOKIES_A_SECOND
}

#[test]
#[ignore = "takes minutes"]
fn no_honest_site_loses_a_cookie_and_no_hostile_one_exceeds_a_limit() {
    stands_the_load(LIMITS, cookies());
}

#[test]
#[ignore = "takes minutes"]
fn a_limit_over_all_sites_holds() {
    let limit = u32::try_from(cookies() / 2).expect("a small number");
    stands_the_load(LIMITS.with_total_cookies(Some(limit), limit / 10 * 9), cookies());
}
