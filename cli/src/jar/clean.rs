//! `gingersnap jar clean`: drops the expired cookies of files.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use gingersnap::store::StoredCookie;
use gingersnap::store::file::CookieFile;
use serde::Serialize;

use super::format::FormatName;
use super::report::{self, Skipped};
use super::{Loaded, empty_store, in_file};
use crate::{Outcome, output};

/// Drop the expired cookies of files
///
/// Each file keeps its format; the comments of a cookies.txt are lost. A file is left as it
/// is if it has no such cookies, or if it has entries that cannot be read, because these would be lost.
#[derive(Args)]
pub(super) struct Clean {
    /// The cookie files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The format of the files [default: detected from their content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<FormatName>,

    /// Also drop session cookies, which have no expiry
    #[arg(long)]
    session: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// All that is printed as JSON.
#[derive(Serialize)]
struct Document {
    files: Vec<Cleaned>,
}

/// What was done to a file.
#[derive(Serialize)]
struct Cleaned {
    file: String,
    format: FormatName,
    is_written: bool,
    kept: usize,
    dropped: usize,
    skipped: Vec<Skipped>,
}

pub(super) fn run(arguments: &Clean) -> Result<Outcome, Box<dyn Error>> {
    let now = SystemTime::now();
    let Clean { files, from, .. } = arguments;
    // Nothing is written if one of them is no cookie file.
    let formats: Vec<_> =
        files.iter().map(|path| format(path, *from, now)).collect::<Result<_, _>>()?;
    let formats = files.iter().zip(formats);
    let cleaned: Vec<_> = formats
        .map(|(path, format)| clean(path, format, arguments.session, now))
        .collect::<Result<_, _>>()?;
    let is_complete = cleaned.iter().all(|one| one.skipped.is_empty());
    if arguments.json {
        output::print_json(&Document { files: cleaned })?;
    } else {
        let results = files.iter().zip(&cleaned);
        let has_result = |(_, one): &(_, &Cleaned)| one.is_written || one.skipped.is_empty();
        for (path, Cleaned { kept, dropped, .. }) in results.filter(has_result) {
            let (kept, dropped) =
                (output::count(*kept, "cookie"), output::count(*dropped, "cookie"));
            let file = output::shown(path);
            output::print(&format!("{file}: {dropped} dropped, {kept} kept\n"))?;
        }
    }
    Ok(Outcome::from_completeness(is_complete))
}

/// Returns the format of a file that can be read and replaced.
fn format(
    path: &Path,
    format: Option<FormatName>,
    now: SystemTime,
) -> Result<FormatName, Box<dyn Error>> {
    // A pipe could be read once only.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!("`{}` is not a regular file", output::shown(path)).into());
    }
    Ok(Loaded::new(path, format, now)?.format)
}

/// Drops the expired cookies of a file, and those of the session if `drops_session`.
fn clean(
    path: &Path,
    format: FormatName,
    drops_session: bool,
    now: SystemTime,
) -> Result<Cleaned, Box<dyn Error>> {
    let (mut store, mut file) = (empty_store(), CookieFile::new(path, format.format()));
    let report = store.load(&mut file, now).map_err(|error| in_file(path, error))?;
    report::print_problems(path, &report);
    let is_dropped = |cookie: &&StoredCookie| drops_session && cookie.is_session();
    let of_session = store.iter(now).filter(is_dropped).count();
    let (all, dropped) = (store.len(now) + report.expired, report.expired + of_session);
    let is_written = dropped > 0 && report.skipped.is_empty();
    if is_written {
        let mut file = file.with_session_cookies(!drops_session);
        store.save(&mut file, now).map_err(|error| in_file(path, error))?;
    } else if dropped > 0 {
        report::print_not_written(path);
    }
    let dropped = if is_written { dropped } else { 0 };
    Ok(Cleaned {
        file: path.display().to_string(),
        format,
        is_written,
        kept: all - dropped,
        dropped,
        skipped: report::skipped(&report),
    })
}
