//! The head of a sealed value: version, purpose, key id and times.

use std::fmt;
use std::time::SystemTime;

use super::base64url::{decode, encode};
use crate::date;

/// What a value is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It can be read by anyone, and changed by nobody.
    Signed,
    /// It can't be read either.
    Encrypted,
}

impl Purpose {
    const fn byte(self) -> u8 {
        match self {
            Self::Signed => b's',
            Self::Encrypted => b'e',
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Signed => "signed",
            Self::Encrypted => "encrypted",
        })
    }
}

/// The public id of a key: 6 bytes, derived from it, that travel with what it sealed.
///
/// `Display` is the 8 characters of base64url that can be seen in a cookie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(super) [u8; KeyId::LEN]);

impl KeyId {
    pub(super) const LEN: usize = 6;
    /// Bytes of an id as it is written.
    pub(super) const WRITTEN: usize = 8;

    /// The id as it is written.
    pub(super) fn write(self) -> [u8; Self::WRITTEN] {
        let mut text = [0; Self::WRITTEN];
        encode(&self.0, &mut text);
        text
    }

    /// Reads an id. Each has one text, so texts can be compared in its stead.
    pub(super) fn read(text: [u8; Self::WRITTEN]) -> Option<Self> {
        let mut bytes = [0; Self::LEN];
        decode(&text, &mut bytes)?;
        Some(Self(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(ascii(&self.write()))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A time as it is sealed: whole seconds since 1970, in 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seconds(u64);

impl Seconds {
    /// The last second: in some nine million years.
    const LAST: u64 = NONE - 1;

    /// A time; those before 1970 are 1970, and those after the last second that.
    pub(super) fn of(time: SystemTime) -> Self {
        Self(u64::try_from(date::seconds(time)).unwrap_or(0).min(Self::LAST))
    }

    /// So many seconds later.
    pub(super) fn after(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds).min(Self::LAST))
    }

    /// The seconds from an earlier time; none from a later one.
    pub(super) fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    pub(super) fn time(self) -> SystemTime {
        // OK because 48 bits are.
        date::system_time(i64::try_from(self.0).expect("48 bits"))
    }
}

/// How no expiry is written.
const NONE: u64 = (1 << 48) - 1;

/// What stands in clear before a sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The key's id as it is written. One that was read may be no base64.
    pub(super) key: [u8; KeyId::WRITTEN],
    pub(super) issued: Seconds,
    pub(super) expires: Option<Seconds>,
}

impl Head {
    /// Bytes of a head as it is written.
    pub(super) const LEN: usize = 27;
    const VERSION: u8 = b'1';

    /// The head as it is written.
    pub(super) fn write(&self, purpose: Purpose) -> [u8; Self::LEN] {
        let mut head = [b'.'; Self::LEN];
        head[0] = Self::VERSION;
        head[1] = purpose.byte();
        head[2..10].copy_from_slice(&self.key);
        encode(&self.times(), &mut head[10..26]);
        head
    }

    /// Reads the head of a value that was sealed for a purpose.
    pub(super) fn read(text: &str, purpose: Purpose) -> Option<Self> {
        let head = text.as_bytes().get(..Self::LEN)?;
        let [Self::VERSION, sealed_for, binary @ .., b'.'] = head else { return None };
        if *sealed_for != purpose.byte() {
            return None;
        }
        let (key, times) = binary.split_first_chunk()?;
        let mut bytes = [0; 12];
        decode(times, &mut bytes)?;
        let [issued, expires] = [0, 6].map(|at| {
            let mut word = [0; 8];
            word[2..].copy_from_slice(&bytes[at..at + 6]);
            u64::from_be_bytes(word)
        });
        let expires = (expires != NONE).then_some(Seconds(expires));
        Some(Self { key: *key, issued: Seconds(issued), expires })
    }

    /// What is sealed with every value of a key and a purpose: version, purpose and key id.
    pub(super) fn fixed(purpose: Purpose, key: KeyId) -> [u8; 8] {
        let mut bytes = [Self::VERSION; 8];
        bytes[1] = purpose.byte();
        bytes[2..].copy_from_slice(&key.0);
        bytes
    }

    /// The rest of it that is sealed with a value: issue time and expiry.
    pub(super) fn times(&self) -> [u8; 12] {
        let expires = self.expires.map_or(NONE, |seconds| seconds.0);
        let mut bytes = [0; 12];
        bytes[..6].copy_from_slice(&self.issued.0.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&expires.to_be_bytes()[2..]);
        bytes
    }

    /// Whether more than half of the time from the issue to the expiry is over.
    pub(super) fn is_past_half(&self, now: Seconds) -> bool {
        let life = self.expires.map(|expires| expires.since(self.issued));
        life.is_some_and(|life| now.since(self.issued) > life / 2)
    }
}

/// A head, or base64url, as text.
pub(super) fn ascii(bytes: &[u8]) -> &str {
    // OK because both are ASCII.
    str::from_utf8(bytes).expect("ASCII")
}
