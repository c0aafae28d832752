//! What is printed: text, JSON and errors.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use clap::builder::styling::{AnsiColor, Style};
use serde::Serialize;

/// The style of clap's `error:`.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Writes to standard output, in colors if that is a terminal.
pub(crate) fn print(text: &str) -> io::Result<()> {
    match anstream::stdout().write_all(text.as_bytes()) {
        // A reader that has read enough, such as `head`, is no failure.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a value as JSON to standard output. Invisible characters are escaped, because a terminal may
/// obey them.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for character in serde_json::to_string_pretty(value)?.chars() {
        // The other characters of ASCII are escaped already, or part of the layout.
        if character == '\x7F' || !character.is_ascii() && character.escape_debug().count() > 1 {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(character);
        }
    }
    Ok(print(&(text + "\n"))?)
}

/// Writes an error and its sources to standard error.
pub(crate) fn print_error(error: &dyn Error) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    anstream::eprintln!("{ERROR}error:{ERROR:#} {text}");
}

/// Returns bytes as a terminal may show them: invisible characters and what is not UTF-8 are escaped.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push_escaped(&mut text, character));
        for byte in chunk.invalid() {
            let _ = write!(text, "{}", byte.escape_ascii());
        }
    }
    text
}

/// Returns a path as a terminal may show it.
pub(crate) fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}

/// Appends a character, escaped if it is invisible.
pub(crate) fn push_escaped(text: &mut String, character: char) {
    match character {
        '"' | '\'' | '\\' => text.push(character),
        '\0'..='\x7F' => *text += &(character as u8).escape_ascii().to_string(),
        _ => text.extend(character.escape_debug()),
    }
}

/// Returns a number of things, such as `2 cookies`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
