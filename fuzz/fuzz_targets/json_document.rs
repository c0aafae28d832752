#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::json_document::check(bytes));
