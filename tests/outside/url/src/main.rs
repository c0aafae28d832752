//! With the feature `url`: URLs with hosts in any script.

use gingersnap::{RequestContext, explain};
use std::time::SystemTime;
use url::Url;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = Url::parse("https://bücher.example/Straße")?;
    let context = RequestContext::try_from(&url)?;
    assert_eq!(context.host(), "xn--bcher-kva.example");
    let verdict = explain("sid=1; Domain=xn--bcher-kva.example", &context, SystemTime::now());
    assert!(!verdict.is_refused());
    Ok(())
}
