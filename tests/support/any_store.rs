//! `AnyStore`: a `CookieStore`, or a `BackedStore` with the same interface, so that one test runs on both.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use gingersnap::store::backend::{BackedStore, BackendError};
use gingersnap::store::{ChangeFeed, CookieStore, Outcome, StoreLimits, StoredCookie};
use gingersnap::user_agent::{Identity, RequestContext};
use gingersnap::{Cookie, UserAgent};

/// A `CookieStore`, or a `BackedStore` that is used the same way.
pub(crate) struct AnyStore(Kind);

enum Kind {
    Cookie(CookieStore),
    Backed(Backed),
}

/// Runs a future to its end.
type Run = Box<dyn Fn(Pin<&mut dyn Future<Output = ()>>)>;

struct Backed {
    store: BackedStore,
    /// The sites that something was received or inserted for: a `BackedStore` has no list of sites, which
    /// operations on all sites need.
    sites: BTreeSet<String>,
    run: Run,
}

impl From<CookieStore> for AnyStore {
    fn from(store: CookieStore) -> Self {
        Self(Kind::Cookie(store))
    }
}

impl AnyStore {
    /// Creates a store from a `BackedStore` and a function that runs its futures to their end.
    pub(crate) fn backed(store: BackedStore, run: Run) -> Self {
        Self(Kind::Backed(Backed { store, sites: BTreeSet::new(), run }))
    }

    pub(crate) fn with_user_agent(self, agent: UserAgent) -> Self {
        Self(match self.0 {
            Kind::Cookie(store) => Kind::Cookie(store.with_user_agent(agent)),
            Kind::Backed(mut backed) => {
                backed.store = backed.store.with_user_agent(agent);
                Kind::Backed(backed)
            }
        })
    }

    pub(crate) fn with_limits(self, limits: StoreLimits) -> Self {
        Self(match self.0 {
            Kind::Cookie(store) => Kind::Cookie(store.with_limits(limits)),
            Kind::Backed(mut backed) => {
                backed.store = backed.store.with_limits(limits);
                Kind::Backed(backed)
            }
        })
    }

    /// Returns whether there is a limit for all sites together. A store with an engine has none.
    pub(crate) fn has_total_limit(&self) -> bool {
        matches!(self.0, Kind::Cookie(_))
    }

    /// Returns whether every operation drops and reports the expired cookies of all sites. A store with an
    /// engine does so in the parts that an operation concerns.
    pub(crate) fn expires_everywhere(&self) -> bool {
        matches!(self.0, Kind::Cookie(_))
    }

    /// Returns whether the times of a site increase even if the clock was set back and its last cookie was
    /// removed. A store with an engine knows only the times of the cookies in the engine.
    pub(crate) fn remembers_last_time(&self) -> bool {
        matches!(self.0, Kind::Cookie(_))
    }

    /// Returns an independent copy with the same cookies, which a store with an engine cannot make.
    pub(crate) fn copy(&self) -> Option<Self> {
        match &self.0 {
            Kind::Cookie(store) => Some(Self(Kind::Cookie(store.clone()))),
            Kind::Backed(_) => None,
        }
    }

    pub(crate) fn user_agent(&self) -> &UserAgent {
        match &self.0 {
            Kind::Cookie(store) => store.user_agent(),
            Kind::Backed(backed) => backed.store.user_agent(),
        }
    }

    pub(crate) fn limits(&self) -> &StoreLimits {
        match &self.0 {
            Kind::Cookie(store) => store.limits(),
            Kind::Backed(backed) => backed.store.limits(),
        }
    }

    pub(crate) fn receive<H: AsRef<[u8]>>(
        &mut self,
        context: &RequestContext<'_>,
        headers: impl IntoIterator<Item = H>,
        now: SystemTime,
    ) -> Vec<Outcome> {
        match &mut self.0 {
            Kind::Cookie(store) => store.receive(context, headers, now),
            Kind::Backed(backed) => {
                backed.note_site(context);
                backed.wait(backed.store.receive(context, headers, now))
            }
        }
    }

    pub(crate) fn receive_now<H: AsRef<[u8]>>(
        &mut self,
        context: &RequestContext<'_>,
        headers: impl IntoIterator<Item = H>,
    ) -> Vec<Outcome> {
        match &mut self.0 {
            Kind::Cookie(store) => store.receive_now(context, headers),
            Kind::Backed(backed) => {
                backed.note_site(context);
                backed.wait(backed.store.receive_now(context, headers))
            }
        }
    }

    pub(crate) fn insert(
        &mut self,
        context: &RequestContext<'_>,
        cookie: &Cookie<'_>,
        now: SystemTime,
    ) -> Outcome {
        match &mut self.0 {
            Kind::Cookie(store) => store.insert(context, cookie, now),
            Kind::Backed(backed) => {
                backed.note_site(context);
                backed.wait(backed.store.insert(context, cookie, now))
            }
        }
    }

    pub(crate) fn cookie_header(
        &mut self,
        context: &RequestContext<'_>,
        now: SystemTime,
    ) -> Option<Vec<u8>> {
        match &mut self.0 {
            Kind::Cookie(store) => store.cookie_header(context, now),
            Kind::Backed(backed) => backed.wait(backed.store.cookie_header(context, now)),
        }
    }

    pub(crate) fn cookie_header_now(&mut self, context: &RequestContext<'_>) -> Option<Vec<u8>> {
        match &mut self.0 {
            Kind::Cookie(store) => store.cookie_header_now(context),
            Kind::Backed(backed) => backed.wait(backed.store.cookie_header_now(context)),
        }
    }

    pub(crate) fn write_cookie_header(
        &mut self,
        context: &RequestContext<'_>,
        now: SystemTime,
        header: &mut Vec<u8>,
    ) -> bool {
        match &mut self.0 {
            Kind::Cookie(store) => store.write_cookie_header(context, now, header),
            Kind::Backed(backed) => {
                let found = backed.wait(backed.store.cookie_header(context, now));
                header.extend(found.iter().flatten());
                found.is_some()
            }
        }
    }

    /// Returns the cookies that are sent with a request. A store with an engine returns only a header, so
    /// these are the cookies without a reason not to be sent, and the header is compared with them.
    #[track_caller]
    pub(crate) fn cookies_for(
        &mut self,
        context: &RequestContext<'_>,
        now: SystemTime,
    ) -> Vec<StoredCookie> {
        match &mut self.0 {
            Kind::Cookie(store) => store.cookies_for(context, now).cloned().collect(),
            Kind::Backed(backed) => {
                let header = backed.wait(backed.store.cookie_header(context, now));
                let cookies = backed.wait(backed.store.why_not_sent(context, now));
                let sent = cookies.into_iter().filter(|(_, reasons)| reasons.is_empty());
                let mut sent: Vec<_> = sent.map(|(cookie, _)| cookie).collect();
                sent.sort_by_key(|cookie| {
                    (std::cmp::Reverse(cookie.path().len()), cookie.created())
                });
                let pairs = sent.iter().map(|cookie| match cookie.name() {
                    [] => cookie.value().to_vec(),
                    name => [name, b"=", cookie.value()].concat(),
                });
                let pairs: Vec<_> = pairs.collect();
                assert_eq!(header.unwrap_or_default(), pairs.join(&b"; "[..]));
                sent
            }
        }
    }

    pub(crate) fn get(
        &self,
        context: &RequestContext<'_>,
        name: impl AsRef<[u8]>,
        now: SystemTime,
    ) -> Option<StoredCookie> {
        match &self.0 {
            Kind::Cookie(store) => store.get(context, name, now).cloned(),
            Kind::Backed(backed) => backed.wait(backed.store.get(context, name, now)),
        }
    }

    pub(crate) fn iter(&self, now: SystemTime) -> std::vec::IntoIter<StoredCookie> {
        let cookies: Vec<_> = match &self.0 {
            Kind::Cookie(store) => store.iter(now).cloned().collect(),
            Kind::Backed(backed) => {
                let sites = backed.sites.iter();
                sites.flat_map(|site| backed.wait(backed.store.site_cookies(site, now))).collect()
            }
        };
        cookies.into_iter()
    }

    pub(crate) fn iter_site(
        &self,
        host: &str,
        now: SystemTime,
    ) -> std::vec::IntoIter<StoredCookie> {
        let cookies = match &self.0 {
            Kind::Cookie(store) => store.iter_site(host, now).cloned().collect(),
            Kind::Backed(backed) => backed.wait(backed.store.site_cookies(host, now)),
        };
        cookies.into_iter()
    }

    /// Returns the cookies of a host. A store with an engine lists only those of the site, so they are
    /// filtered here.
    pub(crate) fn iter_host(
        &self,
        host: &str,
        now: SystemTime,
    ) -> std::vec::IntoIter<StoredCookie> {
        let cookies: Vec<_> = match &self.0 {
            Kind::Cookie(store) => store.iter_host(host, now).cloned().collect(),
            Kind::Backed(backed) => {
                let cookies = backed.wait(backed.store.site_cookies(host, now));
                let is_below = |cookie: &StoredCookie| {
                    !cookie.is_host_only() && host.ends_with(&format!(".{}", cookie.domain()))
                };
                let is_of_host =
                    |cookie: &StoredCookie| cookie.domain() == host || is_below(cookie);
                cookies.into_iter().filter(is_of_host).collect()
            }
        };
        cookies.into_iter()
    }

    pub(crate) fn len(&self, now: SystemTime) -> usize {
        match &self.0 {
            Kind::Cookie(store) => store.len(now),
            Kind::Backed(_) => self.iter(now).len(),
        }
    }

    pub(crate) fn is_empty(&self, now: SystemTime) -> bool {
        match &self.0 {
            Kind::Cookie(store) => store.is_empty(now),
            Kind::Backed(_) => self.iter(now).len() == 0,
        }
    }

    pub(crate) fn text_bytes(&self, now: SystemTime) -> usize {
        match &self.0 {
            Kind::Cookie(store) => store.text_bytes(now),
            Kind::Backed(_) => self.iter(now).map(|cookie| cookie.text_bytes()).sum(),
        }
    }

    pub(crate) fn remove(
        &mut self,
        identity: &Identity<'_>,
        now: SystemTime,
    ) -> Option<StoredCookie> {
        match &mut self.0 {
            Kind::Cookie(store) => store.remove(identity, now),
            Kind::Backed(backed) => backed.wait(backed.store.remove(identity, now)),
        }
    }

    pub(crate) fn remove_site(&mut self, host: &str, now: SystemTime) -> usize {
        match &mut self.0 {
            Kind::Cookie(store) => store.remove_site(host, now),
            Kind::Backed(backed) => backed.wait(backed.store.remove_site(host, now)),
        }
    }

    pub(crate) fn remove_created(
        &mut self,
        times: impl RangeBounds<SystemTime>,
        now: SystemTime,
    ) -> usize {
        match &mut self.0 {
            Kind::Cookie(store) => store.remove_created(times, now),
            Kind::Backed(backed) => {
                let bounds: (Bound<SystemTime>, Bound<SystemTime>) =
                    (times.start_bound().cloned(), times.end_bound().cloned());
                backed.remove_if(now, |cookie| bounds.contains(&cookie.created()))
            }
        }
    }

    pub(crate) fn remove_if(
        &mut self,
        now: SystemTime,
        condition: impl FnMut(&StoredCookie) -> bool + Send,
    ) -> usize {
        match &mut self.0 {
            Kind::Cookie(store) => store.remove_if(now, condition),
            Kind::Backed(backed) => backed.remove_if(now, condition),
        }
    }

    /// Ends the session. `UNIX_EPOCH` stands for now, so that no cookie has expired.
    pub(crate) fn end_session(&mut self) -> usize {
        match &mut self.0 {
            Kind::Cookie(store) => store.end_session(),
            Kind::Backed(backed) => backed.remove_if(UNIX_EPOCH, StoredCookie::is_session),
        }
    }

    pub(crate) fn clear(&mut self) {
        match &mut self.0 {
            Kind::Cookie(store) => store.clear(),
            Kind::Backed(backed) => drop(backed.remove_if(UNIX_EPOCH, |_| true)),
        }
    }

    pub(crate) fn subscribe(&self, capacity: usize) -> ChangeFeed {
        match &self.0 {
            Kind::Cookie(store) => store.subscribe(capacity),
            Kind::Backed(backed) => backed.store.subscribe(capacity),
        }
    }
}

impl Backed {
    fn note_site(&mut self, context: &RequestContext<'_>) {
        self.sites.insert(self.store.user_agent().site_of(context.host()).to_owned());
    }

    #[track_caller]
    fn wait<R>(&self, answer: impl Future<Output = Result<R, BackendError>>) -> R {
        let mut result = None;
        (self.run)(pin!(async { result = Some(answer.await) }));
        result.expect("the future ends").expect("the engine answers")
    }

    fn remove_if(
        &self,
        now: SystemTime,
        condition: impl FnMut(&StoredCookie) -> bool + Send,
    ) -> usize {
        let condition = Mutex::new(condition);
        let condition = |cookie: &StoredCookie| {
            let mut condition = condition.lock().unwrap_or_else(PoisonError::into_inner);
            (*condition)(cookie)
        };
        let remove = |site: &String| self.wait(self.store.remove_if(site, now, condition));
        self.sites.iter().map(remove).sum()
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Cookie(store) => store.fmt(f),
            Kind::Backed(backed) => backed.store.fmt(f),
        }
    }
}
