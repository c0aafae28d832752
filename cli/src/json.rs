//! The parts that the JSON output of both commands shares. `README.md` documents the whole shape.

use std::fmt::{self, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use gingersnap::SameSite;
use gingersnap::explain::Prediction;
use gingersnap::store::StoredCookie;
use serde::Serialize;

/// A cookie, with its value only if that was asked for.
#[derive(Serialize)]
pub(crate) struct Cookie {
    #[serde(flatten)]
    identity: Identity,
    secure: bool,
    http_only: bool,
    same_site: Option<&'static str>,
    /// Seconds since 1970.
    expires: Option<u64>,
    value_bytes: usize,
    #[serde(flatten)]
    value: Option<Value>,
}

/// What identifies a cookie. Bytes that are not UTF-8 are in the member that ends in `_hex`, as in the
/// crate's own file format.
#[derive(Serialize)]
pub(crate) struct Identity {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_hex: Option<String>,
    domain: String,
    host_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    partition: Option<String>,
}

#[derive(Serialize)]
enum Value {
    #[serde(rename = "value")]
    Text(String),
    #[serde(rename = "value_hex")]
    Hex(String),
}

impl Cookie {
    pub(crate) fn from_prediction(cookie: &Prediction<'_>, shows_value: bool) -> Self {
        Self {
            identity: Identity::new(cookie.identity()),
            secure: cookie.is_secure(),
            http_only: cookie.is_http_only(),
            same_site: same_site(cookie.same_site()),
            expires: cookie.expires().map(unix_seconds),
            value_bytes: cookie.value().len(),
            value: shows_value.then(|| Value::new(cookie.value())),
        }
    }

    pub(crate) fn from_stored(cookie: &StoredCookie, shows_value: bool) -> Self {
        Self {
            identity: Identity::new(&cookie.identity()),
            secure: cookie.is_secure(),
            http_only: cookie.is_http_only(),
            same_site: same_site(cookie.same_site()),
            expires: cookie.expires().map(unix_seconds),
            value_bytes: cookie.value().len(),
            value: shows_value.then(|| Value::new(cookie.value())),
        }
    }
}

impl Identity {
    pub(crate) fn new(identity: &gingersnap::user_agent::Identity<'_>) -> Self {
        let (name, name_hex) = text_or_hex(identity.name());
        let (path, path_hex) = text_or_hex(identity.path());
        Self {
            name,
            name_hex,
            domain: identity.domain().to_owned(),
            host_only: identity.is_host_only(),
            path,
            path_hex,
            partition: identity.partition().map(str::to_owned),
        }
    }
}

impl Value {
    fn new(value: &[u8]) -> Self {
        match str::from_utf8(value) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Hex(hex(value)),
        }
    }
}

/// Returns the name of the variant of an enum, from its derived `Debug` output.
pub(crate) fn variant_name(value: &impl fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn text_or_hex(bytes: &[u8]) -> (Option<String>, Option<String>) {
    match str::from_utf8(bytes) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(hex(bytes))),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

const fn same_site(same_site: SameSite) -> Option<&'static str> {
    same_site.as_str()
}

fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
