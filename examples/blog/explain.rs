//! `/explain`: what a browser does with a `Set-Cookie` header, with marks under the parts.
//!
//! The form is sent by POST, because a header can have a secret, and URLs are kept in histories and logs.

use std::ops::Range;
use std::time::SystemTime;

use gingersnap::explain::{Action, Verdict};
use gingersnap::user_agent::Warning;
use gingersnap::{RequestContext, explain};
use hyper::StatusCode;
use maud::{Markup, html};
use percent_encoding::percent_decode;

use crate::page::{self, Reply};

/// How many bytes a form may have. A browser keeps cookies of 4096 bytes, and a form can have three bytes
/// for each.
pub(crate) const MAX_FORM_BYTES: usize = 32 << 10;

/// How many reasons, and how many warnings, are shown of a header that has more.
const SHOWN: usize = 20;

/// How many characters are shown on either side of a mark.
const CONTEXT: usize = 80;

/// What the form has.
#[derive(Default)]
struct Question {
    header: String,
    url: String,
}

/// Shows the form, with an example in it.
pub(crate) fn show() -> Reply {
    let example = Question {
        header: "sid=31d4d96e; Path=/; SameSite=None; Http-Only".to_owned(),
        url: "https://shop.example/cart".to_owned(),
    };
    reply(StatusCode::OK, &example, &html! {})
}

/// Handles the form: shows the verdict, or what is wrong with the form.
pub(crate) fn answer(form: &[u8]) -> Reply {
    if percent_decode(form).decode_utf8().is_err() {
        let text = html! { "The form is not in UTF-8, in which browsers send it." };
        return reply(StatusCode::BAD_REQUEST, &Question::default(), &alert(&text));
    }
    let field = |name| form_urlencoded::parse(form).find(|(key, _)| key == name);
    let field = |name| field(name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let question = Question { header: field("header"), url: field("url") };
    let header = without_name(&question.header);
    if header.is_empty() {
        let text = html! { "There is no header. Paste a " code { "Set-Cookie" } " header." };
        return reply(StatusCode::BAD_REQUEST, &question, &alert(&text));
    }
    match RequestContext::parse(&question.url) {
        Ok(context) => {
            let verdict = explain(header, &context, SystemTime::now());
            reply(StatusCode::OK, &question, &show_verdict(header, &verdict))
        }
        Err(error) => {
            let text = html! { "This URL cannot be used: " (with_code(&error.to_string())) "." };
            reply(StatusCode::BAD_REQUEST, &question, &alert(&text))
        }
    }
}

/// Returns the page for a form that could not be read.
pub(crate) fn unreadable(status: StatusCode) -> Reply {
    let text = html! {
        "The form could not be read. It has more than " (MAX_FORM_BYTES) " bytes, took too long, or "
        "has the wrong content type. A browser ignores cookies of more than 4096 bytes."
    };
    reply(status, &Question::default(), &alert(&text))
}

/// Returns the page, with a result under the form.
fn reply(status: StatusCode, question: &Question, result: &Markup) -> Reply {
    let main = html! {
        h1 { "Why is my cookie gone?" }
        p.lede { "Paste a header of a response, and see what a browser does with it." }
        (form(question))
        (result)
    };
    page::reply(status, "/explain", "Why is my cookie gone?", &main)
}

fn form(question: &Question) -> Markup {
    html! {
        form.card.question method="post" action="/explain" {
            label for="header" { code { "Set-Cookie" } " header" }
            // The HTML parser drops one line feed after the tag.
            textarea #header name="header" rows="3" required spellcheck="false" autocomplete="off" {
                "\n" (question.header)
            }
            label for="url" { "URL of the request" }
            input #url name="url" value=(question.url) required inputmode="url" autocomplete="off"
                spellcheck="false";
            button type="submit" { "Explain it" }
        }
    }
}

fn alert(text: &Markup) -> Markup {
    html! { p.alert role="alert" { (text) } }
}

fn show_verdict(header: &str, verdict: &Verdict<'_>) -> Markup {
    html! {
        section.verdict aria-labelledby="verdict" {
            h2 #verdict role="status" {
                @match verdict.action() {
                    Action::Store(_) => "The browser stores the cookie",
                    Action::Remove(_) => "The browser removes the cookie, if it has it",
                    _ => "The browser refuses the cookie",
                }
            }
            @match verdict.action() {
                Action::Store(cookie) => p { "Stored: " (with_code(&cookie.to_string())) },
                Action::Remove(identity) => p { "Removed: " (with_code(&identity.to_string())) },
                _ => {},
            }
            @if let (Action::Remove(_), Some(range)) = (verdict.action(), verdict.lifetime_range()) {
                (marked(header, &[(range, "other")]))
            }
            ol.findings {
                @for found in verdict.reasons().iter().take(SHOWN) {
                    li.reason {
                        p { strong { "Error: " } (with_code(&found.kind.to_string())) }
                        (marked(header, &[(found.range.clone(), "reason")]))
                        p { small { (found.kind.section()) } }
                    }
                }
                @for found in verdict.warnings().iter().take(SHOWN) {
                    li.warning {
                        p { strong { "Warning: " } (with_code(&found.kind.to_string())) }
                        @if let Warning::Repeated { by, .. } = &found.kind {
                            (marked(header, &[(found.range.clone(), "warning"), (by.clone(), "other")]))
                            p { "The part with the straight line counts." }
                        } @else {
                            (marked(header, &[(found.range.clone(), "warning")]))
                        }
                        p { small { (found.kind.section()) } }
                    }
                }
            }
            (not_shown(verdict.reasons().len(), "errors"))
            (not_shown(verdict.warnings().len(), "warnings"))
        }
    }
}

fn not_shown(found: usize, what: &str) -> Markup {
    html! {
        @if found > SHOWN { p { (found - SHOWN) " more " (what) " are not shown." } }
    }
}

/// Shows a header with marks of these classes under its parts. What is far from a mark is left out.
fn marked(header: &str, parts: &[(Range<usize>, &str)]) -> Markup {
    let mut parts: Vec<_> = parts.iter().collect();
    parts.sort_by_key(|(range, _)| range.start);
    let mut pieces = Vec::new();
    let mut end = 0;
    for (range, class) in parts {
        let before = header.get(end..range.start).unwrap_or_default();
        let part = header.get(range.clone()).unwrap_or_default();
        pieces.push((None, shown(before, if end == 0 { 0 } else { CONTEXT }, CONTEXT)));
        pieces.push((Some(class), shown(part, CONTEXT, CONTEXT)));
        end = range.end;
    }
    pieces.push((None, shown(header.get(end..).unwrap_or_default(), CONTEXT, 0)));
    html! {
        pre {
            code {
                @for (class, text) in pieces {
                    @match class {
                        Some(class) => mark class=(class) { (text) },
                        None => (text),
                    }
                }
            }
        }
    }
}

/// Returns a part of the header with invisible characters escaped. Of a long one, only so many characters
/// at the start and at the end are shown.
fn shown(part: &str, start: usize, end: usize) -> String {
    let characters: Vec<char> = part.chars().collect();
    if characters.len() <= start + end {
        return escaped(&characters);
    }
    let (head, rest) = characters.split_at(start);
    let (_, tail) = rest.split_at(rest.len() - end);
    [&escaped(head), "…", &escaped(tail)].concat()
}

/// Escapes invisible characters. Some of them change the order of the text around them.
fn escaped(characters: &[char]) -> String {
    let mut text = String::new();
    for &character in characters {
        match character {
            '"' | '\'' | '\\' => text.push(character),
            _ => text.extend(character.escape_debug()),
        }
    }
    text
}

/// Returns a message as HTML, with code for what is between backticks.
fn with_code(message: &str) -> Markup {
    html! {
        @for (number, part) in message.split('`').enumerate() {
            @if number % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// Returns a header without its name, which may stand before it.
fn without_name(header: &str) -> &str {
    match header.split_at_checked("set-cookie:".len()) {
        Some((name, value)) if name.eq_ignore_ascii_case("set-cookie:") => value.trim_start(),
        _ => header,
    }
}
