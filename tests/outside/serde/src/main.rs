//! With the feature `serde`: cookies and limits as data.

use gingersnap::{Cookie, Limits};

fn main() -> serde_json::Result<()> {
    let cookie = Cookie::new("sid", "31d4").with_secure(true);
    let json = serde_json::to_string(&cookie)?;
    assert_eq!(serde_json::from_str::<Cookie<'_>>(&json)?, cookie);
    let limits: Limits = serde_json::from_str(r#"{"cookies": 50}"#)?;
    assert_eq!(limits, Limits::SPEC);
    assert!(serde_json::from_str::<Limits>(r#"{"cookie": 50}"#).is_err());
    Ok(())
}
