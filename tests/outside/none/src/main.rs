//! Without any feature: headers are strings.

use gingersnap::{CookieJar, CookieTemplate, Error};

const VISITS: CookieTemplate = CookieTemplate::new("visits").with_http_only(true);

/// Answers a request with these `Cookie` headers: returns the values of the `Set-Cookie` headers.
fn respond(cookie_headers: &[&str]) -> Result<Vec<String>, Error> {
    let mut jar = CookieJar::from_cookie_headers(cookie_headers.iter().copied())?;
    let visits = jar.parse(VISITS.name())?.unwrap_or(0_u32).saturating_add(1);
    jar.set(VISITS.with_value(visits.to_string()))?;
    jar.remove("tracking")?;
    Ok(jar.into_set_cookie_headers().collect())
}

fn main() -> Result<(), Error> {
    assert_eq!(
        respond(&["color=red; tracking=1", "visits=41"])?,
        [
            "visits=42; Path=/; HttpOnly",
            "tracking=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
        ],
    );
    Ok(())
}
