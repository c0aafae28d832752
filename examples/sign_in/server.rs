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
use crate::visit::{THEMES, Visit, Wish};

/// How long a request's head, its body, and the end of open connections may each take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a form.
const FORM_BYTES: usize = 4096;

/// Characters of a user's name.
const NAME: std::ops::RangeInclusive<usize> = 1..=64;

/// Serves until Ctrl-C.
pub(crate) async fn run(listener: &TcpListener, keyring: Keyring) {
    let keyring = Arc::new(Mutex::new(keyring));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(ctrl_c());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let keyring = Arc::clone(&keyring);
                    let service = service_fn(move |request| answer(request, Arc::clone(&keyring)));
                    let connection = http.serve_connection(TokioIo::new(stream), service);
                    // An error of a connection is a client that went away.
                    tokio::spawn(graceful.watch(connection));
                }
                // Too many open files, most likely: better in a moment.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            _ = &mut stop => break,
        }
    }
    let _ = timeout(PATIENCE, graceful.shutdown()).await;
}

async fn answer(
    request: Request<Incoming>,
    keyring: Arc<Mutex<Keyring>>,
) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if parts.method == "POST" {
        if is_cross_site(&parts.headers) {
            return Ok(page::plain(StatusCode::FORBIDDEN, "This form is sent from here alone."));
        }
        let Some(form) = read(body).await else {
            return Ok(page::plain(StatusCode::BAD_REQUEST, "That is no form of ours."));
        };
        return Ok(post(path, &form, &parts.headers, &keyring));
    }
    Ok(match path {
        "/" => show(&parts.headers, &keyring, None),
        "/style.css" => page::style(),
        _ => page::plain(StatusCode::NOT_FOUND, "There is no such page."),
    })
}

/// The page. It renews what asks for it.
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

/// A form: does what it asks for, and sends the browser back to the page.
fn post(path: &str, form: &[u8], headers: &HeaderMap, keyring: &Mutex<Keyring>) -> Reply {
    let field = |name: &str| {
        let found = form_urlencoded::parse(form).find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let wish = match path {
        "/sign-in" if NAME.contains(&field("name").chars().count()) => Wish::SignIn(field("name")),
        "/sign-in" => return show(headers, keyring, Some("A name has 1 to 64 characters.")),
        "/sign-out" => Wish::SignOut,
        "/theme" => match THEMES.into_iter().find(|theme| *theme == field("theme")) {
            Some(theme) => Wish::Theme(theme),
            None => return show(headers, keyring, Some("There is no such theme.")),
        },
        "/forget-theme" => Wish::ForgetTheme,
        "/rotate" => return rotate(keyring),
        _ => return page::plain(StatusCode::NOT_FOUND, "There is no such form."),
    };
    let mut jar = match CookieJar::from_headers(headers) {
        Ok(jar) => jar,
        Err(error) => return page::too_much(&error),
    };
    if let Err(error) = wish.grant(&mut jar, &current(keyring)) {
        return show(headers, keyring, Some(&error.to_string()));
    }
    let mut reply = page::see_other("/");
    jar.append_to(reply.headers_mut());
    reply
}

/// A new key seals from now on; those before it only open. In production this is a change of
/// configuration, and only those may make it who may see keys.
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

/// The keyring of this moment. A clone shares its keys.
fn current(keyring: &Mutex<Keyring>) -> Keyring {
    keyring.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether another site's page sent this form. `SameSite` keeps cookies from it, but signing in
/// needs none: nobody shall be signed in under a name that they didn't choose.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

/// The body of a form, within a size and a time.
async fn read(body: Incoming) -> Option<Vec<u8>> {
    let read = Limited::new(body, FORM_BYTES).collect();
    let body = timeout(PATIENCE, read).await.ok()?.ok()?;
    Some(body.to_bytes().to_vec())
}
