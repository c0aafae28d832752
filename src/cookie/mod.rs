//! The cookie as plain data, and the checks that one must pass to be sent.

mod attributes;
#[expect(clippy::module_inception, reason = "the file is named after the type in it")]
mod cookie;
mod domain;
mod error;
mod prefix;
mod same_site;
mod template;
mod validate;

pub use cookie::Cookie;
pub use error::{CookieError, CookieErrorKind};
pub use prefix::{Prefix, Requirement};
pub use same_site::{ParseSameSiteError, SameSite};
pub use template::CookieTemplate;

#[cfg(any(feature = "signed", feature = "encrypted"))]
pub(crate) use attributes::rounded_up_seconds;
pub(crate) use attributes::{Attributes, Flags};
pub(crate) use domain::lower_case;
pub(crate) use validate::{ValidCookie, check_expires, check_storable_name, with_required_flags};
