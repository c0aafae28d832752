//! A plain, slow store to compare with: one list of all cookies, and the steps of RFC 6265bis one after
//! the other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use gingersnap::store::StoreLimits;
use gingersnap::{SameSite, UserAgent};

use crate::header::Header;
use crate::request::{PUBLIC_SUFFIXES, Request, is_subdomain};

/// The settings of a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) trusts_loopback: bool,
    pub(crate) accepts_cookies: bool,
    pub(crate) limits: StoreLimits,
}

/// A cookie that the model keeps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stored {
    /// That of the host that set it.
    pub(crate) site: String,
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) domain: String,
    pub(crate) is_host_only: bool,
    pub(crate) path: Vec<u8>,
    pub(crate) partition: Option<String>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: u8,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) created: SystemTime,
    pub(crate) updated: SystemTime,
    pub(crate) accessed: SystemTime,
}

/// What happened to a cookie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    Stored(Stored),
    /// The old one, and the new one.
    Replaced(Box<[Stored; 2]>),
    Removed(Stored),
    Expired(Stored),
    Evicted(Stored),
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) settings: Settings,
    pub(crate) cookies: Vec<Stored>,
    /// The last time that was given to a cookie of each site. That of a site that has no cookies left
    /// is forgotten.
    last_times: BTreeMap<String, SystemTime>,
    pub(crate) events: Vec<Event>,
    /// The branches that decided something.
    pub(crate) reached: BTreeSet<String>,
}

impl Settings {
    pub(crate) fn user_agent(&self) -> UserAgent {
        UserAgent::new()
            .with_trusted_loopback(self.trusts_loopback)
            .with_cookies_disabled(!self.accepts_cookies)
            .with_public_suffixes(|host: &str| {
                let is_end = |suffix: &&&str| host == **suffix || is_subdomain(host, suffix);
                PUBLIC_SUFFIXES.iter().filter(is_end).map(|suffix| suffix.len()).max().unwrap_or(0)
            })
    }
}

/// Returns a number for a `SameSite`, which has no order of its own.
pub(crate) fn rank(same_site: SameSite) -> u8 {
    match same_site {
        SameSite::Strict => 3,
        SameSite::Lax => 2,
        SameSite::Unset => 1,
        SameSite::None => 0,
    }
}

impl Stored {
    pub(crate) fn new(header: &Header, request: &Request, domain: &str, time: SystemTime) -> Self {
        let path = match &header.path[..] {
            b"" => crate::request::default_path(request.path).as_bytes(),
            path => path,
        };
        Self {
            site: request.page.site().to_owned(),
            name: header.name.clone(),
            value: header.value.clone(),
            domain: if domain.is_empty() { request.page.host } else { domain }.to_owned(),
            is_host_only: domain.is_empty(),
            path: path.to_vec(),
            partition: header.partitioned.then(|| request.partition()),
            secure: header.secure,
            http_only: header.http_only,
            same_site: rank(header.same_site),
            expires: None,
            created: time,
            updated: time,
            accessed: time,
        }
    }

    /// Returns whether one would replace the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.is_host_only == other.is_host_only
            && self.path == other.path
            && self.partition == other.partition
    }

    /// "A cookie is "expired" if the cookie has an expiry date in the past"; that of now counts, too.
    pub(crate) fn has_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    pub(crate) fn text_bytes(&self) -> usize {
        let texts = self.name.len() + self.value.len() + self.domain.len() + self.path.len();
        texts + self.partition.as_ref().map_or(0, String::len)
    }
}

impl Model {
    pub(crate) fn new(settings: Settings) -> Self {
        let (cookies, events) = (Vec::new(), Vec::new());
        let (last_times, reached) = (BTreeMap::new(), BTreeSet::new());
        Self { settings, cookies, last_times, events, reached }
    }

    pub(crate) fn note(&mut self, branch: impl Into<String>) {
        self.reached.insert(branch.into());
    }

    /// Returns a time for what happens now: within a site they only rise, whatever the clock does.
    pub(crate) fn next_time(&mut self, site: &str, now: SystemTime) -> SystemTime {
        let after_last = self.last_times.get(site).map(|last| *last + Duration::from_micros(1));
        let time = after_last.map_or(now, |after_last| after_last.max(now));
        if time > now + Duration::from_secs(1) {
            self.note("the clock went backwards");
        }
        self.last_times.insert(site.to_owned(), time);
        time
    }

    pub(crate) fn has_site(&self, site: &str) -> bool {
        self.last_times.contains_key(site)
    }

    /// Ends an operation.
    pub(crate) fn forget_empty_sites(&mut self) {
        let cookies = &self.cookies;
        self.last_times.retain(|site, _| cookies.iter().any(|cookie| cookie.site == *site));
    }

    /// "The user agent MUST evict all expired cookies from the cookie store if, at any time, an expired
    /// cookie exists in the cookie store."
    pub(crate) fn expire(&mut self, now: SystemTime) {
        let expired = self.cookies.extract_if(.., |cookie| cookie.has_expired(now));
        self.events.extend(expired.map(Event::Expired));
    }

    /// Removes the cookies that a condition is true for, and returns how many there were.
    pub(crate) fn remove_if(&mut self, condition: impl Fn(&Stored) -> bool) -> usize {
        let removed: Vec<_> = self.cookies.extract_if(.., |cookie| condition(cookie)).collect();
        let count = removed.len();
        self.events.extend(removed.into_iter().map(Event::Removed));
        self.forget_empty_sites();
        count
    }

    /// Evicts the first cookie by an order among some of them.
    fn evict_first<O: Ord>(
        &mut self,
        is_among: impl Fn(&Stored) -> bool,
        order: impl Fn(&Stored) -> O,
    ) {
        let among = || self.cookies.iter().enumerate().filter(|(_, cookie)| is_among(cookie));
        let first = among().min_by_key(|(_, cookie)| order(cookie)).expect("a cookie to evict").0;
        let oldest = among().min_by_key(|(_, cookie)| (cookie.accessed, cookie.created));
        if oldest.is_some_and(|(oldest, _)| oldest != first) {
            self.note("a Secure cookie stays, and a later one without is evicted");
        }
        let cookie = self.cookies.remove(first);
        self.events.push(Event::Evicted(cookie));
    }

    /// Evicts what exceeds the limits of the site and partition of a cookie.
    pub(crate) fn evict_of_site(&mut self, stored: &Stored) {
        let limits = self.settings.limits;
        let is_among =
            |cookie: &Stored| cookie.site == stored.site && cookie.partition == stored.partition;
        // "Cookies whose secure-only-flag is false", then "Cookies that share a domain with more than a
        // predetermined number of other cookies"; "the user agent MUST evict the cookie with the
        // earliest last-access-time first".
        let order = |cookie: &Stored| (cookie.secure, cookie.accessed, cookie.created);
        let count = |model: &Self| model.cookies.iter().filter(|cookie| is_among(cookie)).count();
        let bytes = |model: &Self| -> usize {
            let among = model.cookies.iter().filter(|cookie| is_among(cookie));
            among.map(Stored::text_bytes).sum()
        };
        if count(self) > limits.site_cookies() as usize {
            while count(self) > limits.site_cookies_kept() as usize {
                self.note("too many cookies of a site");
                self.evict_first(is_among, order);
            }
        }
        while bytes(self) > limits.site_bytes() {
            self.note("too many bytes of a site");
            self.evict_first(is_among, order);
        }
    }

    /// Evicts what exceeds the limit over all sites: "All cookies."
    pub(crate) fn evict_of_all(&mut self) {
        let limits = self.settings.limits;
        let Some(max) = limits.total_cookies() else { return };
        if self.cookies.len() <= max as usize {
            return;
        }
        while self.cookies.len() > limits.total_cookies_kept() as usize {
            self.note("too many cookies of all sites");
            // Of two that were used at the same time, any may be the first.
            let order = |cookie: &Stored| {
                let is_partitioned = cookie.partition.is_some();
                (cookie.accessed, cookie.site.clone(), is_partitioned, cookie.created)
            };
            self.evict_first(|_| true, order);
        }
    }
}
