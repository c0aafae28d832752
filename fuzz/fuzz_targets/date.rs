//! Any bytes as a cookie-date: no panic, and what is read is printed so that it reads the same.
#![no_main]

use gingersnap::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(time) = date::parse(bytes) {
        let printed = date::imf_fixdate(time).expect("a date that was read can be printed");
        assert_eq!(date::parse(printed.as_str()), Ok(time));
    }
});
