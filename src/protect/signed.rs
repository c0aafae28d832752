//! Signed values: HMAC-SHA256 over a value that stays readable.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::base64url;
use super::envelope::Envelope;
use super::error::OpenErrorKind;
use crate::encoding::Encoding;

/// The key that signs, in a state of HMAC that is copied for each value.
pub(super) struct SigningKey(Hmac<Sha256>);

/// The bytes of a tag as it is written.
const TAG_LEN: usize = base64url::encoded_len(32);

/// The bytes of a signed value besides the percent-encoded value: envelope, `.` and tag.
const OVERHEAD: usize = Envelope::LEN + 1 + TAG_LEN;

/// What follows the key id in the context: it fills a block of SHA-256 with what is the same for all
/// values of a key.
const PADDING: [u8; 56] = [0; 56];

impl SigningKey {
    pub(super) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        // OK because HMAC accepts a key of any length.
        Self(Hmac::new_from_slice(&**key).expect("a key of any length"))
    }

    /// Returns the length of a value when it is sealed.
    pub(super) fn sealed_len(value: &str) -> usize {
        // OK because any text can be percent-encoded.
        OVERHEAD + Encoding::Percent.encoded_len(value).expect("a percent-encoded value")
    }

    /// Returns the envelope, the percent-encoded value, `.` and the tag.
    pub(super) fn seal(&self, envelope: &Envelope, name: &str, value: &str) -> String {
        let mut sealed = String::with_capacity(Self::sealed_len(value));
        envelope.push_to(&mut sealed);
        Encoding::push_percent_encoded(value, &mut sealed);
        let mac = self.mac(envelope, name, &sealed[Envelope::LEN..]); // OK: ASCII, and that long.
        sealed.push('.');
        base64url::push(&mac.finalize().into_bytes(), &mut sealed);
        sealed
    }

    /// Returns the value of what follows the envelope, if the tag is right.
    pub(super) fn open<'s>(
        &self,
        envelope: &Envelope,
        name: &str,
        sealed: &'s str,
    ) -> Result<Cow<'s, str>, OpenErrorKind> {
        let malformed = OpenErrorKind::Malformed { purpose: envelope.purpose };
        let parts = sealed.rsplit_once('.');
        let parts = parts.and_then(|(value, tag)| Some((value, base64url::decode_array(tag)?)));
        let (value, tag): (&str, [u8; 32]) = parts.ok_or(malformed)?;
        // The comparison takes constant time.
        let mac = self.mac(envelope, name, value);
        mac.verify_slice(&tag).map_err(|_| OpenErrorKind::Tampered)?;
        Ok(Encoding::Percent.decode(value))
    }

    fn mac(&self, envelope: &Envelope, name: &str, value: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&envelope.context(name.as_bytes(), &PADDING));
        mac.update(value.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_wiped_when_they_are_dropped() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
        // An HMAC consists of two states of its hash.
        is_wiped::<<Sha256 as hmac::EagerHash>::Core>();
    }
}
