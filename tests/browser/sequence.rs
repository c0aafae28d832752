//! Random sequences of requests, as pages, links, forms, frames and scripts make them, with the
//! `Set-Cookie` headers of the responses.

use std::fmt::{self, Write};
use std::time::{Duration, SystemTime};

use gingersnap::date;
use serde_json::{Value, json};

use crate::splitmix::Random;

/// A request and its response, or a script that sets a cookie.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    /// Whether the document in the frame that was loaded last does it, and not the page.
    pub(crate) is_in_frame: bool,
    pub(crate) is_https: bool,
    pub(crate) host: &'static str,
    pub(crate) path: &'static str,
    /// The headers of the response, or what a script assigns to `document.cookie`.
    pub(crate) headers: Vec<String>,
}

/// How a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By an address that is typed. The first step, and no other.
    Address,
    /// By a link of the page.
    Link,
    /// By a form of the page, with POST.
    Form,
    /// The response of the step before redirects to this one.
    Redirect,
    /// By `fetch`.
    Fetch,
    /// By a frame of the page.
    Frame,
    /// A script of the document sets a cookie.
    Script,
}

/// The ports of the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) https: u16,
}

impl Step {
    /// Returns the URL of the request, which has the step's number.
    pub(crate) fn url(&self, number: usize, ports: Ports) -> String {
        let port = if self.is_https { ports.https } else { ports.http };
        format!("{}://{}:{port}{}?{number}", self.scheme(), self.host, self.path)
    }

    fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }
}

/// Steps as text, one line for each request and header.
pub(crate) struct Listing<'s>(pub(crate) &'s [Step]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            let Step { kind, is_in_frame, host, path, headers, .. } = step;
            let frame = if *is_in_frame { " in the frame" } else { "" };
            writeln!(f, "    {number}: {kind:?}{frame} {}://{host}{path}", step.scheme())?;
            headers.iter().try_for_each(|header| writeln!(f, "        {header}"))?;
        }
        Ok(())
    }
}

/// Returns the page of a step, whose script does the steps that follow, up to the next page. At the end
/// of all steps, it shows `end`.
pub(crate) fn page(steps: &[Step], number: usize, ports: Ports, end: &str) -> String {
    let is_frame = request_of(steps, number) == Kind::Frame;
    let mut actions: Vec<Value> = Vec::new();
    for (next, step) in steps.iter().enumerate().skip(number + 1) {
        let url = step.url(next, ports);
        let action = match step.kind {
            Kind::Redirect => continue,
            _ if is_frame && !step.is_in_frame => break,
            _ if !is_frame && step.is_in_frame => continue,
            Kind::Fetch => json!({ "fetch": url }),
            Kind::Frame => json!({ "frame": url }),
            Kind::Script => json!({ "script": step.headers[0], "number": next }),
            Kind::Link => json!({ "link": url }),
            Kind::Form => json!({ "form": url }),
            Kind::Address => break,
        };
        actions.push(action);
        if matches!(step.kind, Kind::Link | Kind::Form) {
            break;
        }
    }
    let actions = Value::from(actions);
    let mut page = String::new();
    let _ = write!(page, "{HEAD}const end = '{end}', actions = {actions};{SCRIPT}");
    page
}

/// Returns the kind of the request that a step's response is to, or that redirected to it.
pub(crate) fn request_of(steps: &[Step], number: usize) -> Kind {
    let mut kinds = steps[..=number].iter().map(|step| step.kind);
    // OK because the first step is no redirect.
    kinds.rfind(|kind| *kind != Kind::Redirect).expect("a request")
}

const HEAD: &str = "<!DOCTYPE html><link rel=icon href=data:,><body><script>";

const SCRIPT: &str = "
async function run() {
    for (const action of actions) {
        if (action.fetch) {
            const options = { mode: 'no-cors', credentials: 'include' };
            await fetch(action.fetch, options).catch(() => {});
        } else if (action.frame) {
            const frame = document.createElement('iframe');
            const done = new Promise(done => onmessage = done);
            frame.src = action.frame;
            document.body.append(frame);
            await done;
            frame.remove();
        } else if (action.script) {
            document.cookie = action.script;
            const cookies = encodeURIComponent(document.cookie);
            await fetch(`/seen?${action.number}&cookies=${cookies}`);
        } else if (action.link) {
            const link = document.createElement('a');
            link.href = action.link;
            document.body.append(link);
            return link.click();
        } else {
            const form = document.createElement('form');
            form.method = 'post';
            form.action = action.form;
            document.body.append(form);
            return form.submit();
        }
    }
    if (parent == window) document.body.textContent = end;
    else parent.postMessage('done', '*');
}
run();
</script>";

/// Hosts of two sites that Chromium trusts, of two that it does not, and of this machine. Each sequence
/// uses a few.
const HOSTS: [&str; 9] = [
    "app.shop.localhost",
    "www.shop.localhost",
    "shop.localhost",
    "app.rival.localhost",
    "app.shop.test",
    "shop.test",
    "app.rival.test",
    "localhost",
    "127.0.0.1",
];

const PATHS: [&str; 6] = ["/", "/", "/a", "/a/", "/a/b", "/ab"];

/// Returns a random sequence.
pub(crate) fn random(random: &mut Random) -> Vec<Step> {
    let first = random.below(HOSTS.len() - 3);
    let mut hosts: Vec<&str> = HOSTS[first..first + 3].to_vec();
    hosts.push(random.pick(&HOSTS));
    let mut steps: Vec<Step> = Vec::new();
    let (mut is_in_frame, mut is_page_https) = (false, false);
    for number in 0..6 + random.below(10) {
        let previous = steps.last().map(|step: &Step| step.kind);
        let can_redirect = previous.is_some_and(|kind| kind != Kind::Script);
        let kind = match random.below(16) {
            _ if number == 0 => Kind::Address,
            0..=2 if can_redirect => Kind::Redirect,
            3..=5 => Kind::Fetch,
            6..=8 => Kind::Script,
            9..=10 => Kind::Frame,
            11..=12 => Kind::Form,
            _ => Kind::Link,
        };
        is_in_frame = match kind {
            Kind::Fetch | Kind::Script => is_in_frame && random.percent(70),
            Kind::Redirect => is_in_frame,
            _ => false,
        };
        let host = random.pick(&hosts);
        let request = if kind == Kind::Redirect { request_of(&steps, number - 1) } else { kind };
        // Chromium asks the user before it sends a form of a secure page to an insecure one.
        let is_https = random.percent(50) || is_page_https && request == Kind::Form;
        let headers = match kind {
            Kind::Script => 1,
            _ => random.below(4),
        };
        let headers = (0..headers).map(|_| header(random, host)).collect();
        let path = random.pick(&PATHS);
        steps.push(Step { kind, is_in_frame, is_https, host, path, headers });
        if matches!(request, Kind::Address | Kind::Link | Kind::Form) {
            is_page_https = is_https;
        }
        if kind == Kind::Frame {
            // What follows is most often done by the document in the frame.
            is_in_frame = true;
        }
    }
    steps
}

fn header(random: &mut Random, host: &str) -> String {
    let name = match random.below(16) {
        0 => "__Secure-a",
        1 => "__Host-a",
        2 => random.pick(&["__host-b", "__Http-a", "__Host-Http-a"]),
        _ => random.pick(&["a", "a", "a", "b", "sid"]),
    };
    let value = if random.percent(20) { 1 } else { random.below(1000) };
    let mut header = match random.below(30) {
        0 => value.to_string(), // nameless
        _ => format!("{name}={value}"),
    };
    for _ in 0..random.below(5) {
        header.extend(["; ", &attribute(random, host)]);
    }
    if name.starts_with("__") && random.percent(70) {
        header += random.pick(&["; Secure; Path=/", "; Secure; Path=/; HttpOnly"]);
    }
    header
}

fn attribute(random: &mut Random, host: &str) -> String {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let date = |time| date::imf_fixdate(time).expect("a year of four digits");
    match random.below(20) {
        0..=3 => format!("Path={}", random.pick(&["/", "/", "/a", "/a/", "/a/b", "/ab", "x", ""])),
        4..=6 => format!("Domain={}", domain(random, host)),
        7 => format!("Max-Age={}", random.pick(&["3600", "0", "-1", "0070", "99999999999"])),
        8 => format!("Expires={}", date(SystemTime::now() + days(30))),
        9 => format!("Expires={}", date(SystemTime::now() - days(30))),
        10..=11 => "Secure".to_owned(),
        12..=13 => "HttpOnly".to_owned(),
        14..=16 => random.pick(&["SameSite=Strict", "SameSite=Lax", "SameSite=Other"]).to_owned(),
        17..=18 => "SameSite=None; Secure".to_owned(),
        _ => random.pick(&["Partitioned; Secure; SameSite=None", "Partitioned; Secure"]).to_owned(),
    }
}

fn domain(random: &mut Random, host: &str) -> String {
    let parent = host.split_once('.').map_or("", |(_, parent)| parent);
    match random.below(10) {
        0..=2 => host.to_owned(),
        3..=5 => parent.to_owned(),
        6 if !parent.is_empty() => format!(".{parent}"),
        7 => parent.to_uppercase(),
        _ => random.pick(&["", "shop.test", "app.shop.localhost"]).to_owned(),
    }
}
