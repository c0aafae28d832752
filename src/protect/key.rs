//! `Key`: the secret that an application keeps.

use std::fmt;
use std::str::FromStr;

use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};
use base64::{DecodeError, alphabet};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// A secret of 32 random bytes or more, from which the keys of a [`Keyring`](super::Keyring) are
/// derived.
///
/// It is wiped from memory when it is dropped, compared in constant time, and never shown by
/// `Debug` or by an error. Longer secrets are taken whole; more than 32 *random* bytes add
/// nothing. A password is no key: it can be guessed.
///
/// ```
/// use gingersnap::protect::Key;
///
/// // From `openssl rand -base64 32`:
/// let key: Key = "nY4MEyc3Zh6Fjx6WALqGsUVTAoTuFiZ0Nsvd0ohIDKw=\n".parse()?;
/// assert_eq!(key, Key::from_base64("nY4MEyc3Zh6Fjx6WALqGsUVTAoTuFiZ0Nsvd0ohIDKw")?);
/// assert_eq!(format!("{key:?}"), "Key(<masked>)");
///
/// let error = Key::new("too short").unwrap_err();
/// assert_eq!(error.to_string(), "the key is 9 bytes, and must be 32 or more");
/// # Ok::<(), gingersnap::errors::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

/// Why there is no key. No error shows any of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is shorter than 32 bytes.
    #[error("the key is {bytes} bytes, and must be {} or more", Key::LEAST)]
    TooShort {
        /// Bytes of the secret, decoded.
        bytes: usize,
    },

    /// The text isn't base64.
    #[error("the key isn't base64 from byte {offset} on")]
    NotBase64 {
        /// Where in the text, white space before it not counted, from 0.
        offset: usize,
    },

    /// The text isn't hexadecimal: an even number of digits.
    #[error("the key isn't hexadecimal from byte {offset} on")]
    NotHex {
        /// Where in the text, white space before it not counted, from 0.
        offset: usize,
    },

    /// The system's random source failed.
    #[error("the system has no randomness to make a key")]
    NoRandomness,
}

impl Key {
    /// Bytes of the shortest secret.
    const LEAST: usize = 32;

    /// A key of a secret, which is copied.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::of(Zeroizing::new(secret.as_ref().to_vec()))
    }

    /// A new key: 32 bytes from the system's random source.
    ///
    /// It lives as long as the process does, unless its [`secret`](Self::secret) is kept: fit for
    /// tests, and for cookies that needn't outlive the server.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`] where that source fails, which it hardly does.
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new(vec![0; Self::LEAST]);
        getrandom::fill(&mut secret).map_err(|_| KeyError::NoRandomness)?;
        Self::of(secret)
    }

    /// A key of a secret in base64 (RFC 4648), in the standard or the URL-safe alphabet, with
    /// padding or without. ASCII white space around it is passed over.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotBase64`], and [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let text = text.trim_ascii();
        let url_safe = text.bytes().any(|byte| matches!(byte, b'-' | b'_'));
        let engine = if url_safe { &URL_SAFE } else { &STANDARD };
        // Sized beforehand: a vector that grows leaves a copy behind.
        let mut secret = Zeroizing::new(vec![0; text.len()]);
        let bytes = engine.decode_slice_unchecked(text, &mut secret).map_err(|error| {
            let offset = match error {
                DecodeError::InvalidByte(offset, _)
                | DecodeError::InvalidLastSymbol { offset, .. } => offset,
                DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => text.len(),
            };
            KeyError::NotBase64 { offset }
        })?;
        secret.truncate(bytes);
        Self::of(secret)
    }

    /// A key of a secret in hexadecimal, in upper or lower case. ASCII white space around it is
    /// passed over.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotHex`], and [`KeyError::TooShort`] for fewer than 64 digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let text = text.trim_ascii().as_bytes();
        let mut secret = Zeroizing::new(Vec::with_capacity(text.len() / 2));
        for (index, pair) in text.chunks(2).enumerate() {
            let digit = |at: usize| {
                let digit = pair.get(at).and_then(|&byte| char::from(byte).to_digit(16));
                digit.ok_or(KeyError::NotHex { offset: 2 * index + at })
            };
            let [byte, ..] = (digit(0)? << 4 | digit(1)?).to_le_bytes();
            secret.push(byte);
        }
        Self::of(secret)
    }

    /// The secret: the one way to it, for a tool that makes a key and stores it.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0
    }

    fn of(secret: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        match secret.len() {
            bytes if bytes < Self::LEAST => Err(KeyError::TooShort { bytes }),
            _ => Ok(Self(secret)),
        }
    }
}

/// Padded or not.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// A key as it stands in an environment variable. The rule: a text of hexadecimal digits alone is
/// [hexadecimal](Key::from_hex), and any other is [base64](Key::from_base64). A secret of 32 random
/// bytes that is written in base64 can't be taken for the other: it would hold no letter from `g`
/// on, and that happens once in 10^20.
impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.trim_ascii().bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Self::from_hex(text)
        } else {
            Self::from_base64(text)
        }
    }
}

/// In constant time.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(<masked>)")
    }
}
