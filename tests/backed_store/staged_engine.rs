//! `StagedEngine`: an engine that pauses, fails and conflicts when a test says so.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::SystemTime;

use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, Loaded, MemoryBackend, Update,
};

/// What happens to a change, in place of the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    NotApplied,
    /// The change is made, and the answer is lost.
    UnknownMade,
    /// The change is not made, and neither is there an answer.
    UnknownNotMade,
    Conflict,
}

#[derive(Debug, thiserror::Error)]
#[error("the cable is cut")]
pub(crate) struct CableCut;

/// An engine in memory. All copies are one engine.
#[derive(Clone, Default)]
pub(crate) struct StagedEngine(Arc<Shared>);

#[derive(Default)]
struct Shared {
    memory: MemoryBackend,
    pauses: AtomicBool,
    always_conflicts: AtomicBool,
    cannot_load: AtomicBool,
    /// What happens to the next changes.
    faults: Mutex<VecDeque<Fault>>,
    /// Cookies that are in every part of every site, in addition.
    planted: Mutex<Vec<StoredCookie>>,
    loads: AtomicUsize,
    applies: AtomicUsize,
    /// The updates of the last change.
    updates: Mutex<Vec<Update>>,
}

impl StagedEngine {
    pub(crate) fn store(&self) -> BackedStore {
        BackedStore::new(self.clone())
    }

    /// Makes every call wait once before the engine does something, and once after that.
    pub(crate) fn set_pauses(&self, pauses: bool) {
        self.0.pauses.store(pauses, Relaxed);
    }

    pub(crate) fn set_always_conflicts(&self, always_conflicts: bool) {
        self.0.always_conflicts.store(always_conflicts, Relaxed);
    }

    pub(crate) fn set_cannot_load(&self, cannot_load: bool) {
        self.0.cannot_load.store(cannot_load, Relaxed);
    }

    /// Adds what happens to the next change without a fault.
    pub(crate) fn fail_next(&self, fault: Fault) {
        self.0.faults.lock().expect("no panic").push_back(fault);
    }

    pub(crate) fn plant(&self, cookies: Vec<StoredCookie>) {
        *self.0.planted.lock().expect("no panic") = cookies;
    }

    /// Returns how many loads and changes there were since the last call.
    pub(crate) fn take_calls(&self) -> (usize, usize) {
        (self.0.loads.swap(0, Relaxed), self.0.applies.swap(0, Relaxed))
    }

    /// Returns the updates of the last change.
    pub(crate) fn last_updates(&self) -> Vec<Update> {
        self.0.updates.lock().expect("no panic").clone()
    }

    async fn pause(&self) {
        let mut has_paused = !self.0.pauses.load(Relaxed);
        poll_fn(|context| {
            if std::mem::replace(&mut has_paused, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

impl Backend for StagedEngine {
    type Error = CableCut;

    async fn load(&self, site: &str, partitions: &[Option<&str>]) -> Result<Vec<Loaded>, CableCut> {
        self.pause().await;
        self.0.loads.fetch_add(1, Relaxed);
        if self.0.cannot_load.load(Relaxed) {
            return Err(CableCut);
        }
        let mut loaded = self.0.memory.load(site, partitions).await.unwrap_or_default();
        for part in &mut loaded {
            part.cookies.extend(self.0.planted.lock().expect("no panic").iter().cloned());
        }
        self.pause().await;
        Ok(loaded)
    }

    async fn partitions(&self, site: &str) -> Result<Vec<String>, CableCut> {
        self.pause().await;
        if self.0.cannot_load.load(Relaxed) {
            return Err(CableCut);
        }
        let partitions = self.0.memory.partitions(site).await.unwrap_or_default();
        self.pause().await;
        Ok(partitions)
    }

    async fn apply(
        &self,
        site: &str,
        updates: &[Update],
        now: SystemTime,
    ) -> Result<Applied, ApplyError<CableCut>> {
        self.pause().await;
        self.0.applies.fetch_add(1, Relaxed);
        *self.0.updates.lock().expect("no panic") = updates.to_vec();
        let fault = self.0.faults.lock().expect("no panic").pop_front();
        match fault {
            Some(Fault::NotApplied) => return Err(ApplyError::NotApplied(CableCut)),
            Some(Fault::UnknownNotMade) => return Err(ApplyError::Unknown(CableCut)),
            Some(Fault::Conflict) => return Ok(Applied::Conflict),
            Some(Fault::UnknownMade) | None => {}
        }
        if self.0.always_conflicts.load(Relaxed) {
            return Ok(Applied::Conflict);
        }
        let applied = self.0.memory.apply(site, updates, now).await;
        self.pause().await;
        match (applied, fault) {
            (Ok(applied), None) => Ok(applied),
            _ => Err(ApplyError::Unknown(CableCut)),
        }
    }
}
