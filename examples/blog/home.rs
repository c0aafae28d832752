//! `/`: how cookies work, in a few lines.

use hyper::StatusCode;
use maud::html;

use crate::page::{self, Reply};

/// Shows the page.
pub(crate) fn show() -> Reply {
    let main = html! {
        div.hero {
            (page::snap("ginger", ""))
            div {
                h1 { "A cookie is a short text that your browser keeps for a site" }
                p.lede { "Three small pages show how it is set, read and removed, a fourth why one is gone." }
            }
        }
        ul.cards {
            li.card {
                h2 { a href="/color" { "Favourite colour" } }
                p { "A cookie that is kept for this session, or for two years." }
            }
            li.card {
                h2 { a href="/visits" { "Your visits" } }
                p {
                    "A cookie that counts your visits, until you "
                    a href="/stop-tracking" { "stop it" } "."
                }
            }
            li.card {
                h2 { a href="/cookies" { "Your cookies" } }
                p { "The cookies that your browser sent, and their sizes." }
            }
            li.card {
                h2 { a href="/explain" { "Why is my cookie gone?" } }
                p { "What a browser does with a header, and why." }
            }
        }
        section {
            h2 { "How a cookie works" }
            ol.steps {
                li {
                    p { "A response has a header that sets the cookie:" }
                    pre { code { "Set-Cookie: color=ginger; Path=/" } }
                }
                li {
                    p { "Your browser keeps it, and sends it with every request to this site:" }
                    pre { code { "Cookie: color=ginger" } }
                }
                li {
                    p {
                        "A new cookie of the same name replaces it. A cookie ends after its lifetime, "
                        "or, if it has none, when you close your browser."
                    }
                }
            }
        }
        section {
            h2 { "When no cookie comes back" }
            p {
                "Users can delete cookies at any time, and can switch them off. A site has to work "
                "without them. This one does, and says so if the colour that you chose does not "
                "come back."
            }
        }
        section {
            h2 { "What not to put into a cookie" }
            p {
                "No passwords, no card numbers, and nothing that must stay secret or unchanged: a plain "
                "cookie can be read and changed by everyone who uses the browser. Check what "
                "comes back like any other input."
            }
        }
    };
    page::reply(StatusCode::OK, "/", "How cookies work", &main)
}
