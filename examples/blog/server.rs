//! The server: connections, routes, and what no page answers.

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

/// How long a request's head, its body, and the end of open connections may each take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a form that are read into memory: ours have under 40.
const FORM_BYTES: usize = 1024;

/// Bytes of a form that are read at all, so that whoever sends a large one gets to see the answer.
const BODY_BYTES: usize = 1 << 20;

/// Serves until Ctrl-C; then lets open connections end, for a while, or until the next Ctrl-C.
/// `ready` is called when both are heard: connections and Ctrl-C.
pub(crate) async fn run(listener: TcpListener, ready: impl FnOnce()) {
    let mut http = http1::Builder::new();
    // Room for more than a jar takes, so that the answer to it is ours: a page that shows the way
    // out. What is over even this gets hyper's own bare 431.
    http.max_buf_size(1 << 20).max_headers(4_000);
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);

    let graceful = GracefulShutdown::new();
    let mut stop = pin!(interrupted());
    tokio::select! {
        biased; // Ctrl-C is heard from here on
        () = &mut stop => return,
        () = async { ready() } => {}
    }
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let connection = http.serve_connection(TokioIo::new(stream), service_fn(answer));
                    // An error of a connection is a client that went away.
                    tokio::spawn(graceful.watch(connection));
                }
                // Too many open files, most likely: better in a moment.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(PATIENCE) => {}
        () = interrupted() => {}
    }
}

/// Ends at Ctrl-C; never, where that can't be heard.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

async fn answer(request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    let path = parts.uri.path();
    if let ("GET" | "HEAD", "/style.css") = (method, path) {
        return Ok(page::style());
    }
    // The jar borrows the headers alone; the body is free to be read.
    let mut jar = match CookieJar::from_headers(&parts.headers) {
        Ok(jar) => jar,
        Err(error) => return Ok(too_much(&error)),
    };
    let mut reply = match (method, path) {
        ("GET" | "HEAD", "/") => home::show(),
        ("GET" | "HEAD", "/color") => color::show(&mut jar, parts.uri.query()),
        ("GET" | "HEAD", "/visits") => visits::count(&mut jar),
        ("GET" | "HEAD", "/stop-tracking") => visits::stop(&mut jar),
        ("GET" | "HEAD", "/cookies") => cookies::show(&jar, &parts.headers),
        ("POST", "/color") => match form(&parts.headers, body).await {
            Ok(form) => color::choose(&mut jar, &form),
            Err(status) => bad_form(status),
        },
        (_, "/color") => not_allowed("GET, HEAD, POST"),
        (_, "/" | "/visits" | "/stop-tracking" | "/cookies" | "/style.css") => {
            not_allowed("GET, HEAD")
        }
        _ => not_found(),
    };
    // One `Set-Cookie` field for each change. It can't fail: what is in the jar has been checked.
    jar.append_to(reply.headers_mut());
    Ok(reply)
}

/// Reads the body of a form, within a size and a time.
async fn form(headers: &HeaderMap, mut body: Incoming) -> Result<Vec<u8>, StatusCode> {
    let is_form = |kind: &HeaderValue| {
        let essence = kind.as_bytes().split(|&byte| byte == b';').next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    };
    if !headers.get(CONTENT_TYPE).is_none_or(is_form) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if body.size_hint().lower() > BODY_BYTES as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let read = async {
        let (mut form, mut bytes) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else {
                continue; // trailers
            };
            bytes += data.len();
            if bytes <= FORM_BYTES {
                form.extend_from_slice(&data);
            } else if bytes > BODY_BYTES {
                break;
            }
        }
        if bytes > FORM_BYTES { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(form) }
    };
    timeout(PATIENCE, read).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

fn bad_form(status: StatusCode) -> Reply {
    let main = html! {
        h1 { "That is no form of ours" }
        p { "It is too large, too slow, or written in another way than forms are." }
        p { a href="/color" { "Pick a colour" } }
    };
    page::reply(status, "/color", "That is no form of ours", &main)
}

fn not_found() -> Reply {
    let main = html! {
        h1 { "Nothing here but crumbs" }
        p { "This site has no such page." }
        p { a href="/" { "Back to the start" } }
    };
    page::reply(StatusCode::NOT_FOUND, "", "Nothing here", &main)
}

fn not_allowed(allow: &'static str) -> Reply {
    let main = html! {
        h1 { "Not that way" }
        p { "This page answers to " (allow) "." }
        p { a href="/" { "Back to the start" } }
    };
    let mut reply = page::reply(StatusCode::METHOD_NOT_ALLOWED, "", "Not that way", &main);
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    reply
}

/// The browser sends more cookies than a jar takes, and will do so with every request until it is
/// told to clear them. Any sibling host could have filled it.
fn too_much(error: &LimitError) -> Reply {
    const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
    let main = html! {
        h1 { "That is more cookies than we can carry" }
        p { "What your browser sent can't be read: " (error) "." }
        p { "It has been told to clear this site's cookies, so that the next page works again." }
        p { a href="/" { "Back to the start" } }
    };
    let title = "More cookies than we can carry";
    let mut reply = page::reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "", title, &main);
    reply.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cookies\""));
    reply
}
