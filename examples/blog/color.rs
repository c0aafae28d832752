//! `/color`: remembers a favourite colour, for a session or for two years.

use std::time::Duration;

use gingersnap::errors::CookieError;
use gingersnap::{CookieJar, CookieTemplate, SameSite};
use hyper::StatusCode;
use maud::{Markup, html};

use crate::page::{self, Reply};

/// The cookie, declared once. Its value and its lifetime are added where it is set.
const COLOR: CookieTemplate =
    CookieTemplate::new("color").with_http_only(true).with_same_site(SameSite::Lax);

const TWO_YEARS: Duration = Duration::from_secs(63_072_000);

/// The colours to choose from. The style sheet has a class for each.
pub(crate) const COLORS: [&str; 8] =
    ["ginger", "gold", "green", "teal", "blue", "purple", "pink", "red"];

/// How long the browser keeps the chosen colour. A cookie does not say so when it is sent back, so
/// the redirect after the choice does.
#[derive(Clone, Copy)]
enum Lifetime {
    Session,
    TwoYears,
}

impl Lifetime {
    /// Returns the address of the page that shows this lifetime.
    const fn page(self) -> &'static str {
        match self {
            Self::Session => "/color?kept=session",
            Self::TwoYears => "/color?kept=two-years",
        }
    }

    /// Returns the lifetime that a query names.
    fn from_query(query: &str) -> Option<Self> {
        let (_, word) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "kept")?;
        match &*word {
            "session" => Some(Self::Session),
            "two-years" => Some(Self::TwoYears),
            _ => None,
        }
    }
}

/// Shows the page: the first visit sets the cookie, later ones read it.
pub(crate) fn show(jar: &mut CookieJar<'_>, query: Option<&str>) -> Reply {
    let color = jar.get(COLOR.name()).filter(|color| !color.is_empty()).map(str::to_owned);
    let chosen = query.and_then(Lifetime::from_query);
    let (title, main) = match (color, chosen) {
        (Some(color), chosen) => {
            (format!("Your favourite colour is {color}"), later_visit(&color, chosen))
        }
        // The response before this one set the cookie. Setting another one would not help.
        (None, Some(_)) => ("No cookie came back".to_owned(), not_kept()),
        (None, None) => {
            let error = jar.set(COLOR.with_value(COLORS[0])).err();
            ("Your first cookie".to_owned(), first_visit(jar, error.as_ref()))
        }
    };
    page::reply(StatusCode::OK, "/color", &title, &main)
}

/// Handles the form: sets the cookie, and redirects the browser to the page.
pub(crate) fn choose(jar: &mut CookieJar<'_>, form: &[u8]) -> Reply {
    let field = |name| form_urlencoded::parse(form).find(|(key, _)| key == name);
    let chosen = field("color").and_then(|(_, color)| COLORS.into_iter().find(|c| *c == color));
    let Some(color) = chosen else {
        let main = html! {
            h1 { "We do not have that colour" }
            p role="alert" { "Please choose one of these." }
            (form_for(None))
        };
        return page::reply(StatusCode::BAD_REQUEST, "/color", "No such colour", &main);
    };
    let (max_age, lifetime) = match field("remember") {
        Some(_) => (Some(TWO_YEARS), Lifetime::TwoYears),
        None => (None, Lifetime::Session),
    };
    match jar.set(COLOR.with_value(color).with_max_age(max_age)) {
        Ok(()) => page::see_other(lifetime.page()),
        Err(error) => {
            let main = html! {
                h1 { "Your colour could not be saved" }
                (page::refused(&error))
            };
            page::reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "/color", "No room", &main)
        }
    }
}

/// The page for a browser that sent no colour. `error` is why it could not be sent one.
fn first_visit(jar: &CookieJar<'_>, error: Option<&CookieError>) -> Markup {
    html! {
        div.hero {
            (page::snap("", ""))
            @if let Some(error) = error {
                div {
                    h1 { "The cookie could not be set" }
                    (page::refused(error))
                }
            } @else {
                div {
                    p.eyebrow { "Welcome" }
                    h1 { "Just now, your browser has been sent a cookie" }
                    p.lede {
                        "Its value is “" (COLORS[0]) "” until you choose another colour. "
                        a href="/color" { "Reload the page" } " to see that it is remembered."
                    }
                }
            }
        }
        (form_for(Some(COLORS[0])))
        (page::set_cookie_headers(jar))
    }
}

/// The page for a browser that was redirected here after a choice, and sent no colour.
fn not_kept() -> Markup {
    html! {
        div.hero {
            (page::snap("", "bitten"))
            div {
                p.eyebrow { "No cookie came back" }
                h1 { "Your browser did not keep the cookie" }
                p.lede role="status" {
                    "Your browser keeps no cookies from this site, or the cookie has ended or been "
                    "deleted since you chose the colour. You can switch cookies on in its settings."
                }
            }
        }
        (form_for(None))
    }
}

/// The page for a browser that sent a colour. `lifetime` is that of a colour that was just chosen.
fn later_visit(color: &str, lifetime: Option<Lifetime>) -> Markup {
    let known = COLORS.into_iter().find(|known| *known == color);
    html! {
        div.hero {
            (page::snap(known.unwrap_or_default(), ""))
            div {
                p.eyebrow { "Welcome back" }
                h1 { "We remember: your favourite colour is " bdi { (color) } }
                @match lifetime {
                    Some(Lifetime::Session) => p.lede role="status" {
                        "It is in a session cookie, which ends when you close your browser."
                    },
                    Some(Lifetime::TwoYears) => p.lede role="status" {
                        "Your browser was asked to keep it for two years (63,072,000 seconds). "
                        "Browsers keep a cookie for at most 400 days."
                    },
                    None => p.lede {
                        "Your browser sent it. It did not say how long it keeps the cookie: "
                        "a browser sends back only the name and the value."
                    },
                }
            }
        }
        (form_for(known))
    }
}

/// The form to choose a colour.
fn form_for(current: Option<&str>) -> Markup {
    html! {
        form.card method="post" action="/color" {
            fieldset {
                legend { "Choose another colour" }
                div.tray {
                    @for color in COLORS {
                        label class={ "swatch " (color) } {
                            input type="radio" name="color" value=(color) required
                                checked[current == Some(color)];
                            span { (color) }
                        }
                    }
                }
            }
            label.check {
                input type="checkbox" name="remember" value="yes";
                span { "Remember it " small { "for two years, not only until the browser is closed" } }
            }
            button type="submit" { "Choose this colour" }
        }
    }
}
