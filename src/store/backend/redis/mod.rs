//! Cookies in a Redis or Valkey server, or a cluster of them.
//!
//! [`RedisBackend`] sends each operation as one command, which runs a script on the server.

mod connection;
mod error;
mod keys;
mod options;
mod redis_backend;
mod script;

pub use error::{RedisError, RedisErrorKind};
pub use options::RedisOptions;
pub use redis_backend::RedisBackend;
