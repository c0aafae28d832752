//! Issue times, expiries, renewal.

use std::time::{Duration, SystemTime};

use gingersnap::errors::OpenErrorKind;
use gingersnap::protect::{Keyring, Purpose};
use gingersnap::{Cookie, CookieJar};

use crate::sealing::{NOW, PURPOSES, at, get, key, ring, set};
use crate::support::{refused, secs};

/// A jar in which `sid` was set at `NOW`.
fn jar_with(purpose: Purpose, cookie: Cookie<'_>) -> CookieJar<'static> {
    let mut jar = CookieJar::new();
    set(&mut jar, &ring(1), purpose, cookie, NOW).unwrap();
    jar
}

/// The sealed expiry of a cookie that is set at `NOW`, in seconds from then.
#[track_caller]
fn expires(cookie: &Cookie<'_>, lifetime: Option<Duration>) -> Option<u64> {
    let keyring = ring(1);
    let found = PURPOSES.map(|purpose| {
        let mut jar = CookieJar::new();
        let view = match purpose {
            Purpose::Signed => jar.signed_mut(&keyring),
            _ => jar.encrypted_mut(&keyring),
        };
        let mut view = match lifetime {
            Some(lifetime) => view.with_lifetime(lifetime),
            None => view,
        };
        view.set_at(cookie, at(NOW)).unwrap();
        let opened = get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap();
        assert_eq!(opened.issued_at, at(NOW));
        opened.expires_at.map(|time| time.duration_since(at(NOW)).unwrap().as_secs())
    });
    assert_eq!(found[0], found[1]);
    found[0]
}

#[test]
fn an_expiry_is_sealed() {
    let sid = || Cookie::new("sid", "7");
    let hour = Some(secs(3600));
    assert_eq!(expires(&sid(), None), None);
    assert_eq!(expires(&sid(), hour), Some(3600));
    assert_eq!(expires(&sid().with_max_age(secs(60)), None), Some(60));
    assert_eq!(expires(&sid().with_expires(at(NOW + 61)), None), Some(61));
    // Max-Age beats Expires, as in browsers.
    let both = sid().with_max_age(secs(60)).with_expires(at(NOW + 30));
    assert_eq!(expires(&both, None), Some(60));
    // Of the cookie's and the purpose's, the earlier.
    assert_eq!(expires(&sid().with_max_age(secs(60)), hour), Some(60));
    assert_eq!(expires(&sid().with_max_age(secs(7200)), hour), Some(3600));
    // Rounded up: half a second must not be none.
    assert_eq!(expires(&sid(), Some(Duration::from_millis(1500))), Some(2));
    assert_eq!(expires(&sid().with_max_age(Duration::from_millis(500)), None), Some(1));
}

#[test]
fn an_expired_cookie_doesnt_open() {
    for purpose in PURPOSES {
        let jar = jar_with(purpose, Cookie::new("sid", "7").with_max_age(secs(600)));
        let open = |now| get(&jar, &ring(1), purpose, "sid", now).map(|found| found.is_some());
        assert_eq!(open(NOW), Ok(true));
        assert_eq!(open(NOW + 599), Ok(true));
        for late in [0, 1, 1000] {
            let error = open(NOW + 600 + late).unwrap_err();
            assert_eq!(error.name, "sid");
            assert_eq!(error.kind, OpenErrorKind::Expired { ago: secs(late) });
        }
    }
}

#[test]
fn clocks_may_differ_by_a_minute() {
    for purpose in PURPOSES {
        let jar = jar_with(purpose, Cookie::new("sid", "7"));
        let open = |now| get(&jar, &ring(1), purpose, "sid", now).map(|found| found.is_some());
        assert_eq!(open(NOW - 60), Ok(true));
        let error = open(NOW - 61).unwrap_err();
        assert_eq!(error.kind, OpenErrorKind::IssuedInFuture { ahead: secs(61) });
        let expected = "cookie `sid`: sealed 61 seconds in the future; a clock is wrong";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn renewal_is_due_past_half_of_a_life_and_under_a_retired_key() {
    for purpose in PURPOSES {
        let (same, rotated) = (ring(1), ring(2).with_retired(&key(1)));
        let due = |cookie: Cookie<'_>, keyring: &Keyring, now| {
            let jar = jar_with(purpose, cookie);
            get(&jar, keyring, purpose, "sid", now).unwrap().unwrap().needs_renewal
        };
        let forever = Cookie::new("sid", "7");
        let hour = forever.clone().with_max_age(secs(3600));
        let odd = forever.clone().with_max_age(secs(3));
        for (cookie, age, expected) in [
            (&forever, 1_000_000_000, false),
            (&hour, 0, false),
            (&hour, 1800, false),
            (&hour, 1801, true),
            (&hour, 3599, true),
            (&odd, 1, false),
            (&odd, 2, true),
        ] {
            assert_eq!(due(cookie.clone(), &same, NOW + age), expected, "{purpose}, {age} s");
            assert!(due(cookie.clone(), &rotated, NOW + age), "{purpose}, {age} s");
        }
        assert!(!due(hour, &same, NOW - 30)); // another machine's clock is slow
    }
}

#[test]
fn an_age_can_be_asked_for() {
    let jar = jar_with(Purpose::Signed, Cookie::new("sid", "7").with_max_age(secs(600)));
    let keyring = ring(1);
    let within = |max_age, now| {
        jar.signed(&keyring).get_within_at("sid", max_age, at(now)).map(|found| found.is_some())
    };
    assert_eq!(within(secs(0), NOW), Ok(true));
    assert_eq!(within(secs(0), NOW - 10), Ok(true));
    assert_eq!(within(secs(60), NOW + 60), Ok(true));
    let error = within(secs(60), NOW + 61).unwrap_err();
    assert_eq!(error.kind, OpenErrorKind::TooOld { age: secs(61), max_age: secs(60) });
    assert_eq!(error.to_string(), "cookie `sid`: 61 seconds old, over the limit of 60");
    assert_eq!(within(Duration::MAX, NOW + 599), Ok(true));
    refused(within(Duration::MAX, NOW + 600), "expired");
    refused(within(secs(60), NOW + 600), "expired"); // of the two, what cannot be helped
}

#[test]
fn the_plain_forms_ask_the_clock() {
    let keyring = ring(1);
    let mut jar = CookieJar::new();
    let before = SystemTime::now() - secs(1);
    jar.signed_mut(&keyring).set(Cookie::new("s", "1").with_max_age(secs(600))).unwrap();
    jar.encrypted_mut(&keyring).set(Cookie::new("e", "2").with_max_age(secs(600))).unwrap();
    let signed = jar.signed(&keyring).get("s").unwrap().unwrap();
    let encrypted = jar.encrypted(&keyring).get("e").unwrap().unwrap();
    for opened in [&signed, &encrypted] {
        assert!(before <= opened.issued_at && opened.issued_at <= SystemTime::now());
    }
    assert!(jar.signed(&keyring).get_within("s", secs(600)).unwrap().is_some());
    // 2025 is over for the clock.
    set(&mut jar, &keyring, Purpose::Signed, ("s", "1"), NOW - 86_400).unwrap();
    refused(jar.signed(&keyring).get_within("s", secs(1)), "too old");
}

#[test]
fn no_time_is_too_far() {
    let far = [
        at(0),
        at(1 << 48),
        at(1 << 60),
        at(0).checked_sub(Duration::from_secs(1 << 62)).unwrap(),
        at(0).checked_add(Duration::from_secs(i64::MAX.unsigned_abs())).unwrap(),
    ];
    let keyring = ring(1);
    for purpose in PURPOSES {
        for issued in far {
            for cookie in [
                Cookie::new("sid", "7"),
                Cookie::new("sid", "7").with_max_age(Duration::MAX),
                Cookie::new("sid", "7").with_max_age(secs(1)),
            ] {
                let mut jar = CookieJar::new();
                let view = match purpose {
                    Purpose::Signed => jar.signed_mut(&keyring),
                    _ => jar.encrypted_mut(&keyring),
                };
                view.with_lifetime(Duration::MAX).set_at(cookie, issued).unwrap();
                for now in far {
                    let found = match purpose {
                        Purpose::Signed => jar.signed(&keyring).get_at("sid", now),
                        _ => jar.encrypted(&keyring).get_at("sid", now),
                    };
                    if let Ok(opened) = found {
                        assert_eq!(opened.unwrap().value, "7");
                    }
                }
            }
        }
    }
    // The last second there is: 2^48 - 2.
    let last = (1 << 48) - 2;
    let mut jar = CookieJar::new();
    let forever = Cookie::new("sid", "7").with_max_age(Duration::MAX);
    jar.signed_mut(&keyring).set_at(&forever, at(NOW)).unwrap();
    let opened = jar.signed(&keyring).get_at("sid", at(NOW)).unwrap().unwrap();
    assert_eq!(opened.expires_at, Some(at(last)));
    jar.signed_mut(&keyring).set_at(("sid", "7"), at(1 << 60)).unwrap();
    let opened = jar.signed(&keyring).get_at("sid", at(1 << 50)).unwrap().unwrap();
    assert_eq!((opened.issued_at, opened.expires_at), (at(last), None));
    // Before 1970 is 1970.
    let mut jar = CookieJar::new();
    jar.signed_mut(&keyring).set_at(("sid", "7"), at(0) - secs(5)).unwrap();
    let opened = jar.signed(&keyring).get_at("sid", at(0) - secs(50_000)).unwrap().unwrap();
    assert_eq!(opened.issued_at, at(0));
}
