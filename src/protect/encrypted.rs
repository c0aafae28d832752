//! Encrypted values: AES-256-GCM-SIV (RFC 8452).

use std::borrow::Cow;

use aes::Aes256Enc;
use aes_gcm_siv::{AeadInOut, AesGcmSiv, KeyInit, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;

use super::ahead::{Ahead, Cipher};
use super::base64url::{decode, encode, encoded_len};
use super::head::{Head, KeyId, Purpose};
use super::keyring::Prepared;
use super::scheme::{NoRandomness, Scheme, Unopened, derive, name_len};
use super::{Keyring, View, ViewMut, nonce};
use crate::jar::CookieJar;

impl<'h> CookieJar<'h> {
    /// The jar's encrypted cookies, to read: see [`protect`](super).
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// jar.encrypted_mut(&keyring).set(Cookie::host("user", "Zoë"))?;
    ///
    /// let user = jar.encrypted(&keyring).get("__Host-user")?.expect("a cookie");
    /// assert_eq!(user.value, "Zoë");
    /// assert!(jar.get("__Host-user").unwrap().starts_with("1e")); // sealed, for all the jar shows
    /// assert!(jar.encrypted(&keyring).get("user")?.is_none()); // another name
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn encrypted<'j>(&'j self, keyring: &'j Keyring) -> View<'j> {
        View { jar: self, keyring, scheme: &ENCRYPTED }
    }

    /// The jar's encrypted cookies, to set and remove: see [`protect`](super).
    #[must_use]
    pub const fn encrypted_mut<'j>(&'j mut self, keyring: &'j Keyring) -> ViewMut<'j, 'h> {
        ViewMut { jar: self, keyring, scheme: &ENCRYPTED, lifetime: None }
    }
}

static ENCRYPTED: Scheme = Scheme { purpose: Purpose::Encrypted, sealed_len, seal, open };

/// The key of the cipher, its rounds prepared.
pub(super) struct Ciphering {
    key: Aes256Enc,
    /// What the context of every value begins with.
    fixed: [u8; 8],
}

impl Ciphering {
    pub(super) fn new(secret: &Hkdf<Sha256>, id: KeyId) -> Self {
        let key = Aes256Enc::new((&*derive(secret, "gingersnap 1 encrypted")).into());
        Self { key, fixed: Head::fixed(Purpose::Encrypted, id) }
    }

    /// Encrypts in place.
    fn encrypt(&self, nonce: &Nonce, context: &[u8], value: &mut [u8]) -> Tag {
        let ahead = Ahead::new(&self.key, nonce);
        let cipher = AesGcmSiv::from(Cipher::Ahead(&ahead));
        let tag = cipher.encrypt_inout_detached(nonce, context, value.into());
        // OK because the limits of the cipher are 64 gigabytes.
        tag.expect("a value within the cipher's limits")
    }

    /// Decrypts in place, if the tag is right.
    fn decrypt(&self, nonce: &Nonce, context: &[u8], value: &mut [u8], tag: &Tag) -> Option<()> {
        let ahead = Ahead::new(&self.key, nonce);
        let cipher = AesGcmSiv::from(Cipher::Ahead(&ahead));
        cipher.decrypt_inout_detached(nonce, context, value.into(), tag).ok()
    }

    /// Writes the associated data.
    fn push_context(&self, head: &Head, name: &str, out: &mut Vec<u8>) {
        for part in [&self.fixed[..], &name_len(name), name.as_bytes(), &head.times()] {
            out.extend_from_slice(part);
        }
    }
}

const TAG: usize = 16;

/// Bytes of the associated data: the context of a value.
const fn context_len(name: &str) -> usize {
    8 + 4 + name.len() + 12
}

fn sealed_len(value: &str) -> usize {
    Head::LEN + encoded_len(nonce::LEN + value.len() + TAG)
}

fn seal(
    key: &Prepared,
    head: &Head,
    name: &str,
    value: &str,
    len: usize,
) -> Result<String, NoRandomness> {
    Ok(seal_with(key, head, &nonce::draw()?, name, value, len))
}

/// All of it happens in one buffer: the text, behind it what it is to say, and the context.
///
/// The buffer isn't made of zeros: memory that is asked for with them took 54 ns, and 13 without.
fn seal_with(
    key: &Prepared,
    head: &Head,
    nonce: &Nonce,
    name: &str,
    value: &str,
    len: usize,
) -> String {
    let bytes = nonce::LEN + value.len() + TAG;
    let mut buffer = Vec::with_capacity(len + bytes + context_len(name));
    buffer.extend_from_slice(&head.write(Purpose::Encrypted));
    buffer.resize(len, 0);
    buffer.extend_from_slice(nonce);
    buffer.extend_from_slice(value.as_bytes());
    buffer.extend_from_slice(&[0; TAG]);
    key.ciphering.push_context(head, name, &mut buffer);

    let (text, rest) = buffer.split_at_mut(len);
    let (sealed, context) = rest.split_at_mut(bytes);
    let (value_part, tag_part) = sealed[nonce::LEN..].split_at_mut(value.len());
    tag_part.copy_from_slice(&key.ciphering.encrypt(nonce, context, value_part));
    encode(sealed, &mut text[Head::LEN..]);
    buffer.truncate(len);
    // OK because a head and base64 are ASCII.
    String::from_utf8(buffer).expect("ASCII")
}

fn open<'t>(
    key: &Prepared,
    head: &Head,
    name: &str,
    text: &'t str,
) -> Result<Cow<'t, str>, Unopened> {
    open_bytes(key, head, name, text.as_bytes()).map(Cow::Owned)
}

/// Opens in one buffer: nonce, ciphertext, tag, and behind them the context.
fn open_bytes(key: &Prepared, head: &Head, name: &str, text: &[u8]) -> Result<String, Unopened> {
    let sealed = text.get(Head::LEN..).ok_or(Unopened::Malformed)?;
    let bytes = sealed.len() * 3 / 4;
    let value = bytes.checked_sub(nonce::LEN + TAG).ok_or(Unopened::Malformed)?;
    let mut buffer = Vec::with_capacity(bytes + context_len(name));
    buffer.resize(bytes, 0);
    decode(sealed, &mut buffer).ok_or(Unopened::Malformed)?;
    key.ciphering.push_context(head, name, &mut buffer);
    let (opened, context) = buffer.split_at_mut(bytes);
    let (nonce_part, rest) = opened.split_at_mut(nonce::LEN);
    let (value_part, tag_part) = rest.split_at_mut(value);
    let (mut nonce, mut tag) = (Nonce::default(), Tag::default());
    nonce.copy_from_slice(nonce_part);
    tag.copy_from_slice(tag_part);
    let done = key.ciphering.decrypt(&nonce, context, value_part, &tag);
    done.ok_or(Unopened::Tampered)?;
    buffer.copy_within(nonce::LEN..nonce::LEN + value, 0);
    buffer.truncate(value);
    String::from_utf8(buffer).map_err(|_| Unopened::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protect::head::Seconds;
    use crate::protect::{Key, Keyring};

    fn bytes(hex: &str) -> Vec<u8> {
        let starts = (0..hex.len()).step_by(2);
        starts.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    /// With the nonces that another language had, the same text.
    #[test]
    fn seals_as_another_language_does() {
        let table = include_str!("../../tests/vectors/protect.tsv");
        let rows = table.lines().filter(|row| row.starts_with("encrypted"));
        let count = rows.map(|row| {
            let cells: Vec<&str> = row.split('\t').collect();
            let [_, secret, _, name, issued, expires, nonce, value, text] = cells[..] else {
                panic!("a row of nine");
            };
            let keyring = Keyring::new(&Key::from_hex(secret).unwrap());
            let key = keyring.sealing();
            let seconds = |text: &str| Some(Seconds::of(time(text.parse().ok()?)));
            let (issued, expires) = (seconds(issued).unwrap(), seconds(expires));
            let head = Head { key: key.written_id, issued, expires };
            let nonce = Nonce::try_from(&*bytes(nonce)).unwrap();
            let value = String::from_utf8(bytes(value)).unwrap();
            let len = sealed_len(&value);
            assert_eq!(seal_with(key, &head, &nonce, name, &value, len), text);
        });
        assert_eq!(count.count(), 30);
    }

    fn time(seconds: u64) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
    }

    /// Keys are wiped when they are dropped.
    #[test]
    fn keys_are_wiped() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
        is_wiped::<Aes256Enc>();
        is_wiped::<zeroize::Zeroizing<Vec<u8>>>();
    }
}
