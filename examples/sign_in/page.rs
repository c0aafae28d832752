//! The page and its looks.

use gingersnap::errors::{LimitError, OpenError, OpenErrorKind, SealErrorKind};
use gingersnap::protect::Keyring;
use gingersnap::{CookieJar, Error};
use hyper::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::shared::clear_cookies;
use crate::shared::reply;
pub(crate) use crate::shared::reply::{Reply, see_other};
use crate::visit::{THEME, THEMES, USER, Visit};

/// What the page says before anything else.
pub(crate) enum Notice {
    /// A form has a value that it cannot have.
    BadForm(&'static str),
    /// A cookie could not be set.
    NotSet(Error),
    /// A cookie that was set did not come back.
    NotKept,
}

impl Notice {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadForm(_) => StatusCode::BAD_REQUEST,
            Self::NotSet(error) if is_lack_of_room(error) => {
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            Self::NotSet(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotKept => StatusCode::OK,
        }
    }

    fn show(&self) -> Markup {
        html! {
            @match self {
                Self::BadForm(text) => p.alert role="alert" { (text) },
                Self::NotSet(error) => {
                    p.alert role="alert" { "The cookie was not set: " (error) "." }
                    @if is_lack_of_room(error) { (clear_cookies::form()) }
                }
                Self::NotKept => p.alert role="alert" {
                    strong { "Your browser did not keep the cookie" }
                    ". It keeps no cookies from this site, or none that are " code { "Secure" }
                    " without TLS; or the cookie has ended or been deleted since."
                },
            }
        }
    }
}

/// Returns whether a cookie was refused because the received ones leave no room for it.
fn is_lack_of_room(error: &Error) -> bool {
    match error {
        Error::Cookie(error) => clear_cookies::would_help(&error.kind),
        Error::Seal(error) => match &error.kind {
            SealErrorKind::Cookie(kind) => clear_cookies::would_help(kind),
            _ => false,
        },
        _ => false,
    }
}

pub(crate) fn home(
    visit: &Visit,
    jar: &CookieJar<'_>,
    keyring: &Keyring,
    notice: Option<&Notice>,
) -> Reply {
    let main = html! {
        @if let Some(notice) = notice { (notice.show()) }
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
    in_frame(notice.map_or(StatusCode::OK, Notice::status), visit.theme(), &main)
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
                "Everyone stays signed in. What an old key sealed, that is, signed or encrypted, "
                "still opens, and is sealed again with the new key on the next visit. Only the latest "
                "old keys are kept: what an older one sealed does not open any more. A real server "
                "has no such button: its keys change with its configuration."
            }
        }
    }
}

/// Responds to a browser that sends more cookies than a jar accepts, and tells it to delete them.
pub(crate) fn too_much(error: &LimitError) -> Reply {
    let text = format!("Your browser was told to delete this site's cookies: {error}.");
    let mut reply = plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &text);
    clear_cookies::add_header(&mut reply);
    reply
}

/// Tells a browser to delete its cookies, because the user asked for it.
pub(crate) fn cookies_cleared() -> Reply {
    let mut reply = plain(StatusCode::OK, "Your browser was told to delete this site's cookies.");
    clear_cookies::add_header(&mut reply);
    reply
}

pub(crate) fn plain(status: StatusCode, text: &str) -> Reply {
    let main = html! { p.alert role="alert" { (text) } p { a href="/" { "Back" } } };
    in_frame(status, THEMES[0], &main)
}

pub(crate) fn style() -> Reply {
    reply::css(include_str!("style.css"))
}

fn in_frame(status: StatusCode, theme: &str, main: &Markup) -> Reply {
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
    reply::html(status, page)
}
