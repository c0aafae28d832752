//! Every public function that writes a text of its caller, as a place of injections.
//!
//! Each function returns what was written, or nothing if the text was refused.

use gingersnap::header::{PairEdit, SetCookieEdit, edit_pairs, write_pair};
use gingersnap::store::backend::{BackedStore, MemoryBackend};
use gingersnap::store::{CookieStore, SharedStore};
use gingersnap::{Cookie, CookieJar, CookieTemplate, Encoding, Policy};

use crate::sealing::keyring;
use crate::{now, run, shop};

/// The argument of which a text is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Argument {
    Name,
    Value,
    /// A value that is sealed or JSON, and so not written as it is.
    Hidden,
    Domain,
    Path,
}

/// What was written.
pub(crate) enum Written {
    /// `Set-Cookie` headers.
    SetCookie(Vec<Vec<u8>>),
    /// A `Cookie` header.
    Cookie(Vec<u8>),
}

/// A function that writes, and the argument that it is attacked by.
pub(crate) struct Writer {
    pub(crate) function: &'static str,
    pub(crate) argument: Argument,
    pub(crate) write: fn(&str) -> Option<Written>,
}

const fn writer(
    function: &'static str,
    argument: Argument,
    write: fn(&str) -> Option<Written>,
) -> Writer {
    Writer { function, argument, write }
}

/// The cookie that each function writes, apart from what is attacked.
fn plain() -> Cookie<'static> {
    Cookie::new("user", "1").with_path("/")
}

fn with(argument: Argument, text: &str) -> Cookie<'_> {
    match argument {
        Argument::Name => plain().with_name(text),
        Argument::Value | Argument::Hidden => plain().with_value(text),
        Argument::Domain => plain().with_domain(text),
        Argument::Path => plain().with_path(text),
    }
}

fn one(header: impl Into<Vec<u8>>) -> Written {
    Written::SetCookie(vec![header.into()])
}

fn all(jar: &CookieJar<'_>) -> Written {
    Written::SetCookie(jar.set_cookie_headers().map(Into::into).collect())
}

fn write_cookie(argument: Argument, text: &str, encoding: Encoding) -> Option<Written> {
    let mut out = String::new();
    let result = with(argument, text).write_to(&mut out, encoding);
    assert!(result.is_ok() || out.is_empty(), "{out:?} is left of {text:?}");
    let written = with(argument, text).to_set_cookie(encoding);
    assert_eq!(written.ok(), result.ok().map(|()| out.clone()));
    (!out.is_empty()).then(|| one(out))
}

fn set(argument: Argument, text: &str, encoding: Encoding) -> Option<Written> {
    let mut jar = Policy::new().with_encoding(encoding).empty_jar();
    let result = jar.set(with(argument, text));
    assert!(result.is_ok() || jar.changes().next().is_none());
    result.ok()?;
    Some(all(&jar))
}

fn set_all(argument: Argument, text: &str) -> Option<Written> {
    let mut jar = CookieJar::new();
    jar.set_all([with(argument, text)]).ok()?;
    Some(all(&jar))
}

fn remove(argument: Argument, text: &str) -> Option<Written> {
    let mut jar = CookieJar::new();
    jar.remove(with(argument, text)).ok()?;
    Some(all(&jar))
}

fn append(argument: Argument, text: &str) -> Option<Written> {
    let mut jar = CookieJar::new();
    jar.set(with(argument, text)).ok()?;
    let mut map = http::HeaderMap::new();
    jar.append_to(&mut map);
    let values = map.get_all("set-cookie").iter();
    Some(Written::SetCookie(values.map(|value| value.as_bytes().to_vec()).collect()))
}

/// A template has its text for as long as the program runs.
fn template(argument: Argument, text: &str) -> Option<Written> {
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let template = CookieTemplate::new("user");
    let template = match argument {
        Argument::Name => CookieTemplate::new(text),
        Argument::Domain => template.with_domain(text),
        Argument::Path => template.with_path(text),
        Argument::Value | Argument::Hidden => template,
    };
    let value = if argument == Argument::Value { text } else { "1" };
    template.with_value(value).to_set_cookie(Encoding::Percent).ok().map(one)
}

fn json(text: &str) -> Option<Written> {
    let cookie = CookieTemplate::new("user").with_json(text).expect("text");
    cookie.to_set_cookie(Encoding::Percent).ok().map(one)
}

fn deserialized(argument: Argument, text: &str) -> Option<Written> {
    let json = serde_json::to_string(&with(argument, text)).expect("text");
    let cookie: Cookie<'static> = serde_json::from_str(&json).ok()?;
    cookie.to_set_cookie(Encoding::Percent).ok().map(one)
}

fn edit(
    edit: impl FnOnce(SetCookieEdit) -> Result<SetCookieEdit, gingersnap::errors::CookieError>,
) -> Option<Written> {
    let before = SetCookieEdit::new("user=1; Path=/").expect("a header");
    edit(before).ok().map(|edited| one(edited.into_bytes()))
}

fn insert(argument: Argument, text: &str) -> Option<Written> {
    let mut store = CookieStore::new();
    let is_stored = store.insert(&shop(), &with(argument, text), now()).is_stored();
    let header = store.cookie_header(&shop(), now());
    assert!(is_stored || header.is_none());
    header.map(Written::Cookie)
}

fn insert_shared(argument: Argument, text: &str) -> Option<Written> {
    let store = SharedStore::new();
    store.insert(&shop(), &with(argument, text), now());
    store.cookie_header(&shop(), now()).map(Written::Cookie)
}

fn insert_backed(argument: Argument, text: &str) -> Option<Written> {
    let store = BackedStore::new(MemoryBackend::new());
    run(store.insert(&shop(), &with(argument, text), now())).expect("memory");
    run(store.cookie_header(&shop(), now())).expect("memory").map(Written::Cookie)
}

fn sealed(argument: Argument, text: &str, is_signed: bool) -> Option<Written> {
    let mut jar = CookieJar::new();
    let cookie = with(argument, text);
    let result = if is_signed {
        jar.signed_mut(keyring()).set(cookie)
    } else {
        jar.encrypted_mut(keyring()).set(cookie)
    };
    result.ok()?;
    Some(all(&jar))
}

fn chunks(argument: Argument, text: &str) -> Option<Written> {
    let mut jar = CookieJar::new();
    jar.encrypted_chunks_mut(keyring()).set(with(argument, text)).ok()?;
    Some(all(&jar))
}

fn pair(name: &str, value: &str) -> Option<Written> {
    let mut header = Vec::new();
    let result = write_pair(&mut header, name, value);
    assert!(result.is_ok() || header.is_empty());
    result.ok().map(|()| Written::Cookie(header))
}

use Argument::{Domain, Hidden, Name, Path, Value};

/// All functions, with each argument that is a text.
pub(crate) const WRITERS: &[Writer] = &[
    writer("Cookie::write_to", Name, |text| write_cookie(Name, text, Encoding::Percent)),
    writer("Cookie::write_to", Value, |text| write_cookie(Value, text, Encoding::Percent)),
    writer("Cookie::write_to", Domain, |text| write_cookie(Domain, text, Encoding::Percent)),
    writer("Cookie::write_to", Path, |text| write_cookie(Path, text, Encoding::Percent)),
    writer("Cookie::write_to, raw", Name, |text| write_cookie(Name, text, Encoding::Raw)),
    writer("Cookie::write_to, raw", Value, |text| write_cookie(Value, text, Encoding::Raw)),
    writer("CookieJar::set", Name, |text| set(Name, text, Encoding::Percent)),
    writer("CookieJar::set", Value, |text| set(Value, text, Encoding::Percent)),
    writer("CookieJar::set", Domain, |text| set(Domain, text, Encoding::Percent)),
    writer("CookieJar::set", Path, |text| set(Path, text, Encoding::Percent)),
    writer("CookieJar::set, raw", Name, |text| set(Name, text, Encoding::Raw)),
    writer("CookieJar::set, raw", Value, |text| set(Value, text, Encoding::Raw)),
    writer("CookieJar::set_all", Name, |text| set_all(Name, text)),
    writer("CookieJar::set_all", Value, |text| set_all(Value, text)),
    writer("CookieJar::set_all", Domain, |text| set_all(Domain, text)),
    writer("CookieJar::set_all", Path, |text| set_all(Path, text)),
    writer("CookieJar::remove", Name, |text| remove(Name, text)),
    writer("CookieJar::remove", Domain, |text| remove(Domain, text)),
    writer("CookieJar::remove", Path, |text| remove(Path, text)),
    writer("CookieJar::append_to", Name, |text| append(Name, text)),
    writer("CookieJar::append_to", Value, |text| append(Value, text)),
    writer("CookieJar::append_to", Domain, |text| append(Domain, text)),
    writer("CookieJar::append_to", Path, |text| append(Path, text)),
    writer("CookieTemplate", Name, |text| template(Name, text)),
    writer("CookieTemplate", Value, |text| template(Value, text)),
    writer("CookieTemplate", Domain, |text| template(Domain, text)),
    writer("CookieTemplate", Path, |text| template(Path, text)),
    writer("CookieTemplate::with_json", Hidden, json),
    writer("Cookie, deserialized", Name, |text| deserialized(Name, text)),
    writer("Cookie, deserialized", Value, |text| deserialized(Value, text)),
    writer("Cookie, deserialized", Domain, |text| deserialized(Domain, text)),
    writer("Cookie, deserialized", Path, |text| deserialized(Path, text)),
    writer("SetCookieEdit", Name, |text| edit(|before| before.with_name(text))),
    writer("SetCookieEdit", Domain, |text| edit(|before| before.with_domain(text))),
    writer("SetCookieEdit", Path, |text| edit(|before| before.with_path(text))),
    writer("SealedCookiesMut::set, signed", Name, |text| sealed(Name, text, true)),
    writer("SealedCookiesMut::set, signed", Hidden, |text| sealed(Hidden, text, true)),
    writer("SealedCookiesMut::set, signed", Domain, |text| sealed(Domain, text, true)),
    writer("SealedCookiesMut::set, signed", Path, |text| sealed(Path, text, true)),
    writer("SealedCookiesMut::set, encrypted", Name, |text| sealed(Name, text, false)),
    writer("SealedCookiesMut::set, encrypted", Hidden, |text| sealed(Hidden, text, false)),
    writer("SealedCookiesMut::set, encrypted", Domain, |text| sealed(Domain, text, false)),
    writer("SealedCookiesMut::set, encrypted", Path, |text| sealed(Path, text, false)),
    writer("EncryptedChunksMut::set", Name, |text| chunks(Name, text)),
    writer("EncryptedChunksMut::set", Hidden, |text| chunks(Hidden, text)),
    writer("EncryptedChunksMut::set", Domain, |text| chunks(Domain, text)),
    writer("EncryptedChunksMut::set", Path, |text| chunks(Path, text)),
    writer("write_pair", Name, |text| pair(text, "1")),
    writer("write_pair", Value, |text| pair("user", text)),
    writer("edit_pairs", Name, |text| {
        edit_pairs("user=1", |_| PairEdit::Rename(text.as_bytes())).ok().map(Written::Cookie)
    }),
    writer("CookieStore::insert", Name, |text| insert(Name, text)),
    writer("CookieStore::insert", Value, |text| insert(Value, text)),
    writer("CookieStore::insert", Domain, |text| insert(Domain, text)),
    writer("CookieStore::insert", Path, |text| insert(Path, text)),
    writer("SharedStore::insert", Name, |text| insert_shared(Name, text)),
    writer("SharedStore::insert", Value, |text| insert_shared(Value, text)),
    writer("BackedStore::insert", Name, |text| insert_backed(Name, text)),
    writer("BackedStore::insert", Value, |text| insert_backed(Value, text)),
];
