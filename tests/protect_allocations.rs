//! One allocation to seal a value and one to open it, beside what any change of a jar costs.
#![cfg(all(feature = "signed", feature = "encrypted"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use gingersnap::protect::{Key, Keyring};
use gingersnap::{Cookie, CookieJar, Encoding, Policy};

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn note() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        // SAFETY: the caller's.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How often `work` asks for memory, and what it gives.
fn count<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let before = ALLOCATIONS.get();
    let done = work();
    (ALLOCATIONS.get() - before, done)
}

const NAME: &str = "session";

fn now() -> SystemTime {
    UNIX_EPOCH
}

/// Returns the allocations of setting a value that is encoded already.
fn of_a_change(text: &str) -> u64 {
    let mut jar = Policy::new().with_encoding(Encoding::Raw).empty_jar();
    let (count, result) = count(|| jar.set(Cookie::new(NAME, text)));
    result.unwrap();
    count
}

#[test]
fn sealing_and_opening_allocate_a_fixed_number_of_times() {
    let keyring = Keyring::new(&Key::generate().unwrap());
    for bytes in [0, 1, 32, 512, 2900] {
        let value = "x".repeat(bytes);

        let mut jar = CookieJar::new();
        let mut view = jar.signed_mut(&keyring);
        let (sealing, result) = count(|| view.set_at((NAME, &*value), now()));
        result.unwrap();
        let text = jar.get_raw(NAME).unwrap();
        assert_eq!(sealing - of_a_change(text), 2, "{bytes} bytes signed: the context, the text");
        let (opening, opened) = count(|| jar.signed(&keyring).get_at(NAME, now()));
        assert_eq!(opened.unwrap().unwrap().value, value);
        assert_eq!(opening, 1, "{bytes} bytes signed: the context; the value is borrowed");

        let mut jar = CookieJar::new();
        let mut view = jar.encrypted_mut(&keyring);
        let (sealing, result) = count(|| view.set_at((NAME, &*value), now()));
        result.unwrap();
        let text = jar.get_raw(NAME).unwrap();
        assert_eq!(sealing - of_a_change(text), 3, "{bytes} bytes encrypted: context, bytes, text");
        let (opening, opened) = count(|| jar.encrypted(&keyring).get_at(NAME, now()));
        assert_eq!(opened.unwrap().unwrap().value, value);
        assert_eq!(opening, 2, "{bytes} bytes encrypted: context, value");
    }
}

/// A percent-encoded value takes one allocation more to open.
#[test]
fn opening_a_percent_encoded_value_allocates_once_more() {
    let keyring = Keyring::new(&Key::generate().unwrap());
    for value in ["50 %", "Zoë, and more of this; \"quoted\""] {
        let mut jar = Policy::new().with_encoding(Encoding::Raw).empty_jar();
        let mut view = jar.signed_mut(&keyring);
        let (sealing, result) = count(|| view.set_at((NAME, value), now()));
        result.unwrap();
        assert_eq!(sealing - of_a_change(jar.get_raw(NAME).unwrap()), 2, "{value}");
        let (opening, opened) = count(|| jar.signed(&keyring).get_at(NAME, now()));
        assert_eq!(opened.unwrap().unwrap().value, value);
        assert_eq!(opening, 2, "{value}: the context and the decoded value");
    }
}
