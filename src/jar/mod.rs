//! The jar: the cookies of a request, and the changes that the response makes to them.

mod budget;
mod changes;
mod cookie_jar;
mod edit;
mod iter;
mod pair_list;
mod policy;
mod removal;
mod request_cookies;
#[cfg(any(feature = "signed", feature = "encrypted"))]
mod sealed;
mod sorted_positions;
mod totals;
mod value_parse_error;

pub use budget::Budget;
pub use changes::Change;
pub use cookie_jar::CookieJar;
pub use iter::{Iter, SetCookieHeaders};
pub use policy::Policy;
pub use removal::Removal;
#[cfg(feature = "encrypted")]
pub use sealed::{EncryptedChunks, EncryptedChunksMut};
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub use sealed::{RenewError, SealedCookies, SealedCookiesMut};
pub use value_parse_error::ValueParseError;
