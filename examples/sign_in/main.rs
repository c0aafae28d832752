//! Signing in with an encrypted cookie, on plain hyper; a signed one keeps the theme of the page.
//!
//! ```text
//! cargo run --example sign_in --all-features
//! ```
//!
//! The server listens at <http://localhost:8001/>; `-- --port 0` picks a free port. The key comes from the
//! variable `COOKIE_KEY` (`openssl rand -base64 32` makes one), or is made for this run. What
//! happens to the cookies is in [`visit`], and how the keys rotate in [`keys`]; the rest is a web page.
#![forbid(unsafe_code)]

mod keys;
mod page;
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod visit;

use std::env::{VarError, var};
use std::io::{Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use gingersnap::protect::Key;
use keys::Keys;
use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use shared::connections;
use tokio::net::TcpListener;

const USAGE: &str = "\
usage: sign_in [--port PORT]

  --port PORT  listen on this port of 127.0.0.1 (8001; 0 picks a free one)
  --help       show this text

The variable COOKIE_KEY holds the key of the cookies, in base64 or hexadecimal.
Without it a key is made, and everyone is signed out when the server stops.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sign_in: {error}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let Some(port) = port()? else {
        writeln!(stdout(), "{USAGE}")?;
        return Ok(());
    };
    let key = match var("COOKIE_KEY") {
        Ok(text) => text.parse::<Key>().map_err(|error| format!("COOKIE_KEY: {error}"))?,
        Err(VarError::NotPresent) => Key::generate()?,
        Err(VarError::NotUnicode(_)) => return Err("COOKIE_KEY is not text".into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let port = listener.local_addr()?.port();
    let ready = || {
        // Chromium and Firefox keep `Secure` cookies from localhost without TLS.
        let _ = writeln!(stdout(), "http://localhost:{port}/").and_then(|()| stdout().flush());
    };
    let keys = Arc::new(Keys::new(key));
    let respond = move |request| server::respond(request, Arc::clone(&keys));
    connections::serve(listener, ready, respond).await;
    Ok(())
}

/// Returns the port to listen on, or `None` if help was asked for.
fn port() -> Result<Option<u16>, lexopt::Error> {
    let mut port = 8001;
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
