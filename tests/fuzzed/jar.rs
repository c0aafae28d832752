//! Reads any `Cookie` header and makes any changes: the jar agrees with the reference jar of the
//! tests.

use std::time::{Duration, UNIX_EPOCH};

use arbitrary::{Arbitrary, Unstructured};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::reference::ReferenceJar;

/// A policy, a `Cookie` header, and the calls that change the jar.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    is_raw: bool,
    cookies: Option<u8>,
    cookie_header_bytes: Option<u16>,
    cookie_header: &'a [u8],
    ops: Vec<Op<'a>>,
}

/// A call that changes a jar.
#[derive(Arbitrary, Debug)]
enum Op<'a> {
    Set(CookieParts<'a>),
    RemoveCookie(CookieParts<'a>),
    RemoveName(&'a str),
    RemoveAll,
}

/// What a cookie is made of.
#[derive(Arbitrary, Debug)]
struct CookieParts<'a> {
    name: &'a str,
    value: &'a str,
    domain: Option<&'a str>,
    path: Option<&'a str>,
    /// `Secure`, `HttpOnly` and `Partitioned`.
    flags: [bool; 3],
    same_site: u8,
    max_age: Option<u8>,
    expires: Option<u32>,
}

impl<'a> CookieParts<'a> {
    fn cookie(&self) -> Cookie<'a> {
        let [secure, http_only, partitioned] = self.flags;
        let same_sites = [SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset];
        let mut cookie = Cookie::new(self.name, self.value)
            .with_secure(secure)
            .with_http_only(http_only)
            .with_partitioned(partitioned)
            .with_same_site(same_sites[usize::from(self.same_site % 4)]);
        cookie = match self.path {
            Some("") => cookie.with_default_path(),
            Some(path) => cookie.with_path(path),
            None => cookie,
        };
        if let Some(domain) = self.domain {
            cookie = cookie.with_domain(domain);
        }
        if let Some(max_age) = self.max_age {
            cookie = cookie.with_max_age(Duration::from_secs(max_age.into()));
        }
        match self.expires {
            Some(seconds) => cookie.with_expires(UNIX_EPOCH + Duration::from_secs(seconds.into())),
            None => cookie,
        }
    }
}

/// Checks the law for the policy, the header and the calls that the bytes stand for.
pub fn check(bytes: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(bytes)) else { return };
    let mut limits = Limits::DEFAULT;
    if let Some(cookies) = input.cookies {
        limits = limits.with_cookies(cookies.into());
    }
    if let Some(bytes) = input.cookie_header_bytes {
        limits = limits.with_cookie_header_bytes(bytes.into());
    }
    let encoding = if input.is_raw { Encoding::Raw } else { Encoding::Percent };
    let policy = Policy::new().with_limits(limits).with_encoding(encoding);
    let Ok(mut jar) = policy.jar_from_cookie_header(input.cookie_header) else { return };
    let mut reference = ReferenceJar::from_cookie_header(policy, input.cookie_header);
    let mut names = vec![""];
    for op in &input.ops {
        let (accepted, expected) = match op {
            Op::Set(parts) => {
                names.push(parts.name);
                let cookie = parts.cookie();
                (jar.set(&cookie).is_ok(), reference.set(&cookie))
            }
            Op::RemoveCookie(parts) => {
                names.push(parts.name);
                let cookie = parts.cookie();
                (jar.remove(&cookie).is_ok(), reference.remove_cookie(&cookie))
            }
            Op::RemoveName(name) => {
                names.push(name);
                (jar.remove(*name).is_ok(), reference.remove_name(name))
            }
            Op::RemoveAll => {
                jar.remove_all();
                reference.remove_all();
                (true, true)
            }
        };
        assert_eq!(accepted, expected, "{op:?}");
        reference.assert_same_changes(&jar);
    }
    reference.assert_same(&jar, names.iter().copied());
    let jar = jar.into_owned();
    reference.assert_same(&jar, names);
    send(policy, input.cookie_header, jar);
}

/// Asserts that a header map gives the same cookies, and gets the same headers, after those that it has.
fn send(policy: Policy, cookie_header: &[u8], jar: CookieJar<'_>) {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(cookie_header) {
        headers.append(COOKIE, value);
        let bytes = policy.jar_from_cookie_header(cookie_header).expect("it was read before");
        let read = policy.jar_from_headers(&headers).expect("the same header");
        assert!(read.iter().eq(bytes.iter()));
        assert_eq!(read.skipped(), bytes.skipped());
    }
    headers.append(SET_COOKIE, HeaderValue::from_static("first=1"));
    let mut expected = vec!["first=1".to_owned()];
    expected.extend(jar.set_cookie_headers().map(str::to_owned));
    jar.append_to(&mut headers);
    let sent: Vec<_> = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
    assert_eq!(sent, expected.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert!(headers.get_all(SET_COOKIE).iter().skip(1).all(HeaderValue::is_sensitive));
}
