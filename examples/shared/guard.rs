//! Which requests are served: those for this machine, and no forms from other sites.

use hyper::header::{HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, StatusCode};

use super::host::{self, Refusal};

/// Checks the host of a request and, if it is a form, where it comes from.
pub(crate) fn check(request: &Parts) -> Result<(), Refusal> {
    let host = host::check(request)?;
    if request.method == Method::POST && is_cross_site(&request.headers, &host) {
        let reason = "This form can only be sent from this site.";
        return Err(Refusal { status: StatusCode::FORBIDDEN, reason });
    }
    Ok(())
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
