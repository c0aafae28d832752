//! The rules of a user agent (RFC 6265bis, sections 5 and 6) as a store follows them: what it stores,
//! sends, expires and evicts. `docs/rules.md` explains the numbers.
#![cfg(feature = "store")]

mod changes;
mod client;
mod contents;
mod limits;
mod parsing;
mod sending;
mod sites;
mod storing;
