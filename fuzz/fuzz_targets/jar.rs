//! Any `Cookie` field and any changes: the jar says what a plain jar says.
#![no_main]

#[path = "../../tests/laws/reference.rs"]
mod reference;
#[path = "../../tests/laws/segments.rs"]
mod segments;

use std::time::{Duration, UNIX_EPOCH};

use arbitrary::Arbitrary;
use gingersnap::{Cookie, Encoding, Limits, Policy, SameSite};
use libfuzzer_sys::fuzz_target;

use reference::Reference;

/// A jar, and what is done with it.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    raw: bool,
    cookies: Option<u8>,
    cookie_header_bytes: Option<u16>,
    field: &'a [u8],
    changes: Vec<Change<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Change<'a> {
    Set(Parts<'a>),
    RemoveCookie(Parts<'a>),
    RemoveName(&'a str),
    RemoveAll,
}

#[derive(Arbitrary, Debug)]
struct Parts<'a> {
    name: &'a str,
    value: &'a str,
    domain: Option<&'a str>,
    path: Option<&'a str>,
    flags: [bool; 3],
    same_site: u8,
    max_age: Option<u8>,
    expires: Option<u32>,
}

impl<'a> Parts<'a> {
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

fuzz_target!(|input: Input| {
    let mut limits = Limits::DEFAULT;
    if let Some(cookies) = input.cookies {
        limits = limits.with_cookies(cookies.into());
    }
    if let Some(bytes) = input.cookie_header_bytes {
        limits = limits.with_cookie_header_bytes(bytes.into());
    }
    let encoding = if input.raw { Encoding::Raw } else { Encoding::Percent };
    let policy = Policy::new().with_limits(limits).with_encoding(encoding);
    let Ok(mut jar) = policy.jar_from_cookie_header(input.field) else { return };
    let mut plain = Reference::parse(policy, input.field);
    let mut names = vec![""];
    for change in &input.changes {
        let (taken, taken_by_plain) = match change {
            Change::Set(parts) => {
                names.push(parts.name);
                let cookie = parts.cookie();
                (jar.set(&cookie).is_ok(), plain.set(&cookie))
            }
            Change::RemoveCookie(parts) => {
                names.push(parts.name);
                let cookie = parts.cookie();
                (jar.remove(&cookie).is_ok(), plain.remove_cookie(&cookie))
            }
            Change::RemoveName(name) => {
                names.push(name);
                (jar.remove(*name).is_ok(), plain.remove_name(name))
            }
            Change::RemoveAll => {
                jar.remove_all();
                plain.remove_all();
                (true, true)
            }
        };
        assert_eq!(taken, taken_by_plain, "{change:?}");
        plain.assert_changes(&jar);
    }
    plain.assert_all(&jar, names.iter().copied());
    plain.assert_all(&jar.into_owned(), names);
});
