//! The views on a jar.

use gingersnap::errors::{
    CookieErrorKind, Error, LimitError, OpenErrorKind, RenewError, SealErrorKind,
};
use gingersnap::protect::Purpose;
use gingersnap::{Cookie, CookieJar, CookieTemplate, Encoding, Limits, Policy, SameSite};

use crate::sealing::{NOW, PURPOSES, at, get, key, open, opposite, ring, sealed, set};
use crate::support::{kind, refused};

const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");

#[test]
fn both_views_on_one_jar() -> Result<(), Box<dyn std::error::Error>> {
    let keyring = ring(1);
    let mut jar = CookieJar::from_cookie_header("plain=1")?;
    jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;
    jar.signed_mut(&keyring).set(("theme", "dark & calm"))?;
    jar.set(("plain", "2"))?;

    let (signed, encrypted) = (jar.signed(&keyring), jar.encrypted(&keyring));
    assert_eq!(encrypted.get("__Host-user")?.unwrap().value, "Zoë");
    assert_eq!(signed.get("theme")?.unwrap().value, "dark & calm");
    assert_eq!(signed.get("nothing")?, None);
    for view in [signed, encrypted] {
        refused(view.get("plain"), "malformed");
    }
    for (error, text) in [
        (signed.get("plain"), "cookie `plain`: not a signed value"),
        (encrypted.get("plain"), "cookie `plain`: not an encrypted value"),
    ] {
        assert_eq!(error.unwrap_err().to_string(), text);
    }
    refused(signed.get("__Host-user"), "malformed");
    refused(encrypted.get("theme"), "malformed");

    // All arrives as it was set.
    let headers: Vec<&str> = jar.set_cookie_headers().collect();
    assert_eq!(headers.len(), 3);
    assert!(headers[0].starts_with("__Host-user=1e"), "{}", headers[0]);
    assert!(headers[0].ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{}", headers[0]);
    assert!(headers[1].contains(".dark%20&%20calm."), "{}", headers[1]);
    let pairs: Vec<&str> = headers.iter().map(|header| header.split(';').next().unwrap()).collect();
    let header = pairs.join("; ");
    let next = CookieJar::from_cookie_header(&header)?;
    assert_eq!(next.encrypted(&keyring).get("__Host-user")?.unwrap().value, "Zoë");
    assert_eq!(next.signed(&keyring).get("theme")?.unwrap().value, "dark & calm");
    // What the jar itself shows is the sealed text, and the same now and then.
    for name in ["__Host-user", "theme"] {
        assert_eq!(jar.get(name), next.get(name));
        assert_eq!(jar.get_raw(name), next.get_raw(name));
        assert!(jar.get(name).unwrap().starts_with('1'));
    }
    Ok(())
}

#[test]
fn sealed_values_do_not_depend_on_the_encoding_of_the_jar() {
    let value = "50 % \"off\"; Zoë\r\n\0\t=";
    for encoding in [Encoding::Percent, Encoding::Raw] {
        for purpose in PURPOSES {
            let keyring = ring(1);
            let mut jar = Policy::new().with_encoding(encoding).empty_jar();
            set(&mut jar, &keyring, purpose, ("sid", value), NOW).unwrap();
            let opened = get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap();
            assert_eq!(opened.value, value);
            // One jar's cookies are another's, whatever the encoding.
            let text = jar.get_raw("sid").unwrap();
            let found = open(&keyring, purpose, "sid", text, NOW);
            assert_eq!(found.unwrap().as_deref(), Some(value));
            // A change that is read and set again is the same.
            let again = jar.changes().next().unwrap().cookie().into_owned();
            let mut copy = Policy::new().with_encoding(encoding).empty_jar();
            copy.set(again).unwrap();
            assert_eq!(copy.set_cookie_headers().next(), jar.set_cookie_headers().next());
        }
    }
}

#[test]
fn a_name_is_what_came_over_the_wire() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        let text = sealed(&keyring, purpose, ("session", "7"));
        // SP and HTAB around a name are no part of it.
        for name in ["session", " session ", "\tsession"] {
            let header = format!("{name}={text}");
            let jar = CookieJar::from_cookie_header(&header).unwrap();
            let found = get(&jar, &keyring, purpose, "session", NOW).unwrap();
            assert_eq!(found.unwrap().value, "7", "{name:?}");
        }
        for name in ["sess%69on", "Session", "__Host-session", "session\u{a0}", "\u{2003}session"] {
            let header = format!("{name}={text}");
            let jar = CookieJar::from_cookie_header(&header).unwrap();
            assert_eq!(get(&jar, &keyring, purpose, "session", NOW), Ok(None), "{name:?}");
            refused(get(&jar, &keyring, purpose, name, NOW), "tampered");
        }
    }
}

#[test]
fn what_wasnt_sealed_is_never_read() {
    let header = "session=admin; b=; c=\"x\"; d=1s; e=1e; f=é";
    let jar = CookieJar::from_cookie_header(header).unwrap();
    for purpose in PURPOSES {
        for name in ["session", "b", "c", "d", "e", "f"] {
            refused(get(&jar, &ring(1), purpose, name, NOW), "malformed");
        }
        assert_eq!(get(&jar, &ring(1), purpose, "g", NOW), Ok(None));
    }
}

#[test]
fn a_planted_cookie_doesnt_blind_the_view() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        let mine = sealed(&keyring, purpose, ("sid", "mine"));
        let expired = {
            let mut jar = CookieJar::new();
            let cookie = Cookie::new("sid", "old").with_max_age(std::time::Duration::from_secs(9));
            set(&mut jar, &keyring, purpose, cookie, NOW - 10).unwrap();
            jar.get_raw("sid").unwrap().to_owned()
        };
        let foreign = sealed(&ring(2), purpose, ("sid", "theirs"));
        let moved = sealed(&keyring, purpose, ("tid", "theirs"));
        let planted = [
            "",
            "sid",
            &mine[..40],
            &sealed(&keyring, opposite(purpose), ("sid", "other")),
            &foreign,
            &moved,
            &expired,
        ];
        let why = [
            "malformed",
            "malformed",
            "malformed",
            "malformed",
            "unknown key",
            "tampered",
            "expired",
        ];
        let pair = |text: &&str| format!("sid={text}");
        let all: Vec<String> = planted.iter().map(pair).collect();
        // Wherever it stands, the one that opens is found.
        for place in 0..=all.len() {
            let mut pairs = all.clone();
            pairs.insert(place, format!("sid={mine}"));
            let header = pairs.join("; ");
            let jar = CookieJar::from_cookie_header(&header).unwrap();
            assert_eq!(get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap().value, "mine");
        }
        // Without it, the one that came closest says why, in whichever order.
        for count in 1..=all.len() {
            let mut pairs = all[..count].to_vec();
            for _ in 0..2 {
                let header = pairs.join("; ");
                let jar = CookieJar::from_cookie_header(&header).unwrap();
                refused(get(&jar, &keyring, purpose, "sid", NOW), why[count - 1]);
                pairs.reverse();
            }
        }
        // Of two that came as close, the first one says why.
        let [first, second] = [2, 3].map(|key| sealed(&ring(key), purpose, ("sid", "theirs")));
        let header = format!("sid={first}; sid={second}");
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        let error = get(&jar, &keyring, purpose, "sid", NOW).unwrap_err();
        assert_eq!(error.kind, OpenErrorKind::UnknownKey { key: ring(2).primary() });
        // Of two that open, the first, as in the jar.
        let header = format!("sid={}; sid={mine}", sealed(&keyring, purpose, ("sid", "first")));
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        assert_eq!(get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap().value, "first");
    }
}

#[test]
fn what_doesnt_open_can_be_removed_and_harms_no_other() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        let good = sealed(&keyring, purpose, ("good", "7"));
        let header = format!("bad=1s2; good={good}; plain=x y");
        let mut jar = CookieJar::from_cookie_header(&header).unwrap();
        refused(get(&jar, &keyring, purpose, "bad", NOW), "malformed");
        assert_eq!(get(&jar, &keyring, purpose, "good", NOW).unwrap().unwrap().value, "7");
        assert_eq!(jar.get("plain"), Some("x y"));
        match purpose {
            Purpose::Signed => jar.signed_mut(&keyring).remove("bad").unwrap(),
            _ => jar.encrypted_mut(&keyring).remove("bad").unwrap(),
        }
        assert_eq!(get(&jar, &keyring, purpose, "bad", NOW), Ok(None));
        assert_eq!(
            jar.set_cookie_headers().collect::<Vec<_>>(),
            ["bad=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"]
        );
        // What was just set, too; by the cookie, where that is.
        let cookie = Cookie::new("good", "8").with_path("/shop");
        set(&mut jar, &keyring, purpose, cookie.clone(), NOW).unwrap();
        match purpose {
            Purpose::Signed => jar.signed_mut(&keyring).remove(&cookie).unwrap(),
            _ => jar.encrypted_mut(&keyring).remove(&cookie).unwrap(),
        }
        assert_eq!(get(&jar, &keyring, purpose, "good", NOW), Ok(None));
        assert!(jar.set_cookie_headers().next_back().unwrap().ends_with("; Max-Age=0; Path=/shop"));
    }
}

#[test]
fn a_cookie_that_is_a_removal_removes() {
    let keyring = ring(1);
    let mut jar = CookieJar::from_cookie_header("sid=7").unwrap();
    let gone = Cookie::new("sid", "7").with_max_age(std::time::Duration::ZERO);
    jar.signed_mut(&keyring).set(gone).unwrap();
    assert_eq!(jar.signed(&keyring).get("sid"), Ok(None));
    assert!(jar.changes().next().unwrap().is_removal());
    assert!(jar.set_cookie_headers().next().unwrap().starts_with("sid=; "));
}

#[test]
fn what_the_jar_refuses_is_not_sealed() {
    let keyring = ring(1);
    for purpose in PURPOSES {
        let mut jar = CookieJar::new();
        let error = set(&mut jar, &keyring, purpose, ("a b", "7"), NOW).unwrap_err();
        let SealErrorKind::Cookie(CookieErrorKind::NameInvalid { offset: 1, .. }) = error.kind
        else {
            panic!("{error:?}");
        };
        assert_eq!(error.name, "a b");
        let prefixed = Cookie::new("__Host-sid", "7");
        let error = set(&mut jar, &keyring, purpose, prefixed, NOW).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cookie `__Host-sid`: the prefix `__Host-` requires `Secure`"
        );
        assert!(error.is_dropped_by_browsers());
        assert_eq!(jar.set_cookie_headers().count(), 0);
    }
}

#[test]
fn limits_count_the_sealed_size() {
    let keyring = ring(1);
    let set_of = |purpose, bytes: usize| {
        let mut jar = CookieJar::new();
        let result = set(&mut jar, &keyring, purpose, ("cart", "x".repeat(bytes)), NOW);
        let size = jar
            .set_cookie_headers()
            .next()
            .map(|header| header.split(';').next().unwrap().len() - 1);
        (result, size)
    };
    assert_eq!(set_of(Purpose::Signed, 4096 - 4 - 71), (Ok(()), Some(4096)));
    let (result, size) = set_of(Purpose::Signed, 4096 - 4 - 70);
    assert_eq!(size, None);
    assert_eq!(
        result.unwrap_err().to_string(),
        "cookie `cart`: a value of 4022 bytes is 4093 bytes when signed; with the name it is 4097, \
         over the limit of 4096"
    );
    assert_eq!(set_of(Purpose::Encrypted, 3020), (Ok(()), Some(4095)));
    let (result, size) = set_of(Purpose::Encrypted, 3021);
    assert_eq!(size, None);
    let error = result.unwrap_err();
    assert_eq!(error.name, "cart");
    assert_eq!(
        error.kind,
        SealErrorKind::TooLarge {
            purpose: Purpose::Encrypted,
            plain: 3021,
            sealed: 4093,
            actual: 4097,
            limit: 4096,
        }
    );
    assert!(set_of(Purpose::Encrypted, 10_000_000).0.unwrap_err().is_dropped_by_browsers());
    // Percent-encoding is part of the size.
    let mut jar = CookieJar::new();
    let result = set(&mut jar, &keyring, Purpose::Signed, ("cart", " ".repeat(1341)), NOW);
    let kind = result.unwrap_err().kind;
    assert!(matches!(kind, SealErrorKind::TooLarge { sealed: 4094, actual: 4098, .. }));
    // An application's own limit, and that of the header.
    let limits = Limits::DEFAULT.with_cookie_bytes(100);
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    let error = set(&mut jar, &keyring, Purpose::Signed, ("s", "x".repeat(29)), NOW).unwrap_err();
    let kind = &error.kind;
    assert!(matches!(kind, SealErrorKind::TooLarge { actual: 101, limit: 100, .. }), "{error:?}");
    assert!(!error.is_dropped_by_browsers());
    let mut jar = CookieJar::new();
    set(&mut jar, &keyring, Purpose::Signed, ("a", "x".repeat(4000)), NOW).unwrap();
    set(&mut jar, &keyring, Purpose::Signed, ("b", "x".repeat(4000)), NOW).unwrap();
    let error = set(&mut jar, &keyring, Purpose::Signed, ("c", ""), NOW).unwrap_err();
    let SealErrorKind::Cookie(CookieErrorKind::Limit(LimitError::CookieHeaderBytes {
        actual: 8223,
        ..
    })) = error.kind
    else {
        panic!("{error:?}");
    };
    assert_eq!(jar.changes().count(), 2);
}

#[test]
fn a_rotation_signs_nobody_out() {
    for purpose in PURPOSES {
        let first = ring(1);
        let text = sealed(&first, purpose, ("sid", "7"));
        // Its successor is deployed to some machines, retired; they open what the others seal.
        let prepared = first.clone().with_retired(&key(2));
        assert_eq!(open(&prepared, purpose, "sid", &text, NOW).unwrap().as_deref(), Some("7"));
        let rotated = prepared.clone().with_primary(&key(2));
        let new_text = sealed(&rotated, purpose, ("sid", "8"));
        assert_eq!(open(&prepared, purpose, "sid", &new_text, NOW).unwrap().as_deref(), Some("8"));
        // Renewal, under the new key.
        let header = format!("sid={text}");
        let mut jar = CookieJar::from_cookie_header(&header).unwrap();
        let opened = get(&jar, &rotated, purpose, "sid", NOW).unwrap().unwrap().into_owned();
        assert!(opened.needs_renewal);
        set(&mut jar, &rotated, purpose, ("sid", opened.value), NOW).unwrap();
        let opened = get(&jar, &rotated, purpose, "sid", NOW).unwrap().unwrap();
        assert_eq!((&*opened.value, opened.needs_renewal), ("7", false));
        // The old one goes.
        let last = ring(2);
        let renewed = jar.get_raw("sid").unwrap();
        assert_eq!(open(&last, purpose, "sid", renewed, NOW).unwrap().as_deref(), Some("7"));
        let error = open(&last, purpose, "sid", &text, NOW).unwrap_err();
        assert_eq!(error.kind, OpenErrorKind::UnknownKey { key: first.primary() });
    }
}

#[test]
fn a_change_hides_what_was_received() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        let header = format!("sid={}", sealed(&keyring, purpose, ("sid", "came")));
        let mut jar = CookieJar::from_cookie_header(&header).unwrap();
        jar.set(("sid", "plain")).unwrap();
        assert_eq!(kind(&get(&jar, &keyring, purpose, "sid", NOW).unwrap_err()), "malformed");
        set(&mut jar, &keyring, purpose, ("sid", "set"), NOW).unwrap();
        assert_eq!(get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap().value, "set");
        jar.remove("sid").unwrap();
        assert_eq!(get(&jar, &keyring, purpose, "sid", NOW), Ok(None));
    }
}

#[test]
fn equal_values_are_sealed_apart() {
    let keyring = ring(1);
    let [a, b] = [(); 2].map(|()| sealed(&keyring, Purpose::Encrypted, ("sid", "7")));
    assert_ne!(a[27..], b[27..]);
    assert_eq!(a[..27], b[..27]);
    let mut jar = CookieJar::new();
    jar.encrypted_mut(&keyring).set_at(("sid", "secret"), at(NOW)).unwrap();
    assert!(!jar.set_cookie_headers().any(|header| header.contains("secret")));
}

/// All errors of this flow convert into the one error of the crate.
#[test]
fn every_error_of_a_handler_converts_into_one() {
    fn handle(header: &str, secret: &str) -> Result<Option<String>, Error> {
        let keyring = gingersnap::protect::Keyring::new(&secret.parse()?);
        let mut jar = CookieJar::from_cookie_header(header)?;
        let user = jar.encrypted_mut(&keyring).renew(USER.with_value(""))?;
        jar.signed_mut(&keyring).set(("theme", "dark"))?;
        jar.signed(&keyring).get("theme")?;
        jar.set(("plain", "1"))?;
        jar.remove("plain")?;
        Ok(user.map(|user| user.value.into_owned()))
    }
    let secret = "7f".repeat(32);
    assert_eq!(handle("", &secret), Ok(None));
    assert!(matches!(handle("", "short"), Err(Error::Key(_))));
    assert!(matches!(handle("__Host-user=x", &secret), Err(Error::Open(_))));
}

/// The cookie that is renewed.
fn sid() -> Cookie<'static> {
    let hour = std::time::Duration::from_secs(3600);
    Cookie::new("sid", "ignored").with_max_age(hour).with_same_site(SameSite::Strict)
}

#[test]
fn a_cookie_is_renewed_when_it_is_time_and_not_before() {
    for purpose in PURPOSES {
        let first = ring(1);
        let header = format!("sid={}", sealed(&first, purpose, sid().with_value("7")));
        let rotated = ring(2).with_retired(&key(1));
        for (keyring, age, is_due) in
            [(&first, 0, false), (&first, 1800, false), (&first, 1801, true), (&rotated, 0, true)]
        {
            let mut jar = CookieJar::from_cookie_header(&header).unwrap();
            let mut view = match purpose {
                Purpose::Signed => jar.signed_mut(keyring),
                _ => jar.encrypted_mut(keyring),
            };
            let opened = view.renew_at(sid(), at(NOW + age)).unwrap().unwrap();
            assert_eq!((&*opened.value, opened.needs_renewal), ("7", is_due));
            assert_eq!(jar.changes().count(), usize::from(is_due));
            if is_due {
                let header = jar.set_cookie_headers().next().unwrap();
                assert!(header.ends_with("; Max-Age=3600; Path=/; SameSite=Strict"), "{header}");
                let again = get(&jar, keyring, purpose, "sid", NOW + age).unwrap().unwrap();
                assert_eq!((&*again.value, again.needs_renewal), ("7", false));
                assert_eq!(again.issued_at, at(NOW + age));
            }
        }
    }
}

#[test]
fn what_does_not_open_is_not_renewed() {
    let keyring = ring(1);
    let mut jar = CookieJar::from_cookie_header("sid=7").unwrap();
    let error = jar.signed_mut(&keyring).renew(sid()).unwrap_err();
    let RenewError::Open(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind, OpenErrorKind::Malformed { purpose: Purpose::Signed });
    assert_eq!(jar.changes().count(), 0);
    let missing = jar.signed_mut(&keyring).renew(Cookie::new("missing", "")).unwrap();
    assert_eq!(missing, None);
    // A cookie that cannot be sealed again, since its attributes are wrong.
    let header = format!("sid={}", sealed(&keyring, Purpose::Signed, sid()));
    let mut jar = CookieJar::from_cookie_header(&header).unwrap();
    let wrong = sid().with_same_site(SameSite::None);
    let error = jar.signed_mut(&keyring).renew_at(wrong, at(NOW + 3000)).unwrap_err();
    assert!(matches!(error, RenewError::Seal(_)), "{error:?}");
    assert_eq!(jar.changes().count(), 0);
}
