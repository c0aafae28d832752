//! How often the core allocates: never to read a header, and once to write one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use gingersnap::header::{self, SetCookie};
use gingersnap::{Cookie, CookieJar, Encoding, Policy, SameSite, date};

thread_local! {
    /// How often this thread has allocated, and how many bytes.
    static ALLOCATED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, with a count of its calls.
struct CountingAllocator;

fn count(bytes: usize) {
    // A thread that is ending has no counter any more; no test measures it.
    let _ = ALLOCATED.try_with(|allocated| {
        let (times, sum) = allocated.get();
        allocated.set((times + 1, sum + bytes));
    });
}

// SAFETY: each call is passed on to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of this method.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Returns the result of `work`, how often it allocated and how many bytes.
fn measure<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let (times, bytes) = ALLOCATED.get();
    let result = black_box(work());
    let (times_after, bytes_after) = ALLOCATED.get();
    (result, times_after - times, bytes_after - bytes)
}

/// Asserts that `work` allocates at most `max` times, and returns its result.
#[track_caller]
fn allocates<T>(max: usize, work: impl FnOnce() -> T) -> T {
    let (result, times, _) = measure(work);
    assert!(times <= max, "{times} allocations, over the limit of {max}");
    result
}

/// Returns a `Cookie` header of `pairs` pairs, none of them percent-encoded.
fn plain_header(pairs: usize) -> String {
    let pairs: Vec<_> = (0..pairs).map(|n| format!("name{n}=value-{n}")).collect();
    pairs.join("; ")
}

#[test]
fn allocations_and_reallocations_are_counted() {
    let (vec, times, bytes) = measure(|| vec![0_u8; 100]);
    assert_eq!((vec.len(), times, bytes), (100, 1, 100));
    let (_, times, _) = measure(|| {
        let mut vec = vec;
        vec.reserve_exact(1_000);
        vec
    });
    assert_eq!(times, 1);
    assert_eq!(measure(|| 1 + 1).1, 0);
}

#[test]
fn none_to_read_a_cookie_header_or_to_find_a_name() {
    let hostile = [
        ";".repeat(65_536),
        "=".repeat(65_536),
        "a=;".repeat(20_000),
        "%".repeat(65_536),
        "n".repeat(65_536),
        "a=\x01; \x02; =; b".to_owned(),
    ];
    let not_utf_8 = [b"a=\xFF; b=\xC3\xBC; ".repeat(2_000)];
    let plain = [plain_header(0), plain_header(1), plain_header(180)];
    let text = hostile.iter().chain(&plain).map(String::as_bytes);
    for header in text.chain(not_utf_8.iter().map(Vec::as_slice)) {
        let pairs = allocates(0, || header::pairs(header).map(black_box).count());
        let text = allocates(0, || header::text_pairs(header).map(black_box).count());
        assert_eq!(pairs, text);
        allocates(0, || header::pairs_of([header, header]).map(black_box).count());
        allocates(0, || header::find(header, "name179"));
        allocates(0, || header::find(header, "absent"));
    }
    let header = plain_header(180);
    assert_eq!(allocates(0, || header::find(&header, "name179")), Some(&b"value-179"[..]));
}

#[test]
fn none_to_read_a_set_cookie_header_but_to_lower_the_case_of_a_domain() {
    for header in [
        "a=b",
        "a",
        "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax",
        "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=99; Domain=.example.com; Path=/x; \
         Secure; HttpOnly; SameSite=None; Partitioned; unknown=x; EXPIRES=soon; max-age=",
        "a=b; Domain=x; Domain=UPPER; Domain=lower",
        "a=b; Domain=UPPER; Domain=",
    ] {
        let set_cookie = allocates(0, || SetCookie::parse(header)).expect("a valid header");
        allocates(0, || set_cookie.to_cookie()).expect("a header that is text");
        allocates(0, || (set_cookie.name(), set_cookie.value()));
        allocates(0, || (set_cookie.domain().is_some(), set_cookie.expires()));
        allocates(0, || Cookie::parse(header)).expect("a header that is text");
    }
    let attributes = "; a=b".repeat(9_999) + &"; ".repeat(9_999);
    let header = format!("a=b{attributes}; Max-Age={}", "9".repeat(1_024));
    allocates(0, || SetCookie::parse(&header)).expect("a valid header");
    allocates(1, || SetCookie::parse("a=b; Domain=A; Domain=Example.com")).expect("a valid header");
    allocates(0, || SetCookie::parse("a=b\n").is_err());
}

#[test]
fn none_to_read_or_to_write_a_date() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let time = allocates(0, || date::parse(date)).expect("a date");
    let written = allocates(0, || date::imf_fixdate(time)).expect("a date");
    assert_eq!(allocates(0, || written.as_str()), date);
    allocates(0, || date::parse("tomorrow")).expect_err("no date");
    allocates(0, || date::imf_fixdate(time + Duration::from_secs(1 << 40))).expect_err("too late");
}

#[test]
fn one_to_create_a_jar_from_plain_pairs() {
    for pairs in [1, 2, 31, 32, 33, 180, 1_000] {
        let header = plain_header(pairs);
        let jar =
            allocates(1, || CookieJar::from_cookie_header(&header)).expect("within the limits");
        assert_eq!(jar.len(), pairs);
        let policy = Policy::new().with_encoding(Encoding::Raw);
        allocates(1, || policy.jar_from_cookie_header(&header)).expect("within the limits");
        allocates(0, || (jar.get("name0"), jar.contains("absent"), jar.get_all("name0").count()));
        allocates(0, || (jar.iter().count(), jar.len(), jar.is_empty()));
        allocates(0, || jar.budget());
    }
    allocates(0, CookieJar::new);
    allocates(0, || CookieJar::from_cookie_headers::<[u8], _>([])).expect("within the limits");
    let header = plain_header(16);
    let encoded = header.replace('-', "%2D");
    let jar = allocates(2, || CookieJar::from_cookie_header(&encoded)).expect("within the limits");
    assert_eq!(jar.get("name15"), Some("value-15"));
}

#[test]
fn three_to_create_a_jar_from_several_headers() {
    // One for the list of the headers, one for their joined text and one for the pairs. HTTP/2 may
    // send each pair as a header of its own.
    let header = plain_header(180);
    for headers in [vec![&*header, &header], header.split("; ").collect()] {
        let pairs = headers.join("; ").matches('=').count();
        let (jar, times, _) = measure(|| CookieJar::from_cookie_headers(headers.iter().copied()));
        assert_eq!((jar.expect("within the limits").len(), times), (pairs, 3));
    }
    // One more for the list of skipped pairs.
    let headers = [&b"a=1"[..], b"b=\xFF", b"c=3"];
    let (jar, times, _) = measure(|| CookieJar::from_cookie_headers(headers));
    let jar = jar.expect("within the limits");
    assert_eq!((jar.len(), jar.skipped().len(), times), (2, 1, 4));
}

#[cfg(feature = "http")]
#[test]
fn one_to_create_a_jar_from_the_headers_of_a_request() {
    let mut headers = http::HeaderMap::new();
    headers.insert("cookie", plain_header(32).parse().expect("a header value"));
    headers.insert("host", "example.com".parse().expect("a header value"));
    let jar = allocates(1, || CookieJar::from_headers(&headers)).expect("within the limits");
    assert_eq!(jar.len(), 32);
    headers.remove("cookie");
    // The header map does not tell how many headers there are, so their list grows: to 4, 8, 16,
    // 32, 64, 128 and 256.
    for pair in plain_header(180).split("; ") {
        headers.append("cookie", pair.parse().expect("a header value"));
    }
    let jar = allocates(7 + 2, || CookieJar::from_headers(&headers)).expect("within the limits");
    assert_eq!(jar.len(), 180);
    headers.remove("cookie");
    allocates(0, || CookieJar::from_headers(&headers)).expect("within the limits");
}

/// Returns a cookie with all attributes, and a value that is not encoded.
fn with_all_attributes() -> Cookie<'static> {
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
fn one_to_write_a_set_cookie_header() {
    for cookie in
        [Cookie::new("a", "b"), with_all_attributes(), Cookie::new("a", "v".repeat(4_000))]
    {
        for encoding in [Encoding::Percent, Encoding::Raw] {
            let header = allocates(1, || cookie.to_set_cookie(encoding)).expect("a valid cookie");
            assert_eq!(header.capacity(), header.len());
            // None for a buffer that has the room.
            let mut buffer = String::with_capacity(2 * header.len());
            allocates(0, || cookie.write_to(&mut buffer, encoding)).expect("a valid cookie");
            allocates(0, || cookie.write_to(&mut buffer, encoding)).expect("a valid cookie");
            assert_eq!(buffer, header.repeat(2));
        }
    }
    // A value to encode costs none more: the length is computed before.
    let cookie = Cookie::new("a", "b c").with_secure(true);
    let header = allocates(1, || cookie.to_set_cookie(Encoding::Percent)).expect("a valid cookie");
    assert_eq!((header.as_str(), header.capacity()), ("a=b%20c; Path=/; Secure", header.len()));
    // None for a refused cookie, besides the name in the error.
    let refused = Cookie::new("", "b");
    allocates(0, || refused.to_set_cookie(Encoding::Percent).is_err());
}

#[test]
fn at_most_one_for_each_pair_of_a_written_cookie_header() {
    let mut header = Vec::with_capacity(1_000);
    allocates(0, || {
        for n in 0..50_u8 {
            header::write_pair(&mut header, [b'a' + n % 26], b"value").expect("a pair");
        }
    });
    // A buffer without the room grows by more than it needs.
    let (_, times, _) = measure(|| {
        let mut header = Vec::new();
        for _ in 0..1_000 {
            header::write_pair(&mut header, "a", "value").expect("a pair");
        }
        header
    });
    assert!(times < 30, "{times} allocations for 1,000 pairs");
}

#[test]
fn at_most_two_to_set_a_cookie() {
    let header = plain_header(8);
    let names: Vec<_> = (0..20).map(|n| format!("new{n}")).collect();
    for mut jar in
        [CookieJar::new(), CookieJar::from_cookie_header(&header).expect("within the limits")]
    {
        let ((), first, _) = measure(|| jar.set(("first", "value")).expect("a valid cookie"));
        assert!(first <= 2, "{first} allocations for the first cookie");
        let ((), all, _) = measure(|| {
            for name in &names {
                jar.set((name.as_str(), "value")).expect("a valid cookie");
            }
        });
        assert!(all <= 2 * names.len(), "{all} allocations for {} cookies", names.len());
        let ((), replaced, _) = measure(|| jar.set(("new3", "other")).expect("a valid cookie"));
        assert!(replaced <= 2, "{replaced} allocations for one that replaces another");
        // For a name that was received.
        let ((), changed, _) = measure(|| jar.set(("name3", "other")).expect("a valid cookie"));
        assert!(changed <= 2, "{changed} allocations for a received name");
    }
}

#[test]
fn few_to_set_many_cookies() {
    // All headers are in one text, which grows with the list and the index now and then.
    let names: Vec<_> = (0..145).map(|n| format!("new{n}")).collect();
    let mut jar = CookieJar::new();
    let ((), times, _) = measure(|| {
        for name in &names {
            jar.set((name.as_str(), "value")).expect("a valid cookie");
        }
    });
    assert!(times <= 20, "{times} allocations for {} cookies", names.len());
}

#[test]
fn replaced_changes_take_no_memory() {
    let mut jar = CookieJar::new();
    for n in 0..10_000 {
        jar.set(("visits", n.to_string())).expect("a valid cookie");
        jar.remove("color").expect("a name");
    }
    let (_, _, bytes) = measure(|| jar.clone());
    assert!(bytes < 4_096, "{bytes} bytes for two changes");
}

#[cfg(feature = "http")]
#[test]
fn each_set_cookie_header_is_copied_once() {
    let mut jar = CookieJar::new();
    for n in 0..20 {
        jar.set((format!("name{n}"), "v".repeat(300))).expect("a valid cookie");
    }
    let set_cookie: Vec<_> = jar.set_cookie_headers().map(str::to_owned).collect();
    let len: usize = set_cookie.iter().map(String::len).sum();
    let mut headers = http::HeaderMap::with_capacity(64);
    headers.insert("set-cookie", http::HeaderValue::from_static("before=1"));
    let ((), _, bytes) = measure(|| jar.append_to(&mut headers));
    let values: Vec<_> = headers.get_all("set-cookie").iter().skip(1).collect();
    let written: Vec<_> = values.iter().map(|value| value.as_bytes()).collect();
    assert_eq!(written, set_cookie.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert!(values.iter().all(|value| value.is_sensitive()));
    // The rest is the map's table of values, far smaller than the headers.
    assert!((len..2 * len).contains(&bytes), "{bytes} bytes");
}

/// The length of a `Cookie` header is known before it is written.
#[cfg(feature = "store")]
#[test]
fn a_store_allocates_once_to_send() {
    use gingersnap::{RequestContext, store::CookieStore};

    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    let mut store = CookieStore::new();
    let headers = (0..20).map(|n| format!("name{n}=value-{n}"));
    store.receive(&context, headers.chain(["nameless".to_owned()]), UNIX_EPOCH);
    let header = allocates(1, || store.cookie_header(&context, UNIX_EPOCH)).expect("cookies");
    assert!(header.ends_with(b"name19=value-19; nameless"));
    let (cookies, times, _) = measure(|| store.cookies_for(&context, UNIX_EPOCH).count());
    assert_eq!((cookies, times), (21, 0));
}

/// A store whose changes nobody hears, or nobody hears any more, does not copy them.
#[cfg(feature = "store")]
#[test]
fn a_feed_of_changes_costs_nothing_without_a_listener() {
    use gingersnap::{RequestContext, store::CookieStore};

    let context = RequestContext::parse("https://shop.example/").expect("a URL");
    let mut store = CookieStore::new();
    let replace = |store: &mut CookieStore| {
        let (outcomes, times, _) = measure(|| store.receive(&context, ["a=1"], UNIX_EPOCH));
        assert!(outcomes[0].is_stored());
        times
    };
    replace(&mut store);
    let unheard = replace(&mut store);
    let feed = store.subscribe(100);
    replace(&mut store);
    let heard = replace(&mut store);
    // The list of headers, that of outcomes, and the cookie's text.
    assert!(unheard <= 3, "{unheard} allocations without a listener");
    assert!(heard > unheard, "{heard} allocations with a listener");
    drop(feed);
    // The first change finds that nobody listens.
    replace(&mut store);
    assert_eq!(replace(&mut store), unheard);
}

#[cfg(feature = "tower")]
#[test]
fn one_for_a_request_that_never_asks_the_layer_for_its_cookies() {
    use std::convert::Infallible;
    use std::future::{Future, ready};
    use std::pin::pin;
    use std::task::{Context, Waker};

    use gingersnap::tower::CookieLayer;
    use http::{HeaderValue, Request, Response};
    use tower::{Layer, Service, service_fn};

    let answer = |_| ready(Ok::<_, Infallible>(Response::new(())));
    let mut service = CookieLayer::default().layer(service_fn(answer));
    // Copies share the bytes, as those of a header that a server has received.
    let header = HeaderValue::from_str(&plain_header(8)).expect("a header");
    // The first one of a thread makes what the others use again.
    for max in [2, 1, 1] {
        let mut request = Request::new(());
        request.headers_mut().insert("cookie", header.clone());
        // Servers have put something of their own there.
        request.extensions_mut().insert(());
        let response = allocates(max, || {
            pin!(service.call(request)).poll(&mut Context::from_waker(Waker::noop()))
        });
        assert!(response.is_ready());
    }
}
