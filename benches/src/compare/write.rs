//! Writing `Set-Cookie` headers: one cookie, and the cookies that a jar sets.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use biscotti::{Processor, ProcessorConfig, ResponseCookie, ResponseCookies};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};
use gingersnap_benches::inputs;

use crate::harness::{Op, Row};
use crate::{BISCOTTI, COOKIE};

pub(crate) fn rows() -> Vec<Row> {
    let headers = [
        ("`color=red`", inputs::color(), 2.0, 2.0),
        ("a session", inputs::session(), 2.0, 2.0),
        ("all attributes", inputs::full(), 2.0, 2.0),
    ];
    let mut rows = vec![];
    for (label, header, new, _) in headers {
        check(header);
        rows.push(write_new(label, header, new));
    }
    for (label, header, _, reused) in headers {
        rows.push(write_reused(label, header, reused));
    }
    for (count, target) in [(1, 2.0), (5, 2.0), (50, 2.0)] {
        rows.push(set_and_write(count, target));
    }
    rows.push(linear());
    rows
}

fn ours(header: &'static str) -> Cookie<'static> {
    Cookie::parse(header).expect("a valid header").with_encoding(Encoding::Percent)
}

fn theirs(header: &'static str) -> cookie::Cookie<'static> {
    cookie::Cookie::parse(header).expect("a header that cookie reads")
}

/// Biscotti does not read `Set-Cookie` headers.
fn biscottis(header: &'static str) -> ResponseCookie<'static> {
    let cookie = theirs(header);
    let mut same = ResponseCookie::new(cookie.name().to_owned(), cookie.value().to_owned())
        .set_http_only(cookie.http_only())
        .set_secure(cookie.secure())
        .set_partitioned(cookie.partitioned())
        .set_same_site(cookie.same_site().map(|_| biscotti::SameSite::Lax));
    if let Some(path) = cookie.path() {
        same = same.set_path(path.to_owned());
    }
    if let Some(domain) = cookie.domain() {
        same = same.set_domain(domain.to_owned());
    }
    if let Some(max_age) = cookie.max_age() {
        same = same.set_max_age(jiff::SignedDuration::from_secs(max_age.whole_seconds()));
    }
    if let Some(expires) = cookie.expires_datetime() {
        let expires =
            jiff::Timestamp::try_from(SystemTime::from(expires)).expect("a time in range");
        same = same.set_expires(expires.to_zoned(jiff::tz::TimeZone::UTC));
    }
    same
}

/// Checks that all write the same parts, each in its own order.
fn check(header: &'static str) {
    let written = ours(header).to_set_cookie(Encoding::Percent).expect("a valid cookie");
    assert_eq!(parts(&written), parts(header));
    assert_eq!(parts(&theirs(header).to_string()), parts(header));
    assert_eq!(parts(&biscottis(header).to_string()), parts(header));
}

fn parts(header: &str) -> Vec<&str> {
    let mut parts: Vec<_> = header.split("; ").collect();
    parts.sort_unstable();
    parts
}

fn write_new(label: &str, header: &'static str, target: f64) -> Row {
    let (ours, theirs, biscottis) = (ours(header), theirs(header), biscottis(header));
    Row::new(
        format!("write {label}, new string"),
        Op::new(move || black_box(&ours).to_set_cookie(Encoding::Percent)),
    )
    .against(COOKIE, target, Op::new(move || black_box(&theirs).to_string()))
    .beside(BISCOTTI, Op::new(move || black_box(&biscottis).to_string()))
    .within(None, Op::new(move || black_box(header).to_owned()))
    .allocating(1)
}

/// The peers can only be written with `write!`, or to a new string as their users do.
fn write_reused(label: &str, header: &'static str, target: f64) -> Row {
    let (ours, theirs, biscottis) = (ours(header), theirs(header), biscottis(header));
    let (mut out, mut copy) = (String::with_capacity(4096), String::with_capacity(4096));
    Row::new(
        format!("write {label}, reused buffer"),
        Op::new(move || {
            out.clear();
            black_box(&ours).write_to(&mut out, Encoding::Percent).expect("a valid cookie");
            black_box(out.as_str());
        }),
    )
    .against(COOKIE, target, Op::new(move || black_box(&theirs).to_string()))
    .beside(BISCOTTI, Op::new(move || black_box(&biscottis).to_string()))
    .within(
        None,
        Op::new(move || {
            copy.clear();
            copy.push_str(black_box(header));
            black_box(copy.as_str());
        }),
    )
    .allocating(0)
}

/// Returns names and values for this many cookies.
fn cookies(count: usize) -> &'static [(String, String)] {
    (0..count).map(|n| (format!("cookie{n:02}"), format!("{n:032x}"))).collect::<Vec<_>>().leak()
}

fn set_ours(cookies: &'static [(String, String)], policy: Policy) -> CookieJar<'static> {
    let mut jar = policy.empty_jar();
    for (name, value) in cookies {
        let cookie = Cookie::new(name, value)
            .with_http_only(true)
            .with_secure(true)
            .with_same_site(SameSite::Lax)
            .with_max_age(Duration::from_secs(86_400));
        jar.set(cookie).expect("a valid cookie");
    }
    jar
}

fn set_theirs(cookies: &'static [(String, String)]) -> cookie::CookieJar {
    let mut jar = cookie::CookieJar::new();
    for (name, value) in cookies {
        let cookie = cookie::Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(true)
            .same_site(cookie::SameSite::Lax)
            .max_age(time::Duration::seconds(86_400));
        jar.add(cookie);
    }
    jar
}

fn set_biscottis(cookies: &'static [(String, String)]) -> ResponseCookies<'static> {
    let mut jar = ResponseCookies::new();
    for (name, value) in cookies {
        let cookie = ResponseCookie::new(name, value)
            .set_path("/")
            .set_http_only(true)
            .set_secure(true)
            .set_same_site(biscotti::SameSite::Lax)
            .set_max_age(jiff::SignedDuration::from_secs(86_400));
        jar.insert(cookie);
    }
    jar
}

fn set_and_write(count: usize, target: f64) -> Row {
    let cookies = cookies(count);
    let processor: Processor = ProcessorConfig::default().into();

    let headers: Vec<String> =
        set_ours(cookies, Policy::new()).set_cookie_headers().map(str::to_owned).collect();
    let sorted = |headers: &mut dyn Iterator<Item = String>| {
        let mut headers: Vec<_> = headers.map(|header| parts(&header).join("; ")).collect();
        headers.sort_unstable();
        headers
    };
    let expected = sorted(&mut headers.iter().cloned());
    assert_eq!(sorted(&mut set_theirs(cookies).delta().map(ToString::to_string)), expected);
    assert_eq!(sorted(&mut set_biscottis(cookies).header_values(&processor)), expected);

    let label = if count == 1 { "cookie" } else { "cookies" };
    Row::new(format!("set {count} {label} and write"), set_and_write_ours(cookies, Policy::new()))
        .against(
            COOKIE,
            target,
            Op::new(move || {
                for cookie in set_theirs(black_box(cookies)).delta() {
                    black_box(cookie.to_string());
                }
            }),
        )
        .beside(
            BISCOTTI,
            Op::new(move || {
                for header in set_biscottis(black_box(cookies)).header_values(&processor) {
                    black_box(header);
                }
            }),
        )
        .within(
            None,
            Op::new(move || {
                for header in black_box(&headers) {
                    black_box(header.clone());
                }
            }),
        )
        .allocating(2 * count as u64)
}

fn set_and_write_ours(cookies: &'static [(String, String)], policy: Policy) -> Op {
    Op::new(move || {
        for header in set_ours(black_box(cookies), policy).set_cookie_headers() {
            black_box(header);
        }
    })
}

/// Ten times as many, compared with ten times the time.
fn linear() -> Row {
    let most = Limits::DEFAULT.with_cookies(u32::MAX).with_cookie_header_bytes(u32::MAX);
    let policy = Policy::new().with_limits(most);
    Row::new("set 500 cookies and write", set_and_write_ours(cookies(500), policy))
        .within_scaled(1.5, "50's", 10.0, set_and_write_ours(cookies(50), policy))
        .allocating(1000)
}
