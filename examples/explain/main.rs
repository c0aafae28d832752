//! Why is my cookie gone? Says what a browser does with a `Set-Cookie` field, and why:
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

use gingersnap::{Sender, explain};
use lexopt::Arg::{Long, Short, Value};
use url::{ParseError, Url};

const USAGE: &str = "\
usage: explain [--cross-site] FIELD URL
       explain [--cross-site] - URL

Says what a browser does with a Set-Cookie field that a URL sends, and why.
With - it reads fields from standard input, one a line. Where there are lines
that start with `set-cookie:`, as in what `curl -sI` prints, only these count.

  --cross-site  the response is to a cross-site request that is no top-level
                navigation, such as that of a frame or a script's fetch

A host that is this machine counts as secure, as browsers have it. No list of
public suffixes is used.

Exits with 0 if all cookies are stored or removed, 1 if one is refused, 2 if
there is nothing to explain.";

/// Nothing to explain.
const NOTHING: u8 = 2;

fn main() -> ExitCode {
    let asked = match Asked::from_arguments() {
        Ok(Some(asked)) => asked,
        Ok(None) => return tell(anstream::stdout().write_all(page::line(USAGE).as_bytes()), 0),
        Err(error) => {
            anstream::eprintln!("explain: {error}");
            return NOTHING.into();
        }
    };
    let fields = match asked.set_cookie_headers() {
        Ok(fields) if fields.is_empty() => {
            anstream::eprintln!("explain: there is no Set-Cookie field in the input");
            return NOTHING.into();
        }
        Ok(fields) => fields,
        Err(error) => {
            anstream::eprintln!("explain: the input can't be read: {error}");
            return NOTHING.into();
        }
    };
    let mut refused = 0;
    let now = SystemTime::now();
    for field in &fields {
        let verdict = explain(&field.bytes, &asked.sender, now);
        refused |= u8::from(verdict.is_refused());
        let page = page::of(field, &verdict);
        let written = anstream::stdout().write_all(page.as_bytes());
        if written.is_err() {
            return tell(written, refused);
        }
    }
    refused.into()
}

/// The exit code, where everything is written. A reader that has read enough, such as `head`, is
/// no failure.
fn tell(written: io::Result<()>, code: u8) -> ExitCode {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            anstream::eprintln!("explain: {error}");
            NOTHING.into()
        }
        _ => code.into(),
    }
}

/// What the arguments ask for.
struct Asked {
    field: OsString,
    sender: Sender,
}

impl Asked {
    /// `None` where they ask for help.
    fn from_arguments() -> Result<Option<Self>, Box<dyn Error>> {
        let mut cross_site = false;
        let mut values = Vec::new();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("cross-site") => cross_site = true,
                Value(value) => values.push(value),
                other => return Err(other.unexpected().into()),
            }
        }
        let Ok([field, url]) = <[OsString; 2]>::try_from(values) else {
            return Err(format!("a field and a URL are needed\n\n{USAGE}").into());
        };
        let url = url.to_string_lossy();
        let sender = sender(&url).map_err(|error| format!("the URL `{url}`: {error}"))?;
        Ok(Some(Self { field, sender: sender.with_cross_site(cross_site) }))
    }

    /// The fields that they name.
    fn set_cookie_headers(&self) -> io::Result<Vec<input::Field>> {
        if self.field != "-" {
            let bytes = self.field.as_encoded_bytes();
            return Ok(vec![input::Field::of_argument(bytes)]);
        }
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(input::fields(&bytes))
    }
}

/// The sender at a URL, as browsers take it.
fn sender(url: &str) -> Result<Sender, Box<dyn Error>> {
    let url = match Url::parse(url) {
        Err(ParseError::RelativeUrlWithoutBase) => {
            return Err("write it with its scheme, such as https://shop.example/cart".into());
        }
        url => url?,
    };
    let sender = Sender::new(url.scheme(), url.host_str().unwrap_or_default(), url.path())?;
    Ok(sender.with_trusted_loopback())
}
