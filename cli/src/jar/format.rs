//! The names of the formats.

use std::path::Path;
use std::time::UNIX_EPOCH;

use clap::ValueEnum;
use gingersnap::errors::FileError;
use gingersnap::store::CookieStore;
use gingersnap::store::file::Format;
use serde::Serialize;

/// A format of cookie files, as arguments and the JSON output name it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum FormatName {
    /// cookies.txt, the Netscape format of curl, wget and yt-dlp
    Txt,
    /// The format of gingersnap, which holds everything
    Json,
    /// The storage state of Playwright
    Playwright,
    /// A JSON list, as of browser extensions, WebDriver and DevTools
    List,
}

impl FormatName {
    pub(super) const fn format(self) -> Format {
        match self {
            Self::Txt => Format::CookiesTxt,
            Self::Json => Format::Json,
            Self::Playwright => Format::Playwright,
            Self::List => Format::CookieList,
        }
    }

    /// Detects the format of a file from its content, or from its name if it is empty.
    pub(super) fn of_file(path: &Path, bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        match text.first() {
            None => Self::of_new_file(path),
            Some(b'[') => Self::List,
            Some(b'{') => match CookieStore::new().read(Format::Json, bytes, UNIX_EPOCH) {
                Ok(_) | Err(FileError::UnknownVersion { .. }) => Self::Json,
                Err(_) => Self::Playwright,
            },
            Some(_) => Self::Txt,
        }
    }

    fn of_new_file(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Txt,
        }
    }
}
