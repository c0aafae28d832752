//! `Connection`: a server or a cluster, with a time limit.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster_async::ClusterConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisResult, RetryMethod,
};
use tokio::time::timeout;

use super::error::{RedisError, RedisErrorKind};
use crate::store::backend::engine::ApplyError;

/// A server or a cluster. Many tasks can use it at once, and it connects again after a connection broke.
pub(super) struct Connection {
    servers: Servers,
    time_limit: Duration,
}

enum Servers {
    One(Box<Server>),
    /// The client connects again by itself.
    Cluster(ClusterConnection),
}

/// Whether a command can be sent again if the connection broke before the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// The command only reads.
    Allowed,
    /// The command may have changed something.
    Forbidden,
}

impl Connection {
    /// Creates a connection to one server. It connects with the first request.
    pub(super) fn to_server(client: Client, time_limit: Duration) -> Self {
        let server =
            Server { client, open: Mutex::default(), connecting: tokio::sync::Mutex::default() };
        Self { servers: Servers::One(Box::new(server)), time_limit }
    }

    /// Creates a connection to a cluster.
    pub(super) fn to_cluster(cluster: ClusterConnection, time_limit: Duration) -> Self {
        Self { servers: Servers::Cluster(cluster), time_limit }
    }

    /// Sends a command. The error says whether the server may have run it.
    pub(super) async fn query<T: FromRedisValue>(
        &self,
        command: &Cmd,
        retry: Retry,
    ) -> Result<T, ApplyError<RedisError>> {
        match self.query_once(command).await {
            // If the server was restarted, the old connection breaks when it is used.
            Err(ApplyError::Unknown(error))
                if error.kind == RedisErrorKind::Disconnected && retry == Retry::Allowed =>
            {
                self.query_once(command).await
            }
            answer => answer,
        }
    }

    async fn query_once<T: FromRedisValue>(
        &self,
        command: &Cmd,
    ) -> Result<T, ApplyError<RedisError>> {
        match &self.servers {
            Servers::One(server) => self.query_server(server, command).await,
            Servers::Cluster(cluster) => self.query_cluster(cluster.clone(), command).await,
        }
    }

    async fn query_server<T: FromRedisValue>(
        &self,
        server: &Server,
        command: &Cmd,
    ) -> Result<T, ApplyError<RedisError>> {
        let mut used = None;
        let answer = async {
            let open = server.connect().await.map_err(RedisError::connecting);
            let open = used.insert(open.map_err(ApplyError::NotApplied)?);
            Ok(command.query_async(&mut open.connection).await)
        };
        let answer = timeout(self.time_limit, answer).await;
        let (error, is_answer) = match answer {
            Ok(Ok(Ok(answer))) => return Ok(answer),
            Ok(Ok(Err(error))) => {
                let is_answer = is_answer(&error);
                (RedisError::requesting(error), is_answer)
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => (self.timed_out(), false),
        };
        let Some(used) = used.filter(|_| !is_answer) else {
            return Err(ApplyError::NotApplied(error));
        };
        // After a time-out, too: if the server's machine vanished, the connection does not break.
        server.close(used.id);
        Err(ApplyError::Unknown(error))
    }

    async fn query_cluster<T: FromRedisValue>(
        &self,
        mut cluster: ClusterConnection,
        command: &Cmd,
    ) -> Result<T, ApplyError<RedisError>> {
        let Ok(answer) = timeout(self.time_limit, command.query_async(&mut cluster)).await else {
            return Err(ApplyError::Unknown(self.timed_out()));
        };
        answer.map_err(|error| {
            // After all other errors, the client sends the command again, and whether the server ran the
            // first one is unknown. If it did, the second one is a conflict, by its version.
            let is_certain =
                is_answer(&error) && matches!(error.retry_method(), RetryMethod::NoRetry);
            let error = RedisError::requesting(error);
            if is_certain { ApplyError::NotApplied(error) } else { ApplyError::Unknown(error) }
        })
    }

    fn timed_out(&self) -> RedisError {
        RedisErrorKind::TimedOut { limit: self.time_limit }.into()
    }
}

/// Returns whether an error is an answer of the server. Then nothing was changed: commands and the scripts
/// of this crate check everything before they write.
fn is_answer(error: &redis::RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension)
}

/// One server, and the connection to it that all requests share.
///
/// `redis::aio::ConnectionManager` does not tell whether a request failed before it was sent, and
/// does not try again after the server refused a connection with an error, such as that of too many
/// clients.
struct Server {
    client: Client,
    open: Mutex<Slot>,
    /// Locked while connecting, so that waiting requests get the same connection.
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Slot {
    last_id: u64,
    connection: Option<MultiplexedConnection>,
}

struct Open {
    id: u64,
    connection: MultiplexedConnection,
}

impl Server {
    /// Returns the open connection, or connects.
    async fn connect(&self) -> RedisResult<Open> {
        if let Some(open) = self.open() {
            return Ok(open);
        }
        let _turn = self.connecting.lock().await;
        if let Some(open) = self.open() {
            return Ok(open);
        }
        // The time limit is that of the whole request.
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut slot = self.lock();
        slot.last_id += 1;
        slot.connection = Some(connection.clone());
        Ok(Open { id: slot.last_id, connection })
    }

    fn open(&self) -> Option<Open> {
        let slot = self.lock();
        slot.connection.clone().map(|connection| Open { id: slot.last_id, connection })
    }

    /// Lets later requests connect again, unless another one has done so.
    fn close(&self, id: u64) {
        let mut slot = self.lock();
        if slot.last_id == id {
            slot.connection = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
