//! The engine of the jar, chosen at run time.

use std::error::Error;
use std::time::Duration;

use gingersnap::store::backend::BackedStore;

/// Opens `sqlite:FILE` or a URL of Redis.
pub(crate) async fn open(jar: &str) -> Result<BackedStore, Box<dyn Error>> {
    let store = match jar.split_once(':') {
        #[cfg(feature = "sqlite")]
        Some(("sqlite", path)) => {
            BackedStore::new(gingersnap::store::backend::SqliteBackend::open(path)?)
        }
        #[cfg(feature = "redis")]
        Some(("redis" | "rediss", _)) => {
            BackedStore::new(gingersnap::store::backend::RedisBackend::connect(jar).await?)
        }
        _ => return Err("the jar must be one of the features of this build".into()),
    };
    // Pages follow each other quickly, and what another worker received may be a moment late.
    Ok(store.with_cache(1000, Duration::from_millis(100)))
}
