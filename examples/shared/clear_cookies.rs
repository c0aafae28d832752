//! The way out for a browser with too many cookies: a response that tells it to delete them.
//!
//! Any host of a site can set cookies for the whole site, until there is no room for the cookies of
//! another host, or until a jar does not accept a request any more. The browser would send those
//! cookies with every request until it is told to delete them.

use gingersnap::errors::CookieErrorKind;
use gingersnap::header::CLEAR_SITE_DATA;
use hyper::header::HeaderValue;
use maud::{Markup, html};

use super::reply::Reply;

/// The path of the form.
pub(crate) const PATH: &str = "/clear-cookies";

/// Returns whether a cookie could not be set because the received ones leave no room for it, so that
/// deleting them would help.
pub(crate) fn would_help(error: &CookieErrorKind) -> bool {
    matches!(error, CookieErrorKind::Limit(limit) if limit.is_caused_by_request())
}

/// Shows a form that deletes the cookies. The user decides, because it also signs them out of the
/// whole site, and the pages that set no cookie still work.
pub(crate) fn form() -> Markup {
    html! {
        p {
            "Other hosts of this site can have set cookies until no room was left. You can delete all "
            "cookies of the site. That also signs you out of it."
        }
        form method="post" action=(PATH) { button { "Delete this site's cookies" } }
    }
}

/// Adds the header that tells the browser to delete the cookies of the whole site.
pub(crate) fn add_header(reply: &mut Reply) {
    let (name, value) = CLEAR_SITE_DATA;
    reply.headers_mut().insert(name, HeaderValue::from_static(value));
}
