//! The server: routes and forms.

use std::convert::Infallible;
use std::sync::Arc;

use gingersnap::CookieJar;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::{Method, Request, StatusCode};
use tokio::time::timeout;

use crate::keys::Keys;
use crate::page::{self, Notice, Reply};
use crate::shared::connections::TIME_LIMIT;
use crate::shared::{clear_cookies, guard};
use crate::visit::{self, Action, THEMES, Visit};

/// The most bytes of a form.
const MAX_FORM_BYTES: usize = 4096;

/// How many characters a user's name has.
const NAME_LEN: std::ops::RangeInclusive<usize> = 1..=64;

/// Responds to a request.
pub(crate) async fn respond(
    request: Request<Incoming>,
    keys: Arc<Keys>,
) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = guard::check(&parts) {
        return Ok(page::plain(refusal.status, refusal.reason));
    }
    let path = parts.uri.path();
    if parts.method == Method::POST {
        let Some(form) = read(body).await else {
            return Ok(page::plain(StatusCode::BAD_REQUEST, "This is not a form of this site."));
        };
        return Ok(post(path, &form, &parts.headers, &keys));
    }
    Ok(match path {
        "/" => show(&parts.headers, &keys, parts.uri.query(), None),
        "/style.css" => page::style(),
        _ => page::plain(StatusCode::NOT_FOUND, "There is no such page."),
    })
}

/// Shows the page, and seals cookies again if it is time.
fn show(headers: &HeaderMap, keys: &Keys, query: Option<&str>, notice: Option<Notice>) -> Reply {
    let keyring = keys.keyring();
    let mut jar = match CookieJar::from_headers(headers) {
        Ok(jar) => jar,
        Err(error) => return page::too_much(&error),
    };
    let expected = query.and_then(visit::expected_cookie);
    let is_missing = expected.is_some_and(|name| !jar.contains(name));
    let notice = notice.or(is_missing.then_some(Notice::NotKept));
    match Visit::read(&mut jar, &keyring) {
        Ok(visit) => {
            let mut reply = page::home(&visit, &jar, &keyring, notice.as_ref());
            jar.append_to(reply.headers_mut());
            reply
        }
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Does what a form asks for, and sends the browser back to the page.
fn post(path: &str, form: &[u8], headers: &HeaderMap, keys: &Keys) -> Reply {
    let field = |name: &str| {
        let found = form_urlencoded::parse(form).find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let complain = |notice| show(headers, keys, None, Some(notice));
    let action = match path {
        "/sign-in" if NAME_LEN.contains(&field("name").chars().count()) => {
            Action::SignIn(field("name"))
        }
        "/sign-in" => return complain(Notice::BadForm("A name has 1 to 64 characters.")),
        "/sign-out" => Action::SignOut,
        "/theme" => match THEMES.into_iter().find(|theme| *theme == field("theme")) {
            Some(theme) => Action::Theme(theme),
            None => return complain(Notice::BadForm("There is no such theme.")),
        },
        "/forget-theme" => Action::ForgetTheme,
        "/rotate" => return rotate(keys),
        clear_cookies::PATH => return page::cookies_cleared(),
        _ => return page::plain(StatusCode::NOT_FOUND, "There is no such form."),
    };
    let mut jar = match CookieJar::from_headers(headers) {
        Ok(jar) => jar,
        Err(error) => return page::too_much(&error),
    };
    if let Err(error) = action.apply(&mut jar, &keys.keyring()) {
        return complain(Notice::NotSet(error));
    }
    let mut reply = page::see_other(action.next_page());
    jar.append_to(reply.headers_mut());
    reply
}

/// Rotates the keys.
fn rotate(keys: &Keys) -> Reply {
    match keys.rotate() {
        Ok(()) => page::see_other("/"),
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Returns the body of a form, unless it is too large or too slow.
async fn read(body: Incoming) -> Option<Vec<u8>> {
    let read = Limited::new(body, MAX_FORM_BYTES).collect();
    let body = timeout(TIME_LIMIT, read).await.ok()?.ok()?;
    Some(body.to_bytes().to_vec())
}
