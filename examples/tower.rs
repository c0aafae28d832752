//! A server whose middleware sets a cookie, whatever the handler returns:
//!
//! ```text
//! cargo run --example tower --features tower
//! ```
//!
//! The server listens at <http://127.0.0.1:8000/>. The environment variable `PORT` changes the port.
//! `CookieLayer` works in every tower service; here, it is part of an axum router.
#![forbid(unsafe_code)]

use std::{env, error::Error};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Extension, Router, routing::get};
use gingersnap::tower::{CookieLayer, Cookies, CookiesError};
use gingersnap::{CookieTemplate, Policy};
use tokio::net::TcpListener;

const REQUESTS: CookieTemplate = CookieTemplate::new("requests").with_http_only(true);

/// Middleware: counts the requests of a browser, those for missing pages included.
async fn count(
    Extension(cookies): Extension<Cookies>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    add_one(&cookies).map_err(|_| StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)?;
    Ok(next.run(request).await)
}

fn add_one(cookies: &Cookies) -> Result<(), CookiesError> {
    let count = cookies.get(REQUESTS.name())?.and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    cookies.set(REQUESTS.with_value(count.saturating_add(1).to_string()))
}

/// A handler: sees what the middleware has set, and need not return the cookies.
async fn home(Extension(cookies): Extension<Cookies>) -> Result<String, StatusCode> {
    let count = cookies.get(REQUESTS.name()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(format!("This is request number {}.\n", count.unwrap_or_default()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new()
        .route("/", get(home))
        .fallback(async || (StatusCode::NOT_FOUND, "There is no such page.\n"))
        .layer(from_fn(count))
        .layer(CookieLayer::new(Policy::new())); // outside the middleware that uses it

    let port = env::var("PORT").map_or(Ok(8000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
