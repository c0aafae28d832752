//! A client that keeps its cookies from one response to the next, redirects included:
//!
//! ```text
//! cargo run --example sign_in --all-features
//! cargo run --example fetch --all-features -- --jar cookies.txt --form name=Zoe http://localhost:8001/sign-in
//! cargo run --example fetch --all-features -- --jar cookies.txt http://localhost:8001/
//! ```
//!
//! Standard output gets the last response, and standard error what happened to the cookies. For `http`
//! URLs only: TLS would be the one thing to add.
#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::{ExitCode, exit};
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::header::SetCookie;
use gingersnap::store::file::{CookieFile, Format};
use gingersnap::store::{CookieStore, Outcome};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderValue, LOCATION, SET_COOKIE};
use hyper::{Method, Request, Response, client::conn::http1};
use hyper_util::rt::TokioIo;
use lexopt::{Arg, ValueExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Position, Url};

const USAGE: &str = "\
usage: fetch [--jar FILE] [--form NAME=VALUE]... URL

Fetches an http URL, and follows its redirects. A form is sent by POST.
The cookies are read from a cookies.txt file before, and saved to it after.
Prints the last response, and on standard error the names of the cookies that
are sent, and what is done with those that are received.";

const MAX_REDIRECTS: usize = 10;
const MAX_BODY_BYTES: usize = 1 << 20;
const TIME_LIMIT: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fetch: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Arguments { url, form, jar } = arguments()?;
    let mut file = jar.map(|path| CookieFile::new(path, Format::CookiesTxt));
    let mut store = CookieStore::new();
    if let Some(file) = &mut file {
        store.load(file, SystemTime::now())?;
    }
    let page = timeout(TIME_LIMIT, fetch(url, form, &mut store)).await;
    // Also after an error: the cookies of the responses before it count.
    if let Some(file) = &mut file {
        store.save(file, SystemTime::now())?;
    }
    Ok(stdout().write_all(&page??)?)
}

struct Arguments {
    url: Url,
    form: Option<String>,
    jar: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let (mut url, mut fields, mut jar) = (None, Vec::new(), None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("jar") => jar = Some(arguments.value()?.into()),
            Arg::Long("form") => fields.push(arguments.value()?.string()?),
            Arg::Long("help") | Arg::Short('h') => {
                println!("{USAGE}");
                exit(0);
            }
            Arg::Value(text) if url.is_none() => url = Some(Url::parse(&text.string()?)?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let pairs = fields.iter().map(|field| field.split_once('=').unwrap_or((field, "")));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let url = url.ok_or_else(|| format!("a URL is needed\n\n{USAGE}"))?;
    Ok(Arguments { url, form: (!fields.is_empty()).then_some(form), jar })
}

/// Fetches a URL, and returns the body of the last response.
async fn fetch(
    mut url: Url,
    mut form: Option<String>,
    store: &mut CookieStore,
) -> Result<Bytes, Box<dyn Error>> {
    let mut context = RequestContext::try_from(&url)?.into_owned();
    for _ in 0..=MAX_REDIRECTS {
        let response = send(&url, form.as_deref(), &context, store).await?;
        // Before the redirect is followed: its request may need the cookies of this response.
        receive(&response, &context, store);
        let status = response.status().as_u16();
        let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
        let location = response.headers().get(LOCATION).filter(|_| is_redirect);
        let Some(location) = location else {
            let body = Limited::new(response.into_body(), MAX_BODY_BYTES).collect().await;
            return Ok(body.map_err(|error| format!("the body: {error}"))?.to_bytes());
        };
        url = url.join(location.to_str()?)?;
        if !matches!(status, 307 | 308) {
            form = None; // POST becomes GET
        }
        context = context.redirected_to(RequestContext::try_from(&url)?).into_owned();
    }
    Err(format!("over {MAX_REDIRECTS} redirects").into())
}

/// Sends a request, with the cookies of the store.
async fn send(
    url: &Url,
    form: Option<&str>,
    context: &RequestContext<'_>,
    store: &mut CookieStore,
) -> Result<Response<Incoming>, Box<dyn Error>> {
    if url.scheme() != "http" {
        return Err(format!("{url}: this client has no TLS").into());
    }
    let method = if form.is_some() { Method::POST } else { Method::GET };
    eprintln!("{method} {url}");
    let mut request = Request::builder()
        .method(method)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort]);
    if form.is_some() {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let now = SystemTime::now();
    for cookie in store.cookies_for(context, now) {
        eprintln!("  sent `{}`", cookie.name().escape_ascii());
    }
    if let Some(header) = store.cookie_header(context, now) {
        request = request.header(COOKIE, header);
    }
    let request = request.body(form.unwrap_or_default().to_owned())?;
    let host = url.host_str().unwrap_or_default(); // an IPv6 address is in brackets
    let address = format!("{host}:{}", url.port_or_known_default().unwrap_or(80));
    let stream =
        TcpStream::connect(&address).await.map_err(|error| format!("{address}: {error}"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}

/// Stores the cookies of a response, of whatever status.
fn receive(response: &Response<Incoming>, context: &RequestContext<'_>, store: &mut CookieStore) {
    eprintln!("  {}", response.status());
    let headers: Vec<&[u8]> =
        response.headers().get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let outcomes = store.receive_now(context, &headers);
    for (header, outcome) in headers.into_iter().zip(outcomes) {
        let cookie = SetCookie::parse(header);
        let name = cookie.as_ref().map(SetCookie::name).unwrap_or_default().escape_ascii();
        match outcome {
            Outcome::Refused(reasons) => {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                eprintln!("  refused `{name}`: {}", reasons.join("; "));
            }
            outcome => eprintln!("  received `{name}`: {outcome:?}"),
        }
    }
}
