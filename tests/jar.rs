//! The jar as a dictionary of what a request carries and its response changes, and the budget of both.

use gingersnap::errors::LimitError;
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy};

#[track_caller]
fn received(header: &str) -> CookieJar<'_> {
    CookieJar::from_cookie_header(header).expect("few cookies")
}

fn pairs<'j>(jar: &'j CookieJar<'_>) -> Vec<(&'j str, &'j str)> {
    jar.iter().collect()
}

#[test]
fn a_jar_has_what_was_received_and_not_changed_then_what_was_set() {
    let mut jar = received("a=1; b=2; a=3; bad");
    assert_eq!(pairs(&jar), [("a", "1"), ("b", "2"), ("a", "3")]);
    assert!(jar.contains("a") && !jar.contains("bad") && !jar.contains("c"));
    assert_eq!((jar.len(), jar.is_empty()), (3, false));

    jar.set(("c", "5")).unwrap();
    jar.set(("a", "4")).unwrap();
    jar.remove("b").unwrap();
    assert_eq!(pairs(&jar), [("a", "4"), ("c", "5")]);
    assert_eq!(jar.get_all("a").collect::<Vec<_>>(), ["4"]);
    assert!(jar.contains("a") && jar.contains("c") && !jar.contains("b"));

    jar.remove("a").unwrap();
    assert_eq!((pairs(&jar), jar.is_empty()), (vec![("c", "5")], false));
    jar.remove("c").unwrap();
    assert_eq!((jar.len(), jar.is_empty()), (0, true));
}

#[cfg(feature = "http")]
#[test]
fn all_cookie_headers_of_a_request_are_read() {
    let mut headers = http::HeaderMap::new();
    for header in ["a=1; b=2", "c=3"] {
        headers.append("cookie", header.parse().unwrap());
    }
    let jar = CookieJar::from_headers(&headers).unwrap();
    assert_eq!(pairs(&jar), [("a", "1"), ("b", "2"), ("c", "3")]);
}

#[test]
fn several_cookies_are_set_up_to_the_first_that_is_refused() {
    let mut jar = CookieJar::new();
    let error = jar.set_all([("a", "1"), ("b c", "2"), ("d", "3")]).unwrap_err();
    assert_eq!(error.name, "b c");
    assert_eq!(pairs(&jar), [("a", "1")]);
    assert_eq!(jar.set_all([("d", "3"), ("e", "4")]), Ok(()));
    assert_eq!(pairs(&jar), [("e", "4"), ("d", "3"), ("a", "1")]);
}

#[test]
fn an_owned_jar_is_the_same() {
    let policy = Policy::new().with_limits(Limits::SPEC);
    let mut jar = policy.jar_from_cookie_header("a=%201; bad; b=\u{1}; c=2").unwrap();
    jar.set(("c", "x y")).unwrap();
    let owned = jar.clone().into_owned();
    assert_eq!(pairs(&owned), [("a", " 1"), ("c", "x y")]);
    assert_eq!(owned.skipped(), jar.skipped());
    assert_eq!(owned.skipped().len(), 2);
    assert_eq!(owned.budget(), jar.budget());
    assert_eq!((owned.policy(), owned.budget().limits()), (&policy, &Limits::SPEC));
    assert_eq!(owned.into_set_cookie_headers().collect::<Vec<_>>(), ["c=x%20y; Path=/"]);
}

#[test]
fn a_policy_says_how_values_are_read() {
    let header = "a=%41";
    assert_eq!(received(header).get("a"), Some("A"));
    let raw = Policy::new().with_encoding(Encoding::Raw);
    assert_eq!(raw.jar_from_cookie_header(header).unwrap().get("a"), Some("%41"));
}

#[test]
fn a_change_is_a_cookie_without_an_encoding_of_its_own() {
    let mut jar = CookieJar::new();
    jar.set(("a", "1")).unwrap();
    jar.set(Cookie::new("a", "x y").with_secure(true)).unwrap();
    let changes: Vec<_> = jar.changes().map(gingersnap::Change::cookie).collect();
    assert_eq!(changes, [Cookie::new("a", "x y").with_secure(true)]);
    let headers: Vec<_> = jar.into_set_cookie_headers().collect();
    assert_eq!(headers, ["a=x%20y; Path=/; Secure"]);
}

/// Checks a budget: the cookies and bytes of the next request, at least and at most, and the largest
/// cookie.
#[track_caller]
fn has_budget(
    jar: &CookieJar<'_>,
    at_least: (usize, usize),
    at_most: (usize, usize),
    largest: Option<(&str, usize)>,
) {
    let budget = jar.budget();
    assert_eq!((budget.cookies(), budget.cookie_header_bytes()), at_least);
    assert_eq!((budget.max_cookies(), budget.max_cookie_header_bytes()), at_most);
    assert_eq!(budget.largest(), largest);
    let lines: usize = jar.set_cookie_headers().map(|value| value.len() + 14).sum();
    assert_eq!(budget.response_bytes(), lines);
}

#[test]
fn a_change_replaces_the_longest_cookie_of_its_name_or_none() {
    has_budget(&CookieJar::new(), (0, 0), (0, 0), None);
    let mut jar = received("a=1; b=1; a=12345");
    has_budget(&jar, (3, 17), (3, 17), Some(("a", 7)));
    jar.set(("a", "99")).unwrap();
    has_budget(&jar, (3, 14), (4, 23), Some(("a", 4)));
    jar.set(("cc", "12")).unwrap();
    has_budget(&jar, (4, 21), (5, 30), Some(("cc", 5)));
    jar.set(("cc", "")).unwrap();
    has_budget(&jar, (4, 19), (5, 28), Some(("a", 4)));
    jar.remove("b").unwrap();
    has_budget(&jar, (3, 14), (5, 28), Some(("a", 4)));
    assert_eq!(jar.budget().limits(), &Limits::DEFAULT);
    assert_eq!(
        jar.budget().to_string(),
        "3 of 150 cookies and 14 of 8190 bytes with the next request, \
         125 bytes of `Set-Cookie` in this response; the largest is `a` with 4"
    );
}

#[test]
fn a_skipped_pair_counts_and_under_its_name_if_that_can_be_read() {
    let header = "a=1; bad; =x; c=\u{1}; \u{1}d=2; =\u{1}";
    let mut jar = received(header);
    has_budget(&jar, (6, header.len()), (6, header.len()), Some(("c", 3)));
    jar.set(("c", "12")).unwrap();
    has_budget(&jar, (6, header.len() + 1), (7, header.len() + 6), Some(("c", 4)));
    jar.remove_all();
    assert_eq!(jar.changes().map(gingersnap::Change::name).collect::<Vec<_>>(), ["a", "c"]);

    let headers = ["a=1", "b=2; c=\u{1}; d=\u{1}"];
    let mut jar = CookieJar::from_cookie_headers(headers).unwrap();
    jar.set(("c", "")).unwrap();
    jar.set(("d", "")).unwrap();
    assert_eq!(jar.budget().cookies(), 4);
}

#[test]
fn a_limit_can_be_reached_and_exceeded_by_what_was_received() {
    let policy = |limits| Policy::new().with_limits(limits);
    let two = policy(Limits::DEFAULT.with_cookies(2));
    let mut jar = two.jar_from_cookie_header("a=1").unwrap();
    assert_eq!(jar.set(("b", "")), Ok(()));
    assert!(jar.set(("c", "")).is_err());
    let mut jar = two.jar_from_cookie_header("a=1; b=2; c=3").unwrap();
    assert_eq!(jar.set(("a", "12345")), Ok(()));
    assert!(jar.set(("d", "")).is_err());

    let eight_bytes = policy(Limits::DEFAULT.with_cookie_header_bytes(8));
    let mut jar = eight_bytes.jar_from_cookie_header("a=1").unwrap();
    assert!(jar.set(("b", "12")).is_err());
    assert_eq!(jar.set(("b", "2")), Ok(()));
    let mut jar = eight_bytes.jar_from_cookie_header("a=1; b=2; c=3").unwrap();
    assert_eq!(jar.set(("a", "2")), Ok(()));
    assert!(jar.set(("a", "12")).is_err());
}

#[test]
fn a_change_in_place_of_another_needs_no_more_room_in_the_response() {
    let limits = Limits::DEFAULT.with_response_bytes(Some(25));
    let mut jar = Policy::new().with_limits(limits).empty_jar();
    assert_eq!(jar.set(("a", "1")), Ok(()));
    assert_eq!(jar.set(("a", "2")), Ok(()));
    // A removal is never refused.
    assert_eq!(jar.remove("b"), Ok(()));
    assert_eq!(jar.set(("a", "3")), Ok(()));
    assert_eq!(jar.set(("a", "")), Ok(()));
    assert!(jar.set(("a", "4")).is_err());
}

#[test]
fn all_pairs_over_the_limit_are_counted() {
    let limits = Limits::DEFAULT.with_received_pairs(2);
    for (pair, pairs) in [("a=1; ", 2), ("a=1; ", 3), ("a=1; ", 100), ("bad; ", 100), ("=; ", 3)] {
        let header = pair.repeat(pairs);
        let header = header.trim_end_matches("; ");
        let read = Policy::new().with_limits(limits).jar_from_cookie_header(header).map(|_| ());
        let error = LimitError::ReceivedPairs { actual: pairs, limit: 2 };
        assert_eq!(read, if pairs > 2 { Err(error) } else { Ok(()) }, "{pairs}");
    }
}

#[test]
fn many_cookies_and_many_changes_are_as_few_ones() {
    let names: Vec<String> = (0..100).map(|n| format!("n{n:02}")).collect();
    let header: Vec<String> = names.iter().map(|name| format!("{name}=1; {name}=")).collect();
    let header = header.join("; ");
    let limits = Limits::DEFAULT.with_cookies(300);
    let mut jar = Policy::new().with_limits(limits).jar_from_cookie_header(&header).unwrap();
    for value in ["2", "3"] {
        for name in &names {
            jar.set((name, value)).unwrap();
            // One identity has one change, however often it is set.
            assert_eq!(jar.get_all(name).collect::<Vec<_>>(), [value]);
        }
        assert_eq!(jar.changes().count(), 100);
        assert_eq!((jar.len(), jar.budget().cookies()), (100, 200));
        assert_eq!(jar.budget().cookie_header_bytes(), header.len());
    }
    for n in 0..100 {
        jar.set(("n00", n.to_string())).unwrap();
    }
    assert_eq!((jar.get("n00"), jar.get("n99")), (Some("99"), Some("3")));
    assert_eq!(jar.changes().next_back().map(gingersnap::Change::name), Some("n00"));
    jar.remove_all();
    assert_eq!((jar.len(), jar.changes().count()), (0, 100));
}
