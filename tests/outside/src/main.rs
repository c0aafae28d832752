//! What the README shows, with the feature `http` and without it.

use gingersnap::{Cookie, CookieJar};

/// The README's example, on header maps.
#[cfg(feature = "http")]
fn visit(request: &[&str]) -> Result<(String, Vec<String>), gingersnap::Error> {
    fn visit(
        request: &http::HeaderMap,
        response: &mut http::HeaderMap,
    ) -> Result<String, gingersnap::Error> {
        let mut jar = CookieJar::from_headers(request)?;
        let visits = jar.get("visits").and_then(|v| v.parse().ok()).unwrap_or(0_u32).saturating_add(1);
        jar.set(Cookie::new("visits", visits.to_string()).with_http_only(true))?;
        jar.remove("tracking")?;
        let page = format!("visit {}", jar.get("visits").unwrap_or_default());
        jar.append_to(response);
        Ok(page)
    }
    let mut received = http::HeaderMap::new();
    for field in request {
        received.append(http::header::COOKIE, field.parse().expect("a field of text"));
    }
    let mut response = http::HeaderMap::new();
    let page = visit(&received, &mut response)?;
    let fields = response.get_all(http::header::SET_COOKIE).iter();
    Ok((page, fields.map(|field| field.to_str().expect("a field of text").to_owned()).collect()))
}

/// The same on plain text.
#[cfg(not(feature = "http"))]
fn visit(request: &[&str]) -> Result<(String, Vec<String>), gingersnap::Error> {
    let mut jar = CookieJar::from_cookie_headers(request.iter().copied())?;
    let visits = jar.get("visits").and_then(|v| v.parse().ok()).unwrap_or(0_u32).saturating_add(1);
    jar.set(Cookie::new("visits", visits.to_string()).with_http_only(true))?;
    jar.remove("tracking")?;
    let page = format!("visit {}", jar.get("visits").unwrap_or_default());
    Ok((page, jar.into_set_cookie_headers().collect()))
}

fn main() -> Result<(), gingersnap::Error> {
    let (page, fields) = visit(&["color=red; tracking=1", "visits=41"])?;
    assert_eq!(page, "visit 42");
    assert_eq!(
        fields,
        [
            "visits=42; Path=/; HttpOnly",
            "tracking=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
        ],
    );
    println!("{page}: {fields:?}");
    Ok(())
}
