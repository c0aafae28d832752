//! Makes any steps with each kind of store: a `SharedStore`, and stores with an engine, a cache and sealed
//! values, do what a `CookieStore` does.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use arbitrary::Unstructured;
use gingersnap::protect::{Key, Keyring};
use gingersnap::store::backend::{BackedStore, MemoryBackend};
use gingersnap::store::{CookieStore, Outcome, SharedStore, StoredCookie};
use gingersnap::user_agent::Identity;

use crate::model::Settings;
use crate::step::{HOSTS, Step};
use crate::support::now;
use crate::support::ready::run;
use crate::support::steps::{settings, steps};

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

/// A step, and what it removes if it removes one cookie.
struct Call<'c> {
    step: &'c Step,
    removed: Option<Identity<'c>>,
    now: SystemTime,
}

impl Call<'_> {
    /// Returns whether a step that removes cookies of all sites removes one.
    fn removes(&self, cookie: &StoredCookie) -> bool {
        match self.step {
            Step::RemoveCreated(seconds) => {
                let [start, end] = [seconds.end, seconds.start]
                    .map(|seconds| self.now - Duration::from_secs(seconds));
                (start..end).contains(&cookie.created())
            }
            Step::EndSession => cookie.is_session(),
            _ => true,
        }
    }
}

/// Checks the law for the settings and steps that the bytes stand for.
pub fn check(bytes: &[u8]) {
    let mut source = Unstructured::new(bytes);
    let (Ok(has_engines), Ok(settings)) = (source.arbitrary(), settings(&mut source)) else {
        return;
    };
    let mut stores = Stores::new(settings, has_engines);
    for step in steps(&mut source) {
        stores.run(&step);
        stores.compare("www.shop.example");
    }
    for host in HOSTS {
        stores.compare(host);
    }
}

struct Stores {
    store: CookieStore,
    shared: SharedStore,
    /// Empty if the clock can be set back: an engine does not remember the times of what was removed.
    backed: Vec<BackedStore>,
    now: SystemTime,
}

impl Stores {
    fn new(settings: Settings, has_engines: bool) -> Self {
        // The stores differ in which cookies of all sites they evict.
        let limits = settings.limits.with_total_cookies(None, 0);
        let store = CookieStore::new().with_user_agent(settings.user_agent()).with_limits(limits);
        let backed = |store: BackedStore| {
            let store = store.with_user_agent(settings.user_agent()).with_limits(limits);
            store.with_access_interval(Duration::ZERO)
        };
        let new = || BackedStore::new(MemoryBackend::new());
        let backed = [
            backed(new()),
            backed(new()).with_cache(3, Duration::from_secs(1_000_000_000)),
            backed(new().with_keyring(KEYRING.clone())),
        ];
        Self {
            shared: store.clone().into_shared(),
            store,
            backed: backed.into_iter().filter(|_| has_engines).collect(),
            now: now(),
        }
    }

    #[track_caller]
    fn run(&mut self, step: &Step) {
        if let Step::Wait(micros) = step {
            let time = Duration::from_micros(micros.unsigned_abs());
            match micros {
                0.. => self.now += time,
                _ if self.backed.is_empty() => self.now -= time,
                _ => {}
            }
        }
        self.now += Duration::from_millis(1);
        let all = all_of(&self.store, self.now);
        let removed = match step {
            Step::Remove(at) => at.checked_rem(all.len()).map(|at| all[at].identity()),
            _ => None,
        };
        let call = Call { step, removed, now: self.now };
        let expected = answer(&mut self.store, &call);
        assert_eq!(shared_answer(&self.shared, &call), expected, "{step:?}");
        for backed in &self.backed {
            assert_eq!(run(backed_answer(backed, &call)), expected, "{step:?}");
        }
    }

    /// Compares the cookies of a host's site, now and in two seconds.
    #[track_caller]
    fn compare(&self, host: &str) {
        for now in [self.now, self.now + Duration::from_secs(2)] {
            let expected = sorted(self.store.iter_site(host, now).cloned().collect());
            assert_eq!(sorted(self.shared.site_cookies(host, now)), expected);
            for backed in &self.backed {
                let found = run(backed.site_cookies(host, now)).expect("it answers");
                assert_eq!(sorted(found), expected);
            }
        }
    }
}

fn sorted(mut cookies: Vec<StoredCookie>) -> Vec<StoredCookie> {
    cookies.sort_by_key(|cookie| (cookie.created(), cookie.domain().to_owned(), cookie.to_bytes()));
    cookies
}

fn all_of(store: &CookieStore, now: SystemTime) -> Vec<StoredCookie> {
    sorted(store.iter(now).cloned().collect())
}

fn answer(store: &mut CookieStore, call: &Call<'_>) -> Answer {
    let now = call.now;
    match call.step {
        Step::Receive(request, headers) => {
            Answer::Outcomes(store.receive(&request.context(), headers, now))
        }
        Step::Insert(request, cookie) => {
            Answer::Outcomes(vec![store.insert(&request.context(), cookie, now)])
        }
        Step::Send(request) => Answer::Header(store.cookie_header(&request.context(), now)),
        Step::Get(request, name) => {
            Answer::Cookie(store.get(&request.context(), name, now).cloned())
        }
        Step::Remove(_) => {
            Answer::Cookie(call.removed.as_ref().and_then(|identity| store.remove(identity, now)))
        }
        Step::RemoveSite(host) => Answer::Removed(store.remove_site(host, now)),
        Step::Wait(_) => Answer::Nothing,
        _ => Answer::Removed(store.remove_if(now, |cookie| call.removes(cookie))),
    }
}

fn shared_answer(store: &SharedStore, call: &Call<'_>) -> Answer {
    let now = call.now;
    match call.step {
        Step::Receive(request, headers) => {
            Answer::Outcomes(store.receive(&request.context(), headers, now))
        }
        Step::Insert(request, cookie) => {
            Answer::Outcomes(vec![store.insert(&request.context(), cookie, now)])
        }
        Step::Send(request) => Answer::Header(store.cookie_header(&request.context(), now)),
        Step::Get(request, name) => Answer::Cookie(store.get(&request.context(), name, now)),
        Step::Remove(_) => {
            Answer::Cookie(call.removed.as_ref().and_then(|identity| store.remove(identity, now)))
        }
        Step::RemoveSite(host) => Answer::Removed(store.remove_site(host, now)),
        Step::Wait(_) => Answer::Nothing,
        _ => Answer::Removed(store.remove_if(now, |cookie| call.removes(cookie))),
    }
}

async fn backed_answer(store: &BackedStore, call: &Call<'_>) -> Answer {
    let now = call.now;
    match call.step {
        Step::Receive(request, headers) => {
            let outcomes = store.receive(&request.context(), headers, now).await;
            Answer::Outcomes(outcomes.expect("it answers"))
        }
        Step::Insert(request, cookie) => {
            let outcome = store.insert(&request.context(), cookie, now).await;
            Answer::Outcomes(vec![outcome.expect("it answers")])
        }
        Step::Send(request) => {
            let header = store.cookie_header(&request.context(), now).await;
            Answer::Header(header.expect("it answers"))
        }
        Step::Get(request, name) => {
            Answer::Cookie(store.get(&request.context(), name, now).await.expect("it answers"))
        }
        Step::Remove(_) => match &call.removed {
            Some(identity) => {
                Answer::Cookie(store.remove(identity, now).await.expect("it answers"))
            }
            None => Answer::Cookie(None),
        },
        Step::RemoveSite(host) => {
            Answer::Removed(store.remove_site(host, now).await.expect("it answers"))
        }
        Step::Wait(_) => Answer::Nothing,
        _ => {
            let mut removed = 0;
            for host in HOSTS.iter().chain(&["shop.example"]) {
                let condition = |cookie: &StoredCookie| call.removes(cookie);
                removed += store.remove_if(host, now, condition).await.expect("it answers");
            }
            Answer::Removed(removed)
        }
    }
}
