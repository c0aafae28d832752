//! Injections: hostile texts in each argument of each function that writes.

use gingersnap::header::{SetCookie, pairs, split_set_cookie_list};
use gingersnap::store::CookieStore;
use gingersnap::store::file::Format;
use gingersnap::{Cookie, CookieJar, Encoding, Prefix, RequestContext, Requirement, SameSite};

use crate::sealing::keyring;
use crate::splitmix::Random;
use crate::writers::{Argument, WRITERS, Writer, Written};
use crate::{attacks, content, now, shop};

/// All injections into headers; those into files come on top.
const INJECTIONS: usize = 68_000;

/// Parts of hostile texts. Most are harmless for one reader and separate something for another.
const PIECES: &[&str] = &[
    ";",
    "; ",
    ";;",
    "=",
    ",",
    ", ",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x01",
    "\x0B",
    "\x1F",
    "\x7F",
    "\"",
    "\\",
    "\\\"",
    "%",
    "%3B",
    "%0d%0a",
    "%00",
    "&",
    "#",
    "{",
    "}",
    "[",
    "\u{80}",
    "\u{85}",
    "\u{a0}",
    "\u{2003}",
    "\u{2028}",
    "\u{feff}",
    "\u{10ffff}",
    "\u{37e}",
    "é",
    "; Secure",
    "; HttpOnly",
    "; Domain=evil.example",
    "; Path=/admin",
    "; Max-Age=0",
    "; SameSite=None; Secure",
    "; Partitioned",
    "\r\nSet-Cookie: b=2",
    "\nSet-Cookie: b=2",
    "\r\n\r\n<script>",
    ", b=2; Secure",
    "__Host-",
    "__Secure-",
    "__host-http-",
    "$Version=1",
    "#HttpOnly_",
    "\",\"path\":\"/\"",
    "/",
    "/../",
    "//",
    "..",
    ".",
    "-",
    "evil.example",
    "shop.example",
    ":80",
    "127.0.0.1",
    "xn--",
    "null",
    "user",
    "a",
    "1",
];

/// Returns a hostile text: a few pieces, for some functions behind or in front of what is expected.
pub(crate) fn hostile(random: &mut Random) -> String {
    // Some are harmless, so that each function writes something.
    if random.percent(10) {
        return random.pick(&["user2", "/a/b", "Shop.Example"]).to_owned();
    }
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text += random.pick(PIECES);
    }
    match random.below(6) {
        0 => format!("user{text}"),
        1 => format!("{text}user"),
        2 => format!("/{text}"),
        3 => format!("shop.example{text}"),
        4 => format!("{text}.shop.example"),
        _ => text,
    }
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\t' || byte == 0x7F
}

/// Asserts that a header sets what was asked for: only the attacked argument is another one, and that
/// is the text.
#[track_caller]
fn sets_only(writer: &Writer, text: &str, header: &[u8]) {
    let (function, shown) = (writer.function, header.escape_ascii());
    let context = format!("{function} with {text:?} as {:?}: {shown}", writer.argument);
    // A browser has names that a server would not set, and they can be removed and edited.
    let is_old_name = writer.argument == Argument::Name
        && ["CookieJar::remove", "SetCookieEdit"].contains(&function);
    assert!(is_old_name || header.is_ascii(), "{context}");
    assert!(!header.iter().copied().any(is_control), "{context}");
    let read = SetCookie::parse(header).expect(&context);
    let attacked = |argument| writer.argument == argument;
    let is_removal = function == "CookieJar::remove";
    let is_chunk = function.starts_with("EncryptedChunks");
    let name = String::from_utf8_lossy(read.name());
    let name = if is_chunk { name.rsplit_once('.').expect(&context).0 } else { &*name };
    assert_eq!(name, if attacked(Argument::Name) { text } else { "user" }, "{context}");
    let value = str::from_utf8(read.value()).expect(&context);
    if attacked(Argument::Value) {
        let encoding = if function.ends_with("raw") { Encoding::Raw } else { Encoding::Percent };
        assert_eq!(encoding.decode(value), text, "{context}");
        // Nor does a gateway that joins headers make two of it.
        assert_eq!(split_set_cookie_list(header).collect::<Vec<_>>(), [header], "{context}");
    } else if !attacked(Argument::Hidden) && !is_chunk && !function.starts_with("Sealed") {
        assert_eq!(value, if is_removal { "" } else { "1" }, "{context}");
    }
    let domain = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
    assert_eq!(read.domain(), attacked(Argument::Domain).then_some(&*domain), "{context}");
    let path = if attacked(Argument::Path) { text } else { "/" };
    assert_eq!(read.path(), Some(path.as_bytes()), "{context}");
    assert_eq!(read.max_age().is_some(), is_removal, "{context}");
    assert_eq!(read.expires().is_some(), is_removal, "{context}");
    // A removal has what the prefix of its name requires, or browsers would drop it.
    let prefix = Prefix::from_name(read.name()).filter(|_| is_removal);
    let requires = |what| prefix.is_some_and(|prefix| prefix.requirements().contains(&what));
    assert_eq!(read.is_secure(), requires(Requirement::Secure), "{context}");
    assert_eq!(read.is_http_only(), requires(Requirement::HttpOnly), "{context}");
    assert!(!read.is_partitioned(), "{context}");
    assert_eq!(read.same_site(), SameSite::Unset, "{context}");
}

/// Asserts that a `Cookie` header has one pair, with what was asked for.
#[track_caller]
fn has_one_pair(writer: &Writer, text: &str, header: &[u8]) {
    let context = format!("{} with {text:?}: {}", writer.function, header.escape_ascii());
    assert!(!header.iter().copied().any(is_control), "{context}");
    let read: Vec<_> = pairs(header).collect();
    let name = if writer.argument == Argument::Name { text } else { "user" };
    let value = if writer.argument == Argument::Value { text } else { "1" };
    assert_eq!(read, [Ok((name.as_bytes(), value.as_bytes()))], "{context}");
}

#[test]
fn no_text_sets_more_than_its_argument() {
    let mut random = Random::new(68);
    let rounds = attacks(INJECTIONS).div_ceil(WRITERS.len());
    let mut written = vec![0; WRITERS.len()];
    for _ in 0..rounds {
        for (writer, written) in WRITERS.iter().zip(&mut written) {
            let text = hostile(&mut random);
            match (writer.write)(&text) {
                None => {}
                Some(Written::SetCookie(headers)) => {
                    *written += 1;
                    assert_eq!(headers.len(), 1, "{} with {text:?}", writer.function);
                    for header in &headers {
                        sets_only(writer, &text, header);
                    }
                }
                Some(Written::Cookie(header)) => {
                    *written += 1;
                    has_one_pair(writer, &text, &header);
                }
            }
        }
    }
    // Each function writes some of the texts, so that what it writes is checked, and refuses others,
    // unless it encodes them.
    for (writer, written) in WRITERS.iter().zip(written) {
        let of = format!("{written} of {rounds} by {} as {:?}", writer.function, writer.argument);
        let encodes = matches!(writer.argument, Argument::Value | Argument::Hidden);
        assert!(written > 0 && (written < rounds || encodes), "{of}");
    }
}

/// What is sealed and what is in JSON comes back as it was.
#[test]
fn any_text_that_is_hidden_comes_back_as_it_was() {
    let mut random = Random::new(2);
    for _ in 0..attacks(INJECTIONS) / 20 {
        let text = hostile(&mut random);
        let mut jar = CookieJar::new();
        jar.signed_mut(keyring()).set(("s", &*text)).expect("any text");
        jar.encrypted_mut(keyring()).set(("e", &*text)).expect("any text");
        jar.encrypted_chunks_mut(keyring()).set(("c", &*text)).expect("any text");
        let template = gingersnap::CookieTemplate::new("j");
        jar.set(template.with_json(&text).expect("text")).expect("any text");
        let pairs = jar.set_cookie_headers().filter_map(|header| header.split(';').next());
        let header = pairs.collect::<Vec<_>>().join("; ");
        let next = CookieJar::from_cookie_header(&header).expect("a header");
        assert_eq!(next.len(), 4, "{header}");
        let opened = [
            next.signed(keyring()).get("s"),
            next.encrypted(keyring()).get("e"),
            next.encrypted_chunks(keyring()).get("c"),
        ];
        for opened in opened {
            assert_eq!(opened.expect("it opens").expect("it is there").value, text);
        }
        assert_eq!(next.get_json::<String>("j"), Ok(Some(text)));
    }
}

/// What separates the parts of a file, between two texts.
const SEPARATORS: &[&str] = &["", "", "", "\t", "\n", "\"", ",", "\\", "#", "\u{2028}"];

/// Returns what a store has, sorted.
fn contents(store: &CookieStore) -> Vec<String> {
    let mut contents: Vec<_> = store.iter(now()).map(content).collect();
    contents.sort_unstable();
    contents
}

/// A cookie of any text is read from a file as it was written, or the report says that it was not.
#[test]
fn no_text_adds_a_cookie_to_a_file_or_changes_another() {
    let formats = [Format::CookiesTxt, Format::Json, Format::Playwright, Format::CookieList];
    let mut random = Random::new(4);
    let (mut written, mut left_out) = (0, 0);
    for round in 0..attacks(INJECTIONS) / 4 {
        let mut store = CookieStore::new();
        // Beside a cookie that must stay as it is, one from a response and one by hand.
        let other = RequestContext::parse("https://other.example/").expect("a URL");
        store.receive(&other, ["sid=31d4; Path=/; Secure; HttpOnly"], now());
        let mut text = || hostile(&mut random) + random.pick(SEPARATORS) + &hostile(&mut random);
        let (name, value, path) = (text(), text(), text());
        store.receive(&shop(), [format!("{name}={value}; Path=/{path}")], now());
        let cookie = Cookie::new(&name, &value).with_path(&path).with_encoding(Encoding::Raw);
        store.insert(&shop(), &cookie, now());
        let before = contents(&store);
        let format = formats[round % formats.len()];
        let (text, report) = store.write(format, now());
        let mut next = CookieStore::new();
        let read = next.read(format, &text, now()).expect("the format");
        assert!(read.skipped.is_empty(), "{format}: {}", text.escape_ascii());
        let after = contents(&next);
        let context = format!("{format}: {before:#?} is read as {after:#?}");
        assert_eq!(after.len() + report.not_held.len(), before.len(), "{context}");
        assert!(after.iter().all(|cookie| before.contains(cookie)), "{context}");
        written += after.len();
        left_out += report.not_held.len();
    }
    assert!(written > left_out && left_out > 0, "{written} and {left_out}");
}
