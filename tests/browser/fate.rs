//! What becomes of a `Set-Cookie` header: as the crate foresees it, and as a browser shows it.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::explain::{Action, Prediction, explain_as};
use gingersnap::user_agent::Warning;
use gingersnap::{Cookie, RequestContext, SameSite, UserAgent, Verdict};

use crate::driver::Held;
use crate::headers::{ADDRESS, PATH};

/// 400 days, in seconds.
pub(crate) const CAP: f64 = 34_560_000.0;

/// What a browser does with a header.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It keeps the cookie.
    Keeps(Box<Kept>),
    /// It removes what it held of this name, domain and path.
    Removes([Vec<u8>; 3]),
    /// It does not take the header.
    Refuses,
}

/// A cookie as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    name: Vec<u8>,
    value: Vec<u8>,
    /// With a leading dot, unless the cookie is host-only.
    domain: String,
    path: Vec<u8>,
    /// Seconds since 1970; `None` for a session cookie.
    expires: Option<f64>,
    secure: bool,
    http_only: bool,
    same_site: Option<String>,
    partitioned: bool,
}

/// What the crate says of a header.
pub(crate) struct Foreseen {
    /// What the standard makes of it.
    pub(crate) fate: Fate,
    /// How Chromium leaves the standard, as a warning says.
    departure: Option<Departure>,
    pub(crate) warnings: Vec<String>,
}

/// How Chromium leaves the standard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Departure {
    /// It keeps the cookie for another time, which may be over already.
    Lifetime,
    /// It refuses the cookie.
    Refuses,
}

impl Departure {
    fn of(warning: &Warning) -> Option<Self> {
        match warning {
            Warning::Tab | Warning::DomainDot | Warning::NamelessEquals => Some(Self::Refuses),
            Warning::ReadDifferently { .. } | Warning::VoidsEarlier { .. } => Some(Self::Lifetime),
            _ => None,
        }
    }
}

impl Foreseen {
    /// What the crate says of a header that `host` sends from [`PATH`].
    #[track_caller]
    pub(crate) fn of(header: &[u8], host: &str) -> Self {
        let context = RequestContext::from_parts("http", host, PATH).expect("a host");
        // The last label of a name that is on no list is its public suffix.
        let suffix_len = |host: &str| host.rsplit('.').next().map_or(0, str::len);
        let agent = UserAgent::new().with_public_suffixes(suffix_len);
        assert_eq!(agent.is_secure(&context), host.rsplit('.').next() != Some("test"));
        let verdict = explain_as(header, &context, &agent, SystemTime::now());
        let warnings = verdict.warnings().iter().map(|found| &found.kind);
        Self {
            fate: Fate::of(&verdict, host),
            departure: warnings.clone().filter_map(Departure::of).max(),
            warnings: warnings.map(ToString::to_string).collect(),
        }
    }

    /// Whether a warning says that Chromium leaves the standard, for a cookie that it would keep.
    pub(crate) fn departs(&self) -> bool {
        self.departure.is_some() && !matches!(self.fate, Fate::Refuses)
    }

    pub(crate) fn is_refused_by_chromium(&self) -> bool {
        self.departure == Some(Departure::Refuses)
    }

    /// Whether a warning, or none, fits what Chromium did.
    pub(crate) fn allows(&self, seen: &Fate) -> bool {
        match self.departure {
            None => self.fate.agrees(seen),
            Some(Departure::Lifetime) => self.fate.agrees_but_for_lifetime(seen),
            Some(Departure::Refuses) => matches!(seen, Fate::Refuses),
        }
    }

    /// The removal of the cookie that is foreseen.
    pub(crate) fn removal(&self) -> Fate {
        match &self.fate {
            Fate::Keeps(kept) => Fate::Removes(kept.identity()),
            fate => fate.clone(),
        }
    }
}

/// As Chromium shows a domain.
pub(crate) fn shown_domain(domain: &str, host_only: bool, host: &str) -> String {
    if host_only || host == ADDRESS { domain.to_owned() } else { format!(".{domain}") }
}

impl Kept {
    fn foreseen(stored: &Prediction<'_>, host: &str) -> Self {
        Self {
            name: stored.identity().name().to_vec(),
            value: stored.value().to_vec(),
            domain: shown_domain(
                stored.identity().domain(),
                stored.identity().is_host_only(),
                host,
            ),
            path: stored.identity().path().to_vec(),
            expires: stored.expires().map(seconds),
            secure: stored.is_secure(),
            http_only: stored.is_http_only(),
            same_site: word(stored.same_site()),
            partitioned: stored.identity().is_partitioned(),
        }
    }

    /// As a cookie is meant that `host` sends from [`PATH`], plain value and all.
    pub(crate) fn meant(cookie: &Cookie<'_>, host: &str) -> Self {
        let age = cookie.max_age().map(|age| now() + age.as_secs_f64().min(CAP));
        Self {
            name: cookie.name().into(),
            value: cookie.value().into(),
            domain: shown_domain(cookie.domain().unwrap_or(host), cookie.domain().is_none(), host),
            path: cookie.path().unwrap_or("/dir").into(),
            expires: age.or(cookie.expires().map(|time| seconds(time).min(now() + CAP))),
            secure: cookie.is_secure(),
            http_only: cookie.is_http_only(),
            same_site: word(cookie.same_site()),
            partitioned: cookie.is_partitioned(),
        }
    }

    /// As the browser shows it.
    pub(crate) fn seen(held: &Held) -> Self {
        Self {
            name: held.name.clone().into_bytes(),
            value: held.value.clone().into_bytes(),
            domain: held.domain.clone(),
            path: held.path.clone().into_bytes(),
            expires: held.expires,
            secure: held.secure,
            http_only: held.http_only,
            same_site: held.same_site.clone(),
            partitioned: held.partition.is_some(),
        }
    }

    /// It comes back as it is shown. A value that is not UTF-8 is shown empty, and seen here alone.
    #[track_caller]
    pub(crate) fn comes_back_as(&mut self, sent: &[u8]) {
        let pair = match &*self.name {
            [] => self.value.clone(),
            name => [name, b"=", &self.value].concat(),
        };
        match sent.strip_prefix(&*pair) {
            Some(rest) if self.value.is_empty() && str::from_utf8(rest).is_err() => {
                self.value = rest.to_vec();
            }
            rest => assert_eq!(rest, Some(&[][..]), "{} came back", sent.escape_ascii()),
        }
    }

    /// Whether a browser sends it with a request for [`PATH`].
    pub(crate) fn comes_back(&self) -> bool {
        matches!(&*self.path, b"/" | b"/dir")
    }

    pub(crate) fn identity(&self) -> [Vec<u8>; 3] {
        [self.name.clone(), self.domain.clone().into_bytes(), self.path.clone()]
    }

    /// As the browser shows it. Of a value that is not UTF-8, it shows only what is; the rest is taken
    /// for the foreseen one.
    pub(crate) fn seen_as(held: &Held, foreseen: &Foreseen) -> Self {
        let mut kept = Self::seen(held);
        if let Fate::Keeps(foreseen) = &foreseen.fate
            && let parts = foreseen.value.utf8_chunks().map(|chunk| chunk.valid())
            && kept.value == parts.collect::<String>().as_bytes()
        {
            kept.value.clone_from(&foreseen.value);
        }
        kept
    }

    /// Whether all is the same. The clock ran on between the two.
    fn agrees(&self, other: &Self) -> bool {
        let expires = match (self.expires, other.expires) {
            (Some(a), Some(b)) => (a - b).abs() < 60.0,
            (a, b) => a.is_none() && b.is_none(),
        };
        expires && self.agrees_but_for_lifetime(other)
    }

    fn agrees_but_for_lifetime(&self, other: &Self) -> bool {
        let flags = |kept: &Self| (kept.secure, kept.http_only, kept.partitioned);
        self.identity() == other.identity()
            && self.value == other.value
            && flags(self) == flags(other)
            && self.same_site == other.same_site
    }
}

impl Fate {
    fn of(verdict: &Verdict<'_>, host: &str) -> Self {
        match verdict.action() {
            Action::Store(stored) => Self::Keeps(Box::new(Kept::foreseen(stored, host))),
            Action::Remove(identity) => {
                let domain = shown_domain(identity.domain(), identity.is_host_only(), host);
                let (name, path) = (identity.name().to_vec(), identity.path().to_vec());
                Self::Removes([name, domain.into_bytes(), path])
            }
            _ => Self::Refuses,
        }
    }

    /// Whether the cookie, if it is kept, is still kept after a time.
    pub(crate) fn lasts(&self, time: Duration) -> bool {
        let Self::Keeps(kept) = self else { return true };
        kept.expires.is_none_or(|expires| expires > now() + time.as_secs_f64())
    }

    fn agrees_but_for_lifetime(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Keeps(a), Self::Keeps(b)) => a.agrees_but_for_lifetime(b),
            (Self::Keeps(kept), Self::Removes(identity))
            | (Self::Removes(identity), Self::Keeps(kept)) => kept.identity() == *identity,
            _ => self.agrees(other),
        }
    }

    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Keeps(a), Self::Keeps(b)) => a.agrees(b),
            (Self::Removes(a), Self::Removes(b)) => a == b,
            (Self::Refuses, Self::Refuses) => true,
            _ => false,
        }
    }

    /// Whether this is a cookie of such an identity.
    pub(crate) fn keeps(&self, identity: &[Vec<u8>; 3]) -> bool {
        matches!(self, Self::Keeps(kept) if kept.identity() == *identity)
    }
}

/// In short, as the table has it.
impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keeps(kept) => kept.fmt(f),
            Self::Removes(_) => f.write_str("removes"),
            Self::Refuses => f.write_str("refuses"),
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |bytes: &[u8]| match bytes.len() {
            0..24 => bytes.escape_ascii().to_string(),
            bytes => format!("({bytes} bytes)"),
        };
        let [name, value, path] = [&self.name, &self.value, &self.path].map(|bytes| short(bytes));
        write!(f, "keeps `{name}` = `{value}` at `{}{path}`", self.domain)?;
        match self.expires {
            Some(time) => write!(f, " for {:.0} s", time - now())?,
            None => f.write_str(" for the session")?,
        }
        let flags = [
            (self.secure, "Secure"),
            (self.http_only, "HttpOnly"),
            (self.partitioned, "Partitioned"),
        ];
        for (_, text) in flags.into_iter().filter(|(flag, _)| *flag) {
            write!(f, ", {text}")?;
        }
        match &self.same_site {
            Some(same_site) => write!(f, ", {same_site}"),
            None => Ok(()),
        }
    }
}

pub(crate) fn word(same_site: SameSite) -> Option<String> {
    (same_site != SameSite::Unset).then(|| format!("{same_site:?}"))
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    seconds(SystemTime::now())
}

pub(crate) fn seconds(time: SystemTime) -> f64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}
