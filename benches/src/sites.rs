//! The cookies of many sites, as a client has received them.

use std::time::SystemTime;

use gingersnap::RequestContext;
use gingersnap::store::{CookieStore, Outcome};

/// How many cookies each site has.
pub const COOKIES_PER_SITE: usize = 10;

/// A response: its URL and its `Set-Cookie` headers.
pub struct Response {
    /// The URL.
    pub url: String,
    /// The headers.
    pub headers: Vec<String>,
}

/// Returns the responses of a site: 10 cookies of 3 hosts and the site as a whole, on 4 paths.
#[must_use]
pub fn responses(site: usize) -> [Response; 4] {
    let domain = format!("shop{site}.com");
    let response = |page: &str, headers: &[&str]| Response {
        url: format!("https://{}", page.replace("DOMAIN", &domain)),
        headers: headers.iter().map(|header| header.replace("DOMAIN", &domain)).collect(),
    };
    [
        response(
            "www.DOMAIN/",
            &[
                "sid=31d4d96e407aad4231d4d96e407aad42; Domain=DOMAIN; Path=/; Secure; HttpOnly",
                "lang=en-GB; Domain=DOMAIN; Path=/; Max-Age=31536000",
                "visitor=1190775543.1726484012; Domain=DOMAIN; Path=/; Max-Age=34560000",
                "theme=dark; Path=/; Max-Age=31536000",
            ],
        ),
        response(
            "www.DOMAIN/cart/view",
            &["cart=b2c41a7e90f3; Path=/cart; Secure; Max-Age=2592000", "step=2"],
        ),
        response(
            "account.DOMAIN/login",
            &[
                "__Host-login=9b0f8f4be1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000",
                "csrf=5f2b6d7a; Path=/login; Secure; SameSite=Strict",
            ],
        ),
        response(
            "api.DOMAIN/v1/token",
            &[
                "token=eyJhbGciOiJIUzI1NiJ9; Path=/v1; Secure; HttpOnly; Max-Age=2592000",
                "region=eu; Path=/; Max-Age=31536000",
            ],
        ),
    ]
}

/// Returns the URL of a request to a site that 6 of its 10 cookies are sent with.
#[must_use]
pub fn request(site: usize) -> String {
    format!("https://www.shop{site}.com/cart/view")
}

/// Returns a store with the cookies of so many sites.
///
/// # Panics
///
/// If a cookie is refused.
#[must_use]
pub fn store(sites: usize, now: SystemTime) -> CookieStore {
    let mut store = CookieStore::new();
    for response in (0..sites).flat_map(responses) {
        let context = RequestContext::parse(&response.url).expect("a URL");
        let outcomes = store.receive(&context, &response.headers, now);
        assert!(outcomes.iter().all(Outcome::is_stored), "{outcomes:?}");
    }
    assert_eq!(store.len(now), sites * COOKIES_PER_SITE);
    store
}

/// Returns the same cookies in a store of the crate `cookie_store`.
///
/// # Panics
///
/// If a cookie is refused.
#[cfg(feature = "peers")]
#[must_use]
pub fn cookie_store(sites: usize) -> cookie_store::CookieStore {
    let mut store = cookie_store::CookieStore::default();
    for response in (0..sites).flat_map(responses) {
        let url = response.url.parse().expect("a URL");
        for header in response.headers {
            store.parse(&header, &url).expect("a cookie that is stored");
        }
    }
    store
}
