//! The thread of a database.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use rusqlite::Error;

use super::database::Database;
use crate::store::backend::engine::ApplyError;

/// Something to do with the database.
type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// A thread that owns a database and runs one job after the other. It ends when the `Worker` is dropped.
pub(super) struct Worker {
    /// `None` only while the `Worker` is dropped.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start(database: Database) -> io::Result<Self> {
        let (sender, jobs) = channel();
        let thread = thread::Builder::new().name("gingersnap-sqlite".to_owned());
        let thread = thread.spawn(move || work(database, &jobs))?;
        Ok(Self { jobs: Some(sender), thread: Some(thread) })
    }

    /// Reads from the database, on its thread.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        limit: Duration,
        read: impl FnOnce(&mut Database) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Cause> {
        self.run(limit, |database| Ok(read(database?)?)).await.unwrap_or(Err(Cause::Stopped))
    }

    /// Changes the database, on its thread.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        limit: Duration,
        change: impl FnOnce(&mut Database) -> Result<T, ApplyError<Error>> + Send + 'static,
    ) -> Result<T, ApplyError<Cause>> {
        let result = self.run(limit, |database| {
            change(database.map_err(ApplyError::NotApplied)?).map_err(|error| match error {
                ApplyError::NotApplied(error) => ApplyError::NotApplied(error.into()),
                ApplyError::Unknown(error) => ApplyError::Unknown(error.into()),
            })
        });
        result.await.unwrap_or(Err(ApplyError::Unknown(Cause::Stopped)))
    }

    /// Runs an operation on the thread and returns its result, or `None` if the thread ended first.
    ///
    /// The operation gets an error instead of the database if the time limit has passed before its turn.
    async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        operation: impl FnOnce(Result<&mut Database, Cause>) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, result) = oneshot::channel();
        let start = Instant::now();
        let job: Job = Box::new(move |database| {
            // The future was dropped: nobody waits for the result.
            if reply.is_canceled() {
                return;
            }
            let rest = limit.checked_sub(start.elapsed()).ok_or(Cause::TooLate);
            let database = rest.and_then(|rest| {
                database.set_wait(rest)?;
                Ok(database)
            });
            // This fails only if the future was dropped meanwhile.
            let _ = reply.send(operation(database));
        });
        // A thread that has ended drops the job, and with it `reply`.
        let _ = self.jobs.as_ref()?.send(job);
        result.await.ok()
    }
}

/// Why an operation failed.
pub(super) enum Cause {
    Sqlite(Error),
    /// The time limit passed while other operations ran.
    TooLate,
    /// The thread has ended.
    Stopped,
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

fn work(mut database: Database, jobs: &Receiver<Job>) {
    for job in jobs {
        job(&mut database);
    }
}

impl Drop for Worker {
    /// Waits until the database is closed, and its log is merged into its file.
    fn drop(&mut self) {
        self.jobs = None;
        // A thread cannot join itself: a reply may wake a task on the thread, which drops the `Worker`.
        let thread = self.thread.take();
        let is_own = |thread: &JoinHandle<()>| thread.thread().id() == thread::current().id();
        if let Some(thread) = thread.filter(|thread| !is_own(thread)) {
            // An error is a panic of the thread, which was printed; later jobs have failed.
            let _ = thread.join();
        }
    }
}
