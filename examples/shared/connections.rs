//! The connections of a server: how many there are, what each may take, and how they end.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::ctrl_c;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::large_requests::Connection;

/// How long the head of a request, its body, and the end of open connections may each take.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How long a connection may last, so that clients that do not read their responses cannot take all
/// connections for ever.
const CONNECTION_TIME: Duration = Duration::from_secs(300);

/// How many connections there may be at once. More have to wait.
const CONNECTIONS: usize = 128;

/// How many of them may hold a large request at once.
const LARGE_REQUESTS: usize = 8;

/// Serves until Ctrl-C. Then open connections may end, for a while or until the next Ctrl-C. Calls
/// `ready` once both connections and Ctrl-C are listened for.
pub(crate) async fn serve<R, B>(
    listener: TcpListener,
    ready: impl FnOnce(),
    respond: impl Fn(Request<Incoming>) -> R + Clone + Send + 'static,
) where
    R: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let mut http = http1::Builder::new();
    // More than a jar accepts, so that a request over the jar's limits gets our page, which clears
    // the cookies. Over these limits, hyper responds with a 431 without a page.
    http.max_buf_size(1 << 20).max_headers(4_000);
    http.timer(TokioTimer::new()).header_read_timeout(TIME_LIMIT);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let large_requests = Arc::new(Semaphore::new(LARGE_REQUESTS));

    let graceful = GracefulShutdown::new();
    let mut stop = pin!(interrupted());
    tokio::select! {
        biased; // polls `stop` first, which installs the handler of Ctrl-C
        () = &mut stop => return,
        () = async { ready() } => {}
    }
    loop {
        tokio::select! {
            (stream, permit) = accept(&listener, &connections) => {
                let stream = TokioIo::new(Connection::new(stream, &large_requests));
                let connection = http.serve_connection(stream, service_fn(respond.clone()));
                let connection = graceful.watch(connection);
                tokio::spawn(async move {
                    // A connection fails only if its client goes away or takes too much.
                    let _ = timeout(CONNECTION_TIME, connection).await;
                    drop(permit);
                });
            }
            () = &mut stop => break,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(TIME_LIMIT) => {}
        () = interrupted() => {}
    }
}

/// Waits for a permit, and then accepts a connection.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    // OK because the semaphore is never closed.
    let permit = Arc::clone(connections).acquire_owned().await.expect("an open semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, permit),
            // Probably too many open files: try again in a moment.
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Returns at Ctrl-C, or never on a system where that cannot be listened for.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}
