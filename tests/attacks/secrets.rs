//! No value in any `Debug`, `Display` or error: a secret is the value of cookies everywhere, and every
//! public type is shown.

mod client;
mod server;

use std::any::type_name;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use gingersnap::errors::CookieError;
use gingersnap::{Cookie, Encoding, Prefix, SameSite};

/// A part of every value here.
pub(crate) const SECRET: &str = "S3CR3T";
/// The secret as it is, in hexadecimal and as numbers.
pub(crate) const TRACES: &[&str] = &[SECRET, "533343523354", "83, 51, 67"];

/// The types that were shown.
#[derive(Default)]
pub(crate) struct Shown(BTreeSet<String>);

#[track_caller]
fn hides(text: &str) {
    assert!(!TRACES.iter().any(|trace| text.contains(trace)), "{text}");
}

impl Shown {
    #[track_caller]
    pub(crate) fn debug<T: Debug>(&mut self, shown: &T) {
        hides(&format!("{shown:?}"));
        hides(&format!("{shown:#?}"));
        let name = type_name::<T>().split('<').next().and_then(|path| path.rsplit(':').next());
        self.0.extend(name.map(str::to_owned));
    }

    #[track_caller]
    pub(crate) fn both<T: Debug + Display>(&mut self, shown: &T) {
        self.debug(shown);
        hides(&shown.to_string());
    }

    /// Shows an error and all that caused it.
    #[track_caller]
    pub(crate) fn error<E: Error>(&mut self, error: &E) {
        self.both(error);
        let mut source = error.source();
        while let Some(cause) = source {
            hides(&format!("{cause} {cause:?}"));
            source = cause.source();
        }
    }

    #[track_caller]
    pub(crate) fn result<T, E: Error>(&mut self, result: Result<T, E>) -> Option<T> {
        result.inspect_err(|error| self.error(error)).ok()
    }

    /// Shows why a cookie is refused, or what follows from it.
    #[track_caller]
    fn cookie_error(&mut self, error: &CookieError) {
        self.error(error);
        self.both(&error.kind);
        self.error(&gingersnap::Error::from(error.clone()));
    }
}

/// Values that have the secret, and are written, refused, cut, decoded or parsed in different ways.
pub(crate) fn values() -> Vec<String> {
    let mut values: Vec<_> = [
        "",
        ";",
        "\n",
        "\0",
        "\"",
        "\\",
        ",",
        " ",
        "%",
        "%zz",
        "%FF",
        "é",
        "=",
        "\u{2028}",
        "; Path=/; Max-Age=x",
        "; Domain=other.example",
        "\r\nSet-Cookie: a=b",
        "</script>",
    ]
    .iter()
    .flat_map(|rest| [format!("{SECRET}{rest}"), format!("{rest}{SECRET}")])
    .collect();
    for json in ["\"S3CR3T\"", "{\"S3CR3T\": 1}", "[\"S3CR3T\", 2", "\"S3CR3T\\"] {
        values.push(json.to_owned());
    }
    values.push(format!("__Host-{SECRET}"));
    values.push(SECRET.repeat(700));
    values
}

/// The cookies that a value can be in: valid ones, and those that each rule refuses.
fn cookies(value: &str) -> Vec<Cookie<'_>> {
    let sid = Cookie::new("sid", value);
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    vec![
        sid.clone(),
        sid.clone().with_encoding(Encoding::Raw),
        sid.clone().with_name(""),
        sid.clone().with_name("a b"),
        sid.clone().with_name("__Host-sid"),
        sid.clone().with_path("x"),
        sid.clone().with_path("/\n"),
        sid.clone().with_domain("127.0.0.1"),
        sid.clone().with_domain("a..b"),
        sid.clone().with_same_site(SameSite::None),
        sid.clone().with_partitioned(true),
        sid.with_expires(far),
    ]
}

/// Types that no value of a cookie can get into, or that are shown elsewhere.
const ELSEWHERE: &[(&str, &[&str])] = &[
    (
        "of one of a few words or numbers",
        &[
            "Attribute",
            "DomainHint",
            "Prefix",
            "Purpose",
            "RequestKind",
            "Requirement",
            "SetCookiePart",
        ],
    ),
    ("tests/axum.rs", &["CookieRejection", "MissingLayer"]),
    (
        "shown as what they wrap",
        &["CookieService", "ResponseFuture", "StoreFuture", "StoreService"],
    ),
    (
        "tests/attacks/engines/leaks.rs, tests/redis/, tests/sqlite/: errors of the server or the file, in \
         the words of its driver",
        &[
            "RedisBackend",
            "RedisError",
            "RedisErrorKind",
            "RedisOptions",
            "SqliteBackend",
            "SqliteError",
            "SqliteErrorKind",
        ],
    ),
];

/// Returns the public types of a folder's files.
fn public_types(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            public_types(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for line in text.lines().map(str::trim_start) {
            let declared =
                line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
            let is_name = |char: char| char.is_ascii_alphanumeric();
            found.extend(
                declared
                    .and_then(|rest| rest.split(|char| !is_name(char)).next())
                    .map(str::to_owned),
            );
        }
    }
}

#[test]
fn no_type_and_no_error_shows_a_value() {
    let mut shown = Shown::default();
    // The test sees a trace where there is one.
    assert!(TRACES.iter().any(|trace| format!("{:?}", SECRET.as_bytes()).contains(trace)));
    server::jars(&mut shown);
    server::headers(&mut shown);
    server::sealed(&mut shown);
    client::stores(&mut shown);
    client::files(&mut shown);
    server::middleware(&mut shown);
    shown.debug(&Prefix::Host);

    let mut types = BTreeSet::new();
    public_types(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut types);
    assert!(types.len() > 90, "{types:?}");
    for (_, names) in ELSEWHERE {
        for name in *names {
            assert!(types.remove(*name), "there is no type {name}");
        }
    }
    let missing: Vec<_> = types.difference(&shown.0).collect();
    assert!(missing.is_empty(), "not shown: {missing:?}");
}
