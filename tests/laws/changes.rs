//! What a jar says after any changes: against a plain jar, and against a browser that receives
//! them.

use std::collections::HashSet;
use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};
use proptest::prelude::*;
use proptest::sample::select;

use crate::browser::Browser;
use crate::reference::Reference;
use crate::{law, strategies};

/// A change that is tried on a jar.
#[derive(Clone, Debug)]
enum Op {
    Set(Cookie<'static>),
    RemoveCookie(Cookie<'static>),
    RemoveName(String),
    RemoveAll,
}

impl Op {
    /// Whether the jar took it.
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

    fn apply_to_reference(&self, reference: &mut Reference) -> bool {
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

/// Names of a jar: so many plain ones, and some that are special.
fn names(plain: usize) -> Vec<String> {
    let special = ["__Host-a", "__Secure-b", "__Host-Http-c", "__host-d", "é", "x,y"];
    (0..plain).map(|n| format!("n{n}")).chain(special.map(str::to_owned)).collect()
}

/// A cookie of one of these names, at one of a few scopes.
fn cookie(names: Vec<String>) -> impl Strategy<Value = Cookie<'static>> {
    let domain = proptest::option::weighted(0.2, select(&["example.com", ".EXAMPLE.com"][..]));
    let path = select(&[None, Some("/"), Some("/"), Some("/"), Some("/x"), Some("x")][..]);
    let value = prop_oneof![
        4 => "[a-z]{0,3}",
        2 => "[ -~é]{0,6}",
        1 => (0..2_100_usize).prop_map(|bytes| "v".repeat(bytes)),
    ];
    let past = UNIX_EPOCH - Duration::from_secs(1 << 40);
    let life = select(&[None, None, None, Some((0, false)), Some((9, false)), Some((0, true))][..]);
    let flags = (proptest::bool::weighted(0.7), any::<bool>(), proptest::bool::weighted(0.1));
    (select(names), value, domain, path, flags, strategies::same_site(), life).prop_map(
        move |(name, value, domain, path, (secure, http_only, partitioned), same_site, life)| {
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
            match life {
                Some((seconds, false)) => cookie.with_max_age(Duration::from_secs(seconds)),
                Some((_, true)) => cookie.with_expires(past),
                None => cookie,
            }
        },
    )
}

fn op(names: Vec<String>) -> impl Strategy<Value = Op> {
    prop_oneof![
        60 => cookie(names.clone()).prop_map(Op::Set),
        20 => cookie(names.clone()).prop_map(Op::RemoveCookie),
        20 => select(names).prop_map(Op::RemoveName),
        2 => select(&["", "a=b", " a", "a;", "\n"][..]).prop_map(|n| Op::RemoveName(n.to_owned())),
        1 => Just(Op::RemoveAll),
    ]
}

/// A `Cookie` field of these names, with some pairs to skip.
fn field(names: Vec<String>, most: usize) -> impl Strategy<Value = Vec<u8>> {
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
    proptest::collection::vec(pair, 0..=most).prop_map(|pairs| pairs.join(&b"; "[..]))
}

fn policy() -> impl Strategy<Value = Policy> {
    let limits = prop_oneof![
        2 => Just(Limits::DEFAULT),
        1 => (0..60_u32).prop_map(|cookies| Limits::DEFAULT.with_cookies(cookies)),
        1 => (0..4_000_u32).prop_map(|bytes| Limits::DEFAULT.with_cookie_header_bytes(bytes)),
    ];
    (limits, select(&[Encoding::Percent, Encoding::Percent, Encoding::Raw][..]))
        .prop_map(|(limits, encoding)| Policy::new().with_limits(limits).with_encoding(encoding))
}

/// A policy, a field, changes, and the names among them.
type Case = (Policy, Vec<u8>, Vec<Op>, Vec<String>);

/// Jars of at most so many names, pairs that came in and changes, and of half of them at least.
fn sized(
    policy: impl Strategy<Value = Policy>,
    plain: usize,
    pairs: usize,
    ops: usize,
) -> impl Strategy<Value = Case> {
    let names = names(plain);
    let changes = proptest::collection::vec(op(names.clone()), ops / 2..=ops);
    (policy, field(names.clone(), pairs), changes, Just(names))
}

/// Jars of few names with many changes, and of many.
fn any_jar() -> impl Strategy<Value = Case> {
    prop_oneof![
        2 => sized(policy(), 3, 8, 30),
        1 => sized(policy(), 60, 60, 120),
        1 => sized(policy(), 20, 90, 60),
    ]
}

/// Jars so large that they keep an index by name: from 129 on, of what came in and of the changes
/// alike.
fn large_jar() -> impl Strategy<Value = Case> {
    let limits = Limits::DEFAULT.with_cookies(9_999).with_cookie_header_bytes(9_999_999);
    sized(Just(Policy::new().with_limits(limits)), 200, 300, 500)
}

/// Tries all changes on a jar and on a plain one.
fn agrees(
    (policy, field, ops, names): &Case,
    each: usize,
) -> Result<(usize, usize), TestCaseError> {
    let mut jar = policy.jar_from_cookie_header(field).expect("within the limits");
    let mut reference = Reference::parse(*policy, field);
    let came_in = jar.len();
    let names = || names.iter().map(String::as_str).chain(["", "absent"]);
    reference.assert_all(&jar, names());
    for (count, op) in ops.iter().enumerate() {
        let taken = op.apply(&mut jar);
        prop_assert_eq!(taken, op.apply_to_reference(&mut reference), "{:?}", op);
        if count % each == 0 {
            reference.assert_changes(&jar);
        }
        if count % (16 * each) == 0 || !taken && each == 1 {
            reference.assert_all(&jar, names());
        }
    }
    reference.assert_all(&jar, names());
    Ok((came_in, jar.changes().count()))
}

#[test]
fn any_changes_leave_what_a_plain_jar_says() {
    law(60, 3, &any_jar(), |case, telling| {
        let (_, changes) = agrees(&case, 1)?;
        if changes > 8 {
            telling.case();
        }
        Ok(())
    });
}

#[test]
fn any_changes_of_a_large_jar_leave_what_a_plain_jar_says() {
    law(16, 8, &large_jar(), |case, telling| {
        let (came_in, changes) = agrees(&case, 8)?;
        if came_in > 128 && changes > 128 {
            telling.case();
        }
        Ok(())
    });
}

/// All that can be asked of a jar, as text.
fn seen(jar: &CookieJar, names: &[String]) -> String {
    let mut seen = String::new();
    let all: Vec<_> = jar.iter().collect();
    let fields: Vec<_> = jar.set_cookie_headers().collect();
    let changes: Vec<_> =
        jar.changes().map(|c| (c.name(), c.value(), c.is_removal(), c.cookie())).collect();
    write!(seen, "{all:?} {fields:?} {changes:?} {:?} {jar:?} ", jar.skipped()).unwrap();
    write!(seen, "{:?} {} {}", jar.budget(), jar.len(), jar.is_empty()).unwrap();
    for name in names {
        let values: Vec<_> = jar.get_all(name).collect();
        let first = (jar.get(name), jar.get_raw(name), jar.contains(name));
        write!(seen, " {name} {values:?} {first:?}").unwrap();
    }
    seen
}

#[test]
fn a_refused_change_changes_nothing() {
    law(48, 3, &any_jar(), |(policy, field, ops, names), telling| {
        // One jar gets all changes, the other those alone that the first one took.
        let mut jar = policy.jar_from_cookie_header(&field).expect("within the limits");
        let mut other = jar.clone();
        let mut refused = false;
        for op in ops {
            let before = jar.clone();
            if op.apply(&mut jar) {
                prop_assert!(op.apply(&mut other));
            } else {
                prop_assert_eq!(seen(&jar, &names), seen(&before, &names), "{:?}", op);
                refused = true;
            }
        }
        prop_assert_eq!(seen(&jar, &names), seen(&other, &names));
        if refused {
            telling.case();
        }
        Ok(())
    });
}

#[test]
fn a_refused_cookie_of_any_kind_changes_nothing() {
    law(200, 5, &(strategies::cookie(), any::<bool>()), |(cookie, remove), telling| {
        let names = [cookie.name().to_owned(), "a".to_owned(), "sid".to_owned()];
        let mut jar =
            CookieJar::from_cookie_header("a=1; sid=2; é=3; =x; a=4").expect("within the limits");
        jar.set(("a", "5")).expect("a cookie that is fit");
        let before = seen(&jar, &names);
        let op = if remove { Op::RemoveCookie(cookie) } else { Op::Set(cookie) };
        if !op.apply(&mut jar) {
            telling.case();
            prop_assert_eq!(seen(&jar, &names), before, "{:?}", op);
        }
        Ok(())
    });
}

#[test]
fn any_order_of_changes_leaves_one_field_an_identity() {
    law(48, 3, &any_jar(), |(policy, field, ops, _), telling| {
        let mut jar = policy.jar_from_cookie_header(&field).expect("within the limits");
        let taken = ops.iter().filter(|op| op.apply(&mut jar)).count();
        let mut identities = HashSet::new();
        for change in jar.changes() {
            let cookie =
                Cookie::parse(change.set_cookie_header()).expect("what was written reads back");
            let scope = (cookie.domain().map(str::to_owned), cookie.path().map(str::to_owned));
            let identity = (change.name().to_owned(), scope, cookie.is_partitioned());
            prop_assert!(identities.insert(identity), "twice: {}", change.set_cookie_header());
        }
        prop_assert_eq!(jar.set_cookie_headers().count(), identities.len());
        if taken > identities.len() && !identities.is_empty() {
            telling.case();
        }
        Ok(())
    });
}

#[test]
fn a_jar_that_owns_its_text_is_the_same_jar() {
    law(48, 3, &any_jar(), |(policy, field, ops, names), telling| {
        let mut jar = policy.jar_from_cookie_header(&field).expect("within the limits");
        let (before, after) = ops.split_at(ops.len() / 2);
        for op in before {
            op.apply(&mut jar);
        }
        let mut owned = {
            let field = field.clone(); // what the jar borrowed goes
            let mut jar = policy.jar_from_cookie_header(&field).expect("within the limits");
            for op in before {
                op.apply(&mut jar);
            }
            jar.into_owned()
        };
        prop_assert_eq!(seen(&owned, &names), seen(&jar, &names));
        for op in after {
            prop_assert_eq!(op.apply(&mut owned), op.apply(&mut jar));
        }
        prop_assert_eq!(seen(&owned, &names), seen(&jar, &names));
        if !jar.is_empty() && !after.is_empty() {
            telling.case();
        }
        Ok(())
    });
}

#[test]
fn what_other_names_do_changes_nothing_for_a_name() {
    // The same changes in a small jar, and in one with so much else that it keeps an index.
    let few = names(3);
    let any = (field(few.clone(), 8), proptest::collection::vec(op(few.clone()), 0..30));
    law(48, 3, &any, |(field, ops), telling| {
        let limits = Limits::DEFAULT.with_cookies(9_999).with_cookie_header_bytes(999_999);
        let policy = Policy::new().with_limits(limits);
        let others: Vec<_> = (0..140).map(|n| format!("other{n}")).collect();
        let more: Vec<_> = others.iter().map(|name| format!("; {name}=1")).collect();
        let large_field = [&field[..], more.concat().as_bytes()].concat();
        let mut small = policy.jar_from_cookie_header(&field).expect("within the limits");
        let mut large = policy.jar_from_cookie_header(&large_field).expect("within the limits");
        for name in &others {
            large.set((name.as_str(), "2")).expect("a cookie that is fit");
        }
        for (op, other) in ops.iter().zip(others.iter().cycle()) {
            if matches!(op, Op::RemoveAll) {
                continue;
            }
            prop_assert_eq!(op.apply(&mut small), op.apply(&mut large), "{:?}", op);
            large.set((other.as_str(), "3")).expect("a cookie that is fit");
            large.set((other.as_str(), "2")).expect("a cookie that is fit");
        }
        let own: Vec<_> =
            large.set_cookie_headers().filter(|field| !field.starts_with("other")).collect();
        prop_assert_eq!(small.set_cookie_headers().collect::<Vec<_>>(), own);
        let own: Vec<_> = large.iter().filter(|(name, _)| !name.starts_with("other")).collect();
        prop_assert_eq!(small.iter().collect::<Vec<_>>(), own);
        for name in &few {
            prop_assert!(small.get_all(name).eq(large.get_all(name)));
        }
        let [small_budget, large_budget] = [&small, &large].map(|jar| jar.budget().cookies());
        prop_assert_eq!(small_budget + 140, large_budget);
        if small.changes().count() > 3 {
            telling.case();
        }
        Ok(())
    });
}

/// Where the model's browser can hold a cookie that it sends with the request: domain, path,
/// partition. The default path is the identity of `/shop`, so one of the two is left out.
type Scope = (Option<&'static str>, Option<&'static str>, bool);

fn scope() -> impl Strategy<Value = Scope> {
    let domain = select(&[None, None, Some("example.com"), Some("www.example.com")][..]);
    let path = select(&[None, Some("/"), Some("/"), Some("/shop/"), Some("/shop/cart")][..]);
    (domain, path, proptest::bool::weighted(0.1))
}

const ROOT: Scope = (None, Some("/"), false);

fn at(name: &str, (domain, path, partitioned): Scope) -> Cookie<'static> {
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

/// A step of a server: which name, at which scope where it isn't known, and what to do.
#[derive(Clone, Debug)]
enum Step {
    Set { value: String, secure: bool, same_site: SameSite, life: Option<SystemTime> },
    RemoveCookie,
    RemoveName,
}

fn step() -> impl Strategy<Value = Step> {
    let future = UNIX_EPOCH + Duration::from_secs(1 << 36);
    let life = select(vec![None, None, Some(future), Some(UNIX_EPOCH)]);
    let value = prop_oneof!["[a-z]{0,3}", "[ -~é]{0,6}"];
    prop_oneof![
        3 => (value, proptest::bool::weighted(0.8), strategies::same_site(), life).prop_map(
            |(value, secure, same_site, life)| Step::Set { value, secure, same_site, life }
        ),
        1 => Just(Step::RemoveCookie),
        1 => Just(Step::RemoveName),
    ]
}

#[test]
fn a_browser_that_receives_the_fields_has_what_the_jar_says() {
    let plain = (0..40_usize, scope()).prop_map(|(n, scope)| (format!("n{n}"), scope));
    let special = select(&["__Host-a", "__host-b", "__Http-c", "é", "x,y", "a b"][..])
        .prop_map(|name| (name.to_owned(), ROOT));
    let named = prop_oneof![4 => plain, 1 => special].boxed();
    let held = proptest::collection::vec((named.clone(), "[!#-+.-:a-z%]{0,4}"), 0..50);
    let steps = proptest::collection::vec((named, step()), 0..60);
    law(120, 2, &(held, steps, policy()), |(held, steps, policy), telling| {
        // The browser holds each name once.
        let mut browser = Browser::default();
        let mut homes: Vec<(String, Scope)> = Vec::new();
        for ((name, home), value) in held {
            if homes.iter().any(|(found, _)| *found == name) {
                continue;
            }
            let mut line = format!("{name}={value}; Secure; HttpOnly");
            let cookie = at(&name, home);
            line += &cookie.path().map_or(String::new(), |path| format!("; Path={path}"));
            line += &cookie.domain().map_or(String::new(), |domain| format!("; Domain={domain}"));
            line += if cookie.is_partitioned() { "; Partitioned" } else { "" };
            prop_assert!(browser.receive(line.as_bytes()), "{}", line);
            homes.push((name, home));
        }
        let field = browser.cookie_field();
        let mut jar = policy.jar_from_cookie_header(&field).expect("within the limits");
        prop_assert_eq!((jar.len(), jar.skipped().len()), (homes.len(), 0));
        let budget = jar.budget();
        prop_assert_eq!(
            (budget.cookies(), budget.cookie_header_bytes()),
            (homes.len(), field.len())
        );

        for ((name, anywhere), step) in steps {
            // What came in is changed where it stands, as a server does that declares its cookies.
            let home = homes.iter().find(|(found, _)| *found == name).map(|&(_, home)| home);
            let cookie = at(&name, home.unwrap_or(anywhere));
            // A refusal is as good: then the browser gets nothing.
            let _ = match step {
                Step::Set { value, secure, same_site, life } => {
                    let cookie = cookie.with_value(value).with_same_site(same_site);
                    let cookie = cookie.with_secure(secure).with_http_only(secure);
                    jar.set(match life {
                        Some(time) => cookie.with_expires(time),
                        None => cookie,
                    })
                }
                Step::RemoveCookie => jar.remove(cookie),
                // By name it reaches `Path=/` of this host, and what this response set.
                Step::RemoveName if home.is_none_or(|home| home == ROOT) => jar.remove(&name),
                Step::RemoveName => Ok(()),
            };
        }
        for field in jar.set_cookie_headers() {
            prop_assert!(browser.receive(field.as_bytes()), "not taken: {}", field);
        }
        let sent = browser.cookie_field();
        let next = policy.jar_from_cookie_header(&sent).expect("within the limits");
        let (mut expected, mut found) =
            (jar.iter().collect::<Vec<_>>(), next.iter().collect::<Vec<_>>());
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
        let budget = jar.budget();
        prop_assert_eq!((budget.cookies(), budget.cookie_header_bytes()), (next.len(), sent.len()));
        if jar.changes().count() > 3 && next.len() > 3 {
            telling.case();
        }
        Ok(())
    });
}
