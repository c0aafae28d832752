//! A connection that may hold a large request only while few others do.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bytes after which a request is large. hyper reads at most as much again at a time.
const LARGE: usize = 16 << 10;

/// A connection that ends if its request becomes large and there is no permit for it.
///
/// hyper keeps the head of a request in memory until it is complete. The limit on it must be as high
/// as what browsers send, or those with too many cookies could not be told to delete them. Permits
/// keep many connections from using that much memory at once.
pub(super) struct Connection {
    stream: TcpStream,
    /// The bytes read since the last response.
    unanswered: usize,
    permits: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, permits: &Arc<Semaphore>) -> Self {
        Self { stream, unanswered: 0, permits: Arc::clone(permits), permit: None }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unanswered >= LARGE && self.permit.is_none() {
            let permit = Arc::clone(&self.permits).try_acquire_owned();
            self.permit = Some(permit.map_err(|_| ErrorKind::ConnectionAborted)?);
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.unanswered += buffer.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.unanswered = 0;
        self.permit = None;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
