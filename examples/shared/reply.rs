//! Responses, with the headers that each of them has.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use maud::Markup;

/// A response of the server.
pub(crate) type Reply = Response<Full<Bytes>>;

const SECURITY: [(HeaderName, &str); 3] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    // With `no-referrer`, browsers would send `Origin: null` with the site's own forms, too.
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Returns a page. It depends on cookies, so caches must not store it.
pub(crate) fn html(status: StatusCode, page: Markup) -> Reply {
    reply(status, "text/html; charset=utf-8", "no-store", page.into_string())
}

/// Returns a style sheet, which does not depend on cookies.
pub(crate) fn css(style: &str) -> Reply {
    reply(StatusCode::OK, "text/css; charset=utf-8", "no-cache", style.to_owned())
}

/// Returns a redirect from a form that was sent to a page that can be reloaded.
pub(crate) fn see_other(location: &'static str) -> Reply {
    let mut reply = html(StatusCode::SEE_OTHER, Markup::default());
    reply.headers_mut().insert(LOCATION, HeaderValue::from_static(location));
    reply
}

fn reply(
    status: StatusCode,
    content_type: &'static str,
    cache_control: &'static str,
    body: String,
) -> Reply {
    let mut reply = Response::new(Full::from(body));
    *reply.status_mut() = status;
    let own = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, cache_control)];
    for (name, value) in SECURITY.into_iter().chain(own) {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply
}
