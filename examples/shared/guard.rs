//! Which requests are served: those for this machine, and no forms from other sites.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, StatusCode};

/// A request that is not served.
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The reason, as a sentence for the user.
    pub(crate) reason: &'static str,
}

/// Checks the host of a request and, if it is a form, where it comes from.
pub(crate) fn check(request: &Parts) -> Result<(), Refusal> {
    let refuse = |status, reason| Err(Refusal { status, reason });
    let Some(host) = host(request) else {
        return refuse(StatusCode::BAD_REQUEST, "The request has no valid host.");
    };
    // Against DNS rebinding: a name of another site can be made to resolve to this machine. Its
    // pages could then read ours, because to the browser both are one site.
    if !is_loopback(host.host()) {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "This server can only be reached as localhost or 127.0.0.1.",
        );
    }
    if request.method == Method::POST && is_cross_site(&request.headers, &host) {
        return refuse(StatusCode::FORBIDDEN, "This form can only be sent from this site.");
    }
    Ok(())
}

/// Returns the host and port that a request is for, or `None` if it does not name exactly one. A host
/// in its target replaces that of the `Host` header (RFC 9112, section 3.2.2).
fn host(request: &Parts) -> Option<Authority> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    match request.uri.authority() {
        Some(target) => Some(target.clone()),
        None => Authority::try_from(host.as_bytes()).ok(),
    }
}

/// Returns whether a host is a name or an address that always means the machine itself.
fn is_loopback(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
    name == "localhost"
        || name.strip_suffix(".localhost").is_some_and(|labels| !labels.is_empty())
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Returns whether a page of another site sent a form.
///
/// `SameSite` keeps the cookies from such a request. But a form can have an effect without any
/// cookies: it could sign a user in under a name that they did not choose.
fn is_cross_site(headers: &HeaderMap, host: &Authority) -> bool {
    if headers.contains_key("sec-fetch-site") {
        let mut sites = headers.get_all("sec-fetch-site").iter();
        return !sites.all(|site| site == "same-origin" || site == "none");
    }
    // A browser that does not send `Sec-Fetch-Site` sends `Origin` with a form. `Origin: null` is a page
    // that hides where it comes from. A request with neither header passes: no page can send one with
    // a current browser, and a program such as curl can send any header anyway.
    let is_own = |origin: &str| origin.split_once("://").is_some_and(|(_, own)| host == own);
    headers.get_all(ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(is_own))
}
