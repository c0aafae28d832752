//! With the feature `encrypted`: cookies that their owner cannot read either.

use gingersnap::protect::{Key, Keyring};
use gingersnap::{CookieJar, CookieTemplate, Error};

const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");

fn main() -> Result<(), Error> {
    let keyring = Keyring::new(&Key::generate()?);
    let mut jar = CookieJar::new();
    jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;

    let sent = format!("__Host-user={}", jar.get_raw(USER.name()).unwrap_or_default());
    assert!(!sent.contains("Zo"));
    let jar = CookieJar::from_cookie_header(&sent)?;
    let user = jar.encrypted(&keyring).get(USER.name())?.map(|opened| opened.value.into_owned());
    assert_eq!(user.as_deref(), Some("Zoë"));
    assert!(jar.encrypted(&Keyring::new(&Key::generate()?)).get(USER.name()).is_err());
    Ok(())
}
