//! The attributes of a cookie, shared by every type that carries them.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::same_site::SameSite;
use crate::bytes::escape_attribute;
use crate::date::{from_unix_seconds, imf_fixdate};

/// The attributes that are either there or not, and `SameSite`: one byte.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags {
    bits: u8,
}

impl Flags {
    const SECURE: u8 = 1;
    const HTTP_ONLY: u8 = 2;
    const PARTITIONED: u8 = 4;
    /// The lowest of the two bits of `SameSite`.
    const SAME_SITE_SHIFT: u32 = 3;

    pub(crate) const NONE: Self = Self { bits: 0 };

    /// The largest number that flags have as bits.
    #[cfg(feature = "store")]
    pub(crate) const MAX_BITS: u8 = (1 << (Self::SAME_SITE_SHIFT + 2)) - 1;

    /// Returns the flags as bits, from the lowest: `Secure`, `HttpOnly`, `Partitioned`, two of
    /// `SameSite`.
    #[cfg(feature = "store")]
    pub(crate) const fn to_bits(self) -> u8 {
        self.bits
    }

    /// Returns the flags that have these bits. Others are ignored.
    #[cfg(feature = "store")]
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self { bits: bits & Self::MAX_BITS }
    }

    pub(crate) const fn is_secure(self) -> bool {
        self.bits & Self::SECURE != 0
    }

    pub(crate) const fn is_http_only(self) -> bool {
        self.bits & Self::HTTP_ONLY != 0
    }

    pub(crate) const fn is_partitioned(self) -> bool {
        self.bits & Self::PARTITIONED != 0
    }

    pub(crate) const fn same_site(self) -> SameSite {
        match self.bits >> Self::SAME_SITE_SHIFT {
            1 => SameSite::Strict,
            2 => SameSite::Lax,
            3 => SameSite::None,
            _ => SameSite::Unset,
        }
    }

    pub(crate) const fn with_secure(self, is_secure: bool) -> Self {
        self.with(Self::SECURE, is_secure)
    }

    pub(crate) const fn with_http_only(self, is_http_only: bool) -> Self {
        self.with(Self::HTTP_ONLY, is_http_only)
    }

    pub(crate) const fn with_partitioned(self, is_partitioned: bool) -> Self {
        self.with(Self::PARTITIONED, is_partitioned)
    }

    pub(crate) const fn with_same_site(self, same_site: SameSite) -> Self {
        let number = match same_site {
            SameSite::Unset => 0,
            SameSite::Strict => 1,
            SameSite::Lax => 2,
            SameSite::None => 3,
        };
        let others = Self::SECURE | Self::HTTP_ONLY | Self::PARTITIONED;
        Self { bits: self.bits & others | number << Self::SAME_SITE_SHIFT }
    }

    const fn with(self, flag: u8, is_set: bool) -> Self {
        Self { bits: if is_set { self.bits | flag } else { self.bits & !flag } }
    }
}

/// The attributes of a cookie: `D` is the text of the domain, `P` that of the path.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Attributes<D, P> {
    /// `Domain`, without a leading dot; `None` is host-only.
    pub(crate) domain: Option<D>,
    /// `Path`; `None` is the default path.
    pub(crate) path: Option<P>,
    /// `Max-Age` in seconds.
    pub(crate) max_age: Option<u64>,
    /// `Expires` in seconds since 1970.
    pub(crate) expires: Option<i64>,
    pub(crate) flags: Flags,
}

impl<D, P> Attributes<D, P> {
    pub(crate) const fn max_age(&self) -> Option<Duration> {
        match self.max_age {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => None,
        }
    }

    pub(crate) fn expires(&self) -> Option<SystemTime> {
        self.expires.map(from_unix_seconds)
    }

    /// Returns the attributes with domain and path converted.
    pub(crate) fn map<D2, P2>(
        self,
        domain: impl FnOnce(D) -> D2,
        path: impl FnOnce(P) -> P2,
    ) -> Attributes<D2, P2> {
        Attributes {
            domain: self.domain.map(domain),
            path: self.path.map(path),
            max_age: self.max_age,
            expires: self.expires,
            flags: self.flags,
        }
    }
}

impl<D: AsRef<str>, P> Attributes<D, P> {
    /// Adds the attributes to the `Debug` output of a type that carries them.
    pub(crate) fn debug(&self, out: &mut fmt::DebugStruct<'_, '_>, path: &dyn fmt::Debug) {
        let domain =
            self.domain.as_ref().map(|domain| escape_attribute(domain.as_ref().as_bytes()));
        out.field("domain", &domain)
            .field("path", path)
            .field("max_age", &self.max_age())
            .field("expires", &self.expires().map(imf_fixdate))
            .field("secure", &self.flags.is_secure())
            .field("http_only", &self.flags.is_http_only())
            .field("partitioned", &self.flags.is_partitioned())
            .field("same_site", &self.flags.same_site());
    }
}

/// Returns a lifetime in whole seconds, rounded up: half a second must not become a removal.
pub(crate) const fn rounded_up_seconds(lifetime: Duration) -> u64 {
    let seconds = lifetime.as_secs();
    if lifetime.subsec_nanos() == 0 { seconds } else { seconds.saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_has_bits_of_its_own() {
        let all = Flags::NONE.with_secure(true).with_http_only(true).with_partitioned(true);
        for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset] {
            let flags = all.with_same_site(SameSite::None).with_same_site(same_site);
            assert_eq!(flags.same_site(), same_site);
            assert!(flags.is_secure() && flags.is_http_only() && flags.is_partitioned());
            let insecure = flags.with_secure(false);
            assert!(!insecure.is_secure() && insecure.is_http_only());
            assert_eq!(insecure.with_secure(true).same_site(), same_site);
            assert!(!flags.with_http_only(false).is_http_only());
            assert!(!flags.with_partitioned(false).is_partitioned());
            #[cfg(feature = "store")]
            assert!(Flags::from_bits(flags.to_bits()) == flags);
        }
        #[cfg(feature = "store")]
        assert_eq!(Flags::from_bits(u8::MAX).to_bits(), 0b1_1111);
    }
}
