//! [`SharedStore`] as the cookie store of a reqwest client, by `cookie_provider`.
//!
//! Requires the feature `reqwest`.
//!
//! The client sends the store's cookies with each request, and keeps those of each response, also of
//! the responses that redirect. While the client uses the store, its cookies can be listed, added,
//! removed, saved and loaded at any time.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use gingersnap::store::SharedStore;
//! use gingersnap::store::file::{CookieFile, Format};
//! use gingersnap::{Cookie, RequestContext};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("cookies.txt");
//! let store = Arc::new(SharedStore::new());
//! let mut file = CookieFile::new(path, Format::CookiesTxt);
//! store.load(&mut file, SystemTime::now())?; // a missing file is empty
//!
//! let client = reqwest::Client::builder().cookie_provider(store.clone()).build()?;
//! // client.get("https://shop.example/").send().await?
//!
//! let shop = RequestContext::parse("https://shop.example/")?;
//! store.insert(&shop, &Cookie::new("lang", "de"), SystemTime::now()); // sent from now on
//! store.for_each(SystemTime::now(), |cookie| println!("{cookie:?}"));
//! store.save(&mut file, SystemTime::now())?;
//! store.remove_site("shop.example", SystemTime::now());
//! store.clear();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Loading and saving block on the disk: on tokio, call them in `spawn_blocking`.
//!
//! # What is not enforced
//!
//! **`SameSite` is not enforced as in a browser.** reqwest gives a store the URL of a request, and
//! nothing else: neither the method nor the page that started it. So each request counts
//! as started by the client itself, also one that follows a redirect, and cookies are sent whatever their
//! `SameSite`. A
//! client that must enforce it uses `StoreLayer` (feature `tower`) on another client, such as that of
//! hyper-util.
//!
//! Everything else is enforced: `Domain` and public suffixes, `Path`, `Secure`, expiry, prefixes, limits. A
//! request with a `Cookie` header of its own keeps it, and gets none of the store's cookies; reqwest
//! drops that header on redirects to another origin.
//!
//! # Dependencies
//!
//! The feature `cookies` of reqwest has the trait, and always builds the crates `cookie` and
//! `cookie_store`, which this crate does not use. This feature also adds the features `store` and `url`, and
//! chooses none of reqwest's TLS backends: add reqwest to your own dependencies with the features that
//! you need.

use std::time::SystemTime;

use reqwest::Url;
use reqwest::cookie::CookieStore;
use reqwest::header::HeaderValue;

use crate::store::SharedStore;
use crate::user_agent::RequestContext;

/// The cookies of a reqwest client: see the module `reqwest`, also for what is not enforced.
///
/// Requires the feature `reqwest`.
impl CookieStore for SharedStore {
    fn set_cookies(&self, cookie_headers: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        if let Ok(context) = RequestContext::try_from(url) {
            self.receive(&context, cookie_headers, SystemTime::now());
        }
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        let context = RequestContext::try_from(url).ok()?;
        let header = self.cookie_header(&context, SystemTime::now())?;
        let mut header = HeaderValue::try_from(header).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}
