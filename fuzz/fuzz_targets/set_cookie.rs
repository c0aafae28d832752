//! Reads any bytes as a `Set-Cookie` header: nothing panics, the model of a browser reads the same,
//! and what can be written again is read back as the same cookie.
#![no_main]

#[path = "../../tests/laws/browser.rs"]
#[allow(dead_code, reason = "the property tests use the rest of the model")]
mod browser;

use gingersnap::header::SetCookie;
use gingersnap::{Cookie, CookieJar, Encoding};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &[u8]| {
    let expected = browser::read(header);
    let read = SetCookie::parse(header);
    let (Some(expected), Ok(read)) = (&expected, &read) else {
        assert!(
            expected.is_none() && read.is_err(),
            "read as {read:?}, and by the model as {expected:?}"
        );
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
            let reread = Cookie::parse(&line).expect("a header that was written");
            let value = encoding.decode(reread.value()).into_owned();
            assert_eq!(reread.with_value(value), cookie);
        }
    }
    let mut jar = CookieJar::new();
    if jar.set(&cookie).is_ok() && !cookie.is_removal() {
        assert_eq!(jar.get(cookie.name()), Some(cookie.value()));
        assert_eq!(jar.changes().next().map(gingersnap::Change::cookie), Some(cookie));
    }
});
