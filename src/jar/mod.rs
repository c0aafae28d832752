//! The jar: a dictionary that answers for both directions.

mod budget;
mod by_hash;
mod by_name;
mod changes;
mod cookie_jar;
mod gate;
mod pairs;
mod policy;
mod received;
mod removal;
#[cfg(any(feature = "signed", feature = "encrypted"))]
mod written;

pub use budget::Budget;
pub use changes::Change;
pub use cookie_jar::CookieJar;
pub use policy::Policy;
pub use removal::Removal;
