//! With the feature `reqwest`: a shared store for a client, which stays open to everyone else.

use gingersnap::store::SharedStore;
use reqwest::cookie::CookieStore;
use reqwest::header::HeaderValue;
use reqwest::{Client, Url};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Arc::new(SharedStore::new());
    let _client = Client::builder().cookie_provider(store.clone()).build()?;

    // What the client does with a response, and with the next request.
    let set_cookie = HeaderValue::from_static("sid=31d4; Path=/; Secure; HttpOnly");
    store.set_cookies(&mut [&set_cookie].into_iter(), &Url::parse("https://shop.example/login")?);
    let cart = Url::parse("https://shop.example/cart")?;
    assert_eq!(store.cookies(&cart), Some(HeaderValue::from_static("sid=31d4")));
    store.clear();
    assert_eq!(store.cookies(&cart), None);
    Ok(())
}
