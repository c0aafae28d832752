//! Values in JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use thiserror::Error;

use crate::bytes::escape_text;
use crate::cookie::{Cookie, CookieTemplate};
use crate::jar::CookieJar;
#[cfg(any(feature = "signed", feature = "encrypted"))]
use crate::protect::Opened;

/// Why a value cannot be written or read as JSON. The message never shows the value.
///
/// Requires the feature `json`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{kind}", self.place())]
#[non_exhaustive]
pub struct JsonError {
    /// The cookie's name as the message shows it, or `None` for an opened value, which has no name.
    pub name: Option<String>,
    /// Why the value cannot be written or read.
    pub kind: JsonErrorKind,
}

/// Why a value cannot be written or read as JSON.
///
/// Requires the feature `json`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The type's `Serialize` returns an error, or JSON cannot hold the value, such as a map whose keys are
    /// not text.
    #[error("the value cannot be written as JSON")]
    NotWritten,
    /// The value is not JSON.
    #[error("the value is not JSON, at byte {position}")]
    Malformed {
        /// Where the parser stopped, in bytes from the start of the decoded value.
        position: usize,
    },
    /// The value is JSON, but not of the requested type.
    #[error("the value is JSON, but not of the requested type, at byte {position}")]
    WrongType {
        /// Where the parser stopped, in bytes from the start of the decoded value.
        position: usize,
    },
}

impl JsonError {
    fn place(&self) -> String {
        self.name.as_ref().map_or_else(String::new, |name| format!("cookie `{name}`: "))
    }

    /// Returns the error with the name of the cookie.
    fn with_name(self, name: &str) -> Self {
        Self { name: Some(escape_text(name)), ..self }
    }
}

impl CookieTemplate {
    /// Creates a cookie from the template, with a value written as JSON.
    ///
    /// Requires the feature `json`.
    ///
    /// [`CookieJar::get_json`](crate::CookieJar::get_json) reads such a value, and `Opened::json` reads a
    /// sealed one. Quotes and commas take three bytes each when they are percent-encoded, so that JSON suits
    /// small values; a sealed value is not encoded again.
    ///
    /// # Errors
    ///
    /// [`JsonError`](crate::errors::JsonError) if the type's `Serialize` returns an error, or JSON cannot hold
    /// the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Debug, PartialEq)]
    /// struct Look {
    ///     theme: String,
    ///     size: u8,
    /// }
    ///
    /// const LOOK: CookieTemplate = CookieTemplate::new("look");
    ///
    /// let look = Look { theme: "dark".into(), size: 12 };
    /// let mut jar = CookieJar::new();
    /// jar.set(LOOK.with_json(&look)?)?;
    /// assert_eq!(jar.get("look"), Some(r#"{"theme":"dark","size":12}"#));
    /// assert_eq!(jar.get_json(LOOK.name())?, Some(look));
    ///
    /// let error = jar.get_json::<[u8; 4]>(LOOK.name()).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cookie `look`: the value is JSON, but not of the requested type, at byte 0",
    /// );
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    pub fn with_json<T: Serialize + ?Sized>(self, value: &T) -> Result<Cookie<'static>, JsonError> {
        let json = to_json(value).map_err(|error| error.with_name(self.name()))?;
        Ok(self.with_value(json))
    }
}

impl CookieJar<'_> {
    /// Reads the value of the first cookie named `name` as JSON, or returns `None` if there is none.
    /// [`CookieTemplate::with_json`](crate::CookieTemplate::with_json) writes it.
    ///
    /// Requires the feature `json`.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if the value is not JSON, or not of the type.
    pub fn get_json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, JsonError> {
        let value = self.get(name).map(from_json).transpose();
        value.map_err(|error| error.with_name(name))
    }
}

#[cfg(any(feature = "signed", feature = "encrypted"))]
impl Opened<'_> {
    /// Reads the value as JSON.
    ///
    /// Requires the feature `json`.
    ///
    /// # Errors
    ///
    /// [`JsonError`](crate::errors::JsonError) if the value is not JSON, or not of the type.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "encrypted")] {
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// jar.encrypted_mut(&keyring).set(USER.with_json(&(7, "Zoë"))?)?;
    /// let user = jar.encrypted(&keyring).get(USER.name())?.expect("a cookie");
    /// assert_eq!(user.json::<(u32, String)>()?, (7, "Zoë".to_owned()));
    /// # }
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        from_json(&self.value)
    }
}

/// Writes a value as JSON, in one line.
fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    // serde's own message is dropped, because it may show the value.
    let not_written = |_| JsonError { name: None, kind: JsonErrorKind::NotWritten };
    serde_json::to_string(value).map_err(not_written)
}

/// Reads a value as JSON.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|error| {
        let position = position(text, &error);
        let kind = match error.classify() {
            Category::Data => JsonErrorKind::WrongType { position },
            _ => JsonErrorKind::Malformed { position },
        };
        JsonError { name: None, kind }
    })
}

/// Returns the position of an error, in bytes from the start.
fn position(text: &str, error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    start + error.column().saturating_sub(1)
}
