//! `gingersnap explain`: what a browser does with a `Set-Cookie` header, and why.

mod input;
mod json;
mod report;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Read as _};
use std::time::SystemTime;

use clap::Args;
use gingersnap::user_agent::{NotSent, RequestKind};
use gingersnap::{RequestContext, UserAgent, Verdict, explain};
use input::Header;
use url::{ParseError, Url};

use crate::{Outcome, output};

/// Say what a browser does with a Set-Cookie header, and why
///
/// HEADER is the value of the header; its name may stand before it. With `-`, headers are read from
/// standard input, one on each line; if there are lines that start with `set-cookie:`, as in the output
/// of `curl -sI URL`, only those count.
#[derive(Args)]
#[command(after_help = EXIT_CODES, after_long_help = DETAILS)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub(crate) struct Explain {
    /// The header, or `-` to read headers from standard input
    header: OsString,

    /// The URL of the request that is answered with the header
    #[arg(value_parser = parse_url)]
    url: Url,

    /// Take the request of URL as cross-site and not a top-level navigation, such as for a frame or a
    /// script's fetch
    #[arg(long)]
    cross_site: bool,

    /// Also say whether the cookie is then sent with a request to this URL
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    sent_to: Option<Url>,

    /// The page that makes the request of --sent-to, such as for an image or a script's fetch; the
    /// user makes it if there is none
    #[arg(long, value_name = "PAGE", value_parser = parse_url, requires = "sent_to")]
    sent_from: Option<Url>,

    /// The user follows a link on the page of --sent-from
    #[arg(long, requires = "sent_from")]
    link: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// With --json, include the cookies' values, which are often secret
    #[arg(long, requires = "json")]
    values: bool,
}

const EXIT_CODES: &str = "\
Exit codes: 0 if all cookies are stored or removed, and sent if --sent-to asks so; 1 if one is not;
2 if there is nothing to explain.";

const DETAILS: &str = "\
Examples:
  gingersnap explain 'sid=1; SameSite=None' https://shop.example/cart
  curl -sI https://shop.example/ | gingersnap explain - https://shop.example/
  gingersnap explain 'sid=1; Secure; HttpOnly' https://shop.example/login \\
      --sent-to https://shop.example/cart --sent-from https://news.example/ --link

Loopback hosts count as secure, as in Chromium and Firefox. The list of public
suffixes is compiled in. The text shows the header with the cookie's value; JSON
has the value only with --values.

Exit codes:
  0  all cookies are stored or removed, and sent if --sent-to asks so
  1  a cookie is refused or not sent
  2  there is nothing to explain: a wrong argument, or no header in the input";

/// A header and what is found about it.
struct Explained<'a> {
    header: &'a Header,
    verdict: Verdict<'a>,
    /// For `--sent-to`, and only if the cookie is stored.
    sending: Option<Sending<'a>>,
}

/// Whether a stored cookie is sent with another request.
struct Sending<'a> {
    to: &'a Url,
    /// Why it is not sent; empty if it is sent.
    reasons: Vec<NotSent>,
}

impl Explained<'_> {
    fn is_complete(&self) -> bool {
        let is_sent = |sending: &Sending<'_>| sending.reasons.is_empty();
        !self.verdict.is_refused() && self.sending.as_ref().is_none_or(is_sent)
    }
}

/// Explains the headers.
pub(crate) fn run(arguments: &Explain) -> Result<Outcome, Box<dyn Error>> {
    let headers = arguments.headers()?;
    if headers.is_empty() {
        return Err("there is no Set-Cookie header in the input".into());
    }
    let context = arguments.setting_context()?;
    let other_context =
        arguments.sent_to.as_ref().map(|to| arguments.sending_context(to)).transpose()?;
    let (agent, now) = (UserAgent::new(), SystemTime::now());

    let explained: Vec<_> = headers
        .iter()
        .map(|header| {
            let verdict = explain(&header.bytes, &context, now);
            let request = arguments.sent_to.as_ref().zip(other_context.as_ref());
            let sending = request.zip(verdict.prediction());
            let sending = sending.map(|((to, context), cookie)| Sending {
                to,
                reasons: cookie.why_not_sent(context, &agent, now),
            });
            Explained { header, verdict, sending }
        })
        .collect();
    if arguments.json {
        output::print_json(&json::Document::new(&arguments.url, &explained, arguments.values))?;
    } else {
        for one in &explained {
            output::print(&report::report(one))?;
        }
    }
    Ok(Outcome::from_completeness(explained.iter().all(Explained::is_complete)))
}

impl Explain {
    /// Returns the headers to explain.
    fn headers(&self) -> Result<Vec<Header>, String> {
        if self.header != "-" {
            return Ok(vec![Header::from_argument(self.header.as_encoded_bytes())]);
        }
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| format!("the input cannot be read: {error}"))?;
        Ok(input::headers(&bytes))
    }

    /// Returns the context of the request that is answered with the header.
    fn setting_context(&self) -> Result<RequestContext<'_>, Box<dyn Error>> {
        let context = RequestContext::try_from(&self.url)?;
        if !self.cross_site {
            return Ok(context);
        }
        Ok(context.with_initiator(&RequestContext::parse("https://another-site.invalid/")?))
    }

    /// Returns the context of the request that the cookie may be sent with.
    fn sending_context<'u>(&self, to: &'u Url) -> Result<RequestContext<'u>, Box<dyn Error>> {
        let context = RequestContext::try_from(to)?;
        let Some(page) = &self.sent_from else { return Ok(context) };
        let page = RequestContext::try_from(page)?;
        let context = context.with_initiator(&page);
        Ok(if self.link {
            context.with_kind(RequestKind::TopLevelNavigation { safe_method: true })
        } else {
            context.in_top_level(&page)
        })
    }
}

/// Parses a URL as browsers do, a host in any script included, if cookies can be sent with it.
fn parse_url(text: &str) -> Result<Url, Box<dyn Error + Send + Sync>> {
    let url = match Url::parse(text) {
        Err(ParseError::RelativeUrlWithoutBase) => {
            return Err("write it with its scheme, such as https://shop.example/cart".into());
        }
        url => url?,
    };
    RequestContext::try_from(&url)?;
    Ok(url)
}
