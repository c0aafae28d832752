//! The `Cookie` and `Set-Cookie` headers as bytes, without a jar: for clients, proxies and tools.
//!
//! - [`pairs`] and [`text_pairs`] read a `Cookie` header, [`pairs_of`] several of them; [`find`]
//!   looks up one name. None of them allocates, and none applies limits.
//! - [`write_pair`] writes a `Cookie` header, and [`edit_pairs`] drops or renames pairs of one.
//! - [`SetCookie`] is a `Set-Cookie` header as a user agent reads it; [`Cookie::parse`] reads the
//!   same as text.
//! - [`split_set_cookie_list`] splits `Set-Cookie` headers that a gateway joined, and
//!   [`decode_python_quoted`] decodes the values of Python programs.
//! - [`Cookie::write_to`] and [`Cookie::to_set_cookie`] write a `Set-Cookie` header, and
//!   [`SetCookieEdit`] changes one and keeps the rest of it.
//!
//! All of these take a header's value, without its name. [`CLEAR_SITE_DATA`] is the header that deletes
//! all cookies of a site.
//!
//! [`Cookie::parse`]: crate::Cookie::parse
//! [`Cookie::write_to`]: crate::Cookie::write_to
//! [`Cookie::to_set_cookie`]: crate::Cookie::to_set_cookie

mod attribute;
mod clear_site_data;
mod cookie_edit;
mod cookie_header;
mod find;
mod python_quoted;
mod raw_set_cookie;
mod segment;
mod set_cookie;
mod set_cookie_edit;
mod set_cookie_error;
mod set_cookie_list;
mod set_cookie_writer;
mod skipped;
mod write_pair;

pub use attribute::Attribute;
pub use clear_site_data::CLEAR_SITE_DATA;
pub use cookie_edit::{PairEdit, edit_pairs};
pub use cookie_header::{Pairs, TextPairs, pairs, pairs_of, text_pairs};
pub use find::find;
pub use python_quoted::decode_python_quoted;
pub use set_cookie::SetCookie;
pub use set_cookie_edit::SetCookieEdit;
pub use set_cookie_error::{SetCookieError, SetCookiePart};
pub use set_cookie_list::{SetCookieList, split_set_cookie_list};
pub use skipped::{SkipReason, Skipped};
pub use write_pair::{PairError, write_pair};

pub(crate) use attribute::Ignored;
pub(crate) use cookie_header::PairWalker;
pub(crate) use raw_set_cookie::{NonAsciiDomain, parse_domain, read_attribute};
pub(crate) use segment::{Pair, Segments};
pub(crate) use set_cookie::Unchecked;
pub(crate) use set_cookie_list::comma_before_cookie;
pub(crate) use set_cookie_writer::SetCookieWriter;
