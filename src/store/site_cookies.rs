//! `SiteCookies`: the cookies of one site.

use std::borrow::Cow;

use super::cookie_list::CookieList;
use super::cookies_for::CookiesFor;
use super::outcome::Outcome;
use super::recorder::Recorder;
use super::schedule::Bounds;
use super::scheduled::{Group, Scheduled};
use super::store_limits::StoreLimits;
use super::stored_cookie::{StoredCookie, Times};
use crate::cookie::{Cookie, Flags};
use crate::date::UnixMicros;
use crate::header::{NonAsciiDomain, SetCookie, Unchecked, parse_domain};
use crate::limits::Limits;
use crate::user_agent::{
    Identity, Lifetime, NotSent, Reason, RequestContext, RequestKind, Retrieval, UserAgent,
    check_parsing, check_storage_rules, check_texts, hides_secure,
};

/// The cookies of one site, by partition: what of a response is stored, what is sent with a request,
/// what expires and what is evicted (RFC 6265bis, sections 5.7 and 5.8).
#[derive(Clone, Debug)]
pub(super) struct SiteCookies {
    unpartitioned: CookieList,
    /// `None` until there is a partitioned cookie, as on most sites.
    partitions: Option<Box<Scheduled<CookieList>>>,
    /// The last time that was given to a cookie. The times of a site only rise, whatever the clock
    /// does, so that no two cookies are created at the same time.
    last_time: UnixMicros,
}

/// Who receives or sends, and when.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'x> {
    pub(super) context: &'x RequestContext<'x>,
    pub(super) agent: &'x UserAgent,
    pub(super) limits: &'x StoreLimits,
    pub(super) now: UnixMicros,
}

/// What was found to be sent with a request.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    partition: Option<String>,
    /// A time that no cookie had before. It marks the selection: exactly the selected cookies have it as
    /// their last access.
    time: UnixMicros,
    /// The bytes of their pairs, each with what joins it to the next.
    pairs_len: usize,
}

impl Default for SiteCookies {
    fn default() -> Self {
        Self { unpartitioned: CookieList::default(), partitions: None, last_time: UnixMicros::MIN }
    }
}

impl Group for SiteCookies {
    fn is_empty(&self) -> bool {
        self.unpartitioned.is_empty() && self.partitions.is_none()
    }

    fn bounds(&self) -> Bounds {
        let partitions = self.partitions.as_ref();
        let bounds = partitions.map_or(Bounds::NEVER, |partitions| partitions.bounds());
        self.unpartitioned.bounds().min(bounds)
    }
}

impl SiteCookies {
    /// Returns a site of these lists, each with its partition.
    pub(super) fn from_lists<'l>(
        lists: impl IntoIterator<Item = (Option<&'l str>, CookieList)>,
    ) -> Self {
        let mut site = Self::default();
        for (partition, cookies) in lists {
            let times = cookies.as_slice().iter().map(StoredCookie::times);
            let last_time = times.map(|times| times.accessed.max(times.created)).max();
            site.last_time = site.last_time.max(last_time.unwrap_or(UnixMicros::MIN));
            let Some(partition) = partition else {
                site.unpartitioned = cookies;
                continue;
            };
            let partitions = site.partitions.get_or_insert_default();
            partitions.change_or_insert(partition, |list| *list = cookies);
        }
        site.drop_partitions_if_empty();
        site
    }

    fn lists(&self) -> impl Iterator<Item = &CookieList> {
        let partitions = self.partitions.iter().flat_map(|partitions| partitions.groups());
        std::iter::once(&self.unpartitioned).chain(partitions)
    }

    /// Returns the list of a partition, if there is one.
    pub(super) fn list(&self, partition: Option<&str>) -> Option<&CookieList> {
        match partition {
            None => Some(&self.unpartitioned),
            Some(partition) => self.partitions.as_ref()?.get(partition),
        }
    }

    /// Changes the list of a partition, if there is one.
    fn change_list<R>(
        &mut self,
        partition: Option<&str>,
        change: impl FnOnce(&mut CookieList) -> R,
    ) -> Option<R> {
        let Some(partition) = partition else { return Some(change(&mut self.unpartitioned)) };
        let partitions = self.partitions.as_mut()?;
        let result = partitions.change(partition, change);
        self.drop_partitions_if_empty();
        result
    }

    /// Changes every list.
    fn change_lists(&mut self, mut change: impl FnMut(&mut CookieList)) {
        change(&mut self.unpartitioned);
        if let Some(partitions) = &mut self.partitions {
            for partition in partitions.keys() {
                partitions.change(&partition, &mut change);
            }
        }
        self.drop_partitions_if_empty();
    }

    fn drop_partitions_if_empty(&mut self) {
        if self.partitions.as_ref().is_some_and(|partitions| partitions.is_empty()) {
            self.partitions = None;
        }
    }

    /// Returns the cookies that have not expired: by partition, each in the order in which they are
    /// sent.
    pub(super) fn iter(&self, now: UnixMicros) -> impl Iterator<Item = &StoredCookie> {
        self.all().filter(move |cookie| !cookie.has_expired(now))
    }

    /// Returns the cookies in memory, expired or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &StoredCookie> {
        self.lists().flat_map(CookieList::as_slice)
    }

    /// Returns the cookies that have expired and are still in memory.
    pub(super) fn expired(&self, now: UnixMicros) -> impl Iterator<Item = &StoredCookie> {
        self.all().filter(move |cookie| cookie.has_expired(now))
    }

    /// Returns a time for what happens now, later than all times of the site before.
    pub(super) fn next_time(&mut self, now: UnixMicros) -> UnixMicros {
        self.last_time = now.max(self.last_time.next());
        self.last_time
    }

    /// Stores the cookie of a `Set-Cookie` header.
    pub(super) fn receive(
        &mut self,
        header: &[u8],
        exchange: &Exchange<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Outcome {
        let attribute_bytes = Limits::DEFAULT.attribute_bytes() as usize;
        let Unchecked { cookie, domain } = Unchecked::parse(header, attribute_bytes);
        let mut reasons = Vec::new();
        check_parsing(header, &cookie, &mut |reason| reasons.push(reason));
        self.store(&cookie, parse_domain(domain), reasons, exchange, recorder)
    }

    /// Stores a cookie that is given by hand.
    pub(super) fn insert(
        &mut self,
        cookie: &Cookie<'_>,
        exchange: &Exchange<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Outcome {
        let value = cookie.wire_value();
        let domain = match cookie.domain() {
            Some(domain) if !domain.is_ascii() => Err(NonAsciiDomain),
            // Of a header, a longer one would be ignored.
            domain => {
                let limit = Limits::DEFAULT.attribute_bytes() as usize;
                let domain = domain.filter(|domain| (1..=limit).contains(&domain.len()));
                Ok(domain.map(Cow::Borrowed))
            }
        };
        let cookie = SetCookie::from_cookie(cookie, value.as_bytes());
        let mut reasons = Vec::new();
        let path = cookie.path().unwrap_or_default();
        check_texts(cookie.name(), cookie.value(), path, &mut |reason| reasons.push(reason));
        // No `Path` attribute can have one.
        if path.contains(&b';') && !reasons.contains(&Reason::NotReadBack) {
            reasons.push(Reason::NotReadBack);
        }
        self.store(&cookie, domain, reasons, exchange, recorder)
    }

    /// Stores a cookie, unless there are reasons to refuse it: the given ones, and those that the
    /// request and the stored cookies are.
    pub(super) fn store<'c>(
        &mut self,
        cookie: &SetCookie<'c>,
        domain: Result<Option<Cow<'c, str>>, NonAsciiDomain>,
        mut reasons: Vec<Reason>,
        &Exchange { context, agent, limits, now }: &Exchange<'c>,
        recorder: &mut Recorder<'_>,
    ) -> Outcome {
        let mut refuse = |reason| reasons.push(reason);
        let identity = check_storage_rules(cookie, domain, context, agent, &mut refuse);
        self.change_list(identity.partition(), |list| {
            list.expire(now, recorder);
            check_stored(list.as_slice().iter(), cookie, &identity, context, agent, &mut refuse);
        });
        if !reasons.is_empty() {
            return Outcome::Refused(reasons.into());
        }
        let expires = match Lifetime::new(cookie, now.to_system_time()) {
            Lifetime::Expired => {
                let removed = self.remove(&identity, now, recorder);
                return removed.map_or(Outcome::NothingToRemove, |_| Outcome::Removed);
            }
            Lifetime::Session => None,
            Lifetime::Until { expires, .. } => Some(UnixMicros::from(expires)),
        };
        let time = self.next_time(now);
        let times = Times { created: time, updated: time, accessed: time, expires };
        self.put(&identity, cookie.value(), cookie.flags(), times, limits, recorder)
    }

    /// Puts a cookie in the place of the one with its identity, whose creation time it keeps, or adds
    /// it; then evicts what exceeds the limits.
    pub(super) fn put(
        &mut self,
        identity: &Identity<'_>,
        value: &[u8],
        flags: Flags,
        times: Times,
        limits: &StoreLimits,
        recorder: &mut Recorder<'_>,
    ) -> Outcome {
        self.last_time = self.last_time.max(times.accessed).max(times.created);
        let new = |times| StoredCookie::new(identity, value, flags, &times);
        let mut change = |list: &mut CookieList| {
            let outcome = if let Some((position, old)) = list.find(identity) {
                // "Update the creation-time of the newly created cookie to match the creation-time
                // of the old-cookie."
                let cookie = new(Times { created: old.times().created, ..times });
                recorder.replaced(old, &cookie);
                list.replace(position, cookie);
                Outcome::Replaced
            } else {
                let cookie = new(times);
                recorder.stored(&cookie);
                list.insert(cookie);
                Outcome::Stored
            };
            list.evict(limits, recorder);
            outcome
        };
        let Some(partition) = identity.partition() else { return change(&mut self.unpartitioned) };
        let outcome = self.partitions.get_or_insert_default().change_or_insert(partition, change);
        self.drop_partitions_if_empty();
        outcome
    }

    /// Removes the cookie with an identity, unless it has expired, and returns it.
    pub(super) fn remove(
        &mut self,
        identity: &Identity<'_>,
        now: UnixMicros,
        recorder: &mut Recorder<'_>,
    ) -> Option<StoredCookie> {
        self.change_list(identity.partition(), |list| {
            list.expire(now, recorder);
            let (position, _) = list.find(identity)?;
            let cookie = list.remove(position);
            recorder.removed(&cookie);
            Some(cookie)
        })?
    }

    /// Removes the cookies that a condition is true for, besides those that have expired, and returns
    /// how many there were.
    pub(super) fn remove_if(
        &mut self,
        now: UnixMicros,
        mut condition: impl FnMut(&StoredCookie) -> bool,
        recorder: &mut Recorder<'_>,
    ) -> usize {
        // The condition is the caller's, and may panic: it is asked before anything changes.
        let is_removed = |cookie: &StoredCookie| !cookie.has_expired(now) && condition(cookie);
        let answers: Vec<bool> = self.all().map(is_removed).collect();
        let mut next_answers = answers.iter();
        self.change_lists(|list| {
            let is_removed = |_: &StoredCookie| next_answers.next() == Some(&true);
            list.remove_if(is_removed, |cookie| recorder.removed(&cookie));
            list.expire(now, recorder);
        });
        answers.into_iter().filter(|is_removed| *is_removed).count()
    }

    /// Removes the cookies that have expired.
    pub(super) fn expire(&mut self, now: UnixMicros, recorder: &mut Recorder<'_>) {
        self.unpartitioned.expire(now, recorder);
        if let Some(partitions) = &mut self.partitions {
            partitions.change_due(now, |list| list.expire(now, recorder));
        }
        self.drop_partitions_if_empty();
    }

    /// Removes the least recently used cookie, or finds that the site's bound was too low, corrects it
    /// and removes nothing.
    pub(super) fn evict_oldest(&mut self, recorder: &mut Recorder<'_>) {
        let bound = self.bounds().access;
        if self.unpartitioned.bounds().access == bound {
            self.unpartitioned.evict_oldest(recorder);
        } else if let Some(partitions) = &mut self.partitions {
            partitions.change_least_recently_used(|list| list.evict_oldest(recorder));
        }
        self.drop_partitions_if_empty();
    }

    /// Returns the first cookie of a name that would be sent with a request.
    pub(super) fn first_sent(
        &self,
        retrieval: &Retrieval<'_>,
        context: &RequestContext<'_>,
        agent: &UserAgent,
        name: &[u8],
        now: UnixMicros,
    ) -> Option<&StoredCookie> {
        let partition = self.partition_of(context, agent);
        let partition = partition.and_then(|partition| self.list(Some(&partition)));
        let lists = [Some(&self.unpartitioned), partition];
        let is_sent = |cookie: &&StoredCookie| {
            cookie.name() == name && retrieval.sends(&cookie.scope(cookie.has_expired(now), true))
        };
        let cookies = lists.into_iter().flatten().flat_map(CookieList::as_slice);
        cookies.filter(is_sent).min_by_key(|cookie| cookie.place())
    }

    /// Checks the rules that concern the stored cookies, for a cookie that is not received yet.
    pub(super) fn check(
        &self,
        cookie: &SetCookie<'_>,
        identity: &Identity<'_>,
        exchange: &Exchange<'_>,
        refuse: &mut dyn FnMut(Reason),
    ) {
        let Exchange { context, agent, now, .. } = *exchange;
        let stored = self.list(identity.partition()).map_or(&[][..], CookieList::as_slice);
        let stored = stored.iter().filter(|cookie| !cookie.has_expired(now));
        check_stored(stored, cookie, identity, context, agent, refuse);
    }

    /// Returns each cookie that has not expired, and why it is not sent with a request.
    pub(super) fn why_not_sent(
        &self,
        retrieval: &Retrieval<'_>,
        exchange: &Exchange<'_>,
    ) -> Vec<(&StoredCookie, Vec<NotSent>)> {
        let partition = self.partition_of(exchange.context, exchange.agent);
        let why_not = |cookie: &StoredCookie| {
            let is_in_partition = cookie.partition() == partition.as_deref();
            retrieval.why_not(&cookie.scope(false, is_in_partition))
        };
        self.iter(exchange.now).map(|cookie| (cookie, why_not(cookie))).collect()
    }

    /// Returns the partition of a request, if the site has partitions.
    fn partition_of(&self, context: &RequestContext<'_>, agent: &UserAgent) -> Option<String> {
        self.partitions.is_some().then(|| agent.partition_of(context))
    }

    /// Selects the cookies that are sent with a request, and marks them as used.
    pub(super) fn select(
        &mut self,
        retrieval: &Retrieval<'_>,
        exchange: &Exchange<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Selection {
        let time = self.next_time(exchange.now);
        let mut pairs_len = 0;
        let mut select = |list: &mut CookieList| {
            list.expire(exchange.now, recorder);
            for cookie in list.iter_mut() {
                if retrieval.sends(&cookie.scope(false, true)) {
                    cookie.touch(time);
                    pairs_len += cookie.pair_len() + "; ".len();
                }
            }
        };
        select(&mut self.unpartitioned);
        let partition = self.partition_of(exchange.context, exchange.agent);
        if partition.is_some() {
            self.change_list(partition.as_deref(), select);
        }
        Selection { partition, time, pairs_len }
    }

    /// Returns the selected cookies in the order in which they are sent.
    pub(super) fn selected(&self, selection: &Selection) -> CookiesFor<'_> {
        let partition = selection.partition.as_deref();
        let partitioned = partition.and_then(|partition| self.list(Some(partition)));
        CookiesFor::new(
            self.unpartitioned.as_slice(),
            partitioned.map_or(&[], CookieList::as_slice),
            selection.time,
            selection.pairs_len,
        )
    }
}

/// Checks the rules that concern the stored cookies.
fn check_stored<'s>(
    mut stored: impl Iterator<Item = &'s StoredCookie> + Clone,
    cookie: &SetCookie<'_>,
    identity: &Identity<'_>,
    context: &RequestContext<'_>,
    agent: &UserAgent,
    refuse: &mut dyn FnMut(Reason),
) {
    if !cookie.is_secure() && !agent.is_secure(context) {
        let hides = |stored: &StoredCookie| {
            stored.name() == identity.name() && hides_secure(identity, &stored.scope(false, true))
        };
        if stored.clone().any(hides) {
            refuse(Reason::HidesSecure);
        }
    }
    // "If the newly created cookie was received from a "non-HTTP" API and the old-cookie's
    // http-only-flag is true, then abort"
    if context.kind() == RequestKind::Script {
        let is_kept =
            |stored: &StoredCookie| stored.is_http_only() && stored.has_identity(identity);
        if stored.any(is_kept) {
            refuse(Reason::OverwritesHttpOnly);
        }
    }
}
