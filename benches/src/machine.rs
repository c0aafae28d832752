//! The machine and the versions that figures were taken with.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns the CPU's model as the system reports it.
#[must_use]
pub fn cpu() -> String {
    let models = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = models.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}

/// Returns what a program prints of its version, or that it is missing.
#[must_use]
pub fn version_of(program: &str, argument: &str) -> String {
    let said = Command::new(program).arg(argument).output();
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    said.unwrap_or_else(|_| format!("no {program}"))
}

/// Returns the compiler's version.
#[must_use]
pub fn rustc() -> String {
    version_of("rustc", "--version")
}

/// Returns a crate's name and the version of it that was built.
#[must_use]
pub fn locked(name: &str) -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \""));
    let version =
        entry.and_then(|(_, rest)| rest.split('"').next()).unwrap_or("of no known version");
    format!("{name} {version}")
}
