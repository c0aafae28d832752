//! What the model sends (RFC 6265bis, section 5.8.3).

use std::cmp::Reverse;
use std::time::SystemTime;

use gingersnap::SameSite;

use crate::model::{Model, Stored, rank};
use crate::request::{Request, path_matches};

impl Model {
    /// Returns the cookies that are sent with a request, in order, and marks them as used.
    pub(crate) fn send(&mut self, request: &Request, now: SystemTime) -> Vec<Stored> {
        self.expire(now);
        let site = request.page.site();
        // "Update the last-access-time of each cookie in the cookie-list to the current date and time."
        let time = if self.has_site(site) { self.next_time(site, now) } else { now };
        let mut sent = Vec::new();
        for index in 0..self.cookies.len() {
            if self.is_sent(&self.cookies[index].clone(), request, now) {
                self.cookies[index].accessed = time;
                sent.push(self.cookies[index].clone());
            }
        }
        // "Cookies with longer paths are listed before cookies with shorter paths. Among cookies that
        // have equal-length path fields, cookies with earlier creation-times are listed before cookies
        // with later creation-times."
        sent.sort_by_key(|cookie| (Reverse(cookie.path.len()), cookie.created));
        if sent.windows(2).any(|pair| pair[0].path.len() == pair[1].path.len()) {
            self.note("sent by creation time");
        }
        if sent.windows(2).any(|pair| pair[0].path.len() > pair[1].path.len()) {
            self.note("sent by length of path");
        }
        self.forget_empty_sites();
        sent
    }

    /// Returns the value of the first cookie of a name that would be sent.
    pub(crate) fn get(&self, request: &Request, name: &[u8], now: SystemTime) -> Option<Stored> {
        let mut copy = self.clone();
        copy.send(request, now).into_iter().find(|cookie| cookie.name == name).map(|sent| {
            let unused = self.cookies.iter().find(|cookie| cookie.is_same(&sent));
            unused.expect("the same cookie").clone()
        })
    }

    fn is_sent(&mut self, cookie: &Stored, request: &Request, now: SystemTime) -> bool {
        let conditions = [
            ("another host", is_for_host(cookie, request)),
            ("another path", path_matches(request.path.as_bytes(), &cookie.path)),
            ("not secure", !cookie.secure || request.is_secure(self.settings.trusts_loopback)),
            ("HttpOnly", !cookie.http_only || !request.is_script()),
            ("SameSite", is_for_site(cookie, request)),
            ("another partition", {
                cookie.partition.as_ref().is_none_or(|own| *own == request.partition())
            }),
            ("expired", !cookie.has_expired(now)),
            ("cookies disabled", self.settings.accepts_cookies),
        ];
        let violated: Vec<_> = conditions.iter().filter(|(_, is_met)| !is_met).collect();
        match violated[..] {
            [(reason, _)] => self.note(format!("held back: {reason}")),
            [] if cookie.partition.is_some() => self.note("sent: a partitioned cookie"),
            [] if request.is_cross_site() => self.note("sent: to another site"),
            [] if !cookie.is_host_only => self.note("sent: to a subdomain"),
            _ => {}
        }
        violated.is_empty()
    }
}

/// "Either: The cookie's host-only-flag is true and the host of the retrieval's URI is identical to the
/// cookie's domain. Or: The cookie's host-only-flag is false and the host of the retrieval's URI
/// domain-matches the cookie's domain."
fn is_for_host(cookie: &Stored, request: &Request) -> bool {
    // Not in the standard: with an odd list, two sites can have a parent domain in common that is the
    // domain of a third one, and no cookie is sent to two sites.
    if cookie.site != request.page.site() {
        return false;
    }
    if cookie.is_host_only {
        request.page.host == cookie.domain
    } else {
        request.page.domain_matches(&cookie.domain)
    }
}

/// "If the cookie's same-site-flag is not "None" and the retrieval's same-site status is
/// "cross-site", then exclude the cookie from cookie-list unless" it is lax enough and the request is
/// a top-level navigation with a safe method.
fn is_for_site(cookie: &Stored, request: &Request) -> bool {
    let is_lax =
        cookie.same_site == rank(SameSite::Lax) || cookie.same_site == rank(SameSite::Unset);
    !request.is_cross_site()
        || cookie.same_site == rank(SameSite::None)
        || is_lax && request.is_safe_navigation()
}
