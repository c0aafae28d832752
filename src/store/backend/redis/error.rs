//! Why a Redis or Valkey server cannot be used.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use redis::ErrorKind;

/// Why a [`RedisBackend`](super::RedisBackend) cannot answer: what failed. Its source is the error of the
/// crate `redis`. No message has a cookie's value, a password or a URL.
///
/// Requires the feature `redis`, which adds `store`.
#[derive(Debug)]
#[non_exhaustive]
pub struct RedisError {
    /// What failed.
    pub kind: RedisErrorKind,
    source: Option<redis::RedisError>,
}

/// What failed with a Redis or Valkey server.
///
/// Requires the feature `redis`, which adds `store`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisErrorKind {
    /// The URL or a certificate cannot be used.
    Configuration,
    /// The server cannot be reached.
    NotConnected,
    /// The server does not accept the user and password of the URL, or the URL has none and needs them.
    NotAuthenticated,
    /// The server did not answer in time.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The connection broke before the server answered.
    Disconnected,
    /// The server answered with an error.
    ServerError,
    /// The server's answer does not have the form that this crate expects. There is no source, which
    /// would show the answer.
    UnexpectedAnswer,
    /// A key of the server holds something else, or cookies that another version of this crate stored.
    UnknownSchema {
        /// The key.
        key: String,
        /// The number of the schema, if the key has one.
        schema: Option<u64>,
    },
    /// A field of a Redis hash does not hold a stored cookie, or it holds the cookie of another field.
    InvalidRecord {
        /// The key of the hash.
        key: String,
    },
}

/// The schema that this version of the crate reads and writes.
pub(super) const SCHEMA: u64 = 1;

impl RedisError {
    pub(super) fn new(kind: RedisErrorKind, source: redis::RedisError) -> Self {
        Self { kind, source: Some(source) }
    }

    /// Creates the error of a connection that was not established.
    pub(super) fn connecting(source: redis::RedisError) -> Self {
        let kind = match source.kind() {
            ErrorKind::InvalidClientConfig => RedisErrorKind::Configuration,
            ErrorKind::AuthenticationFailed => RedisErrorKind::NotAuthenticated,
            _ if asks_for_password(&source) => RedisErrorKind::NotAuthenticated,
            _ => RedisErrorKind::NotConnected,
        };
        Self::new(kind, source)
    }

    /// Creates the error of a request over an established connection.
    pub(super) fn requesting(source: redis::RedisError) -> Self {
        // Its text has the answer, which may be cookies.
        if matches!(source.kind(), ErrorKind::Parse | ErrorKind::UnexpectedReturnType) {
            return RedisErrorKind::UnexpectedAnswer.into();
        }
        let kind = match source.kind() {
            _ if asks_for_password(&source) => RedisErrorKind::NotAuthenticated,
            ErrorKind::Server(_) | ErrorKind::Extension => RedisErrorKind::ServerError,
            ErrorKind::AuthenticationFailed => RedisErrorKind::NotAuthenticated,
            ErrorKind::ClusterConnectionNotFound => RedisErrorKind::NotConnected,
            _ => RedisErrorKind::Disconnected,
        };
        Self::new(kind, source)
    }

    pub(super) fn unknown_schema(key: String, schema: &[u8]) -> Self {
        let schema = str::from_utf8(schema).ok().and_then(|schema| schema.parse().ok());
        RedisErrorKind::UnknownSchema { key, schema }.into()
    }

    /// Returns whether the server does not know a script.
    pub(super) fn is_unknown_script(&self) -> bool {
        let kind = self.source.as_ref().map(redis::RedisError::kind);
        kind == Some(ErrorKind::Server(redis::ServerErrorKind::NoScript))
    }
}

/// Returns whether the server wants a password before it answers.
fn asks_for_password(error: &redis::RedisError) -> bool {
    error.code() == Some("NOAUTH")
}

impl From<RedisErrorKind> for RedisError {
    fn from(kind: RedisErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for RedisErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration => {
                f.write_str("the URL or certificate of the Redis server cannot be used")
            }
            Self::NotConnected => f.write_str("the Redis server cannot be reached"),
            Self::NotAuthenticated => {
                f.write_str("the Redis server does not accept the user and password of its URL")
            }
            Self::TimedOut { limit } => {
                write!(f, "the Redis server did not answer within {limit:?}")
            }
            Self::Disconnected => f.write_str("the connection to the Redis server broke"),
            Self::ServerError => f.write_str("the Redis server answered with an error"),
            Self::UnexpectedAnswer => f.write_str("the Redis server's answer is not as expected"),
            Self::UnknownSchema { key, schema: Some(schema) } => {
                write!(
                    f,
                    "key `{}` has schema {schema}; this version knows {SCHEMA}",
                    key.escape_debug()
                )
            }
            Self::UnknownSchema { key, schema: None } => {
                write!(f, "key `{}` holds no cookies: it has no schema number", key.escape_debug())
            }
            Self::InvalidRecord { key } => {
                write!(f, "key `{}` has a field that is no stored cookie", key.escape_debug())
            }
        }
    }
}

impl Error for RedisError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the error of an answer of the server.
    fn answer(text: &str) -> redis::RedisError {
        let answer = redis::parse_redis_value(format!("-{text}\r\n").as_bytes());
        answer.and_then(redis::Value::extract_error).expect_err("an error")
    }

    #[test]
    fn errors_of_the_client_and_the_server_are_of_these_kinds() {
        use RedisErrorKind::{
            Configuration, Disconnected, NotAuthenticated, NotConnected, ServerError,
            UnexpectedAnswer,
        };
        let of = |kind| redis::RedisError::from((kind, "text"));
        for (error, connecting, requesting) in [
            (of(ErrorKind::InvalidClientConfig), Configuration, Disconnected),
            (of(ErrorKind::AuthenticationFailed), NotAuthenticated, NotAuthenticated),
            (of(ErrorKind::ClusterConnectionNotFound), NotConnected, NotConnected),
            (of(ErrorKind::Io), NotConnected, Disconnected),
            (of(ErrorKind::Parse), NotConnected, UnexpectedAnswer),
            (of(ErrorKind::UnexpectedReturnType), NotConnected, UnexpectedAnswer),
            (answer("NOAUTH Authentication required."), NotAuthenticated, NotAuthenticated),
            (answer("NOPERM this user has no permissions"), NotConnected, ServerError),
            (answer("ERR max number of clients reached"), NotConnected, ServerError),
            (answer("NOSCRIPT No matching script."), NotConnected, ServerError),
        ] {
            let text = error.to_string();
            let is_unknown_script = text.contains("NoScript") || text.contains("NOSCRIPT");
            for (error, kind) in [
                (RedisError::connecting(error.clone()), connecting),
                (RedisError::requesting(error), requesting),
            ] {
                assert_eq!(error.kind, kind, "{text}");
                assert_eq!(error.is_unknown_script(), is_unknown_script, "{text}");
                // The text of an answer that is not as expected can have cookies.
                let source = error.source().map(ToString::to_string);
                assert_eq!(source, Some(text.clone()).filter(|_| kind != UnexpectedAnswer));
            }
        }
    }

    #[test]
    fn the_texts_of_kinds_without_a_source() {
        let limit = Duration::from_millis(300);
        for (error, text) in [
            (
                RedisErrorKind::TimedOut { limit }.into(),
                "the Redis server did not answer within 300ms",
            ),
            (
                RedisError::unknown_schema("a:{b}:cookies".to_owned(), b"2"),
                "key `a:{b}:cookies` has schema 2; this version knows 1",
            ),
            (
                RedisError::unknown_schema("a:{b}:cookies".to_owned(), b"x"),
                "key `a:{b}:cookies` holds no cookies: it has no schema number",
            ),
            (
                RedisErrorKind::InvalidRecord { key: "a\n".to_owned() }.into(),
                "key `a\\n` has a field that is no stored cookie",
            ),
        ] {
            assert_eq!((error.to_string(), error.source().is_none()), (text.to_owned(), true));
        }
    }
}
