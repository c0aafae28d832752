//! One store for many processes and machines: an engine, such as a database, keeps the cookies.
//!
//! Requires the feature `store`.
//!
//! A [`BackedStore`] answers as a [`SharedStore`](super::SharedStore) does. For each operation it loads
//! the cookies of one site from its [`Backend`], works on them in memory, and applies what changed, on
//! the condition that nobody else changed them meanwhile; otherwise it starts again. So the result of
//! two workers that receive cookies of one site at once is exactly that of two responses to one
//! browser: no cookie is lost, and every rule and limit holds.
//!
//! ```
//! use gingersnap::RequestContext;
//! use gingersnap::store::backend::{BackedStore, MemoryBackend};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let store = BackedStore::new(MemoryBackend::new()); // or an engine that is shared
//! let login = RequestContext::parse("https://www.shop.example/login")?;
//! store.receive_now(&login, ["sid=31d4; Path=/; Secure"]).await?;
//! let cart = RequestContext::parse("https://www.shop.example/cart")?;
//! assert_eq!(store.cookie_header_now(&cart).await?, Some(b"sid=31d4".to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parts
//!
//! An engine keeps a site in *parts*: the unpartitioned cookies, and those of each partition. Each
//! part has a [`Version`], which changes with it. A request is about two parts at most, and no cookie
//! crosses a site, so that an engine of several machines can divide its cookies by site.
//!
//! # What is not shared
//!
//! There is no limit for the cookies of all sites together, the change feed has the changes that were
//! made through this store, and the times of the last use are written once a minute
//! ([`BackedStore::with_access_interval`]).
//!
//! # Secrets
//!
//! What lies in an engine is the sign-in state of its users: whoever reads it can act as them. With
//! the feature `encrypted`, `BackedStore::with_keyring` seals the values before they leave the
//! process. Names, domains, paths and times stay readable.

mod backed_store;
mod engine;
mod error;
mod memory;
mod part;
mod record;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "encrypted")]
mod sealing;
mod site_cache;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use backed_store::BackedStore;
pub use engine::{Applied, ApplyError, Backend, Loaded, Update, Version};
pub use error::{BackendError, BackendErrorKind};
pub use memory::MemoryBackend;
pub use record::RecordError;
#[cfg(feature = "redis")]
pub use redis::{RedisBackend, RedisError, RedisErrorKind, RedisOptions};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteBackend, SqliteError, SqliteErrorKind};
