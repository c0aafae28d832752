//! The scripts that run on the server.

use std::sync::OnceLock;

use redis::{FromRedisValue, ToRedisArgs, cmd};

use super::connection::{Connection, Retry};
use super::error::RedisError;
use crate::store::backend::engine::ApplyError;

/// Returns parts of a site as they are at one moment.
pub(super) static LOAD: Script = Script::new(include_str!("load.lua"), Retry::Allowed);
/// Returns the partitions that have cookies.
pub(super) static PARTITIONS: Script = Script::new(include_str!("partitions.lua"), Retry::Allowed);
/// Changes parts of a site together, or none of them.
pub(super) static APPLY: Script = Script::new(include_str!("apply.lua"), Retry::Forbidden);

/// A script that runs on the server.
pub(super) struct Script {
    code: &'static str,
    retry: Retry,
    /// The SHA-1 hash of the code, by which the server knows it.
    hash: OnceLock<String>,
}

impl Script {
    const fn new(code: &'static str, retry: Retry) -> Self {
        Self { code, retry, hash: OnceLock::new() }
    }

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| redis::Script::new(self.code).get_hash().to_owned())
    }

    /// Runs the script by its hash, or by its code if the server does not know the hash.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        connection: &Connection,
        keys: &[String],
        arguments: &[impl ToRedisArgs],
    ) -> Result<T, ApplyError<RedisError>> {
        let request = |name, script: &str| {
            let mut command = cmd(name);
            command.arg(script).arg(keys.len()).arg(keys).arg(arguments);
            command
        };
        match connection.query(&request("EVALSHA", self.hash()), self.retry).await {
            Err(ApplyError::NotApplied(error)) if error.is_unknown_script() => {
                connection.query(&request("EVAL", self.code), self.retry).await
            }
            answer => answer,
        }
    }
}
