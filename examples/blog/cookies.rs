//! `/cookies`: the cookies that the browser sent, and how much of the limits they use.

use gingersnap::{Budget, CookieJar, header};
use hyper::StatusCode;
use hyper::header::{COOKIE, HeaderMap};
use maud::{Markup, html};

use crate::page::{self, Reply};

/// How many rows a list shows: as many cookies as the default limits allow. A request of 12 KB can have
/// 3,000 cookies, and a page with a row for each would have 1.3 MB.
const MAX_ROWS: usize = 150;

/// A cookie that the browser sent: its name, its plain value, and the bytes of both on the wire.
struct SentCookie<'j> {
    name: &'j str,
    value: &'j str,
    bytes: usize,
}

/// Shows the cookies.
pub(crate) fn show(jar: &CookieJar<'_>, headers: &HeaderMap) -> Reply {
    // The jar has plain values. Their size on the wire is that of the pairs in the headers, which
    // are in the same order.
    let pairs = headers.get_all(COOKIE).iter().flat_map(header::text_pairs).flatten();
    let sent: Vec<_> = jar
        .iter()
        .zip(pairs)
        .map(|((name, value), (_, raw))| SentCookie { name, value, bytes: name.len() + raw.len() })
        .collect();
    let budget = jar.budget();
    let main = html! {
        h1 { "What your browser sent" }
        (show_budget(&budget, &sent))
        section aria-labelledby="each" {
            h2 #each { "Each cookie" }
            @if sent.is_empty() {
                p { "None yet. " a href="/color" { "Get your first cookie" } "." }
            } @else {
                ol.jar {
                    @for cookie in sent.iter().take(MAX_ROWS) { li { (show_cookie(cookie, &budget)) } }
                }
                (not_shown(sent.len(), "cookies"))
            }
        }
        section aria-labelledby="skipped" {
            h2 #skipped { "Skipped pairs" }
            @if jar.skipped().is_empty() {
                p { "None: everything could be read." }
            } @else {
                p { "These could not be read. They do not affect the other cookies:" }
                ul { @for skipped in jar.skipped().iter().take(MAX_ROWS) { li { (skipped) } } }
                (not_shown(jar.skipped().len(), "pairs"))
            }
        }
    };
    page::reply(StatusCode::OK, "/cookies", "Your cookies", &main)
}

/// Says how many of the rows of a list are not shown.
fn not_shown(rows: usize, what: &str) -> Markup {
    html! {
        @if rows > MAX_ROWS { p { (rows - MAX_ROWS) " more " (what) " are not shown." } }
    }
}

/// Shows the size of all cookies together.
fn show_budget(budget: &Budget<'_>, sent: &[SentCookie<'_>]) -> Markup {
    let (cookies, bytes) = (budget.cookies(), budget.cookie_header_bytes());
    let limits = budget.limits();
    html! {
        section.card.budget aria-labelledby="budget" {
            h2 #budget { "All cookies" }
            p.figure {
                strong { (cookies) } " of " (limits.cookies()) " cookies"
                (over_limit(cookies, limits.cookies()))
            }
            (bar([cookies], limits.cookies()))
            p.figure {
                strong { (bytes) } " of " (limits.cookie_header_bytes()) " bytes with each request"
                (over_limit(bytes, limits.cookie_header_bytes()))
            }
            (bar(parts(sent), limits.cookie_header_bytes()))
            @if let Some((name, _)) = budget.largest() {
                p { small { "The largest cookie is " code { bdi { (name) } } "." } }
            }
        }
    }
}

/// Returns the bytes of each cookie that has a row, and those of all others together.
fn parts(sent: &[SentCookie<'_>]) -> impl Iterator<Item = usize> {
    let bytes = |cookie: &SentCookie<'_>| cookie.bytes + "=; ".len();
    let (shown, others) = sent.split_at(sent.len().min(MAX_ROWS));
    let others = others.iter().map(bytes).sum();
    shown.iter().map(bytes).chain((others > 0).then_some(others))
}

/// Shows one cookie, and its share of the limits.
fn show_cookie(cookie: &SentCookie<'_>, budget: &Budget<'_>) -> Markup {
    let (own, all) = (budget.limits().cookie_bytes(), budget.limits().cookie_header_bytes());
    html! {
        p.figure {
            code.name { bdi { (cookie.name) } }
            span { strong { (cookie.bytes) } " bytes" }
        }
        (bar([cookie.bytes], own))
        p {
            small {
                (percent(cookie.bytes, own)) " of the " (own) " bytes of one cookie, "
                (percent(cookie.bytes, all)) " of the " (all) " bytes of one request"
            }
        }
        p.value { code { bdi { (cookie.value) } } }
    }
}

/// Draws a bar that is as long as the limit, with the parts in it. The text beside it has the same
/// numbers, so the bar is hidden from screen readers.
fn bar(parts: impl IntoIterator<Item = usize>, limit: u32) -> Markup {
    let mut start = 0;
    let parts: Vec<_> = parts
        .into_iter()
        .map(|part| {
            start += part;
            (start - part, part)
        })
        .collect();
    html! {
        svg.bar.over[is_over(start, limit)] viewBox={ "0 0 " (limit) " 1" }
            preserveAspectRatio="none" aria-hidden="true"
        {
            @for (x, width) in parts { rect x=(x) width=(width) height="1" {} }
        }
    }
}

/// Says in words what the colour of a bar shows.
fn over_limit(part: usize, limit: u32) -> &'static str {
    if is_over(part, limit) { ", which is over the limit" } else { "" }
}

fn is_over(part: usize, limit: u32) -> bool {
    part > limit as usize
}

/// Returns a share of a limit as text, in tenths of a percent.
fn percent(part: usize, limit: u32) -> String {
    match part * 1000 / limit as usize {
        0 => "under 0.1%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}
