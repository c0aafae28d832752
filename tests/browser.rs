//! The blog and the crate's verdicts, held against a real Chromium.
//!
//! `cargo test --test browser -- --ignored` runs them; Debian's `chromium` and `chromium-driver` are
//! all that is needed. It writes `target/screenshots/` and `target/verdicts.md`.
//!
//! `BROWSER_SEEDS=2,3 BROWSER_HEADERS=5000 cargo test --test browser random -- --ignored --nocapture`
//! sends other random headers, and more of them. `BROWSER_SEEDS=2 BROWSER_SEQUENCES=1000 ... --test browser
//! store ...` does the same for the random sequences of requests in which a store takes part.
#![cfg(unix)]

#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/fate.rs"]
mod fate;
#[path = "browser/generator.rs"]
mod generator;
#[path = "browser/headers.rs"]
mod headers;
#[path = "browser/random.rs"]
mod random;
#[cfg(feature = "store")]
#[path = "browser/replay.rs"]
mod replay;
#[cfg(feature = "store")]
#[path = "browser/sequence.rs"]
mod sequence;
#[path = "support/server.rs"]
mod server;
#[path = "support/splitmix.rs"]
mod splitmix;
#[cfg(feature = "store")]
#[path = "browser/store.rs"]
mod store;
mod support;
#[path = "browser/table.rs"]
mod table;
#[cfg(feature = "store")]
#[path = "support/tls.rs"]
mod tls;

use std::env;
use std::fs;
use std::path::PathBuf;

use driver::Browser;
use fate::{CAP, now};
use gingersnap::CookieJar;
use gingersnap::errors::{CookieErrorKind, LimitError};
use serde_json::json;
use server::Answer;
use support::Blog;

/// `target`, of `target/debug/deps/this-test`.
#[track_caller]
fn target() -> PathBuf {
    let test = env::current_exe().expect("this test has a path");
    test.ancestors().nth(3).expect("target/debug/deps/this-test").to_owned()
}

/// The folder of the screenshots.
#[track_caller]
fn screenshots() -> PathBuf {
    let folder = target().join("screenshots");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The five pages.
const PAGES: [(&str, &str); 5] = [
    ("home", "/"),
    ("color", "/color"),
    ("visits", "/visits"),
    ("stop-tracking", "/stop-tracking"),
    ("cookies", "/cookies"),
];

/// Devices: name, width, height, and whether it is a phone.
const DEVICES: [(&str, u32, u32, bool); 2] =
    [("phone", 390, 844, true), ("desktop", 1280, 900, false)];

#[test]
#[ignore = "needs chromium and chromedriver"]
fn a_color_is_kept_for_a_session_or_for_400_days() {
    let blog = Blog::start();
    let browser = Browser::start();
    browser.go(&blog.url);
    browser.click_link("Favourite colour");
    browser.shows(&["your browser has been sent a cookie"]);
    browser.reload();
    browser.shows(&["your favourite colour is ginger"]);
    is_session_color(&browser, "ginger");

    browser.click("//label[normalize-space()='blue']");
    let before = now();
    browser.click("//label[starts-with(normalize-space(), 'Remember it')]");
    browser.click("//button[normalize-space()='Choose this colour']");
    browser.shows(&["your favourite colour is blue", "63,072,000 seconds", "400 days"]);
    let blue = browser.cookie("color").unwrap();
    assert_eq!((&*blue.value, blue.http_only), ("blue", true));
    let expires = blue.expires.expect("it is no session cookie");
    assert!((before + CAP - 1.0..=now() + CAP + 1.0).contains(&expires), "{expires}");
    browser.reload(); // sends no form again
    browser.shows(&["your favourite colour is blue"]);

    browser.click("//label[normalize-space()='pink']");
    browser.click("//button[normalize-space()='Choose this colour']");
    browser.shows(&["your favourite colour is pink", "session cookie"]);
    is_session_color(&browser, "pink");
    browser.click_link("Cookies");
    browser.shows(&["1 of 150 cookies", "pink"]);
}

/// `color` is the one cookie there is, as the blog sets it for a session.
#[track_caller]
fn is_session_color(browser: &Browser, value: &str) {
    let [color] = &*browser.cookies() else { panic!("{:?}", browser.cookies()) };
    assert_eq!((&*color.name, &*color.value, &*color.path), ("color", value, "/"));
    assert_eq!((&*color.domain, color.expires), ("127.0.0.1", None));
    assert_eq!((color.http_only, color.secure), (true, false));
    assert_eq!(color.same_site.as_deref(), Some("Lax"));
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn visits_are_counted_until_they_are_not() {
    let blog = Blog::start();
    let browser = Browser::start();
    browser.go(&blog.url);
    browser.click_link("Colour");
    browser.click_link("Visits");
    browser.shows(&["This is your first visit"]);
    let mut expires = 0.0;
    for visit in 1..=3 {
        if visit > 1 {
            browser.reload();
            browser.shows(&[&format!("This is visit number {visit}")]);
        }
        let visits = browser.cookie("visits").unwrap();
        assert_eq!((visits.value, &*visits.path, visits.http_only), (visit.to_string(), "/", true));
        let later = visits.expires.expect("it is no session cookie");
        assert!(later > expires, "visit {visit} starts the lifetime again");
        assert!((now() + CAP - later).abs() < 60.0, "of 400 days");
        expires = later;
    }
    browser.click_link("Enough! Stop tracking me");
    browser.shows(&["We have stopped tracking you"]);
    let names: Vec<_> = browser.cookies().into_iter().map(|cookie| cookie.name).collect();
    assert_eq!(names, ["color"]);
    browser.click_link("Start counting again");
    browser.shows(&["This is your first visit"]);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn a_keyboard_is_enough() {
    const TAB: char = '\u{E004}';
    const ENTER: char = '\u{E007}';
    const RIGHT: char = '\u{E014}';
    let blog = Blog::start();
    let browser = Browser::start();
    browser.go(&format!("{}/color", blog.url));
    browser.press(&[TAB]);
    let said = |role: &str, name: &str| (role.to_owned(), name.to_owned());
    assert_eq!(browser.focus(), said("link", "Skip to the content"));
    browser.press(&[ENTER, TAB, TAB]); // past "Come again"
    assert_eq!(browser.focus(), said("radio", "ginger"));
    browser.press(&[RIGHT, RIGHT]);
    assert_eq!(browser.focus(), said("radio", "green"));
    browser.press(&[TAB]);
    let (role, name) = browser.focus();
    assert_eq!((&*role, name.starts_with("Remember it")), ("checkbox", true));
    browser.press(&[' ', TAB]);
    assert_eq!(browser.focus(), said("button", "Choose this colour"));
    browser.press(&[ENTER]);
    browser.shows(&["your favourite colour is green", "63,072,000 seconds"]);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn twenty_large_cookies_end_in_a_typed_error() {
    let blog = Blog::start();
    let browser = Browser::start();
    let port = server::start(|_, cookies| {
        let mut jar = CookieJar::from_cookie_header(cookies).expect("within the limits");
        let large = (0..20).map(|i| (format!("large{i:02}"), "x".repeat(4_000)));
        let error = jar.set_all(large).expect_err("80 KB with every request");
        assert!(
            matches!(error.kind, CookieErrorKind::Limit(LimitError::CookieHeaderBytes { .. })),
            "{error:?}"
        );
        let headers = jar.set_cookie_headers().map(|header| header.as_bytes().to_vec()).collect();
        Answer::page(headers, error.to_string())
    });
    for _ in 0..2 {
        browser.go(&format!("http://127.0.0.1:{port}/"));
        browser.shows(&["cookie `large02`: the `Cookie` header would be 12028 bytes, \
            over the limit of 8190"]);
        let names: Vec<_> = browser.cookies().into_iter().map(|cookie| cookie.name).collect();
        assert_eq!(names, ["large00", "large01"]);
    }
    // The host is the same, and the port does not count.
    browser.go(&format!("{}/visits", blog.url));
    browser.shows(&["This is your first visit"]);
    browser.click_link("Cookies");
    browser.shows(&["3 of 150 cookies", "8028 of 8190 bytes", "large01"]);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn a_browser_that_is_too_full_is_shown_the_way_out() {
    let blog = Blog::start();
    let browser = Browser::start();
    let port = server::start(|_, _| {
        let header = |i| format!("large{i:02}={}; Path=/; Max-Age=7200", "x".repeat(4_000));
        Answer::page((0..20).map(|i| header(i).into_bytes()).collect(), "full")
    });
    browser.go(&format!("http://127.0.0.1:{port}/"));
    browser.shows(&["full"]);
    assert_eq!(browser.cookies().len(), 20);
    // One answer is enough, but for runs on a very busy machine in which Chromium 156 was seen to show
    // the page and to clear nothing, for a reason not found. The next answer tells it again.
    let told = (1..=3).find(|_| {
        browser.go(&format!("{}/visits", blog.url));
        browser
            .shows(&["80198 bytes, over the limit of 65536", "told to clear this site's cookies"]);
        browser.is_cleared()
    });
    assert!(told.is_some(), "the browser is as full as before");
    browser.click_link("Back to the start");
    browser.click_link("Your visits");
    browser.shows(&["This is your first visit"]);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn a_browser_without_room_can_be_cleared() {
    let blog = Blog::start();
    let browser = Browser::start();
    let port = server::start(|_, _| {
        Answer::page((0..150).map(|i| format!("t{i}=; Path=/").into_bytes()).collect(), "full")
    });
    browser.go(&format!("http://127.0.0.1:{port}/"));
    browser.shows(&["full"]);
    browser.go(&format!("{}/visits", blog.url));
    browser.shows(&["could not be counted", "would send 151 cookies, over the limit of 150"]);
    assert_eq!(browser.cookies().len(), 150);
    browser.look_like(1280, 900, false, false);
    browser.screenshot(&screenshots().join("no-room.png"));
    // One answer is enough, but for what is said of the test above.
    let cleared = (1..=3).find(|_| {
        browser.go(&format!("{}/visits", blog.url));
        browser.click("//button[normalize-space()=\"Delete this site's cookies\"]");
        browser.shows(&["There is room again"]);
        browser.is_cleared()
    });
    assert!(cleared.is_some(), "the browser is as full as before");
    browser.click_link("Back to the start");
    browser.click_link("Your visits");
    browser.shows(&["This is your first visit"]);
    browser.reload();
    browser.shows(&["This is visit number 2"]);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn a_browser_that_keeps_no_cookies_is_told_so() {
    let blog = Blog::start();
    let browser = Browser::start_without_cookies();
    browser.go(&format!("{}/color", blog.url));
    browser.shows(&["your browser has been sent a cookie"]);
    browser.click("//label[normalize-space()='blue']");
    browser.click("//button[normalize-space()='Choose this colour']");
    browser.shows(&["Your browser did not keep the cookie", "keeps no cookies"]);
    assert!(browser.cookies().is_empty());
    browser.look_like(1280, 900, false, false);
    browser.screenshot(&screenshots().join("not-kept.png"));
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn the_pages_have_their_pictures_taken() {
    let blog = Blog::start();
    let browser = Browser::start();
    let folder = screenshots();
    for (device, width, height, is_phone) in DEVICES {
        for (room, is_dark) in [("light", false), ("dark", true)] {
            browser.look_like(width, height, is_phone, is_dark);
            browser.go(&blog.url);
            browser.click_link("Colour");
            browser.shows(&["your browser has been sent a cookie"]);
            browser.screenshot(&folder.join(format!("first-{device}-{room}.png")));
            browser.click("//label[normalize-space()='teal']");
            browser.click("//label[starts-with(normalize-space(), 'Remember it')]");
            browser.click("//button");
            browser.shows(&["your favourite colour is teal"]);
            browser.screenshot(&folder.join(format!("chosen-{device}-{room}.png")));
            // Something to look at.
            let items = (10..98).map(|item| format!("sku-{}.{item}", item * 7919));
            let cart = items.collect::<Vec<_>>().join("+");
            let session = "31d4d96e407aad42b5a0d3c51e2f9b77";
            for (name, value) in [("sid", session), ("cart", &cart), ("consent", &cart[..620])] {
                let cookie = json!({ "url": blog.url, "name": name, "value": value });
                browser.devtools("Network.setCookie", &cookie);
            }
            for (name, path) in PAGES {
                browser.go(&format!("{}{path}", blog.url));
                assert!(browser.page_size().0 <= u64::from(width), "{path} scrolls to the side");
                browser.screenshot(&folder.join(format!("{name}-{device}-{room}.png")));
            }
            browser.clear_cookies();
        }
    }
}
