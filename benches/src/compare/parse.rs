//! Reading a `Set-Cookie` header.

use std::hint::black_box;
use std::time::SystemTime;

use gingersnap::{Cookie, header::SetCookie};
use gingersnap_benches::inputs;
use memchr::memchr_iter;

use crate::COOKIE;
use crate::harness::{Op, Row};

/// `Cookie::parse` gives text, as `cookie` does. `SetCookie::parse` gives bytes.
pub(crate) fn rows() -> Vec<Row> {
    let headers = [
        ("`color=red`", inputs::color(), 2.0),
        ("a session", inputs::session(), 2.0),
        ("all attributes", inputs::full(), 2.0),
    ];
    let mut rows = vec![];
    for (label, header, target) in headers {
        check(header);
        let ours = Op::new(move || Cookie::parse(black_box(header)));
        rows.push(row(format!("parse {label}, text"), header, target, ours));
    }
    for (label, header, target) in headers {
        let ours = Op::new(move || SetCookie::parse(black_box(header)));
        rows.push(row(format!("parse {label}, bytes"), header, target, ours));
    }
    rows
}

fn row(label: String, header: &'static str, target: f64, ours: Op) -> Row {
    let visit = Op::new(move || {
        for at in memchr_iter(b';', black_box(header).as_bytes()) {
            black_box(at);
        }
    });
    Row::new(label, ours)
        .against(COOKIE, target, Op::new(move || cookie::Cookie::parse(black_box(header))))
        .within(None, visit)
        .allocating(0)
}

/// Checks that both read the same.
fn check(header: &str) {
    let ours = Cookie::parse(header).expect("a valid header");
    let theirs = cookie::Cookie::parse(header).expect("a header that cookie reads");
    assert_eq!((ours.name(), ours.value()), theirs.name_value());
    assert_eq!((ours.path(), ours.domain()), (theirs.path(), theirs.domain()));
    assert_eq!(ours.is_secure(), theirs.secure().unwrap_or_default());
    assert_eq!(ours.is_http_only(), theirs.http_only().unwrap_or_default());
    assert_eq!(ours.is_partitioned(), theirs.partitioned().unwrap_or_default());
    let same_site = theirs.same_site().map(|same_site| same_site.to_string());
    assert_eq!(ours.same_site().as_str(), same_site.as_deref());
    let max_age = theirs.max_age().and_then(|max_age| max_age.try_into().ok());
    assert_eq!(ours.max_age(), max_age);
    assert_eq!(ours.expires(), theirs.expires_datetime().map(SystemTime::from));
}
