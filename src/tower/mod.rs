//! Middleware for tower services, such as those of axum and hyper.
//!
//! Requires the feature `tower`.
//!
//! On a server, [`CookieLayer`] gives each request a [`Cookies`] handle, and sends what was changed
//! through it, whatever the handler returned.
//!
//! On a client, `StoreLayer` (feature `store`) adds the cookies of a shared store to each request, and
//! keeps those of each response.

mod cookie_layer;
mod cookies;
#[cfg(feature = "store")]
mod store_layer;

pub use cookie_layer::{CookieLayer, CookieService, ResponseFuture};
pub use cookies::{Cookies, CookiesError};
#[cfg(feature = "store")]
pub use store_layer::{RequestFacts, StoreFuture, StoreLayer, StoreService};
