//! Representations of the core's types for `serde`, which later versions keep.
//!
//! Requires the feature `serde`.
//!
//! | type | representation |
//! | --- | --- |
//! | [`SameSite`] | `"Strict"`, `"Lax"`, `"None"` or `"Unset"` |
//! | [`Encoding`] | `"Percent"` or `"Raw"` |
//! | [`Limits`] | a map of its limits, such as `{"cookies": 50}`; what is missing is that of [`Limits::DEFAULT`] |
//! | [`Cookie`] | a map of `name`, `value`, `encoding`, `domain`, `path`, `max_age` and `expires` (whole seconds, the latter since 1970), `secure`, `http_only`, `partitioned` and `same_site`; an attribute that is missing is unset; without `path`, the cookie has the default path, unlike that of [`Cookie::new`] |
//!
//! A key that is not one of these is an error: `"htttp_only": true` must not make a cookie that scripts
//! can read. A cookie is read from formats that describe themselves, such as JSON and TOML.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cookie::{Attributes, Cookie, Flags, SameSite};
use crate::encoding::Encoding;
use crate::limits::Limits;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CookieFields<'c> {
    name: Cow<'c, str>,
    #[serde(deserialize_with = "value")]
    value: Cow<'c, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<Cow<'c, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<Cow<'c, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(default, skip_serializing_if = "is_unset")]
    secure: bool,
    #[serde(default, skip_serializing_if = "is_unset")]
    http_only: bool,
    #[serde(default, skip_serializing_if = "is_unset")]
    partitioned: bool,
    #[serde(default, skip_serializing_if = "SameSite::is_unset")]
    same_site: SameSite,
}

/// Reads a cookie from a map, and refuses text without showing it: the text can be a whole header, which
/// serde's own error would show.
struct CookieVisitor;

impl<'de> Visitor<'de> for CookieVisitor {
    type Value = CookieFields<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of a cookie")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        CookieFields::deserialize(MapAccessDeserializer::new(map))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("a cookie is a map, not text"))
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Self::Value, E> {
        Err(E::custom("a cookie is a map, not bytes"))
    }
}

/// Reads the value. An error of serde's own would show it.
fn value<'de, 'c, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'c, str>, D::Error> {
    let value = String::deserialize(deserializer);
    value.map(Cow::Owned).map_err(|_| D::Error::custom("the value is not text"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_unset(flag: &bool) -> bool {
    !*flag
}

impl SameSite {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }
}

impl Serialize for Cookie<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = CookieFields {
            name: self.name().into(),
            value: self.value().into(),
            encoding: self.encoding(),
            domain: self.domain().map(Cow::Borrowed),
            path: self.path().map(Cow::Borrowed),
            max_age: self.attributes.max_age,
            expires: self.attributes.expires,
            secure: self.is_secure(),
            http_only: self.is_http_only(),
            partitioned: self.is_partitioned(),
            same_site: self.same_site(),
        };
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cookie<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = deserializer.deserialize_any(CookieVisitor)?;
        let flags = Flags::NONE
            .with_secure(fields.secure)
            .with_http_only(fields.http_only)
            .with_partitioned(fields.partitioned)
            .with_same_site(fields.same_site);
        let (max_age, expires) = (fields.max_age, fields.expires);
        let attributes = Attributes { domain: None, path: fields.path, max_age, expires, flags };
        let cookie = Cookie {
            name: fields.name,
            value: fields.value,
            encoding: fields.encoding,
            attributes,
        };
        Ok(match fields.domain {
            Some(domain) => cookie.with_domain(domain),
            None => cookie,
        }
        .into_owned())
    }
}

impl Serialize for SameSite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str().unwrap_or("Unset"))
    }
}

impl<'de> Deserialize<'de> for SameSite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match &*Cow::<str>::deserialize(deserializer)? {
            "Strict" => Ok(Self::Strict),
            "Lax" => Ok(Self::Lax),
            "None" => Ok(Self::None),
            "Unset" => Ok(Self::Unset),
            _ => Err(D::Error::custom("`SameSite` is none of Strict, Lax, None and Unset")),
        }
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Percent => "Percent",
            Self::Raw => "Raw",
        })
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match &*Cow::<str>::deserialize(deserializer)? {
            "Percent" => Ok(Self::Percent),
            "Raw" => Ok(Self::Raw),
            _ => Err(D::Error::custom("the encoding is neither Percent nor Raw")),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitFields {
    cookie_bytes: u32,
    attribute_bytes: u32,
    cookies: u32,
    cookie_header_bytes: u32,
    response_bytes: Option<u32>,
    received_bytes: u32,
    received_pairs: u32,
}

impl From<&Limits> for LimitFields {
    fn from(limits: &Limits) -> Self {
        Self {
            cookie_bytes: limits.cookie_bytes(),
            attribute_bytes: limits.attribute_bytes(),
            cookies: limits.cookies(),
            cookie_header_bytes: limits.cookie_header_bytes(),
            response_bytes: limits.response_bytes(),
            received_bytes: limits.received_bytes(),
            received_pairs: limits.received_pairs(),
        }
    }
}

impl Default for LimitFields {
    fn default() -> Self {
        Self::from(&Limits::DEFAULT)
    }
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        LimitFields::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = LimitFields::deserialize(deserializer)?;
        Ok(Self::DEFAULT
            .with_cookie_bytes(fields.cookie_bytes)
            .with_attribute_bytes(fields.attribute_bytes)
            .with_cookies(fields.cookies)
            .with_cookie_header_bytes(fields.cookie_header_bytes)
            .with_response_bytes(fields.response_bytes)
            .with_received_bytes(fields.received_bytes)
            .with_received_pairs(fields.received_pairs))
    }
}
