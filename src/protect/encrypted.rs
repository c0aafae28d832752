//! Encrypted values: AES-256-GCM-SIV (RFC 8452).

use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

use super::base64url;
use super::envelope::Envelope;
use super::error::{OpenErrorKind, SealErrorKind};

/// The key that encrypts.
pub(super) struct EncryptionKey(Aes256GcmSiv);

const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

impl EncryptionKey {
    pub(super) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(Aes256GcmSiv::new((&**key).into()))
    }

    /// Returns the length of a value when it is sealed.
    pub(super) const fn sealed_len(value: &[u8]) -> usize {
        Envelope::LEN + base64url::encoded_len(NONCE_LEN + value.len() + TAG_LEN)
    }

    /// Returns the envelope, and the nonce, ciphertext and tag in base64url. Each message has a
    /// fresh nonce from the system's random source.
    pub(super) fn seal(
        &self,
        envelope: &Envelope,
        name: &[u8],
        value: &[u8],
    ) -> Result<String, SealErrorKind> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SealErrorKind::NoRandomness)?;
        Ok(self.seal_with_nonce(nonce, envelope, name, value))
    }

    fn seal_with_nonce(
        &self,
        nonce: [u8; NONCE_LEN],
        envelope: &Envelope,
        name: &[u8],
        value: &[u8],
    ) -> String {
        let message = self.encrypt(nonce, &envelope.context(name, &[]), value);
        let mut sealed = String::with_capacity(Self::sealed_len(value));
        envelope.push_to(&mut sealed);
        base64url::push(&message, &mut sealed);
        sealed
    }

    /// Returns the value of what follows the envelope, if the tag is right.
    pub(super) fn open(
        &self,
        envelope: &Envelope,
        name: &[u8],
        sealed: &str,
    ) -> Result<Vec<u8>, OpenErrorKind> {
        let malformed = || OpenErrorKind::Malformed { purpose: envelope.purpose };
        let message = base64url::decode(sealed).ok_or_else(malformed)?;
        let (nonce, tag) = nonce_and_tag(&message).ok_or_else(malformed)?;
        let value = self.decrypt(nonce, tag, &envelope.context(name, &[]), message);
        value.ok_or(OpenErrorKind::Tampered)
    }

    /// Returns the nonce, the ciphertext and the tag.
    fn encrypt(&self, nonce: [u8; NONCE_LEN], context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut message = Vec::with_capacity(NONCE_LEN + plaintext.len() + TAG_LEN);
        message.extend_from_slice(&nonce);
        message.extend_from_slice(plaintext);
        let tag = self.0.encrypt_inout_detached(
            &Nonce::from(nonce),
            context,
            message[NONCE_LEN..].as_mut().into(), // OK because the nonce is in front.
        );
        // OK because the cipher's limit is 64 gigabytes.
        message.extend_from_slice(&tag.expect("a value within the limit"));
        message
    }

    /// Returns the plaintext of a message, if the tag is right.
    fn decrypt(
        &self,
        nonce: Nonce,
        tag: Tag,
        context: &[u8],
        mut message: Vec<u8>,
    ) -> Option<Vec<u8>> {
        message.truncate(message.len() - TAG_LEN); // OK because the message has this tag,
        message.drain(..NONCE_LEN); // and this nonce.
        let plaintext = message.as_mut_slice().into();
        self.0.decrypt_inout_detached(&nonce, context, plaintext, &tag).ok()?;
        Some(message)
    }
}

/// Returns the nonce at the start of a message, and the tag at its end.
fn nonce_and_tag(message: &[u8]) -> Option<(Nonce, Tag)> {
    let (nonce, rest) = message.split_first_chunk::<NONCE_LEN>()?;
    let (_, tag) = rest.split_last_chunk::<TAG_LEN>()?;
    Some((Nonce::from(*nonce), Tag::from(*tag)))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::protect::envelope::Seconds;
    use crate::protect::purpose::Purpose;
    use crate::protect::{Key, Keyring};

    fn bytes(hex: &str) -> Vec<u8> {
        let starts = (0..hex.len()).step_by(2);
        starts.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    /// With the nonces that another implementation used, the sealed text is the same.
    #[test]
    fn seals_as_another_implementation_does() {
        let table = include_str!("../../tests/vectors/protect.tsv");
        let rows = table.lines().filter(|row| row.starts_with("encrypted"));
        let count = rows.map(|row| {
            let cells: Vec<&str> = row.split('\t').collect();
            let [_, secret, _, name, issued, expires, nonce, value, sealed] = cells[..] else {
                panic!("a row of nine");
            };
            let keyring = Keyring::new(&Key::from_hex(secret).unwrap());
            let seconds = |text: &str| {
                let seconds = text.parse().ok()?;
                Some(Seconds::from_time(UNIX_EPOCH + Duration::from_secs(seconds)))
            };
            let envelope = Envelope {
                purpose: Purpose::Encrypted,
                key: keyring.primary(),
                issued: seconds(issued).unwrap(),
                expires: seconds(expires),
            };
            let nonce = bytes(nonce).try_into().unwrap();
            let value = String::from_utf8(bytes(value)).unwrap();
            let key = &keyring.primary_key().encryption;
            let (name, value) = (name.as_bytes(), value.as_bytes());
            assert_eq!(key.seal_with_nonce(nonce, &envelope, name, value), sealed);
        });
        assert_eq!(count.count(), 30);
    }

    /// The test vectors of RFC 8452, appendix C.2: key, nonce, associated data, plaintext, and
    /// ciphertext with tag.
    #[test]
    fn encrypts_as_the_standard_does() {
        let table = include_str!("../../tests/vectors/rfc8452.tsv");
        for row in table.lines() {
            let cells: Vec<_> = row.split('\t').map(bytes).collect();
            let [key, nonce, context, plaintext, ciphertext] = &cells[..] else {
                panic!("a row of five");
            };
            let key = EncryptionKey::new(&Zeroizing::new(key[..].try_into().unwrap()));
            let message = key.encrypt(nonce[..].try_into().unwrap(), context, plaintext);
            assert_eq!(message, [&nonce[..], ciphertext].concat());
            let (nonce, tag) = nonce_and_tag(&message).unwrap();
            let decrypted = key.decrypt(nonce, tag, context, message.clone());
            assert_eq!(decrypted.as_ref(), Some(plaintext));
            let wrong = Tag::from([0; TAG_LEN]);
            assert_eq!(key.decrypt(nonce, wrong, context, message), None);
        }
        assert_eq!(table.lines().count(), 24);
    }

    #[test]
    fn keys_are_wiped_when_they_are_dropped() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
        is_wiped::<aes::Aes256Enc>();
        is_wiped::<Zeroizing<[u8; 32]>>();
    }
}
