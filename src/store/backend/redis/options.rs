//! `RedisOptions`: how to connect to a server or a cluster.

use std::fmt;
use std::time::Duration;

use redis::cluster::ClusterClientBuilder;
use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionInfo, IntoConnectionInfo, RedisResult};

use super::connection::Connection;
use super::error::{RedisError, RedisErrorKind};

/// How to connect to a Redis or Valkey server, or a cluster of them.
///
/// Requires the feature `redis`, which adds `store`.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use gingersnap::store::backend::{BackedStore, RedisBackend, RedisOptions};
///
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let options = RedisOptions::new().with_prefix("crawler").with_time_limit(Duration::from_secs(1));
/// let engine = RedisBackend::connect_with("redis://:password@10.0.0.2/", &options).await?;
/// let store = BackedStore::new(engine);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisOptions {
    prefix: String,
    time_limit: Duration,
    #[cfg(feature = "redis-tls")]
    root_certificates: Option<Vec<u8>>,
}

impl RedisOptions {
    /// Creates the default options, those of [`RedisBackend::connect`](super::RedisBackend::connect).
    #[must_use]
    pub fn new() -> Self {
        Self {
            prefix: "gingersnap".to_owned(),
            time_limit: Duration::from_secs(5),
            #[cfg(feature = "redis-tls")]
            root_certificates: None,
        }
    }

    /// Sets the prefix of all keys; `gingersnap` if this is not called. Stores with different prefixes
    /// share no cookies.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets how long an answer may take, including the time to connect; 5 seconds if this is not called.
    #[must_use]
    pub fn with_time_limit(mut self, time_limit: Duration) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// Sets the root certificates, in PEM, that a server's certificate is checked against, in place of those
    /// of the system. The URL must start with `rediss`.
    ///
    /// Requires the feature `redis-tls`.
    #[cfg(feature = "redis-tls")]
    #[must_use]
    pub fn with_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates = Some(pem.into());
        self
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns a connection to a server, which connects with the first request.
    pub(super) fn server(&self, url: &str) -> Result<Connection, RedisError> {
        let info = info(url).map_err(configuration)?;
        #[cfg(feature = "redis-tls")]
        let client = self.tls_client(info);
        #[cfg(not(feature = "redis-tls"))]
        let client = Client::open(info);
        Ok(Connection::to_server(client.map_err(configuration)?, self.time_limit))
    }

    /// Connects to a cluster.
    pub(super) async fn cluster(&self, urls: &[&str]) -> Result<Connection, RedisError> {
        let infos = urls.iter().map(|url| info(url)).collect::<RedisResult<Vec<_>>>();
        let builder = self.cluster_builder(infos.map_err(configuration)?);
        let client = builder.build().map_err(configuration)?;
        let limit = self.time_limit;
        let Ok(cluster) = tokio::time::timeout(limit, client.get_async_connection()).await else {
            return Err(RedisErrorKind::TimedOut { limit }.into());
        };
        Ok(Connection::to_cluster(cluster.map_err(RedisError::connecting)?, limit))
    }

    #[cfg(feature = "redis-tls")]
    fn tls_client(&self, info: ConnectionInfo) -> RedisResult<Client> {
        choose_crypto(&info);
        match self.certificates() {
            Some(certificates) => Client::build_with_tls(info, certificates),
            None => Client::open(info),
        }
    }

    fn cluster_builder(&self, infos: Vec<ConnectionInfo>) -> ClusterClientBuilder {
        #[cfg(feature = "redis-tls")]
        infos.iter().for_each(choose_crypto);
        let builder = ClusterClientBuilder::new(infos)
            .tcp_settings(tcp_settings())
            .connection_timeout(self.time_limit)
            .response_timeout(self.time_limit)
            // Enough to follow a site that moves to another node.
            .retries(3);
        #[cfg(feature = "redis-tls")]
        if let Some(certificates) = self.certificates() {
            return builder.certs(certificates);
        }
        builder
    }

    #[cfg(feature = "redis-tls")]
    fn certificates(&self) -> Option<redis::TlsCertificates> {
        let root_cert = Some(self.root_certificates.clone()?);
        Some(redis::TlsCertificates { client_tls: None, root_cert })
    }
}

/// Installs the process's provider of cryptography for TLS, unless it has one. Without it, rustls panics if
/// more than one provider is compiled in.
#[cfg(feature = "redis-tls")]
fn choose_crypto(info: &ConnectionInfo) {
    let is_tls = matches!(info.addr(), redis::ConnectionAddr::TcpTls { .. });
    if is_tls && rustls::crypto::CryptoProvider::get_default().is_none() {
        // This fails if another thread was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn info(url: &str) -> RedisResult<ConnectionInfo> {
    Ok(url.into_connection_info()?.set_tcp_settings(tcp_settings()))
}

/// Returns settings without Nagle's algorithm, with which a request would wait for the answer to the
/// previous one.
fn tcp_settings() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

fn configuration(source: redis::RedisError) -> RedisError {
    RedisError::new(RedisErrorKind::Configuration, source)
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("prefix", &self.prefix)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_that_of_this_crate_or_the_one_that_was_set() {
        assert_eq!(RedisOptions::new().prefix(), "gingersnap");
        assert_eq!(RedisOptions::new().with_prefix("crawler").prefix(), "crawler");
    }

    /// Otherwise requests of two tasks could wait for each other's answers.
    #[test]
    fn requests_are_sent_at_once() {
        let info = info("redis://127.0.0.1/").expect("a URL");
        assert!(info.tcp_settings().nodelay());
    }
}
