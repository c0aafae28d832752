//! Random sequences of requests, with the `Set-Cookie` headers of the responses.

use std::fmt::{self, Write};
use std::time::{Duration, SystemTime};

use gingersnap::date;
use gingersnap::user_agent::default_path;

use crate::splitmix::Random;

/// A request, and its response.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) is_https: bool,
    pub(crate) host: &'static str,
    pub(crate) path: &'static str,
    pub(crate) headers: Vec<Header>,
    /// Whether the response redirects to the next step.
    pub(crate) redirects: bool,
}

/// A `Set-Cookie` header, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
    /// In the order in which they are written; a flag has no value.
    pub(crate) attributes: Vec<(String, Option<String>)>,
}

impl Step {
    /// Returns the URL of the request, which has the step's number.
    pub(crate) fn url(&self, number: usize) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}{}?{number}", self.host, self.path)
    }

    /// Returns the path of a cookie without `Path`.
    pub(crate) fn default_path(&self) -> &str {
        default_path(self.path)
    }
}

impl Header {
    /// Returns the values of all attributes of a name; empty for a flag.
    pub(crate) fn attributes(&self, name: &str) -> impl DoubleEndedIterator<Item = &str> {
        let of_name = self.attributes.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.as_deref().unwrap_or_default())
    }

    /// Returns the value of the last attribute of a name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes(name).next_back()
    }

    /// Removes all attributes of a name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.attributes.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
    }

    /// Adds an attribute after all others.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.attributes.push((name.to_owned(), Some(value.to_owned())));
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)?;
        self.attributes.iter().try_for_each(|(name, value)| match value {
            Some(value) => write!(f, "; {name}={value}"),
            None => write!(f, "; {name}"),
        })
    }
}

/// Returns steps as text, one line for each request and header.
pub(crate) fn listing(steps: &[Step]) -> String {
    let mut text = String::new();
    for (number, step) in steps.iter().enumerate() {
        let redirects = if step.redirects { " redirects" } else { "" };
        let _ = writeln!(text, "    {}{redirects}", step.url(number));
        for header in &step.headers {
            let _ = writeln!(text, "        {header}");
        }
    }
    text
}

/// Hosts whose cookies have something to do with each other.
const FAMILIES: [&[&str]; 5] = [
    &[
        "shop.example",
        "www.shop.example",
        "WWW.Shop.Example",
        "a.www.shop.example",
        "xshop.example",
    ],
    &["localhost", "app.localhost", "127.0.0.1"],
    &["127.0.0.1", "127.0.0.2", "[::1]"],
    &["shop.co.uk", "www.shop.co.uk", "other.co.uk"],
    &["ann.github.io", "bob.github.io"],
];

const PATHS: [&str; 8] = ["/", "/", "/a", "/a/", "/a/b", "/ab", "/a/b/", "/a/b/c"];

/// Returns a random sequence.
pub(crate) fn random(random: &mut Random) -> Vec<Step> {
    let hosts = random.pick(&FAMILIES);
    let steps = 6 + random.below(10);
    (1..=steps).map(|number| step(random, hosts, number == steps)).collect()
}

fn step(random: &mut Random, hosts: &[&'static str], is_last: bool) -> Step {
    let host = random.pick(hosts);
    let headers = (0..random.below(4)).map(|_| header(random, host)).collect();
    let path = random.pick(&PATHS);
    let redirects = random.percent(25) && !is_last;
    Step { is_https: random.percent(50), host, path, headers, redirects }
}

fn header(random: &mut Random, host: &str) -> Header {
    let name = match random.below(20) {
        0 => "__Secure-a",
        1..=2 => "__Host-a",
        3 => random.pick(&["__secure-b", "__HOST-b", "__Http-a", "__Host-Http-a"]),
        4 => random.pick(&["a b", "$Version", "ä", "path"]),
        _ => random.pick(&["a", "a", "b", "sid"]),
    };
    let value = match random.below(10) {
        0 => random.pick(&VALUES).to_owned(),
        _ => random.below(1000).to_string(), // tells one cookie from another
    };
    let mut attributes: Vec<_> = (0..random.below(5)).map(|_| attribute(random, host)).collect();
    if name.starts_with("__") && random.percent(60) {
        attributes.push(("Secure".to_owned(), None));
        attributes.push(("Path".to_owned(), Some("/".to_owned())));
    }
    Header { name: name.to_owned(), value, attributes }
}

const VALUES: [&str; 10] = ["", "\"1\"", "a b", "x=y", "=", "ä", "1, b=2", "%20", "\"", "__Host-a"];

fn attribute(random: &mut Random, host: &str) -> (String, Option<String>) {
    let (name, value) = match random.below(16) {
        0..=3 => ("Path", Some(random.pick(&PATH_ATTRIBUTES).to_owned())),
        4..=6 => ("Domain", Some(domain(random, host))),
        7..=8 => ("Max-Age", Some(random.pick(&MAX_AGES).to_owned())),
        9..=10 => ("Expires", Some(expires(random))),
        11..=12 => ("Secure", None),
        13 => ("HttpOnly", None),
        14 => ("SameSite", Some(random.pick(&["Strict", "Lax", "None"]).to_owned())),
        _ => (random.pick(&["Priority", "Comment", "Partitioned"]), Some("x".to_owned())),
    };
    let name = match random.below(8) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        _ => name.to_owned(),
    };
    (name, value)
}

const PATH_ATTRIBUTES: [&str; 9] = ["/", "/", "/a", "/a", "/a/", "/a/b", "/ab", "/a/b/", "/x/"];

/// The shortest lifetime is longer than a sequence takes.
const MAX_AGES: [&str; 12] =
    ["3600", "3600", "0", "0", "-1", "0070", "99999999999999999999", "", "x", "-", "3600h", "-0"];

fn domain(random: &mut Random, host: &str) -> String {
    let host = host.to_lowercase();
    let parent = host.split_once('.').map_or("", |(_, parent)| parent);
    match random.below(12) {
        0..=2 if host == "localhost" => String::new(), // a public suffix
        0..=2 => host,
        3..=6 => parent.to_owned(),
        7 => format!(".{parent}"),
        8 => parent.to_uppercase(),
        9 => format!("sub.{host}"),
        10 => random.pick(&["other.example", "example", "co.uk", "github.io"]).to_owned(),
        _ => random.pick(&["", "shop.example", "0.0.1"]).to_owned(),
    }
}

/// Returns a date that is far from now, or a text that is no date.
fn expires(random: &mut Random) -> String {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let date = |time| date::imf_fixdate(time).expect("a year of four digits").to_string();
    match random.below(8) {
        0..=3 => date(SystemTime::now() + days(30)),
        4..=5 => date(SystemTime::now() - days(30)),
        6 => "Thu, 01-Jan-1970 00:00:00 GMT".to_owned(),
        _ => random.pick(&["soon", "", "0"]).to_owned(),
    }
}
