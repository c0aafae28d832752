//! A small web site on plain hyper that sets, reads, renews and removes cookies: it remembers a
//! favourite colour, counts visits until it is told to stop, shows what the browser sent, and explains
//! what a browser does with a `Set-Cookie` header.
//!
//! ```text
//! cargo run --example blog
//! ```
//!
//! The server listens at <http://127.0.0.1:8000/>; `-- --port 0` picks a free port. Each page that uses
//! cookies is a file: [`color`], [`visits`], [`cookies`] and [`explain`]. What protects the server is in [`shared`].
#![forbid(unsafe_code)]

mod color;
mod cookies;
mod explain;
mod home;
mod page;
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod visits;

use std::io::{Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use shared::connections;
use tokio::net::TcpListener;

const USAGE: &str = "\
usage: blog [--port PORT]

  --port PORT  listen on this port of 127.0.0.1 (8000; 0 picks a free one)
  --help       show this text";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let port = match port() {
        Ok(Some(port)) => port,
        Ok(None) => {
            let _ = writeln!(stdout(), "{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("blog: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(port).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "blog: cannot listen on 127.0.0.1:{port}: {error}; `--port 0` picks a free one"
            );
            ExitCode::FAILURE
        }
    }
}

/// Returns the port to listen on, or `None` if help was asked for.
fn port() -> Result<Option<u16>, lexopt::Error> {
    let mut port = 8000;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(port))
}

/// Listens, prints the address, and serves until Ctrl-C.
async fn serve(port: u16) -> std::io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let ready = || {
        // The server also works if nobody reads its output.
        let _ = writeln!(stdout(), "http://{address}/").and_then(|()| stdout().flush());
    };
    connections::serve(listener, ready, server::respond).await;
    Ok(())
}
