//! Any changes to any `Set-Cookie` or `Cookie` header change what they say, and no other byte.

use std::time::Duration;

use gingersnap::SameSite;
use gingersnap::header::{self, PairEdit, SetCookie, SetCookieEdit, edit_pairs};

use crate::segments::{is_whitespace, trim};
use crate::support::cookies::unescape;
use crate::support::{Reached, range_in};

/// What the seeds must reach: each change, made and refused.
pub const REQUIRED: &[&str] = &[
    "not a Set-Cookie header",
    "name set",
    "name refused",
    "Domain set",
    "Domain refused",
    "Domain removed",
    "Path set",
    "Path refused",
    "Path removed",
    "Max-Age set",
    "Max-Age removed",
    "Secure set",
    "Secure removed",
    "HttpOnly set",
    "HttpOnly removed",
    "Partitioned set",
    "Partitioned removed",
    "SameSite set",
    "SameSite removed",
    "pair kept",
    "pair dropped",
    "pair renamed",
    "rename of a pair refused",
    "a space at the start dropped",
    "a line feed refused",
];

/// A change of a `Set-Cookie` header.
#[derive(Clone, Copy, Debug)]
enum Change<'a> {
    Name(&'a str),
    Domain(Option<&'a str>),
    Path(Option<&'a str>),
    /// Seconds, and whether half a second comes on top.
    MaxAge(Option<(u64, bool)>),
    Secure(bool),
    HttpOnly(bool),
    Partitioned(bool),
    SameSite(SameSite),
}

/// Reads a change: a letter and a value; an upper-case letter removes the attribute.
fn change(line: &[u8]) -> Option<Change<'_>> {
    let (&kind, text) = line.split_first()?;
    let text = str::from_utf8(text).ok()?;
    Some(match kind {
        b'n' => Change::Name(text),
        b'd' => Change::Domain(Some(text)),
        b'D' => Change::Domain(None),
        b'p' => Change::Path(Some(text)),
        b'P' => Change::Path(None),
        b'm' => {
            let seconds = text.trim_end_matches(".5");
            Change::MaxAge(Some((seconds.parse().ok()?, seconds != text)))
        }
        b'M' => Change::MaxAge(None),
        b's' | b'S' => Change::Secure(kind == b's'),
        b'h' | b'H' => Change::HttpOnly(kind == b'h'),
        b'c' | b'C' => Change::Partitioned(kind == b'c'),
        b'1' => Change::SameSite(SameSite::Strict),
        b'2' => Change::SameSite(SameSite::Lax),
        b'3' => Change::SameSite(SameSite::None),
        b'4' => Change::SameSite(SameSite::Unset),
        _ => return None,
    })
}

/// What is done with one pair of a `Cookie` header.
#[derive(Clone, Copy, Debug)]
enum PairChange<'a> {
    Keep,
    Drop,
    Rename(&'a [u8]),
}

/// Reads what is done with a pair: a letter, and the new name.
fn pair_change(line: &[u8]) -> Option<PairChange<'_>> {
    let (&kind, text) = line.split_first()?;
    match kind {
        b'k' => Some(PairChange::Keep),
        b'x' => Some(PairChange::Drop),
        b'r' => Some(PairChange::Rename(text)),
        _ => None,
    }
}

/// Checks the law for a header, which is the first line, and for the changes in the lines after it.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let lines: Vec<_> = bytes.split(|&byte| byte == b'\n').map(unescape).collect();
    let (header, lines) = lines.split_first().expect("at least one line");
    let changes: Vec<_> = lines.iter().filter_map(|line| change(line)).collect();
    let pair_changes: Vec<_> = lines.iter().filter_map(|line| pair_change(line)).collect();
    match SetCookieEdit::new(&**header) {
        Ok(edit) => edit_set_cookie(edit, &changes, &mut reached),
        Err(error) => {
            assert_eq!(SetCookie::parse(header).map(|_| ()), Err(error));
            reached.insert("not a Set-Cookie header");
        }
    }
    edit_cookie(header, &pair_changes, &mut reached);
    reached
}

/// Applies each change to the header and to its segments.
fn edit_set_cookie(mut edit: SetCookieEdit, changes: &[Change<'_>], reached: &mut Reached) {
    let mut segments: Vec<Vec<u8>> =
        edit.as_bytes().split(|&byte| byte == b';').map(<[u8]>::to_vec).collect();
    for &change in changes {
        let before = edit.clone();
        let edited = apply(edit, change);
        assert_eq!(edited.is_some(), is_possible(&before.cookie(), change), "{change:?}");
        reached.insert(label(change, edited.is_some()));
        reached.extend(has_line_feed(change).then_some("a line feed refused"));
        if let Some(edited) = edited {
            change_segments(&mut segments, change);
            let expected = segments.join(&b';');
            assert_eq!(edited.as_bytes(), expected, "{change:?} of {:?}", before.as_bytes());
            compare(&before.cookie(), &edited.cookie(), change);
            let again = apply(edited.clone(), change).expect("the same change");
            assert_eq!(again, edited, "{change:?} again");
            edit = edited;
        } else {
            edit = before;
        }
    }
    let reread = SetCookieEdit::new(edit.as_bytes()).expect("an edited header");
    assert_eq!(reread, edit);
}

/// Applies a change, or returns `None` if it is refused.
fn apply(edit: SetCookieEdit, change: Change<'_>) -> Option<SetCookieEdit> {
    match change {
        Change::Name(name) => edit.with_name(name).ok(),
        Change::Domain(domain) => edit.with_domain(domain).ok(),
        Change::Path(path) => edit.with_path(path).ok(),
        Change::MaxAge(max_age) => Some(edit.with_max_age(max_age.map(duration))),
        Change::Secure(is_set) => Some(edit.with_secure(is_set)),
        Change::HttpOnly(is_set) => Some(edit.with_http_only(is_set)),
        Change::Partitioned(is_set) => Some(edit.with_partitioned(is_set)),
        Change::SameSite(same_site) => Some(edit.with_same_site(same_site)),
    }
}

fn label(change: Change<'_>, is_made: bool) -> &'static str {
    match change {
        Change::Name(_) if is_made => "name set",
        Change::Name(_) => "name refused",
        Change::Domain(Some(_)) if is_made => "Domain set",
        Change::Domain(Some(_)) => "Domain refused",
        Change::Domain(None) => "Domain removed",
        Change::Path(Some(_)) if is_made => "Path set",
        Change::Path(Some(_)) => "Path refused",
        Change::Path(None) => "Path removed",
        Change::MaxAge(Some(_)) => "Max-Age set",
        Change::MaxAge(None) => "Max-Age removed",
        Change::Secure(true) => "Secure set",
        Change::Secure(false) => "Secure removed",
        Change::HttpOnly(true) => "HttpOnly set",
        Change::HttpOnly(false) => "HttpOnly removed",
        Change::Partitioned(true) => "Partitioned set",
        Change::Partitioned(false) => "Partitioned removed",
        Change::SameSite(SameSite::Unset) => "SameSite removed",
        Change::SameSite(_) => "SameSite set",
    }
}

fn has_line_feed(change: Change<'_>) -> bool {
    match change {
        Change::Name(text) | Change::Domain(Some(text)) | Change::Path(Some(text)) => {
            text.contains('\n')
        }
        _ => false,
    }
}

/// Returns whether a server can send what a change sets.
fn is_possible(cookie: &SetCookie<'_>, change: Change<'_>) -> bool {
    match change {
        Change::Name(name) => is_name(name.as_bytes()) && name.len() + cookie.value().len() <= 4096,
        Change::Domain(Some(domain)) => is_domain(&domain_as_read(domain)),
        Change::Path(Some(path)) => is_path(path),
        _ => true,
    }
}

/// Returns whether these bytes would be read as the name of a cookie.
fn is_name(name: &[u8]) -> bool {
    let is_excluded =
        |&byte: &u8| matches!(byte, b'=' | b';' | 0x7F) || (byte < 0x20 && byte != b'\t');
    !name.is_empty() && !name.iter().any(is_excluded) && trim(name) == name
}

/// Returns whether a text is a name of letter-digit-hyphen labels, `_` included, and not what the URL
/// Standard reads as an IPv4 address: a name whose last label is a number.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_number = match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        None => last.bytes().all(|digit| digit.is_ascii_digit()),
    };
    domain.len() <= 253 && domain.split('.').all(is_label) && !is_number
}

/// Returns whether a text is a path that starts with `/`, does not end with a space, and has at most 1,024
/// bytes: `av-octet = %x20-3A / %x3C-7E`
fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && path.len() <= 1024
        && path.bytes().all(|byte| (0x20..=0x7E).contains(&byte) && byte != b';')
        && !path.ends_with(' ')
}

fn duration((seconds, has_half): (u64, bool)) -> Duration {
    Duration::from_secs(seconds) + Duration::from_millis(if has_half { 500 } else { 0 })
}

/// Returns whole seconds, rounded up.
fn rounded_up((seconds, has_half): (u64, bool)) -> u64 {
    seconds.saturating_add(u64::from(has_half))
}

fn domain_as_read(domain: &str) -> String {
    domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase()
}

/// Returns a segment with another name: the name takes the place of the one before the first `=`, or is put
/// with a `=` in front of the value.
fn rename(segment: &[u8], name: &[u8]) -> Vec<u8> {
    let equals = segment.iter().position(|&byte| byte == b'=');
    let (old, sign) = match equals {
        Some(equals) => (trim(&segment[..equals]), &b""[..]),
        None => (&trim(segment)[..0], &b"="[..]),
    };
    let range = range_in(segment, old);
    [&segment[..range.start], name, sign, &segment[range.end..]].concat()
}

/// Applies a change to the segments of a header.
fn change_segments(segments: &mut Vec<Vec<u8>>, change: Change<'_>) {
    let flag = |is_set: bool| is_set.then(String::new);
    let (attribute, value) = match change {
        Change::Name(name) => {
            segments[0] = rename(&segments[0], name.as_bytes());
            return;
        }
        Change::Domain(domain) => ("Domain", domain.map(domain_as_read)),
        Change::Path(path) => ("Path", path.map(str::to_owned)),
        Change::MaxAge(max_age) => ("Max-Age", max_age.map(|age| rounded_up(age).to_string())),
        Change::Secure(is_set) => ("Secure", flag(is_set)),
        Change::HttpOnly(is_set) => ("HttpOnly", flag(is_set)),
        Change::Partitioned(is_set) => ("Partitioned", flag(is_set)),
        Change::SameSite(SameSite::Strict) => ("SameSite", Some("Strict".to_owned())),
        Change::SameSite(SameSite::Lax) => ("SameSite", Some("Lax".to_owned())),
        Change::SameSite(SameSite::None) => ("SameSite", Some("None".to_owned())),
        Change::SameSite(_) => ("SameSite", None),
    };
    let mut new = value.map(|value| match &*value {
        "" => format!(" {attribute}").into_bytes(),
        value => format!(" {attribute}={value}").into_bytes(),
    });
    let mut changed = vec![segments[0].clone()];
    for segment in segments.drain(1..) {
        let name = segment.split(|&byte| byte == b'=').next().unwrap_or_default();
        if trim(name).eq_ignore_ascii_case(attribute.as_bytes()) {
            changed.extend(new.take());
        } else {
            changed.push(segment);
        }
    }
    changed.extend(new);
    *segments = changed;
}

/// Asserts that a cookie is the same but for what was changed.
fn compare(before: &SetCookie<'_>, after: &SetCookie<'_>, change: Change<'_>) {
    let (mut name, mut domain) = (before.name(), before.domain().map(str::to_owned));
    let (mut path, mut max_age) = (before.path(), before.max_age());
    let mut flags = [before.is_secure(), before.is_http_only(), before.is_partitioned()];
    let mut site = before.same_site();
    match change {
        Change::Name(new) => name = new.as_bytes(),
        Change::Domain(new) => domain = new.map(domain_as_read),
        Change::Path(new) => path = new.map(str::as_bytes),
        Change::MaxAge(new) => max_age = new.map(|age| Duration::from_secs(rounded_up(age))),
        Change::Secure(is_set) => flags[0] = is_set,
        Change::HttpOnly(is_set) => flags[1] = is_set,
        Change::Partitioned(is_set) => flags[2] = is_set,
        Change::SameSite(new) => site = new,
    }
    assert_eq!((after.name(), after.value()), (name, before.value()));
    assert_eq!((after.domain(), after.path()), (domain.as_deref(), path));
    assert_eq!((after.max_age(), after.expires()), (max_age, before.expires()));
    assert_eq!([after.is_secure(), after.is_http_only(), after.is_partitioned()], flags);
    assert_eq!(after.same_site(), site);
}

/// Edits the pairs of a `Cookie` header, each by one of the changes in turn, and does the same to its
/// segments.
fn edit_cookie(header: &[u8], changes: &[PairChange<'_>], reached: &mut Reached) {
    let mut turn = changes.iter().copied().chain(std::iter::repeat(PairChange::Keep));
    let mut names = Vec::new();
    let edited = edit_pairs(header, |name| {
        names.push(name);
        match turn.next() {
            Some(PairChange::Drop) => PairEdit::Drop,
            Some(PairChange::Rename(new)) => PairEdit::Rename(new),
            _ => PairEdit::Keep,
        }
    });
    let mut turn = changes.iter().copied().chain(std::iter::repeat(PairChange::Keep));
    let (mut kept, mut expected_names) = (Vec::new(), Vec::new());
    for segment in header.split(|&byte| byte == b';') {
        if segment.iter().copied().all(is_whitespace) {
            kept.push(segment.to_vec());
            continue;
        }
        let name = match segment.iter().position(|&byte| byte == b'=') {
            Some(equals) => trim(&segment[..equals]),
            None => b"",
        };
        expected_names.push(name);
        match turn.next() {
            Some(PairChange::Drop) => _ = reached.insert("pair dropped"),
            Some(PairChange::Rename(new)) if !is_name(new) => {
                edited.expect_err("a name that would not be read");
                reached.insert("rename of a pair refused");
                return;
            }
            Some(PairChange::Rename(new)) => {
                kept.push(rename(segment, new));
                reached.insert("pair renamed");
            }
            _ => {
                kept.push(segment.to_vec());
                reached.insert("pair kept");
            }
        }
    }
    let edited = edited.expect("names that can be read");
    assert_eq!(names, expected_names);
    let expected = kept.join(&b';');
    // When the first pair is dropped, the space before the next one goes too.
    let expected = match expected.strip_prefix(b" ") {
        Some(rest) if !header.starts_with(b" ") => {
            reached.insert("a space at the start dropped");
            rest
        }
        _ => &expected[..],
    };
    assert_eq!(edited, expected);
    let read = |header: &[u8]| -> Vec<_> {
        let pairs = header::pairs(header);
        let pairs = pairs.map(|pair| pair.map(|(name, value)| (name.to_vec(), value.to_vec())));
        pairs.map(|pair| pair.map_err(|skipped| (skipped.len, skipped.reason))).collect()
    };
    let each: Vec<_> = kept.iter().flat_map(|segment| read(segment)).collect();
    assert_eq!(read(&edited), each);
}
