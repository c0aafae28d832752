//! `gingersnap jar list`: shows the cookies of files.

use std::error::Error;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use gingersnap::store::{CookieStore, StoredCookie};
use serde::Serialize;

use super::format::FormatName;
use super::report::{self, Skipped};
use super::{Loaded, table};
use crate::json::Cookie;
use crate::{Outcome, output};

/// Show the cookies of files, but not the expired ones (the default)
#[derive(Args)]
pub(super) struct List {
    /// The cookie files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The format of the files [default: detected from their content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<FormatName>,

    /// Also show the values of the cookies, which are often secret
    #[arg(long)]
    values: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// All that is printed as JSON.
#[derive(Serialize)]
struct Document {
    files: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    file: String,
    format: FormatName,
    cookies: Vec<Cookie>,
    expired: usize,
    skipped: Vec<Skipped>,
}

pub(super) fn run(arguments: &List) -> Result<Outcome, Box<dyn Error>> {
    let now = SystemTime::now();
    let List { files, from, .. } = arguments;
    let loaded: Vec<_> =
        files.iter().map(|path| Loaded::new(path, *from, now)).collect::<Result<_, _>>()?;
    for one in &loaded {
        report::print_problems(one.path, &one.report);
        report::print_expired(one.path, &one.report);
    }
    if arguments.json {
        let files = loaded.iter().map(|one| Listed {
            file: one.path.display().to_string(),
            format: one.format,
            cookies: sorted(&one.store, now)
                .into_iter()
                .map(|cookie| Cookie::from_stored(cookie, arguments.values))
                .collect(),
            expired: one.report.expired,
            skipped: report::skipped(&one.report),
        });
        output::print_json(&Document { files: files.collect() })?;
    } else {
        for (number, one) in loaded.iter().enumerate() {
            if loaded.len() > 1 {
                let space = if number == 0 { "" } else { "\n" };
                output::print(&format!("{space}{}:\n", output::shown(one.path)))?;
            }
            let cookies = sorted(&one.store, now);
            output::print(&table::table(&cookies, arguments.values, now))?;
        }
    }
    Ok(Outcome::from_completeness(loaded.iter().all(|one| one.report.skipped.is_empty())))
}

/// Returns the cookies by domain, path and name.
fn sorted(store: &CookieStore, now: SystemTime) -> Vec<&StoredCookie> {
    let mut cookies: Vec<_> = store.iter(now).collect();
    cookies.sort_by_key(|cookie| (cookie.domain(), cookie.path(), cookie.name()));
    cookies
}
