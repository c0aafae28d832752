//! `RedisBackend`: an engine on a Redis or Valkey server, or a cluster of them.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use redis::{Cmd, FromRedisValue, cmd};

use super::connection::{Connection, Retry};
use super::error::{RedisError, RedisErrorKind, SCHEMA};
use super::keys::Keys;
use super::options::RedisOptions;
use super::script::{APPLY, LOAD, PARTITIONS};
use crate::store::StoredCookie;
use crate::store::backend::engine::{Applied, ApplyError, Backend, Loaded, Update, Version};

/// An engine on a Redis or Valkey server, or a cluster of them, for the cookies of many machines.
///
/// Requires the feature `redis`, which adds `store`, and a tokio runtime with I/O and time. Tested with
/// Redis 7.0.
///
/// # Examples
///
/// ```no_run
/// use gingersnap::store::backend::{BackedStore, RedisBackend};
///
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let store = BackedStore::new(RedisBackend::connect("redis://127.0.0.1/").await?);
/// # Ok(())
/// # }
/// ```
///
/// # Connections
///
/// Reading the cookies of a request takes one round trip, and so does changing them. All tasks share
/// one connection. If it breaks, the next operation connects again. [`RedisOptions`] has the time
/// limit, and for TLS the certificates.
///
/// The error of a change is [`ApplyError::NotApplied`] if the server could not be reached or answered
/// with an error. It is [`ApplyError::Unknown`] if the server did not answer in time or the connection
/// broke; the server may still make the change later. In a cluster, more errors are `Unknown`: the client
/// sends a change again, for example to another node, and whether the first one was made is unknown.
///
/// # What is promised
///
/// A change is made as a whole or not at all, and never overwrites what another client has changed
/// meanwhile. The configuration of the server decides what it survives:
///
/// - **Crashes**: with `appendonly yes` and `appendfsync always`, acknowledged changes survive a crash of
///   the server or its machine. With `appendfsync everysec`, the changes of about a second
///   can be lost, and without `appendonly` all changes since the last snapshot.
/// - **Memory**: with `maxmemory-policy noeviction`, a server that is out of memory refuses changes. With
///   any other policy, it may delete all cookies of a site at any time.
/// - **Replicas**: a server acknowledges a change before its replicas have it. A failover, by hand, by
///   Sentinel or in a cluster, can lose acknowledged changes.
/// - **Expiry**: the server deletes a part of a site when its last cookie expires, and never while it
///   has a session cookie. The time left is computed by the client's clock; the server's clock may differ.
/// - **Public suffixes**: a newer list gives some hosts another site. Their cookies are not found any
///   more; session cookies among them stay until their keys are deleted.
///
/// # What lies in the server
///
/// | key | type | contents |
/// | --- | --- | --- |
/// | `PREFIX:{SITE}:cookies` | hash | the unpartitioned cookies of a site |
/// | `PREFIX:{SITE}:cookies:PARTITION` | hash | the cookies of a partition |
/// | `PREFIX:{SITE}:partitions` | set | the partitions |
///
/// In prefixes and sites, `{`, `}`, `%`, control characters and all that is not ASCII are
/// percent-encoded. The site is the hash tag of its keys, so that they are on one node of a cluster. A hash has
/// the fields `schema`, which is 1, and `version`, and one for each cookie: its
/// [key](StoredCookie::key) with its [bytes](StoredCookie::to_bytes). Operations on a hash with
/// another schema are refused.
///
/// # Secrets
///
/// Every cookie is in clear, unless the store seals the values. Names, domains, paths, partitions, flags and
/// times are always in clear. The files and replicas of the server, `MONITOR` and `SLOWLOG` show the
/// same. Without TLS, so does the network, with the password. No error shows a value, a password or a
/// URL.
///
/// A user of the server that is not the default one needs the keys `PREFIX:*` and the commands `PING`,
/// `EVAL`, `EVALSHA`, `SMEMBERS`, `HGETALL`, `HMGET`, `EXISTS`, `SCARD`, `PTTL`, `HSET`, `HDEL`, `DEL`, `SADD`,
/// `SREM`, `PEXPIRE` and `PERSIST`, and in a cluster `CLUSTER SLOTS`. Without one of them, a script may
/// fail halfway and leave a part of a change.
pub struct RedisBackend {
    connection: Connection,
    keys: Keys,
}

impl RedisBackend {
    /// Connects to a server at `redis://USER:PASSWORD@HOST:PORT/DATABASE`. Everything but the host is
    /// optional. With the feature `redis-tls`, the URL can start with `rediss` for TLS.
    ///
    /// # Errors
    ///
    /// [`RedisError`] if the URL is invalid, or the server cannot be reached or refuses the password.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time.
    pub async fn connect(url: &str) -> Result<Self, RedisError> {
        Self::connect_with(url, &RedisOptions::new()).await
    }

    /// Connects to a server with options.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect), and if the certificates of the options are invalid.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time.
    pub async fn connect_with(url: &str, options: &RedisOptions) -> Result<Self, RedisError> {
        Self::start(options.server(url)?, options).await
    }

    /// Connects to a cluster with options, by the URLs of some of its servers. All URLs must have the same
    /// scheme, user and password.
    ///
    /// # Errors
    ///
    /// Those of [`connect_with`](Self::connect_with).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time.
    pub async fn connect_cluster<U: AsRef<str>>(
        urls: impl IntoIterator<Item = U>,
        options: &RedisOptions,
    ) -> Result<Self, RedisError> {
        let urls: Vec<U> = urls.into_iter().collect();
        let urls: Vec<&str> = urls.iter().map(AsRef::as_ref).collect();
        Self::start(options.cluster(&urls).await?, options).await
    }

    async fn start(connection: Connection, options: &RedisOptions) -> Result<Self, RedisError> {
        let backend = Self { connection, keys: Keys::new(options.prefix()) };
        backend.query::<String>(&cmd("PING")).await?;
        Ok(backend)
    }

    /// Sends a command that only reads.
    async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        self.connection.query(command, Retry::Allowed).await.map_err(cause)
    }
}

impl Backend for RedisBackend {
    type Error = RedisError;

    async fn load(
        &self,
        site: &str,
        partitions: &[Option<&str>],
    ) -> Result<Vec<Loaded>, RedisError> {
        let keys: Vec<String> =
            partitions.iter().map(|partition| self.keys.part(site, *partition)).collect();
        let hashes: Vec<Hash> = LOAD.run(&self.connection, &keys, NONE).await.map_err(cause)?;
        keys.into_iter().zip(hashes).map(|(key, hash)| loaded_part(key, hash)).collect()
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, RedisError> {
        let set = self.keys.partitions(site);
        let mut command = cmd("SMEMBERS");
        command.arg(&set);
        let partitions: Vec<String> = self.query(&command).await?;
        if partitions.is_empty() {
            return Ok(partitions);
        }
        let parts = partitions.iter().map(|partition| self.keys.part(site, Some(partition)));
        let keys: Vec<String> = std::iter::once(set).chain(parts).collect();
        PARTITIONS.run(&self.connection, &keys, &partitions).await.map_err(cause)
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<RedisError>> {
        let versions: Vec<Version> = updates.iter().map(next_version).collect();
        let parts = updates.iter().map(|update| self.keys.part(site, update.partition.as_deref()));
        let keys: Vec<String> = std::iter::once(self.keys.partitions(site)).chain(parts).collect();
        let mut arguments = vec![SCHEMA.to_string().into_bytes()];
        for (update, version) in updates.iter().zip(&versions) {
            arguments.extend(head(update, *version, now));
        }
        for update in updates {
            arguments.extend(update.delete.iter().cloned());
            arguments
                .extend(update.put.iter().flat_map(|cookie| [cookie.key(), cookie.to_bytes()]));
        }
        let answer: Vec<Vec<u8>> = APPLY.run(&self.connection, &keys, &arguments).await?;
        let answer: Vec<&[u8]> = answer.iter().map(Vec::as_slice).collect();
        match *answer {
            [b"done"] => Ok(Applied::Done(versions)),
            [b"conflict"] => Ok(Applied::Conflict),
            [b"schema", key, schema] => {
                let key = String::from_utf8_lossy(key).into_owned();
                Err(ApplyError::NotApplied(RedisError::unknown_schema(key, schema)))
            }
            _ => Err(ApplyError::Unknown(RedisErrorKind::UnexpectedAnswer.into())),
        }
    }
}

/// For a script without arguments.
const NONE: &[String] = &[];

/// Returns the engine's error, for a command that changes nothing.
fn cause(error: ApplyError<RedisError>) -> RedisError {
    match error {
        ApplyError::NotApplied(error) | ApplyError::Unknown(error) => error,
    }
}

/// A Redis hash: the name of each of its fields, and what it holds.
type Hash = HashMap<Vec<u8>, Vec<u8>>;

/// Returns a part of a site from the fields of its hash.
fn loaded_part(key: String, mut hash: Hash) -> Result<Loaded, RedisError> {
    if hash.is_empty() {
        return Ok(Loaded { version: Version::ABSENT, cookies: Vec::new() });
    }
    let schema = hash.remove(&b"schema"[..]).unwrap_or_default();
    if schema != SCHEMA.to_string().as_bytes() {
        return Err(RedisError::unknown_schema(key, &schema));
    }
    let version = hash.remove(&b"version"[..]).unwrap_or_default();
    let version = str::from_utf8(&version).ok().and_then(|version| version.parse().ok());
    let cookies = hash.iter().map(|(field, record)| cookie(field, record)).collect();
    match (version, cookies) {
        (Some(version), Some(cookies)) => Ok(Loaded { version: Version(version), cookies }),
        _ => Err(RedisErrorKind::InvalidRecord { key }.into()),
    }
}

/// Returns the cookie of a field. A cookie in the field of another one could neither be replaced nor
/// removed.
fn cookie(field: &[u8], record: &[u8]) -> Option<StoredCookie> {
    StoredCookie::from_bytes(record).ok().filter(|cookie| cookie.key() == field)
}

/// Returns the version of a part after an update.
fn next_version(update: &Update) -> Version {
    match update.expected {
        _ if update.is_emptied => Version::ABSENT,
        // Random, since an earlier part with this key may have had any.
        Version::ABSENT => Version(RandomState::new().hash_one(0).max(1)),
        Version(version) => Version(version.wrapping_add(1).max(1)),
    }
}

/// Returns the head of an update, as the script expects it.
fn head(update: &Update, version: Version, now: SystemTime) -> [Vec<u8>; 6] {
    let version = if version == Version::ABSENT { String::new() } else { version.0.to_string() };
    let time_to_live = update.expires.map(|expires| time_to_live(expires, now).to_string());
    [
        update.expected.0.to_string(),
        version,
        time_to_live.unwrap_or_default(),
        update.partition.clone().unwrap_or_default(),
        update.delete.len().to_string(),
        update.put.len().to_string(),
    ]
    .map(String::into_bytes)
}

/// Returns how many milliseconds a part has to live: unlike a time of expiry, that does not depend on the
/// server's clock.
fn time_to_live(expires: SystemTime, now: SystemTime) -> u128 {
    // The server adds its own time, which must not exceed 64 bits.
    const MAX: u128 = 1_000_000_000_000_000;
    let left = expires.duration_since(now).unwrap_or_default();
    left.as_micros().div_ceil(1000).clamp(1, MAX)
}

impl fmt::Debug for RedisBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBackend").field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_to_live_are_rounded_up() {
        let after = |micros| UNIX_EPOCH + Duration::from_micros(micros);
        for (micros, millis) in
            [(0, 1), (1, 1), (1000, 1), (1001, 2), (u64::MAX, 1_000_000_000_000_000)]
        {
            assert_eq!(time_to_live(after(micros), UNIX_EPOCH), millis);
        }
        assert_eq!(time_to_live(UNIX_EPOCH, after(5000)), 1);
    }
}
