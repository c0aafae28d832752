//! Hostile input costs what honest input of its length costs: the instructions that callgrind
//! counts grow no faster than the input.
//!
//! It needs valgrind and takes a few minutes, so it runs when it is asked for, in a release build:
//!
//! ```text
//! cargo test --release --test linear -- --ignored --nocapture
//! ```

use std::env;
use std::hint::black_box;
use std::process::Command;

use gingersnap::header::{self, SetCookie, write_pair};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, date};

/// What is to be measured, ready to go.
type Work = Box<dyn FnMut()>;

/// What is measured.
struct Case {
    name: String,
    /// The smallest: bytes, pairs or changes.
    size: usize,
    /// Makes the work of a size.
    prepare: Box<dyn Fn(usize) -> Work>,
}

impl Case {
    fn new(name: String, size: usize, prepare: impl Fn(usize) -> Work + 'static) -> Self {
        Self { name, size, prepare: Box::new(prepare) }
    }
}

/// Twice this, and twice and twice again.
const BYTES: usize = 8 * 1024;
const PAIRS: usize = 375;

/// Twice the input may cost so many times the instructions; if they grew with its square, it would
/// be 4. What sorts names comes to 2.2, and what moves the index of 3,000 names to 2.6: callgrind
/// counts each byte of a long move.
const MOST_GROWTH: f64 = 2.8;

/// The only function whose instructions are counted.
#[inline(never)]
fn measured(work: &mut Work) {
    work();
}

fn wide() -> Policy {
    let most = u32::MAX;
    let limits = Limits::DEFAULT.with_received_bytes(most).with_received_pairs(most);
    Policy::new().with_limits(limits.with_cookies(most).with_cookie_header_bytes(most))
}

/// All ways to read a `Cookie` field.
fn read_all(field: &[u8]) {
    black_box(header::pairs(field).map(black_box).count());
    black_box(header::text_pairs(field).map(black_box).count());
    black_box(header::find(field, "absent"));
    black_box(header::find(field, &field[..field.len() / 2]));
    // Within the limits, and without.
    black_box(CookieJar::from_cookie_header(field).is_ok());
    let jar = wide().jar_from_cookie_header(field).expect("within the limits");
    black_box((jar.get("absent"), jar.len(), jar.budget().cookies()));
}

/// One piece, again and again.
fn repeated(piece: &[u8], bytes: usize) -> Vec<u8> {
    piece.iter().copied().cycle().take(bytes).collect()
}

/// A `Cookie` field of one piece is read.
fn cookie_field(name: &str, piece: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(format!("Cookie: {name}"), BYTES, move |bytes| {
        let field = repeated(piece.as_ref(), bytes);
        Box::new(move || read_all(&field))
    })
}

/// A `Set-Cookie` field is read, whose attributes are one piece.
fn set_cookie_field(name: &str, piece: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(format!("Set-Cookie: {name}"), BYTES, move |bytes| {
        let field = [b"a=b; ", &repeated(piece.as_ref(), bytes)[..]].concat();
        Box::new(move || _ = black_box(SetCookie::parse(&field).is_ok()))
    })
}

/// A value of one piece is encoded, decoded and written.
fn value(piece: &'static str) -> Case {
    Case::new(format!("value: `{piece}`"), BYTES, move |bytes| {
        let value = piece.repeat(bytes / piece.len());
        Box::new(move || {
            black_box(Encoding::Percent.encode(&value).is_ok());
            black_box(Encoding::Raw.encode(&value).is_ok());
            black_box(Encoding::Percent.decode(&value).len());
            black_box(Cookie::new("a", &value).to_set_cookie(Encoding::Percent).is_ok());
        })
    })
}

/// A date of one piece is read.
fn cookie_date(piece: &'static str) -> Case {
    Case::new(format!("date: `{piece}`"), BYTES, move |bytes| {
        let date = repeated(piece.as_bytes(), bytes);
        Box::new(move || _ = black_box(date::parse(&date).is_ok()))
    })
}

/// Something is done with a jar of so many pairs.
fn jar(name: &str, pair: fn(usize) -> String, work: fn(&mut CookieJar<'_>, usize)) -> Case {
    Case::new(format!("jar: {name}"), PAIRS, move |pairs| {
        let field = (0..pairs).map(pair).collect::<Vec<_>>().join("; ");
        let mut jar =
            wide().jar_from_cookie_header(&field).expect("within the limits").into_owned();
        Box::new(move || work(&mut jar, pairs))
    })
}

fn each(n: usize) -> String {
    format!("name{n}=v")
}

fn one(_: usize) -> String {
    "name=v".to_owned()
}

fn named(n: usize) -> Cookie<'static> {
    Cookie::new(format!("name{n}"), "w")
}

fn attribute(name: &str, value: &str) -> Vec<u8> {
    format!("{name}={}; ", value.repeat(1_024 / value.len())).into_bytes()
}

fn cookie_fields() -> Vec<Case> {
    vec![
        cookie_field("`;`", ";"),
        cookie_field("`=`", "="),
        cookie_field("`a=;`", "a=;"),
        cookie_field("the name that is looked up, no `=`", "absent; "),
        cookie_field("the name that is looked up, in values", "a=absent; "),
        cookie_field("the name that is looked up, and more", "absent x=; "),
        cookie_field("`%`", "%"),
        cookie_field("spaces", " "),
        cookie_field("tabs", "\t"),
        cookie_field("`\"`", "\""),
        cookie_field("a name, no `=`", "n"),
        cookie_field("plain pairs", "name=value; "),
        cookie_field("pairs of spaces", " = ; "),
        cookie_field("encoded values", "a=%41%42; "),
        cookie_field("control bytes", "\x01"),
        cookie_field("pairs with control bytes", "a=\x01; "),
        cookie_field("pairs that aren't UTF-8", b"a=\xFF; "),
        cookie_field("bytes that aren't UTF-8", b"\xFF"),
        cookie_field("half a sequence", b"\xE2\x82"),
        cookie_field("pairs of text", "ü=€; "),
        Case::new("Cookie: a name of all bytes".to_owned(), BYTES, |bytes| {
            let field = "n".repeat(bytes - 2) + "=v";
            Box::new(move || read_all(field.as_bytes()))
        }),
        Case::new("Cookie: many fields".to_owned(), BYTES, |bytes| {
            let fields = vec!["a=%41"; bytes / 5];
            Box::new(move || {
                black_box(header::pairs_of(fields.iter().copied()).count());
                black_box(wide().jar_from_cookie_headers(fields.iter().copied()).is_ok());
            })
        }),
        Case::new("Cookie: pairs written".to_owned(), PAIRS, |pairs| {
            Box::new(move || {
                let mut field = Vec::new();
                for _ in 0..pairs {
                    write_pair(&mut field, "name", "value").expect("a pair");
                }
                black_box(field);
            })
        }),
    ]
}

fn set_cookie_fields() -> Vec<Case> {
    vec![
        set_cookie_field("`;`", ";"),
        set_cookie_field("`=`", "="),
        set_cookie_field("spaces", " "),
        set_cookie_field("a long name", "n"),
        set_cookie_field("flags", "Secure; HttpOnly; "),
        set_cookie_field("paths", attribute("Path", "/")),
        set_cookie_field("dates", attribute("Expires", "1 ")),
        set_cookie_field("dates of digits", attribute("Expires", "1")),
        set_cookie_field("ages", attribute("Max-Age", "9")),
        set_cookie_field("domains", attribute("Domain", "A")),
        set_cookie_field("domains that aren't ASCII", attribute("Domain", "é")),
        Case::new("Set-Cookie: a control byte at its end".to_owned(), BYTES, |bytes| {
            let field = "n".repeat(bytes - 1) + "\0";
            Box::new(move || _ = black_box(SetCookie::parse(&field).is_ok()))
        }),
    ]
}

fn jars() -> Vec<Case> {
    vec![
        jar("remove_all", each, |jar, _| jar.remove_all()),
        jar("remove_all of one name", one, |jar, _| jar.remove_all()),
        jar("remove each name", each, |jar, pairs| {
            (0..pairs).rev().for_each(|n| jar.remove(named(n).name()).expect("a name"));
        }),
        jar("set each name that came in", each, |jar, pairs| {
            (0..pairs).for_each(|n| jar.set(named(n)).expect("a cookie"));
        }),
        jar("set new names", each, |jar, pairs| {
            (pairs..2 * pairs).rev().for_each(|n| jar.set(named(n)).expect("a cookie"));
        }),
        jar("set one name again and again", each, |jar, pairs| {
            (0..pairs).for_each(|_| jar.set(named(0)).expect("a cookie"));
        }),
        jar("set each name twice", each, |jar, pairs| {
            (0..pairs).chain(0..pairs).for_each(|n| jar.set(named(n)).expect("a cookie"));
        }),
        jar("set the one name that came in", one, |jar, pairs| {
            (0..pairs).for_each(|_| jar.set(("name", "w")).expect("a cookie"));
        }),
        jar(
            "all that is there",
            |n| each(n / 2),
            |jar, _| {
                black_box((jar.iter().count(), jar.budget(), jar.set_cookie_headers().count()));
                black_box(jar.get_all("name0").count());
            },
        ),
        jar("get each name, with a change", each, |jar, pairs| {
            jar.set(("other", "v")).expect("a cookie");
            (0..pairs).for_each(|n| _ = black_box(jar.get(named(n).name())));
        }),
        jar(GET_EACH, each, |jar, pairs| {
            (0..pairs).for_each(|n| _ = black_box(jar.get(named(n).name())));
        }),
        jar(EACH_PATH, each, |jar, pairs| {
            (0..pairs).for_each(|n| jar.remove(named(0).with_path(format!("/{n}"))).expect("one"));
        }),
    ]
}

fn cases() -> Vec<Case> {
    let values = ["v", "%", "%41", "%FF", ";", "é", "\""].map(value);
    let dates = ["1", " ", ":", "08:49:37 ", "nov ", "x"].map(cookie_date);
    let fields = cookie_fields().into_iter().chain(set_cookie_fields());
    fields.chain(values).chain(dates).chain(jars()).collect()
}

/// These are asked for by the application, not by who sends the request: each call walks all that
/// came in, or all changes of the name.
const ASKED_FOR: [&str; 2] = [GET_EACH, EACH_PATH];
const GET_EACH: &str = "get each name";
const EACH_PATH: &str = "remove one name at each path";

/// Runs in a process of its own, under valgrind.
#[test]
#[ignore = "is run by the other test"]
fn worker() {
    let (Ok(name), Ok(size)) = (env::var("LINEAR_CASE"), env::var("LINEAR_SIZE")) else { return };
    let size = size.parse().expect("a number");
    let case = cases().into_iter().find(|case| case.name == name).expect("a case");
    let mut work = (case.prepare)(size);
    measured(&mut work);
}

/// Instructions of a case at a size.
fn instructions(case: &Case, size: usize) -> u64 {
    let out = env::temp_dir().join(format!("callgrind.{}.out", std::process::id()));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=linear::measured*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe().expect("this test"))
        .args(["--exact", "worker", "--ignored", "--test-threads=1"])
        .env("LINEAR_CASE", &case.name)
        .env("LINEAR_SIZE", size.to_string())
        .output()
        .expect("valgrind runs");
    // OK if it is gone already.
    let _ = std::fs::remove_file(out);
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}");
    let collected = shown.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.expect("a count").1.trim().parse().expect("a number");
    assert!(count > 0, "nothing was counted: {shown}");
    count
}

#[test]
#[ignore = "takes minutes, and valgrind"]
fn instructions_grow_no_faster_than_the_input() {
    let wanted = env::var("LINEAR_ONLY").unwrap_or_default();
    let mut too_fast = Vec::new();
    for case in cases().iter().filter(|case| case.name.contains(&wanted)) {
        let sizes = [1, 2, 4, 8].map(|times| case.size * times);
        let counts = sizes.map(|size| instructions(case, size));
        println!("| {} | {} |", case.name, counts.map(|count| count.to_string()).join(" | "));
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let growth = counts[3] as f64 / counts[2] as f64;
        if growth > MOST_GROWTH && !ASKED_FOR.contains(&case.name.trim_start_matches("jar: ")) {
            too_fast.push(format!("{}: {growth:.2} times, {counts:?}", case.name));
        }
    }
    assert!(too_fast.is_empty(), "{too_fast:#?}");
}
