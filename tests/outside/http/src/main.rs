//! With the default features: what the README shows first, on the types of the crate `http`.

use gingersnap::{CookieJar, CookieTemplate, Error};
use http::{HeaderMap, HeaderValue};

const VISITS: CookieTemplate = CookieTemplate::new("visits").with_http_only(true);

fn visit(request: &HeaderMap, response: &mut HeaderMap) -> Result<String, Error> {
    let mut jar = CookieJar::from_headers(request)?;
    let visits = jar.get(VISITS.name()).and_then(|v| v.parse().ok()).unwrap_or(0_u32);
    jar.set(VISITS.with_value(visits.saturating_add(1).to_string()))?;
    let page = format!("visit {}", jar.get(VISITS.name()).unwrap_or(""));
    jar.append_to(response);
    Ok(page)
}

fn main() -> Result<(), Error> {
    let (mut request, mut response) = (HeaderMap::new(), HeaderMap::new());
    for header in ["color=red", "visits=41"] {
        request.append("cookie", HeaderValue::from_static(header));
    }
    assert_eq!(visit(&request, &mut response)?, "visit 42");
    assert_eq!(response["set-cookie"], "visits=42; Path=/; HttpOnly");
    Ok(())
}
