//! Laws of sealed values, for any name, value and time.

use std::collections::BTreeMap;
use std::time::Duration;

use gingersnap::protect::Purpose;
use gingersnap::{Cookie, CookieJar};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::sealing::{NOW, PURPOSES, at, get, open, opposite, ring, sealed, set};
use crate::support::kind;

/// `1*tchar` without what starts a prefix, which asks for attributes.
fn name() -> impl Strategy<Value = String> {
    "[!#$%&'*+.^`|~0-9A-Za-z-][!#$%&'*+.^_`|~0-9A-Za-z-]{0,40}"
}

/// Any text that fits when each byte of it takes three.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..300).prop_map(String::from_iter),
        vec(0x20..0x7F_u8, 0..1200).prop_map(|bytes| String::from_utf8(bytes).unwrap()),
        Just(String::new()),
    ]
}

fn purpose() -> impl Strategy<Value = Purpose> {
    select(PURPOSES.to_vec())
}

/// What a value can hold when it comes in: no control byte, `;` or byte that is not text, and no
/// space or tab at its ends.
fn received() -> impl Strategy<Value = String> {
    "[!-:<-~é]([ -:<-~é]{0,200}[!-:<-~é])?"
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same(
        purpose in purpose(),
        name in name(),
        value in value(),
        issued in 0..1_u64 << 40,
        life in proptest::option::of(1..1_u64 << 33),
    ) {
        let keyring = ring(1);
        let mut cookie = Cookie::new(&name, &value);
        if let Some(life) = life {
            cookie = cookie.with_max_age(Duration::from_secs(life));
        }
        let mut jar = CookieJar::new();
        set(&mut jar, &keyring, purpose, cookie, issued).unwrap();
        let header = jar.set_cookie_headers().next().unwrap().split(';').next().unwrap().to_owned();
        let next = CookieJar::from_cookie_header(&header).unwrap();
        for jar in [&jar, &next] {
            let opened = get(jar, &keyring, purpose, &name, issued).unwrap().unwrap();
            prop_assert_eq!(&opened.value, &value);
            prop_assert_eq!(opened.issued_at, at(issued));
            prop_assert_eq!(opened.expires_at, life.map(|life| at(issued + life)));
            prop_assert!(!opened.needs_renewal);
        }
        prop_assert_eq!(jar.get(&name), next.get(&name));
        // Cookie-octets, as many as the docs say.
        let text = next.get_raw(&name).unwrap();
        let fits = |o: u8| o.is_ascii_graphic() && !b"\",;\\".contains(&o);
        prop_assert!(text.bytes().all(fits));
        let bytes = match purpose {
            Purpose::Signed => gingersnap::Encoding::Percent.encode(&value).unwrap().len() + 71,
            _ => 27 + ((value.len() + 28) * 4).div_ceil(3),
        };
        prop_assert_eq!(text.len(), bytes);
    }

    #[test]
    fn a_signed_value_stays_readable(name in name(), value in value()) {
        let text = sealed(&ring(1), Purpose::Signed, (&*name, &*value));
        let shown = &text[27..text.len() - 44];
        prop_assert_eq!(gingersnap::Encoding::Percent.decode(shown), value);
    }

    #[test]
    fn moved_to_another_name_it_refuses(
        purpose in purpose(),
        names in (name(), name()),
        value in value(),
    ) {
        prop_assume!(names.0 != names.1);
        let text = sealed(&ring(1), purpose, (&*names.0, &*value));
        let error = open(&ring(1), purpose, &names.1, &text, NOW).unwrap_err();
        prop_assert_eq!(kind(&error), "tampered");
    }

    /// The end of a name cannot become the start of what follows it, nor the other way round.
    #[test]
    fn the_border_between_name_and_value_stands(
        purpose in purpose(),
        name in name(),
        value in value(),
        tail in "[a-z.]{1,3}",
    ) {
        let longer = format!("{name}{tail}");
        for (from, to) in [(&name, &longer), (&longer, &name)] {
            let text = sealed(&ring(1), purpose, (&**from, &*value));
            let error = open(&ring(1), purpose, to, &text, NOW).unwrap_err();
            prop_assert_eq!(kind(&error), "tampered");
            let drawn = format!("{}{tail}{}", &text[..27], &text[27..]);
            prop_assert!(open(&ring(1), purpose, from, &drawn, NOW).is_err());
        }
    }

    #[test]
    fn across_views_versions_and_keyrings_it_refuses(
        purpose in purpose(),
        name in name(),
        value in value(),
        version in "[02-9a-zA-Z_-]",
    ) {
        let text = sealed(&ring(1), purpose, (&*name, &*value));
        let why = |error| kind(&error);
        let elsewhere = open(&ring(1), opposite(purpose), &name, &text, NOW);
        prop_assert_eq!(elsewhere.map_err(why), Err("malformed"));
        let renamed = text.replacen(
            ["1s", "1e"][usize::from(purpose == Purpose::Encrypted)],
            ["1e", "1s"][usize::from(purpose == Purpose::Encrypted)],
            1,
        );
        prop_assert!(open(&ring(1), opposite(purpose), &name, &renamed, NOW).is_err());
        let foreign = open(&ring(2), purpose, &name, &text, NOW);
        prop_assert_eq!(foreign.map_err(why), Err("unknown key"));
        let later = format!("{version}{}", &text[1..]);
        prop_assert_eq!(open(&ring(1), purpose, &name, &later, NOW).map_err(why), Err("malformed"));
        // The other key's id does not make it the other key's.
        let theirs = sealed(&ring(2), purpose, (&*name, &*value));
        let claimed = format!("{}{}{}", &text[..2], &theirs[2..10], &text[10..]);
        let keyring = ring(1).with_retired(&crate::sealing::key(2));
        prop_assert_eq!(open(&keyring, purpose, &name, &claimed, NOW).map_err(why), Err("tampered"));
    }

    #[test]
    fn any_other_text_refuses(
        purpose in purpose(),
        value in value(),
        place in any::<Index>(),
        byte in "[!-:<-~]",
        how in 0..3,
    ) {
        let keyring = ring(1);
        let text = sealed(&keyring, purpose, ("sid", &*value));
        let place = place.index(text.len());
        let (before, after) = text.split_at(place);
        let changed = match how {
            0 => format!("{before}{byte}{}", &after[1..]),
            1 => format!("{before}{byte}{after}"),
            _ => format!("{before}{}", &after[1..]),
        };
        let opened = open(&keyring, purpose, "sid", &changed, NOW);
        prop_assert!(changed == text || opened.is_err(), "{opened:?}");
    }

    #[test]
    fn pieces_of_two_never_fit_together(
        purpose in purpose(),
        values in (value(), value()),
        cuts in (any::<Index>(), any::<Index>()),
    ) {
        let keyring = ring(1);
        let a = sealed(&keyring, purpose, ("sid", &*values.0));
        let b = sealed(&keyring, purpose, ("sid", &*values.1));
        let mixed = format!("{}{}", &a[..cuts.0.index(a.len())], &b[cuts.1.index(b.len())..]);
        if let Ok(Some(value)) = open(&keyring, purpose, "sid", &mixed, NOW) {
            prop_assert!(mixed == a && value == values.0 || mixed == b && value == values.1);
        }
    }

    #[test]
    fn opening_anything_never_panics(purpose in purpose(), text in received(), cut in 0..27_usize) {
        let keyring = ring(1);
        prop_assert!(open(&keyring, purpose, "sid", &text, NOW).is_err());
        // Behind as much of a head as will do.
        let good = sealed(&keyring, purpose, ("sid", "7"));
        for cut in [cut, 27, 43] {
            let text = format!("{}{text}", &good[..cut]);
            prop_assert!(open(&keyring, purpose, "sid", &text, NOW).is_err());
        }
        let text = format!("{}{text}{}", &good[..cut], &good[cut..]);
        prop_assert!(open(&keyring, purpose, "sid", &text, NOW).is_err());
    }

    #[test]
    fn bytes_that_arent_text_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        let header = [b"sid=", &*bytes].concat();
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        for purpose in PURPOSES {
            prop_assert!(!matches!(get(&jar, &ring(1), purpose, "sid", NOW), Ok(Some(_))));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// No two pairs of name and value are signed alike.
    #[test]
    fn what_is_signed_alike_is_alike(pairs in vec(("[ab.]{1,2}", "[ab.]{0,2}"), 60)) {
        let mut seen = BTreeMap::new();
        for (name, value) in pairs {
            let text = sealed(&ring(1), Purpose::Signed, (&*name, &*value));
            let tag = text[text.len() - 43..].to_owned();
            let first = seen.entry(tag).or_insert_with(|| (name.clone(), value.clone()));
            prop_assert_eq!(&*first, &(name, value));
        }
    }
}

/// Every byte of a sample, changed to every byte that a value can hold.
#[test]
fn any_change_of_any_byte_refuses() {
    for purpose in PURPOSES {
        let keyring = ring(1);
        // Of every length that base64 ends on.
        let long = "a sentence of 20, 21 and 22 bytes";
        let (twenty, one_more, two_more) = (&long[..20], &long[..21], &long[..22]);
        let longest = "x".repeat(200);
        let short = ["7 nuts, Zoë", "7 nuts, Zo", "7 nuts, Z", ""];
        for value in short.into_iter().chain([twenty, one_more, two_more, &longest]) {
            let text = sealed(&keyring, purpose, ("sid", value));
            assert_eq!(open(&keyring, purpose, "sid", &text, NOW).unwrap().as_deref(), Some(value));
            for place in 0..text.len() {
                for byte in (0x21..0x7F).filter(|&byte| byte != b';') {
                    let mut changed = text.clone().into_bytes();
                    if std::mem::replace(&mut changed[place], byte) == byte {
                        continue;
                    }
                    let changed = String::from_utf8(changed).unwrap();
                    let opened = open(&keyring, purpose, "sid", &changed, NOW);
                    assert!(opened.is_err(), "{purpose}, byte {place} is {byte:?}: {opened:?}");
                }
                assert!(open(&keyring, purpose, "sid", &text[..place], NOW).is_err());
            }
        }
    }
}
