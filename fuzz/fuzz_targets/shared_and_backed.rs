#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::shared_and_backed::check(bytes));
