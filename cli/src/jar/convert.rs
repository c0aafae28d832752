//! `gingersnap jar convert`: adds the cookies of a file to another file.

use std::error::Error;
use std::path::PathBuf;
use std::time::SystemTime;
use std::{fs, io};

use clap::Args;
use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Report};
use serde::Serialize;

use super::format::FormatName;
use super::report::{self, Conflict, NotWritten, Skipped};
use super::{Loaded, in_file};
use crate::{Outcome, output};

/// Add the cookies of a file to another file, which may have another format
///
/// NEW_FILE is created if it does not exist. A cookie that both files have is taken from the file that
/// changed it later; if that is not known, from FILE. Expired cookies are left out. If NEW_FILE has entries
/// that cannot be read, it is not written, because these would be lost.
#[derive(Args)]
pub(super) struct Convert {
    /// The cookie file to read
    file: PathBuf,

    /// The cookie file to write
    new_file: PathBuf,

    /// The format of FILE [default: detected from its content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<FormatName>,

    /// The format of NEW_FILE [default: detected from its content, or its name if it is new]
    #[arg(long, value_name = "FORMAT")]
    to: Option<FormatName>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// All that is printed as JSON.
#[derive(Serialize)]
struct Document {
    file: String,
    new_file: String,
    format: FormatName,
    is_written: bool,
    written: usize,
    expired: usize,
    skipped: Vec<Skipped>,
    not_written: Vec<NotWritten>,
    conflicts: Vec<Conflict>,
}

pub(super) fn run(arguments: &Convert) -> Result<Outcome, Box<dyn Error>> {
    let now = SystemTime::now();
    let Convert { file, new_file, .. } = arguments;
    let Loaded { store, report: loaded, .. } = Loaded::new(file, arguments.from, now)?;
    report::print_problems(file, &loaded);
    report::print_expired(file, &loaded);

    let bytes = match fs::read(new_file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        bytes => {
            bytes.map_err(|error| format!("cannot read `{}`: {error}", output::shown(new_file)))?
        }
    };
    let to = arguments.to.unwrap_or_else(|| FormatName::of_file(new_file, &bytes));
    let old = CookieStore::new().read(to.format(), &bytes, now);
    let old = old.map_err(|error| in_file(new_file, error))?;
    let is_written = old.skipped.is_empty();
    let saved = if is_written {
        let saved = store.save(&mut CookieFile::new(new_file, to.format()), now);
        saved.map_err(|error| in_file(new_file, error))?
    } else {
        Report::default()
    };
    report::print_problems(new_file, if is_written { &saved } else { &old });

    if !is_written {
        report::print_not_written(new_file);
    }
    if arguments.json {
        output::print_json(&Document {
            file: file.display().to_string(),
            new_file: new_file.display().to_string(),
            format: to,
            is_written,
            written: saved.written,
            expired: loaded.expired,
            skipped: report::skipped(&loaded),
            not_written: report::not_written(&saved),
            conflicts: report::conflicts(&saved),
        })?;
    } else if is_written {
        let cookies = output::count(saved.written, "cookie");
        let new_file = output::shown(new_file);
        output::print(&format!("{new_file}: {cookies}, as {}\n", to.format()))?;
    }
    let is_complete = is_written && loaded.skipped.is_empty() && saved.not_held.is_empty();
    Ok(Outcome::from_completeness(is_complete))
}
