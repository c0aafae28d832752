//! The server: connections, routes, forms.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gingersnap::CookieJar;
use gingersnap::protect::{Key, Keyring};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::time::{sleep, timeout};

use crate::page::{self, Reply};
use crate::visit::{Action, THEMES, Visit};

/// How long a request's headers, its body, and the end of open connections may each take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of a form.
const MAX_FORM_BYTES: usize = 4096;

/// How many characters a user's name has.
const NAME_LEN: std::ops::RangeInclusive<usize> = 1..=64;

/// Serves until Ctrl-C.
pub(crate) async fn run(listener: &TcpListener, keyring: Keyring) {
    let keyring = Arc::new(Mutex::new(keyring));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(TIMEOUT);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(ctrl_c());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let keyring = Arc::clone(&keyring);
                    let service = service_fn(move |request| answer(request, Arc::clone(&keyring)));
                    let connection = http.serve_connection(TokioIo::new(stream), service);
                    // A connection fails when a client goes away.
                    tokio::spawn(graceful.watch(connection));
                }
                // Most likely there are too many open files; try again in a moment.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            _ = &mut stop => break,
        }
    }
    let _ = timeout(TIMEOUT, graceful.shutdown()).await;
}

async fn answer(
    request: Request<Incoming>,
    keyring: Arc<Mutex<Keyring>>,
) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if parts.method == "POST" {
        if is_cross_site(&parts.headers) {
            return Ok(page::plain(
                StatusCode::FORBIDDEN,
                "This form can only be sent from this site.",
            ));
        }
        let Some(form) = read(body).await else {
            return Ok(page::plain(StatusCode::BAD_REQUEST, "This is not a form of this site."));
        };
        return Ok(post(path, &form, &parts.headers, &keyring));
    }
    Ok(match path {
        "/" => show(&parts.headers, &keyring, None),
        "/style.css" => page::style(),
        _ => page::plain(StatusCode::NOT_FOUND, "There is no such page."),
    })
}

/// Shows the page, and seals cookies again if it is time.
fn show(headers: &HeaderMap, keyring: &Mutex<Keyring>, complaint: Option<&str>) -> Reply {
    let keyring = current(keyring);
    let mut jar = match CookieJar::from_headers(headers) {
        Ok(jar) => jar,
        Err(error) => return page::too_much(&error),
    };
    match Visit::read(&mut jar, &keyring) {
        Ok(visit) => {
            let mut reply = page::home(&visit, &jar, &keyring, complaint);
            jar.append_to(reply.headers_mut());
            reply
        }
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Does what a form asks for, and sends the browser back to the page.
fn post(path: &str, form: &[u8], headers: &HeaderMap, keyring: &Mutex<Keyring>) -> Reply {
    let field = |name: &str| {
        let found = form_urlencoded::parse(form).find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let action = match path {
        "/sign-in" if NAME_LEN.contains(&field("name").chars().count()) => {
            Action::SignIn(field("name"))
        }
        "/sign-in" => return show(headers, keyring, Some("A name has 1 to 64 characters.")),
        "/sign-out" => Action::SignOut,
        "/theme" => match THEMES.into_iter().find(|theme| *theme == field("theme")) {
            Some(theme) => Action::Theme(theme),
            None => return show(headers, keyring, Some("There is no such theme.")),
        },
        "/forget-theme" => Action::ForgetTheme,
        "/rotate" => return rotate(keyring),
        _ => return page::plain(StatusCode::NOT_FOUND, "There is no such form."),
    };
    let mut jar = match CookieJar::from_headers(headers) {
        Ok(jar) => jar,
        Err(error) => return page::too_much(&error),
    };
    if let Err(error) = action.apply(&mut jar, &current(keyring)) {
        return show(headers, keyring, Some(&error.to_string()));
    }
    let mut reply = page::see_other("/");
    jar.append_to(reply.headers_mut());
    reply
}

/// Makes a new key the primary one; the earlier keys only open. In production, this is a change of
/// the configuration, by someone who may see the keys.
fn rotate(keyring: &Mutex<Keyring>) -> Reply {
    match Key::generate() {
        Ok(key) => {
            let mut keyring = keyring.lock().unwrap_or_else(PoisonError::into_inner);
            *keyring = keyring.clone().with_primary(&key);
            page::see_other("/")
        }
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Returns the present keyring. A clone shares its keys.
fn current(keyring: &Mutex<Keyring>) -> Keyring {
    keyring.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Returns whether another site's page sent this form. `SameSite` keeps cookies from such a request,
/// but signing in needs none: nobody is to be signed in under a name that they did not choose.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

/// Returns the body of a form, unless it is too large or too slow.
async fn read(body: Incoming) -> Option<Vec<u8>> {
    let read = Limited::new(body, MAX_FORM_BYTES).collect();
    let body = timeout(TIMEOUT, read).await.ok()?.ok()?;
    Some(body.to_bytes().to_vec())
}
