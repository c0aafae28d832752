//! Sealing and opening, for either purpose.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::envelope::{Envelope, Seconds};
use super::error::{OpenErrorKind, SealErrorKind};
use super::keyring::{DerivedKeys, Keyring};
use super::purpose::Purpose;

#[cfg(feature = "encrypted")]
use super::encrypted::EncryptionKey;
#[cfg(feature = "signed")]
use super::signed::SigningKey;

/// How much the clocks of two machines may differ, in seconds.
const CLOCK_TOLERANCE: u64 = 60;

/// A sealed value that was opened, with what was sealed beside it.
///
/// Requires the feature `signed` or `encrypted`.
///
/// `Debug` masks the value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened<'j> {
    /// The plain value.
    pub value: Cow<'j, str>,
    /// When the value was sealed, in whole seconds.
    pub issued_at: SystemTime,
    /// When the value expires, in whole seconds; `None` is never.
    pub expires_at: Option<SystemTime>,
    /// Whether it is time to seal the value again: it was sealed with a retired key, or more than
    /// half of the time from its issue to its expiry has passed.
    pub needs_renewal: bool,
}

impl Opened<'_> {
    /// Returns the same with a value of its own, so that the jar can be changed.
    #[must_use]
    pub fn into_owned(self) -> Opened<'static> {
        Opened { value: Cow::Owned(self.value.into_owned()), ..self }
    }
}

impl fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("value", &format_args!("<{} bytes>", self.value.len()))
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .field("needs_renewal", &self.needs_renewal)
            .finish()
    }
}

/// Returns the length of a value when it is sealed.
pub(crate) fn sealed_len(purpose: Purpose, value: &str) -> usize {
    match purpose {
        #[cfg(feature = "signed")]
        Purpose::Signed => SigningKey::sealed_len(value),
        #[cfg(feature = "encrypted")]
        _ => EncryptionKey::sealed_len(value.as_bytes()),
    }
}

/// Seals a value for a name with the primary key.
#[cfg_attr(
    not(feature = "encrypted"),
    expect(clippy::unnecessary_wraps, reason = "only encryption can fail")
)]
pub(crate) fn seal(
    keyring: &Keyring,
    purpose: Purpose,
    name: &str,
    value: &str,
    issued: Seconds,
    expires: Option<Seconds>,
) -> Result<String, SealErrorKind> {
    let keys = keyring.primary_key();
    let envelope = Envelope { purpose, key: keys.id(), issued, expires };
    match purpose {
        #[cfg(feature = "signed")]
        Purpose::Signed => Ok(keys.signing.seal(&envelope, name, value)),
        #[cfg(feature = "encrypted")]
        _ => keys.encryption.seal(&envelope, name.as_bytes(), value.as_bytes()),
    }
}

/// Opens a value that was sealed for a name, if it is valid at a given time and not older than
/// `max_age`.
pub(crate) fn open<'s>(
    keyring: &Keyring,
    purpose: Purpose,
    name: &str,
    sealed: &'s str,
    now: Seconds,
    max_age: Option<Duration>,
) -> Result<Opened<'s>, OpenErrorKind> {
    let (envelope, sealed) =
        Envelope::parse(sealed, purpose).ok_or(OpenErrorKind::Malformed { purpose })?;
    let mut result = Err(OpenErrorKind::UnknownKey { key: envelope.key });
    for (keys, is_retired) in keyring.keys_with_id(envelope.key) {
        result = open_with(keys, &envelope, name, sealed).map(|value| (value, is_retired));
        if result.is_ok() {
            break;
        }
    }
    let (value, is_retired) = result?;
    check_times(&envelope, now, max_age)?;
    Ok(Opened {
        value,
        issued_at: envelope.issued.to_time(),
        expires_at: envelope.expires.map(Seconds::to_time),
        needs_renewal: is_retired || envelope.is_past_half(now),
    })
}

fn open_with<'s>(
    keys: &DerivedKeys,
    envelope: &Envelope,
    name: &str,
    sealed: &'s str,
) -> Result<Cow<'s, str>, OpenErrorKind> {
    match envelope.purpose {
        #[cfg(feature = "signed")]
        Purpose::Signed => keys.signing.open(envelope, name, sealed),
        #[cfg(feature = "encrypted")]
        purpose => {
            let value = keys.encryption.open(envelope, name.as_bytes(), sealed)?;
            let value = String::from_utf8(value);
            value.map(Cow::Owned).map_err(|_| OpenErrorKind::Malformed { purpose })
        }
    }
}

/// Encrypts a value of any bytes for an engine, bound to `associated_data`, with the primary key. The
/// result is ASCII.
#[cfg(all(feature = "encrypted", feature = "store"))]
pub(crate) fn seal_stored(
    keyring: &Keyring,
    associated_data: &[u8],
    value: &[u8],
    now: Seconds,
) -> Result<String, SealErrorKind> {
    let keys = keyring.primary_key();
    let (purpose, key) = (Purpose::Stored, keys.id());
    let envelope = Envelope { purpose, key, issued: now, expires: None };
    keys.encryption.seal(&envelope, associated_data, value)
}

/// Opens a value that [`seal_stored`] returned for the same `associated_data`. Whether the cookie has expired
/// is for the caller to check.
#[cfg(all(feature = "encrypted", feature = "store"))]
pub(crate) fn open_stored(
    keyring: &Keyring,
    associated_data: &[u8],
    sealed: &[u8],
) -> Option<Vec<u8>> {
    let sealed = str::from_utf8(sealed).ok()?;
    let (envelope, sealed) = Envelope::parse(sealed, Purpose::Stored)?;
    let mut keys = keyring.keys_with_id(envelope.key);
    keys.find_map(|(keys, _)| keys.encryption.open(&envelope, associated_data, sealed).ok())
}

/// Checks the times of what was opened: only now can they be trusted.
fn check_times(
    envelope: &Envelope,
    now: Seconds,
    max_age: Option<Duration>,
) -> Result<(), OpenErrorKind> {
    let ahead = envelope.issued.since(now);
    if ahead > CLOCK_TOLERANCE {
        return Err(OpenErrorKind::IssuedInFuture { ahead: Duration::from_secs(ahead) });
    }
    if let Some(expires) = envelope.expires
        && expires <= now
    {
        return Err(OpenErrorKind::Expired { ago: Duration::from_secs(now.since(expires)) });
    }
    let age = Duration::from_secs(now.since(envelope.issued));
    match max_age {
        Some(max_age) if age > max_age => Err(OpenErrorKind::TooOld { age, max_age }),
        _ => Ok(()),
    }
}
