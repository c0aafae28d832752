//! Any bytes as a `Set-Cookie` field: no panic, what the model of a browser reads, and what can be
//! written of it reads the same.
#![no_main]

#[path = "../../tests/laws/browser.rs"]
#[allow(dead_code, reason = "the model stores and sends, too")]
mod browser;

use gingersnap::header::SetCookie;
use gingersnap::{Cookie, CookieJar, Encoding};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|field: &[u8]| {
    let expected = browser::read(field);
    let read = SetCookie::parse(field);
    let (Some(expected), Ok(read)) = (&expected, &read) else {
        assert!(expected.is_none() && read.is_err(), "{read:?}, and the model {expected:?}");
        return;
    };
    assert_eq!((read.name(), read.value()), (&expected.name[..], &expected.value[..]));
    assert_eq!(read.domain(), expected.domain.as_deref());
    assert_eq!(read.path(), expected.path.as_deref());
    assert_eq!(read.max_age().map(|age| age.as_secs()), expected.max_age);
    assert_eq!(read.expires(), expected.expires);
    assert_eq!(
        (read.is_secure(), read.is_http_only(), read.is_partitioned(), read.same_site()),
        (expected.secure, expected.http_only, expected.partitioned, expected.same_site)
    );
    let Ok(cookie) = read.to_cookie() else { return };
    for encoding in [Encoding::Raw, Encoding::Percent] {
        if let Ok(line) = cookie.to_set_cookie(encoding) {
            assert!(line.bytes().all(|byte| (0x20..=0x7E).contains(&byte)));
            let again = Cookie::parse(&line).expect("what was written reads back");
            let value = encoding.decode(again.value()).into_owned();
            assert_eq!(again.with_value(value), cookie);
        }
    }
    let mut jar = CookieJar::new();
    if jar.set(&cookie).is_ok() && !cookie.is_removal() {
        assert_eq!(jar.get(cookie.name()), Some(cookie.value()));
        assert_eq!(jar.changes().next().map(gingersnap::Change::cookie), Some(cookie));
    }
});
