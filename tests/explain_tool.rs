//! The `explain` example, run as a process: all that it prints, and its exit code.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// The example, built once.
static EXPLAIN: LazyLock<escargot::CargoRun> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .example("explain")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the example builds")
});

fn command<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = EXPLAIN.command();
    command.args(arguments).env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command
}

fn run<S: AsRef<OsStr>>(arguments: &[S], input: &[u8]) -> Output {
    let mut command = command(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the example starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("the example reads its input");
    child.wait_with_output().expect("the example ends")
}

#[track_caller]
fn prints<S: AsRef<OsStr>>(arguments: &[S], input: &[u8], code: i32, expected: &str) {
    let output = run(arguments, input);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert_eq!(printed.trim_end(), expected.trim(), "{printed}");
    assert_eq!(output.status.code(), Some(code));
}

/// That it explains nothing, says so, and exits with 2.
#[track_caller]
fn explains_nothing<S: AsRef<OsStr>>(arguments: &[S], input: &[u8], expected: &str) {
    let output = run(arguments, input);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().next(), Some(expected));
    assert_eq!(output.status.code(), Some(2));
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

warning: without a list of public suffixes, it is not checked whether the `Domain` is one, which browsers refuse
 |
 | a=1; Domain=xn--bcher-kva.example
 |             ^^^^^^^^^^^^^^^^^^^^^
 |
 = note: RFC 6265bis, section 5.7, step 9

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
    let output = run(&["-", url], b"a=1\nb=1; Partitioned\nc=1\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("stored: ").count(), 2);
}

#[test]
fn a_header_of_many_warnings() {
    let output = run(&[&*format!("a=1{}", "; x".repeat(1_000)), "https://shop.example"], b"");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.matches("warning: an unknown attribute is ignored").count(), 20);
    assert!(printed.contains("\nwarning: and 980 other warnings\n"), "{printed}");
}

#[test]
fn nothing_to_explain() {
    let url = "https://shop.example";
    explains_nothing::<&str>(&[], b"", "explain: a header and a URL are needed");
    explains_nothing(&["a=1"], b"", "explain: a header and a URL are needed");
    explains_nothing(&["a=1", url, url], b"", "explain: a header and a URL are needed");
    explains_nothing(&["--colour", "a=1", url], b"", "explain: invalid option '--colour'");
    explains_nothing(
        &["a=1", "shop.example"],
        b"",
        "explain: the URL `shop.example`: write it with its scheme, such as https://shop.example/cart",
    );
    explains_nothing(
        &["a=1", "mailto:a@shop.example"],
        b"",
        "explain: the URL `mailto:a@shop.example`: the scheme `mailto` is not one of http, https, ws and wss",
    );
    let none = "explain: there is no Set-Cookie header in the input";
    explains_nothing(&["-", url], b"", none);
    explains_nothing(&["-", url], b"\r\n\n", none);
    explains_nothing(&["-", url], b"HTTP/2 200\r\nserver: x\r\n\r\na=1\r\n", none);
}

#[test]
fn help_is_no_failure() {
    let output = run(&["--help"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"usage: explain [--cross-site] HEADER URL\n"));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let arguments = ["a=1; foo", "https://shop.example"];
    let printed = |command: &mut Command| command.output().expect("the example runs").stdout;
    let coloured = |bytes: &[u8]| bytes.contains(&0x1b);
    assert!(!coloured(&printed(&mut command(&arguments))), "it is no terminal");
    assert!(coloured(&printed(command(&arguments).env("CLICOLOR_FORCE", "1"))));
    let both = &mut command(&arguments);
    assert!(!coloured(&printed(both.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"))));
}
