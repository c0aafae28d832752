//! The shape of the public API: what can be done at compile time, what can cross a thread, and whose
//! types stand in signatures.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::fs;
use std::hash::Hash;
use std::path::Path;
use std::time::{Duration, SystemTime};

use gingersnap::errors::{
    CookieError, DateError, LimitError, PairError, SetCookieError, SkipReason, Skipped, ValueError,
};
use gingersnap::header::{Pairs, Part, SetCookie, TextPairs};
use gingersnap::{
    Budget, Change, Cookie, CookieJar, Encoding, Error, Limits, Policy, Prefix, Removal,
    Requirement, SameSite, Sender, Verdict, date,
};

// An application's cookies and its policy, declared once.
const TWO_YEARS: Duration = Duration::from_secs(63_072_000);
const VISITS: Cookie = Cookie::from_static("visits").with_max_age(TWO_YEARS);
const SESSION: Cookie = Cookie::from_static("__Host-sid")
    .with_secure(true)
    .with_http_only(true)
    .with_same_site(SameSite::Lax)
    .with_partitioned(true);
const CART: Cookie = Cookie::from_static_at("cart", Some("example.com"), "/shop");
static CART_AGAIN: Cookie = CART;
const LIMITS: Limits = Limits::SPEC
    .with_cookie_bytes(2_048)
    .with_attribute_bytes(512)
    .with_cookies(20)
    .with_cookie_header_bytes(4_096)
    .with_received_bytes(16_384)
    .with_received_pairs(300);
const POLICY: Policy = Policy::new().with_limits(LIMITS).with_encoding(Encoding::Raw);
const PREFIX: &str = Prefix::HostHttp.as_str();
const NEEDED: &[Requirement] = Prefix::Secure.requirements();

#[test]
fn cookies_and_policies_are_constants() {
    assert_eq!((VISITS.name(), VISITS.value(), VISITS.path()), ("visits", "", Some("/")));
    assert_eq!((CART.domain(), CART.path()), (Some("example.com"), Some("/shop")));
    assert_eq!((VISITS.max_age(), VISITS.is_removal()), (Some(TWO_YEARS), false));
    let flags = [SESSION.is_secure(), SESSION.is_http_only(), SESSION.is_partitioned()];
    assert_eq!((flags, SESSION.same_site()), ([true; 3], SameSite::Lax));
    assert_eq!((PREFIX, NEEDED), ("__Host-Http-", &[Requirement::Secure][..]));
    assert_eq!((POLICY.limits().cookies(), POLICY.encoding()), (20, Encoding::Raw));
    let mut jar = POLICY.jar_from_cookie_header("visits=1%20").unwrap();
    assert_eq!(jar.get("visits"), Some("1%20"));
    jar.set(VISITS.with_value("2")).unwrap();
    jar.set(SESSION.with_value("31d4")).unwrap();
    jar.remove(&CART_AGAIN).unwrap();
    assert_eq!(jar.changes().count(), 3);
}

/// The example of the first page, without the types of `http`.
#[test]
fn what_it_looks_like_to_use() {
    fn visit(cookie_field: &str) -> Result<Vec<String>, Error> {
        let mut jar = CookieJar::from_cookie_header(cookie_field)?;
        let visits =
            jar.get("visits").and_then(|v| v.parse().ok()).unwrap_or(0_u32).saturating_add(1);
        jar.set(Cookie::new("visits", visits.to_string()).with_max_age(TWO_YEARS))?;
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
fn what_it_looks_like_to_use_with_http() {
    let request = http::Request::builder().header("cookie", "visits=41").body(()).unwrap();
    let (parts, ()) = request.into_parts();
    let mut jar = CookieJar::from_headers(&parts.headers).unwrap();
    jar.set(("visits", "42")).unwrap();
    let mut response = http::Response::new(());
    response.headers_mut().insert("set-cookie", http::HeaderValue::from_static("first=1"));
    jar.append_to(response.headers_mut());
    let fields: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(fields, ["first=1", "visits=42; Path=/"]);
    // Several fields, as HTTP/2 splits them; and the policy of an application.
    let mut headers = http::HeaderMap::new();
    headers.append("cookie", "a=1".parse().unwrap());
    headers.append("cookie", "b=%32; a=3".parse().unwrap());
    let jar = POLICY.jar_from_headers(&headers).unwrap();
    let all: Vec<_> = jar.iter().collect();
    assert_eq!(all, [("a", "1"), ("b", "%32"), ("a", "3")]);
}

/// All that a name, a value or a removal can be made from.
#[test]
fn what_is_taken() {
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
    // `time` has this, too, and shows in no signature.
    let moment = time::OffsetDateTime::UNIX_EPOCH;
    assert_eq!(Cookie::new("a", "").with_expires(moment).expires(), Some(SystemTime::UNIX_EPOCH));
    assert!(date::imf_fixdate(moment).is_ok());
}

#[test]
fn what_a_jar_takes_need_not_outlive_the_call() {
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
    // Nor does what it gives borrow more than the jar.
    let jar = {
        let field = "a=1".to_owned();
        CookieJar::from_cookie_header(&field).unwrap().into_owned()
    };
    assert_eq!(jar.get("a"), Some("1"));
    let cookie = {
        let field = "a=1; Path=/x; Domain=A.b".to_owned();
        Cookie::parse(&field).unwrap().into_owned()
    };
    assert_eq!(cookie.domain(), Some("a.b"));
}

/// What can be kept by a server: shared, sent, stored.
fn keeps<T: Send + Sync + Unpin + Debug + 'static>() {}
/// What is plain data.
fn is_data<T: Clone + PartialEq + Eq + Hash>() {}
/// What is an error that anyhow and the like take.
fn is_error<T: StdError + Clone + PartialEq + Eq + Send + Sync + 'static>() {}

#[test]
fn types_can_be_kept_compared_and_thrown() {
    keeps::<Cookie<'static>>();
    keeps::<CookieJar<'static>>();
    keeps::<Change<'static>>();
    keeps::<Budget<'static>>();
    keeps::<Removal<'static>>();
    keeps::<SetCookie<'static>>();
    keeps::<Pairs<'static>>();
    keeps::<TextPairs<'static>>();
    keeps::<Policy>();
    keeps::<Limits>();
    keeps::<date::ImfFixdate>();
    keeps::<Sender>();
    keeps::<Verdict<'static>>();
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
    is_data::<Part>();
    is_data::<date::ImfFixdate>();
    is_error::<Error>();
    is_error::<CookieError>();
    is_error::<LimitError>();
    is_error::<SetCookieError>();
    is_error::<PairError>();
    is_error::<ValueError>();
    is_error::<DateError>();
}

/// A jar of a longer life serves where one of a shorter is asked for.
#[test]
fn lives_are_covariant() {
    fn shorter<'s>(jar: CookieJar<'static>, _: &'s str) -> CookieJar<'s> {
        jar
    }
    let text = "a=1".to_owned();
    assert!(shorter(CookieJar::new(), &text).is_empty());
}

/// Equality sees every part.
#[test]
fn cookies_that_differ_are_not_equal() {
    let cookie = Cookie::new("a", "b");
    let others = [
        cookie.clone().with_name("A"),
        cookie.clone().with_value("B"),
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

/// The crates whose types the library uses and doesn't show. `http` is shown, by the module of that
/// name.
const HIDDEN: &[&str] = &[
    "ascii",
    "time",
    "memchr",
    "itoa",
    "percent_encoding",
    "foldhash",
    "thiserror",
    "aes",
    "aes_gcm_siv",
    "base64",
    "getrandom",
    "hkdf",
    "hmac",
    "sha2",
    "subtle",
    "zeroize",
    "http",
];

/// What a file shows, each on one line: signatures of functions, heads of types and of what they
/// implement, fields, variants.
fn signatures(text: &str) -> Vec<String> {
    let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let code = lines.collect::<Vec<_>>().join(" ");
    let shown = ["pub ", " impl"].into_iter().flat_map(|start| code.match_indices(start));
    shown.map(|(at, start)| signature(&code[at + start.len()..]).to_owned()).collect()
}

/// What starts here, up to what isn't shown of it.
fn signature(code: &str) -> &str {
    let ends: &[char] = match code.trim_start_matches("const ").split([' ', '<']).next() {
        Some("fn" | "trait" | "type") => &['{', ';'],
        Some("struct") => &['{', '(', ';'],
        Some("enum") => return code.split(" }  ").next().unwrap_or(code),
        Some("use" | "mod") => return "",
        // What implements something, or a constant, or a field.
        _ if code.starts_with(['<', ' ']) => &['{'],
        _ => &['=', ',', '}', ')', ';'],
    };
    code.split(ends).next().unwrap_or(code)
}

/// What a file imports from a crate: the names that then stand for it.
fn imported(text: &str, krate: &str) -> BTreeSet<String> {
    let imports = text.split("\nuse ").skip(1).filter_map(|import| import.split(';').next());
    imports
        .filter(|import| import.starts_with(&format!("{krate}::")))
        .flat_map(|import| import.split(|char: char| !char.is_alphanumeric() && char != '_'))
        .filter(|name| name.starts_with(|first: char| first.is_uppercase()))
        .map(str::to_owned)
        .collect()
}

/// The words of a signature.
fn words(signature: &str) -> BTreeSet<&str> {
    signature.split(|char: char| !char.is_alphanumeric() && char != '_').collect()
}

/// Whether what a file implements of a crate can't be seen from outside: it is for types of a file
/// that has nothing public.
fn is_inside(krate: &str, path: &str, text: &str) -> bool {
    krate == "aes" && path == "protect/ahead.rs" && !text.contains("pub ")
}

/// Where a file shows a type of a crate that is to be hidden.
fn shown(path: &str, text: &str) -> Vec<String> {
    let mut shown = Vec::new();
    for signature in signatures(text) {
        let may_show = |krate| krate == "http" && path == "http.rs" || is_inside(krate, path, text);
        for &krate in HIDDEN.iter().filter(|&&krate| !may_show(krate)) {
            // `Error` of thiserror is a derive, and no type.
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
    // Every dependency is looked for.
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .expect("the manifest");
    let dependencies = manifest.split("\n[dependencies]").nth(1).expect("the dependencies");
    let dependencies = dependencies.split("\n[").next().expect("their end");
    for line in dependencies.lines().filter(|line| line.contains(" = ")) {
        let krate = line.split(' ').next().expect("a name").replace('-', "_");
        assert!(HIDDEN.contains(&krate.as_str()), "`{krate}` is looked for nowhere");
    }
}

#[test]
fn a_type_that_is_shown_is_found() {
    let by_path = "impl X {\n    pub fn f(\n        &self,\n    ) -> time::Date {\n    }\n}";
    assert_eq!(shown("x.rs", by_path).len(), 1);
    let by_name = "//!\nuse time::{Date, Month};\n\npub fn f(date: Date) -> u8 { 0 }";
    assert_eq!(shown("x.rs", by_name).len(), 1);
    let field = "//!\nuse zeroize::Zeroizing;\n\npub struct X {\n    pub y: Zeroizing<u8>,\n}";
    assert_eq!(shown("x.rs", field).len(), 1);
    let http = "//!\nuse http::HeaderMap;\n\npub fn f(map: &HeaderMap) {}";
    assert_eq!((shown("x.rs", http).len(), shown("http.rs", http).len()), (1, 0));
    let hidden = "//!\nuse time::Date;\n\npub fn f() -> u8 { g(Date::MIN) }\nfn g(d: Date) {}";
    assert_eq!(shown("x.rs", hidden), [""; 0]);
    let within = "//!\nuse time::Date;\n\npub(crate) fn f(date: Date) {}";
    assert_eq!(shown("x.rs", within), [""; 0]);
}
