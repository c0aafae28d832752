//! Reads any bytes as a `Set-Cookie` header: nothing panics, the model of a browser reads the same,
//! and what can be written again is read back as the same cookie.

use gingersnap::header::SetCookie;
use gingersnap::{Cookie, CookieJar, Encoding, SameSite};

use crate::browser;
use crate::support::Reached;

/// What the seeds must reach: headers of each kind, and each attribute of one that was read.
pub const REQUIRED: &[&str] = &[
    "refused",
    "not UTF-8",
    "written",
    "not written",
    "set",
    "not set",
    "a removal",
    "Domain",
    "Path",
    "Max-Age",
    "Expires",
    "Secure",
    "HttpOnly",
    "Partitioned",
    "SameSite",
];

/// Checks the law for one header.
pub fn check(header: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let expected = browser::read(header);
    let read = SetCookie::parse(header);
    let as_text = Cookie::parse(header);
    assert_eq!(as_text, SetCookie::parse(header).and_then(|read| read.to_cookie()));
    let (Some(expected), Ok(read)) = (&expected, &read) else {
        assert!(
            expected.is_none() && read.is_err(),
            "read as {read:?}, and by the model as {expected:?}"
        );
        reached.insert("refused");
        return reached;
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
    reached.extend(found_attributes(read));
    let Ok(cookie) = as_text else {
        let path = read.path().unwrap_or_default();
        assert!([read.name(), read.value(), path].iter().any(|part| str::from_utf8(part).is_err()));
        reached.insert("not UTF-8");
        return reached;
    };
    for encoding in [Encoding::Raw, Encoding::Percent] {
        let cookie = cookie.clone().with_encoding(encoding);
        let written = cookie.to_set_cookie(encoding);
        assert!(written.is_ok() || !is_plain(&cookie), "{written:?}");
        reached.insert(if written.is_ok() { "written" } else { "not written" });
        if let Ok(line) = written {
            assert!(line.bytes().all(|byte| (0x20..=0x7E).contains(&byte)));
            let reread = Cookie::parse(&line).expect("a header that was written");
            assert_eq!(encoding.decode(reread.value()), cookie.value());
            assert_eq!(attributes(&reread), attributes(&cookie));
        }
    }
    let mut jar = CookieJar::new();
    let set = jar.set(&cookie);
    assert!(set.is_ok() || !is_plain(&cookie), "{set:?}");
    reached.insert(match set {
        Ok(()) if cookie.is_removal() => "a removal",
        Ok(()) => "set",
        Err(_) => "not set",
    });
    if set.is_ok() && !cookie.is_removal() {
        // What the next request reads, by the policy's encoding.
        let value = Encoding::Percent.decode(cookie.value());
        assert_eq!(jar.get_raw(cookie.name()), Some(cookie.value()));
        assert_eq!(jar.get(cookie.name()), Some(&*value));
        let change = jar.changes().next().expect("a change").cookie();
        assert_eq!((change.value(), attributes(&change)), (&*value, attributes(&cookie)));
    }
    reached
}

/// Returns the attributes that were found.
fn found_attributes(read: &SetCookie<'_>) -> impl Iterator<Item = &'static str> {
    let attributes = [
        ("Domain", read.domain().is_some()),
        ("Path", read.path().is_some()),
        ("Max-Age", read.max_age().is_some()),
        ("Expires", read.expires().is_some()),
        ("Secure", read.is_secure()),
        ("HttpOnly", read.is_http_only()),
        ("Partitioned", read.is_partitioned()),
        ("SameSite", read.same_site() != SameSite::Unset),
    ];
    attributes.into_iter().filter(|(_, is_found)| *is_found).map(|(attribute, _)| attribute)
}

/// Returns whether nothing about a cookie that was read can be a reason not to write it: its texts are
/// letters and digits, and its attributes require no other.
fn is_plain(cookie: &Cookie<'_>) -> bool {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !cookie.name().is_empty()
        && [cookie.name(), cookie.value()].into_iter().all(is_plain)
        && cookie.path().is_none_or(|path| path.split('/').all(is_plain))
        && cookie.domain().is_none()
        && cookie.same_site() != SameSite::None
        && !cookie.is_partitioned()
}

/// Returns a cookie with the same name and attributes alone.
fn attributes(cookie: &Cookie<'_>) -> Cookie<'static> {
    cookie.clone().into_owned().with_value("").with_encoding(Encoding::Raw)
}
