//! The rules of a user agent: who may store which cookie, and where it belongs.
//!
//! [`RequestContext`] has the facts of a request, [`UserAgent`] the settings of whoever sends it.
//! The rules are those of RFC 6265bis, sections 5.1 to 5.8; [`explain`](crate::explain()) shows what
//! they make of a `Set-Cookie` header.

mod agent;
mod context;
mod context_error;
mod identity;
mod lifetime;
mod not_sent;
mod path;
mod public_suffixes;
mod reason;
mod retrieval;
mod storage;
#[cfg(feature = "store")]
mod stored_rules;
mod url_path;
mod warning;

pub use agent::UserAgent;
pub use context::{RequestContext, RequestKind};
pub use context_error::ContextError;
pub use identity::Identity;
pub use not_sent::NotSent;
pub use path::{default_path, path_matches};
pub use public_suffixes::PublicSuffixes;
pub use reason::Reason;
pub use warning::Warning;

pub(crate) use lifetime::Lifetime;
#[cfg(feature = "store")]
pub(crate) use lifetime::latest_expiry;
pub(crate) use retrieval::{Retrieval, StoredScope};
pub(crate) use storage::{check_parsing, check_storage_rules};
#[cfg(feature = "store")]
pub(crate) use stored_rules::{check_import_rules, check_texts, hides_secure};
