//! Hostile input takes no more than linear time: the instructions that callgrind counts grow no
//! faster than the input.
//!
//! The test needs valgrind and a few minutes. Run it in a release build; `LINEAR_ONLY` restricts it
//! to the cases whose names contain its text:
//!
//! ```text
//! cargo test --release --all-features --test linear -- --ignored --nocapture
//! ```
//!
//! Stores have up to 10,000 sites; `LINEAR_SITES=12500` is for 100,000.

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::time::UNIX_EPOCH;

use gingersnap::header::{self, SetCookie, SetCookieEdit, write_pair};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, RequestContext, date, explain};

/// A prepared call, of which only the execution is measured.
type Work = Box<dyn FnMut()>;

/// An operation that is measured on inputs of several sizes.
struct Case {
    name: String,
    /// The smallest size: bytes, pairs or changes.
    size: usize,
    /// Prepares the work for an input of a size.
    prepare: Box<dyn Fn(usize) -> Work>,
}

impl Case {
    fn new(name: String, size: usize, prepare: impl Fn(usize) -> Work + 'static) -> Self {
        Self { name, size, prepare: Box::new(prepare) }
    }
}

/// The smallest input of bytes. It is doubled three times.
const BYTES: usize = 8 * 1024;
/// The smallest number of pairs. It is doubled three times.
const PAIRS: usize = 375;

/// How many times the instructions an input of twice the size may take. Quadratic growth would be
/// 4. Sorting names takes 2.2 times as many, and moving the index of 3,000 names 2.6, since
/// callgrind counts each byte of a long move.
const MAX_GROWTH: f64 = 2.8;

/// Does the work; only the instructions of this function are counted.
#[inline(never)]
fn measured(work: &mut Work) {
    work();
}

/// Returns a policy without limits.
fn unlimited() -> Policy {
    let max = u32::MAX;
    let limits = Limits::DEFAULT.with_received_bytes(max).with_received_pairs(max);
    Policy::new().with_limits(limits.with_cookies(max).with_cookie_header_bytes(max))
}

/// Reads a `Cookie` header in every way.
fn read_all(header: &[u8]) {
    black_box(header::pairs(header).map(black_box).count());
    black_box(header::text_pairs(header).map(black_box).count());
    black_box(header::find(header, "absent"));
    black_box(header::find(header, &header[..header.len() / 2]));
    // With the default limits, and without limits.
    black_box(CookieJar::from_cookie_header(header).is_ok());
    let jar = unlimited().jar_from_cookie_header(header).expect("within the limits");
    black_box((jar.get("absent"), jar.len(), jar.budget().cookies()));
}

/// Returns so many bytes of a piece that is repeated.
fn repeat(piece: &[u8], bytes: usize) -> Vec<u8> {
    piece.iter().copied().cycle().take(bytes).collect()
}

/// Reads a `Cookie` header of one repeated piece.
fn cookie_header(name: &str, piece: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(format!("Cookie: {name}"), BYTES, move |bytes| {
        let header = repeat(piece.as_ref(), bytes);
        Box::new(move || read_all(&header))
    })
}

/// Reads, edits and explains a `Set-Cookie` header whose attributes are one repeated piece.
fn set_cookie_header(name: &str, piece: impl AsRef<[u8]> + 'static) -> Case {
    Case::new(format!("Set-Cookie: {name}"), BYTES, move |bytes| {
        let header = [b"a=b; ", &repeat(piece.as_ref(), bytes)[..]].concat();
        let context = RequestContext::parse("https://shop.example/").expect("a URL");
        Box::new(move || {
            black_box(SetCookie::parse(&header).is_ok());
            let edit = SetCookieEdit::new(&*header);
            black_box(edit.map(|edit| edit.with_secure(true).with_path("/x").is_ok()).is_ok());
            black_box(explain(&header, &context, UNIX_EPOCH).to_string().len());
        })
    })
}

/// Encodes, decodes and writes a value of one repeated piece.
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

/// Reads a date of one repeated piece.
fn cookie_date(piece: &'static str) -> Case {
    Case::new(format!("date: `{piece}`"), BYTES, move |bytes| {
        let date = repeat(piece.as_bytes(), bytes);
        Box::new(move || _ = black_box(date::parse(&date).is_ok()))
    })
}

/// Does something with a jar of many pairs.
fn jar(name: &str, pair: fn(usize) -> String, work: fn(&mut CookieJar<'_>, usize)) -> Case {
    Case::new(format!("jar: {name}"), PAIRS, move |pairs| {
        let header = (0..pairs).map(pair).collect::<Vec<_>>().join("; ");
        let mut jar =
            unlimited().jar_from_cookie_header(&header).expect("within the limits").into_owned();
        Box::new(move || work(&mut jar, pairs))
    })
}

/// Returns the `n`th of pairs with different names.
fn distinct(n: usize) -> String {
    format!("name{n}=v")
}

/// Returns one of pairs with the same name.
fn same(_: usize) -> String {
    "name=v".to_owned()
}

/// Returns a new cookie for the `n`th name.
fn cookie(n: usize) -> Cookie<'static> {
    Cookie::new(format!("name{n}"), "w")
}

/// Returns an attribute with a value of 1,024 bytes.
fn attribute(name: &str, value: &str) -> Vec<u8> {
    format!("{name}={}; ", value.repeat(1_024 / value.len())).into_bytes()
}

/// Reads a date whose spaces stand before a byte that is wrong.
fn spaces_in_a_date() -> Case {
    Case::new("date: spaces before its end".to_owned(), BYTES, |bytes| {
        let date = format!("1-c-1{}!", " ".repeat(bytes));
        Box::new(move || _ = black_box(date::parse(&date).is_ok()))
    })
}

fn cookie_headers() -> Vec<Case> {
    vec![
        cookie_header("`;`", ";"),
        cookie_header("`=`", "="),
        cookie_header("`a=;`", "a=;"),
        cookie_header("the searched name, no `=`", "absent; "),
        cookie_header("the searched name, in values", "a=absent; "),
        cookie_header("the searched name, with more behind it", "absent x=; "),
        cookie_header("`%`", "%"),
        cookie_header("spaces", " "),
        cookie_header("tabs", "\t"),
        cookie_header("`\"`", "\""),
        cookie_header("a name, no `=`", "n"),
        cookie_header("plain pairs", "name=value; "),
        cookie_header("pairs of spaces", " = ; "),
        cookie_header("encoded values", "a=%41%42; "),
        cookie_header("control bytes", "\x01"),
        cookie_header("pairs with control bytes", "a=\x01; "),
        cookie_header("pairs that are not UTF-8", b"a=\xFF; "),
        cookie_header("bytes that are not UTF-8", b"\xFF"),
        cookie_header("incomplete sequences", b"\xE2\x82"),
        cookie_header("quoted values with escapes", "a=\"\\073\\\"\"; "),
        cookie_header("backslashes", "\\"),
        cookie_header("pairs that are not ASCII", "ü=€; "),
        Case::new("Cookie: one long name".to_owned(), BYTES, |bytes| {
            let header = "n".repeat(bytes - 2) + "=v";
            Box::new(move || read_all(header.as_bytes()))
        }),
        Case::new("Cookie: many headers".to_owned(), BYTES, |bytes| {
            let headers = vec!["a=%41"; bytes / 5];
            Box::new(move || {
                black_box(header::pairs_of(headers.iter().copied()).count());
                black_box(unlimited().jar_from_cookie_headers(headers.iter().copied()).is_ok());
            })
        }),
        Case::new("Cookie: pairs written".to_owned(), PAIRS, |pairs| {
            Box::new(move || {
                let mut header = Vec::new();
                for _ in 0..pairs {
                    write_pair(&mut header, "name", "value").expect("a pair");
                }
                black_box(header);
            })
        }),
    ]
}

fn set_cookie_headers() -> Vec<Case> {
    vec![
        set_cookie_header("`;`", ";"),
        set_cookie_header("`=`", "="),
        set_cookie_header("spaces", " "),
        set_cookie_header("a long name", "n"),
        set_cookie_header("flags", "Secure; HttpOnly; "),
        set_cookie_header("paths", attribute("Path", "/")),
        set_cookie_header("dates", attribute("Expires", "1 ")),
        set_cookie_header("dates of digits", attribute("Expires", "1")),
        set_cookie_header("ages", attribute("Max-Age", "9")),
        set_cookie_header("domains", attribute("Domain", "A")),
        set_cookie_header("domains that are not ASCII", attribute("Domain", "é")),
        set_cookie_header("attributes that cannot be read", "Max-Age=x; Expires=x; Domain; "),
        set_cookie_header("attributes that are not known", "x=y; "),
        Case::new("Set-Cookie: a control byte at its end".to_owned(), BYTES, |bytes| {
            let header = "n".repeat(bytes - 1) + "\0";
            Box::new(move || _ = black_box(SetCookie::parse(&header).is_ok()))
        }),
    ]
}

/// Splits a `Set-Cookie` list, and decodes a quoted value, of one repeated piece.
fn foreign(piece: &'static str) -> Case {
    Case::new(format!("foreign: `{piece}`"), BYTES, move |bytes| {
        let text = [b"\"", &repeat(piece.as_bytes(), bytes)[..], b"\""].concat();
        Box::new(move || {
            black_box(header::split_set_cookie_list(&text).map(black_box).count());
            black_box(header::decode_python_quoted(&text).len());
        })
    })
}

fn jars() -> Vec<Case> {
    vec![
        jar("remove_all", distinct, |jar, _| jar.remove_all()),
        jar("remove_all of one name", same, |jar, _| jar.remove_all()),
        jar("remove each name", distinct, |jar, pairs| {
            (0..pairs).rev().for_each(|n| jar.remove(cookie(n).name()).expect("a name"));
        }),
        jar("set each received name", distinct, |jar, pairs| {
            (0..pairs).for_each(|n| jar.set(cookie(n)).expect("a cookie"));
        }),
        jar("set new names", distinct, |jar, pairs| {
            (pairs..2 * pairs).rev().for_each(|n| jar.set(cookie(n)).expect("a cookie"));
        }),
        jar("set one name many times", distinct, |jar, pairs| {
            (0..pairs).for_each(|_| jar.set(cookie(0)).expect("a cookie"));
        }),
        jar("set each name twice", distinct, |jar, pairs| {
            (0..pairs).chain(0..pairs).for_each(|n| jar.set(cookie(n)).expect("a cookie"));
        }),
        jar("set and remove one of many changed names", distinct, |jar, pairs| {
            (0..pairs).for_each(|n| jar.set(cookie(n)).expect("a cookie"));
            (0..pairs).for_each(|_| {
                jar.remove(cookie(0).name()).expect("a name");
                jar.set(cookie(0)).expect("a cookie");
            });
        }),
        jar("set the one received name", same, |jar, pairs| {
            (0..pairs).for_each(|_| jar.set(("name", "w")).expect("a cookie"));
        }),
        jar(
            "read everything",
            |n| distinct(n / 2),
            |jar, _| {
                black_box((jar.iter().count(), jar.budget(), jar.set_cookie_headers().count()));
                black_box(jar.get_all("name0").count());
            },
        ),
        jar("get each name after a change", distinct, |jar, pairs| {
            jar.set(("other", "v")).expect("a cookie");
            (0..pairs).for_each(|n| _ = black_box(jar.get(cookie(n).name())));
        }),
        jar(GET_EACH, distinct, |jar, pairs| {
            (0..pairs).for_each(|n| _ = black_box(jar.get(cookie(n).name())));
        }),
        jar(EACH_PATH, distinct, |jar, pairs| {
            (0..pairs)
                .for_each(|n| jar.remove(cookie(0).with_path(format!("/{n}"))).expect("a removal"));
        }),
    ]
}

#[cfg(feature = "encrypted")]
mod chunks {
    //! Encrypted values of several cookies each, and what pretends to be one.

    use gingersnap::protect::{Key, Keyring};

    use super::{Case, CookieJar, PAIRS, black_box, jar, unlimited};

    fn keyring() -> Keyring {
        Keyring::new(&Key::new([1; 32]).expect("32 bytes"))
    }

    fn open(jar: &mut CookieJar<'_>, _: usize) {
        black_box(jar.encrypted_chunks(&keyring()).get("t").is_ok());
    }

    fn set_and_remove(jar: &mut CookieJar<'_>, _: usize) {
        let keyring = keyring();
        let mut view = jar.encrypted_chunks_mut(&keyring);
        black_box(view.set(("t", "value")).is_ok());
        black_box(view.remove("t").is_ok());
    }

    pub(super) fn cases() -> Vec<Case> {
        let first = |n: usize| format!("t.0={n:08}9999.a");
        let first_and_second = |n: usize| match n % 2 {
            0 => format!("t.0={n:08}2.a"),
            _ => format!("t.1={:08}b", n - 1),
        };
        let one_long_value = |n: usize| match n {
            0 => "t.0=abcdefgh9999.1".to_owned(),
            _ => format!("t.{n}=abcdefgh{n}"),
        };
        let many_heads = |n: usize| match n % 2 {
            0 => "t.0=abcdefgh100.1".to_owned(),
            _ => format!("t.{n}=abcdefgh{}", "b".repeat(100)),
        };
        vec![
            jar("first chunks of many values", first, open),
            jar("values of two chunks", first_and_second, open),
            jar("one value of many chunks", one_long_value, open),
            jar("one value with many first chunks", many_heads, open),
            jar("remove the chunks of a long value", one_long_value, set_and_remove),
            Case::new("jar: set a value of many chunks".to_owned(), PAIRS, |chunks| {
                let limits = *unlimited().limits();
                let policy = unlimited().with_limits(limits.with_cookie_bytes(100));
                let value = "v".repeat(30 * chunks);
                Box::new(move || {
                    let mut jar = policy.empty_jar();
                    black_box(jar.encrypted_chunks_mut(&keyring()).set(("t", &value)).is_ok());
                })
            }),
        ]
    }
}

#[cfg(feature = "store")]
mod stores {
    //! Stores of many sites: an operation takes logarithmic time, so that as many as there are sites
    //! take little more than linear time.

    use std::env;
    use std::hint::black_box;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use gingersnap::RequestContext;
    use gingersnap::store::{CookieStore, StoreLimits};

    use super::Case;

    /// The smallest number of sites, or of what there is many of. It is doubled three times.
    fn sites() -> usize {
        env::var("LINEAR_SITES").map_or(1_250, |sites| sites.parse().expect("a number"))
    }

    fn case<S: 'static>(
        name: &str,
        prepare: impl Fn(usize) -> S + 'static,
        work: impl Fn(&mut S, &[Context]) + Copy + 'static,
    ) -> Case {
        Case::new(format!("store: {name}"), sites(), move |sites| {
            let contexts: Vec<_> = (0..2 * sites).map(|n| context(&host(n))).collect();
            let mut state = prepare(sites);
            Box::new(move || work(&mut state, &contexts))
        })
    }

    type Context = RequestContext<'static>;

    fn host(n: usize) -> String {
        format!("www.site{n}.example")
    }

    fn context(host: &str) -> Context {
        RequestContext::from_parts("https", host, "/").expect("a host").into_owned()
    }

    /// Returns a context in a frame of the `n`th site, and so with a partition of its own.
    fn partition(n: usize) -> Context {
        context("frame.example").in_top_level(&context(&host(n)))
    }

    /// The cookie of a partition.
    const PARTITIONED: [&str; 1] = ["a=b; Secure; SameSite=None; Partitioned; Max-Age=60"];

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
    }

    /// Returns a store that has one cookie of each site, which expires a minute after it was received,
    /// and no more than so many cookies.
    fn full(sites: usize, max: usize) -> CookieStore {
        let max = u32::try_from(max).expect("a limit");
        let limits = StoreLimits::DEFAULT.with_total_cookies(Some(max), max / 10 * 9);
        let mut store = CookieStore::new().with_limits(limits);
        for n in 0..sites {
            store.receive(&context(&host(n)), ["a=b; Max-Age=60"], at(0));
        }
        store
    }

    /// Returns a store with a cookie in each of so many partitions of one site.
    fn partitions(partitions: usize) -> CookieStore {
        let mut store = full(1, 2 * partitions);
        for n in 0..partitions {
            store.receive(&partition(n), PARTITIONED, at(0));
        }
        store
    }

    /// Returns a store with so many cookies of one site, and no limit of it.
    fn one_site(cookies: usize) -> CookieStore {
        let limits = StoreLimits::DEFAULT.with_site_cookies(u32::MAX, u32::MAX);
        let mut store = full(2, usize::MAX >> 33).with_limits(limits.with_site_bytes(usize::MAX));
        // The first one expires first.
        let headers = (0..cookies).map(|n| format!("n{n}=v; Max-Age={}", 60 + n));
        let context = context("big.example");
        headers.for_each(|header| _ = store.receive(&context, [header], at(0)));
        store
    }

    /// Receives a cookie from each site.
    fn receive(store: &mut CookieStore, contexts: &[Context], seconds: u64) {
        for context in contexts {
            store.receive(context, ["a=b"], at(seconds));
        }
    }

    pub(super) fn cases() -> Vec<Case> {
        vec![
            case(
                "new sites evict others",
                |n| full(n, n),
                |store, contexts| {
                    let new = &contexts[contexts.len() / 2..];
                    receive(store, new, 1);
                },
            ),
            case(
                "shared: new sites evict others",
                |n| full(n, n).into_shared(),
                |store, contexts| {
                    let new = &contexts[contexts.len() / 2..];
                    for context in new {
                        store.receive(context, ["a=b"], at(1));
                    }
                },
            ),
            case(
                "all are used, then new sites evict others",
                |n| full(n, n),
                |store, contexts| {
                    let (old, new) = contexts.split_at(contexts.len() / 2);
                    for context in old {
                        _ = black_box(store.cookie_header(context, at(1)));
                    }
                    receive(store, new, 2);
                },
            ),
            case(
                "all expire at once",
                |n| full(n, 2 * n),
                |store, contexts| {
                    _ = black_box(store.cookie_header(&contexts[0], at(60)));
                },
            ),
            case(
                "shared: all expire at once",
                |n| full(n, 2 * n).into_shared(),
                |store, contexts| {
                    // Each operation drops those of a part of the sites.
                    for context in &contexts[..64] {
                        _ = black_box(store.cookie_header(context, at(60)));
                    }
                },
            ),
            case(
                "one expires after the other",
                |n| full(n, 2 * n),
                |store, contexts| {
                    for (second, context) in (60..).zip(&contexts[..contexts.len() / 2]) {
                        store.receive(context, ["a=b; Max-Age=60"], at(second));
                        _ = black_box(store.cookie_header(context, at(second)));
                    }
                },
            ),
            case(
                "partitions of one site",
                |n| (n, full(1, 2 * n)),
                |(partitions, store), _| {
                    for n in 0..*partitions {
                        let context = partition(n);
                        store.receive(&context, PARTITIONED, at(0));
                        _ = black_box(store.cookie_header(&context, at(1)));
                    }
                },
            ),
            case("all partitions of one site expire", partitions, |store, contexts| {
                _ = black_box(store.cookie_header(&contexts[0], at(60)));
            }),
            case("partitions of one site are evicted", partitions, |store, contexts| {
                receive(store, contexts, 1);
            }),
            case("the header of another site than one with many", partitions, |store, contexts| {
                _ = black_box(store.cookie_header(&contexts[0], at(1)));
            }),
            case(
                "one is removed by hand from a big site",
                |n| one_site(n / 8),
                |store, contexts| {
                    let removed = store.remove_if(at(1), |cookie| cookie.name() == b"n0");
                    assert_eq!(removed, 1);
                    for seconds in 50..100 {
                        _ = black_box(store.cookie_header(&contexts[0], at(seconds)));
                    }
                },
            ),
        ]
    }
}

/// Files of cookies that repeat one piece.
#[cfg(feature = "store")]
mod files {
    use std::hint::black_box;
    use std::time::UNIX_EPOCH;

    use gingersnap::store::CookieStore;
    use gingersnap::store::file::Format;

    use super::{BYTES, Case, repeat};

    pub(super) fn cases() -> impl Iterator<Item = Case> {
        let pieces =
            ["a.example\tTRUE\t/\tTRUE\t0\ta\tb\n", "a b\n", "\n", " ", "\t", "#", "x", "\u{e9}"];
        let cases = pieces
            .into_iter()
            .map(|piece| case(Format::CookiesTxt, ["# HTTP Cookie File\n", piece, ""]));
        #[cfg(feature = "json")]
        let cases = cases.chain(json_cases());
        cases
    }

    #[cfg(feature = "json")]
    fn json_cases() -> impl Iterator<Item = Case> {
        const DOCUMENT: &str = r#"{"format":"gingersnap cookies","version":1,"cookies":["#;
        const HEX: &str = r#"{"format":"gingersnap cookies","version":1,"cookies":[{"name_hex":""#;
        const ENTRY: &str = r#"{"name":"a","value":"b","domain":".a.example","path":"/"},"#;

        let texts = ["a", "\\n", "\\u00e9", "\u{e9}"];
        let texts = texts.map(|piece| (Format::Playwright, [r#"[{"name":""#, piece, r#""}]"#]));
        let others = [
            (Format::Playwright, ["[", ENTRY, "null]"]),
            (Format::Playwright, ["[", "[],", "null]"]),
            (Format::Playwright, ["[{", r#""name":"a","#, r#""value":""}]"#]),
            (Format::Json, [DOCUMENT, ENTRY, "null]}"]),
            (Format::Json, [DOCUMENT, r#"{"a":0},"#, "null]}"]),
            (Format::Json, [HEX, "ff", r#""}]}"#]),
        ];
        texts.into_iter().chain(others).map(|(format, parts)| case(format, parts))
    }

    /// Reads the start of a file, a piece that is repeated as a whole, and the end.
    fn case(format: Format, [start, piece, end]: [&'static str; 3]) -> Case {
        let name = format!("{format}: {start}{piece}{end}").escape_debug().to_string();
        Case::new(name, BYTES, move |bytes| {
            let times = bytes / piece.len();
            let pieces = repeat(piece.as_bytes(), times * piece.len());
            let file = [start.as_bytes(), &pieces, end.as_bytes()].concat();
            Box::new(move || {
                let mut store = CookieStore::new();
                let report = store.read(format, &file, UNIX_EPOCH);
                black_box(report.expect("a file of this format"));
            })
        })
    }
}

fn cases() -> Vec<Case> {
    let values = ["v", "%", "%41", "%FF", ";", "é", "\""].map(value);
    let dates = ["1", " ", ":", "08:49:37 ", "nov ", "x", "("].map(cookie_date);
    let foreign =
        [",", ", ", ",a", ",a=", ", a=b; Path=/", "=", "\\", "\\0", "\\073", "\"", "\\\""]
            .map(foreign);
    let headers = cookie_headers().into_iter().chain(set_cookie_headers()).chain(foreign);
    let cases = headers.chain(values).chain(dates).chain([spaces_in_a_date()]).chain(jars());
    #[cfg(feature = "encrypted")]
    let cases = cases.chain(chunks::cases());
    #[cfg(feature = "store")]
    let cases = cases.chain(stores::cases()).chain(files::cases());
    cases.collect()
}

/// Cases that are quadratic by design. How often these calls are made is up to the application, not
/// to the sender of the request: each goes through all received pairs, or through all changes of
/// the name.
const QUADRATIC: [&str; 2] = [GET_EACH, EACH_PATH];
const GET_EACH: &str = "get each name";
const EACH_PATH: &str = "remove one name at each path";

/// Does the work of one case. The other test runs this one under valgrind, in a process of its own.
#[test]
#[ignore = "needs valgrind"]
fn worker() {
    let (Ok(name), Ok(size)) = (env::var("LINEAR_CASE"), env::var("LINEAR_SIZE")) else { return };
    let size = size.parse().expect("a number");
    let case = cases().into_iter().find(|case| case.name == name).expect("a case");
    let mut work = (case.prepare)(size);
    measured(&mut work);
}

/// Returns the number of instructions that a case takes at a size.
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
        .expect("valgrind is installed");
    // A file that is left behind does no harm.
    let _ = std::fs::remove_file(out);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    let collected = log.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.expect("a count").1.trim().parse().expect("a number");
    assert!(count > 0, "nothing was counted: {log}");
    count
}

#[test]
#[ignore = "needs valgrind"]
fn instructions_grow_no_faster_than_the_input() {
    let filter = env::var("LINEAR_ONLY").unwrap_or_default();
    let mut too_fast = Vec::new();
    for case in cases().iter().filter(|case| case.name.contains(&filter)) {
        let sizes = [1, 2, 4, 8].map(|times| case.size * times);
        let counts = sizes.map(|size| instructions(case, size));
        println!("| {} | {} |", case.name, counts.map(|count| count.to_string()).join(" | "));
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let growth = counts[3] as f64 / counts[2] as f64;
        if growth > MAX_GROWTH && !QUADRATIC.contains(&case.name.trim_start_matches("jar: ")) {
            too_fast.push(format!("{}: {growth:.2} times, {counts:?}", case.name));
        }
    }
    assert!(too_fast.is_empty(), "{too_fast:#?}");
}
