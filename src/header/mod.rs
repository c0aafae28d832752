//! The wire: the `Cookie` and `Set-Cookie` fields as bytes, usable without a jar.
//!
//! - [`pairs`] and [`text_pairs`] walk a `Cookie` field, [`pairs_of`] several; [`find`] looks up one
//!   name. None of them allocates, and none applies limits.
//! - [`write_pair`] writes a `Cookie` field.
//! - [`SetCookie`] is a `Set-Cookie` field as a user agent reads it; [`Cookie::parse`] the same as
//!   text.
//! - [`Cookie::write_to`] and [`Cookie::to_set_cookie`] write a `Set-Cookie` field.
//!
//! [`Cookie::parse`]: crate::Cookie::parse
//! [`Cookie::write_to`]: crate::Cookie::write_to
//! [`Cookie::to_set_cookie`]: crate::Cookie::to_set_cookie

mod attribute;
mod find;
mod pair;
mod pairs;
mod parts;
mod piece;
mod print;
mod set_cookie;

pub use attribute::Attribute;
pub use find::find;
pub use pair::{PairError, write_pair};
pub use pairs::{Pairs, SkipReason, Skipped, TextPairs, pairs, pairs_of, text_pairs};
pub use set_cookie::{Part, SetCookie, SetCookieError};

pub(crate) use attribute::Ignored;
pub(crate) use pairs::Walk;
pub(crate) use parts::{NonAscii, read_domain, taken};
pub(crate) use piece::{Piece, Pieces, Spans};
pub(crate) use print::Line;
pub(crate) use set_cookie::Loose;
