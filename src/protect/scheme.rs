//! What the two purposes have in common.

use std::borrow::Cow;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::head::{Head, Purpose};
use super::keyring::Prepared;

/// A way to seal values: that of the signed ones, or of the encrypted ones.
pub(super) struct Scheme {
    /// What it seals for.
    pub(super) purpose: Purpose,
    /// Bytes of a value when it is sealed.
    pub(super) sealed_len: fn(&str) -> usize,
    /// Seals a value for a name, in so many bytes as it has when it is sealed.
    pub(super) seal: fn(&Prepared, &Head, &str, &str, usize) -> Result<String, NoRandomness>,
    /// Opens a sealed value, which has this head.
    pub(super) open: Open,
}

/// Of a key, the head, the cookie's name and the text, the plain value.
type Open = for<'t> fn(&Prepared, &Head, &str, &'t str) -> Result<Cow<'t, str>, Unopened>;

/// The system's random source failed.
#[derive(Debug)]
pub(super) struct NoRandomness;

/// Why a key doesn't open a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unopened {
    /// It isn't of the format.
    Malformed,
    /// Its tag isn't that of its text.
    Tampered,
}

/// A key of 32 bytes that is derived from a secret, for one use.
pub(super) fn derive(secret: &Hkdf<Sha256>, info: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // OK because HKDF-SHA256 gives up to 8160 bytes.
    secret.expand(info.as_bytes(), &mut *key).expect("32 bytes of HKDF");
    key
}

/// The bytes of a name in the context of its value: how many they are, before them, so that the
/// name can't be drawn longer or shorter.
pub(super) fn name_len(name: &str) -> [u8; 4] {
    // OK because limits have 32 bits: no jar holds a longer name.
    u32::try_from(name.len()).expect("a name within the limits").to_be_bytes()
}
