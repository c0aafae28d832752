//! `gingersnap explain`, run as a process: all that it prints, and its exit code.

use std::ffi::OsStr;

use serde_json::{Value, json};

use crate::Ran;

fn run<S: AsRef<OsStr>>(arguments: &[S], input: &[u8]) -> Ran {
    crate::run("explain", arguments, input)
}

#[track_caller]
fn prints<S: AsRef<OsStr>>(arguments: &[S], input: &[u8], code: i32, expected: &str) {
    let ran = run(arguments, input);
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout.trim_end(), expected.trim(), "{}", ran.stdout);
    assert_eq!(ran.code, code);
}

/// That it explains nothing, says so, and exits with 2.
#[track_caller]
fn explains_nothing<S: AsRef<OsStr>>(arguments: &[S], input: &[u8], expected: &str) {
    let ran = run(arguments, input);
    assert_eq!((ran.stdout.as_str(), ran.code), ("", 2));
    assert_eq!(ran.stderr.lines().next(), Some(expected));
}

#[test]
fn a_cookie_that_is_refused() {
    let expected = "
error: `SameSite=None` requires `Secure`
 |
 | sid=1; SameSite=None
 |        ^^^^^^^^^^^^^
 |
 = note: RFC 6265bis, section 5.7, step 19

warning: named like a session, but scripts can read it: `HttpOnly` is missing
 |
 | sid=1; SameSite=None
 | ^^^
 |
 = note: RFC 6265bis, section 4.1.2.6

refused: for 1 reason";
    prints(&["sid=1; SameSite=None", "https://shop.example/cart"], b"", 1, expected);
    // Pasted with its name.
    prints(&["Set-Cookie: sid=1; SameSite=None", "https://shop.example/cart"], b"", 1, expected);
}

#[test]
fn a_cookie_that_is_stored() {
    prints(
        &["theme=dark; Path=cart; Path=; Secure", "http://LOCALHOST:8000/a/b?c=/d"],
        b"",
        0,
        "
warning: a later `Path` overrides this one
 |
 | theme=dark; Path=cart; Path=; Secure
 |             ^^^^^^^^^  ----- this one counts
 |
 = note: RFC 6265bis, section 5.7

warning: `Path` does not start with `/`; the default path is used: `/a`
 |
 | theme=dark; Path=cart; Path=; Secure
 |                        ^^^^^
 |
 = note: RFC 6265bis, section 5.6.4

stored: cookie `theme` for localhost only, under /a, until the session ends; Secure
 |
 | theme=dark; Path=cart; Path=; Secure
 |",
    );
    prints(
        &["a=1; Domain=xn--bcher-kva.example", "https://www.bücher.example"],
        b"",
        0,
        "
warning: the cookie is sent to `xn--bcher-kva.example` and all of its subdomains, not only to `www.xn--bcher-kva.example`
 |
 | a=1; Domain=xn--bcher-kva.example
 |             ^^^^^^^^^^^^^^^^^^^^^
 |
 = note: RFC 6265bis, section 5.6.3

stored: cookie `a` for xn--bcher-kva.example and its subdomains, under /, until the session ends
 |
 | a=1; Domain=xn--bcher-kva.example
 |",
    );
}

#[test]
fn a_cookie_that_is_removed() {
    prints(
        &["cart=; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/", "https://shop.example"],
        b"",
        0,
        "
removes: cookie `cart` for shop.example only, under /
 |
 | cart=; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/
 |        ------------------------------------- expires at once
",
    );
}

#[test]
fn a_response_to_a_cross_site_request() {
    prints(
        &["--cross-site", "a=1; SameSite=Lax", "https://shop.example"],
        b"",
        1,
        "
error: a cross-site response can only set cookies with `SameSite=None`
 |
 | a=1; SameSite=Lax
 |      ^^^^^^^^^^^^
 |
 = note: RFC 6265bis, section 5.7, step 18

refused: for 1 reason",
    );
}

#[test]
fn what_is_not_printable_is_escaped() {
    // Wide characters, a right-to-left mark, and a sequence that would colour the terminal.
    let header = "é漢\u{202e}\u{1b}[31m=\\; Domain=a.example";
    prints(
        &[header, "https://b.example"],
        b"",
        1,
        r"
error: the header has the control character `\x1b`
 |
 | é漢\u{202e}\x1b[31m=\; Domain=a.example
 |            ^^^^
 |
 = note: RFC 6265bis, section 5.6, step 1

error: `Domain` is `a.example`, neither the host `b.example` nor a parent of it
 |
 | é漢\u{202e}\x1b[31m=\; Domain=a.example
 |                               ^^^^^^^^^
 |
 = note: RFC 6265bis, section 5.7, step 10

warning: the name is not a token: it has `\xc3`
 |
 | é漢\u{202e}\x1b[31m=\; Domain=a.example
 | ^^^^^^^^^^^
 |
 = note: RFC 6265bis, section 4.1.1

warning: a strict server encodes this in a value
 |
 | é漢\u{202e}\x1b[31m=\; Domain=a.example
 |                     ^
 |
 = note: RFC 6265bis, section 4.1.1

refused: for 2 reasons",
    );
}

/// The arguments of a process need be no text, either.
#[cfg(unix)]
#[test]
fn a_header_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let header = OsStr::from_bytes(b"a=\xFF\xC3; Path=\xE9");
    prints(
        &[header, OsStr::new("https://a.example")],
        b"",
        0,
        r"
warning: a strict server encodes this in a value
 |
 | a=\xff\xc3; Path=\xe9
 |   ^^^^^^^^
 |
 = note: RFC 6265bis, section 4.1.1

warning: `Path` does not start with `/`; the default path is used: `/`
 |
 | a=\xff\xc3; Path=\xe9
 |                  ^^^^
 |
 = note: RFC 6265bis, section 5.6.4

stored: cookie `a` for a.example only, under /, until the session ends
 |
 | a=\xff\xc3; Path=\xe9
 |",
    );
}

/// What `curl -siL` prints, of a redirect and a page.
const DUMP: &[u8] = b"HTTP/1.1 302 Found\r\n\
    SET-COOKIE: a=1; Max-Age=0\r\n\
    location: /\r\n\
    \r\n\
    HTTP/2 200\r\n\
    set-cookie:b=\xFF\r\n\
    content-type: text/plain\r\n\
    \r\n\
    set-cookie: body=1\r\n";

#[test]
fn headers_of_a_dump() {
    prints(
        &["-", "https://shop.example"],
        DUMP,
        0,
        r"
removes: cookie `a` for shop.example only, under /
  |
2 | a=1; Max-Age=0
  |      --------- expires at once

warning: a strict server encodes this in a value
  |
6 | b=\xff
  |   ^^^^
  |
  = note: RFC 6265bis, section 4.1.1

stored: cookie `b` for shop.example only, under /, until the session ends
  |
6 | b=\xff
  |
",
    );
}

#[test]
fn headers_of_an_input() {
    let stored = |line: u32, name: &str| {
        let header = format!("{name}=1");
        format!(
            "stored: cookie `{name}` for shop.example only, under /, until the session ends\n  |\n\
             {line} | {header}\n  |\n"
        )
    };
    let (a, b) = (stored(1, "a"), stored(3, "b"));
    let url = "https://shop.example";
    // Each line, where none has the header's name.
    prints(&["-", url], b"a=1\n\nb=1", 0, &format!("{a}\n{b}"));
    // `curl -v`, and what `grep -i set-cookie` makes of a dump.
    prints(
        &["-", url],
        b"< Set-Cookie: a=1\r\n* c=1\r\n< set-cookie:  b=1\r\n",
        0,
        &format!("{a}\n{b}"),
    );
    // One that is refused is enough.
    let ran = run(&["-", url], b"a=1\nb=1; Partitioned\nc=1\n");
    assert_eq!((ran.code, ran.stdout.matches("stored: ").count()), (1, 2));
}

#[test]
fn a_header_of_many_warnings() {
    let ran = run(&[&*format!("a=1{}", "; x".repeat(1_000)), "https://shop.example"], b"");
    let printed = ran.stdout;
    assert_eq!(printed.matches("warning: an unknown attribute is ignored").count(), 20);
    assert!(printed.contains("\nwarning: and 980 other warnings\n"), "{printed}");
}

#[test]
fn nothing_to_explain() {
    let url = "https://shop.example";
    let missing = "error: the following required arguments were not provided:";
    explains_nothing::<&str>(&[], b"", missing);
    explains_nothing(&["a=1"], b"", missing);
    explains_nothing(&["a=1", url, url], b"", &format!("error: unexpected argument '{url}' found"));
    explains_nothing(&["--colour", "a=1", url], b"", "error: unexpected argument '--colour' found");
    explains_nothing(&["--values", "a=1", url], b"", missing);
    explains_nothing(&["--link", "a=1", url], b"", missing);
    explains_nothing(&["--sent-from", url, "a=1", url], b"", missing);
    for (wrong, message) in [
        ("shop.example", "write it with its scheme, such as https://shop.example/cart"),
        ("", "write it with its scheme, such as https://shop.example/cart"),
        ("https://", "empty host"),
        ("https://a:99999", "invalid port number"),
        ("mailto:a@b.example", "the scheme `mailto` is not one of http, https, ws and wss"),
        ("data:,x", "the scheme `data` is not one of http, https, ws and wss"),
    ] {
        let value = |of| format!("error: invalid value '{wrong}' for '{of}': {message}");
        explains_nothing(&["a=1", wrong], b"", &value("<URL>"));
        explains_nothing(&["a=1", url, "--sent-to", wrong], b"", &value("--sent-to <URL>"));
    }
    let none = "error: there is no Set-Cookie header in the input";
    explains_nothing(&["-", url], b"", none);
    explains_nothing(&["-", url], b"\r\n\n", none);
    explains_nothing(&["-", url], b"HTTP/2 200\r\nserver: x\r\n\r\na=1\r\n", none);
}

#[test]
fn public_suffixes_are_known() {
    let ran = run(&["a=1; Domain=co.uk", "https://shop.co.uk"], b"");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.starts_with("error: `Domain` is `co.uk`, a public suffix"),
        "{}",
        ran.stdout
    );
}

/// What is printed about another request, and the exit code.
#[track_caller]
fn sending(header: &str, arguments: &[&str]) -> (String, i32) {
    let first = [header, "https://shop.example/account/login"];
    let ran = run(&[&first[..], arguments].concat(), b"");
    assert_eq!(ran.stderr, "");
    let start = ran.stdout.find("sent: ").map_or(0, |at| at - if ran.code == 1 { 4 } else { 0 });
    (ran.stdout[start..].trim_end().to_owned(), ran.code)
}

#[test]
fn a_cookie_that_is_sent_elsewhere() {
    let cart = "https://shop.example/account/cart";
    let sent = (format!("sent: to {cart}"), 0);
    assert_eq!(sending("a=1; Secure", &["--sent-to", cart]), sent);
    // Who makes the request, and how, decides about `SameSite`.
    let news = ["--sent-to", cart, "--sent-from", "https://news.example/x"];
    let link = [&news[..], &["--link"]].concat();
    let own = ["--sent-to", cart, "--sent-from", "https://www.shop.example/"];
    let not_sent = |reason: &str| {
        (
            format!(
                "not sent: to {cart}\n |\n = because: {reason} (RFC 6265bis, section 5.8.3, step 1)"
            ),
            1,
        )
    };
    let strict = not_sent("it is `SameSite=Strict`, and the request is cross-site");
    let lax = not_sent(
        "it is `SameSite=Lax`, or has no `SameSite`, and the request is cross-site and no \
         top-level navigation with a safe method",
    );
    for (same_site, by_news, by_link) in [
        ("SameSite=Strict", &strict, &strict),
        ("SameSite=Lax", &lax, &sent),
        ("SameSite=None; Secure", &sent, &sent),
    ] {
        let header = format!("a=1; {same_site}");
        assert_eq!(sending(&header, &news), *by_news, "{header}");
        assert_eq!(sending(&header, &link), *by_link, "{header}");
        assert_eq!(sending(&header, &own), sent, "{header}");
    }
    let partitioned = "a=1; Secure; SameSite=None; Partitioned";
    let (text, code) = sending(partitioned, &news);
    assert!(code == 1 && text.contains("CHIPS"), "{text}");
}

#[test]
fn a_cookie_that_is_not_sent_has_each_reason() {
    assert_eq!(
        sending("a=1; Secure", &["--sent-to", "http://www.shop.example/"]),
        (
            "\
not sent: to http://www.shop.example/
 |
 = because: it is sent to its own host only, and this is another one (RFC 6265bis, section 5.8.3, step 1)
 = because: its path is neither this path nor a parent of it (RFC 6265bis, section 5.8.3, step 1)
 = because: it is `Secure`, and the connection is not (RFC 6265bis, section 5.8.3, step 1)"
                .to_owned(),
            1
        )
    );
    // Nothing is sent of a cookie that is refused or removed.
    for (header, code) in [("a=1; SameSite=None", 1), ("a=1; Max-Age=0", 0)] {
        let ran = run(&[header, "https://a.example/", "--sent-to", "https://a.example/"], b"");
        assert_eq!((ran.code, ran.stdout.contains("sent: ")), (code, false), "{}", ran.stdout);
    }
}

#[test]
fn a_verdict_as_json() {
    let arguments = [
        "--json",
        "__Host-sid=31d4; Path=/; Secure; HttpOnly; SameSite=None; foo",
        "https://shop.example/cart?x",
        "--sent-to",
        "http://shop.example/",
    ];
    let ran = run(&arguments, b"");
    assert_eq!((ran.stderr.as_str(), ran.code), ("", 1));
    let expected = json!({
        "url": "https://shop.example/cart?x",
        "headers": [{
            "line": null,
            "action": "store",
            "cookie": {
                "name": "__Host-sid",
                "domain": "shop.example",
                "host_only": true,
                "path": "/",
                "partition": null,
                "secure": true,
                "http_only": true,
                "same_site": "None",
                "expires": null,
                "value_bytes": 4,
            },
            "reasons": [],
            "warnings": [{
                "kind": "Unknown",
                "text": "an unknown attribute is ignored",
                "section": "RFC 6265bis, section 5.6",
                "start": 58,
                "end": 61,
            }],
            "sent": {
                "url": "http://shop.example/",
                "is_sent": false,
                "reasons": [{
                    "kind": "NotSecure",
                    "text": "it is `Secure`, and the connection is not",
                    "section": "RFC 6265bis, section 5.8.3, step 1",
                }],
            },
        }],
    });
    assert_eq!(ran.json(), expected);

    let with_value = run(&[&["--values"], &arguments[..]].concat(), b"").json();
    assert_eq!(with_value["headers"][0]["cookie"]["value"], "31d4");
}

#[test]
fn headers_as_json() {
    let input =
        b"a=SECRET; Secure; Max-Age=60; Partitioned\nb=\xFF; Path=/\xE9\n\xFEc=\nd=1; Max-Age=0\n\
        e=SECRET; SameSite=None\n";
    let ran = run(&["--json", "-", "https://shop.example"], input);
    assert_eq!((ran.code, ran.stdout.contains("SECRET")), (1, false));
    let document = ran.json();
    let headers = document["headers"].as_array().expect("an array");
    let field = |member: &str| -> Vec<&Value> { headers.iter().map(|one| &one[member]).collect() };
    assert_eq!(field("line"), [1, 2, 3, 4, 5]);
    assert_eq!(field("action"), ["store", "store", "store", "remove", "refuse"]);
    assert_eq!(field("sent"), [&Value::Null; 5]);

    let cookies = field("cookie");
    assert_eq!(cookies[0]["partition"], "https://shop.example");
    assert!(cookies[0]["expires"].as_u64().is_some_and(|seconds| seconds > 1_700_000_000));
    assert_eq!((&cookies[1]["path"], &cookies[1]["path_hex"]), (&Value::Null, &json!("2fe9")));
    assert_eq!((&cookies[2]["name"], &cookies[2]["name_hex"]), (&Value::Null, &json!("fe63")));
    let identity = json!({"name": "d", "domain": "shop.example", "host_only": true, "path": "/", "partition": null});
    assert_eq!((cookies[3], cookies[4]), (&identity, &Value::Null));
    let reason = &headers[4]["reasons"][0];
    assert_eq!((&reason["kind"], &reason["start"]), (&json!("SameSiteNone"), &json!(10)));

    let ran = run(&["--json", "--values", "-", "https://shop.example"], input);
    let document = ran.json();
    assert_eq!(document["headers"][0]["cookie"]["value"], "SECRET");
    assert_eq!(document["headers"][1]["cookie"]["value_hex"], "ff");
}
