//! The envelope of a sealed value: what is written before it in clear.

use std::time::SystemTime;

use super::base64url;
use super::key_id::KeyId;
use super::purpose::Purpose;
use crate::date;

/// A time in whole seconds since 1970, in 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seconds(u64);

/// The expiry of a value that does not expire.
const NEVER: u64 = (1 << 48) - 1;

impl Seconds {
    /// The last second that can be written, in some nine million years.
    const LAST: u64 = NEVER - 1;

    /// Converts a time. What cannot be written becomes 1970 or the last second.
    pub(crate) fn from_time(time: SystemTime) -> Self {
        Self(u64::try_from(date::to_unix_seconds(time)).unwrap_or(0).min(Self::LAST))
    }

    /// Returns the time that is `seconds` later.
    pub(crate) fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds).min(Self::LAST))
    }

    /// Returns the seconds since an earlier time, or zero if it is not earlier.
    pub(super) const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    pub(super) fn to_time(self) -> SystemTime {
        date::from_unix_seconds(i64::try_from(self.0).unwrap_or(i64::MAX))
    }

    fn from_bytes(bytes: [u8; 6]) -> Self {
        let mut padded = [0; 8];
        padded[2..].copy_from_slice(&bytes);
        Self(u64::from_be_bytes(padded))
    }

    const fn to_bytes(self) -> [u8; 6] {
        let [_, _, bytes @ ..] = self.0.to_be_bytes();
        bytes
    }
}

/// The version of the format, the purpose, the key and the times of a sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) purpose: Purpose,
    pub(super) key: KeyId,
    pub(super) issued: Seconds,
    /// `None` is never.
    pub(super) expires: Option<Seconds>,
}

/// The version of the format.
const VERSION: u8 = b'1';

impl Envelope {
    /// The length of an envelope as it is written, in bytes.
    pub(super) const LEN: usize = 27;

    /// Appends the envelope: version, purpose, key id, times and `.`.
    pub(super) fn push_to(&self, out: &mut String) {
        out.push(char::from(VERSION));
        out.push(char::from(self.purpose.as_byte()));
        base64url::push(&self.key.0, out);
        base64url::push(&self.times(), out);
        out.push('.');
    }

    /// Reads the envelope of a sealed value, and returns it with the text after it.
    pub(super) fn parse(sealed: &str, purpose: Purpose) -> Option<(Self, &str)> {
        let (envelope, rest) = sealed.split_at_checked(Self::LEN)?;
        let start = [VERSION, purpose.as_byte()];
        let binary = envelope.strip_prefix(str::from_utf8(&start).ok()?)?.strip_suffix('.')?;
        let (key, times) = binary.split_at_checked(base64url::encoded_len(KeyId::LEN))?;
        let key = KeyId(base64url::decode_array(key)?);
        let times: [u8; 12] = base64url::decode_array(times)?;
        let issued = Seconds::from_bytes(*times.first_chunk()?);
        let expires = Seconds::from_bytes(*times.last_chunk()?);
        let expires = (expires.0 != NEVER).then_some(expires);
        Some((Self { purpose, key, issued, expires }, rest))
    }

    /// Returns what is authenticated besides the value: the context of a value, with `padding`
    /// after the key id.
    ///
    /// The length of the name is in front of the name, so that no two contexts are equal whose parts
    /// are not.
    pub(super) fn context(&self, name: &[u8], padding: &[u8]) -> Vec<u8> {
        // OK because limits have 32 bits: no jar has a longer name.
        let name_len = u32::try_from(name.len()).expect("a name within the limits");
        [
            &[VERSION, self.purpose.as_byte()],
            &self.key.0[..],
            padding,
            &name_len.to_be_bytes(),
            name,
            &self.times(),
        ]
        .concat()
    }

    /// Returns the times as they are authenticated, and written in base64url.
    fn times(&self) -> [u8; 12] {
        let mut times = [0; 12];
        times[..6].copy_from_slice(&self.issued.to_bytes());
        times[6..].copy_from_slice(&self.expires.unwrap_or(Seconds(NEVER)).to_bytes());
        times
    }

    /// Returns whether more than half of the time from the issue to the expiry has passed.
    pub(super) fn is_past_half(&self, now: Seconds) -> bool {
        let lifetime = self.expires.map(|expires| expires.since(self.issued));
        lifetime.is_some_and(|lifetime| now.since(self.issued) > lifetime / 2)
    }
}
