//! The client's half: cookies that were received, and are sent back.
//!
//! [`CookieStore`] does what a browser does: it stores the cookies of a response, sends them with the
//! requests that they are meant for, and drops them when they expire (RFC 6265bis, sections 5.7 and
//! 5.8). [`SharedStore`] is the same for several threads. [`mod@file`] loads stores from files and saves
//! them.
//!
//! ```
//! use std::time::SystemTime;
//! use gingersnap::RequestContext;
//! use gingersnap::store::CookieStore;
//!
//! let mut store = CookieStore::new();
//! let now = SystemTime::now();
//! let login = RequestContext::parse("https://www.shop.example/login")?;
//! store.receive(&login, ["sid=31d4; Path=/; Secure", "lang=de; Domain=shop.example"], now);
//!
//! let help = RequestContext::parse("https://help.shop.example/")?;
//! assert_eq!(store.cookie_header(&help, now), Some(b"lang=de".to_vec()));
//! # Ok::<(), gingersnap::errors::ContextError>(())
//! ```

mod change_feed;
mod cookie_list;
mod cookie_store;
mod cookies_for;
pub mod file;
mod import;
mod outcome;
mod recorder;
mod schedule;
mod scheduled;
mod shared_store;
mod site_cookies;
mod store_limits;
mod stored_cookie;
mod stripe;

pub use change_feed::{ChangeFeed, StoreChange};
pub use cookie_store::CookieStore;
pub use cookies_for::CookiesFor;
pub use outcome::Outcome;
pub use shared_store::SharedStore;
pub use store_limits::StoreLimits;
pub use stored_cookie::StoredCookie;
