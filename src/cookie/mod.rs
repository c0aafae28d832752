//! The cookie as plain data, and what makes one fit to send.

mod data;
mod domain;
mod fit;
mod lifetime;
mod prefix;
mod same_site;

pub use data::Cookie;
pub use fit::CookieError;
pub use prefix::{Prefix, Requirement};
pub use same_site::SameSite;

pub(crate) use domain::lower_cased;
pub(crate) use fit::{Fit, check_expires, check_removable};
