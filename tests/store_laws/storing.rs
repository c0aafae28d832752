//! How the model stores a cookie (RFC 6265bis, section 5.7).

use std::time::{Duration, SystemTime};

use gingersnap::user_agent::Reason;
use gingersnap::{Prefix, Requirement, SameSite};

use crate::header::Header;
use crate::model::{Event, Model, Stored};
use crate::request::{Request, is_ip_address, is_public_suffix, is_subdomain, path_matches};

/// What the model did with a cookie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Done {
    Stored,
    Replaced,
    Removed,
    NothingToRemove,
    Refused(Vec<Reason>),
}

const LIFETIME_LIMIT: Duration = Duration::from_secs(400 * 86_400);

impl Model {
    /// Stores the cookies of a response, one after the other.
    pub(crate) fn receive(
        &mut self,
        request: &Request,
        headers: &[Header],
        now: SystemTime,
    ) -> Vec<Done> {
        let before = self.cookies.len();
        self.expire(now);
        let expired = before - self.cookies.len();
        let done = headers.iter().map(|header| self.store(request, header, now)).collect();
        let max = self.settings.limits.total_cookies().map_or(usize::MAX, |max| max as usize);
        if self.cookies.len() <= max && self.cookies.len() + expired > max {
            self.note("what has expired makes room");
        }
        self.evict_of_all();
        self.forget_empty_sites();
        done
    }

    fn store(&mut self, request: &Request, header: &Header, now: SystemTime) -> Done {
        let mut reasons = header.reasons.clone();
        if !self.settings.accepts_cookies {
            reasons.push(Reason::CookiesDisabled);
        }
        let domain = check_domain(header, request, &mut reasons);
        let cookie = Stored::new(header, request, &domain, now);
        self.check_request(request, &cookie, &mut reasons);
        // A domain that is not ASCII is no host, and yet not none.
        let is_host_only = cookie.is_host_only && header.domain.is_ascii();
        check_attributes(header, is_host_only, &mut reasons);
        if header.domain.is_ascii() {
            self.check_stored(request, &cookie, &mut reasons);
        }
        if !reasons.is_empty() {
            if let [reason] = &reasons[..] {
                self.note(format!("refused: {}", kind(reason)));
            }
            return Done::Refused(reasons);
        }
        let old = self.cookies.iter().position(|old| old.is_same(&cookie));
        match (lifetime(header, now), old) {
            (Some(Duration::ZERO), None) => Done::NothingToRemove,
            (Some(Duration::ZERO), Some(old)) => {
                let old = self.cookies.remove(old);
                self.events.push(Event::Removed(old));
                self.note("removed");
                Done::Removed
            }
            (lifetime, old) => self.put(cookie, lifetime, old, now),
        }
    }

    fn put(
        &mut self,
        mut cookie: Stored,
        lifetime: Option<Duration>,
        old: Option<usize>,
        now: SystemTime,
    ) -> Done {
        // "[...] SHOULD NOT be greater than 400 days in the future"
        if lifetime.is_some_and(|lifetime| lifetime > LIFETIME_LIMIT) {
            self.note("a lifetime is cut");
        }
        cookie.expires = lifetime.map(|lifetime| now + lifetime.min(LIFETIME_LIMIT));
        let time = self.next_time(&cookie.site, now);
        (cookie.created, cookie.updated, cookie.accessed) = (time, time, time);
        let stored = cookie.clone();
        let done = if let Some(old) = old {
            // "Update the creation-time of the newly created cookie to match the creation-time of the
            // old-cookie."
            let old = self.cookies.remove(old);
            cookie.created = old.created;
            self.events.push(Event::Replaced([old, cookie.clone()].into()));
            self.note("replaced");
            Done::Replaced
        } else {
            self.events.push(Event::Stored(cookie.clone()));
            Done::Stored
        };
        self.cookies.push(cookie);
        self.evict_of_site(&stored);
        done
    }

    /// Steps 13, 15 and 18.
    fn check_request(&self, request: &Request, cookie: &Stored, reasons: &mut Vec<Reason>) {
        if cookie.secure && !request.is_secure(self.settings.trusts_loopback) {
            reasons.push(Reason::NotSecure);
        }
        if cookie.http_only && request.is_script() {
            reasons.push(Reason::NonHttpApi);
        }
        let is_none = cookie.same_site == crate::model::rank(SameSite::None);
        if !is_none && request.is_cross_site() && !request.is_navigation() {
            reasons.push(Reason::CrossSite);
        }
    }

    /// Steps 16 and 23: what other cookies of the site and partition forbid.
    fn check_stored(&self, request: &Request, cookie: &Stored, reasons: &mut Vec<Reason>) {
        let others = || {
            let cookies = self.cookies.iter();
            cookies.filter(|other| {
                other.site == request.page.site() && other.partition == cookie.partition
            })
        };
        let is_insecure = !request.is_secure(self.settings.trusts_loopback);
        if !cookie.secure && is_insecure && others().any(|other| is_hidden(other, cookie)) {
            reasons.push(Reason::HidesSecure);
        }
        let is_kept = |other: &Stored| other.http_only && other.is_same(cookie);
        if request.is_script() && others().any(is_kept) {
            reasons.push(Reason::OverwritesHttpOnly);
        }
    }
}

/// Returns whether a new cookie would hide another one.
fn is_hidden(other: &Stored, cookie: &Stored) -> bool {
    let (other_domain, domain) = (&other.domain[..], &cookie.domain[..]);
    // "Their name matches the name of the newly created cookie. Their secure-only-flag is true. Their
    // domain domain-matches the domain of the newly created cookie, or vice-versa. The path of the
    // newly created cookie path-matches the path of the existing cookie."
    other.name == cookie.name
        && other.secure
        && (other_domain == domain
            || is_subdomain(other_domain, domain)
            || is_subdomain(domain, other_domain))
        && path_matches(&cookie.path, &other.path)
}

/// Steps 8 to 10. Returns the domain, which is empty for the host only.
fn check_domain(header: &Header, request: &Request, reasons: &mut Vec<Reason>) -> String {
    let Some(domain) = str::from_utf8(&header.domain).ok().filter(|domain| domain.is_ascii())
    else {
        reasons.push(Reason::DomainNonAscii);
        return String::new();
    };
    let domain_matches = domain.is_empty() || request.page.domain_matches(domain);
    if is_public_suffix(domain) && !is_ip_address(domain) {
        if domain == request.page.host {
            return String::new();
        }
        reasons.push(Reason::PublicSuffix { domain: String::new() });
    } else if domain_matches && !domain.is_empty() && domain.len() < request.page.site().len() {
        // Not in the standard: a cookie is sent to one site.
        reasons.push(Reason::AboveSite { domain: String::new() });
    }
    if !domain_matches {
        let (domain, host) = (String::new(), String::new());
        reasons.push(Reason::DomainMismatch { domain, host, hint: None });
    }
    domain.to_owned()
}

/// Steps 19 to 22, and CHIPS.
fn check_attributes(header: &Header, is_host_only: bool, reasons: &mut Vec<Reason>) {
    if header.same_site == SameSite::None && !header.secure {
        reasons.push(Reason::SameSiteNone);
    }
    if header.partitioned && !header.secure {
        reasons.push(Reason::Partitioned);
    }
    if let Some(prefix) = prefix(&header.name) {
        let is_host = matches!(prefix, Prefix::Host | Prefix::HostHttp);
        let is_http = matches!(prefix, Prefix::Http | Prefix::HostHttp);
        for (is_violated, requirement) in [
            (!header.secure, Requirement::Secure),
            (is_http && !header.http_only, Requirement::HttpOnly),
            (is_host && !is_host_only, Requirement::NoDomain),
            (is_host && header.path != b"/", Requirement::RootPath),
        ] {
            if is_violated {
                reasons.push(Reason::Prefix { prefix, requirement });
            }
        }
    }
    if header.name.is_empty()
        && let Some(prefix) = prefix(&header.value)
    {
        reasons.push(Reason::NamelessPrefix { prefix });
    }
}

fn prefix(text: &[u8]) -> Option<Prefix> {
    let text = text.to_ascii_lowercase();
    [
        (&b"__host-http-"[..], Prefix::HostHttp),
        (b"__host-", Prefix::Host),
        (b"__http-", Prefix::Http),
        (b"__secure-", Prefix::Secure),
    ]
    .into_iter()
    .find_map(|(start, prefix)| text.starts_with(start).then_some(prefix))
}

/// Step 6: zero for a removal, and `None` for a cookie of the session.
fn lifetime(header: &Header, now: SystemTime) -> Option<Duration> {
    match (header.max_age, header.expires) {
        (Some(seconds), _) => Some(Duration::from_secs(seconds)),
        (None, expires) => {
            expires.map(|expires| expires.duration_since(now).unwrap_or(Duration::ZERO))
        }
    }
}

/// Returns the kind of a reason, as it is counted.
pub(crate) fn kind(reason: &Reason) -> String {
    let text = format!("{reason:?}");
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Returns a reason without the texts that help whoever reads it.
pub(crate) fn plain(reason: &Reason) -> Reason {
    let (domain, host) = (String::new(), String::new());
    match reason {
        Reason::DomainMismatch { .. } => Reason::DomainMismatch { domain, host, hint: None },
        Reason::PublicSuffix { .. } => Reason::PublicSuffix { domain },
        Reason::AboveSite { .. } => Reason::AboveSite { domain },
        other => other.clone(),
    }
}
