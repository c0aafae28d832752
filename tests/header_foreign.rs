//! What other programs make of headers and values: `Set-Cookie` lists that a gateway joined, and values
//! that Python's `http.cookies` quoted.

use std::borrow::Cow;
use std::io::Write;
use std::process::{Command, Stdio};

use gingersnap::header::{decode_python_quoted, split_set_cookie_list};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

#[test]
fn a_list_is_split_at_commas_before_a_cookie() {
    let cases: [(&str, &[&str]); 27] = [
        ("", &[]),
        (" \t", &[]),
        ("a=1", &["a=1"]),
        (" a=1 ", &["a=1"]),
        ("a=1, b=2", &["a=1", "b=2"]),
        ("a=1,b=2", &["a=1", "b=2"]),
        ("a=1 ,\t b=2,c=3", &["a=1", "b=2", "c=3"]),
        ("a=, b=", &["a=", "b="]),
        ("a=1; Secure, b=2; Path=/x", &["a=1; Secure", "b=2; Path=/x"]),
        ("a=1; path=/, b=2; path=/", &["a=1; path=/", "b=2; path=/"]),
        // The comma of a date, in all three formats and in lower case.
        (
            "a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT, b=2; expires=sunday, 06-nov-94 08:49:37 gmt",
            &[
                "a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
                "b=2; expires=sunday, 06-nov-94 08:49:37 gmt",
            ],
        ),
        (
            "a=1; Expires=Sun,06 Nov 1994 08:49:37 GMT,b=2; Expires=Sun Nov  6 08:49:37 1994, c=3",
            &[
                "a=1; Expires=Sun,06 Nov 1994 08:49:37 GMT",
                "b=2; Expires=Sun Nov  6 08:49:37 1994",
                "c=3",
            ],
        ),
        (
            "a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure",
            &["a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure"],
        ),
        // Commas that are part of a value or a path.
        ("a=1,2,3, b=2", &["a=1,2,3", "b=2"]),
        ("a={\"x\":1,\"y\":2}, b=[1, 2]", &["a={\"x\":1,\"y\":2}", "b=[1, 2]"]),
        ("a=1; Path=/x,y, b=2", &["a=1; Path=/x,y", "b=2"]),
        ("a=1,, b=2,", &["a=1,", "b=2,"]),
        ("a=1, b c=2", &["a=1, b c=2"]),
        // An attribute is none of the next cookie.
        ("a=1, Path=/, SAMESITE=Lax, b=2", &["a=1, Path=/, SAMESITE=Lax", "b=2"]),
        ("a=1, priority=High", &["a=1", "priority=High"]),
        // Where it is wrong.
        ("a=x=1,y=2", &["a=x=1", "y=2"]),
        ("a=\"1, b=2\"", &["a=\"1", "b=2\""]),
        ("a=b;path=/c,d=e", &["a=b;path=/c", "d=e"]),
        ("a=1, user[id]=2", &["a=1, user[id]=2"]),
        ("a=1, =2", &["a=1, =2"]),
        // A list can have empty elements at its start.
        (", a=1", &["a=1"]),
        (" , \t,a=1", &[",", "a=1"]),
    ];
    for (list, expected) in cases {
        let split = split_set_cookie_list(list).map(|header| str::from_utf8(header).expect("text"));
        assert_eq!(split.collect::<Vec<_>>(), expected, "{list}");
    }
    // Bytes that are not UTF-8 stay.
    let mut list = split_set_cookie_list(b"a=\xff,b=\xfe\xc3");
    assert_eq!(format!("{list:?}"), "SetCookieList(<8 bytes>)");
    assert_eq!((list.next(), list.next()), (Some(&b"a=\xff"[..]), Some(&b"b=\xfe\xc3"[..])));
    assert_eq!((list.next(), list.next()), (None, None));
}

/// Text of which a list could be made.
fn list() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![4 => "[,,,=; \tab\"]".prop_map(|text| text.as_bytes()[0]), 1 => any::<u8>()];
    prop::collection::vec(byte, 0..40)
}

proptest! {
    #[test]
    fn only_separators_are_lost_and_no_header_is_split_twice(list in list()) {
        let mut at = 0;
        for header in split_set_cookie_list(&list) {
            prop_assert_eq!(split_set_cookie_list(header).collect::<Vec<_>>(), [header]);
            let start = header.as_ptr() as usize - list.as_ptr() as usize;
            prop_assert!(list[at..start].iter().all(|byte| b", \t".contains(byte)));
            prop_assert!(list[at..start].split(|byte| *byte == b',').count() <= 2);
            at = start + header.len();
        }
        prop_assert!(list[at..].iter().all(|byte| b", \t".contains(byte)));
    }
}

#[test]
fn a_quoted_value_is_decoded_as_python_does() {
    let cases: [(&[u8], &[u8]); 21] = [
        (b"", b""),
        (b"plain", b"plain"),
        (b"\"\"", b""),
        (b"\"", b"\""),
        (b"\"a", b"\"a"),
        (b"a\\073", b"a\\073"),
        (b" \"a\"", b" \"a\""),
        (b"\"a b\"", b"a b"),
        (br#""a\073b\"c""#, b"a;b\"c"),
        (br#""\\073""#, br"\073"),
        (br#""\000\177\377""#, b"\0\x7f\xff"),
        (br#""\400\18\7""#, b"400187"),
        (br#""\1111""#, b"I1"),
        (b"\"\\\"", b"\\"),
        (b"\"a\\", b"\"a\\"),
        (b"\"\\\\\\\"", b"\\\\"),
        (b"\"a\"b\"", b"a\"b"),
        (b"\"\\\n\\\r\"", b"\\\n\r"),
        (b"\"\xff\\\xfe\"", b"\xff\xfe"),
        (b"\"\xc3\xa9\"", b"\xc3\xa9"),
        (b"\"[1\\054 2]\"", b"[1, 2]"),
    ];
    for (value, expected) in cases {
        assert_eq!(decode_python_quoted(value), expected, "{}", value.escape_ascii());
    }
    assert!(matches!(decode_python_quoted("\"no escape\""), Cow::Borrowed(b"no escape")));
}

/// Values that look quoted more often than not.
fn quoted() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => "[0-9]{1,4}|[\\\\\"]".prop_map(String::into_bytes),
        3 => "\\\\[0-8]{1,3}".prop_map(String::into_bytes),
        2 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    (prop::collection::vec(piece, 0..8), any::<[bool; 4]>()).prop_map(|(pieces, quotes)| {
        let [start, end] = [quotes[0] | quotes[1], quotes[2] | quotes[3]];
        let quote = |is_quoted: bool| if is_quoted { &b"\""[..] } else { b"" };
        [quote(start), &pieces.concat(), quote(end)].concat()
    })
}

/// Reads values in hexadecimal, one a line. Writes what `http.cookies` reads from each, and how it writes
/// each, as bytes in Latin-1.
const PYTHON: &str = "
import sys
from http.cookies import SimpleCookie
cookie = SimpleCookie()
for line in sys.stdin:
    value = bytes.fromhex(line).decode('latin-1')
    for text in cookie.value_decode(value)[0], cookie.value_encode(value)[1]:
        print(text.encode('latin-1').hex())
";

#[test]
#[ignore = "needs python3"]
fn python_reads_and_writes_the_same() {
    let values: Vec<Vec<u8>> = {
        let mut runner = proptest::test_runner::TestRunner::default();
        let tree = prop::collection::vec(quoted(), 5_000).new_tree(&mut runner).expect("values");
        tree.current()
    };
    let hex =
        |value: &[u8]| value.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let mut python = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed");
    let mut stdin = python.stdin.take().expect("a pipe");
    let lines: String = values.iter().map(|value| hex(value) + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = python.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("all values are written");
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).expect("text");
    let answers: Vec<&str> = output.split('\n').collect();
    assert_eq!(answers.len(), 2 * values.len() + 1);
    let mut escapes = 0;
    for (value, answers) in values.iter().zip(answers.chunks(2)) {
        let decoded = decode_python_quoted(value);
        assert_eq!(hex(&decoded), answers[0], "{}", value.escape_ascii());
        escapes += usize::from(decoded.len() + 2 < value.len());
        let written: Vec<u8> = (0..answers[1].len() / 2)
            .map(|at| u8::from_str_radix(&answers[1][2 * at..2 * at + 2], 16).expect("hex"))
            .collect();
        assert_eq!(decode_python_quoted(&written), *value, "{}", written.escape_ascii());
    }
    assert!(escapes > 500, "only {escapes} values have escapes");
}
