//! The entries of a file, in whatever format.

use std::borrow::Cow;

use super::report::EntryError;
use crate::date::UnixMicros;
use crate::host::Host;
use crate::store::import::Record;

/// An entry of a file.
pub(super) struct Entry<'b> {
    /// The line of a text file, or the position in a JSON list; both from 1.
    pub(super) number: usize,
    pub(super) record: Result<Record<'b>, EntryError>,
}

/// What a file has.
pub(super) struct Document<'b> {
    pub(super) entries: Vec<Entry<'b>>,
    pub(super) frame: Frame,
}

/// What is written around the entries.
#[derive(Clone, Default)]
pub(super) struct Frame {
    pub(super) start: Vec<u8>,
    /// Between two entries.
    pub(super) separator: &'static str,
    pub(super) end: Vec<u8>,
}

/// Returns the canonical form of a domain, in which an entry may have any form of a host.
pub(super) fn canonical_domain(domain: Cow<'_, str>) -> Result<Cow<'_, str>, EntryError> {
    let canonical = Host::parse(&domain).map_err(|_| EntryError::Domain)?;
    if canonical.as_str() == domain {
        return Ok(domain);
    }
    Ok(Cow::Owned(canonical.as_str().to_owned()))
}

/// The end of the year 9999. No later time is read, so that every format can write what was read.
const LATEST_SECONDS: f64 = 253_402_300_799.0;

/// The least number that is read as milliseconds. It is the year 33658 in seconds, and the year 2001
/// in milliseconds. A number of the year 9999 in seconds, which some programs write for "never", is
/// below it.
const LEAST_MILLIS: f64 = 1e12;

/// Returns the time of expiry that a number of seconds or milliseconds since 1970 means, to the
/// millisecond; `None` is the end of the session. Programs write 0 or -1 for it.
pub(super) fn expiry_from_number(number: f64) -> Result<Option<UnixMicros>, EntryError> {
    if !number.is_finite() {
        return Err(EntryError::Expiry);
    }
    if number <= 0.0 {
        return Ok(None);
    }
    let seconds = if number >= LEAST_MILLIS { number / 1000.0 } else { number };
    #[expect(clippy::cast_possible_truncation, reason = "the number is within the years to 9999")]
    let millis = (seconds.min(LATEST_SECONDS) * 1000.0).round() as i64;
    Ok(Some(UnixMicros::from_micros(millis * 1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries() {
        for (number, micros) in [
            (1.0, Some(1_000_000)),
            (0.5, Some(500_000)),
            (1_735_689_600.0, Some(1_735_689_600_000_000)),
            (1_735_689_600.123_456, Some(1_735_689_600_123_000)),
            (1_735_689_600_123.0, Some(1_735_689_600_123_000)),
            (253_402_300_799.0, Some(253_402_300_799_000_000)),
            (1e300, Some(253_402_300_799_000_000)),
            (0.0, None),
            (-1.0, None),
            (-0.5, None),
        ] {
            let expiry = micros.map(UnixMicros::from_micros);
            assert_eq!(expiry_from_number(number), Ok(expiry), "{number}");
        }
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(expiry_from_number(number), Err(EntryError::Expiry));
        }
    }
}
