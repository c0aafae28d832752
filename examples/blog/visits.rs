//! `/visits` counts visits; `/stop-tracking` removes the count.

use std::time::Duration;

use gingersnap::{CookieJar, CookieTemplate, SameSite};
use hyper::StatusCode;
use maud::{Markup, html};

use crate::page::{self, Reply};

/// The cookie, declared once: it is set and removed with the same attributes.
const VISITS: CookieTemplate = CookieTemplate::new("visits")
    .with_max_age(Duration::from_secs(63_072_000))
    .with_http_only(true)
    .with_same_site(SameSite::Lax);

/// Counts a visit, and renews the cookie for two years.
pub(crate) fn count(jar: &mut CookieJar<'_>) -> Reply {
    // Users can change their cookies. A value that is not a number counts as no visit.
    let visits: u32 = jar.get(VISITS.name()).and_then(|visits| visits.parse().ok()).unwrap_or(0);
    let error = jar.set(VISITS.with_value(visits.saturating_add(1).to_string())).err();
    // The jar sees its own changes: this is the new number.
    let main = match &error {
        None => counted(jar, jar.get(VISITS.name()).unwrap_or_default()),
        Some(error) => html! {
            h1 { "This visit could not be counted" }
            (page::refused(error))
        },
    };
    page::reply(StatusCode::OK, "/visits", "Visits", &main)
}

/// Removes the count.
pub(crate) fn stop(jar: &mut CookieJar<'_>) -> Reply {
    let error = jar.remove(VISITS).err();
    let main = html! {
        div.hero {
            (page::snap("", "bitten"))
            div {
                @if let Some(error) = &error {
                    h1 { "The count could not be removed" }
                    (page::refused(error))
                } @else {
                    p.eyebrow { "Done" }
                    h1 { "We have stopped tracking you" }
                    p.lede {
                        "The cookie " code { (VISITS.name()) } " was removed from your browser. "
                        "Your favourite colour, if you have one, is still there."
                    }
                    p { a.button href="/visits" { "Start counting again" } }
                }
            }
        }
        (page::set_cookie_headers(jar))
    };
    page::reply(StatusCode::OK, "/stop-tracking", "Stopped tracking", &main)
}

/// The page for a visit that was counted.
fn counted(jar: &CookieJar<'_>, visits: &str) -> Markup {
    html! {
        div.hero {
            div.number.long[visits.len() > 3] aria-hidden="true" { (visits) }
            div {
                @if visits == "1" {
                    p.eyebrow { "Welcome" }
                    h1 { "This is your first visit" }
                    p.lede {
                        "From now on, your visits are counted. The number is stored in your browser, "
                        "not on the server. If every visit is the first, your browser keeps no cookies."
                    }
                } @else {
                    p.eyebrow { "Welcome back" }
                    h1 { "This is visit number " (visits) }
                    p.lede {
                        @if visits.parse() == Ok(u32::MAX) { "The count cannot get any higher. " }
                        "Each visit sets the cookie again, for two years from then. "
                        a href="/visits" { "Visit once more" }
                    }
                }
                p { a.button href="/stop-tracking" { "Enough! Stop tracking me" } }
            }
        }
        (page::set_cookie_headers(jar))
    }
}
