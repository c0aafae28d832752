//! gingersnap
#![forbid(unsafe_code)]

mod cookie;
pub mod date;
mod encoding;
pub mod errors;
pub mod header;
#[cfg(feature = "http")]
mod http;
mod jar;
mod limits;
mod octet;

pub use cookie::{Cookie, Prefix, Requirement, SameSite};
pub use encoding::Encoding;
pub use errors::Error;
pub use jar::{Budget, Change, CookieJar, Policy, Removal};
pub use limits::Limits;
