//! An axum server with two cookies: one counts the visits, and a signed one has the time of the first.
//!
//! ```text
//! COOKIE_KEY=$(openssl rand -hex 32) cargo run --example axum --features axum,signed
//! ```
//!
//! The server listens at <http://127.0.0.1:8000/>. The environment variable `PORT` changes the port.
//! `axum::serve` has no time limits and takes any number of connections, so put a proxy in front of a public
//! server that limits both.
#![forbid(unsafe_code)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, error::Error};

use axum::{Router, extract::State, routing::get};
use gingersnap::CookieTemplate;
use gingersnap::axum::CookieJar;
use gingersnap::protect::{Key, Keyring};
use tokio::net::TcpListener;

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Anybody can write this cookie.
const VISITS: CookieTemplate =
    CookieTemplate::new("visits").with_http_only(true).with_max_age(YEAR);

/// Only this server can write this cookie, since it is signed.
const SINCE: CookieTemplate = CookieTemplate::new("since").with_http_only(true).with_max_age(YEAR);

/// The jar is extracted from the request, and returned with the response.
async fn home(
    State(keyring): State<Keyring>,
    mut jar: CookieJar,
) -> Result<(CookieJar, String), gingersnap::Error> {
    let visits = jar.get(VISITS.name()).and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    let visits = visits.saturating_add(1);
    jar.set(VISITS.with_value(visits.to_string()))?;

    // A cookie that does not open is forged, or signed with an earlier key: set a new one.
    let since = jar.signed(&keyring).get(SINCE.name()).ok().flatten();
    let since = since.and_then(|opened| opened.value.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    if since.is_none() {
        jar.signed_mut(&keyring).set(SINCE.with_value(now.to_string()))?;
    }
    let seconds = now.saturating_sub(since.unwrap_or(now));
    Ok((jar, format!("This is visit number {visits}. The first was {seconds} seconds ago.\n")))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = env::var("COOKIE_KEY").map_or_else(|_| Key::generate(), |text| text.parse())?;
    let app = Router::new().route("/", get(home)).with_state(Keyring::new(&key));

    let port = env::var("PORT").map_or(Ok(8000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
