//! What is allocated: nothing to read a header, and what is written goes into one buffer.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use gingersnap::header::{self, SetCookie};
use gingersnap::{Cookie, CookieJar, Encoding, Policy, SameSite, date};

thread_local! {
    /// How often this thread has asked for memory, and for how many bytes.
    static ASKED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, counted.
struct Counted;

fn count(bytes: usize) {
    // A thread that ends has no counter any more, and nothing to prove.
    let _ = ASKED.try_with(|asked| {
        let (times, sum) = asked.get();
        asked.set((times + 1, sum + bytes));
    });
}

// SAFETY: each call is the system allocator's own; counting touches no memory of the caller.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// What `work` gives, how often it allocates and how many bytes.
fn measured<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let (times, bytes) = ASKED.get();
    let made = black_box(work());
    let (times_after, bytes_after) = ASKED.get();
    (made, times_after - times, bytes_after - bytes)
}

/// `work` allocates at most so often.
#[track_caller]
fn allocates<T>(most: usize, work: impl FnOnce() -> T) -> T {
    let (made, times, _) = measured(work);
    assert!(times <= most, "{times} allocations, and not {most} at most");
    made
}

/// A field of so many plain pairs.
fn plain_field(pairs: usize) -> String {
    let pairs: Vec<_> = (0..pairs).map(|n| format!("name{n}=value-{n}")).collect();
    pairs.join("; ")
}

#[test]
fn the_counter_counts() {
    let (made, times, bytes) = measured(|| vec![0_u8; 100]);
    assert_eq!((made.len(), times, bytes), (100, 1, 100));
    let (_, times, _) = measured(|| {
        let mut vec = made;
        vec.reserve_exact(1_000);
        vec
    });
    assert_eq!(times, 1);
    assert_eq!(measured(|| 1 + 1).1, 0);
}

#[test]
fn nothing_to_walk_a_cookie_field_or_to_look_up_a_name() {
    let hostile = [
        ";".repeat(65_536),
        "=".repeat(65_536),
        "a=;".repeat(20_000),
        "%".repeat(65_536),
        "n".repeat(65_536),
        "a=\x01; \x02; =; b".to_owned(),
    ];
    let invalid = [b"a=\xFF; b=\xC3\xBC; ".repeat(2_000)];
    let plain = [plain_field(0), plain_field(1), plain_field(180)];
    let fields = hostile.iter().chain(&plain).map(String::as_bytes);
    for field in fields.chain(invalid.iter().map(Vec::as_slice)) {
        let pairs = allocates(0, || header::pairs(field).map(black_box).count());
        let text = allocates(0, || header::text_pairs(field).map(black_box).count());
        assert_eq!(pairs, text);
        allocates(0, || header::pairs_of([field, field]).map(black_box).count());
        allocates(0, || header::find(field, "name179"));
        allocates(0, || header::find(field, "absent"));
    }
    let field = plain_field(180);
    assert_eq!(allocates(0, || header::find(&field, "name179")), Some(&b"value-179"[..]));
}

#[test]
fn nothing_to_read_a_set_cookie_field_but_a_domain_to_lower_case() {
    for field in [
        "a=b",
        "a",
        "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax",
        "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=99; Domain=.example.com; Path=/x; \
         Secure; HttpOnly; SameSite=None; Partitioned; unknown=x; EXPIRES=soon; max-age=",
        "a=b; Domain=x; Domain=UPPER; Domain=lower",
        "a=b; Domain=UPPER; Domain=",
    ] {
        let read = allocates(0, || SetCookie::parse(field)).expect("a field that is read");
        let cookie = allocates(0, || read.to_cookie()).is_ok();
        // Text of its own is what `to_cookie` copies of a domain, where there was one to fold.
        assert!(cookie);
        allocates(0, || (read.name(), read.value(), read.domain().is_some(), read.expires()));
        allocates(0, || Cookie::parse(field).is_ok());
    }
    let attributes = "; a=b".repeat(9_999) + &"; ".repeat(9_999);
    let field = format!("a=b{attributes}; Max-Age={}", "9".repeat(1_024));
    allocates(0, || SetCookie::parse(&field)).expect("a field that is read");
    allocates(1, || SetCookie::parse("a=b; Domain=A; Domain=Example.com")).expect("a field");
    allocates(0, || SetCookie::parse("a=b\n").is_err());
}

#[test]
fn nothing_to_read_or_to_write_a_date() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let time = allocates(0, || date::parse(date)).expect("a date");
    let printed = allocates(0, || date::imf_fixdate(time)).expect("a date");
    assert_eq!(allocates(0, || printed.as_str()), date);
    allocates(0, || date::parse("tomorrow")).expect_err("no date");
    allocates(0, || date::imf_fixdate(time + Duration::from_secs(1 << 40))).expect_err("too late");
}

#[test]
fn one_to_make_a_jar_of_plain_pairs() {
    for pairs in [1, 2, 31, 32, 33, 180, 1_000] {
        let field = plain_field(pairs);
        let jar =
            allocates(1, || CookieJar::from_cookie_header(&field)).expect("within the limits");
        assert_eq!(jar.len(), pairs);
        let policy = Policy::new().with_encoding(Encoding::Raw);
        allocates(1, || policy.jar_from_cookie_header(&field)).expect("within the limits");
        allocates(0, || (jar.get("name0"), jar.contains("absent"), jar.get_all("name0").count()));
        allocates(0, || (jar.iter().count(), jar.len(), jar.is_empty()));
        allocates(0, || jar.budget());
    }
    allocates(0, CookieJar::new);
    allocates(0, || CookieJar::from_cookie_headers::<[u8], _>([])).expect("within the limits");
    let field = plain_field(16);
    let encoded = field.replace('-', "%2D");
    let jar = allocates(2, || CookieJar::from_cookie_header(&encoded)).expect("within the limits");
    assert_eq!(jar.get("name15"), Some("value-15"));
}

#[test]
fn two_to_make_a_jar_of_several_fields() {
    // They become one text, which is copied into a buffer with room for all; HTTP/2 may split a
    // field into as many as it has pairs.
    let field = plain_field(180);
    for fields in [vec![&*field, &field], field.split("; ").collect()] {
        let pairs = fields.join("; ").matches('=').count();
        let jar = allocates(2, || CookieJar::from_cookie_headers(fields.iter().copied()))
            .expect("within the limits");
        assert_eq!(jar.len(), pairs);
    }
    let fields = [&b"a=1"[..], b"b=\xFF", b"c=3"];
    let jar = allocates(3, || CookieJar::from_cookie_headers(fields)).expect("within the limits");
    assert_eq!((jar.len(), jar.skipped().len()), (2, 1));
}

#[cfg(feature = "http")]
#[test]
fn one_to_make_a_jar_of_a_requests_headers() {
    let mut headers = http::HeaderMap::new();
    headers.insert("cookie", plain_field(32).parse().expect("a header value"));
    headers.insert("host", "example.com".parse().expect("a header value"));
    let jar = allocates(1, || CookieJar::from_headers(&headers)).expect("within the limits");
    assert_eq!(jar.len(), 32);
    headers.remove("cookie");
    // A list of 180 fields grows seven times.
    for pair in plain_field(180).split("; ") {
        headers.append("cookie", pair.parse().expect("a header value"));
    }
    let jar = allocates(7 + 2, || CookieJar::from_headers(&headers)).expect("within the limits");
    assert_eq!(jar.len(), 180);
    headers.remove("cookie");
    allocates(0, || CookieJar::from_headers(&headers)).expect("within the limits");
}

/// A cookie with all attributes, and a value to write as it is.
fn full() -> Cookie<'static> {
    Cookie::new("sid", "31d4d96e407aad42")
        .with_domain("example.com")
        .with_path("/shop")
        .with_max_age(Duration::from_secs(63_072_000))
        .with_expires(UNIX_EPOCH + Duration::from_secs(1 << 31))
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::None)
        .with_partitioned(true)
}

#[test]
fn one_to_write_a_set_cookie_field() {
    for cookie in [Cookie::new("a", "b"), full(), Cookie::new("a", "v".repeat(4_000))] {
        for encoding in [Encoding::Percent, Encoding::Raw] {
            let field = allocates(1, || cookie.to_set_cookie(encoding)).expect("fit to send");
            assert_eq!(field.capacity(), field.len());
            // None into a buffer that has the room.
            let mut buffer = String::with_capacity(2 * field.len());
            allocates(0, || cookie.write_to(&mut buffer, encoding)).expect("fit to send");
            allocates(0, || cookie.write_to(&mut buffer, encoding)).expect("fit to send");
            assert_eq!(buffer, field.repeat(2));
        }
    }
    // A value to encode is one more, of which the size isn't known before.
    let cookie = Cookie::new("a", "b c").with_secure(true);
    let (field, _, _) = measured(|| cookie.to_set_cookie(Encoding::Percent));
    let field = field.expect("fit to send");
    assert_eq!((field.as_str(), field.capacity()), ("a=b%20c; Path=/; Secure", field.len()));
    // Nothing but the error's text for what is refused.
    let refused = Cookie::new("", "b");
    allocates(0, || refused.to_set_cookie(Encoding::Percent).is_err());
}

#[test]
fn one_a_pair_at_most_to_write_a_cookie_field() {
    let mut field = Vec::with_capacity(1_000);
    allocates(0, || {
        for n in 0..50_u8 {
            header::write_pair(&mut field, [b'a' + n % 26], b"value").expect("a pair");
        }
    });
    // Without the room, a buffer that grows by more than it needs.
    let (_, times, _) = measured(|| {
        let mut field = Vec::new();
        for _ in 0..1_000 {
            header::write_pair(&mut field, "a", "value").expect("a pair");
        }
        field
    });
    assert!(times < 30, "{times} allocations for 1,000 pairs");
}

#[test]
fn two_at_most_to_set_a_cookie() {
    let field = plain_field(8);
    let names: Vec<_> = (0..20).map(|n| format!("new{n}")).collect();
    for mut jar in
        [CookieJar::new(), CookieJar::from_cookie_header(&field).expect("within the limits")]
    {
        let ((), first, _) = measured(|| jar.set(("first", "value")).expect("fit to send"));
        assert!(first <= 2, "{first} allocations for the first cookie");
        let ((), all, _) = measured(|| {
            for name in &names {
                jar.set((name.as_str(), "value")).expect("fit to send");
            }
        });
        assert!(all <= 2 * names.len(), "{all} allocations for {} cookies", names.len());
        let ((), replaced, _) = measured(|| jar.set(("new3", "other")).expect("fit to send"));
        assert!(replaced <= 2, "{replaced} allocations for one that replaces another");
        // For a name that came in.
        let ((), changed, _) = measured(|| jar.set(("name3", "other")).expect("fit to send"));
        assert!(changed <= 2, "{changed} allocations for a name that came in");
    }
}

#[test]
fn few_to_set_many_cookies() {
    // Their fields are one text, and what it, the list and its index grow by is shared by all.
    let names: Vec<_> = (0..145).map(|n| format!("new{n}")).collect();
    let mut jar = CookieJar::new();
    let ((), times, _) = measured(|| {
        for name in &names {
            jar.set((name.as_str(), "value")).expect("fit to send");
        }
    });
    assert!(times <= 20, "{times} allocations for {} cookies", names.len());
}

#[test]
fn what_is_replaced_is_forgotten() {
    let mut jar = CookieJar::new();
    for n in 0..10_000 {
        jar.set(("visits", n.to_string())).expect("fit to send");
        jar.remove("color").expect("a name");
    }
    let (_, _, bytes) = measured(|| jar.clone());
    assert!(bytes < 4_096, "{bytes} bytes of two changes");
}

#[cfg(feature = "http")]
#[test]
fn each_field_is_copied_into_headers_once() {
    let mut jar = CookieJar::new();
    for n in 0..20 {
        jar.set((format!("name{n}"), "v".repeat(300))).expect("fit to send");
    }
    let fields: Vec<_> = jar.set_cookie_headers().map(str::to_owned).collect();
    let in_fields: usize = fields.iter().map(String::len).sum();
    let mut headers = http::HeaderMap::with_capacity(64);
    headers.insert("set-cookie", http::HeaderValue::from_static("before=1"));
    let ((), _, bytes) = measured(|| jar.append_to(&mut headers));
    let values: Vec<_> = headers.get_all("set-cookie").iter().skip(1).collect();
    let written: Vec<_> = values.iter().map(|value| value.as_bytes()).collect();
    assert_eq!(written, fields.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert!(values.iter().all(|value| value.is_sensitive()));
    // The rest is the map's own: a table of values, far smaller than the fields.
    assert!((in_fields..2 * in_fields).contains(&bytes), "{bytes} bytes");
}
