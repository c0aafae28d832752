//! Changes of sealed values: none opens to another value.

use gingersnap::protect::Purpose;
use gingersnap::{CookieJar, Limits, Policy};

use crate::attacks;
use crate::sealing::{NOW, get, keyring, opposite, sealed};
use crate::splitmix::Random;

/// All changes, of which each kind of sealed value has a third.
const CHANGES: usize = 2_500_000;

/// Texts that are not sealed themselves, but look like it.
const PIECES: [&str; 12] =
    ["1s", "1e", ".", "..", "=", "A", "_", "-", "0", "%41", "AAAAAAAA", "\u{e9}"];

/// Changes a text in one to three places.
fn change(text: &mut Vec<u8>, others: &[String], random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(text.len().max(1)).min(text.len());
        let to = (at + random.below(30)).min(text.len());
        match random.below(9) {
            // Printable bytes, without `;`.
            0 | 1 if at < text.len() => {
                let byte = u8::try_from(0x21 + random.below(0x5E)).expect("ASCII");
                text[at] = if byte == b';' { b'A' } else { byte };
            }
            2 => drop(text.splice(at..at, random.pick(&PIECES).bytes())),
            3 => drop(text.drain(at..to)),
            4 => {
                let copy = text[at..to].to_vec();
                let place = random.below(text.len() + 1);
                drop(text.splice(place..place, copy));
            }
            5 => text[at..to].reverse(),
            6 => text.truncate(at),
            // The beginning of this one, and the end of another.
            7 => {
                let other = others[random.below(others.len())].as_bytes();
                text.truncate(at);
                text.extend(&other[at.min(other.len())..]);
            }
            // A part of another one in the same place.
            _ => {
                let other = others[random.below(others.len())].as_bytes();
                let end = to.min(other.len());
                if at < end {
                    drop(text.splice(at..end.min(text.len()).max(at), other[at..end].to_vec()));
                }
            }
        }
    }
}

fn seal(purpose: Purpose, name: &str, value: &str) -> String {
    sealed(keyring(), purpose, (name, value))
}

fn open(purpose: Purpose, jar: &CookieJar<'_>, name: &str) -> Option<String> {
    Some(get(jar, keyring(), purpose, name, NOW).ok()??.value.into_owned())
}

fn no_change_opens_to_another_value(purpose: Purpose, seed: u64) {
    const VALUES: [&str; 6] = ["", "7", "admin=1", "Zoë; 7 nuts", "x.y.z", "a value of 40 bytes"];
    let mut random = Random::new(seed);
    let sealed: Vec<_> = VALUES.iter().map(|value| seal(purpose, "sid", value)).collect();
    // Those of another name or purpose, whose values are others, must not open as they are either.
    let mut others = Vec::new();
    for value in VALUES {
        let names = ["Sid", "si", "sid2"];
        others.extend(names.map(|name| seal(purpose, name, &format!("{value} of {name}"))));
        others.push(seal(opposite(purpose), "sid", &format!("{value} of another purpose")));
    }
    for other in &others {
        let header = format!("sid={other}");
        let jar = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!(open(purpose, &jar, "sid"), None);
    }
    let both = [sealed.clone(), others].concat();
    let (mut changed, mut same) = (0, 0);
    while changed < attacks(CHANGES) / 3 {
        let mut header = b"sid=".to_vec();
        let mut text = both[random.below(both.len())].clone().into_bytes();
        change(&mut text, &both, &mut random);
        header.extend(&text);
        let jar = CookieJar::from_cookie_header(&header).expect("a header");
        let raw = jar.get_raw("sid");
        changed += 1;
        if let Some(value) = open(purpose, &jar, "sid") {
            // The change was undone, or made another value that was sealed.
            let raw = raw.expect("it is there");
            let own = sealed.iter().position(|sealed| sealed == raw);
            assert_eq!(own.map(|own| VALUES[own]), Some(&*value), "{raw} opens to {value}");
            same += 1;
        }
    }
    assert!(same < changed / 20, "{same} of {changed} were not changed");
}

#[test]
fn no_change_of_a_signed_value_opens_to_another_value() {
    no_change_opens_to_another_value(Purpose::Signed, 0);
}

#[test]
fn no_change_of_an_encrypted_value_opens_to_another_value() {
    no_change_opens_to_another_value(Purpose::Encrypted, 1);
}

/// The chunks of a value: their numbers and texts.
type Chunks = Vec<(String, String)>;

fn chunks(policy: Policy, name: &str, value: &str) -> Chunks {
    let mut jar = policy.empty_jar();
    jar.encrypted_chunks_mut(keyring()).set((name, value)).expect("a value");
    jar.iter().map(|(chunk, text)| (chunk.replacen(name, "t", 1), text.to_owned())).collect()
}

#[test]
fn no_change_of_the_chunks_of_a_value_opens_to_another_value() {
    let mut random = Random::new(3);
    // Chunks so short that a value has many.
    let policy = Policy::new().with_limits(Limits::DEFAULT.with_cookie_bytes(100));
    let values = [String::new(), "7".to_owned(), "v".repeat(100), "w".repeat(150), "z".repeat(300)];
    let sealed: Vec<_> = values.iter().map(|value| chunks(policy, "t", value)).collect();
    // Values that are the same but sealed again, and values of another name, of one chunk and of several.
    let mut others = sealed.clone();
    others.extend(values.iter().map(|value| chunks(policy, "t", value)));
    others.extend([1, 100].map(|length| chunks(policy, "u", &"u".repeat(length))));
    assert!(sealed.iter().any(|chunks| chunks.len() > 5));
    let texts: Vec<_> = others.iter().flatten().map(|(_, text)| text.clone()).collect();
    let (mut opened, mut changed) = (0, 0);
    while changed < attacks(CHANGES) / 3 {
        let mut chunks = others[random.below(others.len())].clone();
        for _ in 0..=random.below(2) {
            let at = random.below(chunks.len().max(1)).min(chunks.len().saturating_sub(1));
            let other = &others[random.below(others.len())];
            match random.below(7) {
                0 if chunks.len() > 1 => drop(chunks.remove(at)),
                1 => chunks.extend(other.get(random.below(other.len())).cloned()),
                2 => chunks[at].1.clone_from(&texts[random.below(texts.len())]),
                3 => chunks[at].0 = format!("t.{}", random.below(12)),
                4 => {
                    let to = random.below(chunks.len());
                    let text = chunks[to].1.clone();
                    chunks[to].1 = std::mem::replace(&mut chunks[at].1, text);
                }
                _ => {
                    let mut text = chunks[at].1.clone().into_bytes();
                    change(&mut text, &texts, &mut random);
                    chunks[at].1 = String::from_utf8_lossy(&text).into_owned();
                }
            }
        }
        changed += 1;
        let pairs: Vec<_> = chunks.iter().map(|(name, text)| format!("{name}={text}")).collect();
        let header = pairs.join("; ");
        let jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        if let Ok(Some(value)) = jar.encrypted_chunks(keyring()).get("t") {
            // Such as one with a chunk too many, or with another id for all of its chunks.
            assert!(values.contains(&value.value.into_owned()), "{header}");
            opened += 1;
        }
    }
    assert!(opened > 0 && opened < changed / 4, "{opened} of {changed}");
}
