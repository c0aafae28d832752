//! The inputs of the properties: text and bytes that look like cookies, and like attacks.

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::{Cookie, SameSite};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of headers: the characters and words that have a meaning, and some that look like them.
const PIECES: &[&str] = &[
    "a",
    "b",
    "sid",
    "=",
    "=",
    ";",
    "; ",
    ";",
    " ",
    "\t",
    "\"",
    ",",
    "%",
    "%41",
    "%zz",
    "%FF",
    "\\",
    "\r\n",
    "\n",
    "\0",
    "\x7F",
    "é",
    "\u{2003}",
    "😀",
    "__Host-",
    "__Secure-",
    "__host-http-",
    "$Version",
    "Path=",
    "path=/x",
    "Domain=",
    ".example.com",
    "Domain=é",
    "Secure",
    "; secure",
    "HttpOnly",
    "Max-Age=",
    "-1",
    "99999999999999999999",
    "Expires=",
    "06 Nov 1994 08:49:37 GMT",
    "SameSite=",
    "Lax",
    "none",
    "Partitioned",
    "/",
    "127.0.0.1",
];

/// Generates text made of [`PIECES`], of any characters, and of long runs of one piece.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        24 => select(PIECES).prop_map(str::to_owned),
        6 => any::<char>().prop_map(String::from),
        6 => (0x20..=0x7E_u8).prop_map(|byte| char::from(byte).to_string()),
        2 => (0..=0x1F_u8).prop_map(|byte| char::from(byte).to_string()),
        1 => (select(PIECES), 0..1500_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ];
    vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

/// Generates bytes made of text, and of bytes that are not UTF-8.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        20 => text().prop_map(String::into_bytes),
        3 => vec(any::<u8>(), 0..6),
        1 => (any::<u8>(), 0..5_000_usize).prop_map(|(byte, times)| vec![byte; times]),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Generates a `Cookie` header: pairs of a few names, segments that are no pairs, and any bytes.
pub(crate) fn cookie_header() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        6 => "[ab]|sid|__Host-sid|é|[!-~]{1,3}".prop_map(String::into_bytes),
        1 => bytes(),
    ];
    let value = prop_oneof![
        6 => "[a-z]{0,3}|%41|%|\"q\"|ü| a |=".prop_map(String::into_bytes),
        1 => select(vec![&b"\xFF"[..], b"\xC3\x28", b"\0", b"\x7F"]).prop_map(<[u8]>::to_vec),
        1 => bytes(),
    ];
    let segment = prop_oneof![
        8 => (name, select(&["=", "=", "=", " = ", ""][..]), value)
            .prop_map(|(name, equals, value)| [&name, equals.as_bytes(), &value].concat()),
        1 => bytes(),
    ];
    let separator = select(&["; ", "; ", ";", " ;\t", ";;"][..]);
    (vec(segment, 0..8), separator)
        .prop_map(|(segments, separator)| segments.join(separator.as_bytes()))
}

/// Generates several `Cookie` headers, or none.
pub(crate) fn cookie_headers() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(cookie_header(), 0..5)
}

/// Generates a `Set-Cookie` header: a pair and attributes, valid and invalid ones, or any bytes.
pub(crate) fn set_cookie_header() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        4 => "(?i)(path|domain|secure|httponly|partitioned|samesite|max-age|expires|x)",
        1 => text(),
    ];
    let value = prop_oneof![
        2 => "(?i)(/|/x|lax|strict|none|-?[0-9]{1,22}|6 nov 19[0-9]{2} 8:49:37)",
        2 => "(?i)(|\\.a\\.b|a\\.b|é|[!-:<-~]{0,5})",
        1 => text(),
    ];
    let attribute = (name, "[ \t]?=?[ \t]?", value);
    let attribute = attribute.prop_map(|(name, equals, value)| name + &equals + &value);
    let attributes = vec(attribute, 0..8).prop_map(|all| all.join(";"));
    prop_oneof![
        4 => ("[a-c]=[a-c]{0,2};?", attributes).prop_map(|(pair, rest)| (pair + &rest).into_bytes()),
        1 => bytes(),
    ]
}

/// Generates names of cookies, valid and invalid ones.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&["a", "b", "sid", "$Version", "%41", "Path"][..]).prop_map(str::to_owned),
        3 => (select(&["__Host-", "__Secure-", "__Http-", "__Host-Http-"][..]), "[a-z]{0,3}")
            .prop_map(|(prefix, rest)| prefix.to_owned() + &rest),
        2 => "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,5}",
        1 => text(),
    ]
}

/// Generates an option that is `Some` more often than not.
fn mostly<T: std::fmt::Debug>(some: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.6, some)
}

/// Generates a cookie: many are valid, some are attacks.
pub(crate) fn cookie() -> impl Strategy<Value = Cookie<'static>> {
    let path = prop_oneof![
        5 => select(&["/", "/", "/x", "/x/y", "/ a"][..]).prop_map(str::to_owned),
        1 => text(),
        1 => text().prop_map(|text| "/".to_owned() + &text),
    ];
    let domain = prop_oneof![
        5 => select(&["example.com", ".Example.COM", "www.example.com", "a_b"][..])
            .prop_map(str::to_owned),
        1 => text(),
        1 => select(&["127.0.0.1", "example.com.", "-a.b", "..a", "", "é.fr"][..])
            .prop_map(str::to_owned),
    ];
    let expires = prop_oneof![
        4 => -11_644_473_600..=253_402_300_799_i64,
        1 => -1_000_000_000_000..=1_000_000_000_000_i64,
    ];
    let max_age = prop_oneof![any::<Duration>(), Just(Duration::ZERO)];
    let flags = (any::<[bool; 3]>(), proptest::bool::weighted(0.7));
    let attributes =
        (mostly(path), proptest::option::weighted(0.3, domain), mostly(expires), mostly(max_age));
    (name(), text(), attributes, flags, same_site()).prop_map(
        |(
            name,
            value,
            (path, domain, expires, max_age),
            ([http_only, partitioned_1, partitioned_2], secure),
            same_site,
        )| {
            let mut cookie = Cookie::new(name, value)
                .with_default_path()
                .with_secure(secure)
                .with_http_only(http_only)
                .with_partitioned(partitioned_1 && partitioned_2)
                .with_same_site(same_site);
            if let Some(path) = path {
                cookie = cookie.with_path(path);
            }
            if let Some(domain) = domain {
                cookie = cookie.with_domain(domain);
            }
            if let Some(seconds) = expires {
                let distance = Duration::from_secs(seconds.unsigned_abs());
                cookie = cookie.with_expires(if seconds < 0 {
                    UNIX_EPOCH - distance
                } else {
                    UNIX_EPOCH + distance
                });
            }
            match max_age {
                Some(max_age) => cookie.with_max_age(max_age),
                None => cookie,
            }
        },
    )
}

/// Generates a `SameSite`.
pub(crate) fn same_site() -> impl Strategy<Value = SameSite> {
    select(&[SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset][..])
}
