//! What stands for the key of a purpose whose feature is off.

use hkdf::Hkdf;
use sha2::Sha256;

use super::head::KeyId;

/// Nothing.
pub(super) struct Unprepared;

impl Unprepared {
    pub(super) const fn new(_: &Hkdf<Sha256>, _: KeyId) -> Self {
        Self
    }
}
