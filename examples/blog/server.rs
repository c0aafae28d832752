//! The server: routes, forms, and the responses to requests that no page can answer.

use std::convert::Infallible;

use gingersnap::CookieJar;
use gingersnap::errors::LimitError;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use maud::html;
use tokio::time::timeout;

use crate::page::{self, Reply};
use crate::shared::connections::TIME_LIMIT;
use crate::shared::host::Refusal;
use crate::shared::{clear_cookies, guard};
use crate::{color, cookies, explain, home, visits};

/// How many bytes of the form of `/color` are kept in memory. Ours has fewer than 40.
const MAX_COLOR_FORM_BYTES: usize = 1024;

/// How many bytes of a body are read at all: a client that sends too large a form must be able to
/// finish before it reads the response.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Responds to a request.
pub(crate) async fn respond(request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    Ok(match guard::check(&parts) {
        Err(refusal) => refused(&refusal),
        Ok(()) => match (parts.method.as_str(), parts.uri.path()) {
            // These do not read cookies, so they work with any.
            ("GET" | "HEAD", "/style.css") => page::style(),
            ("POST", clear_cookies::PATH) => cookies_cleared(),
            _ => respond_with_jar(&parts, body).await,
        },
    })
}

/// Responds to a request: the part that uses the jar.
async fn respond_with_jar(parts: &Parts, body: Incoming) -> Reply {
    // The jar borrows only the headers, so the body can still be read.
    let mut jar = match CookieJar::from_headers(&parts.headers) {
        Ok(jar) => jar,
        Err(error) => return too_many_cookies(&error),
    };
    let mut reply = match (parts.method.as_str(), parts.uri.path()) {
        ("GET" | "HEAD", "/") => home::show(),
        ("GET" | "HEAD", "/color") => color::show(&mut jar, parts.uri.query()),
        ("GET" | "HEAD", "/visits") => visits::count(&mut jar),
        ("GET" | "HEAD", "/stop-tracking") => visits::stop(&mut jar),
        ("GET" | "HEAD", "/cookies") => cookies::show(&jar, &parts.headers),
        ("POST", "/color") => match read_form(&parts.headers, body, MAX_COLOR_FORM_BYTES).await {
            Ok(form) => color::choose(&mut jar, &form),
            Err(status) => bad_form(status),
        },
        ("GET" | "HEAD", "/explain") => explain::show(),
        ("POST", "/explain") => {
            match read_form(&parts.headers, body, explain::MAX_FORM_BYTES).await {
                Ok(form) => explain::answer(&form),
                Err(status) => explain::unreadable(status),
            }
        }
        (_, "/color" | "/explain") => not_allowed("GET, HEAD, POST"),
        (_, clear_cookies::PATH) => not_allowed("POST"),
        (_, "/" | "/visits" | "/stop-tracking" | "/cookies" | "/style.css") => {
            not_allowed("GET, HEAD")
        }
        _ => not_found(),
    };
    // Adds one `Set-Cookie` header for each change. This cannot fail: `set` and `remove` checked
    // the changes.
    jar.append_to(reply.headers_mut());
    reply
}

/// Reads the body of a form, up to a size and within a time.
async fn read_form(
    headers: &HeaderMap,
    mut body: Incoming,
    max_bytes: usize,
) -> Result<Vec<u8>, StatusCode> {
    let is_form = |content_type: &HeaderValue| {
        let essence =
            content_type.as_bytes().split(|&byte| byte == b';').next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    };
    if !headers.get(CONTENT_TYPE).is_none_or(is_form) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let read = async {
        let (mut form, mut bytes) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else {
                continue; // trailers
            };
            bytes += data.len();
            if bytes <= max_bytes {
                form.extend_from_slice(&data);
            } else if bytes > MAX_BODY_BYTES {
                break;
            }
        }
        if bytes > max_bytes { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(form) }
    };
    timeout(TIME_LIMIT, read).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

/// Returns the page for a form that cannot be read.
fn bad_form(status: StatusCode) -> Reply {
    let main = html! {
        h1 { "The form could not be read" }
        p { "It was too large, took too long, or has the wrong content type." }
        p { a href="/color" { "Choose a colour" } }
    };
    page::reply(status, "/color", "The form could not be read", &main)
}

/// Returns the page for a request that is not served.
fn refused(refusal: &Refusal) -> Reply {
    let main = html! {
        h1 { "This request was refused" }
        p { (refusal.reason) }
        p { a href="/" { "Back to the start" } }
    };
    page::reply(refusal.status, "", "Refused", &main)
}

/// Returns the page for an unknown path.
fn not_found() -> Reply {
    let main = html! {
        h1 { "Page not found" }
        p { "This site has no page at this address." }
        p { a href="/" { "Back to the start" } }
    };
    page::reply(StatusCode::NOT_FOUND, "", "Page not found", &main)
}

/// Returns the page for a method that a page does not support.
fn not_allowed(allow: &'static str) -> Reply {
    let main = html! {
        h1 { "Method not allowed" }
        p { "This page supports the methods " (allow) "." }
        p { a href="/" { "Back to the start" } }
    };
    let mut reply = page::reply(StatusCode::METHOD_NOT_ALLOWED, "", "Method not allowed", &main);
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    reply
}

/// Returns the page for a request with more cookies than a jar accepts, and clears them.
fn too_many_cookies(error: &LimitError) -> Reply {
    let main = html! {
        h1 { "Your browser sent too many cookies" }
        p { "They could not be read: " (error) "." }
        p { "Your browser has been told to clear this site's cookies, so that the next page works." }
        p { a href="/" { "Back to the start" } }
    };
    let title = "Too many cookies";
    let mut reply = page::reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "", title, &main);
    clear_cookies::add_header(&mut reply);
    reply
}

/// Clears the cookies, because the user asked for it.
fn cookies_cleared() -> Reply {
    let main = html! {
        h1 { "There is room again" }
        p { "Your browser has been told to delete all cookies of this site." }
        p { a href="/" { "Back to the start" } }
    };
    let mut reply = page::reply(StatusCode::OK, "", "Cookies deleted", &main);
    clear_cookies::add_header(&mut reply);
    reply
}
