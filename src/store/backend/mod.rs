//! One store for many processes and machines: an engine, such as a database, keeps the cookies.
//!
//! Requires the feature `store`.
//!
//! A [`BackedStore`] has the operations of a [`SharedStore`](super::SharedStore) for one site, as `async`
//! functions. Each operation loads the cookies of the site from the engine, works on them in memory, and
//! writes the changes, provided that nobody else has changed the same cookies meanwhile; otherwise it
//! starts again. If two workers receive cookies of one site at the same time, the result is that of one
//! browser with two responses: no cookie is lost, and every rule and limit holds.
//!
//! The engine is a [`Backend`]:
//!
//! - `SqliteBackend` (feature `sqlite`), a file that the processes of one machine share. It works in any
//!   async runtime.
//! - `RedisBackend` (feature `redis`), a Redis or Valkey server that several machines share. It needs tokio.
//! - [`MemoryBackend`], for tests.
//! - One of your own.
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
//! part has a [`Version`], which changes with its cookies. A request concerns two parts at most, and no
//! operation concerns two sites, so that an engine of several machines can divide its cookies by site.
//!
//! # What differs from a store in memory
//!
//! - There is no limit for the cookies of all sites together, and no list of all sites.
//! - The change feed has only the changes that were made through this store and its clones.
//! - The time of last use of a cookie is written at most once a minute
//!   ([`BackedStore::with_access_interval`]).
//! - Session cookies stay until they are removed, because an engine does not know when a session ends. To
//!   end the session at one site, use [`BackedStore::remove_if`] with
//!   [`StoredCookie::is_session`](super::StoredCookie::is_session).
//! - The features `reqwest` and `tower` have no client for it: call [`BackedStore::cookie_header_now`]
//!   before each request, and [`BackedStore::receive_now`] after each response.
//!
//! # Secrets
//!
//! The cookies in an engine are sign-ins: whoever can read them can act as the users. With the feature
//! `encrypted`, `BackedStore::with_keyring` seals the values before they leave the process. Names,
//! domains, paths, partitions, flags and times stay readable.

mod backed_store;
mod engine;
mod error;
mod memory;
mod part;
mod part_store;
mod record;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "encrypted")]
mod sealing;
mod site_cache;
#[cfg(feature = "sqlite")]
mod sqlite;
mod turns;

pub use backed_store::BackedStore;
pub use engine::{Applied, ApplyError, Backend, Loaded, Update, Version};
pub use error::{BackendError, BackendErrorKind};
pub use memory::MemoryBackend;
pub use record::RecordError;
#[cfg(feature = "redis")]
pub use redis::{RedisBackend, RedisError, RedisErrorKind, RedisOptions};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteBackend, SqliteError, SqliteErrorKind};
