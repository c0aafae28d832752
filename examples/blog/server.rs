//! The server: connections, routes, and the responses to requests that no page can answer.

use std::convert::Infallible;
use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use gingersnap::CookieJar;
use gingersnap::errors::LimitError;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use maud::html;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::time::{sleep, timeout};

use crate::page::{self, Reply};
use crate::{color, cookies, home, visits};

/// How long the head of a request, its body, and the end of open connections may each take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How many bytes of a form are kept in memory. Ours has fewer than 40.
const MAX_FORM_BYTES: usize = 1024;

/// How many bytes of a body are read at all: a client that sends too large a form must be able to
/// finish before it reads the response.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Serves until Ctrl-C. Then open connections may end, for a while or until the next Ctrl-C. Calls
/// `ready` once both connections and Ctrl-C are listened for.
pub(crate) async fn run(listener: TcpListener, ready: impl FnOnce()) {
    let mut http = http1::Builder::new();
    // More than a jar accepts, so that a request over the jar's limits gets our page, which clears
    // the cookies. Over these limits, hyper responds with a 431 without a page.
    http.max_buf_size(1 << 20).max_headers(4_000);
    http.timer(TokioTimer::new()).header_read_timeout(TIME_LIMIT);

    let graceful = GracefulShutdown::new();
    let mut stop = pin!(interrupted());
    tokio::select! {
        biased; // polls `stop` first, which installs the handler of Ctrl-C
        () = &mut stop => return,
        () = async { ready() } => {}
    }
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let connection = http.serve_connection(TokioIo::new(stream), service_fn(respond));
                    // A connection fails only if its client goes away.
                    tokio::spawn(graceful.watch(connection));
                }
                // Probably too many open files: try again in a moment.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(TIME_LIMIT) => {}
        () = interrupted() => {}
    }
}

/// Returns at Ctrl-C, or never on a system where that cannot be listened for.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

/// Responds to a request: the part that uses the jar.
async fn respond(request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    let path = parts.uri.path();
    if let ("GET" | "HEAD", "/style.css") = (method, path) {
        return Ok(page::style());
    }
    // The jar borrows only the headers, so the body can still be read.
    let mut jar = match CookieJar::from_headers(&parts.headers) {
        Ok(jar) => jar,
        Err(error) => return Ok(too_many_cookies(&error)),
    };
    let mut reply = match (method, path) {
        ("GET" | "HEAD", "/") => home::show(),
        ("GET" | "HEAD", "/color") => color::show(&mut jar, parts.uri.query()),
        ("GET" | "HEAD", "/visits") => visits::count(&mut jar),
        ("GET" | "HEAD", "/stop-tracking") => visits::stop(&mut jar),
        ("GET" | "HEAD", "/cookies") => cookies::show(&jar, &parts.headers),
        ("POST", "/color") => match read_form(&parts.headers, body).await {
            Ok(form) => color::choose(&mut jar, &form),
            Err(status) => bad_form(status),
        },
        (_, "/color") => not_allowed("GET, HEAD, POST"),
        (_, "/" | "/visits" | "/stop-tracking" | "/cookies" | "/style.css") => {
            not_allowed("GET, HEAD")
        }
        _ => not_found(),
    };
    // Adds one `Set-Cookie` header for each change. This cannot fail: `set` and `remove` checked
    // the changes.
    jar.append_to(reply.headers_mut());
    Ok(reply)
}

/// Reads the body of a form, up to a size and within a time.
async fn read_form(headers: &HeaderMap, mut body: Incoming) -> Result<Vec<u8>, StatusCode> {
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
            if bytes <= MAX_FORM_BYTES {
                form.extend_from_slice(&data);
            } else if bytes > MAX_BODY_BYTES {
                break;
            }
        }
        if bytes > MAX_FORM_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(form) }
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

/// Returns the page for a request with more cookies than a jar accepts.
///
/// The browser would send them with every request until it is told to delete them. Any sibling host
/// can have set them.
fn too_many_cookies(error: &LimitError) -> Reply {
    const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
    let main = html! {
        h1 { "Your browser sent too many cookies" }
        p { "They could not be read: " (error) "." }
        p { "Your browser has been told to clear this site's cookies, so that the next page works." }
        p { a href="/" { "Back to the start" } }
    };
    let title = "Too many cookies";
    let mut reply = page::reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "", title, &main);
    reply.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cookies\""));
    reply
}
