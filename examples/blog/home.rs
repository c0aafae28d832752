//! `/`: how cookies work, in a few plain lines.

use hyper::StatusCode;
use maud::html;

use crate::page::{self, Reply};

pub(crate) fn show() -> Reply {
    let main = html! {
        div.hero {
            (page::snap("ginger", ""))
            div {
                h1 { "A cookie is a note that your browser carries" }
                p.lede { "Three small pages show how it is written, read and thrown away." }
            }
        }
        ul.cards {
            li.card {
                h2 { a href="/color" { "Favourite colour" } }
                p { "A cookie for this session, or for two years." }
            }
            li.card {
                h2 { a href="/visits" { "Your visits" } }
                p {
                    "A count that each visit updates, until you "
                    a href="/stop-tracking" { "stop it" } "."
                }
            }
            li.card {
                h2 { a href="/cookies" { "Your cookies" } }
                p { "What your browser sent, and what it weighs." }
            }
        }
        section {
            h2 { "How a cookie works" }
            ol.steps {
                li {
                    p { "A page comes with a note for your browser:" }
                    pre { code { "Set-Cookie: color=ginger; Path=/" } }
                }
                li {
                    p { "Your browser keeps it, and sends it with every request to this site:" }
                    pre { code { "Cookie: color=ginger" } }
                }
                li {
                    p {
                        "A note of the same name replaces it. It ends when its time is over, or, if "
                        "it has none, when you close your browser."
                    }
                }
            }
        }
        section {
            h2 { "What never to put in one" }
            p {
                "No password, no card number, nothing that must stay secret or must be true. A "
                "cookie is readable and writable by its owner, and by everyone at the same "
                "keyboard. What comes back is read with the same care as any other input."
            }
        }
    };
    page::reply(StatusCode::OK, "/", "How cookies work", &main)
}
