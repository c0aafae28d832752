//! Reading a `Cookie` header: the pairs, the jar, one lookup, and the cost of hostile headers.

use std::hint::black_box;

use biscotti::{Processor, ProcessorConfig, RequestCookies};
use gingersnap::{CookieJar, header};
use gingersnap_benches::inputs::{self, Header, MISSING};
use memchr::memchr_iter;

use crate::harness::{Op, Row};
use crate::{BISCOTTI, COOKIE};

pub(crate) fn rows() -> Vec<Row> {
    let headers =
        [inputs::one(), inputs::eight(), inputs::fifty(), inputs::many(), inputs::percent()];
    headers.into_iter().for_each(check);
    let mut rows = vec![];
    rows.extend(headers.map(byte_pairs));
    rows.extend(headers.map(text_pairs));
    rows.extend(headers.map(jar));
    rows.extend(headers.map(jar_and_gets));
    rows.extend(headers.into_iter().flat_map(finds));
    rows.extend(inputs::hostile(8_190).into_iter().flat_map(hostile));
    rows.extend(inputs::hostile(65_536).into_iter().zip(inputs::hostile(8_192)).flat_map(linear));
    rows
}

/// Checks that all crates read the same from a header.
fn check(header: Header) {
    let ours: Vec<_> = header::text_pairs(header.text).flatten().collect();
    let theirs: Vec<_> = cookie::Cookie::split_parse(header.text).flatten().collect();
    assert!(ours.iter().copied().eq(theirs.iter().map(cookie::Cookie::name_value)));

    let (jar, decoded) = (our_jar(header.text), cookie_jar_decoded(header.text));
    let raw = cookie_jar(header.text);
    let (mapped, mapped_raw) =
        (biscotti_map(header.text, &processor(true)), biscotti_map(header.text, &processor(false)));
    for name in ours.iter().map(|(name, _)| *name).chain([MISSING]) {
        assert_eq!(jar.get(name), decoded.get(name).map(cookie::Cookie::value));
        assert_eq!(jar.get(name), mapped.get(name).as_ref().map(biscotti::RequestCookie::value));
        assert_eq!(jar.get_raw(name), raw.get(name).map(cookie::Cookie::value));
        assert_eq!(
            jar.get_raw(name),
            mapped_raw.get(name).as_ref().map(biscotti::RequestCookie::value)
        );
        assert_eq!(jar.get_raw(name).map(str::as_bytes), header::find(header.text, name));
        assert_eq!(jar.get_raw(name), cookie_find(header.text, name).as_deref());
    }
}

/// The headers of 8, 50 and 180 cookies have targets.
fn is_targeted(header: Header) -> bool {
    header.text.len() > 100 && !header.text.contains('%')
}

fn byte_pairs(header: Header) -> Row {
    let target = |times| is_targeted(header).then_some(times);
    Row::new(format!("pairs, bytes: {}", header.label), walk_bytes(header.text))
        .against(COOKIE, target(8.0), walk_cookie(header.text))
        .against(BISCOTTI, target(10.0), read_biscotti(header.text))
        .within(target(2.5), visit(header.text))
        .allocating(0)
}

fn text_pairs(header: Header) -> Row {
    let target = is_targeted(header).then_some(6.0);
    let text = header.text;
    let ours = Op::new(move || {
        for pair in header::text_pairs(black_box(text)).filter_map(Result::ok) {
            black_box(pair);
        }
    });
    Row::new(format!("pairs, `&str`: {}", header.label), ours)
        .against(COOKIE, target, walk_cookie(text))
        .beside(BISCOTTI, read_biscotti(text))
        .within(None, visit(text))
        .allocating(0)
}

fn jar(header: Header) -> Row {
    let text = header.text;
    let biscotti = processor(true);
    Row::new(format!("jar: {}", header.label), Op::new(move || our_jar(black_box(text))))
        .beside(COOKIE, peer_jar(header, |_| {}))
        .beside(
            BISCOTTI,
            Op::new(move || {
                black_box(biscotti_map(black_box(text), &biscotti));
            }),
        )
        .within(None, visit(text))
        .allocating(most_allocations(text))
}

fn jar_and_gets(header: Header) -> Row {
    let text = header.text;
    let names = names(header);
    let plain = is_targeted(header).then_some(12.0);
    let target = if text.contains('%') { Some(8.0) } else { plain };
    let ours = Op::new(move || {
        let jar = our_jar(black_box(text));
        for name in names {
            black_box(jar.get(black_box(name)));
        }
    });
    let cookie = peer_jar(header, move |jar| {
        for name in names {
            black_box(jar.get(black_box(name)).map(cookie::Cookie::value));
        }
    });
    let percent = processor(true);
    let biscotti = Op::new(move || {
        let map = biscotti_map(black_box(text), &percent);
        for name in names {
            black_box(map.get(black_box(name)));
        }
    });
    Row::new(format!("jar and `get` of first, last, missing: {}", header.label), ours)
        .against(COOKIE, target, cookie)
        .beside(BISCOTTI, biscotti)
        .within(None, visit(text))
        .allocating(most_allocations(text))
}

/// One lookup straight from the header, compared with the peers' jar and its `get`.
fn finds(header: Header) -> impl Iterator<Item = Row> {
    let text = header.text;
    let target = is_targeted(header).then_some(if text.len() < 1000 { 15.0 } else { 40.0 });
    ["first", "last", "missing"].into_iter().zip(names(header)).map(move |(which, name)| {
        let jar = peer_jar(header, move |jar| {
            black_box(jar.get(black_box(name)).map(cookie::Cookie::value));
        });
        let percent = processor(true);
        let map = Op::new(move || {
            black_box(biscotti_map(black_box(text), &percent).get(black_box(name)));
        });
        Row::new(format!("find {which}: {}", header.label), find(text, name))
            .against(COOKIE, target, jar)
            .beside(BISCOTTI, map)
            .within(None, visit(text))
            .allocating(0)
    })
}

/// Hostile headers, compared with a realistic one of the same size: each byte should cost at most
/// three times as much, except in runs of `;`. Biscotti refuses those without `=`.
fn hostile(header: Header) -> [Row; 3] {
    let text = header.text;
    let honest = inputs::many().text;
    let most = (!text.trim_matches(';').is_empty()).then_some(3.0);
    let scale = length(text) / length(honest);
    let (honest_name, label) = ("_ga", header.label);
    let beside = |row: Row, op| row.within_scaled(most, "honest", scale, op);

    let pairs = Row::new(format!("hostile 8 KB of {label}: pairs, bytes"), walk_bytes(text))
        .against(COOKIE, 1.0, walk_cookie(text));
    let jar =
        Row::new(format!("hostile 8 KB of {label}: jar and `get`"), jar_and_get(text, MISSING))
            .against(
                COOKIE,
                1.0,
                peer_jar(header, |jar| {
                    black_box(jar.get(black_box(MISSING)).map(cookie::Cookie::value));
                }),
            );
    let find_row = Row::new(format!("hostile 8 KB of {label}: find"), find(text, MISSING)).against(
        COOKIE,
        1.0,
        Op::new(move || cookie_find(black_box(text), MISSING)),
    );
    [
        beside(pairs, walk_bytes(honest)).allocating(0),
        beside(jar, jar_and_get(honest, honest_name)).allocating(1),
        beside(find_row, find(honest, MISSING)).allocating(0),
    ]
}

/// Eight times as many bytes, compared with eight times the time.
fn linear((large, small): (Header, Header)) -> [Row; 3] {
    let label = format!("hostile 64 KB of {}", large.label);
    let (large, small) = (large.text, small.text);
    let beside = |row: Row, op| row.within_scaled(1.5, "8 KB's", length(large) / length(small), op);
    [
        beside(Row::new(format!("{label}: pairs, bytes"), walk_bytes(large)), walk_bytes(small)),
        beside(
            Row::new(format!("{label}: jar and `get`"), jar_and_get(large, MISSING)),
            jar_and_get(small, MISSING),
        ),
        beside(Row::new(format!("{label}: find"), find(large, MISSING)), find(small, MISSING)),
    ]
}

fn length(text: &str) -> f64 {
    f64::from(u32::try_from(text.len()).expect("a header under 4 GB"))
}

fn names(header: Header) -> [&'static str; 3] {
    [header.first(), header.last(), MISSING]
}

/// Returns one allocation for the jar, and one for each value with a `%`.
fn most_allocations(text: &str) -> u64 {
    1 + text.split(';').map(|pair| u64::from(pair.contains('%'))).sum::<u64>()
}

/// The lower bound: finding each `;`.
fn visit(text: &'static str) -> Op {
    Op::new(move || {
        for at in memchr_iter(b';', black_box(text).as_bytes()) {
            black_box(at);
        }
    })
}

fn walk_bytes(text: &'static str) -> Op {
    Op::new(move || {
        for pair in header::pairs(black_box(text)).filter_map(Result::ok) {
            black_box(pair);
        }
    })
}

fn find(text: &'static str, name: &'static str) -> Op {
    Op::new(move || {
        black_box(header::find(black_box(text), black_box(name)));
    })
}

fn our_jar(text: &str) -> CookieJar<'_> {
    CookieJar::from_cookie_header(text).expect("a header within the limits")
}

/// A header over the limits is refused, as in an application.
fn jar_and_get(text: &'static str, name: &'static str) -> Op {
    Op::new(move || {
        if let Ok(jar) = CookieJar::from_cookie_header(black_box(text)) {
            black_box(jar.get(black_box(name)));
        }
    })
}

fn walk_cookie(text: &'static str) -> Op {
    Op::new(move || {
        for cookie in cookie::Cookie::split_parse(black_box(text)) {
            if let Ok(cookie) = &cookie {
                black_box(cookie.name_value());
            }
        }
    })
}

fn cookie_find(text: &str, name: &str) -> Option<String> {
    let mut cookies = cookie::Cookie::split_parse(text).flatten();
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The jar of `cookie`, whose cookies own their text.
fn cookie_jar(text: &str) -> cookie::CookieJar {
    let mut jar = cookie::CookieJar::new();
    for cookie in cookie::Cookie::split_parse(text).flatten() {
        jar.add_original(cookie.into_owned());
    }
    jar
}

fn cookie_jar_decoded(text: &str) -> cookie::CookieJar {
    let mut jar = cookie::CookieJar::new();
    for cookie in cookie::Cookie::split_parse_encoded(text).flatten() {
        jar.add_original(cookie.into_owned());
    }
    jar
}

/// The jar of `cookie`, decoded if there is something to decode, and a use of it.
fn peer_jar(header: Header, ask: impl Fn(&cookie::CookieJar) + 'static) -> Op {
    let text = header.text;
    let read = if text.contains('%') { cookie_jar_decoded } else { cookie_jar };
    Op::new(move || {
        let jar = read(black_box(text));
        ask(&jar);
        jar
    })
}

/// Biscotti has no iterator over a header; its map has the pairs.
fn biscotti_map<'a>(text: &'a str, processor: &Processor) -> RequestCookies<'a> {
    RequestCookies::parse_header(text, processor).expect("a header that biscotti reads")
}

fn read_biscotti(text: &'static str) -> Op {
    let processor = processor(false);
    Op::new(move || {
        black_box(biscotti_map(black_box(text), &processor));
    })
}

fn processor(percent_encode: bool) -> Processor {
    let mut config = ProcessorConfig::default();
    config.percent_encode = percent_encode;
    config.into()
}
