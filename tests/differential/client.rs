//! What a client stores and sends, beside `cookie_store`, which is built without a list of public
//! suffixes, as in this crate's development dependencies.

use std::time::SystemTime;

use cookie_store::CookieDomain;
use gingersnap::RequestContext;
use gingersnap::header::SetCookie;
use gingersnap::store::{CookieStore, Outcome};
use gingersnap::user_agent::Reason;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

use crate::classes::{Class, Difference, Right, compare};
use crate::set_cookie::{self, class_of_attribute};
use crate::whitespace;

/// Headers that are received, each in the response to a request for a URL, and a request after them.
#[derive(Clone, Debug)]
struct Case {
    received: Vec<(&'static str, String)>,
    request: &'static str,
}

fn case(received: &[(&'static str, &str)], request: &'static str) -> Case {
    let received = received.iter().map(|(url, header)| (*url, (*header).to_owned())).collect();
    Case { received, request }
}

const SHOP: &str = "https://shop.example/";
const INSECURE_SHOP: &str = "http://shop.example/";

const CLASSES: &[Class<Case>] = &[
    // What is stored.
    Class {
        name: "control character",
        example: || case(&[(SHOP, "a=1\x01")], SHOP),
        here: "refuses the cookie",
        there: "`cookie_store` stores it, and sends the character",
        right: Right::Here,
        rule: 15,
    },
    Class {
        name: "over 4096 bytes",
        example: || case(&[(SHOP, &format!("a={}", "v".repeat(4096)))], SHOP),
        here: "refuses the cookie",
        there: "`cookie_store` stores it",
        right: Right::Here,
        rule: 17,
    },
    Class {
        name: "domain that is not ASCII",
        example: || case(&[("https://xn--9ca.example/", "a=1; Domain=é.example")], SHOP),
        here: "refuses the cookie",
        there: "`cookie_store` converts the domain, and stores the cookie if it is that of the host",
        right: Right::Here,
        rule: 24,
    },
    Class {
        name: "public suffix",
        example: || case(&[(SHOP, "a=1; Domain=example")], "https://evil.example/"),
        here: "refuses the cookie, or keeps it for the host that is the suffix",
        there: "`cookie_store` sends it to all hosts below, unless a list is loaded",
        right: Right::Here,
        rule: 30,
    },
    Class {
        name: "`Secure` from an insecure connection",
        example: || case(&[(INSECURE_SHOP, "a=1; Secure")], SHOP),
        here: "refuses the cookie",
        there: "`cookie_store` stores it",
        right: Right::Here,
        rule: 31,
    },
    Class {
        name: "prefix",
        example: || case(&[(SHOP, "__Host-a=1; Domain=shop.example")], SHOP),
        here: "refuses a cookie that does not meet the requirements of its prefix",
        there: "`cookie_store` stores it",
        right: Right::Here,
        rule: 35,
    },
    Class {
        name: "`SameSite=None` or `Partitioned` without `Secure`",
        example: || case(&[(SHOP, "a=1; SameSite=None")], SHOP),
        here: "refuses the cookie",
        there: "`cookie_store` stores it",
        right: Right::Here,
        rule: 37,
    },
    Class {
        name: "no name",
        example: || case(&[(SHOP, "a")], SHOP),
        here: "stores a cookie without a name",
        there: "`cookie_store` refuses it",
        right: Right::Here,
        rule: 16,
    },
    Class {
        name: "other white space",
        example: || case(&[(SHOP, "a=1\u{2003}")], SHOP),
        here: "trims space and tab",
        there: "`cookie_store` trims all white space of Unicode",
        right: Right::Here,
        rule: 16,
    },
    Class {
        name: "attribute of `Set-Cookie`",
        example: || case(&[(SHOP, "a=1; Max-Age=")], SHOP),
        here: "reads the attribute as browsers do",
        there: "`cookie_store` reads it as `cookie` does; see the table of `Set-Cookie`",
        right: Right::Here,
        rule: 19,
    },
    Class {
        name: "`HttpOnly` from a WebSocket",
        example: || case(&[("wss://shop.example/", "a=1; HttpOnly")], SHOP),
        here: "takes the handshake for HTTP, which it is",
        there: "`cookie_store` refuses the cookie",
        right: Right::Here,
        rule: 33,
    },
    // What is sent.
    Class {
        name: "order",
        example: || {
            let received = ('a'..='t').map(|name| (SHOP, format!("{name}=1; Path=/"))).collect();
            Case { received, request: SHOP }
        },
        here: "sends longer paths first, and then earlier cookies",
        there: "`cookie_store` sends them in any order",
        right: Right::Here,
        rule: 38,
    },
    Class {
        name: "secure cookies are left alone",
        example: || case(&[(SHOP, "a=1; Secure; Path=/"), (INSECURE_SHOP, "a=2; Path=/")], SHOP),
        here: "refuses the second cookie, from an insecure connection",
        there: "`cookie_store` replaces the `Secure` cookie",
        right: Right::Here,
        rule: 32,
    },
    Class {
        name: "host-only and with a domain",
        example: || {
            case(&[(SHOP, "a=1; Path=/"), (SHOP, "a=2; Path=/; Domain=shop.example")], SHOP)
        },
        here: "keeps both cookies",
        there: "`cookie_store` keeps the last of them",
        right: Right::Here,
        rule: 36,
    },
    Class {
        name: "partition",
        example: || {
            let partitioned = "a=2; Path=/; Secure; Partitioned";
            case(&[(SHOP, "a=1; Path=/"), (SHOP, partitioned)], SHOP)
        },
        here: "keeps the partitioned cookie beside the other one",
        there: "`cookie_store` has no partitions, and keeps the last of them",
        right: Right::Here,
        rule: 37,
    },
    Class {
        name: "WebSocket",
        example: || case(&[(SHOP, "a=1; Path=/; HttpOnly")], "wss://shop.example/"),
        here: "takes `wss` for secure and for HTTP, whose handshake it starts with",
        there: "`cookie_store` sends neither `Secure` nor `HttpOnly` cookies, and replaces none of the latter",
        right: Right::Here,
        rule: 38,
    },
];

/// A stored cookie as both crates have it.
#[derive(Debug, PartialEq)]
struct Stored {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    is_session: bool,
    flags: [bool; 2],
}

fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("a part of a text")
}

fn stored_here(store: &CookieStore, now: SystemTime) -> Option<Stored> {
    store.iter(now).next().map(|cookie| Stored {
        name: text(cookie.name()),
        value: text(cookie.value()),
        domain: cookie.domain().to_owned(),
        host_only: cookie.is_host_only(),
        path: text(cookie.path()),
        is_session: cookie.is_session(),
        flags: [cookie.is_secure(), cookie.is_http_only()],
    })
}

fn stored_there(store: &cookie_store::CookieStore) -> Option<Stored> {
    store.iter_unexpired().next().map(|cookie| Stored {
        name: cookie.name().to_owned(),
        value: cookie.value().to_owned(),
        domain: String::from(&cookie.domain),
        host_only: matches!(cookie.domain, CookieDomain::HostOnly(_)),
        path: String::from(&cookie.path),
        is_session: !cookie.is_persistent(),
        flags: [cookie.secure(), cookie.http_only()].map(|flag| flag == Some(true)),
    })
}

/// Returns how the stores differ after one header.
fn difference_in_storing(at: &str, header: &str, now: SystemTime) -> Option<Difference> {
    let (mut here, mut there) = (CookieStore::new(), cookie_store::CookieStore::default());
    let outcome = here.receive(&context(at), [header], now).remove(0);
    let answer = there.parse(header, &url(at));
    let (stored, other) = (stored_here(&here, now), stored_there(&there));
    if stored == other {
        return None;
    }
    let class = match (&outcome, &stored, &other) {
        (Outcome::Refused(reasons), _, _) => reasons.iter().find_map(class_of_reason),
        _ => class_of_header(at, header, stored.as_ref(), other.as_ref()),
    };
    let what = format!("{header:?} at {at}: {outcome:?}, {answer:?}");
    Some(Difference::new(class, &what, &stored, &other))
}

fn class_of_reason(reason: &Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::Control { .. } => "control character",
        Reason::TooLarge { .. } => "over 4096 bytes",
        Reason::DomainNonAscii => "domain that is not ASCII",
        Reason::PublicSuffix { .. } | Reason::AboveSite { .. } => "public suffix",
        Reason::NotSecure => "`Secure` from an insecure connection",
        Reason::SameSiteNone | Reason::Partitioned => {
            "`SameSite=None` or `Partitioned` without `Secure`"
        }
        Reason::Prefix { .. } | Reason::NamelessPrefix { .. } => "prefix",
        _ => return None,
    })
}

fn class_of_header(
    at: &str,
    header: &str,
    here: Option<&Stored>,
    there: Option<&Stored>,
) -> Option<&'static str> {
    if header.split(';').any(whitespace::piece_has_other) {
        return Some("other white space");
    }
    if here.is_some_and(|cookie| cookie.name.is_empty()) && there.is_none() {
        return Some("no name");
    }
    let is_suffix = CookieStore::new().user_agent().is_public_suffix(context(at).host());
    if is_suffix && here.is_some_and(|cookie| cookie.host_only) {
        return Some("public suffix");
    }
    if at.starts_with("wss") && there.is_none() && here?.flags[1] {
        return Some("`HttpOnly` from a WebSocket");
    }
    // The attributes that what differs comes from.
    let attributes: &[_] = match (here, there) {
        (Some(here), Some(there)) if (&here.name, &here.value) != (&there.name, &there.value) => {
            return None;
        }
        (Some(here), Some(there)) if here.path != there.path => &["path"],
        (Some(here), Some(there)) if here.flags != there.flags => &["secure", "httponly"],
        (Some(here), Some(there)) if here.is_session != there.is_session => &["max-age", "expires"],
        (Some(_), Some(_)) => &["domain"],
        _ => &["domain", "max-age", "expires"],
    };
    let mut classes = attributes.iter().filter_map(|name| class_of_attribute(header, name));
    classes.next().map(|_| "attribute of `Set-Cookie`")
}

/// Returns the pairs that both send, in order.
fn sent(
    case: &Case,
    received: &[&(&'static str, String)],
    now: SystemTime,
) -> (Vec<String>, Vec<String>, Vec<Outcome>) {
    let (mut here, mut there) = (CookieStore::new(), cookie_store::CookieStore::default());
    let mut outcomes = Vec::new();
    for (at, header) in received {
        outcomes.extend(here.receive(&context(at), [header], now));
        let _ = there.parse(header, &url(at));
    }
    let header = here.cookie_header(&context(case.request), now).unwrap_or_default();
    let pairs = text(&header).split("; ").filter(|p| !p.is_empty()).map(str::to_owned).collect();
    let values = there.matches(&url(case.request)).into_iter();
    let other = values.map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
    (pairs, other, outcomes)
}

fn differences(case: &Case) -> Vec<Difference> {
    let now = SystemTime::now();
    let (mut found, mut same) = (Vec::new(), Vec::new());
    for received in &case.received {
        match difference_in_storing(received.0, &received.1, now) {
            Some(difference) => found.push(difference),
            None => same.push(received),
        }
    }
    // The headers that each store treats alike, together.
    let (here, there, outcomes) = sent(case, &same, now);
    if here == there {
        return found;
    }
    let sorted = |pairs: &[String]| {
        let mut pairs = pairs.to_vec();
        pairs.sort_unstable();
        pairs
    };
    let class = if sorted(&here) == sorted(&there) {
        Some("order")
    } else {
        class_of_sending(case, &same, &outcomes)
    };
    found.push(Difference::new(class, &format!("{case:?}"), &here, &there));
    found
}

fn class_of_sending(
    case: &Case,
    received: &[&(&'static str, String)],
    outcomes: &[Outcome],
) -> Option<&'static str> {
    let hides = |outcome: &Outcome| outcome.reasons().contains(&Reason::HidesSecure);
    if outcomes.iter().any(hides) {
        return Some("secure cookies are left alone");
    }
    let is_http_only =
        |header: &str| SetCookie::parse(header).is_ok_and(|read| read.is_http_only());
    let replaces = received.iter().any(|(at, _)| at.starts_with("wss"))
        && received.iter().any(|(_, header)| is_http_only(header));
    if case.request.starts_with("wss") || replaces {
        return Some("WebSocket");
    }
    let identities: Vec<_> =
        received.iter().filter_map(|(at, header)| identity(at, header)).collect();
    let (mut has_both, mut has_partition) = (false, false);
    // The page that a partition belongs to has a scheme.
    let scheme = |url: &'static str| url.split(':').next();
    for (at, header) in received {
        has_partition |= scheme(at) != scheme(case.request)
            && SetCookie::parse(header).is_ok_and(|read| read.is_partitioned());
    }
    for (at, one) in identities.iter().enumerate() {
        for other in identities[at + 1..].iter().filter(|other| other.same == one.same) {
            has_both |= other.is_host_only != one.is_host_only;
            has_partition |= other.is_partitioned != one.is_partitioned;
        }
    }
    match (has_both, has_partition) {
        (true, _) => Some("host-only and with a domain"),
        (false, true) => Some("partition"),
        (false, false) => None,
    }
}

/// What identifies a cookie here, of which others have a part.
struct Identity {
    /// Name, domain and path, as others have them.
    same: [String; 3],
    is_host_only: bool,
    is_partitioned: bool,
}

fn identity(at: &str, header: &str) -> Option<Identity> {
    let (read, context) = (SetCookie::parse(header).ok()?, context(at));
    let path = read.path().map_or_else(|| context.default_path().to_owned(), text);
    let domain = read.domain().unwrap_or(context.host()).to_owned();
    Some(Identity {
        same: [text(read.name()), domain, path],
        is_host_only: read.domain().is_none(),
        is_partitioned: read.is_partitioned(),
    })
}

/// Generates headers of which each store has its own opinion, for any host.
fn any_case() -> impl Strategy<Value = Case> {
    const URLS: &[&str] = &[
        SHOP,
        INSECURE_SHOP,
        "https://www.shop.example/a",
        "https://xn--9ca.example/",
        "https://shop.co.uk/",
        "https://github.io/",
        "http://localhost/a",
        "https://127.0.0.1/",
        "http://127.0.0.1:8080/a/b/",
        "https://[::1]/",
        "wss://shop.example/a/b",
        "https://shop.example./",
    ];
    let name = prop_oneof![
        8 => "[ab]",
        1 => select(&["__Host-a", "__Secure-a", "__host-a", "", "é"][..]).prop_map(str::to_owned),
    ];
    let attribute = prop_oneof![
        4 => "Path=(/|/a|/a/|/a/b|x|)",
        3 => "Domain=(\\.?(www\\.)?[sS]hop\\.example\\.?|example|co\\.uk|github\\.io|é\\.example)",
        1 => "Domain=(127\\.0\\.0\\.1|localhost|\\[::1\\]|\\.|)",
        3 => "(Secure|HttpOnly|SameSite=None|Secure; Partitioned)",
        1 => "Max-Age=(0|-1|100|x|)",
    ];
    let ordinary = (name, "[0-9]", vec(attribute, 0..4)).prop_map(|(name, value, attributes)| {
        [vec![format!("{name}={value}")], attributes].concat().join("; ")
    });
    let header = prop_oneof![4 => ordinary, 1 => set_cookie::header()];
    (vec((select(URLS), header), 1..4), select(URLS))
        .prop_map(|(received, request)| Case { received, request })
}

/// Generates several headers for one site that each store takes, so that they meet.
fn one_site() -> impl Strategy<Value = Case> {
    const URLS: &[&str] = &[
        SHOP,
        SHOP,
        "https://shop.example/a/b",
        "https://shop.example/ab",
        "https://www.shop.example/a",
        INSECURE_SHOP,
        "http://www.shop.example/a/",
        "wss://shop.example/a/b",
    ];
    let domain = select(&["", "", "; Domain=shop.example", "; Domain=.shop.example"][..]);
    let path = select(&["", "; Path=/", "; Path=/", "; Path=/a", "; Path=/a/"][..]);
    let rest =
        select(&["", "", "", "; Secure", "; HttpOnly", "; Max-Age=0", "; Secure; Partitioned"][..]);
    let header = ("[abc]=[0-9]", domain, path, rest)
        .prop_map(|(pair, domain, path, rest)| pair + domain + path + rest);
    (vec((select(URLS), header), 2..9), select(URLS))
        .prop_map(|(received, request)| Case { received, request })
}

#[test]
fn a_client_stores_and_sends_what_others_do_or_as_the_table_says() {
    compare(&prop_oneof![any_case(), one_site()], CLASSES, differences);
}
