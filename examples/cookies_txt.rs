//! Lists a file of cookies, or converts it to another format:
//!
//! ```text
//! cargo run --example cookies_txt --features json -- cookies.txt
//! cargo run --example cookies_txt --features json -- state.json cookies.txt
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use gingersnap::SameSite;
use gingersnap::errors::FileError;
use gingersnap::store::file::{CookieFile, Format, Report};
use gingersnap::store::{CookieStore, StoredCookie};
use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt as _;

const USAGE: &str = "\
usage: cookies_txt [--from FORMAT] [--values] FILE
       cookies_txt [--from FORMAT] [--to FORMAT] FILE NEW_FILE

Lists the cookies of a file, or adds them to another file. FORMAT is one of

  txt         cookies.txt, the Netscape format of curl, wget and yt-dlp
  json        the format of gingersnap, which holds everything
  playwright  the storage state of Playwright
  list        a JSON list, as of browser extensions, WebDriver and DevTools

Without it, a file whose name ends in `.json` is told by its text (a new one
is `json`), and any other is `txt`.

  --values    also show the values of the cookies, which are often secret

Exits with 0, with 1 if an entry cannot be read or a cookie cannot be written, or
with 2 if that is so for a whole file.";

fn main() -> ExitCode {
    match run() {
        Ok(is_complete) => ExitCode::from(u8::from(!is_complete)),
        Err(error) => {
            eprint!("cookies_txt: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprint!(": {cause}");
                source = cause.source();
            }
            eprintln!();
            ExitCode::from(2)
        }
    }
}

/// Does what the arguments ask for, and returns whether every cookie was read and written.
fn run() -> Result<bool, Box<dyn Error>> {
    let Some(arguments) = Arguments::from_env()? else {
        print(&format!("{USAGE}\n"))?;
        return Ok(true);
    };
    let now = SystemTime::now();
    let mut store = CookieStore::new();
    // A missing file is an empty store, but not one to list.
    fs::metadata(&arguments.file)
        .map_err(|error| format!("cannot read `{}`: {error}", arguments.file.display()))?;
    let from = arguments.from.map_or_else(|| format_of(&arguments.file), Ok)?;
    let loaded = store.load(&mut CookieFile::new(&arguments.file, from), now)?;
    eprint!("{}", problems(&loaded));
    let Some(new_file) = &arguments.new_file else {
        print(&table(&store, arguments.shows_values, now))?;
        return Ok(loaded.skipped.is_empty());
    };
    let to = arguments.to.map_or_else(|| format_of(new_file), Ok)?;
    let saved = store.save(&mut CookieFile::new(new_file, to), now)?;
    eprint!("{}", problems(&saved));
    eprintln!("{}: {} cookies", new_file.display(), saved.written);
    Ok([loaded, saved].iter().all(|report| report.skipped.is_empty() && report.not_held.is_empty()))
}

/// Writes to standard output. A reader that has read enough, such as `head`, is no failure.
fn print(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// What the arguments ask for.
struct Arguments {
    file: PathBuf,
    new_file: Option<PathBuf>,
    from: Option<Format>,
    to: Option<Format>,
    shows_values: bool,
}

impl Arguments {
    /// Reads the arguments; `None` if they ask for help.
    fn from_env() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut from, mut to, mut shows_values) = (None, None, false);
        let mut files = Vec::new();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("from") => from = Some(format_by_name(&parser.value()?.string()?)?),
                Long("to") => to = Some(format_by_name(&parser.value()?.string()?)?),
                Long("values") => shows_values = true,
                Value(file) => files.push(PathBuf::from(file)),
                other => return Err(other.unexpected().into()),
            }
        }
        let mut files = files.into_iter();
        match (files.next(), files.next(), files.next()) {
            (Some(file), new_file, None) => {
                Ok(Some(Self { file, new_file, from, to, shows_values }))
            }
            _ => Err(format!("one or two files are needed\n\n{USAGE}").into()),
        }
    }
}

fn format_by_name(name: &str) -> Result<Format, String> {
    match name {
        "txt" => Ok(Format::CookiesTxt),
        "json" => Ok(Format::Json),
        "playwright" => Ok(Format::Playwright),
        "list" => Ok(Format::CookieList),
        _ => Err(format!("`{name}` is none of txt, json, playwright and list")),
    }
}

/// Returns the format of a file by its name, or by its text if that is JSON.
fn format_of(path: &Path) -> io::Result<Format> {
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json")) {
        return Ok(Format::CookiesTxt);
    }
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        text => text?,
    };
    let own = CookieStore::new().read(Format::Json, &text, SystemTime::now());
    Ok(match text.trim_ascii_start().first() {
        _ if matches!(own, Ok(_) | Err(FileError::UnknownVersion { .. })) => Format::Json,
        Some(b'[') => Format::CookieList,
        _ => Format::Playwright,
    })
}

/// Returns what a report has besides numbers.
fn problems(report: &Report) -> String {
    let mut text = String::new();
    for skipped in &report.skipped {
        let _ = writeln!(text, "entry {} skipped: {}", skipped.number, skipped.error);
    }
    for not_held in &report.not_held {
        let _ = writeln!(text, "{} not written: {}", not_held.cookie, not_held.reason);
    }
    for conflict in &report.conflicts {
        let _ = writeln!(text, "{} was in both; kept that of {:?}", conflict.cookie, conflict.kept);
    }
    if report.expired > 0 {
        let _ = writeln!(text, "{} entries have expired", report.expired);
    }
    text
}

/// Returns the cookies as a table, sorted by domain, path and name.
fn table(store: &CookieStore, shows_values: bool, now: SystemTime) -> String {
    let mut cookies: Vec<_> = store.iter(now).collect();
    cookies.sort_by_key(|cookie| (cookie.domain(), cookie.path(), cookie.name()));
    let value = |cookie: &StoredCookie| {
        let value = cookie.value();
        if shows_values { escaped(value) } else { format!("({} bytes)", value.len()) }
    };
    let mut rows = vec![["DOMAIN", "PATH", "NAME", "VALUE", "LEFT", "FLAGS"].map(str::to_owned)];
    rows.extend(cookies.into_iter().map(|cookie| {
        let dot = if cookie.is_host_only() { "" } else { "." };
        [
            format!("{dot}{}", cookie.domain()),
            escaped(cookie.path()),
            escaped(cookie.name()),
            value(cookie),
            lifetime(cookie, now),
            flags(cookie),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [_; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Returns bytes as a terminal may show them.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '"' | '\\' => text.push(character),
                _ => text.extend(character.escape_debug()),
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// Returns how long a cookie lives, such as `3 days`.
fn lifetime(cookie: &StoredCookie, now: SystemTime) -> String {
    let Some(expires) = cookie.expires() else { return "session".to_owned() };
    let seconds = expires.duration_since(now).unwrap_or(Duration::ZERO).as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn flags(cookie: &StoredCookie) -> String {
    let mut flags = Vec::new();
    for (is_set, flag) in [
        (cookie.is_secure(), "Secure".to_owned()),
        (cookie.is_http_only(), "HttpOnly".to_owned()),
        (cookie.same_site() != SameSite::Unset, format!("SameSite={}", cookie.same_site())),
        (cookie.is_partitioned(), format!("in {}", cookie.partition().unwrap_or_default())),
    ] {
        if is_set {
            flags.push(flag);
        }
    }
    flags.join(" ")
}
