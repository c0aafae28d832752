//! With the feature `store`: a client that keeps its cookies, also in a file.

use gingersnap::RequestContext;
use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Format};
use std::time::SystemTime;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("outside-{}.txt", std::process::id()));
    let login = RequestContext::parse("https://shop.example/login")?;
    let mut store = CookieStore::new();
    store.receive_now(&login, ["sid=31d4; Path=/; Secure; HttpOnly; Max-Age=60"]);
    store.save(&mut CookieFile::new(&path, Format::CookiesTxt), SystemTime::now())?;

    let mut store = CookieStore::new();
    store.load(&mut CookieFile::new(&path, Format::CookiesTxt), SystemTime::now())?;
    let cart = RequestContext::parse("https://shop.example/cart")?;
    assert_eq!(store.cookie_header_now(&cart), Some(b"sid=31d4".to_vec()));
    std::fs::remove_file(&path)?;
    std::fs::remove_file(path.with_extension("txt.lock"))?;
    Ok(())
}
