//! `gingersnap jar`: lists, converts and cleans cookie files.

mod clean;
mod convert;
mod format;
mod list;
mod report;
mod table;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use clap::{Args, Subcommand};
use gingersnap::errors::FileError;
use gingersnap::store::file::Report;
use gingersnap::store::{CookieStore, StoreLimits};

use crate::Outcome;
use crate::jar::format::FormatName;
use crate::output::shown;

/// List, convert and clean cookie files
///
/// Reads and writes the files of curl, wget and yt-dlp (cookies.txt), of Playwright, of browser
/// extensions, and of gingersnap. Without a command, the files are listed.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = EXIT_CODES, after_long_help = DETAILS)]
pub(crate) struct Jar {
    #[command(subcommand)]
    action: Option<Action>,

    // Not a struct that flattens `List`: clap would not count the arguments of a nested one as given.
    #[command(flatten)]
    list: Option<list::List>,
}

#[derive(Subcommand)]
enum Action {
    List(list::List),
    Convert(convert::Convert),
    Clean(clean::Clean),
}

const EXIT_CODES: &str = "\
Exit codes: 0 if every cookie is read and written; 1 if an entry cannot be read or a cookie cannot be
written; 2 if a file as a whole cannot.";

const DETAILS: &str = "\
The format of an existing file is detected from its content. A new file is `json`
if its name ends in `.json`, and `txt` otherwise. --from and --to override this.

Exit codes:
  0  every cookie is read and written; expired ones count as read
  1  an entry cannot be read, or a cookie cannot be written; standard error says
     which and why
  2  a file as a whole cannot be read or written, or an argument is wrong";

/// Does what the arguments ask for.
pub(crate) fn run(arguments: &Jar) -> Result<Outcome, Box<dyn Error>> {
    match (&arguments.action, &arguments.list) {
        (Some(Action::Convert(arguments)), _) => convert::run(arguments),
        (Some(Action::Clean(arguments)), _) => clean::run(arguments),
        (Some(Action::List(arguments)), _) | (None, Some(arguments)) => list::run(arguments),
        (None, None) => Err("a file is needed".into()),
    }
}

/// A cookie file, and what was read from it.
struct Loaded<'p> {
    path: &'p Path,
    format: FormatName,
    store: CookieStore,
    report: Report,
}

impl<'p> Loaded<'p> {
    /// Loads a file into a store without limits, so that all of its cookies are kept.
    fn new(
        path: &'p Path,
        format: Option<FormatName>,
        now: SystemTime,
    ) -> Result<Self, Box<dyn Error>> {
        // It is read once: the second time, a pipe would be empty.
        let bytes = read(path)?;
        let format = format.unwrap_or_else(|| FormatName::of_file(path, &bytes));
        let mut store = empty_store();
        let report = store.read(format.format(), &bytes, now);
        let report = report.map_err(|error| in_file(path, error))?;
        Ok(Self { path, format, store, report })
    }
}

/// Reads a file. To the library, a missing one is an empty one.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", shown(path)))
}

/// Returns a store without limits.
fn empty_store() -> CookieStore {
    let limits =
        StoreLimits::DEFAULT.with_site_cookies(u32::MAX, u32::MAX).with_site_bytes(usize::MAX);
    CookieStore::new().with_limits(limits)
}

/// Returns an error with the file that it is about.
fn in_file(path: &Path, error: FileError) -> String {
    match error {
        FileError::Io { path, source } => {
            format!("cannot read or write `{}`: {source}", shown(&path))
        }
        error => format!("`{}`: {error}", shown(path)),
    }
}
