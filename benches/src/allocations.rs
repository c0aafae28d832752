//! Counts heap allocations, and the memory that is requested.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU64, Ordering::Relaxed};

/// The system's allocator. It counts only while [`count`] or [`requested`] runs, so that timings pay
/// for one load.
struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Counts a call that requests memory, releases it, or both.
fn record(requested: usize, released: usize) {
    if COUNTS.load(Relaxed) {
        ALLOCATIONS.fetch_add(u64::from(requested > 0), Relaxed);
        // OK because a layout has at most `isize::MAX` bytes.
        BYTES.fetch_add(requested.cast_signed() - released.cast_signed(), Relaxed);
    }
}

// SAFETY: every call is passed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(layout.size(), 0);
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        record(layout.size(), 0);
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        record(size, layout.size());
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        record(0, layout.size());
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Returns how often `work` allocates or reallocates memory.
pub fn count(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.load(Relaxed);
    COUNTS.store(true, Relaxed);
    work();
    COUNTS.store(false, Relaxed);
    ALLOCATIONS.load(Relaxed) - before
}

/// Returns what `make` makes, and how many bytes more are requested from the heap then than before.
pub fn requested<T>(make: impl FnOnce() -> T) -> (T, isize) {
    let before = BYTES.load(Relaxed);
    COUNTS.store(true, Relaxed);
    let result = make();
    COUNTS.store(false, Relaxed);
    (result, BYTES.load(Relaxed) - before)
}
