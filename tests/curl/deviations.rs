//! How curl 7.88 leaves the standard.
//!
//! Most of it concerns one header: see [`REFUSALS`] and [`READINGS`]. The order of cookies is in
//! [`Order`], and which cookies hide a `Secure` one in [`hides_secure`]. curl trusts `localhost`, `127.0.0.1`
//! and `[::1]` without TLS, but no names below `localhost` and no other addresses: see [`is_secure`]. Where no other header would make the store do what curl does, [`sequence`](crate::sequence)
//! sends none like it:
//!
//! - Cookies with names or paths that differ in case only replace each other.
//! - A cookie whose `Path` is empty, or does not start with `/`, is sent to all paths, and is not the same
//!   as one with `Path=/`.
//! - A host that is a public suffix can set a cookie with its own name as `Domain`. It is not the same as
//!   the cookie without `Domain`.
//! - A nameless cookie is refused, and an attribute after it is read as the cookie.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use gingersnap::store::StoredCookie;
use gingersnap::user_agent::Identity;
use gingersnap::{RequestContext, date};

use crate::sequence::{Header, Step};

/// Returns whether curl refuses a header.
type Refusal = fn(&Header, &Step) -> bool;

/// What curl refuses, and the standard does not.
pub(crate) const REFUSALS: [(&str, Refusal); 1] =
    [("each bad Domain refuses the cookie", bad_domain)];

/// Changes a header to one that has by the standard the effect that it has on curl.
type Reading = fn(&mut Header, &Step);

/// What curl reads otherwise than the standard, in the order in which it is applied.
pub(crate) const READINGS: [(&str, Reading); 11] = [
    ("a bad Max-Age removes the cookie", bad_max_age),
    ("Max-Age is read up to what is no digit", max_age_digits),
    ("a bad Expires voids an earlier one", bad_expires),
    ("a slash at the end of Path is dropped", path_slash),
    ("an empty Domain does not count", empty_domain),
    ("a cookie of an address has no Domain", address),
    ("SameSite is not read", same_site),
    ("Partitioned is not read", partitioned),
    ("__Host- does not require that Path is written", host_prefix),
    ("__Http- is no prefix", http_prefix),
    ("__Host-Http- is __Host- only", host_http_prefix),
];

/// By the standard, only the last `Domain` counts. The brackets of an IPv6 address, and `.`, are bad to
/// curl.
fn bad_domain(header: &Header, step: &Step) -> bool {
    let url = step.url(0);
    let context = RequestContext::parse(&url).expect("a valid URL");
    let is_bad = |text: &str| {
        let domain = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
        text == "." || text.starts_with('[') || !text.is_empty() && !context.domain_matches(&domain)
    };
    header.attributes("Domain").any(is_bad)
}

/// By the standard, a `Max-Age` that is not a number is ignored.
fn bad_max_age(header: &mut Header, _: &Step) {
    let is_bad = |text: &str| {
        !text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
    };
    if header.attribute("Max-Age").is_some_and(is_bad) {
        header.push("Max-Age", "0");
    }
}

/// By the standard, such a `Max-Age` is ignored.
fn max_age_digits(header: &mut Header, _: &Step) {
    let digits = header
        .attribute("Max-Age")
        .map(|text| text.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned());
    if let Some(digits) = digits.filter(|digits| header.attribute("Max-Age") != Some(digits)) {
        header.push("Max-Age", &digits);
    }
}

/// By the standard, an `Expires` that is not a date is ignored, and an earlier one stands.
fn bad_expires(header: &mut Header, _: &Step) {
    if header.attribute("Expires").is_some_and(|text| date::parse(text).is_err()) {
        header.remove("Expires");
    }
}

/// By the standard, a cookie with `Path=/a/` is not sent to `/a`.
fn path_slash(header: &mut Header, _: &Step) {
    let path = header.attribute("Path").and_then(|path| path.strip_suffix('/'));
    if let Some(path) = path.filter(|path| !path.is_empty()).map(str::to_owned) {
        header.push("Path", &path);
    }
}

/// By the standard, an empty `Domain` makes the cookie host-only, also after another `Domain`.
fn empty_domain(header: &mut Header, _: &Step) {
    header.attributes.retain(|(name, value)| {
        !name.eq_ignore_ascii_case("Domain") || value.as_ref().is_some_and(|text| !text.is_empty())
    });
}

/// By the standard, `Domain` makes it another cookie than that without it.
fn address(header: &mut Header, step: &Step) {
    if step.host.starts_with(|c: char| c.is_ascii_digit()) {
        header.remove("Domain");
    }
}

/// By the standard, `SameSite=None` requires `Secure`. Nothing else depends on `SameSite` here.
fn same_site(header: &mut Header, _: &Step) {
    header.remove("SameSite");
}

/// By CHIPS, `Partitioned` requires `Secure`.
fn partitioned(header: &mut Header, _: &Step) {
    header.remove("Partitioned");
}

/// By the standard, a default path of `/` is not enough.
fn host_prefix(header: &mut Header, step: &Step) {
    let is_prefixed = header.name.to_ascii_lowercase().starts_with("__host-");
    if is_prefixed && header.attribute("Path").is_none() && step.default_path() == "/" {
        header.push("Path", "/");
    }
}

/// The layered-cookies draft has this prefix, which came after curl 7.88; so has the next one.
fn http_prefix(header: &mut Header, _: &Step) {
    header.name = header.name.replace(HTTP.0, HTTP.1);
}

fn host_http_prefix(header: &mut Header, _: &Step) {
    header.name = header.name.replace(HOST_HTTP.0, HOST_HTTP.1);
}

/// A prefix that is none to curl, and what stands for it in the store, with the same length.
const HTTP: (&str, &str) = ("__Http-", "~~Http-");
const HOST_HTTP: (&str, &str) = ("__Host-Http-", "__Host-~ttp-");

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("text")
}

/// Returns the `Cookie` header of cookies.
pub(crate) fn cookie_header(sent: &[StoredCookie]) -> String {
    let pairs =
        sent.iter().map(|cookie| format!("{}={}", text(cookie.name()), text(cookie.value())));
    let header = pairs.collect::<Vec<_>>().join("; ");
    header.replace(HTTP.1, HTTP.0).replace(HOST_HTTP.1, HOST_HTTP.0)
}

/// Returns whether a connection is secure to curl.
pub(crate) fn is_secure(step: &Step) -> bool {
    step.is_https || ["localhost", "127.0.0.1", "[::1]"].contains(&step.host)
}

/// The deviation in [`hides_secure`].
pub(crate) const HIDING: &str = "another rule says which cookies hide a Secure one";

/// Returns whether curl refuses a cookie, which an insecure connection sets, for hiding a `Secure` one: the
/// domains are the same, and the path starts with the other one, which is cut at its second slash.
///
/// By the standard, one domain domain-matches the other, and the path path-matches the other one.
pub(crate) fn hides_secure(new: &Identity<'_>, stored: &StoredCookie) -> bool {
    let path = text(stored.path());
    let second_slash = path.match_indices('/').nth(1).map_or(path.len(), |(at, _)| at);
    stored.is_secure()
        && stored.name() == new.name()
        && stored.domain() == new.domain()
        && new.path().starts_with(&stored.path()[..second_slash])
}

/// The deviation in [`Order`].
pub(crate) const ORDER: &str = "cookies are sent in another order";

/// The order in which curl sends cookies: those with longer paths first, where a path is as long as it
/// was received, and a default path has a slash at its end; then those with longer domains; then those
/// with longer names; then the newest.
///
/// By the standard, the oldest of those with equally long paths is first.
#[derive(Default)]
pub(crate) struct Order {
    path_len: BTreeMap<Key, usize>,
}

/// Name, domain, whether it is host-only, and path.
type Key = (Vec<u8>, String, bool, Vec<u8>);

fn key(cookie: &StoredCookie) -> Key {
    let domain = cookie.domain().to_owned();
    (cookie.name().to_vec(), domain, cookie.is_host_only(), cookie.path().to_vec())
}

impl Order {
    /// Remembers how long the path of a cookie was as it was received.
    pub(crate) fn remember(&mut self, cookie: &StoredCookie, path: Option<&str>) {
        let default_len = if cookie.path() == b"/" { 1 } else { cookie.path().len() + 1 };
        self.path_len.insert(key(cookie), path.map_or(default_len, str::len));
    }

    /// Sorts the cookies of a request.
    pub(crate) fn sort(&self, sent: &mut [StoredCookie]) {
        sent.sort_by_key(|cookie| {
            let path_len = self.path_len[&key(cookie)];
            Reverse((path_len, cookie.domain().len(), cookie.name().len(), cookie.created()))
        });
    }
}
