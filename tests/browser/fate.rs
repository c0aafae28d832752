//! What becomes of a `Set-Cookie` header: as the crate foresees it, and as a browser shows it.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use gingersnap::explain::{Action, Prediction, explain_as};
use gingersnap::{Cookie, RequestContext, SameSite, UserAgent};

use crate::driver::Held;
use crate::headers::{ADDRESS, PATH, PLAIN_HOST};

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

/// The crate's verdict on a header that `host` sends from [`PATH`].
#[track_caller]
pub(crate) fn verdict_of(header: &[u8], host: &str) -> Fate {
    let context = RequestContext::from_parts("http", host, PATH).expect("a host");
    // The last label of a name that is on no list is its public suffix.
    let suffix_len = |host: &str| host.rsplit('.').next().map_or(0, str::len);
    let agent = UserAgent::new().with_public_suffixes(suffix_len);
    assert_eq!(agent.is_secure(&context), host != PLAIN_HOST);
    let verdict = explain_as(header, &context, &agent, SystemTime::now());
    match verdict.action() {
        Action::Store(stored) => Fate::Keeps(Box::new(Kept::foreseen(stored, host))),
        Action::Remove(identity) => {
            let domain = shown_domain(identity.domain(), identity.is_host_only(), host);
            Fate::Removes([identity.name().to_vec(), domain.into_bytes(), identity.path().to_vec()])
        }
        _ => Fate::Refuses,
    }
}

/// As Chromium shows a domain.
fn shown_domain(domain: &str, host_only: bool, host: &str) -> String {
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
            partitioned: held.partitioned,
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

    /// Whether all is the same. The clock ran on between the two.
    fn agrees(&self, other: &Self) -> bool {
        let expires = match (self.expires, other.expires) {
            (Some(a), Some(b)) => (a - b).abs() < 60.0,
            (a, b) => a.is_none() && b.is_none(),
        };
        let flags = |kept: &Self| (kept.secure, kept.http_only, kept.partitioned);
        expires
            && self.identity() == other.identity()
            && self.value == other.value
            && flags(self) == flags(other)
            && self.same_site == other.same_site
    }
}

impl Fate {
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

fn word(same_site: SameSite) -> Option<String> {
    (same_site != SameSite::Unset).then(|| format!("{same_site:?}"))
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    seconds(SystemTime::now())
}

fn seconds(time: SystemTime) -> f64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}
