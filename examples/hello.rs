//! The smallest server with a cookie: it counts the visits of each browser.
//!
//! ```text
//! cargo run --example hello
//! ```
//!
//! The server listens at <http://127.0.0.1:8000/>. The environment variable `PORT` changes the port.
//! The example `blog` also has what a server needs that others can reach, such as limits and timeouts.

use std::{convert::Infallible, env, error::Error};

use gingersnap::{CookieJar, CookieTemplate, header::CLEAR_SITE_DATA};
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The cookie, declared once.
const VISITS: CookieTemplate = CookieTemplate::new("visits").with_http_only(true);

/// Reads the cookie, sets it, and returns a page.
fn count_visit(headers: &HeaderMap) -> Result<Response<String>, gingersnap::Error> {
    let mut jar = CookieJar::from_headers(headers)?;
    let visits = jar.get(VISITS.name()).and_then(|v| v.parse().ok()).unwrap_or(0_u32);
    let visits = visits.saturating_add(1);
    jar.set(VISITS.with_value(visits.to_string()))?; // checks the cookie

    let mut response = Response::new(format!("Hello! This is visit number {visits}.\n"));
    jar.append_to(response.headers_mut()); // adds a `Set-Cookie` header; cannot fail
    Ok(response)
}

async fn respond<B>(request: Request<B>) -> Result<Response<String>, Infallible> {
    let (parts, _body) = request.into_parts(); // the jar borrows the headers, not the body
    Ok(match parts.uri.path() {
        "/" => count_visit(&parts.headers).unwrap_or_else(|error| too_many_cookies(&error)),
        _ => error_page(StatusCode::NOT_FOUND, "There is no such page.".to_owned()),
    })
}

/// Tells the browser to delete its cookies, which leave no room for ours. Any sibling host can have set
/// them.
fn too_many_cookies(error: &gingersnap::Error) -> Response<String> {
    let text = format!("{error}\nYour cookies have been cleared. Please reload the page.\n");
    let mut response = error_page(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, text);
    let (name, value) = CLEAR_SITE_DATA;
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

fn error_page(status: StatusCode, text: String) -> Response<String> {
    let mut response = Response::new(text);
    *response.status_mut() = status;
    response
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").map_or(Ok(8000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(respond));
        tokio::spawn(connection);
    }
}
