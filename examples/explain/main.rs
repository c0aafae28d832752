//! Why is my cookie gone? Says what a browser does with a `Set-Cookie` header, and why:
//!
//! ```text
//! cargo run --example explain -- 'sid=1; SameSite=None' https://shop.example/cart
//! curl -sI https://shop.example/cart | cargo run --example explain -- - https://shop.example/cart
//! ```

mod input;
mod page;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::process::ExitCode;
use std::time::SystemTime;

use gingersnap::errors::ContextError;
use gingersnap::{RequestContext, explain};
use lexopt::Arg::{Long, Short, Value};
use url::{ParseError, Url};

const USAGE: &str = "\
usage: explain [--cross-site] HEADER URL
       explain [--cross-site] - URL

Says what a browser does with a Set-Cookie header in the response of a URL, and
why. With `-` it reads headers from standard input, one on each line. If there
are lines that start with `set-cookie:`, as in the output of `curl -sI`, only
those count.

  --cross-site  the response is to a cross-site request that is not a top-level
                navigation, such as that of a frame or a script's fetch

Loopback hosts count as secure, as in Chromium and Firefox. No list of public
suffixes is used.

Exits with 0 if all cookies are stored or removed, 1 if one is refused, 2 if
there is nothing to explain.";

/// The exit code if there is nothing to explain.
const EXIT_ERROR: u8 = 2;

fn main() -> ExitCode {
    let question = match Question::from_arguments() {
        Ok(Some(question)) => question,
        Ok(None) => {
            return exit_code(anstream::stdout().write_all(page::line(USAGE).as_bytes()), 0);
        }
        Err(error) => {
            anstream::eprintln!("explain: {error}");
            return EXIT_ERROR.into();
        }
    };
    let headers = match question.set_cookie_headers() {
        Ok(headers) if headers.is_empty() => {
            anstream::eprintln!("explain: there is no Set-Cookie header in the input");
            return EXIT_ERROR.into();
        }
        Ok(headers) => headers,
        Err(error) => {
            anstream::eprintln!("explain: the input cannot be read: {error}");
            return EXIT_ERROR.into();
        }
    };
    // OK because the arguments were checked.
    let mut context = context(&question.url).expect("a URL that was checked");
    if question.is_cross_site {
        let other = RequestContext::parse("https://another-site.invalid/").expect("a URL");
        context = context.with_initiator(&other);
    }
    let mut refused = 0;
    let now = SystemTime::now();
    for header in &headers {
        let verdict = explain(&header.bytes, &context, now);
        refused |= u8::from(verdict.is_refused());
        let page = page::report(header, &verdict);
        let written = anstream::stdout().write_all(page.as_bytes());
        if written.is_err() {
            return exit_code(written, refused);
        }
    }
    refused.into()
}

/// Returns the exit code, or reports that writing failed. A reader that has read enough, such as
/// `head`, is no failure.
fn exit_code(written: io::Result<()>, code: u8) -> ExitCode {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            anstream::eprintln!("explain: {error}");
            EXIT_ERROR.into()
        }
        _ => code.into(),
    }
}

/// What the arguments ask for.
struct Question {
    header: OsString,
    url: Url,
    is_cross_site: bool,
}

impl Question {
    /// Reads the arguments; `None` if they ask for help.
    fn from_arguments() -> Result<Option<Self>, Box<dyn Error>> {
        let mut is_cross_site = false;
        let mut values = Vec::new();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("cross-site") => is_cross_site = true,
                Value(value) => values.push(value),
                other => return Err(other.unexpected().into()),
            }
        }
        let Ok([header, url]) = <[OsString; 2]>::try_from(values) else {
            return Err(format!("a header and a URL are needed\n\n{USAGE}").into());
        };
        let text = url.to_string_lossy();
        let url = parse_url(&text).map_err(|error| format!("the URL `{text}`: {error}"))?;
        // What a context refuses is said here, too.
        context(&url).map_err(|error| format!("the URL `{text}`: {error}"))?;
        Ok(Some(Self { header, url, is_cross_site }))
    }

    /// Returns the headers to explain.
    fn set_cookie_headers(&self) -> io::Result<Vec<input::Header>> {
        if self.header != "-" {
            let bytes = self.header.as_encoded_bytes();
            return Ok(vec![input::Header::from_argument(bytes)]);
        }
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(input::headers(&bytes))
    }
}

/// Parses a URL as browsers do, a host in any script included.
fn parse_url(url: &str) -> Result<Url, Box<dyn Error>> {
    match Url::parse(url) {
        Err(ParseError::RelativeUrlWithoutBase) => {
            Err("write it with its scheme, such as https://shop.example/cart".into())
        }
        url => Ok(url?),
    }
}

/// Returns the context of a request to a URL.
fn context(url: &Url) -> Result<RequestContext<'_>, ContextError> {
    RequestContext::from_parts(url.scheme(), url.host_str().unwrap_or_default(), url.path())
}
