//! `Key`: the secret that an application keeps.

use std::fmt;
use std::str::FromStr;

use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};
use base64::{DecodeError, alphabet};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// A secret of at least 32 random bytes, from which the keys of a [`Keyring`](super::Keyring) are
/// derived.
///
/// Requires the feature `signed` or `encrypted`.
///
/// A key is wiped from memory when it is dropped, compared in constant time, and never shown by
/// `Debug` or an error. All of a longer secret is used; more than 32 *random* bytes add nothing. A
/// password is not a key: it can be guessed.
///
/// # Examples
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
/// assert_eq!(
///     error.to_string(),
///     "the key is 9 bytes, and must be at least 32; make one with `openssl rand -base64 32`",
/// );
/// # Ok::<(), gingersnap::errors::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

/// Why a secret cannot be a key. The message never shows any of the secret.
///
/// Requires the feature `signed` or `encrypted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is shorter than 32 bytes.
    #[error(
        "the key is {actual} bytes, and must be at least {}; make one with `openssl rand -base64 32`",
        Key::MIN_LEN
    )]
    TooShort {
        /// The bytes of the secret, decoded.
        actual: usize,
    },

    /// The text is not base64.
    #[error("the key is not base64 from byte {offset} on; make one with `openssl rand -base64 32`")]
    NotBase64 {
        /// The position in the text without white space before it, in bytes from 0.
        offset: usize,
    },

    /// The text is not hexadecimal: an even number of digits.
    #[error(
        "the key is not hexadecimal from byte {offset} on; make one with `openssl rand -hex 32`"
    )]
    NotHex {
        /// The position in the text without white space before it, in bytes from 0.
        offset: usize,
    },

    /// The system's random source failed.
    #[error("the system has no randomness to make a key")]
    NoRandomness,
}

impl Key {
    /// The bytes of the shortest secret.
    const MIN_LEN: usize = 32;

    /// Creates a key from a secret, which is copied.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::from_secret(Zeroizing::new(secret.as_ref().to_vec()))
    }

    /// Creates a new key: 32 bytes from the system's random source.
    ///
    /// The key is lost when the process ends, unless its [`secret`](Self::secret) is kept: use it
    /// for tests, and for cookies that need not outlive the server.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`] if that source fails, which is rare.
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new(vec![0; Self::MIN_LEN]);
        getrandom::fill(&mut secret).map_err(|_| KeyError::NoRandomness)?;
        Self::from_secret(secret)
    }

    /// Creates a key from a secret in base64 (RFC 4648), in the standard or the URL-safe alphabet,
    /// with or without padding. ASCII white space around it is ignored.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotBase64`], and [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let text = text.trim_ascii();
        let url_safe = text.bytes().any(|byte| matches!(byte, b'-' | b'_'));
        let engine = if url_safe { &URL_SAFE } else { &STANDARD };
        // Allocated at once: a vector that grows leaves a copy behind.
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
        Self::from_secret(secret)
    }

    /// Creates a key from a secret in hexadecimal, in upper or lower case. ASCII white space around
    /// it is ignored.
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
        Self::from_secret(secret)
    }

    /// Returns the secret, for a tool that makes a key and stores it.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0
    }

    fn from_secret(secret: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        match secret.len() {
            actual if actual < Self::MIN_LEN => Err(KeyError::TooShort { actual }),
            _ => Ok(Self(secret)),
        }
    }
}

/// With or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Reads a key as an environment variable has it: a text of only hexadecimal digits is
/// [hexadecimal](Key::from_hex), any other text is [base64](Key::from_base64).
///
/// A secret of 32 random bytes in base64 is not mistaken for hexadecimal: it would have no letter
/// after `f`, which happens once in 10^20.
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

/// Compares in constant time.
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
