//! Signed and encrypted cookies, set in a jar and read from it.

use std::hint::black_box;
use std::time::SystemTime;

use biscotti::config::{CryptoAlgorithm, CryptoRule};
use biscotti::{Processor, ProcessorConfig, RequestCookies, ResponseCookie, ResponseCookies};
use gingersnap::protect::{Key, Keyring, Purpose};
use gingersnap::{CookieJar, Encoding, Policy};

use crate::harness::{Op, Row};
use crate::{BISCOTTI, COOKIE};

const NAME: &str = "session";

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![];
    for bytes in [32, 512] {
        let value: &str = "0123456789abcdef".repeat(bytes / 16).leak();
        rows.push(row(Purpose::Signed, value, Clock::Asked));
        rows.push(row(Purpose::Encrypted, value, Clock::Asked));
        rows.push(row(Purpose::Signed, value, Clock::Given));
        rows.push(row(Purpose::Encrypted, value, Clock::Given));
    }
    rows
}

/// Which time is sealed. The peers seal none.
#[derive(Clone, Copy)]
enum Clock {
    /// The system's clock, read twice: to seal and to open.
    Asked,
    /// A time that the application has read once for the request.
    Given,
}

impl Clock {
    /// Returns the time to pass, or `None` to read the clock.
    fn given(self) -> Option<SystemTime> {
        match self {
            Self::Asked => None,
            Self::Given => Some(SystemTime::now()),
        }
    }
}

/// The peers have a key of 64 bytes: 32 to sign and 32 to encrypt.
fn row(purpose: Purpose, value: &'static str, clock: Clock) -> Row {
    let secret: Vec<u8> = (0..64).collect();
    let keyring = Keyring::new(&Key::new(&secret).expect("a key"));
    let key = cookie::Key::from(&secret);
    let processor = processor(purpose, &secret);

    let given = clock.given();
    assert_eq!(ours(&keyring, purpose, value, given), value);
    assert_eq!(theirs(&key, purpose, value), value);
    assert_eq!(biscottis(&processor, value), value);

    let verbs = match purpose {
        Purpose::Signed => "sign and verify",
        _ => "encrypt and decrypt",
    };
    let when = match clock {
        Clock::Asked => "",
        Clock::Given => ", at a given time",
    };
    // Those of the jars, and those of sealing and opening.
    let sealing = match purpose {
        Purpose::Signed => 3,
        _ => 5,
    };
    let most = plain_allocations(value) + sealing;
    Row::new(
        format!("{verbs} {} bytes{when}", value.len()),
        Op::new(move || ours(&keyring, purpose, black_box(value), given)),
    )
    .beside(COOKIE, Op::new(move || theirs(&key, purpose, black_box(value))))
    .beside(BISCOTTI, Op::new(move || biscottis(&processor, black_box(value))))
    .within(None, Op::new(move || plain(black_box(value))))
    .allocating(most)
}

fn ours(keyring: &Keyring, purpose: Purpose, value: &str, time: Option<SystemTime>) -> String {
    let mut jar = CookieJar::new();
    let mut view = match purpose {
        Purpose::Signed => jar.signed_mut(keyring),
        _ => jar.encrypted_mut(keyring),
    };
    let set = match time {
        None => view.set((NAME, value)),
        Some(time) => view.set_at((NAME, value), time),
    };
    set.expect("a cookie fit to send");
    let view = match purpose {
        Purpose::Signed => jar.signed(keyring),
        _ => jar.encrypted(keyring),
    };
    let opened = match time {
        None => view.get(NAME),
        Some(time) => view.get_at(NAME, time),
    };
    opened.expect("a cookie that opens").expect("a cookie").value.into_owned()
}

fn theirs(key: &cookie::Key, purpose: Purpose, value: &str) -> String {
    let mut jar = cookie::CookieJar::new();
    let cookie = cookie::Cookie::build((NAME, value.to_owned())).path("/");
    let opened = if purpose == Purpose::Signed {
        jar.signed_mut(key).add(cookie);
        jar.signed(key).get(NAME)
    } else {
        jar.private_mut(key).add(cookie);
        jar.private(key).get(NAME)
    };
    opened.expect("a cookie that opens").value().to_owned()
}

fn processor(purpose: Purpose, secret: &[u8]) -> Processor {
    let rule = CryptoRule {
        cookie_names: vec![NAME.to_owned()],
        algorithm: match purpose {
            Purpose::Signed => CryptoAlgorithm::Signing,
            _ => CryptoAlgorithm::Encryption,
        },
        key: biscotti::Key::from(secret.to_owned()),
        fallbacks: vec![],
    };
    let mut config = ProcessorConfig::default();
    config.crypto_rules.push(rule);
    config.into()
}

/// Biscotti seals as it writes and opens as it reads.
fn biscottis(processor: &Processor, value: &str) -> String {
    let mut jar = ResponseCookies::new();
    jar.insert(ResponseCookie::new(NAME, value).set_path("/"));
    let header = jar.header_values(processor).next().expect("a header");
    let pair = header.split(';').next().unwrap_or_default();
    let cookies = RequestCookies::parse_header(pair, processor).expect("a cookie that opens");
    cookies.get(NAME).expect("a cookie").value().to_owned()
}

/// The lower bound: the same without a seal.
fn plain(value: &str) -> String {
    let mut jar = Policy::new().with_encoding(Encoding::Raw).empty_jar();
    jar.set((NAME, value)).expect("a cookie fit to send");
    jar.get(NAME).expect("a cookie").to_owned()
}

fn plain_allocations(value: &str) -> u64 {
    gingersnap_benches::allocations::count(|| drop(plain(value)))
}
