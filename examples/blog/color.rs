//! `/color`: a favourite colour, kept for a session or for two years.

use std::time::Duration;

use gingersnap::errors::CookieError;
use gingersnap::{Cookie, CookieJar, SameSite};
use hyper::StatusCode;
use maud::{Markup, html};

use crate::page::{self, Reply};

/// The cookie, declared once: its lifetime and value are added where it is sent.
const COLOR: Cookie =
    Cookie::from_static("color").with_http_only(true).with_same_site(SameSite::Lax);

const TWO_YEARS: Duration = Duration::from_secs(63_072_000);

/// The colours on offer. The style sheet has a class for each.
pub(crate) const COLORS: [&str; 8] =
    ["ginger", "gold", "green", "teal", "blue", "purple", "pink", "red"];

/// How long a chosen colour is kept. The browser doesn't tell when it sends the cookie back, so the
/// redirect after the choice does.
#[derive(Clone, Copy)]
enum Kept {
    Session,
    TwoYears,
}

impl Kept {
    /// Where the page is that says so.
    const fn page(self) -> &'static str {
        match self {
            Self::Session => "/color?kept=session",
            Self::TwoYears => "/color?kept=two-years",
        }
    }

    fn from_query(query: &str) -> Option<Self> {
        let (_, word) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "kept")?;
        match &*word {
            "session" => Some(Self::Session),
            "two-years" => Some(Self::TwoYears),
            _ => None,
        }
    }
}

/// The page: the first visit sets the cookie, later ones read it.
pub(crate) fn show(jar: &mut CookieJar<'_>, query: Option<&str>) -> Reply {
    let color = jar.get("color").filter(|color| !color.is_empty()).map(str::to_owned);
    let (title, main) = if let Some(color) = color {
        (format!("Your favourite colour is {color}"), favourite(&color, query))
    } else {
        let refused = jar.set(COLOR.with_value(COLORS[0])).err();
        ("Your first cookie".to_owned(), first(jar, refused.as_ref()))
    };
    page::reply(StatusCode::OK, "/color", &title, &main)
}

/// The form was sent: sets the cookie, and sends the browser back to the page.
pub(crate) fn choose(jar: &mut CookieJar<'_>, form: &[u8]) -> Reply {
    let field = |name| form_urlencoded::parse(form).find(|(key, _)| key == name);
    let chosen = field("color").and_then(|(_, color)| COLORS.into_iter().find(|c| *c == color));
    let Some(color) = chosen else {
        let main = html! {
            h1 { "That colour isn't on our tray" }
            p role="alert" { "Please pick one of these." }
            (form_for(None))
        };
        return page::reply(StatusCode::BAD_REQUEST, "/color", "No such colour", &main);
    };
    let (cookie, kept) = match field("remember") {
        Some(_) => (COLOR.with_max_age(TWO_YEARS), Kept::TwoYears),
        None => (COLOR, Kept::Session),
    };
    match jar.set(cookie.with_value(color)) {
        Ok(()) => page::see_other(kept.page()),
        Err(error) => {
            let main = html! {
                h1 { "There is no room for your colour" }
                (page::refused(&error))
            };
            page::reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "/color", "No room", &main)
        }
    }
}

fn first(jar: &CookieJar<'_>, refused: Option<&CookieError>) -> Markup {
    html! {
        div.hero {
            (page::snap("", ""))
            @if let Some(error) = refused {
                div {
                    h1 { "There is no room for a cookie" }
                    (page::refused(error))
                }
            } @else {
                div {
                    p.eyebrow { "Hello, and welcome" }
                    h1 { "Just now, your browser has been sent a cookie" }
                    p.lede {
                        "We wrote “" (COLORS[0]) "” into it, until you choose. "
                        a href="/color" { "Come again" } " and we will know."
                    }
                }
            }
        }
        (form_for(Some(COLORS[0])))
        (page::wire(jar))
    }
}

fn favourite(color: &str, query: Option<&str>) -> Markup {
    let known = COLORS.into_iter().find(|known| *known == color);
    let kept = query.and_then(Kept::from_query);
    html! {
        div.hero {
            (page::snap(known.unwrap_or_default(), ""))
            div {
                p.eyebrow { "Welcome back" }
                h1 { "We remember: your favourite colour is " bdi { (color) } }
                @match kept {
                    Some(Kept::Session) => p.lede role="status" {
                        "It is in a session cookie, which ends when you close your browser."
                    },
                    Some(Kept::TwoYears) => p.lede role="status" {
                        "We asked your browser to keep it for two years, 63,072,000 seconds. "
                        "Browsers keep 400 days of them."
                    },
                    None => p.lede {
                        "Your browser told us. It didn't say for how long it will know: "
                        "a cookie comes back as its name and value, and nothing else."
                    },
                }
            }
        }
        (form_for(known))
    }
}

/// The form that picks a colour.
fn form_for(current: Option<&str>) -> Markup {
    html! {
        form.card method="post" action="/color" {
            fieldset {
                legend { "Pick another colour" }
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
                span { "Remember it " small { "for two years, not just until the browser is closed" } }
            }
            button type="submit" { "Choose this colour" }
        }
    }
}
