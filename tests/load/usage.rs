//! What a process uses: its memory and its file descriptors, as Linux shows them.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::runtime;

/// The environment of a process whose allocator gives back what is free, so that the resident memory shows
/// what is not.
pub(crate) const EAGER_ALLOCATOR: [(&str, &str); 2] =
    [("MALLOC_MMAP_THRESHOLD_", "65536"), ("MALLOC_TRIM_THRESHOLD_", "65536")];

/// How long a machine, however busy it is, may take until descriptors are closed or a client has left.
pub(crate) const SETTLING_TIMEOUT: Duration = Duration::from_secs(60);

/// The memory of a process, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// What is in memory now.
    pub(crate) resident: usize,
    /// The most that ever was.
    pub(crate) peak: usize,
}

impl Memory {
    #[track_caller]
    pub(crate) fn of(process: u32) -> Self {
        let path = format!("/proc/{process}/status");
        let status = fs::read_to_string(path).expect("the process runs");
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.trim_end_matches("kB").trim().parse().ok());
            number.expect("a number of KiB")
        };
        Self { resident: number("VmRSS:"), peak: number("VmHWM:") }
    }

    /// Asserts that a process uses at most `max_kib` more than before.
    #[track_caller]
    pub(crate) fn assert_growth(before: Self, after: Self, max_kib: usize) {
        assert!(after.resident <= before.resident + max_kib, "{before:?} grew to {after:?}");
    }
}

/// Returns how many file descriptors a process has open, without the one that reads the list.
#[track_caller]
pub(crate) fn descriptors(process: u32) -> usize {
    let folder = fs::read_dir(format!("/proc/{process}/fd")).expect("the process runs");
    let own = usize::from(process == std::process::id());
    folder.count() - own
}

/// Returns how many file descriptors this process has open, those included that the first runtime opens for
/// the whole process.
pub(crate) fn own_descriptors() -> usize {
    drop(runtime());
    descriptors(std::process::id())
}

/// Waits until a process has no more file descriptors open than `before`. A server notices that a client
/// has left when it next runs.
#[track_caller]
pub(crate) fn wait_for_descriptors(process: u32, before: usize) {
    wait_for_count("file descriptors", before, || descriptors(process));
}

/// Waits until a count is at most `expected`.
#[track_caller]
pub(crate) fn wait_for_count(what: &str, expected: usize, count: impl Fn() -> usize) {
    let start = Instant::now();
    loop {
        let now = count();
        if now <= expected {
            return;
        }
        assert!(start.elapsed() < SETTLING_TIMEOUT, "{now} {what}, not {expected}");
        thread::sleep(Duration::from_millis(20));
    }
}
