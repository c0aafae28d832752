//! With the feature `signed`: cookies that their owner cannot change unnoticed.

use gingersnap::protect::{Key, Keyring};
use gingersnap::{CookieJar, Error};

fn main() -> Result<(), Error> {
    let keyring = Keyring::new(&Key::generate()?);
    let mut jar = CookieJar::new();
    jar.signed_mut(&keyring).set(("theme", "dark"))?;

    let sent = format!("theme={}", jar.get_raw("theme").unwrap_or_default());
    let jar = CookieJar::from_cookie_header(&sent)?;
    let theme = jar.signed(&keyring).get("theme")?.map(|opened| opened.value.into_owned());
    assert_eq!(theme.as_deref(), Some("dark"));

    let changed = sent.replace(".dark.", ".lite.");
    let jar = CookieJar::from_cookie_header(&changed)?;
    assert!(jar.signed(&keyring).get("theme").is_err());
    Ok(())
}
