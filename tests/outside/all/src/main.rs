//! With all features: a server's sealed cookies, a browser that keeps them in a file, and what comes back.

use gingersnap::protect::{Key, Keyring};
use gingersnap::store::CookieStore;
use gingersnap::store::file::Format;
use gingersnap::{CookieJar, CookieTemplate, RequestContext};
use std::time::SystemTime;

const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keyring = Keyring::new(&Key::generate()?);
    let mut jar = CookieJar::new();
    jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;
    jar.signed_mut(&keyring).set(("theme", "dark"))?;

    let mut browser = CookieStore::new();
    let page = RequestContext::parse("https://shop.example/")?;
    for outcome in browser.receive_now(&page, jar.into_set_cookie_headers()) {
        assert!(outcome.is_stored(), "{outcome:?}");
    }
    let (saved, _) = browser.write(Format::Json, SystemTime::now());

    let mut browser = CookieStore::new();
    browser.read(Format::Json, &saved, SystemTime::now())?;
    let sent = browser.cookie_header_now(&page).unwrap_or_default();
    let jar = CookieJar::from_cookie_header(&sent)?;
    let user = jar.encrypted(&keyring).get(USER.name())?.map(|opened| opened.value.into_owned());
    let theme = jar.signed(&keyring).get("theme")?.map(|opened| opened.value.into_owned());
    assert_eq!((user.as_deref(), theme.as_deref()), (Some("Zoë"), Some("dark")));
    Ok(())
}
