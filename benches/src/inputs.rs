//! The inputs: realistic ones from `data/`, and hostile ones made here.
//!
//! No value in the headers of 1 to 180 cookies has a `%`, so that a peer that does not decode does
//! the same work. The header with many `%` is compared with peers that decode.

/// A `Cookie` header.
#[derive(Clone, Copy)]
pub struct Header {
    /// Its name in the table.
    pub label: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Header {
    /// Returns the name of the first cookie.
    #[must_use]
    pub fn first(self) -> &'static str {
        name_of(self.text)
    }

    /// Returns the name of the last cookie.
    #[must_use]
    pub fn last(self) -> &'static str {
        name_of(self.text.rsplit("; ").next().unwrap_or_default())
    }
}

fn name_of(text: &'static str) -> &'static str {
    text.split('=').next().unwrap_or_default()
}

/// A name that no realistic header has. The hostile ones have it many times.
pub const MISSING: &str = "uid";

/// One cookie, about 40 bytes.
#[must_use]
pub fn one() -> Header {
    header("1 cookie", include_str!("../data/header-1.txt"))
}

/// 8 cookies, about 350 bytes.
#[must_use]
pub fn eight() -> Header {
    header("8 cookies", include_str!("../data/header-8.txt"))
}

/// 50 cookies of a large site, about 4 KB.
#[must_use]
pub fn fifty() -> Header {
    header("50 cookies", include_str!("../data/header-50.txt"))
}

/// The same with one more cookie, whose value is not ASCII.
#[must_use]
pub fn accent() -> Header {
    Header {
        label: "51 cookies, one accent",
        text: aligned(&format!("{}; city=Orléans", fifty().text)),
    }
}

/// 180 cookies, as many as browsers keep of a site: about 8 KB.
#[must_use]
pub fn many() -> Header {
    header("180 cookies", include_str!("../data/header-180.txt"))
}

/// 12 cookies, 10 of them percent-encoded.
#[must_use]
pub fn percent() -> Header {
    header("12 cookies heavy in `%`", include_str!("../data/header-percent.txt"))
}

/// Returns hostile headers of a size in bytes.
#[must_use]
pub fn hostile(bytes: usize) -> [Header; 4] {
    // A search for the name may stop at each of these.
    [("`;`", ";"), ("one word", "uid"), ("words without `=`", "uid;"), ("`a=;`", "a=;")].map(
        |(label, piece)| {
            let pieces = piece.repeat(bytes / piece.len());
            Header { label, text: aligned(&pieces) }
        },
    )
}

/// Returns a `Set-Cookie` header: `color=red`.
#[must_use]
pub fn color() -> &'static str {
    without_newline(include_str!("../data/field-color.txt"))
}

/// Returns the `Set-Cookie` header of a session: `HttpOnly`, `SameSite`, `Secure`, `Path`.
#[must_use]
pub fn session() -> &'static str {
    without_newline(include_str!("../data/field-session.txt"))
}

/// Returns a `Set-Cookie` header with all attributes.
#[must_use]
pub fn full() -> &'static str {
    without_newline(include_str!("../data/field-full.txt"))
}

/// An IMF-fixdate.
pub const IMF_FIXDATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// The same time in other forms that servers send, and that `cookie` reads too.
pub const OTHER_DATES: [(&str, &str); 3] = [
    ("RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT"),
    ("asctime", "Sun Nov  6 08:49:37 1994"),
    ("with hyphens", "Sun, 06-Nov-1994 08:49:37 GMT"),
];

fn header(label: &'static str, text: &str) -> Header {
    Header { label, text: without_newline(text) }
}

fn without_newline(line: &str) -> &'static str {
    aligned(line.trim_end())
}

/// Returns a copy at a multiple of 64 bytes, so that vector code takes the same steps in every build.
fn aligned(text: &str) -> &'static str {
    let memory = vec![0; text.len() + 64].leak();
    let start = memory.as_ptr().align_offset(64);
    let copy = &mut memory[start..start + text.len()];
    copy.copy_from_slice(text.as_bytes());
    str::from_utf8(copy).expect("a copy of text")
}
