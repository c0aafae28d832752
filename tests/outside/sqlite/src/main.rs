//! With the feature `sqlite`: two stores share their cookies in a database.

use gingersnap::RequestContext;
use gingersnap::store::backend::{BackedStore, SqliteBackend};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("outside-{}.db", std::process::id()));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let [first, second] = [SqliteBackend::open(&path)?, SqliteBackend::open(&path)?];
    let [first, second] = [BackedStore::new(first), BackedStore::new(second)];

    let login = RequestContext::parse("https://shop.example/login")?;
    let header = "sid=31d4; Path=/; Secure; HttpOnly; Max-Age=60";
    runtime.block_on(first.receive_now(&login, [header]))?;
    let cart = RequestContext::parse("https://shop.example/cart")?;
    let sent = runtime.block_on(second.cookie_header_now(&cart))?;
    assert_eq!(sent, Some(b"sid=31d4".to_vec()));
    drop((first, second));
    std::fs::remove_file(&path)?;
    Ok(())
}
