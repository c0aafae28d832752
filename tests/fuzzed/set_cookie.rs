//! Reads any bytes as a `Set-Cookie` header: nothing panics, the model of a browser reads the same,
//! and what can be written again is read back as the same cookie.

use gingersnap::header::SetCookie;
use gingersnap::{Cookie, CookieJar, Encoding};

use crate::browser;

/// Checks the law for one header.
pub fn check(header: &[u8]) {
    let expected = browser::read(header);
    let read = SetCookie::parse(header);
    let as_text = Cookie::parse(header);
    assert_eq!(as_text, SetCookie::parse(header).and_then(|read| read.to_cookie()));
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
    let Ok(cookie) = as_text else {
        let path = read.path().unwrap_or_default();
        assert!([read.name(), read.value(), path].iter().any(|part| str::from_utf8(part).is_err()));
        return;
    };
    for encoding in [Encoding::Raw, Encoding::Percent] {
        let cookie = cookie.clone().with_encoding(encoding);
        if let Ok(line) = cookie.to_set_cookie(encoding) {
            assert!(line.bytes().all(|byte| (0x20..=0x7E).contains(&byte)));
            let reread = Cookie::parse(&line).expect("a header that was written");
            assert_eq!(encoding.decode(reread.value()), cookie.value());
            assert_eq!(attributes(&reread), attributes(&cookie));
        }
    }
    let mut jar = CookieJar::new();
    if jar.set(&cookie).is_ok() && !cookie.is_removal() {
        // What the next request reads, by the policy's encoding.
        let value = Encoding::Percent.decode(cookie.value());
        assert_eq!(jar.get_raw(cookie.name()), Some(cookie.value()));
        assert_eq!(jar.get(cookie.name()), Some(&*value));
        let change = jar.changes().next().expect("a change").cookie();
        assert_eq!((change.value(), attributes(&change)), (&*value, attributes(&cookie)));
    }
}

/// Returns a cookie with the same name and attributes alone.
fn attributes(cookie: &Cookie<'_>) -> Cookie<'static> {
    cookie.clone().into_owned().with_value("").with_encoding(Encoding::Raw)
}
