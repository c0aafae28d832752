//! Canonical hosts, which domains they match, and what is most likely wrong with a domain.

mod canonical;
mod hint;
mod ip_address;

pub use hint::DomainHint;

#[cfg(feature = "store")]
pub(crate) use canonical::canonical_host;
pub(crate) use canonical::{Host, HostError, is_below};
pub(crate) use ip_address::{is_ip_literal, last_label};
