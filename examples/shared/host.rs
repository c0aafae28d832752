//! Which hosts are served: those that mean this machine.

use std::net::IpAddr;

use hyper::StatusCode;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::http::uri::Authority;

/// A request that is not served.
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The reason, as a sentence for the user.
    pub(crate) reason: &'static str,
}

/// Returns the host and port that a request is for, if that is this machine.
pub(crate) fn check(request: &Parts) -> Result<Authority, Refusal> {
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
    Ok(host)
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
