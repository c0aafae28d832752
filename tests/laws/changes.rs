//! Changes of a jar, in any order: compared with the reference jar, and with a browser that
//! receives them.

use std::collections::HashSet;
use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};
use proptest::prelude::*;
use proptest::sample::select;

use crate::browser::Browser;
use crate::reference::ReferenceJar;
use crate::{check_property, strategies};

/// A call that changes a jar.
#[derive(Clone, Debug)]
enum Op {
    Set(Cookie<'static>),
    RemoveCookie(Cookie<'static>),
    RemoveName(String),
    RemoveAll,
}

impl Op {
    /// Makes the call, and returns whether the jar accepted it.
    fn apply(&self, jar: &mut CookieJar) -> bool {
        match self {
            Self::Set(cookie) => jar.set(cookie).is_ok(),
            Self::RemoveCookie(cookie) => jar.remove(cookie).is_ok(),
            Self::RemoveName(name) => jar.remove(name).is_ok(),
            Self::RemoveAll => {
                jar.remove_all();
                true
            }
        }
    }

    /// Makes the call on a reference jar, and returns whether it was accepted.
    fn apply_to_reference(&self, reference: &mut ReferenceJar) -> bool {
        match self {
            Self::Set(cookie) => reference.set(cookie),
            Self::RemoveCookie(cookie) => reference.remove_cookie(cookie),
            Self::RemoveName(name) => reference.remove_name(name),
            Self::RemoveAll => {
                reference.remove_all();
                true
            }
        }
    }
}

/// Returns the names for a jar: `ordinary` names without a meaning, and some that have a prefix or
/// are no tokens.
fn names(ordinary: usize) -> Vec<String> {
    let special = ["__Host-a", "__Secure-b", "__Host-Http-c", "__host-d", "é", "x,y"];
    (0..ordinary).map(|n| format!("n{n}")).chain(special.map(str::to_owned)).collect()
}

/// Generates a cookie with one of `names` and one of a few domains and paths.
fn cookie(names: Vec<String>) -> impl Strategy<Value = Cookie<'static>> {
    let domain = proptest::option::weighted(0.2, select(&["example.com", ".EXAMPLE.com"][..]));
    let path = select(&[None, Some("/"), Some("/"), Some("/"), Some("/x"), Some("x")][..]);
    let value = prop_oneof![
        4 => "[a-z]{0,3}",
        2 => "[ -~é]{0,6}",
        1 => (0..2_100_usize).prop_map(|bytes| "v".repeat(bytes)),
    ];
    let past = UNIX_EPOCH - Duration::from_secs(1 << 40);
    let lifetime =
        select(&[None, None, None, Some((0, false)), Some((9, false)), Some((0, true))][..]);
    let flags = (proptest::bool::weighted(0.7), any::<bool>(), proptest::bool::weighted(0.1));
    (select(names), value, domain, path, flags, strategies::same_site(), lifetime).prop_map(
        move |(
            name,
            value,
            domain,
            path,
            (secure, http_only, partitioned),
            same_site,
            lifetime,
        )| {
            let mut cookie = Cookie::new(name, value)
                .with_default_path()
                .with_secure(secure)
                .with_http_only(http_only)
                .with_partitioned(partitioned)
                .with_same_site(same_site);
            if let Some(path) = path {
                cookie = cookie.with_path(path);
            }
            if let Some(domain) = domain {
                cookie = cookie.with_domain(domain);
            }
            match lifetime {
                Some((seconds, false)) => cookie.with_max_age(Duration::from_secs(seconds)),
                Some((_, true)) => cookie.with_expires(past),
                None => cookie,
            }
        },
    )
}

/// Generates a call with one of `names`; a few calls have a name that no browser stores.
fn op(names: Vec<String>) -> impl Strategy<Value = Op> {
    prop_oneof![
        60 => cookie(names.clone()).prop_map(Op::Set),
        20 => cookie(names.clone()).prop_map(Op::RemoveCookie),
        20 => select(names).prop_map(Op::RemoveName),
        2 => select(&["", "a=b", " a", "a;", "\n"][..]).prop_map(|n| Op::RemoveName(n.to_owned())),
        1 => Just(Op::RemoveAll),
    ]
}

/// Generates a `Cookie` header of at most `max` pairs with these names; a few pairs cannot be read.
fn header(names: Vec<String>, max: usize) -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        10 => select(names).prop_map(String::into_bytes),
        1 => select(vec![&b""[..], b"=", b"\xFF", b"\x01", b" "]).prop_map(<[u8]>::to_vec),
    ];
    let value = prop_oneof![
        6 => "[a-z]{0,3}",
        1 => select(&["%41", "%zz", "a b", "\"q\"", "é", "="][..]).prop_map(str::to_owned),
        1 => (0..1_000_usize).prop_map(|bytes| "v".repeat(bytes)),
    ];
    let pair = (name, value).prop_map(|(name, value)| [&name[..], b"=", value.as_bytes()].concat());
    proptest::collection::vec(pair, 0..=max).prop_map(|pairs| pairs.join(&b"; "[..]))
}

/// Generates a policy, often with low limits.
fn policy() -> impl Strategy<Value = Policy> {
    let limits = prop_oneof![
        2 => Just(Limits::DEFAULT),
        1 => (0..60_u32).prop_map(|cookies| Limits::DEFAULT.with_cookies(cookies)),
        1 => (0..4_000_u32).prop_map(|bytes| Limits::DEFAULT.with_cookie_header_bytes(bytes)),
    ];
    (limits, select(&[Encoding::Percent, Encoding::Percent, Encoding::Raw][..]))
        .prop_map(|(limits, encoding)| Policy::new().with_limits(limits).with_encoding(encoding))
}

/// A policy, a `Cookie` header, calls, and the names that these use.
type Case = (Policy, Vec<u8>, Vec<Op>, Vec<String>);

/// Generates a jar with `ordinary_names` and some special ones, up to `max_pairs` received pairs,
/// and up to `max_ops` calls and at least half of that.
fn jar(
    policy: impl Strategy<Value = Policy>,
    ordinary_names: usize,
    max_pairs: usize,
    max_ops: usize,
) -> impl Strategy<Value = Case> {
    let names = names(ordinary_names);
    let ops = proptest::collection::vec(op(names.clone()), max_ops / 2..=max_ops);
    (policy, header(names.clone(), max_pairs), ops, Just(names))
}

/// Generates a jar: with few names, so that they are changed often, or with many.
fn any_jar() -> impl Strategy<Value = Case> {
    prop_oneof![
        2 => jar(policy(), 3, 8, 30),
        1 => jar(policy(), 60, 60, 120),
        1 => jar(policy(), 20, 90, 60),
    ]
}

/// Generates a jar that is so large that it uses its indexes by name: of more than 128 received
/// pairs, and of more than 128 changes.
fn large_jar() -> impl Strategy<Value = Case> {
    let limits = Limits::DEFAULT.with_cookies(9_999).with_cookie_header_bytes(9_999_999);
    jar(Just(Policy::new().with_limits(limits)), 200, 300, 500)
}

/// Makes all calls on a jar and on a reference jar, which must agree: on their changes after every
/// `interval` calls, and now and then on everything. Returns how many cookies were received and how
/// many changes there are.
fn compare_with_reference(
    (policy, header, ops, names): &Case,
    interval: usize,
) -> Result<(usize, usize), TestCaseError> {
    let mut jar = policy.jar_from_cookie_header(header).expect("within the limits");
    let mut reference = ReferenceJar::from_cookie_header(*policy, header);
    let received = jar.len();
    let names = || names.iter().map(String::as_str).chain(["", "absent"]);
    reference.assert_same(&jar, names());
    for (count, op) in ops.iter().enumerate() {
        let accepted = op.apply(&mut jar);
        prop_assert_eq!(accepted, op.apply_to_reference(&mut reference), "{:?}", op);
        if count % interval == 0 {
            reference.assert_same_changes(&jar);
        }
        if count % (16 * interval) == 0 || !accepted && interval == 1 {
            reference.assert_same(&jar, names());
        }
    }
    reference.assert_same(&jar, names());
    Ok((received, jar.changes().count()))
}

#[test]
fn a_jar_agrees_with_the_reference_after_any_changes() {
    check_property(60, 3, &any_jar(), |case, relevant| {
        let (_, changes) = compare_with_reference(&case, 1)?;
        if changes > 8 {
            relevant.add();
        }
        Ok(())
    });
}

#[test]
fn a_large_jar_agrees_with_the_reference_after_any_changes() {
    check_property(16, 8, &large_jar(), |case, relevant| {
        let (received, changes) = compare_with_reference(&case, 8)?;
        if received > 128 && changes > 128 {
            relevant.add();
        }
        Ok(())
    });
}

/// Returns the answers of a jar to all questions, as text.
fn snapshot(jar: &CookieJar, names: &[String]) -> String {
    let mut snapshot = String::new();
    let all: Vec<_> = jar.iter().collect();
    let headers: Vec<_> = jar.set_cookie_headers().collect();
    let changes: Vec<_> =
        jar.changes().map(|c| (c.name(), c.value(), c.is_removal(), c.cookie())).collect();
    write!(snapshot, "{all:?} {headers:?} {changes:?} {:?} {jar:?} ", jar.skipped()).unwrap();
    write!(snapshot, "{:?} {} {}", jar.budget(), jar.len(), jar.is_empty()).unwrap();
    for name in names {
        let values: Vec<_> = jar.get_all(name).collect();
        let first = (jar.get(name), jar.get_raw(name), jar.contains(name));
        write!(snapshot, " {name} {values:?} {first:?}").unwrap();
    }
    snapshot
}

#[test]
fn a_refused_change_changes_nothing() {
    check_property(48, 3, &any_jar(), |(policy, header, ops, names), relevant| {
        // One jar gets all calls, the other only those that the first one accepted.
        let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        let mut other = jar.clone();
        let mut refused = false;
        for op in ops {
            let before = jar.clone();
            if op.apply(&mut jar) {
                prop_assert!(op.apply(&mut other));
            } else {
                prop_assert_eq!(snapshot(&jar, &names), snapshot(&before, &names), "{:?}", op);
                refused = true;
            }
        }
        prop_assert_eq!(snapshot(&jar, &names), snapshot(&other, &names));
        if refused {
            relevant.add();
        }
        Ok(())
    });
}

#[test]
fn a_refused_cookie_with_any_fault_changes_nothing() {
    check_property(200, 5, &(strategies::cookie(), any::<bool>()), |(cookie, remove), relevant| {
        let names = [cookie.name().to_owned(), "a".to_owned(), "sid".to_owned()];
        let mut jar =
            CookieJar::from_cookie_header("a=1; sid=2; é=3; =x; a=4").expect("within the limits");
        jar.set(("a", "5")).expect("a valid cookie");
        let before = snapshot(&jar, &names);
        let op = if remove { Op::RemoveCookie(cookie) } else { Op::Set(cookie) };
        if !op.apply(&mut jar) {
            relevant.add();
            prop_assert_eq!(snapshot(&jar, &names), before, "{:?}", op);
        }
        Ok(())
    });
}

#[test]
fn a_response_has_one_header_for_each_cookie_after_any_changes() {
    check_property(48, 3, &any_jar(), |(policy, header, ops, _), relevant| {
        let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        let accepted = ops.iter().filter(|op| op.apply(&mut jar)).count();
        let mut identities = HashSet::new();
        for change in jar.changes() {
            let cookie =
                Cookie::parse(change.set_cookie_header()).expect("a header that was written");
            let scope = (cookie.domain().map(str::to_owned), cookie.path().map(str::to_owned));
            let identity = (change.name().to_owned(), scope, cookie.is_partitioned());
            prop_assert!(identities.insert(identity), "twice: {}", change.set_cookie_header());
        }
        prop_assert_eq!(jar.set_cookie_headers().count(), identities.len());
        if accepted > identities.len() && !identities.is_empty() {
            relevant.add();
        }
        Ok(())
    });
}

#[test]
fn a_jar_that_owns_its_text_behaves_the_same() {
    check_property(48, 3, &any_jar(), |(policy, header, ops, names), relevant| {
        let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        let (before, after) = ops.split_at(ops.len() / 2);
        for op in before {
            op.apply(&mut jar);
        }
        let mut owned = {
            let header = header.clone(); // is dropped at the end of this block
            let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
            for op in before {
                op.apply(&mut jar);
            }
            jar.into_owned()
        };
        prop_assert_eq!(snapshot(&owned, &names), snapshot(&jar, &names));
        for op in after {
            prop_assert_eq!(op.apply(&mut owned), op.apply(&mut jar));
        }
        prop_assert_eq!(snapshot(&owned, &names), snapshot(&jar, &names));
        if !jar.is_empty() && !after.is_empty() {
            relevant.add();
        }
        Ok(())
    });
}

#[test]
fn changes_of_other_names_do_not_affect_a_name() {
    // The same calls on a small jar, and on one with so many other cookies that it uses its
    // indexes.
    let few = names(3);
    let cases = (header(few.clone(), 8), proptest::collection::vec(op(few.clone()), 0..30));
    check_property(48, 3, &cases, |(header, ops), relevant| {
        let limits = Limits::DEFAULT.with_cookies(9_999).with_cookie_header_bytes(999_999);
        let policy = Policy::new().with_limits(limits);
        let others: Vec<_> = (0..140).map(|n| format!("other{n}")).collect();
        let more: Vec<_> = others.iter().map(|name| format!("; {name}=1")).collect();
        let large_header = [&header[..], more.concat().as_bytes()].concat();
        let mut small = policy.jar_from_cookie_header(&header).expect("within the limits");
        let mut large = policy.jar_from_cookie_header(&large_header).expect("within the limits");
        for name in &others {
            large.set((name.as_str(), "2")).expect("a valid cookie");
        }
        for (op, other) in ops.iter().zip(others.iter().cycle()) {
            if matches!(op, Op::RemoveAll) {
                continue;
            }
            prop_assert_eq!(op.apply(&mut small), op.apply(&mut large), "{:?}", op);
            large.set((other.as_str(), "3")).expect("a valid cookie");
            large.set((other.as_str(), "2")).expect("a valid cookie");
        }
        let own: Vec<_> =
            large.set_cookie_headers().filter(|header| !header.starts_with("other")).collect();
        prop_assert_eq!(small.set_cookie_headers().collect::<Vec<_>>(), own);
        let own: Vec<_> = large.iter().filter(|(name, _)| !name.starts_with("other")).collect();
        prop_assert_eq!(small.iter().collect::<Vec<_>>(), own);
        for name in &few {
            prop_assert!(small.get_all(name).eq(large.get_all(name)));
        }
        let [small_budget, large_budget] = [&small, &large].map(|jar| jar.budget().cookies());
        prop_assert_eq!(small_budget + 140, large_budget);
        if small.changes().count() > 3 {
            relevant.add();
        }
        Ok(())
    });
}

/// The domain, the path and the partition of a cookie that the model of a browser sends with its
/// request. `/shop` is left out, since it is the default path: the same identity as no path.
type Scope = (Option<&'static str>, Option<&'static str>, bool);

/// Generates a scope.
fn scope() -> impl Strategy<Value = Scope> {
    let domain = select(&[None, None, Some("example.com"), Some("www.example.com")][..]);
    let path = select(&[None, Some("/"), Some("/"), Some("/shop/"), Some("/shop/cart")][..]);
    (domain, path, proptest::bool::weighted(0.1))
}

/// The usual scope: host-only, `Path=/` and no partition.
const ROOT: Scope = (None, Some("/"), false);

/// Returns a cookie of this name and scope, without a value.
fn cookie_at(name: &str, (domain, path, partitioned): Scope) -> Cookie<'static> {
    let cookie = Cookie::new(name.to_owned(), "").with_default_path().with_partitioned(partitioned);
    let cookie = if partitioned { cookie.with_secure(true) } else { cookie };
    let cookie = match path {
        Some(path) => cookie.with_path(path),
        None => cookie,
    };
    match domain {
        Some(domain) => cookie.with_domain(domain),
        None => cookie,
    }
}

/// What a server does with a cookie.
#[derive(Clone, Debug)]
enum Step {
    Set { value: String, secure: bool, same_site: SameSite, expires: Option<SystemTime> },
    RemoveCookie,
    RemoveName,
}

/// Generates a step.
fn step() -> impl Strategy<Value = Step> {
    let future = UNIX_EPOCH + Duration::from_secs(1 << 36);
    let expires = select(vec![None, None, Some(future), Some(UNIX_EPOCH)]);
    let value = prop_oneof!["[a-z]{0,3}", "[ -~é]{0,6}"];
    prop_oneof![
        3 => (value, proptest::bool::weighted(0.8), strategies::same_site(), expires).prop_map(
            |(value, secure, same_site, expires)| Step::Set { value, secure, same_site, expires }
        ),
        1 => Just(Step::RemoveCookie),
        1 => Just(Step::RemoveName),
    ]
}

#[test]
fn a_browser_that_receives_the_headers_sends_the_cookies_of_the_jar() {
    let ordinary = (0..40_usize, scope()).prop_map(|(n, scope)| (format!("n{n}"), scope));
    let special = select(&["__Host-a", "__host-b", "__Http-c", "é", "x,y", "a b"][..])
        .prop_map(|name| (name.to_owned(), ROOT));
    let named = prop_oneof![4 => ordinary, 1 => special].boxed();
    let stored = proptest::collection::vec((named.clone(), "[!#-+.-:a-z%]{0,4}"), 0..50);
    let steps = proptest::collection::vec((named, step()), 0..60);
    check_property(120, 2, &(stored, steps, policy()), |(stored, steps, policy), relevant| {
        // The browser has each name once.
        let mut browser = Browser::default();
        let mut scopes: Vec<(String, Scope)> = Vec::new();
        for ((name, scope), value) in stored {
            if scopes.iter().any(|(found, _)| *found == name) {
                continue;
            }
            let mut header = format!("{name}={value}; Secure; HttpOnly");
            let cookie = cookie_at(&name, scope);
            header += &cookie.path().map_or(String::new(), |path| format!("; Path={path}"));
            header += &cookie.domain().map_or(String::new(), |domain| format!("; Domain={domain}"));
            header += if cookie.is_partitioned() { "; Partitioned" } else { "" };
            prop_assert!(browser.receive(header.as_bytes()), "{}", header);
            scopes.push((name, scope));
        }
        let header = browser.cookie_header();
        let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        prop_assert_eq!((jar.len(), jar.skipped().len()), (scopes.len(), 0));
        let budget = jar.budget();
        prop_assert_eq!(
            (budget.cookies(), budget.cookie_header_bytes()),
            (scopes.len(), header.len())
        );

        for ((name, any_scope), step) in steps {
            // A cookie that the browser has is changed in its own scope, as by a server that
            // declares its cookies.
            let own_scope =
                scopes.iter().find(|(found, _)| *found == name).map(|&(_, scope)| scope);
            let cookie = cookie_at(&name, own_scope.unwrap_or(any_scope));
            // A refused change sends nothing, so the browser and the jar still agree.
            let _ = match step {
                Step::Set { value, secure, same_site, expires } => {
                    let cookie = cookie.with_value(value).with_same_site(same_site);
                    let cookie = cookie.with_secure(secure).with_http_only(secure);
                    jar.set(match expires {
                        Some(time) => cookie.with_expires(time),
                        None => cookie,
                    })
                }
                Step::RemoveCookie => jar.remove(cookie),
                // By name, only the usual scope and what this response set can be removed.
                Step::RemoveName if own_scope.is_none_or(|scope| scope == ROOT) => {
                    jar.remove(&name)
                }
                Step::RemoveName => Ok(()),
            };
        }
        for header in jar.set_cookie_headers() {
            prop_assert!(browser.receive(header.as_bytes()), "refused: {}", header);
        }
        let sent = browser.cookie_header();
        let next = policy.jar_from_cookie_header(&sent).expect("within the limits");
        let (mut expected, mut found) =
            (jar.iter().collect::<Vec<_>>(), next.iter().collect::<Vec<_>>());
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
        let budget = jar.budget();
        prop_assert_eq!((budget.cookies(), budget.cookie_header_bytes()), (next.len(), sent.len()));
        if jar.changes().count() > 3 && next.len() > 3 {
            relevant.add();
        }
        Ok(())
    });
}

/// Whatever paths, domains and partitions the browser's cookies have, and whatever the server
/// changes, the next request is within the bounds of the budget.
#[test]
fn the_next_request_is_within_the_bounds_of_the_budget() {
    let named = (0..6_usize, scope()).prop_map(|(n, scope)| (format!("n{n}"), scope)).boxed();
    let stored = proptest::collection::vec((named.clone(), "[a-z]{0,9}"), 0..20);
    let steps = proptest::collection::vec((named, step()), 0..20);
    // Strictly between the bounds are half of the cases, give or take.
    check_property(200, 4, &(stored, steps), |(stored, steps), relevant| {
        let mut browser = Browser::default();
        for ((name, scope), value) in stored {
            let cookie = cookie_at(&name, scope).with_value(value).with_secure(true);
            let header = cookie.to_set_cookie(Encoding::Percent).expect("a valid cookie");
            prop_assert!(browser.receive(header.as_bytes()), "{}", header);
        }
        let header = browser.cookie_header();
        let mut jar = CookieJar::from_cookie_header(&header).expect("within the limits");
        for ((name, scope), step) in steps {
            let cookie = cookie_at(&name, scope);
            let _ = match step {
                Step::Set { value, same_site, .. } => {
                    jar.set(cookie.with_value(value).with_same_site(same_site).with_secure(true))
                }
                Step::RemoveCookie => jar.remove(cookie),
                Step::RemoveName => jar.remove(&name),
            };
        }
        for header in jar.set_cookie_headers() {
            prop_assert!(browser.receive(header.as_bytes()), "refused: {}", header);
        }
        let sent = browser.cookie_header();
        let next = CookieJar::from_cookie_header(&sent).expect("within the limits");
        let budget = jar.budget();
        let cookies = budget.cookies()..=budget.max_cookies();
        let bytes = budget.cookie_header_bytes()..=budget.max_cookie_header_bytes();
        prop_assert!(cookies.contains(&next.len()), "{} in {:?}", next.len(), cookies);
        prop_assert!(bytes.contains(&sent.len()), "{} in {:?}", sent.len(), bytes);
        if cookies.start() < &next.len() && &next.len() < cookies.end() {
            relevant.add();
        }
        Ok(())
    });
}
