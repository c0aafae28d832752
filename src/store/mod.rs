//! The client's half: cookies that were received, and are sent back.
//!
//! Requires the feature `store`.
//!
//! [`CookieStore`] does what a browser does: it stores the cookies of a response, sends them with the
//! requests that they are meant for, and drops them when they expire (RFC 6265bis, sections 5.7 and
//! 5.8). [`SharedStore`] is the same for several threads, and a
//! [`BackedStore`](backend::BackedStore) for several processes and machines. [`mod@file`] loads stores
//! from files and saves them.
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
//!
//! # HTTP clients
//!
//! - **reqwest**: the feature `reqwest` makes [`SharedStore`] a `cookie_provider`.
//! - **hyper-util, and any other tower service**: `StoreLayer`, with the features `tower` and `store`.
//! - **ureq 3**: no feature is needed. Its own cookie jar cannot be replaced, but middleware can do
//!   the same. It sees only the first request and the last response of redirects that ureq follows,
//!   and no response with an error status, so turn both off, and follow redirects by your own calls:
//!
//! ```
//! use std::sync::Arc;
//! use gingersnap::RequestContext;
//! use gingersnap::store::SharedStore;
//! use ureq::http::{HeaderValue, Request, Response};
//! use ureq::middleware::MiddlewareNext;
//! use ureq::{Agent, Body, Error, SendBody};
//!
//! fn agent_with(store: Arc<SharedStore>) -> Agent {
//!     let keep_cookies = move |mut request: Request<SendBody>,
//!                              next: MiddlewareNext<'_>|
//!           -> Result<Response<Body>, Error> {
//!         let url = request.uri().to_string();
//!         let Ok(context) = RequestContext::parse(&url) else { return next.handle(request) };
//!         if let Some(Ok(header)) = store.cookie_header_now(&context).map(HeaderValue::try_from) {
//!             request.headers_mut().insert("cookie", header);
//!         }
//!         let response = next.handle(request)?;
//!         store.receive_now(&context, response.headers().get_all("set-cookie"));
//!         Ok(response)
//!     };
//!     let config = Agent::config_builder().max_redirects(0).http_status_as_error(false);
//!     config.middleware(keep_cookies).build().into()
//! }
//! ```

pub mod backend;
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
