//! `/visits` counts the visits; `/stop-tracking` removes the count.

use std::time::Duration;

use gingersnap::{Cookie, CookieJar, SameSite};
use hyper::StatusCode;
use maud::{Markup, html};

use crate::page::{self, Reply};

/// The cookie, declared once: what sets it and what removes it are the same.
const VISITS: Cookie = Cookie::from_static("visits")
    .with_max_age(Duration::from_secs(63_072_000))
    .with_http_only(true)
    .with_same_site(SameSite::Lax);

/// Counts a visit, and starts the cookie's lifetime again.
pub(crate) fn count(jar: &mut CookieJar<'_>) -> Reply {
    // Anyone can write anything into a cookie. What is no number counts as no visit.
    let visits: u32 = jar.get("visits").and_then(|visits| visits.parse().ok()).unwrap_or(0);
    let refused = jar.set(VISITS.with_value(visits.saturating_add(1).to_string())).err();
    // The jar sees its own changes, so the page has the new number from there.
    let main = match &refused {
        None => counted(jar, jar.get("visits").unwrap_or_default()),
        Some(error) => html! {
            h1 { "There is no room to count this visit" }
            (page::refused(error))
        },
    };
    page::reply(StatusCode::OK, "/visits", "Visits", &main)
}

/// Removes the count.
pub(crate) fn stop(jar: &mut CookieJar<'_>) -> Reply {
    let refused = jar.remove(VISITS).err();
    let main = html! {
        div.hero {
            (page::snap("", "bitten"))
            div {
                @if let Some(error) = &refused {
                    h1 { "The count is still there" }
                    (page::refused(error))
                } @else {
                    p.eyebrow { "Done" }
                    h1 { "We have stopped tracking you" }
                    p.lede {
                        "The cookie " code { "visits" } " is gone from your browser. "
                        "If you have a favourite colour, that stays."
                    }
                    p { a.button href="/visits" { "Start counting again" } }
                }
            }
        }
        (page::wire(jar))
    };
    page::reply(StatusCode::OK, "/stop-tracking", "Stopped tracking", &main)
}

fn counted(jar: &CookieJar<'_>, visits: &str) -> Markup {
    html! {
        div.hero {
            div.number.long[visits.len() > 3] aria-hidden="true" { (visits) }
            div {
                @if visits == "1" {
                    p.eyebrow { "Nice to meet you" }
                    h1 { "This is your first visit" }
                    p.lede { "From now on we count. The number lives in your browser, not here." }
                } @else {
                    p.eyebrow { "Welcome back" }
                    h1 { "This is visit number " (visits) }
                    p.lede {
                        @if visits.parse() == Ok(u32::MAX) { "We can't count any further. " }
                        "Each visit writes the number anew, and starts its two years again. "
                        a href="/visits" { "Visit once more" }
                    }
                }
                p { a.button href="/stop-tracking" { "Enough! Stop tracking me" } }
            }
        }
        (page::wire(jar))
    }
}
