//! A sealed value opens to what was sealed, under its name, for its purpose, with its key and in its time
//! alone. Whatever is done to it, it opens to nothing or is the very same value.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::{OpenError, OpenErrorKind};
use gingersnap::header;
use gingersnap::protect::{Key, Keyring};
use gingersnap::{Cookie, CookieJar, Limits, Policy};

/// Two values, their times, and what is done to them.
#[derive(Debug, Default)]
struct Input<'a> {
    name: &'a str,
    other_name: &'a str,
    values: [&'a str; 2],
    /// A text that nobody sealed.
    received: &'a [u8],
    is_encrypted: bool,
    /// Which of two keys is the primary one, and whether the other one is a retired one.
    keys: [bool; 2],
    /// Seconds from 2001-09-09.
    issued: u32,
    life: Option<u32>,
    max_age: Option<u32>,
    /// Seconds from the issue to when it is opened.
    later: i32,
    changes: Vec<Change<'a>>,
    chunk_changes: Vec<ChunkChange<'a>>,
}

/// A change of a text, at positions that are taken modulo its length.
#[derive(Clone, Copy, Debug)]
enum Change<'a> {
    Flip(usize, u8),
    Insert(usize, &'a str),
    Cut(usize, usize),
    Truncate(usize),
    Copy(usize, usize, usize),
    Reverse(usize, usize),
    /// Takes so many bytes of the other value, in the same place.
    Splice(usize, usize),
    /// Continues with the other value.
    Continue(usize, usize),
}

/// A change of the cookies of a value that was split, at indices that are taken modulo their number.
#[derive(Clone, Copy, Debug)]
enum ChunkChange<'a> {
    Remove(usize),
    Swap(usize, usize),
    /// Adds a cookie of the other value, at a place.
    Add(usize, usize),
    /// Takes the text of a cookie of the other value.
    Replace(usize, usize),
    Rename(usize, usize),
    Text(usize, Change<'a>),
}

impl<'a> Input<'a> {
    /// Reads lines: name, another name, both values, and a text that nobody sealed; then settings and
    /// changes, each a letter and what follows it. Other lines are ignored.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut lines = bytes.split(|&byte| byte == b'\n');
        let mut next = || lines.next().unwrap_or_default();
        let mut text = || str::from_utf8(next()).ok();
        let mut input = Self {
            name: text()?,
            other_name: text()?,
            values: [text()?, text()?],
            received: next(),
            ..Self::default()
        };
        for line in lines.filter_map(|line| str::from_utf8(line).ok()) {
            match line.split_at_checked(1) {
                Some(("e", _)) => input.is_encrypted = true,
                Some(("k", _)) => input.keys[0] = true,
                Some(("o", _)) => input.keys[1] = true,
                Some(("i", seconds)) => input.issued = seconds.parse().unwrap_or(0),
                Some(("l", seconds)) => input.life = seconds.parse().ok(),
                Some(("a", seconds)) => input.max_age = seconds.parse().ok(),
                Some(("t", seconds)) => input.later = seconds.parse().unwrap_or(0),
                _ => {
                    input.changes.extend(Change::parse(line));
                    input.chunk_changes.extend(ChunkChange::parse(line));
                }
            }
        }
        Some(input)
    }
}

/// Reads up to three numbers, and returns what follows the first one, too.
fn numbers(text: &str) -> ([usize; 3], &str) {
    let mut words = text.split(' ').map(|word| word.parse().unwrap_or(0));
    let numbers = std::array::from_fn(|_| words.next().unwrap_or(0));
    (numbers, text.split_once(' ').map_or("", |(_, rest)| rest))
}

impl<'a> Change<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (kind, text) = line.split_at_checked(1)?;
        let ([at, count, to], rest) = numbers(text);
        Some(match kind {
            "f" => Self::Flip(at, u8::try_from(count).unwrap_or(1)),
            "+" => Self::Insert(at, rest),
            "-" => Self::Cut(at, count),
            "|" => Self::Truncate(at),
            "c" => Self::Copy(at, count.min(300), to),
            "r" => Self::Reverse(at, count),
            "s" => Self::Splice(at, count),
            ">" => Self::Continue(at, count),
            _ => return None,
        })
    }
}

impl<'a> ChunkChange<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (kind, text) = line.split_at_checked(1)?;
        let ([at, other, _], rest) = numbers(text);
        Some(match kind {
            "R" => Self::Remove(at),
            "W" => Self::Swap(at, other),
            "A" => Self::Add(at, other),
            "P" => Self::Replace(at, other),
            "N" => Self::Rename(at, other),
            "T" => Self::Text(at, Change::parse(rest)?),
            _ => return None,
        })
    }
}

/// Checks the law for the values and the changes that the bytes stand for.
pub fn check(bytes: &[u8]) {
    let Some(input) = Input::parse(bytes) else { return };
    let view = View { is_encrypted: input.is_encrypted, keyring: keyring(input.keys) };
    let issued = 1_000_000_000 + i64::from(input.issued);
    let Some(sealed) = view.seal(input.name, input.values[0], issued, input.life) else { return };
    open_in_time(&view, &input, &sealed, issued);
    open_elsewhere(&view, &input, &sealed, issued);
    open_changed(&view, &input, &sealed, issued);
    if input.is_encrypted {
        open_chunks(&view, &input, issued);
    }
}

/// Asserts that a value opens from its issue, less a minute, to its expiry, and not if it is too old; at the
/// time of the input, and at each time when something changes.
fn open_in_time(view: &View, input: &Input<'_>, sealed: &str, issued: i64) {
    let header = format!("{}={sealed}", input.name);
    let expires = input.life.map(|life| issued + i64::from(life));
    let oldest = input.max_age.map(|max_age| issued + i64::from(max_age));
    // A time before 1970 counts as 1970.
    let now = (issued + i64::from(input.later)).max(0);
    let changes = [Some(issued - 60), expires, oldest].into_iter().flatten();
    for now in changes.flat_map(|time| [time - 1, time, time + 1]).chain([now]) {
        let opened = view.open(header.as_bytes(), input.name, now, input.max_age);
        let error = match opened {
            Ok(value) => {
                assert_eq!(value.as_deref(), Some(input.values[0]));
                assert!(now >= issued - 60 && expires.is_none_or(|expires| now < expires));
                assert!(oldest.is_none_or(|oldest| now <= oldest));
                continue;
            }
            Err(error) => error.kind,
        };
        let is_right = match error {
            OpenErrorKind::IssuedInFuture { ahead } => {
                i64::try_from(ahead.as_secs()) == Ok(issued - now) && issued - now > 60
            }
            OpenErrorKind::Expired { ago } => {
                expires.is_some_and(|expires| i64::try_from(ago.as_secs()) == Ok(now - expires))
            }
            OpenErrorKind::TooOld { age, .. } => {
                i64::try_from(age.as_secs()) == Ok(now - issued)
                    && oldest.is_some_and(|oldest| now > oldest)
            }
            _ => false,
        };
        assert!(is_right, "{error:?} at {now}, issued at {issued}");
    }
}

/// Asserts that a value does not open under another name, for the other purpose, or without its key.
fn open_elsewhere(view: &View, input: &Input<'_>, sealed: &str, now: i64) {
    let name = input.name;
    let (longer, changed) = (format!("{name}."), format!("{}~", &name[..name.len() - 1]));
    for other_name in [input.other_name, &longer, &changed].into_iter().filter(|it| *it != name) {
        // The other name need not be one, so that the name may be that of a cookie after it.
        let header = format!("{other_name}={sealed}");
        let mut cookies = header::pairs(&header).flatten();
        let is_there = cookies.any(|(found, _)| found == name.as_bytes());
        let opened = view.open(header.as_bytes(), other_name, now, None);
        assert!(!matches!(opened, Ok(Some(_))), "as {other_name}: {opened:?}");
        let opened = view.open(header.as_bytes(), name, now, None);
        assert!(is_there || matches!(opened, Ok(None)), "as {other_name}: {opened:?}");
    }
    let header = format!("{name}={sealed}");
    let other_purpose = View { is_encrypted: !view.is_encrypted, keyring: view.keyring.clone() };
    let opened = other_purpose.open(header.as_bytes(), name, now, None);
    let is_malformed = |error: OpenError| matches!(error.kind, OpenErrorKind::Malformed { .. });
    assert!(opened.is_err_and(is_malformed));
    // A retired key opens, and no key but those.
    let retired = keyring([!input.keys[0], true]);
    let without = Keyring::new(&key(3));
    for (keyring, opens) in [(retired, true), (without, false)] {
        let view = View { is_encrypted: view.is_encrypted, keyring };
        let opened = view.open(header.as_bytes(), name, now, None);
        // A value with a life of no seconds has expired at once.
        let expected = input.life != Some(0) && opens;
        assert_eq!(opened.is_ok(), expected, "{opened:?}");
    }
}

/// Asserts that of all texts, those that were changed and those that nobody sealed included, the first opens
/// that is a sealed value.
fn open_changed(view: &View, input: &Input<'_>, sealed: &str, now: i64) {
    let Some(other) = view.seal(input.name, input.values[1], now, None) else { return };
    let mut changed = sealed.as_bytes().to_vec();
    for change in &input.changes {
        make(&mut changed, other.as_bytes(), *change);
    }
    let value_of = |text: &[u8]| {
        // A value with a life of no seconds has expired at once.
        let first = (text == sealed.as_bytes() && input.life != Some(0)).then_some(input.values[0]);
        first.or((text == other.as_bytes()).then_some(input.values[1]))
    };
    let name = input.name.as_bytes();
    for text in [&changed, input.received] {
        let alone = [name, b"=", text].concat();
        let beside = [&alone, &b"; "[..], name, b"=", other.as_bytes()].concat();
        for header in [alone, beside] {
            let mut cookies = header::pairs(&header).flatten().filter(|(found, _)| *found == name);
            let expected = cookies.find_map(|(_, text)| value_of(text));
            let opened = view.open(&header, input.name, now, None).ok().flatten();
            assert_eq!(opened.as_deref(), expected, "{}", header.escape_ascii());
        }
    }
}

/// Asserts that the cookies of a value that was split open together, in any order, and whatever is done to
/// them to nothing else than one of the two values.
fn open_chunks(view: &View, input: &Input<'_>, now: i64) {
    // Chunks so short that a value has several.
    let limits = Limits::DEFAULT
        .with_cookie_bytes(u32::try_from(input.name.len()).unwrap_or(0).saturating_add(80));
    let policy = Policy::new().with_limits(limits);
    let split = |value: &str| -> Option<Vec<(String, String)>> {
        let mut jar = policy.empty_jar();
        let mut chunks = jar.encrypted_chunks_mut(&view.keyring);
        let count = chunks.set_at((input.name, value), time(now)).ok()?;
        let pairs: Vec<_> =
            jar.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(pairs.len(), count);
        Some(pairs)
    };
    let open = |chunks: &[(String, String)]| {
        let pairs: Vec<_> = chunks.iter().map(|(name, text)| format!("{name}={text}")).collect();
        let header = pairs.join("; ");
        let jar = CookieJar::from_cookie_header(&header).ok()?;
        let opened = jar.encrypted_chunks(&view.keyring).get_at(input.name, time(now)).ok()??;
        Some(opened.value.into_owned())
    };
    let (Some(mut chunks), Some(other)) = (split(input.values[0]), split(input.values[1])) else {
        return;
    };
    assert_eq!(open(&chunks).as_deref(), Some(input.values[0]));
    chunks.reverse();
    assert_eq!(open(&chunks).as_deref(), Some(input.values[0]));
    let both = [&chunks[..], &other].concat();
    assert!(open(&both).is_some_and(|value| input.values.contains(&&*value)));
    for change in &input.chunk_changes {
        if chunks.is_empty() {
            return;
        }
        make_to_chunks(&mut chunks, &other, input.name, *change);
    }
    if let Some(value) = open(&chunks) {
        assert!(input.values.contains(&&*value), "{chunks:?}");
    }
}

/// A view of jars.
struct View {
    is_encrypted: bool,
    keyring: Keyring,
}

impl View {
    /// Seals a value for a name, or returns `None` for a name or a value that cannot be set.
    fn seal(&self, name: &str, value: &str, now: i64, life: Option<u32>) -> Option<String> {
        let mut cookie = Cookie::new(name, value);
        if let Some(life) = life.filter(|life| *life > 0) {
            cookie = cookie.with_max_age(Duration::from_secs(life.into()));
        }
        let mut jar = CookieJar::new();
        let mut view = if self.is_encrypted {
            jar.encrypted_mut(&self.keyring)
        } else {
            jar.signed_mut(&self.keyring)
        };
        if life == Some(0) {
            view = view.with_lifetime(Duration::ZERO);
        }
        view.set_at(cookie, time(now)).ok()?;
        Some(jar.get_raw(name).expect("it was set").to_owned())
    }

    /// Opens a cookie of a request.
    fn open(
        &self,
        header: &[u8],
        name: &str,
        now: i64,
        max_age: Option<u32>,
    ) -> Result<Option<String>, OpenError> {
        let jar = roomy().jar_from_cookie_header(header).expect("a header within the limits");
        let view = if self.is_encrypted {
            jar.encrypted(&self.keyring)
        } else {
            jar.signed(&self.keyring)
        };
        let opened = match max_age {
            Some(max_age) => {
                view.get_within_at(name, Duration::from_secs(max_age.into()), time(now))
            }
            None => view.get_at(name, time(now)),
        };
        Ok(opened?.map(|opened| opened.value.into_owned()))
    }
}

/// With limits that no input exceeds.
fn roomy() -> Policy {
    let limits = Limits::DEFAULT.with_received_bytes(u32::MAX).with_received_pairs(u32::MAX);
    Policy::new().with_limits(limits)
}

fn key(number: u8) -> Key {
    Key::new([number; 32]).expect("32 bytes")
}

/// Returns a keyring with one of two primary keys and, if asked for, the other one.
fn keyring([is_first, has_retired]: [bool; 2]) -> Keyring {
    let keys = [key(1), key(2)];
    let keyring = Keyring::new(&keys[usize::from(is_first)]);
    if has_retired { keyring.with_retired(&keys[usize::from(!is_first)]) } else { keyring }
}

fn time(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

/// Makes a change to a text.
fn make(text: &mut Vec<u8>, other: &[u8], change: Change<'_>) {
    let len = text.len();
    let place = |at: usize| at % (len + 1);
    let end = |at: usize, count: usize| place(at).saturating_add(count).min(len);
    match change {
        Change::Flip(at, bits) => {
            if let Some(byte) = text.get_mut(place(at)) {
                *byte ^= bits;
            }
        }
        Change::Insert(at, new) => drop(text.splice(place(at)..place(at), new.bytes())),
        Change::Cut(at, count) => drop(text.drain(place(at)..end(at, count))),
        Change::Truncate(at) => text.truncate(place(at)),
        Change::Copy(at, count, to) => {
            let copy = text[place(at)..end(at, count)].to_vec();
            drop(text.splice(place(to)..place(to), copy));
        }
        Change::Reverse(at, count) => text[place(at)..end(at, count)].reverse(),
        Change::Splice(at, count) => {
            let end = end(at, count).min(other.len());
            if let Some(part) = other.get(place(at)..end) {
                text[place(at)..end].copy_from_slice(part);
            }
        }
        Change::Continue(at, from) => {
            text.truncate(place(at));
            text.extend_from_slice(&other[from % (other.len() + 1)..]);
        }
    }
}

/// Makes a change to the cookies of a value.
fn make_to_chunks(
    chunks: &mut Vec<(String, String)>,
    other: &[(String, String)],
    name: &str,
    change: ChunkChange<'_>,
) {
    let len = chunks.len();
    let index = |at: usize| at % len;
    let other = |at: usize| &other[at % other.len()];
    match change {
        ChunkChange::Remove(at) => drop(chunks.remove(index(at))),
        ChunkChange::Swap(at, to) => {
            let text = chunks[index(to)].1.clone();
            chunks[index(to)].1 = std::mem::replace(&mut chunks[index(at)].1, text);
        }
        ChunkChange::Add(at, from) => chunks.insert(index(at), other(from).clone()),
        ChunkChange::Replace(at, from) => chunks[index(at)].1.clone_from(&other(from).1),
        ChunkChange::Rename(at, number) => chunks[index(at)].0 = format!("{name}.{number}"),
        ChunkChange::Text(at, change) => {
            let mut text = chunks[index(at)].1.clone().into_bytes();
            make(&mut text, other(at).1.as_bytes(), change);
            chunks[index(at)].1 = String::from_utf8_lossy(&text).into_owned();
        }
    }
}
