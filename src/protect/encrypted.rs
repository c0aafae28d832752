//! Encrypted values: AES-256-GCM-SIV (RFC 8452).

use std::borrow::Cow;

use aes::Aes256Enc;
use aes_gcm_siv::aead::inout::InOutBuf;
use aes_gcm_siv::{AeadInOut, AesGcmSiv, KeyInit, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;

use super::base64url::{decode, encode, encoded_len};
use super::head::{Head, Purpose};
use super::keyring::Prepared;
use super::scheme::{NoRandomness, Scheme, Unopened, derive, name_len};
use super::{Keyring, View, ViewMut};
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

/// The key of the cipher, as far as it can be prepared.
pub(super) struct Ciphering(AesGcmSiv<Aes256Enc>);

impl Ciphering {
    pub(super) fn new(secret: &Hkdf<Sha256>) -> Self {
        Self(AesGcmSiv::new((&*derive(secret, "gingersnap 1 encrypted")).into()))
    }
}

const NONCE: usize = 12;
const TAG: usize = 16;

/// Octets of the associated data: the context of a value.
const fn context_len(name: &str) -> usize {
    name_len(name).len() + name.len() + Head::LEN
}

/// Writes the associated data.
fn write_context(name: &str, head: &[u8], out: &mut [u8]) {
    let (len, rest) = out.split_at_mut(name_len(name).len());
    len.copy_from_slice(&name_len(name));
    let (name_part, head_part) = rest.split_at_mut(name.len());
    name_part.copy_from_slice(name.as_bytes());
    head_part.copy_from_slice(head);
}

fn sealed_len(value: &str) -> usize {
    Head::LEN + encoded_len(NONCE + value.len() + TAG)
}

fn seal(
    key: &Prepared,
    head: &Head,
    name: &str,
    value: &str,
    _: usize,
) -> Result<String, NoRandomness> {
    let mut nonce = Nonce::default();
    getrandom::fill(&mut nonce).map_err(|_| NoRandomness)?;
    Ok(seal_with(key, head, &nonce, name, value))
}

/// All of it happens in one buffer: the text, with the octets that it is to say at its end, and
/// behind it the context.
fn seal_with(key: &Prepared, head: &Head, nonce: &Nonce, name: &str, value: &str) -> String {
    let octets = NONCE + value.len() + TAG;
    let len = sealed_len(value);
    let head = head.write(Purpose::Encrypted);
    let mut buffer = vec![0; len + context_len(name)];
    let (text, context) = buffer.split_at_mut(len);
    write_context(name, &head, context);
    let (nonce_part, sealed) = text[len - octets..].split_at_mut(NONCE);
    let (ciphertext, tag_part) = sealed.split_at_mut(value.len());
    nonce_part.copy_from_slice(nonce);
    ciphertext.copy_from_slice(value.as_bytes());
    let ciphertext = InOutBuf::from(ciphertext);
    let tag = key.ciphering.0.encrypt_inout_detached(nonce, context, ciphertext);
    // OK because the limits of the cipher are 64 gigabytes.
    tag_part.copy_from_slice(&tag.expect("a value within the cipher's limits"));

    let (head_part, sealed) = text.split_at_mut(Head::LEN);
    head_part.copy_from_slice(&head);
    encode_in_place(sealed, octets);
    buffer.truncate(len);
    // OK because a head and base64 are ASCII.
    String::from_utf8(buffer).expect("ASCII")
}

/// Writes so many octets, which stand at the end of `text`, as base64url that fills all of it.
///
/// It goes from the front in steps; what is written never passes what is still to be read, for the
/// text has one octet more than they for each three of them.
fn encode_in_place(text: &mut [u8], octets: usize) {
    let mut step = [0; 768];
    let (mut read, mut write) = (text.len() - octets, 0);
    while read < text.len() {
        let part = step.len().min(text.len() - read);
        step[..part].copy_from_slice(&text[read..read + part]);
        let end = write + encoded_len(part);
        encode(&step[..part], &mut text[write..end]);
        (read, write) = (read + part, end);
    }
}

fn open<'t>(key: &Prepared, name: &str, text: &'t str) -> Result<Cow<'t, str>, Unopened> {
    open_octets(key, name, text.as_bytes()).map(Cow::Owned)
}

/// Opens in one buffer: ciphertext, tag, and behind them the context.
fn open_octets(key: &Prepared, name: &str, text: &[u8]) -> Result<String, Unopened> {
    const NONCE_TEXT: usize = encoded_len(NONCE);
    let (head, sealed) = text.split_at_checked(Head::LEN).ok_or(Unopened::Malformed)?;
    let (nonce_text, sealed) = sealed.split_at_checked(NONCE_TEXT).ok_or(Unopened::Malformed)?;
    let mut nonce = Nonce::default();
    decode(nonce_text, &mut nonce).ok_or(Unopened::Malformed)?;
    let octets = sealed.len() * 3 / 4;
    let value = octets.checked_sub(TAG).ok_or(Unopened::Malformed)?;

    let mut buffer = vec![0; octets + context_len(name)];
    let (opened, context) = buffer.split_at_mut(octets);
    write_context(name, head, context);
    decode(sealed, opened).ok_or(Unopened::Malformed)?;
    let (ciphertext, tag_part) = opened.split_at_mut(value);
    let mut tag = Tag::default();
    tag.copy_from_slice(tag_part);
    key.ciphering
        .0
        .decrypt_inout_detached(&nonce, context, InOutBuf::from(ciphertext), &tag)
        .map_err(|_| Unopened::Tampered)?;
    buffer.truncate(value);
    String::from_utf8(buffer).map_err(|_| Unopened::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protect::head::Seconds;
    use crate::protect::{Key, Keyring};

    fn octets(hex: &str) -> Vec<u8> {
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
            let head = Head { key: key.id(), issued, expires };
            let nonce = Nonce::try_from(&*octets(nonce)).unwrap();
            let value = String::from_utf8(octets(value)).unwrap();
            assert_eq!(seal_with(key, &head, &nonce, name, &value), text);
        });
        assert_eq!(count.count(), 30);
    }

    fn time(seconds: u64) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
    }

    #[test]
    fn base64_grows_over_what_it_reads() {
        for len in 0..1000 {
            let octets: Vec<u8> = (0..len).map(|at: usize| at.to_le_bytes()[0] ^ 0x5A).collect();
            let mut text = vec![0; encoded_len(len)];
            let start = text.len() - len;
            text[start..].copy_from_slice(&octets);
            encode_in_place(&mut text, len);
            let mut back = vec![0; len];
            decode(&text, &mut back).unwrap();
            assert_eq!(back, octets);
        }
    }

    /// Keys are wiped when they are dropped.
    #[test]
    fn keys_are_wiped() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
        is_wiped::<Aes256Enc>();
        is_wiped::<zeroize::Zeroizing<Vec<u8>>>();
    }
}
