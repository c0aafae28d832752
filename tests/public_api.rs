//! The shape of the public API: what can be a constant, what can be sent to another thread, and that
//! no signature shows a type of another crate.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::fs;
use std::hash::Hash;
use std::path::Path;
use std::time::{Duration, SystemTime};

use gingersnap::errors::{
    ContextError, CookieError, CookieErrorKind, DateError, LimitError, PairError,
    ParseSameSiteError, SetCookieError, SkipReason, Skipped, ValueError, ValueParseError,
};
use gingersnap::explain::Verdict;
use gingersnap::header::{Pairs, SetCookie, SetCookiePart, TextPairs};
use gingersnap::{
    Budget, Change, Cookie, CookieJar, CookieTemplate, Encoding, Error, Iter, Limits, Policy,
    Prefix, Removal, RequestContext, Requirement, SameSite, SetCookieHeaders, UserAgent, date,
};

// The cookies and the policy of an application, declared once.
const TWO_YEARS: Duration = Duration::from_secs(63_072_000);
const VISITS: CookieTemplate = CookieTemplate::new("visits").with_max_age(TWO_YEARS);
const SESSION: CookieTemplate = CookieTemplate::host_prefixed("__Host-sid").with_partitioned(true);
const CART: CookieTemplate =
    CookieTemplate::new("cart").with_domain("example.com").with_path("/shop");
static CART_AGAIN: CookieTemplate = CART;
const LIMITS: Limits = Limits::SPEC
    .with_cookie_bytes(2_048)
    .with_attribute_bytes(512)
    .with_cookies(20)
    .with_cookie_header_bytes(4_096)
    .with_response_bytes(Some(8_192))
    .with_received_bytes(16_384)
    .with_received_pairs(300);
const POLICY: Policy = Policy::new().with_limits(LIMITS).with_encoding(Encoding::Raw);
const PREFIX: &str = Prefix::HostHttp.as_str();
const REQUIREMENTS: &[Requirement] = Prefix::Secure.requirements();

#[test]
fn cookies_and_policies_are_constants() {
    let visits = VISITS.with_value("41");
    assert_eq!((visits.name(), visits.value(), visits.path()), ("visits", "41", Some("/")));
    assert_eq!((visits.max_age(), visits.is_removal()), (Some(TWO_YEARS), false));
    let cart = CART.with_value("");
    assert_eq!((cart.domain(), cart.path()), (Some("example.com"), Some("/shop")));
    let session = SESSION.with_value("31d4");
    let flags = [session.is_secure(), session.is_http_only(), session.is_partitioned()];
    assert_eq!((flags, session.same_site()), ([true; 3], SameSite::Lax));
    assert_eq!((PREFIX, REQUIREMENTS), ("__Host-Http-", &[Requirement::Secure][..]));
    assert_eq!((POLICY.limits().cookies(), POLICY.encoding()), (20, Encoding::Raw));
    let mut jar = POLICY.jar_from_cookie_header("visits=1%20").unwrap();
    assert_eq!(jar.get("visits"), Some("1%20"));
    jar.set(VISITS.with_value("2")).unwrap();
    jar.set(SESSION.with_value("31d4")).unwrap();
    jar.remove(CART_AGAIN).unwrap();
    assert_eq!(jar.changes().count(), 3);
}

/// The example of the README, without the types of `http`.
#[test]
fn a_handler_counts_visits() {
    fn visit(cookie_header: &str) -> Result<Vec<String>, Error> {
        let mut jar = CookieJar::from_cookie_header(cookie_header)?;
        let visits: u32 = jar.parse(VISITS.name()).ok().flatten().unwrap_or(0);
        jar.set(VISITS.with_value(visits.saturating_add(1).to_string()))?;
        jar.remove("color")?;
        Ok(jar.set_cookie_headers().map(str::to_owned).collect())
    }
    assert_eq!(
        visit("visits=41").unwrap(),
        [
            "visits=42; Max-Age=63072000; Path=/",
            "color=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
        ]
    );
    for tampered in ["abc", "-1", "18446744073709551616", "%FF", ""] {
        assert_eq!(visit(&format!("visits={tampered}")).unwrap().len(), 2);
    }
    assert_eq!(
        visit("visits=4294967295").unwrap()[0],
        "visits=4294967295; Max-Age=63072000; Path=/"
    );
}

#[cfg(feature = "http")]
#[test]
fn a_handler_reads_and_writes_http_headers() {
    let request = http::Request::builder().header("cookie", "visits=41").body(()).unwrap();
    let (parts, ()) = request.into_parts();
    let mut jar = CookieJar::from_headers(&parts.headers).unwrap();
    jar.set(("visits", "42")).unwrap();
    let mut response = http::Response::new(());
    response.headers_mut().insert("set-cookie", http::HeaderValue::from_static("first=1"));
    jar.append_to(response.headers_mut());
    let headers: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(headers, ["first=1", "visits=42; Path=/"]);
    // HTTP/2 may split the header.
    let mut headers = http::HeaderMap::new();
    headers.append("cookie", "a=1".parse().unwrap());
    headers.append("cookie", "b=%32; a=3".parse().unwrap());
    let jar = POLICY.jar_from_headers(&headers).unwrap();
    let all: Vec<_> = jar.iter().collect();
    assert_eq!(all, [("a", "1"), ("b", "%32"), ("a", "3")]);
}

#[test]
fn arguments_are_taken_borrowed_and_owned() {
    let (borrowed, owned) = ("v", "v".to_owned());
    let mut jar = CookieJar::new();
    jar.set(("n", borrowed)).unwrap();
    jar.set((owned.clone(), owned.as_str())).unwrap();
    jar.set(Cookie::new("n", &owned)).unwrap();
    let cookie = Cookie::new(&owned, owned.clone());
    jar.set(&cookie).unwrap();
    jar.set_all([("n", "1"), ("m", "2")]).unwrap();
    jar.remove("n").unwrap();
    jar.remove(&owned).unwrap();
    jar.remove(&cookie).unwrap();
    jar.remove(cookie).unwrap();
    for bytes in
        [CookieJar::from_cookie_header(b"a=1"), CookieJar::from_cookie_header(&b"a=1".to_vec())]
    {
        assert_eq!(bytes.unwrap().get("a"), Some("1"));
    }
    let _ = CookieJar::from_cookie_header(&"a=1".to_owned()).unwrap().into_owned();
    let _ = Cookie::new("a", "b").with_expires(SystemTime::UNIX_EPOCH);
    // Any type that converts to a `SystemTime` is taken, such as that of `time`.
    let moment = time::OffsetDateTime::UNIX_EPOCH;
    assert_eq!(Cookie::new("a", "").with_expires(moment).expires(), Some(SystemTime::UNIX_EPOCH));
    assert!(date::imf_fixdate(moment).is_ok());
}

#[test]
fn a_jar_does_not_borrow_what_is_set() {
    let mut jar = CookieJar::new();
    {
        let name = "n".to_owned();
        let value = "v".to_owned();
        jar.set(Cookie::new(name.as_str(), value.as_str()).with_path(&value[..0]).with_path("/"))
            .unwrap();
        jar.remove(name.as_str()).unwrap();
        jar.set((name.as_str(), value.as_str())).unwrap();
    }
    assert_eq!(jar.get("n"), Some("v"));
    // Owned jars and cookies borrow nothing.
    let jar = {
        let header = "a=1".to_owned();
        CookieJar::from_cookie_header(&header).unwrap().into_owned()
    };
    assert_eq!(jar.get("a"), Some("1"));
    let cookie = {
        let header = "a=1; Path=/x; Domain=A.b".to_owned();
        Cookie::parse(&header).unwrap().into_owned()
    };
    assert_eq!(cookie.domain(), Some("a.b"));
}

/// A type that a server can share, send and store.
fn is_shareable<T: Send + Sync + Unpin + Debug + 'static>() {}
/// A type that is plain data.
fn is_data<T: Clone + PartialEq + Eq + Hash>() {}
/// An error type that crates such as `anyhow` accept.
fn is_error<T: StdError + Clone + PartialEq + Eq + Send + Sync + 'static>() {}

#[test]
fn types_have_the_common_traits() {
    is_shareable::<Cookie<'static>>();
    is_shareable::<CookieJar<'static>>();
    is_shareable::<Change<'static>>();
    is_shareable::<Budget<'static>>();
    is_shareable::<Removal<'static>>();
    is_shareable::<SetCookie<'static>>();
    is_shareable::<Pairs<'static>>();
    is_shareable::<TextPairs<'static>>();
    is_shareable::<Policy>();
    is_shareable::<Limits>();
    is_shareable::<date::ImfFixdate>();
    is_shareable::<Iter<'static>>();
    is_shareable::<SetCookieHeaders<'static>>();
    is_shareable::<RequestContext<'static>>();
    is_shareable::<UserAgent>();
    is_shareable::<Verdict<'static>>();
    is_data::<Cookie>();
    is_data::<SetCookie>();
    is_data::<Policy>();
    is_data::<Limits>();
    is_data::<Encoding>();
    is_data::<SameSite>();
    is_data::<Prefix>();
    is_data::<Requirement>();
    is_data::<Skipped>();
    is_data::<SkipReason>();
    is_data::<SetCookiePart>();
    is_data::<CookieTemplate>();
    is_data::<date::ImfFixdate>();
    is_error::<Error>();
    is_error::<CookieError>();
    is_error::<LimitError>();
    is_error::<SetCookieError>();
    is_error::<PairError>();
    is_error::<ValueError>();
    is_error::<DateError>();
    is_error::<CookieErrorKind>();
    is_error::<ContextError>();
    is_error::<ParseSameSiteError>();
    is_error::<ValueParseError<std::num::ParseIntError>>();
}

/// A jar that borrows for long can be used as one that borrows for less long.
#[test]
fn lifetimes_are_covariant() {
    fn shorter<'s>(jar: CookieJar<'static>, _: &'s str) -> CookieJar<'s> {
        jar
    }
    let text = "a=1".to_owned();
    assert!(shorter(CookieJar::new(), &text).is_empty());
}

#[test]
fn cookies_that_differ_are_not_equal() {
    let cookie = Cookie::new("a", "b");
    let others = [
        cookie.clone().with_name("A"),
        cookie.clone().with_value("B"),
        cookie.clone().with_encoding(Encoding::Raw),
        cookie.clone().with_path("/x"),
        cookie.clone().with_default_path(),
        cookie.clone().with_domain("c.d"),
        cookie.clone().with_max_age(TWO_YEARS),
        cookie.clone().with_expires(SystemTime::UNIX_EPOCH),
        cookie.clone().with_secure(true),
        cookie.clone().with_http_only(true),
        cookie.clone().with_partitioned(true),
        cookie.clone().with_same_site(SameSite::Strict),
        cookie.clone().with_same_site(SameSite::Lax),
        cookie.clone().with_same_site(SameSite::None),
    ];
    for (at, other) in others.iter().enumerate() {
        assert_ne!(cookie, *other);
        assert!(others[..at].iter().all(|before| before != other), "{other:?}");
    }
    assert_eq!(cookie, Cookie::new("a".to_owned(), "b".to_owned()).into_owned());
}

#[test]
fn text_converts_to_and_from_types() {
    let cookie: Cookie<'static> = "a=b; Path=/; Secure".parse().unwrap();
    assert_eq!(cookie, Cookie::parse("a=b; Path=/; Secure").unwrap());
    assert!("".parse::<Cookie>().is_err());
    for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset] {
        assert_eq!(same_site.to_string().parse(), Ok(same_site));
        assert_eq!(same_site.to_string().to_uppercase().parse(), Ok(same_site));
    }
    assert_eq!(format!("{:>8}|{:<8}|", SameSite::Lax, Prefix::Host), "     Lax|__Host- |");
}

#[test]
fn a_jar_is_iterated_by_reference() {
    let jar = CookieJar::from_cookie_header("a=1; b=2; c=3").unwrap();
    let mut pairs: Iter = (&jar).into_iter();
    assert_eq!(pairs.next(), Some(("a", "1")));
    assert_eq!(pairs.clone().collect::<Vec<_>>(), [("b", "2"), ("c", "3")]);
    let mut names = Vec::new();
    for (name, _) in &jar {
        names.push(name);
    }
    assert_eq!(names, ["a", "b", "c"]);
}

/// The crates whose types no signature may show. `http` may be shown by the module of that name.
///
/// These tests read the sources, so that they run on stable Rust. `public_api/check` asks the compiler, which
/// also sees what a macro or an alias hides here.
const HIDDEN: &[&str] = &[
    "aes",
    "aes_gcm_siv",
    "axum_core",
    "base64",
    "futures_channel",
    "getrandom",
    "hkdf",
    "hmac",
    "http",
    "itoa",
    "memchr",
    "percent_encoding",
    "pin_project_lite",
    "psl",
    "redis",
    "reqwest",
    "rusqlite",
    "rustls",
    "serde",
    "serde_json",
    "sha2",
    "simdutf8",
    "subtle",
    "thiserror",
    "time",
    "tokio",
    "tower_layer",
    "tower_service",
    "url",
    "zeroize",
];

/// The files and folders whose features are about other crates, and which of their types they show.
const MAY_SHOW: &[(&str, &[&str])] = &[
    ("axum.rs", &["axum_core", "http"]),
    ("http.rs", &["http"]),
    ("json.rs", &["serde"]),
    ("reqwest.rs", &["reqwest"]),
    ("serde.rs", &["serde"]),
    // Their types are private.
    ("store/backend/sqlite/schema.rs", &["rusqlite"]),
    ("store/backend/sqlite/worker.rs", &["rusqlite"]),
    ("store/file/json_member.rs", &["serde"]),
    ("tower/", &["http", "tower_layer", "tower_service"]),
    ("url.rs", &["url"]),
];

/// Returns the public parts of a file, each on one line: signatures of functions, and the fields and
/// variants of types.
fn signatures(text: &str) -> Vec<String> {
    let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let code = lines.collect::<Vec<_>>().join(" ");
    let shown = ["pub ", " impl"].into_iter().flat_map(|start| code.match_indices(start));
    shown.map(|(at, start)| signature(&code[at + start.len()..]).to_owned()).collect()
}

/// Returns the code up to the end of its public part.
fn signature(code: &str) -> &str {
    let ends: &[char] = match code.trim_start_matches("const ").split([' ', '<']).next() {
        Some("fn" | "trait" | "type") => &['{', ';'],
        Some("struct") => &['{', '(', ';'],
        Some("enum") => return code.split(" }  ").next().unwrap_or(code),
        Some("use" | "mod") => return "",
        // An implementation of a trait, a constant, or a field.
        _ if code.starts_with(['<', ' ']) => &['{'],
        _ => &['=', ',', '}', ')', ';'],
    };
    code.split(ends).next().unwrap_or(code)
}

/// Returns the names that a file imports from a crate.
fn imported(text: &str, krate: &str) -> BTreeSet<String> {
    let imports = text.split("\nuse ").skip(1).filter_map(|import| import.split(';').next());
    imports
        .filter(|import| import.starts_with(&format!("{krate}::")))
        .flat_map(|import| import.split(|char: char| !char.is_alphanumeric() && char != '_'))
        .filter(|name| name.starts_with(|first: char| first.is_uppercase()))
        .map(str::to_owned)
        .collect()
}

/// Returns the words of a signature.
fn words(signature: &str) -> BTreeSet<&str> {
    signature.split(|char: char| !char.is_alphanumeric() && char != '_').collect()
}

/// Returns the signatures of a file that show a type of a hidden crate.
fn shown(path: &str, text: &str) -> Vec<String> {
    let mut shown = Vec::new();
    for signature in signatures(text) {
        let may_show = |krate: &str| {
            MAY_SHOW
                .iter()
                .any(|&(start, crates)| path.starts_with(start) && crates.contains(&krate))
        };
        for &krate in HIDDEN.iter().filter(|&&krate| !may_show(krate)) {
            // `Error` of `thiserror` is a derive macro.
            let names = if krate == "thiserror" { BTreeSet::new() } else { imported(text, krate) };
            let by_name = words(&signature).iter().any(|&word| names.contains(word));
            if by_name || signature.contains(&format!("{krate}::")) {
                shown.push(format!("src/{path} shows `{krate}`: {signature}"));
            }
        }
    }
    shown
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder to read");
    entries
        .map(|entry| entry.expect("an entry to read").path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn no_types_of_other_crates_are_shown() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut all, mut signatures_read) = (Vec::new(), 0);
    for file in files(&src) {
        let text = fs::read_to_string(&file).expect("a file to read");
        let path = file.strip_prefix(&src).expect("a file of src").display().to_string();
        signatures_read += signatures(&text).len();
        all.extend(shown(&path, &text));
    }
    assert!(all.is_empty(), "{all:#?}");
    assert!(signatures_read > 150, "only {signatures_read} signatures were found");
    for krate in dependencies() {
        assert!(HIDDEN.contains(&krate.as_str()), "`{krate}` is missing in the list");
    }
}

/// Returns the names of the crates that the library depends on, as paths have them.
fn dependencies() -> Vec<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the manifest");
    // `cargo package` writes a table for each dependency.
    let tables = manifest.lines().filter_map(|line| line.strip_prefix("[dependencies."));
    let tables = tables.filter_map(|line| line.strip_suffix(']'));
    let lines = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let lines = lines.split("\n[").next().unwrap_or_default().lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let all: Vec<_> = names.chain(tables).map(|name| name.replace('-', "_")).collect();
    assert!(all.len() > 10, "only {all:?}");
    all
}

#[test]
fn a_type_that_is_shown_is_found() {
    let by_path = "impl X {\n    pub fn f(\n        &self,\n    ) -> time::Date {\n    }\n}";
    assert_eq!(shown("x.rs", by_path).len(), 1);
    let by_name = "//!\nuse time::{Date, Month};\n\npub fn f(date: Date) -> u8 { 0 }";
    assert_eq!(shown("x.rs", by_name).len(), 1);
    let header = "//!\nuse zeroize::Zeroizing;\n\npub struct X {\n    pub y: Zeroizing<u8>,\n}";
    assert_eq!(shown("x.rs", header).len(), 1);
    let http = "//!\nuse http::HeaderMap;\n\npub fn f(map: &HeaderMap) {}";
    assert_eq!((shown("x.rs", http).len(), shown("http.rs", http).len()), (1, 0));
    let hidden = "//!\nuse time::Date;\n\npub fn f() -> u8 { g(Date::MIN) }\nfn g(d: Date) {}";
    assert_eq!(shown("x.rs", hidden), [""; 0]);
    let within = "//!\nuse time::Date;\n\npub(crate) fn f(date: Date) {}";
    assert_eq!(shown("x.rs", within), [""; 0]);
}
