//! Settings and steps of a store, which an input describes in lines, for example:
//!
//! ```text
//! loopback site=2/1 bytes=60 total=3/2    settings, also `disabled`: limits are the most and how many are kept
//! @https://www.shop.example/a script      the request of the steps below; also `link` and `form`
//! @http://localhost/ from=https://a.pages.example in=https://other.example
//! <a=1; Path=/                            receives a header
//! &b=2                                    and another one in the same response
//! >                                       sends the cookies
//! ?a                                      gets a cookie by its name
//! +a|1|p/a|s                              inserts a cookie
//! ~1000000                                waits microseconds
//! -0                                      removes the cookie at a position
//! /www.shop.example                       removes a site
//! %0 3                                    removes what was created up to 3 seconds ago
//! e                                       ends the session; `c` clears the store
//! ```

use gingersnap::store::StoreLimits;
use gingersnap::user_agent::RequestKind;

use super::cookies::{cookie, unescape};
use crate::model::Settings;
use crate::request::{Page, Request};
use crate::step::{HOSTS, NAMES, PATHS, Step};

/// How many lines are read after the first one: so few that the feed holds the changes of all steps.
const MAX_LINES: usize = 100;

/// Reads the settings in the first line, and the steps in the others. What is not known is ignored.
pub(crate) fn settings_and_steps(bytes: &[u8]) -> (Settings, Vec<Step>) {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let first = lines.next().and_then(|line| str::from_utf8(line).ok());
    let mut current = request(b"https://www.shop.example/").expect("a known host");
    let mut steps = Vec::new();
    for line in lines.take(MAX_LINES) {
        if let Some(text) = line.strip_prefix(b"@") {
            current = request(text).unwrap_or(current);
        } else if let Some(header) = line.strip_prefix(b"&") {
            // Another header of the same response.
            if let Some(Step::Receive(_, headers)) = steps.last_mut() {
                headers.push(unescape(header));
            }
        } else {
            steps.extend(step(line, &current));
        }
    }
    (settings(first.unwrap_or_default()), steps)
}

/// Reads settings, words with spaces between them.
fn settings(line: &str) -> Settings {
    let mut settings =
        Settings { trusts_loopback: false, accepts_cookies: true, limits: StoreLimits::DEFAULT };
    for word in line.split(' ') {
        let (name, numbers) = word.split_once('=').unwrap_or((word, ""));
        let (first, second) = numbers.split_once('/').unwrap_or((numbers, ""));
        let [first, second] = [first, second].map(|number| number.parse::<u32>().unwrap_or(0));
        let limits = settings.limits;
        match name {
            "loopback" => settings.trusts_loopback = true,
            "disabled" => settings.accepts_cookies = false,
            "site" => {
                let (max, kept) = (first.max(1), second.max(1));
                settings.limits = limits.with_site_cookies(max, kept);
            }
            "bytes" => settings.limits = limits.with_site_bytes(first as usize),
            "total" => {
                settings.limits = limits.with_total_cookies(Some(first), second);
            }
            _ => {}
        }
    }
    settings
}

/// Reads a request: the URL, and words after it.
fn request(line: &[u8]) -> Option<Request> {
    let mut words = str::from_utf8(line).ok()?.split(' ');
    let url = words.next()?;
    let (_, path) = parts(url)?;
    let mut request = Request {
        page: page(url)?,
        path: known(PATHS, path).unwrap_or("/"),
        kind: RequestKind::Subresource,
        initiator: None,
        top_level: None,
    };
    for word in words {
        match word.split_once('=').unwrap_or((word, "")) {
            ("script", _) => request.kind = RequestKind::Script,
            ("link", _) => request.kind = RequestKind::TopLevelNavigation { safe_method: true },
            ("form", _) => request.kind = RequestKind::TopLevelNavigation { safe_method: false },
            ("from", url) => request.initiator = page(url),
            ("in", url) => request.top_level = page(url),
            _ => {}
        }
    }
    Some(request)
}

/// Returns the page that a URL is of, if it has a known host.
fn page(url: &str) -> Option<Page> {
    let (origin, _) = parts(url)?;
    let (scheme, host) = origin.split_once("://")?;
    Some(Page { is_https: scheme == "https", host: known_host(host)? })
}

/// Returns the origin and the path of a URL.
fn parts(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    Some(url.split_at(url[host..].find('/').map_or(url.len(), |slash| host + slash)))
}

fn known_host(text: &str) -> Option<&'static str> {
    known(HOSTS, text).or(known(&["shop.example"], text))
}

fn known(texts: &[&'static str], text: &str) -> Option<&'static str> {
    texts.iter().copied().find(|known| *known == text)
}

/// Reads a step: a sign, and what the step is about.
fn step(line: &[u8], request: &Request) -> Option<Step> {
    let (&kind, rest) = line.split_first()?;
    if kind == b'<' {
        return Some(Step::Receive(request.clone(), vec![unescape(rest)]));
    }
    let text = str::from_utf8(rest).ok()?;
    Some(match kind {
        b'>' => Step::Send(request.clone()),
        b'?' => Step::Get(request.clone(), known(NAMES, text)?),
        b'+' => Step::Insert(request.clone(), cookie(text)),
        b'~' => Step::Wait(wait(text)?),
        b'-' => Step::Remove(text.parse::<u8>().ok()?.into()),
        b'/' => Step::RemoveSite(known_host(text)?),
        b'%' => {
            let (start, len) = text.split_once(' ')?;
            let [start, len] = [start, len].map(|number| number.parse::<u8>().ok().map(u64::from));
            Step::RemoveCreated(start?..start? + len?)
        }
        b'e' => Step::EndSession,
        b'c' => Step::Clear,
        _ => return None,
    })
}

/// Reads a time to wait in microseconds, between -10 seconds and 600 days.
fn wait(text: &str) -> Option<i64> {
    const SECOND: i64 = 1_000_000;
    Some(text.parse::<i64>().ok()?.clamp(-10 * SECOND, 600 * 86_400 * SECOND))
}
