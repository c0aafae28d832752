//! The operations on a database, each in one transaction.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use rusqlite::types::{Type, ValueRef};
use rusqlite::{
    Connection, Error, OptionalExtension as _, Transaction, TransactionBehavior, params,
};

use crate::date::UnixMicros;
use crate::store::StoredCookie;
use crate::store::backend::engine::{Applied, ApplyError, Loaded, Update, Version};
use crate::store::backend::record::RecordError;

/// How many expired cookies, of any site, each change deletes: few enough to stay quick, and more than a
/// response usually stores.
const EXPIRED_AT_ONCE: u32 = 100;

/// The longest wait for a lock, a day. SQLite takes at most 24 days.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// A database that was opened and checked.
pub(super) struct Database(Connection);

/// What identifies the rows of a part of a site.
#[derive(Clone, Copy)]
struct PartKey<'a> {
    site: &'a str,
    /// Empty for the unpartitioned part.
    partition: &'a str,
}

impl<'a> PartKey<'a> {
    fn new(site: &'a str, partition: Option<&'a str>) -> Self {
        Self { site, partition: partition.unwrap_or_default() }
    }
}

impl Database {
    pub(super) const fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// Sets how long the next operation waits for others.
    pub(super) fn set_wait(&self, wait: Duration) -> Result<(), Error> {
        self.0.busy_timeout(wait.min(LONGEST_WAIT))
    }

    pub(super) fn load(
        &mut self,
        site: &str,
        partitions: &[Option<String>],
    ) -> Result<Vec<Loaded>, Error> {
        // All parts as they are at one moment.
        let transaction = self.0.transaction()?;
        let parts = partitions.iter().map(|partition| PartKey::new(site, partition.as_deref()));
        parts.map(|part| load_part(&transaction, part)).collect()
    }

    pub(super) fn partitions(&mut self, site: &str) -> Result<Vec<String>, Error> {
        let mut select = self
            .0
            .prepare_cached("SELECT partition FROM parts WHERE site = ?1 AND partition <> ''")?;
        select.query_map([site], |row| row.get(0))?.collect()
    }

    pub(super) fn apply(
        &mut self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<Error>> {
        let transaction = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(ApplyError::NotApplied)?;
        // A return before the commit drops the transaction, which rolls it back.
        let versions =
            make_updates(&transaction, site, updates, now).map_err(ApplyError::NotApplied)?;
        let Some(versions) = versions else { return Ok(Applied::Conflict) };
        // Part of the transaction may have reached the log, and then the change may be there after a crash.
        transaction.commit().map_err(ApplyError::Unknown)?;
        Ok(Applied::Done(versions))
    }
}

fn load_part(connection: &Connection, part: PartKey<'_>) -> Result<Loaded, Error> {
    let version = version(connection, part)?;
    let mut select = connection
        .prepare_cached("SELECT record, key FROM cookies WHERE site = ?1 AND partition = ?2")?;
    let cookies = select.query_map([part.site, part.partition], |row| {
        let record = row.get_ref(0)?.as_blob()?;
        let key = row.get_ref(1)?.as_blob()?;
        // A cookie in the row of another one could neither be replaced nor removed.
        let cookie = StoredCookie::from_bytes(record)
            .and_then(|cookie| if cookie.key() == key { Ok(cookie) } else { Err(RecordError) });
        cookie.map_err(|error| Error::FromSqlConversionFailure(0, Type::Blob, error.into()))
    })?;
    Ok(Loaded { version, cookies: cookies.collect::<Result<_, _>>()? })
}

fn version(connection: &Connection, part: PartKey<'_>) -> Result<Version, Error> {
    let mut select = connection
        .prepare_cached("SELECT version FROM parts WHERE site = ?1 AND partition = ?2")?;
    let version: Option<i64> =
        select.query_row([part.site, part.partition], |row| row.get(0)).optional()?;
    Ok(version.map_or(Version::ABSENT, |version| Version(version.cast_unsigned())))
}

/// Makes updates and returns the new versions, or `None` if a part does not have the expected one.
fn make_updates(
    transaction: &Transaction<'_>,
    site: &str,
    updates: &[Update],
    now: SystemTime,
) -> Result<Option<Vec<Version>>, Error> {
    for update in updates {
        let part = PartKey::new(site, update.partition.as_deref());
        if version(transaction, part)? != update.expected {
            return Ok(None);
        }
    }
    let versions = updates.iter().map(|update| make_update(transaction, site, update));
    let versions = versions.collect::<Result<_, _>>()?;
    delete_expired(transaction, now.into())?;
    Ok(Some(versions))
}

fn make_update(
    transaction: &Transaction<'_>,
    site: &str,
    update: &Update,
) -> Result<Version, Error> {
    let part = PartKey::new(site, update.partition.as_deref());
    if update.is_emptied {
        transaction
            .prepare_cached("DELETE FROM cookies WHERE site = ?1 AND partition = ?2")?
            .execute([part.site, part.partition])?;
        transaction
            .prepare_cached("DELETE FROM parts WHERE site = ?1 AND partition = ?2")?
            .execute([part.site, part.partition])?;
        return Ok(Version::ABSENT);
    }
    let mut delete = transaction
        .prepare_cached("DELETE FROM cookies WHERE site = ?1 AND partition = ?2 AND key = ?3")?;
    for key in &update.delete {
        delete.execute(params![part.site, part.partition, key])?;
    }
    for cookie in &update.put {
        put(transaction, part, cookie)?;
    }
    let version = next_version(transaction, update.expected)?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO parts (site, partition, version) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![part.site, part.partition, version.0.cast_signed()])?;
    Ok(version)
}

fn put(
    transaction: &Transaction<'_>,
    part: PartKey<'_>,
    cookie: &StoredCookie,
) -> Result<(), Error> {
    let name = cookie.name();
    let name = str::from_utf8(name).map_or(ValueRef::Blob(name), ValueRef::from);
    let expires = cookie.expires().map(|expires| UnixMicros::from(expires).as_micros());
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO cookies (site, partition, key, expires, domain, name, record)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            part.site,
            part.partition,
            cookie.key(),
            expires,
            cookie.domain(),
            rusqlite::types::ToSqlOutput::Borrowed(name),
            cookie.to_bytes()
        ])?;
    Ok(())
}

/// Returns the next version of a part. A new part gets a random one, since an earlier part with the same
/// key may have had any.
fn next_version(transaction: &Transaction<'_>, version: Version) -> Result<Version, Error> {
    let next = if version == Version::ABSENT {
        let random: i64 =
            transaction.prepare_cached("SELECT random()")?.query_row([], |row| row.get(0))?;
        random.cast_unsigned()
    } else {
        version.0.wrapping_add(1)
    };
    Ok(Version(next.max(1)))
}

/// Deletes some of the cookies that have expired, and the parts that are empty after that.
///
/// The other parts keep their versions: for every operation, an expired cookie is the same as none.
fn delete_expired(transaction: &Transaction<'_>, now: UnixMicros) -> Result<(), Error> {
    let mut delete = transaction.prepare_cached(
        "DELETE FROM cookies WHERE (site, partition, key) IN (
            SELECT site, partition, key FROM cookies WHERE expires <= ?1 ORDER BY expires LIMIT ?2
        ) RETURNING site, partition",
    )?;
    let parts = delete.query_map(params![now.as_micros(), EXPIRED_AT_ONCE], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let parts: BTreeSet<(String, String)> = parts.collect::<Result<_, _>>()?;
    let mut delete = transaction.prepare_cached(
        "DELETE FROM parts WHERE site = ?1 AND partition = ?2
        AND NOT EXISTS (SELECT 1 FROM cookies WHERE site = ?1 AND partition = ?2)",
    )?;
    parts.iter().try_for_each(|(site, partition)| delete.execute([site, partition]).map(drop))
}
