//! `/cookies`: what the browser sent, to look at rather than to read.

use gingersnap::{Budget, CookieJar, header};
use hyper::StatusCode;
use hyper::header::{COOKIE, HeaderMap};
use maud::{Markup, html};

use crate::page::{self, Reply};

/// A cookie as it came: its name, its plain value, and the bytes of both on the wire.
struct Sent<'j> {
    name: &'j str,
    value: &'j str,
    bytes: usize,
}

pub(crate) fn show(jar: &CookieJar<'_>, headers: &HeaderMap) -> Reply {
    // The jar has plain values. What they weigh on the wire is seen at the pairs themselves, which
    // stand in the same order.
    let pairs = headers.get_all(COOKIE).iter().flat_map(header::text_pairs).flatten();
    let sent: Vec<_> = jar
        .iter()
        .zip(pairs)
        .map(|((name, value), (_, raw))| Sent { name, value, bytes: name.len() + raw.len() })
        .collect();
    let budget = jar.budget();
    let main = html! {
        h1 { "What your browser sent" }
        (show_budget(&budget, &sent))
        section aria-labelledby="each" {
            h2 #each { "Cookie by cookie" }
            @if sent.is_empty() {
                p { "None yet. " a href="/color" { "Get your first one" } "." }
            } @else {
                ol.jar {
                    @for cookie in &sent { li { (show_cookie(cookie, &budget)) } }
                }
            }
        }
        section aria-labelledby="skipped" {
            h2 #skipped { "Skipped" }
            @if jar.skipped().is_empty() {
                p { "Nothing: all of it could be read." }
            } @else {
                p { "What can't be read never costs the other cookies:" }
                ul { @for skipped in jar.skipped() { li { (skipped) } } }
            }
        }
    };
    page::reply(StatusCode::OK, "/cookies", "Your cookies", &main)
}

/// What all cookies weigh together.
fn show_budget(budget: &Budget<'_>, sent: &[Sent<'_>]) -> Markup {
    let (cookies, bytes) = (budget.cookies(), budget.cookie_header_bytes());
    let limits = budget.limits();
    html! {
        section.card.budget aria-labelledby="budget" {
            h2 #budget { "The budget" }
            p.figure {
                strong { (cookies) } " of " (limits.cookies()) " cookies"
                (over(cookies, limits.cookies()))
            }
            (bar([cookies], limits.cookies()))
            p.figure {
                strong { (bytes) } " of " (limits.cookie_header_bytes()) " bytes with each request"
                (over(bytes, limits.cookie_header_bytes()))
            }
            (bar(sent.iter().map(|cookie| cookie.bytes + "=; ".len()), limits.cookie_header_bytes()))
            @if let Some((name, _)) = budget.largest() {
                p { small { "The largest of them is " code { bdi { (name) } } "." } }
            }
        }
    }
}

/// One cookie, and its share of the limits.
fn show_cookie(cookie: &Sent<'_>, budget: &Budget<'_>) -> Markup {
    let (own, all) = (budget.limits().cookie_bytes(), budget.limits().cookie_header_bytes());
    html! {
        p.figure {
            code.name { bdi { (cookie.name) } }
            span { strong { (cookie.bytes) } " bytes" }
        }
        (bar([cookie.bytes], own))
        p {
            small {
                (percent(cookie.bytes, own)) " of the " (own) " that a cookie may have, "
                (percent(cookie.bytes, all)) " of the " (all) " that a request may carry"
            }
        }
        p.value { code { bdi { (cookie.value) } } }
    }
}

/// A bar of parts, as long as the limit. The text beside it says the same in figures.
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

/// What the colour of a bar says, in words.
fn over(part: usize, limit: u32) -> &'static str {
    if is_over(part, limit) { ", which is over the limit" } else { "" }
}

fn is_over(part: usize, limit: u32) -> bool {
    part > limit as usize
}

/// A share as text, in tenths of a percent.
fn percent(part: usize, limit: u32) -> String {
    match part * 1000 / limit as usize {
        0 => "under 0.1%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}
