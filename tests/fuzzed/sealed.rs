//! A sealed value opens to what was sealed, but only under its name, for its purpose, with its key and while
//! it is valid. A value that was changed does not open.

mod changes;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::{OpenError, OpenErrorKind};
use gingersnap::header;
use gingersnap::protect::{Key, Keyring};
use gingersnap::{Cookie, CookieJar, Limits, Policy, SealedCookiesMut};

use crate::support::Reached;
use crate::support::cookies::unescape;

use changes::{Change, ChunkChange, apply, apply_to_chunks};

/// What the seeds must reach.
pub const REQUIRED: &[&str] = &[
    "a name refused",
    "a value refused",
    "opened",
    "issued in the future",
    "expired",
    "too old",
    "renewed",
    "not renewed",
    "a signed value changed",
    "an encrypted value changed",
    "a change undone",
    "changed into the other value",
    "chunks",
    "chunks changed",
    "chunks changed that still open",
];

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

impl<'a> Input<'a> {
    /// Reads lines: name, another name, both values, and a text that nobody sealed; then settings and
    /// changes, each a letter and what follows it. Other lines are ignored.
    fn parse(lines: &'a [Vec<u8>]) -> Option<Self> {
        let mut lines = lines.iter().map(Vec::as_slice);
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

/// Checks the law for the values and the changes that the bytes stand for.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let lines: Vec<_> = bytes.split(|&byte| byte == b'\n').map(unescape).collect();
    let Some(input) = Input::parse(&lines) else { return reached };
    let view = View { is_encrypted: input.is_encrypted, keyring: keyring(input.keys) };
    let issued = 1_000_000_000 + i64::from(input.issued);
    let Some(sealed) = view.seal(input.name, input.values[0], issued, input.life) else {
        let is_name = is_sealable_name(input.name);
        reached.insert(if is_name { "a value refused" } else { "a name refused" });
        return reached;
    };
    open_in_time(&view, &input, &sealed, issued, &mut reached);
    renew(&view, &input, &sealed, issued, &mut reached);
    open_elsewhere(&view, &input, &sealed, issued);
    open_changed(&view, &input, &sealed, issued, &mut reached);
    if input.is_encrypted {
        open_chunks(&view, &input, issued, &mut reached);
    }
    reached
}

/// Asserts that a value opens from a minute before its issue until it expires or is too old: at the time of
/// the input, and in the seconds around each of these limits.
fn open_in_time(view: &View, input: &Input<'_>, sealed: &str, issued: i64, reached: &mut Reached) {
    let header = format!("{}={sealed}", input.name);
    let expires = input.life.map(|life| issued + i64::from(life));
    let oldest = input.max_age.map(|max_age| issued + i64::from(max_age));
    // A time before 1970 counts as 1970.
    let now = (issued + i64::from(input.later)).max(0);
    let limits = [Some(issued - 60), expires, oldest].into_iter().flatten();
    for now in limits.flat_map(|time| [time - 1, time, time + 1]).chain([now]) {
        let opened = view.open(header.as_bytes(), input.name, now, input.max_age);
        let error = match opened {
            Ok(value) => {
                assert_eq!(value.as_deref(), Some(input.values[0]));
                assert!(now >= issued - 60 && expires.is_none_or(|expires| now < expires));
                assert!(oldest.is_none_or(|oldest| now <= oldest));
                reached.insert("opened");
                continue;
            }
            Err(error) => error.kind,
        };
        let is_right = match error {
            OpenErrorKind::IssuedInFuture { ahead } => {
                reached.insert("issued in the future");
                i64::try_from(ahead.as_secs()) == Ok(issued - now) && issued - now > 60
            }
            OpenErrorKind::Expired { ago } => {
                reached.insert("expired");
                expires.is_some_and(|expires| i64::try_from(ago.as_secs()) == Ok(now - expires))
            }
            OpenErrorKind::TooOld { age, .. } => {
                reached.insert("too old");
                i64::try_from(age.as_secs()) == Ok(now - issued)
                    && oldest.is_some_and(|oldest| now > oldest)
            }
            _ => false,
        };
        assert!(is_right, "{error:?} at {now}, issued at {issued}");
    }
}

/// Asserts that a value is sealed again, for as long as before, once half of its life has passed, and that
/// the jar stays as it is otherwise.
fn renew(view: &View, input: &Input<'_>, sealed: &str, issued: i64, reached: &mut Reached) {
    let header = format!("{}={sealed}", input.name);
    let now = (issued + i64::from(input.later)).max(0);
    let opened = view.open(header.as_bytes(), input.name, now, None).ok().flatten();
    let mut jar = jar_of(&header);
    let mut cookie = Cookie::new(input.name, "another value");
    if let Some(life) = input.life {
        cookie = cookie.with_max_age(Duration::from_secs(life.into()));
    }
    let renewed = view.view_mut(&mut jar).renew_at(cookie, time(now)).ok().flatten();
    assert_eq!(renewed.as_ref().map(|renewed| &*renewed.value), opened.as_deref());
    let is_due = input.life.is_some_and(|life| now - issued > i64::from(life / 2));
    let is_renewed = opened.is_some() && is_due;
    assert!(renewed.is_none_or(|renewed| renewed.needs_renewal == is_renewed));
    assert_eq!(jar.changes().count(), usize::from(is_renewed));
    reached.insert(if is_renewed { "renewed" } else { "not renewed" });
    if let (true, Some(life)) = (is_renewed, input.life) {
        let sealed = jar.get_raw(input.name).expect("it was set");
        let header = format!("{}={sealed}", input.name);
        let end = now + i64::from(life);
        let last = view.open(header.as_bytes(), input.name, end - 1, None);
        assert_eq!(last.ok().flatten().as_deref(), opened.as_deref());
        assert!(view.open(header.as_bytes(), input.name, end, None).is_err());
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
    // A retired key opens a value, and a key that is not in the keyring does not.
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

/// Asserts that a header opens to its first intact sealed value; changed and made-up texts are passed over.
fn open_changed(view: &View, input: &Input<'_>, sealed: &str, now: i64, reached: &mut Reached) {
    let Some(other) = view.seal(input.name, input.values[1], now, None) else { return };
    let mut changed = sealed.as_bytes().to_vec();
    for change in &input.changes {
        apply(&mut changed, other.as_bytes(), *change);
    }
    if !input.changes.is_empty() {
        reached.insert(match &*changed {
            text if text == sealed.as_bytes() => "a change undone",
            text if text == other.as_bytes() => "changed into the other value",
            _ if input.is_encrypted => "an encrypted value changed",
            _ => "a signed value changed",
        });
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

/// Asserts that the chunks of a value open in any order, and that no change of them opens to anything but one
/// of the two values.
fn open_chunks(view: &View, input: &Input<'_>, now: i64, reached: &mut Reached) {
    // Chunks so short that a value has several.
    let limits = Limits::DEFAULT
        .with_cookie_bytes(u32::try_from(input.name.len()).unwrap_or(0).saturating_add(80));
    let policy = Policy::new().with_limits(limits);
    let split = |value: &str| -> Option<Vec<(String, String)>> {
        let mut jar = policy.empty_jar();
        let mut chunks = jar.encrypted_chunks_mut(&view.keyring);
        let set = chunks.set_at((input.name, value), time(now));
        // So many chunks are within the limits of a jar.
        assert!(set.is_ok() || input.name.len() > 50 || value.len() > 1000, "{set:?}");
        let count = set.ok()?;
        let pairs: Vec<_> =
            jar.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(pairs.len(), count);
        Some(pairs)
    };
    let open = |chunks: &[(String, String)]| {
        let header = cookie_header(chunks);
        let jar = jar_of(&header);
        let opened = jar.encrypted_chunks(&view.keyring).get_at(input.name, time(now)).ok()??;
        Some(opened.value.into_owned())
    };
    let (Some(mut chunks), Some(other)) = (split(input.values[0]), split(input.values[1])) else {
        return;
    };
    reached.extend((chunks.len() > 1).then_some("chunks"));
    assert_eq!(open(&chunks).as_deref(), Some(input.values[0]));
    chunks.reverse();
    assert_eq!(open(&chunks).as_deref(), Some(input.values[0]));
    let both = [&chunks[..], &other].concat();
    assert!(open(&both).is_some_and(|value| input.values.contains(&&*value)));
    for change in &input.chunk_changes {
        if !chunks.is_empty() {
            apply_to_chunks(&mut chunks, &other, input.name, *change);
        }
    }
    let opened = open(&chunks);
    if let Some(value) = &opened {
        assert!(input.values.contains(&&**value), "{chunks:?}");
    }
    if !input.chunk_changes.is_empty() {
        let is_open = opened.is_some();
        reached.insert(if is_open { "chunks changed that still open" } else { "chunks changed" });
    }
    let header = cookie_header(&both);
    let mut jar = jar_of(&header);
    jar.encrypted_chunks_mut(&view.keyring).remove(input.name).expect("a name that was set");
    assert_eq!(jar.encrypted_chunks(&view.keyring).get(input.name), Ok(None));
    assert!(jar.is_empty());
}

fn cookie_header(cookies: &[(String, String)]) -> String {
    let pairs: Vec<_> = cookies.iter().map(|(name, text)| format!("{name}={text}")).collect();
    pairs.join("; ")
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
        let mut view = self.view_mut(&mut jar);
        if life == Some(0) {
            view = view.with_lifetime(Duration::ZERO);
        }
        let set = view.set_at(cookie, time(now));
        let is_name = is_sealable_name(name);
        // A signed value is percent-encoded, and there are times, a key's id and a tag besides.
        let is_short = name.len() + 3 * value.len() + 200 <= 4096;
        match set {
            Ok(()) => assert!(is_name),
            Err(error) => {
                assert!(!is_name || !is_short, "{error:?}");
                return None;
            }
        }
        Some(jar.get_raw(name).expect("it was set").to_owned())
    }

    /// Returns the view that seals cookies of a jar.
    fn view_mut<'j, 'h>(&'j self, jar: &'j mut CookieJar<'h>) -> SealedCookiesMut<'j, 'h> {
        if self.is_encrypted {
            jar.encrypted_mut(&self.keyring)
        } else {
            jar.signed_mut(&self.keyring)
        }
    }

    /// Opens a cookie of a request.
    fn open(
        &self,
        header: &[u8],
        name: &str,
        now: i64,
        max_age: Option<u32>,
    ) -> Result<Option<String>, OpenError> {
        let jar = jar_of(header);
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

/// Returns whether a cookie of this name can be set: `cookie-name = token`, and a prefix requires `Secure`.
fn is_sealable_name(name: &str) -> bool {
    let is_tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let has_prefix = ["__secure-", "__host-", "__http-"]
        .into_iter()
        .any(|prefix| name.to_ascii_lowercase().starts_with(prefix));
    !name.is_empty() && name.bytes().all(is_tchar) && !has_prefix
}

/// Reads a `Cookie` header, with limits that no input exceeds.
fn jar_of<H: AsRef<[u8]> + ?Sized>(header: &H) -> CookieJar<'_> {
    let limits = Limits::DEFAULT.with_received_bytes(u32::MAX).with_received_pairs(u32::MAX);
    let jar = Policy::new().with_limits(limits).jar_from_cookie_header(header);
    jar.expect("a header within the limits")
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
