//! Does what the README shows, with the feature `http` and without it.

use gingersnap::{CookieJar, CookieTemplate, Error};

const VISITS: CookieTemplate = CookieTemplate::new("visits").with_http_only(true);
const TRACKING: CookieTemplate = CookieTemplate::new("tracking");

/// Answers a request with these `Cookie` headers: returns the page and the `Set-Cookie` headers.
#[cfg(feature = "http")]
fn respond(cookie_headers: &[&str]) -> Result<(String, Vec<String>), Error> {
    use http::header::{COOKIE, SET_COOKIE};
    use http::{HeaderMap, HeaderValue};

    let mut request = HeaderMap::new();
    for header in cookie_headers {
        request.append(COOKIE, HeaderValue::from_str(header).expect("a header value"));
    }
    let mut jar = CookieJar::from_headers(&request)?;
    let page = visit(&mut jar)?;
    let mut response = HeaderMap::new();
    jar.append_to(&mut response);
    let set_cookie = response.get_all(SET_COOKIE).iter();
    Ok((page, set_cookie.map(|value| value.to_str().expect("text").to_owned()).collect()))
}

/// The same without the types of the `http` crate.
#[cfg(not(feature = "http"))]
fn respond(cookie_headers: &[&str]) -> Result<(String, Vec<String>), Error> {
    let mut jar = CookieJar::from_cookie_headers(cookie_headers.iter().copied())?;
    let page = visit(&mut jar)?;
    Ok((page, jar.into_set_cookie_headers().collect()))
}

/// Counts a visit, and removes another cookie.
fn visit(jar: &mut CookieJar) -> Result<String, Error> {
    let visits = jar.get(VISITS.name()).and_then(|v| v.parse().ok()).unwrap_or(0_u32);
    jar.set(VISITS.with_value(visits.saturating_add(1).to_string()))?;
    jar.remove(TRACKING)?;
    Ok(format!("visit {}", jar.get(VISITS.name()).unwrap_or_default()))
}

fn main() -> Result<(), Error> {
    let (page, set_cookie) = respond(&["color=red; tracking=1", "visits=41"])?;
    assert_eq!(page, "visit 42");
    assert_eq!(
        set_cookie,
        [
            "visits=42; Path=/; HttpOnly",
            "tracking=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
        ],
    );
    println!("{page}: {set_cookie:?}");
    Ok(())
}
