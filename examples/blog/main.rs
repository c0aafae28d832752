//! A small site that shows the flows of a cookie, on plain hyper: a favourite colour, a count of
//! visits, a way to stop being counted, and a look at what the browser sent.
//!
//! `cargo run --example blog` serves it at <http://127.0.0.1:8000/>; `-- --port 0` picks a free
//! port. Each flow is a file: [`color`], [`visits`], [`cookies`].
#![forbid(unsafe_code)]

mod color;
mod cookies;
mod home;
mod page;
mod server;
mod visits;

use std::io::{Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use tokio::net::TcpListener;

const USAGE: &str = "\
usage: blog [--port PORT]

  --port PORT  listen on this port of 127.0.0.1 (8000; 0 picks a free one)
  --help       say this";

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
                "blog: can't listen on 127.0.0.1:{port}: {error}; `--port 0` picks a free one"
            );
            ExitCode::FAILURE
        }
    }
}

/// The port to listen on; `None` where help was asked for.
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

/// Listens, says where, and serves until Ctrl-C.
async fn serve(port: u16) -> std::io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    server::run(listener, || {
        // A pipe that nobody reads is no reason to stop.
        let _ = writeln!(stdout(), "http://{address}/").and_then(|()| stdout().flush());
    })
    .await;
    Ok(())
}
