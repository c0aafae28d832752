//! A reverse proxy that serves another server's pages and cookies under its own host and path:
//!
//! ```text
//! cargo run --example blog
//! cargo run --example proxy -- --upstream http://127.0.0.1:8000 --prefix /app
//! ```
//!
//! The blog is then at <http://127.0.0.1:8080/app/>. What happens to the cookies is in [`cookies`]; the
//! rest is HTTP. Bodies are streamed, and redirects changed to the proxy's path, but not links in pages.
//! WebSocket and TLS are not supported: `--https` is for a proxy behind something that decrypts TLS.
#![forbid(unsafe_code)]

#[path = "../shared/connections.rs"]
mod connections;
mod cookies;
mod forward;
#[path = "../shared/host.rs"]
mod host;
#[path = "../shared/large_requests.rs"]
mod large_requests;

use std::error::Error;
use std::io::{Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use cookies::CookieScope;
use forward::Upstream;
use gingersnap::Cookie;
use hyper::Uri;
use hyper::http::uri::{Authority, Scheme};
use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use tokio::net::TcpListener;

const USAGE: &str = "\
usage: proxy --upstream URL [--prefix PATH] [--https] [--domain DOMAIN]
             [--foreign NAME]... [--port PORT]

  --upstream URL   serve this server, such as http://127.0.0.1:8000
  --prefix PATH    serve it below this path, such as /app
  --https          clients reach this proxy over https, through something that
                   decrypts it: cookies get `Secure` (without it, they lose it)
  --domain DOMAIN  replace the `Domain` of a cookie (without it, remove it)
  --foreign NAME   a cookie of something else on this host, which the upstream
                   neither gets nor sets
  --port PORT      listen on this port of 127.0.0.1 (8080; 0 picks a free one)
  --help           show this text";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proxy: {error}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

/// Listens, prints the address, and serves until Ctrl-C.
async fn run() -> Result<(), Box<dyn Error>> {
    let Some((upstream, port)) = arguments()? else {
        writeln!(stdout(), "{USAGE}")?;
        return Ok(());
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let (address, prefix) = (listener.local_addr()?, upstream.scope.prefix.clone());
    let ready = || {
        // The server also works if nobody reads its output.
        let _ = writeln!(stdout(), "http://{address}{prefix}/").and_then(|()| stdout().flush());
    };
    connections::serve(listener, ready, move |request| upstream.clone().respond(request)).await;
    Ok(())
}

/// Returns the upstream and the port to listen on, or `None` if help was asked for.
fn arguments() -> Result<Option<(Upstream, u16)>, Box<dyn Error>> {
    let (mut authority, mut scope, mut port) = (None, CookieScope::default(), 8080);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("upstream") => authority = Some(origin(&arguments.value()?.string()?)?),
            Long("prefix") => scope.prefix = prefix(&arguments.value()?.string()?)?,
            Long("https") => scope.is_https = true,
            Long("domain") => scope.domain = Some(domain(arguments.value()?.string()?)?),
            Long("foreign") => scope.foreign.push(arguments.value()?.string()?),
            Long("port") => port = arguments.value()?.parse()?,
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let authority = authority.ok_or("`--upstream` is needed")?;
    Ok(Some((Upstream { authority, scope }, port)))
}

/// Returns the host and port of a URL that has nothing else.
fn origin(url: &str) -> Result<Authority, Box<dyn Error>> {
    let uri: Uri = url.parse()?;
    let is_origin =
        uri.scheme() == Some(&Scheme::HTTP) && uri.path_and_query().is_none_or(|path| path == "/");
    match uri.authority().filter(|authority| is_origin && !authority.as_str().contains('@')) {
        Some(authority) => Ok(authority.clone()),
        None => Err(format!("`{url}` is not of the form `http://host:port`").into()),
    }
}

/// Checks a path under which cookies are to be set, and returns it without a `/` at its end.
fn prefix(path: &str) -> Result<String, Box<dyn Error>> {
    if path.parse::<Uri>()?.path() != path || path.starts_with("//") {
        return Err(format!("`{path}` is not a path").into());
    }
    let cookie = Cookie::new("prefix", "").with_path(path);
    cookie.to_set_cookie(gingersnap::Encoding::Percent)?;
    Ok(path.trim_end_matches('/').to_owned())
}

/// Checks a domain for cookies.
fn domain(domain: String) -> Result<String, Box<dyn Error>> {
    let cookie = Cookie::new("domain", "").with_domain(&domain);
    cookie.to_set_cookie(gingersnap::Encoding::Percent)?;
    Ok(domain)
}
