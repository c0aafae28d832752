//! Errors, logs and `Debug` output show no value.

use std::fmt::Debug;
use std::time::UNIX_EPOCH;

use gingersnap::header::{SetCookie, SetCookieEdit, edit_pairs, pairs, text_pairs, write_pair};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, RequestContext, explain};

/// A part of every value, and of no message.
const SECRET: &str = "hunter2";

#[track_caller]
fn hides(shown: &impl Debug) {
    let shown = format!("{shown:?} {shown:#?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

/// Asserts that neither form of an error shows the secret.
#[track_caller]
fn error_hides<T: Debug>(result: Result<T, impl std::error::Error>) {
    let error = result.expect_err("it is refused");
    hides(&error);
    assert!(!error.to_string().contains(SECRET), "{error}");
}

/// Apache httpd: the page that refused a header with too many bytes had the header, and so the values
/// that scripts must not read.
#[test]
fn cve_2012_0053_no_error_shows_a_value() {
    let large = format!("sid={SECRET}; ").repeat(8_000);
    error_hides(CookieJar::from_cookie_header(&large));
    let many = format!("{SECRET}={SECRET};").repeat(3_001);
    error_hides(CookieJar::from_cookie_header(&many));
    let long = format!("{SECRET}{}", "v".repeat(4_096));
    error_hides(CookieJar::new().set(("sid", &long)));
    error_hides(Cookie::new("sid", &long).to_set_cookie(Encoding::Raw));
    let tight = Policy::new().with_limits(Limits::DEFAULT.with_cookie_header_bytes(10));
    error_hides(tight.empty_jar().set(("sid", SECRET)));
    error_hides(Cookie::new("sid", format!("{SECRET};")).to_set_cookie(Encoding::Raw));
    error_hides(write_pair(&mut Vec::new(), "sid", format!("{SECRET}\n")));
    for header in
        [format!("sid={SECRET}\0"), format!("sid={long}"), format!("sid={SECRET}; Domain=\u{e9}")]
    {
        error_hides(SetCookie::parse(&header));
        error_hides(SetCookieEdit::new(&*header));
        let context = RequestContext::parse("https://shop.example/").expect("a URL");
        let verdict = explain(&header, &context, UNIX_EPOCH);
        assert!(!verdict.to_string().contains(SECRET));
        for finding in verdict.reasons() {
            assert!(!finding.kind.to_string().contains(SECRET));
        }
    }
    let header = format!("a={SECRET}\x01; {SECRET}; ={SECRET}; b={SECRET}");
    let jar = CookieJar::from_cookie_header(&header).expect("a header");
    for skipped in jar.skipped() {
        assert!(!skipped.to_string().contains(SECRET));
    }
    error_hides(jar.parse::<u32>("b"));
    hides(&jar);
    hides(&pairs(&header));
    hides(&text_pairs(&header));
    hides(&Cookie::new("sid", SECRET));
    hides(&SetCookie::parse(&format!("sid={SECRET}")).expect("a header"));
    hides(
        &edit_pairs(&header, |_| gingersnap::header::PairEdit::Rename(b"=")).expect_err("no name"),
    );
    #[cfg(feature = "json")]
    error_hides(jar.get_json::<u32>("b"));
    #[cfg(all(feature = "signed", feature = "encrypted"))]
    {
        error_hides(jar.signed(crate::sealing::keyring()).get("b"));
        error_hides(jar.encrypted(crate::sealing::keyring()).get("b"));
    }
    #[cfg(feature = "store")]
    {
        let mut store = gingersnap::store::CookieStore::new();
        let header = format!("sid={SECRET}; Domain=other.example; Path={SECRET}");
        hides(&crate::client::receive(&mut store, "https://shop.example/", header));
        crate::client::stores(&mut store, "https://shop.example/", format!("sid={SECRET}"));
        hides(&store);
        hides(&store.subscribe(1));
        hides(&store.iter(crate::client::now()).next());
    }
}
