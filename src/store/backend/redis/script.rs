//! The scripts that run on the server.

use std::sync::OnceLock;

use redis::{FromRedisValue, ToRedisArgs, cmd};

use super::connection::{Connection, Repetition};
use super::error::RedisError;
use crate::store::backend::engine::ApplyError;

/// Returns parts of a site, as they are at one time.
pub(super) static LOAD: Script = Script::new(include_str!("load.lua"), Repetition::Harmless);
/// Returns the partitions that have cookies.
pub(super) static PARTITIONS: Script =
    Script::new(include_str!("partitions.lua"), Repetition::Harmless);
/// Changes parts of a site together, or none of them.
pub(super) static APPLY: Script = Script::new(include_str!("apply.lua"), Repetition::Noticed);

/// A script that runs on the server.
pub(super) struct Script {
    code: &'static str,
    repetition: Repetition,
    /// By which the server knows the code.
    hash: OnceLock<String>,
}

impl Script {
    const fn new(code: &'static str, repetition: Repetition) -> Self {
        Self { code, repetition, hash: OnceLock::new() }
    }

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| redis::Script::new(self.code).get_hash().to_owned())
    }

    /// Runs the script by its hash, and if the server does not know it, once more by its code.
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
        match connection.query(&request("EVALSHA", self.hash()), self.repetition).await {
            Err(ApplyError::NotApplied(error)) if error.is_unknown_script() => {
                connection.query(&request("EVAL", self.code), self.repetition).await
            }
            answer => answer,
        }
    }
}
