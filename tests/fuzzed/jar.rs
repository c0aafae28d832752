//! Reads any `Cookie` header and makes any changes: the jar agrees with the reference jar of the
//! tests.

use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::reference::ReferenceJar;
use crate::segments::segments;
use crate::support::Reached;
use crate::support::cookies::{cookie, unescape, unescape_text};

/// What the seeds must reach: headers, and each call, accepted and refused.
pub const REQUIRED: &[&str] = &[
    "header refused",
    "pairs read",
    "pairs skipped",
    "set",
    "set in another encoding",
    "set as a removal",
    "set refused",
    "set refused for a limit",
    "a change replaced",
    "removed",
    "removal refused",
    "removed by name",
    "removal by name refused",
    "all removed",
];

/// A call that changes a jar.
#[derive(Debug)]
enum Call {
    Set(Cookie<'static>),
    RemoveCookie(Cookie<'static>),
    RemoveName(String),
    RemoveAll,
}

impl Call {
    /// Reads a call: a letter, and a cookie or a name.
    fn parse(line: &str) -> Option<Self> {
        let (kind, text) = line.split_at_checked(1)?;
        Some(match kind {
            "s" => Self::Set(cookie(text)),
            "r" => Self::RemoveCookie(cookie(text)),
            "n" => Self::RemoveName(unescape_text(text)),
            "a" => Self::RemoveAll,
            _ => return None,
        })
    }
}

/// Reads the settings of a policy. Each one is a line: a letter and a number.
fn read_policy<'l>(lines: impl Iterator<Item = &'l str>) -> Policy {
    let mut limits = Limits::DEFAULT;
    let mut encoding = Encoding::Percent;
    for (kind, text) in lines.filter_map(|line| line.split_at_checked(1)) {
        match (kind, text.parse()) {
            ("C", Ok(cookies)) => limits = limits.with_cookies(cookies),
            ("B", Ok(bytes)) => limits = limits.with_cookie_header_bytes(bytes),
            ("P", Ok(pairs)) => limits = limits.with_received_pairs(pairs),
            ("R", Ok(bytes)) => limits = limits.with_received_bytes(bytes),
            ("W", _) => encoding = Encoding::Raw,
            _ => {}
        }
    }
    Policy::new().with_limits(limits).with_encoding(encoding)
}

/// Checks the law for a `Cookie` header, which is the first line, and for the settings and calls in the lines
/// after it.
pub fn check(bytes: &[u8]) -> Reached {
    let mut reached = Reached::new();
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let header = &*unescape(lines.next().unwrap_or_default());
    let lines: Vec<_> = lines.filter_map(|line| str::from_utf8(line).ok()).collect();
    let policy = read_policy(lines.iter().copied());
    let limits = policy.limits();
    let is_within_limits = header.len() <= limits.received_bytes() as usize
        && segments(header).len() <= limits.received_pairs() as usize;
    let jar = policy.jar_from_cookie_header(header);
    assert_eq!(jar.is_ok(), is_within_limits);
    let Ok(mut jar) = jar else {
        reached.insert("header refused");
        return reached;
    };
    reached.extend((!jar.is_empty()).then_some("pairs read"));
    reached.extend((!jar.skipped().is_empty()).then_some("pairs skipped"));
    let mut reference = ReferenceJar::from_cookie_header(policy, header);
    let mut names = vec![String::new()];
    for call in lines.iter().filter_map(|line| Call::parse(line)) {
        let changes = jar.changes().count();
        let (accepted, expected) = match &call {
            Call::Set(cookie) => {
                names.push(cookie.name().to_owned());
                (jar.set(cookie).is_ok(), reference.set(cookie))
            }
            Call::RemoveCookie(cookie) => {
                names.push(cookie.name().to_owned());
                (jar.remove(cookie).is_ok(), reference.remove_cookie(cookie))
            }
            Call::RemoveName(name) => {
                names.push(name.clone());
                (jar.remove(name).is_ok(), reference.remove_name(name))
            }
            Call::RemoveAll => {
                jar.remove_all();
                reference.remove_all();
                (true, true)
            }
        };
        assert_eq!(accepted, expected, "{call:?}");
        reference.assert_same_changes(&jar);
        reached.insert(label(&call, accepted, policy));
        let is_replaced = accepted && changes > 0 && jar.changes().count() == changes;
        reached.extend(is_replaced.then_some("a change replaced"));
    }
    let names = || names.iter().map(String::as_str);
    reference.assert_same(&jar, names());
    let jar = jar.into_owned();
    reference.assert_same(&jar, names());
    send(policy, header, jar);
    reached
}

fn label(call: &Call, is_accepted: bool, policy: Policy) -> &'static str {
    match call {
        Call::Set(cookie) if is_accepted && cookie.is_removal() => "set as a removal",
        Call::Set(cookie) if is_accepted => match cookie.encoding() {
            Some(encoding) if encoding != policy.encoding() => "set in another encoding",
            _ => "set",
        },
        Call::Set(cookie) if cookie.to_set_cookie(policy.encoding()).is_ok() => {
            "set refused for a limit"
        }
        Call::Set(_) => "set refused",
        Call::RemoveCookie(_) if is_accepted => "removed",
        Call::RemoveCookie(_) => "removal refused",
        Call::RemoveName(_) if is_accepted => "removed by name",
        Call::RemoveName(_) => "removal by name refused",
        Call::RemoveAll => "all removed",
    }
}

/// Asserts that a header map gives the same cookies, and gets the same headers, after those that it has.
fn send(policy: Policy, cookie_header: &[u8], jar: CookieJar<'_>) {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(cookie_header) {
        headers.append(COOKIE, value);
        let bytes = policy.jar_from_cookie_header(cookie_header).expect("it was read before");
        let read = policy.jar_from_headers(&headers).expect("the same header");
        assert!(read.iter().eq(bytes.iter()));
        assert_eq!(read.skipped(), bytes.skipped());
    }
    headers.append(SET_COOKIE, HeaderValue::from_static("first=1"));
    let mut expected = vec!["first=1".to_owned()];
    expected.extend(jar.set_cookie_headers().map(str::to_owned));
    jar.append_to(&mut headers);
    let sent: Vec<_> = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
    assert_eq!(sent, expected.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert!(headers.get_all(SET_COOKIE).iter().skip(1).all(HeaderValue::is_sensitive));
}
