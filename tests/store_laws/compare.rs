//! Runs the same steps on a store and on the model, and compares everything that a reader sees.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::{ChangeFeed, Outcome, StoreChange, StoredCookie};

use crate::any_store::AnyStore;
use crate::header::Header;
use crate::model::{Event, Model, Settings, Stored, rank};
use crate::request::{Request, is_ip_address, site};
use crate::step::Step;
use crate::storing::{Done, plain};

pub(crate) struct Both {
    store: AnyStore,
    feed: ChangeFeed,
    /// What has expired in the model and was not told yet: an engine tells it later.
    untold: Vec<Stored>,
    model: Model,
    now: SystemTime,
}

fn site_of(host: &str) -> &str {
    if is_ip_address(host) { host } else { site(host) }
}

fn as_stored(cookie: &StoredCookie) -> Stored {
    Stored {
        site: site_of(cookie.domain()).to_owned(),
        name: cookie.name().into(),
        value: cookie.value().into(),
        domain: cookie.domain().into(),
        is_host_only: cookie.is_host_only(),
        path: cookie.path().into(),
        partition: cookie.partition().map(str::to_owned),
        secure: cookie.is_secure(),
        http_only: cookie.is_http_only(),
        same_site: rank(cookie.same_site()),
        expires: cookie.expires(),
        created: cookie.created(),
        updated: cookie.updated(),
        accessed: cookie.last_accessed(),
    }
}

fn as_event(change: &StoreChange) -> Event {
    match change {
        StoreChange::Stored(cookie) => Event::Stored(as_stored(cookie)),
        StoreChange::Replaced { old, new } => {
            Event::Replaced([as_stored(old), as_stored(new)].into())
        }
        StoreChange::Removed(cookie) => Event::Removed(as_stored(cookie)),
        StoreChange::Expired(cookie) => Event::Expired(as_stored(cookie)),
        StoreChange::Evicted(cookie) => Event::Evicted(as_stored(cookie)),
        other => panic!("{other:?} of a feed that was read in time"),
    }
}

fn as_done(outcome: &Outcome) -> Done {
    match outcome {
        Outcome::Stored => Done::Stored,
        Outcome::Replaced => Done::Replaced,
        Outcome::Removed => Done::Removed,
        Outcome::NothingToRemove => Done::NothingToRemove,
        other => Done::Refused(other.reasons().iter().map(plain).collect()),
    }
}

/// Sorts the reasons of a refusal, whose order says nothing.
fn sorted(done: Done) -> Done {
    let Done::Refused(mut reasons) = done else { return done };
    reasons.sort_by_key(|reason| format!("{reason:?}"));
    Done::Refused(reasons)
}

fn as_header(cookies: &[Stored]) -> Option<Vec<u8>> {
    let pairs = cookies.iter().map(|cookie| match &cookie.name[..] {
        [] => cookie.value.clone(),
        name => [name, b"=", &cookie.value].concat(),
    });
    (!cookies.is_empty()).then(|| pairs.collect::<Vec<_>>().join(&b"; "[..]))
}

impl Both {
    /// Gives settings to an empty store, and compares it with the model from then on.
    pub(crate) fn new(store: AnyStore, settings: Settings) -> Self {
        let store = store.with_user_agent(settings.user_agent()).with_limits(settings.limits);
        let mut model = Model::new(settings);
        if !store.has_total_limit() {
            model.settings.limits = settings.limits.with_total_cookies(None, u32::MAX);
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let feed = store.subscribe(1000);
        Self { store, feed, untold: Vec::new(), model, now }
    }

    pub(crate) fn reached(self) -> BTreeSet<String> {
        self.model.reached
    }

    pub(crate) fn run(&mut self, step: &Step) {
        if !self.store.remembers_last_time() {
            self.now += Duration::from_millis(1);
        }
        match step {
            Step::Receive(request, headers) => self.receive(request, headers),
            Step::Insert(request, cookie) => {
                let header = Header::from_cookie(cookie);
                let expected = self.model.receive(request, &[header], self.now);
                let found = self.store.insert(&request.context(), cookie, self.now);
                let expected: Vec<_> = expected.into_iter().map(sorted).collect();
                assert_eq!(&[sorted(as_done(&found))][..], expected);
            }
            Step::Send(request) => self.send(request),
            Step::Get(request, name) => self.get(request, name),
            Step::Wait(micros) => self.wait(*micros),
            _ => self.remove(step),
        }
        let in_order = matches!(step, Step::Receive(..) | Step::Insert(..));
        self.compare_events(in_order);
        self.compare_contents(self.now + Duration::from_secs(2));
        self.compare_contents(self.now);
    }

    fn receive(&mut self, request: &Request, headers: &[Vec<u8>]) {
        let read: Vec<_> = headers.iter().map(|header| Header::parse(header)).collect();
        let expected = self.model.receive(request, &read, self.now).into_iter().map(sorted);
        let found = self.store.receive(&request.context(), headers, self.now);
        let found = found.iter().map(|outcome| sorted(as_done(outcome)));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    fn get(&self, request: &Request, name: &str) {
        let expected = self.model.get(request, name.as_bytes(), self.now);
        let found =
            self.store.get(&request.context(), name, self.now).map(|cookie| as_stored(&cookie));
        assert_eq!(found, expected);
    }

    fn send(&mut self, request: &Request) {
        for name in ["a", "b", ""] {
            self.get(request, name);
        }
        let expected = self.model.send(request, self.now);
        let copy = self.store.copy();
        let found = self.store.cookies_for(&request.context(), self.now);
        assert_eq!(found.iter().map(as_stored).collect::<Vec<_>>(), expected.clone());
        if let Some(mut copy) = copy {
            let header = copy.cookie_header(&request.context(), self.now);
            assert_eq!(header, as_header(&expected));
        }
    }

    fn wait(&mut self, micros: i64) {
        let time = Duration::from_micros(micros.unsigned_abs());
        self.now = match micros {
            0.. => self.now + time,
            _ if self.store.remembers_last_time() => self.now - time,
            _ => self.now,
        };
    }

    fn remove(&mut self, step: &Step) {
        let now = self.now;
        let (expected, found) = match step {
            Step::Remove(at) => return self.remove_one(*at),
            Step::RemoveSite(host) => {
                let site = site_of(host);
                self.model.expire(now);
                let expected = self.model.remove_if(|cookie| cookie.site == site);
                (expected, self.store.remove_site(host, now))
            }
            Step::RemoveCreated(seconds) => {
                let [start, end] =
                    [seconds.end, seconds.start].map(|seconds| now - Duration::from_secs(seconds));
                let is_within = |cookie: &Stored| start <= cookie.created && cookie.created < end;
                self.model.expire(now);
                (self.model.remove_if(is_within), self.store.remove_created(start..end, now))
            }
            Step::EndSession => {
                let is_session = |cookie: &Stored| cookie.expires.is_none();
                (self.model.remove_if(is_session), self.store.end_session())
            }
            _ => {
                self.store.clear();
                self.model.remove_if(|_| true);
                (0, self.store.len(now))
            }
        };
        assert_eq!(found, expected);
    }

    /// Removes a cookie by its identity.
    fn remove_one(&mut self, at: usize) {
        let now = self.now;
        let Some(position) = at.checked_rem(self.model.cookies.len()) else { return };
        let cookie = self.model.cookies[position].clone();
        // In 1970, nothing has expired.
        let found = self.store.iter(UNIX_EPOCH).find(|found| as_stored(found) == cookie);
        let found = found.unwrap_or_else(|| panic!("{cookie:?} is missing"));
        let removed = self.store.remove(&found.identity(), now);
        self.model.expire(now);
        let count = self.model.remove_if(|other| *other == cookie);
        assert_eq!(removed, (count > 0).then(|| found.clone()));
        assert_eq!(self.store.remove(&found.identity(), now), None);
    }

    /// Compares what the feed says with what happened in the model.
    fn compare_events(&mut self, in_order: bool) {
        let is_expiry = |event: &Event| matches!(event, Event::Expired(_));
        let split = |events: Vec<Event>| {
            let (mut expired, mut others): (Vec<_>, Vec<_>) =
                events.into_iter().partition(is_expiry);
            expired.sort();
            if !in_order {
                others.sort();
            }
            (expired, others)
        };
        let mut expected = std::mem::take(&mut self.model.events);
        if expected.iter().any(is_expiry) {
            self.model.note("expired");
        }
        let mut found: Vec<_> = self.feed.drain().iter().map(as_event).collect();
        if !self.store.expires_everywhere() {
            self.take_expiries(&mut expected, &mut found);
        }
        assert_eq!(split(found), split(expected));
    }

    /// Takes the expiries out of what is expected and found. Each one that is found was expected at this
    /// step or before; and a cookie that has expired may be removed while nothing has told it yet.
    fn take_expiries(&mut self, expected: &mut Vec<Event>, found: &mut Vec<Event>) {
        let is_expiry = |event: &mut Event| matches!(event, Event::Expired(_));
        let expired = expected.extract_if(.., is_expiry).filter_map(|event| match event {
            Event::Expired(cookie) => Some(cookie),
            _ => None,
        });
        self.untold.extend(expired);
        found.retain(|event| match event {
            Event::Expired(cookie) | Event::Removed(cookie) => {
                let position = self.untold.iter().position(|untold| untold == cookie);
                position.map(|position| self.untold.swap_remove(position)).is_none()
            }
            _ => true,
        });
    }

    /// Compares what readers see at a time.
    fn compare_contents(&self, now: SystemTime) {
        let cookies = self.model.cookies.iter().filter(|cookie| !cookie.has_expired(now));
        let mut expected: Vec<_> = cookies.cloned().collect();
        let mut found: Vec<_> = self.store.iter(now).map(|cookie| as_stored(&cookie)).collect();
        expected.sort();
        found.sort();
        assert_eq!(self.store.len(now), expected.len());
        assert_eq!(self.store.is_empty(now), expected.is_empty());
        let text_bytes: usize = expected.iter().map(Stored::text_bytes).sum();
        assert_eq!(self.store.text_bytes(now), text_bytes);
        assert_eq!(found, expected);
        self.compare_site("www.shop.example", now);
    }

    fn compare_site(&self, host: &str, now: SystemTime) {
        let all = || self.model.cookies.iter().filter(|cookie| !cookie.has_expired(now));
        let of_site = all().filter(|cookie| cookie.site == site_of(host)).count();
        assert_eq!(self.store.iter_site(host, now).count(), of_site);
        let is_for_host = |cookie: &&Stored| {
            let is_below = host.ends_with(&format!(".{}", cookie.domain));
            cookie.domain == host || !cookie.is_host_only && is_below
        };
        let of_host = all().filter(is_for_host).count();
        assert_eq!(self.store.iter_host(host, now).count(), of_host);
    }
}
