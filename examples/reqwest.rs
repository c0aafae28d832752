//! A reqwest client that fetches a page twice, and keeps its cookies in a file:
//!
//! ```text
//! cargo run --example hello
//! cargo run --example reqwest --features reqwest -- http://127.0.0.1:8000/ cookies.txt
//! ```
//!
//! It takes `http` URLs only, because reqwest's TLS features are off here.
#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::Arc;
use std::time::SystemTime;

use gingersnap::store::SharedStore;
use gingersnap::store::file::{CookieFile, Format};
use reqwest::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, path] = arguments.as_slice() else { return Err("usage: reqwest URL FILE".into()) };

    let store = Arc::new(SharedStore::new());
    let mut file = CookieFile::new(path, Format::CookiesTxt);
    store.load(&mut file, SystemTime::now())?; // a missing file is empty

    let client = Client::builder().cookie_provider(store.clone()).build()?;
    for _ in 0..2 {
        print!("{}", client.get(url).send().await?.text().await?);
        // The store can be used while the client has it.
        store.for_each(SystemTime::now(), |cookie| {
            println!("  `{}` of {}", cookie.name().escape_ascii(), cookie.domain());
        });
    }

    store.save(&mut file, SystemTime::now())?;
    Ok(())
}
