//! What all pages share: their frame, their style, and some of their parts.

use gingersnap::CookieJar;
use gingersnap::errors::CookieError;
use hyper::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::shared::clear_cookies;
use crate::shared::reply;
pub(crate) use crate::shared::reply::{Reply, see_other};

/// The pages in the navigation.
const PAGES: [(&str, &str); 4] =
    [("/color", "Colour"), ("/visits", "Visits"), ("/cookies", "Cookies"), ("/explain", "Explain")];

/// The icon of the site, as an image that the browser need not request.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
    %3Ccircle cx='16' cy='16' r='14' fill='%23b8651b'/%3E\
    %3Cpath d='M7 13l6 3 4-5 7 3M10 23l5-4 6 4' fill='none' stroke='%23713708' stroke-width='2'/%3E\
    %3C/svg%3E";

/// Returns a page, in the frame that all pages have.
pub(crate) fn reply(status: StatusCode, path: &str, title: &str, main: &Markup) -> Reply {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                title { (title) " · gingersnap" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="stylesheet" href="/style.css";
                link rel="icon" href=(ICON);
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    a.brand href="/" aria-current=[(path == "/").then_some("page")] {
                        (snap("ginger", "small")) "gingersnap"
                    }
                    nav aria-label="Pages" {
                        @for (href, name) in PAGES {
                            a href=(href) aria-current=[(path == href).then_some("page")] { (name) }
                        }
                    }
                }
                main #main { (main) }
                footer {
                    p { "An example of gingersnap, a crate for HTTP cookies. This server stores nothing about you: all data is in your browser's cookies." }
                }
            }
        }
    };
    reply::html(status, page)
}

/// Returns the style sheet.
pub(crate) fn style() -> Reply {
    reply::css(include_str!("style.css"))
}

/// Says why the jar refused a cookie, links to the page that shows what takes the room, and offers the
/// way out.
pub(crate) fn refused(error: &CookieError) -> Markup {
    html! {
        p role="alert" { "The cookie was not set: " (error) "." }
        p { a href="/cookies" { "See which cookies it sends" } }
        @if clear_cookies::would_help(&error.kind) { (clear_cookies::form()) }
    }
}

/// Shows the `Set-Cookie` headers of this response, if it has any.
pub(crate) fn set_cookie_headers(jar: &CookieJar<'_>) -> Markup {
    html! {
        @if jar.changes().next().is_some() {
            section aria-labelledby="headers" {
                h2 #headers { "In this response" }
                p { "The response with this page has a header for your browser:" }
                @for header in jar.set_cookie_headers() { pre { code { "Set-Cookie: " (header) } } }
            }
        }
    }
}

/// Draws a gingersnap, plain or with icing of a colour.
pub(crate) fn snap(icing: &str, class: &str) -> Markup {
    html! {
        svg class={ "snap " (class) } viewBox="0 0 120 120" aria-hidden="true" {
            g.whole {
                circle.dough cx="60" cy="60" r="50" {}
                circle.rim cx="60" cy="60" r="49.5" {}
                g.cracks {
                    path d="M14 52l12 5 7-9 13 6 4-12 10 2" {}
                    path d="M106 66l-12-3-6 10-12-2-7 9 3 10-9 8" {}
                    path d="M30 92l8-9 11 2 4-11" {}
                    path d="M84 20l-3 12 8 6 1 9" {}
                }
                @if !icing.is_empty() {
                    path class={ "icing " (icing) }
                        d="M60 26c10-5 20 1 23 9 9 2 14 12 10 21 6 8 2 20-7 23-1 10-12 16-21 11-8 5-19 2-22-7-10 0-17-10-14-19-7-7-6-19 3-24 0-11 12-18 22-14 2 0 4 0 6 0z" {}
                    path.shine d="M42 44c4-6 10-9 17-9" {}
                }
                g.sugar {
                    circle cx="46" cy="58" r="2.2" {} circle cx="70" cy="50" r="2" {}
                    circle cx="62" cy="72" r="2.4" {} circle cx="78" cy="66" r="1.8" {}
                    circle cx="52" cy="78" r="1.8" {} circle cx="58" cy="42" r="1.8" {}
                }
            }
            @if class == "bitten" {
                g.bite {
                    circle cx="112" cy="18" r="18" {} circle cx="90" cy="10" r="16" {}
                    circle cx="114" cy="42" r="14" {} circle cx="94" cy="30" r="13" {}
                }
            }
        }
    }
}
