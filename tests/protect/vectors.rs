//! Known answers, made by a script in another language: see `tests/vectors/protect.py`.

use std::time::Duration;

use gingersnap::protect::{Key, Keyring, Purpose};
use gingersnap::{Cookie, CookieJar, Limits, Policy};

use crate::sealing::{at, get, open, set};
use crate::support::refused;

fn rows<const COLUMNS: usize>(table: &str) -> impl Iterator<Item = [&str; COLUMNS]> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        cells.try_into().expect("as many columns")
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).expect("hex")).unwrap();
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn keyring(secret: &str) -> Keyring {
    Keyring::new(&Key::new(bytes(secret)).expect("a secret"))
}

fn purpose(text: &str) -> Purpose {
    match text {
        "signed" => Purpose::Signed,
        "encrypted" => Purpose::Encrypted,
        _ => panic!("no purpose"),
    }
}

#[test]
fn what_another_language_seals_opens() {
    let mut count = 0;
    for [purpose_text, secret, id, name, issued, expires, _, value, text] in
        rows(include_str!("../vectors/protect.tsv"))
    {
        let (keyring, purpose) = (keyring(secret), purpose(purpose_text));
        let issued: u64 = issued.parse().unwrap();
        let value = String::from_utf8(bytes(value)).unwrap();
        assert_eq!(keyring.primary().to_string(), id);
        let header = format!("{name}={text}");
        let jar = CookieJar::from_cookie_header(&header).unwrap();
        let opened = get(&jar, &keyring, purpose, name, issued).unwrap().unwrap();
        assert_eq!(opened.value, value, "{purpose} {name} {text}");
        assert_eq!(opened.issued_at, at(issued));
        assert_eq!(opened.expires_at, expires.parse().ok().map(at));
        count += 1;
    }
    assert_eq!(count, 60);
}

#[test]
fn what_is_signed_here_is_what_another_language_signs() {
    let mut count = 0;
    let rows = rows::<9>(include_str!("../vectors/protect.tsv"));
    for [_, secret, _, name, issued, expires, _, value, text] in
        rows.filter(|row| row[0] == "signed")
    {
        let keyring = keyring(secret);
        let issued: u64 = issued.parse().unwrap();
        let mut cookie = Cookie::new(name, String::from_utf8(bytes(value)).unwrap())
            .with_secure(true)
            .with_http_only(true);
        if let Ok(expires) = expires.parse::<u64>() {
            cookie = cookie.with_max_age(Duration::from_secs(expires - issued));
        }
        let mut jar =
            Policy::new().with_limits(Limits::DEFAULT.with_cookie_bytes(9999)).empty_jar();
        set(&mut jar, &keyring, Purpose::Signed, cookie, issued).unwrap();
        assert_eq!(jar.get_raw(name), Some(text));
        count += 1;
    }
    assert_eq!(count, 30);
}

#[test]
fn what_another_language_refuses_is_refused() {
    let mut count = 0;
    for [why, purpose_text, secret, name, now, text] in
        rows(include_str!("../vectors/protect-refused.tsv"))
    {
        let now = now.parse().unwrap();
        refused(open(&keyring(secret), purpose(purpose_text), name, text, now), why);
        count += 1;
    }
    assert_eq!(count, 46);
}
