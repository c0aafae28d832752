//! Keys and keyrings.

use gingersnap::errors::KeyError;
use gingersnap::protect::{Key, Keyring, Purpose};

use crate::sealing::{NOW, PURPOSES, key, open, ring, sealed};
use crate::support::refused;

/// 32 bytes in every way that they can be written.
const HEX: &str = "9d8e0c132737661e858f1e9600ba86b1455302 84ee16267436cbddd2884820ac";

fn hex() -> String {
    HEX.replace(' ', "")
}

#[test]
fn a_secret_has_32_bytes_or_more() {
    for bytes in [0, 1, 16, 31] {
        assert_eq!(Key::new(vec![7; bytes]), Err(KeyError::TooShort { actual: bytes }));
    }
    for bytes in [32, 33, 64, 1000] {
        assert_eq!(Key::new(vec![7; bytes]).unwrap().secret(), vec![7; bytes]);
    }
    assert_eq!(Key::from_hex(&"7f".repeat(31)), Err(KeyError::TooShort { actual: 31 }));
    assert_eq!(Key::from_base64("AAAA"), Err(KeyError::TooShort { actual: 3 }));
    assert_eq!("".parse::<Key>(), Err(KeyError::TooShort { actual: 0 }));
}

#[test]
fn all_of_a_long_secret_counts() {
    let mut secret = vec![7; 100];
    let id = Keyring::new(&Key::new(&secret).unwrap()).primary();
    secret[99] = 8;
    assert_ne!(Keyring::new(&Key::new(&secret).unwrap()).primary(), id);
    // A shorter one is not the same with zeros behind it.
    let [short, long] = [32, 33].map(|bytes| Key::new(vec![0; bytes]).unwrap());
    assert_ne!(short, long);
    assert_ne!(Keyring::new(&short).primary(), Keyring::new(&long).primary());
}

#[test]
fn a_key_is_read_from_text() {
    let bytes = [0xFB, 0xEF, 0xFF].repeat(11); // `--__` or `++//` throughout
    let key = Key::new(&bytes).unwrap();
    let standard = "++//".repeat(11);
    for text in [&standard, &"--__".repeat(11), &format!(" \t{standard}\r\n")] {
        assert_eq!(text.parse::<Key>().as_ref(), Ok(&key), "{text:?}");
        assert_eq!(Key::from_base64(text).as_ref(), Ok(&key), "{text:?}");
    }
    let padded = "A".repeat(43) + "=";
    assert_eq!(padded.parse::<Key>().unwrap().secret(), [0; 32]);
    assert_eq!(Key::from_base64(&padded[..43]).unwrap().secret(), [0; 32]);

    let key = hex().parse::<Key>().unwrap();
    assert_eq!(key.secret().len(), 33 - 1);
    assert_eq!(key.secret()[..3], [0x9D, 0x8E, 0x0C]);
    assert_eq!(hex().to_uppercase().parse::<Key>(), Ok(key.clone()));
    assert_eq!((hex() + "\n").parse::<Key>(), Ok(key));
}

#[test]
fn digits_alone_are_hexadecimal_whatever_else_they_could_be() {
    // As base64, these 64 characters would be 48 bytes.
    assert_eq!("7f".repeat(32).parse::<Key>().unwrap().secret(), [0x7F; 32]);
    assert_eq!(Key::from_base64(&"7f".repeat(32)).unwrap().secret().len(), 48);
    // So a short secret in hexadecimal cannot pass for a long one in base64.
    assert_eq!("7f".repeat(24).parse::<Key>(), Err(KeyError::TooShort { actual: 24 }));
    assert_eq!("7".repeat(65).parse::<Key>(), Err(KeyError::NotHex { offset: 65 }));
}

#[test]
fn what_is_no_key_says_where() {
    let dotted = "A".repeat(10) + "." + &"A".repeat(40);
    assert_eq!(dotted.parse::<Key>(), Err(KeyError::NotBase64 { offset: 10 }));
    assert_eq!(Key::from_hex(&dotted), Err(KeyError::NotHex { offset: 10 }));
    // A mix of the two alphabets is neither.
    let mixed = "A".repeat(40) + "-+A";
    assert_eq!(mixed.parse::<Key>(), Err(KeyError::NotBase64 { offset: 41 }));
    let bits = "A".repeat(42) + "Z";
    assert_eq!(bits.parse::<Key>(), Err(KeyError::NotBase64 { offset: 42 }));
    let inside = "7f".repeat(20) + " " + &"7f".repeat(20);
    assert_eq!(inside.parse::<Key>(), Err(KeyError::NotBase64 { offset: 40 }));
    assert_eq!(Key::from_hex("ü"), Err(KeyError::NotHex { offset: 0 }));
}

#[test]
fn new_keys_differ() {
    let [a, b] = [(); 2].map(|()| Key::generate().unwrap());
    assert_eq!(a.secret().len(), 32);
    assert_ne!(a, b);
    assert_eq!(a, a.clone());
}

#[test]
fn a_keyring_has_each_key_once() {
    let [one, two, three] = [1, 2, 3].map(|number| ring(number).primary());
    let keyring = ring(1).with_retired(&key(2)).with_retired(&key(2)).with_retired(&key(1));
    assert_eq!(keyring.primary(), one);
    assert_eq!(keyring.retired().collect::<Vec<_>>(), [two]);
    let keyring = keyring.with_primary(&key(3));
    assert_eq!(keyring.primary(), three);
    assert_eq!(keyring.retired().collect::<Vec<_>>(), [one, two]);
    let back = keyring.with_primary(&key(1));
    assert_eq!(back.primary(), one);
    assert_eq!(back.retired().collect::<Vec<_>>(), [three, two]);
}

/// Two secrets whose keys have the same id, found by trying 24 million.
#[test]
fn two_keys_with_one_id_are_two_keys() {
    let [one, two] = [6_333_199_u32, 23_393_279].map(|number| {
        let secret = [&number.to_be_bytes()[..], b"a secret whose id collides.."].concat();
        Key::new(secret).unwrap()
    });
    assert_eq!(Keyring::new(&one).primary(), Keyring::new(&two).primary());
    let both = Keyring::new(&two).with_retired(&one);
    assert_eq!(both.retired().count(), 1);
    for purpose in PURPOSES {
        let text = sealed(&Keyring::new(&one), purpose, ("sid", "7"));
        for keyring in [&both, &Keyring::new(&one).with_retired(&two)] {
            assert_eq!(open(keyring, purpose, "sid", &text, NOW), Ok(Some("7".to_owned())));
        }
        refused(open(&Keyring::new(&two), purpose, "sid", &text, NOW), "tampered");
    }
}

#[test]
fn keyrings_cross_threads_and_machines() {
    fn assert_shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    let keyring = ring(1);
    assert_shareable(&keyring);
    assert_shareable(&key(1));
    for purpose in PURPOSES {
        let text = sealed(&keyring, purpose, ("sid", "7"));
        let clone = keyring.clone();
        let there = std::thread::spawn(move || open(&clone, purpose, "sid", &text, NOW));
        assert_eq!(there.join().unwrap(), Ok(Some("7".to_owned())));
        // Another machine has the secret, and nothing else.
        let text = sealed(&keyring, purpose, ("sid", "8"));
        assert_eq!(open(&ring(1), purpose, "sid", &text, NOW), Ok(Some("8".to_owned())));
    }
}

#[test]
fn purposes_have_keys_of_their_own() {
    // The tag of a signed value is not that of the same bytes under the other key.
    let keyring = ring(1);
    let text = sealed(&keyring, Purpose::Signed, ("sid", "7"));
    let forged = text.replacen("1s", "1e", 1);
    refused(open(&keyring, Purpose::Encrypted, "sid", &forged, NOW), "malformed");
    let text = sealed(&keyring, Purpose::Encrypted, ("sid", "7"));
    let (head, rest) = text.split_at(27);
    let forged = format!("{}{rest}.{}", head.replacen("1e", "1s", 1), "A".repeat(43));
    refused(open(&keyring, Purpose::Signed, "sid", &forged, NOW), "tampered");
}
