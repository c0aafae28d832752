//! The page and its looks.

use gingersnap::CookieJar;
use gingersnap::errors::{LimitError, OpenError, OpenErrorKind};
use gingersnap::protect::Keyring;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
};
use hyper::{Response, StatusCode};
use maud::{DOCTYPE, Markup, html};

use crate::visit::{THEME, THEMES, USER, Visit};

/// What the server answers with.
pub(crate) type Reply = Response<Full<Bytes>>;

pub(crate) fn home(
    visit: &Visit,
    jar: &CookieJar<'_>,
    keyring: &Keyring,
    complaint: Option<&str>,
) -> Reply {
    let main = html! {
        @if let Some(complaint) = complaint { p.alert role="alert" { (complaint) } }
        @for name in &visit.renewed {
            p.note role="status" {
                "Your cookie " code { (name) } " was sealed again, under the key "
                code { (keyring.primary()) } "."
            }
        }
        (user(visit))
        (theme(visit))
        section {
            h2 { "What your browser carries" }
            (sealed(jar, USER.name()))
            (sealed(jar, THEME.name()))
            p.legend {
                span.head { "version and purpose" } span.key { "key" } span.time { "issued" }
                span.until { "expires" } span.rest { "value and tag" }
            }
        }
        (keys(keyring))
    };
    let status = if complaint.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    html_reply(status, visit.theme(), &main)
}

fn user(visit: &Visit) -> Markup {
    html! {
        section.card {
            @match &visit.user {
                Ok(Some(name)) => {
                    h1 { "Hello, " bdi { (name) } }
                    p { "Your name came in an encrypted cookie. It ends an hour after it was sealed, "
                        "and is sealed again when half of that is over." }
                    form method="post" action="/sign-out" { button { "Sign out" } }
                }
                found => {
                    h1 { "Who are you?" }
                    @if let Err(error) = found { (refused(error)) }
                    form method="post" action="/sign-in" {
                        label { "Your name " input name="name" autocomplete="username" required; }
                        button { "Sign in" }
                    }
                    p.small {
                        "There is no password: this page shows what happens to a cookie after you "
                        "have signed in. Checking who you are, by a password that is stored as a "
                        "hash and cannot be tried a thousand times, by a passkey or by another "
                        "site, is a subject of its own, and half of it would be worse than none."
                    }
                }
            }
        }
    }
}

fn theme(visit: &Visit) -> Markup {
    html! {
        section.card {
            h2 { "How shall this page look?" }
            @if let Err(error) = &visit.theme {
                (refused(error))
                form method="post" action="/forget-theme" { button { "Delete that cookie" } }
            }
            form method="post" action="/theme" {
                @for theme in THEMES {
                    button name="theme" value=(theme)
                        aria-pressed=((visit.theme() == theme).to_string()) { (theme) }
                }
            }
            p.small {
                "Your choice is kept in a signed cookie. You can read it in your browser's tools. "
                "Change it there and reload, and see that the change is noticed."
            }
        }
    }
}

/// Shows the kind of error, and its message.
fn refused(error: &OpenError) -> Markup {
    let kind = match error.kind {
        OpenErrorKind::Malformed { .. } => "Malformed",
        OpenErrorKind::UnknownKey { .. } => "UnknownKey",
        OpenErrorKind::Tampered => "Tampered",
        OpenErrorKind::IssuedInFuture { .. } => "IssuedInFuture",
        OpenErrorKind::TooOld { .. } => "TooOld",
        OpenErrorKind::Expired { .. } => "Expired",
        _ => "OpenError",
    };
    html! { p.alert role="alert" { strong { (kind) } ": " (error) "." } }
}

/// Shows a cookie as it is sent, in its parts.
fn sealed(jar: &CookieJar<'_>, name: &str) -> Markup {
    let text = jar.get_raw(name);
    let parts = text.and_then(|text| {
        let places = [0..2, 2..10, 10..18, 18..26].map(|place| text.get(place));
        Some((places, text.get(26..)?))
    });
    html! {
        pre tabindex="0" {
            code {
                (name) "="
                @match (parts, text) {
                    (Some(([start, key, issued, expires], rest)), _) => {
                        span.head { (start.unwrap_or_default()) }
                        span.key { (key.unwrap_or_default()) }
                        span.time { (issued.unwrap_or_default()) }
                        span.until { (expires.unwrap_or_default()) }
                        span.rest { (rest) }
                    }
                    (None, Some(text)) => (text),
                    (None, None) => i { "none" },
                }
            }
        }
    }
}

fn keys(keyring: &Keyring) -> Markup {
    html! {
        section {
            h2 { "The server's keys" }
            ul {
                li { code.key { (keyring.primary()) } " seals and opens" }
                @for id in keyring.retired() { li { code.key { (id) } " opens" } }
            }
            form method="post" action="/rotate" { button { "Rotate the key" } }
            p.small {
                "Everyone stays signed in. What the old key sealed, that is, signed or encrypted, "
                "still opens, and is sealed again with the new key on the next visit. A real server "
                "has no such button: its keys change with its configuration."
            }
        }
    }
}

/// Responds to a browser that sends more cookies than a jar accepts, and tells it to delete them.
pub(crate) fn too_much(error: &LimitError) -> Reply {
    let mut reply = plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &error.to_string());
    let name = HeaderName::from_static("clear-site-data");
    reply.headers_mut().insert(name, HeaderValue::from_static("\"cookies\""));
    reply
}

pub(crate) fn plain(status: StatusCode, text: &str) -> Reply {
    let main = html! { p.alert role="alert" { (text) } p { a href="/" { "Back" } } };
    html_reply(status, THEMES[0], &main)
}

/// Redirects from a form that was sent to a page that can be reloaded.
pub(crate) fn see_other(location: &'static str) -> Reply {
    let mut reply = Response::default();
    *reply.status_mut() = StatusCode::SEE_OTHER;
    reply.headers_mut().insert(LOCATION, HeaderValue::from_static(location));
    headers(reply, "text/html; charset=utf-8")
}

pub(crate) fn style() -> Reply {
    headers(Response::new(Full::from(include_str!("style.css"))), "text/css; charset=utf-8")
}

fn html_reply(status: StatusCode, theme: &str, main: &Markup) -> Reply {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" class=(theme) {
            head {
                meta charset="utf-8";
                title { "Sign in · gingersnap" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body { main { (main) } }
        }
    };
    let mut reply = Response::new(Full::from(page.into_string()));
    *reply.status_mut() = status;
    headers(reply, "text/html; charset=utf-8")
}

/// Adds the headers of every response. None is cached, since all depend on cookies.
fn headers(mut reply: Reply, content_type: &'static str) -> Reply {
    let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, policy),
    ] {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply
}
