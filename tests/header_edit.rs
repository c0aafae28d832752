//! Headers that are changed in part: every other byte stays, and nothing can be injected.

use std::time::Duration;

use gingersnap::SameSite;
use gingersnap::errors::{CookieErrorKind, PairError};
use gingersnap::header::{self, PairEdit, SetCookie, SetCookieEdit, edit_pairs};
use proptest::prelude::*;

fn edit(header: &[u8]) -> SetCookieEdit {
    SetCookieEdit::new(header).unwrap_or_else(|error| panic!("{}: {error}", header.escape_ascii()))
}

#[track_caller]
fn becomes(edited: SetCookieEdit, expected: &[u8]) {
    assert_eq!(edited.as_bytes(), expected, "{}", edited.as_bytes().escape_ascii());
    assert_eq!(edited.as_ref(), expected);
    assert_eq!(edited.into_bytes(), expected);
}

#[test]
fn an_attribute_takes_the_place_of_the_first_of_its_kind() {
    for (header, expected) in [
        ("a=1", "a=1; Path=/x"),
        ("a=1; Path=/", "a=1; Path=/x"),
        ("a=1; path=/;Secure", "a=1; Path=/x;Secure"),
        ("a=1;Path;Secure; PATH = relative ", "a=1; Path=/x;Secure"),
        ("a=1; Path=/; Priority=High; Path=/b;", "a=1; Path=/x; Priority=High;"),
        ("Path=/; Path=/", "Path=/; Path=/x"),
    ] {
        becomes(edit(header.as_bytes()).with_path("/x").unwrap(), expected.as_bytes());
    }
}

#[test]
fn an_attribute_is_removed_wherever_it_is() {
    for (header, expected) in [
        ("a=1", "a=1"),
        ("a=1; Domain=b.example", "a=1"),
        ("a=\"1\" ;DOMAIN=b;  x; domain=c ; y", "a=\"1\" ;  x; y"),
    ] {
        becomes(edit(header.as_bytes()).with_domain(None).unwrap(), expected.as_bytes());
    }
    let all = b"v=\xff; Secure; HttpOnly=x; SameSite=Lax; Max-Age=5; Partitioned; Path=/";
    let bare = edit(all)
        .with_secure(false)
        .with_http_only(false)
        .with_same_site(SameSite::Unset)
        .with_max_age(None)
        .with_partitioned(false)
        .with_path(None)
        .unwrap();
    becomes(bare, b"v=\xff");
}

#[test]
fn attributes_are_written_as_the_standard_writes_them() {
    let edited = edit(b"a=1")
        .with_domain(".Shop.Example")
        .unwrap()
        .with_max_age(Duration::from_millis(1500))
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::None)
        .with_partitioned(true);
    let expected =
        b"a=1; Domain=shop.example; Max-Age=2; Secure; HttpOnly; SameSite=None; Partitioned";
    becomes(edited, expected);
}

#[test]
fn the_name_is_changed_alone() {
    for (header, expected) in [
        ("a=1; Path=/", "b=1; Path=/"),
        (" a =  1 ; x", " b =  1 ; x"),
        ("=1", "b=1"),
        ("1; Secure", "b=1; Secure"),
        (" 1 ", " b=1 "),
    ] {
        becomes(edit(header.as_bytes()).with_name("b").unwrap(), expected.as_bytes());
    }
    becomes(edit(b"sid=1; Path=/").with_name("__Host-sid").unwrap(), b"__Host-sid=1; Path=/");
}

#[test]
fn what_would_be_read_as_something_else_is_refused() {
    for name in ["", "a=b", "a;b", "a\n", "a\0", " a", "a\t"] {
        edit(b"a=1").with_name(name).unwrap_err();
    }
    for domain in ["", "a; Secure", "a b", "127.0.0.1", "b\u{e4}.example", "a\r\nb", "a."] {
        let error = edit(b"a=1").with_domain(domain).unwrap_err();
        assert_eq!(error.name, "a", "{domain}");
    }
    for path in ["", "x", "/;", "/\n", "/a; Domain=b", "/a "] {
        edit(b"a=1").with_path(path).unwrap_err();
    }
    let long = format!("a={}", "x".repeat(4095));
    edit(&[b"a=", &[b'x'; 4094][..]].concat()).with_name("bc").unwrap();
    edit(long.as_bytes()).with_name("b").unwrap();
    let error = edit(long.as_bytes()).with_name("ab").unwrap_err();
    assert!(matches!(error.kind, CookieErrorKind::Limit(_)), "{error}");
    for header in ["", "a\0=1", "a=1; Domain=\u{e4}", "a=1\r\nSet-Cookie: b=2"] {
        SetCookieEdit::new(header).unwrap_err();
    }
}

#[test]
fn an_edit_shows_no_value() {
    let shown = format!("{:?}", edit(b"a=secret; Path=/"));
    assert!(!shown.contains("secret") && shown.contains("<6 bytes>"), "{shown}");
}

#[test]
fn pairs_are_dropped_and_renamed_alone() {
    let by_name = |name: &[u8]| match name {
        b"drop" => PairEdit::Drop,
        b"old" | b"" => PairEdit::Rename(b"new"),
        _ => PairEdit::Keep,
    };
    for (header, expected) in [
        (&b""[..], &b""[..]),
        (b"a=1; b=2", b"a=1; b=2"),
        (b"drop=1", b""),
        (b"drop=1; a=2", b"a=2"),
        (b"a=1; drop=2; b=3", b"a=1; b=3"),
        (b"a=1;  drop = 2;b=3", b"a=1;b=3"),
        (b"old=1; old =\xff; olds=3", b"new=1; new =\xff; olds=3"),
        (b"bare; =2; ;; a=1", b"new=bare; new=2; ;; a=1"),
        (b"drop=1; old=2", b"new=2"),
        (b" a=1; drop=1", b" a=1"),
    ] {
        let edited = edit_pairs(header, by_name).unwrap();
        assert_eq!(edited, expected, "{}", edited.escape_ascii());
    }
    for name in [&b""[..], b"a=b", b"a;b", b"a\n", b" a"] {
        let error = edit_pairs("a=1", |_| PairEdit::Rename(name)).unwrap_err();
        assert!(matches!(error, PairError::NameEmpty | PairError::Name { .. }), "{error}");
    }
}

/// A `Set-Cookie` header with anything in it that user agents do not refuse.
fn set_cookie() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        "( |\t)?(Path|DOMAIN|secure|Http[oO]nly|samesite|Max-Age|X)( )?(=[/a-z.0-9]{0,5})?"
            .prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 1..8)
        .prop_map(|pieces| pieces.join(&b';'))
        .prop_filter("a header that is refused", |header| SetCookie::parse(header).is_ok())
}

proptest! {
    #[test]
    fn only_what_is_set_changes(header in set_cookie(), path in "/[a-z/]{0,5}") {
        let before = SetCookie::parse(&header).unwrap();
        let edited = edit(&header).with_path(&*path).unwrap().with_secure(true).into_bytes();
        let after = SetCookie::parse(&edited).unwrap();
        prop_assert_eq!(after.path(), Some(path.as_bytes()));
        prop_assert!(after.is_secure());
        prop_assert_eq!((after.name(), after.value()), (before.name(), before.value()));
        prop_assert_eq!(
            (after.domain(), after.max_age(), after.expires(), after.same_site()),
            (before.domain(), before.max_age(), before.expires(), before.same_site())
        );
        prop_assert_eq!(after.is_http_only(), before.is_http_only());
        // Without both attributes, the same bytes are left of both headers.
        let rest = |header: &[u8]| edit(header).with_path(None).unwrap().with_secure(false).into_bytes();
        prop_assert_eq!(rest(&edited), rest(&header));
    }

    #[test]
    fn an_edit_is_done_once(header in set_cookie(), name in "[a-z]{1,5}") {
        let once = edit(&header).with_name(&name).unwrap().with_max_age(Duration::from_secs(7));
        let twice = once.clone().with_name(&name).unwrap().with_max_age(Duration::from_secs(7));
        prop_assert_eq!(&once, &twice);
        let read = once.cookie();
        prop_assert_eq!((read.name(), read.max_age()), (name.as_bytes(), Some(Duration::from_secs(7))));
        prop_assert_eq!(read.value(), SetCookie::parse(&header).unwrap().value());
    }

    #[test]
    fn pairs_that_are_kept_are_read_as_before(header in prop::collection::vec(
        prop_oneof![4 => "[ab=; \t]".prop_map(|text| text.as_bytes()[0]), 1 => any::<u8>()], 0..40,
    )) {
        prop_assert_eq!(edit_pairs(&header, |_| PairEdit::Keep).unwrap(), header.clone());
        let edited = edit_pairs(&header, |name| {
            if name.starts_with(b"a") { PairEdit::Drop } else { PairEdit::Keep }
        }).unwrap();
        let kept: Vec<_> = header::pairs(&header).flatten().filter(|(name, _)| !name.starts_with(b"a")).collect();
        prop_assert_eq!(header::pairs(&edited).flatten().collect::<Vec<_>>(), kept);
    }
}
