//! The verdict: what a user agent does with a `Set-Cookie` field, and why.

mod explain;
mod guess;
mod host;
mod judge;
mod layout;
mod lifetime;
mod outcome;
mod path;
mod reason;
mod remarks;
mod sender;
mod warning;

pub use explain::{Finding, Verdict, explain, explain_with};
pub use outcome::{Identity, Outcome, Stored};
pub use reason::{Mismatch, Reason};
pub use sender::{Sender, SenderError};
pub use warning::Warning;

pub(crate) use judge::judge;
