//! A shared store, used by eight threads: honest sites with up to a million cookies, and hostile ones.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::{CookieStore, SharedStore, StoreChange, StoreLimits};

use crate::allocator::bytes_in_use;
use crate::load_sites::{
    Attack, HOSTILE_HEADERS, HOSTILE_PARTS, HonestSite, check_hostile_site, header_pairs,
    hostile_name, stored_pairs,
};
use crate::splitmix::Random;
use crate::{alone, load_time};

const THREADS: usize = 8;
const ROUNDS: u32 = 4;

/// The cookies of each honest site.
const SLOTS: usize = 100;
const HOSTILE_SITES: usize = 16;

/// The limits of the store. The bytes of a site are few, so that hostile sites reach that limit, too.
const LIMITS: StoreLimits = StoreLimits::DEFAULT.with_site_bytes(32 << 10);

/// The cookies of honest sites for each second of load: more than a million in two minutes.
const COOKIES_PER_SECOND: usize = 8_400;

/// The most bytes that a cookie takes beside its text, its share of its site included. It is 160 in a site
/// that has just been set up (see `tests/store_memory.rs`); vectors keep room for removed cookies.
const BYTES_PER_COOKIE: usize = 250;

/// The most bytes beside the cookies, for the feed with its 1,000 changes and for tables.
const OTHER_BYTES: usize = 4 << 20;

/// What a thread does with the store.
struct ThreadClient<'s> {
    store: &'s SharedStore,
    random: Random,
    /// Whether cookies may be evicted for the limit over all sites.
    may_evict: bool,
    operations: u64,
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// Returns how many cookies the store counts, those included that have expired. Unlike `len`, this does not
/// ask each site, so that it is one number while others change the store.
fn stored_and_expired(store: &SharedStore) -> usize {
    let text = format!("{store:?}");
    let number = text.split(&[' ', ',']).find_map(|word| word.parse().ok());
    number.expect("a number of cookies")
}

impl ThreadClient<'_> {
    /// Sets all cookies of a site.
    fn fill(&mut self, site: &mut HonestSite) {
        let changes: Vec<_> = (0..site.slots()).map(|slot| site.set(slot)).collect();
        let headers: Vec<_> = changes.iter().map(|change| &change.header).collect();
        let outcomes = self.store.receive_now(&context(&changes[0].url()), headers);
        assert_eq!(outcomes.len(), changes.len());
        for (change, outcome) in changes.iter().zip(&outcomes) {
            change.check(outcome, self.may_evict);
        }
    }

    /// Changes an honest site, and checks what is sent to it.
    fn change_and_check(&mut self, site: &mut HonestSite) {
        let change = site.change(&mut self.random);
        let outcomes = self.store.receive_now(&context(&change.url()), [&change.header]);
        change.check(&outcomes[0], self.may_evict);
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
        attack.check_header(self.store.cookie_header(&context, attack.now), &LIMITS);
        let now = SystemTime::now();
        attack.check_header(self.store.cookie_header(&context, now), &LIMITS);
        match self.random.below(200) {
            0 => drop(self.store.remove_site(&attack.site, now)),
            1 => drop(self.store.get(&context, "n1", attack.now)),
            2 => drop(self.store.why_not_sent(&context, attack.now)),
            3..20 => {
                let cookies = self.store.site_cookies(&attack.site, now);
                check_hostile_site(&attack.site, &cookies, &LIMITS);
            }
            _ => {}
        }
    }

    fn run(&mut self, sites: &mut [HonestSite], end: Instant) {
        while Instant::now() < end {
            let site = self.random.below(sites.len());
            match self.random.below(3) {
                0 => self.attack(&sites[site].name),
                _ => self.change_and_check(&mut sites[site]),
            }
            self.operations += 1;
            if let Some(limit) = self.store.limits().total_cookies() {
                // Each thread may just add the cookies of one response. Eviction skips locked sites, so it
                // may wait for a thread that the system has stopped: a tenth more is room for that.
                let (stored, limit) = (stored_and_expired(self.store), limit as usize);
                let most = limit + limit / 10 + THREADS * HOSTILE_HEADERS;
                assert!(stored <= most, "{stored} of {limit}");
            }
        }
    }
}

/// Checks the whole store while nobody changes it. Before it, `before` bytes were in use.
fn check(store: &SharedStore, sites: &[Vec<HonestSite>], may_evict: bool, before: usize) {
    let in_use = bytes_in_use().saturating_sub(before);
    let now = SystemTime::now();
    let (mut count, mut bytes) = (0, 0);
    store.for_each(now, |cookie| {
        count += 1;
        bytes += cookie.text_bytes();
    });
    assert_eq!((store.len(now), store.text_bytes(now)), (count, bytes));
    assert_eq!(store.snapshot().len(now), count);
    // In 1970, none had expired.
    let all = store.len(SystemTime::UNIX_EPOCH);
    assert_eq!(stored_and_expired(store), all);
    assert!(all >= count, "{all} of {count}");
    if let Some(limit) = store.limits().total_cookies() {
        assert!(all <= limit as usize, "{all} of {limit}");
    }
    let text = store.text_bytes(SystemTime::UNIX_EPOCH);
    let most = text + all * BYTES_PER_COOKIE + OTHER_BYTES;
    assert!(in_use <= most, "{in_use} bytes for {all} cookies with {text} bytes of text");
    let client = ThreadClient { store, random: Random::new(0), may_evict, operations: 0 };
    let mut honest = 0;
    for site in sites.iter().flatten() {
        let cookies = store.site_cookies(&site.name, now);
        honest += cookies.len();
        client.compare(&site.pairs(), &stored_pairs(&cookies));
    }
    assert!(honest > 0, "all cookies of honest sites are lost");
    let mut hostile = 0;
    for site in (0..HOSTILE_SITES).map(hostile_name) {
        let cookies = store.site_cookies(&site, now);
        check_hostile_site(&site, &cookies, &LIMITS);
        hostile += cookies.len();
    }
    let most = HOSTILE_SITES * HOSTILE_PARTS * LIMITS.site_cookies() as usize;
    assert!(hostile <= most, "{hostile} cookies of hostile sites");
    // No other site has any.
    assert_eq!(honest + hostile, count);
}

fn withstands_load(limits: StoreLimits, cookies: usize) {
    let _alone = alone();
    let may_evict = limits.total_cookies().is_some();
    let sites_per_thread = (cookies / SLOTS / THREADS).max(1);
    let site = |thread: usize, number: usize| {
        HonestSite::new(format!("h{number}t{thread}.example"), "c", SLOTS)
    };
    let sites = |thread| (0..sites_per_thread).map(|number| site(thread, number)).collect();
    let mut sites: Vec<Vec<HonestSite>> = (0..THREADS).map(sites).collect();

    let before = bytes_in_use();
    let store = CookieStore::new().with_limits(limits).into_shared();
    // Nobody reads it, so that it must not grow.
    let feed = store.subscribe(1_000);
    let start = Instant::now();
    let new_client =
        |seed| ThreadClient { store: &store, random: Random::new(seed), may_evict, operations: 0 };
    thread::scope(|scope| {
        for sites in &mut sites {
            let mut client = new_client(0);
            scope.spawn(move || sites.iter_mut().for_each(|site| client.fill(site)));
        }
    });
    let filled = start.elapsed();
    if may_evict {
        // Each thread may evict one cookie too many at the same time.
        let (stored, kept) = (stored_and_expired(&store), limits.total_cookies_kept() as usize);
        assert!(stored + THREADS >= kept, "{stored} cookies of {kept} are left");
    }
    check(&store, &sites, may_evict, before);

    let mut operations = 0;
    for round in 0..ROUNDS {
        let end = Instant::now() + load_time() / ROUNDS;
        thread::scope(|scope| {
            let threads: Vec<_> = (sites.iter_mut().enumerate())
                .map(|(thread, sites)| {
                    let mut client = new_client(u64::from(1 + round) << 32 | thread as u64);
                    scope.spawn(move || {
                        client.run(sites, end);
                        client.operations
                    })
                })
                .collect();
            let ended = threads.into_iter().map(|thread| thread.join().expect("no panic"));
            operations += ended.sum::<u64>();
        });
        // Eviction skips locked sites, so one more change brings the store within its limit.
        store.receive_now(&context("https://last.example/"), ["a=1"]);
        store.remove_site("last.example", SystemTime::now());
        check(&store, &sites, may_evict, before);
    }
    let count = store.len(SystemTime::now());
    println!(
        "{} cookies in {filled:?}, then {operations} operations, {count} cookies with {} bytes of text \
         in {} bytes",
        sites_per_thread * THREADS * SLOTS,
        store.text_bytes(SystemTime::now()),
        bytes_in_use().saturating_sub(before)
    );
    let changes = feed.drain();
    assert_eq!(changes.len(), 1_001);
    assert!(matches!(changes.last(), Some(StoreChange::Missed(_))));
    store.clear();
    assert_eq!((stored_and_expired(&store), store.is_empty(SystemTime::UNIX_EPOCH)), (0, true));
    drop((changes, feed, store));
    let after = bytes_in_use();
    assert!(after <= before + (64 << 10), "{before} bytes grew to {after}");
}

fn cookies() -> usize {
    let seconds = load_time().max(Duration::from_secs(1)).as_secs();
    usize::try_from(seconds).expect("a number of seconds") * COOKIES_PER_SECOND
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn no_honest_site_loses_a_cookie_and_no_hostile_one_exceeds_a_limit() {
    withstands_load(LIMITS, cookies());
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn a_limit_over_all_sites_holds() {
    let limit = u32::try_from(cookies() / 2).expect("a small number");
    withstands_load(LIMITS.with_total_cookies(Some(limit), limit / 10 * 9), cookies());
}
