//! The steps of a test case, and the names, paths and attributes that they are made of.

use gingersnap::Cookie;

use crate::request::Request;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Receive(Request, Vec<Vec<u8>>),
    Insert(Request, Cookie<'static>),
    Send(Request),
    Get(Request, &'static str),
    /// The cookie at this position among all, counted around.
    Remove(usize),
    RemoveSite(&'static str),
    /// The cookies that were created within these seconds before now.
    RemoveCreated(std::ops::Range<u64>),
    EndSession,
    Clear,
    /// In microseconds; negative where the clock is set back.
    Wait(i64),
}

pub(crate) const HOSTS: &[&str] = &[
    "www.shop.example",
    "shop.example.",
    "other.example",
    "pages.example",
    "a.pages.example",
    "near.list.test",
    "a.far.list.test",
    "a.far.list.test",
    "localhost",
    "127.0.0.1",
    "[::1]",
];

/// The paths of requests. A URL can have a `;`, which no `Path` attribute has.
pub(crate) const PATHS: &[&str] = &["/", "/a", "/a/", "/a/b", "/ab", "/a;b/c"];

pub(crate) const NAMES: &[&str] = &["a", "a", "b", ""];

pub(crate) const PREFIXED: &[&str] = &["__Host-a", "__sEcUrE-a", "__Http-a", "__host-http-a"];

pub(crate) const VALUES: &[&[u8]] = &[
    b"1",
    b"2",
    b"",
    b"\"q\"",
    b"%41",
    b"\xFF",
    b"a=1",
    b"longer value",
    b"__Host-a=1",
    b"__secure-",
];

/// Attributes that decide where a cookie is sent, and whether it is stored.
pub(crate) const ATTRIBUTES: &[&str] = &[
    "Secure",
    "Secure",
    "HttpOnly",
    "HttpOnly",
    "SameSite=None",
    "SameSite=None",
    "SameSite=lax",
    "SameSite=STRICT",
    "Partitioned",
    "Partitioned",
    "Path=/",
    "Path=/",
    "path = /a",
    "Path=/a/",
    "Path=/a/b",
    "Domain=shop.example",
    "Domain=.SHOP.example",
    "Max-Age=3",
    "Max-Age=60",
];

pub(crate) const RARE_ATTRIBUTES: &[&str] = &[
    "SameSite=x",
    "Path=a",
    "Domain=www.shop.example",
    "Domain=ww.shop.example",
    "Domain=pages.example",
    "Domain=list.test",
    "Domain=localhost",
    "Domain=127.0.0.1",
    "Domain=[::1]",
    "Domain=",
    "Max-Age=0",
    "Max-Age=-1",
    "Max-Age=99999999999999999999",
    "Max-Age=x",
    "Expires=06 Nov 94 08:49:50 GMT",
    "Expires=1 Jan 1970 00:00:00",
    "Expires=31 Dec 9999 23:59:59",
    "Expires=x",
    "Unknown",
];

/// Headers that random attributes seldom add up to.
pub(crate) const HEADERS: &[&str] = &[
    "a=1; Path=/; Secure; SameSite=None; Partitioned",
    "a=2; Path=/; Secure; SameSite=None; Partitioned; Max-Age=3",
    "b=1; Path=/; Secure; SameSite=None",
    "a=; Path=/; Max-Age=0",
    "a=; Path=/; Expires=1 Jan 1970 00:00:00",
    "a=1; Path=/; HttpOnly",
    "a=1; Domain=list.test",
    "b=1; Domain=list.test",
];
