//! HTTP cookies for both sides: strict in what a server sends, exactly as forgiving as a browser in
//! what is read.
//!
//! A [`CookieJar`] is a dictionary of text. It reads the request's `Cookie` fields, sees its own
//! changes, and gives the response one `Set-Cookie` field for each:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//! use gingersnap::{Cookie, CookieJar};
//! use http::{Request, Response};
//!
//! const TWO_YEARS: Duration = Duration::from_secs(63_072_000);
//!
//! fn count_visits(request: &Request<()>) -> Result<Response<String>, gingersnap::Error> {
//!     let mut jar = CookieJar::from_headers(request.headers())?;
//!     let visits = jar.get("visits").and_then(|v| v.parse().ok()).unwrap_or(0_u32).saturating_add(1);
//!     jar.set(Cookie::new("visits", visits.to_string()).with_max_age(TWO_YEARS))?;
//!     let mut response = Response::new(format!("visit {}", jar.get("visits").unwrap_or_default()));
//!     jar.append_to(response.headers_mut());
//!     Ok(response)
//! }
//!
//! let request = Request::builder().header("cookie", "visits=41").body(()).unwrap();
//! let response = count_visits(&request)?;
//! assert_eq!(response.body(), "visit 42");
//! assert_eq!(response.headers()["set-cookie"], "visits=42; Max-Age=63072000; Path=/");
//! # }
//! # Ok::<(), gingersnap::Error>(())
//! ```
//!
//! # Setting cookies
//!
//! A [`Cookie`] is plain data and takes anything. [`CookieJar::set`] is the one gate: it checks the
//! name, the attributes, the name's [prefix](Prefix), sizes and counts, and returns a typed
//! [error](errors) at the line that made the mistake. A browser that is sent such a cookie drops it
//! and says nothing. What has passed the gate is valid, so [`CookieJar::append_to`] can't fail, and
//! no value can inject another field.
//!
//! ```
//! use gingersnap::{Cookie, CookieJar, SameSite};
//!
//! let mut jar = CookieJar::new();
//! jar.set(("color", "dark red"))?; // a session cookie for the whole host
//! jar.set(Cookie::host("sid", "31d4d96e"))?; // `__Host-`, Secure, HttpOnly, SameSite=Lax
//!
//! let error = jar.set(Cookie::new("ad", "1").with_same_site(SameSite::None)).unwrap_err();
//! assert_eq!(error.to_string(), "cookie `ad` needs Secure for SameSite=None");
//! assert_eq!(jar.set_cookie_headers().next(), Some("color=dark%20red; Path=/"));
//! # Ok::<(), gingersnap::errors::CookieError>(())
//! ```
//!
//! Values are percent-encoded on the way out and decoded on the way in, so that any text can be
//! one; [`Encoding::Raw`] leaves them as they are. A cookie that is used in several places stands
//! in a `const`, and so does an application's [`Policy`]: its [limits](Limits) and its encoding.
//!
//! # Removing cookies
//!
//! A browser keeps a cookie by its name, `Domain`, `Path` and partition, and a removal has to name
//! all of these. [`CookieJar::remove`] by name reaches what [`Cookie::new`] sets; for another path or
//! domain, remove by the cookie that set it.
//!
//! # Reading what comes in
//!
//! One bad pair never costs the others: it is [skipped](CookieJar::skipped), with its reason and
//! place. Security must not rest on the order of two cookies of one name
//! ([`CookieJar::get_all`]), nor on a value: a cookie is readable and writable by its owner.
//!
//! # Cookies that their owner can't change
//!
//! With the features `signed` and `encrypted`, views of the jar seal what is set and open what comes
//! in, under keys that rotate; see the module `protect` for when each helps, and when neither does.
//!
//! # Why is my cookie gone?
//!
//! [`explain`] says what a browser does with a `Set-Cookie` field, with every reason and the part of
//! the field that each is about. So does `cargo run --example explain -- 'sid=1; SameSite=None'
//! https://shop.example/cart`.
//!
//! ```
//! use std::time::SystemTime;
//! use gingersnap::{Sender, explain};
//!
//! let sender = Sender::new("https", "shop.example", "/cart")?;
//! let verdict = explain("sid=31d4; SameSite=None", &sender, SystemTime::now());
//! assert!(verdict.is_refused());
//! assert_eq!(verdict.reasons()[0].what.to_string(), "SameSite=None needs Secure");
//! # Ok::<(), gingersnap::errors::SenderError>(())
//! ```
//!
//! # How much is too much
//!
//! Browsers keep no cookie over 4096 bytes and only so many of a site, and 20 cookies of 4 KB are
//! 80 KB *with every request*, of which most servers take 8. [`Limits`] makes these checks, and
//! [`CookieJar::budget`] shows where a jar stands.
//!
//! # Clients, proxies, tools
//!
//! The module [`header`] has the two fields as bytes, without a jar: [`header::pairs`] and
//! [`header::find`] read a `Cookie` field without an allocation, [`header::write_pair`] writes one,
//! and [`header::SetCookie`] is a `Set-Cookie` field as a browser reads it. [`date`] reads every
//! date that browsers do.
//!
//! # Features
//!
//! - **`http`** (on by default): [`CookieJar::from_headers`], [`CookieJar::append_to`] and
//!   [`Policy::jar_from_headers`] on the types of the `http` crate, which hyper, axum and reqwest share. Without
//!   it, [`CookieJar::from_cookie_headers`] takes the fields and [`CookieJar::into_set_cookie_headers`] gives them.
//! - **`signed`**: `CookieJar::signed` and `signed_mut`, by HMAC-SHA256.
//! - **`encrypted`**: `CookieJar::encrypted` and `encrypted_mut`, by AES-256-GCM-SIV.
//! - **`signed`** and **`encrypted`**: the module `protect`, with cookies that their owner can't
//!   change, or can't even read, under keys that rotate.
//!
//! # What it isn't
//!
//! Server-side sessions (a store of state behind an id), consent banners, HTTP itself, JavaScript's
//! `document.cookie`.
//!
//! # The standard
//!
//! RFC 6265bis, *Cookies: HTTP State Management Mechanism* (draft 22), and the `__Http-` prefixes of
//! its successor. Producing follows its section 4, reading its section 5; the sections are cited
//! where they decide.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "http"),
    allow(rustdoc::broken_intra_doc_links, reason = "the guide links what `http` adds")
)]

/// The README's code is a test.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod byte;
mod cookie;
pub mod date;
mod encoding;
pub mod errors;
pub mod header;
#[cfg(feature = "http")]
mod http;
mod jar;
mod limits;
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub mod protect;
mod scan;
pub mod verdict;

pub use cookie::{Cookie, Prefix, Requirement, SameSite};
pub use encoding::Encoding;
pub use errors::Error;
pub use jar::{Budget, Change, CookieJar, Policy, Removal};
pub use limits::Limits;
pub use verdict::{Sender, Verdict, explain};
