//! Writing `Set-Cookie` fields: one cookie, and what a jar sets.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use biscotti::{Processor, ProcessorConfig, ResponseCookie, ResponseCookies};
use gingersnap::{Cookie, CookieJar, Encoding, Limits, Policy, SameSite};
use gingersnap_benches::inputs;

use crate::harness::{Op, Row};
use crate::{BISCOTTI, COOKIE};

pub(crate) fn rows() -> Vec<Row> {
    let fields = [
        ("`color=red`", inputs::color(), 2.5, 4.0),
        ("a session", inputs::session(), 5.0, 7.0),
        ("all attributes", inputs::full(), 6.0, 8.0),
    ];
    let mut rows = vec![];
    for (label, field, new, _) in fields {
        check(field);
        rows.push(write_new(label, field, new));
    }
    for (label, field, _, reused) in fields {
        rows.push(write_reused(label, field, reused));
    }
    for (count, target) in [(1, 3.5), (5, 4.0), (50, 5.5)] {
        rows.push(set_and_write(count, target));
    }
    rows.push(linear());
    rows
}

fn ours(field: &'static str) -> Cookie<'static> {
    Cookie::parse(field).expect("a field that is read")
}

fn theirs(field: &'static str) -> cookie::Cookie<'static> {
    cookie::Cookie::parse(field).expect("a field that cookie reads")
}

/// Biscotti doesn't read fields.
fn biscottis(field: &'static str) -> ResponseCookie<'static> {
    let cookie = theirs(field);
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

/// All write the same parts, each in its own order.
fn check(field: &'static str) {
    let written = ours(field).to_set_cookie(Encoding::Percent).expect("a cookie fit to send");
    assert_eq!(parts(&written), parts(field));
    assert_eq!(parts(&theirs(field).to_string()), parts(field));
    assert_eq!(parts(&biscottis(field).to_string()), parts(field));
}

fn parts(field: &str) -> Vec<&str> {
    let mut parts: Vec<_> = field.split("; ").collect();
    parts.sort_unstable();
    parts
}

fn write_new(label: &str, field: &'static str, target: f64) -> Row {
    let (ours, theirs, biscottis) = (ours(field), theirs(field), biscottis(field));
    Row::new(
        format!("write {label}, new string"),
        Op::new(move || black_box(&ours).to_set_cookie(Encoding::Percent)),
    )
    .against(COOKIE, target, Op::new(move || black_box(&theirs).to_string()))
    .beside(BISCOTTI, Op::new(move || black_box(&biscottis).to_string()))
    .within(None, Op::new(move || black_box(field).to_owned()))
    .allocating(1)
}

/// The peers have no such thing but `write!`; what is compared is what they are used with.
fn write_reused(label: &str, field: &'static str, target: f64) -> Row {
    let (ours, theirs, biscottis) = (ours(field), theirs(field), biscottis(field));
    let (mut out, mut copy) = (String::with_capacity(4096), String::with_capacity(4096));
    Row::new(
        format!("write {label}, reused buffer"),
        Op::new(move || {
            out.clear();
            black_box(&ours).write_to(&mut out, Encoding::Percent).expect("a cookie fit to send");
            black_box(out.as_str());
        }),
    )
    .against(COOKIE, target, Op::new(move || black_box(&theirs).to_string()))
    .beside(BISCOTTI, Op::new(move || black_box(&biscottis).to_string()))
    .within(
        None,
        Op::new(move || {
            copy.clear();
            copy.push_str(black_box(field));
            black_box(copy.as_str());
        }),
    )
    .allocating(0)
}

/// Names and values for as many cookies.
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
        jar.set(cookie).expect("a cookie fit to send");
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

    let fields: Vec<String> =
        set_ours(cookies, Policy::new()).set_cookie_headers().map(str::to_owned).collect();
    let sorted = |fields: &mut dyn Iterator<Item = String>| {
        let mut fields: Vec<_> = fields.map(|field| parts(&field).join("; ")).collect();
        fields.sort_unstable();
        fields
    };
    let expected = sorted(&mut fields.iter().cloned());
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
                for field in set_biscottis(black_box(cookies)).header_values(&processor) {
                    black_box(field);
                }
            }),
        )
        .within(
            None,
            Op::new(move || {
                for field in black_box(&fields) {
                    black_box(field.clone());
                }
            }),
        )
        .allocating(2 * count as u64)
}

fn set_and_write_ours(cookies: &'static [(String, String)], policy: Policy) -> Op {
    Op::new(move || {
        for field in set_ours(black_box(cookies), policy).set_cookie_headers() {
            black_box(field);
        }
    })
}

/// Ten times as many, beside ten times the time.
fn linear() -> Row {
    let most = Limits::DEFAULT.with_cookies(u32::MAX).with_cookie_header_bytes(u32::MAX);
    let policy = Policy::new().with_limits(most);
    Row::new("set 500 cookies and write", set_and_write_ours(cookies(500), policy))
        .within_scaled(1.5, "50's", 10.0, set_and_write_ours(cookies(50), policy))
        .allocating(1000)
}
