//! Cookies that come from a file.

use std::borrow::Cow;

use super::cookie_store::CookieStore;
use super::recorder::Recorder;
use super::site_cookies::SiteCookies;
use super::store_limits::StoreLimits;
use super::stored_cookie::{StoredCookie, Times};
use crate::cookie::Flags;
use crate::date::UnixMicros;
use crate::user_agent::{Identity, Reason, UserAgent, check_import_rules, latest_expiry};

/// A cookie as a file has it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Record<'r> {
    pub(super) name: Cow<'r, [u8]>,
    pub(super) value: Cow<'r, [u8]>,
    /// The canonical form of a host.
    pub(super) domain: Cow<'r, str>,
    pub(super) is_host_only: bool,
    pub(super) path: Cow<'r, [u8]>,
    pub(super) partition: Option<Cow<'r, str>>,
    pub(super) flags: Flags,
    /// `None` for a cookie of the session.
    pub(super) expires: Option<UnixMicros>,
    /// `None` if the file does not have it; so are the next two.
    pub(super) created: Option<UnixMicros>,
    pub(super) updated: Option<UnixMicros>,
    pub(super) accessed: Option<UnixMicros>,
}

impl<'r> Record<'r> {
    pub(super) fn from_stored(cookie: &'r StoredCookie) -> Self {
        let times = cookie.times();
        Self {
            name: cookie.name().into(),
            value: cookie.value().into(),
            domain: cookie.domain().into(),
            is_host_only: cookie.is_host_only(),
            path: cookie.path().into(),
            partition: cookie.partition().map(Cow::Borrowed),
            flags: cookie.flags(),
            expires: times.expires,
            created: Some(times.created),
            updated: Some(times.updated),
            accessed: Some(times.accessed),
        }
    }

    /// Returns what identifies the cookie.
    pub(super) fn identity(&self) -> Identity<'_> {
        Identity {
            name: &self.name,
            domain: Cow::Borrowed(&self.domain),
            is_host_only: self.is_host_only,
            path: &self.path,
            partition: self.partition.as_deref().map(Cow::Borrowed),
        }
    }

    pub(super) fn has_expired(&self, now: UnixMicros) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// What became of a cookie from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Imported {
    /// It was stored with these times; eviction may have removed it at once.
    Stored(Times),
    /// It has expired.
    Expired,
    Refused(Box<[Reason]>),
}

impl CookieStore {
    /// Stores a cookie from a file, in the place of one with its identity. It is checked again, by
    /// the rules that need no request.
    pub(super) fn import(&mut self, record: &Record<'_>, now: UnixMicros) -> Imported {
        if let Err(imported) = record.check(self.user_agent(), now) {
            return imported;
        }
        let limits = *self.limits();
        self.change_site(&record.domain, now, |site, recorder| {
            record.put_into(site, &limits, now, recorder)
        })
    }
}

impl Record<'_> {
    /// Checks the cookie by the rules that need no request. Returns an error if it is not to be stored.
    pub(super) fn check(&self, agent: &UserAgent, now: UnixMicros) -> Result<(), Imported> {
        let mut reasons = Vec::new();
        check_import_rules(&self.identity(), &self.value, self.flags, agent, &mut |reason| {
            reasons.push(reason);
        });
        if !reasons.is_empty() {
            Err(Imported::Refused(reasons.into()))
        } else if self.has_expired(now) {
            Err(Imported::Expired)
        } else {
            Ok(())
        }
    }

    /// Puts the cookie, which was checked, into its site.
    pub(super) fn put_into(
        &self,
        site: &mut SiteCookies,
        limits: &StoreLimits,
        now: UnixMicros,
        recorder: &mut Recorder<'_>,
    ) -> Imported {
        // Before anything is evicted for it.
        site.expire(now, recorder);
        let times = times(site, self, now);
        site.put(&self.identity(), &self.value, self.flags, times, limits, recorder);
        Imported::Stored(times)
    }
}

/// How far the times of a site may be ahead of the clock: each cookie is a microsecond later than the
/// one before, also if the clock stands still.
const MAX_AHEAD_MICROS: i64 = 1_000_000;

/// Returns the times of a cookie from a file. What the file does not have is now, and so is what is
/// later than now; the expiry is 400 days from now at the latest.
fn times(site: &mut SiteCookies, record: &Record<'_>, now: UnixMicros) -> Times {
    let time = site.next_time(now);
    let latest = UnixMicros::from_micros(now.as_micros().saturating_add(MAX_AHEAD_MICROS));
    let or_now = |known: Option<UnixMicros>| known.filter(|known| *known <= latest).unwrap_or(time);
    let latest_expiry = UnixMicros::from(latest_expiry(now.to_system_time()));
    Times {
        created: or_now(record.created),
        updated: or_now(record.updated),
        accessed: or_now(record.accessed),
        expires: record.expires.map(|expires| expires.min(latest_expiry)),
    }
}
