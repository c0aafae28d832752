//! Reads any bytes as a cookie-date: nothing panics, and a date that was read is written so that it
//! reads the same.

use gingersnap::date;

/// Checks the law for one date.
pub fn check(bytes: &[u8]) {
    if let Ok(time) = date::parse(bytes) {
        let written = date::imf_fixdate(time).expect("a date that was read can be written");
        assert_eq!(date::parse(written.as_str()), Ok(time));
    }
}
