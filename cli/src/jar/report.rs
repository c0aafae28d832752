//! What is reported beside the cookies: as text on standard error, and in the JSON output.

use std::fmt::Write as _;
use std::path::Path;

use gingersnap::store::file::{CookieId, Kept, Report};
use serde::Serialize;

use crate::json::{Identity, variant_name};
use crate::output::{count, shown};

/// An entry that could not be read.
#[derive(Serialize)]
pub(super) struct Skipped {
    entry: usize,
    reason: String,
}

/// A cookie that the format of the new file cannot hold.
#[derive(Serialize)]
pub(super) struct NotWritten {
    #[serde(flatten)]
    cookie: Identity,
    kind: String,
    reason: String,
}

/// A cookie that both files have.
#[derive(Serialize)]
pub(super) struct Conflict {
    #[serde(flatten)]
    cookie: Identity,
    kept: &'static str,
}

pub(super) fn skipped(report: &Report) -> Vec<Skipped> {
    let skipped = report.skipped.iter();
    skipped.map(|one| Skipped { entry: one.number, reason: one.error.to_string() }).collect()
}

pub(super) fn not_written(report: &Report) -> Vec<NotWritten> {
    let not_held = report.not_held.iter();
    let not_written = not_held.map(|one| NotWritten {
        cookie: identity(&one.cookie),
        kind: variant_name(&one.reason),
        reason: one.reason.to_string(),
    });
    not_written.collect()
}

pub(super) fn conflicts(report: &Report) -> Vec<Conflict> {
    let conflicts = report.conflicts.iter();
    let conflicts = conflicts.map(|one| Conflict {
        cookie: identity(&one.cookie),
        kept: origin(one.kept, "file", "new_file"),
    });
    conflicts.collect()
}

fn identity(cookie: &CookieId) -> Identity {
    Identity::new(&cookie.as_identity())
}

/// Returns which file a cookie is from, if the store was loaded from `file` and saved to `new_file`.
fn origin(kept: Kept, file: &'static str, new_file: &'static str) -> &'static str {
    match kept {
        Kept::Store => file,
        _ => new_file,
    }
}

/// Writes to standard error what could not be read or written of a file.
pub(super) fn print_problems(path: &Path, report: &Report) {
    let path = shown(path);
    let mut text = String::new();
    for skipped in &report.skipped {
        let _ = writeln!(text, "{path}: entry {} skipped: {}", skipped.number, skipped.error);
    }
    for not_held in &report.not_held {
        let _ = writeln!(text, "{path}: {} not written: {}", not_held.cookie, not_held.reason);
    }
    for conflict in &report.conflicts {
        let kept = origin(conflict.kept, "FILE", "NEW_FILE");
        let _ =
            writeln!(text, "{path}: {} was in both files; kept that of {kept}", conflict.cookie);
    }
    anstream::eprint!("{text}");
}

/// Writes to standard error how many cookies of a file are left out because they have expired.
pub(super) fn print_expired(path: &Path, report: &Report) {
    if report.expired > 0 {
        let path = shown(path);
        anstream::eprintln!("{path}: left out: {}", count(report.expired, "expired cookie"));
    }
}

/// Writes to standard error that a file is left as it is.
pub(super) fn print_not_written(path: &Path) {
    anstream::eprintln!("{}: not written, because these entries would be lost", shown(path));
}
