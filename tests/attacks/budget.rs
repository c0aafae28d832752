//! The budget of a jar, beside a model of a browser that keeps its cookies over many responses.

use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};

use crate::attacks;
use crate::browser::Browser;
use crate::splitmix::Random;

/// The steps, each a change that a server makes.
const STEPS: usize = 300_000;

/// Returns a cookie of one of a few names, domains, paths and partitions.
fn cookie(random: &mut Random) -> Cookie<'static> {
    const NAMES: [&str; 9] = ["a", "b", "c", "sid", "lang", "__Host-a", "__Http-b", "n%41", "x~"];
    let value = match random.below(8) {
        0 => "v".repeat(random.below(300)),
        1 => "é %;".repeat(random.below(20)),
        _ => random.pick(&["", "1", "dark red", "31d4d96e"]).to_owned(),
    };
    let mut cookie = Cookie::new(random.pick(&NAMES), value)
        .with_secure(random.percent(80))
        .with_http_only(random.percent(50))
        .with_same_site(random.pick(&[SameSite::Lax, SameSite::None, SameSite::Unset]));
    if random.percent(30) {
        // `/shop` is left out, since it is the default path there: a jar takes the two for different ones.
        cookie = match random.pick(&[None, Some("/shop/"), Some("/shop/cart")]) {
            Some(path) => cookie.with_path(path),
            None => cookie.with_default_path(),
        };
    }
    if random.percent(20) {
        cookie = cookie.with_domain(random.pick(&["example.com", "www.example.com"]));
    }
    if random.percent(10) {
        cookie = cookie.with_partitioned(true);
    }
    if random.percent(10) {
        cookie = cookie.with_max_age(std::time::Duration::from_secs(random.pick(&[0, 60])));
    }
    cookie
}

/// Changes a jar once. A change that is refused sends nothing.
fn change(jar: &mut CookieJar<'_>, random: &mut Random) -> bool {
    let cookie = cookie(random);
    let result = match random.below(10) {
        0 => jar.remove(cookie),
        1 | 2 => jar.remove(cookie.name()),
        3 if random.percent(5) => {
            jar.remove_all();
            Ok(())
        }
        _ => jar.set(cookie),
    };
    result.is_ok()
}

/// What the browser sends next is within the bounds of the budget after each step, and within the limits
/// that the policy asks for.
#[test]
fn the_next_request_is_within_the_budget() {
    let mut random = Random::new(14);
    let (mut steps, mut accepted, mut between) = (0, 0, 0);
    let mut browser = Browser::default();
    while steps < attacks(STEPS) {
        let limits = match random.below(3) {
            0 => Limits::DEFAULT,
            1 => Limits::DEFAULT.with_cookies(12),
            _ => Limits::DEFAULT.with_cookie_header_bytes(700),
        };
        let encoding = random.pick(&[Encoding::Percent, Encoding::Percent, Encoding::Raw]);
        let policy = Policy::new().with_limits(limits).with_encoding(encoding);
        if random.percent(2) {
            browser = Browser::default();
        }
        let header = browser.cookie_header();
        let mut jar = policy.jar_from_cookie_header(&header).expect("within the limits");
        let before = (jar.len(), header.len());
        let mut after = browser.clone();
        for _ in 0..=random.below(8) {
            steps += 1;
            accepted += usize::from(change(&mut jar, &mut random));
            after = browser.clone();
            for header in jar.set_cookie_headers() {
                assert!(after.receive(header.as_bytes()), "refused: {header}");
            }
            let sent = after.cookie_header();
            let next = CookieJar::from_cookie_header(&sent).expect("within the limits");
            let budget = jar.budget();
            let cookies = budget.cookies()..=budget.max_cookies();
            assert!(cookies.contains(&next.len()), "step {steps}: {} in {cookies:?}", next.len());
            let bytes = budget.cookie_header_bytes()..=budget.max_cookie_header_bytes();
            assert!(bytes.contains(&sent.len()), "step {steps}: {} in {bytes:?}", sent.len());
            // What a browser had can exceed a limit; what is set cannot add to that.
            let max = usize::try_from(limits.cookies()).expect("a small number");
            assert!(budget.cookies() <= max.max(before.0), "step {steps}: {budget:?}");
            between += usize::from(next.len() < budget.max_cookies());
        }
        browser = after;
    }
    assert!(accepted > steps / 2 && between > steps / 10, "{accepted} and {between} of {steps}");
}
