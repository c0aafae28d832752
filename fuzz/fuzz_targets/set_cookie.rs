#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(laws::set_cookie::check(bytes)));
