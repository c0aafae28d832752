//! The public id of a key.

use std::fmt;

use super::base64url;

/// The public id of a key: 6 bytes, derived from the key, that are sent with what it sealed.
///
/// Requires the feature `signed` or `encrypted`.
///
/// `Display` writes the 8 characters of base64url that can be seen in a cookie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(super) [u8; KeyId::LEN]);

impl KeyId {
    pub(super) const LEN: usize = 6;
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
