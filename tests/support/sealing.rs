//! Seals and opens cookies, for both purposes alike, at a time that the test chooses.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::{OpenError, SealError};
use gingersnap::protect::{Key, Keyring, Opened, Purpose};
use gingersnap::{Cookie, CookieJar};

/// 2025-11-24T16:00:00Z, when everything happens.
pub(crate) const NOW: u64 = 1_764_000_000;

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns a key that depends on a number.
pub(crate) fn key(number: u8) -> Key {
    Key::new([number; 32]).expect("32 bytes")
}

pub(crate) fn ring(number: u8) -> Keyring {
    Keyring::new(&key(number))
}

/// Returns the keyring of tests that need only one.
pub(crate) fn keyring() -> &'static Keyring {
    static KEYRING: LazyLock<Keyring> = LazyLock::new(|| ring(7));
    &KEYRING
}

pub(crate) const PURPOSES: [Purpose; 2] = [Purpose::Signed, Purpose::Encrypted];

pub(crate) fn opposite(purpose: Purpose) -> Purpose {
    match purpose {
        Purpose::Signed => Purpose::Encrypted,
        _ => Purpose::Signed,
    }
}

pub(crate) fn set<'c>(
    jar: &mut CookieJar<'_>,
    keyring: &Keyring,
    purpose: Purpose,
    cookie: impl Into<Cookie<'c>>,
    now: u64,
) -> Result<(), SealError> {
    match purpose {
        Purpose::Signed => jar.signed_mut(keyring).set_at(cookie, at(now)),
        _ => jar.encrypted_mut(keyring).set_at(cookie, at(now)),
    }
}

pub(crate) fn get<'j>(
    jar: &'j CookieJar<'_>,
    keyring: &'j Keyring,
    purpose: Purpose,
    name: &str,
    now: u64,
) -> Result<Option<Opened<'j>>, OpenError> {
    match purpose {
        Purpose::Signed => jar.signed(keyring).get_at(name, at(now)),
        _ => jar.encrypted(keyring).get_at(name, at(now)),
    }
}

/// Returns a cookie's sealed value.
#[track_caller]
pub(crate) fn sealed<'c>(
    keyring: &Keyring,
    purpose: Purpose,
    cookie: impl Into<Cookie<'c>>,
) -> String {
    let cookie = cookie.into();
    let name = cookie.name().to_owned();
    let mut jar = CookieJar::new();
    set(&mut jar, keyring, purpose, cookie, NOW).expect("a cookie that can be sealed");
    jar.get_raw(&name).expect("it was set").to_owned()
}

/// Opens the only cookie of a request.
pub(crate) fn open(
    keyring: &Keyring,
    purpose: Purpose,
    name: &str,
    text: &str,
    now: u64,
) -> Result<Option<String>, OpenError> {
    let header = format!("{name}={text}");
    let jar = CookieJar::from_cookie_header(&header).expect("a header within the limits");
    let opened = get(&jar, keyring, purpose, name, now)?;
    Ok(opened.map(|opened| opened.value.into_owned()))
}
