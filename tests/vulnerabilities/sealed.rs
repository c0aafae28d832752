//! What was sealed opens as what was sealed, and nothing else opens.

use gingersnap::errors::{KeyError, OpenError, OpenErrorKind};
use gingersnap::protect::{Key, Purpose};
use gingersnap::{Cookie, CookieJar, Limits, Policy};

use crate::sealing::{self, NOW, PURPOSES, keyring, opposite};

fn seal(purpose: Purpose, name: &str, value: &str) -> String {
    sealing::sealed(keyring(), purpose, (name, value))
}

fn open(purpose: Purpose, name: &str, sealed: &str) -> Result<Option<String>, OpenError> {
    sealing::open(keyring(), purpose, name, sealed, NOW)
}

/// Django: name and salt of a signature were joined without a separator, so that another name and salt
/// had the same signature.
#[test]
fn cve_2026_6873_no_two_names_and_values_have_the_same_signature() {
    for purpose in PURPOSES {
        let (name, value) = ("session", "1x2y3z");
        let sealed = seal(purpose, name, value);
        assert_eq!(open(purpose, name, &sealed), Ok(Some(value.to_owned())));
        // The same bytes, divided elsewhere.
        let whole = format!("{name}{sealed}");
        for middle in (1..whole.len()).filter(|middle| *middle != name.len()) {
            let (other, rest) = whole.split_at(middle);
            assert!(!matches!(open(purpose, other, rest), Ok(Some(_))), "{other}");
        }
        // A name that is the beginning of another one, with the rest in the value.
        for middle in 1..name.len() {
            let (start, rest) = name.split_at(middle);
            let moved = seal(purpose, start, &format!("{rest}{value}"));
            assert!(open(purpose, name, &moved).is_err(), "{start}");
        }
    }
    // Nor does one purpose have a signature of the other.
    for purpose in PURPOSES {
        let sealed = seal(purpose, "a", "1");
        let (from, to) = if purpose == Purpose::Signed { ("1s", "1e") } else { ("1e", "1s") };
        assert!(open(opposite(purpose), "a", &sealed).is_err());
        assert!(open(opposite(purpose), "a", &sealed.replacen(from, to, 1)).is_err());
    }
}

/// Tornado 1.0: the separators of a signed value were not signed, and could be moved to change the
/// value and its time.
#[test]
fn bmsa_2010_01_separators_cannot_be_moved() {
    let sealed = seal(Purpose::Signed, "a", "1234.5678");
    let dots: Vec<_> = sealed.match_indices('.').map(|(at, _)| at).collect();
    assert_eq!(dots.len(), 3, "one of them is in the value: {sealed}");
    for from in dots {
        for to in (0..sealed.len()).filter(|to| *to != from) {
            let mut moved = sealed.clone();
            moved.remove(from);
            moved.insert(to, '.');
            if moved != sealed {
                assert!(open(Purpose::Signed, "a", &moved).is_err(), "{moved}");
            }
        }
    }
    for length in 0..sealed.len() {
        assert!(open(Purpose::Signed, "a", &sealed[..length]).is_err());
        assert!(open(Purpose::Signed, "a", &sealed[length..]).is_err() || length == 0);
    }
}

/// Laravel: an encrypted value was bound to no name, so that one cookie's value opened as another one.
#[test]
fn laravel_33669_a_value_is_bound_to_its_name() {
    for purpose in PURPOSES {
        let theme = seal(purpose, "theme", "admin");
        for name in ["role", "Theme", "theme2", "them", "__Host-theme", "theme.0"] {
            assert!(open(purpose, name, &theme).is_err(), "{name}");
        }
    }
    // So are the parts of a value of several cookies.
    let limits = Limits::DEFAULT.with_cookie_header_bytes(65_000);
    let policy = Policy::new().with_limits(limits);
    let mut jar = policy.empty_jar();
    jar.encrypted_chunks_mut(keyring()).set(("theme", "x".repeat(5_000))).expect("a value");
    let header = crate::next_header(&jar);
    let renamed = header.replace("theme.", "role.");
    let jar = policy.jar_from_cookie_header(&renamed).expect("a header");
    assert!(jar.encrypted_chunks(keyring()).get("role").is_err());
    let jar = policy.jar_from_cookie_header(&header).expect("a header");
    assert!(matches!(jar.encrypted_chunks(keyring()).get("theme"), Ok(Some(_))));
}

/// Mojolicious: without a secret in the configuration, the name of the application was the secret.
#[test]
fn cve_2024_58134_there_is_no_default_key_and_no_short_one() {
    for secret in ["", "Mojolicious", "HelloWorld", "secret", "a secret of less than 32 bytes."] {
        assert_eq!(Key::new(secret), Err(KeyError::TooShort { actual: secret.len() }));
        assert!(secret.parse::<Key>().is_err(), "{secret}");
    }
    assert_ne!(Key::generate().expect("randomness"), Key::generate().expect("randomness"));
}

/// ASP.NET (MS10-070): the error told whether the padding was right, and so, byte for byte, the value.
#[test]
fn a_changed_value_gives_the_same_error_whatever_it_contains() {
    let errors = |value: &str| {
        let sealed = seal(Purpose::Encrypted, "a", value);
        let payload = 27..sealed.len();
        payload
            .map(|at| {
                let mut changed = sealed.clone().into_bytes();
                changed[at] = if changed[at] == b'A' { b'Q' } else { b'A' };
                let changed = String::from_utf8(changed).expect("ASCII");
                open(Purpose::Encrypted, "a", &changed).expect_err("it was changed")
            })
            .collect::<Vec<_>>()
    };
    let first = errors("0000000000000000");
    assert!(first.iter().all(|error| error.kind == OpenErrorKind::Tampered));
    for value in ["1111111111111111", "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}aaaaaaaa"] {
        assert_eq!(errors(value), first);
    }
}

/// traefik-oidc-auth: a cookie said how many chunks to remove, and each was a header of the response.
#[test]
fn traefik_oidc_auth_291_a_number_of_chunks_is_no_loop_bound() {
    for count in
        ["2000000000", "4294967295", "18446744073709551615", "99999999999999999999", "-1", "0"]
    {
        let header = format!("t.0=abcdefgh{count}.x; t.1=abcdefghy; t.7=abcdefghz");
        let mut jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert!(jar.encrypted_chunks(keyring()).get("t").is_err(), "{count}");
        jar.encrypted_chunks_mut(keyring()).remove("t").expect("a name");
        assert_eq!(jar.set_cookie_headers().count(), 3, "{count}");
        jar.encrypted_chunks_mut(keyring()).set(("t", "1")).expect("a value");
        assert_eq!(jar.set_cookie_headers().count(), 3, "{count}");
    }
    // A name that only looks like one of a chunk is none.
    let header = "t.4294967296=abcdefghx; t.01=abcdefghx; t.+1=abcdefghx; t.=x; t=x";
    let mut jar = CookieJar::from_cookie_header(header).expect("a header");
    assert_eq!(jar.encrypted_chunks(keyring()).get("t"), Ok(None));
    jar.encrypted_chunks_mut(keyring()).remove("t").expect("a name");
    assert_eq!(jar.set_cookie_headers().count(), 1);
}

/// h3: a value could be written in more chunks than were ever read.
#[test]
fn h3_1469_a_value_that_is_written_can_be_read() {
    let limits = Limits::DEFAULT.with_cookie_bytes(128);
    let policy = Policy::new().with_limits(limits);
    let mut largest = 0;
    for length in (0..12_000).step_by(250) {
        let mut jar = policy.empty_jar();
        let value = "v".repeat(length);
        let Ok(count) = jar.encrypted_chunks_mut(keyring()).set(("t", &value)) else {
            assert_eq!(jar.set_cookie_headers().count(), 0, "all or nothing");
            continue;
        };
        largest = largest.max(count);
        let header = crate::next_header(&jar);
        let next = policy.jar_from_cookie_header(&header).expect("within the limits");
        let opened = next.encrypted_chunks(keyring()).get("t").expect("it opens");
        assert_eq!(opened.map(|opened| opened.value.into_owned()), Some(value));
    }
    assert!(largest > 10 && largest < 150, "{largest}");
}

/// A sealed value is still a value: it cannot set an attribute or another cookie.
#[test]
fn what_is_sealed_is_one_value() {
    for value in ["a; Domain=evil.example", "a\r\nSet-Cookie: b=1", "a, b=1", "\"", "\u{e9}\0"] {
        for purpose in PURPOSES {
            let sealed = seal(purpose, "a", value);
            assert!(Cookie::new("a", &sealed).to_set_cookie(gingersnap::Encoding::Raw).is_ok());
            assert_eq!(open(purpose, "a", &sealed), Ok(Some(value.to_owned())));
        }
    }
}
