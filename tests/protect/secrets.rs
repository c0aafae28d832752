//! No secret and no value is shown: not by `Debug`, not by an error, not by a panic.

use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::{panic, thread};

use gingersnap::protect::Key;
use gingersnap::{Cookie, CookieJar};

use crate::sealing::{NOW, PURPOSES, get, key, open, ring, sealed, set};

/// What stands for a secret or a value; `CANARY`, in hexadecimal, base64 and as numbers.
const CANARY: &str = "CANARY-canary-CANARY-canary-CANARY";
const TRACES: [&str; 6] =
    ["CANARY", "canary", "43414e415259", "43414E415259", "Q0FOQVJZ", "67, 65"];

#[track_caller]
fn shows_nothing(what: &impl Debug) {
    for text in [format!("{what:?}"), format!("{what:#?}")] {
        for trace in TRACES {
            assert!(!text.contains(trace), "{trace} in {text}");
        }
    }
}

#[track_caller]
fn says_nothing(error: &(impl Error + 'static)) {
    shows_nothing(error);
    let mut error: Option<&dyn Error> = Some(error);
    while let Some(cause) = error {
        let text = cause.to_string();
        for trace in TRACES {
            assert!(!text.contains(trace), "{trace} in {text}");
        }
        error = cause.source();
    }
}

#[test]
fn a_key_is_masked() {
    let key = Key::new(CANARY).unwrap();
    assert_eq!(format!("{key:?}"), "Key(<masked>)");
    assert_eq!(format!("{key:#?}"), "Key(<masked>)");
    let keyring = gingersnap::protect::Keyring::new(&key).with_retired(&crate::sealing::key(1));
    shows_nothing(&keyring);
    let (id, retired) = (keyring.primary(), ring(1).primary());
    assert_eq!(
        format!("{keyring:?}"),
        format!("Keyring {{ primary: KeyId({id}), retired: [KeyId({retired})] }}")
    );
    let jar = CookieJar::new();
    shows_nothing(&jar.signed(&keyring));
    shows_nothing(&jar.encrypted(&keyring));
    let mut jar = CookieJar::new();
    shows_nothing(&jar.signed_mut(&keyring));
    shows_nothing(&jar.encrypted_mut(&keyring));
    // The test sees a trace where there is one.
    assert!(TRACES.iter().any(|trace| format!("{:?}", key.secret()).contains(trace)));
}

#[test]
fn no_error_of_a_key_shows_it() {
    let base64 = "Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZ";
    let texts = [
        "CANARY".to_owned(),
        format!("{base64}!"),
        format!("{base64}="),
        "Q0FOQVJZ".to_owned(),
        "43414e415259".to_owned(),
        "43414e415259x".repeat(9),
        "43414E4152594".repeat(9),
    ];
    for text in texts {
        says_nothing(&text.parse::<Key>().unwrap_err());
        says_nothing(&Key::from_hex(&text).unwrap_err());
    }
    says_nothing(&Key::new("CANARY").unwrap_err());
}

#[test]
fn no_error_of_a_cookie_shows_its_value() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        let mut jar = CookieJar::new();
        let value = CANARY.repeat(200);
        says_nothing(&set(&mut jar, &keyring, purpose, ("sid", &*value), NOW).unwrap_err());
        says_nothing(&set(&mut jar, &keyring, purpose, ("a b", CANARY), NOW).unwrap_err());
        set(&mut jar, &keyring, purpose, ("sid", CANARY), NOW).unwrap();
        let opened = get(&jar, &keyring, purpose, "sid", NOW).unwrap().unwrap();
        shows_nothing(&opened);
        assert!(format!("{opened:?}").starts_with("Opened { value: <"), "{opened:?}");
        shows_nothing(&jar);
        for change in jar.changes() {
            shows_nothing(&change);
        }

        let expiring = Cookie::new("sid", CANARY).with_max_age(std::time::Duration::from_secs(9));
        let text = sealed(&keyring, purpose, expiring);
        let errors = [
            open(&keyring, purpose, "sid", CANARY, NOW),
            open(&keyring, purpose, "tid", &text, NOW),
            open(&keyring, purpose, "sid", &text, NOW - 100),
            open(&keyring, purpose, "sid", &text, NOW + 100),
            open(&keyring, purpose, "sid", &text[..text.len() - 1], NOW),
            open(&ring(2), purpose, "sid", &text, NOW),
        ];
        for error in errors {
            says_nothing(&error.unwrap_err());
        }
    }
}

/// What someone who unwraps sees in the log.
#[test]
fn no_panic_shows_a_secret() {
    let log = Arc::new(Mutex::new(String::new()));
    let (to, before, own) = (Arc::clone(&log), panic::take_hook(), thread::current().id());
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == own {
            *to.lock().unwrap() += &info.to_string();
        } else {
            before(info);
        }
    }));
    let caught = [
        panic::catch_unwind(|| drop("CANARY".parse::<Key>().unwrap())),
        panic::catch_unwind(|| {
            let key = Key::new(CANARY).unwrap();
            assert_eq!(key, crate::sealing::key(1));
        }),
        panic::catch_unwind(|| {
            let mut jar = CookieJar::new();
            jar.encrypted_mut(&ring(1)).set(("sid", CANARY.repeat(200))).unwrap();
        }),
        panic::catch_unwind(|| {
            let header = format!("sid={CANARY}");
            let jar = CookieJar::from_cookie_header(&header).unwrap();
            jar.signed(&ring(1)).get("sid").unwrap();
        }),
    ];
    drop(panic::take_hook());
    assert!(caught.iter().all(Result::is_err));
    let log = log.lock().unwrap();
    assert_eq!(log.matches("panicked at").count(), caught.len());
    shows_nothing(&*log);
}

#[test]
fn keys_compare_by_what_they_hold() {
    assert_eq!(key(1), key(1));
    assert_ne!(key(1), key(2));
    let mut bytes = [1; 32];
    for at in 0..32 {
        bytes[at] ^= 0x80;
        assert_ne!(Key::new(bytes).unwrap(), key(1), "byte {at}");
        bytes[at] ^= 0x80;
    }
}
