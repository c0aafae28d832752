//! The rules of a user agent: who may store which cookie, and where it belongs.
//!
//! [`RequestContext`] has the facts of a request, [`UserAgent`] the settings of whoever sends it.
//! The rules are those of RFC 6265bis, sections 5.1 to 5.7; [`explain`](crate::explain()) shows what
//! they make of a `Set-Cookie` header.

mod agent;
mod context;
mod context_error;
mod identity;
mod lifetime;
mod path;
mod reason;
mod storage;
mod url_path;
mod warning;

pub use agent::{PublicSuffixes, UserAgent};
pub use context::{RequestContext, RequestKind};
pub use context_error::ContextError;
pub use identity::Identity;
pub use path::{default_path, path_matches};
pub use reason::Reason;
pub use warning::Warning;

pub(crate) use lifetime::Lifetime;
pub(crate) use storage::check_storage_rules;
