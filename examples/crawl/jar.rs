//! The engine of the jar, chosen at run time.

use std::error::Error;

use gingersnap::store::backend::BackedStore;

/// Opens `sqlite:FILE` or the URL of a Redis server.
pub(crate) async fn open(jar: &str) -> Result<BackedStore, Box<dyn Error>> {
    Ok(match jar.split_once(':') {
        #[cfg(feature = "sqlite")]
        Some(("sqlite", path)) => {
            BackedStore::new(gingersnap::store::backend::SqliteBackend::open(path)?)
        }
        #[cfg(feature = "redis")]
        Some(("redis" | "rediss", _)) => {
            BackedStore::new(gingersnap::store::backend::RedisBackend::connect(jar).await?)
        }
        _ => {
            let expected = "`sqlite:FILE` (feature `sqlite`) or `redis://HOST/` (feature `redis`)";
            return Err(format!("the jar must be {expected}").into());
        }
    })
}
