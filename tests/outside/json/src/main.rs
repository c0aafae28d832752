//! With the feature `json`: values of any type.

use gingersnap::{CookieJar, CookieTemplate, Error};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Look {
    theme: String,
    size: u8,
}

const LOOK: CookieTemplate = CookieTemplate::new("look");

fn main() -> Result<(), Error> {
    let look = Look { theme: "dark".into(), size: 12 };
    let mut jar = CookieJar::new();
    jar.set(LOOK.with_json(&look)?)?;

    let sent = format!("look={}", jar.get_raw(LOOK.name()).unwrap_or_default());
    assert_eq!(CookieJar::from_cookie_header(&sent)?.get_json(LOOK.name())?, Some(look));
    let jar = CookieJar::from_cookie_header("look=dark")?;
    assert!(jar.get_json::<Look>(LOOK.name()).is_err());
    Ok(())
}
