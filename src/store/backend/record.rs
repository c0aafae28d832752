//! Stored cookies as bytes, for engines.

use thiserror::Error;

use crate::cookie::Flags;
use crate::date::UnixMicros;
use crate::store::StoredCookie;
use crate::store::stored_cookie::Times;
use crate::user_agent::Identity;

/// The error of [`StoredCookie::from_bytes`]: the bytes are truncated, or in another version of the format.
///
/// Requires the feature `store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the bytes are no stored cookie of version {VERSION}")]
pub struct RecordError;

/// The version of the format.
const VERSION: u8 = 1;
const HOST_ONLY: u8 = 1 << 7;

impl StoredCookie {
    /// Returns what identifies the cookie within its site and partition, as bytes: its name, domain
    /// and path, and whether it is host-only.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        key(&self.identity())
    }

    /// Returns the cookie as bytes, for an engine that keeps them. [`from_bytes`](Self::from_bytes) reads them.
    ///
    /// All numbers are big-endian, and times are microseconds since 1970 in 8 bytes:
    ///
    /// | bytes | contents |
    /// | --- | --- |
    /// | 1 | the version, 1 |
    /// | 1 | bits, from the lowest: `Secure`, `HttpOnly`, `Partitioned`, two of `SameSite` (0 unset, 1 `Strict`, 2 `Lax`, 3 `None`), and the highest bit: host-only |
    /// | 4 x 8 | the times of expiry (2^63 - 1 for a session cookie), creation, update and last use |
    /// | 5 x 4 | the lengths of the name, the value, the domain, the path and the partition |
    /// | the rest | these texts, in this order |
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let times = self.times();
        let expires = times.expires.unwrap_or(UnixMicros::MAX);
        let partition = self.partition().unwrap_or_default().as_bytes();
        let (domain, path) = (self.domain().as_bytes(), self.path());
        let texts = [self.name(), self.value(), domain, path, partition];
        let host_only = if self.is_host_only() { HOST_ONLY } else { 0 };
        let mut bytes = vec![VERSION, self.flags().to_bits() | host_only];
        for time in [expires, times.created, times.updated, times.accessed] {
            bytes.extend(time.as_micros().to_be_bytes());
        }
        for text in texts {
            // OK because a cookie is shorter than 4 GB.
            bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        }
        bytes.extend(texts.concat());
        bytes
    }

    /// Reads a stored cookie from its bytes. A time of creation, update or last use after the year 9999 is
    /// read as the end of that year.
    ///
    /// # Errors
    ///
    /// [`RecordError`] if they are not what [`to_bytes`](Self::to_bytes) returns.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        parse(bytes).ok_or(RecordError)
    }
}

fn parse(bytes: &[u8]) -> Option<StoredCookie> {
    let (&[version, bits], mut rest) = bytes.split_first_chunk()?;
    let is_known = version == VERSION && (bits & !HOST_ONLY) <= Flags::MAX_BITS;
    let mut times = [UnixMicros::MIN; 4];
    for time in &mut times {
        let (micros, after) = rest.split_first_chunk()?;
        (*time, rest) = (UnixMicros::from_micros(i64::from_be_bytes(*micros)), after);
    }
    let mut lens = [0; 5];
    for len in &mut lens {
        let (bytes, after) = rest.split_first_chunk()?;
        (*len, rest) = (usize::try_from(u32::from_be_bytes(*bytes)).ok()?, after);
    }
    let mut texts = [&[][..]; 5];
    for (text, len) in texts.iter_mut().zip(lens) {
        (*text, rest) = rest.split_at_checked(len)?;
    }
    let [name, value, domain, path, partition] = texts;
    let [expires, created, updated, accessed] = times;
    // Leaves room for a later time: the next use of the cookie needs one.
    let [created, updated, accessed] =
        [created, updated, accessed].map(|time| time.min(UnixMicros::LATEST));
    let flags = Flags::from_bits(bits & !HOST_ONLY);
    let partition = str::from_utf8(partition).ok()?;
    let identity = Identity {
        name,
        domain: str::from_utf8(domain).ok()?.into(),
        is_host_only: bits & HOST_ONLY != 0,
        path,
        partition: flags.is_partitioned().then_some(partition.into()),
    };
    let expires = (expires != UnixMicros::MAX).then_some(expires);
    let fits = [name, value].iter().all(|text| u16::try_from(text.len()).is_ok())
        && flags.is_partitioned() != partition.is_empty();
    let times = Times { created, updated, accessed, expires };
    (is_known && fits && rest.is_empty())
        .then(|| StoredCookie::new(&identity, value, flags, &times))
}

/// Returns the bytes that identify a cookie within its site and partition: whether it is host-only,
/// the lengths of the name and the domain, and the name, the domain and the path.
pub(super) fn key(identity: &Identity<'_>) -> Vec<u8> {
    let (name, domain) = (identity.name(), identity.domain().as_bytes());
    let len = |text: &[u8]| u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    let host_only = [u8::from(identity.is_host_only())];
    [&host_only, &len(name)[..], &len(domain), name, domain, identity.path()].concat()
}
