//! Runs the same steps on a `CookieStore`, on a `SharedStore`, and on `BackedStore`s without a cache, with a
//! cache and with sealed values: all answer, list and report the same.
//!
//! The input is that of the law `store`, and so are the seeds.

use std::convert::identity;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use gingersnap::protect::{Key, Keyring};
use gingersnap::store::backend::{BackedStore, BackendError, MemoryBackend};
use gingersnap::store::{ChangeFeed, CookieStore, Outcome, SharedStore, StoreChange, StoredCookie};
use gingersnap::user_agent::Identity;

use crate::model::Settings;
use crate::ready::run;
use crate::step::{HOSTS, Step};
use crate::support::steps::settings_and_steps;
use crate::support::{Reached, now};

/// What the seeds must reach, without and with engines.
pub const REQUIRED: &[&str] = &[
    "stored",
    "replaced",
    "removed by a header",
    "nothing to remove",
    "refused",
    "sent",
    "nothing sent",
    "got",
    "removed",
    "expired",
    "evicted",
    "removed by identity",
    "removed a site",
    "removed some of all sites",
    "the clock went backwards",
    "partitioned, in an engine",
    "expired, in an engine",
    "evicted, in an engine",
];

static KEYRING: LazyLock<Keyring> =
    LazyLock::new(|| Keyring::new(&Key::new([7; 64]).expect("a secret of 64 bytes")));

/// What a store answers to a step.
#[derive(Debug, PartialEq)]
enum Answer {
    Outcomes(Vec<Outcome>),
    Header(Option<Vec<u8>>),
    Cookie(Option<StoredCookie>),
    Removed(usize),
    Nothing,
}

impl From<Vec<Outcome>> for Answer {
    fn from(outcomes: Vec<Outcome>) -> Self {
        Self::Outcomes(outcomes)
    }
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self::Outcomes(vec![outcome])
    }
}

impl From<Option<Vec<u8>>> for Answer {
    fn from(header: Option<Vec<u8>>) -> Self {
        Self::Header(header)
    }
}

impl From<Option<StoredCookie>> for Answer {
    fn from(cookie: Option<StoredCookie>) -> Self {
        Self::Cookie(cookie)
    }
}

impl From<Option<&StoredCookie>> for Answer {
    fn from(cookie: Option<&StoredCookie>) -> Self {
        Self::Cookie(cookie.cloned())
    }
}

impl From<usize> for Answer {
    fn from(removed: usize) -> Self {
        Self::Removed(removed)
    }
}

/// A step, when it is made, and which cookie it removes if it removes one by its identity.
struct TimedStep<'s> {
    step: &'s Step,
    removed: Option<Identity<'s>>,
    now: SystemTime,
}

impl TimedStep<'_> {
    /// Returns whether a step that removes cookies of all sites removes one.
    fn removes(&self, cookie: &StoredCookie) -> bool {
        match self.step {
            Step::RemoveCreated(seconds) => {
                let [start, end] = [seconds.end, seconds.start]
                    .map(|seconds| self.now - Duration::from_secs(seconds));
                (start..end).contains(&cookie.created())
            }
            Step::EndSession => cookie.is_session(),
            Step::Clear => true,
            other => panic!("{other:?} removes no cookies of all sites"),
        }
    }
}

/// Makes a step with a store of any kind: their methods have the same names. `$result` makes a value of what
/// a method returns, and `$remove_if` removes cookies of all sites.
macro_rules! answer {
    ($store:expr, $timed:expr, $result:path, $remove_if:expr) => {{
        let (store, timed) = ($store, $timed);
        let now = timed.now;
        match timed.step {
            Step::Receive(request, headers) => {
                Answer::from($result(store.receive(&request.context(), headers, now)))
            }
            Step::Insert(request, cookie) => {
                Answer::from($result(store.insert(&request.context(), cookie, now)))
            }
            Step::Send(request) => {
                Answer::from($result(store.cookie_header(&request.context(), now)))
            }
            Step::Get(request, name) => {
                Answer::from($result(store.get(&request.context(), name, now)))
            }
            Step::Remove(_) => match &timed.removed {
                Some(removed) => Answer::from($result(store.remove(removed, now))),
                None => Answer::Nothing,
            },
            Step::RemoveSite(host) => Answer::from($result(store.remove_site(host, now))),
            Step::RemoveCreated(_) | Step::EndSession | Step::Clear => Answer::from($remove_if),
            Step::Wait(_) => Answer::Nothing,
        }
    }};
}

fn answer(store: &mut CookieStore, timed: &TimedStep<'_>) -> Answer {
    let removes = |cookie: &StoredCookie| timed.removes(cookie);
    answer!(&mut *store, timed, identity, store.remove_if(timed.now, removes))
}

fn shared_answer(store: &SharedStore, timed: &TimedStep<'_>) -> Answer {
    let removes = |cookie: &StoredCookie| timed.removes(cookie);
    answer!(store, timed, identity, store.remove_if(timed.now, removes))
}

fn backed_answer(store: &BackedStore, timed: &TimedStep<'_>) -> Answer {
    let removes = |cookie: &StoredCookie| timed.removes(cookie);
    let remove_if = |host: &&str| wait(store.remove_if(host, timed.now, removes));
    // A site of its own, whose hosts are not in the list.
    let hosts = HOSTS.iter().chain(&["shop.example"]);
    answer!(store, timed, wait, hosts.map(remove_if).sum::<usize>())
}

fn wait<R>(answer: impl Future<Output = Result<R, BackendError>>) -> R {
    run(answer).expect("the engine answers")
}

/// Checks the law for the settings and steps in the lines.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let (settings, steps) = settings_and_steps(bytes);
    for has_engines in [false, true] {
        let mut stores = Stores::new(settings, has_engines);
        for step in &steps {
            stores.run(step, &mut reached);
            stores.compare("www.shop.example");
        }
        for host in HOSTS {
            stores.compare(host);
        }
    }
    reached
}

/// What a store tells about its changes.
struct Changes {
    feed: ChangeFeed,
    /// The cookies that the `CookieStore` has dropped when they expired, and that this store has not told
    /// about yet: a store with an engine does so when an operation concerns them.
    untold: Vec<StoredCookie>,
}

impl Changes {
    fn new(feed: ChangeFeed) -> Self {
        Self { feed, untold: Vec::new() }
    }

    /// Asserts that what changed is what changed in the `CookieStore`.
    #[track_caller]
    fn compare(&mut self, expected: &[StoreChange], step: &Step) {
        let is_expiry = |change: &&StoreChange| matches!(change, StoreChange::Expired(_));
        let (expired, expected): (Vec<_>, Vec<_>) = expected.iter().partition(is_expiry);
        self.untold.extend(expired.into_iter().map(|change| cookie_of(change).clone()));
        let mut found = self.feed.drain();
        found.retain(|change| match change {
            // What has expired may be removed while nothing has told about it.
            StoreChange::Expired(cookie) | StoreChange::Removed(cookie) => {
                let at = self.untold.iter().position(|untold| untold == cookie);
                at.map(|at| self.untold.swap_remove(at)).is_none()
            }
            _ => true,
        });
        assert_eq!(sorted_changes(found.iter().collect()), sorted_changes(expected), "{step:?}");
    }
}

/// Returns the cookie that a change is about, and the new one if it was replaced.
fn cookie_of(change: &StoreChange) -> &StoredCookie {
    match change {
        StoreChange::Stored(cookie)
        | StoreChange::Replaced { new: cookie, .. }
        | StoreChange::Removed(cookie)
        | StoreChange::Expired(cookie)
        | StoreChange::Evicted(cookie) => cookie,
        other => panic!("{other:?} of a feed that was read in time"),
    }
}

struct Stores {
    store: CookieStore,
    feed: ChangeFeed,
    shared: SharedStore,
    shared_changes: Changes,
    /// Empty in runs that set the clock back: engines do not keep the times of removed cookies, so they may
    /// differ there.
    backed: Vec<(BackedStore, Changes)>,
    now: SystemTime,
}

impl Stores {
    fn new(settings: Settings, has_engines: bool) -> Self {
        // A store with an engine has no limit for the cookies of all sites, and a `SharedStore` may evict
        // others than a `CookieStore` does.
        let limits = settings.limits.with_total_cookies(None, 0);
        let store = CookieStore::new().with_user_agent(settings.user_agent()).with_limits(limits);
        let backed = |store: BackedStore| {
            let store = store.with_user_agent(settings.user_agent()).with_limits(limits);
            let store = store.with_access_interval(Duration::ZERO);
            let changes = Changes::new(store.subscribe(1000));
            (store, changes)
        };
        let new = || BackedStore::new(MemoryBackend::new());
        let backed = [
            backed(new()),
            backed(new().with_cache(3, Duration::from_secs(1_000_000_000))),
            backed(new().with_keyring(KEYRING.clone())),
        ];
        let shared = store.clone().into_shared();
        Self {
            feed: store.subscribe(1000),
            store,
            shared_changes: Changes::new(shared.subscribe(1000)),
            shared,
            backed: backed.into_iter().filter(|_| has_engines).collect(),
            now: now(),
        }
    }

    #[track_caller]
    fn run(&mut self, step: &Step, reached: &mut Reached) {
        if let Step::Wait(micros) = step {
            let time = Duration::from_micros(micros.unsigned_abs());
            match micros {
                0.. => self.now += time,
                // A `SharedStore` drops expired cookies later than a `CookieStore`, and would have them again.
                _ if self.backed.is_empty() && self.shared_changes.untold.is_empty() => {
                    self.now -= time;
                    reached.insert("the clock went backwards");
                }
                _ => {}
            }
        }
        self.now += Duration::from_millis(1);
        let all = sorted(self.store.iter(self.now).cloned().collect());
        let removed = match step {
            Step::Remove(at) => at.checked_rem(all.len()).map(|at| all[at].identity()),
            _ => None,
        };
        let timed = TimedStep { step, removed, now: self.now };
        let expected = answer(&mut self.store, &timed);
        let changes = self.feed.drain();
        assert_eq!(shared_answer(&self.shared, &timed), expected, "{step:?}");
        self.shared_changes.compare(&changes, step);
        for (backed, backed_changes) in &mut self.backed {
            assert_eq!(backed_answer(backed, &timed), expected, "{step:?}");
            backed_changes.compare(&changes, step);
        }
        note_answer(step, &expected, reached);
        for change in &changes {
            note_change(change, !self.backed.is_empty(), reached);
        }
    }

    /// Compares the cookies of a host's site, now and in two seconds.
    #[track_caller]
    fn compare(&self, host: &str) {
        for now in [self.now, self.now + Duration::from_secs(2)] {
            let expected = sorted(self.store.iter_site(host, now).cloned().collect());
            assert_eq!(sorted(self.shared.site_cookies(host, now)), expected);
            for (backed, _) in &self.backed {
                assert_eq!(sorted(wait(backed.site_cookies(host, now))), expected);
            }
        }
    }
}

fn note_answer(step: &Step, answer: &Answer, reached: &mut Reached) {
    reached.extend(match (step, answer) {
        (Step::Send(_), Answer::Header(Some(_))) => Some("sent"),
        (Step::Send(_), Answer::Header(None)) => Some("nothing sent"),
        (Step::Get(..), Answer::Cookie(Some(_))) => Some("got"),
        (Step::Remove(_), Answer::Cookie(Some(_))) => Some("removed by identity"),
        (Step::RemoveSite(_), Answer::Removed(1..)) => Some("removed a site"),
        (_, Answer::Removed(1..)) => Some("removed some of all sites"),
        _ => None,
    });
    if let Answer::Outcomes(outcomes) = answer {
        reached.extend(outcomes.iter().map(|outcome| match outcome {
            Outcome::Stored => "stored",
            Outcome::Replaced => "replaced",
            Outcome::Removed => "removed by a header",
            Outcome::NothingToRemove => "nothing to remove",
            _ => "refused",
        }));
    }
}

fn note_change(change: &StoreChange, has_engines: bool, reached: &mut Reached) {
    reached.extend(match change {
        StoreChange::Removed(_) => Some("removed"),
        StoreChange::Expired(_) if has_engines => Some("expired, in an engine"),
        StoreChange::Expired(_) => Some("expired"),
        StoreChange::Evicted(_) if has_engines => Some("evicted, in an engine"),
        StoreChange::Evicted(_) => Some("evicted"),
        StoreChange::Stored(cookie) if has_engines && cookie.is_partitioned() => {
            Some("partitioned, in an engine")
        }
        _ => None,
    });
}

fn sorted(mut cookies: Vec<StoredCookie>) -> Vec<StoredCookie> {
    cookies.sort_by_key(sort_key);
    cookies
}

fn sort_key(cookie: &StoredCookie) -> impl Ord + use<> {
    (cookie.created(), cookie.domain().to_owned(), cookie.to_bytes())
}

/// Sorts the changes of one step: those of several sites come in any order.
fn sorted_changes(mut changes: Vec<&StoreChange>) -> Vec<&StoreChange> {
    changes.sort_by_key(|change| sort_key(cookie_of(change)));
    changes
}
